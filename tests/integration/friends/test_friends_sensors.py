"""Sensors of all friends: the friends online and the friend requests."""

import asyncio

import pytest
from freezegun.api import FrozenDateTimeFactory
from homeassistant.config_entries import ConfigEntry
from homeassistant.const import STATE_UNKNOWN
from homeassistant.core import HomeAssistant
from homeassistant.helpers import device_registry as dr, entity_registry as er
from homeassistant.setup import async_setup_component
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.xbox_network.const import DOMAIN
from custom_components.xbox_network.xbox.endpoints import Service
from tests.conftest import Poll, SignIn, set_up
from tests.helpers.account import refused
from tests.helpers.entities import Entities
from tests.helpers.friend_dialog import add_friends, subentry_of
from tests.helpers.friends_sensors import ONLINE, REQUESTS, asked_online, asked_requests, shown
from tests.helpers.push import PushConnection
from tests.helpers.settling import settle
from tests.simulator import Person, Simulator
from tests.simulator.world.many_friends import add_many_friends

QUIET_HARBOR, BRASS_OTTER, VELVET_COMET, SIR_PICKLES, LUMEN_FOX = (
    f"25354000000000{number}" for number in range(11, 16)
)
STRANGERS = ("2535400000000002", "2535400000000003", "2535400000000004")
HOUR = 3600.0


def people(simulator: Simulator, *xuids: str) -> list[Person]:
    """Return people of the simulated world."""
    return [simulator.world.person(xuid) for xuid in xuids]


def tracked_names(entities: Entities) -> list[str]:
    """Return the names of the tracked friends who are online."""
    names: list[str] = entities[ONLINE].attributes["tracked"]
    return names


async def test_not_known_at_first(
    simulator: Simulator, entry: ConfigEntry, entities: Entities, poll: Poll
) -> None:
    """Loading does not wait for the sensors; they are unknown until their first answer."""
    assert shown(entities) == (STATE_UNKNOWN, STATE_UNKNOWN)
    assert "tracked" not in entities[ONLINE].attributes
    assert asked_online(simulator) == asked_requests(simulator) == []
    await poll(3, step=1)
    assert shown(entities) == ("0", "0")
    assert tracked_names(entities) == []


async def test_counts(
    simulator: Simulator, entry: ConfigEntry, owner: Person, entities: Entities, poll: Poll
) -> None:
    """A friend who is away counts as online; a hidden friend, a stranger and the owner do not."""
    online, away, hidden, cloaked = people(
        simulator, QUIET_HARBOR, BRASS_OTTER, VELVET_COMET, SIR_PICKLES
    )
    for person in (owner, online, away, hidden, cloaked, *people(simulator, *STRANGERS)):
        person.go_online()
    away.away = hidden.hidden = True
    cloaked.cloak()
    for stranger in people(simulator, *STRANGERS):
        simulator.world.request_friendship(stranger, owner)
    await poll()
    assert shown(entities) == ("2", "3")
    assert entities[ONLINE].attributes["unit_of_measurement"] == "people"
    online.hidden = True
    away.go_offline()
    hidden.hidden = False
    await poll(620)
    assert shown(entities) == ("1", "3")


async def test_a_thousand_friends(
    hass: HomeAssistant, simulator: Simulator, stored: MockConfigEntry, owner: Person, poll: Poll
) -> None:
    """A thousand friends cost one request."""
    friends = add_many_friends(simulator.world, owner, 1000)
    for friend in friends[:6:3]:
        simulator.world.unfriend(owner, friend)
    await set_up(hass, stored)
    await poll()
    assert shown(Entities(hass, owner.xuid)) == ("332", "0")
    assert len(asked_online(simulator)) == 1


async def test_requests_come_and_go(
    simulator: Simulator, entry: ConfigEntry, owner: Person, entities: Entities, poll: Poll
) -> None:
    """New, accepted and declined friend requests are seen within fifteen minutes."""
    world = simulator.world
    accepted, declined, _ = strangers = people(simulator, *STRANGERS)
    await poll()
    world.request_friendship(accepted, owner)
    world.request_friendship(owner, strangers[2])  # sent, not received
    await poll(900)
    assert entities(REQUESTS) == "1"
    world.request_friendship(declined, owner)
    await poll(900)
    assert entities(REQUESTS) == "2"
    world.befriend(owner, accepted)
    world.withdraw_request(declined, owner)
    accepted.go_online()
    await poll(920)
    assert shown(entities) == ("1", "0")


