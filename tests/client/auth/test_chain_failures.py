"""The token chain with many callers: all that wait share one failed sign-in."""

import asyncio

import pytest
from freezegun.api import FrozenDateTimeFactory

from custom_components.xbox_network.xbox import AuthenticationManager, XboxClient
from custom_components.xbox_network.xbox.errors import (
    XboxConnectionError,
    XboxServiceError,
    XboxSignInError,
)
from custom_components.xbox_network.xbox.models.tokens import XSTSResponse
from tests.client.conftest import DAY, HOUR, LIVE, OWNER, PRESENCE, XSTS, asked, outlast
from tests.simulator import Simulator


async def twenty(account: AuthenticationManager) -> list[XSTSResponse | BaseException]:
    """Request the token twenty times at once."""
    return await asyncio.gather(
        *(account.valid_xsts_token() for _ in range(20)), return_exceptions=True
    )


async def test_failure_is_shared_by_all_who_wait(
    account: AuthenticationManager, simulator: Simulator, freezer: FrozenDateTimeFactory
) -> None:
    """Twenty callers share one failed request; a later call tries again."""
    simulator.delay = 0.001
    freezer.tick(16 * HOUR)
    simulator.fail(XSTS, status=503, times=None)
    for requests in (1, 2):
        results = await twenty(account)
        assert {type(err) for err in results} == {XboxServiceError}
        assert asked(simulator) == [XSTS] * requests
    simulator.heal()
    assert len({id(token) for token in await twenty(account)}) == 1
    assert asked(simulator) == [XSTS] * 3


async def test_refusal_is_shared_by_all_who_wait(
    account: AuthenticationManager, simulator: Simulator, freezer: FrozenDateTimeFactory
) -> None:
    """Twenty callers share one refused sign-in."""
    simulator.delay = 0.001
    freezer.tick(14 * DAY)
    simulator.revoke_refresh()
    assert {type(err) for err in await twenty(account)} == {XboxSignInError}
    assert asked(simulator) == [LIVE]


async def test_failed_renewal_is_shared_by_all_who_wait(
    client: XboxClient, simulator: Simulator
) -> None:
    """Callers with tokens that a service refused share one failed renewal."""
    simulator.delay = 0.001
    simulator.expire_xsts()
    simulator.fail(XSTS, status=503, times=None)
    results = await asyncio.gather(
        *(client.presence.batch([OWNER]) for _ in range(10)), return_exceptions=True
    )
    assert {type(err) for err in results} == {XboxServiceError}
    assert asked(simulator) == [*[PRESENCE] * 10, XSTS]


@pytest.mark.usefixtures("loop_by_hand")
async def test_hanging_sign_in_is_waited_for_once(
    account: AuthenticationManager, simulator: Simulator, freezer: FrozenDateTimeFactory
) -> None:
    """Twenty callers wait for one time-out."""
    freezer.tick(16 * HOUR)
    simulator.fail(XSTS, hang=True, times=None)
    results = await outlast(twenty(account), simulator, freezer, XSTS)
    assert {type(err) for err in results} == {XboxConnectionError}
    assert asked(simulator) == [XSTS]


async def test_cancelled_caller_does_not_fail_the_others(
    account: AuthenticationManager, simulator: Simulator, freezer: FrozenDateTimeFactory
) -> None:
    """When the requesting caller is cancelled, the next caller sends the request."""
    freezer.tick(16 * HOUR)
    simulator.fail(XSTS, hang=True)
    first, second = (asyncio.create_task(account.valid_xsts_token()) for _ in range(2))
    while not simulator.requests(XSTS):
        await asyncio.sleep(0)
    first.cancel()
    assert (await second).is_valid()
    assert asked(simulator) == [XSTS, XSTS]
