"""What is remembered of unlocks is bounded, outlasts us, and has each told once, whatever happens."""

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
from tests.simulator import Person, Simulator
from tests.simulator.person import NO_MOMENT

from .conftest import (
    ACHIEVEMENTS,
    FRIEND,
    HARBOR_KINGS,
    OLD_GAME,
    OWNER,
    PEOPLE,
    STARFALL_DRIFT,
    WATCHED,
)
from .finder import SCOPE, Finder, asked, finder_fixture  # noqa: F401  pytest finds the fixture here

# Lives in which something happens that no other test has. More, by hand: XBOX_NETWORK_LIVES=1,2,3
SEEDS = os.environ.get("XBOX_NETWORK_LIVES", "4,6").split(",")
NOW = datetime(2031, 3, 1, 8, tzinfo=UTC)


async def test_nobody_listens_any_more(finder: Finder, simulator: Simulator, owner: Person) -> None:
    """An answer that comes when nobody listens is not taken for told: a reload is such a moment."""
    await finder.begin(OWNER)
    owner.play(STARFALL_DRIFT)
    await finder.go_on(30)
    owner.unlock(STARFALL_DRIFT)
    finder.watcher.catch_up()
    before = asked(simulator)
    look = asyncio.create_task(finder.watcher.refresh())
    while asked(simulator) == before:
        await asyncio.sleep(0)
    finder.watcher.unwatch(OWNER)
    await look
    assert finder.told == []
    finder.watcher.watch(OWNER)
    await finder.go_on(30)
    assert finder.numbers() == [13]


async def test_store(
    client: XboxClient,
    observer: PeopleObserver,
    finder: Finder,
    simulator: Simulator,
    freezer: FrozenDateTimeFactory,
    owner: Person,
) -> None:
    """What is known survives; what is not whole of one person costs that person's alone."""
    await finder.begin(OWNER, FRIEND)
    owner.play(OLD_GAME)
    await finder.go_on(30)
    owner.unlock(OLD_GAME)
    await finder.go_on(120)
    assert finder.numbers() == [11]
    kept = finder.watcher.to_store()
    assert set(kept) == {OWNER, FRIEND}
    assert len(str(kept)) < 4000
    odds: tuple[Any, ...] = (
        None,
        [],
        {FRIEND: None},
        {FRIEND: {**kept[FRIEND], "floor": "2031-03-01T08:00:00"}},
    )
    for odd in odds:
        again = Finder(client, observer, freezer)
        again.watcher.from_store({**kept, **odd} if isinstance(odd, dict) else odd)
        assert len(again.watcher.to_store()) == (1 if isinstance(odd, dict) else 0)
    again.watcher.from_store(kept)
    owner.unlock(OLD_GAME, at=NO_MOMENT)
    await again.begin(OWNER)
    await again.go_on(30)
    assert [(it.late, it.achievement.achievement_id) for _, it in again.told] == [(True, "12")]
    version = again.watcher.version
    again.watcher.keep_only([OWNER])
    assert set(again.watcher.to_store()) == {OWNER}
    assert again.watcher.version > version


async def test_score_that_is_told_later(
    finder: Finder, simulator: Simulator, owner: Person
) -> None:
    """Nobody tells the score at first: what it explains then is looked for."""
    await finder.begin(OWNER)
    kept = finder.watcher.to_store()
    finder.freezer.tick(60)
    owner.unlock(OLD_GAME)
    owner.progress[OLD_GAME].last_played = simulator.world.clock()
    simulator.fail(PEOPLE, status=503, times=None)
    again = Finder(finder.client, PeopleObserver(finder.client, [OWNER]), finder.freezer)
    again.watcher.from_store(kept)
    await again.begin(OWNER)
    assert again.told == []
    simulator.heal()
    await again.go_on(300)
    assert again.numbers() == [11]


def unlocked(number: int, scope: str = SCOPE, minutes: float | None = 0) -> Achievement:
    """Return an unlock, some minutes after eight."""
    at = None if minutes is None else NOW + timedelta(minutes=minutes)
    return Achievement(scope=scope, achievement_id=str(number), unlocked=True, unlocked_at=at)


