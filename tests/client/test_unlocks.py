"""Unlocks are found once each, with few requests, and no failure loses or repeats one."""

import asyncio
import json
import os
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

import pytest
from freezegun.api import FrozenDateTimeFactory

from custom_components.xbox_network.xbox import XboxClient
from custom_components.xbox_network.xbox.achievement import Achievement
from custom_components.xbox_network.xbox.observer import PeopleObserver
from custom_components.xbox_network.xbox.unlock_memory import UnlockMemory
from custom_components.xbox_network.xbox.unlocks import Unlock, UnlockWatcher
from tests.simulator import Person, Simulator
from tests.simulator.person import NO_MOMENT

from .conftest import (
    ACHIEVEMENTS,
    FRIEND,
    HARBOR_KINGS,
    HOUR,
    OLD_GAME,
    OTHER_FRIEND,
    OWNER,
    PEOPLE,
    STARFALL_DRIFT,
    WATCHED,
)

SCOPE = "00000000-0000-0000-0000-0000713fb301"
MOSS_AND_MACHINE = "1900000003"
# Lives in which something happens that no other test has. More, by hand: XBOX_NETWORK_LIVES=1,2,3
SEEDS = os.environ.get("XBOX_NETWORK_LIVES", "4,6").split(",")
NOW = datetime(2031, 3, 1, 8, tzinfo=UTC)


class Finder:
    """Somebody who watches, and remembers what was found."""

    def __init__(
        self, client: XboxClient, observer: PeopleObserver, freezer: FrozenDateTimeFactory
    ) -> None:
        """Watch nobody so far."""
        self.client, self._observer, self.freezer = client, observer, freezer
        self.told: list[tuple[str, Unlock]] = []
        self.watcher = UnlockWatcher(client, observer, self._tell)
        self.watcher.promises = lambda *_: self.promised
        self.promised = False

    def _tell(self, xuid: str, unlocks: list[Unlock]) -> None:
        self.told += [(xuid, it) for it in unlocks]

    def numbers(self, xuid: str = OWNER) -> list[int]:
        """Return the numbers of what a person has unlocked."""
        return [int(it.achievement.achievement_id) for who, it in self.told if who == xuid]

    async def begin(self, *xuids: str) -> None:
        """Watch somebody."""
        for xuid in xuids:
            self.watcher.watch(xuid)
        await self.go_on()

    async def go_on(self, seconds: float = 0.0, step: float = 10.0) -> None:
        """Look at people, and at what they unlock, for some time."""
        while True:
            self.watcher.note(await self._observer.look())
            while self.watcher.pause() == 0:
                await self.watcher.look()
            if seconds <= 0:
                return
            self.freezer.tick(min(step, seconds))
            seconds -= step

    def announce(self, number: int, state: str = "Achieved") -> None:
        """Tell what push tells."""
        data = {"progression": [{"id": str(number), "progressState": state}]}
        self.watcher.announced(OWNER, SCOPE.upper(), data)


@pytest.fixture(name="finder")
def finder_fixture(
    client: XboxClient, observer: PeopleObserver, freezer: FrozenDateTimeFactory
) -> Finder:
    """Return who watches nobody so far."""
    return Finder(client, observer, freezer)


def asked(simulator: Simulator) -> int:
    """Return how often it was asked what was unlocked."""
    found = simulator.requests(ACHIEVEMENTS)
    return sum(it.query.get("maxItems") != "1" for it in found)


async def test_everybody(
    finder: Finder, simulator: Simulator, owner: Person, friend: Person
) -> None:
    """Each watched person, nobody else, and nothing of before."""
    await finder.begin(OWNER, FRIEND)
    assert asked(simulator) == 2
    owner.play(STARFALL_DRIFT)
    friend.play(HARBOR_KINGS)
    other = simulator.world.person(OTHER_FRIEND)
    other.play(HARBOR_KINGS)
    await finder.go_on(30)
    for person, title_id in (
        (owner, STARFALL_DRIFT),
        (friend, HARBOR_KINGS),
        (other, HARBOR_KINGS),
    ):
        person.unlock(title_id, 2)
    await finder.go_on(HOUR, step=60)
    assert finder.numbers() == [13, 14]
    assert finder.numbers(FRIEND) == [4, 5]
    assert len(finder.told) == 4
    assert finder.watcher.report() == {
        "watched": 2,
        "known": 2,
        "in_games": 2,
        "hidden": 0,
        "push_trusted": 0,
        "found": 4,
        "errors": [],
    }


