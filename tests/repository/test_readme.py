"""Tests of the examples on the user's pages: each automation and action is run unchanged."""

from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from homeassistant.core import Context, HomeAssistant
from homeassistant.helpers import config_validation as cv
from homeassistant.helpers.script import Script, async_validate_actions_config

from custom_components.xbox_network.const import DOMAIN
from tests.blueprints.conftest import (  # noqa: F401  pytest finds them here
    Clock,
    Live,
    clock_fixture,
    live_fixture,
    telephone_fixture,
)
from tests.conftest import restart
from tests.helpers.home import Home, at_home_fixture  # noqa: F401  pytest finds it here
from tests.helpers.pages import automations, examples
from tests.helpers.voice import say
from tests.repository.test_homes import HOMES
from tests.repository.test_homes_family import FAMILIES
from tests.repository.test_homes_house import HOUSES
from tests.simulator.world.demo_world import HARBOR_KINGS, LUMEN_VIDEO, STARFALL_DRIFT

MINUTE = 60


def actions() -> dict[str, list[dict[str, Any]]]:
    """Return the other examples, which are actions, by the name of their first action."""
    alone = [it for it in examples() if not (isinstance(it, dict) and "alias" in it)]
    sequences = [it if isinstance(it, list) else [it] for it in alone]
    return {it[0]["action"]: it for it in sequences}


async def lights_for_the_game(home: Home) -> None:
    """Lights stay as they are by day and are dimmed after dark."""
    home.hass.states.async_set("sun.sun", "above_horizon")
    await home.play(home.nova, STARFALL_DRIFT)
    assert home.lights == []
    home.nova.stop()
    home.hass.states.async_set("sun.sun", "below_horizon")
    await home.live(30)
    await home.play(home.nova, LUMEN_VIDEO)
    assert home.lights == []
    await home.play(home.nova, STARFALL_DRIFT)
    [call] = home.lights
    assert (call.data["brightness_pct"], call.data["transition"]) == (20, 5)
    assert call.data["entity_id"] == ["light.living_room"]


async def somebody_is_online(home: Home) -> None:
    """The message comes after one minute, not for a shorter visit."""
    home.otter.go_online()
    await home.live(40)
    home.otter.go_offline()
    await home.live(2 * MINUTE, step=10)
    assert home.telephone.read() == []
    home.nova.go_online()
    await home.live(2 * MINUTE)
    assert home.telephone.read() == ["Nova Kestrel is online on Xbox Series."]


async def brass_otter_plays(home: Home) -> None:
    """The message comes only while Nova is online, only for these games, and not after a restart."""
    await home.play(home.otter, STARFALL_DRIFT)
    assert home.telephone.read() == []
    home.nova.go_online()
    await home.live(30)
    await home.play(home.otter, LUMEN_VIDEO)
    await home.play(home.otter, HARBOR_KINGS)
    assert home.telephone.read() == ["Brass Otter plays Harbor Kings."]
    await restart(home.hass, home.entry)
    await home.live(MINUTE)
    assert home.telephone.read() == []


async def take_a_break(home: Home) -> None:
    """The message comes after an hour of one game, not of two."""
    for title_id in (STARFALL_DRIFT, HARBOR_KINGS):
        await home.play(home.nova, title_id)
        await home.live(40 * MINUTE, step=60)
    assert home.telephone.read() == []
    await home.live(25 * MINUTE, step=60)
    assert home.telephone.read() == ["An hour of Harbor Kings. Time to stretch."]


async def rare_achievement(home: Home) -> None:
    """A rare achievement flashes the lights and sends a message, a common one does not."""
    await home.play(home.nova, STARFALL_DRIFT, MINUTE)
    for _ in range(60):
        home.nova.unlock(STARFALL_DRIFT, 3)
        await home.live(2 * MINUTE)
        if home.lights:
            break
        assert home.telephone.read() == []
    call, *_ = home.lights
    assert call.data["flash"] == "short"
    [*_, message] = home.telephone.read()
    event = home.entities["event.achievement"]
    assert event.attributes["rarity_category"] == "rare"
    assert message == (
        f"Nova Kestrel is one of {event.attributes['rarity']} percent in Starfall Drift."
    )


async def ten_minutes_left(home: Home) -> None:
    """The message comes once, at ten minutes left."""
    await home.limit(12)
    await home.play(home.nova, STARFALL_DRIFT, MINUTE)
    assert home.telephone.read() == []
    await home.live(5 * MINUTE)
    assert home.telephone.read() == ["10 minutes left. Find a place to save."]


async def time_is_over(home: Home) -> None:
    """The console goes off five minutes after the end, unless there is more time by then."""
    await home.limit(2)
    await home.play(home.nova, STARFALL_DRIFT, 4 * MINUTE)
    await home.limit(10)
    await home.live(5 * MINUTE)
    assert not home.was_turned_off()
    await home.live(4 * MINUTE)
    assert not home.was_turned_off()
    await home.live(5 * MINUTE)
    assert home.was_turned_off()


