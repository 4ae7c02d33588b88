"""The clock of a ledger: the time that has passed between observations, restarts included."""

from dataclasses import replace

from .observations import Instant, Observation
from .three_clocks import Elapsed, elapsed, elapsed_over_restart, real_time


class LedgerClock:
    """Counts `seconds` up to the `last` observation. The monotonic clock of a process cannot be stored."""

    def __init__(self) -> None:
        """Start before the first observation."""
        self.last: Observation | None = None
        self.seconds = 0.0
        self._restarted = False

    @property
    def running_titles(self) -> tuple[str, ...]:
        """The running titles of the last observation."""
        return () if self.last is None else self.last.running_titles

    @property
    def counted_title(self) -> str | None:
        """The title of the last observation, if it is known to count as play."""
        return None if self.last is None else self.last.counted_title

    def restore(self, last: Observation | None, seconds: float) -> None:
        """Continue the clock of an earlier process."""
        self.last, self.seconds = last, seconds
        self._restarted = last is not None

    def start(self, observation: Observation) -> None:
        """Start with the first observation."""
        self.last = observation

    def advance(self, seconds: float, observation: Observation) -> None:
        """Let seconds pass until an observation."""
        self.last, self._restarted = observation, False
        self.seconds += seconds

    def since(self, last: Observation, now: Instant) -> Elapsed:
        """Return the time since the last observation."""
        return (elapsed_over_restart if self._restarted else elapsed)(last.at, now)

    def agrees(self, now: Instant) -> bool:
        """Return whether two clocks agree about the time since the last observation."""
        return self.last is None or self.since(self.last, now).agreed

    def corrected(self, last: Observation, passed: Elapsed, now: Observation) -> Observation:
        """Return an observation with the best known real time in place of the network's alone."""
        if last.at.network is None and now.at.network is None:
            return now
        real = max(0.0, real_time(last.at, now.at, passed))
        return replace(now, at=replace(now.at, network=real))

    def idle(self, now: Instant) -> float:
        """Return the seconds since the last observation, 0 without one."""
        return 0.0 if self.last is None else max(0.0, self.since(self.last, now).seconds)

    def at(self, now: Instant) -> float:
        """Return the seconds up to now."""
        return self.seconds + self.idle(now)
