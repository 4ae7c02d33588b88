"""The memory of lights that automations borrow: what each was, who has it, and what it was told."""

from typing import Final

from homeassistant.core import HomeAssistant, callback
from homeassistant.util.hass_dict import HassKey

from ..const import DOMAIN
from .lender import LightLender

LENDER: Final[HassKey[LightLender]] = HassKey(f"{DOMAIN}_lights")


@callback
def lender_of(hass: HomeAssistant) -> LightLender:
    """Return who lends lights in this Home Assistant."""
    if LENDER not in hass.data:
        hass.data[LENDER] = LightLender(hass)
    return hass.data[LENDER]


async def async_forget_lights(hass: HomeAssistant) -> None:
    """Give all lights back, and delete what is remembered of them: the last account is removed."""
    await lender_of(hass).forget()
    hass.data.pop(LENDER, None)  # two accounts may be removed at once
