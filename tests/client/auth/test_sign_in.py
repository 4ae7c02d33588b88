"""Requests of the sign-in: each one exactly as in `docs/network.md` A1.1 to A1.4."""

import json
from urllib.parse import parse_qsl

import aiohttp
import pytest
from yarl import URL

from custom_components.xbox_network.xbox import AuthenticationManager
from custom_components.xbox_network.xbox.errors import (
    OAuthProblem,
    XboxCredentialsError,
    XboxError,
    XboxRateLimitError,
    XboxRefusedError,
    XboxRegistrationError,
    XboxResponseError,
    XboxServiceError,
    XboxSignInError,
    oauth_problem,
)
from custom_components.xbox_network.xbox.http.requests import USER_AGENT
from custom_components.xbox_network.xbox.models.tokens import XAUResponse, XSTSResponse
from tests.client.conftest import (
    LIVE,
    OWNER,
    REDIRECT_URI,
    USER_AUTH,
    XSTS,
    asked,
    authorization_code,
    sign_in,
)
from tests.simulator import CLIENT_ID, CLIENT_SECRET, Simulator
from tests.simulator.server import RecordedRequest

SCOPE = "Xboxlive.signin Xboxlive.offline_access"


def form(request: RecordedRequest) -> dict[str, str]:
    """Return the form of a request; no field occurs twice."""
    assert request.headers["Content-Type"] == "application/x-www-form-urlencoded"
    pairs = parse_qsl(request.body.decode(), keep_blank_values=True, strict_parsing=True)
    assert len(dict(pairs)) == len(pairs)
    return dict(pairs)


def test_authorize_address(session: aiohttp.ClientSession) -> None:
    """The address of the page is that of A1.1, with an unchanged state."""
    manager = AuthenticationManager(session, "an id", CLIENT_SECRET, REDIRECT_URI)
    page = URL(manager.generate_authorization_url("a&b=c +/"))
    assert page.with_query(None) == URL("https://login.live.com/oauth20_authorize.srf")
    assert dict(page.query) == {
        "client_id": "an id",
        "response_type": "code",
        "approval_prompt": "auto",
        "scope": SCOPE,
        "redirect_uri": REDIRECT_URI,
        "state": "a&b=c +/",
    }
    assert "state" not in URL(manager.generate_authorization_url()).query


async def test_chain_of_a_first_sign_in(stranger: AuthenticationManager) -> None:
    """After the first sign-in all three tokens are valid, and name the account."""
    await sign_in(stranger, "Nova Kestrel")
    assert stranger.oauth
    assert stranger.user_token
    assert stranger.xsts_token
    assert stranger.oauth.is_valid()
    assert stranger.user_token.is_valid()
    token = stranger.xsts_token
    assert token.is_valid()
    assert token.xuid == OWNER
    assert token.gamertag == "Nova Kestrel"
    assert token.age_group == "Adult"
    assert {185, 254, 255} <= token.privileges
    assert token.user_privileges == {234}
    assert token.userhash == stranger.user_token.userhash != ""
    assert token.authorization_header_value == f"XBL3.0 x={token.userhash};{token.token}"


async def test_code_exchange(stranger: AuthenticationManager, simulator: Simulator) -> None:
    """The code is sent as a form, with the application and the same redirect address."""
    code = await authorization_code(stranger, "Nova Kestrel")
    simulator.clear()
    token = await stranger.request_oauth_token(code)
    [request] = simulator.requests()
    assert (request.method, request.host, request.path) == ("POST", LIVE, "/oauth20_token.srf")
    assert form(request) == {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": REDIRECT_URI,
        "scope": SCOPE,
        "client_id": CLIENT_ID,
        "client_secret": CLIENT_SECRET,
    }
    assert request.headers["Accept"] == "application/json"
    assert request.headers["User-Agent"] == USER_AGENT
    assert {"Authorization", "x-xbl-contract-version"}.isdisjoint(request.headers)
    assert (token.expires_in, token.token_type, token.scope) == (3600, "bearer", SCOPE)
    assert stranger.oauth is None, "asking is not keeping"


async def test_refresh(account: AuthenticationManager, simulator: Simulator) -> None:
    """A refresh sends the refresh token with its application."""
    assert account.oauth
    new = await account.refresh_oauth_token()
    [request] = simulator.requests()
    assert (request.method, request.host, request.path) == ("POST", LIVE, "/oauth20_token.srf")
    assert form(request) == {
        "grant_type": "refresh_token",
        "refresh_token": account.oauth.refresh_token,
        "scope": SCOPE,
        "client_id": CLIENT_ID,
        "client_secret": CLIENT_SECRET,
    }
    assert new.access_token != account.oauth.access_token
    assert new.refresh_token != account.oauth.refresh_token


