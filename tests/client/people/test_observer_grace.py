"""The people observer, grace time: a shorter failure changes nothing."""

import time
from typing import Any

import pytest
from freezegun.api import FrozenDateTimeFactory

from custom_components.xbox_network.xbox import XboxClient
from custom_components.xbox_network.xbox.http.backoff import GRACE_SECONDS
from custom_components.xbox_network.xbox.people.observer import TRUSTED_POLL_SECONDS, PeopleObserver
from custom_components.xbox_network.xbox.presence import Presence
from tests.client.conftest import OWNER, PEOPLE, PRESENCE, WATCHED, see
from tests.simulator import Person, Simulator

OUTAGE = GRACE_SECONDS - 10
FAULTS: list[dict[str, Any]] = [
    {"status": 503, "times": None},
    {"status": 429, "times": None},
    {"status": 403, "times": None},
    {"status": 429, "headers": {"Retry-After": "285"}},
]


class FullCoverage:
    """Announces everything."""

    def announces_presence(self, xuid: str, presence: Presence) -> bool:
        """Return True: each change is announced."""
        return True


@pytest.fixture(name="pushed")
def pushed_fixture(client: XboxClient) -> PeopleObserver:
    """Return an observer with trusted push that announces everything."""
    observer = PeopleObserver(client, WATCHED, FullCoverage())
    for _ in range(2):
        observer.push_trust.on_announcement(OWNER, time.monotonic())
        observer.push_trust.on_change_found(OWNER, time.monotonic(), promised=True)
    return observer


async def lapses(
    observer: PeopleObserver, simulator: Simulator, freezer: FrozenDateTimeFactory, first: float
) -> list[float]:
    """Refresh until the outage is over, first after some seconds; return the times with outdated values."""
    began, step, moments = time.monotonic(), first, []
    while (out_for := time.monotonic() - began) < 2 * OUTAGE:
        if out_for < OUTAGE <= out_for + step:
            freezer.tick(OUTAGE - out_for)
            simulator.heal()
            step -= OUTAGE - out_for
        freezer.tick(step)
        seen = await see(observer)
        if not (seen.presence_current and seen.profile_current and seen.presence.online):
            moments.append(time.monotonic() - began)
        step = observer.seconds_until_refresh
    assert observer.last_error is None
    return moments


@pytest.mark.parametrize("fault", FAULTS, ids=str)
@pytest.mark.parametrize("first", [1.0, 10.0])
async def test_outage(
    observer: PeopleObserver,
    simulator: Simulator,
    freezer: FrozenDateTimeFactory,
    owner: Person,
    fault: dict[str, Any],
    first: float,
) -> None:
    """An outage of almost five minutes makes no value outdated."""
    owner.go_online()
    await see(observer)
    simulator.fail(PRESENCE, **fault)
    simulator.fail(PEOPLE, **fault)
    assert await lapses(observer, simulator, freezer, first) == []


@pytest.mark.parametrize("fault", FAULTS, ids=str)
@pytest.mark.parametrize("first", [1.0, TRUSTED_POLL_SECONDS])
async def test_outage_between_rare_polls(
    pushed: PeopleObserver,
    simulator: Simulator,
    freezer: FrozenDateTimeFactory,
    owner: Person,
    fault: dict[str, Any],
    first: float,
) -> None:
    """With rare polls the grace time begins with the failure, not with the last poll."""
    owner.go_online()
    await see(pushed)
    interval = pushed.seconds_until_refresh
    assert interval == TRUSTED_POLL_SECONDS
    freezer.tick(interval - first)
    simulator.fail(PRESENCE, **fault)
    simulator.fail(PEOPLE, **fault)
    assert await lapses(pushed, simulator, freezer, first) == []


async def test_hidden_with_rare_polls(
    observer: PeopleObserver, simulator: Simulator, freezer: FrozenDateTimeFactory, owner: Person
) -> None:
    """A person whom the answers leave out is soon unknown, also with rare polls."""
    owner.go_online()
    await see(observer)
    simulator.fail(PRESENCE, body=b"[]", times=None)
    seen = []
    for _ in range(3):
        freezer.tick(TRUSTED_POLL_SECONDS + 1)
        seen.append((await see(observer)).presence.online)
    assert seen == [True, None, None]
