"""The actions of the integration."""

from typing import Any, Final

import probatio
from homeassistant.components.media_player import DOMAIN as MEDIA_PLAYER_DOMAIN
from homeassistant.core import HomeAssistant, ServiceCall, SupportsResponse, callback
from homeassistant.exceptions import HomeAssistantError, ServiceValidationError
from homeassistant.helpers import config_validation as cv, service

from .actions.achievements import async_setup_achievement_services
from .actions.launch import launch
from .actions.playtime import async_setup_playtime_services
from .const import DOMAIN
from .media_player import ConsolePlayer

LAUNCH: Final = "launch"
ATTR_NAME: Final = "name"
ATTR_PRODUCT_ID: Final = "product_id"
ATTR_TURN_ON: Final = "turn_on"
ATTR_WAIT: Final = "wait"

_DEFAULT_WAIT_SECONDS = 60
_MOST_WAIT_SECONDS = 300


@callback
def async_setup_services(hass: HomeAssistant) -> None:
    """Register the actions."""
    async_setup_achievement_services(hass)
    async_setup_playtime_services(hass)
    service.async_register_platform_entity_service(
        hass,
        DOMAIN,
        LAUNCH,
        entity_domain=MEDIA_PLAYER_DOMAIN,
        func=_launch,
        schema={
            probatio.Optional(ATTR_NAME): cv.string,
            probatio.Optional(ATTR_PRODUCT_ID): cv.string,
            probatio.Optional(ATTR_TURN_ON, default=False): cv.boolean,
            probatio.Optional(ATTR_WAIT, default=_DEFAULT_WAIT_SECONDS): probatio.All(
                probatio.Coerce(float), probatio.Range(min=0, max=_MOST_WAIT_SECONDS)
            ),
        },
        supports_response=SupportsResponse.OPTIONAL,
    )


async def _launch(player: ConsolePlayer, call: ServiceCall) -> dict[str, Any]:
    """Start a game or an app; tell what happened.

    Who does not ask for an answer is told by an error if it does not run in time.
    """
    choice = await player.chosen(_wanted(call))
    wait: float = call.data[ATTR_WAIT]
    done = await launch(
        player.coordinator,
        player.console_id,
        choice,
        turn_on=call.data[ATTR_TURN_ON],
        wait=wait,
    )
    title = (choice.product_id and player.title(choice.product_id)) or choice.own_name
    if wait and not done.running and not call.return_response:
        raise HomeAssistantError(
            translation_domain=DOMAIN,
            translation_key="launch_not_running",
            translation_placeholders={
                "console": player.coordinator.name_of(player.console_id),
                "title": title,
                "seconds": f"{wait:g}",
            },
        )
    return {
        "title": title,
        "product_id": choice.product_id,
        "was_on": done.was_on,
        "running": done.running,
        "seconds": done.seconds,
    }


def _wanted(call: ServiceCall) -> str:
    """Return what to start. Raises `ServiceValidationError` unless it is one thing."""
    given: list[str] = [call.data[key] for key in (ATTR_NAME, ATTR_PRODUCT_ID) if key in call.data]
    if len(given) != 1:
        raise ServiceValidationError(translation_domain=DOMAIN, translation_key="launch_what")
    return given[0]
