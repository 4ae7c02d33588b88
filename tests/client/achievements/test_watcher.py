"""Unlock watcher: each unlock found once, with few requests, whatever fails."""

from datetime import UTC, datetime

from custom_components.xbox_network.xbox import XboxClient
from tests.client.conftest import (
    ACHIEVEMENTS,
    FRIEND,
    HARBOR_KINGS,
    HOUR,
    OTHER_FRIEND,
    OWNER,
    STARFALL_DRIFT,
    WATCHED,
)
from tests.helpers.client.unlock_runner import SCOPE, UnlockRunner, asked, unlock_runner_fixture  # noqa: F401  pytest finds the fixture here
from tests.simulator import Person, Simulator
from tests.simulator.people.person import NO_MOMENT
from tests.simulator.world.demo_world import MOSS_AND_MACHINE

NOW = datetime(2031, 3, 1, 8, tzinfo=UTC)


async def test_everybody(
    unlock_runner: UnlockRunner, simulator: Simulator, owner: Person, friend: Person
) -> None:
    """Each watched person, nobody else, and nothing of before."""
    await unlock_runner.begin(OWNER, FRIEND)
    assert asked(simulator) == 2
    owner.play(STARFALL_DRIFT)
    friend.play(HARBOR_KINGS)
    other = simulator.world.person(OTHER_FRIEND)
    other.play(HARBOR_KINGS)
    await unlock_runner.go_on(30)
    for person, title_id in (
        (owner, STARFALL_DRIFT),
        (friend, HARBOR_KINGS),
        (other, HARBOR_KINGS),
    ):
        person.unlock(title_id, 2)
    await unlock_runner.go_on(HOUR, step=60)
    assert unlock_runner.numbers() == [13, 14]
    assert unlock_runner.numbers(FRIEND) == [4, 5]
    assert len(unlock_runner.told) == 4
    assert unlock_runner.watcher.diagnostics() == {
        "watched": 2,
        "known": 2,
        "in_games": 2,
        "hidden": 0,
        "push_trusted": 0,
        "found": 4,
        "errors": [],
    }


async def test_trust_in_push(
    unlock_runner: UnlockRunner, simulator: Simulator, owner: Person
) -> None:
    """Polls become rare when an announcement proves right, and frequent again when one is missing."""
    unlock_runner.promised = True
    await unlock_runner.begin(OWNER)
    owner.play(STARFALL_DRIFT)
    await unlock_runner.go_on(20)

    async def polls() -> int:
        simulator.clear()
        await unlock_runner.go_on(HOUR, step=30)
        return asked(simulator)

    assert await polls() == 30
    owner.unlock(STARFALL_DRIFT)
    unlock_runner.announce(13)
    await unlock_runner.go_on()
    assert unlock_runner.numbers() == [13]
    assert await polls() == 6
    owner.unlock(STARFALL_DRIFT, at=simulator.world.clock())
    assert await polls() == 30  # the score told first
    assert unlock_runner.numbers() == [13, 14]
    owner.unlock(STARFALL_DRIFT)
    await unlock_runner.go_on(70)
    unlock_runner.announce(15)  # a moment later
    assert await polls() == 6
    unlock_runner.promised = False
    assert await polls() == 30
    unlock_runner.promised = True
    await unlock_runner.go_on(30)
    simulator.clear()
    unlock_runner.watcher.on_push_missed()
    await unlock_runner.go_on()
    assert asked(simulator) == 1


async def test_what_is_announced_and_not_there(
    unlock_runner: UnlockRunner, simulator: Simulator, owner: Person
) -> None:
    """It is looked for three times, at last everywhere; progress and nonsense are no news at all."""
    await unlock_runner.begin(OWNER)
    owner.play(STARFALL_DRIFT)
    await unlock_runner.go_on(30)
    simulator.clear()
    unlock_runner.announce(13, "InProgress")
    unlock_runner.announce(12)  # known
    unlock_runner.watcher.on_push(OWNER, SCOPE, "odd")
    unlock_runner.watcher.on_push(FRIEND, SCOPE, {})
    await unlock_runner.go_on()
    assert asked(simulator) == 0
    unlock_runner.announce(13)
    await unlock_runner.go_on(110)
    paths = [it.query.get("titleId") for it in simulator.requests(ACHIEVEMENTS)]
    assert paths == [STARFALL_DRIFT, STARFALL_DRIFT, None]
    owner.unlock(STARFALL_DRIFT, at=NO_MOMENT)
    unlock_runner.announce(13)
    await unlock_runner.go_on(100)
    assert unlock_runner.numbers() == [13]
    owner.stop()
    await unlock_runner.go_on(HOUR)
    simulator.clear()
    unlock_runner.announce(30)
    await unlock_runner.go_on(HOUR)
    assert [it.query.get("titleId") for it in simulator.requests(ACHIEVEMENTS)] == [None] * 3