async def test_public_application_shows_no_secret(
    session: aiohttp.ClientSession, simulator: Simulator
) -> None:
    """An application without a secret sends none: Microsoft would refuse one."""
    simulator.client_secret = None
    manager = AuthenticationManager(session, CLIENT_ID, "", REDIRECT_URI)
    await sign_in(manager, "Juniper Vale")
    assert manager.xsts_token
    assert manager.xsts_token.gamertag == "Juniper Vale"
    assert "client_secret" not in form(simulator.requests(LIVE)[-1])


async def test_other_scopes(session: aiohttp.ClientSession, simulator: Simulator) -> None:
    """The caller chooses the scopes; without the second one there is no refresh token."""
    manager = AuthenticationManager(
        session, CLIENT_ID, CLIENT_SECRET, REDIRECT_URI, ["Xboxlive.signin"]
    )
    await sign_in(manager, "Nova Kestrel")
    assert form(simulator.requests(LIVE)[-1])["scope"] == "Xboxlive.signin"
    assert manager.oauth
    assert manager.oauth.refresh_token is None
    with pytest.raises(XboxSignInError, match="no refresh token"):
        await manager.refresh_oauth_token()


async def test_user_token_request(account: AuthenticationManager, simulator: Simulator) -> None:
    """The Live token is sent as a ticket with the prefix of registered applications."""
    assert account.oauth
    token = await account.request_user_token()
    [request] = simulator.requests()
    assert (request.method, request.host, request.path) == ("POST", USER_AUTH, "/user/authenticate")
    assert json.loads(request.body) == {
        "RelyingParty": "http://auth.xboxlive.com",
        "TokenType": "JWT",
        "Properties": {
            "AuthMethod": "RPS",
            "SiteName": "user.auth.xboxlive.com",
            "RpsTicket": f"d={account.oauth.access_token}",
        },
    }
    assert request.headers["x-xbl-contract-version"] == "1"
    assert request.headers["Content-Type"] == "application/json"
    assert request.headers["Accept"] == "application/json"
    assert "Authorization" not in request.headers
    assert isinstance(token, XAUResponse)
    assert token.lifetime == pytest.approx(14 * 86400)


async def test_compact_ticket_has_no_prefix(
    account: AuthenticationManager, simulator: Simulator
) -> None:
    """A compact ticket is sent without a prefix, to the given relying party."""
    assert account.oauth
    simulator.fail(USER_AUTH, body=b'{"Token": "of a legacy flow"}')
    token = await account.request_user_token("http://elsewhere", use_compact_ticket=True)
    body = json.loads(simulator.requests()[-1].body)
    assert body["Properties"]["RpsTicket"] == account.oauth.access_token
    assert body["RelyingParty"] == "http://elsewhere"
    assert token.token == "of a legacy flow"


async def test_xsts_token_request(account: AuthenticationManager, simulator: Simulator) -> None:
    """Only the user token is sent, for the retail sandbox."""
    assert account.user_token
    token = await account.request_xsts_token()
    [request] = simulator.requests()
    assert (request.method, request.host, request.path) == ("POST", XSTS, "/xsts/authorize")
    assert json.loads(request.body) == {
        "RelyingParty": "http://xboxlive.com",
        "TokenType": "JWT",
        "Properties": {"UserTokens": [account.user_token.token], "SandboxId": "RETAIL"},
    }
    assert request.headers["x-xbl-contract-version"] == "1"
    assert request.headers["Content-Type"] == "application/json"
    assert "Authorization" not in request.headers
    assert isinstance(token, XSTSResponse)
    assert token.lifetime == pytest.approx(16 * 3600)


async def test_xsts_token_of_another_relying_party(
    account: AuthenticationManager, simulator: Simulator
) -> None:
    """A token of another relying party may lack most claims."""
    token = await account.request_xsts_token("http://licensing.xboxlive.com")
    body = json.loads(simulator.requests()[-1].body)
    assert body["RelyingParty"] == "http://licensing.xboxlive.com"
    assert token.userhash
    assert (token.xuid, token.gamertag, token.age_group) == (None, None, None)
    assert token.privileges == token.user_privileges == frozenset()


