"""Token chain, many callers: one failed sign-in is shared by all who wait."""

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
    """Ask for the token twenty times at once."""
    return await asyncio.gather(
        *(account.refresh_tokens() for _ in range(20)), return_exceptions=True
    )


async def test_failure_is_shared_by_all_who_wait(
    account: AuthenticationManager, simulator: Simulator, freezer: FrozenDateTimeFactory
) -> None:
    """One request for twenty callers; who comes later tries again."""
    simulator.delay = 0.001
    freezer.tick(16 * HOUR)
    simulator.fail(XSTS, status=503, times=None)
    for requests in (1, 2):
        found = await twenty(account)
        assert {type(err) for err in found} == {XboxServiceError}
        assert asked(simulator) == [XSTS] * requests
    simulator.heal()
    assert len({id(token) for token in await twenty(account)}) == 1
    assert asked(simulator) == [XSTS] * 3


async def test_refusal_is_shared_by_all_who_wait(
    account: AuthenticationManager, simulator: Simulator, freezer: FrozenDateTimeFactory
) -> None:
    """The same for a sign-in that has ended."""
    simulator.delay = 0.001
    freezer.tick(14 * DAY)
    simulator.revoke_refresh()
    assert {type(err) for err in await twenty(account)} == {XboxSignInError}
    assert asked(simulator) == [LIVE]


async def test_failed_renewal_is_shared_by_all_who_wait(
    client: XboxClient, simulator: Simulator
) -> None:
    """The same for tokens that a service refused."""
    simulator.delay = 0.001
    simulator.expire_xsts()
    simulator.fail(XSTS, status=503, times=None)
    found = await asyncio.gather(
        *(client.presence.batch([OWNER]) for _ in range(10)), return_exceptions=True
    )
    assert {type(err) for err in found} == {XboxServiceError}
    assert asked(simulator) == [*[PRESENCE] * 10, XSTS]


@pytest.mark.usefixtures("loop_by_hand")
async def test_hanging_sign_in_is_waited_for_once(
    account: AuthenticationManager, simulator: Simulator, freezer: FrozenDateTimeFactory
) -> None:
    """Twenty callers wait for one time-out, not for one after another."""
    freezer.tick(16 * HOUR)
    simulator.fail(XSTS, hang=True, times=None)
    found = await outlast(twenty(account), simulator, freezer, XSTS)
    assert {type(err) for err in found} == {XboxConnectionError}
    assert asked(simulator) == [XSTS]


async def test_caller_that_gives_up_fails_nobody(
    account: AuthenticationManager, simulator: Simulator, freezer: FrozenDateTimeFactory
) -> None:
    """If the one that asks is cancelled the next one asks."""
    freezer.tick(16 * HOUR)
    simulator.fail(XSTS, hang=True)
    first, second = (asyncio.create_task(account.refresh_tokens()) for _ in range(2))
    while not simulator.requests(XSTS):
        await asyncio.sleep(0)
    first.cancel()
    assert (await second).is_valid()
    assert asked(simulator) == [XSTS, XSTS]
