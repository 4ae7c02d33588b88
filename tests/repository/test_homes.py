"""Tests of the automations of real homes: lights, television, messages. Each is run as its page prints it."""

import pytest
from homeassistant.core import ServiceCall
from homeassistant.util import dt as dt_util
from pytest_homeassistant_custom_component.common import async_mock_service

from custom_components.xbox_network.xbox.endpoints import Service
from tests.blueprints.conftest import (  # noqa: F401  pytest finds them here
    clock_fixture,
    live_fixture,
)
from tests.helpers.fake_devices import Lamp, Television, add_devices
from tests.helpers.home import Home, Run, at_home_fixture  # noqa: F401  pytest finds it here
from tests.simulator.world.demo_world import HARBOR_KINGS, STARFALL_DRIFT

MINUTE = 60
HOUR = 60 * MINUTE
FILM = "Lumen Video"
DARK, BRIGHT, AS_BEFORE = 13, 153, 150


class Receiver(Television):
    """A receiver, which switches between sources as a television does."""

    _attr_name = "Receiver"


async def lamp_in(home: Home, brightness: int) -> Lamp:
    """Add the lamp of the living room."""
    lamp = Lamp("Living room", brightness)
    await add_devices(home.hass, "light", lamp)
    return lamp


def brightness(lamp: Lamp) -> list[int | None]:
    """Return the brightness of each command since the last call."""
    values = [it.get("brightness") for it in lamp.told]
    lamp.told.clear()
    return values


async def watch(home: Home, playback: str = "Playing") -> None:
    """Watch a film in the den."""
    home.den.run(FILM)
    home.den.playback = playback
    await home.live(30)


async def film(home: Home) -> None:
    """The light is dark in the film, bright in the pause and afterwards."""
    lamp = await lamp_in(home, AS_BEFORE)
    await watch(home)
    assert brightness(lamp) == [DARK]
    home.den.playback = "Paused"
    await home.live(30)
    assert brightness(lamp) == [BRIGHT]
    home.den.playback = "Playing"
    await home.live(30)
    assert brightness(lamp) == [DARK]
    home.den.run("Starfall Drift")
    await home.live(30)
    assert brightness(lamp) == [BRIGHT]


async def no_film(home: Home) -> None:
    """Nothing happens for a game, for a film that is not played, and for another app."""
    lamp = await lamp_in(home, AS_BEFORE)
    home.den.run("Starfall Drift")
    await home.live(30)
    home.den.run("Grid Tuner")
    home.den.playback = "Playing"
    await home.live(30)
    await watch(home, "Stopped")
    home.den.go_home()
    await home.live(30)
    home.den.power = "ConnectedStandby"
    await home.live(2 * MINUTE)
    assert brightness(lamp) == []


async def film_with_lights_off(home: Home) -> None:
    """A light that is off stays off, and one that is made brighter in the film stays so."""
    lamp = await lamp_in(home, 0)
    await watch(home)
    assert brightness(lamp) == []
    await lamp.async_turn_on(brightness=200)
    lamp.told.clear()
    home.den.go_home()
    await home.live(30)
    assert brightness(lamp) == []


async def film_in_an_outage(home: Home) -> None:
    """An outage changes no light, and what has ended in it or in a restart becomes bright after it."""
    lamp = await lamp_in(home, AS_BEFORE)
    await home.outage(10 * MINUTE)
    await home.live(2 * MINUTE)
    assert brightness(lamp) == []
    await watch(home)
    assert brightness(lamp) == [DARK]
    await home.outage(10 * MINUTE)
    await home.live(2 * MINUTE)
    await home.restart()
    assert brightness(lamp) == []
    home.simulator.fail(Service.CONSOLES, status=503, times=None)
    await home.live(10 * MINUTE)
    home.den.go_home()
    await home.restart()
    home.simulator.heal(Service.CONSOLES)
    await home.live(3 * MINUTE)
    assert brightness(lamp) == [BRIGHT]


async def screens(home: Home) -> tuple[Television, Television]:
    """Add television and receiver, both off, beside a console that is off."""
    devices = Television(), Receiver()
    await add_devices(home.hass, "media_player", *devices)
    home.den.power = "ConnectedStandby"
    await home.live(5 * MINUTE)
    return devices


def told(*devices: Television) -> list[list[str]]:
    """Return the commands of each device since the last call."""
    commands = [[*it.told] for it in devices]
    for it in devices:
        it.told.clear()
    return commands


async def everything_on(home: Home) -> None:
    """TV and receiver go on, show the console, and go off two minutes after it."""
    devices = await screens(home)
    home.den.power = "On"
    await home.live(90)
    assert told(*devices) == [["on", "HDMI 1"]] * 2
    home.den.power = "ConnectedStandby"
    await home.live(90)
    assert told(*devices) == [[]] * 2
    await home.live(2 * MINUTE)
    assert told(*devices) == [["off"]] * 2


