"""rta: how a connection begins, its frames, and how it ends."""

from urllib.parse import quote

import aiohttp
import pytest

from tests.helpers.simulator.rta_client import FRIENDS, NOWHERE, PRESENCE, RtaClient
from tests.simulator import Connection, Simulator

from ..conftest import FRIEND, OTHER_FRIEND, OWNER, Caller, ManualClock, RtaConnector, Services

HOST = "rta.xboxlive.com"
DEVICES = PRESENCE.format(OWNER, "devices")


async def refused(connect_rta: RtaConnector, authorization: str | None, query: str = "") -> int:
    """Return the status of an upgrade that is refused."""
    with pytest.raises(aiohttp.WSServerHandshakeError) as caught:
        await connect_rta(authorization, query)
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


async def test_handshake(rta_client: RtaClient, simulator: Simulator) -> None:
    """Handshake."""
    assert rta_client.socket.protocol == "rta.xboxlive.com.V2"
    assert [(item.status, item.path) for item in simulator.requests(HOST)] == [(101, "/connect")]
    connection = only(simulator)
    assert (connection.xuid, connection.is_open) == (OWNER, True)
    assert simulator.rta.peak == {OWNER: 1}


@pytest.mark.parametrize("value", ["", "XBL3.0 x=1;made-up"])
async def test_no_token(connect_rta: RtaConnector, value: str) -> None:
    """No token."""
    assert await refused(connect_rta, value) == 401
    assert await refused(connect_rta, None) == 401


async def test_token_that_ran_out(
    connect_rta: RtaConnector, services: Services, clock: ManualClock
) -> None:
    """Token that ran out."""
    clock.now += 16 * 3_600
    assert await refused(connect_rta, services.authorization) == 401


async def test_token_for_another_relying_party(connect_rta: RtaConnector, caller: Caller) -> None:
    """Token for another relying party."""
    foreign = await caller.sign_in(relying_party="http://mp.microsoft.com/")
    assert await refused(connect_rta, foreign) == 401


async def test_no_websocket(caller: Caller, services: Services) -> None:
    """No websocket."""
    headers = {"Authorization": services.authorization}
    assert (await caller.request("GET", f"{HOST}/connect", headers=headers)).status == 400


@pytest.mark.parametrize("status", [401, 403, 429, 503])
async def test_refused_upgrade(
    connect_rta: RtaConnector, services: Services, simulator: Simulator, status: int
) -> None:
    """Refused upgrade."""
    simulator.fail(HOST, status=status, headers={"Retry-After": "9"})
    assert await refused(connect_rta, services.authorization) == status
    assert simulator.rta.connections == []
    await connect_rta(services.authorization)


async def test_upgrade_cut_half_way(
    connect_rta: RtaConnector, services: Services, simulator: Simulator
) -> None:
    """Upgrade cut half way."""
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
    assert only(simulator).xuid == OWNER
    assert await refused(connect_rta, None, query) == 400


async def test_nonce_that_is_no_good(
    connect_rta: RtaConnector, caller: Caller, services: Services, clock: ManualClock
) -> None:
    """Not encoded, beside a header, unknown, too old, of nobody."""
    text = await nonce(services, caller)
    encoded = f"?nonce={quote(text, safe='')}"
    assert await refused(connect_rta, None, f"?nonce={text}") == 400
    assert await refused(connect_rta, services.authorization, encoded) == 400
    assert await refused(connect_rta, None, "?nonce=abc") == 400
    clock.now += 60
    assert await refused(connect_rta, None, encoded) == 400
    assert (await caller.request("GET", f"{HOST}/nonce")).status == 401


async def test_nonce_of_a_token_that_ran_out(
    connect_rta: RtaConnector, caller: Caller, services: Services, clock: ManualClock
) -> None:
    """Nonce of a token that ran out."""
    clock.now += 16 * 3_600 - 30
    text = await nonce(services, caller)
    clock.now += 30
    assert await refused(connect_rta, None, f"?nonce={quote(text, safe='')}") == 401


