"""Bedtimes as moments: when an evening ends, also in nights in which the clocks change."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Final

from .rule import NOON, Rule

_MIDNIGHT: Final = time(0)
# Until then an evening goes on that began the day before.
_MORNING: Final = time(5)
_DAY: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Bedtime:
    """The begin and the end of one bedtime, in UTC, and the date of the evening that it ends."""

    evening: date
    begin: datetime
    end: datetime

    def moved(self, minutes: int) -> Bedtime:
        """Return the bedtime that begins so much later, but never after its end."""
        begin = min(self.begin + timedelta(minutes=minutes), self.end)
        return Bedtime(self.evening, begin, self.end)


def bedtime_of(day: date, rule: Rule, zone: tzinfo | None) -> Bedtime | None:
    """Return the bedtime that begins on a day. One before noon ends the evening of the day before."""
    if (begin := rule.bedtime) is None:
        return None
    end = rule.bedtime_end or _MIDNIGHT
    last = day + _DAY if end <= begin else day
    return Bedtime(
        day - _DAY if begin < NOON else day,
        _to_utc(day, begin, zone),
        # a local time that occurs twice means the second one
        max(_to_utc(last, end.replace(fold=fold), zone) for fold in (0, 1)),
    )


def evenings_at(now: datetime) -> tuple[date, ...]:
    """Return the dates of the evenings that may be going on, or begin, at a local time: the earlier one first."""
    today = now.date()
    return (today - _DAY, today) if now.time() < _MORNING else (today,)


def _to_utc(day: date, at: time, zone: tzinfo | None) -> datetime:
    """Return a local time in UTC: local times cannot be compared across a change of the clock."""
    return datetime.combine(day, at, zone).astimezone(UTC)