async def test_xsts_token_needs_a_user_token(
    stranger: AuthenticationManager, simulator: Simulator
) -> None:
    """Without a user token no request is sent."""
    with pytest.raises(XboxSignInError, match="no user token"):
        await stranger.request_xsts_token()
    assert asked(simulator) == []


async def test_not_signed_in(stranger: AuthenticationManager, simulator: Simulator) -> None:
    """Without any token an error asks to sign in, and no request is sent."""
    with pytest.raises(XboxSignInError, match="no refresh token"):
        await stranger.valid_xsts_token()
    assert asked(simulator) == []


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        ("invalid_grant", XboxSignInError),
        ("interaction_required", XboxSignInError),
        ("invalid_client", XboxCredentialsError),
        ("unauthorized_client", XboxCredentialsError),
        ("invalid_scope", XboxCredentialsError),
        ("server_error", XboxServiceError),
        ("temporarily_unavailable", XboxServiceError),
        ("invalid_request", XboxRegistrationError),
        ("unsupported_grant_type", XboxRegistrationError),
        ("unsupported_response_type", XboxRegistrationError),
        ("invalid_resource", XboxRegistrationError),
        # these words are unknown here: it may pass, or a new sign-in may help
        ("something new", XboxRefusedError),
        ("x" * 1000, XboxRefusedError),
        (None, XboxRefusedError),
        (7, XboxRefusedError),
    ],
)
@pytest.mark.parametrize("status", [400, 401])
async def test_oauth_errors(
    account: AuthenticationManager,
    simulator: Simulator,
    error: object,
    kind: type[XboxError],
    status: int,
) -> None:
    """Each word of an OAuth error has its error class."""
    simulator.fail(LIVE, status=status, body=json.dumps({"error": error}).encode())
    with pytest.raises(XboxError) as caught:
        await account.refresh_oauth_token()
    assert type(caught.value) is kind
    assert (caught.value.service, caught.value.status) == (LIVE, status)
    assert "xxx" not in str(caught.value)


@pytest.mark.parametrize("status", [500, 502, 503, 504])
@pytest.mark.parametrize("body", [b"", b"<html>", b'{"error": "invalid_grant"}', b"[]"])
async def test_outage_of_microsoft_is_temporary(
    account: AuthenticationManager, simulator: Simulator, status: int, body: bytes
) -> None:
    """A 5xx is temporary, with any body."""
    simulator.fail(LIVE, status=status, body=body)
    with pytest.raises(XboxServiceError) as caught:
        await account.refresh_oauth_token()
    assert caught.value.status == status


async def test_too_many_refreshes(account: AuthenticationManager, simulator: Simulator) -> None:
    """After a 429 the token endpoint gets no request for the seconds of `Retry-After`."""
    simulator.fail(LIVE, status=429, headers={"Retry-After": "40"})
    for _ in range(2):
        with pytest.raises(XboxRateLimitError) as caught:
            await account.refresh_oauth_token()
        assert caught.value.retry_after == 40
    assert asked(simulator) == [LIVE]


@pytest.mark.parametrize(
    "body",
    [b"", b"<html>", b"[]", b"{}", b'{"access_token": ""}', b'{"access_token": "x"}'],
)
async def test_unreadable_token_answer(
    account: AuthenticationManager, simulator: Simulator, body: bytes
) -> None:
    """A 200 without a token is an error of the service."""
    simulator.fail(LIVE, body=body)
    with pytest.raises(XboxResponseError):
        await account.refresh_oauth_token()


async def test_wrong_secret(account: AuthenticationManager, simulator: Simulator) -> None:
    """A replaced client secret and an expired sign-in are different errors."""
    simulator.client_secret = "another one"
    with pytest.raises(XboxCredentialsError, match="invalid_client"):
        await account.refresh_oauth_token()


async def test_code_used_twice(stranger: AuthenticationManager) -> None:
    """A code that was used before asks for a new sign-in."""
    code = await authorization_code(stranger, "Nova Kestrel")
    await stranger.request_tokens(code)
    with pytest.raises(XboxSignInError, match="invalid_grant"):
        await stranger.request_tokens(code)


def test_errors_of_the_authorize_page() -> None:
    """The errors in the browser's redirect are read with the same table."""
    assert oauth_problem("invalid_grant") is OAuthProblem.SIGN_IN_AGAIN
    assert oauth_problem("invalid_scope") is OAuthProblem.WRONG_CREDENTIALS
    assert oauth_problem("server_error") is OAuthProblem.TRY_LATER
    assert oauth_problem("access_denied") is None
    assert oauth_problem(None) is None
