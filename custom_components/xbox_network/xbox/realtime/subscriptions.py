"""Real-Time Activity: events for changes of a topic (`docs/network.md` A2).

It is an accelerator: a listener sends its requests earlier, and polling alone is complete. That a registered
application is told anything is unproven, so a refusal is ordinary and quiet.
"""

import asyncio
import contextlib
import logging
import random
import time
from collections.abc import Callable, Collection
from functools import partial
from http import HTTPStatus
from typing import Final, Protocol

import aiohttp

from ..auth.chain import Renewal, TokenChain
from ..endpoints import Service
from ..errors import XboxError, XboxServiceError, XboxTemporaryError, kept
from ..http.sockets import open_socket
from ..models.tokens import XSTSResponse
from .connection import DAY_SECONDS, Connection, Topic, next_retry

_LOGGER = logging.getLogger(__name__)

PROTOCOL: Final = "rta.xboxlive.com.V2"
# The service ends every connection after two hours; the reference client renews it before.
RENEWAL_SECONDS: Final = 90 * 60.0
LONGEST_BACKOFF_SECONDS: Final = 300.0
SUSPECT_SECONDS: Final = 600.0
_STEADY_SECONDS: Final = 60.0
_REFUSED_SECONDS: Final = 3600.0
_FRESH_SECONDS: Final = 300.0
_JITTER_SECONDS: Final = 5.0
_RESYNC_SECONDS: Final = 30.0

_REFUSALS = frozenset({HTTPStatus.BAD_REQUEST, HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN})


class _RefusedError(XboxError):
    """The network refuses the connection of this account."""


class RealtimeListener(Protocol):
    """Takes the events of one account."""

    def on_event(self, topic: str, data: object) -> None:
        """Take an event; it comes twice while one connection replaces another."""
        ...

    def on_missed(self) -> None:
        """Take note that events may have been missed: after a gap between connections, or after a resync."""
        ...

    def on_connection_changed(self) -> None:
        """Take note that a connection is ready or gone."""
        ...


