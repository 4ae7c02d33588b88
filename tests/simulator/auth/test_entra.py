"""Tests of login.microsoftonline.com: the authorize page, PKCE, grants, and what it refuses."""

import base64
import hashlib
from typing import Any

import aiohttp
import pytest
from yarl import URL

from tests.simulator import CLIENT_ID, CLIENT_SECRET, PUBLIC_CLIENT_ID, Simulator
from tests.simulator.auth.applications import Fault

from ..conftest import Caller, ManualClock

BASE = "login.microsoftonline.com/consumers/oauth2/v2.0"
REDIRECT = "https://my.home-assistant.io/redirect/oauth"
SCOPE = "XboxLive.signin offline_access"
VERIFIER = "a-verifier-of-at-least-forty-three-characters-long"
CHALLENGE = (
    base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).decode().rstrip("=")
)
QUERY = {
    "client_id": PUBLIC_CLIENT_ID,
    "response_type": "code",
    "redirect_uri": REDIRECT,
    "scope": SCOPE,
    "state": "opaque/+&=",
    "code_challenge": CHALLENGE,
    "code_challenge_method": "S256",
}


async def choose(caller: Caller, **changes: str | None) -> URL:
    """Choose a persona on the authorize page. Return the redirect address."""
    params = {**QUERY, "persona": "adult", **changes}
    params = {key: value for key, value in params.items() if value is not None}
    response = await caller.request("GET", f"{BASE}/authorize", params=params)
    assert response.status == 302
    return URL(response.headers["Location"])


async def ask(caller: Caller, **fields: str | None) -> aiohttp.ClientResponse:
    """Send a form to the token endpoint. None omits a field."""
    data = {"client_id": PUBLIC_CLIENT_ID, **fields}
    data = {key: value for key, value in data.items() if value is not None}
    return await caller.request("POST", f"{BASE}/token", data=data)


async def redeem(caller: Caller, code: str, **changes: str | None) -> aiohttp.ClientResponse:
    """Exchange a code."""
    fields: dict[str, str | None] = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": REDIRECT,
        "code_verifier": VERIFIER,
    }
    return await ask(caller, **(fields | changes))


async def refresh(caller: Caller, token: object, **changes: str | None) -> aiohttp.ClientResponse:
    """Exchange a refresh token."""
    fields = {"grant_type": "refresh_token", "refresh_token": str(token), "scope": SCOPE}
    return await ask(caller, **(fields | changes))


async def tokens(caller: Caller) -> dict[str, Any]:
    """Return the answer to a fresh code."""
    answer = await redeem(caller, (await choose(caller)).query["code"])
    assert answer.status == 200
    content: dict[str, Any] = await answer.json()
    return content


async def refused(response: aiohttp.ClientResponse, status: int, error: str, aadsts: int) -> None:
    """Check the form of a refusal."""
    content = await response.json()
    assert (response.status, content["error"]) == (status, error)
    assert content["error_description"].startswith(f"AADSTS{aadsts}: ")
    assert content["error_codes"] == [aadsts]
    assert {"timestamp", "trace_id", "correlation_id"} <= set(content)


async def test_answer(caller: Caller) -> None:
    """A code brings tokens, as Entra answers: without `user_id`."""
    content = await tokens(caller)
    assert set(content) == {
        "token_type",
        "scope",
        "expires_in",
        "ext_expires_in",
        "access_token",
        "refresh_token",
    }
    assert (content["token_type"], content["expires_in"]) == ("Bearer", 3600)


