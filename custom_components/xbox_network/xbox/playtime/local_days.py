"""Local days of a time zone. Days have 23, 24 or 25 hours."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo
from typing import Final

_ONE_DAY: Final = timedelta(days=1)
# A span that ends at midnight belongs to the day before.
_MIDNIGHT_SECONDS: Final = 1e-3


@dataclass(frozen=True, slots=True)
class Span:
    """A span of `seconds` that ends at `end`, in seconds since 1970 by the wall clock."""

    end: float
    seconds: float


class LocalDays:
    """The local days of a time zone, which may change. Times are seconds since 1970."""

    def __init__(self, zone: tzinfo) -> None:
        """Start without a cached day."""
        self.zone = zone

    @property
    def zone(self) -> tzinfo:
        """The time zone."""
        return self._zone

    @zone.setter
    def zone(self, zone: tzinfo) -> None:
        self._zone = zone
        self._day = date.min
        self._began = self._ends = 0.0

    def day_of(self, seconds: float) -> date:
        """Return the local day of a time."""
        if not self._began <= seconds < self._ends:
            self._cache_day(seconds)
        return self._day

    def split(self, span: Span) -> Iterator[tuple[date, float]]:
        """Split a span by days, the latest day first. Yields each day with its seconds."""
        end, seconds = span.end, span.seconds
        while seconds > 0:
            day = self.day_of(end - _MIDNIGHT_SECONDS)
            share = min(seconds, max(end - self._began, _MIDNIGHT_SECONDS))
            yield day, share
            seconds -= share
            end -= share

    def length(self, day: date) -> float:
        """Return the seconds of a day."""
        return self._midnight(day + _ONE_DAY) - self._midnight(day)

    def _cache_day(self, seconds: float) -> None:
        self._day = datetime.fromtimestamp(seconds, self._zone).date()
        began, ends = self._midnight(self._day), self._midnight(self._day + _ONE_DAY)
        # where a clock is set back over midnight, some minutes are outside of their own day
        self._began, self._ends = min(began, seconds), ends

    def _midnight(self, day: date) -> float:
        return datetime.combine(day, time.min, self._zone).timestamp()
