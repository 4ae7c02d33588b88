"""`homeassistant.update_entity` of people, play time, achievements, friends and pictures."""

import asyncio
from collections import Counter

import pytest
from freezegun.api import FrozenDateTimeFactory
from homeassistant.config_entries import ConfigEntry
from homeassistant.const import STATE_OFF, STATE_ON, STATE_UNAVAILABLE
from homeassistant.core import HomeAssistant
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.xbox_network.xbox.endpoints import Service
from tests.conftest import Poll, set_up
from tests.helpers.entities import Entities
from tests.helpers.on_demand import Demand
from tests.helpers.pictures import Browser
from tests.helpers.push import PushConnection
from tests.simulator import Person, Simulator
from tests.simulator.world.demo_world import BRASS_OTTER, STARFALL_DRIFT


def asked(simulator: Simulator, service: Service) -> int:
    """Return how many requests a service got."""
    return len(simulator.requests(service))


@pytest.mark.parametrize("name", ["binary_sensor.online", "event.activity", "sensor.platform"])
async def test_presence(
    entry: ConfigEntry, owner: Person, entities: Entities, poll: Poll, demand: Demand, name: str
) -> None:
    """A person who came online is online as soon as any entity of the person is asked for, again and again."""
    await poll(65)
    for _ in range(3):
        owner.go_online()
        await demand(entities.id(name))
        assert entities("binary_sensor.online") == STATE_ON
        owner.go_offline()
        await demand(entities.id(name))
        assert entities("binary_sensor.online") == STATE_OFF


async def test_profile(
    entry: ConfigEntry, owner: Person, entities: Entities, poll: Poll, demand: Demand
) -> None:
    """Gamerscore and party are asked, although the profile is due only in minutes."""
    await poll(65)
    owner.gamerscore += 50
    await demand(entities.id("sensor.gamerscore"))
    assert entities("sensor.gamerscore") == "18500"


async def test_progress(
    entry: ConfigEntry,
    simulator: Simulator,
    owner: Person,
    entities: Entities,
    poll: Poll,
    demand: Demand,
) -> None:
    """The progress in the game that is played is asked, although it is due only in minutes."""
    owner.play(STARFALL_DRIFT)
    await poll(65)
    before = int(entities("sensor.game_achievements"))
    owner.unlock(STARFALL_DRIFT)
    await demand(entities.id("sensor.game_achievements"))
    assert int(entities("sensor.game_achievements")) == before + 1


async def test_achievement(
    entry: ConfigEntry, owner: Person, entities: Entities, poll: Poll, demand: Demand
) -> None:
    """An unlock in the game that is played is told as soon as the event is asked for."""
    owner.play(STARFALL_DRIFT)
    await poll(120)
    before = entities("event.achievement")
    owner.unlock(STARFALL_DRIFT)
    await demand(entities.id("event.achievement"))
    assert entities("event.achievement") != before
    assert entities["event.achievement"].attributes["late"] is False


@pytest.mark.parametrize("name", ["sensor.playtime_today", "number.daily_limit"])
async def test_playtime(
    entry: ConfigEntry,
    owner: Person,
    entities: Entities,
    poll: Poll,
    demand: Demand,
    freezer: FrozenDateTimeFactory,
    name: str,
) -> None:
    """The play time counts up to now, and knows that the game has just ended."""
    owner.play(STARFALL_DRIFT)
    await poll(310)
    freezer.tick(9)
    owner.go_offline()
    await demand(entities.id(name))
    assert entities("binary_sensor.in_game") == STATE_OFF
    assert entities("sensor.playtime_today") == "5"


async def test_friends(
    simulator: Simulator,
    entry: ConfigEntry,
    entities: Entities,
    poll: Poll,
    demand: Demand,
) -> None:
    """The number of friends online is asked now, also some seconds after the request before."""
    await poll(65)
    friend = simulator.world.person(BRASS_OTTER)
    for _ in range(2):
        friend.go_online()
        await demand(entities.id("sensor.friends_online"))
        assert entities("sensor.friends_online") == "1"
        friend.go_offline()
        await demand(
            entities.id("sensor.friends_online")
        )  # a first answer without somebody is a gap
        await demand(entities.id("sensor.friends_online"))
        await poll(60)
        assert entities("sensor.friends_online") == "0"


async def test_one_round(
    simulator: Simulator,
    entry: ConfigEntry,
    entities: Entities,
    poll: Poll,
    demand: Demand,
) -> None:
    """All entities of the account in one action are one request to each service."""
    await poll(65)
    simulator.clear()
    await demand(*(entities.id(it) for it in entities.all()))
    # who is online, and how many friends are
    assert asked(simulator, Service.PRESENCE) == 2
    # the profile, and the friend requests
    assert asked(simulator, Service.PEOPLE) == 2


