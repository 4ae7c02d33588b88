"""A service that is late after a command of ours: what it told before is old news, anything else is believed."""

import aiohttp
import pytest
from freezegun.api import FrozenDateTimeFactory

from custom_components.xbox_network.xbox import XboxClient
from custom_components.xbox_network.xbox.auth.manager import AuthenticationManager
from custom_components.xbox_network.xbox.consoles.console import ConsoleSnapshot
from custom_components.xbox_network.xbox.consoles.expectations import Expectations
from custom_components.xbox_network.xbox.consoles.observer import ConsolesObserver
from custom_components.xbox_network.xbox.models import commands
from custom_components.xbox_network.xbox.models.commands import Command
from custom_components.xbox_network.xbox.models.consoles import Playback, Power
from custom_components.xbox_network.xbox.presence import Presence
from tests.client.conftest import (
    CONSOLES,
    HARBOR_KINGS,
    LUMEN_VIDEO,
    OWNER,
    REDIRECT_URI,
    STARFALL_DRIFT,
    sign_in,
)
from tests.client.consoles.living import Living
from tests.helpers.client.consoles_observer import STATE_OF_DEN, keep_looking, reads
from tests.helpers.client.thin_consoles import Change, put
from tests.simulator import CLIENT_ID, CLIENT_SECRET, Console, Simulator
from tests.simulator.world.demo_world import BEDROOM, DEN

JUNIPER = "2535400000000002"
SETTLING = 90
# Seconds that the service is late.
LAGS = (3, 12, 25, 60, 85)


def is_on(console: ConsoleSnapshot) -> bool | None:
    """Return whether a console is shown to be on."""
    return console.power.is_on


def app(console: ConsoleSnapshot) -> str | None:
    """Return the name of the app that is shown."""
    return console.app.name if console.app else None


def launch(den: Console, title_id: str) -> Command:
    """Return the command that starts an installed title."""
    title = den.app(title_id)
    assert title.product_id
    return commands.launch(title.product_id, title.aumid)


@pytest.mark.parametrize("lag", LAGS)
async def test_turned_off(living: Living, lag: float) -> None:
    """A console that we have turned off is off, and nothing else."""
    await living.command(commands.TURN_OFF, lag)
    await living.look(200)
    assert living.shown(is_on) == [False]


@pytest.mark.parametrize("lag", LAGS)
async def test_woken(living: Living, den: Console, lag: float) -> None:
    """A console that we have woken is on, and nothing else."""
    den.power = "ConnectedStandby"
    await living.look(20)
    living.seen.clear()
    await living.command(commands.WAKE_UP, lag)
    assert app(await living.look(200)) == "Home"
    assert living.shown(is_on) == [True]


@pytest.mark.parametrize("lag", LAGS)
async def test_launched(living: Living, den: Console, lag: float) -> None:
    """A game that we have started is in front, and nothing else; so is the home screen after it."""
    await living.command(launch(den, STARFALL_DRIFT), lag)
    await living.look(100)
    await living.command(commands.GO_HOME, lag)
    await living.look(200)
    assert living.shown(app) == ["Starfall Drift", "Home"]


@pytest.mark.parametrize("lag", LAGS)
async def test_paused(living: Living, den: Console, lag: float) -> None:
    """What we have paused is paused, and nothing else."""
    den.run(LUMEN_VIDEO)
    den.playback = "Playing"
    await living.look(20)
    living.seen.clear()
    await living.command(commands.PAUSE, lag)
    await living.look(200)
    assert living.shown(lambda it: it.playback) == [Playback.PAUSED]


@pytest.mark.parametrize("lag", LAGS)
async def test_off_and_on_again(living: Living, lag: float) -> None:
    """After two commands in a row the states before the first and between the two are old news."""
    await living.command(commands.TURN_OFF, lag)
    await living.look(5)
    await living.command(commands.WAKE_UP, lag)
    await living.look(200)
    assert living.shown(is_on) == [False, True]


@pytest.mark.parametrize("lag", LAGS)
async def test_game_after_waking(living: Living, den: Console, lag: float) -> None:
    """The home screen of a console that was woken for a game is old news."""
    den.power = "ConnectedStandby"
    await living.look(20)
    living.seen.clear()
    await living.command(commands.WAKE_UP, lag)
    await living.command(launch(den, STARFALL_DRIFT), lag)
    await living.look(200)
    assert living.shown(app) == [None, "Starfall Drift"]
    assert living.shown(is_on) == [True]


@pytest.mark.parametrize("lag", LAGS)
async def test_two_games(living: Living, den: Console, lag: float) -> None:
    """A game that another one has replaced is old news."""
    await living.command(launch(den, STARFALL_DRIFT), lag)
    await living.command(launch(den, HARBOR_KINGS), lag)
    await living.look(200)
    assert living.shown(app) == ["Starfall Drift", "Harbor Kings"]


async def test_another_app_is_believed(living: Living, den: Console) -> None:
    """An app that is neither the one before nor the started one is believed at once."""
    await living.command(launch(den, STARFALL_DRIFT), 0)
    den.run(LUMEN_VIDEO)
    assert app(await living.look(10)) == "Lumen Video"
    den.run(HARBOR_KINGS)
    assert app(await living.look(10)) == "Harbor Kings"


