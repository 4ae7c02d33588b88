"""Tests of rta: the start of a connection, its frames, and its end."""

from urllib.parse import quote

import aiohttp
import pytest

from tests.helpers.simulator.rta_client import FRIENDS, NOWHERE, PRESENCE, RtaClient
from tests.simulator import Connection, Simulator

from ..conftest import FRIEND, OTHER_FRIEND, OWNER, Caller, ManualClock, RtaConnector, Services

HOST = "rta.xboxlive.com"
DEVICES = PRESENCE.format(OWNER, "devices")


async def refused_status(
    connect_rta: RtaConnector, authorization: str | None, query: str = ""
) -> int:
    """Return the status of a refused upgrade."""
    with pytest.raises(aiohttp.WSServerHandshakeError) as caught:
        await connect_rta(authorization, query)
    return caught.value.status


async def nonce(services: Services, caller: Caller) -> str:
    """Return a fresh nonce."""
    headers = {"Authorization": services.authorization}
    content = await (await caller.request("GET", f"{HOST}/nonce", headers=headers)).json()
    text: str = content["nonce"]
    return text


def only_connection(simulator: Simulator) -> Connection:
    """Return the only connection so far."""
    (connection,) = simulator.rta.connections
    return connection


async def test_handshake(rta_client: RtaClient, simulator: Simulator) -> None:
    """An accepted connection is recorded with its account."""
    assert rta_client.socket.protocol == "rta.xboxlive.com.V2"
    assert [(item.status, item.path) for item in simulator.requests(HOST)] == [(101, "/connect")]
    connection = only_connection(simulator)
    assert (connection.xuid, connection.is_open) == (OWNER, True)
    assert simulator.rta.peak == {OWNER: 1}


@pytest.mark.parametrize("value", ["", "XBL3.0 x=1;made-up"])
async def test_no_token(connect_rta: RtaConnector, value: str) -> None:
    """A connection without a valid token is refused with 401."""
    assert await refused_status(connect_rta, value) == 401
    assert await refused_status(connect_rta, None) == 401


async def test_expired_token(
    connect_rta: RtaConnector, services: Services, clock: ManualClock
) -> None:
    """An expired token is refused with 401."""
    clock.now += 16 * 3_600
    assert await refused_status(connect_rta, services.authorization) == 401


async def test_token_for_another_relying_party(connect_rta: RtaConnector, caller: Caller) -> None:
    """A token for another relying party is refused with 401."""
    foreign = await caller.sign_in(relying_party="http://mp.microsoft.com/")
    assert await refused_status(connect_rta, foreign) == 401


async def test_no_websocket(caller: Caller, services: Services) -> None:
    """A request that is no WebSocket gets 400."""
    headers = {"Authorization": services.authorization}
    assert (await caller.request("GET", f"{HOST}/connect", headers=headers)).status == 400


@pytest.mark.parametrize("status", [401, 403, 429, 503])
async def test_refused_upgrade(
    connect_rta: RtaConnector, services: Services, simulator: Simulator, status: int
) -> None:
    """A fault can refuse the upgrade."""
    simulator.fail(HOST, status=status, headers={"Retry-After": "9"})
    assert await refused_status(connect_rta, services.authorization) == status
    assert simulator.rta.connections == []
    await connect_rta(services.authorization)


async def test_upgrade_cut_half_way(
    connect_rta: RtaConnector, services: Services, simulator: Simulator
) -> None:
    """A cut fault ends the upgrade."""
    simulator.fail(HOST, cut=True)
    with pytest.raises(aiohttp.ClientError):
        await connect_rta(services.authorization)
    assert simulator.rta.connections == []


async def test_nonce(
    connect_rta: RtaConnector, caller: Caller, services: Services, simulator: Simulator
) -> None:
    """A nonce replaces the header, once."""
    text = await nonce(services, caller)
    assert len(text) == 44
    query = f"?nonce={quote(text, safe='')}"
    rta_client = await connect_rta(None, query)
    assert (await rta_client.subscribe(DEVICES))[0] == 0
    assert only_connection(simulator).xuid == OWNER
    assert await refused_status(connect_rta, None, query) == 400


async def test_invalid_nonce(
    connect_rta: RtaConnector, caller: Caller, services: Services, clock: ManualClock
) -> None:
    """A nonce that is not encoded, comes with a header, or is unknown or too old, is refused."""
    text = await nonce(services, caller)
    encoded = f"?nonce={quote(text, safe='')}"
    assert await refused_status(connect_rta, None, f"?nonce={text}") == 400
    assert await refused_status(connect_rta, services.authorization, encoded) == 400
    assert await refused_status(connect_rta, None, "?nonce=abc") == 400
    clock.now += 60
    assert await refused_status(connect_rta, None, encoded) == 400
    assert (await caller.request("GET", f"{HOST}/nonce")).status == 401


async def test_nonce_of_an_expired_token(
    connect_rta: RtaConnector, caller: Caller, services: Services, clock: ManualClock
) -> None:
    """A nonce of an expired token is refused with 401."""
    clock.now += 16 * 3_600 - 30
    text = await nonce(services, caller)
    clock.now += 30
    assert await refused_status(connect_rta, None, f"?nonce={quote(text, safe='')}") == 401


