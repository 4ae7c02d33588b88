"""The people observer, failures: no value flaps, and all values come back."""

import asyncio
import itertools
import time
from typing import Any

import pytest
from freezegun.api import FrozenDateTimeFactory

from custom_components.xbox_network.xbox import AuthenticationManager, XboxClient
from custom_components.xbox_network.xbox.errors import (
    XboxConnectionError,
    XboxError,
    XboxRateLimitError,
    XboxResponseError,
    XboxServiceError,
    XboxSignInError,
)
from custom_components.xbox_network.xbox.people.observer import PeopleObserver
from tests.client.conftest import (
    FRIEND,
    HOUR,
    OWNER,
    PEOPLE,
    PRESENCE,
    STARFALL_DRIFT,
    asked,
    outlast,
    see,
    times,
    watch,
)
from tests.simulator import Person, Simulator

FAULTS: list[tuple[dict[str, Any], type[XboxError]]] = [
    ({"status": 503}, XboxServiceError),
    ({"status": 500, "garbage": True}, XboxServiceError),
    ({"garbage": True}, XboxResponseError),
    ({"empty": True}, XboxResponseError),
    ({"cut": True}, XboxConnectionError),
    ({"headers": {"x-xbl-servicedefault": "x"}}, XboxServiceError),
    ({"status": 429}, XboxRateLimitError),
]


@pytest.mark.parametrize(("fault", "kind"), FAULTS, ids=lambda value: str(value)[:30])
async def test_failure_of_presence(
    observer: PeopleObserver,
    simulator: Simulator,
    freezer: FrozenDateTimeFactory,
    owner: Person,
    fault: dict[str, Any],
    kind: type[XboxError],
) -> None:
    """The presence stays for a minute, then peoplehub replaces userpresence: no value flaps."""
    owner.play(STARFALL_DRIFT)
    await see(observer)
    before = await see(observer)  # the total of achievements comes last
    simulator.fail(PRESENCE, times=None, **fault)
    started = time.monotonic()
    while time.monotonic() < started + 900:
        freezer.tick(observer.seconds_until_refresh)
        seen = await see(observer)
        assert (seen.presence.online, seen.presence.in_game) == (True, True)
        assert (seen.presence_current, seen.profile_current) == (True, True)
        assert seen.title == before.title
        assert isinstance(observer.last_error, kind | XboxRateLimitError)
    assert observer.seconds_until_refresh == 15
    assert len(simulator.requests(PRESENCE)) < 25
    simulator.heal()
    freezer.tick(60)
    assert await see(observer)
    assert (observer.last_error, observer.seconds_until_refresh) == (None, 10)


async def test_presence_hangs(
    observer: PeopleObserver,
    simulator: Simulator,
    freezer: FrozenDateTimeFactory,
    loop_by_hand: None,
    owner: Person,
) -> None:
    """The same holds when each attempt takes twenty seconds."""
    owner.play(STARFALL_DRIFT)
    await observer.refresh()
    simulator.fail(PRESENCE, hang=True, times=None)
    for _ in range(30):
        freezer.tick(observer.seconds_until_refresh)
        seen = (await outlast(observer.refresh(), simulator, freezer, PRESENCE))[OWNER]
        assert (seen.presence.in_game, seen.presence_current) == (True, True)
        assert isinstance(observer.last_error, XboxConnectionError)
    assert 5 < len(simulator.requests(PRESENCE)) < 15


async def test_fallback_after_a_minute(
    observer: PeopleObserver, simulator: Simulator, freezer: FrozenDateTimeFactory, owner: Person
) -> None:
    """Peoplehub keeps its usual interval for a minute, then it replaces userpresence: its second word counts."""
    await observer.refresh()
    simulator.clear()
    simulator.fail(PRESENCE, status=503, times=None)
    owner.play(STARFALL_DRIFT)
    seen = []
    for _ in range(7):
        freezer.tick(10)
        seen.append((await see(observer)).presence.online)
    assert observer.seconds_until_refresh == 2
    freezer.tick(2)
    assert (await see(observer)).presence.online is True
    assert observer.seconds_until_refresh == 15
    assert times(simulator, PRESENCE) == [0, 10, 30]
    assert times(simulator, PEOPLE) == [60, 62]
    assert seen == [False] * 7


