"""Gamertag changes: the names of devices and entities, and names given by the user."""

import pytest
from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant
from homeassistant.helpers import device_registry as dr

from custom_components.xbox_network.const import DOMAIN
from custom_components.xbox_network.xbox.endpoints import Service
from tests.conftest import Poll, restart, set_up
from tests.helpers.entities import Entities
from tests.helpers.friend_dialog import add_friends, open_dialog, subentry_of, submit
from tests.simulator import Person, Simulator

QUIET_HARBOR = "2535400000000011"


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
    """A new gamertag renames entry, device and entities; entity ids stay."""
    before = entities.id("sensor.gamerscore")
    runtime_data = entry.runtime_data
    if restarts:
        await hass.config_entries.async_unload(entry.entry_id)
    owner.rename("Ember Falcon", "77")
    if restarts:
        await set_up(hass, entry)
    await poll(310)

    assert entry.title == "Ember Falcon#77"
    device = device_registry.async_get_device_by_identifier((DOMAIN, owner.xuid), entry.entry_id)
    assert device is not None
    assert device.name == "Ember Falcon#77"
    assert entities["sensor.gamerscore"].name == "Ember Falcon#77 Gamerscore"
    assert entities.id("sensor.gamerscore") == before == "sensor.nova_kestrel_gamerscore"
    assert (entry.runtime_data is runtime_data) is not restarts


async def test_own_names_stay(
    hass: HomeAssistant,
    entry: ConfigEntry,
    owner: Person,
    poll: Poll,
    device_registry: dr.DeviceRegistry,
) -> None:
    """A name given by the user stays."""
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


@pytest.fixture(name="friend")
async def friend_fixture(hass: HomeAssistant, entry: ConfigEntry, simulator: Simulator) -> Person:
    """Return a tracked friend."""
    await add_friends(hass, entry, QUIET_HARBOR)
    return simulator.world.person(QUIET_HARBOR)


@pytest.mark.parametrize("restarts", [False, True], ids=["running", "meanwhile"])
async def test_new_gamertag_of_a_friend(
    hass: HomeAssistant,
    entry: ConfigEntry,
    friend: Person,
    poll: Poll,
    device_registry: dr.DeviceRegistry,
    restarts: bool,
) -> None:
    """A new gamertag renames subentry, device and entities; entity ids and the subentry id stay."""
    entities = Entities(hass, QUIET_HARBOR)
    before, runtime_data = entities.id("sensor.gamerscore"), entry.runtime_data
    subentry_id = subentry_of(entry, QUIET_HARBOR).subentry_id
    if restarts:
        await hass.config_entries.async_unload(entry.entry_id)
    friend.rename("Loud Harbor", "7")
    if restarts:
        await set_up(hass, entry)
    await poll(310)

    subentry = subentry_of(entry, QUIET_HARBOR)
    assert (subentry.subentry_id, subentry.title) == (subentry_id, "Loud Harbor#7")
    assert entry.title == "Nova Kestrel"
    device = device_registry.async_get_device_by_identifier((DOMAIN, QUIET_HARBOR), entry.entry_id)
    assert device is not None
    assert (device.name, device.config_subentry_id) == ("Loud Harbor#7", subentry_id)
    assert entities["sensor.gamerscore"].name == "Loud Harbor#7 Gamerscore"
    assert entities.id("sensor.gamerscore") == before == "sensor.quiet_harbor_42_gamerscore"
    assert (entry.runtime_data is runtime_data) is not restarts


async def test_own_name_for_a_friend_stays(
    hass: HomeAssistant,
    entry: ConfigEntry,
    friend: Person,
    poll: Poll,
    device_registry: dr.DeviceRegistry,
) -> None:
    """A friend whom the user has renamed keeps that name."""
    subentry = subentry_of(entry, QUIET_HARBOR)
    hass.config_entries.async_update_subentry(entry, subentry, title="Mara")
    friend.rename("Loud Harbor")
    await poll(310)
    friend.rename("Louder Harbor")
    await poll(310)
    assert subentry_of(entry, QUIET_HARBOR).title == "Mara"
    device = device_registry.async_get_device_by_identifier((DOMAIN, QUIET_HARBOR), entry.entry_id)
    assert device is not None
    assert device.name == "Louder Harbor"


async def test_typed_gamertag_is_replaced(
    hass: HomeAssistant, simulator: Simulator, entry: ConfigEntry, poll: Poll
) -> None:
    """A friend has the gamertag that was typed until a service reports the proper one."""
    form = await open_dialog(hass, entry)
    nameless = b'{"profileUsers": [{"id": "%s"}]}' % QUIET_HARBOR.encode()
    simulator.fail(Service.PROFILE, body=nameless)
    simulator.fail(Service.PEOPLE, status=503)
    await submit(hass, form, gamertag="quiet harbor#42")
    assert subentry_of(entry, QUIET_HARBOR).title == "quiet harbor#42"
    await poll(310)
    assert subentry_of(entry, QUIET_HARBOR).title == "Quiet Harbor#42"


@pytest.mark.parametrize("renamed", ["account", "friend"])
async def test_own_name_survives_a_failing_start(
    hass: HomeAssistant,
    simulator: Simulator,
    entry: ConfigEntry,
    friend: Person,
    poll: Poll,
    device_registry: dr.DeviceRegistry,
    renamed: str,
) -> None:
    """A start without a known gamertag changes no name, neither then nor later."""
    subentry = subentry_of(entry, QUIET_HARBOR)
    if renamed == "account":
        hass.config_entries.async_update_entry(entry, title="My account")
    else:
        hass.config_entries.async_update_subentry(entry, subentry, title="Mara")
    before = entry.title, subentry.title
    simulator.fail(Service.PEOPLE, status=503, times=None)
    await restart(hass, entry)
    devices = dr.async_entries_for_config_entry(device_registry, entry.entry_id)
    assert {device.name for device in devices} == {"Nova Kestrel", "Quiet Harbor#42"}
    simulator.heal()
    await poll(120)
    assert (entry.title, subentry_of(entry, QUIET_HARBOR).title) == before
