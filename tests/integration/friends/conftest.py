"""A friend of the owner, and an account that tracks two friends."""

import pytest
from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant

from tests.conftest import Poll
from tests.helpers.entities import Entities
from tests.helpers.friend_dialog import add_friends
from tests.simulator import Person, Simulator
from tests.simulator.world.demo_world import BRASS_OTTER, QUIET_HARBOR


@pytest.fixture(name="friend")
def friend_fixture(simulator: Simulator) -> Person:
    """Return one of the owner's friends."""
    return simulator.world.person(QUIET_HARBOR)


@pytest.fixture(name="friend_entities")
def friend_entities_fixture(hass: HomeAssistant) -> Entities:
    """Return the entities of that friend."""
    return Entities(hass, QUIET_HARBOR)


@pytest.fixture(name="tracked")
async def tracked_fixture(hass: HomeAssistant, entry: ConfigEntry, poll: Poll) -> ConfigEntry:
    """Return the account with two friends."""
    await add_friends(hass, entry, QUIET_HARBOR, BRASS_OTTER)
    await poll()
    return entry
