"""Tests of blueprint game_lights: lights follow games, and are restored afterwards."""

import pytest
from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant

from custom_components.xbox_network.xbox.endpoints import Service
from tests.blueprints.conftest import Automate, Clock, Live
from tests.conftest import restart
from tests.helpers.blueprints.files import device_of
from tests.helpers.fake_devices import Lamp, add_devices
from tests.helpers.friend_dialog import add_friends
from tests.simulator import Person, Simulator
from tests.simulator.world.demo_world import (
    BRASS_OTTER,
    HARBOR_KINGS,
    LUMEN_VIDEO,
    QUIET_HARBOR,
    STARFALL_DRIFT,
)

MINUTE = 60
NAME = "game_lights"
WARM = (255, 200, 100)
GREEN = (16, 124, 16)
IDS = ["light.desk", "light.shelf", "light.sofa"]


@pytest.fixture(name="lamps")
async def lamps_fixture(hass: HomeAssistant, entry: ConfigEntry) -> list[Lamp]:
    """Return three lamps: one bright, one dimmed and one off."""
    lamps = [Lamp("Desk", 250), Lamp("Shelf", 120), Lamp("Sofa")]
    await add_devices(hass, "light", *lamps)
    hass.states.async_set("sun.sun", "below_horizon")
    return lamps


def bright(lamps: list[Lamp]) -> list[int]:
    """Return the brightness of lamps."""
    return [lamp.looks()[0] for lamp in lamps]


BEFORE = [250, 120, 0]
GAME = [51, 51, 51]  # 20 percent


async def test_game(
    hass: HomeAssistant,
    entry: ConfigEntry,
    owner: Person,
    lamps: list[Lamp],
    automate: Automate,
    live: Live,
) -> None:
    """Lights are dimmed for games, stay so between them, and are restored. An app is no game."""
    owner.go_online()
    await live()
    await automate(NAME, people=[device_of(hass, entry, owner.xuid)], lights=IDS)
    before = [lamp.looks() for lamp in lamps]
    owner.play(LUMEN_VIDEO)
    await live(30)
    assert bright(lamps) == BEFORE
    for _ in range(2):
        owner.play(STARFALL_DRIFT)
        await live(40)
        assert bright(lamps) == GAME
        commands = [len(lamp.told) for lamp in lamps]
        owner.play(HARBOR_KINGS)
        await live(40)
        owner.stop()
        await live(20)
        owner.play(STARFALL_DRIFT)
        await live(3 * MINUTE, step=10)
        assert [len(lamp.told) for lamp in lamps] == commands  # no flicker
        owner.stop()
        await live(30)
        assert bright(lamps) == GAME
        await live(60)
        assert [lamp.looks() for lamp in lamps] == before
        assert lamps[0].told[-1]["transition"] == 2
    assert hass.states.async_entity_ids("scene") == []


async def test_by_hand(
    hass: HomeAssistant,
    entry: ConfigEntry,
    owner: Person,
    lamps: list[Lamp],
    automate: Automate,
    live: Live,
) -> None:
    """A light changed by hand is not restored. On request a light that is off stays off."""
    desk, shelf, sofa = lamps
    options = {"colour": "colour", "rgb": list(GREEN), "brightness": 60, "transition": 0}
    people = [device_of(hass, entry, owner.xuid)]
    owner.go_online()
    await live()
    await automate(NAME, people=people, lights=IDS, only_lit=True, wait_time=0, **options)
    owner.play(STARFALL_DRIFT)
    await live(40)
    assert [desk.looks(), shelf.looks()] == [(153, GREEN)] * 2
    assert sofa.told == []
    await desk.async_turn_on(brightness=200)
    owner.stop()
    await live(40)
    assert bright(lamps) == [200, 120, 0]
    assert shelf.looks() == (120, WARM)

    owner.play(STARFALL_DRIFT)
    await live(40)
    await desk.async_turn_on(rgb_color=(250, 0, 0))
    await shelf.async_turn_off()
    owner.stop()
    await live(40)
    assert desk.looks() == (153, (250, 0, 0))
    assert bright(lamps) == [153, 0, 0]

    await automate(NAME, people=people, lights=["light.sofa"], only_lit=True)
    owner.play(STARFALL_DRIFT)
    await live(40)
    owner.stop()
    await live(MINUTE)
    assert sofa.told == []  # it was off all the time
    await automate(NAME, people=people, lights=["light.desk"], colour="white", brightness=0)
    owner.play(STARFALL_DRIFT)
    await live(40)
    assert bright(lamps) == [0, 0, 0]
    owner.stop()
    await live(MINUTE)
    assert desk.looks() == (153, (250, 0, 0))
    await automate(NAME, people=people, lights=["light.desk"], colour="colour")
    owner.play(STARFALL_DRIFT)
    await live(40)
    assert desk.looks() == (51, GREEN)


