"""Tests of user and XSTS tokens: lifetimes, claims, and each refusal."""

from datetime import datetime
from typing import Any

import pytest

from tests.simulator import Simulator

from ..conftest import OWNER, Caller, ManualClock


async def user_token(caller: Caller, persona: str = "adult") -> str:
    """Return the user token of a persona."""
    response = await caller.user_token(caller.simulator.live_token(persona))
    token: str = (await response.json())["Token"]
    return token


def lifetime(answer: dict[str, Any]) -> float:
    """Return the seconds between the two times of a token answer."""
    start, end = (datetime.fromisoformat(answer[key]) for key in ("IssueInstant", "NotAfter"))
    return (end - start).total_seconds()


async def test_user_token_lives_fourteen_days(caller: Caller) -> None:
    """A user token is valid for fourteen days and has only the user hash as claim."""
    answer = await (await caller.user_token(caller.simulator.live_token())).json()
    assert lifetime(answer) == 14 * 86_400
    assert answer["IssueInstant"] == "2031-02-27T23:06:40.2500000Z"
    assert list(answer["DisplayClaims"]["xui"][0]) == ["uhs"]


@pytest.mark.parametrize(
    "changes",
    [
        {"RelyingParty": "http://xboxlive.com"},
        {"TokenType": "jwt"},
        {"AuthMethod": "COOKIE"},
        {"SiteName": "login.live.com"},
        {"SiteName": None},
        {"RpsTicket": None},
        {"RpsTicket": "d="},
        {"RpsTicket": "t=EwAo"},
        {"Extra": "property"},
    ],
    ids=str,
)
async def test_malformed_user_request_gets_400_without_a_body(
    caller: Caller, changes: dict[str, str | None]
) -> None:
    """A malformed request for a user token gets 400 without a body."""
    response = await caller.user_token(caller.simulator.live_token(), changes)
    assert response.status == 400
    assert await response.read() == b""


@pytest.mark.parametrize("prefix", ["", "t="])
async def test_ticket_with_wrong_prefix(caller: Caller, prefix: str) -> None:
    """A ticket with another prefix gets 400 without a body."""
    live = caller.simulator.live_token()
    response = await caller.user_token(live, {"RpsTicket": f"{prefix}{live['access_token']}"})
    assert response.status == 400
    assert await response.read() == b""


@pytest.mark.parametrize(
    "headers",
    [{"x_xbl_contract_version": "2"}, {"Accept": "text/html"}, {"Content_Type": "text/plain"}],
    ids=str,
)
async def test_headers_of_both_token_requests(caller: Caller, headers: dict[str, str]) -> None:
    """Both token requests need contract 1 and JSON."""
    live = caller.simulator.live_token()
    assert (await caller.user_token(live, None, **headers)).status == 400
    user = await user_token(caller)
    assert (await caller.xsts_token(user, None, **headers)).status == 400


@pytest.mark.parametrize("accept", ["*/*", "text/html, */*; q=0.1", "application/json"])
async def test_any_accept_that_takes_json(caller: Caller, accept: str) -> None:
    """Both token requests are answered for each `Accept` that allows JSON."""
    live = caller.simulator.live_token()
    response = await caller.user_token(live, None, Accept=accept)
    user = await response.json()
    assert (await caller.xsts_token(user["Token"], None, Accept=accept)).status == 200


async def test_body_that_is_no_json(caller: Caller) -> None:
    """A body that is not JSON gets 400."""
    headers = {
        "x-xbl-contract-version": "1",
        "Accept": "application/json",
        "Content-Type": "application/json",
    }
    path = "user.auth.xboxlive.com/user/authenticate"
    response = await caller.request("POST", path, data=b"[not json", headers=headers)
    assert response.status == 400


async def test_unknown_live_token(caller: Caller) -> None:
    """An unknown Live token gets 401."""
    assert (await caller.user_token({"access_token": "EwAoMadeUp"})).status == 401


async def test_expired_live_token(caller: Caller, clock: ManualClock) -> None:
    """An expired Live token gets 401."""
    live = caller.simulator.live_token()
    clock.now += 3_600
    assert (await caller.user_token(live)).status == 401


