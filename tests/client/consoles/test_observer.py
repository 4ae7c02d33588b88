"""The consoles observer: the state of consoles, and the intervals of requests."""

import asyncio
from typing import Any

import pytest
from freezegun.api import FrozenDateTimeFactory

from custom_components.xbox_network.xbox import XboxClient
from custom_components.xbox_network.xbox.consoles import observer as module
from custom_components.xbox_network.xbox.consoles.activity import AppKind, ConsoleActivity
from custom_components.xbox_network.xbox.consoles.observer import ConsolesObserver
from custom_components.xbox_network.xbox.models.consoles import Playback, Power
from tests.client.conftest import (
    CATALOG,
    CONSOLES,
    HOUR,
    LUMEN_VIDEO,
    OWNER,
    STARFALL_DRIFT,
    asked,
)
from tests.helpers.client.consoles_observer import (
    APPS,
    LISTS,
    STATE_OF_BEDROOM,
    STATE_OF_DEN,
    keep_looking,
    look,
    reads,
)
from tests.simulator import Console, Simulator, app_of
from tests.simulator.world.demo_world import BEDROOM, DEN, EMBER_VALE


async def test_first_refresh(
    consoles_observer: ConsolesObserver, simulator: Simulator, den: Console
) -> None:
    """The first refresh reads the list, then the states, then the installed apps and their products."""
    den.run(STARFALL_DRIFT)
    before = consoles_observer.listed
    consoles = await consoles_observer.refresh()
    assert (before, consoles_observer.listed) == (False, True)
    assert consoles == consoles_observer.snapshots()
    first, second = consoles[DEN], consoles[BEDROOM]
    assert (first.name, first.console_type, first.power) == ("Den", "XboxSeriesX", Power.ON)
    assert first.activity is ConsoleActivity.PLAYING
    assert first.app
    assert first.app.name == "Starfall Drift"
    assert (first.app.kind, first.app.title_id) == (AppKind.GAME, STARFALL_DRIFT)
    assert first.app.product
    assert first.app.product.square
    assert [disk.storage_device_name for disk in first.disks] == ["Internal", "External"]
    assert "Harbor Kings" in {app.name for app in first.apps}
    assert first.remote_management is True
    assert (first.current, first.fresh, first.gone) == (True, True, False)
    assert (second.power, second.activity) == (Power.STANDBY, ConsoleActivity.OFF)
    paths = [request.path for request in simulator.requests(CONSOLES)]
    assert paths[0] == LISTS
    assert sorted(paths[1:3]) == [STATE_OF_DEN, STATE_OF_BEDROOM]
    assert paths[3:] == [APPS, APPS]
    assert len(simulator.requests(CATALOG)) == 1


async def test_no_app_while_off(consoles_observer: ConsolesObserver, bedroom: Console) -> None:
    """A console that is off has no app, although the service still reports the last one."""
    assert bedroom.told.focus
    assert (await look(consoles_observer, BEDROOM)).app is None


async def test_home_and_screensaver(
    consoles_observer: ConsolesObserver,
    simulator: Simulator,
    freezer: FrozenDateTimeFactory,
    den: Console,
) -> None:
    """Home and screensaver are idle; home has a picture in the store under another id."""
    console = await look(consoles_observer)
    assert console.app
    assert (console.app.kind, console.activity) == (AppKind.HOME, ConsoleActivity.IDLE)
    assert console.app.product
    (request,) = simulator.requests(CATALOG)
    assert request.query["alternateId"] == "LegacyXboxProductId"
    den.idle()
    freezer.tick(10)
    console = await look(consoles_observer)
    assert console.app
    assert (console.app.kind, console.activity) == (AppKind.IDLE_SCREEN, ConsoleActivity.IDLE)
    assert console.app.product is None
    assert len(simulator.requests(CATALOG)) == 1
    assert len(reads(simulator, APPS)) == 2


