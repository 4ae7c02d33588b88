"""Unlocks that may be new: how long they wait for a proof, what that costs, and when they count as late."""

from dataclasses import replace
from typing import Any

from custom_components.xbox_network.xbox.people.observer import PeopleObserver
from tests.client.conftest import HARBOR_KINGS, OWNER, STARFALL_DRIFT
from tests.helpers.client.unlock_runner import (
    UnlockRunner,
    asked,
    unlock_runner_fixture,  # noqa: F401  pytest finds the fixture here
    whole_lists,
)
from tests.simulator import Person, Simulator
from tests.simulator.people.person import NO_MOMENT, Progress

LONG_AGO = 400_000.0


async def go_on(
    runner: UnlockRunner, observer: PeopleObserver, seconds: int, **changes: Any
) -> None:
    """Let time pass with these changes to what is known about the owner."""
    for _ in range(0, seconds, 10):
        people = await observer.refresh()
        runner.watcher.update_people({OWNER: replace(people[OWNER], **changes)})
        while runner.watcher.seconds_until_refresh() == 0:
            await runner.watcher.refresh()
        runner.freezer.tick(10)


async def test_first_answer_waits_for_nothing(
    unlock_runner: UnlockRunner, simulator: Simulator, owner: Person
) -> None:
    """What the first answer about a game shows without a time was there before: no search, no news of one point."""
    title = simulator.world.titles[HARBOR_KINGS]
    title.gamerscore = title.achievements
    owner.progress.clear()
    await unlock_runner.begin(OWNER)
    await unlock_runner.go_on(60)
    owner.progress[HARBOR_KINGS] = Progress(2, 50, simulator.world.clock() - LONG_AGO)
    owner.progress[HARBOR_KINGS].unlocked[2] = NO_MOMENT
    owner.play(HARBOR_KINGS)
    simulator.clear()
    await unlock_runner.go_on(230, step=5)
    assert asked(simulator) == 2
    assert unlock_runner.told == []


async def test_look_at_once(
    unlock_runner: UnlockRunner, simulator: Simulator, owner: Person
) -> None:
    """The answer that shows the first unlock without a time in a game leads to the whole list at once."""
    owner.progress[HARBOR_KINGS].unlocked[1] = NO_MOMENT
    owner.progress[STARFALL_DRIFT] = Progress()
    owner.play(HARBOR_KINGS)
    owner.play(STARFALL_DRIFT, "PC")
    await unlock_runner.begin(OWNER)
    assert whole_lists(simulator) == 1  # the first answer of all
    await unlock_runner.go_on(300)
    simulator.clear()
    owner.unlock(STARFALL_DRIFT, at=NO_MOMENT)
    unlock_runner.announce(1)
    while unlock_runner.watcher.seconds_until_refresh() == 0:
        await unlock_runner.watcher.refresh()
    assert unlock_runner.numbers() == [1]
    assert whole_lists(simulator) == 1


async def test_wait_has_an_end(
    unlock_runner: UnlockRunner, simulator: Simulator, owner: Person
) -> None:
    """What nothing explains in the time of a search is no news when the gamerscore moves later."""
    owner.progress.clear()
    await unlock_runner.begin(OWNER)
    await unlock_runner.go_on(60)
    owner.progress[HARBOR_KINGS] = Progress()
    owner.progress[HARBOR_KINGS].unlocked[7] = NO_MOMENT
    unlock_runner.watcher.catch_up()
    await unlock_runner.go_on(100)
    owner.gamerscore += 25
    await unlock_runner.go_on(400)
    assert unlock_runner.told == []


async def test_waiting_for_the_first_gamerscore(
    unlock_runner: UnlockRunner, observer: PeopleObserver, simulator: Simulator, owner: Person
) -> None:
    """While no gamerscore is known, no search for it is sent."""
    owner.progress.clear()
    owner.progress[HARBOR_KINGS] = Progress()
    owner.play(HARBOR_KINGS)
    unlock_runner.watcher.watch(OWNER)
    await go_on(unlock_runner, observer, 60, profile=None)
    owner.progress[HARBOR_KINGS].unlocked[7] = NO_MOMENT
    unlock_runner.watcher.catch_up()
    simulator.clear()
    await go_on(unlock_runner, observer, 110, profile=None)
    assert asked(simulator) == 2


async def test_outage_is_over_for_a_game(
    unlock_runner: UnlockRunner, simulator: Simulator, owner: Person
) -> None:
    """After an answer about a game whose unlocks have times, nothing is missed: an unlock is not late."""
    owner.progress[STARFALL_DRIFT] = Progress()
    await unlock_runner.begin(OWNER)
    owner.play(STARFALL_DRIFT)
    await unlock_runner.go_on(30)
    unlock_runner.watcher.catch_up()
    await unlock_runner.go_on(60)
    owner.unlock(STARFALL_DRIFT, at=NO_MOMENT)
    unlock_runner.announce(1)
    await unlock_runner.go_on()
    assert [it.late for _, it in unlock_runner.told] == [False]


async def test_gamerscore_after_an_outage(
    unlock_runner: UnlockRunner, observer: PeopleObserver, simulator: Simulator, owner: Person
) -> None:
    """When the gamerscore comes back higher, nobody knows since when, whatever the title's number says then."""
    await unlock_runner.begin(OWNER)
    owner.play(HARBOR_KINGS)
    await unlock_runner.go_on(130)
    profile = (await observer.refresh())[OWNER].profile
    await go_on(unlock_runner, observer, 10, profile=profile, profile_current=False)
    [number] = owner.unlock(HARBOR_KINGS, at=NO_MOMENT)
    await go_on(unlock_runner, observer, 50, profile=profile, profile_current=False)
    await unlock_runner.go_on(300)
    assert unlock_runner.numbers() == [number]
    assert unlock_runner.told[0][1].late
