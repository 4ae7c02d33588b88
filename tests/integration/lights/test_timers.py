"""Tests of the times at which borrowed lights are looked at: one that cannot be told anything is waited for in peace."""

import asyncio
from collections.abc import Iterator
from typing import Any
from unittest.mock import patch

import pytest
from freezegun.api import FrozenDateTimeFactory
from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant
from homeassistant.helpers.event import async_call_later
from pytest_homeassistant_custom_component.common import (
    async_fire_time_changed,
    async_fire_time_changed_exact,
)

from custom_components.xbox_network.const import DOMAIN
from tests.helpers.bulbs import Bulb
from tests.helpers.settling import until
from tests.integration.lights.conftest import Act, Pass, look

GREEN: dict[str, Any] = {"brightness_pct": 60, "rgb_color": [0, 255, 0]}
BLUE = (200, (240, 100))


@pytest.fixture(name="delays")
def delays_fixture() -> Iterator[list[float]]:
    """Return the seconds of each timer that is set for the lights. None may be 0: time does not pass by itself here."""
    delays: list[float] = []

    def call_later(hass: HomeAssistant, delay: float, job: Any) -> Any:
        delays.append(delay)
        return async_call_later(hass, delay, job)

    with patch("custom_components.xbox_network.lights.lender.async_call_later", call_later):
        yield delays


async def test_away(
    bulbs: list[Bulb], borrow: Act, give_back: Act, wait: Pass, delays: list[float]
) -> None:
    """A light that is away when it is to be given back."""
    await borrow("me", **GREEN)
    await wait(60)
    bulbs[0].plug(False)
    await give_back("me")
    await wait(120)
    assert min(delays) > 0


async def test_short_flash(
    hass: HomeAssistant, freezer: FrozenDateTimeFactory, borrow: Act
) -> None:
    """A light that is borrowed for less than a second is returned within it."""
    await borrow("me", **GREEN, seconds=0.25)
    assert look(hass) != BLUE
    freezer.tick(0.25)
    async_fire_time_changed_exact(hass)
    await hass.async_block_till_done()
    assert look(hass) == BLUE


async def test_without_answer(
    hass: HomeAssistant,
    freezer: FrozenDateTimeFactory,
    bulbs: list[Bulb],
    borrow: Act,
    wait: Pass,
    delays: list[float],
) -> None:
    """A light that does not answer, however long that lasts."""
    await borrow("me", **GREEN)
    await wait(60)
    bulbs[0].free.clear()
    data = {"borrower": "me"}
    call = hass.async_create_task(
        hass.services.async_call(DOMAIN, "return_lights", data, blocking=True)
    )
    for minutes in (1, 20):
        freezer.tick(minutes * 60)
        async_fire_time_changed(hass)
        for _ in range(50):
            await asyncio.sleep(0)
    assert min(delays) > 0
    bulbs[0].free.set()
    await call
    await wait(60)
    assert look(hass) == BLUE


async def test_without_answer_at_the_removal(
    hass: HomeAssistant, entry: ConfigEntry, bulbs: list[Bulb], delays: list[float]
) -> None:
    """A light that does not answer when the last account is removed: it is returned when it does, and that is all."""
    bulbs[0].free.clear()
    data = {"borrower": "me", "entity_id": "light.one", **GREEN}
    call = hass.async_create_task(
        hass.services.async_call(DOMAIN, "borrow_lights", data, blocking=True)
    )
    await until(lambda: bool(bulbs[0].told))
    await hass.config_entries.async_remove(entry.entry_id)
    delays.clear()
    bulbs[0].free.set()
    await call
    await hass.async_block_till_done()
    assert look(hass) == BLUE
    assert delays == []
