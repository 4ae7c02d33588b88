"""One connection for Real-Time Activity: frames, topics, statuses (`docs/network.md` A2.2)."""

import asyncio
import contextlib
import logging
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import IntEnum
from http import HTTPStatus
from typing import Final

import aiohttp
from pydantic_core import to_json

from ..endpoints import Service
from ..errors import XboxResponseError
from ..http.requests import Answer

_LOGGER = logging.getLogger(__name__)

ANSWER_SECONDS: Final = 15.0
DAY_SECONDS: Final = 24 * 3600.0
LONGEST_RETRY_SECONDS: Final = 60.0
_NO_ROOM_SECONDS: Final = 3600.0
_UNDER_WAY: Final = 10  # the most subscribes and unsubscribes without an answer


class FrameType(IntEnum):
    """The first number of each frame."""

    SUBSCRIBE = 1
    UNSUBSCRIBE = 2
    EVENT = 3
    RESYNC = 4


class SubscribeStatus(IntEnum):
    """The status in the answer to a subscribe."""

    OK = 0
    UNKNOWN_RESOURCE = 1
    LIMIT_REACHED = 2
    NO_DATA = 3
    THROTTLED = 1001
    UNAVAILABLE = 1002
    NO_ANSWER = -1  # ours: no answer, or an unreadable one


_PASSING = frozenset(
    {SubscribeStatus.THROTTLED, SubscribeStatus.UNAVAILABLE, SubscribeStatus.NO_ANSWER}
)


@dataclass(slots=True)
class Topic:
    """The state of a wanted topic; it outlives connections.

    `retry_at` is the time of `time.monotonic()` of the next subscribe.
    """

    status: int | None = None
    attempts: int = 0
    retry_at: float = 0.0

    def on_answer(self, status: int) -> None:
        """Take over the status of an answer and set the time of the next subscribe."""
        self.status = status
        self.attempts = self.attempts + 1 if status in _PASSING else 0
        self.retry_at = time.monotonic() + self._pause()

    def retry_if_limited(self) -> None:
        """Subscribe again at once if the topic was beyond the limit."""
        if self.status == SubscribeStatus.LIMIT_REACHED:
            self.retry_at = 0.0

    def _pause(self) -> float:
        if self.status == SubscribeStatus.OK:
            return 0.0
        if self.status in _PASSING:
            return min(float(self.attempts**2), LONGEST_RETRY_SECONDS)
        if self.status == SubscribeStatus.UNKNOWN_RESOURCE:
            return float("inf")  # the network has no such topic: another subscribe is useless
        return _NO_ROOM_SECONDS if self.status == SubscribeStatus.LIMIT_REACHED else DAY_SECONDS


def next_retry(topics: Mapping[str, Topic]) -> float:
    """Return the time of `time.monotonic()` of the earliest next subscribe."""
    return min((topic.retry_at for topic in topics.values()), default=float("inf"))


class _OverError(Exception):
    """The connection is of no use any more."""


