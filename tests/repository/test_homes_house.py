"""Tests of the automations of real homes: the house. Each is run as its page prints it."""

import pytest

from custom_components.xbox_network.xbox.endpoints import Service
from tests.blueprints.conftest import (  # noqa: F401  pytest finds them here
    clock_fixture,
    live_fixture,
)
from tests.helpers.consoles import told
from tests.helpers.home import Home, Run, at_home_fixture  # noqa: F401  pytest finds it here

MINUTE = 60
OFF = "TurnOff"


def add_plug(home: Home, power: float) -> None:
    """Add the plug, which is on, and the power that the console draws."""
    home.mock("switch.turn_on", "switch.turn_off")
    home.be("switch.den_plug", "on")
    home.be("sensor.den_console_power", str(power))


async def plug(home: Home) -> None:
    """The plug goes off half an hour after the console, at the earliest, and on with it."""
    add_plug(home, 8)
    home.den.power = "ConnectedStandby"
    await home.live(25 * MINUTE)
    assert home.called() == []
    await home.live(20 * MINUTE)
    assert home.called() == ["switch.turn_off switch.den_plug"]
    home.be("switch.den_plug", "off")
    await home.live(20 * MINUTE)
    assert home.called() == []
    home.den.power = "On"
    await home.live(2 * MINUTE)
    assert home.called() == ["switch.turn_on switch.den_plug"]


async def plug_stays(home: Home) -> None:
    """The plug stays on while the console is on, draws power, updates, or nobody knows."""
    add_plug(home, 8)
    await home.live(50 * MINUTE)
    home.den.power = "ConnectedStandby"
    home.be("sensor.den_console_power", "60")
    await home.live(50 * MINUTE)
    home.den.power = "SystemUpdate"
    await home.live(MINUTE)
    home.be("sensor.den_console_power", "8")
    await home.live(20 * MINUTE)
    assert home.called() == []
    home.be("sensor.den_console_power", "unavailable")
    home.den.power = "ConnectedStandby"
    await home.live(20 * MINUTE)
    assert home.called() == []


async def plug_after_a_restart(home: Home) -> None:
    """After a restart and after an outage the half hour begins anew."""
    add_plug(home, 8)
    home.den.power = "ConnectedStandby"
    await home.live(25 * MINUTE)
    await home.restart()
    await home.live(20 * MINUTE)
    await home.outage(10 * MINUTE)
    await home.live(20 * MINUTE)
    assert home.called() == []
    await home.live(25 * MINUTE)
    assert set(home.called()) == {"switch.turn_off switch.den_plug"}


def commands(home: Home) -> list[str]:
    """Return the addresses of all commands to consoles, also of those that did nothing."""
    requests = home.simulator.requests(Service.CONSOLES)
    return [it.path for it in requests if it.path == "/commands"]


async def nobody(home: Home) -> None:
    """Consoles go off ten minutes after the last one has left."""
    home.be("zone.home", "2")
    await home.live(MINUTE)
    home.be("zone.home", "1")
    await home.live(15 * MINUTE)
    assert told(home.den) == []
    home.be("zone.home", "0")
    await home.live(9 * MINUTE)
    assert told(home.den) == []
    await home.live(2 * MINUTE)
    assert told(home.den) == [OFF]


async def somebody(home: Home) -> None:
    """Nothing happens if somebody is back in time, and whoever switches a console on from afar may use it."""
    home.be("zone.home", "1")
    await home.live(MINUTE)
    home.be("zone.home", "0")
    await home.live(8 * MINUTE)
    home.be("zone.home", "1")
    await home.live(MINUTE)
    home.be("zone.home", "0")
    await home.live(8 * MINUTE)
    home.be("zone.home", "1")
    home.den.power = "ConnectedStandby"
    await home.live(3 * MINUTE)
    home.be("zone.home", "0")
    await home.live(20 * MINUTE)
    assert commands(home) == []
    home.den.power = "On"
    await home.live(30 * MINUTE)
    assert commands(home) == []


async def nobody_after_a_restart(home: Home) -> None:
    """A restart meanwhile makes it later, not for ever; and nothing happens if somebody is there after it."""
    home.be("zone.home", "1")
    await home.restart()
    await home.live(15 * MINUTE)
    assert told(home.den) == []
    home.be("zone.home", "0")
    await home.live(5 * MINUTE)
    await home.restart()
    await home.live(8 * MINUTE)
    assert told(home.den) == []
    await home.live(4 * MINUTE)
    assert told(home.den) == [OFF]


async def nobody_soon_after_a_restart(home: Home) -> None:
    """Who leaves after the restart has the whole ten minutes, too."""
    home.be("zone.home", "1")
    await home.restart()
    await home.live(5 * MINUTE)
    home.be("zone.home", "0")
    await home.live(9 * MINUTE)
    assert commands(home) == []
    await home.live(2 * MINUTE)
    assert told(home.den) == [OFF]


HOUSES: dict[str, tuple[Run, ...]] = {
    "Plug beside the console": (plug, plug_stays, plug_after_a_restart),
    "Nobody is at home": (nobody, somebody, nobody_after_a_restart, nobody_soon_after_a_restart),
}


@pytest.mark.parametrize(
    ("alias", "run"),
    [pytest.param(alias, run, id=run.__name__) for alias, runs in HOUSES.items() for run in runs],
)
async def test_house(at_home: Home, alias: str, run: Run) -> None:
    """The automation does what its page says, and leaves alone what it has to."""
    await at_home.set_up(alias)
    await run(at_home)
    await at_home.stop()