@pytest.mark.parametrize("status", [400, 403, 404, 406], ids=str)
async def test_refused_presence(
    observer: PeopleObserver,
    simulator: Simulator,
    freezer: FrozenDateTimeFactory,
    owner: Person,
    status: int,
) -> None:
    """Peoplehub replaces a refused userpresence at once, every 15 seconds; userpresence is retried hourly."""
    simulator.fail(PRESENCE, status=status, times=None)
    owner.play(STARFALL_DRIFT, rich_presence="Sector 7")
    seen = await see(observer)
    assert (seen.presence.online, seen.presence.in_game) == (True, True)
    assert seen.presence.active
    assert seen.presence.active.rich_presence == "Sector 7"
    assert seen.presence_current
    assert seen.title
    assert observer.seconds_until_refresh == 15
    owner.go_offline()
    freezer.tick(15)
    seen = await see(observer)
    assert (seen.presence.online, seen.presence.in_game) == (False, False)
    people = await watch(observer, freezer, 2 * HOUR, step=60)
    assert all(person.presence_current for person in people.values())
    asked_at = times(simulator, PRESENCE)
    gaps = [after - before for before, after in itertools.pairwise(asked_at)]
    assert gaps == sorted(gaps)
    assert gaps[-1] <= HOUR
    assert len(asked_at) <= 12
    assert {request.status for request in simulator.requests(PEOPLE)} == {200}
    simulator.heal()
    freezer.tick(HOUR)
    await observer.refresh()
    assert (observer.last_error, observer.seconds_until_refresh) == (None, 10)


async def test_everything_fails(
    observer: PeopleObserver, simulator: Simulator, freezer: FrozenDateTimeFactory, owner: Person
) -> None:
    """After the first failure the old values stay current for five minutes, and are outdated after that."""
    owner.play(STARFALL_DRIFT)
    await see(observer)
    before = await see(observer)  # the total of achievements comes last
    simulator.fail(PRESENCE, status=503, times=None)
    simulator.fail(PEOPLE, status=503, times=None)
    current = {}
    for elapsed in range(10, 800, 10):
        freezer.tick(10)
        seen = await see(observer)
        assert (seen.presence, seen.title) == (before.presence, before.title)
        assert seen.last_online == before.last_online
        current[elapsed] = (seen.presence_current, seen.profile_current)
    assert [at for at, (presence, _) in current.items() if presence] == list(range(10, 311, 10))
    assert [at for at, (_, profile) in current.items() if profile] == list(range(10, 361, 10))
    simulator.heal()
    freezer.tick(60)
    seen = await see(observer)
    assert (seen.presence_current, seen.profile_current) == (True, True)
    assert observer.last_error is None


async def test_backoff(
    observer: PeopleObserver, simulator: Simulator, freezer: FrozenDateTimeFactory
) -> None:
    """A failing service is asked less and less often, but at least every minute."""
    await observer.refresh()
    simulator.clear()
    simulator.fail(PRESENCE, status=500, times=None)
    for _ in range(60):
        freezer.tick(5)
        await observer.refresh()
    asked_at = times(simulator, PRESENCE)
    assert asked_at == [0, 10, 30, 70, 130, 190, 250]


async def test_retry_after(
    observer: PeopleObserver, simulator: Simulator, freezer: FrozenDateTimeFactory, owner: Person
) -> None:
    """After a 429 with `Retry-After: 300` no request is sent for 300 seconds, and all values stay."""
    owner.play(STARFALL_DRIFT)
    await observer.refresh()
    simulator.clear()
    headers = {"Retry-After": "300"}
    simulator.fail(PRESENCE, status=429, headers=headers)
    simulator.fail(PEOPLE, status=429, headers=headers)
    for _ in range(45):
        freezer.tick(10)
        seen = await see(observer)
        assert (seen.presence_current, seen.profile_current) == (True, True)
        assert seen.presence.in_game is True
    assert times(simulator, PRESENCE)[:2] == [0, 300]
    people = times(simulator, PEOPLE)
    assert people[1] - people[0] >= 300
    assert observer.last_error is None


async def test_longest_pause(
    observer: PeopleObserver, simulator: Simulator, freezer: FrozenDateTimeFactory
) -> None:
    """A service is asked again after an hour, however long the pause that it asks for."""
    await observer.refresh()
    simulator.fail(PRESENCE, status=429, headers={"Retry-After": "999999999"})
    freezer.tick(10)
    await observer.refresh()
    freezer.tick(HOUR)
    await observer.refresh()
    assert observer.last_error is None


