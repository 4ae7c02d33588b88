"""Tests of borrowing and returning lights: who has a light, what it shows, what it was."""

import pytest
from freezegun.api import FrozenDateTimeFactory
from homeassistant.auth.permissions.const import POLICY_CONTROL
from homeassistant.components.light import ColorMode
from homeassistant.core import Context, HomeAssistant
from homeassistant.exceptions import HomeAssistantError, ServiceValidationError, Unauthorized
from homeassistant.helpers import entity_registry as er
from homeassistant.helpers.entity_component import DATA_INSTANCES

from custom_components.xbox_network.const import DOMAIN
from tests.helpers.bulbs import Bulb
from tests.helpers.lights import kill
from tests.helpers.settling import until
from tests.helpers.users import Caller, child, limited
from tests.integration.lights.conftest import Act, Pass, look

GREEN, PINK = {"rgb_color": [0, 255, 0]}, {"rgb_color": [255, 0, 255]}
IS_GREEN, IS_PINK = (120, 100), (300, 100)
BLUE = (200, (240, 100))
WARM = (40, 2700)


async def test_once(
    hass: HomeAssistant, bulbs: list[Bulb], borrow: Act, give_back: Act, wait: Pass
) -> None:
    """Lights look as they are told to, once however often that is said, and then are what they were."""
    for _ in range(3):
        await borrow("me", "one", "two", "three", brightness_pct=20, **GREEN, transition=2)
        await wait(60)
    assert [look(hass, it.name) for it in bulbs if isinstance(it.name, str)] == [(51, IS_GREEN)] * 3
    assert [len(it.told) for it in bulbs] == [1, 1, 1]
    await borrow("me", "one", "two", brightness_pct=100, color_temp_kelvin=6000)
    assert [look(hass), look(hass, "two"), look(hass, "three")] == [(255, 6000)] * 2 + [(0, None)]
    await give_back("me", entity_id="light.two", transition=3)
    assert [look(hass), look(hass, "two")] == [(255, 6000), WARM]
    assert bulbs[1].told[-1] == {"brightness": 40, "color_temp_kelvin": 2700, "transition": 3}
    await give_back("somebody else")
    await give_back("me")
    assert look(hass) == BLUE
    await wait(120)
    told = [len(it.told) for it in bulbs]
    await give_back("me")
    await wait(120)
    assert [len(it.told) for it in bulbs] == told


async def test_order(hass: HomeAssistant, borrow: Act, give_back: Act, wait: Pass) -> None:
    """The last borrower's look shows; it follows a changed look of its own, and not one below it."""
    await borrow("first", brightness_pct=100, **GREEN)
    await wait(30)
    await borrow("second", brightness_pct=50, **PINK)
    await wait(30)
    await borrow("first", brightness_pct=10, **GREEN)
    assert look(hass) == (128, IS_PINK)
    await borrow("second", brightness_pct=20, **PINK)
    assert look(hass) == (51, IS_PINK)
    await wait(30)
    await give_back("second")
    assert look(hass) == (26, IS_GREEN)
    await wait(30)
    await give_back("first")
    assert look(hass) == BLUE


async def test_off(hass: HomeAssistant, borrow: Act, give_back: Act, wait: Pass) -> None:
    """A brightness of 0 switches lights off, those that are on are on again, the others stay off."""
    await borrow("me", "one", "three", brightness_pct=0, transition=1)
    assert [look(hass), look(hass, "three")] == [(0, None)] * 2
    await wait(60)
    await give_back("me")
    assert [look(hass), look(hass, "three")] == [BLUE, (0, None)]


async def test_only_lit(
    hass: HomeAssistant, bulbs: list[Bulb], borrow: Act, give_back: Act, wait: Pass
) -> None:
    """A light that is off can be left alone, also when somebody switches it on later; others may have it."""
    await borrow("me", "one", "three", brightness_pct=20, only_lit=True)
    await bulbs[2].async_turn_on(brightness=99)
    await wait(60)
    await borrow("me", "one", "three", brightness_pct=20, only_lit=True)
    assert [look(hass)[0], look(hass, "three")[0]] == [51, 99]
    await borrow("other", "three", brightness_pct=100)
    assert look(hass, "three")[0] == 255
    await wait(60)
    await give_back("other")
    assert look(hass, "three")[0] == 99
    await borrow("me", "one", "three", brightness_pct=20)
    assert look(hass, "three")[0] == 51
    await wait(60)
    await give_back("me")
    assert [look(hass), look(hass, "three")[0]] == [BLUE, 99]


