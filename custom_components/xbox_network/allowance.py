"""The play time that a person is allowed: limits and bedtimes by weekday, and a bonus for one day."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Any, Final

DAY_MINUTES: Final = 1440
_NOON: Final = time(12)
_MIDNIGHT: Final = time(0)


class RuleProblem(ValueError):
    """The error of an invalid rule; its text is a translation key."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """The limit in minutes and the bedtime of a weekday; None is no limit.

    The bedtime ends at midnight, or at `bedtime_end`: on the next day if that is not later than `bedtime`.
    """

    minutes: int | None = None
    bedtime: time | None = None
    bedtime_end: time | None = None

    def checked(self) -> Rule:
        """Return the rule itself. Raises `RuleProblem` if it is invalid."""
        if any(it is not None and it.tzinfo for it in (self.bedtime, self.bedtime_end)):
            raise RuleProblem("bedtime_with_offset")
        if self.bedtime is None:
            if self.bedtime_end is not None:
                raise RuleProblem("bedtime_end_alone")
        elif self.bedtime_end is None:
            if self.bedtime < _NOON:
                raise RuleProblem("bedtime_before_noon")
        elif self.bedtime_end == self.bedtime:
            raise RuleProblem("bedtime_without_length")
        return self

    def to_store(self) -> dict[str, Any]:
        """Return the rule as JSON; `storage/allowance_json.py` reads it."""
        return {
            "minutes": self.minutes,
            "bedtime": self.bedtime and self.bedtime.isoformat(),
            "bedtime_end": self.bedtime_end and self.bedtime_end.isoformat(),
        }


@dataclass(frozen=True, slots=True)
class Bedtime:
    """The begin and the end of one bedtime, in UTC."""

    begin: datetime
    end: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Allowance:
    """The allowance of one person: a rule for each weekday, Monday first, and the bonus of one date."""

    rules: tuple[Rule, ...] = (Rule(),) * 7
    bonus_minutes: int = 0
    bonus_date: date | None = None

    def rule(self, day: date) -> Rule:
        """Return the rule of a day."""
        return self.rules[day.weekday()]

    def bonus(self, day: date) -> int:
        """Return the bonus of a day in minutes; a negative bonus shortens the limit."""
        return self.bonus_minutes if day == self.bonus_date else 0

    def with_bonus(self, minutes: int, day: date) -> Allowance:
        """Return a copy with more bonus minutes on a day."""
        total = max(-DAY_MINUTES, min(DAY_MINUTES, self.bonus(day) + minutes))
        return replace(self, bonus_minutes=total, bonus_date=day)

    def with_rules(
        self, weekdays: Collection[int], *, afresh: bool = False, **fields: Any
    ) -> Allowance:
        """Return a copy with the given fields of `Rule` on some weekdays.

        `afresh` resets the rules of these weekdays first. Raises `RuleProblem`.
        """
        rules = [
            replace(Rule() if afresh else old, **fields).checked() if weekday in weekdays else old
            for weekday, old in enumerate(self.rules)
        ]
        return replace(self, rules=tuple(rules))

    def time_left(self, now: datetime, certain: int) -> int | None:
        """Return the minutes left at a local time, on a day with `certain` minutes of play.

        What is only estimated of a day may have been on another one: it uses up nothing.

        None if nothing limits the rest of the day. A bedtime tomorrow before noon counts for tonight.
        """
        today, limits = now.date(), []
        if (minutes := self.rule(today).minutes) is not None:
            limits.append(max(0, minutes + self.bonus(today) - certain))
        if bedtime := self._next_bedtime(now):
            begin = bedtime.begin.astimezone(now.tzinfo)
            tonight = begin - timedelta(days=begin.time() < _NOON)
            if limits or tonight.date() <= today:
                limits.append(max(0, (bedtime.begin - now) // timedelta(minutes=1)))
        return min(limits, default=None)

    def next_change(self, now: datetime) -> datetime | None:
        """Return the time when the next bedtime begins, or the present one ends; None without bedtimes."""
        bedtime = self._next_bedtime(now)
        if bedtime is None:
            return None
        return bedtime.end if bedtime.begin <= now else bedtime.begin

    def _next_bedtime(self, now: datetime) -> Bedtime | None:
        """Return the present bedtime, else the next one within two days."""
        bedtimes = [bedtime for bedtime in self._bedtimes(now) if bedtime.end > now]
        return min(bedtimes, key=lambda bedtime: bedtime.begin, default=None)

    def _bedtimes(self, now: datetime) -> Iterator[Bedtime]:
        for days in range(-1, 3):
            day = now.date() + timedelta(days=days)
            rule = self.rule(day)
            if rule.bedtime is not None:
                end = rule.bedtime_end or _MIDNIGHT
                last = day + timedelta(days=1) if end <= rule.bedtime else day
                yield Bedtime(
                    _to_utc(day, rule.bedtime, now.tzinfo),
                    # a local time that occurs twice means the second one
                    max(_to_utc(last, end.replace(fold=fold), now.tzinfo) for fold in (0, 1)),
                )

    def to_store(self) -> dict[str, Any]:
        """Return the allowance as JSON; `storage/allowance_json.py` reads it."""
        return {
            "rules": [rule.to_store() for rule in self.rules],
            "bonus_minutes": self.bonus_minutes,
            "bonus_date": self.bonus_date and self.bonus_date.isoformat(),
        }


def _to_utc(day: date, at: time, zone: tzinfo | None) -> datetime:
    """Return a local time in UTC: local times cannot be compared across a change of the clock."""
    return datetime.combine(day, at, zone).astimezone(UTC)
