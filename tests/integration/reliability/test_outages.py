"""Short outages: no state changes, nothing is logged twice, and few requests are made."""

import asyncio
import json
from collections.abc import Mapping
from typing import Any

import pytest
from freezegun.api import FrozenDateTimeFactory
from homeassistant.config_entries import ConfigEntry
from homeassistant.const import (
    EVENT_STATE_CHANGED,
    EVENT_STATE_REPORTED,
    STATE_UNAVAILABLE,
    STATE_UNKNOWN,
)
from homeassistant.core import Event, EventStateChangedData, HomeAssistant, callback
from pytest_homeassistant_custom_component.common import (
    async_capture_events,
    async_fire_time_changed,
)

from custom_components.xbox_network.xbox.endpoints import Service
from custom_components.xbox_network.xbox.http.requests import TIMEOUT_SECONDS
from custom_components.xbox_network.xbox.people.observer import PATIENCE_SECONDS
from tests.conftest import Poll
from tests.helpers.account import refused
from tests.helpers.entities import (
    ON_PRESENCE,
    ON_PROFILE,
    OWNER_ON_PRESENCE,
    Entities,
    counts_minutes,
)
from tests.helpers.friends_sensors import asked_online, asked_requests
from tests.helpers.push import looks
from tests.simulator import Person, RecordedRequest, Simulator

STARFALL_DRIFT = "1900000001"
HARBOR_KINGS = "1900000002"
SERVICES = (Service.PRESENCE, Service.PEOPLE, Service.TITLES)
MINUTE = 60
HOUR = 60 * MINUTE

ODD_PEOPLE: dict[str, bytes] = {
    Service.PRESENCE: b'[null, 5, {"state": "Offline"}, {"xuid": "abc", "state": "Offline"}]',
    Service.PEOPLE: b'{"people": [null, 5, {"gamerScore": "1"}, {"xuid": {}, "gamerScore": "1"}]}',
    Service.TITLES: b'{"titles": [null, 5, {"name": "Nothing"}, {"titleId": []}]}',
}
FAULTS: dict[str, Mapping[str, Any]] = {
    "429": {"status": 429, "headers": {"Retry-After": "300"}},
    "500": {"status": 500},
    "503": {"status": 503, "headers": {"Retry-After": "20"}},
    "timeout": {"hang": True},
    "cut": {"cut": True},
    "html": {"garbage": True},
    "empty": {"empty": True},
    "made-up": {"headers": {"x-xbl-servicedefault": "true"}},
    "odd-people": {},
}
LASTING = [fault for fault in FAULTS if fault != "odd-people"]


def changed(events: list[Event[EventStateChangedData]]) -> list[str]:
    """Return the entities whose state has changed, without the play time.

    A new address of a picture alone does not count.
    """
    return [
        event.data["entity_id"]
        for event in events
        if (old := event.data["old_state"]) is None
        or (new := event.data["new_state"]) is None
        or (old.state != new.state and not counts_minutes(new.entity_id))
    ]


def profile_requests(simulator: Simulator) -> list[RecordedRequest]:
    """Return the requests for profiles."""
    return [it for it in simulator.requests(Service.PEOPLE) if "/batch/" in it.path]


def fail(simulator: Simulator, fault: str, *hosts: str) -> None:
    """Let hosts fail until they are healed."""
    for host in hosts:
        details = FAULTS[fault] or {"body": ODD_PEOPLE[host]}
        simulator.fail(host, times=None, **details)


@pytest.fixture(name="playing")
async def playing_fixture(entry: ConfigEntry, owner: Person, poll: Poll) -> None:
    """Let the owner play in a party."""
    owner.play(STARFALL_DRIFT, rich_presence="Sector 7")
    owner.join_party(3)
    await poll()


@pytest.mark.usefixtures("playing")
@pytest.mark.parametrize("host", SERVICES)
@pytest.mark.parametrize("fault", FAULTS)
async def test_one_service_fails(
    hass: HomeAssistant, simulator: Simulator, poll: Poll, host: str, fault: str
) -> None:
    """A failing service changes no entity for five minutes."""
    fail(simulator, fault, host)
    events = async_capture_events(hass, EVENT_STATE_CHANGED)
    await poll(290, hangs=host if fault == "timeout" else None)
    assert changed(events) == []


