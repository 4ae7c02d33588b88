"""Tests of login.live.com: the authorize page, accepted grants, and refusals."""

from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest
from freezegun.api import FrozenDateTimeFactory
from yarl import URL

from tests.simulator import CLIENT_ID, CLIENT_SECRET, Simulator

from ..conftest import Caller, ManualClock

AUTHORIZE = "login.live.com/oauth20_authorize.srf"
TOKEN = "login.live.com/oauth20_token.srf"
REDIRECT = "https://my.home-assistant.io/redirect/oauth"
SCOPE = "Xboxlive.signin Xboxlive.offline_access"
QUERY = {
    "client_id": CLIENT_ID,
    "response_type": "code",
    "redirect_uri": REDIRECT,
    "scope": SCOPE,
    "state": "opaque/+&=",
}
APP = {"client_id": CLIENT_ID, "client_secret": CLIENT_SECRET}


async def choose_persona(caller: Caller, **changes: str) -> URL:
    """Choose a persona, by default the adult, on the authorize page. Return the redirect address."""
    params = {**QUERY, "persona": "adult", **changes}
    response = await caller.request("GET", AUTHORIZE, params=params)
    assert response.status == 302
    return URL(response.headers["Location"])


async def exchange(caller: Caller, issued: str, **changes: str | None) -> aiohttp.ClientResponse:
    """Exchange a code. A change to None omits the field."""
    fields = {"grant_type": "authorization_code", "code": issued, "redirect_uri": REDIRECT, **APP}
    return await form(caller, fields | changes)


async def refresh(caller: Caller, issued: object, **changes: str | None) -> aiohttp.ClientResponse:
    """Exchange a refresh token."""
    fields = {"grant_type": "refresh_token", "refresh_token": str(issued), **APP}
    return await form(caller, fields | changes)


async def form(caller: Caller, fields: dict[str, Any]) -> aiohttp.ClientResponse:
    """Send a form to the token endpoint."""
    data = {key: value for key, value in fields.items() if value is not None}
    return await caller.request("POST", TOKEN, data=data)


async def test_page_offers_each_persona(caller: Caller, simulator: Simulator) -> None:
    """The authorize page has a link for each persona."""
    response = await caller.request("GET", AUTHORIZE, params=QUERY)
    page = await response.text()
    assert response.content_type == "text/html"
    for persona in simulator.personas.values():
        assert f'&amp;persona={persona.key}">{persona.name}</a>' in page


@pytest.fixture(name="browser")
async def browser_fixture(simulator: Simulator) -> AsyncIterator[Caller]:
    """Return a browser, which keeps cookies, signed in as the adult."""
    async with aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True)) as session:
        browser = Caller(simulator, session)
        await choose_persona(browser)
        yield browser


async def test_signed_in_browser_is_not_asked(browser: Caller, simulator: Simulator) -> None:
    """A browser that is signed in is sent back at once, with its account, whomever the person means."""
    response = await browser.request("GET", AUTHORIZE, params=QUERY)
    assert response.status == 302
    for location in (
        URL(response.headers["Location"]),
        await choose_persona(browser, persona="alone"),
    ):
        assert location.query["state"] == QUERY["state"]
        answer = await (await exchange(browser, location.query["code"])).json()
        assert answer["user_id"].endswith(simulator.personas["adult"].xuid[-6:])


async def test_signed_in_browser_may_choose(browser: Caller, simulator: Simulator) -> None:
    """With `select_account` the page is shown to a browser that is signed in; then it is signed in anew."""
    response = await browser.request("GET", AUTHORIZE, params={**QUERY, "prompt": "select_account"})
    assert response.status == 200
    assert "Juniper Vale" in await response.text()
    location = await choose_persona(browser, persona="alone", prompt="select_account")
    later = await choose_persona(browser, persona="adult")
    for it in (location, later):
        answer = await (await exchange(browser, it.query["code"])).json()
        assert answer["user_id"].endswith(simulator.personas["alone"].xuid[-6:])


async def test_choice_sends_back_code_and_state(caller: Caller) -> None:
    """Choosing a persona sends a code and the state back to the app."""
    location = await choose_persona(caller)
    assert str(location.with_query(None)) == REDIRECT
    assert location.query["state"] == QUERY["state"]
    assert "error" not in location.query
    assert (await exchange(caller, location.query["code"])).status == 200


async def test_cancelling_sends_back_an_error(caller: Caller) -> None:
    """Cancelling sends an error back to the app."""
    location = await choose_persona(caller, persona="cancels")
    assert location.query["error"] == "access_denied"
    assert location.query["state"] == QUERY["state"]
    assert "code" not in location.query


