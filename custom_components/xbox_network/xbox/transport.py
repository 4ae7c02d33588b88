"""The one request function of all services: it adds the token, counts requests and translates errors."""

import asyncio
import math
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from http import HTTPStatus
from urllib.parse import urlencode

from .auth.attempts import Attempts
from .auth.chain import Renewal, TokenChain
from .endpoints import SIGNED_IN, Service
from .errors import XboxError, XboxRefusedError, XboxServiceError
from .http.rate_limits import Purpose
from .http.requests import Answer

# A service that accepted the account this many seconds ago shows that its sign-in works.
_RECENTLY = 600.0
# These services get too few requests for more, without a console that is on or a game that is played.
_BRIEFLY = {Service.CONSOLES: 30.0, Service.ACHIEVEMENTS: 30.0}
_NO_STATEMENT = frozenset({HTTPStatus.UNAUTHORIZED, HTTPStatus.TOO_MANY_REQUESTS})

# Parallel callers renew for each other: more attempts than steps, but a limited number.
_MOST_ATTEMPTS = 2 * len(Renewal)
_NO_REASON = XboxRefusedError("A service refuses every token")


@dataclass(frozen=True, slots=True)
class _Request:
    """One request; it is repeated after the token was renewed."""

    service: Service
    method: str
    target: str
    headers: Mapping[str, str]
    json: object
    purpose: Purpose | None


@dataclass(frozen=True, slots=True)
class _Renewed:
    """The last renewal of the token chain: the new header, which no service has accepted yet, and the step. Secret."""

    header: str
    step: Renewal
    at: float


