"""The unlock watcher: it finds each unlock once, with few requests, also after failures."""

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


async def test_watched_people(
    unlock_runner: UnlockRunner, simulator: Simulator, owner: Person, friend: Person
) -> None:
    """The unlocks of each watched person are found, but no older ones and none of other people."""
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
    """Polls become rare after a correct announcement, and frequent again after a missing one."""
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
    assert await polls() == 30  # the score was reported first
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


async def test_announced_unlock_is_missing(
    unlock_runner: UnlockRunner, simulator: Simulator, owner: Person
) -> None:
    """An announced unlock is searched three times, at last in all titles; odd data costs no request."""
    await unlock_runner.begin(OWNER)
    owner.play(STARFALL_DRIFT)
    await unlock_runner.go_on(30)
    simulator.clear()
    unlock_runner.announce(13, "InProgress")
    unlock_runner.announce(12)  # known before
    unlock_runner.watcher.on_push(OWNER, SCOPE, "odd")
    unlock_runner.watcher.on_push(FRIEND, SCOPE, {})
    await unlock_runner.go_on()
    assert asked(simulator) == 0
    unlock_runner.announce(13)
    await unlock_runner.go_on(110)
    paths = [it.query.get("titleId") for it in simulator.requests(ACHIEVEMENTS)]
    assert paths == [STARFALL_DRIFT, STARFALL_DRIFT, None]
    first = simulator.requests(ACHIEVEMENTS)[0]
    assert first.query.get("maxItems") == "3"  # the cost of a request is mostly its answer
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
    """All pages are read; after a failure half-way all of them are read again."""
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
    """A service that repeats its token costs only a few requests."""
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


async def test_budget_reserve(
    unlock_runner: UnlockRunner, simulator: Simulator, client: XboxClient, owner: Person
) -> None:
    """The last part of the budget is left to other requests, and the waiting unlock is not lost."""
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
    """A failing service is asked less and less, also if the answers of only one person fail."""
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
    """Unlocks of a hidden time are found later; while a person does not play there is no request."""
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


async def test_score_jumps(
    unlock_runner: UnlockRunner, simulator: Simulator, owner: Person
) -> None:
    """A score that falls and comes back is ignored; in a title without achievements a new score counts."""
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
