"""Tests of lights that somebody changes meanwhile: what counts as that, and what does not."""

from typing import Any

import pytest
from homeassistant.components.light import ColorMode
from homeassistant.core import Context, HomeAssistant
from homeassistant.helpers.entity_component import DATA_INSTANCES

from tests.helpers.bulbs import Bulb
from tests.helpers.lights import kill
from tests.helpers.users import child
from tests.integration.lights.conftest import Act, Pass, look

BLUE = (200, (240, 100))
GREEN: dict[str, Any] = {"brightness_pct": 60, "rgb_color": [16, 124, 16]}
WHITE: dict[str, Any] = {"brightness_pct": 60, "color_temp_kelvin": 4000}
KEEP: dict[str, Any] = {"brightness_pct": 60}


@pytest.mark.parametrize(
    ("fields", "hand"),
    [
        (GREEN, {}),
        (GREEN, {"brightness": 190, "hs_color": (120, 87)}),
        (GREEN, {"brightness": 153, "hs_color": (150, 87)}),
        (GREEN, {"brightness": 153, "hs_color": (120, 40)}),
        (GREEN, {"brightness": 153, "color_temp_kelvin": 4000}),
        (WHITE, {"brightness": 153, "color_temp_kelvin": 4400}),
        (WHITE, {"brightness": 153, "color_temp_kelvin": 3600}),
        (WHITE, {"brightness": 120, "color_temp_kelvin": 4000}),
        (WHITE, {"brightness": 153, "hs_color": (0, 100)}),
        (KEEP, {"brightness": 153, "hs_color": (0, 100)}),
        (KEEP, {"brightness": 167, "hs_color": (240, 100)}),
        ({"brightness_pct": 0}, {"brightness": 200, "hs_color": (240, 100)}),
    ],
)
@pytest.mark.parametrize("killed", [False, True])
async def test_changed(
    hass: HomeAssistant,
    bulbs: list[Bulb],
    borrow: Act,
    give_back: Act,
    wait: Pass,
    fields: dict[str, Any],
    hand: dict[str, Any],
    killed: bool,
) -> None:
    """What somebody has made of a light stays."""
    await borrow("me", **fields, transition=2)
    await wait(20)
    bulbs[0].shows(**hand)
    after = look(hass)
    if killed:
        await kill(hass)
    await wait(20)
    await give_back("me")
    await wait(60)
    assert look(hass) == after


@pytest.mark.parametrize(
    ("fields", "report"),
    [
        (GREEN, {"brightness": 145, "hs_color": (123, 84)}),
        (GREEN, {"brightness": 165, "hs_color": (117, 90)}),
        (WHITE, {"brightness": 153, "color_temp_kelvin": 4100}),
        (WHITE, {"brightness": 153, "hs_color": (27, 35)}),
        (KEEP, {"brightness": 160, "hs_color": (241, 98)}),
    ],
)
async def test_inexact(
    hass: HomeAssistant,
    bulbs: list[Bulb],
    borrow: Act,
    give_back: Act,
    wait: Pass,
    fields: dict[str, Any],
    report: dict[str, Any],
) -> None:
    """Lights that report nearly what they were told are returned."""
    await borrow("me", **fields)
    await wait(20)
    bulbs[0].shows(**report)
    await wait(20)
    await give_back("me")
    assert look(hass) == BLUE


async def test_very_inexact(
    hass: HomeAssistant, bulbs: list[Bulb], borrow: Act, give_back: Act, wait: Pass
) -> None:
    """A light that answers with another brightness than it was told has not been touched."""
    bulbs[0].step = 100
    await borrow("me", brightness_pct=20)
    assert look(hass)[0] == 100
    await wait(60)
    await kill(hass)
    bulbs[0].report()
    await wait(60)
    await give_back("me")
    assert look(hass) == BLUE
    await borrow("me", brightness_pct=20)
    await wait(60)
    bulbs[0].shows(brightness=200, hs_color=(0, 100))
    await give_back("me")
    assert look(hass) == (200, (0, 100))


