"""The plan of a person as plain values, for attributes and responses: the week, and what is agreed for single days."""

from datetime import date, timedelta
from typing import Any

from homeassistant.const import WEEKDAYS

from .allowance import Allowance
from .rule import DateRule, Rule


def week(allowance: Allowance) -> dict[str, dict[str, Any]]:
    """Return the rule of each weekday, Monday first."""
    return {
        name: {"minutes": rule.minutes, **night_of(rule)}
        for name, rule in zip(WEEKDAYS, allowance.rules, strict=True)
    }


def special_days(allowance: Allowance, today: date) -> list[dict[str, Any]]:
    """Return what is agreed for dates from today on. Days in a row with the same rule are one period."""
    periods: list[tuple[date, date, DateRule]] = []
    for day, rule in sorted(allowance.dates.items()):
        if day < today:
            continue
        if periods and periods[-1][1:] == (day - timedelta(days=1), rule):
            periods[-1] = (periods[-1][0], day, rule)
        else:
            periods.append((day, day, rule))
    return [
        {
            "start": first.isoformat(),
            "end": last.isoformat(),
            "free": rule.free,
            "minutes": rule.minutes,
            **night_of(rule),
        }
        for first, last, rule in periods
    ]


def night_of(rule: Rule) -> dict[str, Any]:
    """Return the bedtime of a rule and its end."""
    return {
        "bedtime": rule.bedtime and rule.bedtime.isoformat(),
        "bedtime_end": rule.bedtime_end and rule.bedtime_end.isoformat(),
    }
