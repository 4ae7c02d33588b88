"""What tests of consoles in the client share."""

import pytest
from freezegun.api import FrozenDateTimeFactory

from custom_components.xbox_network.xbox.consoles.console import ConsoleSnapshot
from custom_components.xbox_network.xbox.consoles.observer import ConsolesObserver
from custom_components.xbox_network.xbox.models.consoles import Playback
from tests.client.conftest import LUMEN_VIDEO
from tests.helpers.client.consoles_observer import keep_looking
from tests.simulator import Console
from tests.simulator.world.demo_world import DEN


@pytest.fixture(name="before")
async def before_fixture(
    consoles_observer: ConsolesObserver, den: Console, freezer: FrozenDateTimeFactory
) -> dict[str, ConsoleSnapshot]:
    """Let the den play a video, and return what is known before the odd answer."""
    den.tv_configured = True
    den.run(LUMEN_VIDEO)
    den.playback = "Playing"
    await consoles_observer.refresh()
    consoles = await keep_looking(consoles_observer, freezer, 30)
    await consoles_observer.refresh()
    assert consoles[DEN].playback is Playback.PLAYING
    return consoles
