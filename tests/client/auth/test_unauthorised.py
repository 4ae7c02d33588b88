"""Refused tokens (401): renewal of XSTS, user and Live token in this order, then a new sign-in."""

import asyncio
import contextlib

import pytest
from freezegun.api import FrozenDateTimeFactory

from custom_components.xbox_network.xbox import AuthenticationManager, XboxClient
from custom_components.xbox_network.xbox.errors import (
    XboxError,
    XboxRateLimitError,
    XboxRequestError,
    XboxServiceError,
    XboxSignInError,
)
from tests.client.conftest import (
    DAY,
    HOUR,
    LIVE,
    OWNER,
    PEOPLE,
    PRESENCE,
    USER_AUTH,
    XSTS,
    asked,
)
from tests.simulator import Simulator

FIRST = [PRESENCE, XSTS, PRESENCE]
SECOND = [USER_AUTH, XSTS, PRESENCE]
THIRD = [LIVE, USER_AUTH, XSTS, PRESENCE]


async def test_refused_xsts_token(client: XboxClient, simulator: Simulator) -> None:
    """A 401 costs one request for a new XSTS token."""
    simulator.expire_xsts()
    assert OWNER in await client.presence.batch([OWNER])
    assert asked(simulator) == FIRST
    first, _, last = simulator.requests()
    assert first.body == last.body
    assert first.headers["Authorization"] != last.headers["Authorization"]


async def test_refused_user_token(client: XboxClient, simulator: Simulator) -> None:
    """A user token that XSTS reports as expired costs one request for a new one with the Live token."""
    simulator.expire_xsts()
    simulator.expire_user_tokens()
    assert OWNER in await client.presence.batch([OWNER])
    assert asked(simulator) == [PRESENCE, XSTS, USER_AUTH, XSTS, PRESENCE]


async def test_refused_live_token(client: XboxClient, simulator: Simulator) -> None:
    """The Live token is refreshed only when it is refused."""
    simulator.expire_xsts()
    simulator.expire_user_tokens()
    simulator.expire_live()
    assert OWNER in await client.presence.batch([OWNER])
    assert asked(simulator) == [PRESENCE, XSTS, USER_AUTH, LIVE, USER_AUTH, XSTS, PRESENCE]


async def test_everything_refused(client: XboxClient, simulator: Simulator) -> None:
    """When each token is refused, an error asks the person to sign in."""
    simulator.expire_xsts()
    simulator.expire_user_tokens()
    simulator.expire_live()
    simulator.revoke_refresh()
    with pytest.raises(XboxSignInError, match="invalid_grant"):
        await client.presence.batch([OWNER])
    assert asked(simulator) == [PRESENCE, XSTS, USER_AUTH, LIVE]


async def test_service_that_refuses_every_token(client: XboxClient, simulator: Simulator) -> None:
    """When one service refuses each renewed token it is forbidden, and the sign-in is not at fault."""
    simulator.fail(PRESENCE, status=401, times=None)
    for expected in ([*FIRST, *SECOND, *THIRD], [PRESENCE], [PRESENCE]):
        with pytest.raises(XboxServiceError) as caught:
            await client.presence.batch([OWNER])
        assert asked(simulator) == expected
        assert (caught.value.service, caught.value.status) == (PRESENCE, 401)
        simulator.clear()


@pytest.mark.parametrize("after", [0, 1200], ids=["at once", "later"])
async def test_two_services_that_refuse_every_token(
    client: XboxClient, simulator: Simulator, freezer: FrozenDateTimeFactory, after: float
) -> None:
    """When no service accepts a renewed token, that is an outage, until one service accepts it."""
    simulator.fail(PRESENCE, status=401, times=None)
    simulator.fail(PEOPLE, status=401, times=None)
    with pytest.raises(XboxServiceError):
        await client.presence.batch([OWNER])
    freezer.tick(after)
    if after:  # the token may have been withdrawn meanwhile: all the steps once more
        with pytest.raises(XboxServiceError):
            await client.people.batch([OWNER])
        assert len(simulator.requests(LIVE)) == 2
    second, first = (client.presence, client.people) if after else (client.people, client.presence)
    for service in (second, first, second, first):
        simulator.clear()
        with pytest.raises(XboxServiceError) as caught:
            await service.batch([OWNER])
        assert caught.value.status == 401
        assert len(asked(simulator)) == 1
        freezer.tick(10)
    everything = [LIVE, USER_AUTH, XSTS]
    early = ((60, [XSTS]), (60, [XSTS]), (600, everything))
    for pause, renewed in ((300, [XSTS]), (300, everything)) if after else early:
        freezer.tick(pause)
        simulator.clear()
        with pytest.raises(XboxServiceError):
            await second.batch([OWNER])
        assert [host for host in asked(simulator) if host not in (PRESENCE, PEOPLE)] == renewed
    simulator.heal()
    assert OWNER in await client.presence.batch([OWNER])


