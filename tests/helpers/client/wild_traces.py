"""Random lives with gaps of days, odd answers, sleeps of the machine, and clocks that are wrong in turn."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any, ClassVar, Final, override

from custom_components.xbox_network.xbox.playtime.observations import Instant
from tests.helpers.client.traces import CONSOLE_GAME, OTHER_GAME, Trace, seconds_within

_HOUR: Final = 3600.0
# Never the same error as that of the wall clock: if both are wrong alike, nobody can tell.
_DATES: Final = (3333.0, -5555.0, 366 * 86400.0, 411_111.0, -411_111.0)
_SLEEPS: Final = (30.0, 200.0, 1000.0, 4000.0, 9 * _HOUR, 50 * _HOUR)
_MOST_ASSUMED: Final = 4 * _HOUR
_TITLES: Final = (CONSOLE_GAME, OTHER_GAME)


@dataclass
class WildTrace(Trace):
    """One life, and all intervals between two looks that are no observed play (`gaps`).

    `assumable` are the seconds that may be believed played until a sign-out, without a counter.
    """

    ops: ClassVar[tuple[Any, ...]] = ()
    network_ahead: float = 0.0
    odd_counters: list[float | None] = field(default_factory=list)
    odd_histories: int = 0
    looked_at: float = 0.0
    gaps: list[tuple[float, float]] = field(default_factory=list)
    changes: int = 0
    assumable: float = 0.0

    @override
    def instant(self) -> Instant:
        at = super().instant()
        network = None if at.network is None else at.network + self.network_ahead
        return Instant(at.tick, at.wall, network)

    @override
    def look(self) -> None:
        before, self.looked_at = self.looked_at or self.now, self.now
        if self.now - before > 30:
            self.gaps.append((before, self.now))
        super().look()

    @override
    def counter(self, title_id: str) -> float | None:
        known = self.ledger.state.counters.get(title_id)
        if not self.odd_counters or known is None or known.base is None:
            return super().counter(title_id)  # nobody can tell that a first number is odd
        odd = self.odd_counters.pop()
        return odd if odd is None else max(0.0, (super().counter(title_id) or 0.0) + odd)

    @override
    def last_played(self) -> dict[str, float]:
        if not self.odd_histories:
            return super().last_played()
        self.odd_histories -= 1
        return {}

    @override
    def _change_title(self, title_id: str | None) -> None:
        self.changes += title_id != self.title
        super()._change_title(title_id)

    @override
    def end_blindness(self, argument: int) -> None:
        if self.blind:
            self.assumable += min(_MOST_ASSUMED, self.now - self.looked_at)
        super().end_blindness(argument)

    # events

    def be_away(self, argument: int) -> None:
        """Let hours or days pass that nobody sees, with some play in them."""
        if argument % 3:
            self.stop(argument)
        else:
            self.lose_sight(argument)
        for part in range(1 + argument % 4):
            self.now += _HOUR * (1 + (argument * (part + 3)) % 29)
            self.play(argument // (part + 1))
            self.now += 60.0 * (1 + argument * (part + 5) % 240)
            self.play(0) if argument & 16 else self.sign_out(0)
        self.now += 60.0 * (argument % 50)
        self.end_blindness(argument)

    def mislead(self, argument: int) -> None:
        """Let the next answers about counters or the history be odd."""
        odd = (None, -4000.0, 1e5, -1e6, None, 30000.0)[argument % 6]
        self.odd_counters = [odd] * (1 if odd is not None else 1 + argument % 3)
        self.odd_histories = argument % 3

    def jump_date(self, argument: int) -> None:
        """Let the network tell a wrong time, or the right one again."""
        self.network_ahead = 0.0 if self.network_ahead else _DATES[argument % len(_DATES)]

    def sleep(self, argument: int) -> None:
        """Let the machine sleep: its monotonic clock stands still."""
        if not self.blind:
            seconds = _SLEEPS[argument % len(_SLEEPS)]
            self.was_blind = True
            self.now += seconds
            self.booted += seconds
            self.assumable += min(_MOST_ASSUMED, seconds)
            self.look()


WildTrace.ops = (
    *Trace.ops,
    *[WildTrace.be_away] * 3,
    *[WildTrace.mislead] * 3,
    *[WildTrace.jump_date] * 2,
    WildTrace.sleep,
)


def unseen_seconds(trace: WildTrace, day: date) -> float:
    """Return how many seconds of a day lie in gaps."""
    return sum(seconds_within(trace, day, begin, end) for begin, end in trace.gaps)


def played_seconds(trace: WildTrace, day: date) -> float:
    """Return the seconds of a day in which something was really played."""
    running = [(trace.title, trace.since, trace.now)] if trace.title else []
    return sum(
        seconds_within(trace, day, begin, end) for _, begin, end in [*trace.played, *running]
    )


def recorded_seconds(trace: WildTrace) -> float:
    """Return the seconds of play that the network has recorded."""
    titles = {title_id for title_id, _, _ in trace.played} | (
        {trace.title} if trace.title else set()
    )
    return sum(trace.seconds_in(title_id, trace.now) + 60 for title_id in titles)
