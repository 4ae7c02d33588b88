"""Bedtimes as moments: when an evening ends, also in nights in which the clocks change."""

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Final

from .rule import NOON, Rule

_MIDNIGHT: Final = time(0)
# Until then an evening goes on that began the day before.
_MORNING: Final = time(5)
_DAY: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Bedtime:
    """The begin and the end of one bedtime, in UTC, and the date of the evening that it ends.

    `planned` is when it begins without a bonus.
    """

    evening: date
    planned: datetime
    begin: datetime
    end: datetime

    def moved(self, minutes: int) -> Bedtime:
        """Return the bedtime that begins so much later, but never after its end."""
        return replace(self, begin=min(self.planned + timedelta(minutes=minutes), self.end))

    def is_tonight(self, now: datetime) -> bool:
        """Return whether the evening that it ends may be going on, or come, at a local time.

        That of the day before goes on until the morning, and longer if the bedtime begins only then.
        """
        today = now.date()
        if self.evening != today - _DAY:
            return self.evening == today
        morning = _to_utc(today, _MORNING, now.tzinfo)
        return now < morning or max(self.planned, self.begin) >= morning


def bedtime_of(day: date, rule: Rule, zone: tzinfo | None) -> Bedtime | None:
    """Return the bedtime that begins on a day. One before noon ends the evening of the day before."""
    if (begin := rule.bedtime) is None:
        return None
    end = rule.bedtime_end or _MIDNIGHT
    last, planned = day + _DAY if end <= begin else day, _to_utc(day, begin, zone)
    return Bedtime(
        day - _DAY if begin < NOON else day,
        planned,
        planned,
        # a local time that occurs twice means the second one
        max(_to_utc(last, end.replace(fold=fold), zone) for fold in (0, 1)),
    )


def _to_utc(day: date, at: time, zone: tzinfo | None) -> datetime:
    """Return a local time in UTC: local times cannot be compared across a change of the clock."""
    return datetime.combine(day, at, zone).astimezone(UTC)
