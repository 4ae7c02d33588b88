"""The network time: the time of the services, independent of the host's clocks."""

import time
from email.utils import formatdate

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
    assert await ask(client) == simulator.world.clock()
    freezer.tick(500)
    assert now(client) == simulator.world.clock()
    assert await ask(client) == simulator.world.clock()


async def ask_at(client: XboxClient, simulator: Simulator, hours: float) -> float | None:
    """Send a request that is answered with a time of some hours later. Return how wrong the network's time is."""
    date = formatdate(simulator.world.clock() + hours * 3600, usegmt=True)
    simulator.fail(PRESENCE, body=b"[]", headers={"Date": date})
    told = await ask(client)
    return None if told is None else told - simulator.world.clock()


@pytest.mark.parametrize("known", [True, False])
async def test_time_that_jumps(
    client: XboxClient, simulator: Simulator, freezer: FrozenDateTimeFactory, known: bool
) -> None:
    """A time that jumps counts only if the next answer agrees with it."""
    if known:
        await ask(client)
    right = 0.0 if known else None
    for hours, error in ((1, right), (5, right), (2, right), (2, 7200.0), (0, 7200.0), (0, 0.0)):
        assert await ask_at(client, simulator, hours) == error
        freezer.tick(10)


async def test_first_time_with_a_wrong_clock_of_the_host(
    client: XboxClient,
    simulator: Simulator,
    freezer: FrozenDateTimeFactory,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Where the host's clock is wrong, the first time needs a second answer, too."""
    right = time.time
    monkeypatch.setattr(time, "time", lambda: right() - 86400)
    assert await ask(client) is None
    freezer.tick(10)
    assert await ask(client) == simulator.world.clock()


@pytest.mark.parametrize("seconds", [-7200, 7200, 90000])
async def test_clock_of_the_host_is_set(
    client: XboxClient, simulator: Simulator, monkeypatch: pytest.MonkeyPatch, seconds: float
) -> None:
    """After the host's clock was set, or the host has slept, the next answer tells the time."""
    await ask(client)
    right = time.time
    monkeypatch.setattr(time, "time", lambda: right() + seconds)
    assert now(client) is None
    assert await ask(client) == simulator.world.clock()


async def test_sleep(
    client: XboxClient,
    simulator: Simulator,
    freezer: FrozenDateTimeFactory,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """After a sleep, in which the monotonic clock stands still, one answer is enough."""
    await ask(client)
    running = time.monotonic
    freezer.tick(7200)
    monkeypatch.setattr(time, "monotonic", lambda: running() - 7200)
    assert now(client) is None
    assert await ask(client) == simulator.world.clock()


@pytest.mark.parametrize("date", ["", "odd", "Sat, 99 Mar 2031 09:00:00 GMT"])
async def test_no_time(client: XboxClient, simulator: Simulator, date: str) -> None:
    """An invalid `Date` leaves the time unchanged."""
    before = await ask(client)
    simulator.fail(PRESENCE, body=b"[]", headers={"Date": date})
    assert await ask(client) == before
