"""What the watch of unlocks costs: whole lists only where unlocks have no times, and no needless writes."""

import pytest

from tests.client.conftest import (
    ACHIEVEMENTS,
    HARBOR_KINGS,
    HOUR,
    OLD_GAME,
    OWNER,
    PEOPLE,
    STARFALL_DRIFT,
)
from tests.helpers.client.unlock_runner import UnlockRunner, unlock_runner_fixture, whole_lists  # noqa: F401  pytest finds the fixture here
from tests.simulator import Person, Simulator
from tests.simulator.people.person import NO_MOMENT, Progress

LONG_AGO = 400_000.0


async def test_title_with_times(
    unlock_runner: UnlockRunner, simulator: Simulator, owner: Person
) -> None:
    """Where unlocks have times, no whole list is asked for, and only an unlock leads to a write."""
    await unlock_runner.begin(OWNER)
    owner.progress[HARBOR_KINGS] = Progress(9, 225, simulator.world.clock() - LONG_AGO)
    owner.play(HARBOR_KINGS)
    await unlock_runner.go_on(130)
    version = unlock_runner.watcher.version
    unlock_runner.watcher.catch_up()
    await unlock_runner.go_on(HOUR, step=60)
    assert unlock_runner.watcher.version == version
    owner.unlock(HARBOR_KINGS)
    await unlock_runner.go_on(200, step=20)
    assert unlock_runner.numbers() == [10]
    assert unlock_runner.watcher.version > version
    assert whole_lists(simulator) == 0
    assert "locked" not in unlock_runner.watcher.to_store()[OWNER]


@pytest.mark.parametrize("moment", [NO_MOMENT, 1_000.0])
async def test_title_without_times(
    unlock_runner: UnlockRunner, simulator: Simulator, owner: Person, moment: float
) -> None:
    """Where an unlock has no possible time, the whole list is read twice, and again after an outage or a start."""
    owner.progress[HARBOR_KINGS].unlocked[1] = moment
    await unlock_runner.begin(OWNER)
    owner.play(HARBOR_KINGS)
    version = unlock_runner.watcher.version
    await unlock_runner.go_on(HOUR / 6, step=30)
    assert whole_lists(simulator) == 2
    assert unlock_runner.watcher.version > version  # it is kept
    version = unlock_runner.watcher.version
    owner.go_offline()
    await unlock_runner.go_on(60)
    owner.play(HARBOR_KINGS)
    await unlock_runner.go_on(HOUR, step=60)
    assert whole_lists(simulator) == 2
    assert unlock_runner.watcher.version == version
    unlock_runner.watcher.catch_up()
    await unlock_runner.go_on(300, step=30)
    assert whole_lists(simulator) == 4
    simulator.clear()
    unlock_runner = unlock_runner.restarted(unlock_runner.watcher.to_store())
    await unlock_runner.begin(OWNER)
    await unlock_runner.go_on(300, step=30)
    assert whole_lists(simulator) == 2


async def test_first_time_that_is_missing(
    unlock_runner: UnlockRunner, simulator: Simulator, owner: Person
) -> None:
    """The first unlock without a time, of no points, waits for the number of the title: it is told once.

    From then on, the title's whole list is known.
    """
    owner.progress[HARBOR_KINGS] = Progress()
    simulator.world.titles[HARBOR_KINGS].gamerscore = 0
    await unlock_runner.begin(OWNER)
    owner.play(HARBOR_KINGS)
    await unlock_runner.go_on(235, step=5)
    owner.unlock(HARBOR_KINGS, at=NO_MOMENT)
    simulator.clear()
    await unlock_runner.go_on(5, step=5)
    assert len(simulator.requests(ACHIEVEMENTS)) >= 1
    assert unlock_runner.told == []
    await unlock_runner.go_on(300, step=5)
    assert unlock_runner.numbers() == [1]
    assert not unlock_runner.told[0][1].late
    await unlock_runner.go_on(300, step=5)
    assert whole_lists(simulator) == 2
    owner.unlock(HARBOR_KINGS, at=NO_MOMENT)
    await unlock_runner.go_on(300, step=30)
    assert unlock_runner.numbers() == [1, 2]


async def test_first_time_that_is_missing_after_an_outage(
    unlock_runner: UnlockRunner, simulator: Simulator, owner: Person
) -> None:
    """The list of all titles comes before the gamerscore, too: an unlock without a time waits, and is told once."""
    owner.progress.clear()
    await unlock_runner.begin(OWNER)
    owner.play(HARBOR_KINGS)
    await unlock_runner.go_on(200, step=5)
    owner.unlock(HARBOR_KINGS, at=NO_MOMENT)
    unlock_runner.watcher.catch_up()
    await unlock_runner.watcher.refresh()
    assert unlock_runner.told == []
    await unlock_runner.go_on(300, step=5)
    assert unlock_runner.numbers() == [1]


async def test_nothing_to_wait_for(
    unlock_runner: UnlockRunner, simulator: Simulator, owner: Person
) -> None:
    """An unlock without a time that no number explains costs three requests more, and is no news for ever."""
    owner.progress[HARBOR_KINGS] = Progress()
    await unlock_runner.begin(OWNER)
    owner.play(HARBOR_KINGS)
    await unlock_runner.go_on(235, step=5)
    owner.progress[HARBOR_KINGS].unlocked[7] = NO_MOMENT
    await unlock_runner.go_on(300, step=5)
    assert unlock_runner.told == []
    simulator.clear()
    await unlock_runner.go_on(HOUR, step=30)
    assert len(simulator.requests(ACHIEVEMENTS)) <= 31
    owner.unlock(HARBOR_KINGS)
    await unlock_runner.go_on(200, step=20)
    assert unlock_runner.numbers() == [1]


@pytest.mark.parametrize("title_id", [STARFALL_DRIFT, OLD_GAME], ids=["modern", "xbox-360"])
async def test_offline_before_the_watch(
    unlock_runner: UnlockRunner, simulator: Simulator, owner: Person, title_id: str
) -> None:
    """What was unlocked offline an hour before the watch, and reaches Xbox in it, is told once, as late."""
    await unlock_runner.begin(OWNER)
    owner.play(title_id)
    await unlock_runner.go_on(200, step=20)
    [number] = owner.unlock(title_id, at=simulator.world.clock() - HOUR)
    await unlock_runner.go_on(HOUR / 4, step=20)
    assert unlock_runner.numbers() == [number]
    assert unlock_runner.told[0][1].late
    unlock_runner.watcher.catch_up()
    await unlock_runner.go_on(HOUR / 4, step=20)
    assert len(unlock_runner.told) == 1


async def test_offline_before_the_watch_and_a_restart(
    unlock_runner: UnlockRunner, simulator: Simulator, owner: Person
) -> None:
    """After a restart the gamerscore alone explains such an unlock; without a new one nothing is news."""
    await unlock_runner.begin(OWNER)
    await unlock_runner.go_on(60)
    stored = unlock_runner.watcher.to_store()
    owner.unlock(STARFALL_DRIFT, at=simulator.world.clock() - HOUR)
    simulator.fail(PEOPLE, status=503)
    unlock_runner = unlock_runner.restarted(stored)
    await unlock_runner.begin(OWNER)
    await unlock_runner.go_on(HOUR / 4, step=20)
    assert unlock_runner.numbers() == [13]
    assert unlock_runner.told[0][1].late
