"""The play-time tracker: the play time of people who are observed over real sockets."""

import time
from datetime import date
from zoneinfo import ZoneInfo

import pytest
from freezegun.api import FrozenDateTimeFactory

from custom_components.xbox_network.xbox.playtime.summary import DayPlaytime
from tests.client.conftest import (
    FRIEND,
    HARBOR_KINGS,
    LUMEN_VIDEO,
    OTHER_FRIEND,
    OWNER,
    PEOPLE,
    PRESENCE,
    STARFALL_DRIFT,
    STATS,
    TITLES,
)
from tests.helpers.client.playtime_runner import PlaytimeRunner
from tests.simulator import Person, Simulator
from tests.simulator.world.demo_world import MOSS_AND_MACHINE


async def test_play_is_counted(
    playtime_runner: PlaytimeRunner, owner: Person, friend: Person
) -> None:
    """The play time of each person is counted separately, with the names of the titles."""
    await playtime_runner.run(60)
    assert not playtime_runner.counts()
    owner.play(STARFALL_DRIFT)
    await playtime_runner.run(600)
    friend.play(HARBOR_KINGS)
    await playtime_runner.run(300)
    assert playtime_runner.counts()
    assert playtime_runner.today() == DayPlaytime(titles={STARFALL_DRIFT: 900})
    assert playtime_runner.today(FRIEND) == DayPlaytime(titles={HARBOR_KINGS: 300})
    assert playtime_runner.today(OTHER_FRIEND) == DayPlaytime(titles={})
    times = playtime_runner.tracker.summary(OWNER)
    assert (times.title_id, times.session) == (STARFALL_DRIFT, 900)
    assert playtime_runner.tracker.title_name(STARFALL_DRIFT) == "Starfall Drift"
    assert playtime_runner.tracker.title_name("42") is None
    assert playtime_runner.tracker.summary("1").days == {}


async def test_time_runs_between_polls(
    playtime_runner: PlaytimeRunner, owner: Person, freezer: FrozenDateTimeFactory
) -> None:
    """A session grows between two polls, until the next poll is overdue."""
    owner.play(STARFALL_DRIFT)
    await playtime_runner.poll()
    freezer.tick(9)
    assert playtime_runner.today().total == 9
    freezer.tick(900)
    playtime_runner.tracker.update()
    assert playtime_runner.today() == DayPlaytime(titles={STARFALL_DRIFT: 9}, unseen=900)
    assert not playtime_runner.counts()


async def test_change_is_found_late(
    playtime_runner: PlaytimeRunner, owner: Person, freezer: FrozenDateTimeFactory
) -> None:
    """After a change since the last poll, the time up to this poll belongs to the first title."""
    owner.play(STARFALL_DRIFT)
    await playtime_runner.run(60)
    for _ in range(4):
        freezer.tick(10)
        await playtime_runner.observer.refresh()  # without an update: nothing has changed
    owner.play(HARBOR_KINGS)
    freezer.tick(10)
    await playtime_runner.poll()
    assert playtime_runner.today() == DayPlaytime(titles={STARFALL_DRIFT: 110})
    assert playtime_runner.tracker.summary(OWNER).title_id == HARBOR_KINGS


async def test_apps_count_if_enabled(playtime_runner: PlaytimeRunner, owner: Person) -> None:
    """Apps count from the time when they are enabled; a title of the system never counts."""
    owner.play(LUMEN_VIDEO)
    await playtime_runner.run(300)
    assert playtime_runner.today().total == 0
    playtime_runner.tracker.apps = True
    await playtime_runner.run(300)
    assert playtime_runner.today().titles == {LUMEN_VIDEO: 300}
    owner.stop()
    await playtime_runner.run(300)
    playtime_runner.tracker.apps = False
    assert playtime_runner.today().titles == {LUMEN_VIDEO: 300}


async def test_zone_decides_about_the_day(playtime_runner: PlaytimeRunner, owner: Person) -> None:
    """The time zone, which may change at any time, decides the day of play."""
    playtime_runner.tracker.zone = ZoneInfo("Pacific/Kiritimati")
    owner.play(STARFALL_DRIFT)
    await playtime_runner.run(300)
    assert list(playtime_runner.tracker.summary(OWNER).days) == [date(2031, 3, 1)]
    assert str(playtime_runner.tracker.zone) == "Pacific/Kiritimati"


async def test_several_devices_at_once(playtime_runner: PlaytimeRunner, owner: Person) -> None:
    """Play on several devices at once counts once."""
    await playtime_runner.run(30)
    owner.play(STARFALL_DRIFT)
    owner.play(HARBOR_KINGS, "XboxOne")
    await playtime_runner.run(600)
    assert playtime_runner.today().total == 600


async def test_unknown_game(
    playtime_runner: PlaytimeRunner, simulator: Simulator, owner: Person
) -> None:
    """A game of unknown kind counts from its first observation, once its kind is known."""
    await playtime_runner.run(30)
    for host in (TITLES, PEOPLE):
        simulator.fail(host, status=503, times=None)
    owner.play(MOSS_AND_MACHINE)
    await playtime_runner.run(120)
    assert playtime_runner.today().total == 0
    simulator.heal()
    await playtime_runner.run(120)
    assert playtime_runner.today().total == 240


