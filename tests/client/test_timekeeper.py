"""Play time of people who are really watched, over real sockets."""

import json
from datetime import UTC, date
from zoneinfo import ZoneInfo

import pytest
from freezegun.api import FrozenDateTimeFactory

from custom_components.xbox_network.xbox import XboxClient
from custom_components.xbox_network.xbox.ledger import DayTimes
from custom_components.xbox_network.xbox.observer import PeopleObserver
from custom_components.xbox_network.xbox.timekeeper import Timekeeper
from tests.simulator import Person, Simulator

from .conftest import (
    FRIEND,
    HARBOR_KINGS,
    HOUR,
    LUMEN_VIDEO,
    OTHER_FRIEND,
    OWNER,
    PEOPLE,
    PRESENCE,
    STARFALL_DRIFT,
    TITLES,
    WATCHED,
)

STATS = "userstats.xboxlive.com"
MOSS = "1900000003"
TODAY = date(2031, 3, 1)


class Home:
    """Does what Home Assistant does: looks when the observer wants to, notes each minute."""

    def __init__(
        self, client: XboxClient, simulator: Simulator, freezer: FrozenDateTimeFactory
    ) -> None:
        """Start the first process."""
        self._client, self._simulator, self._freezer = client, simulator, freezer
        self.start()

    def start(self, *kept: str) -> None:
        """Start another process with what was kept."""
        self.observer = PeopleObserver(self._client, WATCHED)
        self.keeper = Timekeeper(self._client, self.observer, zone=UTC)
        for place, content in zip((self.keeper.history, self.keeper.current), kept, strict=False):
            place.from_store(json.loads(content))

    def kept(self) -> tuple[str, str]:
        """Return what is to be saved."""
        return (
            json.dumps(self.keeper.history.to_store()),
            json.dumps(self.keeper.current.to_store()),
        )

    async def look(self) -> None:
        """Look once."""
        await self.observer.look()
        self.keeper.note()
        await self.keeper.look()

    async def run(self, seconds: float, step: float | None = None) -> None:
        """Let it run for some time."""
        await self.look()
        while seconds > 0:
            pause = min(seconds, step or self.observer.next_look)
            seconds -= pause
            self._freezer.tick(pause)
            await self.look()

    def today(self, xuid: str = OWNER) -> DayTimes:
        """Return what somebody has played today."""
        return self.keeper.times(xuid).days.get(TODAY) or DayTimes(titles={})

    def counts(self) -> bool:
        """Return whether somebody's time is running."""
        return self.keeper.counting

    def asked(self, host: str = STATS) -> int:
        """Return how often a host was asked."""
        return len(self._simulator.requests(host))


@pytest.fixture
def home(client: XboxClient, simulator: Simulator, freezer: FrozenDateTimeFactory) -> Home:
    """Return what watches the owner and two friends."""
    return Home(client, simulator, freezer)


async def test_play_is_counted(home: Home, owner: Person, friend: Person) -> None:
    """Of everybody, each for himself; and named."""
    await home.run(60)
    assert not home.counts()
    owner.play(STARFALL_DRIFT)
    await home.run(600)
    friend.play(HARBOR_KINGS)
    await home.run(300)
    assert home.counts()
    assert home.today() == DayTimes(titles={STARFALL_DRIFT: 900})
    assert home.today(FRIEND) == DayTimes(titles={HARBOR_KINGS: 300})
    assert home.today(OTHER_FRIEND) == DayTimes(titles={})
    times = home.keeper.times(OWNER)
    assert (times.title_id, times.session) == (STARFALL_DRIFT, 900)
    assert home.keeper.title_name(STARFALL_DRIFT) == "Starfall Drift"
    assert home.keeper.title_name("42") is None
    assert home.keeper.times("1").days == {}


async def test_time_runs_between_looks(
    home: Home, owner: Person, freezer: FrozenDateTimeFactory
) -> None:
    """As long as the next look is not due."""
    owner.play(STARFALL_DRIFT)
    await home.look()
    freezer.tick(9)
    assert home.today().total == 9
    freezer.tick(900)
    home.keeper.note()
    assert home.today() == DayTimes(titles={STARFALL_DRIFT: 9}, unseen=900)
    assert not home.counts()


