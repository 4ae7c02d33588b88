"""Sensors of a person: values, attributes, availability."""

import json
from collections.abc import Callable

import pytest
from homeassistant.components.sensor import (
    ATTR_STATE_CLASS,
    DOMAIN as SENSOR_DOMAIN,
    SensorStateClass,
)
from homeassistant.config_entries import ConfigEntry
from homeassistant.const import (
    ATTR_ENTITY_PICTURE,
    STATE_UNAVAILABLE,
    STATE_UNKNOWN,
    Platform,
)
from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er
from pytest_homeassistant_custom_component.common import (
    MockConfigEntry,
    snapshot_platform,
)
from syrupy.assertion import SnapshotAssertion

from custom_components.xbox_network.const import DOMAIN
from custom_components.xbox_network.xbox.endpoints import Service
from tests.conftest import Poll, set_up
from tests.helpers.entities import OWNER_SENSORS, SENSORS, SENSORS_OFF, Entities
from tests.integration.people.test_binary_sensor import in_the_background, on_two_devices
from tests.simulator import Person, Simulator

STARFALL_DRIFT = "1900000001"
HARBOR_KINGS = "1900000002"
MOSS_AND_MACHINE = "1900000003"
TINY_TURBINES = "1900000004"
EMBER_VALE = "1900000360"
LUMEN_VIDEO = "1900000900"

type Action = Callable[[Person], object]


@pytest.mark.freeze_time("2031-03-01T08:00:00Z")
@pytest.mark.usefixtures("everything_enabled")
async def test_platform(
    hass: HomeAssistant,
    monkeypatch: pytest.MonkeyPatch,
    simulator: Simulator,
    stored: MockConfigEntry,
    owner: Person,
    entity_registry: er.EntityRegistry,
    snapshot: SnapshotAssertion,
    poll: Poll,
) -> None:
    """Names, ids, units and attributes match the snapshot."""
    monkeypatch.setattr("custom_components.xbox_network.PLATFORMS", [Platform.SENSOR])
    simulator.fail(Service.TITLES, status=503, times=None)  # a picture's address has a port in it
    owner.play(STARFALL_DRIFT, rich_presence="Sector 7")
    owner.join_party(3)
    await set_up(hass, stored)
    await poll()
    await snapshot_platform(hass, entity_registry, snapshot, stored.entry_id)


async def test_enabled_by_default(
    entry: ConfigEntry, owner: Person, entity_registry: er.EntityRegistry
) -> None:
    """The sensors that few people use are disabled by default."""
    disabled_by = {
        it.unique_id.removeprefix(f"{owner.xuid}_"): it.disabled_by
        for it in er.async_entries_for_config_entry(entity_registry, entry.entry_id)
        if it.domain == SENSOR_DOMAIN
    }
    assert disabled_by == {
        **dict.fromkeys((*SENSORS, *OWNER_SENSORS), None),
        **dict.fromkeys(SENSORS_OFF, er.RegistryEntryDisabler.INTEGRATION),
    }