class Connection:
    """One socket that keeps the wanted topics subscribed until it ends.

    `wanted` is read again at each `topics_changed`; the most important topic comes first.
    """

    def __init__(
        self,
        socket: aiohttp.ClientWebSocketResponse,
        wanted: Mapping[str, Topic],
        *,
        renew_after: float,
        on_event: Callable[[str, object], None],
        on_resync: Callable[[], None],
    ) -> None:
        """Take over a socket after its handshake, and start."""
        self._socket = socket
        self._wanted = wanted
        self._on_event = on_event
        self._on_resync = on_resync
        self.opened_at = time.monotonic()
        self.renew_at = self.opened_at + renew_after
        self.last_frame_at = self.opened_at
        self.idle = False
        """Whether it ended because no topic could be subscribed to."""
        self.settled = asyncio.Event()
        """Set after a subscribe to each wanted topic, or after the end of the connection."""
        self.replace = asyncio.Event()
        """Set when the connection has to be replaced: it has ended, or may be dead."""
        self._numbers: dict[str, int] = {}
        self._uris: dict[int, str] = {}
        self._surplus: set[int] = set()
        self._pending_requests: dict[tuple[int, int], tuple[str | int, asyncio.Future[int]]] = {}
        self._sequence = 0
        self._answered_once = False
        self._changed = asyncio.Event()
        self._pace = asyncio.Semaphore(_UNDER_WAY)
        self._task = asyncio.create_task(self._serve())

    @property
    def ended(self) -> bool:
        """Whether the connection has ended."""
        return self._task.done()

    @property
    def topics(self) -> frozenset[str]:
        """The topics that are subscribed to."""
        return frozenset() if self.ended else frozenset(self._numbers)

    def is_active(self, uri: str) -> bool:
        """Tell whether a topic is subscribed to."""
        return uri in self._numbers and not self.ended

    def topics_changed(self) -> None:
        """Take note that the wanted topics have changed."""
        self._changed.set()

    async def wait_ended(self, seconds: float) -> None:
        """Wait for the end of the connection, at most for so many seconds."""
        await asyncio.wait({self._task}, timeout=seconds)

    async def stop(self) -> None:
        """Close the socket and wait for the end of the connection."""
        self._task.cancel()
        await asyncio.wait({self._task})
        await self._socket.close()

    async def _serve(self) -> None:
        try:
            async with asyncio.TaskGroup() as group:
                keeper = group.create_task(self._keep_subscribed())
                async for message in self._socket:
                    if message.type is aiohttp.WSMsgType.TEXT:
                        self._handle_frame(message.data)
                keeper.cancel()
        except* _OverError:
            _LOGGER.debug("Push is given up: nothing is to be heard, or nobody answers")
        except* aiohttp.ClientError, OSError:
            _LOGGER.debug("Push was lost while something was sent")
        finally:
            await self._socket.close()
            self.replace.set()
            self.settled.set()

    def _handle_frame(self, text: str) -> None:
        self.last_frame_at = time.monotonic()
        match _read(text):
            case [int(kind), int(sequence), *answer] if (kind, sequence) in self._pending_requests:
                self._handle_answer(kind, sequence, answer)
            case [FrameType.EVENT, int(number), *data] if number in self._uris:
                self._on_event(self._uris[number], data[0] if data else None)
            case [FrameType.RESYNC, *_]:
                self._on_resync()
            case _:
                pass

    def _handle_answer(self, kind: int, sequence: int, answer: list[object]) -> None:
        subject, waiting = self._pending_requests.pop((kind, sequence))
        self._answered_once = True
        status: int = SubscribeStatus.NO_ANSWER
        match answer:
            # the subscription is added here, not by the waiting task: the first event may follow at once
            case [SubscribeStatus.OK, int(number), *_] if isinstance(subject, str):
                status = self._add_subscription(subject, number, late=waiting.done())
            case [int(other), *_] if other != SubscribeStatus.OK or kind == FrameType.UNSUBSCRIBE:
                status = other
            case _:
                pass
        if not waiting.done():
            waiting.set_result(status)

    def _add_subscription(self, uri: str, number: int, *, late: bool) -> SubscribeStatus:
        if late:
            self._surplus.add(number)
            self._changed.set()
        else:
            self._numbers[uri], self._uris[number] = number, uri
        return SubscribeStatus.OK

    async def _keep_subscribed(self) -> None:
        while True:
            self._changed.clear()
            async with asyncio.TaskGroup() as group:
                for number in self._unwanted():
                    group.create_task(self._request(FrameType.UNSUBSCRIBE, number))
            async with asyncio.TaskGroup() as group:
                for uri, topic in self._missing().items():
                    group.create_task(self._subscribe(uri, topic))
            self.settled.set()
            pause = next_retry(self._missing(due=False)) - time.monotonic()
            if not self._numbers and pause > LONGEST_RETRY_SECONDS:
                self.idle = True
                raise _OverError
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(min(pause, DAY_SECONDS)):
                    await self._changed.wait()

    def _unwanted(self) -> set[int]:
        for uri in self._numbers.keys() - self._wanted.keys():
            number = self._numbers.pop(uri)
            if self._uris.get(number) == uri:
                del self._uris[number]
            self._surplus.add(number)
        # a service that counts topics, not subscribes, answers both with the same number
        unwanted = self._surplus - self._uris.keys()
        self._surplus.clear()
        return unwanted

    def _missing(self, *, due: bool = True) -> dict[str, Topic]:
        now = time.monotonic()
        return {
            uri: topic
            for uri, topic in self._wanted.items()
            if uri not in self._numbers and (topic.retry_at <= now or not due)
        }

    async def _subscribe(self, uri: str, topic: Topic) -> None:
        topic.on_answer(await self._request(FrameType.SUBSCRIBE, uri))
        if not self._answered_once:
            raise _OverError

    async def _request(self, kind: FrameType, subject: str | int) -> int:
        """Return the status of the answer; an answer after the time-out is still recognised."""
        async with self._pace:
            self._sequence += 1
            key = (int(kind), self._sequence)
            waiting: asyncio.Future[int] = asyncio.get_running_loop().create_future()
            self._pending_requests[key] = (subject, waiting)
            await self._socket.send_str(to_json([*key, subject]).decode())
            try:
                async with asyncio.timeout(ANSWER_SECONDS):
                    return await waiting
            except TimeoutError:
                return SubscribeStatus.NO_ANSWER


def _read(text: str) -> object:
    """Return the content of a frame, read as tolerantly as any answer; None for garbage."""
    try:
        return Answer(Service.REALTIME, HTTPStatus.OK, {}, text.encode()).json()
    except XboxResponseError:
        return None