async def test_change_is_found_late(
    home: Home, owner: Person, freezer: FrozenDateTimeFactory
) -> None:
    """Who has changed since the last look was in the first title until now: there was no gap."""
    owner.play(STARFALL_DRIFT)
    await home.run(60)
    for _ in range(4):
        freezer.tick(10)
        await home.observer.look()  # and nobody takes note: nothing has changed
    owner.play(HARBOR_KINGS)
    freezer.tick(10)
    await home.look()
    assert home.today() == DayTimes(titles={STARFALL_DRIFT: 110})
    assert home.keeper.times(OWNER).title_id == HARBOR_KINGS


async def test_apps_count_if_wanted(home: Home, owner: Person) -> None:
    """From then on; a system title never does."""
    owner.play(LUMEN_VIDEO)
    await home.run(300)
    assert home.today().total == 0
    home.keeper.apps = True
    await home.run(300)
    assert home.today().titles == {LUMEN_VIDEO: 300}
    owner.stop()
    await home.run(300)
    home.keeper.apps = False
    assert home.today().titles == {LUMEN_VIDEO: 300}


async def test_zone_decides_about_the_day(home: Home, owner: Person) -> None:
    """It may be changed at any time."""
    home.keeper.zone = ZoneInfo("Pacific/Kiritimati")
    owner.play(STARFALL_DRIFT)
    await home.run(300)
    assert list(home.keeper.times(OWNER).days) == [date(2031, 3, 1)]
    assert str(home.keeper.zone) == "Pacific/Kiritimati"


async def test_several_devices_at_once(home: Home, owner: Person) -> None:
    """Count once."""
    await home.run(30)
    owner.play(STARFALL_DRIFT)
    owner.play(HARBOR_KINGS, "XboxOne")
    await home.run(600)
    assert home.today().total == 600


async def test_game_that_nobody_knows_yet(home: Home, simulator: Simulator, owner: Person) -> None:
    """It counts from when it was seen, once it is known."""
    await home.run(30)
    for host in (TITLES, PEOPLE):
        simulator.fail(host, status=503, times=None)
    owner.play(MOSS)
    await home.run(120)
    assert home.today().total == 0
    simulator.heal()
    await home.run(120)
    assert home.today().total == 240


async def test_outage(home: Home, simulator: Simulator, owner: Person) -> None:
    """What is going on after it was going on all the time, if the network says so."""
    owner.play(STARFALL_DRIFT)
    await home.run(600)
    for host in (PRESENCE, PEOPLE):
        simulator.fail(host, status=503, times=None)
    await home.run(1800)
    assert home.today().total == 600
    assert home.today().unseen > 1700
    simulator.heal()
    await home.run(120)
    assert home.today().titles == {STARFALL_DRIFT: 2520}
    assert 1700 < home.today().estimated <= 1860
    assert home.today().unseen == 0


async def test_who_hides(home: Home, simulator: Simulator, friend: Person) -> None:
    """Nobody can see; and nobody asks behind the back."""
    friend.play(HARBOR_KINGS)
    await home.run(600)
    friend.hidden = True
    await home.run(1800)
    assert home.today(FRIEND).unseen > 1700
    simulator.clear()
    friend.go_offline()
    friend.hidden = False
    await home.run(60)
    assert home.asked(TITLES) == 0
    today = home.today(FRIEND)
    assert today.total + today.unseen <= 2400
    assert today.unseen == 0
    assert 1780 <= today.estimated <= 1800


async def test_switched_off(
    home: Home, simulator: Simulator, owner: Person, freezer: FrozenDateTimeFactory
) -> None:
    """What was played meanwhile is told by the counters: one request each for two people."""
    for title_id in (HARBOR_KINGS, STARFALL_DRIFT):
        owner.play(title_id)
        await home.run(300)
    owner.go_offline()
    await home.run(1200)
    kept = home.kept()
    freezer.tick(600)
    owner.play(HARBOR_KINGS)
    freezer.tick(1800)
    owner.go_offline()
    freezer.tick(600)
    simulator.clear()
    home.start(*kept)
    await home.look()
    await home.look()
    today = home.today()
    assert today.titles == {HARBOR_KINGS: 300 + 1800, STARFALL_DRIFT: 300}
    assert today.estimated == 1800
    assert (home.asked(), home.asked(TITLES)) == (1, 1)
    await home.run(1200)
    assert home.today().titles == today.titles
    assert home.today().unseen == 600


