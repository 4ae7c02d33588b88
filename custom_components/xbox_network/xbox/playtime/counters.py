"""The network's counters of minutes per title, compared with the seconds that were credited."""

import math
from dataclasses import dataclass, replace
from typing import Final

from .observations import Count, Seconds

# The counter moves during a session or after it. How long after is unknown (`docs/network.md` S5.4).
SETTLED_SECONDS: Final = 900.0
# It counts in whole minutes: a smaller difference is none.
MINUTE: Final = 60.0

_AGAIN_SECONDS: Final = 3600.0
# A counter that has not followed the play by then never will.
_GIVEN_UP_SECONDS: Final = 6 * 3600.0
# A title without a counter may get one some day.
_SILENT_SECONDS: Final = 86400.0
_PROMPT_SECONDS: Final = 120.0
_BEHIND_SECONDS: Final = 120.0
# How long to wait until a counter that was missing in an answer is looked for again. The waiting fits into the time
# for which a gap stays open. Most titles that have never told a number have no counter.
_LOOK_AGAIN_SECONDS: Final = (60.0, 300.0, 900.0, 2700.0)
_LOOK_AGAIN_UNTOLD_SECONDS: Final = _LOOK_AGAIN_SECONDS[:2]
_SECOND_LOOK_SECONDS: Final = 60.0

# It has the limits of seconds.
type Minutes = Seconds


@dataclass(frozen=True, slots=True)
class MinutesCounter:
    """The network's counter of the minutes that one person has played one title.

    `base` is a reading in minutes. `credited` are the seconds that were credited since that reading.
    All other times are seconds of the ledger's clock: `played` is when the title was last played,
    `began` when it was started now, if it had not been played for long. `due` is when to read the
    counter, `asked` when it was read last, `based` when the base was read, if that is known.
    `misses` is in how many answers in a row it was missing. `silent` is whether the network has no such
    counter, or refuses to tell. `doubted` is a reading that cannot be, and needs a second one.
    """

    base: Minutes | None = None
    credited: Seconds = 0.0
    played: Seconds | None = None
    began: Seconds | None = None
    due: Seconds | None = None
    asked: Seconds = 0.0
    silent: bool = False
    based: Seconds | None = None
    misses: Count = 0
    doubted: Minutes | None = None

    @property
    def is_comparable(self) -> bool:
        """Whether the network has such a counter, and there is a reading to compare it with."""
        return self.base is not None and not self.silent

    @property
    def is_undecided(self) -> bool:
        """Whether the latest answer says nothing, and the next one has to decide."""
        return self.doubted is not None or (self.misses > 0 and not self.silent)

    def is_settled(self, clock: float, *, playing: bool) -> bool:
        """Return whether the title has not been played for so long that the counter has moved."""
        return not playing and self._has_rested(clock)

    def start_title(self, clock: float, *, wanted: bool) -> MinutesCounter:
        """Return the counter after the title has started.

        `wanted` is whether a gap still wants to know the minutes from before.
        """
        rested, counter = self._has_rested(clock), self
        if rested and not wanted:
            counter = replace(counter, began=clock)
        if rested and self.base is None:
            counter = replace(counter, credited=0.0)
        return counter.schedule(clock) if rested or wanted else counter

    def end_title(self, clock: float) -> MinutesCounter:
        """Return the counter after the title has ended."""
        ended = replace(self, played=clock, began=None, due=None)
        return ended.schedule(clock + SETTLED_SECONDS)

    def schedule(self, clock: float) -> MinutesCounter:
        """Return the counter that is to be read at `clock`. A silent one is rarely read."""
        if self.silent and clock < self.asked + _SILENT_SECONDS:
            return self
        return replace(self, due=clock if self.due is None else min(self.due, clock))

    def credit(self, seconds: float) -> MinutesCounter:
        """Return the counter with more credited seconds, or fewer."""
        return replace(self, credited=max(0.0, self.credited + seconds))

    def miss(self, clock: float) -> MinutesCounter:
        """Return the counter after an answer without it. Only after several it is silent."""
        pauses = _LOOK_AGAIN_UNTOLD_SECONDS if self.base is None else _LOOK_AGAIN_SECONDS
        missed = replace(self, due=None, asked=clock, misses=self.misses + 1, doubted=None)
        if self.silent or self.misses >= len(pauses):
            return replace(missed, silent=True, misses=0)
        return missed.schedule(clock + pauses[self.misses])

    def read(
        self, minutes: Minutes, clock: float, *, playing: bool
    ) -> tuple[MinutesCounter, float | None]:
        """Return the counter after a reading, and the seconds played beyond the credited ones.

        The seconds are below zero if too many were credited, or if the counter has not followed yet.
        They are None if the reading cannot be compared.
        """
        if self._is_doubtful(minutes, clock):
            doubted = replace(self, due=None, asked=clock, silent=False, misses=0, doubted=minutes)
            return doubted.schedule(clock + _SECOND_LOOK_SECONDS), None
        counter = replace(self, due=None, asked=clock, silent=False, misses=0, doubted=None)
        rested = self._has_rested(clock)
        if not playing and not rested:
            counter = counter.schedule((self.played or 0.0) + SETTLED_SECONDS)
        if self.base is None or not self._is_possible(minutes, clock):
            credited = self.credited if playing or not rested else 0.0
            return replace(counter, base=minutes, based=clock, credited=credited), None
        beyond = (minutes - self.base) * MINUTE - self.credited
        if playing and beyond >= -_BEHIND_SECONDS and self._has_just_begun(clock):
            # play since the last reading that was never observed belongs to no gap
            credited = clock - (self.began or clock)
            return replace(counter, base=minutes, based=clock, credited=credited), None
        return counter, beyond

    def _is_possible(self, minutes: Minutes, clock: float) -> bool:
        """Tell whether the counter can have moved from the base to a reading, as far as the time is known."""
        base = self.base or 0.0
        most = math.inf if self.based is None else base + _minutes_since(self.based, clock)
        return base <= minutes <= most

    def _is_doubtful(self, minutes: Minutes, clock: float) -> bool:
        """Tell whether a reading cannot be, and is not the second one of its kind."""
        if self.base is None or self._is_possible(minutes, clock):
            return False
        return self.doubted is None or not (
            self.doubted <= minutes <= self.doubted + _minutes_since(self.asked, clock)
        )

    def settle(self, minutes: Minutes, clock: float) -> MinutesCounter:
        """Return the counter that counts from a reading long after the end, if it has followed."""
        behind = self.credited - (minutes - (self.base or 0.0)) * MINUTE
        given_up = self.played is not None and clock - self.played >= _GIVEN_UP_SECONDS
        if behind <= _BEHIND_SECONDS or given_up:
            return replace(self, base=minutes, based=clock, credited=0.0)
        return self.schedule(clock + _AGAIN_SECONDS)

    def _has_rested(self, clock: float) -> bool:
        return self.played is None or clock - self.played >= SETTLED_SECONDS

    def _has_just_begun(self, clock: float) -> bool:
        return self.began is not None and clock - self.began <= _PROMPT_SECONDS


def _minutes_since(earlier: float, clock: float) -> float:
    """Return by how many minutes a counter can have grown: it may have been late before."""
    return (clock - earlier + SETTLED_SECONDS) / MINUTE
