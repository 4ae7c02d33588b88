"""The longest stall of the event loop, in CPU time, without the simulator's share."""

import asyncio
import contextlib
import selectors
import time
from collections.abc import Iterator
from dataclasses import dataclass
from unittest.mock import patch

from .environment import IN_NETWORK


@dataclass
class Stall:
    """The CPU milliseconds of the loop's longest turn: so long nothing else can happen."""

    ms: float = 0.0


@contextlib.contextmanager
def longest_stall() -> Iterator[Stall]:
    """Measure until the end of the block.

    A turn has all callbacks between two looks at the sockets. CPU time is the same on a busy machine.
    """
    run, select = asyncio.Handle._run, selectors.DefaultSelector.select  # noqa: SLF001 (see cpu_time.py)
    stall, began, network = Stall(), time.thread_time_ns(), 0

    def timed(handle: asyncio.Handle) -> None:
        nonlocal network
        started = time.thread_time_ns()
        run(handle)
        if handle.get_context().get(IN_NETWORK):
            network += time.thread_time_ns() - started

    def end_turn() -> None:
        stall.ms = max(stall.ms, (time.thread_time_ns() - began - network) / 1e6)

    def look(
        selector: selectors.DefaultSelector, timeout: float | None = None
    ) -> list[tuple[selectors.SelectorKey, int]]:
        nonlocal began, network
        end_turn()
        events = select(selector, timeout)
        began, network = time.thread_time_ns(), 0
        return events

    with (
        patch.object(asyncio.Handle, "_run", timed),
        patch.object(selectors.DefaultSelector, "select", look),
    ):
        yield stall
    end_turn()
