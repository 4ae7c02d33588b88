"""Real-time connections: how they begin, end and follow each other."""

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
    """Return who listens as the adult."""
    return Listener(account, simulator, freezer)


@pytest.fixture
def latest(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let every random delay be the longest."""
    monkeypatch.setattr(random, "uniform", lambda _, high: high)


def client_tasks() -> set[asyncio.Task[Any]]:
    """Return the tasks that the client has started."""
    found = set()
    for task in asyncio.all_tasks():
        coroutine = task.get_coro()
        if inspect.iscoroutine(coroutine) and "xbox_network" in coroutine.cr_code.co_filename:
            found.add(task)
    return found


async def test_renewal_without_a_gap(
    listener: Listener, simulator: Simulator, friend: Person
) -> None:
    """After 90 minutes a successor is subscribed before the old connection closes."""
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
        friend.go_offline()  # both connections tell
        await listener.until(lambda: not old.is_open)
        assert (old.closed_by, old.code) == ("client", 1000)
        assert listener.subscribed()
        assert listener.heard == [(HERS, ON), (HERS, OFF), (HERS, OFF)]
        friend.go_online()
        await listener.until(lambda: listener.heard[3:] == [(HERS, ON)])
        assert simulator.rta.peak == {OWNER: 2}
        assert (listener.missed, listener.realtime.connections) == (1, 2)


async def test_a_day(listener: Listener, simulator: Simulator) -> None:
    """All day there is one connection, renewed every 90 minutes, and nothing is missed."""
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
    """A connection ends with its token, so it is renewed before that, with a new one."""
    freezer.tick(15 * HOUR)
    async with listener.listening() as old:
        await listener.wait(54 * 60)
        assert len(listener.upgrades) == 1
        await listener.wait(60)
        await listener.until(lambda: not old.is_open and listener.subscribed())
        assert listener.connection.token.expires > old.token.expires
        assert old.closed_by == "client"
        assert listener.missed == 1


@pytest.mark.parametrize("trouble", [{"status": 503}, {"cut": True}, {"garbage": True}])
async def test_renewal_that_fails(
    listener: Listener, simulator: Simulator, friend: Person, trouble: dict[str, Any]
) -> None:
    """The old connection goes on; another attempt is made each minute."""
    simulator.clear()
    async with listener.listening() as old:
        simulator.fail(REALTIME, times=2, **trouble)
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


async def test_renewal_that_is_refused(listener: Listener, simulator: Simulator) -> None:
    """A refused renewal is not repeated; after two hours it is over for a day."""
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
    """A successor that is told nothing does not replace a connection that is."""
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


async def test_old_one_ends_during_the_renewal(listener: Listener, simulator: Simulator) -> None:
    """Then there was a gap."""
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
    """However it ends, it is made again, and told once that something may have been missed."""
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
    """Who cannot renew is cut off after two hours, and comes back."""
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


async def test_zombie(listener: Listener, simulator: Simulator, friend: Person) -> None:
    """A silent connection is replaced when somebody says that it should not be silent."""
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


async def test_suspicion_against_the_living(
    listener: Listener, simulator: Simulator, friend: Person
) -> None:
    """Who has just said something is no zombie."""
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


async def test_nobody_answers_pings(listener: Listener, simulator: Simulator) -> None:
    """A connection without answers to pings is over."""
    async with listener.listening():
        simulator.rta.mute(pings=False)
        await listener.wait(31)
        assert listener.realtime.connected
        await listener.wait(16)
        await listener.until(lambda: not listener.realtime.connected)
        await listener.wait(6)
        await listener.until(lambda: listener.missed == 2)


async def test_cancelled(listener: Listener, simulator: Simulator) -> None:
    """The socket is closed properly, and no task stays."""
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
    """Whatever was under way, no socket and no task stays."""
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
    """Nobody is told after the end."""
    async with listener.listening():
        await listener.wait(301)
        simulator.rta.resync()
        await listener.settle()
    await listener.wait(31)
    assert listener.missed == 1


async def test_run_again(listener: Listener) -> None:
    """After it was cancelled it can be run again, with the same topics."""
    async with listener.listening():
        pass
    async with listener.running():
        await listener.until(lambda: listener.missed == 2)
        assert listener.subscribed()
