"""Pictures at hosts that are not in the table: another sub-domain of Xbox is good, the next of the list is taken."""

from typing import Any

import pytest
from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant

from custom_components.xbox_network.xbox.endpoints import Service
from tests.conftest import Poll
from tests.helpers.entities import Entities
from tests.helpers.recovery import STARFALL_DRIFT
from tests.simulator import Person, Simulator

ART = "https://gameart.xboxlive.com/image/tile"
STORE = "https://store-images.s-microsoft.com/image/logo"


@pytest.mark.parametrize(
    ("images", "shown"),
    [
        ([("Tile", ART)], ART),
        ([("Tile", "https://example.com/tile"), ("Logo", STORE)], STORE),
        ([("Tile", "https://example.com/tile"), ("Tile", ART)], ART),
        ([("Tile", "http://gameart.xboxlive.com/tile"), ("BoxArt", STORE)], STORE),
        ([("Tile", None), ("Tile", ""), ("Tile", "odd"), ("Logo", ART)], ART),
        ([("Tile", "https://gameclipscontent-d1.xboxlive.com/a"), ("Logo", STORE)], STORE),
        ([("Tile", "https://example.com/tile")], None),
    ],
)
async def test_art(
    hass: HomeAssistant,
    simulator: Simulator,
    entry: ConfigEntry,
    owner: Person,
    entities: Entities,
    poll: Poll,
    images: list[tuple[str, str | None]],
    shown: str | None,
) -> None:
    """The first picture that can be fetched is shown."""

    def change(answer: Any) -> None:
        for title in answer["titles"]:
            title["images"] = [{"type": kind, "url": url} for kind, url in images]
            title["displayImage"] = None

    simulator.spoil(Service.TITLES, change, times=None)
    owner.play(STARFALL_DRIFT)
    await poll(20)
    state = hass.states.get(entities.id("sensor.now_playing"))
    assert state
    expected = shown and shown.replace("https:/", str(simulator.url))
    assert state.attributes.get("entity_picture") == expected
