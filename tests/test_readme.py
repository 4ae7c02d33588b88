"""The automations of the README do what it says."""

from pathlib import Path
from typing import Any

import pytest
from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant
from homeassistant.setup import async_setup_component
from homeassistant.util.yaml import parse_yaml
from pytest_homeassistant_custom_component.common import async_mock_service

from tests.conftest import Poll, restart
from tests.friend_dialog import add_friends
from tests.settling import settle
from tests.simulator import Simulator

README = Path(__file__).parent.parent / "README.md"
BRASS_OTTER = "2535400000000012"
STARFALL_DRIFT = "1900000001"


def automations() -> dict[str, Any]:
    """Return the automations by their alias."""
    blocks = README.read_text().split("```yaml\n")[1:]
    read = [parse_yaml(block.split("```")[0]) for block in blocks]
    return {it["alias"]: it for it in read if isinstance(it, dict) and "alias" in it}


@pytest.mark.parametrize("alias", automations())
async def test_valid(hass: HomeAssistant, entry: ConfigEntry, alias: str) -> None:
    """Home Assistant takes each of them as it is."""
    assert await async_setup_component(hass, "automation", {"automation": [automations()[alias]]})
    await settle(hass)
    (state,) = hass.states.async_all("automation")
    assert state.state == "on"
    await hass.services.async_call("automation", "turn_off", {}, True, target={"entity_id": "all"})


async def test_friend_plays(
    hass: HomeAssistant, simulator: Simulator, entry: ConfigEntry, poll: Poll
) -> None:
    """It is told once when a friend starts a game, and not again by a restart."""
    messages = async_mock_service(hass, "notify", "send_message")
    await add_friends(hass, entry, BRASS_OTTER)
    automation = automations()["Brass Otter plays"]
    assert await async_setup_component(hass, "automation", {"automation": [automation]})
    simulator.world.person(BRASS_OTTER).play(STARFALL_DRIFT)
    await poll(60)
    await restart(hass, entry)
    await poll(60)
    assert [it.data["message"] for it in messages] == ["Brass Otter plays Starfall Drift."]