async def not_off(home: Home) -> None:
    """They stay on if the console is back soon, and while somebody watches something else."""
    tv, receiver = await screens(home)
    home.den.power = "On"
    await home.live(90)
    home.den.power = "ConnectedStandby"
    await home.live(MINUTE)
    home.den.power = "On"
    await home.live(5 * MINUTE)
    assert not any("off" in it for it in told(tv, receiver))
    tv.show("Antenna")
    home.den.power = "ConnectedStandby"
    await home.live(10 * MINUTE)
    assert told(tv, receiver) == [[]] * 2


async def not_on(home: Home) -> None:
    """An outage and a restart switch nothing, nor does the other console."""
    devices = await screens(home)
    home.bedroom.power = "On"
    await home.live(2 * MINUTE)
    await home.outage(10 * MINUTE)
    await home.live(MINUTE)
    home.den.power = "On"
    await home.restart()
    await home.live(5 * MINUTE)
    assert told(*devices) == [[]] * 2


async def free(home: Home) -> None:
    """The message comes while I am at home, awake and offline."""
    home.be("person.robin", "home")
    home.be("input_boolean.asleep", "off")
    home.otter.go_online()
    await home.live(30)
    assert home.telephone.read() == ["Brass Otter is at the console."]
    await home.restart()
    assert home.telephone.read() == []


async def not_free(home: Home) -> None:
    """No message comes while I am away, asleep or online, or for a friend on a PC or one who is there already."""
    for place, asleep, online, device in (
        ("not_home", "off", False, "Scarlett"),
        ("home", "on", False, "Scarlett"),
        ("home", "off", True, "Scarlett"),
        ("home", "off", False, "PC"),
    ):
        home.be("person.robin", place)
        home.be("input_boolean.asleep", asleep)
        (home.nova.go_online if online else home.nova.go_offline)()
        await home.live(30)
        home.otter.go_online(device)
        await home.live(30)
        home.be("person.robin", "home")
        home.be("input_boolean.asleep", "off")
        await home.live(30)
        assert home.telephone.read() == []
        home.otter.go_offline()
        await home.live(MINUTE)


def telephone_with_pictures(home: Home) -> list[ServiceCall]:
    """Add the action of the companion app."""
    calls: list[ServiceCall] = async_mock_service(home.hass, "notify", "mobile_app_phone")
    return calls


async def picture(home: Home) -> None:
    """Each achievement of some points is a message of its own, with its picture."""
    calls = telephone_with_pictures(home)
    await home.play(home.nova, HARBOR_KINGS, MINUTE)
    home.nova.unlock(HARBOR_KINGS, 2)
    await home.live(3 * MINUTE)
    assert len(calls) == 2
    achievement = home.entities["event.achievement"].attributes
    data = calls[-1].data
    assert data["title"] == achievement["name"]
    assert data["message"] == (f"Nova Kestrel: 25 G in Harbor Kings. {achievement['description']}")
    assert data["data"]["image"] == achievement["icon_url"]
    assert data["data"]["image"]


async def no_picture(home: Home) -> None:
    """No message comes for few points, for what is late, for somebody else, or after a restart."""
    calls = telephone_with_pictures(home)
    home.simulator.world.titles[HARBOR_KINGS].gamerscore = 500
    for person in (home.nova, home.otter):
        await home.play(person, HARBOR_KINGS, MINUTE)
    home.nova.unlock(HARBOR_KINGS)
    await home.live(3 * MINUTE)
    assert home.entities["event.achievement"].attributes["gamerscore"] == 10
    await home.play(home.nova, STARFALL_DRIFT, MINUTE)
    home.otter.unlock(STARFALL_DRIFT)
    home.nova.unlock(STARFALL_DRIFT, at=dt_util.utcnow().timestamp() - HOUR)
    await home.live(5 * MINUTE)
    assert home.entities["event.achievement"].attributes["late"]
    await home.restart()
    assert calls == []


HOMES: dict[str, tuple[Run, ...]] = {
    "Lights for a film": (film, no_film, film_with_lights_off, film_in_an_outage),
    "Everything on for the console": (everything_on, not_off, not_on),
    "A friend to play with": (free, not_free),
    "Achievement with its picture": (picture, no_picture),
}


@pytest.mark.parametrize(
    ("alias", "run"),
    [pytest.param(alias, run, id=run.__name__) for alias, runs in HOMES.items() for run in runs],
)
async def test_home(at_home: Home, alias: str, run: Run) -> None:
    """The automation does what its page says, and leaves alone what it has to."""
    await at_home.set_up(alias)
    await run(at_home)
    await at_home.stop()
