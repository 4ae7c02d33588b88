"""Friends who hide their presence: unknown, which is not offline, and no issue."""

import pytest
from homeassistant.config_entries import ConfigEntry
from homeassistant.const import EVENT_STATE_CHANGED, STATE_UNAVAILABLE, STATE_UNKNOWN
from homeassistant.core import HomeAssistant
from homeassistant.helpers import issue_registry as ir
from pytest_homeassistant_custom_component.common import async_capture_events

from custom_components.xbox_network.xbox.endpoints import Service
from tests.conftest import Poll
from tests.helpers.account import issues
from tests.helpers.entities import Entities
from tests.simulator import Person, Simulator

QUIET_HARBOR = "2535400000000011"
BRASS_OTTER = "2535400000000012"
HARBOR_KINGS = "1900000002"
HOUR = 3600


async def test_hidden(
    hass: HomeAssistant,
    tracked: ConfigEntry,
    friend: Person,
    friend_entities: Entities,
    poll: Poll,
    issue_registry: ir.IssueRegistry,
) -> None:
    """A friend who hides becomes unknown after five minutes, never offline, and has no issue."""
    friend.play(HARBOR_KINGS)
    await poll()
    changes = async_capture_events(hass, EVENT_STATE_CHANGED)
    friend.hidden = True
    await poll(290)
    assert friend_entities("binary_sensor.online") == "on"
    await poll(2 * HOUR, step=30)
    for name in ("binary_sensor.online", "binary_sensor.in_game", "sensor.platform"):
        assert friend_entities(name) == STATE_UNKNOWN
    assert friend_entities("sensor.gamerscore") == "905"
    assert friend_entities.being(STATE_UNAVAILABLE) == set()
    online = friend_entities.id("binary_sensor.online")
    states = [it.data["new_state"].state for it in changes if it.data["entity_id"] == online]
    assert states == [STATE_UNKNOWN]
    assert issues(issue_registry) == []


@pytest.mark.parametrize("host", [Service.PRESENCE, Service.PEOPLE])
async def test_hidden_while_a_service_fails(
    hass: HomeAssistant,
    simulator: Simulator,
    tracked: ConfigEntry,
    friend: Person,
    poll: Poll,
    host: str,
) -> None:
    """A hidden friend's states do not change while a service fails for some minutes."""
    friend.hidden = True
    await poll(320)
    simulator.fail(host, status=503, times=None)
    changes = async_capture_events(hass, EVENT_STATE_CHANGED)
    await poll(280)
    simulator.heal()
    await poll(120)
    assert changes == []


async def test_appears_offline(
    tracked: ConfigEntry, friend: Person, friend_entities: Entities, poll: Poll
) -> None:
    """A friend who appears offline is offline, and the last-online time does not go back."""
    friend.go_online()
    friend.go_offline()
    await poll(310)
    before = friend_entities("sensor.last_online")
    friend.go_online()
    await poll()
    friend.cloak()
    friend.play(HARBOR_KINGS)
    await poll(320)
    assert friend_entities("binary_sensor.online") == "off"
    assert friend_entities("binary_sensor.in_game") == "off"
    assert friend_entities("sensor.last_online") >= before
