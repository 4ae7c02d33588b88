"""The unlock memory: it is bounded and stored, and each unlock is reported once."""

import asyncio
import json
import os
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

import pytest
from freezegun.api import FrozenDateTimeFactory

from custom_components.xbox_network.xbox import XboxClient
from custom_components.xbox_network.xbox.achievements.memory import UnlockMemory
from custom_components.xbox_network.xbox.achievements.watcher import Unlock
from custom_components.xbox_network.xbox.models.achievement import Achievement, old_scope
from custom_components.xbox_network.xbox.people.observer import PeopleObserver
from tests.client.conftest import (
    ACHIEVEMENTS,
    FRIEND,
    HARBOR_KINGS,
    OLD_GAME,
    OWNER,
    PEOPLE,
    STARFALL_DRIFT,
)
from tests.helpers.client.unlock_runner import SCOPE, UnlockRunner, asked, unlock_runner_fixture  # noqa: F401  pytest finds the fixture here
from tests.simulator import Person, Simulator
from tests.simulator.people.person import NO_MOMENT

# Seeds of lives with events that no other test has. For more: XBOX_NETWORK_LIVES=1,2,3
SEEDS = os.environ.get("XBOX_NETWORK_LIVES", "4,5").split(",")
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


def numbers(found: Iterable[Achievement]) -> list[int]:
    """Return the ids of achievements."""
    return [int(it.achievement_id) for it in found]


def test_memory_is_bounded() -> None:
    """Only the latest unlocks are kept; an unlock older than these is not new."""
    memory = UnlockMemory.start([unlocked(1)], NOW)
    later = NOW + timedelta(hours=10)
    many = [unlocked(number, minutes=number) for number in range(1, 402)]
    assert len(memory.add(many, later)) == 400
    assert len(memory.known) == 100
    assert memory.add(many, later) == []
    assert numbers(memory.add([unlocked(999, minutes=350.5)], later)) == [999]
    assert memory.add([unlocked(998, minutes=301)], later) == []
    timeless = [unlocked(number, minutes=None) for number in range(1000, 1200)]
    assert memory.add(timeless, later) == []
    assert len(memory.known) == 200  # those with a time are still known
    assert memory.add(many, later) == []


def test_empty_memory() -> None:
    """When a person shows no unlocks at first, the older ones that appear later are not new."""
    memory = UnlockMemory.start([], NOW)
    later = NOW + timedelta(minutes=6)
    old = [unlocked(1, minutes=-1 / 60), unlocked(2, minutes=None), unlocked(9, minutes=-2000)]
    assert memory.add(old, later) == []
    assert memory.add(old, later, points=25) == []
    assert numbers(memory.add([unlocked(3, minutes=0), unlocked(3, minutes=0)], later)) == [3]
    assert memory.add([unlocked(4, minutes=None)], later, announced=[f"{SCOPE}/4"])


@pytest.mark.parametrize("system", ["modern", "360"])
def test_seen_locked(system: str) -> None:
    """An unlock without a possible time is new if it was seen locked; it is new once."""
    scope, later = (SCOPE, NOW) if system == "modern" else (old_scope("7"), NOW)
    memory = UnlockMemory.start([], NOW)

    def odd(number: int, **changes: Any) -> Achievement:
        return replace(unlocked(number, scope, None), title_id="7", **changes)

    locked = [odd(number, unlocked=False) for number in (1, 2, 3, 4)]
    memory.look(scope, [*locked, odd(5), odd(6, unlocked=False, revoked=True)])
    times = (None, datetime(1970, 1, 2, tzinfo=UTC), datetime(2005, 10, 31, tzinfo=UTC))
    future = later + timedelta(minutes=10, seconds=1)
    found = [odd(n, unlocked_at=at) for n, at in enumerate((*times, future), 1)]
    assert numbers(memory.add([*found, odd(5), odd(6)], later)) == [1, 2, 3, 4]
    restored = UnlockMemory.from_store(json.loads(json.dumps(memory.to_store())))
    for it in (memory, restored):
        assert it.locked == {scope: []}
        assert it.add([*found, odd(5), odd(6)], later) == []
        it.look(scope, [odd(1, unlocked=False)])  # an odd answer about a known unlock
        assert it.add(found, later) == []


def test_offline_before_the_watch() -> None:
    """Of what was unlocked before the watch, only what was seen locked in it is new, within a day."""
    memory = UnlockMemory.start([], NOW)
    memory.look(SCOPE, [replace(unlocked(n), unlocked=False) for n in (1, 2)])
    day = 24 * 60
    found = [unlocked(1, minutes=1 - day), unlocked(2, minutes=-1 - day), unlocked(3, minutes=-1)]
    assert numbers(memory.add(found, NOW)) == [1]
    memory.look(SCOPE, [replace(unlocked(1), unlocked=False)])
    assert memory.add(found, NOW) == []


