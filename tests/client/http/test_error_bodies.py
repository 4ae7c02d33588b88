"""Error bodies with one spoiled place: the error stays that of the status."""

import json
from collections.abc import Awaitable, Callable

import pytest
from freezegun.api import FrozenDateTimeFactory

from custom_components.xbox_network.xbox import AuthenticationManager, XboxClient
from custom_components.xbox_network.xbox.errors import (
    XboxAccountError,
    XboxCredentialsError,
    XboxError,
    XboxForbiddenError,
    XboxRateLimitError,
    XboxRefusedError,
    XboxServiceError,
    XboxSignInError,
)
from tests.client.conftest import HOUR, LIVE, OWNER, PEOPLE, PRESENCE, USER_AUTH, XSTS
from tests.helpers.client.mutations import described, spoil
from tests.simulator import Simulator

type Ask = Callable[[AuthenticationManager, XboxClient], Awaitable[object]]

ERRORS: list[tuple[str, int, dict[str, object], Ask, tuple[type[XboxError], ...]]] = [
    (
        LIVE,
        400,
        {"error": "invalid_grant", "error_description": "AADSTS70000: no.", "error_codes": [70000]},
        lambda account, _: account.refresh_oauth_token(),
        (XboxSignInError,),
    ),
    (
        LIVE,
        401,
        {"error": "invalid_client", "correlation_id": "00000000-0000-4000-8000-000000000000"},
        lambda account, _: account.refresh_oauth_token(),
        (XboxCredentialsError, XboxSignInError),
    ),
    (
        XSTS,
        401,
        {
            "Identity": "0",
            "XErr": 2148916233,
            "Message": "",
            "Redirect": "https://start.ui.xboxlive.com/CreateAccount",
        },
        lambda account, _: account.request_xsts_token(),
        (XboxAccountError, XboxSignInError),
    ),
    (
        USER_AUTH,
        403,
        {"XErr": "2148916227", "Identity": "0"},
        lambda account, _: account.request_user_token(),
        (XboxAccountError, XboxRefusedError),
    ),
    (
        PEOPLE,
        429,
        {
            "version": 1,
            "currentRequests": 31,
            "maxRequests": 30,
            "periodInSeconds": 300,
            "limitType": "Rate",
        },
        lambda _, client: client.people.batch([OWNER]),
        (XboxRateLimitError,),
    ),
    (
        PRESENCE,
        403,
        {"code": 403, "source": "presence", "description": "Privacy settings."},
        lambda _, client: client.presence.batch([OWNER]),
        (XboxForbiddenError,),
    ),
    (
        PEOPLE,
        500,
        {"errorCode": 500, "errorMessage": "", "status": {"errorCode": "Odd"}},
        lambda _, client: client.people.batch([OWNER]),
        (XboxServiceError,),
    ),
]


@pytest.mark.parametrize(
    ("host", "status", "document", "ask", "kinds"), ERRORS, ids=[f"{e[0]}-{e[1]}" for e in ERRORS]
)
async def test_bodies_of_errors(
    account: AuthenticationManager,
    client: XboxClient,
    simulator: Simulator,
    freezer: FrozenDateTimeFactory,
    host: str,
    status: int,
    document: dict[str, object],
    ask: Ask,
    kinds: tuple[type[XboxError], ...],
) -> None:
    """With any content of its body, an error stays that of its status."""
    raised = set()
    for path, value, spoiled in spoil(document):
        simulator.fail(host, status=status, body=json.dumps(spoiled).encode())
        with pytest.raises(kinds) as caught:
            await ask(account, client)
        assert caught.value.status == status, described(path, value)
        raised.add(type(caught.value))
        freezer.tick(HOUR)
    assert all(any(issubclass(kind, expected) for kind in raised) for expected in kinds)