async def test_for_some_seconds(
    hass: HomeAssistant, bulbs: list[Bulb], borrow: Act, give_back: Act, wait: Pass
) -> None:
    """A loan ends by itself, also after Home Assistant was killed, and shows what was below it."""
    await borrow("game", brightness_pct=20, **GREEN)
    await wait(60)
    await borrow("flash", brightness_pct=100, **PINK, seconds=20)
    await wait(15)
    assert look(hass) == (255, IS_PINK)
    await wait(10)
    assert look(hass) == (51, IS_GREEN)
    await borrow("flash", brightness_pct=100, **PINK, seconds=20)
    await kill(hass)
    await wait(60)
    assert look(hass) == (51, IS_GREEN)
    bulbs[0].shows(brightness=77, hs_color=(0, 100))
    await wait(30)
    await borrow("other game", brightness_pct=50)
    assert look(hass) == (77, (0, 100))
    await borrow("flash", brightness_pct=100, **PINK, seconds=20)
    assert look(hass) == (255, IS_PINK)
    await wait(30)
    assert look(hass) == (77, (0, 100))
    await borrow("flash", brightness_pct=100, **PINK, seconds=20)
    for borrower in ("game", "other game", "flash"):
        await give_back(borrower)
    assert look(hass) == (77, (0, 100))
    await borrow(
        "game", brightness_pct=20, **GREEN
    )  # nobody has it any more who was to leave it alone
    assert look(hass) == (51, IS_GREEN)
    await wait(60)
    await give_back("game")
    assert look(hass) == (77, (0, 100))


async def test_after(
    hass: HomeAssistant, bulbs: list[Bulb], borrow: Act, give_back: Act, wait: Pass
) -> None:
    """Lights are returned some seconds later, unless they are borrowed again before."""
    await borrow("me", brightness_pct=20)
    await wait(60)
    await give_back("me", after=30, transition=4)
    await wait(20)
    await give_back("me", after=30)
    await borrow("me", brightness_pct=20)
    await wait(60)
    assert len(bulbs[0].told) == 1
    await give_back("me", after=30, transition=4)
    await wait(25)
    assert look(hass)[0] == 51
    await give_back("me", after=30, transition=1)
    await wait(10)
    assert look(hass) == BLUE
    assert bulbs[0].told[-1]["transition"] == 4


async def test_anew_at_once(
    hass: HomeAssistant, bulbs: list[Bulb], borrow: Act, give_back: Act, wait: Pass
) -> None:
    """A light that is borrowed again before it has reported what it is was what it was."""
    bulb = bulbs[0]
    await borrow("me", brightness_pct=100, **PINK)
    await wait(60)
    bulb.late = True
    await give_back("me", transition=2)
    await wait(1)
    await borrow("me", brightness_pct=100, **PINK)
    bulb.report()
    await wait(60)
    await give_back("me")
    bulb.report()
    assert look(hass) == BLUE
    bulb.late = False
    await wait(5)
    context = Context(user_id=(await child(hass)).user_id)
    data = {"entity_id": "light.one", "brightness": 99}
    await hass.services.async_call("light", "turn_on", data, blocking=True, context=context)
    await borrow("me", brightness_pct=20)
    await wait(60)
    await give_back("me")
    assert look(hass)[0] == 99  # a person's change counts at once