async def test_outage(playtime_runner: PlaytimeRunner, simulator: Simulator, owner: Person) -> None:
    """The title after an outage counts for the outage if the network says that it was running."""
    owner.play(STARFALL_DRIFT)
    await playtime_runner.run(600)
    for host in (PRESENCE, PEOPLE):
        simulator.fail(host, status=503, times=None)
    await playtime_runner.run(1800)
    assert playtime_runner.today().total == 600
    assert playtime_runner.today().unseen > 1700
    simulator.heal()
    await playtime_runner.run(120)
    assert playtime_runner.today().titles == {STARFALL_DRIFT: 2520}
    assert 1700 < playtime_runner.today().estimated <= 1860
    assert playtime_runner.today().unseen == 0


async def test_hidden_person(
    playtime_runner: PlaytimeRunner, simulator: Simulator, friend: Person
) -> None:
    """Hidden time is unseen, and no request is sent for it."""
    friend.play(HARBOR_KINGS)
    await playtime_runner.run(600)
    friend.hidden = True
    await playtime_runner.run(1800)
    assert playtime_runner.today(FRIEND).unseen > 1700
    simulator.clear()
    friend.go_offline()
    friend.hidden = False
    await playtime_runner.run(60)
    assert playtime_runner.asked(TITLES) == 0
    today = playtime_runner.today(FRIEND)
    assert today.total + today.unseen <= 2400
    assert today.unseen == 0
    assert 1780 <= today.estimated <= 1800


async def test_switched_off(
    playtime_runner: PlaytimeRunner,
    simulator: Simulator,
    owner: Person,
    freezer: FrozenDateTimeFactory,
) -> None:
    """Play while the process is off is read from the counters, with one request for all people."""
    for title_id in (HARBOR_KINGS, STARFALL_DRIFT):
        owner.play(title_id)
        await playtime_runner.run(300)
    owner.go_offline()
    await playtime_runner.run(1200)
    stored = playtime_runner.kept()
    freezer.tick(600)
    owner.play(HARBOR_KINGS)
    freezer.tick(1800)
    owner.go_offline()
    freezer.tick(600)
    simulator.clear()
    playtime_runner.start(*stored)
    await playtime_runner.poll()
    await playtime_runner.poll()
    today = playtime_runner.today()
    assert today.titles == {HARBOR_KINGS: 300 + 1800, STARFALL_DRIFT: 300}
    assert today.estimated == 1800
    assert (playtime_runner.asked(), playtime_runner.asked(TITLES)) == (1, 1)
    await playtime_runner.run(1200)
    assert playtime_runner.today().titles == today.titles
    assert playtime_runner.today().unseen == 600


async def test_pc(playtime_runner: PlaytimeRunner, simulator: Simulator, owner: Person) -> None:
    """The end of a title on a PC is observed late, and corrected."""
    simulator.world.heartbeat = 300.0
    await playtime_runner.run(10)
    owner.play(MOSS_AND_MACHINE, "WindowsOneCore")
    await playtime_runner.run(1230)
    owner.stop("WindowsOneCore")
    await playtime_runner.run(300)
    assert abs(playtime_runner.today().total - 1350) <= 10
    await playtime_runner.run(1200)
    assert abs(playtime_runner.today().total - 1230) <= 60


async def test_machine_sleeps(
    playtime_runner: PlaytimeRunner,
    owner: Person,
    freezer: FrozenDateTimeFactory,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """What was known before a sleep says nothing of it; the next answer tells how long it was."""
    owner.play(STARFALL_DRIFT)
    await playtime_runner.run(600)
    owner.go_offline()
    running = time.monotonic
    freezer.tick(7200)
    monkeypatch.setattr(time, "monotonic", lambda: running() - 7200)
    playtime_runner.tracker.update()
    assert playtime_runner.today() == DayPlaytime(titles={STARFALL_DRIFT: 600})
    await playtime_runner.run(100)
    owner.play(STARFALL_DRIFT)
    await playtime_runner.run(300)
    assert playtime_runner.today().total in range(890, 911)
    assert playtime_runner.today().certain == playtime_runner.today().total


async def test_wait_for_the_clocks(
    playtime_runner: PlaytimeRunner,
    simulator: Simulator,
    owner: Person,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """After the wall clock was set, play goes on after two minutes even if no answer has a time any more."""
    owner.play(STARFALL_DRIFT)
    await playtime_runner.run(600)
    right = time.time
    monkeypatch.setattr(time, "time", lambda: right() + 7200)
    for host in (PRESENCE, PEOPLE, TITLES, STATS):
        simulator.fail(host, headers={"Date": "odd"}, times=None)
    await playtime_runner.run(110)
    assert playtime_runner.today().total == 600
    await playtime_runner.run(190)
    assert playtime_runner.today().total == 900
