"""Tests of rta's faults on demand."""

import asyncio
import socket

import aiohttp
import pytest
from freezegun.api import FrozenDateTimeFactory

from tests.helpers.simulator.rta_client import PATIENCE, PRESENCE, RtaClient
from tests.simulator import Connection, Simulator, add_many_friends

from ..conftest import FRIEND, OWNER, Caller, ManualClock, RtaConnector, Services

DEVICES = PRESENCE.format(OWNER, "devices")
FRIEND_DEVICES = PRESENCE.format(FRIEND, "devices")


async def wait_for_subscribes(connection: Connection, count: int) -> None:
    """Wait until the connection has received that many subscribes."""
    async with asyncio.timeout(PATIENCE):
        while len(connection.subscribes) < count:
            await asyncio.sleep(0)


@pytest.fixture
def connection(rta_client: RtaClient, simulator: Simulator) -> Connection:
    """Return the simulator's side of the connection."""
    (connection,) = simulator.rta.connections
    return connection


async def test_refused_by_pattern_and_status(rta_client: RtaClient, simulator: Simulator) -> None:
    """The newest rule decides, for its number of times."""
    simulator.rta.refuse(r".*/devices", 1001, times=2)
    assert [(await rta_client.subscribe(DEVICES))[0] for _ in range(3)] == [1001, 1001, 0]
    simulator.rta.refuse(r".*", 1002)
    simulator.rta.accept(rf".*xuid\({FRIEND}\)/devices")
    assert await rta_client.subscribe(DEVICES) == [1002]
    assert (await rta_client.subscribe(FRIEND_DEVICES))[0] == 0
    simulator.rta.accept()
    assert (await rta_client.subscribe(DEVICES))[0] == 0


async def test_limit(
    rta_client: RtaClient,
    connect_rta: RtaConnector,
    caller: Caller,
    services: Services,
    simulator: Simulator,
) -> None:
    """The limit holds for all connections of an account."""
    simulator.rta.limit = 2
    number = await rta_client.number(DEVICES)
    await rta_client.number(FRIEND_DEVICES)
    other = await connect_rta(services.authorization)
    assert await other.subscribe(DEVICES) == [2]
    await rta_client.send(2, 1, number)
    assert await rta_client.frame() == [2, 1, 0]
    assert (await other.subscribe(DEVICES))[0] == 0
    alone = await connect_rta(await caller.sign_in("alone"))
    assert (await alone.subscribe(DEVICES))[0] == 0


async def test_drop(rta_client: RtaClient, connection: Connection, simulator: Simulator) -> None:
    """A drop ends all connections without a close frame."""
    await rta_client.number(DEVICES)
    simulator.rta.drop()
    assert await rta_client.end() == 1006
    assert (connection.closed_by, connection.code) == ("server", 1006)
    assert simulator.rta.subscriptions == []


async def test_client_that_vanishes(rta_client: RtaClient, connection: Connection) -> None:
    """A vanished client counts as closed by the client, without a close frame."""
    rta_client.socket.get_extra_info("socket").shutdown(socket.SHUT_RDWR)
    async with asyncio.timeout(PATIENCE):
        while connection.closed_by is None:
            await asyncio.sleep(0)
    assert (connection.closed_by, connection.code) == ("client", 1006)


@pytest.mark.parametrize("code", [1000, 1001, 1011])
async def test_close(
    rta_client: RtaClient, connection: Connection, simulator: Simulator, code: int
) -> None:
    """A close comes after the pending frames."""
    number = await rta_client.number(DEVICES)
    simulator.world.person(OWNER).go_online()
    simulator.rta.close(code, "Good night.")
    assert await rta_client.frame() == [3, number, "Scarlett:true"]
    assert await rta_client.end() == code
    assert (connection.closed_by, connection.code) == ("server", code)


async def test_one_of_two_is_dropped(
    rta_client: RtaClient,
    connection: Connection,
    connect_rta: RtaConnector,
    services: Services,
    simulator: Simulator,
) -> None:
    """One of two connections can be dropped."""
    other = await connect_rta(services.authorization)
    connection.drop()
    assert await rta_client.end() == 1006
    await other.quiet()
    assert len(simulator.rta.open) == 1


async def test_muted_connection(
    rta_client: RtaClient, connection: Connection, simulator: Simulator
) -> None:
    """A muted connection stays open, and its undelivered frames are lost."""
    number = await rta_client.number(DEVICES)
    simulator.rta.mute()
    simulator.world.person(OWNER).go_online()
    await rta_client.send(1, 99, FRIEND_DEVICES)
    simulator.rta.resync()
    await wait_for_subscribes(connection, 2)
    simulator.rta.unmute()
    simulator.world.person(OWNER).go_offline()
    assert await rta_client.frame() == [3, number, "Scarlett:false"]
    assert connection.subscribes[1].status is None
    await rta_client.quiet()


@pytest.mark.parametrize("pings", [True, False])
async def test_pings_of_a_muted_connection(
    connect_rta: RtaConnector, services: Services, simulator: Simulator, pings: bool
) -> None:
    """A muted connection answers pings or not, as set."""
    rta_client = await connect_rta(services.authorization, autoping=False)
    (connection,) = simulator.rta.connections
    simulator.rta.mute(pings=pings)
    await rta_client.socket.ping(b"there?")
    await rta_client.send(1, 1, DEVICES)
    await wait_for_subscribes(connection, 1)
    simulator.rta.unmute()
    await rta_client.socket.ping(b"now?")
    message = await rta_client.socket.receive(timeout=PATIENCE)
    assert message.type is aiohttp.WSMsgType.PONG
    assert message.data == (b"there?" if pings else b"now?")