@pytest.mark.parametrize("protocols", [(), ("echo-protocol",)])
async def test_without_the_protocol_every_topic_is_refused(
    connect_rta: RtaConnector, services: Services, protocols: tuple[str, ...]
) -> None:
    """Without the protocol every topic is refused."""
    rta_client = await connect_rta(services.authorization, protocols=protocols)
    assert rta_client.socket.protocol is None
    assert (await rta_client.subscribe(DEVICES))[0] == 3


async def test_conversation(rta_client: RtaClient, simulator: Simulator) -> None:
    """Subscribe, event, unsubscribe."""
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
    """Numbers are not used again, on no connection."""
    numbers = set[int]()
    for _ in range(3):
        rta_client = await connect_rta(services.authorization)
        numbers |= {await rta_client.number(DEVICES) for _ in range(2)}
    assert len(numbers) == 6


async def test_record_of_subscribes(
    rta_client: RtaClient, simulator: Simulator, clock: ManualClock
) -> None:
    """Order, moments and answers of the subscribes."""
    start = clock.now
    await rta_client.number(DEVICES)
    clock.now += 2
    await rta_client.quiet()
    seen = [
        (item.seq, item.uri, item.at - start, item.status, item.waiting)
        for item in only(simulator).subscribes
    ]
    assert seen == [(7, DEVICES, 0, 0, 1), (8, NOWHERE, 2, 1, 1)]


async def test_pace_of_subscribes(rta_client: RtaClient, simulator: Simulator) -> None:
    """Answers that are held back show how many subscribes come without waiting."""
    simulator.rta.hold()
    uris = [PRESENCE.format(xuid, "devices") for xuid in (OWNER, FRIEND, OTHER_FRIEND)]
    for seq, uri in enumerate(uris):
        await rta_client.send(1, seq, uri)
    await rta_client.socket.ping()
    await rta_client.send(2, 9, 1)
    assert await rta_client.frame() == [2, 9, 1]
    assert [item.waiting for item in only(simulator).subscribes] == [1, 2, 3]
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
async def test_no_frame_of_a_client(rta_client: RtaClient, simulator: Simulator, text: str) -> None:
    """What no client should send ends the connection with a reason."""
    await rta_client.socket.send_str(text)
    assert await rta_client.end() == 1008
    connection = only(simulator)
    assert (connection.closed_by, connection.code) == ("server", 1008)
    assert connection.reason == "That is no frame of a client."


async def test_bytes_are_no_frame(rta_client: RtaClient) -> None:
    """Bytes are no frame."""
    await rta_client.socket.send_bytes(b"[]")
    assert await rta_client.end() == 1003


async def test_client_closes(
    rta_client: RtaClient, simulator: Simulator, clock: ManualClock
) -> None:
    """Client closes."""
    await rta_client.number(DEVICES)
    clock.now += 60
    await rta_client.socket.close(code=1000)
    connection = only(simulator)
    assert (connection.closed_by, connection.code) == ("client", 1000)
    assert connection.closed == connection.opened + 60
    assert simulator.rta.open == []
    assert simulator.rta.subscriptions == []


async def test_most_connections_at_once(
    connect_rta: RtaConnector, caller: Caller, services: Services, simulator: Simulator
) -> None:
    """Most connections at once, by account."""
    first = await connect_rta(services.authorization)
    await connect_rta(await caller.sign_in("alone"))
    await first.socket.close()
    for _ in range(2):
        await connect_rta(services.authorization)
    assert simulator.rta.peak == {OWNER: 2, "2535400000000002": 1}
    assert len(simulator.rta.connections) == 4
    assert len(simulator.rta.open) == 3


async def test_stopping_ends_all(rta_client: RtaClient, simulator: Simulator) -> None:
    """Stopping ends all, and the world forgets the listener."""
    await simulator.stop()
    assert await rta_client.end() == 1006
    assert simulator.world.listeners == []


async def test_both_schemes_of_the_friends_topic(rta_client: RtaClient) -> None:
    """Both schemes of the friends topic."""
    assert (await rta_client.subscribe(FRIENDS.format(OWNER)))[0] == 0
    assert (await rta_client.subscribe(FRIENDS.format(OWNER).replace("https", "http")))[0] == 0
    assert await rta_client.subscribe(DEVICES.replace("https", "http")) == [1]
