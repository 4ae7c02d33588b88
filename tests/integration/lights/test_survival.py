"""Tests of borrowed lights over restarts, kills, damaged files, and lights that are away."""

import asyncio
from typing import Any

import pytest
from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant

from custom_components.xbox_network.const import DOMAIN
from tests.conftest import SignIn
from tests.helpers.bulbs import Bulb
from tests.helpers.fake_devices import Lamp, add_devices
from tests.helpers.lights import kill
from tests.helpers.settling import settle, until
from tests.integration.lights.conftest import Act, Pass, look

FILE = f"{DOMAIN}.lights"
BLUE = (200, (240, 100))
GREEN: dict[str, Any] = {"brightness_pct": 60, "rgb_color": [0, 255, 0]}
IS_GREEN = (153, (120, 100))


async def begin(hass: HomeAssistant, action: str, **data: Any) -> asyncio.Task[Any]:
    """Call an action, and do not wait for it."""
    return hass.async_create_task(hass.services.async_call(DOMAIN, action, data, blocking=True))


@pytest.mark.parametrize("obeyed", [True, False])
async def test_killed_at_the_take(
    hass: HomeAssistant,
    hass_storage: dict[str, Any],
    bulbs: list[Bulb],
    give_back: Act,
    wait: Pass,
    obeyed: bool,
) -> None:
    """Killed between the file and the command, or before it is known to have succeeded."""
    bulb = bulbs[0]
    bulb.free.clear()
    call = await begin(hass, "borrow_lights", borrower="me", entity_id="light.one", **GREEN)
    await until(lambda: bool(bulb.told))
    assert hass_storage[FILE]["data"]["lights"]["light.one"]["was"]["data"]["brightness"] == 200
    if obeyed:
        bulb.shows(brightness=153, hs_color=(120, 100))
    call.cancel()
    file = hass_storage[FILE]
    bulb.free.set()
    await settle(hass)
    hass_storage[FILE] = file  # what was written at the kill
    if not obeyed:
        bulb.shows(brightness=200, hs_color=(240, 100))
    await kill(hass)
    await wait(60)
    assert look(hass) == IS_GREEN
    await give_back("me")
    assert look(hass) == BLUE


@pytest.mark.parametrize("obeyed", [True, False])
async def test_killed_at_the_return(
    hass: HomeAssistant,
    hass_storage: dict[str, Any],
    bulbs: list[Bulb],
    borrow: Act,
    wait: Pass,
    obeyed: bool,
) -> None:
    """Killed between the file and the command that gives a light back."""
    bulb = bulbs[0]
    await borrow("me", **GREEN)
    await wait(60)
    bulb.free.clear()
    call = await begin(hass, "return_lights", borrower="me")
    await until(lambda: len(bulb.told) == 2)
    file = hass_storage[FILE]
    assert file["data"]["lights"]["light.one"]["loans"] == []
    bulb.free.set()
    await call
    await settle(hass)
    if not obeyed:
        bulb.shows(brightness=153, hs_color=(120, 100))
    hass_storage[FILE] = file
    await kill(hass)
    await wait(60)
    assert look(hass) == BLUE
    await wait(60)
    assert hass_storage[FILE]["data"] == {"lights": {}}


async def test_caller_cancelled(
    hass: HomeAssistant, bulbs: list[Bulb], borrow: Act, wait: Pass
) -> None:
    """An automation that is saved or switched off in the middle of an action changes nothing."""
    bulb = bulbs[0]
    for action, fields in (
        ("borrow_lights", {"entity_id": "light.one", **GREEN}),
        ("return_lights", {}),
    ):
        bulb.free.clear()
        call = await begin(hass, action, borrower="me", **fields)
        await until(lambda: not bulb.free.is_set() and bool(bulb.told))
        call.cancel()
        bulb.free.set()
        await wait(60)
        assert look(hass) == (IS_GREEN if action == "borrow_lights" else BLUE)
        bulb.told.clear()


@pytest.mark.parametrize("killed", [False, True])
async def test_away_at_the_return(
    hass: HomeAssistant,
    hass_storage: dict[str, Any],
    bulbs: list[Bulb],
    borrow: Act,
    give_back: Act,
    wait: Pass,
    killed: bool,
) -> None:
    """A light that is unavailable is returned when it comes back, but not after a quarter of an hour."""
    for minutes, after in ((10, BLUE), (15, IS_GREEN), (20, IS_GREEN)):
        bulbs[0].shows(brightness=200, hs_color=(240, 100))
        await borrow("me", **GREEN)
        await wait(60)
        bulbs[0].plug(False)
        await give_back("me", transition=2)
        if killed and minutes == 10:
            hass.states.async_remove("light.one")
            await kill(hass)
        await wait(minutes * 60)
        bulbs[0].plug()
        await hass.async_block_till_done()
        assert look(hass) == after
    await wait(60)
    assert hass_storage[FILE]["data"] == {"lights": {}}


