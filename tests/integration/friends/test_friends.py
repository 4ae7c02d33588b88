"""Tracked friends: added and removed without an effect on others."""

import asyncio
from collections.abc import Mapping
from typing import Any

import pytest
from homeassistant.config_entries import (
    ConfigEntry,
    ConfigEntryState,
)
from homeassistant.const import EVENT_STATE_CHANGED, STATE_UNAVAILABLE, STATE_UNKNOWN
from homeassistant.core import Event, EventStateChangedData, HomeAssistant
from homeassistant.helpers import device_registry as dr, entity_registry as er, issue_registry as ir
from pytest_homeassistant_custom_component.common import async_capture_events

from custom_components.xbox_network.const import DOMAIN
from custom_components.xbox_network.xbox.endpoints import Service
from tests.conftest import Browse, Poll, restart, set_up
from tests.helpers.account import asked, expire_everything, flows, issues
from tests.helpers.entities import OF_ALL_FRIENDS, ON_PRESENCE, ON_PROFILE, Entities
from tests.helpers.friend_dialog import add_friends, open_dialog, submit, tracked
from tests.helpers.settling import settle
from tests.helpers.sign_in import reconfigure
from tests.simulator import Person, Simulator

QUIET_HARBOR = "2535400000000011"
BRASS_OTTER = "2535400000000012"
VELVET_COMET = "2535400000000013"
STARFALL_DRIFT = "1900000001"

type StateChanges = list[Event[EventStateChangedData]]


def changes_of_others(hass: HomeAssistant, changes: StateChanges, *xuids: str) -> list[str]:
    """Return the changed entities that do not belong to these people.

    The sensors of all friends are left out: in real time they may be refreshed meanwhile.
    """
    registry = er.async_get(hass)
    entry_lists = [*registry.entities.values()], [*registry.deleted_entities.values()]
    of_all = tuple(name.replace("sensor.", "_") for name in OF_ALL_FRIENDS)
    left_out = {
        it.entity_id
        for entries in entry_lists
        for it in entries
        if it.unique_id.startswith(xuids) or it.unique_id.endswith(of_all)
    }
    return [it.data["entity_id"] for it in changes if it.data["entity_id"] not in left_out]


async def remove_friend(hass: HomeAssistant, entry: ConfigEntry, xuid: str) -> None:
    """Remove a friend in the menu of the account."""
    [subentry] = [it for it in entry.subentries.values() if it.unique_id == xuid]
    hass.config_entries.async_remove_subentry(entry, subentry.subentry_id)
    await settle(hass)


async def test_adding(
    hass: HomeAssistant, simulator: Simulator, entry: ConfigEntry, owner: Person
) -> None:
    """A new friend gets entities; nothing else changes, is reloaded or signs in again."""
    owner.play(STARFALL_DRIFT)
    await add_friends(hass, entry, BRASS_OTTER)
    before, signed_in = entry.runtime_data, asked(simulator)
    form = await open_dialog(hass, entry)
    simulator.clear()
    changes = async_capture_events(hass, EVENT_STATE_CHANGED)
    await submit(hass, form, [QUIET_HARBOR, VELVET_COMET])
    assert changes_of_others(hass, changes, QUIET_HARBOR, VELVET_COMET) == []
    friend_changes = changes_of_others(hass, changes, owner.xuid)
    assert len(friend_changes) == 2 * len(Entities(hass, QUIET_HARBOR).all())
    assert entry.runtime_data is before
    assert signed_in != (0, 0, 0)
    assert asked(simulator) == (0, 0, 0)


async def test_friend_entities(
    hass: HomeAssistant, entry: ConfigEntry, friend: Person, friend_entities: Entities, poll: Poll
) -> None:
    """A friend has the entities of a person, and they follow the friend."""
    await add_friends(hass, entry, QUIET_HARBOR)
    assert friend_entities("binary_sensor.online") == "off"
    assert friend_entities("sensor.gamerscore") == "905"
    friend.play(STARFALL_DRIFT)
    friend.join_party(3)
    await poll()
    assert friend_entities("binary_sensor.online") == "on"
    assert friend_entities("binary_sensor.in_game") == "on"
    assert friend_entities("sensor.now_playing") == "Starfall Drift"
    assert friend_entities("sensor.party_size") == "3"


