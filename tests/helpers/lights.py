"""What happens to lights that are borrowed: Home Assistant is killed."""

from homeassistant.core import HomeAssistant

from custom_components.xbox_network.lights import LENDER, lender_of


async def kill(hass: HomeAssistant) -> None:
    """Kill Home Assistant and start it again: of the lights only what is in the file is left."""
    if LENDER in hass.data:
        hass.data.pop(LENDER).close()
        await lender_of(hass).load()
