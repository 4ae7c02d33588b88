"""One request and its answer, without any sign-in: time-out, size limit, budget, pauses."""

import asyncio
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from json import dumps, loads
from typing import Final

import aiohttp
from pydantic_core import from_json

from ..endpoints import CONTRACTS, SIGNED_IN, locate
from ..errors import (
    XboxConnectionError,
    XboxError,
    XboxForbiddenError,
    XboxNotFoundError,
    XboxRateLimitError,
    XboxRequestError,
    XboxResponseError,
    XboxServiceError,
)
from .network_clock import NetworkClock
from .rate_limits import Purpose, RateLimits, pause_asked_for
from .session import CLOSING, HttpSession
from .sleeps import Sleeps

TIMEOUT_SECONDS: Final = 20.0
# The largest honest answer has 1.5 MB.
LARGEST_ANSWER_BYTES: Final = 4 * 1024 * 1024
# An answer of this size takes some milliseconds; a larger one would stop the event loop.
LARGEST_READ_AT_ONCE_BYTES: Final = 256 * 1024
USER_AGENT: Final = "XboxNetwork/1 (Home Assistant)"

_CHUNK_BYTES = 64 * 1024
_TRANSIENT = frozenset({HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.TOO_MANY_REQUESTS})


@dataclass(frozen=True, slots=True)
class Answer:
    """The answer of a service, of any status."""

    service: str
    status: int
    headers: Mapping[str, str] = field(repr=False)
    body: bytes = field(repr=False)

    def json(self) -> object:
        """Return the body as JSON, without broken characters. Raises `XboxResponseError` for no JSON."""
        for read in (from_json, _read_leniently):  # one broken character is enough for the first
            with suppress(ValueError, RecursionError):
                return read(self.body)
        # raised here, as the errors above hold the body
        raise XboxResponseError(
            f"{self.service} answered something that is no JSON",
            service=self.service,
            status=self.status,
        )

    async def read[T](self, reader: Callable[[object, str], T]) -> T:
        """Return what a reader makes of the JSON and the name of the service.

        Raises `XboxResponseError` for no JSON, and the errors of the reader.
        """
        return await self.unhurried(lambda: reader(self.json(), self.service))

    async def unhurried[T](self, work: Callable[[], T]) -> T:
        """Return the result of work with the body: of a large one in another thread."""
        return await asyncio.to_thread(work) if self._is_large else work()

    @property
    def _is_large(self) -> bool:
        return len(self.body) > LARGEST_READ_AT_ONCE_BYTES

    def json_object(self) -> dict[str, object]:
        """Return the body as a JSON object, `{}` for any other body, or a large one of an error."""
        if self.status >= HTTPStatus.MULTIPLE_CHOICES and self._is_large:
            return {}
        try:
            body = self.json()
        except XboxResponseError:
            return {}
        return body if isinstance(body, dict) else {}

    @property
    def is_page(self) -> bool:
        """Whether the body is a page for people or another text that is no JSON."""
        try:
            self.json()
        except XboxResponseError:
            return bool(self.body.strip())
        return False

    def raise_for_status(self) -> None:
        """Raise the error of a status outside of 2xx."""
        if HTTPStatus.OK <= self.status < HTTPStatus.MULTIPLE_CHOICES:
            return
        status = self.status
        if status == HTTPStatus.TOO_MANY_REQUESTS:
            raise XboxRateLimitError(
                f"{self.service} was asked too often",
                service=self.service,
                status=status,
                retry_after=pause_asked_for(self.headers, self.json_object()),
            )
        message = f"{self.service} answered with status {status}"
        if status in _TRANSIENT or status >= HTTPStatus.INTERNAL_SERVER_ERROR:
            raise XboxServiceError(
                message,
                service=self.service,
                status=status,
                retry_after=pause_asked_for(self.headers, None),
            )
        kind = {
            HTTPStatus.UNAUTHORIZED: XboxForbiddenError,
            HTTPStatus.FORBIDDEN: XboxForbiddenError,
            HTTPStatus.NOT_FOUND: XboxNotFoundError,
        }.get(
            HTTPStatus(status) if status in HTTPStatus else HTTPStatus.OK,
            XboxRequestError,
        )
        raise kind(
            message,
            service=self.service,
            status=status,
            retry_after=pause_asked_for(self.headers, None),
        )


def _read_leniently(body: bytes) -> object:
    """Read JSON that a strict reader refuses: halves of characters, odd bytes, huge numbers, depth."""
    found = loads(body.decode("utf-8-sig", "replace"), strict=False, parse_int=_number_of_64_bits)
    # a text with half a character cannot be encoded: not stored, not logged
    text = dumps(found, ensure_ascii=False)
    whole = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return loads(whole)


