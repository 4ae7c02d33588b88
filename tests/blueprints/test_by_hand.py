"""Tests that each blueprint's automation can be run from its menu without an error."""

from typing import Any

import pytest
from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant
from pytest_homeassistant_custom_component.common import async_mock_service

from tests.blueprints.conftest import Automate, Live
from tests.helpers.blueprints.files import NAMES, device_of, inputs_of
from tests.helpers.consoles import ConsoleEntities
from tests.helpers.fake_devices import Telephone
from tests.simulator import Console, Person
from tests.simulator.world.demo_world import DEN


@pytest.mark.parametrize("name", NAMES)
async def test_by_hand(
    hass: HomeAssistant,
    den: Console,
    entry: ConfigEntry,
    owner: Person,
    at_den: ConsoleEntities,
    automate: Automate,
    live: Live,
    telephone: Telephone,
    name: str,
) -> None:
    """An automation run from its menu has all its variables and does not fail."""
    for domain in ("light", "media_player"):
        async_mock_service(hass, domain, "turn_off")
    async_mock_service(hass, "light", "turn_on")
    hass.states.async_set("sun.sun", "below_horizon")
    hass.states.async_set("light.desk", "on")
    hass.states.async_set("media_player.tv", "off")
    person = device_of(hass, entry, owner.xuid)
    chosen: dict[str, Any] = {
        "child": person,
        "people": [person],
        "console": at_den.id("media_player"),
        "consoles": [device_of(hass, entry, DEN)],
        "lights": ["light.desk"],
        "notify": [telephone.entity_id],
        "source": "HDMI 1",
        "tv": "media_player.tv",
    }
    await automate(name, **{it: chosen[it] for it in inputs_of(name) if it in chosen})
    target = {"entity_id": f"automation.{name}"}
    await hass.services.async_call("automation", "trigger", target)
    await live(120)
