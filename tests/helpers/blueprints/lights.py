"""A home with two lamps and colors in which automations show them."""

from typing import Any

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant

from tests.helpers.blueprints.files import device_of
from tests.helpers.fake_devices import Lamp
from tests.simulator import Person

IDS = ["light.desk", "light.sofa"]
WARM, RED, GOLDEN = (255, 200, 100), (255, 0, 0), (255, 200, 0)
BLUE, GREEN, PINK = (0, 0, 255), (0, 255, 0), (255, 0, 200)
BEFORE = [(250, WARM), (0, None)]

type Colour = tuple[int, int, int]


def shown(lamps: list[Lamp]) -> list[tuple[int, Any]]:
    """Return how lamps look."""
    return [it.looks() for it in lamps]


def bright(colour: Colour) -> list[tuple[int, Any]]:
    """Return how both lamps look in a color at full brightness."""
    return [(255, colour)] * 2


def celebration(
    hass: HomeAssistant, entry: ConfigEntry, player: Person, **more: Any
) -> dict[str, Any]:
    """Return the inputs of a celebration in gold."""
    people = [device_of(hass, entry, player.xuid)]
    return {"people": people, "lights": IDS, "rgb": list(GOLDEN), **more}
