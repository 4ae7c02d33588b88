"""Tests of the blueprints for lights: several automations with the same lamps."""

from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant

from tests.blueprints.conftest import Automate, Live
from tests.helpers.blueprints.files import device_of
from tests.helpers.blueprints.lights import (
    BEFORE,
    BLUE,
    GOLDEN,
    GREEN,
    IDS,
    PINK,
    RED,
    Colour,
    bright,
    celebration,
    shown,
)
from tests.helpers.fake_devices import Lamp
from tests.helpers.friend_dialog import add_friends
from tests.simulator import Person, Simulator
from tests.simulator.world.demo_world import BRASS_OTTER, QUIET_HARBOR, STARFALL_DRIFT

MINUTE = 60


@pytest.fixture(name="players")
async def players_fixture(
    hass: HomeAssistant, simulator: Simulator, entry: ConfigEntry, owner: Person
) -> list[Person]:
    """Return three people: the owner and two friends."""
    await add_friends(hass, entry, BRASS_OTTER, QUIET_HARBOR)
    friends = [simulator.world.person(it) for it in (BRASS_OTTER, QUIET_HARBOR)]
    return [owner, *friends]


type Begin = Callable[..., Awaitable[None]]


@pytest.fixture(name="begin")
def begin_fixture(
    hass: HomeAssistant, entry: ConfigEntry, players: list[Person], automate: Automate, live: Live
) -> Begin:
    """Return a function that gives each player, by color, an automation of game_lights of its own."""

    async def begin(*colours: Colour, **others: Any) -> None:
        automations = {
            f"game_lights {number}": {
                "people": [device_of(hass, entry, player.xuid)],
                "lights": IDS,
                "brightness": 100,
                "colour": "colour",
                "rgb": list(colour),
            }
            for number, (player, colour) in enumerate(zip(players, colours, strict=False), 1)
        }
        for player in players:
            player.go_online()
        await automate(**automations, **others)
        await live(10)

    return begin


async def test_second_outlives_first(
    two_lamps: list[Lamp], players: list[Person], begin: Begin, live: Live
) -> None:
    """Two people, each in a color of their own: with the last game the lamps are as before, and not earlier."""
    nova, otter, _ = players
    await begin(BLUE, GREEN)
    nova.play(STARFALL_DRIFT)
    await live(30)
    assert shown(two_lamps) == bright(BLUE)
    otter.play(STARFALL_DRIFT)
    await live(30)
    assert shown(two_lamps) == bright(GREEN)
    nova.stop()
    await live(2 * MINUTE)
    assert shown(two_lamps) == bright(GREEN)
    otter.stop()
    await live(30)
    assert shown(two_lamps) == bright(GREEN)
    await live(MINUTE)
    assert shown(two_lamps) == BEFORE


async def test_first_outlives_others(
    two_lamps: list[Lamp], players: list[Person], begin: Begin, live: Live
) -> None:
    """Of three people whoever has begun last gives the color; who ends before changes nothing."""
    nova, otter, harbor = players
    await begin(BLUE, GREEN, PINK)
    for player, colour in zip(players, (BLUE, GREEN, PINK), strict=True):
        player.play(STARFALL_DRIFT)
        await live(30)
        assert shown(two_lamps) == bright(colour)
    otter.stop()
    await live(2 * MINUTE)
    assert shown(two_lamps) == bright(PINK)
    harbor.stop()
    await live(2 * MINUTE)
    assert shown(two_lamps) == bright(BLUE)
    nova.stop()
    await live(2 * MINUTE)
    assert shown(two_lamps) == BEFORE


async def test_second_begins_while_first_waits(
    two_lamps: list[Lamp], players: list[Person], begin: Begin, live: Live
) -> None:
    """Somebody who begins while the lamps wait to be returned has them, and returns them as they were."""
    nova, otter, _ = players
    await begin(BLUE, GREEN)
    nova.play(STARFALL_DRIFT)
    await live(30)
    nova.stop()
    await live(20)
    otter.play(STARFALL_DRIFT)
    await live(2 * MINUTE)
    assert shown(two_lamps) == bright(GREEN)
    otter.stop()
    await live(2 * MINUTE)
    assert shown(two_lamps) == BEFORE


