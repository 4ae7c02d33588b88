"""The rule of a weekday, and what is agreed for a date instead."""

from dataclasses import dataclass, replace
from datetime import time
from typing import Any, Final, Self

DAY_MINUTES: Final = 1440
NOON: Final = time(12)


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

    def checked(self) -> Self:
        """Return the rule itself. Raises `RuleProblem` if it is invalid."""
        if any(it is not None and it.tzinfo for it in (self.bedtime, self.bedtime_end)):
            raise RuleProblem("bedtime_with_offset")
        if self.bedtime is None:
            if self.bedtime_end is not None:
                raise RuleProblem("bedtime_end_alone")
        elif self.bedtime_end is None:
            if self.bedtime < NOON:
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


@dataclass(frozen=True, slots=True, kw_only=True)
class DateRule(Rule):
    """What is agreed for one date. None is what the weekday says; on a `free` day that is nothing.

    A bedtime stands with its end: what is agreed for a date does not change with the weekday's bedtime.
    """

    free: bool = False

    def over(self, weekly: Rule) -> Rule:
        """Return the rule that holds on the date, by the rule of its weekday."""
        usual = Rule() if self.free else weekly
        night = usual if self.bedtime is None else self
        return Rule(
            minutes=usual.minutes if self.minutes is None else self.minutes,
            bedtime=night.bedtime,
            bedtime_end=night.bedtime_end,
        )

    def changed(self, weekly: Rule, **fields: Any) -> DateRule:
        """Return a copy with the given fields of `Rule`. Raises `RuleProblem`.

        A bedtime keeps the end that held so far, an end the bedtime. A bedtime before noon needs its own end: the
        usual one would be that of another night.
        """
        if fields.keys() & {"bedtime", "bedtime_end"}:
            held = self.over(weekly)
            night: dict[str, time | None] = {
                "bedtime": held.bedtime,
                "bedtime_end": None if _before_noon(fields.get("bedtime")) else held.bedtime_end,
            }
            fields = night | fields
        return replace(self, **fields).checked()

    def to_store(self) -> dict[str, Any]:
        """Return the rule as JSON."""
        return Rule.to_store(self) | {"free": self.free}


def _before_noon(bedtime: time | None) -> bool:
    return bedtime is not None and bedtime.replace(tzinfo=None) < NOON