@pytest.mark.parametrize(
    ("action", "now_playing", "platform"),
    [
        pytest.param(lambda _: None, "unknown", "unknown", id="offline"),
        pytest.param(Person.go_online, "unknown", "xbox_series", id="at-home"),
        pytest.param(
            lambda it: it.play(STARFALL_DRIFT), "Starfall Drift", "xbox_series", id="series"
        ),
        pytest.param(
            lambda it: it.play(HARBOR_KINGS, "XboxOne"), "Harbor Kings", "xbox_one", id="one"
        ),
        pytest.param(lambda it: it.play(EMBER_VALE, "Xbox360"), "Ember Vale", "xbox_360", id="360"),
        pytest.param(
            lambda it: it.play(MOSS_AND_MACHINE, "WindowsOneCore"),
            "Moss & Machine",
            "windows",
            id="windows",
        ),
        pytest.param(
            lambda it: it.play(TINY_TURBINES, "iOS"), "Tiny Turbines", "mobile", id="mobile"
        ),
        pytest.param(
            lambda it: it.play(STARFALL_DRIFT, "Nintendo"),
            "Starfall Drift",
            "nintendo",
            id="nintendo",
        ),
        pytest.param(
            lambda it: it.play(STARFALL_DRIFT, "PlayStation"),
            "Starfall Drift",
            "playstation",
            id="playstation",
        ),
        pytest.param(lambda it: it.go_online("Web"), "unknown", "web", id="web"),
        pytest.param(
            lambda it: it.play(STARFALL_DRIFT, "Toaster"), "Starfall Drift", "other", id="odd"
        ),
        pytest.param(lambda it: it.play(LUMEN_VIDEO), "Lumen Video", "xbox_series", id="app"),
        pytest.param(in_the_background, "Starfall Drift", "xbox_series", id="game-in-background"),
        pytest.param(on_two_devices, "Starfall Drift", "xbox_series", id="two-devices"),
        pytest.param(
            lambda it: (it.go_online("XboxOne"), it.play(TINY_TURBINES, "Android")),
            "Tiny Turbines",
            "mobile",
            id="where-the-game-is",
        ),
    ],
)
async def test_play(
    entry: ConfigEntry,
    owner: Person,
    entities: Entities,
    poll: Poll,
    action: Action,
    now_playing: str,
    platform: str,
) -> None:
    """The current title and its platform are shown, and a picture while it is played."""
    action(owner)
    await poll(20)
    assert entities("sensor.now_playing") == now_playing
    assert entities("sensor.platform") == platform
    playing = now_playing != STATE_UNKNOWN
    assert (ATTR_ENTITY_PICTURE in entities["sensor.now_playing"].attributes) is playing

    owner.stop()
    await poll(20)
    assert entities("sensor.now_playing") == STATE_UNKNOWN
    assert ATTR_ENTITY_PICTURE not in entities["sensor.now_playing"].attributes
    owner.go_offline()
    await poll(20)
    assert entities("sensor.platform") == STATE_UNKNOWN


@pytest.mark.parametrize("service", [Service.PRESENCE, Service.PEOPLE])
async def test_now_playing_is_never_old(
    simulator: Simulator,
    entry: ConfigEntry,
    owner: Person,
    entities: Entities,
    poll: Poll,
    service: str,
) -> None:
    """The last title is not shown as the current one, whichever service reports it."""
    if service == Service.PEOPLE:
        simulator.fail(Service.PRESENCE, status=403, times=None)
    for title, name in ((STARFALL_DRIFT, "Starfall Drift"), (HARBOR_KINGS, "Harbor Kings")):
        owner.play(title)
        await poll(20)
        assert entities("sensor.now_playing") == name
        owner.go_offline()
        await poll(20)
        assert entities("sensor.now_playing") == STATE_UNKNOWN
        await poll(300)
        assert entities("sensor.now_playing") == STATE_UNKNOWN


async def test_title_without_details(
    simulator: Simulator, entry: ConfigEntry, owner: Person, entities: Entities, poll: Poll
) -> None:
    """Without titlehub the name comes from the presence, and there is no picture."""
    simulator.fail(Service.TITLES, status=404, times=None)
    owner.play(STARFALL_DRIFT)
    await poll()
    assert entities("sensor.now_playing") == "Starfall Drift"
    assert ATTR_ENTITY_PICTURE not in entities["sensor.now_playing"].attributes
    assert entities("binary_sensor.in_game") == "on"
    simulator.clear()
    await poll(600)
    assert simulator.requests(Service.TITLES) == []


@pytest.mark.parametrize("name", ["", " ", None], ids=repr)
async def test_title_without_name(
    simulator: Simulator,
    entry: ConfigEntry,
    owner: Person,
    entities: Entities,
    poll: Poll,
    name: str | None,
) -> None:
    """A title without any name is unknown; it takes the name from the presence, and keeps it."""
    title = {"titleId": STARFALL_DRIFT, "type": "Game", "name": name}
    simulator.fail(Service.TITLES, body=json.dumps({"titles": [title]}).encode(), times=None)
    simulator.world.titles[STARFALL_DRIFT].name = name or ""
    owner.play(STARFALL_DRIFT)
    await poll(20)
    assert entities("sensor.now_playing") == STATE_UNKNOWN
    assert entities("binary_sensor.in_game") == "on"
    simulator.world.titles[STARFALL_DRIFT].name = "Starfall Drift"
    await poll()
    assert entities("sensor.now_playing") == "Starfall Drift"
    simulator.world.titles[STARFALL_DRIFT].name = name or ""
    await poll(20)
    assert entities("sensor.now_playing") == "Starfall Drift"


