"""rta: how a connection begins, its frames, and how it ends."""

from urllib.parse import quote

import aiohttp
import pytest

from tests.simulator import Connection, Simulator

from .conftest import FRIEND, OTHER_FRIEND, OWNER, Caller, Dial, ManualClock, Services
from .line import FRIENDS, NOWHERE, PRESENCE, Line

HOST = "rta.xboxlive.com"
DEVICES = PRESENCE.format(OWNER, "devices")


async def refused(dial: Dial, authorization: str | None, query: str = "") -> int:
    """Return the status of an upgrade that is refused."""
    with pytest.raises(aiohttp.WSServerHandshakeError) as caught:
        await dial(authorization, query)
    return caught.value.status


async def nonce(services: Services, caller: Caller) -> str:
    """Return a fresh nonce."""
    headers = {"Authorization": services.authorization}
    content = await (await caller.request("GET", f"{HOST}/nonce", headers=headers)).json()
    text: str = content["nonce"]
    return text


def only(simulator: Simulator) -> Connection:
    """Return the only connection there ever was."""
    (connection,) = simulator.rta.connections
    return connection


async def test_handshake(line: Line, simulator: Simulator) -> None:
    """Handshake."""
    assert line.socket.protocol == "rta.xboxlive.com.V2"
    assert [(item.status, item.path) for item in simulator.requests(HOST)] == [(101, "/connect")]
    connection = only(simulator)
    assert (connection.xuid, connection.is_open) == (OWNER, True)
    assert simulator.rta.peak == {OWNER: 1}


@pytest.mark.parametrize("value", ["", "XBL3.0 x=1;made-up"])
async def test_no_token(dial: Dial, value: str) -> None:
    """No token."""
    assert await refused(dial, value) == 401
    assert await refused(dial, None) == 401


async def test_token_that_ran_out(dial: Dial, services: Services, clock: ManualClock) -> None:
    """Token that ran out."""
    clock.now += 16 * 3_600
    assert await refused(dial, services.authorization) == 401


async def test_token_for_another_relying_party(dial: Dial, caller: Caller) -> None:
    """Token for another relying party."""
    foreign = await caller.sign_in(relying_party="http://mp.microsoft.com/")
    assert await refused(dial, foreign) == 401


async def test_no_websocket(caller: Caller, services: Services) -> None:
    """No websocket."""
    headers = {"Authorization": services.authorization}
    assert (await caller.request("GET", f"{HOST}/connect", headers=headers)).status == 400


@pytest.mark.parametrize("status", [401, 403, 429, 503])
async def test_refused_upgrade(
    dial: Dial, services: Services, simulator: Simulator, status: int
) -> None:
    """Refused upgrade."""
    simulator.fail(HOST, status=status, headers={"Retry-After": "9"})
    assert await refused(dial, services.authorization) == status
    assert simulator.rta.connections == []
    await dial(services.authorization)


async def test_upgrade_cut_half_way(dial: Dial, services: Services, simulator: Simulator) -> None:
    """Upgrade cut half way."""
    simulator.fail(HOST, cut=True)
    with pytest.raises(aiohttp.ClientError):
        await dial(services.authorization)
    assert simulator.rta.connections == []


async def test_nonce(dial: Dial, caller: Caller, services: Services, simulator: Simulator) -> None:
    """A nonce replaces the header, once."""
    text = await nonce(services, caller)
    assert len(text) == 44
    query = f"?nonce={quote(text, safe='')}"
    line = await dial(None, query)
    assert (await line.subscribe(DEVICES))[0] == 0
    assert only(simulator).xuid == OWNER
    assert await refused(dial, None, query) == 400


async def test_nonce_that_is_no_good(
    dial: Dial, caller: Caller, services: Services, clock: ManualClock
) -> None:
    """Not encoded, beside a header, unknown, too old, of nobody."""
    text = await nonce(services, caller)
    encoded = f"?nonce={quote(text, safe='')}"
    assert await refused(dial, None, f"?nonce={text}") == 400
    assert await refused(dial, services.authorization, encoded) == 400
    assert await refused(dial, None, "?nonce=abc") == 400
    clock.now += 60
    assert await refused(dial, None, encoded) == 400
    assert (await caller.request("GET", f"{HOST}/nonce")).status == 401


async def test_nonce_of_a_token_that_ran_out(
    dial: Dial, caller: Caller, services: Services, clock: ManualClock
) -> None:
    """Nonce of a token that ran out."""
    clock.now += 16 * 3_600 - 30
    text = await nonce(services, caller)
    clock.now += 30
    assert await refused(dial, None, f"?nonce={quote(text, safe='')}") == 401


@pytest.mark.parametrize("protocols", [(), ("echo-protocol",)])
async def test_without_the_protocol_every_topic_is_refused(
    dial: Dial, services: Services, protocols: tuple[str, ...]
) -> None:
    """Without the protocol every topic is refused."""
    line = await dial(services.authorization, protocols=protocols)
    assert line.socket.protocol is None
    assert (await line.subscribe(DEVICES))[0] == 3


