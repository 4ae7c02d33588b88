"""Tests of blueprints tv_follows_xbox and xbox_follows_tv: each follows the other, without a loop."""

from collections.abc import Callable

import pytest
from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant

from custom_components.xbox_network.xbox.endpoints import Service
from tests.blueprints.conftest import Automate, Live
from tests.helpers.consoles import ConsoleEntities, told
from tests.helpers.fake_devices import Television, add_devices
from tests.simulator import Console, Simulator

MINUTE = 60
HDMI = "HDMI 1"
TV = "media_player.tv"


@pytest.fixture(name="tv")
async def tv_fixture(hass: HomeAssistant, entry: ConfigEntry) -> Television:
    """Return the television of the console that is on. The television is off."""
    television = Television()
    await add_devices(hass, "media_player", television)
    assert hass.states.get(TV)
    return television


async def test_tv_follows(
    den: Console, at_den: ConsoleEntities, tv: Television, automate: Automate, live: Live
) -> None:
    """The TV goes on with the console, and off two minutes after it unless another source is shown."""
    await automate("tv_follows_xbox", console=at_den.id("media_player"), tv=TV, source=HDMI)
    den.power = "ConnectedStandby"
    await live(5 * MINUTE)
    assert tv.told == []  # the TV is off
    den.power = "On"
    await live(70)
    assert tv.told == ["on", HDMI]
    tv.told.clear()

    den.power = "ConnectedStandby"
    await live(MINUTE)
    den.power = "On"  # the console is on again
    await live(4 * MINUTE)
    assert tv.told == []

    den.power = "ConnectedStandby"
    await live(MINUTE)
    assert tv.told == []
    await live(90)
    assert tv.told == ["off"]
    tv.told.clear()

    tv.show("HDMI 2")
    den.power = "On"
    await live(70)
    assert tv.told == [HDMI]
    tv.told.clear()
    den.power = "ConnectedStandby"
    await live(30)
    tv.show("Antenna")
    await live(5 * MINUTE)
    assert tv.told == []


async def test_slow_tv(
    den: Console, at_den: ConsoleEntities, tv: Television, automate: Automate, live: Live
) -> None:
    """The source is selected once the TV is on, and not after the time limit."""
    console = at_den.id("media_player")
    for ready, expected in ((20, ["on", HDMI]), (50, ["on"])):
        den.power = "ConnectedStandby"
        tv.show(None)
        await live(30)
        await automate("tv_follows_xbox", console=console, tv=TV, source=HDMI, start_time=40)
        tv.asleep = True
        den.power = "On"
        for _ in range(8):
            await live()
            if tv.told:
                break
        await live(ready)
        tv.show("Antenna")
        await live(30)
        assert tv.told == expected
        tv.told.clear()


async def test_tv_left_alone(
    simulator: Simulator,
    den: Console,
    at_den: ConsoleEntities,
    tv: Television,
    automate: Automate,
    live: Live,
) -> None:
    """Another source stays if so chosen; a TV that is unavailable is left alone."""
    console = at_den.id("media_player")
    common = {"console": console, "tv": TV, "source": HDMI}
    await automate("tv_follows_xbox", take_over=False, turn_off=False, **common)
    tv.show("Antenna")
    den.power = "ConnectedStandby"
    await live(30)
    den.power = "On"
    await live(70)
    assert tv.told == []
    tv.show(HDMI)
    den.power = "ConnectedStandby"
    await live(5 * MINUTE)
    assert tv.told == []

    await automate("tv_follows_xbox", **common)
    simulator.fail(Service.CONSOLES, status=503, times=None)
    await live(8 * MINUTE)
    assert at_den("media_player") == "unavailable"
    den.power = "On"
    simulator.heal(Service.CONSOLES)
    tv.show(None)
    await live(3 * MINUTE)
    assert at_den("media_player") == "idle"
    assert tv.told == ["on", HDMI]  # it was switched on while Xbox did not answer
    tv.told.clear()
    tv.unplug()
    den.power = "ConnectedStandby"
    await live(5 * MINUTE)
    assert tv.told == []

    await automate("tv_follows_xbox", off_delay=9, start_time=90, **common)
    den.power = "On"
    await live(70)
    assert tv.told == []
    tv.show("Antenna")
    await live(20)
    assert tv.told == [HDMI]  # the TV is on by itself
    tv.told.clear()
    den.power = "ConnectedStandby"
    await live(20)
    simulator.fail(Service.CONSOLES, status=503, times=None)
    await live(10 * MINUTE, step=60)
    assert at_den("media_player") == "unavailable"
    assert tv.told == []  # the console may be on again