async def test_television(consoles_observer: ConsolesObserver, den: Console) -> None:
    """Television has no product under its package name, but one under an older id."""
    den.watch_tv()
    console = await look(consoles_observer)
    assert console.app
    assert console.app.product
    assert console.app.name == console.app.product.title == "Live TV"
    assert console.app.kind is AppKind.APP


async def test_media_app(
    consoles_observer: ConsolesObserver, freezer: FrozenDateTimeFactory, den: Console
) -> None:
    """The activity of a media app is its playback."""
    den.run(LUMEN_VIDEO)
    expected = [
        ("Playing", ConsoleActivity.PLAYING),
        ("Paused", ConsoleActivity.PAUSED),
        ("Stopped", ConsoleActivity.ON),
    ]
    for playback, activity in expected:
        den.playback = playback
        assert (await look(consoles_observer)).activity is activity
        freezer.tick(10)


@pytest.mark.parametrize("focus", ["", None])
async def test_no_app(consoles_observer: ConsolesObserver, den: Console, focus: str | None) -> None:
    """A console without a focused app is on."""
    den.focus = focus
    console = await look(consoles_observer)
    assert (console.app, console.activity) == (None, ConsoleActivity.ON)


async def test_app_that_the_store_does_not_know(
    consoles_observer: ConsolesObserver,
    simulator: Simulator,
    freezer: FrozenDateTimeFactory,
    den: Console,
) -> None:
    """An app without a product has the name of the list, else its own short name."""
    den.run(STARFALL_DRIFT)
    await consoles_observer.refresh()
    den.run("Grid Tuner")
    freezer.tick(10)
    app = (await look(consoles_observer)).app
    assert app
    assert (app.name, app.kind, app.product) == ("Grid Tuner", AppKind.APP, None)
    den.focus = "4DF9E0F8.Quietfilm_mcm4njqhnhss8!App"
    freezer.tick(10)
    app = (await look(consoles_observer)).app
    assert app
    assert (app.name, app.kind, app.product) == ("Quietfilm", None, None)
    # the store is asked once about each
    await keep_looking(consoles_observer, freezer, 300)
    assert len(simulator.requests(CATALOG)) == 3


@pytest.mark.parametrize("fault", [{"status": 500}, {"garbage": True}, {"cut": True}], ids=str)
async def test_store_outage(
    consoles_observer: ConsolesObserver, simulator: Simulator, den: Console, fault: dict[str, Any]
) -> None:
    """While the store fails, the name comes from the list of apps."""
    den.run(STARFALL_DRIFT)
    simulator.fail(CATALOG, times=None, **fault)
    app = (await look(consoles_observer)).app
    assert app
    assert (app.name, app.kind, app.product) == ("Starfall Drift", AppKind.GAME, None)
    assert consoles_observer.last_error is None


async def test_new_app(
    consoles_observer: ConsolesObserver,
    simulator: Simulator,
    freezer: FrozenDateTimeFactory,
    den: Console,
) -> None:
    """An app that is not in the list of apps costs one new list."""
    await consoles_observer.refresh()
    den.apps.append(app_of(simulator.world.titles[EMBER_VALE]))
    den.run(EMBER_VALE)
    simulator.clear()
    freezer.tick(10)
    console = await look(consoles_observer)
    assert "Ember Vale" in {app.name for app in console.apps}
    assert console.app
    assert console.app.title_id == EMBER_VALE
    for focus in ("Example.Strange_1!App", den.app(EMBER_VALE).aumid, "Example.Strange_1!App"):
        den.focus = focus
        await keep_looking(consoles_observer, freezer, 60)
    assert len(reads(simulator, APPS)) == 2


