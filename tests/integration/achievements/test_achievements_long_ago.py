"""Achievements of long ago are no news, whatever the lists say for once; those that are watched are told."""

import pytest

from custom_components.xbox_network.xbox.endpoints import Service
from tests.conftest import Poll
from tests.helpers.achievement_events import (  # noqa: F401  pytest finds the fixtures here
    AchievementEvents,
    achievement_events_fixture,
    did,
    friend_fixture,
)
from tests.simulator import Person, Simulator
from tests.simulator.people.person import NO_MOMENT, Progress
from tests.simulator.world.demo_world import EMBER_VALE

EMPTY = b'{"achievements":[],"pagingInfo":{"continuationToken":null,"totalRecords":0}}'
LONG_AGO = 400_000.0


@pytest.mark.parametrize("timeless", [False, True], ids=["with-times", "without-times"])
async def test_first_list_is_empty(
    achievement_events: AchievementEvents,
    simulator: Simulator,
    owner: Person,
    poll: Poll,
    timeless: bool,
) -> None:
    """When the first list of a title is empty for once, the unlocks of the next list are no news."""
    progress = Progress(10, 250, simulator.world.clock() - LONG_AGO)
    if timeless:
        progress.unlocked = dict.fromkeys(progress.unlocked, NO_MOMENT)
    owner.progress[EMBER_VALE] = progress
    await poll(60)
    simulator.fail(Service.ACHIEVEMENTS, body=EMPTY)
    owner.play(EMBER_VALE)
    await poll(1800)
    assert achievement_events.of(owner.xuid) == []
    owner.unlock(EMBER_VALE)
    await poll(600)
    assert achievement_events.texts(owner.xuid) == [(did(11, "Ember Vale"), False)]
