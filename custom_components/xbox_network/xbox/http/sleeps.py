"""Finds out that the host has slept, or was stopped: what has changed meanwhile has changed at an unknown time."""

import time
from typing import Final

# Shorter ones are like a short outage.
ASLEEP_SECONDS: Final = 300.0


class Sleeps:
    """Counts the sleeps of the host, from the requests of an account and the times in their answers."""

    def __init__(self) -> None:
        """Begin awake."""
        self.count = 0
        """The number of sleeps so far."""
        self._asked_at = time.monotonic()
        self._offsets: tuple[float, float] | None = None

    def on_request(self) -> None:
        """Take note of a request: for minutes without any nobody has looked."""
        now = time.monotonic()
        if now - self._asked_at > ASLEEP_SECONDS:
            self.count += 1
        self._asked_at = now

    def on_time(self, network: float) -> None:
        """Take note of the time in an answer, in seconds since 1970.

        In most sleeps `time.monotonic` stands still, and both other clocks run ahead of it. If only one does,
        the clock of the host was set, or a service tells a wrong time.
        """
        now = time.monotonic()
        before, self._offsets = self._offsets, (network - now, time.time() - now)
        if before and all(
            offset - old > ASLEEP_SECONDS for offset, old in zip(self._offsets, before, strict=True)
        ):
            self.count += 1
