"""Binary sensors of a person: online, in a game, in a party."""

import json
from collections.abc import Callable

import pytest
from homeassistant.config_entries import ConfigEntry
from homeassistant.const import STATE_OFF, STATE_ON, STATE_UNAVAILABLE, STATE_UNKNOWN, Platform
from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er
from pytest_homeassistant_custom_component.common import MockConfigEntry, snapshot_platform
from syrupy.assertion import SnapshotAssertion

from custom_components.xbox_network.xbox.endpoints import Service
from tests.conftest import Poll, set_up
from tests.helpers.entities import BINARY_SENSORS, Entities
from tests.simulator import Person, Simulator

STARFALL_DRIFT = "1900000001"
HARBOR_KINGS = "1900000002"
LUMEN_VIDEO = "1900000900"
SETTINGS = "1837352387"

type Action = Callable[[Person], object]


def in_the_background(owner: Person) -> None:
    """Leave a game running behind an app on the same console."""
    owner.play(STARFALL_DRIFT)
    [game] = [activity for _, activity in owner.activities() if not activity.title.system]
    owner.play(LUMEN_VIDEO)
    game.placement = "Background"
    owner.devices["Scarlett"].append(game)


def on_two_devices(owner: Person) -> None:
    """Play on the console with an app open on the computer."""
    owner.play(STARFALL_DRIFT)
    owner.play(LUMEN_VIDEO, "WindowsOneCore")


def away_from_the_game(owner: Person) -> None:
    """Be away while a game runs."""
    owner.play(STARFALL_DRIFT)
    owner.away = True


def party_after_the_end(owner: Person) -> None:
    """Go offline while in a party."""
    owner.play(STARFALL_DRIFT)
    owner.join_party(4)
    owner.go_offline()


async def test_platform(
    hass: HomeAssistant,
    monkeypatch: pytest.MonkeyPatch,
    stored: MockConfigEntry,
    entity_registry: er.EntityRegistry,
    snapshot: SnapshotAssertion,
) -> None:
    """Names, ids and attributes match the snapshot."""
    monkeypatch.setattr("custom_components.xbox_network.PLATFORMS", [Platform.BINARY_SENSOR])
    await set_up(hass, stored)
    await snapshot_platform(hass, entity_registry, snapshot, stored.entry_id)


@pytest.mark.parametrize(
    ("action", "online", "in_game", "in_party"),
    [
        pytest.param(lambda _: None, "off", "off", "off", id="offline"),
        pytest.param(Person.go_online, "on", "off", "off", id="at-home"),
        pytest.param(lambda it: it.play(SETTINGS), "on", "off", "off", id="in-settings"),
        pytest.param(lambda it: it.play(STARFALL_DRIFT), "on", "on", "off", id="game"),
        pytest.param(lambda it: it.play(LUMEN_VIDEO), "on", "off", "off", id="app"),
        pytest.param(in_the_background, "on", "on", "off", id="game-in-background"),
        pytest.param(on_two_devices, "on", "on", "off", id="two-devices"),
        pytest.param(away_from_the_game, "on", "on", "off", id="away"),
        pytest.param(lambda it: it.go_online("Toaster"), "on", "off", "off", id="odd-device"),
        pytest.param(lambda it: (it.go_online(), it.join_party(2)), "on", "off", "on", id="party"),
        pytest.param(
            lambda it: (it.play(STARFALL_DRIFT), it.join_party(8)), "on", "on", "on", id="both"
        ),
        pytest.param(party_after_the_end, "off", "off", "off", id="gone-from-the-party"),
    ],
)
async def test_states(
    entry: ConfigEntry,
    owner: Person,
    entities: Entities,
    poll: Poll,
    action: Action,
    online: str,
    in_game: str,
    in_party: str,
) -> None:
    """An action of a person shows, and so does its end."""
    action(owner)
    await poll(20)
    assert entities("binary_sensor.online") == online
    assert entities("binary_sensor.in_game") == in_game
    assert entities("binary_sensor.in_party") == in_party

    owner.go_offline()
    await poll(20)
    assert {entities(f"binary_sensor.{key}") for key in BINARY_SENSORS} == {STATE_OFF}


async def test_hidden(
    hass: HomeAssistant, simulator: Simulator, stored: MockConfigEntry, entities: Entities
) -> None:
    """A person who hides the presence is unknown, not offline."""
    simulator.fail(Service.PRESENCE, body=b"[]", times=None)
    await set_up(hass, stored)
    assert entities("binary_sensor.online") == STATE_UNKNOWN
    assert entities("binary_sensor.in_game") == STATE_UNKNOWN


async def test_hidden_from_now_on(
    simulator: Simulator, entry: ConfigEntry, owner: Person, entities: Entities, poll: Poll
) -> None:
    """A person who hides while playing becomes unknown after five minutes, and never offline."""
    owner.play(STARFALL_DRIFT)
    await poll()
    simulator.fail(Service.PRESENCE, body=b"[]", times=None)
    for _ in range(30):
        await poll()
        assert entities("binary_sensor.online") == STATE_ON
        assert entities("binary_sensor.in_game") == STATE_ON
    await poll(20)
    assert entities("binary_sensor.online") == STATE_UNKNOWN
    assert entities("binary_sensor.in_game") == STATE_UNKNOWN
    simulator.heal()
    await poll()
    assert entities("binary_sensor.in_game") == STATE_ON


@pytest.mark.parametrize(
    ("record", "online", "in_game"),
    [
        pytest.param({"state": "online"}, "on", "off", id="other-case"),
        pytest.param({"state": "Online", "devices": None}, "on", "off", id="no-devices"),
        pytest.param(
            {"state": "Online", "devices": [None, {"titles": 5}, {"type": {}, "titles": [{}]}]},
            "on",
            "off",
            id="odd-devices",
        ),
        pytest.param({"state": "Offline", "lastSeen": []}, "off", "off", id="odd-last-seen"),
        pytest.param({"state": "Offline", "new": {"a": 1}}, "off", "off", id="new-field"),
    ],
)
async def test_odd_answers(
    simulator: Simulator,
    entry: ConfigEntry,
    owner: Person,
    entities: Entities,
    poll: Poll,
    record: dict[str, object],
    online: str,
    in_game: str,
) -> None:
    """An odd field is ignored, and an odd person does not affect the others."""
    answer = [None, {"xuid": "?"}, {"xuid": owner.xuid, **record}, 7]
    simulator.fail(Service.PRESENCE, body=json.dumps(answer).encode(), times=None)
    await poll(20)
    assert entities("binary_sensor.online") == online
    assert entities("binary_sensor.in_game") == in_game
    assert entities.being(STATE_UNAVAILABLE) == set()


async def test_kind_of_an_unknown_title(
    simulator: Simulator, entry: ConfigEntry, owner: Person, entities: Entities, poll: Poll
) -> None:
    """`in_game` stays for some seconds, then is unknown until a service reports whether the title is a game."""
    for host in (Service.TITLES, Service.PEOPLE):
        simulator.fail(host, status=503, times=None)
    owner.play(HARBOR_KINGS)
    await poll()
    assert entities("binary_sensor.in_game") == STATE_OFF
    await poll(30)
    assert entities("binary_sensor.online") == STATE_ON
    assert entities("binary_sensor.in_game") == STATE_UNKNOWN
    simulator.heal()
    await poll(60)
    assert entities("binary_sensor.in_game") == STATE_ON
