"""Fixtures for tests of consoles: a household of two accounts that share one."""

import pytest
from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant

from tests.conftest import Poll, SignIn
from tests.helpers.household import JUNIPER, Household
from tests.simulator import Console, Simulator


@pytest.fixture(name="shared")
def shared_fixture(den: Console) -> None:
    """Share the console in the den with the second account, before any account is added."""
    den.shared_with.add(JUNIPER)


@pytest.fixture(name="household")
async def household_fixture(
    hass: HomeAssistant,
    simulator: Simulator,
    den: Console,
    shared: None,
    entry: ConfigEntry,
    sign_in: SignIn,
    poll: Poll,
) -> Household:
    """Return two accounts with one console, which a user has made their own."""
    second: ConfigEntry = (await sign_in("alone"))["result"]
    household = Household(hass, simulator, den, entry, second)
    await poll(20)
    household.customize()
    await poll(60)  # Home Assistant reloads an account of which an entity was enabled
    assert household.owner is entry
    assert household.unavailable() == set()
    return household
