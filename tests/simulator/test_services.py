"""Service rules: what every `*.xboxlive.com` service insists on, and the budgets."""

from typing import Any

import pytest

from tests.simulator import Simulator

from .conftest import OWNER, Caller, ManualClock, Services

READS = {
    "people": "peoplehub.xboxlive.com/users/me/people/friends",
    "presence": "userpresence.xboxlive.com/users/me?level=all",
    "profile": "profile.xboxlive.com/users/me/profile/settings?settings=Gamertag",
    "titlehub": f"titlehub.xboxlive.com/users/xuid({OWNER})/titles/titlehistory/decoration/image",
    "social": "social.xboxlive.com/users/me/summary",
    "achievements": f"achievements.xboxlive.com/users/xuid({OWNER})/achievements",
}
every_service = pytest.mark.parametrize("path", READS.values(), ids=READS)


async def status(caller: Caller, services: Services, path: str, **changes: str | None) -> int:
    """Read with changed headers, None leaving one out; return the status."""
    headers: dict[str, Any] = services.headers(path)
    headers |= {name.replace("_", "-"): value for name, value in changes.items()}
    kept = {name: value for name, value in headers.items() if value is not None}
    skip = ["User-Agent"] if changes.get("User_Agent", "") is None else None
    response = await caller.request("GET", path, headers=kept, skip_auto_headers=skip)
    return response.status


@every_service
async def test_accepts_a_correct_call(services: Services, path: str) -> None:
    """Accepts a correct call."""
    assert (await services.get(path)).status == 200


@every_service
@pytest.mark.parametrize(
    "value", [None, "", "Bearer abc", "XBL3.0 x=1;made-up", "XBL3.0 x=;", "XBL3.0 abc"]
)
async def test_token_missing_or_malformed(
    caller: Caller, services: Services, path: str, value: str | None
) -> None:
    """Token missing or malformed."""
    assert await status(caller, services, path, Authorization=value) == 401


@every_service
async def test_token_with_the_hash_of_another(
    caller: Caller, services: Services, path: str
) -> None:
    """Token with the hash of another."""
    other = await caller.sign_in("alone")
    mixed = f"{other.partition(';')[0]};{services.authorization.partition(';')[2]}"
    assert await status(caller, services, path, Authorization=mixed) == 401


@every_service
async def test_token_for_another_relying_party(
    caller: Caller, services: Services, path: str
) -> None:
    """Token for another relying party."""
    foreign = await caller.sign_in(relying_party="http://mp.microsoft.com/")
    assert await status(caller, services, path, Authorization=foreign) == 401


@every_service
async def test_token_that_ran_out(services: Services, clock: ManualClock, path: str) -> None:
    """Token that ran out."""
    clock.now += 16 * 3_600
    assert (await services.get(path)).status == 401


@every_service
async def test_token_made_to_expire(
    caller: Caller, services: Services, simulator: Simulator, path: str
) -> None:
    """Token made to expire."""
    simulator.expire_xsts()
    assert (await services.get(path)).status == 401
    fresh = await caller.sign_in()
    assert await status(caller, services, path, Authorization=fresh) == 200


@every_service
@pytest.mark.parametrize("version", [None, "0", "5", "8", "seven"])
async def test_contract_version(
    caller: Caller, services: Services, path: str, version: str | None
) -> None:
    """Contract version."""
    assert await status(caller, services, path, x_xbl_contract_version=version) == 406


@pytest.mark.parametrize("version", ["1", "6"])
@pytest.mark.parametrize("service", ["people", "presence", "profile", "titlehub", "social"])
async def test_contract_of_older_times(services: Services, service: str, version: str) -> None:
    """Contract of older times."""
    assert (await services.get(READS[service], version)).status == 406


async def test_profile_knows_contract_2_too(caller: Caller, services: Services) -> None:
    """Profile knows contract 2 too."""
    assert await status(caller, services, READS["profile"], x_xbl_contract_version="2") == 200


@every_service
@pytest.mark.parametrize("accept", [None, "text/html"])
async def test_accept(caller: Caller, services: Services, path: str, accept: str | None) -> None:
    """Accept."""
    assert await status(caller, services, path, Accept=accept) == 400


@every_service
@pytest.mark.parametrize("agent", [None, ""])
async def test_user_agent(caller: Caller, services: Services, path: str, agent: str | None) -> None:
    """User agent."""
    assert await status(caller, services, path, User_Agent=agent) == 400


