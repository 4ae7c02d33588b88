"""State writes of a person: only changes are written."""

import pytest
from homeassistant.config_entries import ConfigEntry
from homeassistant.const import EVENT_STATE_CHANGED
from homeassistant.core import Event, HomeAssistant
from pytest_homeassistant_custom_component.common import async_capture_events

from tests.conftest import Poll
from tests.helpers.entities import Entities, counts_minutes
from tests.helpers.friend_dialog import add_friends
from tests.simulator import Person, Simulator

STARFALL_DRIFT = "1900000001"
QUIET_HARBOR, BRASS_OTTER = "2535400000000011", "2535400000000012"
HOURS = 4 * 3600.0


@pytest.fixture(name="friend")
async def friend_fixture(
    hass: HomeAssistant, simulator: Simulator, entry: ConfigEntry, poll: Poll
) -> Person:
    """Return one of two tracked friends, both offline for long."""
    await add_friends(hass, entry, QUIET_HARBOR, BRASS_OTTER)
    await poll(20)
    return simulator.world.person(QUIET_HARBOR)


def written(changes: list[Event], *people: Entities) -> list[str]:
    """Return the entities of these people, once for each state write, without the play time."""
    names = {person.id(name): name for person in people for name in person.all()}
    entity_ids = [it.data["entity_id"] for it in changes]
    return [names[it] for it in entity_ids if it in names and not counts_minutes(it)]


async def test_offline(
    hass: HomeAssistant, friend: Person, owner: Person, entities: Entities, poll: Poll
) -> None:
    """An offline friend writes no state for hours, whatever the others do."""
    changes = async_capture_events(hass, EVENT_STATE_CHANGED)
    for _ in range(4):
        await poll(HOURS / 8, step=30)
        owner.play(STARFALL_DRIFT)
        await poll(HOURS / 8, step=30)
        owner.go_offline()
    assert written(changes, entities)
    assert written(changes, *(Entities(hass, xuid) for xuid in (QUIET_HARBOR, BRASS_OTTER))) == []


async def test_in_game(hass: HomeAssistant, friend: Person, poll: Poll) -> None:
    """A friend in a game writes no state without a change, and a new gamerscore writes one."""
    friend.play(STARFALL_DRIFT)
    await poll(30)
    changes = async_capture_events(hass, EVENT_STATE_CHANGED)
    await poll(3600, step=30)
    entities = Entities(hass, QUIET_HARBOR)
    assert written(changes, entities) == []
    friend.gamerscore += 10
    await poll(300, step=30)
    assert written(changes, entities) == ["sensor.gamerscore"]


async def test_coming_online(hass: HomeAssistant, friend: Person, poll: Poll) -> None:
    """A friend who comes online writes each changed entity once."""
    changes = async_capture_events(hass, EVENT_STATE_CHANGED)
    friend.go_online()
    await poll(60)
    entities = Entities(hass, QUIET_HARBOR)
    expected = ["binary_sensor.online", "event.activity", "sensor.platform"]
    assert sorted(written(changes, entities)) == expected
