"""The table of the conditions; each is implemented in `automations/conditions.py`."""

from typing import Final

from homeassistant.core import HomeAssistant
from homeassistant.helpers.condition import Condition

from .automations.conditions import IsConsoleOnCondition, IsOnlineCondition, IsPlayingCondition

_CONDITIONS: Final[dict[str, type[Condition]]] = {
    "is_console_on": IsConsoleOnCondition,
    "is_online": IsOnlineCondition,
    "is_playing": IsPlayingCondition,
}


async def async_get_conditions(hass: HomeAssistant) -> dict[str, type[Condition]]:
    """Return the conditions by key."""
    return _CONDITIONS