@pytest.mark.parametrize("language", [None, "", "*", "en_US"])
@pytest.mark.parametrize(
    ("service", "expected"),
    [
        ("people", 400),
        ("presence", 400),
        ("titlehub", 500),
        ("profile", 200),
        ("social", 200),
        ("achievements", 400),
    ],
)
async def test_accept_language(
    caller: Caller, services: Services, service: str, expected: int, language: str | None
) -> None:
    """Accept language."""
    path = READS[service]
    assert await status(caller, services, path, Accept_Language=language) == expected


@pytest.mark.parametrize(
    "path",
    [
        "peoplehub.xboxlive.com/users/me/people/batch",
        "userpresence.xboxlive.com/users/batch",
        "profile.xboxlive.com/users/batch/profile/settings",
        "titlehub.xboxlive.com/titles/batch/decoration/image",
    ],
)
async def test_bodies(caller: Caller, services: Services, path: str) -> None:
    """Bodies."""
    headers = services.headers(path)
    typed = {**headers, "Content-Type": "application/json"}
    plain = {**headers, "Content-Type": "text/plain"}
    assert (await caller.request("POST", path, headers=plain, data=b"{}")).status == 415
    for body in (b"", b"{", b"[]", b"{}"):
        assert (await caller.request("POST", path, headers=typed, data=body)).status == 400


async def test_unknown_places_and_methods(caller: Caller, simulator: Simulator) -> None:
    """Unknown places and methods."""
    assert (await caller.request("GET", "nowhere.xboxlive.com/users/me")).status == 404
    assert (await caller.request("GET", "peoplehub.xboxlive.com/users/me")).status == 404
    assert (await caller.request("GET", "")).status == 404
    assert (await caller.request("DELETE", "userpresence.xboxlive.com/users/me")).status == 405
    assert [(item.host, item.path, item.status) for item in simulator.requests()] == [
        ("nowhere.xboxlive.com", "/users/me", 404),
        ("peoplehub.xboxlive.com", "/users/me", 404),
        ("", "", 404),
        ("userpresence.xboxlive.com", "/users/me", 405),
    ]


@pytest.mark.parametrize(
    ("service", "burst"),
    [
        ("people", 10),
        ("presence", 30),
        ("profile", 10),
        ("titlehub", 10),
        ("social", 10),
        ("achievements", 100),
    ],
)
async def test_burst(services: Services, clock: ManualClock, service: str, burst: int) -> None:
    """Burst."""
    for _ in range(burst):
        assert (await services.get(READS[service])).status == 200
    clock.now += 4.5
    response = await services.get(READS[service])
    assert response.status == 429
    assert response.headers["Retry-After"] == "11"
    assert await response.json() == {
        "version": 1,
        "currentRequests": burst + 1,
        "maxRequests": burst,
        "periodInSeconds": 15,
        "limitType": "Rate",
    }
    clock.now += 10.5
    assert (await services.get(READS[service])).status == 200


@pytest.mark.parametrize(("service", "most"), [("people", 30), ("presence", 100)])
async def test_sustained(services: Services, clock: ManualClock, service: str, most: int) -> None:
    """Sustained."""
    start = clock.now
    for number in range(most):
        clock.now = start + 2 * number
        assert (await services.get(READS[service])).status == 200
    clock.now = start + 210
    response = await services.get(READS[service])
    assert (response.status, response.headers["Retry-After"]) == (429, "90")
    assert (await response.json())["periodInSeconds"] == 300
    clock.now = start + 300
    assert (await services.get(READS[service])).status == 200


async def test_throttled_calls_count(services: Services, clock: ManualClock) -> None:
    """Throttled calls count."""
    for _ in range(31):
        await services.get(READS["people"])
    clock.now += 15
    response = await services.get(READS["people"])
    assert (response.status, response.headers["Retry-After"]) == (429, "285")
    await services.get(READS["people"])
    answer = await (await services.get(READS["people"])).json()
    assert answer["currentRequests"] == 34


async def test_budget_of_another_account_app_and_service(
    caller: Caller, services: Services, simulator: Simulator
) -> None:
    """Budget of another account app and service."""
    for _ in range(11):
        last = await services.get(READS["people"])
    assert last.status == 429
    assert (await services.get(READS["presence"])).status == 200
    assert (await services.get(READS["social"])).status == 429
    other = Services(caller, await caller.sign_in("alone"))
    assert (await other.get(READS["people"])).status == 200
    simulator.budgets.reset()
    assert (await services.get(READS["people"])).status == 200
