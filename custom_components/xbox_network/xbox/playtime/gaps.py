"""Gaps: times without observations, and the play that the network's record supports in them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from .daily_totals import Evidence
from .day_shares import DayPart, Interval, shares
from .local_days import Span
from .observations import Count, Observation, Seconds

# In a gap of more than this many seconds a title may have been played that runs neither before nor after it.
LONG_GAP_SECONDS: Final = 600.0
# For longer than this nobody is believed to have played on, without a counter that says so.
_MOST_ASSUMED_SECONDS: Final = 4 * 3600.0
# How long to wait until the network is asked again what was played in a gap. One answer may leave something out.
_LOOK_AGAIN_SECONDS: Final = (300.0, 1200.0)

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
    - `ask` is whether to ask the network for titles that were played in between, `looks` how often it has
      answered, `look_at` when to ask it by the ledger's clock.
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
    looks: Count = 0
    look_at: Seconds = 0.0
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

    def looked(self, clock: float) -> Gap:
        """Return the gap after an answer about the titles that were played last."""
        looks = self.looks + 1
        if looks > len(_LOOK_AGAIN_SECONDS):
            return replace(self, looks=looks, ask=False)
        return replace(self, looks=looks, look_at=clock + _LOOK_AGAIN_SECONDS[looks - 1])

    def with_other(self, title_id: str, offset: float) -> Gap:
        """Return the gap with a title that was last played in it. Its counter is wanted."""
        others = {**self.others, title_id: offset}
        return replace(self, others=others, wants=(*self.wants, title_id))

    def assume_until(self, offset: float, today: float) -> Explanation:
        """Explain the time up to an offset by the title before, unless it is too long.

        Of the last day, which begins at the offset `today`, nothing is certain.
        """
        offset = min(offset, self.until)
        if offset > _MOST_ASSUMED_SECONDS:
            return self, []
        gap, taken = self.explain((0.0, min(offset, today or offset)), offset)
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

    def explain_by_counter(
        self, title_id: str, seconds: float, parts: Sequence[DayPart]
    ) -> Explanation:
        """Explain up to `seconds` by play of a title: by day, and in each day where it fits best."""
        gap, found = self, list[Interval]()
        free = [self._free_seconds(part.within) for part in parts]
        for part, share in zip(parts, shares(parts, free, seconds), strict=True):
            gap, taken = gap._explain_within(title_id, part.within, share)
            found += taken
        return gap, found

    def _free_seconds(self, within: Interval) -> float:
        low, high = within
        return sum(max(0.0, min(end, high) - max(begin, low)) for begin, end in self.unexplained)

    def _explain_within(self, title_id: str, within: Interval, seconds: float) -> Explanation:
        """Explain up to `seconds` of an interval by play of a title, where it fits best."""
        low, high = within[0], min(within[1], self.until)
        if title_id == self.before:
            return self.explain((low, high), seconds)
        if title_id == self.after:
            return self.explain((low, high), seconds, last=True)
        played = min(max(self.others.get(title_id, 0.0), low), max(low, high))
        gap, after = self.explain((played, high), seconds)
        left = seconds - sum(end - begin for begin, end in after)
        gap, before = gap.explain((low, min(played, high)), left, last=True)
        return gap, after + before

    def explain_by_observation(
        self, current: Observation, today: float
    ) -> tuple[Gap, list[tuple[str, Interval, Evidence]]]:
        """Explain the gap by the observation at its end. The second value is the play by title.

        `today` is the offset at which the last day begins.
        """
        gap, found = self, list[tuple[str, Interval, Evidence]]()
        if current.last_seen is not None:
            signed_out = min(max(self.offset(current.last_seen), 0.0), self.length)
            gap = replace(gap, until=signed_out)
            if self.before is not None and current.last_title == self.before:
                gap, assumed = gap.assume_until(signed_out, today)
                found += [(self.before, interval, Evidence.AMOUNT) for interval in assumed]
        gap, taken = gap.explain_by_start(current)
        found += [(str(self.after), interval, Evidence.TIMES) for interval in taken]
        return gap, found

    def explain_by_start(self, current: Observation) -> Explanation:
        """Explain the gap by the start of the title at its end, which has been running until an observation."""
        if self.after is None or self.after != current.counted_title or current.since is None:
            return self, []
        return self.explain((max(self.offset(current.since), 0.0), self.length), self.length)

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