async def test_late(
    hass: HomeAssistant, bulbs: list[Bulb], borrow: Act, give_back: Act, wait: Pass
) -> None:
    """A light that has not reported anything yet is returned, and so is one in the middle of its transition."""
    bulbs[0].late = bulbs[1].late = True
    await borrow("me", "one", "two", **GREEN, transition=60)
    await wait(30)
    bulbs[1].shows(brightness=90, hs_color=(60, 50))
    bulbs[1].report()
    await wait(6)
    await give_back("me")
    assert [it.told[-1]["brightness"] for it in bulbs[:2]] == [200, 40]
    await wait(20)
    for bulb in bulbs[:2]:
        bulb.report()
    assert [look(hass), look(hass, "two")] == [BLUE, (40, 2700)]


@pytest.mark.parametrize("fields", [GREEN, WHITE, KEEP], ids=["colour", "white", "keep"])
async def test_late_answer(
    hass: HomeAssistant,
    bulbs: list[Bulb],
    borrow: Act,
    give_back: Act,
    wait: Pass,
    fields: dict[str, Any],
) -> None:
    """A light that reports what it was told only much later is returned."""
    bulbs[0].late = True
    await borrow("me", **fields)
    await wait(120)
    bulbs[0].report()
    assert look(hass)[0] == 153
    bulbs[0].late = False
    await wait(30)
    await give_back("me")
    assert look(hass) == BLUE


@pytest.mark.parametrize("own", [True, False])
async def test_in_the_transition(
    hass: HomeAssistant, bulbs: list[Bulb], borrow: Act, give_back: Act, wait: Pass, own: bool
) -> None:
    """What a person or another automation does during a transition counts, and nothing else."""
    await borrow("me", **GREEN, transition=60)
    await wait(10)
    user = await child(hass)
    context = Context(user_id=user.user_id) if own else Context(parent_id=Context().id)
    data = {"entity_id": "light.one", "brightness": 99, "hs_color": [0, 100]}
    await hass.services.async_call("light", "turn_on", data, blocking=True, context=context)
    await borrow("other", brightness_pct=100)
    await wait(10)
    for borrower in ("me", "other"):
        await give_back(borrower)
    assert look(hass) == (99, (0, 100))


async def test_back_to_the_look(
    hass: HomeAssistant, bulbs: list[Bulb], borrow: Act, give_back: Act, wait: Pass
) -> None:
    """A light that is switched off and on by its switch, and shows the look again, is returned."""
    await borrow("me", **GREEN)
    await wait(30)
    bulbs[0].plug(False)
    await wait(30)
    bulbs[0].plug()
    bulbs[0].shows()
    await wait(30)
    bulbs[0].shows(brightness=153, hs_color=(120, 87))
    await wait(30)
    await give_back("me")
    assert look(hass) == BLUE


async def test_until_all_have_left(
    hass: HomeAssistant, bulbs: list[Bulb], borrow: Act, give_back: Act, wait: Pass
) -> None:
    """A light that is touched is left alone by all who have it or come later, also after a kill."""
    await borrow("first", **GREEN)
    await wait(30)
    bulbs[0].shows(brightness=77, hs_color=(0, 100))
    await wait(30)
    await borrow("first", **WHITE)
    await borrow("second", **WHITE)
    await kill(hass)
    await borrow("third", **WHITE)
    await give_back("first")
    await give_back("second")
    assert look(hass) == (77, (0, 100))
    await give_back("third")
    await borrow("first", **WHITE)
    assert look(hass) == (153, 4000)
    await wait(30)
    await give_back("first")
    assert look(hass) == (77, (0, 100))


async def test_colour_of_a_light_that_was_off(
    hass: HomeAssistant, borrow: Act, give_back: Act, wait: Pass
) -> None:
    """The color of a light that was off is known once it has answered."""
    bulb = Bulb("bulb", ColorMode.HS)
    await hass.data[DATA_INSTANCES]["light"].async_add_entities([bulb])
    bulb.shows(hs_color=(240, 100), brightness=100)
    bulb.shows()
    await borrow("me", "bulb", **KEEP)
    assert look(hass, "bulb") == (153, (240, 100))
    await wait(60)
    bulb.shows(brightness=153, hs_color=(0, 100))
    await give_back("me")
    assert look(hass, "bulb") == (153, (0, 100))
