"""Limits that change while their file is read from a real disk."""

import asyncio
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest
from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant
from homeassistant.helpers.storage import Store

from tests.conftest import SignIn
from tests.helpers.limited_family import LimitedFamily, limited_family
from tests.helpers.settling import settle


@pytest.fixture(name="family")
async def family_fixture(
    hass: HomeAssistant, folder: Path, freezer: object, entry: ConfigEntry, sign_in: SignIn
) -> LimitedFamily:
    """Return the family, with an hour a day for each."""
    return await limited_family(hass, entry, (await sign_in("alone"))["result"])


async def test_while_it_is_loaded(hass: HomeAssistant, family: LimitedFamily) -> None:
    """A change while the file is being read is not lost, nor is one in any other moment of a reload."""
    load = Store.async_load
    reading, go_on = asyncio.Event(), asyncio.Event()

    async def slow(store: Store[Any]) -> Any:
        content = await load(store)
        if store.key.endswith(".limits"):
            reading.set()
            await go_on.wait()
        return content

    with patch.object(Store, "async_load", slow):
        reload = hass.async_create_task(hass.config_entries.async_reload(family.second.entry_id))
        await reading.wait()
        first = hass.async_create_task(family.act("add_bonus_time", family.all, minutes=1))
        for _ in range(50):
            await asyncio.sleep(0)
        assert not reload.done()
        go_on.set()
        given = 1
        while not reload.done():
            await family.act("add_bonus_time", family.all, minutes=1)
            given += 1
            await asyncio.sleep(0)
        await first
        await settle(hass)
    assert family.bonuses() == [given] * 3
    await hass.config_entries.async_reload(family.second.entry_id)
    await settle(hass)
    assert family.bonuses() == [given] * 3