async def test_page(caller: Caller, simulator: Simulator) -> None:
    """The page offers each persona, sends back code and state, and an error for who cancels."""
    page = await (await caller.request("GET", f"{BASE}/authorize", params=QUERY)).text()
    for persona in simulator.personas.values():
        assert f'&amp;persona={persona.key}">{persona.name}</a>' in page
    assert (await choose(caller)).query["state"] == QUERY["state"]
    assert (await choose(caller, persona="cancels")).query["error"] == "access_denied"


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"client_id": CLIENT_ID}, "AADSTS700016"),
        ({"response_type": "token"}, "response type"),
        ({"redirect_uri": "https://elsewhere.example/"}, "AADSTS50011"),
        ({"redirect_uri": f"{REDIRECT}/"}, "AADSTS50011"),
        ({"redirect_uri": "http://localhost:8765/elsewhere"}, "AADSTS50011"),
        ({"redirect_uri": "//localhost"}, "AADSTS50011"),
        ({"redirect_uri": "http://[odd"}, "AADSTS50011"),
        ({"scope": "offline_access"}, "invalid_scope"),
        ({"scope": "XboxLive.signin service::user.auth.xboxlive.com::MBI_SSL"}, "invalid_scope"),
        ({"code_challenge_method": "plain"}, "S256"),
    ],
)
async def test_page_refuses(caller: Caller, changes: dict[str, str], problem: str) -> None:
    """The page does not redirect for an invalid request."""
    response = await caller.request("GET", f"{BASE}/authorize", params={**QUERY, **changes})
    assert response.status == 400
    assert problem in await response.text()


async def test_any_port_of_localhost(caller: Caller) -> None:
    """The port of localhost does not matter."""
    assert (await choose(caller, redirect_uri="http://localhost:8765")).host == "localhost"


@pytest.mark.parametrize("verifier", [None, "", "wrong", CHALLENGE])
async def test_verifier(caller: Caller, verifier: str | None) -> None:
    """A code is for who knows the verifier."""
    code = (await choose(caller)).query["code"]
    await refused(await redeem(caller, code, code_verifier=verifier), 400, "invalid_grant", 501481)
    assert (await redeem(caller, code)).status == 200


async def test_without_challenge(caller: Caller) -> None:
    """No challenge is demanded of a public app."""
    code = (await choose(caller, code_challenge=None, code_challenge_method=None)).query["code"]
    assert (await redeem(caller, code, code_verifier=None)).status == 200


async def test_code_works_once(caller: Caller) -> None:
    """A code works once, for the same address, for ten minutes."""
    code = (await choose(caller)).query["code"]
    other = await redeem(caller, code, redirect_uri="http://localhost")
    await refused(other, 400, "invalid_grant", 500112)
    assert (await redeem(caller, code)).status == 200
    await refused(await redeem(caller, code), 400, "invalid_grant", 54005)


async def test_old_code(caller: Caller, clock: ManualClock) -> None:
    """A code ends after ten minutes."""
    code = (await choose(caller)).query["code"]
    clock.now += 601
    await refused(await redeem(caller, code), 400, "invalid_grant", 70008)


@pytest.mark.parametrize("secret", ["", CLIENT_SECRET])
async def test_secret_is_refused(caller: Caller, secret: str) -> None:
    """A public app sends no secret, not even an empty one."""
    code = (await choose(caller)).query["code"]
    answer = await redeem(caller, code, client_secret=secret)
    await refused(answer, 401, "invalid_client", 700025)


async def test_redirect_of_the_web(caller: Caller, simulator: Simulator) -> None:
    """A redirect address of the platform "Web" makes the app one that needs a secret."""
    application = simulator.entra.applications[PUBLIC_CLIENT_ID]
    application.redirects.discard(REDIRECT)
    application.web_redirects.add(REDIRECT)
    code = (await choose(caller)).query["code"]
    await refused(await redeem(caller, code), 401, "invalid_client", 7000218)


async def test_other_app(caller: Caller, simulator: Simulator) -> None:
    """An app that is unknown, or not for personal accounts, or broken, gets nothing."""
    token = (await tokens(caller))["refresh_token"]
    await refused(
        await refresh(caller, token, client_id=CLIENT_ID), 400, "unauthorized_client", 700016
    )
    application = simulator.entra.applications[PUBLIC_CLIENT_ID]
    application.for_personal_accounts = False
    await refused(await refresh(caller, token), 400, "unauthorized_client", 700016)
    application.for_personal_accounts = True
    application.fault = Fault("invalid_client", 7000112, 401)
    await refused(await refresh(caller, token), 401, "invalid_client", 7000112)
    simulator.entra.applications["another"] = type(application)()
    await refused(await refresh(caller, token, client_id="another"), 400, "invalid_grant", 700005)