async def test_all_in_one_batch(
    hass: HomeAssistant, simulator: Simulator, entry: ConfigEntry, owner: Person, poll: Poll
) -> None:
    """A poll is one request for any number of friends."""
    await add_friends(hass, entry, *owner.friends)
    await poll()
    simulator.clear()
    await poll(60)
    assert len(simulator.requests()) == len(simulator.requests(Service.PRESENCE)) == 6


async def test_removing(
    hass: HomeAssistant,
    simulator: Simulator,
    entry: ConfigEntry,
    poll: Poll,
    device_registry: dr.DeviceRegistry,
    entity_registry: er.EntityRegistry,
) -> None:
    """A removed friend loses device and entities at once, without a request; nothing else changes."""
    await add_friends(hass, entry, QUIET_HARBOR, BRASS_OTTER)
    await poll()
    before = entry.runtime_data
    simulator.clear()
    changes = async_capture_events(hass, EVENT_STATE_CHANGED)
    await remove_friend(hass, entry, QUIET_HARBOR)
    assert changes_of_others(hass, changes, QUIET_HARBOR) == []
    assert all(it.data["new_state"] is None for it in changes)
    assert simulator.requests() == []
    assert entry.runtime_data is before
    identifier = (DOMAIN, QUIET_HARBOR)
    assert device_registry.async_get_device_by_identifier(identifier, entry.entry_id) is None
    assert not [it for it in entity_registry.entities.values() if QUIET_HARBOR in it.unique_id]

    await poll(600)
    assert changes_of_others(hass, changes, QUIET_HARBOR) == []
    assert not any(QUIET_HARBOR in it.body.decode() for it in simulator.requests())


async def test_added_again(
    hass: HomeAssistant, entry: ConfigEntry, friend: Person, friend_entities: Entities
) -> None:
    """A friend who is added again has the same entities, with their present values."""
    await add_friends(hass, entry, QUIET_HARBOR)
    before = friend_entities.id("sensor.gamerscore")
    await remove_friend(hass, entry, QUIET_HARBOR)
    friend.go_online()
    await add_friends(hass, entry, QUIET_HARBOR)
    assert friend_entities.id("sensor.gamerscore") == before
    assert friend_entities("binary_sensor.online") == "on"


@pytest.mark.parametrize("host", [Service.PRESENCE, Service.PEOPLE])
async def test_removed_during_a_refresh(
    hass: HomeAssistant,
    simulator: Simulator,
    entry: ConfigEntry,
    friend_entities: Entities,
    host: str,
) -> None:
    """An answer about a friend who was removed meanwhile is ignored."""
    await add_friends(hass, entry, QUIET_HARBOR, BRASS_OTTER)
    simulator.world.person(QUIET_HARBOR).play(STARFALL_DRIFT)
    simulator.clear()
    simulator.fail(host, delay=0.05)
    refresh = asyncio.ensure_future(entry.runtime_data.people.async_refresh())
    while not simulator.requests(host):
        await asyncio.sleep(0)
    await remove_friend(hass, entry, QUIET_HARBOR)
    await refresh
    assert friend_entities.all() == {}
    assert Entities(hass, BRASS_OTTER)("binary_sensor.online") == "off"
    assert entry.runtime_data.people.last_update_success


async def test_added_during_a_refresh(
    hass: HomeAssistant,
    simulator: Simulator,
    entry: ConfigEntry,
    friend_entities: Entities,
) -> None:
    """A friend added during a refresh is refreshed right after it."""
    form = await open_dialog(hass, entry)
    simulator.clear()
    simulator.fail(Service.PRESENCE, delay=0.05)
    refresh = asyncio.ensure_future(entry.runtime_data.people.async_refresh())
    while not simulator.requests(Service.PRESENCE):
        await asyncio.sleep(0)
    changes = async_capture_events(hass, EVENT_STATE_CHANGED)
    await submit(hass, form, [QUIET_HARBOR])
    await refresh
    await settle(hass)
    assert friend_entities("binary_sensor.online") == "off"
    assert changes_of_others(hass, changes, QUIET_HARBOR) == []
    friend_changes = changes_of_others(hass, changes, entry.unique_id or "")
    assert len(friend_changes) == len(friend_entities.all())  # each has its value at once


