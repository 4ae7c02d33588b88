"""Play time of people who are observed over real sockets."""

from datetime import date
from zoneinfo import ZoneInfo

from freezegun.api import FrozenDateTimeFactory

from custom_components.xbox_network.xbox.playtime.summary import DayPlaytime
from tests.simulator import Person, Simulator
from tests.simulator.cast import MOSS_AND_MACHINE

from .conftest import (
    FRIEND,
    HARBOR_KINGS,
    LUMEN_VIDEO,
    OTHER_FRIEND,
    OWNER,
    PEOPLE,
    PRESENCE,
    STARFALL_DRIFT,
    TITLES,
)
from .home import Home


async def test_play_is_counted(home: Home, owner: Person, friend: Person) -> None:
    """Of everybody, each for himself; and named."""
    await home.run(60)
    assert not home.counts()
    owner.play(STARFALL_DRIFT)
    await home.run(600)
    friend.play(HARBOR_KINGS)
    await home.run(300)
    assert home.counts()
    assert home.today() == DayPlaytime(titles={STARFALL_DRIFT: 900})
    assert home.today(FRIEND) == DayPlaytime(titles={HARBOR_KINGS: 300})
    assert home.today(OTHER_FRIEND) == DayPlaytime(titles={})
    times = home.tracker.summary(OWNER)
    assert (times.title_id, times.session) == (STARFALL_DRIFT, 900)
    assert home.tracker.title_name(STARFALL_DRIFT) == "Starfall Drift"
    assert home.tracker.title_name("42") is None
    assert home.tracker.summary("1").days == {}


async def test_time_runs_between_polls(
    home: Home, owner: Person, freezer: FrozenDateTimeFactory
) -> None:
    """As long as the next poll is not due."""
    owner.play(STARFALL_DRIFT)
    await home.poll()
    freezer.tick(9)
    assert home.today().total == 9
    freezer.tick(900)
    home.tracker.update()
    assert home.today() == DayPlaytime(titles={STARFALL_DRIFT: 9}, unseen=900)
    assert not home.counts()


async def test_change_is_found_late(
    home: Home, owner: Person, freezer: FrozenDateTimeFactory
) -> None:
    """A change since the last poll is no gap: the first title was played until now."""
    owner.play(STARFALL_DRIFT)
    await home.run(60)
    for _ in range(4):
        freezer.tick(10)
        await home.observer.refresh()  # without an update: nothing has changed
    owner.play(HARBOR_KINGS)
    freezer.tick(10)
    await home.poll()
    assert home.today() == DayPlaytime(titles={STARFALL_DRIFT: 110})
    assert home.tracker.summary(OWNER).title_id == HARBOR_KINGS


async def test_apps_count_if_wanted(home: Home, owner: Person) -> None:
    """From then on; a system title never does."""
    owner.play(LUMEN_VIDEO)
    await home.run(300)
    assert home.today().total == 0
    home.tracker.apps = True
    await home.run(300)
    assert home.today().titles == {LUMEN_VIDEO: 300}
    owner.stop()
    await home.run(300)
    home.tracker.apps = False
    assert home.today().titles == {LUMEN_VIDEO: 300}


async def test_zone_decides_about_the_day(home: Home, owner: Person) -> None:
    """It may be changed at any time."""
    home.tracker.zone = ZoneInfo("Pacific/Kiritimati")
    owner.play(STARFALL_DRIFT)
    await home.run(300)
    assert list(home.tracker.summary(OWNER).days) == [date(2031, 3, 1)]
    assert str(home.tracker.zone) == "Pacific/Kiritimati"


async def test_several_devices_at_once(home: Home, owner: Person) -> None:
    """Count once."""
    await home.run(30)
    owner.play(STARFALL_DRIFT)
    owner.play(HARBOR_KINGS, "XboxOne")
    await home.run(600)
    assert home.today().total == 600


async def test_unknown_game(home: Home, simulator: Simulator, owner: Person) -> None:
    """It counts from its first observation, once it is known."""
    await home.run(30)
    for host in (TITLES, PEOPLE):
        simulator.fail(host, status=503, times=None)
    owner.play(MOSS_AND_MACHINE)
    await home.run(120)
    assert home.today().total == 0
    simulator.heal()
    await home.run(120)
    assert home.today().total == 240


async def test_outage(home: Home, simulator: Simulator, owner: Person) -> None:
    """The title after it was running all the time, if the network says so."""
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


async def test_hidden_person(home: Home, simulator: Simulator, friend: Person) -> None:
    """The time is unseen, and the network is not asked."""
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
    """The counters tell the play in the meantime, in one request for all people."""
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
    await home.poll()
    await home.poll()
    today = home.today()
    assert today.titles == {HARBOR_KINGS: 300 + 1800, STARFALL_DRIFT: 300}
    assert today.estimated == 1800
    assert (home.asked(), home.asked(TITLES)) == (1, 1)
    await home.run(1200)
    assert home.today().titles == today.titles
    assert home.today().unseen == 600


async def test_pc(home: Home, simulator: Simulator, owner: Person) -> None:
    """Its end is told late, and corrected."""
    simulator.world.heartbeat = 300.0
    await home.run(10)
    owner.play(MOSS_AND_MACHINE, "WindowsOneCore")
    await home.run(1230)
    owner.stop("WindowsOneCore")
    await home.run(300)
    assert abs(home.today().total - 1350) <= 10
    await home.run(1200)
    assert abs(home.today().total - 1230) <= 60