async def test_refresh_rotates(caller: Caller) -> None:
    """Each refresh brings a new refresh token; the old one stays good, as documented."""
    first = (await tokens(caller))["refresh_token"]
    second = (await (await refresh(caller, first)).json())["refresh_token"]
    assert second != first
    assert (await refresh(caller, first)).status == 200
    assert (await refresh(caller, second)).status == 200


async def test_refresh_tokens_that_work_once(caller: Caller, simulator: Simulator) -> None:
    """In the other mode the old one ends with its use, as some people report."""
    simulator.entra.refresh_tokens_work_once = True
    first = (await tokens(caller))["refresh_token"]
    second = (await (await refresh(caller, first)).json())["refresh_token"]
    await refused(await refresh(caller, first), 400, "invalid_grant", 70000)
    assert (await refresh(caller, second)).status == 200


async def test_lifetime(caller: Caller, clock: ManualClock) -> None:
    """A refresh token lives 90 days."""
    token = (await tokens(caller))["refresh_token"]
    clock.now += 89 * 86_400
    assert (await refresh(caller, token)).status == 200
    clock.now += 2 * 86_400
    await refused(await refresh(caller, token), 400, "invalid_grant", 70008)


async def test_password(caller: Caller, simulator: Simulator, clock: ManualClock) -> None:
    """A new password ends what a public app has of that account, and nothing of Live."""
    token = (await tokens(caller))["refresh_token"]
    live = simulator.live_token("adult")["refresh_token"]
    simulator.change_password("adult")
    await refused(await refresh(caller, token), 400, "invalid_grant", 50173)
    clock.now += 1
    again = (await tokens(caller))["refresh_token"]
    assert (await refresh(caller, again)).status == 200
    answer = await caller.request(
        "POST",
        "login.live.com/oauth20_token.srf",
        data={
            "grant_type": "refresh_token",
            "refresh_token": str(live),
            "client_id": CLIENT_ID,
            "client_secret": CLIENT_SECRET,
        },
    )
    assert answer.status == 200


async def test_families(caller: Caller, simulator: Simulator) -> None:
    """Neither family takes the other's refresh tokens; Xbox takes access tokens of both."""
    simulator.registrations[PUBLIC_CLIENT_ID] = None
    mine = await tokens(caller)
    live = simulator.live_token("adult", PUBLIC_CLIENT_ID)
    await refused(await refresh(caller, live["refresh_token"]), 400, "invalid_grant", 70000)
    answer = await caller.request(
        "POST",
        "login.live.com/oauth20_token.srf",
        data={
            "grant_type": "refresh_token",
            "refresh_token": mine["refresh_token"],
            "client_id": PUBLIC_CLIENT_ID,
        },
    )
    assert (await answer.json())["error"] == "invalid_grant"


@pytest.mark.parametrize(
    ("fields", "error"),
    [
        ({"grant_type": "password"}, "unsupported_grant_type"),
        ({"client_id": None}, "invalid_request"),
        ({"grant_type": "authorization_code"}, "invalid_request"),
        ({"grant_type": "refresh_token", "refresh_token": "odd"}, "invalid_grant"),
    ],
)
async def test_odd_requests(caller: Caller, fields: dict[str, str | None], error: str) -> None:
    """What is no request of OAuth is refused with its word."""
    answer = await ask(caller, **fields)
    assert (answer.status, (await answer.json())["error"]) == (400, error)
    answer = await caller.request("POST", f"{BASE}/token", json=fields)
    assert (await answer.json())["error"] == "invalid_request"
