"""The token chain: which token is renewed when, and the number of requests."""

import asyncio
import time

import pytest
from freezegun.api import FrozenDateTimeFactory

from custom_components.xbox_network.xbox import AuthenticationManager, XboxClient
from custom_components.xbox_network.xbox.errors import (
    XboxConnectionError,
    XboxError,
    XboxServiceError,
    XboxSignInError,
)
from custom_components.xbox_network.xbox.models.tokens import XAUResponse, XSTSResponse
from tests.client.conftest import (
    DAY,
    HOUR,
    LIVE,
    OWNER,
    PEOPLE,
    PRESENCE,
    TITLES,
    USER_AUTH,
    XSTS,
    asked,
)
from tests.simulator import Simulator

XSTS_LIFE = 16 * HOUR
USER_LIFE = 14 * DAY


async def test_valid_tokens_are_used_as_they_are(
    account: AuthenticationManager, simulator: Simulator
) -> None:
    """No request is sent while the XSTS token is valid."""
    token = account.xsts_token
    assert await account.valid_xsts_token() is token
    assert token
    assert await account.authorization() == token.authorization_header_value
    assert asked(simulator) == []


async def test_expired_xsts_is_one_request(
    account: AuthenticationManager, simulator: Simulator, freezer: FrozenDateTimeFactory
) -> None:
    """An expired XSTS token costs one request, with the user token, although the Live token has expired."""
    old = account.xsts_token
    freezer.tick(XSTS_LIFE)
    new = await account.valid_xsts_token()
    assert asked(simulator) == [XSTS]
    assert new is account.xsts_token is not old
    assert new.is_valid()
    assert account.oauth
    assert not account.oauth.is_valid()


async def test_expired_user_token_with_a_valid_live_token(
    account: AuthenticationManager, simulator: Simulator, freezer: FrozenDateTimeFactory
) -> None:
    """A Live token that is valid is not refreshed."""
    freezer.tick(USER_LIFE)
    account.oauth = await account.refresh_oauth_token()
    simulator.clear()
    await account.valid_xsts_token()
    assert asked(simulator) == [USER_AUTH, XSTS]


async def test_everything_expired(
    account: AuthenticationManager, simulator: Simulator, freezer: FrozenDateTimeFactory
) -> None:
    """Each step costs one request, and the new refresh token replaces the old one."""
    assert account.oauth
    old = account.oauth
    freezer.tick(USER_LIFE)
    await account.valid_xsts_token()
    assert asked(simulator) == [LIVE, USER_AUTH, XSTS]
    assert account.oauth.access_token != old.access_token
    assert account.oauth.refresh_token not in (None, old.refresh_token)
    freezer.tick(USER_LIFE)
    await account.valid_xsts_token()
    assert account.oauth.refresh_token.encode() not in simulator.requests(LIVE)[-1].body


async def test_refresh_token_is_kept_if_the_answer_has_none(
    account: AuthenticationManager, simulator: Simulator, freezer: FrozenDateTimeFactory
) -> None:
    """Without a refresh token in the answer the old one stays."""
    assert account.oauth
    old = account.oauth.refresh_token
    simulator.fail(LIVE, body=b'{"access_token": "short of one", "expires_in": 3600}')
    account.oauth = await account.refresh_oauth_token()
    assert (account.oauth.access_token, account.oauth.refresh_token) == ("short of one", old)
    assert account.oauth.is_valid()
    freezer.tick(HOUR)
    assert await account.live_token() != "short of one"


@pytest.mark.parametrize("age", [XSTS_LIFE, USER_LIFE], ids=["xsts", "everything"])
async def test_twenty_parallel_calls_make_one_request_a_step(
    account: AuthenticationManager,
    simulator: Simulator,
    freezer: FrozenDateTimeFactory,
    age: float,
) -> None:
    """The first call renews the tokens; the other calls wait and use them."""
    simulator.delay = 0.001
    freezer.tick(age)
    tokens = await asyncio.gather(*(account.valid_xsts_token() for _ in range(20)))
    assert {id(token) for token in tokens} == {id(account.xsts_token)}
    steps = [XSTS] if age == XSTS_LIFE else [LIVE, USER_AUTH, XSTS]
    assert asked(simulator) == steps


async def test_twenty_parallel_service_calls_make_one_request_a_step(
    client: XboxClient, simulator: Simulator, freezer: FrozenDateTimeFactory
) -> None:
    """Twenty calls of a service at once renew each token once."""
    freezer.tick(USER_LIFE)
    await asyncio.gather(*(client.presence.batch([OWNER]) for _ in range(20)))
    assert asked(simulator) == [LIVE, USER_AUTH, XSTS, *[PRESENCE] * 20]


