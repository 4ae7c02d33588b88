"""Refusals of the sign-in without a reason: the registration at the first sign-in, a "no" that may pass later."""

import pytest

from custom_components.xbox_network.xbox import AuthenticationManager
from custom_components.xbox_network.xbox.errors import (
    XboxAuthError,
    XboxRefusedError,
    XboxRegistrationError,
)
from tests.client.conftest import (
    OWNER,
    USER_AUTH,
    XSTS,
    asked,
    sign_in,
)
from tests.simulator import Simulator


@pytest.mark.parametrize(("host", "status"), [(USER_AUTH, 400), (USER_AUTH, 403), (XSTS, 400)])
async def test_registration_of_the_wrong_kind(
    stranger: AuthenticationManager, simulator: Simulator, host: str, status: int
) -> None:
    """At the first sign-in, a Live token that Xbox does not accept points to the registered application."""
    simulator.fail(host, status=status, times=None)
    with pytest.raises(XboxAuthError) as caught:
        await sign_in(stranger, "Nova Kestrel")
    assert type(caught.value) is XboxRegistrationError
    assert (caught.value.service, caught.value.status) == (host, status)


@pytest.mark.parametrize("garbage", [False, True], ids=["empty", "page"])
@pytest.mark.parametrize(
    ("host", "status"), [(USER_AUTH, 400), (USER_AUTH, 401), (USER_AUTH, 403), (XSTS, 400)]
)
async def test_refusal_without_a_reason(
    account: AuthenticationManager, simulator: Simulator, host: str, status: int, garbage: bool
) -> None:
    """The registration of an account that has been accepted before is not blamed."""
    simulator.fail(host, status=status, garbage=garbage, headers={"Retry-After": "7"})
    with pytest.raises(XboxRefusedError) as caught:
        await (account.request_user_token() if host == USER_AUTH else account.request_xsts_token())
    assert (caught.value.service, caught.value.status) == (host, status)
    assert (caught.value.is_page, caught.value.retry_after) == (garbage, 7)


async def test_page_at_the_first_sign_in(
    stranger: AuthenticationManager, simulator: Simulator
) -> None:
    """A page in place of an answer blames no registration, at the first sign-in either."""
    simulator.fail(USER_AUTH, status=403, garbage=True, times=None)
    with pytest.raises(XboxRefusedError):
        await sign_in(stranger, "Nova Kestrel")


@pytest.mark.parametrize("refusals", [1, None], ids=["once", "always"])
async def test_user_token_that_xsts_does_not_understand(
    account: AuthenticationManager, simulator: Simulator, refusals: int | None
) -> None:
    """A user token that XSTS does not accept is renewed once; a sign-in is not asked for."""
    account.xsts_token = None
    simulator.fail(XSTS, status=400, times=refusals)
    if refusals:
        assert (await account.valid_xsts_token()).xuid == OWNER
    else:
        with pytest.raises(XboxRefusedError):
            await account.valid_xsts_token()
    assert asked(simulator) == [XSTS, USER_AUTH, XSTS]
