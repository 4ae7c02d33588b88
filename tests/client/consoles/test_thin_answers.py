"""Answers about consoles that say little: what was known holds, the question is asked again, and twice is believed."""

import pytest
from freezegun.api import FrozenDateTimeFactory

from custom_components.xbox_network.xbox.consoles.console import ConsoleSnapshot
from custom_components.xbox_network.xbox.consoles.observer import ConsolesObserver
from custom_components.xbox_network.xbox.models.consoles import Playback, Power
from custom_components.xbox_network.xbox.presence import Presence
from tests.client.conftest import CONSOLES, LUMEN_VIDEO, OWNER, STARFALL_DRIFT
from tests.helpers.client.consoles_observer import (
    APPS,
    STATE_OF_DEN,
    keep_looking,
    look,
    reads,
)
from tests.helpers.client.thin_consoles import (
    APPS_THIN,
    STATUSES,
    Change,
    drop,
    looks,
    put,
    steady,
)
from tests.simulator import Console, Simulator
from tests.simulator.world.demo_world import DEN

GRACE = 300


pytestmark = pytest.mark.usefixtures("before")


@pytest.mark.parametrize("change", STATUSES.values(), ids=STATUSES)
async def test_one_thin_status(
    consoles_observer: ConsolesObserver,
    simulator: Simulator,
    freezer: FrozenDateTimeFactory,
    before: dict[str, ConsoleSnapshot],
    change: Change,
) -> None:
    """A status that says little changes nothing, and is asked for again within ten seconds."""
    simulator.spoil(CONSOLES, change, STATE_OF_DEN)
    simulator.clear()
    consoles_observer.refresh_soon(DEN)
    for seen in await looks(consoles_observer, freezer, 25):
        assert steady(seen) == before
    assert reads(simulator, STATE_OF_DEN)[1] <= 10


async def test_thin_status_while_off(
    consoles_observer: ConsolesObserver,
    simulator: Simulator,
    freezer: FrozenDateTimeFactory,
    den: Console,
) -> None:
    """A console that is off is asked again within ten seconds, too, and once for each row of such answers."""
    den.power = "Off"
    freezer.tick(10)
    await consoles_observer.refresh()
    simulator.spoil(CONSOLES, drop("isTvConfigured"), STATE_OF_DEN, times=3)
    simulator.clear()
    freezer.tick(60)
    for seen in await looks(consoles_observer, freezer, 140):
        assert seen[DEN].tv_configured
    assert reads(simulator, STATE_OF_DEN) == [0, 8, 68, 128]
    simulator.spoil(CONSOLES, drop("isTvConfigured"), STATE_OF_DEN)
    simulator.clear()
    await keep_looking(consoles_observer, freezer, 80)
    assert reads(simulator, STATE_OF_DEN)[-1] - reads(simulator, STATE_OF_DEN)[-2] == 8


@pytest.mark.parametrize("change", APPS_THIN.values(), ids=APPS_THIN)
async def test_one_thin_list_of_apps(
    consoles_observer: ConsolesObserver,
    simulator: Simulator,
    freezer: FrozenDateTimeFactory,
    before: dict[str, ConsoleSnapshot],
    den: Console,
    change: Change,
) -> None:
    """A list of apps that says little changes nothing, and is asked for again within ten seconds, once."""
    den.apps.insert(0, den.apps.pop(den.apps.index(den.app(LUMEN_VIDEO))))
    simulator.spoil(CONSOLES, change, APPS)
    simulator.clear()
    consoles_observer.request_apps(DEN)
    for seen in await looks(consoles_observer, freezer, 200):
        assert seen[DEN].app == before[DEN].app
        assert set(seen[DEN].apps) == set(before[DEN].apps)
    assert reads(simulator, APPS) == [0, 8]


