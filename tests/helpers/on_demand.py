"""Asking for entities by hand in tests: the action `homeassistant.update_entity`."""

import pytest
from homeassistant.components.homeassistant import SERVICE_UPDATE_ENTITY
from homeassistant.const import ATTR_ENTITY_ID
from homeassistant.core import DOMAIN as HOMEASSISTANT_DOMAIN, HomeAssistant
from homeassistant.setup import async_setup_component


class Demand:
    """Calls the action, and waits for nothing else."""

    def __init__(self, hass: HomeAssistant) -> None:
        """Ask in this Home Assistant."""
        self._hass = hass

    async def __call__(self, *entity_ids: str) -> None:
        """Ask for entities in one action; the clock does not move."""
        await self._hass.services.async_call(
            HOMEASSISTANT_DOMAIN,
            SERVICE_UPDATE_ENTITY,
            {ATTR_ENTITY_ID: list(entity_ids)},
            blocking=True,
        )


@pytest.fixture(name="demand")
async def demand_fixture(hass: HomeAssistant) -> Demand:
    """Return a caller of the action."""
    assert await async_setup_component(hass, HOMEASSISTANT_DOMAIN, {})
    return Demand(hass)
