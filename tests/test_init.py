"""The life of an entry."""

from homeassistant.config_entries import ConfigEntry, ConfigEntryState

from tests.conftest import Poll
from tests.simulator import Person


async def test_loads(entry: ConfigEntry, owner: Person, poll: Poll) -> None:
    """An account that signs in is loaded, and stays so."""
    owner.play("1900000001")
    await poll(10)
    assert entry.state is ConfigEntryState.LOADED