@pytest.mark.usefixtures("playing")
@pytest.mark.parametrize("fault", LASTING)
async def test_all_services_fail(
    hass: HomeAssistant, simulator: Simulator, entities: Entities, poll: Poll, fault: str
) -> None:
    """If all services fail, no entity changes for five minutes; then all are unavailable until an answer."""
    hangs = Service.PRESENCE if fault == "timeout" else None
    before = entities.steady()
    fail(simulator, fault, *(SERVICES if hangs is None else [hangs]))
    if hangs:
        fail(simulator, "503", Service.PEOPLE)
    events = async_capture_events(hass, EVENT_STATE_CHANGED)
    await poll(280, hangs=hangs)
    assert changed(events) == []

    await poll(80, hangs=hangs)
    assert entities.being(STATE_UNAVAILABLE) == ON_PRESENCE
    await poll(300, hangs=hangs)
    assert entities.being(STATE_UNAVAILABLE) == ON_PRESENCE | ON_PROFILE

    simulator.heal()
    await poll(300 if fault == "429" else 70)
    assert entities.steady() == before


@pytest.mark.usefixtures("playing")
@pytest.mark.parametrize("fault", LASTING)
async def test_presence_has_a_substitute(
    simulator: Simulator, owner: Person, entities: Entities, poll: Poll, fault: str
) -> None:
    """While userpresence does not answer, peoplehub replaces it."""
    hangs = Service.PRESENCE if fault == "timeout" else None
    fail(simulator, fault, Service.PRESENCE)
    await poll(100, hangs=hangs)
    owner.play(HARBOR_KINGS)
    await poll(40, hangs=hangs)
    assert entities("sensor.now_playing") == "Harbor Kings"
    owner.go_offline()
    await poll(40, hangs=hangs)
    assert entities("binary_sensor.online") == "off"
    await poll(600, hangs=hangs)
    assert entities.being(STATE_UNAVAILABLE) == set()
    assert refused(simulator) == [
        f"{it.host} at {it.started}"
        for it in simulator.requests(Service.PRESENCE)
        if fault == "429" and it.status == 429
    ]


@pytest.mark.usefixtures("playing")
async def test_peoplehub_fails(
    simulator: Simulator, owner: Person, entities: Entities, poll: Poll
) -> None:
    """Without peoplehub only the entities of the profile become unavailable."""
    simulator.fail(Service.PEOPLE, status=503, times=None)
    owner.play(HARBOR_KINGS)
    await poll(700)
    assert entities("sensor.now_playing") == "Harbor Kings"
    assert entities.being(STATE_UNAVAILABLE) == ON_PROFILE
    simulator.heal()
    await poll(70)
    assert entities.being(STATE_UNAVAILABLE) == set()


@pytest.mark.usefixtures("playing")
@pytest.mark.parametrize("host", [Service.PRESENCE, Service.PEOPLE])
async def test_pause_is_kept(simulator: Simulator, poll: Poll, host: str) -> None:
    """A service that asks for a pause of 300 seconds gets no request in it."""
    simulator.fail(host, status=429, headers={"Retry-After": "300"})
    simulator.clear()
    await poll(60)  # each service gets a request within a minute while the owner plays
    [request] = simulator.requests(host)
    assert request.status == 429
    await poll(300)
    _, later, *_ = simulator.requests(host)
    assert later.status == 200
    assert 300 <= later.started - request.started < 320


@pytest.mark.usefixtures("playing")
async def test_pause_for_titles_is_kept(simulator: Simulator, owner: Person, poll: Poll) -> None:
    """A pause of titlehub is kept, whatever is played meanwhile."""
    simulator.fail(Service.TITLES, status=429, headers={"Retry-After": "300"})
    simulator.clear()
    for title in (HARBOR_KINGS, "1900000003", "1900000004"):
        owner.play(title)
        await poll(90)
    [request] = simulator.requests(Service.TITLES)
    assert request.status == 429
    await poll(90)
    assert len(simulator.requests(Service.TITLES)) == 2


