"""Fixtures for tests of media players: a console on which a video plays."""

import pytest
from homeassistant.config_entries import ConfigEntry

from tests.conftest import Poll
from tests.simulator import Console


@pytest.fixture(name="video_console")
async def video_console_fixture(den: Console, entry: ConfigEntry, poll: Poll) -> Console:
    """Return a console on which a video plays."""
    den.run("Lumen Video")
    den.playback = "Playing"
    await poll()
    return den
