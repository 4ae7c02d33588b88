"""A clock and an event loop that skip idle time.

Code takes real time, data go over real sockets, and timers fire in order. Only when everything
waits for a time, the clock moves on to it.
"""

import asyncio
import concurrent.futures
import selectors
from collections.abc import Callable, Coroutine
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any, override

from freezegun import freeze_time
from freezegun.api import TickingDateTimeFactory

# Seconds until data over a local socket, or to this thread, have arrived.
_ARRIVAL_SECONDS = 0.001


class _Selector(selectors.DefaultSelector):
    """Selector that waits for sockets while data may arrive, and skips the rest of the time."""

    def __init__(self, clock: TickingDateTimeFactory) -> None:
        super().__init__()
        self.clock = clock
        self.jobs = 0

    @override
    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        if (events := super().select(0)) or (timeout is not None and timeout <= 0):
            return events
        wait = _ARRIVAL_SECONDS if timeout is None else min(timeout, _ARRIVAL_SECONDS)
        if (events := super().select(wait)) or timeout is None or self.jobs:
            return events
        if timeout > wait:
            self.clock.move_to(self.clock() + timedelta(seconds=timeout - wait))
        return events


class _Loop(asyncio.SelectorEventLoop):
    """Event loop that skips no time while a thread works."""

    def __init__(self, selector: _Selector) -> None:
        super().__init__(selector)
        self._skipping_selector = selector

    @override
    def run_in_executor[*Ts, T](
        self,
        executor: concurrent.futures.Executor | None,
        func: Callable[[*Ts], T],
        *args: *Ts,
    ) -> asyncio.Future[T]:
        future = super().run_in_executor(executor, func, *args)
        self._skipping_selector.jobs += 1
        future.add_done_callback(self._job_done)
        return future

    def _job_done(self, _: object) -> None:
        self._skipping_selector.jobs -= 1

    @override
    async def shutdown_default_executor(self, timeout: float | None = None) -> None:
        self._skipping_selector.jobs += 1
        await super().shutdown_default_executor(timeout)


def run_skipping[T](part: Callable[[], Coroutine[Any, Any, T]]) -> T:
    """Run a coroutine on its own clock, which all code uses.

    The clock starts at noon, so that no hour contains midnight.
    """
    noon = datetime.now(UTC).replace(hour=12, minute=0, second=0, microsecond=0)
    with freeze_time(noon, tick=True) as clock:
        if not isinstance(clock, TickingDateTimeFactory):
            raise TypeError("the clock does not run")
        with asyncio.Runner(loop_factory=partial(_Loop, _Selector(clock))) as runner:
            return runner.run(part())