async def test_away_at_the_take(
    hass: HomeAssistant, bulbs: list[Bulb], borrow: Act, give_back: Act, wait: Pass
) -> None:
    """A light that is unavailable is borrowed when it comes back, if it still is to be then."""
    bulbs[0].plug(False)
    await borrow("me", **GREEN)
    await give_back("me")
    bulbs[0].plug()
    await wait(60)
    assert look(hass) == BLUE
    bulbs[0].plug(False)
    await borrow("me", "one", "three", **GREEN, only_lit=True)
    await wait(60)
    bulbs[0].plug()
    await hass.async_block_till_done()
    assert [look(hass), look(hass, "three")] == [IS_GREEN, (0, None)]
    await wait(60)
    await give_back("me")
    assert look(hass) == BLUE
    bulbs[0].plug(False)
    await borrow("me", **GREEN)
    await wait(20 * 60)
    bulbs[0].plug()
    await wait(60)
    assert look(hass) == BLUE
    await give_back("me")


async def test_touched_while_away(
    hass: HomeAssistant, bulbs: list[Bulb], borrow: Act, give_back: Act, wait: Pass
) -> None:
    """A light that comes back otherwise than it went is somebody's wish."""
    await borrow("me", **GREEN)
    await wait(60)
    bulbs[0].plug(False)
    await give_back("me")
    await wait(60)
    bulbs[0].late = True
    bulbs[0].shows(brightness=255, color_temp_kelvin=2700)
    bulbs[0].plug()
    await wait(20 * 60)
    assert look(hass) == (255, 2700)


async def test_damaged_file(
    hass: HomeAssistant,
    hass_storage: dict[str, Any],
    bulbs: list[Bulb],
    borrow: Act,
    give_back: Act,
    wait: Pass,
) -> None:
    """What makes no sense in the file costs that light; it is no trouble for the others."""
    await borrow("me", "one", "two", **GREEN)
    await wait(60)
    lights = hass_storage[FILE]["data"]["lights"]
    lights["light.two"]["loans"] = "nobody"
    lights["light.three"] = None
    await kill(hass)
    await wait(60)
    await give_back("me")
    assert [look(hass), look(hass, "two")] == [BLUE, IS_GREEN]
    odd_ones: list[dict[str, Any]] = [{"lights": []}, {}, {"lights": {"light.one": {"was": 1}}}]
    for odd in odd_ones:
        hass_storage[FILE]["data"] = odd
        await kill(hass)
        await borrow("me", **GREEN)
        await wait(60)
        await give_back("me")
        await wait(60)
        assert look(hass) == BLUE


async def test_first_file(
    hass: HomeAssistant, hass_storage: dict[str, Any], bulbs: list[Bulb], wait: Pass
) -> None:
    """The file of the first version with borrowed lights is read by every later one."""
    blue = {"lit": True, "brightness": 200, "rgb": [0, 0, 255], "kelvin": None}
    green = {"lit": True, "brightness": 153, "rgb": [0, 255, 0], "kelvin": None}
    wish = {"brightness_pct": 60.0, "rgb_color": [0, 255, 0], "color_temp_kelvin": None}
    light = {
        "was": {"appearance": blue, "data": {"brightness": 200, "hs_color": [240, 100]}},
        "loans": [
            {
                "borrower": "me",
                "look": wish,
                "only_lit": False,
                "alone": False,
                "ends_at": "2020-01-01T00:00:00Z",
                "transition": 2.0,
            }
        ],
        "told": {
            "look": wish,
            "certain": True,
            "expected": green,
            "answer": green,
            "before": [blue],
            "at": "2020-01-01T00:00:00Z",
            "settled_at": "2020-01-01T00:00:12Z",
        },
        "touched": False,
        "until": None,
        "transition": 2.0,
    }
    bulbs[0].shows(brightness=153, hs_color=(120, 100))
    file = {"version": 1, "minor_version": 1, "key": FILE, "data": {"lights": {"light.one": light}}}
    hass_storage[FILE] = file
    await kill(hass)
    await wait(5)
    assert look(hass) == BLUE
    assert bulbs[0].told == [{"brightness": 200, "hs_color": (240, 100), "transition": 2}]


async def test_memory(
    hass: HomeAssistant,
    hass_storage: dict[str, Any],
    bulbs: list[Bulb],
    borrow: Act,
    give_back: Act,
    wait: Pass,
) -> None:
    """Nothing is kept before a light is borrowed, and nothing some seconds after it was returned."""
    assert FILE not in hass_storage
    await borrow("me", **GREEN)
    await wait(60)
    assert "light.one" in hass_storage[FILE]["data"]["lights"]
    await give_back("me", transition=5)
    assert "light.one" in hass_storage[FILE]["data"]["lights"]
    await wait(20)
    assert hass_storage[FILE]["data"] == {"lights": {}}


async def test_last_account_removed(
    hass: HomeAssistant, hass_storage: dict[str, Any], entry: ConfigEntry, sign_in: SignIn
) -> None:
    """With the last account all lights are returned, and the file goes; the actions work on."""
    lamp = Lamp("Desk", 200)
    await add_devices(hass, "light", lamp)
    data = {"borrower": "me", "entity_id": "light.desk", "brightness_pct": 20}
    for _ in range(2):
        await hass.services.async_call(DOMAIN, "borrow_lights", data, blocking=True)
        await hass.async_block_till_done()
        assert lamp.looks()[0] == 51
        assert FILE in hass_storage
        await hass.config_entries.async_remove(
            hass.config_entries.async_entries(DOMAIN)[0].entry_id
        )
        assert lamp.looks()[0] == 200
        assert FILE not in hass_storage
        await sign_in("adult")
