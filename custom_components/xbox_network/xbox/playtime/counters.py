"""How many minutes the network has counted in a title, against how much of them was credited."""

from dataclasses import dataclass
from typing import Final

from .observations import Seconds

# The counter moves during a session or after it, nobody knows how long after (`xbox-services.md` 5.4).
SETTLED_SECONDS: Final = 900.0
# It counts in whole minutes: a difference of less is none.
MINUTE: Final = 60.0

_AGAIN_SECONDS: Final = 3600.0
# A counter that has not followed by then never will.
_GIVEN_UP_SECONDS: Final = 6 * 3600.0
# A title that has none may get one some day.
_SILENT_SECONDS: Final = 86400.0
_PROMPT_SECONDS: Final = 120.0
_BEHIND_SECONDS: Final = 120.0


@dataclass(slots=True)
class MinutesCounter:
    """The counter of one title for one person. Times are by the ledger's own clock.

    Of what it has counted above `base` minutes, `credited` seconds were credited. `played` is when the title
    was last played, `began` when it was begun now, if that was long after. `due` is when to ask, `silent`
    whether there is no such counter, as it seemed when it was `asked`.
    """

    base: Seconds | None = None
    credited: Seconds = 0.0
    played: Seconds | None = None
    began: Seconds | None = None
    due: Seconds | None = None
    asked: Seconds = 0.0
    silent: bool = False

    @property
    def tells(self) -> bool:
        """Whether there is such a counter, and something to compare it with."""
        return self.base is not None and not self.silent

    def begin(self, clock: float, *, wanted: bool) -> None:
        """Take note that the title is begun; a gap may still want what it has counted before."""
        rested = self._rested(clock)
        if rested and not wanted:
            self.began = clock
        if rested and self.base is None:
            self.credited = 0.0
        if rested or wanted:
            self.ask(clock)

    def end(self, clock: float) -> None:
        """Take note that the title was played until now."""
        self.played, self.began = clock, None
        self.due = None
        self.ask(clock + SETTLED_SECONDS)

    def ask(self, when: float) -> None:
        """Let the counter be read; one that seems not to be there is read rarely."""
        if not self.silent or when >= self.asked + _SILENT_SECONDS:
            self.due = when if self.due is None else min(self.due, when)

    def read(self, minutes: float | None, clock: float, *, playing: bool) -> float | None:
        """Take over a reading; return how many seconds were played beyond what was credited.

        Below zero too many were, or it has not followed yet. None if it tells nothing.
        """
        self.due, self.asked, self.silent = None, clock, minutes is None
        if minutes is None:
            return None
        rested = self._rested(clock)
        if not playing and not rested:
            self.ask((self.played or 0.0) + SETTLED_SECONDS)
        if self.base is None or minutes < self.base:
            self.base = minutes
            if not playing and rested:
                self.credited = 0.0
            return None
        beyond = (minutes - self.base) * MINUTE - self.credited
        prompt = self.began is not None and clock - self.began <= _PROMPT_SECONDS
        if playing and prompt and beyond >= -_BEHIND_SECONDS:
            # what was played since the last reading, and never seen, is not of any gap
            self.base, self.credited = minutes, clock - (self.began or clock)
            return None
        return beyond

    def settled(self, clock: float, *, playing: bool) -> bool:
        """Tell whether the title has not been played for so long that the counter has moved."""
        return not playing and self._rested(clock)

    def settle(self, minutes: float, clock: float) -> None:
        """Let counting begin anew with a reading long after the end, if it has followed."""
        behind = self.credited - (minutes - (self.base or 0.0)) * MINUTE
        given_up = self.played is not None and clock - self.played >= _GIVEN_UP_SECONDS
        if behind <= _BEHIND_SECONDS or given_up:
            self.base, self.credited = minutes, 0.0
        else:
            self.ask(clock + _AGAIN_SECONDS)

    def _rested(self, clock: float) -> bool:
        return self.played is None or clock - self.played >= SETTLED_SECONDS