@pytest.mark.parametrize(
    ("points", "each", "told"),
    [
        (0, [25], []),
        (25, [25], [1]),
        (24, [25], []),
        (50, [25, 25], [1, 2]),
        (25, [25, 25], []),
        (30, [25, 30], [2]),
        (-5, [0], []),
        (0, [0], []),
    ],
)
def test_gamerscore_as_proof(points: int, each: list[int], told: list[int]) -> None:
    """Without a time, the unlocks that alone explain the gamerscore are new; the others are known."""
    memory = UnlockMemory.start([], NOW)
    found = [replace(unlocked(n, minutes=None), gamerscore=it) for n, it in enumerate(each, 1)]
    assert numbers(memory.add(found, NOW, points=points)) == told
    assert memory.add(found, NOW, points=points) == []


def test_gamerscore_of_others_comes_first() -> None:
    """What an unlock with a time explains, or an announced one, proves nothing for one without."""
    memory = UnlockMemory.start([], NOW)
    three = [
        replace(unlocked(1), gamerscore=25),
        replace(unlocked(2, minutes=None), gamerscore=25),
        replace(unlocked(3, minutes=None), gamerscore=30),
    ]
    announced = [f"{SCOPE}/3"]
    assert memory.points(three, NOW) == 25
    assert memory.points(three, NOW, announced) == 55
    assert numbers(memory.add(three, NOW, announced=announced, points=55)) == [1, 3]


def test_waiting_for_the_gamerscore() -> None:
    """While the gamerscore is not known, an unlock without a time is neither new nor known."""
    memory = UnlockMemory.start([], NOW)
    first, second = (replace(unlocked(n, minutes=None), gamerscore=25) for n in (1, 2))
    assert memory.add([first, second], NOW, points=None) == []
    assert not memory.knows(first, NOW)
    dated = replace(first, unlocked_at=NOW)
    assert memory.add([dated], NOW, points=None) == [dated]  # the next list has its time
    assert memory.add([], NOW, points=25) == [second]
    assert memory.add([second], NOW, points=25) == []


def test_old_file() -> None:
    """A file of an earlier version, whose floor is before the watch: older unlocks are no news."""
    stored = {"floor": NOW - timedelta(days=9), "since": NOW, "known": {}, "old_titles": {}}
    memory = UnlockMemory.from_store(stored)
    assert numbers(memory.add([unlocked(1, minutes=-60), unlocked(2, minutes=1)], NOW)) == [2]
    assert set(memory.to_store()) == {"floor", "since", "known", "old_titles", "score"}
    with pytest.raises(ValueError, match="time zone"):
        UnlockMemory.from_store({**stored, "old_floor": "2031-03-01T08:00:00"})
    for odd in (-1, 2**53 + 1, 1e308):  # the greatest could not be written again
        with pytest.raises(ValueError, match="score"):
            UnlockMemory.from_store({**stored, "score": odd})
    assert UnlockMemory.from_store({**stored, "score": 2**53}).score == 2**53


def test_memory_of_old_titles() -> None:
    """Ten Xbox 360 titles are kept; the unlocks of a dropped title are not reported again."""
    memory = UnlockMemory.start([], NOW)
    titles: dict[str, list[Achievement]] = {}
    for number in range(12):
        title, at = str(number), NOW + timedelta(minutes=number)
        found = [unlocked(1, minutes=-9), unlocked(2, minutes=number), unlocked(3, minutes=None)]
        titles[title] = [replace(it, scope=old_scope(title), title_id=title) for it in found]
        assert numbers(memory.add(titles[title], at)) == [2]
        memory.look(old_scope(title), titles[title])
    assert list(memory.old_titles) == [str(title) for title in range(2, 12)]
    assert list(memory.locked) == [old_scope(str(title)) for title in range(2, 12)]
    assert memory.old_floor == at
    assert memory.add(titles["0"], at) == []
    late = replace(titles["0"][1], achievement_id="4", unlocked_at=at + timedelta(seconds=1))
    assert memory.add([late], at) == [late]
    assert memory.add([unlocked(5, minutes=1)], at)  # other titles have another floor


def test_lists_that_lack_something() -> None:
    """A list lacks known unlocks of its scope, or of all titles newer than Xbox 360."""
    memory = UnlockMemory.start([unlocked(1)], NOW)
    old = replace(unlocked(2, old_scope("7")), title_id="7")
    memory.add([old], NOW)
    assert not memory.missing(SCOPE, [unlocked(1), unlocked(3)])
    assert memory.missing(SCOPE, [unlocked(3)])
    assert not memory.missing("another scope", [])
    assert not memory.missing(None, [unlocked(1)])
    assert memory.missing(None, [])
    assert not memory.missing(old_scope("7"), [old])
    assert memory.missing(old_scope("7"), [])
    assert not memory.missing(old_scope("8"), [])


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
                unlock_runner = unlock_runner.restarted(unlock_runner.watcher.to_store())
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