async def test_pc(home: Home, simulator: Simulator, owner: Person) -> None:
    """Its end is told late, and put right."""
    simulator.world.heartbeat = 300.0
    await home.run(10)
    owner.play(MOSS, "WindowsOneCore")
    await home.run(1230)
    owner.stop("WindowsOneCore")
    await home.run(300)
    assert abs(home.today().total - 1350) <= 10
    await home.run(1200)
    assert abs(home.today().total - 1230) <= 60


# what it costs


async def test_what_it_asks(home: Home, simulator: Simulator, owner: Person) -> None:
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
    await home.look()
    assert home.asked(TITLES) == 1
    await home.run(120)
    history = [it for it in simulator.requests(TITLES) if "titlehistory" in it.path]
    assert sorted(str(it.status) for it in history) == ["200", "403", "503"]


# what is kept


async def test_what_is_written_when(
    home: Home, owner: Person, freezer: FrozenDateTimeFactory
) -> None:
    """Nothing while nobody plays; the history each hour with changes, and when a day is over."""
    await home.run(HOUR)
    versions = home.keeper.history.version, home.keeper.current.version
    await home.run(HOUR)
    assert (home.keeper.history.version, home.keeper.current.version) == versions
    owner.play(STARFALL_DRIFT)
    await home.run(HOUR + 20)
    assert home.keeper.current.version > versions[1] + 300
    assert home.keeper.history.version == versions[0] + 2
    owner.go_offline()
    await home.run(HOUR)
    home.keeper.history.to_store()
    home.keeper.history_kept()
    before = home.keeper.history.version
    freezer.tick(24 * HOUR)
    await home.run(2 * HOUR)
    assert home.keeper.history.version == before


async def test_current_need_not_repeat_the_history(home: Home, owner: Person) -> None:
    """Once it has been saved; a loss of what came later costs no more than that."""
    owner.play(STARFALL_DRIFT)
    await home.run(600)
    owner.stop()
    await home.run(600)
    history, before = home.kept()
    home.keeper.history_kept()
    current = json.dumps(home.keeper.current.to_store())
    assert TODAY.isoformat() in before
    assert TODAY.isoformat() not in current
    for kept in ((history, before), (history, current), (history,)):
        home.start(*kept)
        assert home.today().titles == {STARFALL_DRIFT: 600}
        assert home.keeper.title_name(STARFALL_DRIFT) == "Starfall Drift"
    await home.run(60)
    assert home.today().titles == {STARFALL_DRIFT: 600}


async def test_crash(home: Home, owner: Person, freezer: FrozenDateTimeFactory) -> None:
    """What was saved last goes on: nothing is lost that is still going on, nothing counts twice."""
    owner.play(STARFALL_DRIFT)
    await home.run(600)
    _, current = home.kept()
    await home.run(50)
    history, _ = home.kept()
    freezer.tick(60)
    for kept in (("{}", current), (history, current), (history,)):
        home.start(*kept)
        await home.look()
        assert home.today().total in (709, 710)


async def test_forget(home: Home, owner: Person, friend: Person) -> None:
    """Who is not watched any more is not kept."""
    owner.play(STARFALL_DRIFT)
    friend.play(STARFALL_DRIFT)
    await home.run(60)
    versions = home.keeper.history.version, home.keeper.current.version
    home.observer.watch([OWNER])
    home.keeper.forget([OWNER])
    assert home.keeper.history.version > versions[0]
    assert home.keeper.current.version > versions[1]
    assert home.keeper.times(FRIEND).days == {}
    assert home.today().total == 60
    assert FRIEND not in "".join(home.kept())
    versions = home.keeper.history.version, home.keeper.current.version
    home.keeper.forget([OWNER])
    assert (home.keeper.history.version, home.keeper.current.version) == versions


@pytest.mark.parametrize(
    "data", [None, 7, [], {"people": 1}, {"people": {"x": {}}, "titles": {"odd": "x", "1": 2}}]
)
async def test_garbage(home: Home, owner: Person, data: object) -> None:
    """It is as if nothing had been kept."""
    home.keeper.history.from_store(data)
    home.keeper.current.from_store(data)
    assert home.keeper.title_name("1") is None
    owner.play(STARFALL_DRIFT)
    await home.run(60)
    assert home.today().total == 60
