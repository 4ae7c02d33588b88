"""The file of borrowed lights as a later version of the integration writes it, on a real disk."""

import json
from pathlib import Path
from typing import Any

import pytest
from homeassistant.core import HomeAssistant

from custom_components.xbox_network.const import DOMAIN
from tests.helpers.bulbs import Bulb
from tests.helpers.damage import NEWER, Damage
from tests.helpers.files import content, kept
from tests.helpers.lights import kill
from tests.integration.lights.conftest import Act, Pass, look

BLUE = (200, (240, 100))
GREEN: dict[str, Any] = {"brightness_pct": 60, "rgb_color": [0, 255, 0]}
IS_GREEN = (153, (120, 100))


@pytest.fixture
def hass_storage() -> dict[str, Any]:
    """Leave Home Assistant's storage on the disk."""
    return {}


@pytest.fixture
def hass_config_dir(hass_tmp_config_dir: str) -> str:
    """Return an empty folder."""
    return hass_tmp_config_dir


@pytest.fixture(name="file")
async def file_fixture(hass: HomeAssistant, bulbs: list[Bulb], borrow: Act, wait: Pass) -> Path:
    """Return the file, in which one light is borrowed."""
    await borrow("me", **GREEN)
    await wait(60)
    return Path(hass.config.path(".storage", f"{DOMAIN}.lights"))


@pytest.mark.parametrize("damage", NEWER, ids=str)
async def test_newer(
    hass: HomeAssistant, file: Path, borrow: Act, give_back: Act, wait: Pass, damage: Damage
) -> None:
    """A file that cannot be read is kept aside before the first write; lights are borrowed from there on."""
    damage.apply(file)
    before = file.read_bytes()
    await kill(hass)
    await wait(60)
    assert (look(hass), file.read_bytes()) == (IS_GREEN, before)
    await borrow("me", "two", **GREEN)
    await wait(60)
    assert [it.read_bytes() for it in kept(file)] == [before]
    assert content(file)["lights"].keys() == {"light.two"}
    await give_back("me")
    assert look(hass, "two") == (40, 2700)


async def test_additions(
    hass: HomeAssistant, file: Path, borrow: Act, give_back: Act, wait: Pass
) -> None:
    """What a later minor version has added to a light stays as long as the light is borrowed."""
    whole = json.loads(file.read_bytes())
    added = {"later": {"of": [1, None]}}
    lamp = whole["data"]["lights"]["light.one"]
    places = [whole["data"], lamp, lamp["loans"][0], lamp["was"], lamp["told"]]
    for place in places:
        place.update(added)
    file.write_text(json.dumps(whole | {"minor_version": 7}))
    await kill(hass)
    await borrow("you", "two", **GREEN)
    await wait(60)
    assert json.loads(file.read_bytes())["minor_version"] == 7
    found = content(file)
    lamp = found["lights"]["light.one"]
    places = [found, lamp, lamp["loans"][0], lamp["was"], lamp["told"]]
    assert [it["later"] for it in places] == [added["later"]] * 5
    await give_back("me")
    await wait(60)
    assert look(hass) == BLUE
    await borrow("me", **GREEN)
    await wait(60)
    assert "later" not in content(file)["lights"]["light.one"]