async def test_two_services_that_refuse_at_once(client: XboxClient, simulator: Simulator) -> None:
    """Two services that refuse at once cost each step once, and are an outage."""
    simulator.delay = 0.001
    simulator.fail(PRESENCE, status=401, times=None)
    simulator.fail(PEOPLE, status=401, times=None)
    results = await asyncio.gather(
        client.presence.batch([OWNER]), client.people.batch([OWNER]), return_exceptions=True
    )
    assert {type(err) for err in results} == {XboxServiceError}
    assert [asked(simulator).count(host) for host in (LIVE, USER_AUTH, XSTS)] == [1, 2, 3]


async def test_sign_in_works_if_a_third_service_accepts(
    client: XboxClient, simulator: Simulator, freezer: FrozenDateTimeFactory
) -> None:
    """Two services that refuse the renewed token do not ask for a sign-in if a third one accepts it."""
    simulator.fail(PRESENCE, status=401, times=None)
    simulator.fail(PEOPLE, status=401, times=None)
    with pytest.raises(XboxServiceError):
        await client.presence.batch([OWNER])
    await client.titles.info(OWNER, "1900000001")
    for _ in range(2):
        with pytest.raises(XboxServiceError):
            await client.people.batch([OWNER])
        with pytest.raises(XboxServiceError):
            await client.presence.batch([OWNER])


async def test_refusal_is_forgotten_when_the_service_accepts(
    client: XboxClient, simulator: Simulator
) -> None:
    """A token that a service refused, then accepted, then refused again is renewed like any other."""
    await client.people.batch([OWNER])
    simulator.fail(PRESENCE, status=401, times=2)
    with pytest.raises(XboxServiceError):
        await client.presence.batch([OWNER])
    assert OWNER in await client.presence.batch([OWNER])
    simulator.expire_xsts()
    simulator.clear()
    assert OWNER in await client.presence.batch([OWNER])
    assert asked(simulator) == FIRST


@pytest.mark.parametrize(
    ("refusals", "requests"),
    [(1, FIRST), (2, [*FIRST, *SECOND]), (3, [*FIRST, *SECOND, *THIRD])],
    ids=["XSTS", "user", "Live"],
)
async def test_steps_end_with_the_first_success(
    client: XboxClient, simulator: Simulator, refusals: int, requests: list[str]
) -> None:
    """Each step is tried alone, and the steps end with the first success."""
    simulator.fail(PRESENCE, status=401, times=refusals)
    assert OWNER in await client.presence.batch([OWNER])
    assert asked(simulator) == requests


@pytest.mark.parametrize("elsewhere", [200, 403, 404], ids=str)
async def test_refusal_of_one_service_is_forbidden(
    client: XboxClient, simulator: Simulator, elsewhere: int
) -> None:
    """While another service accepts the token, no sign-in is needed and no token is renewed twice."""
    if elsewhere != 200:
        simulator.fail(PEOPLE, status=elsewhere)
    with contextlib.suppress(XboxRequestError):
        await client.people.batch([OWNER])
    simulator.clear()
    simulator.fail(PRESENCE, status=401, times=None)
    for expected in (FIRST, [PRESENCE], [PRESENCE]):
        with pytest.raises(XboxServiceError) as caught:
            await client.presence.batch([OWNER])
        assert (caught.value.service, caught.value.status) == (PRESENCE, 401)
        assert asked(simulator) == expected
        simulator.clear()


async def test_refusal_of_one_service_is_tried_again_with_the_next_token(
    client: XboxClient, simulator: Simulator, freezer: FrozenDateTimeFactory
) -> None:
    """A refused service is tried again with the next XSTS token: at most twice a day."""
    simulator.fail(PRESENCE, status=401, times=None)
    await client.people.batch([OWNER])
    with pytest.raises(XboxServiceError):
        await client.presence.batch([OWNER])
    freezer.tick(16 * HOUR)
    await client.people.batch([OWNER])
    simulator.clear()
    with pytest.raises(XboxServiceError):
        await client.presence.batch([OWNER])
    assert asked(simulator) == FIRST
    simulator.heal()
    assert OWNER in await client.presence.batch([OWNER])


@pytest.mark.parametrize("status", [401, 429, 500, 503], ids=str)
async def test_errors_elsewhere_prove_nothing_about_the_sign_in(
    client: XboxClient, simulator: Simulator, status: int
) -> None:
    """A service that has not accepted the account lately is no proof that the sign-in works."""
    simulator.fail(PEOPLE, status=status)
    if status == 401:
        simulator.fail(PEOPLE, status=503)
    with pytest.raises(XboxError):
        await client.people.batch([OWNER])
    simulator.fail(PRESENCE, status=401, times=None)
    simulator.clear()
    with pytest.raises(XboxServiceError):
        await client.presence.batch([OWNER])
    renewed = [PRESENCE] if status == 401 else FIRST  # the 401 of peoplehub took the first step
    assert asked(simulator) == [*renewed, *SECOND, *THIRD]