async def test_two_lists_without_apps(
    consoles_observer: ConsolesObserver,
    simulator: Simulator,
    freezer: FrozenDateTimeFactory,
    before: dict[str, ConsoleSnapshot],
) -> None:
    """A list of apps that is empty twice is believed; the next whole one brings them back."""
    simulator.spoil(CONSOLES, put([], "result"), APPS, times=2)
    consoles_observer.request_apps(DEN)
    assert (await look(consoles_observer)).apps
    assert not (await keep_looking(consoles_observer, freezer, 10))[DEN].apps
    consoles_observer.request_apps(DEN)
    assert (await look(consoles_observer)).apps == before[DEN].apps


@pytest.mark.parametrize("times", [2, 5])
async def test_apps_that_cannot_be_read(
    consoles_observer: ConsolesObserver,
    simulator: Simulator,
    freezer: FrozenDateTimeFactory,
    before: dict[str, ConsoleSnapshot],
    times: int,
) -> None:
    """In a list with items that cannot be read nothing is missing, however often it comes."""
    simulator.spoil(
        CONSOLES, lambda it: {**it, "result": ["odd", *it["result"][3:]]}, APPS, times=times
    )
    for _ in range(times):
        consoles_observer.request_apps(DEN)
        seen = await look(consoles_observer)
        assert set(seen.apps) == set(before[DEN].apps)
        await keep_looking(consoles_observer, freezer, 70)


async def test_two_different_gaps(
    consoles_observer: ConsolesObserver,
    simulator: Simulator,
    freezer: FrozenDateTimeFactory,
    before: dict[str, ConsoleSnapshot],
) -> None:
    """What only one of two answers in a row leaves out holds."""
    simulator.spoil(CONSOLES, drop("result", 0), APPS)
    simulator.spoil(CONSOLES, drop("result", 1), APPS)
    consoles_observer.request_apps(DEN)
    for seen in await looks(consoles_observer, freezer, 30):
        assert set(seen[DEN].apps) == set(before[DEN].apps)


async def test_uninstalled(
    consoles_observer: ConsolesObserver,
    simulator: Simulator,
    freezer: FrozenDateTimeFactory,
    den: Console,
) -> None:
    """An app that was uninstalled is gone with the second list, and a new one there with the first."""
    gone = den.app(STARFALL_DRIFT)
    den.apps.remove(gone)

    def listed(console: ConsoleSnapshot) -> bool:
        return gone.aumid in {it.aumid for it in console.apps}

    consoles_observer.request_apps(DEN)
    assert listed(await look(consoles_observer))
    assert not listed((await keep_looking(consoles_observer, freezer, 10))[DEN])
    den.apps.append(gone)
    consoles_observer.request_apps(DEN)
    assert listed(await look(consoles_observer))


@pytest.mark.parametrize("focus", ["", None])
async def test_nothing_in_front(
    consoles_observer: ConsolesObserver,
    freezer: FrozenDateTimeFactory,
    den: Console,
    before: dict[str, ConsoleSnapshot],
    focus: str | None,
) -> None:
    """That nothing is in front is believed when it comes twice."""
    den.focus = focus
    freezer.tick(10)
    assert (await look(consoles_observer)).app == before[DEN].app
    assert (await keep_looking(consoles_observer, freezer, 10))[DEN].app is None


async def test_playback_that_nobody_knows(
    consoles_observer: ConsolesObserver, freezer: FrozenDateTimeFactory, den: Console
) -> None:
    """Playback that is not known twice is unknown."""
    den.playback = "Unknown"
    freezer.tick(10)
    assert (await look(consoles_observer)).playback is Playback.PLAYING
    seen = (await keep_looking(consoles_observer, freezer, 10))[DEN]
    assert seen.playback is Playback.UNKNOWN


async def test_app_without_playback_after_another(
    consoles_observer: ConsolesObserver,
    simulator: Simulator,
    freezer: FrozenDateTimeFactory,
    den: Console,
) -> None:
    """The playback of one app says nothing about the next one."""
    den.run(STARFALL_DRIFT)
    simulator.spoil(CONSOLES, drop("playbackState"), STATE_OF_DEN)
    freezer.tick(10)
    assert (await look(consoles_observer)).playback is Playback.UNKNOWN