async def test_impatient(
    simulator: Simulator,
    entry: ConfigEntry,
    owner: Person,
    entities: Entities,
    poll: Poll,
    demand: Demand,
) -> None:
    """A press a second for ten minutes breaks no schedule: what changes afterwards is known at the next poll."""
    for _ in range(600):
        await demand(*(entities.id(it) for it in entities.all()))
        await poll(1, step=1)
    assert entities.being(STATE_UNAVAILABLE) == set()
    owner.play(STARFALL_DRIFT)
    await poll(10)
    assert entities("binary_sensor.in_game") == STATE_ON
    for service in (Service.PRESENCE, Service.PEOPLE):
        statuses = Counter(it.status for it in simulator.requests(service))
        assert set(statuses) == {200}


@pytest.mark.parametrize("status", [503, 403])
async def test_outage(
    simulator: Simulator,
    entry: ConfigEntry,
    entities: Entities,
    poll: Poll,
    demand: Demand,
    status: int,
) -> None:
    """Fingers ask broken services at most once a minute more, and these come back as quickly."""
    for service in (Service.PRESENCE, Service.PEOPLE):
        simulator.fail(service, status=status, times=None)
    await poll(300)
    simulator.clear()
    await poll(300)
    services = (Service.PRESENCE, Service.PEOPLE)
    usual = sum(asked(simulator, it) for it in services)
    simulator.clear()
    for _ in range(300):
        await demand(*(entities.id(it) for it in entities.all()))
        await poll(1, step=1)
    assert sum(asked(simulator, it) for it in services) <= 2 * usual + 4 * 5
    simulator.heal()
    await poll(70)
    assert entities("binary_sensor.online") == STATE_OFF


async def test_pause_that_was_asked_for(
    simulator: Simulator, entry: ConfigEntry, entities: Entities, poll: Poll, demand: Demand
) -> None:
    """A service that asks for ten minutes of pause gets them, and what was known stays."""
    headers = {"Retry-After": "600"}
    simulator.fail(Service.PRESENCE, status=429, headers=headers)
    await poll(30)
    simulator.clear()
    for _ in range(100):
        await demand(entities.id("binary_sensor.online"))
        await poll(2, step=2)
    assert asked(simulator, Service.PRESENCE) == 0
    assert entities("binary_sensor.online") == STATE_OFF


async def test_sign_in_refused(
    hass: HomeAssistant,
    simulator: Simulator,
    stored: MockConfigEntry,
    entities: Entities,
    poll: Poll,
    demand: Demand,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Fingers do not put off the next attempt at the sign-in, nor hasten it."""
    await set_up(hass, stored)
    await poll(20)
    simulator.fail(Service.PRESENCE, status=401, times=None)
    simulator.fail(Service.PEOPLE, status=401, times=None)
    await poll(400)
    simulator.heal()
    for _ in range(40):
        await demand(*(entities.id(it) for it in entities.all()))
        await poll(2, step=2)
    assert entities("binary_sensor.online") == STATE_OFF


async def test_push_stays_proved(
    push_connection: PushConnection,
    entry: ConfigEntry,
    owner: Person,
    entities: Entities,
    demand: Demand,
    simulator: Simulator,
) -> None:
    """Who asks before push has told the change does not break push, which goes on to be relied on."""
    trust = entry.runtime_data.people.observer.push_trust
    for _ in range(2):
        owner.go_online()
        await push_connection.wait(3)
        owner.go_offline()
        await push_connection.wait(3)
    assert trust.trusted
    owner.go_online()
    await demand(entities.id("binary_sensor.online"))
    assert entities("binary_sensor.online") == STATE_ON
    await push_connection.wait(3)
    assert trust.trusted
    assert trust.missed == 0


async def test_avatar(
    hass: HomeAssistant,
    everything_enabled: None,
    simulator: Simulator,
    browser: Browser,
    entities: Entities,
    poll: Poll,
    demand: Demand,
) -> None:
    """A picture whose address never changes is fetched again."""
    picture = entities["image.avatar"].attributes["entity_picture"]
    assert (await browser.get(picture)).status == 200
    before = len(simulator.requests("avatar-ssl.xboxlive.com"))
    await poll(65)
    await demand(entities.id("image.avatar"))
    assert len(simulator.requests("avatar-ssl.xboxlive.com")) == before + 1


async def test_two_at_a_time(
    entry: ConfigEntry,
    simulator: Simulator,
    owner: Person,
    entities: Entities,
    poll: Poll,
    demand: Demand,
) -> None:
    """Two actions at a time end both, with the state of now."""
    await poll(65)
    owner.go_online()
    await asyncio.gather(
        demand(entities.id("binary_sensor.online")), demand(entities.id("sensor.platform"))
    )
    assert entities("binary_sensor.online") == STATE_ON
