"""Sensors of all friends when services fail: values, availability, requests."""

import asyncio
import itertools
from collections.abc import Mapping
from typing import Any

import pytest
from freezegun.api import FrozenDateTimeFactory
from homeassistant.config_entries import ConfigEntry
from homeassistant.const import EVENT_STATE_CHANGED, STATE_UNAVAILABLE, STATE_UNKNOWN
from homeassistant.core import HomeAssistant
from pytest_homeassistant_custom_component.common import (
    MockConfigEntry,
    async_capture_events,
    async_fire_time_changed,
)

from custom_components.xbox_network.xbox.endpoints import Service
from tests.conftest import Browse, Poll, set_up
from tests.helpers.account import expire_everything, flows
from tests.helpers.entities import Entities
from tests.helpers.friend_dialog import add_friends
from tests.helpers.friends_sensors import ONLINE, REQUESTS, asked_online, asked_requests, shown
from tests.helpers.settling import settle
from tests.simulator import Person, Simulator

BRASS_OTTER = "2535400000000012"
STRANGER = "2535400000000002"
HOUR = 3600.0
HOSTS = {ONLINE: Service.PRESENCE, REQUESTS: Service.PEOPLE}
GRACE = {ONLINE: 900, REQUESTS: 1200}
FAULTS: dict[str, Mapping[str, Any]] = {
    "429": {"status": 429, "headers": {"Retry-After": "300"}},
    "500": {"status": 500},
    "503": {"status": 503, "headers": {"Retry-After": "20"}},
    "401": {"status": 401},
    "403": {"status": 403},
    "404": {"status": 404},
    "cut": {"cut": True},
    "html": {"garbage": True},
    "empty": {"empty": True},
    "made-up": {"headers": {"x-xbl-servicedefault": "true"}},
    "odd": {"body": b"7"},
}


def fail(simulator: Simulator, name: str, fault: str) -> None:
    """Let the requests of one sensor fail until they are healed."""
    only = {"asking": b'"group"'} if name == ONLINE else {"path": "friendRequests"}
    simulator.fail(HOSTS[name], times=None, **only, **FAULTS[fault])


@pytest.fixture(name="known")
async def known_fixture(
    simulator: Simulator, entry: ConfigEntry, owner: Person, entities: Entities, poll: Poll
) -> None:
    """Let one friend be online and one person ask for friendship, and both be known."""
    world = simulator.world
    world.person(BRASS_OTTER).go_online()
    world.request_friendship(world.person(STRANGER), owner)
    await poll()
    assert shown(entities) == ("1", "1")


@pytest.mark.usefixtures("known")
@pytest.mark.parametrize("name", HOSTS)
@pytest.mark.parametrize("fault", FAULTS)
async def test_one_fails(
    hass: HomeAssistant,
    simulator: Simulator,
    entities: Entities,
    poll: Poll,
    name: str,
    fault: str,
) -> None:
    """A sensor is unavailable five minutes after its value is due; no other entity changes."""
    fail(simulator, name, fault)
    events = async_capture_events(hass, EVENT_STATE_CHANGED)
    await poll(GRACE[name] - 20, step=20)
    assert events == []
    await poll(20)
    assert entities.being(STATE_UNAVAILABLE) == {name}
    await poll(600, step=30)
    assert [event.data["entity_id"] for event in events] == [entities.id(name)]
    assert len(simulator.requests()) < 200
    simulator.heal()
    await poll(HOUR, step=120)
    assert shown(entities) == ("1", "1")


@pytest.mark.parametrize("name", HOSTS)
@pytest.mark.parametrize("fault", ["429", "503", "403", "html"])
async def test_fails_from_the_start(
    hass: HomeAssistant,
    simulator: Simulator,
    stored: MockConfigEntry,
    owner: Person,
    poll: Poll,
    name: str,
    fault: str,
) -> None:
    """The entry loads; a sensor without a first value is unavailable until its service answers."""
    fail(simulator, name, fault)
    await set_up(hass, stored)
    entities = Entities(hass, owner.xuid)
    assert shown(entities) == (STATE_UNKNOWN, STATE_UNKNOWN)
    await poll()
    assert entities.being(STATE_UNAVAILABLE) == {name}
    simulator.heal()
    await poll(HOUR, step=60)
    assert shown(entities) == ("0", "0")


