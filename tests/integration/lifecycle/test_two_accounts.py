"""Two accounts with the same person: devices, entities, removal."""

import asyncio
from types import MappingProxyType

import pytest
from homeassistant.config_entries import ConfigEntry, ConfigEntryState, ConfigSubentry
from homeassistant.const import EVENT_STATE_CHANGED
from homeassistant.core import HomeAssistant
from homeassistant.helpers import device_registry as dr, entity_registry as er
from pytest_homeassistant_custom_component.common import async_capture_events

from custom_components.xbox_network.const import DOMAIN, SUBENTRY_FRIEND
from custom_components.xbox_network.xbox.endpoints import Service
from tests.conftest import Poll, SignIn, restart, set_up
from tests.helpers.entities import Entities
from tests.helpers.friend_dialog import (
    add_by_gamertag,
    add_friends,
    open_dialog,
    subentry_of,
    submit,
)
from tests.helpers.settling import settle
from tests.simulator import Simulator

pytestmark = pytest.mark.usefixtures("freezer")  # a slow machine makes nothing due

NOVA_KESTREL = "2535400000000001"
JUNIPER_VALE = "2535400000000002"
BRASS_OTTER = "2535400000000012"
STARFALL_DRIFT = "1900000001"


@pytest.fixture(name="own")
def own_fixture(hass: HomeAssistant) -> Entities:
    """Return Juniper's entities in Juniper's own account."""
    return Entities(hass, JUNIPER_VALE)


@pytest.fixture(name="as_friend")
def as_friend_fixture(hass: HomeAssistant) -> Entities:
    """Return Juniper's entities in Nova's account, while Juniper has an account, too."""
    return Entities(hass, f"{NOVA_KESTREL}_{JUNIPER_VALE}")


@pytest.fixture(name="juniper")
async def juniper_fixture(sign_in: SignIn) -> ConfigEntry:
    """Return the loaded entry of Juniper's own account, the first one added."""
    entry: ConfigEntry = (await sign_in("alone"))["result"]
    return entry


def unique_ids(hass: HomeAssistant, entry: ConfigEntry) -> dict[str, str]:
    """Return unique ids by entity id."""
    registry_entries = er.async_entries_for_config_entry(er.async_get(hass), entry.entry_id)
    return {it.entity_id: it.unique_id for it in registry_entries}


def entity_ids(entry: ConfigEntry, hass: HomeAssistant, xuid: str) -> set[str]:
    """Return the entity ids of a person in an account."""
    device = dr.async_get(hass).async_get_device_by_identifier((DOMAIN, xuid), entry.entry_id)
    assert device is not None
    return {it.entity_id for it in er.async_entries_for_device(er.async_get(hass), device.id)}


async def remove(hass: HomeAssistant, entry: ConfigEntry, xuid: str) -> None:
    """Remove a friend in the menu of the account."""
    hass.config_entries.async_remove_subentry(entry, subentry_of(entry, xuid).subentry_id)
    await settle(hass)


async def test_friend_then_account(
    hass: HomeAssistant,
    simulator: Simulator,
    entry: ConfigEntry,
    sign_in: SignIn,
    own: Entities,
    as_friend: Entities,
    poll: Poll,
) -> None:
    """A friend's entities stay when the friend's own account is added; both follow the person."""
    await add_by_gamertag(hass, entry, "Juniper Vale")
    before = entity_ids(entry, hass, JUNIPER_VALE)
    changes = async_capture_events(hass, EVENT_STATE_CHANGED)
    juniper = (await sign_in("alone"))["result"]
    assert not [it for it in changes if it.data["entity_id"] in before]
    assert entity_ids(entry, hass, JUNIPER_VALE) == before
    assert own.all().keys() > as_friend.all().keys()
    assert not before & entity_ids(juniper, hass, JUNIPER_VALE)

    simulator.world.person(JUNIPER_VALE).play(STARFALL_DRIFT)
    await poll()
    for entities in (own, as_friend):
        assert entities("sensor.now_playing") == "Starfall Drift"


