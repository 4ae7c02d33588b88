"""How long somebody may play: limits and bedtimes by weekday, and a bonus for one day."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Any, Final

DAY_MINUTES: Final = 1440
_NOON: Final = time(12)
_MIDNIGHT: Final = time(0)


class RuleProblem(ValueError):
    """A rule that cannot be meant; the text is the key of its explanation."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """What holds on a weekday. None is not limited.

    The bedtime ends at midnight, or at `bedtime_end`: on the next day if that is not later than it begins.
    """

    minutes: int | None = None
    bedtime: time | None = None
    bedtime_end: time | None = None

    def checked(self) -> Rule:
        """Return the rule itself. Raises `RuleProblem` if it makes no sense."""
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
        """Return what `from_store` takes."""
        return {
            "minutes": self.minutes,
            "bedtime": self.bedtime and self.bedtime.isoformat(),
            "bedtime_end": self.bedtime_end and self.bedtime_end.isoformat(),
        }

    @classmethod
    def from_store(cls, data: Mapping[str, Any]) -> Rule:
        """Return a rule that was stored. Raises KeyError, TypeError or ValueError if it is none."""
        minutes, *times = data["minutes"], data["bedtime"], data["bedtime_end"]
        bedtime, bedtime_end = (None if it is None else time.fromisoformat(it) for it in times)
        if minutes is not None and not 0 <= int(minutes) <= DAY_MINUTES:
            raise ValueError(minutes)
        return cls(
            minutes=None if minutes is None else int(minutes),
            bedtime=bedtime,
            bedtime_end=bedtime_end,
        ).checked()


@dataclass(frozen=True, slots=True)
class Bedtime:
    """One night: two moments."""

    begin: datetime
    end: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Allowance:
    """How long one person may play: a rule for each weekday, Monday first, and the bonus of one date."""

    rules: tuple[Rule, ...] = (Rule(),) * 7
    bonus_minutes: int = 0
    bonus_date: date | None = None

    def rule(self, day: date) -> Rule:
        """Return what holds on a day."""
        return self.rules[day.weekday()]

    def bonus(self, day: date) -> int:
        """Return the bonus of a day in minutes; less than 0 takes away."""
        return self.bonus_minutes if day == self.bonus_date else 0

    def with_bonus(self, minutes: int, day: date) -> Allowance:
        """Return the same with a bonus more on a day."""
        total = max(-DAY_MINUTES, min(DAY_MINUTES, self.bonus(day) + minutes))
        return replace(self, bonus_minutes=total, bonus_date=day)

    def with_rules(
        self, weekdays: Collection[int], *, afresh: bool = False, **given: Any
    ) -> Allowance:
        """Return the same with the fields of `Rule` that are given, on some weekdays.

        `afresh` forgets first what held there. Raises `RuleProblem`.
        """
        rules = [
            replace(Rule() if afresh else old, **given).checked() if number in weekdays else old
            for number, old in enumerate(self.rules)
        ]
        return replace(self, rules=tuple(rules))

    def time_left(self, now: datetime, played: int) -> int | None:
        """Return the minutes that are left, at a moment in local time, of a day with `played` minutes.

        None if nothing limits the rest of the day. Tomorrow's bedtime counts for tonight if it begins
        before noon.
        """
        today, left = now.date(), []
        if (minutes := self.rule(today).minutes) is not None:
            left.append(max(0, minutes + self.bonus(today) - played))
        if night := self._next_bedtime(now):
            begin = night.begin.astimezone(now.tzinfo)
            tonight = begin - timedelta(days=begin.time() < _NOON)
            if left or tonight.date() <= today:
                left.append(max(0, (night.begin - now) // timedelta(minutes=1)))
        return min(left, default=None)

    def next_change(self, now: datetime) -> datetime | None:
        """Return when the next bedtime begins, or the present one ends."""
        night = self._next_bedtime(now)
        if night is None:
            return None
        return night.end if night.begin <= now else night.begin

    def _next_bedtime(self, now: datetime) -> Bedtime | None:
        """Return the bedtime that is now, else the next one within two days."""
        found = [night for night in self._bedtimes(now) if night.end > now]
        return min(found, key=lambda night: night.begin, default=None)

    def _bedtimes(self, now: datetime) -> Iterator[Bedtime]:
        for days in range(-1, 3):
            day = now.date() + timedelta(days=days)
            rule = self.rule(day)
            if rule.bedtime is not None:
                end = rule.bedtime_end or _MIDNIGHT
                last = day + timedelta(days=1) if end <= rule.bedtime else day
                yield Bedtime(
                    _moment(day, rule.bedtime, now.tzinfo),
                    # what the clock shows twice ends the second time
                    max(_moment(last, end.replace(fold=fold), now.tzinfo) for fold in (0, 1)),
                )

    def to_store(self) -> dict[str, Any]:
        """Return what `from_store` takes."""
        return {
            "rules": [rule.to_store() for rule in self.rules],
            "bonus_minutes": self.bonus_minutes,
            "bonus_date": self.bonus_date and self.bonus_date.isoformat(),
        }

    @classmethod
    def from_store(cls, data: object) -> Allowance | None:
        """Return what was stored, None if it is unreadable."""
        if not isinstance(data, Mapping):
            return None
        try:
            rules = tuple(Rule.from_store(it) for it in data["rules"])
            day, minutes = data["bonus_date"], int(data["bonus_minutes"])
            bonus_date = None if day is None else date.fromisoformat(day)
        except KeyError, TypeError, ValueError:
            return None
        if len(rules) != 7:
            return None
        return cls(rules=rules, bonus_minutes=minutes, bonus_date=bonus_date)


def _moment(day: date, at: time, zone: tzinfo | None) -> datetime:
    """Return a moment in UTC: local times cannot be compared over a change of the clock."""
    return datetime.combine(day, at, zone).astimezone(UTC)
