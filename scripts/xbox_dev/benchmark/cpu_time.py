"""The CPU time of the process without the simulator's share."""

import asyncio
import contextlib
import time
from collections.abc import Iterator
from dataclasses import dataclass
from unittest.mock import patch

from .environment import IN_NETWORK


@dataclass
class CpuTime:
    """CPU seconds of this process in all threads, without the simulator's callbacks."""

    seconds: float = 0.0


@contextlib.contextmanager
def cpu_time() -> Iterator[CpuTime]:
    """Measure until the end of the block.

    Each callback of the event loop has the context in which it was created. Callbacks in the
    simulator's context, with its server and sockets, are subtracted; the loop's own work for them
    is not.
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
