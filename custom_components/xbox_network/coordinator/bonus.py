"""Bonus time: what it changes, and when it would change nothing."""

from homeassistant.config_entries import ConfigEntry
from homeassistant.util import dt as dt_util

from ..allowance import Allowance
from ..error_texts import caller_error
from ..options import bonus_minutes, bonus_moves_bedtime


def with_bonus(
    entry: ConfigEntry, allowance: Allowance, minutes: int | None, *, certain: int | None
) -> Allowance:
    """Return an allowance with a bonus for now, of the minutes in the options by default.

    `certain` are the minutes of today that were certainly played, None if that is not known. Raises
    `ServiceValidationError` if nothing would change.
    """
    now = dt_util.now()
    given = bonus_minutes(entry) if minutes is None else minutes
    limited, bedtime = allowance.rule(now.date()).minutes is not None, allowance.tonight(now)
    if not limited and bedtime is None:
        raise caller_error("bonus_without_limit")
    longer = allowance.with_bonus(given, now.date(), certain or 0)
    if bonus_moves_bedtime(entry):
        return longer.with_later_bedtime(given, now)
    in_vain = given > 0 and certain is not None and allowance.bedtime_ends(now, certain)
    if bedtime and (in_vain or not limited):
        begin = dt_util.as_local(bedtime.begin)
        raise caller_error("bonus_against_bedtime", bedtime=f"{begin:%H:%M}")
    return longer
