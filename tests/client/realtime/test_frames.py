"""Frames of push: odd frames, odd answers, resync, and a listener that fails."""

import asyncio
import json
import logging
import random

import aiohttp
import pytest
from freezegun.api import FrozenDateTimeFactory

from custom_components.xbox_network.xbox import AuthenticationManager
from tests.client.conftest import OWNER
from tests.helpers.client.listener import HERS, HIS, NOWHERE, OWN, RICH, Listener
from tests.simulator import Person, Simulator

pytestmark = pytest.mark.usefixtures("loop_by_hand")

ON = "Scarlett:true"


@pytest.fixture
def listener(
    account: AuthenticationManager, simulator: Simulator, freezer: FrozenDateTimeFactory
) -> Listener:
    """Return a listener for the adult account."""
    return Listener(account, simulator, freezer)


async def test_no_answers(listener: Listener, simulator: Simulator) -> None:
    """A connection without any answer is replaced."""
    simulator.rta.hold()
    listener.realtime.set_topics([OWN, HERS])
    async with listener.running():
        await listener.until(lambda: _waiting(listener) == 2)
        await listener.wait(16)
        (connection,) = simulator.rta.connections
        await listener.until(lambda: connection.closed_by == "client")
        assert listener.missed == 0
        simulator.rta.release()
        await listener.wait(6)
        await listener.until(listener.subscribed)


ODD_FRAMES = (
    "<html>",
    "",
    "{}",
    "null",
    "[]",
    "[4711]",
    "[0]",
    '["3", 41, "Scarlett:true"]',
    "[3]",
    '[3, "41", "Scarlett:true"]',
    '[3, 99999, "Scarlett:true"]',
    "[3, null]",
    "[1]",
    "[1, 99999, 0, 41]",
    "[1, 1, 0, 41]",
    "[2, 1, 0]",
    "[2, null, 0]",
    "[5, 41, 7]",
    "[" * 100_000,
    "[1e999, 1]",
)


async def test_garbage(listener: Listener, simulator: Simulator, friend: Person) -> None:
    """An odd frame has no effect on later frames."""
    async with listener.listening() as connection:
        for text in ODD_FRAMES:
            simulator.rta.send_text(text)
        friend.go_online()
        await listener.until(lambda: bool(listener.heard))
        assert listener.heard == [(HERS, ON)]
        assert connection.is_open


async def test_odd_character(listener: Listener, simulator: Simulator, friend: Person) -> None:
    """Half a character in an event, or missing data, does not lose the event."""
    async with listener.listening() as connection:
        numbers = {it.uri: it.number for it in connection.subscriptions.values()}
        simulator.rta.send_text(f'[3, {numbers[HERS]}, "\\ud83d"]')
        simulator.rta.send_text(f"[3, {numbers[OWN]}]")
        await listener.until(lambda: len(listener.heard) == 2)
        assert [uri for uri, _ in listener.heard] == [HERS, OWN]
        assert listener.heard[1] == (OWN, None)


@pytest.mark.parametrize("answer", [[], [0], [0, "41"], ["0", 41], [None]])
async def test_odd_answer(listener: Listener, simulator: Simulator, answer: list[object]) -> None:
    """An invalid answer counts as none: the topic is subscribed again."""
    async with listener.listening(OWN) as connection:
        simulator.rta.hold()
        listener.realtime.set_topics([OWN, HERS])
        await listener.until(lambda: _waiting(listener) == 1)
        simulator.rta.send_text(json.dumps([1, connection.subscribes[-1].seq, *answer]))
        await listener.until(lambda: listener.realtime.statuses[HERS] == -1)
        simulator.rta.release()
        await listener.wait(1)
        assert listener.realtime.is_active(HERS)


async def test_one_number_for_two_topics(listener: Listener, simulator: Simulator) -> None:
    """When a service gives two topics one number, a topic is lost, but not the connection."""
    async with listener.listening(OWN) as connection:
        (number,) = connection.subscriptions
        simulator.rta.hold()
        listener.realtime.set_topics([OWN, HERS])
        await listener.until(lambda: _waiting(listener) == 1)
        simulator.rta.send_text(json.dumps([1, connection.subscribes[-1].seq, 0, number]))
        await listener.until(lambda: listener.realtime.is_active(HERS))
        listener.realtime.set_topics([HERS])
        await listener.settle()
        simulator.rta.send_text(json.dumps([3, number, ON]))
        await listener.until(lambda: listener.heard == [(HERS, ON)])
        assert connection.is_open


