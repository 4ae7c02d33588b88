"""Waiting until Home Assistant has nothing to do but to wait, for time or for the network."""

import asyncio
import re
from collections.abc import Callable

from homeassistant.core import HomeAssistant

LOOKS = re.compile(r"^(debouncer|config entry retry) | refresh$")
"""The names of tasks that look at the network in the background."""


async def settle(hass: HomeAssistant) -> None:
    """Wait for everything under way, refreshes in the background included.

    Not for what listens to push: that never ends, and would be waited for if all background tasks were.
    """
    await hass.async_block_till_done()
    while waiting := [task for task in asyncio.all_tasks() if LOOKS.search(task.get_name())]:
        await asyncio.wait(waiting)
        await hass.async_block_till_done()
    for _ in range(3):
        await asyncio.sleep(0)  # for those who wait for what has just ended


async def until(condition: Callable[[], bool]) -> None:
    """Let sockets and tasks go on until something is true; a frozen clock stands still meanwhile."""
    for _ in range(50_000):
        if condition():
            return
        await asyncio.sleep(0)
    raise AssertionError("It never happened")
