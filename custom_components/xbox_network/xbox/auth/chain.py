"""The sign-in chain from a Live token to the XSTS token (`docs/network.md` A1).

Each token needs only the one before it, so the chain is lazy: a valid XSTS token is used as it is, an
expired XSTS token is renewed with the user token alone, and only an expired user token needs the Live token.
"""

import asyncio
import math
import time
from abc import ABC, abstractmethod
from collections.abc import Awaitable, Callable
from enum import IntEnum
from functools import partial
from http import HTTPStatus
from typing import Final

from yarl import URL

from ..endpoints import Service
from ..errors import (
    XboxAccountError,
    XboxAuthError,
    XboxError,
    XboxRefusedError,
    XboxRegistrationError,
    XboxServiceError,
    XboxSignInError,
    XboxTemporaryError,
    kept,
)
from ..http.rate_limits import RateLimits, pause_asked_for
from ..http.requests import Answer, HttpClient
from ..http.session import HttpSession
from ..models.tokens import XAUResponse, XSTSResponse
from ..xerr import Remedy, find_xerr, refusal
from .attempts import SignInAttempts

USER_RELYING_PARTY: Final = "http://auth.xboxlive.com"
XBOX_RELYING_PARTY: Final = "http://xboxlive.com"

# A token is not renewed again that soon because the next step refuses it: that has just not helped.
_FRESH_SECONDS: Final = 600.0

# The statuses for a token of the wrong kind (`docs/network.md` A1.3, A1.4).
_NOT_UNDERSTOOD: dict[str, frozenset[int]] = {
    Service.USER_AUTH: frozenset({HTTPStatus.BAD_REQUEST, HTTPStatus.FORBIDDEN}),
    Service.XSTS: frozenset({HTTPStatus.BAD_REQUEST}),
}

# The domains of pages that a refusal may name; other pages are not shown.
_REDIRECT_DOMAINS = ("xboxlive.com", "xbox.com", "microsoft.com")


class Renewal(IntEnum):
    """How far back the chain is renewed; each step includes the steps before it."""

    XSTS = 1
    USER = 2
    LIVE = 3


class _TokenRefusedError(XboxRefusedError):
    """A step of the chain refused its token; a renewal of the token before it may help."""


