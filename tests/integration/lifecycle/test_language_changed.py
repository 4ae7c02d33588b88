"""The language or the country of Home Assistant changes: it is followed at once, without a reload."""

from datetime import UTC, datetime
from typing import Any

import pytest
from homeassistant.config_entries import ConfigEntry
from homeassistant.const import EVENT_STATE_CHANGED
from homeassistant.core import Event, EventStateChangedData, HomeAssistant, callback

from custom_components.xbox_network.const import DOMAIN
from custom_components.xbox_network.xbox.endpoints import Service
from tests.conftest import Poll, set_up
from tests.helpers.activity_events import ActivityRecorder
from tests.helpers.automations.triggers import TriggerRecorder, device_of
from tests.helpers.consoles import ConsoleEntities
from tests.helpers.entities import Entities
from tests.helpers.push import PushConnection
from tests.helpers.settling import settle
from tests.simulator import Console, Person, Simulator
from tests.simulator.world.demo_world import STARFALL_DRIFT

pytestmark = pytest.mark.freeze_time(datetime(2026, 11, 30, 20, tzinfo=UTC))

ENGLISH, GERMAN = "Starfall Drift", "Sternensturz"


class Shown:
    """The states that entities were in, one after the other."""

    def __init__(self, hass: HomeAssistant) -> None:
        """Record from now on."""
        self._states: dict[str, list[str]] = {}
        self._last = {it.entity_id: it.state for it in hass.states.async_all()}
        hass.bus.async_listen(EVENT_STATE_CHANGED, self._listen)

    @callback
    def _listen(self, event: Event[EventStateChangedData]) -> None:
        entity_id, new = event.data["entity_id"], event.data["new_state"]
        state = new.state if new else "gone"
        if state != self._last.get(entity_id):
            self._last[entity_id] = state
            self._states.setdefault(entity_id, []).append(state)

    def of(self, entity_id: str) -> list[str]:
        """Return the states that an entity has changed to."""
        return self._states.get(entity_id, [])


def file(hass_storage: dict[str, Any], suffix: str) -> dict[str, Any]:
    """Return the content of a file."""
    name = next(it for it in hass_storage if it.startswith(DOMAIN) and it.endswith(f".{suffix}"))
    content: dict[str, Any] = hass_storage[name]["data"]
    return content


def translate(console: Console) -> None:
    """Let a console tell the names of its apps in German."""
    for app in console.apps:
        app.name = app.name and app.name.replace(ENGLISH, GERMAN)


def languages(simulator: Simulator) -> set[str]:
    """Return the languages of the requests to the services."""
    return {
        it.headers["Accept-Language"]
        for it in simulator.requests()
        if "Accept-Language" in it.headers
    }


@pytest.fixture(name="playing")
async def playing_fixture(
    hass: HomeAssistant, den: Console, owner: Person, entry: ConfigEntry, poll: Poll
) -> ConfigEntry:
    """Return an account whose owner plays on the console."""
    owner.play(STARFALL_DRIFT)
    den.run(STARFALL_DRIFT)
    await poll(80)
    return entry


@pytest.mark.parametrize(
    ("changes", "tag", "market"),
    [
        ({"language": "de"}, "de-US", "US"),
        ({"language": "de", "country": "AT"}, "de-AT", "AT"),
        ({"country": "AU"}, "en-AU", "AU"),
        ({"language": "zh-Hans", "country": "CN"}, "zh-Hans-CN", "CN"),
        ({"language": "en-GB", "country": None}, "en-GB", "GB"),
    ],
    ids=str,
)
async def test_requests_follow(
    hass: HomeAssistant,
    simulator: Simulator,
    playing: ConfigEntry,
    poll: Poll,
    changes: dict[str, Any],
    tag: str,
    market: str,
) -> None:
    """Every request after the change is in the language, and what was kept in other words is asked for anew."""
    hass.config.country = "US"
    await hass.config.async_update(country="US")
    await poll(80)
    simulator.clear()
    await hass.config.async_update(**changes)
    await poll(60)
    assert languages(simulator) == {tag}
    for service in (Service.PRESENCE, Service.PEOPLE, Service.TITLES, Service.CONSOLES):
        assert simulator.requests(service), service
    asked = simulator.requests(Service.CATALOG)
    assert {(it.query["market"], it.query["languages"]) for it in asked} == {(market, tag)}
    paths = [it.path for it in simulator.requests(Service.CONSOLES)]
    assert any("installedApps" in it for it in paths)
    simulator.clear()
    await poll(240)
    assert not simulator.requests(Service.CATALOG)


async def test_shown(
    hass: HomeAssistant,
    simulator: Simulator,
    den: Console,
    playing: ConfigEntry,
    owner: Person,
    entities: Entities,
    at_den: ConsoleEntities,
    poll: Poll,
) -> None:
    """New words are shown after the next look, old ones until then, and nothing else changes."""
    player = at_den.id("media_player")
    assert entities("sensor.now_playing") == ENGLISH
    assert at_den["media_player"].attributes["media_title"] == ENGLISH
    states, activities = Shown(hass), ActivityRecorder(hass)
    translate(den)
    await hass.config.async_update(language="de")
    await settle(hass)
    assert entities("sensor.now_playing") == ENGLISH
    await poll(20)
    assert entities("sensor.now_playing") == GERMAN
    shown = at_den["media_player"].attributes
    assert (shown["media_title"], shown["source"]) == (GERMAN, GERMAN)
    assert GERMAN in shown["source_list"]
    assert ENGLISH not in shown["source_list"]
    await poll(400)
    assert states.of(entities.id("sensor.now_playing")) == [GERMAN]
    for key in ("binary_sensor.in_game", "binary_sensor.online", "sensor.platform"):
        assert states.of(entities.id(key)) == []
    assert states.of(player) == []
    assert activities.of(owner.xuid) == []


