"""The clock of a ledger: the time that has passed between observations, restarts included."""

from .observations import Instant, Observation, elapsed_over_restart


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

    def since(self, last: Observation, now: Instant) -> tuple[float, bool]:
        """Return the seconds since the last observation, and whether no more have passed."""
        if self._restarted:
            return elapsed_over_restart(last.at, now)
        return now.tick - last.at.tick, True

    def idle(self, now: Instant) -> float:
        """Return the seconds since the last observation, 0 without one."""
        return 0.0 if self.last is None else max(0.0, self.since(self.last, now)[0])

    def at(self, now: Instant) -> float:
        """Return the seconds up to now."""
        return self.seconds + self.idle(now)