async def homework_is_done(home: Home) -> None:
    """The limit grows by half an hour."""
    home.hass.states.async_set("input_boolean.homework", "off")
    await home.limit(60)
    await home.live()
    home.hass.states.async_set("input_boolean.homework", "on")
    await home.live()
    assert home.entities("sensor.time_left") == "90"


async def no_school_today(home: Home) -> None:
    """There is more time, today alone."""
    home.hass.states.async_set("binary_sensor.school_day", "off")
    await home.limit(60)
    home.clock("05:59")
    await home.live(70)
    limit, left = home.entities["number.daily_limit"], home.entities["sensor.time_left"]
    assert (limit.state, left.attributes["bedtime"]) == ("180", "22:00")
    [agreed] = limit.attributes["special_days"]
    assert (agreed["start"], agreed["minutes"]) == (agreed["end"], 180)


async def what_was_played_yesterday(home: Home) -> None:
    """The message lists people and games, or says that nobody has played."""
    home.clock("18:00")
    await home.live(20)
    await home.play(home.nova, STARFALL_DRIFT, 3 * MINUTE + 20)
    await home.play(home.nova, HARBOR_KINGS, 2 * MINUTE + 20)
    home.nova.go_offline()
    await home.live(20 * MINUTE, step=60)
    for expected in (
        ["Nova Kestrel: 5 minutes of Starfall Drift, Harbor Kings."],
        ["Nobody has played."],
    ):
        home.clock("07:29")
        await home.live(70)
        assert [" ".join(it.split()) for it in home.telephone.read()] == expected


async def game_night(home: Home) -> None:
    """The console is on, the game runs, and a message says so."""
    home.den.power = "ConnectedStandby"
    await home.live(20)
    home.clock("19:59")
    await home.live(3 * MINUTE, step=1)
    assert home.den.title
    assert home.den.title.name == "Starfall Drift"
    assert home.telephone.read() == ["Starfall Drift is ready."]


async def lights_after_the_game(home: Home) -> None:
    """Lights go on two minutes after the last game, not between two games."""
    await home.play(home.nova, STARFALL_DRIFT, MINUTE)
    home.nova.stop()
    await home.live(MINUTE)
    await home.play(home.nova, HARBOR_KINGS, 3 * MINUTE)
    assert home.lights == []
    home.nova.stop()
    await home.live(3 * MINUTE)
    [call] = home.lights
    assert call.data["brightness_pct"] == 80


async def lights_lent_to_the_game(home: Home) -> None:
    """Lights are green from the first game to two minutes after the last one, and then what they were."""
    warm = {"brightness": 200, "color_mode": "hs", "hs_color": (30, 60)}
    home.hass.states.async_set("light.living_room", "on", warm)
    await home.play(home.nova, STARFALL_DRIFT, MINUTE)
    home.nova.stop()
    await home.live(MINUTE)
    await home.play(home.nova, HARBOR_KINGS, 3 * MINUTE)
    [call] = home.lights
    assert (call.data["brightness_pct"], call.data["rgb_color"]) == (20, (16, 124, 16))
    home.nova.stop()
    await home.live(3 * MINUTE)
    assert home.lights[1:][0].data == {
        "entity_id": "light.living_room",
        "brightness": 200,
        "hs_color": (30, 60),
        "transition": 5,
    }


async def do_not_disturb(home: Home) -> None:
    """The light is on during a party and off after it."""
    home.mock("light.turn_on", "light.turn_off")
    await home.play(home.nova, STARFALL_DRIFT, MINUTE)
    home.nova.join_party()
    await home.live(3 * MINUTE)
    assert home.called() == ["light.turn_on light.door"]
    home.nova.leave_party()
    await home.live(3 * MINUTE)
    assert home.called() == ["light.turn_off light.door"]


async def clean_when_nobody_plays(home: Home) -> None:
    """The robot starts only if neither person plays."""
    home.mock("vacuum.start")
    for plays in (True, False):
        home.clock("16:58")
        if plays:
            await home.play(home.otter, STARFALL_DRIFT)
        else:
            home.otter.stop()
        await home.live(3 * MINUTE)
        assert home.called() == ([] if plays else ["vacuum.start vacuum.robot"])


async def amplifier_with_the_consoles(home: Home) -> None:
    """The amplifier goes on with the first console, and off two minutes after the last."""
    home.mock("switch.turn_on", "switch.turn_off")
    home.den.power = "ConnectedStandby"
    await home.live(5 * MINUTE)
    assert home.called() == ["switch.turn_off switch.amplifier"]
    home.den.power = "On"
    await home.live(2 * MINUTE)
    assert home.called() == ["switch.turn_on switch.amplifier"]
    home.bedroom.power = "On"
    await home.live(2 * MINUTE)
    home.den.power = "ConnectedStandby"
    await home.live(5 * MINUTE)
    assert home.called() == []
    home.bedroom.power = "ConnectedStandby"
    await home.live(5 * MINUTE)
    assert home.called() == ["switch.turn_off switch.amplifier"]