@pytest.mark.usefixtures("playing")
@pytest.mark.parametrize("fault", ["503", "429", "cut"])
async def test_logged_once(
    simulator: Simulator, poll: Poll, caplog: pytest.LogCaptureFixture, fault: str
) -> None:
    """The start and the end of a failure are logged once each."""
    fail(simulator, fault, Service.PRESENCE)
    await poll(900)
    simulator.heal()
    await poll(310)
    lines = [it.message for it in caplog.records if it.name.endswith(".coordinator.people")]
    messages = [line.split(":")[0] for line in lines if not line.startswith("Finished fetching")]
    assert messages == ["Keeping what was known for now", "Everything is up to date again"]


@pytest.mark.parametrize(
    "state", [None, 5, "", "Teleporting"], ids=["null", "number", "empty", "new-word"]
)
async def test_odd_state(
    simulator: Simulator,
    entities: Entities,
    poll: Poll,
    owner: Person,
    playing: None,
    state: object,
) -> None:
    """A presence state without a meaning is no answer, so the presence is unknown after five minutes."""
    before = entities.steady()
    body = json.dumps([{"xuid": owner.xuid, "state": state}]).encode()
    simulator.fail(Service.PRESENCE, body=body, times=None)
    await poll(290)
    assert entities.steady() == before
    await poll(30)
    assert entities("binary_sensor.online") == STATE_UNKNOWN
    simulator.heal()
    await poll()
    after = entities.steady()
    assert after.pop("image.now_playing") > before.pop("image.now_playing")  # shown anew
    assert after == before


@pytest.mark.usefixtures("playing")
@pytest.mark.parametrize("status", [403, 404])
async def test_presence_not_allowed(
    hass: HomeAssistant, simulator: Simulator, poll: Poll, entities: Entities, status: int
) -> None:
    """Without the right to userpresence, peoplehub is polled every 15 seconds instead."""
    simulator.fail(Service.PRESENCE, status=status, times=None)
    await poll(300, step=5)
    events = async_capture_events(hass, EVENT_STATE_CHANGED)
    simulator.clear()
    await poll(300, step=5)
    assert len(looks(simulator)) <= 1  # retried ever more rarely, in the end once an hour
    assert len(asked_online(simulator)) == 1
    assert len(simulator.requests(Service.PEOPLE)) == 20
    assert changed(events) == []

    simulator.heal()
    await poll(HOUR, step=15)
    assert len(looks(simulator)) > 60
    assert entities.being(STATE_UNAVAILABLE) == set()
    assert refused(simulator) == []


@pytest.mark.parametrize(
    "answer", [b'{"people": []}', b"{}", b'{"people": null}'], ids=["nobody", "nothing", "null"]
)
async def test_left_out_of_people(
    simulator: Simulator, entry: ConfigEntry, poll: Poll, entities: Entities, answer: bytes
) -> None:
    """A person who is missing in an answer is not requested again and again."""
    await poll()
    before = entities.steady()
    simulator.fail(Service.PEOPLE, body=answer, times=None)
    await poll(290)
    simulator.clear()
    await poll(250)
    assert len(simulator.requests(Service.PEOPLE)) <= 5
    assert entities.steady() == before


