"""Groups of lights that people make in the user interface: each stands for its lights."""

from typing import Any

import pytest
from homeassistant.core import HomeAssistant
from pytest_homeassistant_custom_component.common import (
    MockConfigEntry,
    RegistryEntryWithDefaults,
    mock_registry,
)

from tests.helpers.bulbs import Bulb
from tests.helpers.lights import kill
from tests.integration.lights.conftest import Act, Pass, look

NAMES = ("one", "two", "three")
BEFORE = [(200, (240, 100)), (40, 2700), (0, None)]
GREEN: dict[str, Any] = {"brightness_pct": 60, "rgb_color": [0, 255, 0]}
IS_GREEN = (153, (120, 100))


@pytest.fixture(autouse=True)
async def groups(hass: HomeAssistant, bulbs: list[Bulb]) -> None:
    """Make a group of two bulbs, and a group of that one and the third bulb."""
    for name, members in (
        ("room", ["light.one", "light.two"]),
        ("house", ["light.room", "light.three"]),
    ):
        options = {"group_type": "light", "name": name, "entities": members, "hide_members": False}
        group = MockConfigEntry(domain="group", title=name, options=options)
        group.add_to_hass(hass)
        assert await hass.config_entries.async_setup(group.entry_id)
    await hass.async_block_till_done()


@pytest.mark.parametrize(
    "target", ["light.room", "light.house", ["light.room", "light.one"], "all"], ids=str
)
async def test_each_its_own(
    hass: HomeAssistant, borrow: Act, give_back: Act, wait: Pass, target: Any
) -> None:
    """Each light of a group gets back what it was itself, and is told so once."""
    await borrow("me", entity_id=target, **GREEN)
    await wait(60)
    assert [look(hass, it) for it in ("one", "two")] == [IS_GREEN] * 2
    await give_back("me", entity_id=target)
    await wait(60)
    assert [look(hass, it) for it in NAMES] == BEFORE


@pytest.mark.parametrize("target", ["light.house", "light.room", "all"])
@pytest.mark.parametrize(
    ("excluded", "left_alone"), [("light.two", ["two"]), ("light.room", ["one", "two"])]
)
async def test_excluded(
    hass: HomeAssistant, borrow: Act, target: str, excluded: str, left_alone: list[str]
) -> None:
    """What is excluded is left alone, be it one light of a group, or a group."""
    selected = {"entity_id": target, "exclude": {"entity_id": [excluded]}}
    if (target, excluded) != ("light.room", "light.room"):  # else there is nothing to borrow
        await borrow("me", **selected, **GREEN)
    assert [look(hass, it) for it in left_alone] == [BEFORE[NAMES.index(it)] for it in left_alone]
    assert (look(hass) == IS_GREEN) is ("one" not in left_alone)


async def test_group_and_member(
    hass: HomeAssistant, borrow: Act, give_back: Act, wait: Pass
) -> None:
    """Whoever has one light of it keeps that until the end."""
    await borrow("one", entity_id="light.room", **GREEN)
    await wait(30)
    await borrow("other", brightness_pct=100, rgb_color=[255, 0, 0])
    await wait(30)
    await give_back("one")
    assert [look(hass), look(hass, "two")] == [(255, (0, 100)), BEFORE[1]]
    await wait(30)
    await give_back("other")
    assert [look(hass, it) for it in NAMES] == BEFORE


async def test_orphan(hass: HomeAssistant, borrow: Act) -> None:
    """A group that is gone but for its entry in the registry, as in half a backup, keeps no other light from it."""
    orphan = RegistryEntryWithDefaults(
        entity_id="light.orphan",
        unique_id="orphan",
        platform="group",
        config_entry_id="of nothing",
    )
    mock_registry(hass, {orphan.entity_id: orphan})
    await borrow("me", entity_id=["light.orphan", "light.one"], **GREEN)
    assert look(hass) == IS_GREEN


async def test_away(
    hass: HomeAssistant, bulbs: list[Bulb], borrow: Act, give_back: Act, wait: Pass
) -> None:
    """A group whose lights are all away, as just after a start, still stands for them."""
    await borrow("me", entity_id="light.room", **GREEN)
    for action in (borrow, give_back):
        await wait(30)
        for bulb in bulbs[:2]:
            bulb.plug(False)
        await hass.async_block_till_done()
        await kill(hass)
        await action("me", entity_id="light.room", **(GREEN if action is borrow else {}))
        await wait(30)
        for bulb in bulbs[:2]:
            bulb.plug()
        await wait(5)
        shown = [look(hass, it) for it in ("one", "two")]
        assert shown == ([IS_GREEN] * 2 if action is borrow else BEFORE[:2])
