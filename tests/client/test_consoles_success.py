"""A command has worked: its effect is shown before the console service tells it."""

import asyncio

import pytest
from freezegun.api import FrozenDateTimeFactory

from custom_components.xbox_network.xbox.consoles.activity import ConsoleActivity
from custom_components.xbox_network.xbox.consoles.observer import ConsolesObserver
from custom_components.xbox_network.xbox.models import commands
from custom_components.xbox_network.xbox.models.consoles import Playback, Power
from tests.simulator import Console, Simulator
from tests.simulator.cast import BEDROOM, DEN

from .conftest import LUMEN_VIDEO, STARFALL_DRIFT
from .watching_consoles import APPS, STATE_OF_BEDROOM, STATE_OF_DEN, keep_looking, reads


@pytest.fixture(autouse=True)
async def known(watcher: ConsolesObserver) -> None:
    """Begin with what is known."""
    await watcher.refresh()


async def test_woken(
    watcher: ConsolesObserver,
    simulator: Simulator,
    freezer: FrozenDateTimeFactory,
    bedroom: Console,
) -> None:
    """It is on at once, stays it while the service is late, and what runs is told later."""
    freezer.tick(5)
    await watcher.refresh()
    simulator.clear()
    bedroom.lag = 12
    bedroom.power = "On"
    watcher.expect_state(BEDROOM, Power.ON)
    shown = watcher.snapshots()[BEDROOM]
    assert (shown.power, shown.activity) == (Power.ON, ConsoleActivity.ON)
    assert (shown.app, shown.playback) == (None, Playback.UNKNOWN)
    assert watcher.seconds_until_refresh == 2
    consoles = await keep_looking(watcher, freezer, 11)
    assert consoles[BEDROOM].power is Power.ON
    assert consoles[BEDROOM].app is None
    consoles = await keep_looking(watcher, freezer, 12)
    assert consoles[BEDROOM].activity is ConsoleActivity.IDLE
    await keep_looking(watcher, freezer, 60)
    assert reads(simulator, STATE_OF_BEDROOM)[:3] == [0, 8, 18]


async def test_confirmed(
    watcher: ConsolesObserver,
    freezer: FrozenDateTimeFactory,
    den: Console,
) -> None:
    """From then on the service is believed."""
    den.power = "Off"
    watcher.expect_state(DEN, Power.STANDBY, Power.OFF)
    assert watcher.snapshots()[DEN].power is Power.STANDBY
    assert (await keep_looking(watcher, freezer, 3))[DEN].power is Power.OFF
    den.power = "On"
    assert (await keep_looking(watcher, freezer, 8))[DEN].power is Power.ON


async def test_not_true(
    watcher: ConsolesObserver, freezer: FrozenDateTimeFactory, den: Console
) -> None:
    """What the service contradicts for twenty seconds was a mistake."""
    watcher.expect_state(DEN, Power.STANDBY, Power.OFF)
    consoles = await keep_looking(watcher, freezer, 18)
    assert consoles[DEN].power is Power.STANDBY
    assert consoles[DEN].app is None
    consoles = await keep_looking(watcher, freezer, 6)
    assert consoles[DEN].activity is ConsoleActivity.IDLE


async def test_playback(
    watcher: ConsolesObserver, freezer: FrozenDateTimeFactory, den: Console
) -> None:
    """It is shown for what is in front."""
    den.run(LUMEN_VIDEO)
    den.playback = "Playing"
    freezer.tick(10)
    await watcher.refresh()
    den.lag = 5
    den.playback = "Paused"
    watcher.expect_state(DEN, playback=Playback.PAUSED)
    assert watcher.snapshots()[DEN].activity is ConsoleActivity.PAUSED
    consoles = await keep_looking(watcher, freezer, 3)
    assert consoles[DEN].activity is ConsoleActivity.PAUSED
    den.lag = 0
    den.playback = "Playing"
    freezer.tick(60)
    consoles = await keep_looking(watcher, freezer, 10)
    assert consoles[DEN].activity is ConsoleActivity.PLAYING