async def test_home_after_another_app(living: Living, den: Console) -> None:
    """Only of a console that we have woken the home screen is old news after the start of a game."""
    den.run(LUMEN_VIDEO)
    await living.look(10)
    await living.command(launch(den, STARFALL_DRIFT), 0)
    den.go_home()
    assert app(await living.look(10)) == "Home"


async def test_another_power_is_believed(living: Living, den: Console) -> None:
    """An update is neither off nor on: it is believed at once, and so is what comes after it."""
    await living.command(commands.TURN_OFF, 0)
    den.power = "SystemUpdate"
    assert (await living.look(3)).power is Power.UPDATING
    den.power = "On"
    assert (await living.look(60)).power is Power.ON


async def test_another_playback_is_believed(living: Living, den: Console) -> None:
    """A video that has ended is neither playing nor paused."""
    den.run(LUMEN_VIDEO)
    den.playback = "Playing"
    await living.look(20)
    await living.command(commands.PAUSE, 60)
    den.playback = "Stopped"
    assert (await living.look(3)).playback is Playback.STOPPED


async def test_another_app_ends_the_playback(living: Living, den: Console) -> None:
    """That we have paused a video says nothing about another app."""
    den.run(LUMEN_VIDEO)
    den.playback = "Playing"
    await living.look(20)
    await living.command(commands.PAUSE, 0)
    den.run("Grid Tuner")
    den.playback = "Playing"
    assert (await living.look(3)).playback is Playback.PLAYING


@pytest.mark.parametrize("after", [0, 5, 30, 80])
async def test_switched_back_by_hand(living: Living, den: Console, after: float) -> None:
    """A console that somebody switches on again at once is on after ninety seconds at most."""
    await living.command(commands.TURN_OFF, SETTLING * 2)  # the service never tells that it was off
    await living.look(after)
    den.power = "On"
    assert (await living.look(SETTLING - after - 2)).power is Power.STANDBY
    assert (await living.look(2)).power is Power.ON
    assert living.shown(is_on) == [False, True]


@pytest.mark.parametrize(("after", "most"), [(3, 20), (30, 75), (80, 75)])
async def test_switched_back_after_a_confirmation(
    living: Living, den: Console, after: float, most: float
) -> None:
    """Once the service has told the new state, the one before is believed when it comes twice."""
    await living.command(commands.TURN_OFF, 0)
    await living.look(after)
    den.power = "On"
    assert (await living.look(most)).power is Power.ON
    assert living.shown(is_on) == [False, True]


async def test_gone_back_by_hand(living: Living, den: Console) -> None:
    """Who leaves the started game for the app before it is seen there after ninety seconds at most."""
    den.run(LUMEN_VIDEO)
    await living.look(10)
    await living.command(launch(den, STARFALL_DRIFT), 0)
    den.run(LUMEN_VIDEO)
    assert app(await living.look(SETTLING)) == "Lumen Video"


async def test_played_on_by_hand(living: Living, den: Console) -> None:
    """A video that somebody plays again at once is playing after ninety seconds at most."""
    den.run(LUMEN_VIDEO)
    den.playback = "Playing"
    await living.look(10)
    await living.command(commands.PAUSE, 0)
    den.playback = "Playing"
    assert (await living.look(SETTLING)).playback is Playback.PLAYING


async def test_one_stale_answer_after_the_confirmation(
    living: Living, simulator: Simulator
) -> None:
    """A single answer from before, after the new state was told, is old news, too."""
    await living.command(commands.TURN_OFF, 0)
    await living.look(12)
    simulator.spoil(CONSOLES, put("On", "powerState"), STATE_OF_DEN)
    await living.look(200)
    assert living.shown(is_on) == [False]


async def test_nothing_has_changed(living: Living, den: Console) -> None:
    """After a command to what already is, anything else is believed at once."""
    await living.command(commands.GO_HOME, 0)
    assert not (await living.look(3)).settling
    den.run(STARFALL_DRIFT)
    assert app(await living.look(10)) == "Starfall Drift"


async def test_off_by_hand_after_a_launch(living: Living, den: Console) -> None:
    """Who turns the console off by hand ends what was expected of the app."""
    await living.command(launch(den, STARFALL_DRIFT), 60)
    den.power = "Off"
    assert (await living.look(10)).power is Power.OFF
    den.power = "On"
    assert app(await living.look(60)) == "Home"


async def test_unknown_while_settling(living: Living, simulator: Simulator) -> None:
    """An answer that says nothing changes nothing while a command settles."""
    simulator.spoil(CONSOLES, put("Unknown", "powerState"), STATE_OF_DEN, times=2)
    await living.command(commands.TURN_OFF, 12)
    await living.look(100)
    assert living.shown(is_on) == [False]