@pytest.mark.parametrize(
    ("host", "missing"), [(Service.PRESENCE, ON_PRESENCE), (Service.PEOPLE, ON_PROFILE)]
)
@pytest.mark.parametrize(
    "details",
    [
        {"status": 429, "headers": {"Retry-After": "60"}},
        {"status": 500},
        {"cut": True},
        {"garbage": True},
        {"status": 403},
    ],
    ids=["429", "500", "cut", "html", "403"],
)
async def test_added_while_a_service_fails(
    hass: HomeAssistant,
    simulator: Simulator,
    entry: ConfigEntry,
    friend_entities: Entities,
    poll: Poll,
    host: str,
    missing: frozenset[str],
    details: Mapping[str, Any],
) -> None:
    """A friend added while a service fails has entities, and their values once it answers."""
    form = await open_dialog(hass, entry)
    simulator.fail(host, times=None, **details)
    changes = async_capture_events(hass, EVENT_STATE_CHANGED)
    await submit(hass, form, [QUIET_HARBOR])
    assert changes_of_others(hass, changes, QUIET_HARBOR) == []
    without_value = {
        name
        for name, it in friend_entities.all().items()
        if it in (STATE_UNAVAILABLE, STATE_UNKNOWN)
    }
    assert friend_entities.all().keys() >= ON_PRESENCE | ON_PROFILE
    if host == Service.PEOPLE:
        assert without_value >= missing
        assert friend_entities("binary_sensor.online") == "off"

    simulator.heal()
    await poll(130)
    assert friend_entities.being(STATE_UNAVAILABLE) == set()
    assert friend_entities("binary_sensor.online") == "off"
    assert friend_entities("sensor.gamerscore") == "905"


async def test_added_without_network(
    hass: HomeAssistant,
    simulator: Simulator,
    entry: ConfigEntry,
    friend_entities: Entities,
    poll: Poll,
) -> None:
    """A friend added while no service answers has unavailable entities until one does."""
    form = await open_dialog(hass, entry)
    for host in (Service.PRESENCE, Service.PEOPLE, Service.TITLES):
        simulator.fail(host, cut=True, times=None)
    await submit(hass, form, [QUIET_HARBOR])
    assert friend_entities.being(STATE_UNAVAILABLE) >= ON_PRESENCE | ON_PROFILE
    simulator.heal()
    await poll(130)
    assert friend_entities.being(STATE_UNAVAILABLE) == set()
    assert friend_entities("sensor.gamerscore") == "905"


async def test_added_without_sign_in(
    hass: HomeAssistant,
    simulator: Simulator,
    entry: ConfigEntry,
    friend_entities: Entities,
    poll: Poll,
    browse: Browse,
) -> None:
    """A friend added after the sign-in was lost is refreshed once it works again."""
    form = await open_dialog(hass, entry)
    expire_everything(simulator)
    simulator.revoke_refresh()
    await poll()
    await submit(hass, form, [QUIET_HARBOR])
    assert tracked(entry).keys() == {QUIET_HARBOR}
    [flow] = hass.config_entries.flow.async_progress_by_handler(DOMAIN)
    await browse(await hass.config_entries.flow.async_configure(flow["flow_id"], {}))
    await settle(hass)
    assert friend_entities("sensor.gamerscore") == "905"


async def test_restart(
    hass: HomeAssistant,
    entry: ConfigEntry,
    friend_entities: Entities,
    entity_registry: er.EntityRegistry,
    device_registry: dr.DeviceRegistry,
) -> None:
    """A restart keeps friends, devices and entities as they are."""
    await add_friends(hass, entry, QUIET_HARBOR, BRASS_OTTER)

    def inventory() -> tuple[object, ...]:
        return (
            dict(entry.subentries),
            {it.id for it in dr.async_entries_for_config_entry(device_registry, entry.entry_id)},
            {it.id for it in er.async_entries_for_config_entry(entity_registry, entry.entry_id)},
            friend_entities.all(),
        )

    before = inventory()
    await restart(hass, entry)
    assert inventory() == before


