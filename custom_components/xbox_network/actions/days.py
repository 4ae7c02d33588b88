"""Days in the fields of actions, in every form that templates of Home Assistant give."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any, Final

import probatio
from homeassistant.helpers import config_validation as cv
from homeassistant.util import dt as dt_util

from ..error_texts import caller_error

ATTR_DATE: Final = "date"
ATTR_START: Final = "start"
ATTR_END: Final = "end"

# The longest period of days.
MAX_DAYS: Final = 366

# Numbers from here on are seconds since 1970; the largest day as a number is 99991231.
_LEAST_TIMESTAMP: Final = 100_000_000
# `ciso8601` would take `2026` for a day.
_LEAST_LENGTH: Final = len("20261201")


def day(value: object) -> date:
    """Validate a day, or a moment, which counts as its local day."""
    try:
        return _day(value)
    except (OverflowError, OSError, ValueError) as err:
        raise probatio.Invalid("Could not parse date") from err


def _day(value: object) -> date:
    if isinstance(value, datetime):
        return dt_util.as_local(value).date()
    if isinstance(value, date):
        return value
    text = "" if isinstance(value, bool) else str(value).strip()
    if (timestamp := _timestamp(text)) is not None:
        return dt_util.as_local(dt_util.utc_from_timestamp(timestamp)).date()
    if len(text) < _LEAST_LENGTH:
        raise ValueError("no day")
    return dt_util.as_local(cv.datetime(text)).date()


def _timestamp(text: str) -> float | None:
    try:
        number = float(text)
    except ValueError:
        return None
    return number if number >= _LEAST_TIMESTAMP else None


def days_between(first: date, last: date) -> list[date]:
    """Return all days of a period. Raises `ServiceValidationError` if it is too long or runs backwards."""
    if last < first:
        raise caller_error("period_backwards")
    if last - first >= timedelta(days=MAX_DAYS):
        raise caller_error("period_too_long", days=str(MAX_DAYS))
    return [first + timedelta(days=number) for number in range((last - first).days + 1)]


def agreed_days(data: Mapping[str, Any]) -> list[date]:
    """Return the days from today on that `date`, or `start` and `end`, mean; none if there is none of these fields.

    Raises `ServiceValidationError`.
    """
    today = dt_util.now().date()
    start, last = data.get(ATTR_START), data.get(ATTR_END)
    if only := data.get(ATTR_DATE):
        if start or last:
            raise caller_error("date_and_period")
        start = last = only
    if last is None:
        if start:
            raise caller_error("period_without_end")
        return []
    if last < today:
        raise caller_error("period_over")
    return [it for it in days_between(start or today, last) if it >= today]
