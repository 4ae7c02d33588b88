"""A gamertag that changes: everything is called by the new one, and works on."""

import pytest
from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant
from homeassistant.helpers import device_registry as dr

from custom_components.xbox_network.const import DOMAIN
from tests.conftest import Poll, set_up
from tests.entities import Entities
from tests.simulator import Person


@pytest.mark.parametrize("restarts", [False, True], ids=["running", "meanwhile"])
async def test_new_gamertag(
    hass: HomeAssistant,
    entry: ConfigEntry,
    owner: Person,
    entities: Entities,
    poll: Poll,
    device_registry: dr.DeviceRegistry,
    restarts: bool,
) -> None:
    """Entry, device and names of the entities follow; entity ids stay."""
    before = entities.id("sensor.gamerscore")
    runtime_data = entry.runtime_data
    if restarts:
        await hass.config_entries.async_unload(entry.entry_id)
    owner.rename("Ember Falcon", "77")
    if restarts:
        await set_up(hass, entry)
    await poll(310)

    assert entry.title == "Ember Falcon77"
    device = device_registry.async_get_device_by_identifier((DOMAIN, owner.xuid), entry.entry_id)
    assert device is not None
    assert device.name == "Ember Falcon77"
    assert entities["sensor.gamerscore"].name == "Ember Falcon77 Gamerscore"
    assert entities.id("sensor.gamerscore") == before == "sensor.nova_kestrel_gamerscore"
    assert (entry.runtime_data is runtime_data) is not restarts


async def test_own_names_stay(
    hass: HomeAssistant,
    entry: ConfigEntry,
    owner: Person,
    poll: Poll,
    device_registry: dr.DeviceRegistry,
) -> None:
    """What the person named otherwise is not touched."""
    device = device_registry.async_get_device_by_identifier((DOMAIN, owner.xuid), entry.entry_id)
    assert device is not None
    device_registry.async_update_device(device.id, name_by_user="Living room")
    hass.config_entries.async_update_entry(entry, title="My account")
    owner.rename("Ember Falcon")
    await poll(310)
    renamed = device_registry.async_get(device.id)
    assert renamed is not None
    assert (renamed.name, renamed.name_by_user) == ("Ember Falcon", "Living room")
    assert entry.title == "My account"
