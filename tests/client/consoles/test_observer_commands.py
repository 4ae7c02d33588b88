"""The consoles observer, commands: their effect is shown before the console service reports it."""

import asyncio

import pytest
from freezegun.api import FrozenDateTimeFactory

from custom_components.xbox_network.xbox.consoles.activity import ConsoleActivity
from custom_components.xbox_network.xbox.consoles.observer import ConsolesObserver
from custom_components.xbox_network.xbox.models import commands
from custom_components.xbox_network.xbox.models.consoles import Playback, Power
from tests.client.conftest import LUMEN_VIDEO, STARFALL_DRIFT
from tests.helpers.client.consoles_observer import (
    APPS,
    STATE_OF_BEDROOM,
    STATE_OF_DEN,
    keep_looking,
    reads,
)
from tests.simulator import Console, Simulator
from tests.simulator.world.demo_world import BEDROOM, DEN


@pytest.fixture(autouse=True)
async def known(consoles_observer: ConsolesObserver) -> None:
    """Refresh the consoles once."""
    await consoles_observer.refresh()


async def test_woken(
    consoles_observer: ConsolesObserver,
    simulator: Simulator,
    freezer: FrozenDateTimeFactory,
    bedroom: Console,
) -> None:
    """A woken console is on at once, also while the service is late; its app comes later."""
    freezer.tick(5)
    await consoles_observer.refresh()
    simulator.clear()
    bedroom.lag = 12
    bedroom.power = "On"
    consoles_observer.expect_state(BEDROOM, Power.ON)
    shown = consoles_observer.snapshots()[BEDROOM]
    assert (shown.power, shown.activity) == (Power.ON, ConsoleActivity.ON)
    assert (shown.app, shown.playback) == (None, Playback.UNKNOWN)
    assert consoles_observer.seconds_until_refresh == 2
    consoles = await keep_looking(consoles_observer, freezer, 11)
    assert consoles[BEDROOM].power is Power.ON
    assert consoles[BEDROOM].app is None
    consoles = await keep_looking(consoles_observer, freezer, 12)
    assert consoles[BEDROOM].activity is ConsoleActivity.IDLE
    await keep_looking(consoles_observer, freezer, 60)
    assert reads(simulator, STATE_OF_BEDROOM)[:3] == [0, 8, 18]


async def test_confirmed(
    consoles_observer: ConsolesObserver,
    freezer: FrozenDateTimeFactory,
    den: Console,
) -> None:
    """After the service has confirmed the expected state, the one before counts when it comes twice."""
    den.power = "Off"
    consoles_observer.expect_state(DEN, Power.STANDBY, Power.OFF)
    assert consoles_observer.snapshots()[DEN].power is Power.STANDBY
    assert (await keep_looking(consoles_observer, freezer, 3))[DEN].power is Power.OFF
    den.power = "On"
    assert (await keep_looking(consoles_observer, freezer, 8))[DEN].power is Power.OFF
    assert (await keep_looking(consoles_observer, freezer, 8))[DEN].power is Power.ON


async def test_contradicted(
    consoles_observer: ConsolesObserver, freezer: FrozenDateTimeFactory, den: Console
) -> None:
    """An expected state that the service contradicts for ninety seconds is dropped."""
    consoles_observer.expect_state(DEN, Power.STANDBY, Power.OFF)
    consoles = await keep_looking(consoles_observer, freezer, 88)
    assert consoles[DEN].power is Power.STANDBY
    assert consoles[DEN].app is None
    consoles = await keep_looking(consoles_observer, freezer, 2)
    assert consoles[DEN].activity is ConsoleActivity.IDLE


async def test_playback(
    consoles_observer: ConsolesObserver, freezer: FrozenDateTimeFactory, den: Console
) -> None:
    """An expected playback is shown for the focused app."""
    den.run(LUMEN_VIDEO)
    den.playback = "Playing"
    freezer.tick(10)
    await consoles_observer.refresh()
    den.lag = 5
    den.playback = "Paused"
    consoles_observer.expect_state(DEN, playback=Playback.PAUSED)
    assert consoles_observer.snapshots()[DEN].activity is ConsoleActivity.PAUSED
    consoles = await keep_looking(consoles_observer, freezer, 3)
    assert consoles[DEN].activity is ConsoleActivity.PAUSED
    den.lag = 0
    den.playback = "Playing"
    consoles = await keep_looking(consoles_observer, freezer, 87)
    assert consoles[DEN].activity is ConsoleActivity.PLAYING