@pytest.mark.parametrize(
    ("service", "age", "steps"),
    [
        ("people", 599, FIRST),
        ("people", 601, [*FIRST, *SECOND, *THIRD]),
        ("consoles", 29, FIRST),
        ("consoles", 31, [*FIRST, *SECOND, *THIRD]),
    ],
)
async def test_old_success_proves_nothing(
    client: XboxClient,
    simulator: Simulator,
    freezer: FrozenDateTimeFactory,
    service: str,
    age: float,
    steps: list[str],
) -> None:
    """A success elsewhere proves the sign-in for ten minutes, a success of the consoles for 30 seconds."""
    if service == "people":
        await client.people.batch([OWNER])
    else:
        await client.consoles.consoles()
    freezer.tick(age)
    simulator.fail(PRESENCE, status=401, times=None)
    simulator.clear()
    with pytest.raises(XboxServiceError):
        await client.presence.batch([OWNER])
    assert asked(simulator) == steps


async def test_sign_in_that_is_down_is_not_a_refusal(
    client: XboxClient, simulator: Simulator
) -> None:
    """A refused token that cannot be renewed now is a temporary error of the sign-in."""
    simulator.expire_xsts()
    simulator.fail(XSTS, status=503, headers={"Retry-After": "30"}, times=None)
    with pytest.raises(XboxServiceError) as caught:
        await client.presence.batch([OWNER])
    assert (caught.value.service, caught.value.status) == (XSTS, 503)
    with pytest.raises(XboxRateLimitError) as paused:
        await client.presence.batch([OWNER])
    assert paused.value.retry_after == 30
    assert asked(simulator) == [PRESENCE, XSTS, PRESENCE]


async def test_xsts_that_refuses_without_a_reason(
    account: AuthenticationManager, simulator: Simulator, freezer: FrozenDateTimeFactory
) -> None:
    """A 401 without `XErr` costs a new user token, a new Live token, then a sign-in."""
    account.xsts_token = None
    simulator.fail(XSTS, status=401, times=None)
    with pytest.raises(XboxSignInError) as caught:
        await account.valid_xsts_token()
    assert asked(simulator) == [XSTS, USER_AUTH, XSTS, LIVE, USER_AUTH, XSTS]
    assert (caught.value.service, caught.value.status) == (XSTS, 401)


@pytest.mark.parametrize(
    ("refusals", "requests"),
    [
        (1, [XSTS, USER_AUTH, XSTS]),
        (2, [XSTS, USER_AUTH, XSTS, LIVE, USER_AUTH, XSTS]),
    ],
)
async def test_xsts_that_refuses_for_a_while(
    account: AuthenticationManager, simulator: Simulator, refusals: int, requests: list[str]
) -> None:
    """The steps end with the first success."""
    account.xsts_token = None
    simulator.fail(XSTS, status=401, times=refusals)
    assert (await account.valid_xsts_token()).xuid == OWNER
    assert asked(simulator) == requests


async def test_user_token_refused_twice(
    account: AuthenticationManager, simulator: Simulator, freezer: FrozenDateTimeFactory
) -> None:
    """A new Live token is sent once more, then the person has to sign in."""
    freezer.tick(14 * DAY)
    simulator.fail(USER_AUTH, status=401, times=None)
    with pytest.raises(XboxSignInError):
        await account.valid_xsts_token()
    assert asked(simulator) == [LIVE, USER_AUTH, LIVE, USER_AUTH]


@pytest.mark.parametrize("host", [USER_AUTH, XSTS])
@pytest.mark.parametrize("status", [302, 304, 402, 404, 405, 407, 409, 410, 413, 418, 451, 499])
async def test_odd_answer_of_the_sign_in_passes(
    account: AuthenticationManager, simulator: Simulator, host: str, status: int
) -> None:
    """A status that concerns neither the account nor the application is a temporary error."""
    simulator.fail(host, status=status)
    with pytest.raises(XboxServiceError) as caught:
        await (account.request_user_token() if host == USER_AUTH else account.request_xsts_token())
    assert (caught.value.service, caught.value.status) == (host, status)


async def test_forbidden_by_xsts_passes(
    account: AuthenticationManager, simulator: Simulator
) -> None:
    """A bare 403 of XSTS occurs only with other kinds of clients: it is a temporary error."""
    simulator.fail(XSTS, status=403)
    with pytest.raises(XboxServiceError):
        await account.request_xsts_token()


@pytest.mark.parametrize("host", [USER_AUTH, XSTS])
@pytest.mark.parametrize(
    ("status", "kind"),
    [(408, XboxServiceError), (500, XboxServiceError), (429, XboxRateLimitError)],
)
async def test_temporary_errors_of_the_sign_in(
    account: AuthenticationManager,
    simulator: Simulator,
    host: str,
    status: int,
    kind: type[XboxError],
) -> None:
    """A temporary status asks the person for nothing."""
    simulator.fail(host, status=status)
    with pytest.raises(XboxError) as caught:
        await (account.request_user_token() if host == USER_AUTH else account.request_xsts_token())
    assert type(caught.value) is kind
    assert caught.value.status == status