async def test_binary_message(listener: Listener, monkeypatch: pytest.MonkeyPatch) -> None:
    """A binary message is ignored."""
    async with listener.listening() as connection:
        text = json.dumps([3, next(iter(connection.subscriptions)), ON])
        binary = aiohttp.WSMessage(aiohttp.WSMsgType.BINARY, text.encode(), None)
        receive = aiohttp.ClientWebSocketResponse.receive

        async def receive_binary(
            socket: aiohttp.ClientWebSocketResponse, timeout: float | None = None
        ) -> object:
            message = await receive(socket, timeout)
            return binary if message.type is aiohttp.WSMsgType.TEXT else message

        monkeypatch.setattr(aiohttp.ClientWebSocketResponse, "receive", receive_binary)
        connection.send_text(text)  # received by the original method
        connection.send_text(text)
        await listener.settle()
        assert listener.heard == [(OWN, ON)]


async def test_failed_send(
    listener: Listener, simulator: Simulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    """When sending fails, a new connection is made."""

    async def broken(*_: object, **__: object) -> None:
        raise aiohttp.ClientConnectionResetError("Cannot write to closing transport")

    async with listener.listening(OWN):
        with monkeypatch.context() as patch:
            patch.setattr(aiohttp.ClientWebSocketResponse, "send_str", broken)
            listener.realtime.set_topics([OWN, HERS, HIS])
            await listener.until(lambda: not listener.realtime.connected)
        await listener.wait(6)
        await listener.until(lambda: listener.missed == 2)
        assert listener.subscribed([OWN, HERS, HIS])


async def test_resync(
    listener: Listener, simulator: Simulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A resync is ignored in the first five minutes; later ones count once, within half a minute."""
    async with listener.listening():
        simulator.rta.resync()
        await listener.wait(299)
        simulator.rta.resync()
        await listener.wait(40)
        assert listener.missed == 1
        monkeypatch.setattr(random, "uniform", lambda low, high: (low + high) / 2)
        simulator.rta.resync()
        simulator.rta.resync()
        await listener.wait(14)
        simulator.rta.resync()
        await listener.settle()
        assert listener.missed == 1
        await listener.wait(1)
        assert listener.missed == 2
        await listener.wait(60)
        assert listener.missed == 2
        simulator.rta.resync()
        await listener.wait(15)
        assert listener.missed == 3


async def test_resync_before_a_drop(listener: Listener, simulator: Simulator) -> None:
    """A new connection replaces a pending resync."""
    async with listener.listening():
        await listener.wait(301)
        simulator.rta.resync()
        simulator.rta.drop()
        await listener.until(lambda: not listener.realtime.connected)
        await listener.wait(6)
        await listener.until(lambda: listener.missed == 2)
        await listener.wait(31)
        assert listener.missed == 2


async def test_listener_that_fails(
    account: AuthenticationManager,
    simulator: Simulator,
    freezer: FrozenDateTimeFactory,
    friend: Person,
) -> None:
    """An error of the listener goes to the loop's exception handler, and costs no connection."""
    errors: list[object] = []
    asyncio.get_running_loop().set_exception_handler(lambda _, context: errors.append(context))
    listener = Listener(account, simulator, freezer)
    async with listener.listening():
        listener.heard = ()  # type: ignore[assignment]  # an event cannot be appended
        friend.go_online()
        await listener.until(lambda: len(errors) == 1)
        assert listener.subscribed()


async def test_quiet_logs(
    listener: Listener, simulator: Simulator, caplog: pytest.LogCaptureFixture
) -> None:
    """All log lines are at level DEBUG, without a person or a token."""
    caplog.set_level(logging.DEBUG, "custom_components.xbox_network.xbox")
    async with listener.listening(OWN, RICH, NOWHERE):
        simulator.rta.resync()
        for status in (503, 429, 401):
            simulator.fail("rta.xboxlive.com", status=status, times=1)
        for text in ODD_FRAMES:
            simulator.rta.send_text(text)
        simulator.rta.drop()
        for _ in range(5):
            await listener.wait(200)
        listener.realtime.set_topics([])
        await listener.settle()
    ours = [it for it in caplog.records if it.name.startswith("custom_components")]
    assert len(ours) >= 3
    assert {it.levelno for it in ours} == {logging.DEBUG}
    log = " ".join(it.getMessage() + str(it.exc_text) for it in ours)
    assert not any(word in log for word in (OWNER, "XBL3.0", "xuid", "127.0.0.1"))


def _waiting(listener: Listener) -> int:
    return sum(connection.waiting for connection in listener.simulator.rta.open)