async def test_unknown_scope_is_sent_back(caller: Caller) -> None:
    """An unknown scope sends an error back to the app."""
    location = await choose_persona(caller, scope="service::user.auth.xboxlive.com::MBI_SSL")
    assert location.query["error"] == "invalid_scope"


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"client_id": "another"}, "unauthorized_client"),
        ({"response_type": "token"}, "unsupported_response_type"),
        ({"redirect_uri": "nowhere"}, "redirect_uri"),
        ({"scope": ""}, "scope"),
    ],
)
async def test_page_refuses(caller: Caller, changes: dict[str, str], problem: str) -> None:
    """The page refuses an invalid request with 400."""
    response = await caller.request("GET", AUTHORIZE, params={**QUERY, **changes})
    assert response.status == 400
    assert problem in await response.text()


async def test_page_refuses_address_that_is_not_registered(
    caller: Caller, simulator: Simulator
) -> None:
    """The page refuses a redirect address that is not registered."""
    simulator.redirect_uris = {REDIRECT}
    wrong = {**QUERY, "redirect_uri": f"{REDIRECT}/"}
    assert (await caller.request("GET", AUTHORIZE, params=wrong)).status == 400
    assert (await caller.request("GET", AUTHORIZE, params=QUERY)).status == 200


async def test_token_answer(caller: Caller) -> None:
    """The token answer has the lifetime, the scope and all tokens."""
    code = (await choose_persona(caller)).query["code"]
    answer = await (await exchange(caller, code)).json()
    assert answer["token_type"] == "bearer"
    assert answer["expires_in"] == 3600
    assert answer["scope"] == SCOPE
    assert set(answer) > {"access_token", "refresh_token", "user_id"}


async def test_no_refresh_token_without_offline_access(caller: Caller) -> None:
    """Without the offline scope there is no refresh token."""
    code = (await choose_persona(caller, scope="XboxLive.signin")).query["code"]
    assert "refresh_token" not in await (await exchange(caller, code)).json()


@pytest.mark.parametrize(
    ("changes", "status", "error"),
    [
        ({"client_id": None}, 400, "invalid_request"),
        ({"client_id": "another"}, 400, "unauthorized_client"),
        ({"client_secret": None}, 401, "invalid_client"),
        ({"client_secret": "the id of the secret"}, 401, "invalid_client"),
        ({"grant_type": None}, 400, "invalid_request"),
        ({"grant_type": "password"}, 400, "unsupported_grant_type"),
        ({"code": None}, 400, "invalid_request"),
        ({"code": "M.C5xx_BAY.2.U.made-up"}, 400, "invalid_grant"),
        ({"redirect_uri": None}, 400, "invalid_request"),
        ({"redirect_uri": f"{REDIRECT}/"}, 400, "invalid_grant"),
        ({"scope": "Xboxlive.signin openid"}, 400, "invalid_scope"),
    ],
)
async def test_exchange_refuses(
    caller: Caller, changes: dict[str, str | None], status: int, error: str
) -> None:
    """The exchange of a code refuses each wrong or missing field."""
    code = (await choose_persona(caller)).query["code"]
    response = await exchange(caller, code, **changes)
    answer = await response.json()
    assert (response.status, answer["error"]) == (status, error)
    assert answer["error_description"]
    assert answer["correlation_id"]


async def test_body_in_json_is_refused(caller: Caller) -> None:
    """A body in JSON is refused."""
    response = await caller.post(TOKEN, {"grant_type": "refresh_token", **APP})
    assert response.status == 400
    assert (await response.json())["error"] == "invalid_request"


async def test_code_works_once(caller: Caller) -> None:
    """A code works once."""
    code = (await choose_persona(caller)).query["code"]
    await exchange(caller, code)
    response = await exchange(caller, code)
    assert response.status == 400
    assert (await response.json())["error"] == "invalid_grant"


@pytest.mark.parametrize(("age", "status"), [(299, 200), (300, 400)])
async def test_code_lives_five_minutes(
    caller: Caller, clock: ManualClock, age: int, status: int
) -> None:
    """A code is valid for five minutes."""
    code = (await choose_persona(caller)).query["code"]
    clock.now += age
    assert (await exchange(caller, code)).status == status


