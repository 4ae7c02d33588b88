"""A clock and an event loop that skip the time in which nothing happens.

Everything runs as it does: code takes the time that it takes, data go over real sockets, timers fire in
their order. Only when all wait for a moment to come, the clock is put forward to it.
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

# What was sent over a socket of this machine, or to this thread, has arrived after so many seconds.
_ARRIVAL_SECONDS = 0.001


class _Selector(selectors.DefaultSelector):
    """Waits for sockets as long as something may come, and skips the rest of the time."""

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
    """Skips no time while a thread works."""

    def __init__(self, selector: _Selector) -> None:
        super().__init__(selector)
        self._waiting_for = selector

    @override
    def run_in_executor[*Ts, T](
        self,
        executor: concurrent.futures.Executor | None,
        func: Callable[[*Ts], T],
        *args: *Ts,
    ) -> asyncio.Future[T]:
        future = super().run_in_executor(executor, func, *args)
        self._waiting_for.jobs += 1
        future.add_done_callback(self._job_done)
        return future

    def _job_done(self, _: object) -> None:
        self._waiting_for.jobs -= 1

    @override
    async def shutdown_default_executor(self, timeout: float | None = None) -> None:
        self._waiting_for.jobs += 1
        await super().shutdown_default_executor(timeout)


def run_skipping[T](part: Callable[[], Coroutine[Any, Any, T]]) -> T:
    """Run a coroutine on a clock of its own, with all that asks for the time.

    It is noon then: what happens at midnight belongs to no hour.
    """
    noon = datetime.now(UTC).replace(hour=12, minute=0, second=0, microsecond=0)
    with freeze_time(noon, tick=True) as clock:
        if not isinstance(clock, TickingDateTimeFactory):
            raise TypeError("the clock does not run")
        with asyncio.Runner(loop_factory=partial(_Loop, _Selector(clock))) as runner:
            return runner.run(part())
