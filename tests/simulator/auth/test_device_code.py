"""Tests of the codes that a person enters: both requests of the app, and Microsoft's page."""

from typing import Any

import aiohttp
import pytest

from tests.simulator import PUBLIC_CLIENT_ID, Simulator
from tests.simulator.auth.device_code import GRANT_TYPE

from ..conftest import Caller, ManualClock
from .test_entra import BASE, SCOPE, ask, refresh, refused

LINK = "www.microsoft.com/link"


async def code(caller: Caller, **changes: str) -> aiohttp.ClientResponse:
    """Ask for a code."""
    data = {"client_id": PUBLIC_CLIENT_ID, "scope": SCOPE, **changes}
    return await caller.request("POST", f"{BASE}/devicecode", data=data)


@pytest.fixture(name="given")
async def given_fixture(caller: Caller) -> dict[str, Any]:
    """Return the answer with a code."""
    answer: dict[str, Any] = await (await code(caller)).json()
    return answer


async def poll(caller: Caller, given: dict[str, Any]) -> aiohttp.ClientResponse:
    """Ask whether a code was entered."""
    return await ask(caller, grant_type=GRANT_TYPE, device_code=given["device_code"])


async def word(caller: Caller, given: dict[str, Any]) -> str:
    """Return the error word of a poll."""
    answer = await poll(caller, given)
    assert answer.status == 400
    return str((await answer.json())["error"])


async def page(caller: Caller, **query: str) -> str:
    """Return Microsoft's page."""
    return await (await caller.request("GET", LINK, params=query)).text()


def test_answer(given: dict[str, Any]) -> None:
    """The answer has all that a person and an app need."""
    assert set(given) == {
        "user_code",
        "device_code",
        "verification_uri",
        "expires_in",
        "interval",
        "message",
    }
    assert given["verification_uri"] == "https://www.microsoft.com/link"
    assert (given["expires_in"], given["interval"]) == (900, 5)
    assert given["user_code"] in given["message"]


async def test_whole_way(
    caller: Caller, simulator: Simulator, clock: ManualClock, given: dict[str, Any]
) -> None:
    """Pending until it was entered; then tokens, once; they can be refreshed."""
    assert await word(caller, given) == "authorization_pending"
    clock.now += 5
    simulator.entra.allow(given["user_code"], "alone")
    answer = await poll(caller, given)
    content = await answer.json()
    assert answer.status == 200
    assert "user_id" not in content
    assert (await refresh(caller, content["refresh_token"])).status == 200
    clock.now += 5
    assert await word(caller, given) == "expired_token"


async def test_too_fast(caller: Caller, clock: ManualClock, given: dict[str, Any]) -> None:
    """Who polls too fast has to wait five seconds more each time."""
    assert await word(caller, given) == "authorization_pending"
    clock.now += 3
    assert await word(caller, given) == "slow_down"
    clock.now += 5
    assert await word(caller, given) == "slow_down", "it is ten seconds by now"
    clock.now += 15
    assert await word(caller, given) == "authorization_pending"


async def test_ends(
    caller: Caller, simulator: Simulator, clock: ManualClock, given: dict[str, Any]
) -> None:
    """A refusal, the end of a quarter of an hour, and an unknown code have a word each."""
    await refused(
        await ask(caller, grant_type=GRANT_TYPE, device_code="odd"),
        400,
        "bad_verification_code",
        70018,
    )
    other: dict[str, Any] = await (await code(caller)).json()
    simulator.entra.decline(other["user_code"])
    assert await word(caller, other) == "authorization_declined"
    clock.now += 901
    assert await word(caller, given) == "expired_token"
    with pytest.raises(LookupError):
        simulator.entra.allow(given["user_code"])


async def test_forbidden(caller: Caller, simulator: Simulator, given: dict[str, Any]) -> None:
    """An app that does not allow public client flows gets no code, and nothing for one."""
    simulator.entra.applications[PUBLIC_CLIENT_ID].allows_public_flows = False
    await refused(await code(caller), 401, "invalid_client", 70002)
    await refused(await poll(caller, given), 401, "invalid_client", 7000218)


async def test_refused(caller: Caller) -> None:
    """No secret, a known app, and a scope of Xbox."""
    await refused(await code(caller, client_secret="x"), 401, "invalid_client", 700025)
    await refused(await code(caller, client_id="x"), 400, "unauthorized_client", 700016)
    await refused(await code(caller, scope="offline_access"), 400, "invalid_scope", 70011)


async def test_page(
    caller: Caller, simulator: Simulator, clock: ManualClock, given: dict[str, Any]
) -> None:
    """The page takes a code, however it is typed, asks who it is, and says that it is done."""
    assert 'name="otc"' in await page(caller)
    assert "didn't work" in await page(caller, otc="WRONG")
    typed = given["user_code"].lower().replace("-", "")
    assert simulator.personas["adult"].name in await page(caller, otc=typed)
    assert "signed in" in await page(caller, otc=typed, persona="adult")
    assert (await poll(caller, given)).status == 200
    assert "didn't work" in await page(caller, otc=typed), "it works once"


@pytest.mark.parametrize("query", [{"refuse": "1"}, {"persona": "cancels"}])
async def test_page_refuses(
    caller: Caller, clock: ManualClock, given: dict[str, Any], query: dict[str, str]
) -> None:
    """A person can refuse on the page."""
    assert "refused" in await page(caller, otc=given["user_code"], **query)
    assert await word(caller, given) == "authorization_declined"


async def test_own_page(caller: Caller, simulator: Simulator) -> None:
    """In the demo the address is that of the simulator's own page."""
    simulator.entra.plays_pages = True
    given = await (await code(caller)).json()
    assert given["verification_uri"] == f"{simulator.url}/{LINK}".replace("//www", "/www")
