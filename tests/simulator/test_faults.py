"""Tests of faults, of the request log, and of the server itself."""

import asyncio
from types import ModuleType

import aiohttp
import pytest
from yarl import URL

from tests.simulator import Simulator, World, redirect

from .conftest import FRIEND, OWNER, Caller, ManualClock, Services

HOST = "userpresence.xboxlive.com"
ME = f"{HOST}/users/me?level=all"


async def test_status_body_headers_and_times(services: Services, simulator: Simulator) -> None:
    """A fault replaces status, body and headers of exactly the ordered number of calls."""
    simulator.fail(HOST, status=503, body=b"busy", headers={"Retry-After": "7"}, times=2)
    for _ in range(2):
        response = await services.get(ME)
        assert (response.status, await response.read()) == (503, b"busy")
        assert response.headers["Retry-After"] == "7"
    assert (await services.get(ME)).status == 200


async def test_faults_happen_one_after_the_other(services: Services, simulator: Simulator) -> None:
    """Two faults of a host happen one after the other."""
    simulator.fail(HOST, status=500)
    simulator.fail(HOST, status=502)
    assert [(await services.get(ME)).status for _ in range(3)] == [500, 502, 200]


async def test_fault_of_a_path(services: Services, simulator: Simulator) -> None:
    """A fault with a path meets only calls to that path."""
    simulator.fail(HOST, status=500, path="^/users/batch$")
    assert (await services.get(ME)).status == 200
    body = {"users": [OWNER], "level": "all"}
    assert (await services.post(f"{HOST}/users/batch", body)).status == 500


async def test_fault_of_a_body(services: Services, simulator: Simulator) -> None:
    """A fault with `asking` meets only calls that contain it in their body."""
    simulator.fail(HOST, status=500, asking=FRIEND.encode(), times=None)
    for xuid, status in ((OWNER, 200), (FRIEND, 500), (OWNER, 200)):
        answer = await services.post(f"{HOST}/users/batch", {"users": [xuid], "level": "all"})
        assert answer.status == status


async def test_a_part_of_an_answer_is_spoiled(services: Services, simulator: Simulator) -> None:
    """A change in place or by a replacement meets exactly the ordered number of real answers."""
    whole = await (await services.get(ME)).json()
    simulator.spoil(HOST, lambda json: json.update(state="Changed"), "^/users/me$")
    simulator.spoil(HOST, lambda json: {**json, "state": "Odd"})
    first = await (await services.get(ME)).json()
    second = await (await services.get(ME)).json()
    assert first == {**whole, "state": "Changed"}
    assert second == {**whole, "state": "Odd"}
    assert await (await services.get(ME)).json() == whole


async def test_a_refusal_is_not_spoiled(caller: Caller, simulator: Simulator) -> None:
    """Only a real answer is changed, not a refusal."""
    simulator.spoil(HOST, lambda json: {"odd": json}, times=None)
    response = await caller.request("GET", ME)
    assert response.status == 401
    assert b"odd" not in await response.read()


async def test_fault_comes_before_token_and_budget(caller: Caller, simulator: Simulator) -> None:
    """A fault comes before the checks of token and rate limit."""
    simulator.fail(HOST, status=504)
    assert (await caller.request("GET", ME)).status == 504
    assert [request.status for request in simulator.requests(HOST)] == [504]


async def test_until_healed(services: Services, simulator: Simulator) -> None:
    """A fault without a number of times lasts until it is healed, for one host or for all."""
    simulator.fail(HOST, status=500, times=None)
    simulator.fail("titlehub.xboxlive.com", status=500, times=None)
    for _ in range(3):
        assert (await services.get(ME)).status == 500
    simulator.heal(HOST)
    assert (await services.get(ME)).status == 200
    path = f"titlehub.xboxlive.com/users/xuid({OWNER})/titles/titlehistory/decoration/image"
    assert (await services.get(path)).status == 500
    simulator.heal()
    assert (await services.get(path)).status == 200


async def test_garbage(services: Services, simulator: Simulator) -> None:
    """A garbage fault answers 200 with an HTML page."""
    simulator.fail(HOST, garbage=True)
    response = await services.get(ME)
    assert (response.status, response.content_type) == (200, "text/html")
    assert b"<html>" in await response.read()


async def test_empty(services: Services, simulator: Simulator) -> None:
    """An empty fault answers 200 without a body."""
    simulator.fail(HOST, empty=True)
    response = await services.get(ME)
    assert (response.status, await response.read()) == (200, b"")