async def test_targets(hass: HomeAssistant, borrow: Act, give_back: Act, wait: Pass) -> None:
    """A group is its members; all are all; whoever targets no light is told so."""
    members = ["light.one", "light.three", "switch.no_light"]
    hass.states.async_set("group.room", "on", {"entity_id": members})
    await borrow("me", brightness_pct=20, entity_id=["group.room", "light.one"])
    assert [look(hass)[0], look(hass, "two"), look(hass, "three")[0]] == [51, WARM, 51]
    await wait(30)
    await borrow("me", brightness_pct=20, entity_id="all")
    assert look(hass, "two")[0] == 51
    await wait(30)
    await give_back("me", entity_id=["group.room"])
    assert [look(hass), look(hass, "two")[0], look(hass, "three")] == [BLUE, 51, (0, None)]
    with pytest.raises(ServiceValidationError) as raised:
        await borrow("me", entity_id=["switch.no_light"])
    assert raised.value.translation_key == "no_light_targeted"
    assert look(hass, "two")[0] == 51


async def test_rights(hass: HomeAssistant, borrow: Act, give_back: Act, wait: Pass) -> None:
    """A user needs the right to control each of the lights."""
    await hass.auth.async_create_user("Owner")
    one: Caller = await limited(hass, entity_ids={"light.one": {"read": True, "control": True}})
    context = Context(user_id=one.user_id)
    await borrow("me", brightness_pct=20, context=context)
    with pytest.raises(Unauthorized) as raised:
        await borrow("me", "one", "two", brightness_pct=30, context=context)
    assert (raised.value.entity_id, raised.value.permission) == ("light.two", POLICY_CONTROL)
    assert [look(hass)[0], look(hass, "two")] == [51, WARM]
    await wait(30)
    await borrow("me", "one", "two", brightness_pct=20)
    await wait(30)
    with pytest.raises(Unauthorized):
        await give_back("me", context=context)
    with pytest.raises(Unauthorized):  # that would give the other one back
        await borrow("me", brightness_pct=30, context=context)
    assert look(hass, "two")[0] == 51
    await give_back("me", context=context, entity_id="light.one")
    assert [look(hass), look(hass, "two")[0]] == [BLUE, 51]
    anybody = await child(hass)
    await give_back("me", context=Context(user_id=anybody.user_id))
    assert look(hass, "two") == WARM


