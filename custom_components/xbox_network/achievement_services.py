"""The action about achievements."""

from typing import Final

import probatio
from homeassistant.core import (
    HomeAssistant,
    ServiceCall,
    ServiceResponse,
    SupportsResponse,
    callback,
)
from homeassistant.helpers import config_validation as cv

from .achievement_report import report
from .const import DOMAIN
from .people_targets import async_people

GET_ACHIEVEMENTS: Final = "get_achievements"
ATTR_TITLE: Final = "title"
ATTR_INCLUDE_SECRET: Final = "include_secret"


@callback
def async_setup_achievement_services(hass: HomeAssistant) -> None:
    """Register the action."""
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
    """Tell what people have unlocked in a title, and what is left."""
    wanted: str | None = call.data.get(ATTR_TITLE)
    secrets: bool = call.data[ATTR_INCLUDE_SECRET]
    return {
        "people": [
            await report(entry.runtime_data.people, xuid, wanted, secrets=secrets)
            for entry, xuid in async_people(call.hass, call)
        ]
    }
