"""Random day full of faults: each event told once, nothing unavailable, no budget exceeded."""

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

# On this day everything happens that can. More days, by hand: XBOX_NETWORK_DAYS=1,2,3
SEEDS = os.environ.get("XBOX_NETWORK_DAYS", "30").split(",")


@pytest.fixture(autouse=True)
def _same_for_the_same_seed(seed: str, freezer: FrozenDateTimeFactory) -> None:
    """Let each clock and each jitter of the client begin the same."""
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
    """Return the account's owner and three friends who are tracked."""
    friends = sorted(owner.friends)[:3]
    await add_friends(hass, entry, *friends)
    return [owner, *(simulator.world.person(xuid) for xuid in friends)]


@pytest.mark.parametrize("seed", SEEDS)
async def test_day_of_chaos(
    hass: HomeAssistant,
    simulator: Simulator,
    people: list[Person],
    freezer: FrozenDateTimeFactory,
    caplog: pytest.LogCaptureFixture,
    seed: str,
) -> None:
    """All events are told, each once; nothing is ever unavailable, asked too often, or complained about."""
    caplog.set_level(logging.INFO, "homeassistant")  # its bus tells each event of a day
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
    # it was such a day
    assert day.told > 200
    assert len(simulator.rta.connections) > 15
    assert {200, 401, 429, 500, 502, 503} <= request_recorder.answers.keys()
