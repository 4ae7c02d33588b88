"""The play time that a person is allowed: limits and bedtimes by weekday and date, and a bonus for one day."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Any, Final

from .evening import Bedtime, bedtime_of
from .rule import DAY_MINUTES, DateRule, Rule

_MINUTE: Final = timedelta(minutes=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Allowance:
    """The allowance of one person.

    There is a rule for each weekday, Monday first, what is agreed for some dates instead, and the bonus of one
    date. `evening_minutes` is how much later the evening of `evening_date` ends than its rule says.
    """

    rules: tuple[Rule, ...] = (Rule(),) * 7
    dates: Mapping[date, DateRule] = field(default_factory=dict)
    bonus_minutes: int = 0
    bonus_date: date | None = None
    evening_minutes: int = 0
    evening_date: date | None = None

    def rule(self, day: date) -> Rule:
        """Return the rule that holds on a day."""
        weekly = self.rules[day.weekday()]
        agreed = self.dates.get(day)
        return agreed.over(weekly) if agreed else weekly

    def bonus(self, day: date) -> int:
        """Return the bonus of a day in minutes; a negative bonus shortens the limit."""
        return self.bonus_minutes if day == self.bonus_date else 0

    def with_bonus(self, minutes: int, day: date, certain: int = 0) -> Allowance:
        """Return a copy with more bonus minutes on a day. The evening stays as long as it is.

        On a day with `certain` minutes of play beyond the limit, these are given, too: the bonus is time to play.
        """
        total = self.bonus(day) + minutes
        if minutes > 0 and (limit := self.rule(day).minutes) is not None:
            total += max(0, certain - limit - self.bonus(day))
        return replace(self, bonus_minutes=_at_most_a_day(total), bonus_date=day)

    def with_later_bedtime(self, minutes: int, now: datetime) -> Allowance:
        """Return a copy in which the evening that is going on, or comes, is longer. Without a bedtime it is the same.

        During a bedtime the minutes begin now: what has passed of it is no time to play.
        """
        if (bedtime := self.tonight(now)) is None:
            return self
        passed = max(now - bedtime.begin, timedelta()) if minutes > 0 else timedelta()
        total = self._later(bedtime.evening) + minutes - (-passed // _MINUTE)
        return replace(self, evening_minutes=_at_most_a_day(total), evening_date=bedtime.evening)

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

    def with_dates(
        self, days: Iterable[date], *, afresh: bool = False, free: bool = False, **fields: Any
    ) -> Allowance:
        """Return a copy in which the given fields of `Rule` are agreed for some dates.

        `afresh` forgets first what is agreed for them; `free` days have nothing but these fields. Raises
        `RuleProblem`.
        """
        dates = dict(self.dates)
        for day in days:
            agreed = DateRule(free=free) if afresh or free else dates.get(day, DateRule())
            dates[day] = agreed.changed(self.rules[day.weekday()], **fields)
            if dates[day] == DateRule():
                del dates[day]
        return replace(self, dates=dates)

    def with_limit(self, minutes: int, day: date) -> Allowance:
        """Return a copy with another limit on a day: for the date if it has its own limit, else for the weekday."""
        agreed = self.dates.get(day)
        if agreed and (agreed.free or agreed.minutes is not None):
            return self.with_dates([day], minutes=minutes)
        return self.with_rules([day.weekday()], minutes=minutes)

    def without_past(self, today: date) -> Allowance:
        """Return the allowance without dates that are over. The night of yesterday may last."""
        first = today - timedelta(days=1)
        if all(day >= first for day in self.dates):
            return self
        return replace(self, dates={day: it for day, it in self.dates.items() if day >= first})

    def time_left(self, now: datetime, certain: int) -> int | None:
        """Return the minutes left at a local time, on a day with `certain` minutes of play.

        What is only estimated of a day may have been on another one: it uses up nothing.

        None if nothing limits the rest of the day. A bedtime tomorrow before noon counts for tonight.
        """
        of_limit, bedtime = self._limit_left(now, certain), self._next_bedtime(now)
        if bedtime is None or (of_limit is None and bedtime.evening > now.date()):
            return of_limit
        until = _minutes_until(bedtime, now)
        return until if of_limit is None else min(of_limit, until)

    def bedtime_ends(self, now: datetime, certain: int) -> bool:
        """Return whether it is the bedtime that ends the play time tonight, rather than the limit."""
        of_limit, bedtime = self._limit_left(now, certain), self.tonight(now)
        if bedtime is None:
            return False
        return of_limit is None or _minutes_until(bedtime, now) <= of_limit

    def tonight(self, now: datetime) -> Bedtime | None:
        """Return the bedtime that ends the evening which is going on, or comes, at a local time."""
        coming = (it for it in self._bedtimes(now) if it.end > now and it.is_tonight(now))
        return min(coming, key=lambda bedtime: (bedtime.evening, bedtime.begin), default=None)

    def next_change(self, now: datetime) -> datetime | None:
        """Return the time when the next bedtime begins, or the present one ends; None without bedtimes."""
        bedtime = self._next_bedtime(now)
        if bedtime is None:
            return None
        return bedtime.end if bedtime.begin <= now else bedtime.begin

    def _limit_left(self, now: datetime, certain: int) -> int | None:
        today = now.date()
        minutes = self.rule(today).minutes
        return None if minutes is None else max(0, minutes + self.bonus(today) - certain)

    def _next_bedtime(self, now: datetime) -> Bedtime | None:
        """Return the present bedtime, else the next one within two days."""
        return _first(it for it in self._bedtimes(now) if it.end > now and it.begin < it.end)

    def _bedtimes(self, now: datetime) -> Iterator[Bedtime]:
        for days in range(-1, 3):
            day = now.date() + timedelta(days=days)
            if bedtime := bedtime_of(day, self.rule(day), now.tzinfo):
                yield bedtime.moved(self._later(bedtime.evening))

    def _later(self, evening: date) -> int:
        return self.evening_minutes if evening == self.evening_date else 0

    def to_store(self) -> dict[str, Any]:
        """Return the allowance as JSON; `storage/allowance_json.py` reads it.

        What version 0.1.0 did not know is left out while there is nothing of it.
        """
        stored: dict[str, Any] = {
            "rules": [rule.to_store() for rule in self.rules],
            "bonus_minutes": self.bonus_minutes,
            "bonus_date": self.bonus_date and self.bonus_date.isoformat(),
        }
        if self.dates:
            agreed = sorted(self.dates.items())
            stored["dates"] = {day.isoformat(): it.to_store() for day, it in agreed}
        if self.evening_date:
            stored["evening_minutes"] = self.evening_minutes
            stored["evening_date"] = self.evening_date.isoformat()
        return stored


def _first(bedtimes: Iterable[Bedtime]) -> Bedtime | None:
    return min(bedtimes, key=lambda bedtime: bedtime.begin, default=None)


def _minutes_until(bedtime: Bedtime, now: datetime) -> int:
    return max(0, (bedtime.begin - now) // _MINUTE)


def _at_most_a_day(minutes: int) -> int:
    return max(-DAY_MINUTES, min(DAY_MINUTES, minutes))