async def test_quiet_hour(
    hass: HomeAssistant, simulator: Simulator, entry: ConfigEntry, poll: Poll
) -> None:
    """Without changes presence is polled every 10 s, the profile every 5 min, and little is written.

    Friends and consoles are polled every 10 min, and friend requests every 15 min.
    """
    await poll()
    simulator.clear()
    events = async_capture_events(hass, EVENT_STATE_CHANGED)
    reported: list[str] = []
    hass.bus.async_listen(
        EVENT_STATE_REPORTED,
        callback(lambda event: reported.append(event.data["entity_id"])),
        event_filter=callback(lambda _: True),
    )
    await poll(HOUR)
    assert len(looks(simulator)) == 360
    assert len(asked_online(simulator)) == 6
    assert len(asked_requests(simulator)) == 4
    assert len(simulator.requests(Service.PEOPLE)) == 12 + 4
    assert len(simulator.requests(Service.CONSOLES)) == 6
    assert len(simulator.requests()) == 372 + 10 + 6
    assert refused(simulator) == []
    assert changed(events) == []
    assert len(events) + len(reported) <= 60  # the pictures' access tokens alone make 24


@pytest.mark.parametrize("activity", ["playing", "in-a-party"])
async def test_busy_hour(
    simulator: Simulator, entry: ConfigEntry, owner: Person, poll: Poll, activity: str
) -> None:
    """A person in a game or a party is refreshed every minute, the progress in a game every five."""
    if activity == "playing":
        owner.play(STARFALL_DRIFT)
    else:
        owner.go_online()
        owner.join_party(2)
    await poll()
    simulator.clear()
    await poll(HOUR)
    assert len(looks(simulator)) == 360
    assert len(simulator.requests(Service.PEOPLE)) == 60 + len(asked_requests(simulator)) == 64
    assert len(simulator.requests(Service.TITLES)) == (12 if activity == "playing" else 0)
    assert len(simulator.requests(Service.ACHIEVEMENTS)) == (30 if activity == "playing" else 0)
    assert refused(simulator) == []


@pytest.mark.parametrize("fault", [None, "503"], ids=["healthy", "without-presence"])
async def test_hour_of_changes(
    simulator: Simulator,
    entry: ConfigEntry,
    owner: Person,
    entities: Entities,
    poll: Poll,
    fault: str | None,
) -> None:
    """Many changes exceed no budget and make nothing unavailable."""
    if fault:
        simulator.fail(Service.PRESENCE, status=503, times=None)
    for round_number in range(180):
        if round_number % 3 == 2:
            owner.stop()
        else:
            owner.play((STARFALL_DRIFT, HARBOR_KINGS)[round_number % 2])
        await poll(20)
        assert entities.being(STATE_UNAVAILABLE) == (OWNER_ON_PRESENCE if fault else set())
    assert refused(simulator) == []


@pytest.mark.usefixtures("playing")
async def test_one_gap_in_a_profile(
    hass: HomeAssistant, simulator: Simulator, owner: Person, entities: Entities, poll: Poll
) -> None:
    """A value missing in one answer stays; a value missing in the next one, too, is gone."""
    gap = json.dumps({"people": [{"xuid": owner.xuid, "gamerScore": "", "detail": None}]}).encode()
    events = async_capture_events(hass, EVENT_STATE_CHANGED)
    simulator.fail(Service.PEOPLE, body=gap)
    await poll(60)
    assert changed(events) == []
    simulator.fail(Service.PEOPLE, body=gap, times=2)
    await poll(180)
    assert entities("sensor.gamerscore") == "18450"
    assert any("friends" in entity for entity in changed(events))


async def test_slow_profile(
    hass: HomeAssistant,
    freezer: FrozenDateTimeFactory,
    simulator: Simulator,
    entry: ConfigEntry,
    owner: Person,
    entities: Entities,
) -> None:
    """A person who comes online is shown before a slow service answers with the profile."""
    owner.go_online()
    simulator.fail(Service.PEOPLE, hang=True, times=None)
    requests_before = len(profile_requests(simulator))
    freezer.tick(10)
    async_fire_time_changed(hass)
    async with asyncio.timeout(TIMEOUT_SECONDS):
        while len(profile_requests(simulator)) == requests_before:
            await asyncio.sleep(0)
        freezer.tick(PATIENCE_SECONDS + 1)
        async_fire_time_changed(hass)
        while entities("binary_sensor.online") != "on":
            await asyncio.sleep(0)
    assert profile_requests(simulator)[-1].status is None
    assert await hass.config_entries.async_unload(entry.entry_id)