async def test_conversation(line: Line, simulator: Simulator) -> None:
    """Subscribe, event, unsubscribe."""
    await line.send(1, 7, DEVICES)
    kind, seq, status, number, data = await line.frame()
    assert (kind, seq, status, data["state"]) == (1, 7, 0, "Offline")
    simulator.world.person(OWNER).go_online()
    assert await line.frame() == [3, number, "Scarlett:true"]
    assert simulator.rta.subscriptions == [DEVICES]
    await line.send(2, 8, number)
    assert await line.frame() == [2, 8, 0]
    simulator.world.person(OWNER).go_offline()
    await line.quiet()
    await line.send(2, 9, number)
    assert await line.frame() == [2, 9, 1]
    assert simulator.rta.subscriptions == []


async def test_numbers_are_not_used_again(dial: Dial, services: Services) -> None:
    """Numbers are not used again, on no connection."""
    numbers = set[int]()
    for _ in range(3):
        line = await dial(services.authorization)
        numbers |= {await line.number(DEVICES) for _ in range(2)}
    assert len(numbers) == 6


async def test_record_of_subscribes(line: Line, simulator: Simulator, clock: ManualClock) -> None:
    """Order, moments and answers of the subscribes."""
    start = clock.now
    await line.number(DEVICES)
    clock.now += 2
    await line.quiet()
    seen = [
        (item.seq, item.uri, item.at - start, item.status, item.waiting)
        for item in only(simulator).subscribes
    ]
    assert seen == [(7, DEVICES, 0, 0, 1), (8, NOWHERE, 2, 1, 1)]


async def test_pace_of_subscribes(line: Line, simulator: Simulator) -> None:
    """Answers that are held back show how many subscribes come without waiting."""
    simulator.rta.hold()
    uris = [PRESENCE.format(xuid, "devices") for xuid in (OWNER, FRIEND, OTHER_FRIEND)]
    for seq, uri in enumerate(uris):
        await line.send(1, seq, uri)
    await line.socket.ping()
    await line.send(2, 9, 1)
    assert await line.frame() == [2, 9, 1]
    assert [item.waiting for item in only(simulator).subscribes] == [1, 2, 3]
    simulator.rta.release()
    assert [(await line.frame())[:3] for _ in uris] == [[1, 0, 0], [1, 1, 0], [1, 2, 0]]
    assert simulator.rta.subscriptions == uris
    assert (await line.subscribe(NOWHERE)) == [1]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "hello",
        "{}",
        "[]",
        "[1,7]",
        '[1,"7","https://nowhere.xboxlive.com/"]',
        '[1,-1,"https://nowhere.xboxlive.com/"]',
        '[true,1,"https://nowhere.xboxlive.com/"]',
        '[1,1.5,"https://nowhere.xboxlive.com/"]',
        "[1,7,null]",
        '[2,7,"41"]',
        "[2,7,41,0]",
        '[3,41,"Scarlett:true"]',
        "[4]",
        "[5,1]",
    ],
)
async def test_no_frame_of_a_client(line: Line, simulator: Simulator, text: str) -> None:
    """What no client should send ends the connection with a reason."""
    await line.socket.send_str(text)
    assert await line.end() == 1008
    connection = only(simulator)
    assert (connection.closed_by, connection.code) == ("server", 1008)
    assert connection.reason == "That is no frame of a client."


async def test_bytes_are_no_frame(line: Line) -> None:
    """Bytes are no frame."""
    await line.socket.send_bytes(b"[]")
    assert await line.end() == 1003


async def test_client_closes(line: Line, simulator: Simulator, clock: ManualClock) -> None:
    """Client closes."""
    await line.number(DEVICES)
    clock.now += 60
    await line.socket.close(code=1000)
    connection = only(simulator)
    assert (connection.closed_by, connection.code) == ("client", 1000)
    assert connection.closed == connection.opened + 60
    assert simulator.rta.open == []
    assert simulator.rta.subscriptions == []


async def test_most_connections_at_once(
    dial: Dial, caller: Caller, services: Services, simulator: Simulator
) -> None:
    """Most connections at once, by account."""
    first = await dial(services.authorization)
    await dial(await caller.sign_in("alone"))
    await first.socket.close()
    for _ in range(2):
        await dial(services.authorization)
    assert simulator.rta.peak == {OWNER: 2, "2535400000000002": 1}
    assert len(simulator.rta.connections) == 4
    assert len(simulator.rta.open) == 3


async def test_stopping_ends_all(line: Line, simulator: Simulator) -> None:
    """Stopping ends all, and the world forgets the listener."""
    await simulator.stop()
    assert await line.end() == 1006
    assert simulator.world.listeners == []


async def test_both_schemes_of_the_friends_topic(line: Line) -> None:
    """Both schemes of the friends topic."""
    assert (await line.subscribe(FRIENDS.format(OWNER)))[0] == 0
    assert (await line.subscribe(FRIENDS.format(OWNER).replace("https", "http")))[0] == 0
    assert await line.subscribe(DEVICES.replace("https", "http")) == [1]
