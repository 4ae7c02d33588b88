"""A WebSocket of real-time activity: its subscriptions, its frames, and its end."""

import asyncio
import contextlib
import json
from collections.abc import Callable
from dataclasses import dataclass

from aiohttp import WSMsgType, web

from ..auth.tokens import Token
from ..network import Json
from ..people.presence import View
from ..times import Clock
from .rta import Upgrade
from .rta_topics import Topic

LOST = 1006
"""The close code for a connection that ended without a close frame."""

_NOT_TEXT = 1003


@dataclass
class Subscribe:
    """A received subscribe. `status` stays None as long as it has no answer.

    `waiting` counts the subscribes of the connection without an answer at that time, this one
    included.
    """

    seq: int
    uri: str
    at: float
    waiting: int
    status: int | None = None


@dataclass(frozen=True)
class Subscription:
    """A topic under the id that its events carry."""

    number: int
    uri: str
    topic: Topic


@dataclass(frozen=True)
class _Close:
    code: int
    reason: str


class Connection:
    """An accepted connection. Times are seconds of the simulator's clock."""

    def __init__(self, socket: web.WebSocketResponse, upgrade: Upgrade, clock: Clock) -> None:
        """Store a socket whose handshake is done."""
        self._socket = socket
        self._clock = clock
        self._outbox = asyncio.Queue[str | _Close]()
        self._transport: asyncio.BaseTransport | None = None
        self.token: Token = upgrade.token
        self.view = View(upgrade.person, upgrade.language)
        self.protocol = socket.ws_protocol
        self.opened = clock()
        self.closed: float | None = None
        self.closed_by: str | None = None
        """The side that closed the connection: `client` or `server`."""
        self.code: int | None = None
        """The close code, 1006 without a close frame."""
        self.reason = ""
        self.subscribes: list[Subscribe] = []
        self.subscriptions: dict[int, Subscription] = {}
        self.lingering: list[Subscription] = []
        self.muted = False
        self.answers_pings = True

    @property
    def xuid(self) -> str:
        """Return the xuid of the connected account."""
        return self.view.caller.xuid

    @property
    def is_open(self) -> bool:
        """Return whether no side has ended the connection."""
        return self.closed is None

    @property
    def waiting(self) -> int:
        """Return the number of subscribes without an answer."""
        return sum(item.status is None for item in self.subscribes)

    def send(self, frame: list[Json]) -> None:
        """Send a frame, unless muted."""
        self.send_text(json.dumps(frame, ensure_ascii=False, separators=(",", ":")))

    def send_text(self, text: str) -> None:
        """Send a text, unless muted."""
        if self.is_open and not self.muted:
            self._outbox.put_nowait(text)

    def mute(self, *, pings: bool = True) -> None:
        """Stop all deliveries and answers. `pings` is whether pings are still answered."""
        self.muted, self.answers_pings = True, pings

    def unmute(self) -> None:
        """Deliver and answer again. Frames of the muted time are lost."""
        self.muted, self.answers_pings = False, True

    def close(self, code: int = 1000, reason: str = "") -> None:
        """Close with a close frame, after the pending frames."""
        if self.is_open:
            self._outbox.put_nowait(_Close(code, reason))
            self._ended("server", code, reason)

    def drop(self) -> None:
        """End without a close frame."""
        self._ended("server", LOST)
        if self._transport is not None:
            self._transport.close()

    async def run(
        self, request: web.Request, receive: Callable[[Connection, str | None], None]
    ) -> None:
        """Pass each text (None for a ping) to `receive` until a side ends the connection."""
        self._transport = request.transport
        writer = asyncio.create_task(self._write())
        try:
            async for message in self._socket:
                if message.type is WSMsgType.TEXT:
                    receive(self, message.data)
                elif message.type is WSMsgType.PING:
                    receive(self, None)
                    if self.answers_pings and self.is_open:
                        await self._socket.pong(message.data)
                elif message.type is WSMsgType.BINARY:
                    self.close(_NOT_TEXT, "Text frames only.")
        finally:
            self._ended("client", self._socket.close_code or LOST)
            writer.cancel()

    async def _write(self) -> None:
        with contextlib.suppress(ConnectionError):
            while True:
                item = await self._outbox.get()
                if isinstance(item, _Close):
                    await self._socket.close(code=item.code, message=item.reason.encode())
                    return
                await self._socket.send_str(item)

    def _ended(self, by: str, code: int, reason: str = "") -> None:
        if self.is_open:
            self.closed, self.closed_by, self.code, self.reason = self._clock(), by, code, reason
            self.subscriptions.clear()
            self.lingering.clear()