async def test_twenty_parallel_calls_with_refused_tokens(
    client: XboxClient, simulator: Simulator
) -> None:
    """A withdrawn token is replaced once, although each of many calls gets a 401."""
    simulator.delay = 0.001
    simulator.expire_xsts()
    await asyncio.gather(
        *(client.presence.batch([OWNER]) for _ in range(12)),
        *(client.people.batch([OWNER]) for _ in range(4)),
        *(client.titles.info(OWNER, "1900000001") for _ in range(4)),
    )
    hosts = asked(simulator)
    assert hosts.count(XSTS) == 1
    assert (hosts.count(USER_AUTH), hosts.count(LIVE)) == (0, 0)
    assert (hosts.count(PRESENCE), hosts.count(PEOPLE), hosts.count(TITLES)) == (24, 8, 8)


@pytest.mark.parametrize(
    ("left", "steps"),
    [(11 * 60, []), (9 * 60, [XSTS]), (30, [XSTS])],
    ids=["eleven minutes", "nine minutes", "half a minute"],
)
async def test_xsts_is_renewed_ten_minutes_ahead(
    account: AuthenticationManager,
    simulator: Simulator,
    freezer: FrozenDateTimeFactory,
    left: float,
    steps: list[str],
) -> None:
    """An XSTS token is renewed from ten minutes before its end."""
    freezer.tick(XSTS_LIFE - left)
    await account.valid_xsts_token()
    assert asked(simulator) == steps


@pytest.mark.parametrize(
    ("left", "steps"),
    [(25 * HOUR, [XSTS]), (23 * HOUR, [LIVE, USER_AUTH, XSTS])],
    ids=["more than a day", "less than a day"],
)
async def test_user_token_is_renewed_a_day_ahead(
    account: AuthenticationManager,
    simulator: Simulator,
    freezer: FrozenDateTimeFactory,
    left: float,
    steps: list[str],
) -> None:
    """A user token is renewed from a day before its end, so that a day is left to sign in again."""
    freezer.tick(USER_LIFE - left)
    await account.valid_xsts_token()
    assert asked(simulator) == steps


@pytest.mark.parametrize(
    "fault",
    [{"status": 503}, {"status": 500, "garbage": True}, {"cut": True}, {"empty": True}],
    ids=["503", "HTML", "cut", "empty"],
)
async def test_failed_renewal_ahead_uses_the_valid_token(
    account: AuthenticationManager,
    simulator: Simulator,
    freezer: FrozenDateTimeFactory,
    fault: dict[str, object],
) -> None:
    """When the renewal within the margin fails, the old token is used and no error is raised."""
    old = account.xsts_token
    freezer.tick(XSTS_LIFE - 300)
    simulator.fail(XSTS, times=None, **fault)  # type: ignore[arg-type]
    assert await account.valid_xsts_token() is old
    simulator.heal()
    freezer.tick(61)
    assert await account.valid_xsts_token() is not old


async def test_failed_renewal_ahead_is_not_repeated_by_every_call(
    account: AuthenticationManager, simulator: Simulator, freezer: FrozenDateTimeFactory
) -> None:
    """While the token is valid, a failing renewal costs one request a minute, not one for each call."""
    freezer.tick(XSTS_LIFE - 300)
    simulator.fail(XSTS, times=None, status=503)
    for _ in range(3):
        await asyncio.gather(*(account.valid_xsts_token() for _ in range(20)))
        freezer.tick(10)
    assert asked(simulator) == [XSTS]
    freezer.tick(40)
    await account.valid_xsts_token()
    assert asked(simulator) == [XSTS, XSTS]


async def test_failed_renewal_at_the_end_fails(
    account: AuthenticationManager, simulator: Simulator, freezer: FrozenDateTimeFactory
) -> None:
    """An expired token is never used: the error of the renewal is raised."""
    freezer.tick(XSTS_LIFE - 300)
    simulator.fail(XSTS, times=None, status=503)
    await account.valid_xsts_token()
    freezer.tick(300)
    with pytest.raises(XboxServiceError) as caught:
        await account.valid_xsts_token()
    assert (caught.value.service, caught.value.status) == (XSTS, 503)


