"""The unlock memory: it is bounded and stored, and each unlock is reported once."""

import asyncio
import json
import os
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

import pytest
from freezegun.api import FrozenDateTimeFactory

from custom_components.xbox_network.xbox import XboxClient
from custom_components.xbox_network.xbox.achievements.memory import UnlockMemory
from custom_components.xbox_network.xbox.achievements.watcher import Unlock
from custom_components.xbox_network.xbox.models.achievement import Achievement
from custom_components.xbox_network.xbox.people.observer import PeopleObserver
from tests.client.conftest import (
    ACHIEVEMENTS,
    FRIEND,
    HARBOR_KINGS,
    OLD_GAME,
    OWNER,
    PEOPLE,
    STARFALL_DRIFT,
    WATCHED,
)
from tests.helpers.client.unlock_runner import SCOPE, UnlockRunner, asked, unlock_runner_fixture  # noqa: F401  pytest finds the fixture here
from tests.simulator import Person, Simulator
from tests.simulator.people.person import NO_MOMENT

# Seeds of lives with events that no other test has. For more: XBOX_NETWORK_LIVES=1,2,3
SEEDS = os.environ.get("XBOX_NETWORK_LIVES", "4,6").split(",")
NOW = datetime(2031, 3, 1, 8, tzinfo=UTC)


async def test_unwatched_during_a_request(
    unlock_runner: UnlockRunner, simulator: Simulator, owner: Person
) -> None:
    """An unlock in an answer that arrives after `unwatch`, as in a reload, is not lost."""
    await unlock_runner.begin(OWNER)
    owner.play(STARFALL_DRIFT)
    await unlock_runner.go_on(30)
    owner.unlock(STARFALL_DRIFT)
    unlock_runner.watcher.catch_up()
    before = asked(simulator)
    refresh = asyncio.create_task(unlock_runner.watcher.refresh())
    while asked(simulator) == before:
        await asyncio.sleep(0)
    unlock_runner.watcher.unwatch(OWNER)
    await refresh
    assert unlock_runner.told == []
    unlock_runner.watcher.watch(OWNER)
    await unlock_runner.go_on(30)
    assert unlock_runner.numbers() == [13]


async def test_store(
    client: XboxClient,
    observer: PeopleObserver,
    unlock_runner: UnlockRunner,
    simulator: Simulator,
    freezer: FrozenDateTimeFactory,
    owner: Person,
) -> None:
    """A stored memory is restored; an incomplete part of one person costs only that person's part."""
    await unlock_runner.begin(OWNER, FRIEND)
    owner.play(OLD_GAME)
    await unlock_runner.go_on(30)
    owner.unlock(OLD_GAME)
    await unlock_runner.go_on(120)
    assert unlock_runner.numbers() == [11]
    stored = unlock_runner.watcher.to_store()
    assert set(stored) == {OWNER, FRIEND}
    assert len(str(stored)) < 4000
    odds: tuple[Any, ...] = (
        None,
        [],
        {FRIEND: None},
        {FRIEND: {**stored[FRIEND], "floor": "2031-03-01T08:00:00"}},
    )
    for odd in odds:
        restarted = UnlockRunner(client, observer, freezer)
        restarted.watcher.from_store({**stored, **odd} if isinstance(odd, dict) else odd)
        assert len(restarted.watcher.to_store()) == (1 if isinstance(odd, dict) else 0)
    restarted.watcher.from_store(stored)
    owner.unlock(OLD_GAME, at=NO_MOMENT)
    await restarted.begin(OWNER)
    await restarted.go_on(30)
    assert [(it.late, it.achievement.achievement_id) for _, it in restarted.told] == [(True, "12")]
    version = restarted.watcher.version
    restarted.watcher.keep_only([OWNER])
    assert set(restarted.watcher.to_store()) == {OWNER}
    assert restarted.watcher.version > version


async def test_late_score(unlock_runner: UnlockRunner, simulator: Simulator, owner: Person) -> None:
    """Unlocks from before the first known score are found when the score comes."""
    await unlock_runner.begin(OWNER)
    stored = unlock_runner.watcher.to_store()
    unlock_runner.freezer.tick(60)
    owner.unlock(OLD_GAME)
    owner.progress[OLD_GAME].last_played = simulator.world.clock()
    simulator.fail(PEOPLE, status=503, times=None)
    restarted = UnlockRunner(
        unlock_runner.client, PeopleObserver(unlock_runner.client, [OWNER]), unlock_runner.freezer
    )
    restarted.watcher.from_store(stored)
    await restarted.begin(OWNER)
    assert restarted.told == []
    simulator.heal()
    await restarted.go_on(300)
    assert restarted.numbers() == [11]


