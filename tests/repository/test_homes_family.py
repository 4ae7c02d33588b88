"""Tests of the automations of real homes: children and guests. Each is run as its page prints it."""

from datetime import timedelta
from typing import Any

import pytest
from homeassistant.core import SupportsResponse
from homeassistant.setup import async_setup_component
from homeassistant.util import dt as dt_util

from custom_components.xbox_network.const import DOMAIN
from tests.blueprints.conftest import (  # noqa: F401  pytest finds them here
    clock_fixture,
    live_fixture,
)
from tests.helpers.consoles import told
from tests.helpers.fake_devices import Lamp, add_devices
from tests.helpers.home import Home, Run, at_home_fixture  # noqa: F401  pytest finds it here
from tests.simulator.world.demo_world import LUMEN_VIDEO, STARFALL_DRIFT

MINUTE = 60
MONDAY, TUESDAY, FRIDAY, SATURDAY = 1, 2, 5, 6
OFF = "TurnOff"
WARNING = "School tomorrow. The console goes off at half past eight."
GUEST = "Somebody whom I do not know plays Starfall Drift in the den."


async def lamp_on_desk(home: Home) -> Lamp:
    """Add a lamp, which is off."""
    lamp = Lamp("Desk")
    await add_devices(home.hass, "light", lamp)
    return lamp


async def colour(home: Home) -> None:
    """The lamp is green at first, yellow half an hour before the end, red at the end, and off after the game."""
    lamp = await lamp_on_desk(home)
    await home.limit(90)
    await home.play(home.nova, STARFALL_DRIFT, MINUTE)
    assert lamp.looks()[1] == (0, 255, 0)
    while home.entities("sensor.time_left") != "30":
        await home.live(30)
    assert lamp.looks()[1] == (128, 128, 0)
    lamp.told.clear()
    await home.restart()
    assert lamp.told
    assert lamp.looks()[1] == (128, 128, 0)
    await home.live(31 * MINUTE, step=30)
    assert lamp.looks()[1] == (255, 0, 0)
    home.nova.stop()
    await home.live(MINUTE)
    assert not lamp.is_on


async def no_colour_after_a_restart(home: Home) -> None:
    """A game that ends in a restart leaves no lamp on."""
    lamp = await lamp_on_desk(home)
    await home.limit(60)
    await home.play(home.nova, STARFALL_DRIFT, MINUTE)
    assert lamp.is_on
    home.nova.stop()
    await home.restart()
    assert not lamp.is_on


async def no_colour(home: Home) -> None:
    """The lamp stays off without a limit, in an app, and while nobody plays."""
    lamp = await lamp_on_desk(home)
    await home.play(home.nova, STARFALL_DRIFT, 5 * MINUTE)
    await home.play(home.nova, LUMEN_VIDEO, MINUTE)
    await home.limit(60)
    await home.live(5 * MINUTE)
    home.nova.stop()
    await home.live(5 * MINUTE)
    await home.play(home.otter, STARFALL_DRIFT, 5 * MINUTE)
    assert all("off" in it for it in lamp.told)
    assert not lamp.is_on


async def no_colour_without_a_limit(home: Home) -> None:
    """The lamp goes off when the limit is taken away in the game."""
    lamp = await lamp_on_desk(home)
    await home.limit(60)
    await home.play(home.nova, STARFALL_DRIFT, MINUTE)
    assert lamp.is_on
    target = {"entity_id": home.entities.id("number.daily_limit")}
    await home.hass.services.async_call(
        DOMAIN, "set_limit", {"remove": True}, blocking=True, target=target
    )
    await home.live(MINUTE)
    assert not lamp.is_on


async def colour_in_an_outage(home: Home) -> None:
    """An outage leaves the lamp as it is; after it the colour is right."""
    lamp = await lamp_on_desk(home)
    await home.limit(60)
    await home.play(home.nova, STARFALL_DRIFT, MINUTE)
    before = lamp.looks()[1]
    lamp.told.clear()
    await home.outage(20 * MINUTE)
    assert lamp.looks()[1] == before
    assert not any("off" in it for it in lamp.told)
    home.nova.stop()
    await home.live(2 * MINUTE)
    assert not lamp.is_on


def add_calendar(home: Home, *holidays: str) -> None:
    """Add a calendar in which these days are holidays, as isoformat."""

    async def get_events(call: Any) -> dict[str, Any]:
        start = dt_util.parse_datetime(call.data["start_date_time"])
        assert start
        assert call.data["duration"] == {"hours": 1}
        events = (
            [{"summary": "Holiday"}]
            if dt_util.as_local(start).date().isoformat() in holidays
            else []
        )
        return {"calendar.holidays": {"events": events}}

    home.hass.services.async_register(
        "calendar", "get_events", get_events, supports_response=SupportsResponse.ONLY
    )


async def evening(home: Home, weekday: int, person: str = "nova") -> None:
    """Play on the evening of a weekday, from 20:15 on, in the den."""
    home.weekday(weekday, "20:15")
    await home.live(20)
    player = {"nova": home.nova, "otter": home.otter}[person]
    home.den.sit_down(player)
    home.den.run("Starfall Drift")
    await home.live(2 * MINUTE)


async def school_night(home: Home) -> None:
    """A warning comes ten minutes before; the console goes off, and again if it is switched on again."""
    add_calendar(home)
    await evening(home, MONDAY)
    assert home.telephone.read() == []
    await home.live(4 * MINUTE)
    assert home.telephone.read() == [WARNING]
    assert told(home.den) == []
    await home.live(10 * MINUTE)
    assert told(home.den) == [OFF]
    assert home.den.power == "ConnectedStandby"
    await home.restart()
    await evening_again(home)
    await home.live(10 * MINUTE)
    assert told(home.den) == [OFF]
    assert home.telephone.read() == []


