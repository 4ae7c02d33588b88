"""Random day full of faults: each event fires once, nothing is unavailable, no budget is exceeded."""

import logging
import os
import random

import pytest
from freezegun.api import FrozenDateTimeFactory
from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant

from tests.helpers.entities import Entities
from tests.helpers.friend_dialog import add_friends
from tests.helpers.push import PushConnection
from tests.helpers.random_day.clock import Clock
from tests.helpers.random_day.day import RandomDay
from tests.helpers.random_day.people import expected_states
from tests.helpers.random_day.recorders import (
    EventRecorder,
    LogRecorder,
    RequestRecorder,
    parallel_connections,
)
from tests.simulator import Person, Simulator

pytestmark = pytest.mark.timeout(300)

# This day has each kind of event and fault. More days, by hand: XBOX_NETWORK_DAYS=1,2,3
SEEDS = os.environ.get("XBOX_NETWORK_DAYS", "30").split(",")


@pytest.fixture(autouse=True)
def _clock_and_jitter(seed: str, freezer: FrozenDateTimeFactory) -> None:
    """Start the clock and the jitter of the client at the same values for the same seed."""
    freezer.move_to("2031-03-01T05:00:00.25Z")
    random.seed(seed)


@pytest.fixture(name="people")
async def people_fixture(
    hass: HomeAssistant,
    simulator: Simulator,
    push_connection: PushConnection,
    entry: ConfigEntry,
    owner: Person,
) -> list[Person]:
    """Return the account's owner and three tracked friends."""
    friends = sorted(owner.friends)[:3]
    await add_friends(hass, entry, *friends)
    return [owner, *(simulator.world.person(xuid) for xuid in friends)]


@pytest.mark.parametrize("seed", SEEDS)
async def test_random_day(
    hass: HomeAssistant,
    simulator: Simulator,
    people: list[Person],
    freezer: FrozenDateTimeFactory,
    caplog: pytest.LogCaptureFixture,
    seed: str,
) -> None:
    """All events fire once each; nothing is unavailable, requested too often or logged as a problem."""
    caplog.set_level(logging.INFO, "homeassistant")  # at debug level its bus logs each event
    clock = Clock(hass, freezer, simulator.rta)
    event_recorder = EventRecorder(hass, clock)
    request_recorder = RequestRecorder(simulator)
    log_recorder = LogRecorder(caplog, simulator)
    day = RandomDay(clock, simulator, event_recorder, people, seed)
    await day.run(request_recorder, log_recorder)

    assert day.mismatches == []
    assert event_recorder.lapses == []
    assert request_recorder.overruns == []
    assert log_recorder.problems == []
    assert parallel_connections(simulator) == []
    for person in people:
        entities, expected = Entities(hass, person.xuid), expected_states(person)
        assert {name: entities(name) for name in expected} == expected
    # the day had enough events and faults
    assert day.told > 200
    assert len(simulator.rta.connections) > 15
    assert {200, 401, 429, 500, 502, 503} <= request_recorder.answers.keys()