@pytest.mark.usefixtures("known")
@pytest.mark.parametrize("name", HOSTS)
async def test_few_requests_while_failing(
    hass: HomeAssistant,
    simulator: Simulator,
    entry: ConfigEntry,
    entities: Entities,
    poll: Poll,
    name: str,
) -> None:
    """Friends who come and go cause no more requests while a service fails."""
    await add_friends(hass, entry, BRASS_OTTER)
    await poll(900)
    simulator.clear()
    fail(simulator, name, "500")
    otter = simulator.world.person(BRASS_OTTER)
    for turn in range(360):
        otter.go_online() if turn % 2 else otter.go_offline()
        await poll()
    requests = (asked_online if name == ONLINE else asked_requests)(simulator)
    assert len(requests) <= 8
    started = [request.started for request in requests]
    assert min(later - first for first, later in itertools.pairwise(started)) >= 60


@pytest.mark.usefixtures("known")
@pytest.mark.parametrize("name", HOSTS)
async def test_refreshed_soon_after_a_failure(simulator: Simulator, poll: Poll, name: str) -> None:
    """The sensors refresh within a minute after a failure about the tracked people."""
    fail(simulator, name, "500")
    await poll(GRACE[name] + 100)
    simulator.fail(Service.PRESENCE, status=500, asking=b'"users"')
    await poll(10)
    simulator.heal()
    simulator.clear()
    await poll(60)
    requests = (asked_online if name == ONLINE else asked_requests)(simulator)
    assert [request.status for request in requests] == [200]


@pytest.mark.usefixtures("known")
async def test_network_is_gone(
    simulator: Simulator, freezer: FrozenDateTimeFactory, entities: Entities, poll: Poll
) -> None:
    """After hours without a network all values come back together."""
    before = entities.steady()
    for host in HOSTS.values():
        simulator.fail(host, cut=True, times=None)
    await poll(3 * HOUR, step=60)
    assert entities(ONLINE) == entities(REQUESTS) == STATE_UNAVAILABLE
    simulator.heal()
    await poll(100)
    assert entities.steady() == before


@pytest.mark.usefixtures("known")
async def test_sign_in_needed(
    hass: HomeAssistant, simulator: Simulator, entities: Entities, poll: Poll, browse: Browse
) -> None:
    """Without a sign-in the sensors are unavailable, and they start no flow of their own."""
    expire_everything(simulator)
    simulator.revoke_refresh()
    await poll(1500, step=30)
    assert entities(ONLINE) == entities(REQUESTS) == STATE_UNAVAILABLE
    [flow] = hass.config_entries.flow.async_progress()
    result = await hass.config_entries.flow.async_configure(flow["flow_id"], {})
    result = await browse(result, "adult")
    assert result["reason"] == "reauth_successful"
    await settle(hass)
    await poll()
    assert shown(entities) == ("1", "1")
    assert flows(hass) == []


@pytest.mark.usefixtures("known")
async def test_account_accepted_again(simulator: Simulator, entities: Entities, poll: Poll) -> None:
    """When an account is accepted again after hours, all values come back together."""
    before = entities.steady()
    simulator.xerr("adult", 2148916273)
    simulator.expire_xsts()
    await poll(3 * HOUR, step=60)
    assert entities(ONLINE) == entities(REQUESTS) == STATE_UNAVAILABLE
    simulator.xerr("adult", None)
    while entities("binary_sensor.online") == STATE_UNAVAILABLE:
        await poll()
    await poll(60)
    assert entities.steady() == before


@pytest.mark.usefixtures("known")
async def test_logged_once(
    simulator: Simulator, poll: Poll, caplog: pytest.LogCaptureFixture
) -> None:
    """A failure and its end are logged once each."""
    fail(simulator, ONLINE, "403")
    fail(simulator, REQUESTS, "503")
    await poll(2 * HOUR, step=60)
    simulator.heal()
    await poll(2 * HOUR, step=60)
    lines = [
        it.message.split(":")[0]
        for it in caplog.records
        if it.name.endswith("coordinator.friends") and it.levelname != "DEBUG"
    ]
    assert lines == ["Not all about the friends is known", "All about the friends is known again"]


@pytest.mark.usefixtures("known")
async def test_slow_answer(
    hass: HomeAssistant,
    freezer: FrozenDateTimeFactory,
    simulator: Simulator,
    entry: ConfigEntry,
    owner: Person,
    entities: Entities,
) -> None:
    """A service that does not answer delays neither other entities nor an unload."""
    simulator.fail(Service.PEOPLE, path="friendRequests", hang=True, times=None)
    simulator.clear()
    freezer.tick(905)
    async_fire_time_changed(hass)
    while not asked_requests(simulator):
        await asyncio.sleep(0)
    owner.go_online()
    for _ in range(15):  # seconds: less than the time-out
        freezer.tick(1)
        async_fire_time_changed(hass)
        for _ in range(200):
            await asyncio.sleep(0)
    assert entities("binary_sensor.online") == "on"
    assert asked_requests(simulator)[-1].status is None
    assert shown(entities) == ("1", "1")
    assert await hass.config_entries.async_unload(entry.entry_id)