async def test_live_token_that_was_revoked(caller: Caller, simulator: Simulator) -> None:
    """A revoked Live token gets 401; those of other accounts and new ones work."""
    live, other = simulator.live_token("adult"), simulator.live_token("alone")
    simulator.expire_live("adult")
    assert (await caller.user_token(live)).status == 401
    assert (await caller.user_token(other)).status == 200
    assert (await caller.user_token(simulator.live_token("adult"))).status == 200


async def test_live_token_without_xbox_scope(caller: Caller, simulator: Simulator) -> None:
    """A Live token without the Xbox scope gets 400 without a body."""
    params = {
        "client_id": next(iter(simulator.registrations)),
        "response_type": "code",
        "redirect_uri": "http://127.0.0.1/back",
        "scope": "Xboxlive.offline_access",
        "persona": "adult",
    }
    page = await caller.request("GET", "login.live.com/oauth20_authorize.srf", params=params)
    form = {
        "grant_type": "authorization_code",
        "code": page.headers["Location"].partition("code=")[2],
        "redirect_uri": params["redirect_uri"],
        "client_id": params["client_id"],
        "client_secret": simulator.client_secret,
    }
    answer = await caller.request("POST", "login.live.com/oauth20_token.srf", data=form)
    response = await caller.user_token(await answer.json())
    assert response.status == 400
    assert await response.read() == b""


async def test_xsts_claims(caller: Caller) -> None:
    """The XSTS token has its claims and is valid for 16 hours."""
    answer = await (await caller.xsts_token(await user_token(caller))).json()
    (claims,) = answer["DisplayClaims"]["xui"]
    assert set(claims) == {"uhs", "xid", "gtg", "agg", "usr", "utr", "prv"}
    assert (claims["xid"], claims["gtg"], claims["agg"]) == (OWNER, "Nova Kestrel", "Adult")
    assert lifetime(answer) == 16 * 3_600


async def test_modern_gamertag_on_request(caller: Caller, simulator: Simulator) -> None:
    """The claims of the modern gamertag come on request."""
    simulator.world.person(OWNER).rename("Nova", "3430")
    changes = {"OptionalDisplayClaims": ["mgt", "mgs", "umg"]}
    response = await caller.xsts_token(await user_token(caller), changes)
    (claims,) = (await response.json())["DisplayClaims"]["xui"]
    assert [claims[key] for key in ("mgt", "mgs", "umg")] == ["Nova", "3430", "Nova#3430"]
    assert claims["gtg"] == "Nova3430"


async def test_claims_can_be_left_out(caller: Caller, simulator: Simulator) -> None:
    """A persona can lack claims."""
    simulator.personas["adult"].without = {"gtg", "usr"}
    answer = await (await caller.xsts_token(await user_token(caller))).json()
    assert set(answer["DisplayClaims"]["xui"][0]) == {"uhs", "xid", "agg", "prv", "utr"}


async def test_other_relying_party_gets_only_the_hash(caller: Caller) -> None:
    """For another relying party the user hash is the only claim."""
    changes = {"RelyingParty": "http://mp.microsoft.com/"}
    answer = await (await caller.xsts_token(await user_token(caller), changes)).json()
    assert list(answer["DisplayClaims"]["xui"][0]) == ["uhs"]


async def test_hash_differs_for_each_live_token(caller: Caller) -> None:
    """The user hash differs for each Live token, so it identifies no account."""
    answers = [
        await (await caller.user_token(caller.simulator.live_token())).json() for _ in range(2)
    ]
    hashes = {answer["DisplayClaims"]["xui"][0]["uhs"] for answer in answers}
    assert len(hashes) == 2


async def test_xsts_ends_with_its_user_token(caller: Caller, clock: ManualClock) -> None:
    """The XSTS token ends with its user token."""
    token = await user_token(caller)
    clock.now += 14 * 86_400 - 600
    assert lifetime(await (await caller.xsts_token(token)).json()) == 600