async def test_requests(
    living: Living,
    simulator: Simulator,
    consoles_observer: ConsolesObserver,
    freezer: FrozenDateTimeFactory,
) -> None:
    """Once confirmed, a console that is off is read every minute again."""
    await living.command(commands.TURN_OFF, 0)
    consoles_observer.refresh_soon(DEN)
    await living.look(0)
    simulator.clear()
    consoles = await keep_looking(consoles_observer, freezer, 600)
    assert consoles[BEDROOM].power is Power.STANDBY
    assert len(reads(simulator, STATE_OF_DEN)) <= 12


async def test_nothing_left_to_ask(living: Living, simulator: Simulator) -> None:
    """What was confirmed and not doubted since is not looked at when it ends to be expected."""
    await living.command(commands.TURN_OFF, 0)
    await living.look(12)
    simulator.clear()
    await living.look(130)
    first, second = reads(simulator, STATE_OF_DEN)
    assert second - first == 60


@pytest.mark.parametrize("thin", [put("Unknown", "powerState"), put("", "powerState")])
@pytest.mark.parametrize("after", [12, 30, 60])
async def test_unknown_after_one_stale_answer(
    living: Living, simulator: Simulator, after: float, thin: Change
) -> None:
    """An answer that does not tell the power does not confirm a single stale one."""
    await living.command(commands.TURN_OFF, 0)
    await living.look(after)
    simulator.spoil(CONSOLES, put("On", "powerState"), STATE_OF_DEN)
    simulator.spoil(CONSOLES, thin, STATE_OF_DEN)
    await living.look(200)
    assert living.shown(is_on) == [False]


async def test_no_app_after_one_stale_answer(
    living: Living, simulator: Simulator, den: Console
) -> None:
    """An answer without an app does not confirm a single stale one, nor one without the playback."""
    home = den.focus
    await living.command(launch(den, STARFALL_DRIFT), 0)
    await living.look(12)
    simulator.spoil(CONSOLES, put(home, "focusAppAumid"), STATE_OF_DEN)
    simulator.spoil(CONSOLES, put("", "focusAppAumid"), STATE_OF_DEN)
    await living.look(200)
    assert living.shown(app) == ["Starfall Drift"]


async def test_no_playback_after_one_stale_answer(
    living: Living, simulator: Simulator, den: Console
) -> None:
    """An answer without the playback does not confirm a single stale one."""
    den.run(LUMEN_VIDEO)
    den.playback = "Playing"
    await living.look(20)
    living.seen.clear()
    await living.command(commands.PAUSE, 0)
    await living.look(12)
    simulator.spoil(CONSOLES, put("Playing", "playbackState"), STATE_OF_DEN)
    simulator.spoil(CONSOLES, put("Unknown", "playbackState"), STATE_OF_DEN)
    await living.look(200)
    assert living.shown(lambda it: it.playback) == [Playback.PAUSED]


@pytest.mark.parametrize("seconds", [60, 200])
async def test_unknown_after_a_command(
    living: Living, simulator: Simulator, seconds: float
) -> None:
    """Off by our command, and no answer tells the power: it is off, and no request is sent for nothing."""
    await living.command(commands.TURN_OFF, 0)
    simulator.spoil(CONSOLES, put("Unknown", "powerState"), STATE_OF_DEN, times=None)
    simulator.clear()
    await living.look(seconds)
    assert living.shown(is_on) == [False]
    assert len(reads(simulator, STATE_OF_DEN)) <= seconds // 8 + 3
    simulator.heal()
    await living.look(100)
    assert living.shown(is_on) == [False]


async def test_owner_is_late_to_leave(
    living: Living,
    consoles_observer: ConsolesObserver,
    simulator: Simulator,
) -> None:
    """That its owner still seems to be at a console that we have turned off says nothing for a while."""
    there = Presence(online=True, devices=("Scarlett",))
    consoles_observer.update_people({OWNER: there}, OWNER)
    await living.command(commands.TURN_OFF, 0)
    await living.look(3)
    simulator.spoil(CONSOLES, put("Unknown", "powerState"), STATE_OF_DEN, times=3)
    await living.look(60)
    assert living.shown(is_on) == [False]


async def test_another_account_has_slept(
    client: XboxClient,
    simulator: Simulator,
    session: aiohttp.ClientSession,
    den: Console,
    bedroom: Console,
    freezer: FrozenDateTimeFactory,
) -> None:
    """That the account which does not read a console looks again after a pause ends nothing for the one that does."""
    for console in (den, bedroom):
        console.shared_with.add(JUNIPER)
    manager = AuthenticationManager(session, CLIENT_ID, CLIENT_SECRET, REDIRECT_URI)
    await sign_in(manager, "Juniper Vale")
    bystander = XboxClient(manager)
    shared: dict[str, Expectations] = {}
    reader = ConsolesObserver(client, expectations=shared)
    other = ConsolesObserver(bystander, expectations=shared)
    for observer in (reader, other):
        await observer.refresh()
    other.links.leave_to_others({DEN})
    living = Living(reader, client, den, freezer)
    await living.command(commands.TURN_OFF, 60)
    bystander.auth.http.sleeps.count += 1
    other.refresh_soon(BEDROOM)
    await other.refresh()
    await living.look(200)
    assert living.shown(is_on) == [False]
    for observer in (reader, other):
        await observer.close()
