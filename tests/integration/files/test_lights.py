"""The file of borrowed lights that a newer version has written: it is kept aside, or what was added stays in it."""

import json
from pathlib import Path
from typing import Any

from homeassistant.core import HomeAssistant

from custom_components.xbox_network.const import DOMAIN
from tests.helpers.bulbs import Bulb
from tests.helpers.files import content, kept
from tests.helpers.lights import kill
from tests.helpers.settling import settle
from tests.integration.lights.conftest import (  # noqa: F401  fixtures
    Act,
    borrow_fixture,
    bulbs_fixture,
    give_back_fixture,
)


async def test_newer(hass: HomeAssistant, folder: Path, bulbs: list[Bulb], borrow: Act) -> None:
    """What a newer version remembers is kept aside; lights can be borrowed."""
    path = folder / f"{DOMAIN}.lights"
    await borrow("me", brightness_pct=20)
    newer = {**json.loads(path.read_bytes()), "version": 2}
    path.write_text(json.dumps(newer))
    await kill(hass)
    await borrow("you", brightness_pct=60)
    await settle(hass)
    assert [it["borrower"] for it in content(path)["lights"]["light.one"]["loans"]] == ["you"]
    [aside] = kept(path)
    assert json.loads(aside.read_bytes()) == newer


async def test_later_minor(
    hass: HomeAssistant, folder: Path, bulbs: list[Bulb], borrow: Act, give_back: Act
) -> None:
    """What a later minor version has added is carried along."""
    path = folder / f"{DOMAIN}.lights"
    for borrower in ("me", "you"):
        await borrow(borrower, brightness_pct=20)
    await settle(hass)
    later = json.loads(path.read_bytes()) | {"minor_version": 2}
    light = later["data"]["lights"]["light.one"]
    places: list[Any] = [later["data"], light, light["loans"][0], light["told"]]
    for place in places:
        place["added"] = {"by": "a later version"}
    path.write_text(json.dumps(later))
    await kill(hass)
    await give_back("you")
    await settle(hass)
    del light["loans"][1]
    assert json.loads(path.read_bytes()) == later
