"""Watches what is known of the account's friends as a whole: who is online, how many wait for an answer.

Two small requests with long pauses between them (`xbox-services.md` 13). Neither knows of the other.
"""

import asyncio
import math
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Final

from ..client import XboxClient
from ..errors import XboxAuthError, XboxError, XboxRequestError
from ..http.backoff import REFUSED_SECONDS, Backoff, first_error
from .person import GRACE_SECONDS

ONLINE_SECONDS: Final = 600.0
REQUESTS_SECONDS: Final = 900.0
# News never make a service be asked again sooner than this after the last time.
NEWS_SECONDS: Final = 30.0
# After a failure there is no hurry: what was known passes for true for minutes.
RETRY_SECONDS: Final = 60.0
LONGEST_RETRY_SECONDS: Final = 900.0
REFUSED_SERVICE_SECONDS: Final = 3600.0


@dataclass(frozen=True, slots=True, kw_only=True)
class FriendsSnapshot:
    """What is known at one moment; None is not known, or not for sure any more.

    `online` are the xuids of those who are online, `requests` counts those who asked to be friends.
    """

    online: frozenset[str] | None
    requests: int | None


def _source() -> Backoff:
    return Backoff(
        first_backoff=RETRY_SECONDS,
        longest_backoff=LONGEST_RETRY_SECONDS,
        longest_refused=REFUSED_SERVICE_SECONDS,
    )


@dataclass(slots=True, kw_only=True)
class _PolledValue[T]:
    """One thing to know: how it is asked, how often, and the latest answer."""

    fetch: Callable[[], Awaitable[T]]
    interval: float
    backoff: Backoff = field(default_factory=_source)
    value: T | None = None
    answered_at: float = -math.inf
    asked_at: float = -math.inf
    is_outdated: bool = False

    @property
    def current(self) -> T | None:
        """The answer, None once it is too old."""
        return self.value if time.monotonic() < self._stale_at else None

    @property
    def next_at(self) -> float:
        """When it is due, or its answer grows too old: somebody should look then."""
        if time.monotonic() < self._stale_at:
            return min(self._due_at, self._stale_at)
        return self._due_at

    @property
    def _due_at(self) -> float:
        if self.backoff.failing_since is not None:
            return self.backoff.retry_at  # nothing that happens makes it work sooner
        return (
            self.asked_at + NEWS_SECONDS if self.is_outdated else self.answered_at + self.interval
        )

    @property
    def _stale_at(self) -> float:
        return self.answered_at + self.interval + GRACE_SECONDS

    async def refresh_if_due(self) -> None:
        """Ask, unless it is too early. A failure is kept in `backoff`, and what was known with it."""
        now = time.monotonic()
        if now < self._due_at:
            return
        self.asked_at, self.is_outdated = now, False
        try:
            answer = await self.fetch()
        except XboxError as err:
            self._failed(err)
            return
        self.backoff.succeeded()
        self.value, self.answered_at = answer, now

    def _failed(self, err: XboxError) -> None:
        now = time.monotonic()  # it may have taken a while until it failed
        self.backoff.failed(err, now)
        retry_at = max(self.backoff.retry_at, now + _least_pause(err))
        if now < self._stale_at and not isinstance(err, XboxAuthError):
            retry_at = min(retry_at, self._stale_at)  # the last chance that nobody notices
        self.backoff.retry_at = retry_at


def _least_pause(err: XboxError) -> float:
    if isinstance(err, XboxAuthError):
        return REFUSED_SECONDS  # others find out sooner when the sign-in works again
    return REFUSED_SERVICE_SECONDS if isinstance(err, XboxRequestError) else RETRY_SECONDS


class FriendsObserver:
    """Keeps the latest snapshot of the account's friends as a whole."""

    def __init__(self, client: XboxClient, owner_xuid: str) -> None:
        """Watch the friends of the account that the client is signed in as."""
        self._people = client.people
        self._online = _PolledValue(
            fetch=partial(client.presence.friends_online, owner_xuid), interval=ONLINE_SECONDS
        )
        self._requests = _PolledValue(
            fetch=client.people.friend_requests, interval=REQUESTS_SECONDS
        )
        self._reported_requests: int | None = None
        self._lock = asyncio.Lock()

    @property
    def last_error(self) -> XboxError | None:
        """The reason why the latest refresh was incomplete; an error of the sign-in goes first."""
        return first_error((self._online.backoff.error, self._requests.backoff.error))

    @property
    def seconds_until_refresh(self) -> float:
        """Seconds until a look is worth it: something is due then, or no longer known."""
        next_at = min(self._online.next_at, self._requests.next_at)
        return max(0.0, next_at - time.monotonic())

    def invalidate(self) -> None:
        """Make the next look ask: something has been announced, but not what it comes to.

        Not before the end of a pause after a failure, nor 30 seconds after the last request.
        """
        self._online.is_outdated = self._requests.is_outdated = True

    def invalidate_online(self) -> None:
        """Make the next look ask who is online, as `invalidate` would, but not who asks to be a friend."""
        self._online.is_outdated = True

    def retry_soon(self) -> None:
        """End a pause after failures 30 seconds after the last attempt: something else works again.

        A pause that a service asked for is kept elsewhere.
        """
        for question in (self._online, self._requests):
            question.backoff.retry_at = min(
                question.backoff.retry_at, question.asked_at + NEWS_SECONDS
            )

    async def refresh(self) -> FriendsSnapshot:
        """Ask what is due, side by side, and return what is known now. Raises nothing."""
        async with self._lock:
            self._check_reported_requests()
            await asyncio.gather(self._online.refresh_if_due(), self._requests.refresh_if_due())
        return FriendsSnapshot(online=self._online.current, requests=self._requests.current)

    def _check_reported_requests(self) -> None:
        """Take a number that came with other answers as news.

        Only client models know it, no recording has it: it is never shown without the list.
        """
        told = self._people.friend_requests_reported
        if told not in (None, self._reported_requests, self._requests.value):
            self._requests.is_outdated = True
        self._reported_requests = told