class Transport:
    """Sends requests to the services in the name of one account."""

    def __init__(self, auth: TokenChain, language: str = "en-US") -> None:
        """`language` is the locale of titles and texts in answers."""
        self.auth = auth
        self.language = language
        self._passing = asyncio.Event()
        self._passing.set()
        self._accepted_by: dict[Service, tuple[str, float]] = {}  # the header, and when
        self._refused: dict[Service, str] = {}
        # renewals for services that refuse every token; all steps were renewed last
        self._renewals = Attempts()
        self._all_renewed_at = -math.inf
        self._renewed: _Renewed | None = None
        # renewals soon after another, though the token between them was accepted
        self._early_renewals = Attempts()
        self._accepted_renewed_at = -math.inf

    @contextmanager
    def holding_answers(self) -> Iterator[None]:
        """Send requests, but give out no answer and no failure before the end of this context.

        So that what was stored is known before the first answer is compared with it, and is no reason to wait
        with the request.
        """
        self._passing.clear()
        try:
            yield
        finally:
            self._passing.set()

    async def call(
        self,
        service: Service,
        method: str,
        path: str,
        *,
        query: Mapping[str, str] | None = None,
        json: object = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        """Send a request and return an answer of status 2xx; `headers` may name another contract.

        Raises the errors of `ask`, and the `XboxError` of any other status.
        """
        answer = await self.ask(service, method, path, query=query, json=json, headers=headers)
        return _checked(answer)

    async def ask(
        self,
        service: Service,
        method: str,
        path: str,
        *,
        query: Mapping[str, str] | None = None,
        json: object = None,
        headers: Mapping[str, str] | None = None,
        purpose: Purpose | None = None,
    ) -> Answer:
        """Send a request and return the answer, of any status but 401.

        A refused token is renewed step by step. Raises `XboxServiceError` if the service refuses even the last
        token.
        """
        if service not in SIGNED_IN:
            raise ValueError(f"{service} gets no token")
        target = f"{path}?{urlencode(query)}" if query else path
        request = _Request(service, method, target, headers or {}, json, purpose)
        try:
            answer = await self._answer(request)
        except XboxError:
            await self._passing.wait()
            raise
        await self._passing.wait()
        return answer

    async def _answer(self, request: _Request) -> Answer:
        service = request.service
        header, repeated = await self.auth.authorization(), False
        for _ in range(_MOST_ATTEMPTS):
            answer = await self._send(request, header)
            if answer.status != HTTPStatus.UNAUTHORIZED:
                return answer
            if not self._is_too_early(header):
                header = await self._next_header(service, header)
            elif repeated:
                raise _outage(service)
            else:
                repeated = True  # a service that changes its mind so often does so again
        raise self._refusal(service, header)

    async def _send(self, request: _Request, header: str) -> Answer:
        service = request.service
        headers = {
            **request.headers,
            "Authorization": header,
            "Accept-Language": self.language,
        }
        answer = await self.auth.http.send(
            service,
            request.method,
            request.target,
            headers=headers,
            json=request.json,
            purpose=request.purpose,
        )
        if answer.status not in _NO_STATEMENT and answer.status < HTTPStatus.INTERNAL_SERVER_ERROR:
            self._accepted(service, header)
        return answer

    def _accepted(self, service: Service, header: str) -> None:
        self._accepted_by[service] = header, time.monotonic()
        self._refused.pop(service, None)
        if self._renewed and self._renewed.header == header:
            self._renewed = None  # after the next refusal the chain is renewed from the first step
        if header not in self._refused.values():
            self._renewals.succeeded()

    async def _next_header(self, service: Service, refused: str) -> str:
        """Renew the chain one step further back. Raises an `XboxError` if that cannot help now."""
        accepted = self._step_of(refused) is None  # once, by some service
        if (step := self._next_step(service, refused)) is None:
            raise self._refusal(service, refused)
        renewed = await self.auth.renew(step, refused)
        header = await self.auth.authorization()
        if renewed:
            if accepted:
                self._note_renewal_of_accepted()
            self._renewed = _Renewed(header, step, time.monotonic())
            if step is Renewal.LIVE:
                self._all_renewed_at = time.monotonic()
        return header

    def _is_too_early(self, refused: str) -> bool:
        """Tell whether this header was accepted once, is the latest, and another one is not due yet."""
        token = self.auth.xsts_token
        latest = token is not None and token.authorization_header_value == refused
        early = time.monotonic() < self._early_renewals.retry_at
        return early and latest and self._step_of(refused) is None

    def _note_renewal_of_accepted(self) -> None:
        """Note that a header was renewed which was accepted. If that happens often, a token is not at fault."""
        now = time.monotonic()
        if now - self._accepted_renewed_at < _RECENTLY:
            self._early_renewals.failed(_NO_REASON, now)
        else:
            self._early_renewals.succeeded()
        self._accepted_renewed_at = now

    def _next_step(self, service: Service, refused: str) -> Renewal | None:
        """Return how far back to renew the chain after a refusal, None if that cannot help now."""
        done, now = self._step_of(refused), time.monotonic()
        known = self._refused.get(service) == refused
        if (done or known) and self._is_for_the_service_alone(service, refused):
            return None
        if not self._renewals.failing:
            if done is not Renewal.LIVE:
                return Renewal(done + 1) if done else Renewal.XSTS
            self._renewals.failed(_NO_REASON, now)
            self._all_renewed_at = now
        if now < self._renewals.retry_at:
            return None
        # all was renewed for nothing: a new token at the pace of the sign-in, all of them more rarely
        self._renewals.failed(_NO_REASON, now)
        return Renewal.XSTS if now - self._all_renewed_at < _RECENTLY else Renewal.LIVE

    def _step_of(self, header: str) -> Renewal | None:
        """Return how far back the chain was renewed for this header, None if that was not lately."""
        renewed = self._renewed
        if renewed is None or renewed.header != header:
            return None
        return renewed.step if time.monotonic() - renewed.at < _RECENTLY else None

    def _is_for_the_service_alone(self, service: Service, header: str) -> bool:
        """Tell whether other services accept this header, or have accepted one lately and not seen this one."""
        now = time.monotonic()
        accepted = {
            accepted
            for other, (accepted, at) in self._accepted_by.items()
            if other is not service and at > now - _BRIEFLY.get(other, _RECENTLY)
        }
        others = (it for other, it in self._refused.items() if other is not service)
        return header in accepted or (bool(accepted) and header not in others)

    def _refusal(self, service: Service, header: str) -> XboxServiceError:
        """Return the error for a service that refuses the best header there is.

        XSTS has just accepted the account, and a new sign-in would change nothing: it is an outage.
        """
        self._refused[service] = header
        self._accepted_by.pop(service, None)  # it no longer shows that the sign-in works
        return _outage(service)


def _outage(service: Service) -> XboxServiceError:
    return XboxServiceError(
        f"{service} refuses the sign-in, which XSTS accepts",
        service=service,
        status=HTTPStatus.UNAUTHORIZED,
    )


def _checked(answer: Answer) -> Answer:
    answer.raise_for_status()
    if "x-xbl-servicedefault" in answer.headers:
        # status 200 with made-up values: a service behind this one failed (`docs/network.md` S0.4)
        raise XboxServiceError(
            f"{answer.service} answered with defaults",
            service=answer.service,
            status=answer.status,
        )
    return answer
