"""The play-time tracker: the number of its requests and of its writes."""

import json

import pytest
from freezegun.api import FrozenDateTimeFactory

from tests.client.conftest import FRIEND, HARBOR_KINGS, HOUR, OWNER, STARFALL_DRIFT, STATS, TITLES
from tests.helpers.client.playtime_runner import TODAY, PlaytimeRunner
from tests.simulator import Person, Simulator


async def test_requests(
    playtime_runner: PlaytimeRunner, simulator: Simulator, owner: Person
) -> None:
    """A game costs one request when it begins and one when it has ended, and none in between."""
    await playtime_runner.run(HOUR)
    assert playtime_runner.asked() == 0
    owner.play(STARFALL_DRIFT)
    await playtime_runner.run(HOUR)
    assert playtime_runner.asked() == 1
    owner.go_offline()
    await playtime_runner.run(HOUR)
    assert playtime_runner.asked() == 2
    assert all(request.status == 200 for request in simulator.requests(STATS))


async def test_failure_is_tried_again(
    playtime_runner: PlaytimeRunner, simulator: Simulator, owner: Person
) -> None:
    """A failed request is repeated, with longer and longer pauses."""
    simulator.fail(STATS, status=503, times=None)
    owner.play(STARFALL_DRIFT)
    await playtime_runner.run(1800)
    assert 4 <= playtime_runner.asked() <= 9
    simulator.heal()
    await playtime_runner.run(900)
    asked = playtime_runner.asked()
    await playtime_runner.run(900)
    assert playtime_runner.asked() == asked


async def test_refusal_about_one_person(
    playtime_runner: PlaytimeRunner, simulator: Simulator, owner: Person, friend: Person
) -> None:
    """After a refusal the other people are requested alone, and the hidden person thrice, then rarely."""
    friend.hides_titles = simulator.world.strict_stats = True
    owner.play(STARFALL_DRIFT)
    friend.play(HARBOR_KINGS)
    await playtime_runner.run(600)
    assert [request.status for request in simulator.requests(STATS)] == [403, 200, 403, 403, 403]
    owner.go_offline()
    friend.go_offline()
    await playtime_runner.run(HOUR)
    assert [request.status for request in simulator.requests(STATS)][5:] == [200]


async def test_history_that_is_refused_or_fails(
    playtime_runner: PlaytimeRunner,
    simulator: Simulator,
    owner: Person,
    friend: Person,
    freezer: FrozenDateTimeFactory,
) -> None:
    """A refused title history is not requested again, a failed one is."""
    friend.hides_titles = True
    for person in (owner, friend):
        person.go_online()
    await playtime_runner.run(30)
    freezer.tick(3000)
    simulator.fail(TITLES, status=503)
    await playtime_runner.poll()
    assert playtime_runner.asked(TITLES) == 1
    await playtime_runner.run(120)
    history = [it for it in simulator.requests(TITLES) if "titlehistory" in it.path]
    assert sorted(str(it.status) for it in history) == ["200", "403", "503"]


# storage


async def test_writes(
    playtime_runner: PlaytimeRunner, owner: Person, freezer: FrozenDateTimeFactory
) -> None:
    """Nothing is written without play; the history is written each hour with changes, and after a day."""
    await playtime_runner.run(HOUR)
    versions = playtime_runner.tracker.history.version, playtime_runner.tracker.current.version
    await playtime_runner.run(HOUR)
    assert (
        playtime_runner.tracker.history.version,
        playtime_runner.tracker.current.version,
    ) == versions
    owner.play(STARFALL_DRIFT)
    await playtime_runner.run(HOUR + 20)
    assert playtime_runner.tracker.current.version > versions[1] + 300
    assert playtime_runner.tracker.history.version == versions[0] + 2
    owner.go_offline()
    await playtime_runner.run(HOUR)
    playtime_runner.tracker.history.to_store()
    playtime_runner.tracker.history_saved()
    before = playtime_runner.tracker.history.version
    freezer.tick(24 * HOUR)
    await playtime_runner.run(2 * HOUR)
    assert playtime_runner.tracker.history.version == before


async def test_changes_since_the_history(playtime_runner: PlaytimeRunner, owner: Person) -> None:
    """After the history is saved the other file has only later changes; without it only they are lost."""
    owner.play(STARFALL_DRIFT)
    await playtime_runner.run(600)
    owner.stop()
    await playtime_runner.run(600)
    history, before = playtime_runner.kept()
    playtime_runner.tracker.history_saved()
    current = json.dumps(playtime_runner.tracker.current.to_store())
    assert TODAY.isoformat() in before
    assert TODAY.isoformat() not in current
    for files in ((history, before), (history, current), (history,)):
        playtime_runner.start(*files)
        assert playtime_runner.today().titles == {STARFALL_DRIFT: 600}
        assert playtime_runner.tracker.title_name(STARFALL_DRIFT) == "Starfall Drift"
    await playtime_runner.run(60)
    assert playtime_runner.today().titles == {STARFALL_DRIFT: 600}


async def test_crash(
    playtime_runner: PlaytimeRunner, owner: Person, freezer: FrozenDateTimeFactory
) -> None:
    """After a crash the newest saved state continues: no current play is lost, and none counts twice."""
    owner.play(STARFALL_DRIFT)
    await playtime_runner.run(600)
    _, current = playtime_runner.kept()
    await playtime_runner.run(50)
    history, _ = playtime_runner.kept()
    freezer.tick(60)
    for files in (("{}", current), (history, current), (history,)):
        playtime_runner.start(*files)
        await playtime_runner.poll()
        assert playtime_runner.today().total in (709, 710)


async def test_forget(playtime_runner: PlaytimeRunner, owner: Person, friend: Person) -> None:
    """A person who is not watched any more is dropped."""
    owner.play(STARFALL_DRIFT)
    friend.play(STARFALL_DRIFT)
    await playtime_runner.run(60)
    versions = playtime_runner.tracker.history.version, playtime_runner.tracker.current.version
    playtime_runner.observer.watch([OWNER])
    playtime_runner.tracker.keep_only([OWNER])
    assert playtime_runner.tracker.history.version > versions[0]
    assert playtime_runner.tracker.current.version > versions[1]
    assert playtime_runner.tracker.summary(FRIEND).days == {}
    assert playtime_runner.today().total == 60
    assert FRIEND not in "".join(playtime_runner.kept())
    versions = playtime_runner.tracker.history.version, playtime_runner.tracker.current.version
    playtime_runner.tracker.keep_only([OWNER])
    assert (
        playtime_runner.tracker.history.version,
        playtime_runner.tracker.current.version,
    ) == versions


@pytest.mark.parametrize(
    "data", [None, 7, [], {"people": 1}, {"people": {"x": {}}, "titles": {"odd": "x", "1": 2}}]
)
async def test_garbage(playtime_runner: PlaytimeRunner, owner: Person, data: object) -> None:
    """Invalid stored data counts as empty."""
    playtime_runner.tracker.history.from_store(data)
    playtime_runner.tracker.current.from_store(data)
    assert playtime_runner.tracker.title_name("1") is None
    owner.play(STARFALL_DRIFT)
    await playtime_runner.run(60)
    assert playtime_runner.today().total == 60
