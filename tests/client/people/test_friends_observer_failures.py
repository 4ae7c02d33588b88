"""The friends observer, failures: each request fails on its own, and no error is raised."""

import asyncio
import itertools
from typing import Any

import pytest
from freezegun.api import FrozenDateTimeFactory

from custom_components.xbox_network.xbox import AuthenticationManager, XboxClient
from custom_components.xbox_network.xbox.errors import (
    XboxAccountError,
    XboxConnectionError,
    XboxError,
    XboxForbiddenError,
    XboxRequestError,
    XboxResponseError,
    XboxServiceError,
    XboxSignInError,
)
from custom_components.xbox_network.xbox.people.friends import FriendsObserver, FriendsSnapshot
from tests.client.conftest import (
    DAY,
    HOUR,
    LIVE,
    OWNER,
    PEOPLE,
    PRESENCE,
    XSTS,
    asked,
    outlast,
    times,
)
from tests.helpers.client.friends_observer import STRANGERS, ask_owner, pass_time
from tests.simulator import Person, Simulator

NOTHING_KNOWN = FriendsSnapshot(online=None, requests=None)
FAULTS: list[tuple[dict[str, Any], type[XboxError]]] = [
    ({"status": 503}, XboxServiceError),
    ({"garbage": True}, XboxResponseError),
    ({"empty": True}, XboxResponseError),
    ({"cut": True}, XboxConnectionError),
    ({"headers": {"x-xbl-servicedefault": "x"}}, XboxServiceError),
    ({"status": 404}, XboxRequestError),
    ({"status": 401}, XboxServiceError),
]


@pytest.fixture
def observer(client: XboxClient) -> FriendsObserver:
    """Return an observer of the owner's friends."""
    return FriendsObserver(client, OWNER)


async def test_hanging(
    observer: FriendsObserver,
    simulator: Simulator,
    freezer: FrozenDateTimeFactory,
    loop_by_hand: None,
) -> None:
    """The pause begins when an attempt has failed, not when it has started."""
    before = await observer.refresh()
    freezer.tick(600)
    simulator.fail(PRESENCE, hang=True)
    assert await outlast(observer.refresh(), simulator, freezer, PRESENCE) == before
    assert isinstance(observer.last_error, XboxConnectionError)
    assert observer.seconds_until_refresh == 60


@pytest.mark.parametrize("host", [PRESENCE, PEOPLE])
@pytest.mark.parametrize(("fault", "kind"), FAULTS, ids=lambda value: str(value)[:30])
async def test_failure_of_one_service(
    observer: FriendsObserver,
    simulator: Simulator,
    freezer: FrozenDateTimeFactory,
    friend: Person,
    host: str,
    fault: dict[str, Any],
    kind: type[XboxError],
) -> None:
    """The value of a failing service stays for five minutes, then it is unknown; the other one goes on."""
    friend.go_online()
    ask_owner(simulator, STRANGERS[0])
    before = await observer.refresh()
    simulator.fail(host, times=None, **fault)
    freezer.tick(10)
    lasts = {PRESENCE: 900, PEOPLE: 1200}[host]
    assert await pass_time(observer, freezer, lasts - 20) == before
    assert isinstance(observer.last_error, kind)
    freezer.tick(10)
    ask_owner(simulator, STRANGERS[1])
    after = await pass_time(observer, freezer, 900)
    if host == PRESENCE:
        assert after == FriendsSnapshot(online=None, requests=2)
    else:
        assert after == FriendsSnapshot(online=before.online, requests=None)
    simulator.heal()
    assert await pass_time(observer, freezer, HOUR) == FriendsSnapshot(
        online=before.online, requests=2
    )
    assert observer.last_error is None