async def test_several(
    hass: HomeAssistant,
    simulator: Simulator,
    entry: ConfigEntry,
    lamps: list[Lamp],
    automate: Automate,
    live: Live,
) -> None:
    """Lights stay dimmed while any person plays a chosen game, also while Xbox cannot be reached."""
    await add_friends(hass, entry, BRASS_OTTER, QUIET_HARBOR)
    otter, harbor = (simulator.world.person(it) for it in (BRASS_OTTER, QUIET_HARBOR))
    people = [device_of(hass, entry, it.xuid) for it in (otter, harbor)]
    await automate(NAME, people=people, lights=IDS, titles=["starfall drift"])
    otter.play(HARBOR_KINGS)
    await live(30)
    assert bright(lamps) == BEFORE
    otter.play(STARFALL_DRIFT)
    await live(40)
    assert bright(lamps) == GAME
    harbor.play(STARFALL_DRIFT, "WindowsOneCore")
    await live(MINUTE)
    otter.go_offline()
    await live(5 * MINUTE, step=30)
    assert bright(lamps) == GAME
    simulator.fail(Service.PRESENCE, status=503, times=None)
    simulator.fail(Service.PEOPLE, status=503, times=None)
    await live(10 * MINUTE, step=30)
    assert bright(lamps) == GAME
    harbor.play(HARBOR_KINGS, "WindowsOneCore")  # the game ends during the outage
    simulator.heal()
    simulator.fail(Service.REALTIME, status=403, times=None)
    await live(4 * MINUTE)
    assert bright(lamps) == BEFORE


async def test_daylight(
    hass: HomeAssistant,
    clock: Clock,
    entry: ConfigEntry,
    owner: Person,
    lamps: list[Lamp],
    automate: Automate,
    live: Live,
) -> None:
    """By default lights are only dimmed after dark, also during a game, and restored in the morning, too."""
    people = [device_of(hass, entry, owner.xuid)]
    clock("12:00")
    owner.go_online()
    await live(30)
    hass.states.async_set("sun.sun", "above_horizon")
    await automate(NAME, people=people, lights=IDS)
    clock("20:00")  # dusk without a game
    await live(30)
    clock("12:00")
    await live(30)
    owner.play(STARFALL_DRIFT)
    await live(30)
    assert bright(lamps) == BEFORE
    clock("20:00")
    await live(40)
    assert bright(lamps) == GAME
    await live(3 * MINUTE)
    assert bright(lamps) == GAME
    owner.stop()
    await live(2 * MINUTE)
    assert bright(lamps) == BEFORE
    await automate(NAME, people=people, lights=IDS, after_dark=False)
    owner.play(HARBOR_KINGS)
    await live(40)
    assert bright(lamps) == GAME


async def test_dark_since_the_restart(
    hass: HomeAssistant,
    entry: ConfigEntry,
    owner: Person,
    lamps: list[Lamp],
    automate: Automate,
    live: Live,
) -> None:
    """A sunset that nobody has noticed is found out about; whatever is no lamp of the automation is left alone."""
    owner.go_online()
    await live(30)
    hass.states.async_set("sun.sun", "above_horizon")
    await automate(NAME, people=[device_of(hass, entry, owner.xuid)], lights=IDS[:1])
    owner.play(STARFALL_DRIFT)
    await live(90)
    assert bright(lamps) == BEFORE
    hass.states.async_set("sun.sun", "below_horizon")
    await live(90)
    assert bright(lamps) == [51, 120, 0]
    await automate()
    await restart(hass, entry)
    await automate(NAME, people=[device_of(hass, entry, owner.xuid)], lights=IDS[1:])
    await live(90)
    assert bright(lamps) == [250, 51, 51]  # other lights have been chosen
    await automate(NAME, people=[device_of(hass, entry, owner.xuid)], lights=[])
    await live(2 * MINUTE)
    assert bright(lamps) == BEFORE


async def test_failing_lamp(
    hass: HomeAssistant,
    entry: ConfigEntry,
    owner: Person,
    lamps: list[Lamp],
    automate: Automate,
    live: Live,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """A lamp that fails does not affect the others."""
    lamps[0].broken = True
    owner.go_online()
    await live()
    await automate(NAME, people=[device_of(hass, entry, owner.xuid)], lights=IDS)
    owner.play(STARFALL_DRIFT)
    await live(40)
    assert bright(lamps) == [250, 51, 51]
    owner.stop()
    await live(MINUTE)
    assert bright(lamps) == BEFORE
    assert hass.states.async_entity_ids("scene") == []
    caplog.clear()  # the log says what failed
