"""Which local day a moment belongs to. Days have 23, 24 or 25 hours."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta, tzinfo
from typing import Final

_ONE_DAY: Final = timedelta(days=1)
# What ends at midnight ends the day before.
_MOMENT: Final = 1e-3


class LocalDays:
    """The days of a time zone. Moments are seconds since 1970."""

    def __init__(self, zone: tzinfo) -> None:
        """Start with no day looked up yet."""
        self.zone = zone
        self._day = date.min
        self._began = self._ends = 0.0

    def day_of(self, moment: float) -> date:
        """Return the local day of a moment."""
        if not self._began <= moment < self._ends:
            self._look_up(moment)
        return self._day

    def pieces(self, end: float, seconds: float) -> Iterator[tuple[date, float]]:
        """Split the time before a moment into days, the latest first; yield each with its seconds."""
        while seconds > 0:
            day = self.day_of(end - _MOMENT)
            share = min(seconds, max(end - self._began, _MOMENT))
            yield day, share
            seconds -= share
            end -= share

    def _look_up(self, moment: float) -> None:
        self._day = datetime.fromtimestamp(moment, self.zone).date()
        began, ends = self._midnight(self._day), self._midnight(self._day + _ONE_DAY)
        # where a clock is set back over midnight some minutes are outside of their own day
        self._began, self._ends = min(began, moment), ends

    def _midnight(self, day: date) -> float:
        return datetime.combine(day, time.min, self.zone).timestamp()