@pytest.mark.parametrize("protocols", [(), ("echo-protocol",)])
async def test_without_the_protocol_every_topic_is_refused(
    connect_rta: RtaConnector, services: Services, protocols: tuple[str, ...]
) -> None:
    """Without the protocol every topic is refused."""
    rta_client = await connect_rta(services.authorization, protocols=protocols)
    assert rta_client.socket.protocol is None
    assert (await rta_client.subscribe(DEVICES))[0] == 3


async def test_conversation(rta_client: RtaClient, simulator: Simulator) -> None:
    """Subscribe, event, and unsubscribe have their frames."""
    await rta_client.send(1, 7, DEVICES)
    kind, seq, status, number, data = await rta_client.frame()
    assert (kind, seq, status, data["state"]) == (1, 7, 0, "Offline")
    simulator.world.person(OWNER).go_online()
    assert await rta_client.frame() == [3, number, "Scarlett:true"]
    assert simulator.rta.subscriptions == [DEVICES]
    await rta_client.send(2, 8, number)
    assert await rta_client.frame() == [2, 8, 0]
    simulator.world.person(OWNER).go_offline()
    await rta_client.quiet()
    await rta_client.send(2, 9, number)
    assert await rta_client.frame() == [2, 9, 1]
    assert simulator.rta.subscriptions == []


async def test_numbers_are_not_used_again(connect_rta: RtaConnector, services: Services) -> None:
    """The number of a subscription is never used again, not even on another connection."""
    numbers = set[int]()
    for _ in range(3):
        rta_client = await connect_rta(services.authorization)
        numbers |= {await rta_client.number(DEVICES) for _ in range(2)}
    assert len(numbers) == 6


async def test_record_of_subscribes(
    rta_client: RtaClient, simulator: Simulator, clock: ManualClock
) -> None:
    """Subscribes are recorded with their order, times and answers."""
    start = clock.now
    await rta_client.number(DEVICES)
    clock.now += 2
    await rta_client.quiet()
    recorded = [
        (item.seq, item.uri, item.at - start, item.status, item.waiting)
        for item in only_connection(simulator).subscribes
    ]
    assert recorded == [(7, DEVICES, 0, 0, 1), (8, NOWHERE, 2, 1, 1)]


async def test_pace_of_subscribes(rta_client: RtaClient, simulator: Simulator) -> None:
    """Answers that are held back show how many subscribes come without waiting."""
    simulator.rta.hold()
    uris = [PRESENCE.format(xuid, "devices") for xuid in (OWNER, FRIEND, OTHER_FRIEND)]
    for seq, uri in enumerate(uris):
        await rta_client.send(1, seq, uri)
    await rta_client.socket.ping()
    await rta_client.send(2, 9, 1)
    assert await rta_client.frame() == [2, 9, 1]
    assert [item.waiting for item in only_connection(simulator).subscribes] == [1, 2, 3]
    simulator.rta.release()
    assert [(await rta_client.frame())[:3] for _ in uris] == [[1, 0, 0], [1, 1, 0], [1, 2, 0]]
    assert simulator.rta.subscriptions == uris
    assert (await rta_client.subscribe(NOWHERE)) == [1]


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
async def test_invalid_frames(rta_client: RtaClient, simulator: Simulator, text: str) -> None:
    """An invalid frame of a client ends the connection with a reason."""
    await rta_client.socket.send_str(text)
    assert await rta_client.end() == 1008
    connection = only_connection(simulator)
    assert (connection.closed_by, connection.code) == ("server", 1008)
    assert connection.reason == "That is no frame of a client."


async def test_bytes_are_no_frame(rta_client: RtaClient) -> None:
    """A binary frame ends the connection."""
    await rta_client.socket.send_bytes(b"[]")
    assert await rta_client.end() == 1003


async def test_client_closes(
    rta_client: RtaClient, simulator: Simulator, clock: ManualClock
) -> None:
    """A connection closed by the client is recorded with code and time."""
    await rta_client.number(DEVICES)
    clock.now += 60
    await rta_client.socket.close(code=1000)
    connection = only_connection(simulator)
    assert (connection.closed_by, connection.code) == ("client", 1000)
    assert connection.closed == connection.opened + 60
    assert simulator.rta.open == []
    assert simulator.rta.subscriptions == []


async def test_most_connections_at_once(
    connect_rta: RtaConnector, caller: Caller, services: Services, simulator: Simulator
) -> None:
    """The maximum number of open connections is counted by account."""
    first = await connect_rta(services.authorization)
    await connect_rta(await caller.sign_in("alone"))
    await first.socket.close()
    for _ in range(2):
        await connect_rta(services.authorization)
    assert simulator.rta.peak == {OWNER: 2, "2535400000000002": 1}
    assert len(simulator.rta.connections) == 4
    assert len(simulator.rta.open) == 3


async def test_stopping_ends_all(rta_client: RtaClient, simulator: Simulator) -> None:
    """Stopping the simulator ends all connections and removes the listener."""
    await simulator.stop()
    assert await rta_client.end() == 1006
    assert simulator.world.listeners == []


async def test_both_schemes_of_the_friends_topic(rta_client: RtaClient) -> None:
    """The friends topic works with http and https, other topics only with https."""
    assert (await rta_client.subscribe(FRIENDS.format(OWNER)))[0] == 0
    assert (await rta_client.subscribe(FRIENDS.format(OWNER).replace("https", "http")))[0] == 0
    assert await rta_client.subscribe(DEVICES.replace("https", "http")) == [1]
