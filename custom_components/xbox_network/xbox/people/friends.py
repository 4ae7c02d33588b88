"""Watches the friends of the account as a whole: the friends online and the number of friend requests.

Two small requests with long pauses between them (`docs/network.md` S13). Each has its own schedule.
"""

import asyncio
import math
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Final

from ..client import XboxClient
from ..endpoints import Service
from ..errors import XboxAuthError, XboxError, XboxRequestError
from ..gaps import SECOND_LOOK_SECONDS, Gap
from ..http.backoff import GRACE_SECONDS, Backoff, first_error
from ..http.rate_limits import RESERVES, Purpose

ONLINE_SECONDS: Final = 600.0
REQUESTS_SECONDS: Final = 900.0
# Minimum seconds between two requests of one value, also after a push event.
NEWS_SECONDS: Final = 30.0
# Seconds until an attempt after a failure: a known value counts as current for minutes.
RETRY_SECONDS: Final = 60.0
LONGEST_RETRY_SECONDS: Final = 900.0
REFUSED_SERVICE_SECONDS: Final = 3600.0


@dataclass(frozen=True, slots=True, kw_only=True)
class FriendsSnapshot:
    """The known values at one moment; None for a value that is unknown or outdated.

    `online` are the xuids of the friends who are online, `requests` is the number of friend requests.
    """

    online: frozenset[str] | None
    requests: int | None


def _backoff() -> Backoff:
    return Backoff(
        first_backoff=RETRY_SECONDS,
        longest_backoff=LONGEST_RETRY_SECONDS,
        longest_refused=REFUSED_SERVICE_SECONDS,
    )


@dataclass(slots=True, kw_only=True)
class _PolledPeople:
    """Some people: their request, the seconds between two requests, and the latest answer.

    Times are `time.monotonic`. `told` are the people in the latest answer, `known` also those whom it was the
    first to leave out. `is_outdated` is whether push has announced other people, `is_demanded` whether somebody
    asks for them.
    """

    fetch: Callable[[], Awaitable[frozenset[str]]]
    interval: float
    backoff: Backoff = field(default_factory=_backoff)
    known: frozenset[str] | None = None
    told: frozenset[str] = frozenset()
    gap: Gap = field(default_factory=Gap)
    answered_at: float = -math.inf
    asked_at: float = -math.inf
    is_outdated: bool = False
    is_demanded: bool = False

    @property
    def current(self) -> frozenset[str] | None:
        """The known people, None once they are outdated."""
        return self.known if time.monotonic() < self._stale_at else None

    @property
    def next_at(self) -> float:
        """When the request is due, or the value gets outdated."""
        if time.monotonic() < self._stale_at:
            return min(self._due_at, self._stale_at)
        return self._due_at

    @property
    def _due_at(self) -> float:
        if self.is_demanded:
            return -math.inf
        if self.backoff.failing_since is not None:
            return self.backoff.retry_at  # a push event does not end the pause
        if self.gap.begins_at(self.asked_at):
            return self.asked_at + SECOND_LOOK_SECONDS
        return (
            self.asked_at + NEWS_SECONDS if self.is_outdated else self.answered_at + self.interval
        )

    @property
    def _stale_at(self) -> float:
        return self.answered_at + self.interval + GRACE_SECONDS

    async def refresh_if_due(self) -> None:
        """Send the request if it is due. A failure is kept in `backoff` and leaves the known value."""
        now = time.monotonic()
        if now < self._due_at:
            return
        self.asked_at, self.is_outdated, self.is_demanded = now, False, False
        try:
            answer = await self.fetch()
        except XboxError as err:
            self._failed(err)
            return
        self.backoff.succeeded()
        left_out = self.told - answer if self.current is not None else frozenset()
        self.gap.update(bool(left_out), now)
        self.told, self.known, self.answered_at = answer, answer | left_out, now

    def _failed(self, err: XboxError) -> None:
        now = time.monotonic()  # the request may have taken a while
        self.backoff.failed(err, now)
        retry_at = max(self.backoff.retry_at, now + _least_pause(err))
        if now < self._stale_at and not isinstance(err, XboxAuthError):
            retry_at = min(retry_at, self._stale_at)  # one attempt before the value is outdated
        self.backoff.retry_at = retry_at


def _least_pause(err: XboxError) -> float:
    if isinstance(err, XboxAuthError):
        return 0.0  # the sign-in has its own pace
    return REFUSED_SERVICE_SECONDS if isinstance(err, XboxRequestError) else RETRY_SECONDS


class FriendsObserver:
    """Keeps the latest snapshot of the account's friends as a whole."""

    def __init__(self, client: XboxClient, owner_xuid: str) -> None:
        """Watch the friends of the account that the client is signed in as."""
        self._client = client
        self._people = client.people
        self._online = _PolledPeople(
            fetch=partial(client.presence.friends_online, owner_xuid), interval=ONLINE_SECONDS
        )
        self._requests = _PolledPeople(
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
        """Seconds until a request is due, or until a value is outdated."""
        next_at = min(self._online.next_at, self._requests.next_at)
        return max(0.0, next_at - time.monotonic())

    def invalidate(self) -> None:
        """Make both requests due: push has announced a change without its value.

        They are not due before the end of a pause after a failure, nor 30 seconds after the last request.
        """
        self._online.is_outdated = self._requests.is_outdated = True

    def invalidate_online(self) -> None:
        """Make the request of the friends online due, as `invalidate` does."""
        self._online.is_outdated = True

    def may_ask(self) -> bool:
        """Tell whether somebody may have one of the values asked for out of turn now."""
        return bool(self._askable())

    def demand(self) -> None:
        """Make both requests due at once, because somebody asks for the values."""
        for polled in self._askable():
            polled.is_demanded = True

    def _askable(self) -> list[_PolledPeople]:
        now = time.monotonic()
        reserves = (
            (self._online, Service.PRESENCE, Purpose.PUSH_REFRESH),
            (self._requests, Service.PEOPLE, Purpose.PROFILE_POLL),
        )
        return [
            polled
            for polled, service, purpose in reserves
            if polled.backoff.may_ask(now)
            and (self._client.budget_left(service) or 0) > RESERVES[service, purpose]
        ]

    def retry_soon(self) -> None:
        """End a pause after failures 30 seconds after the last attempt: another service works again.

        The rate limits keep a pause that a service asked for.
        """
        for polled in (self._online, self._requests):
            backoff = polled.backoff
            backoff.retry_at = min(backoff.retry_at, polled.asked_at + NEWS_SECONDS)

    async def refresh(self) -> FriendsSnapshot:
        """Send the requests that are due in parallel, and return the known values. Raises nothing."""
        async with self._lock:
            self._check_reported_requests()
            await asyncio.gather(self._online.refresh_if_due(), self._requests.refresh_if_due())
        requests = self._requests.current
        return FriendsSnapshot(
            online=self._online.current, requests=None if requests is None else len(requests)
        )

    def _check_reported_requests(self) -> None:
        """Make the friend requests due if other answers report another number.

        No recording has that number, only client models: it is never shown itself.
        """
        reported = self._people.friend_requests_reported
        if reported not in (None, self._reported_requests, len(self._requests.known or ())):
            self._requests.is_outdated = True
        self._reported_requests = reported