@pytest.mark.parametrize("begins", [1, 100, 250])
@pytest.mark.parametrize(("host", "due"), [(PRESENCE, 600), (PEOPLE, 900)])
@pytest.mark.parametrize("fault", [{"status": 503}, {"status": 429}, {"cut": True}], ids=str)
async def test_short_outage(
    observer: FriendsObserver,
    simulator: Simulator,
    freezer: FrozenDateTimeFactory,
    host: str,
    due: int,
    begins: int,
    fault: dict[str, Any],
) -> None:
    """A failure of less than five minutes makes no value unknown."""
    before = await pass_time(observer, freezer, due - begins, step=due - begins)
    simulator.fail(host, times=None, **fault)
    assert await pass_time(observer, freezer, 290, step=1) == before
    simulator.heal()
    for _ in range(20):
        freezer.tick(observer.seconds_until_refresh)
        assert await observer.refresh() == before


@pytest.mark.parametrize("host", [PRESENCE, PEOPLE])
async def test_backoff(
    observer: FriendsObserver, simulator: Simulator, freezer: FrozenDateTimeFactory, host: str
) -> None:
    """The pause grows from a minute to fifteen, without an error; `invalidate` does not shorten it."""
    simulator.fail(host, status=500, times=None)
    for _ in range(360):
        observer.invalidate()
        await pass_time(observer, freezer, 10)
    assert times(simulator, host) == [0, 60, 180, 420, 900, 1800, 2700, 3600]
    simulator.heal()
    freezer.tick(900)
    await observer.refresh()
    assert observer.last_error is None
    simulator.clear()
    simulator.fail(host, status=500, times=None)
    await pass_time(observer, freezer, 1200)
    gaps = [after - before for before, after in itertools.pairwise(times(simulator, host))]
    assert gaps[:2] == [60, 120], "it begins anew"


@pytest.mark.parametrize("host", [PRESENCE, PEOPLE])
async def test_retry_soon(
    observer: FriendsObserver, simulator: Simulator, freezer: FrozenDateTimeFactory, host: str
) -> None:
    """`retry_soon` shortens the pause after a failure to 30 seconds since the last attempt, once."""
    simulator.fail(host, status=500, times=None)
    await pass_time(observer, freezer, 900)
    observer.retry_soon()
    assert observer.seconds_until_refresh == 30
    await pass_time(observer, freezer, 890)
    assert times(simulator, host) == [0, 60, 180, 420, 900, 930]
    simulator.heal()
    observer.retry_soon()
    assert (await observer.refresh()) == FriendsSnapshot(online=frozenset(), requests=0)


@pytest.mark.parametrize("host", [PRESENCE, PEOPLE])
async def test_requested_pause_stays(
    observer: FriendsObserver, simulator: Simulator, freezer: FrozenDateTimeFactory, host: str
) -> None:
    """`retry_soon` does not shorten a pause that the service asked for."""
    simulator.fail(host, status=429, headers={"Retry-After": "600"})
    for _ in range(59):
        await pass_time(observer, freezer, 10)
        observer.retry_soon()
    assert times(simulator, host) == [0]
    await pass_time(observer, freezer, 20)
    assert len(times(simulator, host)) == 2


@pytest.mark.parametrize("host", [PRESENCE, PEOPLE])
@pytest.mark.parametrize(("asked_for", "pause"), [(300, 300), (1800, 1800), (5, 60), (0, 60)])
async def test_retry_after(
    observer: FriendsObserver,
    simulator: Simulator,
    freezer: FrozenDateTimeFactory,
    host: str,
    asked_for: int,
    pause: float,
) -> None:
    """A pause that the service asks for is kept, and is at least a minute."""
    simulator.fail(host, status=429, headers={"Retry-After": str(asked_for)})
    await pass_time(observer, freezer, pause + 30)
    assert times(simulator, host)[:2] == [0, pause]
    assert observer.last_error is None


@pytest.mark.parametrize("host", [PRESENCE, PEOPLE])
@pytest.mark.parametrize("status", [400, 403, 404, 406])
async def test_refusal_is_retried_each_hour(
    observer: FriendsObserver,
    simulator: Simulator,
    freezer: FrozenDateTimeFactory,
    host: str,
    status: int,
) -> None:
    """A refused request, as of a child's account, is repeated every hour."""
    simulator.fail(host, status=status, times=None)
    await pass_time(observer, freezer, 3 * HOUR - 60, step=60)
    assert times(simulator, host) == [0, HOUR, 2 * HOUR]
    assert isinstance(observer.last_error, XboxRequestError)
    simulator.heal()
    freezer.tick(60)
    snapshot = await observer.refresh()
    assert snapshot == FriendsSnapshot(online=frozenset(), requests=0)


