"""Connections of push: start, renewal and end."""

import asyncio
import inspect
import random
from typing import Any

import pytest
from freezegun.api import FrozenDateTimeFactory

from custom_components.xbox_network.xbox import AuthenticationManager
from tests.client.conftest import DAY, HOUR, OWNER
from tests.helpers.client.listener import HERS, OWN, REALTIME, RICH, Listener
from tests.simulator import Person, Simulator

pytestmark = pytest.mark.usefixtures("loop_by_hand")

ON, OFF = "Scarlett:true", "Scarlett:false"


@pytest.fixture
def listener(
    account: AuthenticationManager, simulator: Simulator, freezer: FrozenDateTimeFactory
) -> Listener:
    """Return a listener for the adult account."""
    return Listener(account, simulator, freezer)


@pytest.fixture
def latest(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make every random delay the longest."""
    monkeypatch.setattr(random, "uniform", lambda _, high: high)


def client_tasks() -> set[asyncio.Task[Any]]:
    """Return the tasks that the client has started."""
    tasks = set()
    for task in asyncio.all_tasks():
        coroutine = task.get_coro()
        if inspect.iscoroutine(coroutine) and "xbox_network" in coroutine.cr_code.co_filename:
            tasks.add(task)
    return tasks


async def test_renewal_without_a_gap(
    listener: Listener, simulator: Simulator, friend: Person
) -> None:
    """After 90 minutes a new connection is subscribed before the old one closes."""
    async with listener.listening() as old:
        await listener.wait(1.5 * HOUR - 1)
        assert len(listener.upgrades) == 1
        simulator.rta.hold()
        await listener.wait(1)
        await listener.until(lambda: listener.connection.waiting == 2)
        assert old.is_open
        assert listener.realtime.is_active(HERS)
        friend.go_online()
        await listener.until(lambda: listener.heard == [(HERS, ON)])
        simulator.rta.release()
        friend.go_offline()  # both connections send it
        await listener.until(lambda: not old.is_open)
        assert (old.closed_by, old.code) == ("client", 1000)
        assert listener.subscribed()
        assert listener.heard == [(HERS, ON), (HERS, OFF), (HERS, OFF)]
        friend.go_online()
        await listener.until(lambda: listener.heard[3:] == [(HERS, ON)])
        assert simulator.rta.peak == {OWNER: 2}
        assert (listener.missed, listener.realtime.connections) == (1, 2)


async def test_renewals_of_a_day(listener: Listener, simulator: Simulator) -> None:
    """In a day the connection is renewed every 90 minutes, and no event is missed."""
    async with listener.listening():
        for _ in range(24 * 12):
            await listener.wait(HOUR / 12)
            await listener.until(listener.subscribed)
        assert 16 <= len(simulator.rta.connections) <= 18
        assert all(it.closed_by == "client" for it in simulator.rta.connections[:-1])
        assert listener.missed == 1


async def test_renewal_before_the_token_ends(
    listener: Listener, simulator: Simulator, freezer: FrozenDateTimeFactory
) -> None:
    """A connection is renewed, with a new token, before its token ends."""
    freezer.tick(15 * HOUR)
    async with listener.listening() as old:
        await listener.wait(54 * 60)
        assert len(listener.upgrades) == 1
        await listener.wait(60)
        await listener.until(lambda: not old.is_open and listener.subscribed())
        assert listener.connection.token.expires > old.token.expires
        assert old.closed_by == "client"
        assert listener.missed == 1


@pytest.mark.parametrize("fault", [{"status": 503}, {"cut": True}, {"garbage": True}])
async def test_failed_renewal(
    listener: Listener, simulator: Simulator, friend: Person, fault: dict[str, Any]
) -> None:
    """When a renewal fails the old connection stays, and each minute another attempt follows."""
    simulator.clear()
    async with listener.listening() as old:
        simulator.fail(REALTIME, times=2, **fault)
        await listener.wait(1.5 * HOUR)
        await listener.wait(59)
        assert len(listener.upgrades) == 2
        await listener.wait(1)
        assert len(listener.upgrades) == 3
        assert listener.subscribed()
        friend.go_online()
        await listener.until(lambda: listener.heard == [(HERS, ON)])
        await listener.wait(60)
        await listener.until(lambda: not old.is_open and listener.subscribed())
        assert listener.missed == 1


async def test_refused_renewal(listener: Listener, simulator: Simulator) -> None:
    """A refused renewal is not repeated; a refusal after the old connection's end stops all attempts."""
    async with listener.listening():
        simulator.fail(REALTIME, status=403, times=None)
        await listener.wait(1.5 * HOUR)
        await listener.wait(29 * 60)
        assert len(listener.upgrades) == 2
        assert listener.realtime.connected
        await listener.wait(61)
        simulator.rta.tick()
        await listener.until(lambda: not listener.realtime.connected)
        await listener.wait(6)
        assert len(listener.upgrades) == 3
        await listener.wait(HOUR)
        assert len(listener.upgrades) == 3


async def test_renewal_without_a_topic(
    listener: Listener, simulator: Simulator, friend: Person
) -> None:
    """A new connection without a topic does not replace the old one."""
    async with listener.listening() as old:
        simulator.rta.refuse(".*", 1001)
        await listener.wait(1.5 * HOUR)
        await listener.until(lambda: len(simulator.rta.connections) == 2)
        await listener.until(lambda: not listener.connection.is_open)
        friend.go_online()
        await listener.until(lambda: listener.heard == [(HERS, ON)])
        simulator.rta.accept()
        await listener.wait(60)
        await listener.until(lambda: not old.is_open and listener.subscribed())


async def test_old_connection_ends_during_the_renewal(
    listener: Listener, simulator: Simulator
) -> None:
    """When the old connection ends during the renewal, events may have been missed."""
    async with listener.listening() as old:
        simulator.rta.hold()
        await listener.wait(1.5 * HOUR)
        await listener.until(lambda: listener.connection.waiting == 2)
        old.drop()
        await listener.until(lambda: not listener.realtime.connected)
        simulator.rta.release()
        await listener.until(lambda: listener.missed == 2)
        assert listener.subscribed()
        assert listener.realtime.connected


@pytest.mark.parametrize("code", [None, 1000, 1001, 1006, 1011])
@pytest.mark.usefixtures("latest")
async def test_end_by_the_service(
    listener: Listener, simulator: Simulator, friend: Person, code: int | None
) -> None:
    """After each kind of end a new connection is made, and missed events are reported once."""
    async with listener.listening() as old:
        await listener.wait(30)
        if code in (None, 1006):
            simulator.rta.drop()
        else:
            simulator.rta.close(code)
        await listener.until(lambda: not listener.realtime.connected)
        assert not listener.realtime.is_active(OWN)
        assert old.closed_by == "server"
        await listener.wait(5.9)
        assert len(listener.upgrades) == 1
        await listener.wait(0.1)
        await listener.until(lambda: listener.missed == 2)
        assert listener.subscribed()
        friend.go_online()
        await listener.until(lambda: listener.heard == [(HERS, ON)])
        await listener.wait(300)
        assert listener.missed == 2
        assert simulator.rta.peak == {OWNER: 1}


@pytest.mark.parametrize("code", [None, 1001])
async def test_two_hours(listener: Listener, simulator: Simulator, code: int | None) -> None:
    """A connection that cannot be renewed ends after two hours, and a new one follows."""
    simulator.rta.cut_code = code
    async with listener.listening():
        simulator.fail(REALTIME, status=503, times=None)
        await listener.wait(1.5 * HOUR)
        await listener.wait(0.5 * HOUR)
        simulator.rta.tick()
        await listener.until(lambda: not listener.realtime.connected)
        simulator.heal()
        await listener.wait(30)
        await listener.until(lambda: listener.missed == 2)
        assert listener.subscribed()


async def test_silent_connection(listener: Listener, simulator: Simulator, friend: Person) -> None:
    """A silent connection is replaced when its silence is suspicious."""
    async with listener.listening() as old:
        simulator.rta.mute()
        friend.go_online()
        await listener.wait(599)
        listener.realtime.suspect_silence()
        await listener.settle()
        assert len(listener.upgrades) == 1
        assert listener.heard == []
        await listener.wait(1)
        listener.realtime.suspect_silence()
        await listener.until(lambda: not old.is_open and listener.subscribed())
        friend.go_offline()
        await listener.until(lambda: listener.heard == [(HERS, OFF)])
        await listener.wait(599)
        listener.realtime.suspect_silence()
        await listener.settle()
        assert len(listener.upgrades) == 2


async def test_suspicion_after_an_event(
    listener: Listener, simulator: Simulator, friend: Person
) -> None:
    """A connection with a recent event is not replaced."""
    async with listener.listening():
        await listener.wait(HOUR)
        friend.go_online()
        await listener.until(lambda: bool(listener.heard))
        await listener.wait(59)
        listener.realtime.suspect_silence()
        await listener.settle()
        assert len(listener.upgrades) == 1
        await listener.wait(1)
        listener.realtime.suspect_silence()
        await listener.until(lambda: len(listener.upgrades) == 2)
        assert listener.missed == 1


async def test_no_answers_to_pings(listener: Listener, simulator: Simulator) -> None:
    """A connection without answers to pings ends."""
    async with listener.listening():
        simulator.rta.mute(pings=False)
        await listener.wait(31)
        assert listener.realtime.connected
        await listener.wait(16)
        await listener.until(lambda: not listener.realtime.connected)
        await listener.wait(6)
        await listener.until(lambda: listener.missed == 2)


async def test_cancelled(listener: Listener, simulator: Simulator) -> None:
    """Cancelling closes the socket, and no task stays."""
    before = client_tasks()
    async with listener.listening() as connection:
        assert client_tasks() > before
    assert client_tasks() == before
    await listener.until(lambda: not connection.is_open)
    assert (connection.closed_by, connection.code) == ("client", 1000)
    assert not listener.realtime.connected


@pytest.mark.parametrize("moment", ["upgrade", "subscribe", "renewal", "pause", "refused"])
async def test_cancelled_at_any_moment(
    listener: Listener, simulator: Simulator, moment: str
) -> None:
    """Cancelling at any moment leaves no socket and no task."""
    before = client_tasks()
    if moment == "upgrade":
        simulator.fail(REALTIME, hang=True)
    elif moment == "pause":
        simulator.fail(REALTIME, status=503)
    elif moment == "subscribe":
        simulator.rta.hold()
    listener.realtime.set_topics([RICH] if moment == "refused" else [OWN, HERS])
    async with listener.running():
        await listener.until(lambda: bool(listener.upgrades))
        await listener.settle()
        if moment == "renewal":
            simulator.rta.hold()
            await listener.wait(1.5 * HOUR)
            await listener.until(lambda: len(simulator.rta.open) == 2)
    assert client_tasks() == before
    await listener.until(lambda: simulator.rta.open == [])
    assert {it.code for it in simulator.rta.connections} <= {1000}
    await listener.wait(DAY)
    assert len(listener.upgrades) == (2 if moment == "renewal" else 1)


async def test_cancelled_with_a_resync_to_come(listener: Listener, simulator: Simulator) -> None:
    """After the end no missed events are reported."""
    async with listener.listening():
        await listener.wait(301)
        simulator.rta.resync()
        await listener.settle()
    await listener.wait(31)
    assert listener.missed == 1


async def test_run_again(listener: Listener) -> None:
    """After a cancellation it can run again, with the same topics."""
    async with listener.listening():
        pass
    async with listener.running():
        await listener.until(lambda: listener.missed == 2)
        assert listener.subscribed()
