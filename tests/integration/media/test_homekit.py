"""HomeKit makes a television of a console: inputs, keys, power and volume, rebuilt for no state of the console."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from freezegun.api import FrozenDateTimeFactory
from homeassistant.components.homekit.accessories import HomeDriver
from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant

from tests.conftest import Poll, SignIn
from tests.helpers.consoles import Actions, ConsoleEntities, told
from tests.helpers.options import choose
from tests.helpers.television import Television, paired, television_of
from tests.simulator import Console, InstalledApp, Simulator, install_games

STARFALL_DRIFT, LUMEN_VIDEO = "Starfall Drift", "Lumen Video"


@pytest.fixture(autouse=True)
def _clock(freezer: FrozenDateTimeFactory) -> None:
    """Stop the clock between polls."""


@pytest.fixture(name="driver")
def driver_fixture(hass: HomeAssistant, tmp_path: Path) -> Iterator[HomeDriver]:
    """Return a driver of accessories."""
    with paired(hass, tmp_path) as driver:
        yield driver


@pytest.fixture(name="television")
def television_fixture(
    hass: HomeAssistant,
    den: Console,
    entry: ConfigEntry,
    at_den: ConsoleEntities,
    driver: HomeDriver,
) -> Television:
    """Return the television of the console in the den."""
    return television_of(hass, driver, at_den.id("media_player"))


async def test_whatever_it_does(
    hass: HomeAssistant,
    simulator: Simulator,
    den: Console,
    entry: ConfigEntry,
    at_den: ConsoleEntities,
    poll: Poll,
    driver: HomeDriver,
) -> None:
    """A console is the same television with all its inputs, whatever it does when it is paired."""
    player = at_den.id("media_player")
    inputs = ["Home", "TV", "Grid Tuner", "Harbor Kings", LUMEN_VIDEO, STARFALL_DRIFT]
    for power, state in (
        ("On", "idle"),
        ("ConnectedStandby", "off"),
        ("Off", "off"),
        ("SystemUpdate", "off"),
        ("Hibernating", "unknown"),
    ):
        den.power = power
        await poll(400 if state == "unknown" else 130)  # what says little is believed after a while
        assert at_den("media_player") == state
        assert television_of(hass, driver, player).inputs == inputs
    den.refuse("DataAccessError", at="console", times=None)
    await poll(900)
    assert at_den("media_player") == "unavailable"
    assert television_of(hass, driver, player).inputs == inputs
    await hass.config_entries.async_unload(entry.entry_id)  # as while Home Assistant starts
    assert television_of(hass, driver, player).inputs == inputs


async def test_never_rebuilt(den: Console, television: Television, poll: Poll) -> None:
    """Neither power nor what is in front rebuilds it: off and on, games, apps, television, settings."""
    for power in ("ConnectedStandby", "On", "Off", "SystemUpdate", "On", "Hibernating", "On"):
        den.power = power
        await poll(70)
    for app in (STARFALL_DRIFT, LUMEN_VIDEO):
        den.run(app)
        await poll(20)
        assert television.input == app
    den.watch_tv()
    await poll(20)
    assert television.input == "TV"
    den.focus = "Microsoft.Xbox.Settings_8wekyb3d8bbwe!Xbox.Settings.Application"
    await poll(20)
    assert television.input == "Home"
    assert television.reloads == 0


async def test_power(den: Console, television: Television, poll: Poll, actions: Actions) -> None:
    """It is active while the console is on, and switches it."""
    seen = [television.is_active]
    for on in (False, True):
        television.accessory.set_on_off(on)
        await actions.pass_time(60)
        await poll(20)
        seen.append(television.is_active)
    assert seen == [True, False, True]
    assert told(den) == ["TurnOff", "WakeUp"]


async def test_inputs_and_volume(
    den: Console, television: Television, actions: Actions, poll: Poll
) -> None:
    """An input starts what it is called; the volume goes by steps, and can be muted."""
    accessory = television.accessory
    accessory.set_input_source(television.inputs.index(STARFALL_DRIFT))
    await actions.pass_time(20)
    assert den.title
    assert den.title.name == television.input == STARFALL_DRIFT
    assert told(den)
    for step in (False, True):
        accessory.set_volume_step(step)
        await actions.pass_time(10)
    accessory.set_mute(True)
    await actions.pass_time(10)
    assert told(den) == ["Volume", "Volume", "Mute"]
    assert accessory.char_mute.value


KEYS = {
    4: "Up",
    5: "Down",
    6: "Left",
    7: "Right",
    8: "A",
    9: "B",
    15: "Nexus",
}


async def test_keys(
    hass: HomeAssistant,
    den: Console,
    bedroom: Console,
    television: Television,
    actions: Actions,
    poll: Poll,
) -> None:
    """Keys press the buttons of a controller, on this console only; play and pause follow the state."""
    accessory = television.accessory
    for number, button in KEYS.items():
        accessory.set_remote_key(number)
        await actions.pass_time(15)
        den.settle()
        assert den.done.pop().parameters == {"keyType": button}
    for number in (0, 1, 99):
        accessory.set_remote_key(number)  # rewind, fast forward, and none that there is
    for number in (2, 3, 10):
        accessory.set_remote_key(number)
        await actions.pass_time(15)
    assert told(den) == ["Next", "Previous", "GoHome"]
    den.run(LUMEN_VIDEO)
    for playback, command in (("Playing", "Pause"), ("Paused", "Play"), ("Stopped", "Play")):
        den.playback = playback
        await poll(30)
        accessory.set_remote_key(11)
        await actions.pass_time(15)
        assert told(den) == [command]
    assert bedroom.done == []


async def test_key_while_off(
    den: Console,
    television: Television,
    actions: Actions,
    poll: Poll,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """A key that a sleeping console does not take is logged with the reason, without the console's name."""
    den.power = "ConnectedStandby"
    await poll(20)
    television.accessory.set_remote_key(4)
    await actions.pass_time(20)
    assert "A key of HomeKit did not reach a console: console_console_off" in caplog.text


