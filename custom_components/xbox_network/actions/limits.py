"""The actions about limits: `set_limit`, `add_bonus_time`, `get_limits`."""

from collections.abc import Mapping
from datetime import date
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

from ..allowance import DAY_MINUTES, Allowance, RuleProblem
from ..const import DOMAIN
from ..coordinator.bonus import with_bonus
from ..data import XboxConfigEntry, is_loaded
from ..error_texts import caller_error
from ..rights import async_check_limits
from .days import ATTR_DATE, ATTR_END, ATTR_START, agreed_days, day
from .limit_change import allowances_now, change_limits
from .limit_report import report, unknown
from .targets import Target, async_people, who_is

SET_LIMIT: Final = "set_limit"
ADD_BONUS_TIME: Final = "add_bonus_time"
GET_LIMITS: Final = "get_limits"
ATTR_MINUTES: Final = "minutes"
ATTR_WEEKDAYS: Final = "weekdays"
ATTR_BEDTIME: Final = "bedtime"
ATTR_BEDTIME_END: Final = "bedtime_end"
ATTR_FREE: Final = "free"
ATTR_REMOVE: Final = "remove"

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
                probatio.Optional(ATTR_DATE): day,
                probatio.Optional(ATTR_START): day,
                probatio.Optional(ATTR_END): day,
                probatio.Optional(ATTR_FREE, default=False): cv.boolean,
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
def async_setup_get_limits(hass: HomeAssistant) -> None:
    """Register `get_limits`."""
    hass.services.async_register(
        DOMAIN,
        GET_LIMITS,
        _get_limits,
        probatio.Schema({**cv.ENTITY_SERVICE_FIELDS}),
        supports_response=SupportsResponse.ONLY,
    )


async def _people_to_limit(call: ServiceCall) -> list[Target]:
    """Return the targeted people. Raises `Unauthorized` if the caller may not change their limits."""
    people = await async_people(call, POLICY_CONTROL)
    await async_check_limits(call.hass, call.context, people)
    return people


async def _set_limit(call: ServiceCall) -> None:
    """Set or remove limits and bedtimes, on some weekdays or for some days."""
    people = await _people_to_limit(call)
    if not (call.data[ATTR_REMOVE] or call.data[ATTR_FREE] or _fields(call.data)):
        raise caller_error("limit_what")
    weekdays = {WEEKDAYS.index(name) for name in call.data[ATTR_WEEKDAYS]}
    days = agreed_days(call.data)
    agreed = [it for it in days if it.weekday() in weekdays]
    if days and not agreed:
        raise caller_error("period_without_weekdays")

    def change(_: XboxConfigEntry, xuid: str, allowance: Allowance) -> Allowance:
        return _with_limits(allowance, call.data, weekdays, agreed)

    try:
        await change_limits(call.hass, people, change)
    except RuleProblem as err:
        raise caller_error(str(err)) from err


def _fields(data: Mapping[str, Any]) -> dict[str, Any]:
    return {key: data[key] for key in _LIMIT_FIELDS if key in data}


def _with_limits(
    allowance: Allowance, data: Mapping[str, Any], weekdays: set[int], days: list[date]
) -> Allowance:
    """Return an allowance with other limits on weekdays, or on days if there are any. Raises `RuleProblem`."""
    fields, afresh, free = _fields(data), data[ATTR_REMOVE], data[ATTR_FREE]
    if days:
        return allowance.with_dates(days, afresh=afresh, free=free, **fields)
    return allowance.with_rules(weekdays, afresh=afresh or free, **fields)


async def _add_bonus_time(call: ServiceCall) -> None:
    """Add bonus minutes to the limit and the evening of today, or take minutes away."""
    people = await _people_to_limit(call)
    minutes: int | None = call.data.get(ATTR_MINUTES)
    if minutes == 0:
        raise caller_error("bonus_of_nothing")

    def change(entry: XboxConfigEntry, xuid: str, allowance: Allowance) -> Allowance:
        loaded = is_loaded(entry)
        certain = entry.runtime_data.playtime.certain_today(xuid) if loaded else None
        return with_bonus(entry, allowance, minutes, certain=certain)

    await change_limits(call.hass, people, change)


async def _get_limits(call: ServiceCall) -> ServiceResponse:
    """Return the limits of people: those of the week, what is agreed for single days, and what holds today."""
    targets = await async_people(call, POLICY_READ)
    return {"people": [await _limits(call.hass, entry, xuid) for entry, xuid in targets]}


async def _limits(hass: HomeAssistant, entry: XboxConfigEntry, xuid: str) -> dict[str, Any]:
    allowances = await allowances_now(hass, entry)
    left = None
    if is_loaded(entry):
        playtime = entry.runtime_data.playtime.data.get(xuid)
        left = playtime.time_left if playtime and playtime.current else None
    known = report(allowances[xuid], left) if allowances else unknown()
    return {**who_is(hass, entry, xuid), **known}