async def test_no_friends(
    hass: HomeAssistant, simulator: Simulator, sign_in: SignIn, poll: Poll
) -> None:
    """Without friends none is online."""
    entry = (await sign_in("alone"))["result"]
    await poll()
    assert shown(Entities(hass, str(entry.unique_id))) == ("0", "0")
    assert refused(simulator) == []


async def test_names_of_tracked_friends(
    hass: HomeAssistant, simulator: Simulator, entry: ConfigEntry, entities: Entities, poll: Poll
) -> None:
    """The tracked friends who are online are named in order; no other friend is."""
    await add_friends(hass, entry, VELVET_COMET, BRASS_OTTER, QUIET_HARBOR)
    for person in people(simulator, VELVET_COMET, BRASS_OTTER, SIR_PICKLES):
        person.go_online()
    await poll()
    assert entities(ONLINE) == "3"
    assert tracked_names(entities) == ["Brass Otter", "Velvet Comet#3430"]


async def test_names_follow_changes(
    hass: HomeAssistant,
    simulator: Simulator,
    entry: ConfigEntry,
    entities: Entities,
    poll: Poll,
) -> None:
    """An added, removed or renamed friend changes the names at once, even if the number stays."""
    (otter,) = people(simulator, BRASS_OTTER)
    otter.go_online()
    await poll()
    assert tracked_names(entities) == []
    [added] = await add_friends(hass, entry, BRASS_OTTER)
    assert tracked_names(entities) == ["Brass Otter"]
    hass.config_entries.async_update_subentry(entry, added, title="The otter")
    await settle(hass)
    assert tracked_names(entities) == ["The otter"]
    subentry = subentry_of(entry, BRASS_OTTER)
    hass.config_entries.async_remove_subentry(entry, subentry.subentry_id)
    await settle(hass)
    assert tracked_names(entities) == []
    assert entities(ONLINE) == "1"


async def test_new_gamertag_of_a_tracked_friend(
    hass: HomeAssistant, simulator: Simulator, entry: ConfigEntry, entities: Entities, poll: Poll
) -> None:
    """A new gamertag of a friend changes the name."""
    (otter,) = people(simulator, BRASS_OTTER)
    otter.go_online()
    await add_friends(hass, entry, BRASS_OTTER)
    await poll()
    otter.rename("Silver Otter")
    await poll(310)
    assert tracked_names(entities) == ["Silver Otter"]


async def test_early_refresh(
    hass: HomeAssistant, simulator: Simulator, entry: ConfigEntry, entities: Entities, poll: Poll
) -> None:
    """A tracked friend who comes or goes makes the number refresh within half a minute."""
    fox, otter = people(simulator, LUMEN_FOX, BRASS_OTTER)
    await add_friends(hass, entry, BRASS_OTTER)
    await poll(60)
    simulator.clear()
    otter.go_online()
    fox.go_online()
    await poll(12, step=1)
    assert entities(ONLINE) == "2"
    otter.go_offline()
    await poll(33, step=1)
    assert entities(ONLINE) == "1"
    assert len(asked_online(simulator)) == 3
    assert asked_requests(simulator) == [], "it says nothing about who asks to be a friend"


async def test_restless_friends(
    hass: HomeAssistant, simulator: Simulator, entry: ConfigEntry, entities: Entities, poll: Poll
) -> None:
    """Friends who come and go for an hour exceed no budget and delay no profile."""
    restless = people(simulator, BRASS_OTTER, QUIET_HARBOR, VELVET_COMET)
    await add_friends(hass, entry, *(it.xuid for it in restless))
    simulator.clear()
    for turn in range(360):
        person = restless[turn % 3]
        person.go_offline() if person.devices else person.go_online()
        await poll()
        assert simulator.requests()[-1].status == 200
    assert refused(simulator) == []
    assert len(asked_online(simulator)) <= 180
    assert len(asked_requests(simulator)) == 4


async def test_quiet_hour(
    hass: HomeAssistant, simulator: Simulator, entry: ConfigEntry, entities: Entities, poll: Poll
) -> None:
    """An hour without changes takes ten requests and writes no state."""
    people(simulator, BRASS_OTTER)[0].go_online()
    await poll()
    simulator.clear()
    before = [entities[name].last_reported for name in (ONLINE, REQUESTS)]
    await poll(HOUR)
    assert (len(asked_online(simulator)), len(asked_requests(simulator))) == (6, 4)
    assert [entities[name].last_reported for name in (ONLINE, REQUESTS)] == before