async def test_account_then_friend(
    hass: HomeAssistant,
    simulator: Simulator,
    juniper: ConfigEntry,
    entry: ConfigEntry,
    own: Entities,
    as_friend: Entities,
    poll: Poll,
) -> None:
    """An account's entities stay when its owner is added as a friend; both follow the person."""
    before = unique_ids(hass, juniper)
    changes = async_capture_events(hass, EVENT_STATE_CHANGED)
    await add_by_gamertag(hass, entry, "Juniper Vale")
    assert not [it for it in changes if it.data["entity_id"] in before]
    assert unique_ids(hass, juniper) == before
    assert own.all().keys() > as_friend.all().keys()

    simulator.world.person(JUNIPER_VALE).play(STARFALL_DRIFT)
    await poll()
    for entities in (own, as_friend):
        assert entities("sensor.now_playing") == "Starfall Drift"


@pytest.mark.parametrize("account_first", [True, False], ids=["account-first", "friend-first"])
async def test_unique_ids_are_stable(
    hass: HomeAssistant, entry: ConfigEntry, sign_in: SignIn, account_first: bool
) -> None:
    """Restarts in any order change no unique id."""
    if account_first:
        juniper = (await sign_in("alone"))["result"]
        await add_by_gamertag(hass, entry, "Juniper Vale")
    else:
        await add_by_gamertag(hass, entry, "Juniper Vale")
        juniper = (await sign_in("alone"))["result"]
    await add_by_gamertag(hass, juniper, "Nova Kestrel")
    before = unique_ids(hass, entry), unique_ids(hass, juniper)
    for order in ((entry, juniper), (juniper, entry)):
        for it in order:
            await hass.config_entries.async_unload(it.entry_id)
        for it in order:
            await set_up(hass, it)
        assert (unique_ids(hass, entry), unique_ids(hass, juniper)) == before
    await restart(hass, juniper)
    await restart(hass, entry)
    assert (unique_ids(hass, entry), unique_ids(hass, juniper)) == before


@pytest.mark.parametrize("friend_first", [True, False], ids=["friend-first", "account-first"])
async def test_account_that_cannot_start(
    hass: HomeAssistant,
    simulator: Simulator,
    entry: ConfigEntry,
    sign_in: SignIn,
    own: Entities,
    friend_first: bool,
) -> None:
    """An account that fails to load changes no friend's entities, and has its own once it loads."""
    if friend_first:
        await add_by_gamertag(hass, entry, "Juniper Vale")
        before = entity_ids(entry, hass, JUNIPER_VALE)
    for host in (Service.PRESENCE, Service.PEOPLE):
        simulator.fail(host, status=503, times=1)
    juniper = (await sign_in("alone"))["result"]
    assert juniper.state is ConfigEntryState.SETUP_RETRY
    if friend_first:
        await restart(hass, entry)
    else:
        await add_by_gamertag(hass, entry, "Juniper Vale")
        before = entity_ids(entry, hass, JUNIPER_VALE)
        assert own.all() == {}
    assert entity_ids(entry, hass, JUNIPER_VALE) == before

    await hass.config_entries.async_reload(juniper.entry_id)
    await settle(hass)
    assert entity_ids(entry, hass, JUNIPER_VALE) == before
    assert own("sensor.gamerscore") == "15"


async def test_account_removed(
    hass: HomeAssistant,
    simulator: Simulator,
    entry: ConfigEntry,
    juniper: ConfigEntry,
    as_friend: Entities,
    sign_in: SignIn,
    poll: Poll,
) -> None:
    """A person whose own account is removed stays a friend with the same entities."""
    await add_by_gamertag(hass, entry, "Juniper Vale")
    before = unique_ids(hass, entry)
    changes = async_capture_events(hass, EVENT_STATE_CHANGED)
    await hass.config_entries.async_remove(juniper.entry_id)
    await settle(hass)
    assert not [it for it in changes if it.data["entity_id"] in before]
    await restart(hass, entry)
    assert unique_ids(hass, entry) == before
    simulator.world.person(JUNIPER_VALE).go_online()
    await poll()
    assert as_friend("binary_sensor.online") == "on"

    again = (await sign_in("alone"))["result"]
    assert unique_ids(hass, entry) == before
    assert Entities(hass, JUNIPER_VALE)("binary_sensor.online") == "on"
    assert len(entity_ids(again, hass, JUNIPER_VALE)) > len(as_friend.all())


