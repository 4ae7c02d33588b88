"""A home for tests of rights: an account with two friends, all with limits, and a console."""

import pytest
from freezegun.api import FrozenDateTimeFactory
from homeassistant.core import HomeAssistant
from pytest_homeassistant_custom_component.common import MockConfigEntry

from tests.conftest import set_up
from tests.helpers.consoles import ConsoleEntities
from tests.helpers.friend_dialog import add_friends
from tests.helpers.limits import Home
from tests.simulator import Console
from tests.simulator.world.demo_world import BRASS_OTTER, QUIET_HARBOR


@pytest.fixture(name="home")
async def home_fixture(
    hass: HomeAssistant,
    freezer: FrozenDateTimeFactory,
    den: Console,
    stored: MockConfigEntry,
    at_den: ConsoleEntities,
) -> Home:
    """Return the home, at noon. Its first user, who is not in the tests, owns it."""
    await hass.auth.async_create_user("Owner")
    await set_up(hass, stored)
    await add_friends(hass, stored, QUIET_HARBOR, BRASS_OTTER)
    home = Home(hass, stored, at_den)
    await home.reset()
    return home
