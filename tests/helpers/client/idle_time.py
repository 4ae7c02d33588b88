"""Idle time: the frozen clock moves on whenever no request is on its way."""

import asyncio
from collections.abc import Coroutine
from typing import Any

from freezegun.api import FrozenDateTimeFactory

from tests.simulator import Simulator

# Turns of the event loop in which the client reads an answer and sends its next request.
_TURNS = 30


async def let_pass[T](
    call: Coroutine[Any, Any, T],
    simulator: Simulator,
    freezer: FrozenDateTimeFactory,
    step: float = 0.25,
) -> T:
    """Wait for a call; time passes in steps whenever no request is on its way."""
    task = asyncio.create_task(call)
    await quiet(simulator)
    while not task.done():
        freezer.tick(step)
        await quiet(simulator)
    return await task


async def quiet(simulator: Simulator) -> None:
    """Wait until every request has its answer, and no other request follows."""
    idle_turns, count = 0, -1
    while idle_turns < _TURNS:
        await asyncio.sleep(0)
        requests = simulator.requests()
        busy = count != len(requests) or any(request.ended is None for request in requests)
        idle_turns, count = 0 if busy else idle_turns + 1, len(requests)