async def test_switched_on_without_an_app(
    consoles_observer: ConsolesObserver, freezer: FrozenDateTimeFactory, den: Console
) -> None:
    """The app from before a console was off is not in front after it."""
    den.power = "Off"
    freezer.tick(10)
    await consoles_observer.refresh()
    den.power = "On"
    den.focus = ""
    freezer.tick(60)
    assert (await look(consoles_observer)).app is None


@pytest.mark.parametrize("power", ["On", "ConnectedStandby"])
async def test_power_stays_unknown(
    consoles_observer: ConsolesObserver,
    simulator: Simulator,
    freezer: FrozenDateTimeFactory,
    den: Console,
    power: str,
) -> None:
    """Power that is not told holds for the grace time, looked at every ten seconds, and is unknown then."""
    den.power = power
    freezer.tick(10)
    known = (await look(consoles_observer)).power
    simulator.spoil(CONSOLES, put("Unknown", "powerState"), STATE_OF_DEN, times=None)
    await keep_looking(consoles_observer, freezer, 70)
    simulator.clear()
    for seen in await looks(consoles_observer, freezer, GRACE - 75):
        assert (seen[DEN].power, seen[DEN].current, seen[DEN].fresh) == (known, True, False)
    assert len(reads(simulator, STATE_OF_DEN)) >= (GRACE - 75) // 10
    seen = await keep_looking(consoles_observer, freezer, 90)
    assert (seen[DEN].power, seen[DEN].app) == (Power.UNKNOWN, None)
    simulator.clear()
    await keep_looking(consoles_observer, freezer, 300)
    assert len(reads(simulator, STATE_OF_DEN)) <= 6
    simulator.heal()
    assert (await keep_looking(consoles_observer, freezer, 60))[DEN].power is known


async def test_switches_stay_away(
    consoles_observer: ConsolesObserver,
    simulator: Simulator,
    freezer: FrozenDateTimeFactory,
    before: dict[str, ConsoleSnapshot],
) -> None:
    """A switch that is not told any more holds for the grace time."""
    simulator.spoil(CONSOLES, drop("isTvConfigured"), STATE_OF_DEN, times=None)
    for seen in await looks(consoles_observer, freezer, GRACE):
        assert seen[DEN].tv_configured
    assert (await keep_looking(consoles_observer, freezer, 30))[DEN].tv_configured is None


async def test_switched_off_while_unknown(
    consoles_observer: ConsolesObserver,
    simulator: Simulator,
    freezer: FrozenDateTimeFactory,
    den: Console,
) -> None:
    """On, one unknown answer, off: it is on until it is off."""
    simulator.spoil(CONSOLES, put("Unknown", "powerState"), STATE_OF_DEN)
    den.power = "Off"
    freezer.tick(10)
    assert (await look(consoles_observer)).power is Power.ON
    assert (await keep_looking(consoles_observer, freezer, 10))[DEN].power is Power.OFF


async def test_presence_while_unknown(
    consoles_observer: ConsolesObserver,
    simulator: Simulator,
    freezer: FrozenDateTimeFactory,
    den: Console,
    bedroom: Console,
) -> None:
    """That its owner is at a console counts while its power is held only."""
    den.power = "Off"
    freezer.tick(10)
    await consoles_observer.refresh()
    simulator.spoil(CONSOLES, put("Unknown", "powerState"), STATE_OF_DEN, times=None)
    freezer.tick(60)
    assert (await look(consoles_observer)).power is Power.OFF
    there = Presence(online=True, devices=("Scarlett",))
    consoles_observer.update_people({OWNER: there}, OWNER)
    assert (await look(consoles_observer)).power is Power.ON
