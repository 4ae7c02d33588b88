"""The requests and the writes that play time costs."""

import json

import pytest
from freezegun.api import FrozenDateTimeFactory

from tests.simulator import Person, Simulator

from .conftest import FRIEND, HARBOR_KINGS, HOUR, OWNER, STARFALL_DRIFT, TITLES
from .home import TODAY, Home

STATS = "userstats.xboxlive.com"


async def test_requests(home: Home, simulator: Simulator, owner: Person) -> None:
    """Once when a game begins, once when it has ended: nothing while it goes on, nothing without."""
    await home.run(HOUR)
    assert home.asked() == 0
    owner.play(STARFALL_DRIFT)
    await home.run(HOUR)
    assert home.asked() == 1
    owner.go_offline()
    await home.run(HOUR)
    assert home.asked() == 2
    assert all(request.status == 200 for request in simulator.requests(STATS))


async def test_failure_is_tried_again(home: Home, simulator: Simulator, owner: Person) -> None:
    """With longer and longer pauses."""
    simulator.fail(STATS, status=503, times=None)
    owner.play(STARFALL_DRIFT)
    await home.run(1800)
    assert 4 <= home.asked() <= 9
    simulator.heal()
    await home.run(900)
    asked = home.asked()
    await home.run(900)
    assert home.asked() == asked


async def test_refusal_about_one_person(
    home: Home, simulator: Simulator, owner: Person, friend: Person
) -> None:
    """The others are asked for alone, and that one rarely."""
    friend.hides_titles = simulator.world.strict_stats = True
    owner.play(STARFALL_DRIFT)
    friend.play(HARBOR_KINGS)
    await home.run(600)
    assert [request.status for request in simulator.requests(STATS)] == [403, 200, 403]
    owner.go_offline()
    friend.go_offline()
    await home.run(HOUR)
    assert [request.status for request in simulator.requests(STATS)][3:] == [200]


async def test_history_that_is_refused_or_fails(
    home: Home, simulator: Simulator, owner: Person, friend: Person, freezer: FrozenDateTimeFactory
) -> None:
    """Refused it is not asked again, failed it is."""
    friend.hides_titles = True
    for person in (owner, friend):
        person.go_online()
    await home.run(30)
    freezer.tick(3000)
    simulator.fail(TITLES, status=503)
    await home.poll()
    assert home.asked(TITLES) == 1
    await home.run(120)
    history = [it for it in simulator.requests(TITLES) if "titlehistory" in it.path]
    assert sorted(str(it.status) for it in history) == ["200", "403", "503"]


# storage


async def test_writes(home: Home, owner: Person, freezer: FrozenDateTimeFactory) -> None:
    """Nothing without play; the history in each hour with changes, and when a day is over."""
    await home.run(HOUR)
    versions = home.tracker.history.version, home.tracker.current.version
    await home.run(HOUR)
    assert (home.tracker.history.version, home.tracker.current.version) == versions
    owner.play(STARFALL_DRIFT)
    await home.run(HOUR + 20)
    assert home.tracker.current.version > versions[1] + 300
    assert home.tracker.history.version == versions[0] + 2
    owner.go_offline()
    await home.run(HOUR)
    home.tracker.history.to_store()
    home.tracker.history_saved()
    before = home.tracker.history.version
    freezer.tick(24 * HOUR)
    await home.run(2 * HOUR)
    assert home.tracker.history.version == before


async def test_current_need_not_repeat_the_history(home: Home, owner: Person) -> None:
    """Once it has been saved. Without the file of the current play only that play is lost."""
    owner.play(STARFALL_DRIFT)
    await home.run(600)
    owner.stop()
    await home.run(600)
    history, before = home.kept()
    home.tracker.history_saved()
    current = json.dumps(home.tracker.current.to_store())
    assert TODAY.isoformat() in before
    assert TODAY.isoformat() not in current
    for kept in ((history, before), (history, current), (history,)):
        home.start(*kept)
        assert home.today().titles == {STARFALL_DRIFT: 600}
        assert home.tracker.title_name(STARFALL_DRIFT) == "Starfall Drift"
    await home.run(60)
    assert home.today().titles == {STARFALL_DRIFT: 600}


async def test_crash(home: Home, owner: Person, freezer: FrozenDateTimeFactory) -> None:
    """The state that was saved last continues: no current play is lost, and none counts twice."""
    owner.play(STARFALL_DRIFT)
    await home.run(600)
    _, current = home.kept()
    await home.run(50)
    history, _ = home.kept()
    freezer.tick(60)
    for kept in (("{}", current), (history, current), (history,)):
        home.start(*kept)
        await home.poll()
        assert home.today().total in (709, 710)


async def test_forget(home: Home, owner: Person, friend: Person) -> None:
    """A person who is not watched any more is forgotten."""
    owner.play(STARFALL_DRIFT)
    friend.play(STARFALL_DRIFT)
    await home.run(60)
    versions = home.tracker.history.version, home.tracker.current.version
    home.observer.watch([OWNER])
    home.tracker.forget_others([OWNER])
    assert home.tracker.history.version > versions[0]
    assert home.tracker.current.version > versions[1]
    assert home.tracker.summary(FRIEND).days == {}
    assert home.today().total == 60
    assert FRIEND not in "".join(home.kept())
    versions = home.tracker.history.version, home.tracker.current.version
    home.tracker.forget_others([OWNER])
    assert (home.tracker.history.version, home.tracker.current.version) == versions


@pytest.mark.parametrize(
    "data", [None, 7, [], {"people": 1}, {"people": {"x": {}}, "titles": {"odd": "x", "1": 2}}]
)
async def test_garbage(home: Home, owner: Person, data: object) -> None:
    """It counts as empty."""
    home.tracker.history.from_store(data)
    home.tracker.current.from_store(data)
    assert home.tracker.title_name("1") is None
    owner.play(STARFALL_DRIFT)
    await home.run(60)
    assert home.today().total == 60
