"""People observer, grace time: a failure that is over within it is never seen."""

import time
from typing import Any

import pytest
from freezegun.api import FrozenDateTimeFactory

from custom_components.xbox_network.xbox import XboxClient
from custom_components.xbox_network.xbox.people.observer import TRUSTED_POLL_SECONDS, PeopleObserver
from custom_components.xbox_network.xbox.people.person import GRACE_SECONDS
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
    """Push announces everything."""

    def announces_presence(self, xuid: str, presence: Presence) -> bool:
        """Tell that the next change is announced."""
        return True


@pytest.fixture(name="pushed")
def pushed_fixture(client: XboxClient) -> PeopleObserver:
    """Return who watches with push that has proved itself and announces everything."""
    observer = PeopleObserver(client, WATCHED, FullCoverage())
    for _ in range(2):
        observer.push_trust.on_announcement(OWNER, time.monotonic())
        observer.push_trust.on_change_found(OWNER, time.monotonic(), promised=True)
    return observer


async def lapses(
    observer: PeopleObserver, simulator: Simulator, freezer: FrozenDateTimeFactory, first: float
) -> list[float]:
    """Look until all is well again, first after some seconds; return when something was not current."""
    began, step, found = time.monotonic(), first, []
    while (out_for := time.monotonic() - began) < 2 * OUTAGE:
        if out_for < OUTAGE <= out_for + step:
            freezer.tick(OUTAGE - out_for)
            simulator.heal()
            step -= OUTAGE - out_for
        freezer.tick(step)
        seen = await see(observer)
        if not (seen.presence_current and seen.profile_current and seen.presence.online):
            found.append(time.monotonic() - began)
        step = observer.seconds_until_refresh
    assert observer.last_error is None
    return found


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
    """Everything is out for almost five minutes."""
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
    """What was looked at long ago was not in trouble then."""
    owner.go_online()
    await see(pushed)
    pace = pushed.seconds_until_refresh
    assert pace == TRUSTED_POLL_SECONDS
    freezer.tick(pace - first)
    simulator.fail(PRESENCE, **fault)
    simulator.fail(PEOPLE, **fault)
    assert await lapses(pushed, simulator, freezer, first) == []


async def test_rarely_looked_at_and_hidden(
    observer: PeopleObserver, simulator: Simulator, freezer: FrozenDateTimeFactory, owner: Person
) -> None:
    """Who is left out of the answers is not shown for long, however rare they are."""
    owner.go_online()
    await see(observer)
    simulator.fail(PRESENCE, body=b"[]", times=None)
    seen = []
    for _ in range(3):
        freezer.tick(TRUSTED_POLL_SECONDS + 1)
        seen.append((await see(observer)).presence.online)
    assert seen == [True, None, None]
