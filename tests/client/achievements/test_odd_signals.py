"""Signals of unlocks that are odd: a gamerscore that jumps or falls, announcements that come again."""

from typing import Any

import pytest

from custom_components.xbox_network.xbox.achievements.counter import UnlockCounter
from tests.client.conftest import (
    ACHIEVEMENTS,
    HARBOR_KINGS,
    HOUR,
    OLD_GAME,
    OWNER,
    PEOPLE,
    STARFALL_DRIFT,
    TITLES,
)
from tests.helpers.client.unlock_runner import UnlockRunner, unlock_runner_fixture  # noqa: F401  pytest finds the fixture here
from tests.simulator import Person, Simulator
from tests.simulator.people.person import NO_MOMENT, Progress


def score(simulator: Simulator, *told: object) -> None:
    """Let peoplehub tell these gamerscores of the owner next."""
    for value in told:

        def change(answer: Any, value: object = value) -> None:
            for it in answer["people"]:
                if it["xuid"] == OWNER:
                    it["gamerScore"] = value

        simulator.spoil(PEOPLE, change)


@pytest.mark.parametrize(
    ("told", "signals"),
    [
        ([90, 100, 90, 100], []),
        ([90, 95], [95]),
        ([90, 95, 100], [95, 100]),
        ([90, 110], [110]),
        ([90, 80, 100, 101], [101]),
        ([999, 100, 105], [999, 105]),
        ([999, 100, 105, 100, 105], [999, 105]),
        ([0, 100, 100, 101], [101]),
    ],
    ids=str,
)
def test_numbers_that_fall(told: list[int], signals: list[int]) -> None:
    """What is higher than a fallen number is a signal; the return of the number before is none."""
    counter, seen = UnlockCounter(100, 100), []
    for value in told:
        if counter.update(value, 0.0):
            seen.append(value)
            counter.explain(value - counter.explained)
    assert seen == signals


def test_fall_that_lasts() -> None:
    """A number that has been lower for ten minutes is true: that it reaches the one before again is a signal."""
    counter = UnlockCounter(100, 100)
    assert [counter.update(75, at) for at in (0.0, 60.0, 599.0)] == [False] * 3
    assert not counter.update(100, 599.0)
    assert [counter.update(75, at) for at in (700.0, 1300.0)] == [False] * 2
    assert counter.update(100, 1301.0)
    counter.explain(25)
    assert counter.settled


def test_number_that_stays_behind() -> None:
    """What known unlocks explain beyond the number is forgotten after ten minutes in which it does not move."""
    counter = UnlockCounter(100, 100)
    counter.explain(50)
    assert [counter.update(100, at) for at in (0.0, 599.0)] == [False] * 2
    assert not counter.update(110, 600.0)  # on its way up
    assert [counter.update(110, at) for at in (1199.0, 1200.0)] == [False] * 2
    assert counter.update(111, 1201.0)
    counter.explain(1)
    counter.explain(9)
    assert not counter.update(111, 1300.0)
    assert not counter.update(120, 1301.0)
    counter.explain(5)  # a new beginning, not the old one
    assert [counter.update(value, 1950.0) for value in (120, 125)] == [False] * 2


def test_unlock_before_its_number() -> None:
    """An unlock that is found before its number moves is explained once, whatever falls meanwhile."""
    counter = UnlockCounter(100, 100)
    counter.explain(10)
    assert not counter.update(90, 0.0)
    counter.explain(5)
    assert (counter.explained, counter.settled) == (105, True)
    assert [counter.update(value, 0.0) for value in (105, 106)] == [False, True]
    assert not counter.settled


def test_fall_before_the_unlock() -> None:
    """An unlock that is not found yet stays unexplained when the number falls, not when it only comes back."""
    counter = UnlockCounter(100, 100)
    assert [counter.update(value, 0.0) for value in (150, 50)] == [True, False]
    assert (counter.reported, counter.explained) == (50, 0)
    counter.explain(50)
    assert counter.settled
    counter = UnlockCounter(100, 100)
    assert [counter.update(value, 0.0) for value in (999, 100, 100)] == [True, False, False]
    assert counter.settled
    assert [counter.update(value, 0.0) for value in (999, 90)] == [True, False]
    assert counter.explained == 0


