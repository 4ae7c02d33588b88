"""A sleep of the host: found by the clocks of host and network, and not by one of them alone."""

import time

import pytest
from freezegun.api import FrozenDateTimeFactory

from custom_components.xbox_network.xbox.http.sleeps import ASLEEP_SECONDS, Sleeps

NOW = 2_000_000_000.0


@pytest.mark.parametrize(
    ("host", "network", "count"),
    [
        (ASLEEP_SECONDS + 1, ASLEEP_SECONDS + 1, 1),
        (ASLEEP_SECONDS, ASLEEP_SECONDS + 1, 0),
        (ASLEEP_SECONDS + 1, ASLEEP_SECONDS, 0),
        (10_000, 10_000, 1),
        (10_000, 0, 0),
        (0, 10_000, 0),
        (-10_000, -10_000, 0),
    ],
)
def test_still_clock(
    freezer: FrozenDateTimeFactory,
    monkeypatch: pytest.MonkeyPatch,
    host: float,
    network: float,
    count: int,
) -> None:
    """While the monotonic clock stood still, both other clocks must have run."""
    wall, tick = time.time(), time.monotonic()
    sleeps = Sleeps()
    monkeypatch.setattr(time, "time", lambda: wall)
    monkeypatch.setattr(time, "monotonic", lambda: tick)
    sleeps.on_request()
    sleeps.on_time(NOW)
    monkeypatch.setattr(time, "time", lambda: wall + host)
    sleeps.on_request()
    sleeps.on_time(NOW + network)
    assert sleeps.count == count
    sleeps.on_time(NOW + network)
    assert sleeps.count == count


def test_first_time(freezer: FrozenDateTimeFactory) -> None:
    """The first time in an answer is nothing to compare with, however wrong the host's clock is."""
    sleeps = Sleeps()
    sleeps.on_request()
    sleeps.on_time(NOW)
    assert sleeps.count == 0


def test_nobody_looked(freezer: FrozenDateTimeFactory) -> None:
    """Minutes without any request are a sleep, whatever stopped them; each is counted once."""
    sleeps = Sleeps()
    for seconds, count in ((ASLEEP_SECONDS, 0), (ASLEEP_SECONDS + 1, 1), (10, 1), (301, 2)):
        freezer.tick(seconds)
        sleeps.on_request()
        sleeps.on_time(NOW + time.monotonic())
        assert sleeps.count == count