async def test_value_does_not_outlive_a_refusal(
    observer: FriendsObserver, simulator: Simulator, freezer: FrozenDateTimeFactory
) -> None:
    """`seconds_until_refresh` includes the time at which a refused value becomes unknown."""
    await pass_time(observer, freezer, 610, step=305)
    simulator.fail(PEOPLE, status=403, times=None)
    freezer.tick(290)
    assert (await observer.refresh()).requests == 0
    assert observer.seconds_until_refresh == 300
    freezer.tick(300)
    assert (await observer.refresh()).requests is None
    assert observer.seconds_until_refresh == 10, "presence is due, the requests only in an hour"


@pytest.mark.parametrize(
    ("code", "tries", "pause"),
    [
        (2148916233, [0, 60, 360, 1260], 3600),
        (2148916273, [*range(0, 660, 60), *range(900, 3600, 300)], 300),
    ],
)
async def test_refused_account(
    observer: FriendsObserver,
    simulator: Simulator,
    freezer: FrozenDateTimeFactory,
    code: int,
    tries: list[float],
    pause: float,
) -> None:
    """A refused account raises no error: the sign-in is tried at its pace, no service is asked."""
    await observer.refresh()
    simulator.xerr("adult", code)
    freezer.tick(DAY)
    simulator.clear()
    assert await pass_time(observer, freezer, HOUR - 60, step=60) == NOTHING_KNOWN
    assert isinstance(observer.last_error, XboxAccountError)
    assert times(simulator, XSTS) == tries
    assert set(asked(simulator)) == {XSTS}
    simulator.xerr("adult", None)
    freezer.tick(pause)
    assert await observer.refresh() == FriendsSnapshot(online=frozenset(), requests=0)
    assert observer.last_error is None


async def test_sign_in_again(
    observer: FriendsObserver, simulator: Simulator, freezer: FrozenDateTimeFactory
) -> None:
    """The error is not raised: the people observer asks the person to sign in."""
    await observer.refresh()
    simulator.fail(LIVE, status=400, body=b'{"error": "invalid_grant"}', times=None)
    freezer.tick(14 * DAY)
    simulator.clear()
    assert await pass_time(observer, freezer, HOUR - 60, step=60) == NOTHING_KNOWN
    assert isinstance(observer.last_error, XboxSignInError)
    assert times(simulator, LIVE) == [0, 60, 360, 1260]


async def test_sign_in_error_goes_first(
    observer: FriendsObserver, simulator: Simulator, freezer: FrozenDateTimeFactory
) -> None:
    """Of two errors the one that a person can correct is reported."""
    simulator.fail(PRESENCE, status=403, times=None)
    await observer.refresh()
    assert isinstance(observer.last_error, XboxForbiddenError)
    simulator.xerr("adult", 2148916233)
    simulator.expire_xsts()
    freezer.tick(900)
    await observer.refresh()
    assert isinstance(observer.last_error, XboxAccountError)


async def test_not_signed_in(stranger: AuthenticationManager, simulator: Simulator) -> None:
    """Without a sign-in nothing is known, and no request is sent."""
    observer = FriendsObserver(XboxClient(stranger), OWNER)
    assert await observer.refresh() == NOTHING_KNOWN
    assert isinstance(observer.last_error, XboxSignInError)
    assert observer.seconds_until_refresh == 60
    assert asked(simulator) == []


async def test_cancelled_refresh(
    observer: FriendsObserver, simulator: Simulator, freezer: FrozenDateTimeFactory
) -> None:
    """A cancelled refresh is repeated by the next one, without a pause."""
    simulator.fail(PRESENCE, hang=True)
    refresh = asyncio.create_task(observer.refresh())
    while not simulator.requests(PRESENCE):
        await asyncio.sleep(0)
    refresh.cancel()
    with pytest.raises(asyncio.CancelledError):
        await refresh
    assert await observer.refresh() == FriendsSnapshot(online=frozenset(), requests=0)