@pytest.mark.parametrize("way", ["falls", "spikes", "spikes twice", "zero first"])
async def test_gamerscore_moves_alone(
    unlock_runner: UnlockRunner, simulator: Simulator, owner: Person, way: str
) -> None:
    """After a gamerscore that has fallen for good, or was odd for once, the next points prove an unlock as before."""
    owner.progress.clear()
    if way == "zero first":
        score(simulator, "0")
    await unlock_runner.begin(OWNER)
    await unlock_runner.go_on(700, step=20)
    if way == "falls":
        owner.gamerscore -= 500
    elif way == "spikes":
        score(simulator, "999999")
    elif way == "spikes twice":
        score(simulator, "999999", "999999")
    await unlock_runner.go_on(HOUR, step=20)
    owner.progress[HARBOR_KINGS] = Progress()
    [number] = owner.unlock(HARBOR_KINGS, at=NO_MOMENT)
    await unlock_runner.go_on(HOUR, step=20)
    assert unlock_runner.numbers() == [number]
    assert [it.late for _, it in unlock_runner.told] == [False]


async def test_first_lists_and_first_gamerscore(
    unlock_runner: UnlockRunner, simulator: Simulator, owner: Person
) -> None:
    """An empty first list and a first gamerscore of zero together make no unlock of an hour ago news."""
    owner.progress[STARFALL_DRIFT].unlocked[12] = simulator.world.clock() - HOUR
    score(simulator, "0")
    simulator.spoil(ACHIEVEMENTS, lambda answer: answer["achievements"].clear())
    await unlock_runner.begin(OWNER)
    await unlock_runner.go_on(700, step=20)
    assert unlock_runner.told == []


async def test_gamerscore_of_zero_over_a_restart(
    unlock_runner: UnlockRunner, simulator: Simulator, owner: Person
) -> None:
    """A gamerscore of zero after a restart makes no unlock of before the first watch news."""
    owner.progress[STARFALL_DRIFT].unlocked[12] = simulator.world.clock() - HOUR
    simulator.spoil(ACHIEVEMENTS, lambda answer: answer["achievements"].clear())
    await unlock_runner.begin(OWNER)
    await unlock_runner.go_on(300, step=20)
    score(simulator, "0")
    restarted = unlock_runner.restarted(unlock_runner.watcher.to_store())
    await restarted.begin(OWNER)
    await restarted.go_on(700, step=20)
    assert restarted.told == []


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("title_id", [STARFALL_DRIFT, OLD_GAME])
async def test_announced_again_after_a_restart(
    unlock_runner: UnlockRunner,
    simulator: Simulator,
    owner: Person,
    title_id: str,
    when: str,
) -> None:
    """An unlock that push announces again after a restart, before or after the first list, is told once."""
    await unlock_runner.begin(OWNER)
    owner.play(title_id)
    await unlock_runner.go_on(330)
    [number] = owner.unlock(title_id)
    unlock_runner.announce(number)
    await unlock_runner.go_on(330)
    assert unlock_runner.numbers() == [number]
    restarted = unlock_runner.restarted(unlock_runner.watcher.to_store())
    if when == "before":
        restarted.watcher.watch(OWNER)
        restarted.announce(number)
    await restarted.begin(OWNER)
    restarted.announce(number)
    await restarted.go_on(330)
    restarted.watcher.catch_up()
    await restarted.go_on(330)
    assert restarted.told == []


@pytest.mark.parametrize("jump", [99, 0])
async def test_number_of_a_title_is_odd_for_once(
    unlock_runner: UnlockRunner, simulator: Simulator, owner: Person, jump: int
) -> None:
    """A number of achievements that is odd for once makes nothing news, and loses no later unlock."""
    simulator.world.titles[HARBOR_KINGS].gamerscore = 0
    owner.progress[HARBOR_KINGS].unlocked |= dict.fromkeys(range(1, 5), NO_MOMENT)
    await unlock_runner.begin(OWNER)
    owner.play(HARBOR_KINGS)
    await unlock_runner.go_on(400, step=20)

    def change(answer: Any) -> None:
        answer["titles"][0]["achievement"]["currentAchievements"] = jump

    simulator.spoil(TITLES, change)
    await unlock_runner.go_on(1000, step=20)
    assert unlock_runner.told == []
    [number] = owner.unlock(HARBOR_KINGS, at=NO_MOMENT)
    await unlock_runner.go_on(1000, step=20)
    assert unlock_runner.numbers() == [number]
