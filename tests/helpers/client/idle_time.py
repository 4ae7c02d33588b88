"""Idle time: it passes by itself while no request is on its way."""

import asyncio
from collections.abc import Coroutine
from typing import Any

from freezegun.api import FrozenDateTimeFactory

from tests.simulator import Simulator

# Turns of the event loop in which an answer is read, and the next question asked.
_TURNS = 30


async def let_pass[T](
    call: Coroutine[Any, Any, T],
    simulator: Simulator,
    freezer: FrozenDateTimeFactory,
    step: float = 0.25,
) -> T:
    """Wait for a call; whenever no request is on its way, some time passes."""
    task = asyncio.create_task(call)
    await quiet(simulator)
    while not task.done():
        freezer.tick(step)
        await quiet(simulator)
    return await task


async def quiet(simulator: Simulator) -> None:
    """Wait until every request has been answered, and no other follows."""
    still, count = 0, -1
    while still < _TURNS:
        await asyncio.sleep(0)
        requests = simulator.requests()
        busy = count != len(requests) or any(request.ended is None for request in requests)
        still, count = 0 if busy else still + 1, len(requests)
