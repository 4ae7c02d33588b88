"""`refresh_tokens` of the manager: all three tokens, each for one request, whatever happens beside it."""

import asyncio

import pytest
from freezegun.api import FrozenDateTimeFactory

from custom_components.xbox_network.xbox import AuthenticationManager
from custom_components.xbox_network.xbox.errors import XboxServiceError, XboxSignInError
from tests.client.conftest import DAY, HOUR, LIVE, OWNER, USER_AUTH, XSTS, asked
from tests.simulator import Simulator


async def test_header_costs_less_than_a_refresh(
    account: AuthenticationManager, simulator: Simulator, freezer: FrozenDateTimeFactory
) -> None:
    """A header is there without the Live token; `refresh_tokens` renews the Live token all the same."""
    freezer.tick(2 * HOUR)
    await account.authorization()
    assert asked(simulator) == []
    token = await account.refresh_tokens()
    assert token is account.xsts_token
    assert asked(simulator) == [LIVE]
    assert account.oauth
    assert account.oauth.is_valid()

    simulator.clear()
    freezer.tick(16 * HOUR)
    assert (await account.authorization()).startswith("XBL3.0 x=")
    assert asked(simulator) == [XSTS]
    assert not account.oauth.is_valid()


async def test_parallel_refreshes(
    account: AuthenticationManager, simulator: Simulator, freezer: FrozenDateTimeFactory
) -> None:
    """Any number of refreshes and headers at once costs one request for each token."""
    simulator.delay = 0.001
    freezer.tick(15 * DAY)
    results = await asyncio.gather(
        *(account.refresh_tokens() for _ in range(5)), *(account.authorization() for _ in range(5))
    )
    assert sorted(asked(simulator)) == [LIVE, USER_AUTH, XSTS]
    assert account.xsts_token
    header = account.xsts_token.authorization_header_value
    assert results == [account.xsts_token] * 5 + [header] * 5


async def test_parallel_failures(
    account: AuthenticationManager, simulator: Simulator, freezer: FrozenDateTimeFactory
) -> None:
    """A failure is shared by all that wait for it; the next refresh asks again."""
    simulator.delay = 0.001
    freezer.tick(15 * DAY)
    simulator.revoke_refresh()
    results = await asyncio.gather(
        *(account.refresh_tokens() for _ in range(5)), return_exceptions=True
    )
    assert {type(it) for it in results} == {XboxSignInError}
    assert asked(simulator) == [LIVE]


async def test_step_that_failed_is_made_again(
    account: AuthenticationManager, simulator: Simulator, freezer: FrozenDateTimeFactory
) -> None:
    """The tokens before a step that fails are kept, so the next refresh goes on from there."""
    freezer.tick(15 * DAY)
    simulator.fail(XSTS, status=503)
    with pytest.raises(XboxServiceError):
        await account.refresh_tokens()
    assert asked(simulator) == [LIVE, USER_AUTH, XSTS]
    simulator.clear()
    freezer.tick(600)
    assert (await account.refresh_tokens()).xuid == OWNER
    assert asked(simulator) == [XSTS]


async def test_user_token_is_renewed_ahead(
    account: AuthenticationManager, simulator: Simulator, freezer: FrozenDateTimeFactory
) -> None:
    """A user token that ends within a day is renewed; if that fails it still serves, and so does the XSTS token."""
    freezer.tick(13 * DAY + HOUR)
    await account.refresh_tokens()
    assert asked(simulator) == [LIVE, USER_AUTH, XSTS]
    freezer.tick(13 * DAY + HOUR)
    simulator.clear()
    simulator.fail(USER_AUTH, status=503)
    old = account.user_token
    assert (await account.refresh_tokens()).is_valid()
    assert account.user_token is old
    assert asked(simulator) == [LIVE, USER_AUTH, XSTS]


async def test_xsts_token_is_renewed_ahead(
    account: AuthenticationManager, simulator: Simulator, freezer: FrozenDateTimeFactory
) -> None:
    """An XSTS token that ends within ten minutes serves until its end if it cannot be renewed."""
    old = account.xsts_token
    simulator.fail(XSTS, status=503, times=None)
    freezer.tick(16 * HOUR - 300)
    assert await account.refresh_tokens() is old
    assert asked(simulator) == [LIVE, XSTS]
    freezer.tick(300)
    with pytest.raises(XboxServiceError):
        await account.refresh_tokens()
    account.xsts_token = None
    with pytest.raises(XboxServiceError):
        await account.refresh_tokens()
    simulator.heal()
    freezer.tick(60)
    assert (await account.refresh_tokens()).xuid == OWNER


async def test_refused_user_token_is_replaced(
    account: AuthenticationManager, simulator: Simulator, freezer: FrozenDateTimeFactory
) -> None:
    """If XSTS refuses the user token, a new one is asked for once."""
    freezer.tick(17 * HOUR)
    simulator.expire_user_tokens()
    assert (await account.refresh_tokens()).xuid == OWNER
    assert asked(simulator) == [LIVE, XSTS, USER_AUTH, XSTS]