def _number_of_64_bits(digits: str) -> int | None:
    return int(digits) if len(digits) <= 20 else None


class HttpClient:
    """Sends single requests to the known hosts, and to no other host."""

    def __init__(self, session: HttpSession, rate_limits: RateLimits | None = None) -> None:
        """Use a session that the caller owns and closes."""
        self.session = session
        self.rate_limits = RateLimits() if rate_limits is None else rate_limits
        self.last_outcome: dict[str, str] = {}
        self._clock = NetworkClock()
        self.sleeps = Sleeps()

    def network_time(self, tick: float) -> float | None:
        """Return the seconds since 1970 by the network's clock at a moment of `time.monotonic`.

        None before the first answers, and after this host has slept or its clock was set.
        """
        return self._clock.at(tick)

    async def send(
        self,
        service: str,
        method: str,
        path: str,
        *,
        headers: Mapping[str, str] | None = None,
        json: object = None,
        form: Mapping[str, str] | None = None,
        purpose: Purpose | None = None,
    ) -> Answer:
        """Send one request and return the answer, of any status.

        Raises `XboxRateLimitError` without sending while the service is paused or its budget is spent,
        `XboxRequestError` for a request that cannot be written, `XboxConnectionError` without an answer,
        `XboxResponseError` for an answer that is too large.
        """
        self.rate_limits.spend(service, purpose)
        self.sleeps.on_request()
        try:
            answer = await self._send(service, method, path, headers or {}, json, form)
        except (TimeoutError, aiohttp.ClientError, OSError, *CLOSING) as err:
            outcome = type(err).__name__
            failure: XboxError = XboxConnectionError(
                f"{service} could not be reached ({outcome})", service=service
            )
        except ValueError as err:  # a line end in a header
            outcome = type(err).__name__
            failure = XboxRequestError(
                f"{service} was not asked: the request cannot be written", service=service
            )
        else:
            self.last_outcome[service] = str(answer.status)
            self._remember_pause(answer)
            self._remember_time(answer)
            return answer
        self.last_outcome[service] = outcome
        # raised here, as the errors above hold the address, with a xuid, or a token
        raise failure

    async def _send(
        self,
        service: str,
        method: str,
        path: str,
        headers: Mapping[str, str],
        json: object,
        form: Mapping[str, str] | None,
    ) -> Answer:
        always = {"Accept": "application/json", "User-Agent": USER_AGENT}
        if contract := CONTRACTS.get(service):
            always["x-xbl-contract-version"] = contract
        async with (
            self.session.request(
                method,
                locate(service, path),
                headers={**always, **headers},
                json=json,
                data=form,
                allow_redirects=False,  # a token must not follow a redirect to another host
                middlewares=(),  # Home Assistant's own reads the address of a redirect, and fails at an odd one
                timeout=aiohttp.ClientTimeout(total=TIMEOUT_SECONDS),
            ) as response
        ):
            body = await self._read(service, response)
            return Answer(service, response.status, response.headers, body)

    async def _read(self, service: str, response: aiohttp.ClientResponse) -> bytes:
        body = bytearray()
        if (response.content_length or 0) <= LARGEST_ANSWER_BYTES:
            async for chunk in response.content.iter_chunked(_CHUNK_BYTES):
                body += chunk
                if len(body) > LARGEST_ANSWER_BYTES:
                    break
            else:
                return bytes(body)
        self.last_outcome[service] = "too large"
        raise XboxResponseError(f"{service} answered with too many bytes", service=service)

    def _remember_time(self, answer: Answer) -> None:
        """Take over the time of a service; the `Date` of a picture may be as old as the picture."""
        if answer.service not in SIGNED_IN:
            return
        try:
            seconds = parsedate_to_datetime(answer.headers["Date"]).timestamp()
        except KeyError, ValueError, OverflowError:
            return
        self._clock.tell(seconds)
        self.sleeps.on_time(seconds)

    def _remember_pause(self, answer: Answer) -> None:
        if answer.status == HTTPStatus.TOO_MANY_REQUESTS:
            asked = pause_asked_for(answer.headers, answer.json_object())
            self.rate_limits.pause(answer.service, asked)
        elif answer.status == HTTPStatus.SERVICE_UNAVAILABLE:
            # a 503 that means throttled names a pause; any other names none
            if (asked := pause_asked_for(answer.headers, None)) is not None:
                self.rate_limits.pause(answer.service, asked)