async def test_trust_in_push(finder: Finder, simulator: Simulator, owner: Person) -> None:
    """Polls become rare when an announcement proves right, and frequent again when one is missing."""
    finder.promised = True
    await finder.begin(OWNER)
    owner.play(STARFALL_DRIFT)
    await finder.go_on(20)

    async def polls() -> int:
        simulator.clear()
        await finder.go_on(HOUR, step=30)
        return asked(simulator)

    assert await polls() == 30
    owner.unlock(STARFALL_DRIFT)
    finder.announce(13)
    await finder.go_on()
    assert finder.numbers() == [13]
    assert await polls() == 6
    owner.unlock(STARFALL_DRIFT, at=simulator.world.clock())
    assert await polls() == 30  # the score told first
    assert finder.numbers() == [13, 14]
    owner.unlock(STARFALL_DRIFT)
    await finder.go_on(70)
    finder.announce(15)  # a moment later
    assert await polls() == 6
    finder.promised = False
    assert await polls() == 30
    finder.promised = True
    await finder.go_on(30)
    simulator.clear()
    finder.watcher.missed()
    await finder.go_on()
    assert asked(simulator) == 1


async def test_what_is_announced_and_not_there(
    finder: Finder, simulator: Simulator, owner: Person
) -> None:
    """It is looked for three times, at last everywhere; progress and nonsense are no news at all."""
    await finder.begin(OWNER)
    owner.play(STARFALL_DRIFT)
    await finder.go_on(30)
    simulator.clear()
    finder.announce(13, "InProgress")
    finder.announce(12)  # known
    finder.watcher.announced(OWNER, SCOPE, "odd")
    finder.watcher.announced(FRIEND, SCOPE, {})
    await finder.go_on()
    assert asked(simulator) == 0
    finder.announce(13)
    await finder.go_on(110)
    paths = [it.query.get("titleId") for it in simulator.requests(ACHIEVEMENTS)]
    assert paths == [STARFALL_DRIFT, STARFALL_DRIFT, None]
    owner.unlock(STARFALL_DRIFT, at=NO_MOMENT)
    finder.announce(13)
    await finder.go_on(100)
    assert finder.numbers() == [13]
    owner.stop()
    await finder.go_on(HOUR)
    simulator.clear()
    finder.announce(30)
    await finder.go_on(HOUR)
    assert [it.query.get("titleId") for it in simulator.requests(ACHIEVEMENTS)] == [None] * 3


async def test_pages(finder: Finder, simulator: Simulator, owner: Person) -> None:
    """As many as it takes; what fails half-way is asked again as a whole."""
    simulator.world.titles[STARFALL_DRIFT].achievements = 400
    await finder.begin(OWNER)
    await finder.go_on(HOUR, step=60)
    for number in range(180):
        owner.unlock(STARFALL_DRIFT, at=simulator.world.clock() - number)
    simulator.fail(ACHIEVEMENTS, status=503, path="achievements", times=3)
    finder.watcher.catch_up()
    simulator.clear()
    await finder.go_on(330)
    assert sorted(finder.numbers()) == list(range(13, 193))
    moments = [it.achievement.unlocked_at for _, it in finder.told]
    assert moments == sorted(moments, key=lambda it: it or NOW)
    await finder.go_on(HOUR, step=60)
    finder.watcher.catch_up()
    await finder.go_on(60)
    assert len(finder.told) == 180


async def test_repeating_token(finder: Finder, simulator: Simulator, owner: Person) -> None:
    """A service that turns in circles does not keep us busy."""
    await finder.begin(OWNER)
    record = (
        b'{"id": "77", "serviceConfigId": "x", "progressState": "Achieved",'
        b'"progression": {"timeUnlocked": "2031-03-01T08:00:00Z"}}'
    )
    body = b'{"achievements": [' + record + b'], "pagingInfo": {"continuationToken": "1"}}'
    simulator.fail(ACHIEVEMENTS, body=body, times=None)
    finder.watcher.catch_up()
    simulator.clear()
    await finder.go_on()
    assert asked(simulator) == 3
    assert finder.numbers() == [77]
    [(_, unlock)] = finder.told
    assert (unlock.achievement.title, unlock.achievement.title_id) == (None, None)


async def test_leaves_room(
    finder: Finder, simulator: Simulator, client: XboxClient, owner: Person
) -> None:
    """What is left of the budget is for those who ask by hand; nothing is lost by waiting."""
    await finder.begin(OWNER)
    owner.play(STARFALL_DRIFT)
    await finder.go_on(30)
    for _ in range(85):
        await client.achievements.total(OWNER, STARFALL_DRIFT)
    owner.unlock(STARFALL_DRIFT)
    finder.announce(13)
    simulator.clear()
    await finder.go_on()
    assert asked(simulator) == 0
    assert finder.watcher.report()["errors"] == ["XboxRateLimitError"]
    await finder.go_on(40)
    assert finder.numbers() == [13]