def test_memory_is_bounded() -> None:
    """Only the latest are remembered; whatever is older than those is no news."""
    memory = UnlockMemory.start([unlocked(1)], NOW)
    assert memory.add([unlocked(number, minutes=number) for number in range(2, 402)])
    assert len(memory.known) == 100
    assert memory.add([unlocked(number, minutes=number) for number in range(1, 402)]) == []
    assert [it.achievement_id for it in memory.add([unlocked(999, minutes=350.5)])] == ["999"]
    timeless = [unlocked(number, minutes=None) for number in range(1000, 1200)]
    assert len(memory.add(timeless)) == 200
    assert len(memory.known) == 100


def test_memory_of_nothing() -> None:
    """Who shows nothing at first may show everything later: none of that is news."""
    memory = UnlockMemory.start([], NOW)
    assert memory.add([unlocked(1, minutes=-5), unlocked(2, minutes=None)]) == []
    assert [it.achievement_id for it in memory.add([unlocked(3, minutes=5)])] == ["3"]
    assert memory.add([unlocked(4, minutes=None)], [f"{SCOPE}/4"])


def test_memory_of_old_titles() -> None:
    """Ten titles; what was told of a title that is forgotten is not told again."""
    memory = UnlockMemory.start([], NOW)
    for title in range(12):
        news = memory.add_xbox_360(str(title), [unlocked(1), unlocked(2, minutes=1)], NOW)
        assert [it.achievement_id for it in news] == ["2"]
    assert len(memory.old_titles) == 10
    late = NOW + timedelta(minutes=30)
    assert memory.add_xbox_360("0", [unlocked(2, minutes=1)], late) == [unlocked(2, minutes=1)]


@pytest.mark.parametrize("seed", SEEDS)
async def test_any_life(
    finder: Finder, simulator: Simulator, owner: Person, friend: Person, seed: str
) -> None:
    """Whatever people play, whatever fails and however often we start again: each once, all in the end."""
    chance = Random(int(seed))
    done: dict[str, list[tuple[str, int]]] = {OWNER: [], FRIEND: []}
    told: list[tuple[str, Unlock]] = []
    await finder.begin(OWNER, FRIEND)
    await finder.go_on(30)
    for _ in range(60):
        person = chance.choice((owner, friend))
        playing = [it.title.title_id for _, it in person.activities() if it.title.is_game]
        match chance.choice(("play", "unlock", "unlock", "unlock", "stop", "trouble", "restart")):
            case "play":
                person.play(chance.choice((STARFALL_DRIFT, HARBOR_KINGS, OLD_GAME)))
            case "unlock" if playing:
                late = chance.choice((0, 0, 30, 4000))
                numbers = person.unlock(
                    playing[-1], chance.randint(1, 3), at=simulator.world.clock() - late
                )
                done[person.xuid] += [(playing[-1], number) for number in numbers]
            case "stop":
                person.go_offline()
            case "trouble":
                host, status = chance.choice((ACHIEVEMENTS, PEOPLE)), chance.choice((429, 500, 503))
                simulator.fail(host, status=status, times=chance.randint(1, 5))
            case "restart":
                told += finder.told
                kept = json.loads(json.dumps(finder.watcher.to_store()))
                observer = PeopleObserver(finder.client, WATCHED)
                finder = Finder(finder.client, observer, finder.freezer)
                finder.watcher.from_store(kept)
                finder.freezer.tick(chance.choice((5, 700)))
                await finder.begin(OWNER, FRIEND)
        await finder.go_on(chance.choice((10, 60, 200)))
    simulator.heal()
    await finder.go_on(700, step=30)
    finder.watcher.catch_up()
    await finder.go_on(100)
    told += finder.told
    for xuid, unlocks in done.items():
        found = [
            (str(it.achievement.title_id), int(it.achievement.achievement_id))
            for who, it in told
            if who == xuid
        ]
        assert sorted(found) == sorted(unlocks)