async def test_favourites(
    hass: HomeAssistant,
    den: Console,
    sign_in: SignIn,
    at_den: ConsoleEntities,
    driver: HomeDriver,
    poll: Poll,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """HomeKit takes 90 inputs: Home and the favourites first. Only favourites are few, and are rebuilt once."""
    install_games(den, 120)
    entry = (await sign_in("adult"))["result"]
    favorites = [den.app(it).product_id for it in (STARFALL_DRIFT, "Harbor Kings")]
    choose(hass, entry, favorite_apps=[*favorites, "TV"])
    await poll()
    television = television_of(hass, driver, at_den.id("media_player"))
    assert len(television.inputs) == 90
    assert television.inputs[:4] == ["Home", STARFALL_DRIFT, "Harbor Kings", "TV"]
    choose(hass, entry, favorite_apps=favorites, only_favorites=True)
    await poll()
    assert television.reloads == 1
    television = television_of(hass, driver, at_den.id("media_player"))
    assert television.inputs == ["Home", STARFALL_DRIFT, "Harbor Kings"]
    for app in (LUMEN_VIDEO, "Harbor Kings", "Grid Tuner"):
        den.run(app)
        await poll(20)
        assert television.input == ("Harbor Kings" if app == "Harbor Kings" else "Home")
    assert television.reloads == 0


LONG = "The Long Night of the Lanterns: Remastered Collection for Families, "
# names that are not spelled the same, but are the same in HomeKit, or nothing at all
SAME_IN_HOMEKIT = {
    "N+": "9SIM000NPLUS",
    "N++": "9SIM00NPLUS2",
    "Who?": "9SIM0000WHO1",
    "Who!": "9SIM0000WHO2",
    "100%": "9SIM0000PCT1",
    "100*": "9SIM0000PCT2",
    f"{LONG}Part One": "9SIM0000LONG",
    f"{LONG}Part Two": "9SIM000LONG2",
    "TV!": "9SIM000000TV",
    "Home?": "9SIM0000H0ME",
    "!!!": "9SIM000MARKS",
    "Tom Clancy’s Quiet Siege": "9SIM0000SIEG",
    "Lantern – Remastered": "9SIM0000LANT",
}


async def test_names(
    hass: HomeAssistant,
    den: Console,
    sign_in: SignIn,
    at_den: ConsoleEntities,
    driver: HomeDriver,
    actions: Actions,
) -> None:
    """No input is lost, and each starts its own app, also where HomeKit writes two names in one way."""
    den.apps = [
        InstalledApp(name=name, product_id=product_id, aumid=f"Example.{product_id}_1!Game")
        for name, product_id in SAME_IN_HOMEKIT.items()
    ]
    await sign_in("adult")
    television = television_of(hass, driver, at_den.id("media_player"))
    assert len(television.inputs) == len(SAME_IN_HOMEKIT) + 2
    assert {"Home", "TV", "Tom Clancy’s Quiet Siege", "Lantern – Remastered"} < {*television.inputs}
    started = []
    for number in range(2, len(television.inputs)):
        television.accessory.set_input_source(number)
        await actions.pass_time(30)
        den.settle()
        started.append(den.focus)
        assert television.input == television.inputs[number]
    assert {*started} == {app.aumid for app in den.apps}
    sources = at_den["media_player"].attributes["source_list"]
    assert {it for it in sources if "Long Night" in it} == {
        "The Long Night of the Lanterns: Remastered Colle… (9SIM0000LONG)",
        "The Long Night of the Lanterns: Remastered Colle… (9SIM000LONG2)",
    }
    assert {it for it in sources if "(" not in it} == {
        *("Home", "TV", "!!!", "Tom Clancy’s Quiet Siege", "Lantern – Remastered")
    }