async def test_disabled(
    hass: HomeAssistant,
    simulator: Simulator,
    entry: ConfigEntry,
    owner: Person,
    entities: Entities,
    entity_registry: er.EntityRegistry,
    poll: Poll,
) -> None:
    """Disabled sensors cause no requests."""
    await add_friends(hass, entry, BRASS_OTTER)
    for name in (ONLINE, REQUESTS):
        entity_registry.async_update_entity(
            entities.id(name), disabled_by=er.RegistryEntryDisabler.USER
        )
    await settle(hass)
    await hass.config_entries.async_reload(entry.entry_id)
    simulator.clear()
    for turn in range(20):
        otter = people(simulator, BRASS_OTTER)[0]
        otter.go_offline() if turn % 2 else otter.go_online()
        await poll(60)
    assert asked_online(simulator) == asked_requests(simulator) == []


async def test_owner_only(
    hass: HomeAssistant,
    entry: ConfigEntry,
    owner: Person,
    entities: Entities,
    device_registry: dr.DeviceRegistry,
    entity_registry: er.EntityRegistry,
) -> None:
    """The owner's device has both sensors; a friend's device has none."""
    await add_friends(hass, entry, BRASS_OTTER)
    assert {ONLINE, REQUESTS} <= entities.all().keys()
    assert Entities(hass, BRASS_OTTER).all().keys().isdisjoint({ONLINE, REQUESTS})
    device = device_registry.async_get_device_by_identifier((DOMAIN, owner.xuid), entry.entry_id)
    assert device
    for name in (ONLINE, REQUESTS):
        registry_entry = entity_registry.async_get(entities.id(name))
        assert registry_entry
        assert registry_entry.device_id == device.id
        assert registry_entry.config_subentry_id is None


async def test_unload_and_reload(
    hass: HomeAssistant, simulator: Simulator, entry: ConfigEntry, entities: Entities, poll: Poll
) -> None:
    """An unloaded account sends no requests; loaded again its sensors are unknown at first."""
    people(simulator, BRASS_OTTER)[0].go_online()
    await poll()
    before = shown(entities)
    assert await hass.config_entries.async_unload(entry.entry_id)
    simulator.clear()
    await poll(1800, step=60)
    assert simulator.requests() == []
    assert set(shown(entities)) == {"unavailable"}
    await set_up(hass, entry)
    assert set(shown(entities)) == {STATE_UNKNOWN}
    await poll()
    assert shown(entities) == before


async def test_announced(
    hass: HomeAssistant,
    freezer: FrozenDateTimeFactory,
    simulator: Simulator,
    stored: MockConfigEntry,
    owner: Person,
) -> None:
    """An announcement causes a refresh within half a minute, even if announcements go on."""
    simulator.heal(Service.REALTIME)
    await set_up(hass, stored)
    entities, push_connection = Entities(hass, owner.xuid), PushConnection(hass, simulator, freezer)
    await push_connection.begun()
    world, (stranger,) = simulator.world, people(simulator, STRANGERS[0])
    world.request_friendship(stranger, owner)
    for _ in range(320):
        world.mark_favorite(owner, world.person(BRASS_OTTER))
        freezer.tick(0.1)
        for _ in range(50):  # the announcement arrives
            await asyncio.sleep(0)
    await settle(hass)
    assert entities(REQUESTS) == "1"
    assert len(asked_requests(simulator)) == 2
    world.befriend(owner, stranger)
    stranger.go_online()
    for _ in range(32):
        await push_connection.wait(1.0)
    assert shown(entities) == ("1", "0")


@pytest.mark.parametrize("polls", [True, False], ids=["polling", "not-polling"])
async def test_update_on_demand(
    hass: HomeAssistant,
    simulator: Simulator,
    entry: ConfigEntry,
    owner: Person,
    entities: Entities,
    poll: Poll,
    polls: bool,
) -> None:
    """`update_entity` refreshes a few times at once and then every half a minute, also with polling disabled."""
    await async_setup_component(hass, "homeassistant", {})
    hass.config_entries.async_update_entry(entry, pref_disable_polling=not polls)
    await hass.config_entries.async_reload(entry.entry_id)
    await poll(60)
    people(simulator, BRASS_OTTER)[0].go_online()
    simulator.world.request_friendship(people(simulator, STRANGERS[0])[0], owner)
    simulator.clear()
    for _ in range(25):
        await hass.services.async_call(
            "homeassistant",
            "update_entity",
            {"entity_id": [entities.id(ONLINE), entities.id(REQUESTS)]},
            blocking=True,
        )
        await poll(1)
    assert shown(entities) == ("1", "1")
    assert len(asked_online(simulator)) == len(asked_requests(simulator)) == 4
    assert len(simulator.requests(Service.PEOPLE)) <= 5
