"""A restart after which a sensor restores another value than it had: one of an older version."""

from datetime import datetime
from typing import Any

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant
from homeassistant.helpers import restore_state

from tests.helpers.settling import settle


async def restart_with(
    hass: HomeAssistant,
    hass_storage: dict[str, Any],
    entry: ConfigEntry,
    entity_id: str,
    moment: datetime | str,
) -> None:
    """Restart the entry; the sensor restores this time."""
    await hass.config_entries.async_unload(entry.entry_id)
    states = restore_state.async_get(hass)
    await states.async_dump_states()
    kept = hass_storage[restore_state.STORAGE_KEY]["data"]
    [sensor] = [it for it in kept if it["state"]["entity_id"] == entity_id]
    sensor["extra_data"]["native_value"] = {"__type": str(datetime), "isoformat": str(moment)}
    await states.async_load()
    await hass.config_entries.async_setup(entry.entry_id)
    await settle(hass)
