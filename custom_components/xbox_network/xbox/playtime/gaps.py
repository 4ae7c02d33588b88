"""A time in which nobody could see what a person did, and what the network's record says about it."""

from dataclasses import dataclass, field
from typing import Final

from .observations import Observation, Seconds

# After so long a gap somebody may have played what is neither before nor after it.
LONG_GAP_SECONDS: Final = 600.0

type Interval = tuple[Seconds, Seconds]
"""A part of a gap, in seconds since its beginning."""


@dataclass(slots=True)
class Gap:
    """A time without sights, up to `wall`, or `real` by the network's clock.

    `free` is what nobody has accounted for, in order; after `until` there was certainly no play. `assumed` is
    what was accounted for because the title before was played again, or still, at the end of it. `wants` are
    the titles of which the counter may still tell something, `others` those played in between, with when;
    `ask` is whether to ask for them. `waited` counts since the play after the gap.
    """

    wall: Seconds
    real: Seconds
    length: Seconds
    before: str | None = None
    after: str | None = None
    free: list[Interval] = field(default_factory=list)
    assumed: list[Interval] = field(default_factory=list)
    until: Seconds = 0.0
    wants: list[str] = field(default_factory=list)
    others: dict[str, Seconds] = field(default_factory=dict)
    ask: bool = False
    waited: Seconds = 0.0

    def __post_init__(self) -> None:
        """Raise ValueError for what cannot be."""
        edges = [edge for stretch in self.free for edge in stretch]
        if edges != sorted(edges) or (edges and edges[-1] > self.length):
            raise ValueError("a gap is not in order")

    @classmethod
    def between(cls, last: Observation, sight: Observation, length: float, *, hidden: bool) -> Gap:
        """Return the gap that ends with a sight. Of who hid nothing more is asked."""
        before = last.title_id if last.certain else None
        after = sight.title_id if sight.certain else None
        wants = [] if hidden else [it for it in dict.fromkeys((before, after)) if it]
        return cls(
            wall=sight.at.wall,
            real=sight.at.real,
            length=length,
            before=before,
            after=after,
            free=[(0.0, length)] if length > 0 else [],
            until=length,
            wants=wants,
            ask=not hidden and length > LONG_GAP_SECONDS,
        )

    @property
    def missing(self) -> list[Interval]:
        """What nobody has accounted for, as far as there may have been play."""
        return [(low, min(high, self.until)) for low, high in self.free if low < self.until]

    @property
    def settled(self) -> bool:
        """Whether nothing more is to be expected."""
        return not (self.missing or self.assumed) or not (self.wants or self.ask)

    def offset(self, real: float) -> float:
        """Return how long after its beginning a moment of the network's clock is."""
        return real - (self.real - self.length)

    def at(self, offset: float) -> float:
        """Return when that was by the clock on the wall."""
        return self.wall - (self.length - offset)

    def take(self, low: float, high: float, most: float, *, last: bool = False) -> list[Interval]:
        """Account for what is free between two moments, the first or the last of it."""
        taken: list[Interval] = []
        rest: list[Interval] = []
        for stretch in reversed(self.free) if last else list(self.free):
            begin, end = max(stretch[0], low), min(stretch[1], high)
            amount = min(end - begin, most)
            if amount <= 0:
                rest.append(stretch)
                continue
            begin, end = (end - amount, end) if last else (begin, begin + amount)
            taken.append((begin, end))
            most -= amount
            rest += [it for it in ((stretch[0], begin), (end, stretch[1])) if it[0] < it[1]]
        self.free = sorted(rest)
        return taken

    def assume(self, until: float) -> list[Interval]:
        """Account for play of the title before up to a moment in which it was seen."""
        taken = self.take(0.0, min(until, self.until), until)
        self.assumed = sorted([*self.assumed, *taken])
        return taken

    def give_back(self, most: float) -> list[Interval]:
        """Account no longer for so much of what was assumed, the last of it first."""
        given: list[Interval] = []
        while self.assumed and most > 0:
            low, high = self.assumed.pop()
            begin = max(low, high - most)
            if low < begin:
                self.assumed.append((low, begin))
            given.append((begin, high))
            most -= high - begin
        self.free = sorted([*self.free, *given])
        return given

    def supported(self, title_id: str, most: float) -> list[Interval]:
        """Account for so much play of a title, where it fits best."""
        if title_id == self.before:
            return self.take(0.0, self.until, most)
        if title_id == self.after:
            return self.take(0.0, self.until, most, last=True)
        played = self.others.get(title_id, 0.0)
        taken = self.take(played, self.until, most)
        most -= sum(high - low for low, high in taken)
        return taken + self.take(0.0, min(played, self.until), most, last=True)

    def told_by(self, sight: Observation) -> list[tuple[str, Interval]]:
        """Account for what the sight at its end says about it; return which titles were played when."""
        found: list[tuple[str, Interval]] = []
        if sight.last_seen is not None:
            self.until = min(max(self.offset(sight.last_seen), 0.0), self.length)
            if self.before is not None and sight.last_title == self.before:
                found += [(self.before, stretch) for stretch in self.assume(self.until)]
        if self.after is not None and sight.since is not None:
            since = max(self.offset(sight.since), 0.0)
            taken = self.take(since, self.length, self.length)
            found += [(self.after, stretch) for stretch in taken]
        return found