async def test_resync(rta_client: RtaClient, simulator: Simulator) -> None:
    """The resync frame is sent."""
    simulator.rta.resync()
    assert await rta_client.frame() == [4]


async def test_garbage(rta_client: RtaClient, simulator: Simulator) -> None:
    """Any text can be sent."""
    simulator.rta.send_text("<html>")
    assert await rta_client.text() == "<html>"
    await rta_client.quiet()


@pytest.mark.parametrize("code", [None, 1001])
async def test_two_hours(
    rta_client: RtaClient,
    connection: Connection,
    simulator: Simulator,
    clock: ManualClock,
    code: int | None,
) -> None:
    """A connection ends two hours after its start, on demand or at any message."""
    simulator.rta.cut_code = code
    await rta_client.number(DEVICES)
    clock.now += 7_199
    simulator.rta.tick()
    await rta_client.quiet()
    clock.now += 1
    if code:
        await rta_client.send(1, 99, FRIEND_DEVICES)
    else:
        simulator.rta.tick()
    assert await rta_client.end() == (code or 1006)
    assert (connection.closed_by, connection.code) == ("server", code or 1006)


async def test_end_of_the_token(
    connect_rta: RtaConnector, services: Services, simulator: Simulator, clock: ManualClock
) -> None:
    """A connection ends when its token ends, not when its account gets other tokens."""
    clock.now += 16 * 3_600 - 100
    rta_client = await connect_rta(services.authorization)
    simulator.expire_xsts()
    clock.now += 99
    await rta_client.number(DEVICES)
    clock.now += 1
    simulator.world.person(OWNER).go_online()
    assert await rta_client.end() == 1006


async def test_ping_notices_the_end(rta_client: RtaClient, clock: ManualClock) -> None:
    """A ping ends a connection that is too old."""
    clock.now += 7_200
    await rta_client.socket.ping()
    assert await rta_client.end() == 1006


async def test_no_event_is_delivered(rta_client: RtaClient, simulator: Simulator) -> None:
    """Without deliveries, subscribing works and no event comes."""
    simulator.rta.delivers = False
    number = await rta_client.number(DEVICES)
    simulator.world.person(OWNER).go_online()
    await rta_client.quiet()
    simulator.rta.delivers = True
    simulator.world.person(OWNER).go_offline()
    assert await rta_client.frame() == [3, number, "Scarlett:false"]


async def test_event_delivered_twice(rta_client: RtaClient, simulator: Simulator) -> None:
    """An event can be delivered twice."""
    simulator.rta.repeats = 2
    number = await rta_client.number(DEVICES)
    simulator.world.person(OWNER).go_online()
    assert [await rta_client.frame() for _ in range(2)] == [[3, number, "Scarlett:true"]] * 2
    await rta_client.quiet()


async def test_events_after_an_unsubscribe(rta_client: RtaClient, simulator: Simulator) -> None:
    """Events can go on after an unsubscribe."""
    simulator.rta.lingers = True
    number = await rta_client.number(DEVICES)
    await rta_client.send(2, 1, number)
    assert await rta_client.frame() == [2, 1, 0]
    assert simulator.rta.subscriptions == []
    simulator.world.person(OWNER).go_online()
    assert await rta_client.frame() == [3, number, "Scarlett:true"]


async def test_late_events(rta_client: RtaClient, simulator: Simulator) -> None:
    """A delayed event comes after later answers."""
    simulator.rta.delay = 0.2
    number = await rta_client.number(DEVICES)
    simulator.world.person(OWNER).go_online()
    await rta_client.quiet()
    assert await rta_client.frame() == [3, number, "Scarlett:true"]


async def test_late_answers(rta_client: RtaClient, simulator: Simulator) -> None:
    """Answers have the delay of all hosts, and do not delay each other."""
    simulator.delay = 0.05
    number = await rta_client.number(DEVICES)
    await rta_client.send(1, 90, FRIEND_DEVICES)
    simulator.world.person(OWNER).go_online()
    assert await rta_client.frame() == [3, number, "Scarlett:true"]
    assert (await rta_client.frame())[:3] == [1, 90, 0]


async def test_a_thousand_subscriptions(rta_client: RtaClient, simulator: Simulator) -> None:
    """A thousand people on one connection get their events."""
    owner = simulator.world.person(OWNER)
    people = add_many_friends(simulator.world, owner, 1_000)
    numbers = {}
    for seq, person in enumerate(people):
        await rta_client.send(1, seq, PRESENCE.format(person.xuid, "devices"))
    for person in people:
        _, _, status, numbers[person.xuid], _ = await rta_client.frame()
        assert status == 0
    for person in people[:300]:
        person.go_online("Android")
    for person in people[:300]:
        assert await rta_client.frame() == [3, numbers[person.xuid], "Android:true"]


async def test_two_hours_of_frozen_time(
    freezer: FrozenDateTimeFactory, socket_enabled: None
) -> None:
    """A simulator without a clock follows freezegun."""
    simulator = Simulator()
    await simulator.start()
    async with aiohttp.ClientSession() as session:
        caller = Caller(simulator, session)
        rta_client = await RtaConnector(caller)(await caller.sign_in())
        await rta_client.number(DEVICES)
        freezer.tick(7_200)
        simulator.rta.tick()
        assert await rta_client.end() == 1006
    await simulator.stop()
    (connection,) = simulator.rta.connections
    assert connection.closed == connection.opened + 7_200
