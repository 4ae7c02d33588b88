"""The action `get_playtime`: the minutes that people have played, by day and by title."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any, Final

import probatio
from homeassistant.auth.permissions.const import POLICY_READ
from homeassistant.core import (
    HomeAssistant,
    ServiceCall,
    ServiceResponse,
    SupportsResponse,
    callback,
)
from homeassistant.helpers import config_validation as cv
from homeassistant.util import dt as dt_util

from ..const import DOMAIN
from .days import ATTR_END, ATTR_START, day, days_between
from .playtime_report import report
from .targets import async_people

GET_PLAYTIME: Final = "get_playtime"

_DEFAULT_DAYS: Final = 7


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
                probatio.Optional(ATTR_START): day,
                probatio.Optional(ATTR_END): day,
            }
        ),
        supports_response=SupportsResponse.ONLY,
    )


async def _get_playtime(call: ServiceCall) -> ServiceResponse:
    """Return the minutes that people have played, by day and by title."""
    people = await async_people(call, POLICY_READ)
    days = _period(call.data)
    return {
        "start": days[0].isoformat(),
        "end": days[-1].isoformat(),
        "people": [report(call.hass, entry, xuid, days) for entry, xuid in people],
    }


def _period(data: Mapping[str, Any]) -> list[date]:
    """Return the days of the requested period."""
    last: date = data.get(ATTR_END, dt_util.now().date())
    days_before = min(timedelta(days=_DEFAULT_DAYS - 1), last - date.min)
    return days_between(data.get(ATTR_START, last - days_before), last)