async def test_by_hand_between(
    two_lamps: list[Lamp], players: list[Person], begin: Begin, live: Live
) -> None:
    """A lamp that is changed by hand during one game is left alone by all, until nobody plays."""
    nova, otter, _ = players
    desk = two_lamps[0]
    await begin(BLUE, GREEN)
    nova.play(STARFALL_DRIFT)
    await live(40)
    await desk.async_turn_on(rgb_color=RED, brightness=80)
    otter.play(STARFALL_DRIFT)
    await live(40)
    assert shown(two_lamps) == [(80, RED), (255, GREEN)]
    otter.stop()
    await live(2 * MINUTE)
    assert shown(two_lamps) == [(80, RED), (255, BLUE)]
    nova.stop()
    await live(2 * MINUTE)
    assert shown(two_lamps) == [(80, RED), (0, None)]
    nova.play(STARFALL_DRIFT)
    await live(40)
    assert shown(two_lamps) == bright(BLUE)
    nova.stop()
    await live(2 * MINUTE)
    assert shown(two_lamps) == [(80, RED), (0, None)]


async def test_off_and_on(
    two_lamps: list[Lamp], players: list[Person], begin: Begin, live: Live
) -> None:
    """A lamp that is switched off and on again shows the look of the game again: it is as before afterwards."""
    nova, otter, _ = players
    await begin(BLUE, GREEN)
    nova.play(STARFALL_DRIFT)
    await live(40)
    await two_lamps[0].async_turn_off()
    await live(20)
    await two_lamps[0].async_turn_on(brightness=255)
    otter.play(STARFALL_DRIFT)
    await live(40)
    assert shown(two_lamps) == bright(GREEN)
    await two_lamps[1].async_turn_off()
    nova.stop()
    otter.stop()
    await live(2 * MINUTE)
    assert shown(two_lamps) == BEFORE


async def test_one_lamp_of_two_rooms(
    hass: HomeAssistant,
    entry: ConfigEntry,
    two_lamps: list[Lamp],
    players: list[Person],
    begin: Begin,
    live: Live,
) -> None:
    """Two automations that have one lamp in common give back each lamp once it is nobody's."""
    nova, otter, _ = players
    here = {"people": [device_of(hass, entry, otter.xuid)], "lights": ["light.desk"]}
    await begin(BLUE, **{"game_lights 2": {**here, "brightness": 20}})
    nova.play(STARFALL_DRIFT)
    await live(30)
    otter.play(STARFALL_DRIFT)
    await live(30)
    assert shown(two_lamps) == [(51, BLUE), (255, BLUE)]
    nova.stop()
    await live(2 * MINUTE)
    assert shown(two_lamps) == [(51, BLUE), (0, None)]
    otter.stop()
    await live(2 * MINUTE)
    assert shown(two_lamps) == BEFORE


async def test_celebration_at_the_end_of_a_bright(
    hass: HomeAssistant,
    entry: ConfigEntry,
    two_lamps: list[Lamp],
    players: list[Person],
    begin: Begin,
    live: Live,
) -> None:
    """A game that ends while the lamps are golden ends as any other."""
    nova = players[0]
    await begin(BLUE, achievement_celebration=celebration(hass, entry, nova, seconds=60))
    nova.play(STARFALL_DRIFT)
    await live(MINUTE)
    nova.unlock(STARFALL_DRIFT)
    for _ in range(20):
        await live(10)
        if shown(two_lamps) == bright(GOLDEN):
            break
    assert shown(two_lamps) == bright(GOLDEN)
    nova.stop()
    await live(40)
    assert shown(two_lamps) == bright(GOLDEN)
    await live(MINUTE)
    assert shown(two_lamps) == BEFORE


async def test_celebrations_on_top_of_each_other(
    hass: HomeAssistant,
    entry: ConfigEntry,
    two_lamps: list[Lamp],
    players: list[Person],
    begin: Begin,
    live: Live,
) -> None:
    """Two celebrations with the same lamps, during a game: afterwards its look, then what was before."""
    nova, otter, _ = players
    await begin(
        BLUE,
        **{
            "achievement_celebration 1": celebration(hass, entry, nova, seconds=40),
            "achievement_celebration 2": celebration(hass, entry, otter, seconds=40, rgb=[*PINK]),
        },
    )
    for player in (nova, otter):
        player.play(STARFALL_DRIFT)
    await live(MINUTE)
    nova.unlock(STARFALL_DRIFT)
    await live(20)
    otter.unlock(STARFALL_DRIFT)
    seen = set[Any]()
    for _ in range(20):
        await live(10)
        seen.add(two_lamps[0].looks()[1])
    assert seen >= {BLUE, PINK}
    assert shown(two_lamps) == bright(BLUE)
    nova.stop()
    await live(2 * MINUTE)
    assert shown(two_lamps) == BEFORE
