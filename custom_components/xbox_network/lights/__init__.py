"""The memory of lights that automations borrow: what each was, who has it, and what it was told."""

from typing import Final

from homeassistant.core import HomeAssistant
from homeassistant.util.hass_dict import HassKey

from ..const import DOMAIN
from .lender import LightLender

LENDER: Final[HassKey[LightLender]] = HassKey(f"{DOMAIN}_lights")


async def async_setup_lights(hass: HomeAssistant) -> None:
    """Go on with what automations had borrowed before the start."""
    lender = hass.data[LENDER] = LightLender(hass)
    await lender.load()


async def async_forget_lights(hass: HomeAssistant) -> None:
    """Give all lights back, and delete what is remembered of them: the last account is removed."""
    await hass.data[LENDER].forget()
    hass.data[LENDER] = LightLender(hass)