@pytest.mark.parametrize(
    "changes",
    [
        {"RelyingParty": "http://xboxlive.com/"},
        {"RelyingParty": "http://example.com"},
        {"TokenType": "JWE"},
        {"SandboxId": "XDKS.1"},
        {"SandboxId": None},
        {"UserTokens": []},
        {"UserTokens": [""]},
        {"UserTokens": None},
        {"UserTokens": "text"},
        {"OptionalDisplayClaims": "mgt"},
    ],
    ids=str,
)
async def test_malformed_xsts_request_gets_400_without_a_body(
    caller: Caller, changes: dict[str, Any]
) -> None:
    """A malformed request for an XSTS token gets 400 without a body."""
    response = await caller.xsts_token(await user_token(caller), changes)
    assert response.status == 400
    assert await response.read() == b""


async def test_garbage_user_token(caller: Caller) -> None:
    """An unreadable user token gets its XErr."""
    response = await caller.xsts_token("eyJgarbage")
    assert response.status == 401
    assert await response.json() == {"Identity": "0", "XErr": 2148916262, "Message": ""}


async def test_live_token_is_no_user_token(caller: Caller, simulator: Simulator) -> None:
    """A Live token is not accepted as user token."""
    response = await caller.xsts_token(str(simulator.live_token()["access_token"]))
    assert (await response.json())["XErr"] == 2148916262


async def test_expired_user_token(caller: Caller, clock: ManualClock) -> None:
    """An expired user token gets its XErr."""
    token = await user_token(caller)
    clock.now += 14 * 86_400
    response = await caller.xsts_token(token)
    assert response.status == 401
    assert (await response.json())["XErr"] == 2148916258


async def test_user_tokens_made_to_expire(caller: Caller, simulator: Simulator) -> None:
    """User tokens that a test made expire get the XErr; a fresh one works."""
    token = await user_token(caller)
    simulator.expire_user_tokens()
    assert (await (await caller.xsts_token(token)).json())["XErr"] == 2148916258
    assert (await caller.xsts_token(await user_token(caller))).status == 200


@pytest.mark.parametrize(
    ("persona", "code", "page"),
    [
        ("child", 2148916238, "AddChildToFamily"),
        ("no_profile", 2148916233, "CreateAccount"),
        ("banned", 2148916227, "enforcement"),
        ("country", 2148916235, None),
        ("age", 2148916236, "agecheck"),
    ],
)
async def test_refused_personas(caller: Caller, persona: str, code: int, page: str | None) -> None:
    """Each refused persona gets its XErr and its page."""
    response = await caller.xsts_token(await user_token(caller, persona))
    answer = await response.json()
    assert (response.status, answer["XErr"], answer["Identity"]) == (401, code, "0")
    expected = f"https://start.ui.xboxlive.com/{page}" if page else None
    assert answer.get("Redirect") == expected
    assert response.headers["WWW-Authenticate"].startswith("XSTS error=")


async def test_refusal_only_in_the_header(caller: Caller, simulator: Simulator) -> None:
    """A refusal can be in the header only."""
    simulator.xerr("adult", 2148916237, in_header=True)
    response = await caller.xsts_token(await user_token(caller))
    assert response.status == 401
    assert response.headers["X-Err"] == "2148916237"
    assert await response.read() == b""


async def test_set_and_cleared_refusal(caller: Caller, simulator: Simulator) -> None:
    """A test can set and clear the refusal of a persona."""
    token = await user_token(caller)
    simulator.xerr("adult", 2148916234, redirect="https://example.com/")
    answer = await (await caller.xsts_token(token)).json()
    assert (answer["XErr"], answer["Redirect"]) == (2148916234, "https://example.com/")
    simulator.xerr("adult", None)
    assert (await caller.xsts_token(token)).status == 200


async def test_tokens_are_known_after_a_restart(
    caller: Caller, clock: ManualClock, simulator: Simulator
) -> None:
    """Tokens stay valid after a restart of the simulator."""
    token = await user_token(caller)
    restarted = Simulator(clock=clock)
    await restarted.start()
    try:
        again = Caller(restarted, caller.session)
        assert (await again.xsts_token(token)).status == 200
        restarted.expire_user_tokens()
        assert (await (await again.xsts_token(token)).json())["XErr"] == 2148916258
    finally:
        await restarted.stop()
