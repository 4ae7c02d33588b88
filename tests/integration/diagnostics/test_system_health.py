"""System health: the lines of its page."""

import asyncio
from typing import Any

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant
from homeassistant.setup import async_setup_component
from pytest_homeassistant_custom_component.common import get_system_health_info

from custom_components.xbox_network.const import DOMAIN
from tests.conftest import Poll, SignIn
from tests.simulator import Simulator

REACHED = (
    "consoles",
    "sign_in",
    "sign_in_without_secret",
    "tokens",
    "people",
    "presence",
    "titles",
)


async def lines(hass: HomeAssistant) -> dict[str, Any]:
    """Return the lines of the page once they are complete."""
    assert await async_setup_component(hass, "system_health", {})
    await hass.async_block_till_done()
    info = await get_system_health_info(hass, DOMAIN)
    return {
        key: await value if asyncio.iscoroutine(value) else value for key, value in info.items()
    }


async def test_loaded(hass: HomeAssistant, entry: ConfigEntry, sign_in: SignIn, poll: Poll) -> None:
    """The page shows which services can be reached and the smallest request budgets."""
    assert await lines(hass) == {
        **{f"can_reach_{key}": "ok" for key in REACHED},
        "accounts": 1,
        "push": "refused",
        "budgets_left": "achievements 99, peoplehub 9, profile 10, titlehub 10, userpresence 29,"
        " userstats 100, xccs 29",
    }
    await poll(60)
    await sign_in("alone")
    page = await lines(hass)
    assert page["accounts"] == 2
    assert (
        page["budgets_left"]
        == "achievements 99, peoplehub 9, profile 10, titlehub 10, userpresence 28,"
        " userstats 100, xccs 29"
    )


async def test_not_loaded(hass: HomeAssistant, simulator: Simulator, credentials: None) -> None:
    """Without an account the page still shows which services can be reached."""
    assert await async_setup_component(hass, DOMAIN, {})
    page = await lines(hass)
    assert page["accounts"] == 0
    assert page["budgets_left"] == "-"
    assert page["can_reach_people"] == "ok"


async def test_unreachable(hass: HomeAssistant, simulator: Simulator, entry: ConfigEntry) -> None:
    """A service that cannot be reached is shown as failed."""
    await simulator.stop()
    page = await lines(hass)
    assert page["can_reach_presence"] == {"type": "failed", "error": "unreachable"}