@pytest.mark.parametrize("power", ["On", "ConnectedStandby", "Off"])
async def test_intervals(
    consoles_observer: ConsolesObserver,
    simulator: Simulator,
    freezer: FrozenDateTimeFactory,
    den: Console,
    bedroom: Console,
    power: str,
) -> None:
    """A console is read every 10 seconds, off every minute; the list every 10 minutes, apps each hour."""
    simulator.world.remove_console(bedroom)
    den.power = power
    await keep_looking(consoles_observer, freezer, HOUR - 1)
    interval = 10.0 if power == "On" else 60.0
    assert reads(simulator, STATE_OF_DEN)[:4] == [0, interval, 2 * interval, 3 * interval]
    assert reads(simulator, LISTS) == [600.0 * number for number in range(6)]
    assert len(simulator.requests(CONSOLES)) <= (370 if power == "On" else 70)
    await keep_looking(consoles_observer, freezer, 1)
    await consoles_observer.refresh()
    assert reads(simulator, APPS) == ([0, HOUR] if power == "On" else [0])


@pytest.mark.parametrize(("power", "most"), [("On", 3 * 370), ("ConnectedStandby", 3 * 70)])
async def test_intervals_of_three_consoles(
    consoles_observer: ConsolesObserver,
    simulator: Simulator,
    freezer: FrozenDateTimeFactory,
    den: Console,
    bedroom: Console,
    power: str,
    most: int,
) -> None:
    """Three consoles have the intervals of one, at the same times, within the budget."""
    third = Console(console_id="F400000000000003", owner=OWNER, name="Attic")
    simulator.world.add_console(third)
    for console in (den, bedroom, third):
        console.power = power
    await keep_looking(consoles_observer, freezer, HOUR - 1)
    assert len(simulator.requests(CONSOLES)) <= most
    assert consoles_observer.last_error is None
    times = [reads(simulator, f"/consoles/{it.console_id}") for it in (den, bedroom, third)]
    assert times[0] == times[1] == times[2]
    assert times[0][1] == (10 if power == "On" else 60)


async def test_intervals_of_many_consoles(
    consoles_observer: ConsolesObserver,
    simulator: Simulator,
    freezer: FrozenDateTimeFactory,
    den: Console,
) -> None:
    """With many consoles a third of the budget is left for commands."""
    for number in range(3, 11):
        simulator.world.add_console(
            Console(console_id=f"F4000000000000{number:02}", owner=OWNER, name=f"Room {number}")
        )
    for console in simulator.world.consoles.values():
        console.power = "On"
    await keep_looking(consoles_observer, freezer, HOUR)
    assert consoles_observer.last_error is None
    states = [it.started for it in simulator.requests(CONSOLES) if it.path.startswith("/consoles")]
    late = [it for it in states if it > states[-1] - 300]
    assert len(late) <= 100
    simulator.clear()
    await keep_looking(consoles_observer, freezer, 90)
    assert all(reads(simulator, f"/consoles/{it}") for it in simulator.world.consoles)


async def test_each_console_has_its_own_interval(
    consoles_observer: ConsolesObserver,
    simulator: Simulator,
    freezer: FrozenDateTimeFactory,
    den: Console,
) -> None:
    """A console that is off is read less often than one that is on."""
    await keep_looking(consoles_observer, freezer, 115)
    assert reads(simulator, STATE_OF_BEDROOM) == [0, 60]
    assert len(reads(simulator, STATE_OF_DEN)) == 12
    den.power = "ConnectedStandby"
    simulator.clear()
    consoles = await keep_looking(consoles_observer, freezer, 300)
    assert consoles[DEN].activity is ConsoleActivity.OFF
    assert len(reads(simulator, STATE_OF_DEN)) <= 6