async def test_pages(unlock_runner: UnlockRunner, simulator: Simulator, owner: Person) -> None:
    """As many as it takes; what fails half-way is asked again as a whole."""
    simulator.world.titles[STARFALL_DRIFT].achievements = 400
    await unlock_runner.begin(OWNER)
    await unlock_runner.go_on(HOUR, step=60)
    for number in range(180):
        owner.unlock(STARFALL_DRIFT, at=simulator.world.clock() - number)
    simulator.fail(ACHIEVEMENTS, status=503, path="achievements", times=3)
    unlock_runner.watcher.catch_up()
    simulator.clear()
    await unlock_runner.go_on(330)
    assert sorted(unlock_runner.numbers()) == list(range(13, 193))
    moments = [it.achievement.unlocked_at for _, it in unlock_runner.told]
    assert moments == sorted(moments, key=lambda it: it or NOW)
    await unlock_runner.go_on(HOUR, step=60)
    unlock_runner.watcher.catch_up()
    await unlock_runner.go_on(60)
    assert len(unlock_runner.told) == 180


async def test_repeating_token(
    unlock_runner: UnlockRunner, simulator: Simulator, owner: Person
) -> None:
    """A service that turns in circles does not keep us busy."""
    await unlock_runner.begin(OWNER)
    record = (
        b'{"id": "77", "serviceConfigId": "x", "progressState": "Achieved",'
        b'"progression": {"timeUnlocked": "2031-03-01T08:00:00Z"}}'
    )
    body = b'{"achievements": [' + record + b'], "pagingInfo": {"continuationToken": "1"}}'
    simulator.fail(ACHIEVEMENTS, body=body, times=None)
    unlock_runner.watcher.catch_up()
    simulator.clear()
    await unlock_runner.go_on()
    assert asked(simulator) == 3
    assert unlock_runner.numbers() == [77]
    [(_, unlock)] = unlock_runner.told
    assert (unlock.achievement.title, unlock.achievement.title_id) == (None, None)


async def test_leaves_room(
    unlock_runner: UnlockRunner, simulator: Simulator, client: XboxClient, owner: Person
) -> None:
    """What is left of the budget is for those who ask by hand; nothing is lost by waiting."""
    await unlock_runner.begin(OWNER)
    owner.play(STARFALL_DRIFT)
    await unlock_runner.go_on(30)
    for _ in range(85):
        await client.achievements.total(OWNER, STARFALL_DRIFT)
    owner.unlock(STARFALL_DRIFT)
    unlock_runner.announce(13)
    simulator.clear()
    await unlock_runner.go_on()
    assert asked(simulator) == 0
    assert unlock_runner.watcher.diagnostics()["errors"] == ["XboxRateLimitError"]
    await unlock_runner.go_on(40)
    assert unlock_runner.numbers() == [13]


async def test_failures_back_off(
    unlock_runner: UnlockRunner, simulator: Simulator, owner: Person
) -> None:
    """A service that is out of order is asked less and less, and people whose answers fail alone, too."""
    await unlock_runner.begin(*WATCHED)
    owner.play(STARFALL_DRIFT)
    await unlock_runner.go_on(30)
    owner.unlock(STARFALL_DRIFT)
    simulator.fail(ACHIEVEMENTS, status=500, times=None, path=OWNER)
    simulator.clear()
    await unlock_runner.go_on(HOUR)
    assert asked(simulator) <= 20
    simulator.heal()
    await unlock_runner.go_on(300)
    assert unlock_runner.numbers() == [13]


async def test_hidden_for_a_while(
    unlock_runner: UnlockRunner, simulator: Simulator, owner: Person, friend: Person
) -> None:
    """Who hides and shows again misses nothing; while nobody plays nobody asks."""
    await unlock_runner.begin(FRIEND)
    friend.play(HARBOR_KINGS)
    await unlock_runner.go_on(30)
    friend.hides_titles = True
    friend.unlock(HARBOR_KINGS)
    simulator.clear()
    await unlock_runner.go_on(HOUR / 2)
    assert asked(simulator) == 1
    assert unlock_runner.watcher.diagnostics()["hidden"] == 1
    friend.hides_titles = False
    friend.go_offline()
    await unlock_runner.go_on(2 * HOUR, step=60)
    assert unlock_runner.numbers(FRIEND) == [4]


async def test_score_that_jumps(
    unlock_runner: UnlockRunner, simulator: Simulator, owner: Person
) -> None:
    """A score that falls and comes back is no news; where nothing can be earned it is a signal, too."""
    simulator.world.titles[MOSS_AND_MACHINE].source_version = 0
    await unlock_runner.begin(OWNER)
    await unlock_runner.go_on(30)
    simulator.clear()
    for points in (-50, 50, -50, 50):
        owner.gamerscore += points
        await unlock_runner.go_on(330)
    assert asked(simulator) == 0
    owner.play(MOSS_AND_MACHINE)
    await unlock_runner.go_on(60)
    owner.unlock(HARBOR_KINGS)
    await unlock_runner.go_on(80)
    assert unlock_runner.numbers() == [5]