async def test_failed_renewal_of_the_user_token_ahead_uses_the_old_one(
    account: AuthenticationManager, simulator: Simulator, freezer: FrozenDateTimeFactory
) -> None:
    """In the last day of the user token an outage of Live raises no error."""
    freezer.tick(USER_LIFE - 20 * HOUR)
    user_token = account.user_token
    simulator.fail(LIVE, times=None, status=500)
    assert (await account.valid_xsts_token()).is_valid()
    assert asked(simulator) == [LIVE, XSTS]
    assert account.user_token is user_token


async def test_failed_renewal_of_an_expired_user_token_fails(
    account: AuthenticationManager, simulator: Simulator, freezer: FrozenDateTimeFactory
) -> None:
    """When an expired user token cannot be renewed, the error is raised."""
    freezer.tick(USER_LIFE)
    simulator.fail(USER_AUTH, times=None, status=502)
    with pytest.raises(XboxServiceError):
        await account.valid_xsts_token()
    assert asked(simulator) == [LIVE, USER_AUTH]


async def test_consent_withdrawn(
    account: AuthenticationManager, simulator: Simulator, freezer: FrozenDateTimeFactory
) -> None:
    """A refused refresh token raises an error that asks to sign in again, and changes no token."""
    simulator.revoke_refresh("adult")
    before = (account.oauth, account.user_token, account.xsts_token)
    freezer.tick(USER_LIFE)
    with pytest.raises(XboxSignInError, match="invalid_grant"):
        await account.valid_xsts_token()
    assert (account.oauth, account.user_token, account.xsts_token) == before


@pytest.mark.parametrize("jump", [-40 * 365 * DAY, -HOUR, HOUR, 40 * 365 * DAY])
async def test_clock_set_by_hand_causes_no_request(
    account: AuthenticationManager,
    simulator: Simulator,
    monkeypatch: pytest.MonkeyPatch,
    jump: float,
) -> None:
    """The lifetime is counted by the monotonic clock, which cannot be set."""
    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now + jump)
    await account.valid_xsts_token()
    assert asked(simulator) == []


@pytest.mark.parametrize("wrong", [-40 * 365 * DAY, -HOUR, HOUR, 40 * 365 * DAY])
async def test_clock_that_is_wrong_all_the_time(
    account: AuthenticationManager,
    simulator: Simulator,
    freezer: FrozenDateTimeFactory,
    monkeypatch: pytest.MonkeyPatch,
    wrong: float,
) -> None:
    """`NotAfter` is compared with `IssueInstant` only: the host's date does not matter."""
    real = time.time
    monkeypatch.setattr(time, "time", lambda: real() + wrong)
    for _ in range(3):
        freezer.tick(XSTS_LIFE)
        simulator.clear()
        await account.valid_xsts_token()
        await account.valid_xsts_token()
        assert asked(simulator) == [XSTS]


@pytest.mark.parametrize("elapsed", [-HOUR, HOUR], ids=["back", "forth"])
async def test_time_within_the_life_causes_no_request(
    account: AuthenticationManager,
    simulator: Simulator,
    freezer: FrozenDateTimeFactory,
    elapsed: float,
) -> None:
    """Both clocks may move while the tokens are valid."""
    freezer.tick(elapsed)
    await account.valid_xsts_token()
    assert asked(simulator) == []


async def test_tokens_survive_a_restart(
    account: AuthenticationManager,
    simulator: Simulator,
    freezer: FrozenDateTimeFactory,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A stored token is used after a restart, although the monotonic clock starts anew."""
    assert account.user_token
    assert account.xsts_token
    user, xsts = account.user_token.to_store(), account.xsts_token.to_store()
    header = account.xsts_token.authorization_header_value
    freezer.tick(5 * HOUR)
    monotonic = time.monotonic
    monkeypatch.setattr(time, "monotonic", lambda: monotonic() - 1_900_000_000)
    account.user_token = XAUResponse.from_store(user)
    account.xsts_token = XSTSResponse.from_store(xsts)
    account.oauth = None
    assert await account.authorization() == header
    assert account.xsts_token
    assert account.xsts_token.remaining() == pytest.approx(11 * HOUR)
    assert asked(simulator) == []
    freezer.tick(11 * HOUR)
    await account.valid_xsts_token()
    assert asked(simulator) == [XSTS]


async def test_unreachable_network(
    account: AuthenticationManager, simulator: Simulator, freezer: FrozenDateTimeFactory
) -> None:
    """A network that cannot be reached does not ask to sign in again."""
    freezer.tick(USER_LIFE)
    await simulator.stop()
    with pytest.raises(XboxError) as caught:
        await account.valid_xsts_token()
    assert type(caught.value) is XboxConnectionError
    assert caught.value.service == LIVE
