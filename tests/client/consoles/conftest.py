"""Fixtures for tests of consoles in the client."""

from collections.abc import AsyncIterator

import pytest
from freezegun.api import FrozenDateTimeFactory

from custom_components.xbox_network.xbox import XboxClient
from custom_components.xbox_network.xbox.consoles.console import ConsoleSnapshot
from custom_components.xbox_network.xbox.consoles.observer import ConsolesObserver
from custom_components.xbox_network.xbox.models.consoles import Playback
from tests.client.conftest import LUMEN_VIDEO
from tests.client.consoles.hand import LATENCY, Hand
from tests.client.consoles.living import Living
from tests.helpers.client.consoles_observer import keep_looking
from tests.simulator import Console, Simulator
from tests.simulator.world.demo_world import DEN


@pytest.fixture
async def hand(
    client: XboxClient, simulator: Simulator, freezer: FrozenDateTimeFactory, den: Console
) -> AsyncIterator[Hand]:
    """Return a hand at the console that is on; xccs takes its time for each command."""
    den.answer_seconds = {None: LATENCY}
    hand = Hand(client, simulator, freezer, den)
    yield hand
    hand.queue.close()


@pytest.fixture
async def hand_at_bedroom(
    client: XboxClient, simulator: Simulator, freezer: FrozenDateTimeFactory, bedroom: Console
) -> AsyncIterator[Hand]:
    """Return a hand at the console that sleeps."""
    hand = Hand(client, simulator, freezer, bedroom)
    yield hand
    hand.queue.close()


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


@pytest.fixture(name="living")
async def living_fixture(
    consoles_observer: ConsolesObserver,
    client: XboxClient,
    den: Console,
    freezer: FrozenDateTimeFactory,
) -> Living:
    """Return the den, at its home screen."""
    await consoles_observer.refresh()
    freezer.tick(10)
    return Living(consoles_observer, client, den, freezer)