async def test_a_day_without_network(
    stranger: AuthenticationManager, freezer: FrozenDateTimeFactory
) -> None:
    """After a day of failures the pause is still a minute."""
    observer = PeopleObserver(XboxClient(stranger), [OWNER])
    for _ in range(1500):
        with pytest.raises(XboxSignInError):
            await observer.refresh()
        freezer.tick(60)


@pytest.mark.parametrize(("fault", "kind"), FAULTS[:2], ids=lambda value: str(value)[:30])
async def test_first_refresh_fails(
    observer: PeopleObserver,
    simulator: Simulator,
    freezer: FrozenDateTimeFactory,
    fault: dict[str, Any],
    kind: type[XboxError],
) -> None:
    """While nothing is known, each refresh raises the error."""
    simulator.fail(PRESENCE, times=None, **fault)
    simulator.fail(PEOPLE, times=None, **fault)
    for _ in range(5):
        with pytest.raises(kind):
            await observer.refresh()
        freezer.tick(5)
    simulator.heal()
    freezer.tick(60)
    assert (await see(observer)).presence_current


@pytest.mark.parametrize("host", [PRESENCE, PEOPLE])
async def test_first_refresh_with_one_service(
    observer: PeopleObserver,
    simulator: Simulator,
    freezer: FrozenDateTimeFactory,
    owner: Person,
    host: str,
) -> None:
    """One of the two services is enough for the first refresh."""
    owner.play(STARFALL_DRIFT)
    simulator.fail(host, status=503)
    seen = await see(observer)
    assert seen.presence.online is True
    assert seen.presence_current
    assert seen.profile_current is (host == PRESENCE)
    assert isinstance(observer.last_error, XboxServiceError)
    freezer.tick(10)
    seen = await see(observer)
    assert seen.profile_current
    assert observer.last_error is None


async def test_answer_without_a_person(
    observer: PeopleObserver, simulator: Simulator, freezer: FrozenDateTimeFactory, friend: Person
) -> None:
    """A person missing from peoplehub keeps the profile, and is requested again at once, then every minute."""
    await observer.refresh()
    simulator.fail(PEOPLE, body=b'{"people": []}', times=None)
    freezer.tick(300)
    await observer.refresh()
    simulator.clear()
    people = await watch(observer, freezer, 240)
    assert people[FRIEND].profile
    assert people[FRIEND].profile_current
    assert len(simulator.requests(PEOPLE)) == 5


async def test_record_without_a_state(
    observer: PeopleObserver, simulator: Simulator, freezer: FrozenDateTimeFactory, owner: Person
) -> None:
    """A record without a readable state is ignored: the old presence stays for its time."""
    owner.play(STARFALL_DRIFT)
    await observer.refresh()
    body = f'[{{"xuid": "{OWNER}", "state": null}}]'.encode()
    simulator.fail(PRESENCE, body=body, times=None)
    freezer.tick(10)
    assert (await see(observer)).presence.in_game is True
    assert observer.seconds_until_refresh == 2
    freezer.tick(301)
    assert (await see(observer)).presence.online is None


async def test_gap_in_a_profile(
    observer: PeopleObserver, simulator: Simulator, freezer: FrozenDateTimeFactory, owner: Person
) -> None:
    """A field missing from one answer stays; after a second one it is unknown."""
    before = (await see(observer)).profile
    assert before
    simulator.fail(PEOPLE, body=f'{{"people": [{{"xuid": "{OWNER}"}}]}}'.encode(), times=2)
    freezer.tick(300)
    profile = (await see(observer)).profile
    assert profile
    assert (profile.gamertag, profile.gamer_score) == (before.gamertag, before.gamer_score)
    freezer.tick(300)
    profile = (await see(observer)).profile
    assert profile
    assert (profile.gamertag, profile.gamer_score) == (None, None)
    freezer.tick(300)
    profile = (await see(observer)).profile
    assert profile
    assert profile.gamertag == before.gamertag


async def test_parallel_refreshes(observer: PeopleObserver, simulator: Simulator) -> None:
    """Two refreshes at the same time return the same."""
    simulator.delay = 0.005
    first, second = await asyncio.gather(observer.refresh(), observer.refresh())
    assert first == second
    assert asked(simulator).count(PRESENCE) <= 2
