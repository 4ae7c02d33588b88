"""The real-time activity service: connections, subscriptions, and all faults on demand."""

import asyncio
import itertools
import json
import re
from collections.abc import Callable
from dataclasses import dataclass

from aiohttp import web

from ..network import Json, Network
from ..world.changes import Change
from .rta import PROTOCOL, Upgrade
from .rta_connection import Connection, Subscribe, Subscription
from .rta_topics import NoTopicError, Status, Topic, open_topic

LIFETIME = 7_200.0
"""Seconds after which the service ends every connection."""

_NO_DATA = "There is no data associated with the resource."
_POLICY = 1008


@dataclass
class _Rule:
    pattern: re.Pattern[str]
    status: int
    times: int | None


class RealTime:
    """Real-time activity. By default it refuses `/richpresence`, as the service does for our tokens.

    Settings here hold for all connections. Each `Connection` can be ended and muted alone.
    """

    def __init__(self, network: Network, answer_delay: Callable[[], float]) -> None:
        """Start without connections."""
        self._network = network
        self._answer_delay = answer_delay
        self._rules: list[_Rule] = []
        self._numbers = itertools.count(41)
        self._held: list[tuple[Connection, Subscribe]] | None = None
        self.refuse(r".*/richpresence", Status.NO_DATA)
        self.connections: list[Connection] = []
        """All connections so far, oldest first."""
        self.peak: dict[str, int] = {}
        """Maximum number of open connections at the same time, by xuid."""
        self.limit = 2_500
        """Maximum number of subscriptions of an account and app, over all its connections."""
        self.delay = 0.0
        """Seconds of delay of each event."""
        self.repeats = 1
        """Number of deliveries of each event."""
        self.delivers = True
        """Whether events are delivered. If not, subscribing still works."""
        self.lingers = False
        """Whether events go on after an unsubscribe."""
        self.cut_code: int | None = None
        """The close code at the end of a connection's lifetime; None drops it without a close frame."""

    @property
    def open(self) -> list[Connection]:
        """Return the open connections."""
        return [connection for connection in self.connections if connection.is_open]

    @property
    def subscriptions(self) -> list[str]:
        """Return the subscribed addresses, one for each subscription."""
        return [item.uri for connection in self.open for item in connection.subscriptions.values()]

    def refuse(self, pattern: str, status: int = Status.NO_DATA, times: int | None = None) -> None:
        """Refuse the next `times` subscribes (None: all) to addresses of a pattern."""
        self._rules.append(_Rule(re.compile(pattern), status, times))

    def accept(self, pattern: str = ".*") -> None:
        """Accept addresses of a pattern, in spite of earlier refusals."""
        self.refuse(pattern, Status.SUCCESS)

    def drop(self) -> None:
        """End all connections without a close frame."""
        for connection in self.open:
            connection.drop()

    def close(self, code: int = 1000, reason: str = "") -> None:
        """Close all connections."""
        for connection in self.open:
            connection.close(code, reason)

    def mute(self, *, pings: bool = True) -> None:
        """Mute all open connections: they stay open, but deliver and answer nothing."""
        for connection in self.open:
            connection.mute(pings=pings)

    def unmute(self) -> None:
        """End the mute of all connections. Frames of the muted time are lost."""
        for connection in self.open:
            connection.unmute()

    def resync(self) -> None:
        """Send all connections the frame that says that events may be lost."""
        for connection in self.open:
            connection.send([4])

    def send_text(self, text: str) -> None:
        """Send all connections any text."""
        for connection in self.open:
            connection.send_text(text)

    def hold(self) -> None:
        """Hold the answers to subscribes back, to see how many come without waiting for one."""
        self._held = self._held or []

    def release(self) -> None:
        """Send the answers that were held back."""
        held, self._held = self._held or [], None
        for connection, subscribe in held:
            self._answer(connection, subscribe)

    def tick(self) -> None:
        """End the connections whose lifetime or token has ended on the clock.

        This happens at every message, ping and event. Call it if only the clock has moved.
        """
        now = self._network.clock()
        for connection in self.open:
            if now < min(connection.opened + LIFETIME, connection.token.expires):
                continue
            if self.cut_code is None:
                connection.drop()
            else:
                connection.close(self.cut_code, "The connection's time is over.")

    def start(self) -> None:
        """Start listening to the world."""
        self._network.world.listeners.append(self._on_change)

    def stop(self) -> None:
        """Stop listening to the world, and end all connections."""
        if self._on_change in self._network.world.listeners:
            self._network.world.listeners.remove(self._on_change)
        self.drop()

    async def serve(self, request: web.Request, upgrade: Upgrade) -> web.WebSocketResponse:
        """Serve an accepted connection until it ends."""
        socket = web.WebSocketResponse(protocols=(PROTOCOL,), autoping=False)
        await socket.prepare(request)
        connection = Connection(socket, upgrade, self._network.clock)
        self.connections.append(connection)
        count = sum(item.xuid == connection.xuid for item in self.open)
        self.peak[connection.xuid] = max(count, self.peak.get(connection.xuid, 0))
        await connection.run(request, self._on_message)
        return socket

    def _on_message(self, connection: Connection, text: str | None) -> None:
        self.tick()
        if text is None or not connection.is_open:
            return
        match _frame(text):
            case [1, int(seq), str(uri)]:
                self._on_subscribe(connection, seq, uri)
            case [2, int(seq), int(number)]:
                self._later(self._answer_delay(), self._unsubscribe, connection, seq, number)
            case _:
                connection.close(_POLICY, "That is no frame of a client.")

    def _on_subscribe(self, connection: Connection, seq: int, uri: str) -> None:
        subscribe = Subscribe(seq, uri, self._network.clock(), connection.waiting + 1)
        connection.subscribes.append(subscribe)
        if self._held is not None:
            self._held.append((connection, subscribe))
        elif not connection.muted:
            self._later(self._answer_delay(), self._answer, connection, subscribe)

    def _answer(self, connection: Connection, subscribe: Subscribe) -> None:
        if not connection.is_open:
            return
        try:
            topic = self._topic(connection, subscribe.uri)
        except NoTopicError as refused:
            subscribe.status = refused.status
            text = [_NO_DATA] if refused.status == Status.NO_DATA else []
            connection.send([1, subscribe.seq, int(refused.status), *text])
            return
        subscribe.status = Status.SUCCESS
        number = next(self._numbers)
        connection.subscriptions[number] = Subscription(number, subscribe.uri, topic)
        connection.send([1, subscribe.seq, 0, number, *topic.snapshot()])

    def _topic(self, connection: Connection, uri: str) -> Topic:
        if connection.protocol is None:
            raise NoTopicError(Status.NO_DATA)
        if refused := self._refusal(uri):
            raise NoTopicError(refused)
        if self._count(connection) >= self.limit:
            raise NoTopicError(Status.LIMIT_REACHED)
        return open_topic(uri, connection.view, self._network.world)

    def _refusal(self, uri: str) -> int:
        for rule in reversed(self._rules):
            if rule.times != 0 and rule.pattern.fullmatch(uri):
                if rule.times is not None:
                    rule.times -= 1
                return rule.status
        return Status.SUCCESS

    def _count(self, connection: Connection) -> int:
        key = (connection.xuid, connection.token.client_id)
        return sum(
            len(item.subscriptions)
            for item in self.open
            if (item.xuid, item.token.client_id) == key
        )

    def _unsubscribe(self, connection: Connection, seq: int, number: int) -> None:
        subscription = connection.subscriptions.pop(number, None)
        if subscription is not None and self.lingers:
            connection.lingering.append(subscription)
        status = Status.UNKNOWN_RESOURCE if subscription is None else Status.SUCCESS
        connection.send([2, seq, int(status)])

    def _on_change(self, change: Change) -> None:
        self.tick()
        if not self.delivers:
            return
        for connection in self.open:
            for item in [*connection.subscriptions.values(), *connection.lingering]:
                for data in item.topic.events(change):
                    for _ in range(self.repeats):
                        self._later(self.delay, connection.send, [3, item.number, data])

    @staticmethod
    def _later[*Ts](delay: float, act: Callable[[*Ts], None], *args: *Ts) -> None:
        if delay > 0:
            asyncio.get_running_loop().call_later(delay, act, *args)
        else:
            act(*args)


def _frame(text: str) -> list[Json]:
    """Return the items of a frame; none for an invalid frame or number."""
    try:
        frame = json.loads(text)
    except ValueError:
        return []
    if not isinstance(frame, list):
        return []
    numbers = [item for item in frame if not isinstance(item, str)]
    valid = all(type(item) is int and item >= 0 for item in numbers)
    return frame if valid else []
