"""The response of `get_limits`: the week of a person, what is agreed for single days, and what holds today."""

from typing import Any

from homeassistant.util import dt as dt_util

from ..allowance import Allowance
from ..allowance.plan import night_of, special_days, week


def report(allowance: Allowance, time_left: int | None) -> dict[str, Any]:
    """Return the limits of a person; `time_left` is what the sensor tells, None if that is not known."""
    now = dt_util.now()
    today = now.date()
    rule, bedtime = allowance.rule(today), allowance.tonight(now)
    return {
        "available": True,
        "today": {
            "date": today.isoformat(),
            "minutes": rule.minutes,
            **night_of(rule),
            "bonus": allowance.bonus(today),
            "end": dt_util.as_local(bedtime.begin).isoformat() if bedtime else None,
            "time_left": time_left,
        },
        "week": week(allowance),
        "special_days": special_days(allowance, today),
    }


def unknown() -> dict[str, Any]:
    """Return the same for a person whose limits are not known now."""
    return {"available": False, "today": None, "week": None, "special_days": None}