async def test_cut(services: Services, simulator: Simulator) -> None:
    """A cut fault sends half of the body and closes the connection."""
    whole = len(await (await services.get(ME)).read())
    simulator.fail(HOST, cut=True)
    with pytest.raises(aiohttp.ClientPayloadError):
        await services.get(ME)
    assert simulator.requests(HOST)[-1].sent == whole // 2
    assert (await services.get(ME)).status == 200


async def test_more_headers_on_the_real_answer(services: Services, simulator: Simulator) -> None:
    """A fault can add headers to the real answer."""
    simulator.fail(HOST, headers={"x-xbl-servicedefault": "presence"})
    response = await services.get(ME)
    assert response.headers["x-xbl-servicedefault"] == "presence"
    assert (await response.json())["xuid"] == OWNER


async def test_hang(caller: Caller, services: Services, simulator: Simulator) -> None:
    """A hanging request never gets an answer and is recorded without status and end."""
    simulator.fail(HOST, hang=True)
    call = asyncio.create_task(caller.request("GET", ME, headers=services.headers(ME)))
    async with asyncio.timeout(60):
        while not simulator.requests(HOST):
            await asyncio.sleep(0)
    call.cancel()
    with pytest.raises(asyncio.CancelledError):
        await call
    (request,) = simulator.requests(HOST)
    assert (request.status, request.ended) == (None, None)


async def test_stopping_ends_what_hangs(caller: Caller, simulator: Simulator) -> None:
    """Stopping the simulator ends the hanging requests."""
    simulator.fail(HOST, hang=True)
    call = asyncio.create_task(caller.request("GET", ME))
    async with asyncio.timeout(60):
        while not simulator.requests(HOST):
            await asyncio.sleep(0)
        await simulator.stop()
        (result,) = await asyncio.gather(call, return_exceptions=True)
    assert isinstance(result, aiohttp.ClientError | aiohttp.ClientResponse)


@pytest.mark.parametrize("where", ["fault", "everywhere"])
async def test_delay(services: Services, simulator: Simulator, where: str) -> None:
    """A delay postpones the answer, from a fault as well as from the simulator's setting."""
    if where == "fault":
        simulator.fail(HOST, delay=0.1)
    else:
        simulator.delay = 0.1
    start = asyncio.get_running_loop().time()
    assert (await services.get(ME)).status == 200
    assert asyncio.get_running_loop().time() - start >= 0.1


async def test_fault_of_a_host_that_is_not_played(simulator: Simulator) -> None:
    """A fault of a host that is not simulated raises LookupError."""
    with pytest.raises(LookupError):
        simulator.fail("presence.xboxlive.com")


async def test_log(services: Services, simulator: Simulator, clock: ManualClock) -> None:
    """The log records a request with its content, its times and the size of its answer."""
    simulator.clear()
    assert simulator.requests() == []
    response = await services.post(f"{HOST}/users/batch?a=1", {"users": [FRIEND], "level": "user"})
    (request,) = simulator.requests()
    assert (request.host, request.method, request.path) == (HOST, "POST", "/users/batch")
    assert dict(request.query) == {"a": "1"}
    assert request.headers["X-XBL-Contract-Version"] == "3"
    assert request.body == b'{"users": ["2535400000000011"], "level": "user"}'
    assert (request.status, request.started, request.ended) == (200, clock.now, clock.now)
    assert request.sent == len(await response.read())
    assert simulator.requests("titlehub.xboxlive.com") == []


async def test_date_is_that_of_the_clock(services: Services) -> None:
    """The Date header has the time of the simulator's clock."""
    assert (await services.get(ME)).headers["Date"] == "Thu, 27 Feb 2031 23:06:40 GMT"


async def test_redirect_replaces_and_restores() -> None:
    """`redirect` replaces the origins and restores them at the end."""
    endpoints = ModuleType("endpoints")
    origin = URL("https://peoplehub.xboxlive.com")
    endpoints.ORIGINS = {"peoplehub.xboxlive.com": origin}  # type: ignore[attr-defined]
    with redirect(endpoints, URL("http://127.0.0.1:1")):
        inside = str(endpoints.ORIGINS["peoplehub.xboxlive.com"])
    assert inside == "http://127.0.0.1:1/peoplehub.xboxlive.com"
    assert {"peoplehub.xboxlive.com": origin} == endpoints.ORIGINS


async def test_taken_port_and_own_world(simulator: Simulator) -> None:
    """A taken port raises OSError. A new world gets the persons of all personas."""
    other = Simulator(World())
    with pytest.raises(OSError, match="address already in use"):
        await other.start(simulator.url.port or 0)
    assert OWNER in other.world.people
    with pytest.raises(RuntimeError):
        str(other.url)