@pytest.mark.usefixtures("everything_enabled")
async def test_long_texts(
    simulator: Simulator,
    entry: ConfigEntry,
    owner: Person,
    entities: Entities,
    poll: Poll,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """A text that is longer than a state may be is cut."""
    simulator.world.titles[STARFALL_DRIFT].name = "Starfall " * 100
    owner.play(STARFALL_DRIFT, rich_presence="é" * 256)
    await poll()
    assert entities("sensor.now_playing") == ("Starfall " * 100)[:255]
    assert entities("sensor.rich_presence") == "é" * 255
    owner.play(STARFALL_DRIFT, rich_presence="é" * 255)
    await poll()
    assert entities("sensor.rich_presence") == "é" * 255
    assert "longer than" not in caplog.text


@pytest.mark.usefixtures("everything_enabled")
async def test_rich_presence(
    entry: ConfigEntry, owner: Person, entities: Entities, poll: Poll
) -> None:
    """The text of the game is shown unchanged."""
    assert entities("sensor.rich_presence") == STATE_UNKNOWN
    for text, shown in (("Sector 7", "Sector 7"), ("Lap 2 of 5", "Lap 2 of 5"), (None, "unknown")):
        owner.play(STARFALL_DRIFT, rich_presence=text)
        await poll(20)
        assert entities("sensor.rich_presence") == shown
        assert entities("sensor.now_playing") == "Starfall Drift"


@pytest.mark.usefixtures("everything_enabled")
@pytest.mark.parametrize(
    ("size", "restriction", "shown"),
    [
        (2, "followed", "followed"),
        (4, "Local", "local"),
        (12, "Members", "other"),
        (1, "", "unknown"),
    ],
    ids=["open", "invited", "new-word", "nothing"],
)
async def test_party(
    entry: ConfigEntry,
    owner: Person,
    entities: Entities,
    poll: Poll,
    size: int,
    restriction: str,
    shown: str,
) -> None:
    """The size of a party and its join restriction are shown."""
    assert entities("sensor.party_size") == "0"
    assert entities("sensor.party_join_restriction") == STATE_UNKNOWN
    owner.play(STARFALL_DRIFT)
    owner.join_party(size, restriction)
    await poll()
    assert entities("sensor.party_size") == str(size)
    assert entities("sensor.party_join_restriction") == shown
    owner.leave_party()
    await poll(60)
    assert entities("sensor.party_size") == "0"
    assert entities("sensor.party_join_restriction") == STATE_UNKNOWN


@pytest.mark.usefixtures("everything_enabled")
async def test_party_that_contradicts_itself(
    simulator: Simulator, owner: Person, hass: HomeAssistant, stored: MockConfigEntry
) -> None:
    """Details of an empty party are ignored."""
    person = {
        "xuid": owner.xuid,
        "multiplayerSummary": {"inParty": 0, "partyDetails": [{"joinRestriction": "local"}]},
    }
    simulator.fail(Service.PEOPLE, body=json.dumps({"people": [person]}).encode(), times=None)
    await set_up(hass, stored)
    entities = Entities(hass, owner.xuid)
    assert entities("binary_sensor.in_party") == "off"
    assert entities("sensor.party_join_restriction") == STATE_UNKNOWN
    assert entities("sensor.gamerscore") == STATE_UNKNOWN


async def test_numbers(entry: ConfigEntry, owner: Person, entities: Entities, poll: Poll) -> None:
    """The numbers of the profile are shown and follow their changes."""
    assert {key: entities(f"sensor.{key}") for key in ("friends", "followers", "following")} == {
        "friends": "5",
        "followers": "57",
        "following": "34",
    }
    assert entities("sensor.gamerscore") == "18450"
    assert entities["sensor.gamerscore"].attributes[ATTR_STATE_CLASS] is (SensorStateClass.TOTAL)
    owner.play(STARFALL_DRIFT)
    await poll()
    owner.unlock(STARFALL_DRIFT, 2)
    await poll(60)
    assert entities("sensor.gamerscore") == "18500"
    owner.go_offline()
    owner.followers += 1
    await poll()
    assert entities("sensor.followers") == "58"


async def test_new_gamertag(
    hass: HomeAssistant,
    entry: ConfigEntry,
    owner: Person,
    entities: Entities,
    poll: Poll,
) -> None:
    """A new gamertag changes no id and makes no entity unavailable."""
    before = entities.id("sensor.gamerscore")
    owner.rename("Nova Falcon")
    await poll(310)
    await hass.config_entries.async_reload(entry.entry_id)
    assert entities.id("sensor.gamerscore") == before
    assert entities.being(STATE_UNAVAILABLE) == set()
    assert entry.unique_id == owner.xuid
    assert entry.domain == DOMAIN
