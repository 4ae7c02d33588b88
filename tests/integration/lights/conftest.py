"""A home with bulbs and without an account: lights can be borrowed there, too."""

from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from freezegun.api import FrozenDateTimeFactory
from homeassistant.components.light import ColorMode
from homeassistant.core import Context, HomeAssistant
from homeassistant.helpers.entity_component import DATA_INSTANCES
from homeassistant.setup import async_setup_component
from pytest_homeassistant_custom_component.common import async_fire_time_changed

from custom_components.xbox_network.const import DOMAIN
from tests.helpers.bulbs import Bulb

type Act = Callable[..., Awaitable[None]]
type Pass = Callable[[float], Awaitable[None]]


@pytest.fixture(name="bulbs")
async def bulbs_fixture(
    hass: HomeAssistant, freezer: FrozenDateTimeFactory, custom_integration: None
) -> list[Bulb]:
    """Return three bulbs with colors: one on and blue, one dim and warm white, one off."""
    assert await async_setup_component(hass, DOMAIN, {})
    assert await async_setup_component(hass, "light", {})
    bulbs = [Bulb(name, ColorMode.HS, ColorMode.COLOR_TEMP) for name in ("one", "two", "three")]
    await hass.data[DATA_INSTANCES]["light"].async_add_entities(bulbs)
    bulbs[0].shows(brightness=200, hs_color=(240, 100))
    bulbs[1].shows(brightness=40, color_temp_kelvin=2700)
    freezer.tick(60)
    return bulbs


@pytest.fixture(name="borrow")
def borrow_fixture(hass: HomeAssistant, bulbs: list[Bulb]) -> Act:
    """Return a function that borrows lights, by default the first bulb, for somebody."""

    async def borrow(
        borrower: str, *names: str, context: Context | None = None, **fields: Any
    ) -> None:
        data = {"borrower": borrower, "entity_id": [f"light.{it}" for it in names or ("one",)]}
        await hass.services.async_call(
            DOMAIN, "borrow_lights", data | fields, blocking=True, context=context
        )
        await hass.async_block_till_done()

    return borrow


@pytest.fixture(name="give_back")
def give_back_fixture(hass: HomeAssistant, bulbs: list[Bulb]) -> Act:
    """Return a function that gives lights back for somebody, by default all."""

    async def give_back(borrower: str, context: Context | None = None, **fields: Any) -> None:
        data = {"borrower": borrower} | fields
        await hass.services.async_call(
            DOMAIN, "return_lights", data, blocking=True, context=context
        )
        await hass.async_block_till_done()

    return give_back


@pytest.fixture(name="wait")
def wait_fixture(hass: HomeAssistant, freezer: FrozenDateTimeFactory) -> Pass:
    """Return a function that lets time pass, in steps of 5 seconds."""

    async def wait(seconds: float) -> None:
        while seconds > 0:
            freezer.tick(min(5, seconds))
            seconds -= 5
            async_fire_time_changed(hass)
            await hass.async_block_till_done()

    return wait


def look(hass: HomeAssistant, name: str = "one") -> tuple[int, Any]:
    """Return how a bulb looks: its brightness, 0 if it is off, and its color or color temperature."""
    state = hass.states.get(f"light.{name}")
    assert state
    if state.state != "on":
        return 0, None
    it = state.attributes
    return it.get("brightness", 255), it.get("color_temp_kelvin") or it.get("hs_color")