async def test_removed_while_not_loaded(
    hass: HomeAssistant, entry: ConfigEntry, friend_entities: Entities
) -> None:
    """A friend removed while the account is not loaded is gone when it is loaded."""
    await add_friends(hass, entry, QUIET_HARBOR, BRASS_OTTER)
    await hass.config_entries.async_unload(entry.entry_id)
    await remove_friend(hass, entry, QUIET_HARBOR)
    await set_up(hass, entry)
    assert friend_entities.all() == {}
    assert entry.runtime_data.people.data.keys() == {entry.unique_id, BRASS_OTTER}


async def test_account_removed(
    hass: HomeAssistant, entry: ConfigEntry, entity_registry: er.EntityRegistry
) -> None:
    """The friends are removed with the account."""
    await add_friends(hass, entry, QUIET_HARBOR)
    await hass.config_entries.async_remove(entry.entry_id)
    await settle(hass)
    assert not [it for it in entity_registry.entities.values() if it.platform == DOMAIN]


async def test_new_tokens_change_nothing(
    hass: HomeAssistant, simulator: Simulator, entry: ConfigEntry, poll: Poll
) -> None:
    """A new token updates the entry, and neither adds, removes nor refreshes a friend."""
    await add_friends(hass, entry, QUIET_HARBOR)
    await poll()
    before, token = entry.runtime_data, entry.data["token"]
    changes = async_capture_events(hass, EVENT_STATE_CHANGED)
    expire_everything(simulator)
    simulator.clear()
    await poll()
    assert entry.data["token"] != token
    assert entry.runtime_data is before
    assert len([it for it in simulator.requests(Service.PRESENCE) if it.status == 200]) == 1
    assert changes == []


async def test_sign_in_again_keeps_friends(
    hass: HomeAssistant,
    simulator: Simulator,
    entry: ConfigEntry,
    friend_entities: Entities,
    poll: Poll,
    browse: Browse,
) -> None:
    """Friends stay when the sign-in is lost, and are available after the next one."""
    await add_friends(hass, entry, QUIET_HARBOR)
    expire_everything(simulator)
    simulator.revoke_refresh()
    await poll()
    assert friend_entities.being(STATE_UNAVAILABLE) >= ON_PRESENCE | ON_PROFILE
    assert flows(hass) == ["reauth"]

    [flow] = hass.config_entries.flow.async_progress_by_handler(DOMAIN)
    await browse(await hass.config_entries.flow.async_configure(flow["flow_id"], {}))
    await settle(hass)
    assert entry.state is ConfigEntryState.LOADED
    assert tracked(entry) == {QUIET_HARBOR: "Quiet Harbor#42"}
    assert friend_entities.being(STATE_UNAVAILABLE) == set()


async def test_reconfiguring_keeps_friends(
    hass: HomeAssistant, entry: ConfigEntry, friend_entities: Entities, browse: Browse
) -> None:
    """Friends stay when other credentials are chosen."""
    await add_friends(hass, entry, QUIET_HARBOR)
    before = friend_entities.id("sensor.gamerscore")
    await browse(await reconfigure(hass, entry))
    await settle(hass)
    assert tracked(entry) == {QUIET_HARBOR: "Quiet Harbor#42"}
    assert friend_entities.id("sensor.gamerscore") == before
    assert friend_entities("sensor.gamerscore") == "905"


async def test_a_refused_account_is_one_problem(
    simulator: Simulator,
    hass: HomeAssistant,
    entry: ConfigEntry,
    poll: Poll,
    issue_registry: ir.IssueRegistry,
) -> None:
    """A refused account raises one issue, not one for each friend."""
    await add_friends(hass, entry, QUIET_HARBOR, BRASS_OTTER)
    simulator.xerr("adult", 2148916227)
    simulator.expire_xsts()
    simulator.expire_user_tokens()
    await poll(20)
    assert issues(issue_registry) == ["account_banned"]
