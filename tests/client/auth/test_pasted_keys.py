"""Client id and secret as they are pasted, with characters that nobody sees."""

import aiohttp
import pytest
from freezegun.api import FrozenDateTimeFactory
from yarl import URL

from custom_components.xbox_network.xbox import AuthenticationManager
from custom_components.xbox_network.xbox.auth.manager import DEFAULT_SCOPES
from custom_components.xbox_network.xbox.auth.oauth import LiveOAuth
from custom_components.xbox_network.xbox.endpoints import Service
from custom_components.xbox_network.xbox.http.requests import HttpClient
from tests.client.conftest import HOUR, REDIRECT_URI, sign_in
from tests.simulator import CLIENT_ID, CLIENT_SECRET, Simulator


def inside(text: str, character: str) -> str:
    """Return a text with a character at both ends and in the middle."""
    return f"{character}{text[:9]}{character}{text[9:]}{character}"


@pytest.mark.parametrize(
    "character",
    ["\u200b", "\ufeff", "\u00a0", "\r\n", "\t", "\u2060", "\u202e", "\u00ad", "\u2028", "\u2800"],
    ids=ascii,
)
async def test_sign_in(
    simulator: Simulator,
    session: aiohttp.ClientSession,
    freezer: FrozenDateTimeFactory,
    character: str,
) -> None:
    """Microsoft's page, the exchange of the code and the refresh get the keys without them."""
    manager = AuthenticationManager(
        session, inside(CLIENT_ID, character), inside(CLIENT_SECRET, character), REDIRECT_URI
    )
    address = URL(manager.generate_authorization_url())
    assert address.query["client_id"] == CLIENT_ID
    await sign_in(manager, "Nova Kestrel")
    freezer.tick(2 * HOUR)
    await manager.refresh_oauth_token()
    assert [it.status for it in simulator.requests(Service.LIVE)[-2:]] == [200, 200]


async def test_visible_mistakes_stay(session: aiohttp.ClientSession) -> None:
    """What can be seen in a key is not changed: then Microsoft says that it is wrong."""
    manager = AuthenticationManager(session, "Ä-1 ~x.", "y", REDIRECT_URI)
    assert URL(manager.generate_authorization_url()).query["client_id"] == "Ä-1 ~x."


@pytest.mark.parametrize("secret", [None, "", "\u200b"])
async def test_no_secret(
    simulator: Simulator, session: aiohttp.ClientSession, secret: str | None
) -> None:
    """A secret of which nothing can be seen is not sent."""
    live = LiveOAuth(HttpClient(session), CLIENT_ID, secret, DEFAULT_SCOPES)
    simulator.fail(Service.LIVE, body=b'{"access_token": "a", "expires_in": 3600}')
    await live.refresh("a refresh token")
    [request] = simulator.requests(Service.LIVE)
    assert b"client_secret" not in request.body