async def test_playing_right_after_waking(
    consoles_observer: ConsolesObserver,
    freezer: FrozenDateTimeFactory,
    bedroom: Console,
) -> None:
    """A second expected state keeps the first one."""
    consoles_observer.expect_state(BEDROOM, Power.ON)
    consoles_observer.expect_state(BEDROOM, playback=Playback.PLAYING)
    assert (await keep_looking(consoles_observer, freezer, 3))[BEDROOM].power is Power.ON


async def test_command_done(
    consoles_observer: ConsolesObserver,
    simulator: Simulator,
    freezer: FrozenDateTimeFactory,
    den: Console,
) -> None:
    """A command's expected state is shown at once; a command without one costs a refresh soon."""
    consoles_observer.on_command_done(DEN, commands.PAUSE)
    assert consoles_observer.snapshots()[DEN].playback is Playback.PAUSED
    consoles_observer.on_command_done(DEN, commands.TURN_OFF)
    assert consoles_observer.snapshots()[DEN].power is Power.STANDBY
    simulator.clear()
    freezer.tick(90)
    await consoles_observer.refresh()
    den.run(STARFALL_DRIFT)
    for _ in range(5):
        consoles_observer.on_command_done(DEN, commands.GO_BACK)
    consoles_observer.on_command_done("unknown", commands.GO_BACK)
    await keep_looking(consoles_observer, freezer, 9)
    assert reads(simulator, STATE_OF_DEN) == [0, 2]
    assert consoles_observer.snapshots()[DEN].activity is ConsoleActivity.PLAYING


async def test_launched(
    consoles_observer: ConsolesObserver, freezer: FrozenDateTimeFactory, den: Console
) -> None:
    """A launched app is focused at once, without the playback of the app before."""
    den.run(LUMEN_VIDEO)
    den.playback = "Playing"
    freezer.tick(10)
    await consoles_observer.refresh()
    drift = den.app(STARFALL_DRIFT)
    assert drift.product_id
    den.lag = 5
    den.run(STARFALL_DRIFT)
    consoles_observer.on_command_done(DEN, commands.launch(drift.product_id, drift.aumid))
    for seconds in (0, 3):
        shown = (await keep_looking(consoles_observer, freezer, seconds))[DEN]
        assert shown.app
        assert (shown.app.name, shown.settling) == ("Starfall Drift", True)
        assert (shown.activity, shown.playback) == (ConsoleActivity.PLAYING, Playback.UNKNOWN)
    consoles_observer.on_command_done(DEN, commands.GO_HOME)
    assert consoles_observer.snapshots()[DEN].activity is ConsoleActivity.IDLE
    shown = (await keep_looking(consoles_observer, freezer, 90))[DEN]
    assert shown.app
    assert (shown.app.name, shown.settling) == ("Starfall Drift", False)


async def test_turned_off_after_a_launch(consoles_observer: ConsolesObserver, den: Console) -> None:
    """Turning off removes the launched app."""
    consoles_observer.on_command_done(
        DEN, commands.launch("9SIM713FB301", den.app(STARFALL_DRIFT).aumid)
    )
    consoles_observer.on_command_done(DEN, commands.TURN_OFF)
    shown = consoles_observer.snapshots()[DEN]
    assert (shown.power, shown.app) == (Power.STANDBY, None)


async def test_read_apps(
    consoles_observer: ConsolesObserver,
    simulator: Simulator,
    freezer: FrozenDateTimeFactory,
    den: Console,
) -> None:
    """`read_apps` reads at once, at most once a minute, and raises nothing."""
    simulator.clear()
    await consoles_observer.read_apps(DEN)
    assert not simulator.requests()
    freezer.tick(61)
    den.apps.pop()
    await asyncio.gather(consoles_observer.read_apps(DEN), consoles_observer.read_apps(DEN))
    await consoles_observer.read_apps("unknown")
    assert reads(simulator, APPS) == [0]
    assert len(consoles_observer.snapshots()[DEN].apps) == len(den.apps) + 1
    await keep_looking(consoles_observer, freezer, 8)
    assert reads(simulator, APPS) == [0, 8]
    assert len(consoles_observer.snapshots()[DEN].apps) == len(den.apps)
    freezer.tick(61)
    den.refuse("DataAccessError", at="installedApps", times=None)
    await consoles_observer.read_apps(DEN)
    assert len(consoles_observer.snapshots()[DEN].apps) == len(den.apps)


async def test_unknown_console(consoles_observer: ConsolesObserver) -> None:
    """An expected state of an unknown console is ignored."""
    before = consoles_observer.snapshots()
    consoles_observer.expect_state("unknown", Power.ON)
    assert consoles_observer.snapshots() == before
