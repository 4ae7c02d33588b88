"""Fixtures for tests of command queues: hands at a console that is on, and at one that sleeps."""

from collections.abc import AsyncIterator

import pytest
from freezegun.api import FrozenDateTimeFactory

from custom_components.xbox_network.xbox import XboxClient
from tests.client.consoles.hand import LATENCY, Hand
from tests.simulator import Console, Simulator


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
