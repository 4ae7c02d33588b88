"""Network time: what time it is for the network, whatever the clocks of this host say."""

import time

import pytest
from freezegun.api import FrozenDateTimeFactory

from custom_components.xbox_network.xbox import XboxClient
from tests.client.conftest import OWNER, PRESENCE
from tests.simulator import Simulator


def now(client: XboxClient) -> float | None:
    """Return the network's time."""
    return client.auth.http.network_time(time.monotonic())


async def ask(client: XboxClient) -> float | None:
    """Ask something, and return the network's time then."""
    await client.presence.batch([OWNER])
    return now(client)


async def test_time_of_the_network(
    client: XboxClient, simulator: Simulator, freezer: FrozenDateTimeFactory
) -> None:
    """As its services tell it, and going on between two answers."""
    real = simulator.world.clock()
    headers = {"Date": "Sat, 01 Mar 2031 09:00:00 GMT"}
    simulator.fail(PRESENCE, body=b"[]", headers=headers)
    assert await ask(client) == real + 3600
    freezer.tick(500)
    assert now(client) == real + 3600 + 500
    assert await ask(client) == simulator.world.clock()


@pytest.mark.parametrize("date", ["", "odd", "Sat, 99 Mar 2031 09:00:00 GMT"])
async def test_no_time(client: XboxClient, simulator: Simulator, date: str) -> None:
    """What is no time leaves what was known."""
    before = await ask(client)
    simulator.fail(PRESENCE, body=b"[]", headers={"Date": date})
    assert await ask(client) == before
