"""Gaps: times without observations, and the play that the network's record supports in them."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Final

from .local_days import Span
from .observations import Observation, Seconds

# In a gap of more than this many seconds a title may have been played that runs neither before nor after it.
LONG_GAP_SECONDS: Final = 600.0

type Interval = tuple[Seconds, Seconds]
"""A part of a gap: its start and its end, in seconds from the beginning of the gap."""

type Explanation = tuple[Gap, list[Interval]]
"""A gap after a change, and the intervals that have changed."""


@dataclass(frozen=True, slots=True)
class Gap:
    """A time of `length` seconds without observations.

    `wall` and `real` are its end in seconds since 1970, by the wall clock and by the network's clock.
    `before` and `after` are the titles at its ends. Offsets in it are seconds from its beginning:

    - `free` are the unexplained intervals, in order. After `until` there was certainly no play.
    - `assumed` are intervals that are credited to the title before only because it was running or was
      played again at their end.
    - `wants` are the titles of which the counter may still explain something.
    - `others` are titles that were played in between, with the offset at which they were last played.
    - `ask` is whether to ask the network for titles that were played in between.
    - `waited` is for how many seconds the title after the gap has not been running since.
    """

    wall: Seconds
    real: Seconds
    length: Seconds
    before: str | None = None
    after: str | None = None
    free: tuple[Interval, ...] = ()
    assumed: tuple[Interval, ...] = ()
    until: Seconds = 0.0
    wants: tuple[str, ...] = ()
    others: Mapping[str, Seconds] = field(default_factory=dict)
    ask: bool = False
    waited: Seconds = 0.0

    @classmethod
    def between(
        cls, last: Observation, current: Observation, length: float, *, hidden: bool
    ) -> Gap:
        """Return the gap between two observations.

        No further questions are asked about a person who was hidden.
        """
        before, after = last.counted_title, current.counted_title
        titles = tuple(it for it in dict.fromkeys((before, after)) if it)
        return cls(
            wall=current.at.wall,
            real=current.at.real,
            length=length,
            before=before,
            after=after,
            free=((0.0, length),) if length > 0 else (),
            until=length,
            wants=() if hidden else titles,
            ask=not hidden and length > LONG_GAP_SECONDS,
        )

    @property
    def is_valid(self) -> bool:
        """Whether the unexplained intervals are in order and inside of the gap."""
        edges = [edge for interval in self.free for edge in interval]
        return edges == sorted(edges) and (not edges or edges[-1] <= self.length)

    @property
    def unexplained(self) -> list[Interval]:
        """The unexplained intervals in which there may have been play."""
        return [(low, min(high, self.until)) for low, high in self.free if low < self.until]

    @property
    def is_settled(self) -> bool:
        """Whether nothing more can change."""
        return not (self.unexplained or self.assumed) or not (self.wants or self.ask)

    def offset(self, real: float) -> float:
        """Return the offset of a time in seconds since 1970 by the network's clock."""
        return real - (self.real - self.length)

    def at(self, offset: float) -> float:
        """Return the time of an offset, in seconds since 1970 by the wall clock."""
        return self.wall - (self.length - offset)

    def span(self, interval: Interval) -> Span:
        """Return an interval as a span by the wall clock."""
        low, high = interval
        return Span(self.at(high), high - low)

    def aged(self, seconds: float) -> Gap:
        """Return the gap after more seconds without the title that followed it."""
        return replace(self, waited=self.waited + seconds)

    def without_wanted(self, title_id: str) -> Gap:
        """Return the gap that does not want the counter of a title any more."""
        return replace(self, wants=tuple(it for it in self.wants if it != title_id))

    def with_other(self, title_id: str, offset: float) -> Gap:
        """Return the gap with a title that was last played in it. Its counter is wanted."""
        others = {**self.others, title_id: offset}
        return replace(self, others=others, wants=(*self.wants, title_id))

    def assume_until(self, offset: float) -> Explanation:
        """Explain the time up to an offset by the title before."""
        gap, taken = self.explain((0.0, min(offset, self.until)), offset)
        return replace(gap, assumed=tuple(sorted([*gap.assumed, *taken]))), taken

    def withdraw_assumed(self, seconds: float) -> Explanation:
        """Leave up to `seconds` that were assumed unexplained again, the last of them first."""
        assumed, given = list(self.assumed), list[Interval]()
        while assumed and seconds > 0:
            low, high = assumed.pop()
            begin = max(low, high - seconds)
            if low < begin:
                assumed.append((low, begin))
            given.append((begin, high))
            seconds -= high - begin
        free = tuple(sorted([*self.free, *given]))
        return replace(self, free=free, assumed=tuple(assumed)), given

    def explain_by_counter(self, title_id: str, seconds: float) -> Explanation:
        """Explain up to `seconds` by play of a title, where it fits best."""
        if title_id == self.before:
            return self.explain((0.0, self.until), seconds)
        if title_id == self.after:
            return self.explain((0.0, self.until), seconds, last=True)
        played = self.others.get(title_id, 0.0)
        gap, after = self.explain((played, self.until), seconds)
        left = seconds - sum(high - low for low, high in after)
        gap, before = gap.explain((0.0, min(played, self.until)), left, last=True)
        return gap, after + before

    def explain_by_observation(
        self, current: Observation
    ) -> tuple[Gap, list[tuple[str, Interval]]]:
        """Explain the gap by the observation at its end. The second value is the play by title."""
        gap, found = self, list[tuple[str, Interval]]()
        if current.last_seen is not None:
            signed_out = min(max(self.offset(current.last_seen), 0.0), self.length)
            gap = replace(gap, until=signed_out)
            if self.before is not None and current.last_title == self.before:
                gap, assumed = gap.assume_until(signed_out)
                found += [(self.before, interval) for interval in assumed]
        if self.after is not None and current.since is not None:
            since = max(self.offset(current.since), 0.0)
            gap, taken = gap.explain((since, self.length), self.length)
            found += [(self.after, interval) for interval in taken]
        return gap, found

    def explain(self, within: Interval, limit: float, *, last: bool = False) -> Explanation:
        """Explain up to `limit` unexplained seconds of an interval, the first or the last of them."""
        taken: list[Interval] = []
        rest: list[Interval] = []
        for low, high in reversed(self.free) if last else self.free:
            begin, end = max(low, within[0]), min(high, within[1])
            amount = min(end - begin, limit)
            if amount <= 0:
                rest.append((low, high))
                continue
            begin, end = (end - amount, end) if last else (begin, begin + amount)
            taken.append((begin, end))
            limit -= amount
            rest += [it for it in ((low, begin), (end, high)) if it[0] < it[1]]
        return replace(self, free=tuple(sorted(rest))), taken