class TokenChain(ABC):
    """Keeps the tokens of one account valid; a subclass supplies the Live token.

    One lock guards the chain, and each token is checked again inside it: any number of parallel callers cost
    one request for each step, whether it succeeds or fails.
    """

    user_token: XAUResponse | None = None
    xsts_token: XSTSResponse | None = None

    def __init__(
        self,
        client_session: HttpSession,
        rate_limits: RateLimits | None = None,
        attempts: SignInAttempts | None = None,
    ) -> None:
        """Use a session that the caller owns and closes, and limits that may outlive the chain.

        `attempts` are those of an account that has been accepted before.
        """
        self.session = client_session
        self.http = HttpClient(client_session, rate_limits)
        self._accepted_before = attempts is not None
        self.attempts = attempts or SignInAttempts()
        self.attempts.try_now()  # whoever sets an account up has a pace of its own
        self._lock = asyncio.Lock()
        self._minted = asyncio.Event()
        self._failed = 0  # the number of failures: a caller that waited for the lock sees a new one
        self._failure: XboxError | None = None

    @abstractmethod
    async def live_token(self) -> str:
        """Return a valid Live access token, refreshed first if it has expired. Secret."""

    @abstractmethod
    async def renew_live_token(self) -> None:
        """Replace the Live token although it may not have expired.

        Raises `XboxSignInError` or `XboxCredentialsError` if Microsoft refuses.
        """

    async def tokens_changed(self) -> None:  # noqa: B027 (there may be nothing to store)
        """Called after a user token or an XSTS token is new; a subclass may store both."""

    async def valid_xsts_token(self) -> XSTSResponse:
        """Return a valid XSTS token, renewed first if need be, with as few requests as possible.

        Raises an `XboxAuthError` if a step refuses, and the same again until the next try is due; an
        `XboxTemporaryError` if a step cannot answer.
        """
        if (token := self._usable()) is None:
            failed = self._failed
            async with self._lock:
                if (token := self._usable()) is None:
                    token = await self._mint_once(self._renew_due, failed)
        return token

    async def _mint_once(
        self, mint: Callable[[], Awaitable[XSTSResponse]], failed: int
    ) -> XSTSResponse:
        """Renew the chain, or raise the failure that happened while the caller waited for the lock."""
        if self._failure and self._failed != failed:
            raise self._failure.with_traceback(None)
        self._refuse_locally()
        if not self.attempts.failing:
            self.attempts.live_renewed_at = -math.inf
        try:
            return await mint()
        except XboxError as err:
            self._note_failure(err)
            raise

    def _refuse_locally(self) -> None:
        """Raise the latest refusal again until the next try is due."""
        needed = self.attempts.needed
        left = needed.retry_at - time.monotonic()
        if needed.error and left > 0:
            needed.error.held_back = left
            raise needed.error.with_traceback(None)

    def _note_failure(self, err: XboxError) -> None:
        self._failed += 1
        self._failure = kept(err)
        attempts, now = self.attempts.needed, time.monotonic()
        if attempts.error or isinstance(err, XboxAuthError):
            attempts.failed(err, now)
            err.held_back = max(0.0, attempts.retry_at - now)

    def _note_failure_ahead(self, err: XboxError) -> None:
        # a service may have refused a token that has not expired: then one pace counts for both
        needed, ahead = self.attempts.needed, self.attempts.ahead
        (needed if needed.failing else ahead).failed(err, time.monotonic())

    def _usable(self) -> XSTSResponse | None:
        """Return the XSTS token if it needs no renewal now."""
        token = self.xsts_token
        if token is None or token.remaining() <= 0:
            return None
        if token.is_valid() and not self.attempts.failing and not self._user_token_due():
            return token
        return token if time.monotonic() < self.attempts.retry_at else None

    async def authorization(self) -> str:
        """Return the value of the `Authorization` header for the services. Secret.

        Raises the errors of `valid_xsts_token`.
        """
        return (await self.valid_xsts_token()).authorization_header_value

    async def next_xsts_token(self) -> None:
        """Wait until another caller has got a new XSTS token."""
        self._minted.clear()
        await self._minted.wait()

    async def renew(self, step: Renewal, refused: str) -> bool:
        """Renew the chain because a service refused this header value.

        Does nothing, and returns False, if another caller has replaced the value meanwhile.
        """
        failed = self._failed
        async with self._lock:
            token = self.xsts_token
            if token is not None and token.authorization_header_value != refused:
                return False
            await self._mint_once(partial(self._mint, step), failed)
            return True

    async def request_user_token(
        self, relying_party: str = USER_RELYING_PARTY, use_compact_ticket: bool = False
    ) -> XAUResponse:
        """Exchange the Live token for an Xbox user token.

        The tokens of registered applications carry the prefix `d=`; a compact ticket has no prefix.
        """
        ticket = await self.live_token()
        answer = await self.http.send(
            Service.USER_AUTH,
            "POST",
            "/user/authenticate",
            json={
                "RelyingParty": relying_party,
                "TokenType": "JWT",
                "Properties": {
                    "AuthMethod": "RPS",
                    "SiteName": "user.auth.xboxlive.com",
                    "RpsTicket": ticket if use_compact_ticket else f"d={ticket}",
                },
            },
        )
        self._raise_for_refusal(answer)
        return await answer.read(XAUResponse.read)

    async def request_xsts_token(self, relying_party: str = XBOX_RELYING_PARTY) -> XSTSResponse:
        """Exchange the user token for an XSTS token of one relying party."""
        if self.user_token is None:
            raise XboxSignInError("There is no user token", service=Service.XSTS)
        answer = await self.http.send(
            Service.XSTS,
            "POST",
            "/xsts/authorize",
            json={
                "RelyingParty": relying_party,
                "TokenType": "JWT",
                "Properties": {
                    "UserTokens": [self.user_token.token],
                    "SandboxId": "RETAIL",
                },
            },
        )
        self._raise_for_refusal(answer)
        return await answer.read(XSTSResponse.read)

    async def _renew_due(self) -> XSTSResponse:
        """Renew what is due. A failure leaves an XSTS token that has not expired in use."""
        step = self._first_step(Renewal.XSTS)
        try:
            fresh = await self._renew_user_token(step)
            token = self.xsts_token
            if fresh or token is None or not token.is_valid() or self.attempts.needed.failing:
                token = await self._mint_xsts_token(step, fresh)
        except (XboxTemporaryError, XboxAuthError) as err:
            token = self.xsts_token
            if token is None or token.remaining() <= 0:
                raise
            self._note_failure_ahead(err)
            return token
        # if the user token was due, it was renewed, too
        if self.attempts.ahead.retry_at <= time.monotonic():
            self.attempts.ahead.succeeded()
        return token

    def _first_step(self, step: Renewal) -> Renewal:
        """Return the step to begin with: after a refusal of the user token that is a new user token."""
        err = self.attempts.refusal
        minted = isinstance(err, XboxAccountError) and err.refusal.remedy is Remedy.MINT
        refused = isinstance(err, XboxRefusedError) and err.service == Service.XSTS
        return max(step, Renewal.USER) if minted or refused else step

    async def _mint(self, step: Renewal) -> XSTSResponse:
        step = self._first_step(step)
        if step >= Renewal.LIVE:
            await self._renew_live_token()
        token = await self._mint_xsts_token(step, await self._renew_user_token(step))
        if step >= Renewal.USER:
            self.attempts.ahead.succeeded()
        return token

    async def _mint_xsts_token(self, step: Renewal, fresh: bool) -> XSTSResponse:
        try:
            self.xsts_token = await self.request_xsts_token()
        except (XboxRefusedError, XboxAccountError, XboxRegistrationError) as err:
            further = Renewal.LIVE if fresh else Renewal.USER
            if further <= step or not _may_help(further, err):
                raise
            if further is Renewal.LIVE and self._is_live_token_fresh():
                raise
            return await self._mint(further)
        self.attempts.needed.succeeded()
        self._accepted_before = True
        self._minted.set()
        await self.tokens_changed()
        return self.xsts_token

    async def _renew_user_token(self, step: Renewal) -> bool:
        """Renew the user token if the step or the age of the token requires it; tell whether it is new."""
        lives = self.user_token is not None and self.user_token.remaining() > 0
        if step < Renewal.USER and lives and not self._user_token_due():
            return False
        try:
            await self._mint_user_token()
        except (XboxTemporaryError, XboxAuthError) as err:
            if step >= Renewal.USER or not lives:
                raise
            self.attempts.ahead.failed(err, time.monotonic())
            return False
        return True

    def _user_token_due(self) -> bool:
        old = self.user_token is None or not self.user_token.is_valid()
        return old and time.monotonic() >= self.attempts.ahead.retry_at

    def _is_live_token_fresh(self) -> bool:
        """Tell whether it was renewed since the refusals began, so that another renewal helps nothing."""
        return time.monotonic() - self.attempts.live_renewed_at < _FRESH_SECONDS

    async def _renew_live_token(self) -> None:
        await self.renew_live_token()
        self.attempts.live_renewed_at = time.monotonic()

    async def _mint_user_token(self) -> None:
        try:
            self.user_token = await self.request_user_token()
        except _TokenRefusedError:
            if self._is_live_token_fresh():
                raise
            await self._renew_live_token()
            self.user_token = await self.request_user_token()
        await self.tokens_changed()

    def _raise_for_refusal(self, answer: Answer) -> None:
        """Raise the error of a status outside of 2xx."""
        if answer.status < HTTPStatus.MULTIPLE_CHOICES:
            return
        body = answer.json_object()
        pause = pause_asked_for(answer.headers, None)
        if code := find_xerr(body, answer.headers):
            raise XboxAccountError(
                refusal(code),
                service=answer.service,
                status=answer.status,
                retry_after=pause,
                redirect=_shown_redirect(body.get("Redirect")),
            )
        message = f"{answer.service} answered with status {answer.status}"
        service, status = answer.service, answer.status
        not_understood = status in _NOT_UNDERSTOOD[service]
        if not_understood and not answer.is_page and not self._accepted_before:
            raise XboxRegistrationError(message, service=service, status=status, retry_after=pause)
        if not_understood or status == HTTPStatus.UNAUTHORIZED:
            kind = _TokenRefusedError if status == HTTPStatus.UNAUTHORIZED else XboxRefusedError
            raise kind(
                message, service=service, status=status, retry_after=pause, is_page=answer.is_page
            )
        if status == HTTPStatus.TOO_MANY_REQUESTS:
            answer.raise_for_status()
        # without a word about the account or its application it is a passing failure of the service
        raise XboxServiceError(message, service=service, status=status, retry_after=pause)


def _may_help(step: Renewal, err: XboxAuthError) -> bool:
    """Tell whether a refusal of XSTS may come from a stale token further back."""
    if isinstance(err, XboxAccountError):
        return step is Renewal.USER and err.refusal.remedy is Remedy.MINT
    return step is Renewal.USER or isinstance(err, _TokenRefusedError)


def _shown_redirect(value: object) -> str | None:
    if not isinstance(value, str):
        return None
    try:
        url = URL(value)
        host = url.host or ""  # decoded only here
    except ValueError:
        return None
    known = any(host == domain or host.endswith(f".{domain}") for domain in _REDIRECT_DOMAINS)
    named = url.user is not None or url.password is not None
    return str(url) if known and url.scheme == "https" and not named else None