async def test_failing(
    hass: HomeAssistant,
    bulbs: list[Bulb],
    borrow: Act,
    give_back: Act,
    wait: Pass,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """A light that fails is named, does not affect others, and is told again for a quarter of an hour."""
    bulbs[0].broken = True
    with pytest.raises(HomeAssistantError) as raised:
        await borrow("me", "one", "three", brightness_pct=20)
    assert raised.value.translation_placeholders == {"lights": "light.one"}
    assert [look(hass), look(hass, "three")[0]] == [BLUE, 51]
    await borrow("me", "one", "three", brightness_pct=20)  # nothing new
    await wait(120)
    bulbs[0].broken = False
    await wait(60)
    assert look(hass)[0] == 51
    bulbs[0].broken = True
    with pytest.raises(HomeAssistantError):
        await give_back("me")
    assert look(hass, "three") == (0, None)
    await wait(20 * 60)
    told = len(bulbs[0].told)
    bulbs[0].broken = False
    await wait(20 * 60)
    assert len(bulbs[0].told) == told
    assert look(hass)[0] == 51
    assert caplog.text.count("light.one does not do what it is told") == 2


async def test_slow(
    hass: HomeAssistant, freezer: FrozenDateTimeFactory, bulbs: list[Bulb], wait: Pass
) -> None:
    """What is wanted while a light does not answer is done as soon as it does, however inexact its answer is."""
    bulbs[0].step = 100
    bulbs[0].free.clear()
    data = {"borrower": "me", "entity_id": ["light.one", "light.two"], "brightness_pct": 20}
    tasks = [
        hass.async_create_task(hass.services.async_call(DOMAIN, action, it, blocking=True))
        for action, it in (("borrow_lights", data), ("return_lights", {"borrower": "me"}))
    ]
    await until(lambda: len(bulbs[1].told) == 2)
    assert [len(bulbs[0].told), look(hass, "two")] == [1, WARM]
    freezer.tick(1)
    bulbs[0].free.set()
    for task in tasks:
        await task
    await wait(1)
    assert [look(hass), look(hass, "two")] == [BLUE, WARM]
    assert len(bulbs[0].told) == 2


async def test_renamed(
    hass: HomeAssistant, bulbs: list[Bulb], borrow: Act, give_back: Act, wait: Pass
) -> None:
    """A light and an automation may get another entity id meanwhile."""
    registry = er.async_get(hass)
    automation = registry.async_get_or_create("automation", "automation", "1")
    hass.states.async_set(automation.entity_id, "on")
    await borrow(automation.entity_id, "one", "two", brightness_pct=20)
    await wait(30)
    registry.async_update_entity("light.one", new_entity_id="light.uno")
    registry.async_update_entity(automation.entity_id, new_entity_id="automation.new")
    registry.async_update_entity("light.three", icon="mdi:lamp")
    await hass.async_block_till_done()
    await give_back("automation.new")
    assert [look(hass, "uno"), look(hass, "two")] == [BLUE, WARM]


async def test_automation_deleted(hass: HomeAssistant, borrow: Act, wait: Pass) -> None:
    """Lights of an automation that is gone are returned; one that is off or being saved keeps them."""
    for state in ("on", "off"):
        hass.states.async_set("automation.game", state)
        await borrow("automation.game", brightness_pct=20)
        await wait(30 * 60)
        assert look(hass)[0] == 51
    hass.states.async_remove("automation.game")
    await wait(60)
    hass.states.async_set("automation.game", "on")
    await wait(10 * 60)
    assert look(hass)[0] == 51
    hass.states.async_set("automation.game", "unavailable")
    await wait(4 * 60)
    assert look(hass)[0] == 51
    await kill(hass)
    await wait(4 * 60)
    assert look(hass)[0] == 51
    await wait(3 * 60)
    assert look(hass) == BLUE


@pytest.mark.parametrize(
    ("modes", "before"),
    [
        ((ColorMode.ONOFF,), {"brightness": 255}),
        ((ColorMode.BRIGHTNESS,), {"brightness": 120}),
        ((ColorMode.COLOR_TEMP,), {"brightness": 120, "color_temp_kelvin": 5000}),
        ((ColorMode.HS,), {"brightness": 120, "hs_color": (30, 90)}),
        ((ColorMode.XY,), {"brightness": 120, "xy_color": (0.5, 0.4)}),
        ((ColorMode.RGB,), {"brightness": 120, "rgb_color": (200, 30, 40)}),
        ((ColorMode.RGBW,), {"brightness": 120, "rgbw_color": (20, 30, 40, 200)}),
        ((ColorMode.RGBWW,), {"brightness": 120, "rgbww_color": (20, 30, 40, 100, 200)}),
        ((ColorMode.RGB, ColorMode.WHITE), {"white": 120}),
        ((ColorMode.HS,), {"brightness": 120, "hs_color": (30, 90), "effect": "rainbow"}),
    ],
    ids=lambda it: "-".join(map(str, it)),
)
@pytest.mark.parametrize(
    "fields",
    [
        {"brightness_pct": 20, "rgb_color": [16, 124, 16]},
        {"brightness_pct": 20, "color_temp_kelvin": 2000},
        {"brightness_pct": 20},
        {},
    ],
    ids=["colour", "white", "keep", "nothing"],
)
async def test_kinds(
    hass: HomeAssistant,
    borrow: Act,
    give_back: Act,
    wait: Pass,
    modes: tuple[ColorMode, ...],
    before: dict[str, object],
    fields: dict[str, object],
) -> None:
    """Lights of all kinds are what they were, whatever they can show of a look."""
    bulb = Bulb("bulb", *modes)
    await hass.data[DATA_INSTANCES]["light"].async_add_entities([bulb])
    bulb.shows(**before)
    was = hass.states.get("light.bulb")
    assert was
    await wait(60)
    await borrow("me", "bulb", **fields)
    await wait(60)
    bulb.plug(False)
    bulb.plug()
    await borrow("other", "bulb", brightness_pct=100, **GREEN)
    await wait(60)
    await kill(hass)
    for borrower in ("other", "me"):
        await give_back(borrower)
        await wait(60)
    state = hass.states.get("light.bulb")
    assert state
    assert (state.state, state.attributes) == (was.state, was.attributes)
