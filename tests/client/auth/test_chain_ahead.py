"""The token chain, renewal of the user token in its last day: its failures are reported and stop nothing."""

import json

import pytest
from freezegun.api import FrozenDateTimeFactory

from custom_components.xbox_network.xbox import AuthenticationManager
from custom_components.xbox_network.xbox.auth.chain import Renewal
from custom_components.xbox_network.xbox.errors import (
    XboxAccountError,
    XboxAuthError,
    XboxCredentialsError,
    XboxRefusedError,
    XboxSignInError,
)
from tests.client.conftest import DAY, HOUR, LIVE, USER_AUTH, XSTS, asked, times
from tests.simulator import Simulator

LAST_DAY = 14 * DAY - 23 * HOUR


def ahead_error(account: AuthenticationManager) -> XboxAuthError | None:
    """Return the error of the renewal ahead."""
    return account.attempts.refusal


@pytest.mark.parametrize(
    ("host", "status", "body", "kind"),
    [
        (LIVE, 400, b'{"error": "invalid_grant"}', XboxSignInError),
        (LIVE, 401, b'{"error": "invalid_client"}', XboxCredentialsError),
        (USER_AUTH, 400, b"", XboxRefusedError),
        (USER_AUTH, 401, b'{"XErr": 2148916227}', XboxAccountError),
        (USER_AUTH, 401, b"", XboxSignInError),
    ],
    ids=["grant", "secret", "registration", "account", "ticket"],
)
async def test_refused_renewal_ahead_stops_nothing(
    account: AuthenticationManager,
    simulator: Simulator,
    freezer: FrozenDateTimeFactory,
    host: str,
    status: int,
    body: bytes,
    kind: type[XboxAuthError],
) -> None:
    """A refused renewal with a day left leaves the old token in use, and sets the error."""
    user_token = account.user_token
    freezer.tick(LAST_DAY)
    simulator.fail(host, status=status, body=body, times=None)
    assert (await account.valid_xsts_token()).is_valid()
    assert account.user_token is user_token
    assert isinstance(ahead_error(account), kind)
    assert asked(simulator)[-1] == XSTS


async def test_refused_renewal_ahead_is_tried_again(
    account: AuthenticationManager, simulator: Simulator, freezer: FrozenDateTimeFactory
) -> None:
    """A refused renewal is repeated after 1, 5, 15 and 60 minutes, and ends its error with the first success."""
    freezer.tick(LAST_DAY)
    simulator.fail(LIVE, status=401, body=b'{"error": "invalid_client"}', times=None)
    for _ in range(60):
        await account.valid_xsts_token()
        freezer.tick(60)
    assert asked(simulator) == [LIVE, XSTS, LIVE, LIVE, LIVE]
    freezer.tick(20 * 60)
    await account.valid_xsts_token()
    assert asked(simulator) == [LIVE, XSTS, LIVE, LIVE, LIVE]
    assert type(ahead_error(account)) is XboxCredentialsError
    simulator.heal()
    simulator.clear()
    freezer.tick(60)
    await account.valid_xsts_token()
    assert asked(simulator) == [LIVE, USER_AUTH, XSTS]
    freezer.tick(HOUR)
    await account.valid_xsts_token()
    assert asked(simulator) == [LIVE, USER_AUTH, XSTS]
    assert ahead_error(account) is None


async def test_refused_token_that_has_not_expired(
    account: AuthenticationManager, simulator: Simulator, freezer: FrozenDateTimeFactory
) -> None:
    """After a service has refused a token, the tries for it and those ahead of time have one pace."""
    simulator.xerr("adult", 2148916227)
    assert account.xsts_token
    with pytest.raises(XboxAccountError):
        await account.renew(Renewal.XSTS, account.xsts_token.authorization_header_value)
    for _ in range(80):
        freezer.tick(60)
        assert (await account.valid_xsts_token()).remaining() > 0
    assert times(simulator, XSTS) == [0, 60, 360, 1260]
    simulator.xerr("adult", None)
    freezer.tick(60)
    token = await account.valid_xsts_token()
    assert len(simulator.requests(XSTS)) == 5
    freezer.tick(60)
    assert await account.valid_xsts_token() is token
    assert len(simulator.requests(XSTS)) == 5


async def test_refused_renewal_at_the_end(
    account: AuthenticationManager, simulator: Simulator, freezer: FrozenDateTimeFactory
) -> None:
    """When the old token has expired too, the refused renewal is raised."""
    freezer.tick(LAST_DAY)
    simulator.revoke_refresh()
    await account.valid_xsts_token()
    freezer.tick(23 * HOUR)
    with pytest.raises(XboxSignInError):
        await account.valid_xsts_token()


async def test_outage_does_not_hide_the_refusal(
    account: AuthenticationManager, simulator: Simulator, freezer: FrozenDateTimeFactory
) -> None:
    """The refusal that a person has to act on stays during an outage of Microsoft."""
    freezer.tick(LAST_DAY)
    simulator.fail(LIVE, status=400, body=b'{"error": "invalid_grant"}')
    await account.valid_xsts_token()
    simulator.fail(LIVE, status=503)
    freezer.tick(61)
    await account.valid_xsts_token()
    assert type(ahead_error(account)) is XboxSignInError
    assert asked(simulator) == [LIVE, XSTS, LIVE]
    freezer.tick(61)
    await account.valid_xsts_token()
    assert ahead_error(account) is None


async def test_xsts_token_that_outlives_the_user_token(
    account: AuthenticationManager, simulator: Simulator, freezer: FrozenDateTimeFactory
) -> None:
    """An XSTS token is used until its own end, also after the end of the user token."""
    freezer.tick(14 * DAY - 7 * HOUR)
    simulator.revoke_refresh()
    life = {"IssueInstant": "2031-03-15T01:00:00Z", "NotAfter": "2031-03-15T17:00:00Z"}
    simulator.fail(XSTS, body=json.dumps({"Token": "longer than the other", **life}).encode())
    token = await account.valid_xsts_token()
    freezer.tick(8 * HOUR)
    assert await account.valid_xsts_token() is token
    freezer.tick(8 * HOUR)
    with pytest.raises(XboxSignInError):
        await account.valid_xsts_token()


async def test_live_token_is_refused_twice(
    account: AuthenticationManager, simulator: Simulator
) -> None:
    """Once the account was accepted, a refused Live token is renewed again, however soon."""
    for _ in range(2):
        assert account.xsts_token
        simulator.clear()
        simulator.fail(USER_AUTH, status=401, times=1)
        assert await account.renew(Renewal.USER, account.xsts_token.authorization_header_value)
        assert asked(simulator) == [USER_AUTH, LIVE, USER_AUTH, XSTS]