class Realtime:
    """Keeps one connection of an account alive and its topics subscribed."""

    def __init__(self, chain: TokenChain, language: str) -> None:
        """Prepare a connection; `run` opens it. `language` is the locale of texts in events."""
        self._chain = chain
        self._language = language
        self._listeners: list[RealtimeListener] = []
        self._error: XboxError | None = None
        self._topics: dict[str, Topic] = {}
        self._wanted_changed = asyncio.Event()
        self._connection: Connection | None = None
        self._open_connections: list[Connection] = []
        self._fresh_until = 0.0
        self._resync_timer: asyncio.TimerHandle | None = None
        self.connections = 0
        """The number of connections so far."""
        self.events = 0
        """The number of events so far."""

    def subscribe(self, listener: RealtimeListener) -> Callable[[], None]:
        """Call a listener from now on, until the returned function is called."""
        self._listeners.append(listener)
        return partial(self._listeners.remove, listener)

    @property
    def connected(self) -> bool:
        """Whether there is a connection now."""
        return self._connection is not None and not self._connection.ended

    @property
    def refused(self) -> bool:
        """Whether the network refuses the connection, or each topic."""
        answers = self.statuses.values()
        no_topic = bool(answers) and all(answers)  # each has a status, and none of them is 0
        return isinstance(self._error, _RefusedError) or no_topic

    @property
    def statuses(self) -> dict[str, int | None]:
        """The status of each topic's latest answer, None before the first one. The keys hold xuids."""
        return {uri: topic.status for uri, topic in self._topics.items()}

    def is_active(self, uri: str) -> bool:
        """Tell whether a topic is subscribed to now."""
        return self._connection is not None and self._connection.is_active(uri)

    def set_topics(self, uris: Collection[str]) -> None:
        """Keep these topics subscribed and no others, the most important first."""
        wanted = {uri: self._topics.get(uri) or Topic() for uri in uris}
        if list(wanted) == list(self._topics):
            return
        self._topics.clear()
        self._topics.update(wanted)
        self._retry_limited_topics()
        self._wanted_changed.set()

    def set_language(self, language: str) -> None:
        """Set the locale of texts in events: a connection in place of the present one has it."""
        self._language = language
        if self._connection is not None:
            self._connection.replace.set()

    def suspect_silence(self) -> None:
        """Take note that an expected event is missing: a silent connection is replaced."""
        if (connection := self._connection) is None:
            return
        now = time.monotonic()
        if (
            now - connection.opened_at >= SUSPECT_SECONDS
            and now - connection.last_frame_at >= _STEADY_SECONDS
        ):
            connection.replace.set()

    async def run(self) -> None:
        """Stay connected until cancelled. Never gives up, and raises no error of the network."""
        attempt = 0
        while True:
            await self._until_wanted()
            asked = 0.0
            try:
                attempt = 0 if await self._stay_connected() else attempt + 1
            except XboxError as err:
                _LOGGER.debug("No push for now: %s", err)
                self._error = kept(err)
                attempt, asked = attempt + 1, self._least_wait(err)
            self._report_connection_changed()
            pause = max(min(float(attempt**2), LONGEST_BACKOFF_SECONDS), asked)
            if await self._waited_for_token(pause + _random(_JITTER_SECONDS)):
                attempt = 0

    async def _waited_for_token(self, seconds: float) -> bool:
        """Wait before another attempt; without a token only until there is one, and tell whether there is."""
        if self._error is None or self._error.service == Service.REALTIME:
            await asyncio.sleep(seconds)
            return False
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._chain.next_xsts_token()
                return True
        return False

    async def _until_wanted(self) -> None:
        """Wait until there is a topic that may be subscribed to."""
        while (pause := next_retry(self._topics) - time.monotonic()) > 0:
            self._wanted_changed.clear()
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(min(pause, DAY_SECONDS)):
                    await self._wanted_changed.wait()

    async def _stay_connected(self) -> bool:
        """Connect and wait until the connection is lost; tell whether it lasted, or had nothing to do.

        Raises the `XboxError` that prevents a connection.
        """
        self._retry_limited_topics()
        begun_at = time.monotonic()
        try:
            connection = self._connection = await self._open()
            begun_at = connection.opened_at
            self._fresh_until = begun_at + _FRESH_SECONDS
            self._error = None
            await connection.settled.wait()
            if connection.topics:
                self._report_missed()
            self._report_connection_changed()
            while not connection.ended:
                await _until_old(connection)
                if not connection.ended:
                    connection = await self._replace(connection)
            return connection.idle or time.monotonic() - begun_at >= _STEADY_SECONDS
        finally:
            self._connection = None
            await self._close(*self._open_connections)
            self._cancel_resync()

    async def _replace(self, old: Connection) -> Connection:
        """Return the connection to use from now on: a successor that is ready, else the old one."""
        try:
            successor = await self._open()
        except XboxError as err:
            _LOGGER.debug("Push is not renewed yet: %s", err)
            await old.wait_ended(max(_STEADY_SECONDS, self._least_wait(err)))
            return old
        await successor.settled.wait()
        if not successor.topics:
            await self._close(successor)
            await old.wait_ended(_STEADY_SECONDS)
            return old
        self._connection = successor
        if old.ended:
            self._report_missed()
        await self._close(old)
        self._retry_limited_topics()
        return successor

    def _least_wait(self, err: XboxError) -> float:
        """Return the minimum seconds until another attempt."""
        if isinstance(err, _RefusedError):
            # an account that was connected before will be connected again
            return _REFUSED_SECONDS if self.connections else DAY_SECONDS
        return (err.retry_after or 0.0) if isinstance(err, XboxTemporaryError) else 0.0

    async def _open(self) -> Connection:
        token = await self._chain.valid_xsts_token()
        try:
            return await self._connect(token)
        except _RefusedError as err:
            if err.status != HTTPStatus.UNAUTHORIZED:
                raise
        await self._chain.renew(Renewal.XSTS, refused=token.authorization_header_value)
        return await self._connect(await self._chain.valid_xsts_token())

    async def _connect(self, token: XSTSResponse) -> Connection:
        try:
            socket = await self._upgrade(token.authorization_header_value)
        except XboxServiceError as err:
            failure = _refusal(err)
        else:
            return self._connected(socket, token)
        raise failure

    async def _upgrade(self, header: str) -> aiohttp.ClientWebSocketResponse:
        return await open_socket(
            self._chain.session,
            Service.REALTIME,
            "/connect",
            protocol=PROTOCOL,
            headers={"Authorization": header, "Accept-Language": self._language},
        )

    def _connected(
        self, socket: aiohttp.ClientWebSocketResponse, token: XSTSResponse
    ) -> Connection:
        connection = Connection(
            socket,
            self._topics,
            renew_after=_lifetime(token),
            on_event=self._forward_event,
            on_resync=self._resync,
        )
        self._open_connections.append(connection)
        self.connections += 1
        return connection

    async def _close(self, *connections: Connection) -> None:
        for connection in connections:
            await connection.stop()
            self._open_connections.remove(connection)

    def _retry_limited_topics(self) -> None:
        """Subscribe again to the topics that were beyond the limit: other topics were dropped."""
        for topic in self._topics.values():
            topic.retry_if_limited()
        for connection in self._open_connections:
            connection.topics_changed()

    def _forward_event(self, uri: str, data: object) -> None:
        self.events += 1
        self._call_listeners(lambda listener: listener.on_event(uri, data))

    def _resync(self) -> None:
        """Report missed events after a random delay: the service sends this frame to all clients at once."""
        if time.monotonic() >= self._fresh_until and self._resync_timer is None:
            loop = asyncio.get_running_loop()
            self._resync_timer = loop.call_later(_random(_RESYNC_SECONDS), self._report_missed)

    def _report_missed(self) -> None:
        self._cancel_resync()
        self._call_listeners(lambda listener: listener.on_missed())

    def _report_connection_changed(self) -> None:
        self._call_listeners(lambda listener: listener.on_connection_changed())

    def _call_listeners(self, call: Callable[[RealtimeListener], None]) -> None:
        """Have the loop call each listener: an error in a listener must not end the connection."""
        loop = asyncio.get_running_loop()
        for listener in self._listeners:
            loop.call_soon(self._call_listener, listener, call)

    def _call_listener(
        self, listener: RealtimeListener, call: Callable[[RealtimeListener], None]
    ) -> None:
        if listener in self._listeners:  # it may have unsubscribed meanwhile
            call(listener)

    def _cancel_resync(self) -> None:
        if self._resync_timer is not None:
            self._resync_timer.cancel()
            self._resync_timer = None


def _lifetime(token: XSTSResponse) -> float:
    """Return the seconds until a renewal: before the service or the expiry of the token ends the connection."""
    # in the margin before its expiry the chain renews the token, so that the successor gets a new one
    return max(_STEADY_SECONDS, min(RENEWAL_SECONDS, token.remaining() - token.margin / 2))


async def _until_old(connection: Connection) -> None:
    """Wait until the connection has to be replaced."""
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(max(connection.renew_at - time.monotonic(), 0)):
            await connection.replace.wait()


def _refusal(err: XboxServiceError) -> XboxError:
    """Return the error of an upgrade that failed, another one if it is a refusal of this account."""
    if err.status in _REFUSALS:
        return _RefusedError(str(err), service=Service.REALTIME, status=err.status)
    return err


def _random(most: float) -> float:
    return random.uniform(0, most)  # noqa: S311 (spreads the load)