async def test_console_follows(
    den: Console, at_den: ConsoleEntities, tv: Television, automate: Automate, live: Live
) -> None:
    """The console goes on when the TV shows it, and off ten minutes after the TV."""
    await automate("xbox_follows_tv", console=at_den.id("media_player"), tv=TV, source=HDMI)
    den.power = "ConnectedStandby"
    await live(30)
    tv.show("Antenna")
    await live(20)
    assert told(den) == []
    tv.show(HDMI)
    await live(40)
    assert told(den) == ["WakeUp"]
    tv.show("HDMI 2")  # another source is not off
    await live(12 * MINUTE, step=30)
    tv.show(HDMI)  # the console is already on
    await live(20)
    tv.show(None)
    await live(9 * MINUTE, step=30)
    tv.show(HDMI)  # the TV is on again
    await live(12 * MINUTE, step=30)
    assert told(den) == []
    tv.show(None)
    await live(9 * MINUTE, step=30)
    assert told(den) == []
    await live(2 * MINUTE, step=30)
    assert told(den) == ["TurnOff"]


async def test_console_left_alone(
    den: Console, at_den: ConsoleEntities, tv: Television, automate: Automate, live: Live
) -> None:
    """A game can keep the console on, an update always does; an unavailable TV changes nothing."""

    def game() -> None:
        den.run("Starfall Drift")

    def home() -> None:
        den.go_home()

    def update() -> None:
        den.power = "SystemUpdate"

    rows: list[tuple[Callable[[], None], dict[str, bool], bool]] = [
        (home, {}, True),
        (game, {}, True),
        (home, {"while_playing": False}, True),
        (game, {"while_playing": False}, False),
        (home, {"turn_off": False}, False),
        (update, {}, False),
    ]
    common = {"console": at_den.id("media_player"), "tv": TV, "source": HDMI, "off_delay": 1}
    for situation, options, off in rows:
        den.power = "On"
        await live(70, step=35)
        tv.show(HDMI)
        await automate("xbox_follows_tv", **common, **options)
        situation()
        await live(30)
        tv.show(None)
        await live(3 * MINUTE)
        assert told(den) == (["TurnOff"] if off else []), (situation.__name__, options)

    den.power = "ConnectedStandby"
    await live(70)
    await automate("xbox_follows_tv", turn_on=False, **common)
    tv.show(HDMI)
    await live(30)
    await automate("xbox_follows_tv", **common)
    tv.unplug()
    await live(30)
    tv.show(HDMI)  # the TV showed this source before
    await live(30)
    den.power = "On"
    await live(70)
    tv.unplug()
    await live(3 * MINUTE)
    tv.show(None)
    await live(3 * MINUTE)
    assert told(den) == []


@pytest.mark.parametrize("first", ["console", "tv"])
async def test_both(
    den: Console,
    at_den: ConsoleEntities,
    tv: Television,
    automate: Automate,
    live: Live,
    first: str,
) -> None:
    """With both automations, each device is switched once, whichever is switched by hand."""
    common = {"console": at_den.id("media_player"), "tv": TV, "source": HDMI}
    den.power = "ConnectedStandby"
    await live(30)
    await automate(
        tv_follows_xbox={"off_delay": 1, **common}, xbox_follows_tv={"off_delay": 1, **common}
    )
    if first == "console":
        den.power = "On"
    else:
        tv.show(HDMI)
    await live(10 * MINUTE)
    assert (told(den), tv.told) == (([], ["on", HDMI]) if first == "console" else (["WakeUp"], []))
    assert (den.power, tv.source) == ("On", HDMI)
    tv.told.clear()
    if first == "console":
        den.power = "ConnectedStandby"
    else:
        tv.show(None)
    await live(10 * MINUTE)
    assert (told(den), tv.told) == (([], ["off"]) if first == "console" else (["TurnOff"], []))