async def evening_again(home: Home) -> None:
    """Switch the console on again, and go on with the game."""
    home.den.sit_down(home.nova)
    home.den.run("Starfall Drift")
    await home.live(2 * MINUTE)


async def no_school(home: Home) -> None:
    """Nothing happens before a holiday, on Friday, or while somebody else plays; a holiday today does not count."""
    home.weekday(MONDAY, "20:00")
    tuesday = dt_util.now() + timedelta(days=1)
    add_calendar(home, tuesday.date().isoformat())
    for weekday, person, messages in (
        (MONDAY, "nova", []),
        (TUESDAY, "nova", [WARNING]),
        (FRIDAY, "nova", []),
        (MONDAY, "otter", []),
    ):
        await evening(home, weekday, person)
        await home.live(30 * MINUTE)
        assert home.telephone.read() == messages
        assert told(home.den) == [OFF] * len(messages)
        home.den.go_home()
        for player in (home.nova, home.otter):
            player.go_offline()
        await home.live(MINUTE)


async def not_after_midnight(home: Home) -> None:
    """It ends at midnight: Saturday night belongs to nobody's school."""
    add_calendar(home)
    home.weekday(SATURDAY, "23:40")
    await home.live(20)
    await evening_again(home)
    await home.live(60 * MINUTE)
    assert (told(home.den), home.telephone.read()) == ([], [])


async def guest(home: Home) -> None:
    """The message comes once, five minutes after the begin of a game that nobody of us plays."""
    home.den.run("Starfall Drift")
    await home.live(4 * MINUTE)
    assert home.telephone.read() == []
    await home.live(2 * MINUTE)
    assert home.telephone.read() == [GUEST]
    await home.live(20 * MINUTE)
    assert home.telephone.read() == []


async def no_guest(home: Home) -> None:
    """No message comes for our own games, for a film, for a short game, or for what is not known."""
    await home.play(home.nova, STARFALL_DRIFT, 10 * MINUTE)
    home.nova.go_offline()
    await home.live(MINUTE)
    home.den.run("Lumen Video")
    home.den.playback = "Playing"
    await home.live(10 * MINUTE)
    home.den.run("Starfall Drift")
    await home.live(3 * MINUTE)
    home.den.go_home()
    await home.live(10 * MINUTE)
    home.den.sit_down(home.otter)
    home.den.run("Starfall Drift")
    await home.live(2 * MINUTE)
    await home.restart()
    await home.live(10 * MINUTE)
    await home.outage(10 * MINUTE)
    await home.live(10 * MINUTE)
    assert home.telephone.read() == []


async def press(home: Home) -> list[tuple[str, str]]:
    """Press the button. Return the speakers, and what each says."""
    if not home.hass.services.has_service("input_button", "press"):
        assert await async_setup_component(
            home.hass, "input_button", {"input_button": {"dinner": {}}}
        )
        home.mock("tts.speak")
    target = {"entity_id": "input_button.dinner"}
    await home.hass.services.async_call("input_button", "press", {}, True, target=target)
    await home.live(0)
    return [(it["media_player_entity_id"], it["message"]) for it in home.data("tts.speak")]


async def dinner(home: Home) -> None:
    """It is said in each room in which somebody plays."""
    assert await press(home) == []
    await home.play(home.nova, STARFALL_DRIFT, 2 * MINUTE)
    den = "media_player.den_speaker", "Nova Kestrel, dinner is ready."
    assert await press(home) == [den]
    home.bedroom.power = "On"
    await home.live(2 * MINUTE)
    home.bedroom.sit_down(home.otter)
    home.bedroom.run("Harbor Kings")
    await home.live(2 * MINUTE)
    bedroom = "media_player.bedroom_speaker", "Brass Otter, dinner is ready."
    assert await press(home) == [den, bedroom]
    assert home.telephone.read() == []


async def dinner_elsewhere(home: Home) -> None:
    """Who plays at the computer gets a message; nobody hears anything where nobody plays, or after a restart."""
    home.nova.play(STARFALL_DRIFT, "PC")
    await home.live(2 * MINUTE)
    assert await press(home) == []
    assert home.telephone.read() == ["Dinner is ready."]
    await home.restart()
    home.nova.go_online("PC")
    home.nova.stop("PC")
    home.den.run("Starfall Drift")  # a guest
    await home.live(2 * MINUTE)
    assert home.telephone.read() == []
    assert await press(home) == []
    assert home.telephone.read() == []


FAMILIES: dict[str, tuple[Run, ...]] = {
    "Time as a colour": (
        colour,
        no_colour,
        no_colour_without_a_limit,
        no_colour_after_a_restart,
        colour_in_an_outage,
    ),
    "School night": (school_night, no_school, not_after_midnight),
    "Somebody else plays": (guest, no_guest),
    "Dinner is ready": (dinner, dinner_elsewhere),
}


@pytest.mark.parametrize(
    ("alias", "run"),
    [pytest.param(alias, run, id=run.__name__) for alias, runs in FAMILIES.items() for run in runs],
)
async def test_family(at_home: Home, alias: str, run: Run) -> None:
    """The automation does what its page says, and leaves alone what it has to."""
    await at_home.set_up(alias)
    await run(at_home)
    await at_home.stop()
