"""Tests of the rules that all `*.xboxlive.com` services share, and of the rate limits."""

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
    """Send a read with changed headers (None omits one) and return the status."""
    headers: dict[str, Any] = services.headers(path)
    headers |= {name.replace("_", "-"): value for name, value in changes.items()}
    present = {name: value for name, value in headers.items() if value is not None}
    skip = ["User-Agent"] if changes.get("User_Agent", "") is None else None
    response = await caller.request("GET", path, headers=present, skip_auto_headers=skip)
    return response.status


@every_service
async def test_accepts_a_correct_call(services: Services, path: str) -> None:
    """Every service accepts a correct call."""
    assert (await services.get(path)).status == 200


@every_service
@pytest.mark.parametrize(
    "value", [None, "", "Bearer abc", "XBL3.0 x=1;made-up", "XBL3.0 x=;", "XBL3.0 abc"]
)
async def test_token_missing_or_malformed(
    caller: Caller, services: Services, path: str, value: str | None
) -> None:
    """A missing or malformed token is refused with 401."""
    assert await status(caller, services, path, Authorization=value) == 401


@every_service
async def test_token_with_the_hash_of_another(
    caller: Caller, services: Services, path: str
) -> None:
    """A token with the user hash of another account is refused with 401."""
    other = await caller.sign_in("alone")
    mixed = f"{other.partition(';')[0]};{services.authorization.partition(';')[2]}"
    assert await status(caller, services, path, Authorization=mixed) == 401


@every_service
async def test_token_for_another_relying_party(
    caller: Caller, services: Services, path: str
) -> None:
    """A token for another relying party is refused with 401."""
    foreign = await caller.sign_in(relying_party="http://mp.microsoft.com/")
    assert await status(caller, services, path, Authorization=foreign) == 401


@every_service
async def test_expired_token(services: Services, clock: ManualClock, path: str) -> None:
    """An expired token is refused with 401."""
    clock.now += 16 * 3_600
    assert (await services.get(path)).status == 401


@every_service
async def test_token_made_to_expire(
    caller: Caller, services: Services, simulator: Simulator, path: str
) -> None:
    """A token that a test made expire is refused with 401; a fresh one is accepted."""
    simulator.expire_xsts()
    assert (await services.get(path)).status == 401
    fresh = await caller.sign_in()
    assert await status(caller, services, path, Authorization=fresh) == 200


@every_service
@pytest.mark.parametrize("version", [None, "0", "5", "8", "seven"])
async def test_contract_version(
    caller: Caller, services: Services, path: str, version: str | None
) -> None:
    """A missing or unknown contract version is refused with 406."""
    assert await status(caller, services, path, x_xbl_contract_version=version) == 406


@pytest.mark.parametrize("version", ["1", "6"])
@pytest.mark.parametrize("service", ["people", "presence", "profile", "titlehub", "social"])
async def test_older_contract_versions(services: Services, service: str, version: str) -> None:
    """An older contract version is refused with 406."""
    assert (await services.get(READS[service], version)).status == 406


async def test_profile_knows_contract_2_too(caller: Caller, services: Services) -> None:
    """The profile service also accepts contract 2."""
    assert await status(caller, services, READS["profile"], x_xbl_contract_version="2") == 200


@every_service
@pytest.mark.parametrize("accept", [None, "*/*", "text/html"])
async def test_accept(caller: Caller, services: Services, path: str, accept: str | None) -> None:
    """A call that takes no JSON is refused with 400; userpresence wants it named."""
    refused = accept == "text/html" or path == READS["presence"]
    assert await status(caller, services, path, Accept=accept) == (400 if refused else 200)


@every_service
@pytest.mark.parametrize("agent", [None, ""])
async def test_user_agent(caller: Caller, services: Services, path: str, agent: str | None) -> None:
    """A call without a User-Agent is refused with 400."""
    assert await status(caller, services, path, User_Agent=agent) == 400


@pytest.mark.parametrize("language", [None, "", "*", "en_US"])
@pytest.mark.parametrize(
    ("service", "expected"),
    [
        ("people", 200),
        ("presence", 200),
        ("titlehub", 500),
        ("profile", 200),
        ("social", 200),
        ("achievements", 200),
    ],
)
async def test_accept_language(
    caller: Caller, services: Services, service: str, expected: int, language: str | None
) -> None:
    """A call without a locale in `Accept-Language` gets the status of that service."""
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
    """A POST needs the JSON content type (415) and a valid body (400)."""
    headers = services.headers(path)
    typed = {**headers, "Content-Type": "application/json"}
    plain = {**headers, "Content-Type": "text/plain"}
    assert (await caller.request("POST", path, headers=plain, data=b"{}")).status == 415
    for body in (b"", b"{", b"[]", b"{}"):
        assert (await caller.request("POST", path, headers=typed, data=body)).status == 400


async def test_unknown_hosts_paths_and_methods(caller: Caller, simulator: Simulator) -> None:
    """Unknown hosts and paths give 404, an unknown method 405, and all are recorded."""
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
    """More calls than the limit of 15 s are refused until that window ends."""
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
    """More calls than the limit of 300 s are refused until that window ends."""
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
    """Refused calls count towards the limits, too."""
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
    """Limits count per account, app and group of services."""
    for _ in range(11):
        last = await services.get(READS["people"])
    assert last.status == 429
    assert (await services.get(READS["presence"])).status == 200
    assert (await services.get(READS["social"])).status == 429
    other = Services(caller, await caller.sign_in("alone"))
    assert (await other.get(READS["people"])).status == 200
    simulator.budgets.reset()
    assert (await services.get(READS["people"])).status == 200
