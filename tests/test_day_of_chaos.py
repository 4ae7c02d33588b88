"""A day on which everything goes wrong for a while, and nobody at home notices."""

import logging
import os
import random

import pytest
from freezegun.api import FrozenDateTimeFactory
from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant

from tests.day.clock import Clock
from tests.day.course import Course
from tests.day.people import truth
from tests.day.watch import Diary, Ledger, Witness, crowds
from tests.entities import Entities
from tests.friend_dialog import add_friends
from tests.pushing import Listening
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
    listening: Listening,
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
    witness, ledger, diary = Witness(hass, clock), Ledger(simulator), Diary(caplog, simulator)
    day = Course(clock, simulator, witness, people, seed)
    await day.run(ledger, diary)

    assert day.surprises == []
    assert witness.lapses == []
    assert ledger.overruns == []
    assert diary.complaints == []
    assert crowds(simulator) == []
    for person in people:
        entities, expected = Entities(hass, person.xuid), truth(person)
        assert {name: entities(name) for name in expected} == expected
    # it was such a day
    assert day.told > 200
    assert len(simulator.rta.connections) > 15
    assert {200, 401, 429, 500, 502, 503} <= ledger.answers.keys()
