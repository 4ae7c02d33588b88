"""Waiting in tests until Home Assistant has only timers and network to wait for."""

import asyncio
import re
from collections.abc import Callable

from homeassistant.core import HomeAssistant

REFRESH_TASKS = re.compile(r"^(debouncer|config entry retry) | refresh$")
"""The names of background tasks that refresh data."""


async def settle(hass: HomeAssistant) -> None:
    """Wait for all running tasks, including refreshes in the background.

    The push listener is excluded: it never ends, so not all background tasks can be awaited.
    """
    await hass.async_block_till_done()
    while refreshes := [
        task for task in asyncio.all_tasks() if REFRESH_TASKS.search(task.get_name())
    ]:
        await asyncio.wait(refreshes)
        await hass.async_block_till_done()
    for _ in range(3):
        await asyncio.sleep(0)  # for tasks that wait for one that has just ended


async def until(condition: Callable[[], bool]) -> None:
    """Run sockets and tasks until a condition is true. A frozen clock does not move."""
    for _ in range(50_000):
        if condition():
            return
        await asyncio.sleep(0)
    raise AssertionError("It never happened")
