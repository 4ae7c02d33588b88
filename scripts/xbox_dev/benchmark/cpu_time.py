"""The CPU time of Home Assistant and the integration, without the simulator's, in one process."""

import asyncio
import contextlib
import time
from collections.abc import Iterator
from dataclasses import dataclass
from unittest.mock import patch

from .environment import IN_NETWORK


@dataclass
class CpuTime:
    """CPU seconds of this process, all threads, without what ran for the simulator."""

    seconds: float = 0.0


@contextlib.contextmanager
def cpu_time() -> Iterator[CpuTime]:
    """Measure until the end of the block.

    Each callback of the event loop knows in whose context it was made. What runs in the simulator's
    context, its server and its sockets included, is taken off; the loop's own work for it is not.
    """
    run, network = asyncio.Handle._run, 0  # noqa: SLF001 (there is no other way to see each)

    def timed(handle: asyncio.Handle) -> None:
        nonlocal network
        started = time.thread_time_ns()
        run(handle)
        if handle.get_context().get(IN_NETWORK):
            network += time.thread_time_ns() - started

    spent = CpuTime()
    started = time.process_time()
    with patch.object(asyncio.Handle, "_run", timed):
        yield spent
    spent.seconds = time.process_time() - started - network / 1e9