async def test_titlehub_is_down(
    hass: HomeAssistant,
    simulator: Simulator,
    playing: ConfigEntry,
    entities: Entities,
    at_den: ConsoleEntities,
    poll: Poll,
) -> None:
    """Old words stay as long as the services do not answer."""
    states = Shown(hass)
    for service in (Service.TITLES, Service.CATALOG):
        simulator.fail(service, status=503, times=None)
    await hass.config.async_update(language="de")
    await poll(150)
    assert entities("sensor.now_playing") == ENGLISH
    assert states.of(entities.id("sensor.now_playing")) == []
    simulator.heal(Service.TITLES)
    simulator.heal(Service.CATALOG)
    await poll(150)
    assert states.of(entities.id("sensor.now_playing")) == [GERMAN]
    assert at_den["media_player"].attributes["media_title"] == GERMAN


async def test_files(
    hass: HomeAssistant,
    hass_storage: dict[str, Any],
    simulator: Simulator,
    playing: ConfigEntry,
    entities: Entities,
    den: Console,
    poll: Poll,
) -> None:
    """The files are in the new language, without a word of the old one, and a restart asks for nothing anew."""
    tag = file(hass_storage, "titles")["language"]
    translate(den)
    await hass.config.async_update(language="de")
    await poll(150)
    for suffix in ("titles", "products", "apps"):
        content = file(hass_storage, suffix)
        assert content["language"] == tag.replace("en", "de")
        assert GERMAN in str(content), suffix
        assert ENGLISH not in str(content), suffix
    assert {ENGLISH, GERMAN} <= {
        name for it in file(hass_storage, "names")["library"]["titles"] for name in it["names"]
    }
    assert await hass.config_entries.async_unload(playing.entry_id)
    simulator.clear()
    await set_up(hass, playing)
    assert not simulator.requests(Service.CATALOG)
    assert entities("sensor.now_playing") == GERMAN


async def test_unloaded_before_new_words(
    hass: HomeAssistant,
    hass_storage: dict[str, Any],
    playing: ConfigEntry,
    entities: Entities,
) -> None:
    """No file says that its words are in another language than they are."""
    await hass.config.async_update(language="de")
    assert await hass.config_entries.async_unload(playing.entry_id)
    for suffix in ("titles", "products", "apps"):
        content = file(hass_storage, suffix)
        assert content["language"].startswith("de")
        assert ENGLISH not in str(content), suffix
    await set_up(hass, playing)
    assert entities("sensor.now_playing") == GERMAN


async def test_there_and_back(
    hass: HomeAssistant, simulator: Simulator, playing: ConfigEntry, entities: Entities, poll: Poll
) -> None:
    """A language that was chosen for a moment changes nothing."""
    states = Shown(hass)
    await hass.config.async_update(language="de")
    await hass.config.async_update(language="en")
    simulator.clear()
    await poll(150)
    assert {it.partition("-")[0] for it in languages(simulator)} == {"en"}
    assert states.of(entities.id("sensor.now_playing")) == []


async def test_other_changes(
    hass: HomeAssistant, simulator: Simulator, playing: ConfigEntry, poll: Poll
) -> None:
    """Another change of the configuration asks for nothing anew."""
    simulator.clear()
    await hass.config.async_update(time_zone="Europe/Berlin", location_name="Home", language="en")
    await poll(20)
    assert not simulator.requests(Service.CATALOG)
    assert not simulator.requests(Service.TITLES)


async def test_triggers(
    hass: HomeAssistant, playing: ConfigEntry, owner: Person, entities: Entities, poll: Poll
) -> None:
    """An automation with the name of a game goes on working in either language."""
    target = {"device_id": device_of(hass, entities.id("event.activity"))}
    recorders = {name: TriggerRecorder(hass) for name in (ENGLISH, GERMAN)}
    for name, recorder in recorders.items():
        await recorder.attach("started_playing", target, {"title": name})
    await hass.config.async_update(language="de")
    await poll(20)
    owner.go_offline()
    await poll(20)
    owner.play(STARFALL_DRIFT)
    await poll(20)
    for recorder in recorders.values():
        assert [it["title"] for it in recorder.told] == [GERMAN]
        recorder.detach()


async def test_push(
    hass: HomeAssistant,
    simulator: Simulator,
    push_connection: PushConnection,
    entry: ConfigEntry,
) -> None:
    """A connection for push in the new language takes the place of the old one."""
    connected = len(simulator.rta.connections)
    simulator.clear()
    await hass.config.async_update(language="de")
    for _ in range(5):
        await push_connection.wait(1.0)
    assert len(simulator.rta.connections) == connected + 1
    [asked] = simulator.requests(Service.REALTIME)
    assert asked.headers["Accept-Language"].startswith("de")
    assert len(simulator.rta.subscriptions) >= 2