async def test_playing_right_after_waking(
    watcher: ConsolesObserver,
    freezer: FrozenDateTimeFactory,
    bedroom: Console,
) -> None:
    """What comes second does not undo what came first."""
    watcher.expect_state(BEDROOM, Power.ON)
    watcher.expect_state(BEDROOM, playback=Playback.PLAYING)
    assert (await keep_looking(watcher, freezer, 3))[BEDROOM].power is Power.ON


async def test_performed(
    watcher: ConsolesObserver,
    simulator: Simulator,
    freezer: FrozenDateTimeFactory,
    den: Console,
) -> None:
    """Each command knows what it leads to; what others do is looked at soon."""
    watcher.on_command_done(DEN, commands.PAUSE)
    assert watcher.snapshots()[DEN].playback is Playback.PAUSED
    watcher.on_command_done(DEN, commands.TURN_OFF)
    assert watcher.snapshots()[DEN].power is Power.STANDBY
    simulator.clear()
    freezer.tick(30)
    await watcher.refresh()
    den.run(STARFALL_DRIFT)
    for _ in range(5):
        watcher.on_command_done(DEN, commands.GO_BACK)
    watcher.on_command_done("unknown", commands.GO_BACK)
    await keep_looking(watcher, freezer, 9)
    assert reads(simulator, STATE_OF_DEN) == [0, 2]
    assert watcher.snapshots()[DEN].activity is ConsoleActivity.PLAYING


async def test_started(
    watcher: ConsolesObserver, freezer: FrozenDateTimeFactory, den: Console
) -> None:
    """What was started is in front at once, without the media of what was there before."""
    den.run(LUMEN_VIDEO)
    den.playback = "Playing"
    freezer.tick(10)
    await watcher.refresh()
    drift = den.app(STARFALL_DRIFT)
    assert drift.product_id
    den.lag = 5
    den.run(STARFALL_DRIFT)
    watcher.on_command_done(DEN, commands.launch(drift.product_id, drift.aumid))
    for seconds in (0, 3):
        shown = (await keep_looking(watcher, freezer, seconds))[DEN]
        assert shown.app
        assert (shown.app.name, shown.settling) == ("Starfall Drift", True)
        assert (shown.activity, shown.playback) == (ConsoleActivity.PLAYING, Playback.UNKNOWN)
    watcher.on_command_done(DEN, commands.GO_HOME)
    assert watcher.snapshots()[DEN].activity is ConsoleActivity.IDLE
    shown = (await keep_looking(watcher, freezer, 30))[DEN]
    assert shown.app
    assert (shown.app.name, shown.settling) == ("Starfall Drift", False)


async def test_switched_off_after_a_start(watcher: ConsolesObserver, den: Console) -> None:
    """What was started there is in front no more."""
    watcher.on_command_done(DEN, commands.launch("9SIM713FB301", den.app(STARFALL_DRIFT).aumid))
    watcher.on_command_done(DEN, commands.TURN_OFF)
    shown = watcher.snapshots()[DEN]
    assert (shown.power, shown.app) == (Power.STANDBY, None)


async def test_apps_for_somebody_who_misses_one(
    watcher: ConsolesObserver, simulator: Simulator, freezer: FrozenDateTimeFactory, den: Console
) -> None:
    """They are read at once, but once a minute at most, and nothing is raised."""
    simulator.clear()
    await watcher.read_apps(DEN)
    assert not simulator.requests()
    freezer.tick(61)
    den.apps.pop()
    await asyncio.gather(watcher.read_apps(DEN), watcher.read_apps(DEN))
    await watcher.read_apps("unknown")
    assert reads(simulator, APPS) == [0]
    assert len(watcher.snapshots()[DEN].apps) == len(den.apps)
    freezer.tick(61)
    den.refuse("DataAccessError", at="installedApps", times=None)
    await watcher.read_apps(DEN)
    assert len(watcher.snapshots()[DEN].apps) == len(den.apps)


async def test_unknown_console(watcher: ConsolesObserver) -> None:
    """Nothing is expected of it."""
    before = watcher.snapshots()
    watcher.expect_state("unknown", Power.ON)
    assert watcher.snapshots() == before
