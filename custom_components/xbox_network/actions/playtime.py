"""The actions about play time: `get_playtime`, `set_limit`, `add_bonus_time`."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from typing import Any, Final

import probatio
from homeassistant.auth.permissions.const import POLICY_CONTROL, POLICY_READ
from homeassistant.const import WEEKDAYS
from homeassistant.core import (
    HomeAssistant,
    ServiceCall,
    ServiceResponse,
    SupportsResponse,
    callback,
)
from homeassistant.helpers import config_validation as cv
from homeassistant.util import dt as dt_util

from ..allowance import DAY_MINUTES, Allowance, RuleProblem
from ..const import DOMAIN
from ..coordinator.playtime import PlaytimeCoordinator
from ..error_texts import caller_error
from ..rights import async_check_limits
from .playtime_report import report
from .targets import async_people

SET_LIMIT: Final = "set_limit"
ADD_BONUS_TIME: Final = "add_bonus_time"
GET_PLAYTIME: Final = "get_playtime"
ATTR_MINUTES: Final = "minutes"
ATTR_WEEKDAYS: Final = "weekdays"
ATTR_BEDTIME: Final = "bedtime"
ATTR_BEDTIME_END: Final = "bedtime_end"
ATTR_REMOVE: Final = "remove"
ATTR_START: Final = "start"
ATTR_END: Final = "end"

_DEFAULT_DAYS: Final = 7
_MAX_DAYS: Final = 366
_LIMIT_FIELDS: Final = (ATTR_MINUTES, ATTR_BEDTIME, ATTR_BEDTIME_END)


@callback
def async_setup_set_limit(hass: HomeAssistant) -> None:
    """Register `set_limit`."""
    hass.services.async_register(
        DOMAIN,
        SET_LIMIT,
        _set_limit,
        cv.make_entity_service_schema(
            {
                probatio.Optional(ATTR_MINUTES): probatio.All(
                    probatio.Coerce(int), probatio.Range(min=0, max=DAY_MINUTES)
                ),
                probatio.Optional(ATTR_WEEKDAYS, default=list(WEEKDAYS)): probatio.All(
                    cv.weekdays, probatio.Length(min=1)
                ),
                probatio.Optional(ATTR_BEDTIME): cv.time,
                probatio.Optional(ATTR_BEDTIME_END): cv.time,
                probatio.Optional(ATTR_REMOVE, default=False): cv.boolean,
            }
        ),
    )


@callback
def async_setup_add_bonus_time(hass: HomeAssistant) -> None:
    """Register `add_bonus_time`."""
    hass.services.async_register(
        DOMAIN,
        ADD_BONUS_TIME,
        _add_bonus_time,
        cv.make_entity_service_schema(
            {
                probatio.Optional(ATTR_MINUTES): probatio.All(
                    probatio.Coerce(int), probatio.Range(min=-DAY_MINUTES, max=DAY_MINUTES)
                )
            }
        ),
    )


@callback
def async_setup_get_playtime(hass: HomeAssistant) -> None:
    """Register `get_playtime`."""
    hass.services.async_register(
        DOMAIN,
        GET_PLAYTIME,
        _get_playtime,
        probatio.Schema(
            {
                **cv.ENTITY_SERVICE_FIELDS,
                probatio.Optional(ATTR_START): _day,
                probatio.Optional(ATTR_END): _day,
            }
        ),
        supports_response=SupportsResponse.ONLY,
    )


type Player = tuple[PlaytimeCoordinator, str]
"""A targeted person: the coordinator of the play time, and the xuid."""


async def _people(call: ServiceCall, permission: str) -> list[Player]:
    """Return the targeted people. Raises `Unauthorized` if the caller lacks the permission."""
    targets = await async_people(call, permission)
    return [(entry.runtime_data.playtime, xuid) for entry, xuid in targets]


async def _people_to_limit(call: ServiceCall) -> list[Player]:
    """Return the targeted people. Raises `Unauthorized` if the caller may not change their limits."""
    people = await _people(call, POLICY_CONTROL)
    await async_check_limits(call.hass, call.context, [xuid for _, xuid in people])
    return people


async def _set_allowances(changes: Iterable[tuple[PlaytimeCoordinator, str, Allowance]]) -> None:
    """Set allowances: all of them, or none if one is invalid."""
    for playtime, xuid, allowance in list(changes):
        await playtime.set_allowances({xuid: allowance})


async def _set_limit(call: ServiceCall) -> None:
    """Set or remove limits and bedtimes, on some weekdays."""
    people = await _people_to_limit(call)
    fields = {key: call.data[key] for key in _LIMIT_FIELDS if key in call.data}
    if not fields and not call.data[ATTR_REMOVE]:
        raise caller_error("limit_what")
    weekdays = {WEEKDAYS.index(name) for name in call.data[ATTR_WEEKDAYS]}
    try:
        await _set_allowances(
            (
                playtime,
                xuid,
                playtime.allowances[xuid].with_rules(
                    weekdays, afresh=call.data[ATTR_REMOVE], **fields
                ),
            )
            for playtime, xuid in people
        )
    except RuleProblem as err:
        raise caller_error(str(err)) from err


async def _add_bonus_time(call: ServiceCall) -> None:
    """Add bonus minutes to the limit of today, or take minutes away."""
    people = await _people_to_limit(call)
    minutes: int | None = call.data.get(ATTR_MINUTES)
    if minutes == 0:
        raise caller_error("bonus_of_nothing")
    await _set_allowances(
        (playtime, xuid, playtime.allowance_with_bonus(xuid, minutes)) for playtime, xuid in people
    )


async def _get_playtime(call: ServiceCall) -> ServiceResponse:
    """Return the minutes that people have played, by day and by title."""
    people = await _people(call, POLICY_READ)
    first, last = _period(call.data)
    return {
        "start": first.isoformat(),
        "end": last.isoformat(),
        "people": [report(playtime, xuid, first, last) for playtime, xuid in people],
    }


def _day(value: object) -> date:
    """Validate a day; the day of a time, which YAML makes of a day with an hour."""
    found = cv.date(value)
    return found.date() if isinstance(found, datetime) else found


def _period(data: Mapping[str, Any]) -> tuple[date, date]:
    """Return the first and the last day of the requested period."""
    last: date = data.get(ATTR_END, dt_util.now().date())
    days_before = min(timedelta(days=_DEFAULT_DAYS - 1), last - date.min)
    first: date = data.get(ATTR_START, last - days_before)
    if last < first:
        raise caller_error("period_backwards")
    if last - first >= timedelta(days=_MAX_DAYS):
        raise caller_error("period_too_long", days=str(_MAX_DAYS))
    return first, last