async def test_refresh_soon(
    consoles_observer: ConsolesObserver,
    simulator: Simulator,
    freezer: FrozenDateTimeFactory,
    den: Console,
) -> None:
    """`refresh_soon` makes a console due at once; its interval stays."""
    await consoles_observer.refresh()
    freezer.tick(3)
    simulator.clear()
    consoles_observer.refresh_soon(BEDROOM)
    assert consoles_observer.seconds_until_refresh == 0
    await consoles_observer.refresh()
    assert asked(simulator) == [CONSOLES]
    assert reads(simulator, STATE_OF_BEDROOM) == [0]
    assert consoles_observer.seconds_until_refresh == 7
    consoles_observer.refresh_soon()
    await consoles_observer.refresh()
    assert len(reads(simulator, STATE_OF_BEDROOM)) == 2
    assert len(reads(simulator, STATE_OF_DEN)) == 1
    consoles_observer.refresh_soon("unknown")
    assert consoles_observer.seconds_until_refresh == 10


async def test_apps_on_demand(
    consoles_observer: ConsolesObserver,
    simulator: Simulator,
    freezer: FrozenDateTimeFactory,
    den: Console,
) -> None:
    """`request_apps` reads the apps at once, also of a console that is off."""
    await consoles_observer.refresh()
    simulator.clear()
    freezer.tick(1)
    consoles_observer.request_apps(BEDROOM)
    assert consoles_observer.seconds_until_refresh == 0
    await consoles_observer.refresh()
    assert [request.query["deviceId"] for request in simulator.requests(CONSOLES)] == [BEDROOM]


async def test_slow_console_does_not_delay_others(
    consoles_observer: ConsolesObserver,
    simulator: Simulator,
    freezer: FrozenDateTimeFactory,
    den: Console,
    bedroom: Console,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """While a request hangs its console is not asked again; the others are."""
    monkeypatch.setattr(module, "PATIENCE_SECONDS", 0.05)
    await consoles_observer.refresh()
    simulator.fail(CONSOLES, hang=True, path=STATE_OF_DEN)
    bedroom.power = "On"
    simulator.clear()
    freezer.tick(60)
    assert (await look(consoles_observer, BEDROOM)).power is Power.ON
    assert 0 < consoles_observer.seconds_until_refresh <= 0.05
    freezer.tick(10)
    bedroom.power = "ConnectedStandby"
    assert (await look(consoles_observer, BEDROOM)).power is Power.STANDBY
    assert len(reads(simulator, STATE_OF_DEN)) == 1
    await consoles_observer.close()
    await asyncio.sleep(0)
    assert consoles_observer.seconds_until_refresh == 0


async def test_playback_is_unknown_while_off(
    consoles_observer: ConsolesObserver, den: Console, bedroom: Console
) -> None:
    """The playback of a console that is off is outdated."""
    assert (await look(consoles_observer, BEDROOM)).playback is Playback.UNKNOWN


async def test_no_consoles(
    client: XboxClient, simulator: Simulator, freezer: FrozenDateTimeFactory
) -> None:
    """An empty list counts as listed. It is read again soon, once."""
    consoles_observer = ConsolesObserver(client)
    assert await consoles_observer.refresh() == {}
    assert consoles_observer.listed
    assert await keep_looking(consoles_observer, freezer, HOUR) == {}
    assert reads(simulator, LISTS)[:4] == [0, 8, 608, 1208]
    assert consoles_observer.last_error is None


async def test_requests_side_by_side(
    consoles_observer: ConsolesObserver, simulator: Simulator, den: Console
) -> None:
    """The states of all consoles are requested at the same time."""
    await consoles_observer.refresh()
    simulator.delay = 0.05
    simulator.clear()
    consoles_observer.refresh_soon()
    await consoles_observer.refresh()
    assert asked(simulator) == [CONSOLES] * 2
    first, second = simulator.requests(CONSOLES)
    assert first.started == second.started


async def test_renamed_console(
    consoles_observer: ConsolesObserver, freezer: FrozenDateTimeFactory, den: Console
) -> None:
    """A new name comes with the next list."""
    await consoles_observer.refresh()
    den.name = "Cellar"
    den.run(STARFALL_DRIFT)
    assert (await keep_looking(consoles_observer, freezer, 600))[DEN].name == "Cellar"