async def test_refresh_rotates_and_keeps_the_old_one_working(caller: Caller) -> None:
    """A refresh gives a new refresh token, and the old one still works."""
    code = (await choose_persona(caller)).query["code"]
    first = await (await exchange(caller, code)).json()
    second = await (await refresh(caller, first["refresh_token"])).json()
    assert second["refresh_token"] != first["refresh_token"]
    assert second["access_token"] != first["access_token"]
    assert (await refresh(caller, first["refresh_token"])).status == 200


async def test_revoked_refresh_token(caller: Caller, simulator: Simulator) -> None:
    """A revoked refresh token is refused; those of other accounts and new ones work."""
    old, other = simulator.live_token("adult"), simulator.live_token("alone")
    simulator.revoke_refresh("adult")
    response = await refresh(caller, old["refresh_token"])
    assert (await response.json())["error"] == "invalid_grant"
    assert (await refresh(caller, other["refresh_token"])).status == 200
    assert (await refresh(caller, simulator.live_token()["refresh_token"])).status == 200


async def test_refresh_token_lives_ninety_days(
    caller: Caller, clock: ManualClock, simulator: Simulator
) -> None:
    """A refresh token is valid for ninety days."""
    token = simulator.live_token()["refresh_token"]
    clock.now += 90 * 86_400 - 1
    assert (await refresh(caller, token)).status == 200
    clock.now += 1
    assert (await (await refresh(caller, token)).json())["error"] == "invalid_grant"


async def test_refresh_token_of_another_app(caller: Caller, simulator: Simulator) -> None:
    """A refresh token of another app is refused."""
    simulator.registrations["another"] = "its secret"
    token = simulator.live_token()["refresh_token"]
    response = await refresh(caller, token, client_id="another", client_secret="its secret")
    assert response.status == 400
    assert (await response.json())["error"] == "invalid_grant"


async def test_refresh_token_is_no_code(caller: Caller, simulator: Simulator) -> None:
    """A refresh token is not accepted as code."""
    response = await exchange(caller, str(simulator.live_token()["refresh_token"]))
    assert (await response.json())["error"] == "invalid_grant"


async def test_changed_secret(caller: Caller, simulator: Simulator) -> None:
    """After a change of the secret, only the new one works."""
    token = simulator.live_token()["refresh_token"]
    simulator.client_secret = "a new one"
    assert (await (await refresh(caller, token)).json())["error"] == "invalid_client"
    assert (await refresh(caller, token, client_secret="a new one")).status == 200


async def test_app_without_secret(caller: Caller, simulator: Simulator) -> None:
    """An app without a secret must not send one."""
    token = simulator.live_token()["refresh_token"]
    simulator.client_secret = None
    answer = await (await refresh(caller, token)).json()
    assert answer["error"] == "unauthorized_client"
    assert "no secret configured" in answer["error_description"]
    assert (await refresh(caller, token, client_secret=None)).status == 200


async def test_live_token_is_what_home_assistant_stores(
    simulator: Simulator, clock: ManualClock
) -> None:
    """The token for Home Assistant has the time of its expiry."""
    token = simulator.live_token("alone")
    assert token["expires_at"] == clock.now + 3600
    assert token["expires_in"] == 3600


async def test_parameter_twice_and_parameter_empty(caller: Caller) -> None:
    """A repeated or empty parameter is an invalid request."""
    fields = [("grant_type", "refresh_token"), *APP.items(), ("refresh_token", "")]
    for data in (fields, [*fields, ("refresh_token", "M.C5xx_BAY.0.U.-a")]):
        response = await caller.request("POST", TOKEN, data=data)
        assert response.status == 400
        assert (await response.json())["error"] == "invalid_request"


async def test_own_clock_follows_freezegun(
    socket_enabled: None, freezer: FrozenDateTimeFactory
) -> None:
    """A simulator without a clock uses the time of this machine, frozen or not."""
    freezer.move_to("2031-05-06T07:08:09Z")
    simulator = Simulator()
    token = simulator.live_token()
    freezer.tick(3_600)
    assert simulator.world.clock() == token["expires_at"]


async def test_fault_of_the_registration(caller: Caller, simulator: Simulator) -> None:
    """A fault of the registration is an OAuth error with Microsoft's number, until it is mended."""
    issued = (await choose_persona(caller)).query["code"]
    simulator.break_registration(9002327)
    response = await exchange(caller, issued)
    content = await response.json()
    assert (response.status, content["error"]) == (400, "invalid_request")
    assert content["error_codes"] == [9002327]
    assert content["error_description"].startswith("AADSTS9002327: ")
    simulator.mend_registration()
    assert (await exchange(caller, issued)).status == 200
