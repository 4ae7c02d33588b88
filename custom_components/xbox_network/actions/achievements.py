"""The action `get_achievements`: the achievements of people in a title."""

from typing import Final

import probatio
from homeassistant.auth.permissions.const import POLICY_READ
from homeassistant.config_entries import ConfigEntry
from homeassistant.core import (
    HomeAssistant,
    ServiceCall,
    ServiceResponse,
    SupportsResponse,
    callback,
)
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers import config_validation as cv
from homeassistant.util.json import JsonValueType

from ..const import DOMAIN
from ..data import is_loaded
from .achievement_report import report
from .targets import async_people, who_is

GET_ACHIEVEMENTS: Final = "get_achievements"
ATTR_TITLE: Final = "title"
ATTR_INCLUDE_SECRET: Final = "include_secret"


@callback
def async_setup_get_achievements(hass: HomeAssistant) -> None:
    """Register `get_achievements`."""
    hass.services.async_register(
        DOMAIN,
        GET_ACHIEVEMENTS,
        _get_achievements,
        probatio.Schema(
            {
                **cv.ENTITY_SERVICE_FIELDS,
                probatio.Optional(ATTR_TITLE): probatio.All(
                    cv.string, probatio.Strip, probatio.Length(min=1)
                ),
                probatio.Optional(ATTR_INCLUDE_SECRET, default=False): cv.boolean,
            }
        ),
        supports_response=SupportsResponse.ONLY,
    )


async def _get_achievements(call: ServiceCall) -> ServiceResponse:
    """Return the unlocked and locked achievements of people in a title.

    An error about one person, such as hidden achievements, does not suppress the others: the action fails
    only if it fails for all people.
    """
    query: str | None = call.data.get(ATTR_TITLE)
    include_secret: bool = call.data[ATTR_INCLUDE_SECRET]
    reports: list[JsonValueType] = []
    errors: list[HomeAssistantError] = []
    targets = await async_people(call, POLICY_READ)
    for entry, xuid in targets:
        try:
            if not is_loaded(entry):
                raise _not_loaded(entry)
            people = entry.runtime_data.people
            reports.append(await report(people, xuid, query, include_secret=include_secret))
        except HomeAssistantError as err:
            errors.append(err)
            identity = who_is(call.hass, entry, xuid)
            reports.append({**identity, "titles": [], "problem": str(err)})
    if len(errors) == len(targets):
        raise errors[0]
    return {"people": reports}


def _not_loaded(entry: ConfigEntry) -> HomeAssistantError:
    return HomeAssistantError(
        translation_domain=DOMAIN,
        translation_key="account_not_loaded",
        translation_placeholders={"account": entry.title},
    )
