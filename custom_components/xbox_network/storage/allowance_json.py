"""A stored allowance. An odd value in it costs that value alone: a limit must not be lost together with another."""

from collections.abc import Mapping
from datetime import date, time
from typing import Any, Final

from ..allowance import DAY_MINUTES, Allowance, DateRule, Rule, RuleProblem
from .additions import ANY, Known

_WEEKDAYS: Final = 7
# Each stored rule and allowance has all of them; what came later than version 0.1.0 may be missing.
_RULE_KEYS: Final = frozenset(("minutes", "bedtime", "bedtime_end"))
_ALLOWANCE_KEYS: Final = frozenset(("rules", "bonus_minutes", "bonus_date"))

# All that is read here, in each place. What is not in it comes from a later version, and is written again.
KNOWN: Final[Mapping[str, Known]] = {
    **dict.fromkeys(_ALLOWANCE_KEYS | {"evening_minutes", "evening_date"}),
    "rules": [dict.fromkeys(_RULE_KEYS)],
    "dates": {ANY: dict.fromkeys(_RULE_KEYS | {"free"})},
}


def allowance_from_json(data: object) -> tuple[Allowance, bool]:
    """Return a stored allowance without what makes no sense in it, and whether there was such a thing."""
    reader = _Reader()
    return reader.allowance(data), reader.odd


class _Reader:
    """Reads an allowance value by value. `odd` is whether one made no sense."""

    def __init__(self) -> None:
        self.odd = False

    def allowance(self, data: object) -> Allowance:
        """Return an allowance. A weekday without a rule has no limit."""
        content = self._mapping(data, _ALLOWANCE_KEYS)
        stored = content.get("rules")
        rules = stored if isinstance(stored, list) else []
        self.odd |= len(rules) != _WEEKDAYS
        known = [self._rule(it) for it in rules[:_WEEKDAYS]]
        bonus = self._minutes(content.get("bonus_minutes"), least=-DAY_MINUTES)
        self.odd |= bonus is None
        return Allowance(
            rules=(*known, *(Rule() for _ in range(len(known), _WEEKDAYS))),
            bonus_minutes=bonus or 0,
            bonus_date=self._date(content.get("bonus_date")),
            dates=self._dates(content.get("dates", {})),
            **self._evening(content),
        )

    def _dates(self, data: object) -> dict[date, DateRule]:
        """Return what is agreed for dates. An odd one costs that date."""
        content = self._mapping(data, frozenset())
        self.odd |= not isinstance(data, dict)
        known = {self._date(day): self._date_rule(it) for day, it in content.items()}
        return {day: it for day, it in known.items() if day and it != DateRule()}

    def _date_rule(self, data: object) -> DateRule:
        rule, content = self._rule(data), data if isinstance(data, dict) else {}
        free = content.get("free")
        self.odd |= not isinstance(free, bool)
        return DateRule(
            free=free is True,
            minutes=rule.minutes,
            bedtime=rule.bedtime,
            bedtime_end=rule.bedtime_end,
        )

    def _evening(self, content: dict[str, Any]) -> dict[str, Any]:
        """Return how much later an evening ends: nothing without the date of it."""
        minutes = self._minutes(content.get("evening_minutes"), least=-DAY_MINUTES)
        day = self._date(content.get("evening_date"))
        self.odd |= (minutes is None) is not (day is None)
        return (
            {}
            if minutes is None or day is None
            else {"evening_minutes": minutes, "evening_date": day}
        )

    def _rule(self, data: object) -> Rule:
        """Return a rule: limit and bedtime do not depend on each other."""
        content = self._mapping(data, _RULE_KEYS)
        minutes = self._minutes(content.get("minutes"), least=0)
        bedtime, bedtime_end = (self._time(content.get(it)) for it in ("bedtime", "bedtime_end"))
        try:
            return Rule(minutes=minutes, bedtime=bedtime, bedtime_end=bedtime_end).checked()
        except RuleProblem:
            self.odd = True
            return Rule(minutes=minutes)

    def _mapping(self, data: object, keys: frozenset[str]) -> dict[str, Any]:
        content = data if isinstance(data, dict) else {}
        self.odd |= not content.keys() >= keys
        return content

    def _minutes(self, data: object, *, least: int) -> int | None:
        if data is None:
            return None
        try:
            minutes = int(data) if isinstance(data, float | str) else data
        except ValueError, OverflowError:
            minutes = None
        if type(minutes) is int and least <= minutes <= DAY_MINUTES:
            return minutes
        self.odd = True
        return None

    def _time(self, data: object) -> time | None:
        """Return a local time. Another offset makes no sense, but what is meant is rather the time than none."""
        if data is None:
            return None
        try:
            moment = time.fromisoformat(data)  # type: ignore[arg-type]
        except TypeError, ValueError:
            self.odd = True
            return None
        self.odd |= moment.tzinfo is not None
        return moment.replace(tzinfo=None)

    def _date(self, data: object) -> date | None:
        if data is None:
            return None
        try:
            return date.fromisoformat(data)  # type: ignore[arg-type]
        except TypeError, ValueError:
            self.odd = True
            return None