def unlocked(number: int, scope: str = SCOPE, minutes: float | None = 0) -> Achievement:
    """Return an unlock some minutes after eight, without a time if minutes is None."""
    at = None if minutes is None else NOW + timedelta(minutes=minutes)
    return Achievement(scope=scope, achievement_id=str(number), unlocked=True, unlocked_at=at)


def test_memory_is_bounded() -> None:
    """Only the latest unlocks are kept; an unlock older than these is not new."""
    memory = UnlockMemory.start([unlocked(1)], NOW)
    assert memory.add([unlocked(number, minutes=number) for number in range(2, 402)])
    assert len(memory.known) == 100
    assert memory.add([unlocked(number, minutes=number) for number in range(1, 402)]) == []
    assert [it.achievement_id for it in memory.add([unlocked(999, minutes=350.5)])] == ["999"]
    timeless = [unlocked(number, minutes=None) for number in range(1000, 1200)]
    assert len(memory.add(timeless)) == 200
    assert len(memory.known) == 100


def test_empty_memory() -> None:
    """When a person shows no unlocks at first, the older ones that appear later are not new."""
    memory = UnlockMemory.start([], NOW)
    assert memory.add([unlocked(1, minutes=-5), unlocked(2, minutes=None)]) == []
    assert [it.achievement_id for it in memory.add([unlocked(3, minutes=5)])] == ["3"]
    assert memory.add([unlocked(4, minutes=None)], [f"{SCOPE}/4"])


def test_memory_of_old_titles() -> None:
    """Ten titles are kept; reported unlocks of a dropped title are not reported again."""
    memory = UnlockMemory.start([], NOW)
    for title in range(12):
        news = memory.add_xbox_360(str(title), [unlocked(1), unlocked(2, minutes=1)], NOW)
        assert [it.achievement_id for it in news] == ["2"]
    assert len(memory.old_titles) == 10
    late = NOW + timedelta(minutes=30)
    assert memory.add_xbox_360("0", [unlocked(2, minutes=1)], late) == [unlocked(2, minutes=1)]


@pytest.mark.parametrize("seed", SEEDS)
async def test_random_life(
    unlock_runner: UnlockRunner, simulator: Simulator, owner: Person, friend: Person, seed: str
) -> None:
    """In any life, with failures and restarts, each unlock is reported once, and none is lost."""
    rng = Random(int(seed))
    done: dict[str, list[tuple[str, int]]] = {OWNER: [], FRIEND: []}
    told: list[tuple[str, Unlock]] = []
    await unlock_runner.begin(OWNER, FRIEND)
    await unlock_runner.go_on(30)
    for _ in range(60):
        person = rng.choice((owner, friend))
        playing = [it.title.title_id for _, it in person.activities() if it.title.is_game]
        match rng.choice(("play", "unlock", "unlock", "unlock", "stop", "trouble", "restart")):
            case "play":
                person.play(rng.choice((STARFALL_DRIFT, HARBOR_KINGS, OLD_GAME)))
            case "unlock" if playing:
                late = rng.choice((0, 0, 30, 4000))
                numbers = person.unlock(
                    playing[-1], rng.randint(1, 3), at=simulator.world.clock() - late
                )
                done[person.xuid] += [(playing[-1], number) for number in numbers]
            case "stop":
                person.go_offline()
            case "trouble":
                host, status = rng.choice((ACHIEVEMENTS, PEOPLE)), rng.choice((429, 500, 503))
                simulator.fail(host, status=status, times=rng.randint(1, 5))
            case "restart":
                told += unlock_runner.told
                stored = json.loads(json.dumps(unlock_runner.watcher.to_store()))
                observer = PeopleObserver(unlock_runner.client, WATCHED)
                unlock_runner = UnlockRunner(unlock_runner.client, observer, unlock_runner.freezer)
                unlock_runner.watcher.from_store(stored)
                unlock_runner.freezer.tick(rng.choice((5, 700)))
                await unlock_runner.begin(OWNER, FRIEND)
        await unlock_runner.go_on(rng.choice((10, 60, 200)))
    simulator.heal()
    await unlock_runner.go_on(700, step=30)
    unlock_runner.watcher.catch_up()
    await unlock_runner.go_on(100)
    told += unlock_runner.told
    for xuid, unlocks in done.items():
        reported = [
            (str(it.achievement.title_id), int(it.achievement.achievement_id))
            for player, it in told
            if player == xuid
        ]
        assert sorted(reported) == sorted(unlocks)