async def test_friend_removed(
    hass: HomeAssistant, entry: ConfigEntry, juniper: ConfigEntry, own: Entities
) -> None:
    """A person who is removed as a friend keeps the entities of the own account."""
    await add_by_gamertag(hass, entry, "Juniper Vale")
    before = own.all()
    changes = async_capture_events(hass, EVENT_STATE_CHANGED)
    await remove(hass, entry, JUNIPER_VALE)
    assert own.all() == before
    assert all(it.data["new_state"] is None for it in changes)
    await add_by_gamertag(hass, entry, "Juniper Vale")
    assert own.all() == before
    assert Entities(hass, f"{NOVA_KESTREL}_{JUNIPER_VALE}")("sensor.gamerscore") == "15"


async def test_account_with_friends_removed(
    hass: HomeAssistant, entry: ConfigEntry, juniper: ConfigEntry, own: Entities
) -> None:
    """A removed account does not affect the own account of one of its friends."""
    await add_by_gamertag(hass, entry, "Juniper Vale")
    before = own.all()
    await hass.config_entries.async_remove(entry.entry_id)
    await settle(hass)
    assert own.all() == before
    assert not [it for it in er.async_get(hass).entities.values() if NOVA_KESTREL in it.unique_id]


async def test_friend_of_two_accounts(
    hass: HomeAssistant,
    simulator: Simulator,
    entry: ConfigEntry,
    juniper: ConfigEntry,
    poll: Poll,
) -> None:
    """A friend of two accounts has entities in both; a removal in one does not affect the other."""
    await add_friends(hass, entry, BRASS_OTTER)
    await add_by_gamertag(hass, juniper, "Brass Otter")
    first = Entities(hass, BRASS_OTTER)
    second = Entities(hass, f"{JUNIPER_VALE}_{BRASS_OTTER}")
    simulator.world.person(BRASS_OTTER).go_online()
    await poll()
    assert first("binary_sensor.online") == second("binary_sensor.online") == "on"
    before = unique_ids(hass, juniper)

    await remove(hass, entry, BRASS_OTTER)
    await restart(hass, juniper)
    assert unique_ids(hass, juniper) == before
    assert first.all() == {}
    assert second("binary_sensor.online") == "on"

    await add_friends(hass, entry, BRASS_OTTER)
    assert first("binary_sensor.online") == "on"
    assert unique_ids(hass, juniper) == before


@pytest.mark.usefixtures("juniper")
async def test_added_to_both_at_the_same_time(
    hass: HomeAssistant, entry: ConfigEntry, juniper: ConfigEntry
) -> None:
    """Two dialogs submitted at the same time give each account its own entities."""
    forms = [await open_dialog(hass, entry), await open_dialog(hass, juniper)]
    await asyncio.gather(
        submit(hass, forms[0], [BRASS_OTTER]), submit(hass, forms[1], gamertag="Brass Otter")
    )
    assert len(entity_ids(entry, hass, BRASS_OTTER)) == len(entity_ids(juniper, hass, BRASS_OTTER))
    assert len(entity_ids(entry, hass, BRASS_OTTER)) > 10


async def test_set_up_at_the_same_time(
    hass: HomeAssistant, entry: ConfigEntry, juniper: ConfigEntry
) -> None:
    """Two accounts that start at the same time with the same new friend have their own entities."""
    for it in (entry, juniper):
        await hass.config_entries.async_unload(it.entry_id)
        otter = ConfigSubentry(
            data=MappingProxyType({}),
            subentry_type=SUBENTRY_FRIEND,
            title="Brass Otter",
            unique_id=BRASS_OTTER,
        )
        hass.config_entries.async_add_subentry(it, otter)
    await asyncio.gather(set_up(hass, entry), set_up(hass, juniper))
    assert len(entity_ids(entry, hass, BRASS_OTTER)) == len(entity_ids(juniper, hass, BRASS_OTTER))
    assert len(entity_ids(entry, hass, BRASS_OTTER)) > 10