async def test_nobody_listens_any_more(finder: Finder, simulator: Simulator, owner: Person) -> None:
    """An answer that comes when nobody listens is not taken for told: a reload is such a moment."""
    await finder.begin(OWNER)
    owner.play(STARFALL_DRIFT)
    await finder.go_on(30)
    owner.unlock(STARFALL_DRIFT)
    finder.watcher.catch_up()
    before = asked(simulator)
    look = asyncio.create_task(finder.watcher.look())
    while asked(simulator) == before:
        await asyncio.sleep(0)
    finder.watcher.ignore(OWNER)
    await look
    assert finder.told == []
    finder.watcher.watch(OWNER)
    await finder.go_on(30)
    assert finder.numbers() == [13]


async def test_failures_back_off(finder: Finder, simulator: Simulator, owner: Person) -> None:
    """A service that is out of order is asked less and less, and people whose answers fail alone, too."""
    await finder.begin(*WATCHED)
    owner.play(STARFALL_DRIFT)
    await finder.go_on(30)
    owner.unlock(STARFALL_DRIFT)
    simulator.fail(ACHIEVEMENTS, status=500, times=None, path=OWNER)
    simulator.clear()
    await finder.go_on(HOUR)
    assert asked(simulator) <= 20
    simulator.heal()
    await finder.go_on(300)
    assert finder.numbers() == [13]


async def test_hidden_for_a_while(
    finder: Finder, simulator: Simulator, owner: Person, friend: Person
) -> None:
    """Who hides and shows again misses nothing; while nobody plays nobody asks."""
    await finder.begin(FRIEND)
    friend.play(HARBOR_KINGS)
    await finder.go_on(30)
    friend.hides_titles = True
    friend.unlock(HARBOR_KINGS)
    simulator.clear()
    await finder.go_on(HOUR / 2)
    assert asked(simulator) == 1
    assert finder.watcher.report()["hidden"] == 1
    friend.hides_titles = False
    friend.go_offline()
    await finder.go_on(2 * HOUR, step=60)
    assert finder.numbers(FRIEND) == [4]


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
    again.watcher.forget([OWNER])
    assert set(again.watcher.to_store()) == {OWNER}
    assert again.watcher.version > version


async def test_score_that_jumps(finder: Finder, simulator: Simulator, owner: Person) -> None:
    """A score that falls and comes back is no news; where nothing can be earned it is a signal, too."""
    simulator.world.titles[MOSS_AND_MACHINE].source_version = 0
    await finder.begin(OWNER)
    await finder.go_on(30)
    simulator.clear()
    for points in (-50, 50, -50, 50):
        owner.gamerscore += points
        await finder.go_on(330)
    assert asked(simulator) == 0
    owner.play(MOSS_AND_MACHINE)
    await finder.go_on(60)
    owner.unlock(HARBOR_KINGS)
    await finder.go_on(80)
    assert finder.numbers() == [5]


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
    memory = UnlockMemory.begin([unlocked(1)], NOW)
    assert memory.take([unlocked(number, minutes=number) for number in range(2, 402)])
    assert len(memory.known) == 100
    assert memory.take([unlocked(number, minutes=number) for number in range(1, 402)]) == []
    assert [it.achievement_id for it in memory.take([unlocked(999, minutes=350.5)])] == ["999"]
    timeless = [unlocked(number, minutes=None) for number in range(1000, 1200)]
    assert len(memory.take(timeless)) == 200
    assert len(memory.known) == 100


def test_memory_of_nothing() -> None:
    """Who shows nothing at first may show everything later: none of that is news."""
    memory = UnlockMemory.begin([], NOW)
    assert memory.take([unlocked(1, minutes=-5), unlocked(2, minutes=None)]) == []
    assert [it.achievement_id for it in memory.take([unlocked(3, minutes=5)])] == ["3"]
    assert memory.take([unlocked(4, minutes=None)], [f"{SCOPE}/4"])


def test_memory_of_old_titles() -> None:
    """Ten titles; what was told of a title that is forgotten is not told again."""
    memory = UnlockMemory.begin([], NOW)
    for title in range(12):
        news = memory.take_old(str(title), [unlocked(1), unlocked(2, minutes=1)], NOW)
        assert [it.achievement_id for it in news] == ["2"]
    assert len(memory.old_titles) == 10
    late = NOW + timedelta(minutes=30)
    assert memory.take_old("0", [unlocked(2, minutes=1)], late) == [unlocked(2, minutes=1)]


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