async def console_left_on(home: Home) -> None:
    """The message comes ten minutes after the person is offline, unless the console is off by then."""
    for power, messages in (
        ("On", ["Nova Kestrel is offline, but the console in the den is on."]),
        ("ConnectedStandby", []),
    ):
        home.den.power = "On"
        home.nova.go_online()
        await home.live(2 * MINUTE)
        home.nova.go_offline()
        await home.live(5 * MINUTE)
        assert home.telephone.read() == []
        home.den.power = power
        await home.live(7 * MINUTE)
        assert home.telephone.read() == messages


async def start_by_voice(home: Home) -> None:
    """Assist switches a sleeping console on, starts the game, and says so; an unknown game it does not start."""
    home.den.power = "ConnectedStandby"
    await home.live(MINUTE)
    for spoken, answer in (
        ("starfall drift", "Starfall Drift is starting."),
        ("nothing like it", "The console did not start nothing like it."),
    ):
        sentence = f"Start {spoken} on the Xbox"
        talk = home.hass.async_create_task(say(home.hass, sentence))
        for _ in range(600):
            if talk.done():
                break
            await home.live(0.2, step=0.2)
        assert await talk == answer
    assert home.den.power == "On"
    assert home.den.title
    assert home.den.title.title_id == STARFALL_DRIFT


RUNS: dict[str, Callable[[Home], Awaitable[None]]] = {
    "Start a game by voice": start_by_voice,
    "Lights for the game": lights_for_the_game,
    "Somebody is online": somebody_is_online,
    "Brass Otter plays": brass_otter_plays,
    "Take a break": take_a_break,
    "Rare achievement": rare_achievement,
    "Ten minutes left": ten_minutes_left,
    "Time is over": time_is_over,
    "Homework is done": homework_is_done,
    "No school today": no_school_today,
    "What was played yesterday": what_was_played_yesterday,
    "Game night": game_night,
    "Lights after the game": lights_after_the_game,
    "Lights lent to the game": lights_lent_to_the_game,
    "Do not disturb": do_not_disturb,
    "Clean when nobody plays": clean_when_nobody_plays,
    "Amplifier with the consoles": amplifier_with_the_consoles,
    "Console left on": console_left_on,
}


@pytest.mark.parametrize("alias", RUNS)
async def test_automation(at_home: Home, alias: str) -> None:
    """Home Assistant accepts each automation unchanged, and it does what its page says."""
    await at_home.set_up(alias)
    await RUNS[alias](at_home)
    await at_home.stop()


def test_all_automations() -> None:
    """Each automation of the pages is run by a test."""
    assert automations().keys() == {*RUNS, *HOMES, *FAMILIES, *HOUSES}


async def remote(home: Home) -> None:
    """The buttons and the text reach the console."""
    assert home.den.keys == ["Nexus", "Down", "Down", "A"]
    assert home.den.texts == ["Nova"]


async def limits(home: Home) -> None:
    """A limit for the day and a bedtime are set."""
    left = home.entities["sensor.time_left"]
    assert left.attributes["limit"] in (60, 120)
    assert left.attributes["bedtime"] in ("20:00", "21:00")


async def what_holds_today(home: Home) -> None:
    """The message tells limit and end of today."""
    assert home.telephone.read() == ["60 minutes today, until 20:00."]


async def left_to_unlock(home: Home) -> None:
    """The message lists achievements that are in progress."""
    [message] = home.telephone.read()
    assert message.startswith("Nearly there:")


AFTER: dict[str, Callable[[Home], Awaitable[None]]] = {
    "remote.send_command": remote,
    f"{DOMAIN}.set_limit": limits,
    f"{DOMAIN}.get_limits": what_holds_today,
    f"{DOMAIN}.get_achievements": left_to_unlock,
}


@pytest.mark.parametrize("name", [*AFTER, *(actions().keys() - AFTER.keys())])
async def test_actions(hass: HomeAssistant, at_home: Home, name: str) -> None:
    """Each action of the examples works."""
    await at_home.play(at_home.nova, STARFALL_DRIFT)
    if name == f"{DOMAIN}.get_limits":
        data = {
            "entity_id": at_home.entities.id("sensor.time_left"),
            "minutes": 60,
            "bedtime": "20:00",
        }
        await hass.services.async_call(DOMAIN, "set_limit", data, blocking=True)
    sequence = await async_validate_actions_config(hass, cv.SCRIPT_SCHEMA(actions()[name]))
    script = Script(hass, sequence, name, "script")
    running = hass.async_create_background_task(script.async_run(context=Context()), name)
    for _ in range(300):
        if running.done():
            break
        await at_home.live(0.2, step=0.2)
    await running
    await at_home.live()
    await AFTER[name](at_home)
