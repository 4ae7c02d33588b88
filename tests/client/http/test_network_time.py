"""The network time: the time of the services, independent of the host's clocks."""

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
    """Send a request, and return the network's time after it."""
    await client.presence.batch([OWNER])
    return now(client)


async def test_time_of_the_network(
    client: XboxClient, simulator: Simulator, freezer: FrozenDateTimeFactory
) -> None:
    """The time is that of the last answer, and goes on until the next one."""
    real = simulator.world.clock()
    headers = {"Date": "Sat, 01 Mar 2031 09:00:00 GMT"}
    simulator.fail(PRESENCE, body=b"[]", headers=headers)
    assert await ask(client) == real + 3600
    freezer.tick(500)
    assert now(client) == real + 3600 + 500
    assert await ask(client) == simulator.world.clock()


@pytest.mark.parametrize("date", ["", "odd", "Sat, 99 Mar 2031 09:00:00 GMT"])
async def test_no_time(client: XboxClient, simulator: Simulator, date: str) -> None:
    """An invalid `Date` leaves the time unchanged."""
    before = await ask(client)
    simulator.fail(PRESENCE, body=b"[]", headers={"Date": date})
    assert await ask(client) == before
