"""The sign-in chain from a Live token to the XSTS token (`docs/network.md` A1).

Each token needs only the one before it, so the chain is lazy: a valid XSTS token is used as it is, an
expired XSTS token is renewed with the user token alone, and only an expired user token needs the Live token.
"""

import asyncio
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
    XboxRegistrationError,
    XboxRequestError,
    XboxServiceError,
    XboxSignInError,
    XboxTemporaryError,
    kept,
)
from ..http.rate_limits import RateLimits
from ..http.requests import Answer, HttpClient
from ..http.session import HttpSession
from ..models.tokens import XAUResponse, XSTSResponse
from ..xerr import Remedy, refusal

USER_RELYING_PARTY: Final = "http://auth.xboxlive.com"
XBOX_RELYING_PARTY: Final = "http://xboxlive.com"

# Seconds between two attempts to renew a token that has not expired yet.
_RENEW_AHEAD_SECONDS: Final = 60.0
# The same for the user token, whose margin is a day.
_RENEW_USER_AHEAD_SECONDS: Final = 900.0

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


class _TokenRefusedError(XboxSignInError):
    """A step of the chain refused its token; a renewal of the token before it may help."""


class TokenChain(ABC):
    """Keeps the tokens of one account valid; a subclass supplies the Live token.

    One lock guards the chain, and each token is checked again inside it: any number of parallel callers cost
    one request for each step, whether it succeeds or fails.
    """

    user_token: XAUResponse | None = None
    xsts_token: XSTSResponse | None = None

    def __init__(self, client_session: HttpSession, rate_limits: RateLimits | None = None) -> None:
        """Use a session that the caller owns and closes, and limits that may outlive the chain."""
        self.session = client_session
        self.http = HttpClient(client_session, rate_limits)
        # the reason why a user token that has not expired cannot be renewed
        self.renewal_error: XboxAuthError | None = None
        self._renew_ahead_at = 0.0
        self._renew_user_ahead_at: float | None = None  # None: no attempt has failed
        self._lock = asyncio.Lock()
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

        Raises an `XboxAuthError` if a step refuses, an `XboxTemporaryError` if one cannot answer.
        """
        if (token := self._usable()) is None:
            failed = self._failed
            async with self._lock:
                if (token := self._usable()) is None:
                    token = await self._mint_once(self._renew_ahead, failed)
        return token

    async def _mint_once(
        self, mint: Callable[[], Awaitable[XSTSResponse]], failed: int
    ) -> XSTSResponse:
        """Renew the chain, or raise the failure that happened while the caller waited for the lock."""
        if self._failure and self._failed != failed:
            raise self._failure
        try:
            return await mint()
        except XboxError as err:
            self._failed += 1
            self._failure = kept(err)
            raise

    def _usable(self) -> XSTSResponse | None:
        """Return the XSTS token if it needs no renewal now."""
        token = self.xsts_token
        if token is None or token.remaining() <= 0 or self._user_token_again():
            return None
        return token if token.is_valid() or time.monotonic() < self._renew_ahead_at else None

    def _user_token_again(self) -> bool:
        """Tell whether to try again to renew a user token that has not expired."""
        again_at = self._renew_user_ahead_at
        if again_at is None or self.user_token is None or self.user_token.remaining() <= 0:
            return False
        return time.monotonic() >= again_at

    async def authorization(self) -> str:
        """Return the value of the `Authorization` header for the services. Secret."""
        return (await self.valid_xsts_token()).authorization_header_value

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
        _raise_for_refusal(answer)
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
        _raise_for_refusal(answer)
        return await answer.read(XSTSResponse.read)

    async def _renew_ahead(self) -> XSTSResponse:
        try:
            fresh = await self._renew_user_token(Renewal.XSTS)
            token = self.xsts_token
            if not fresh and token is not None and token.is_valid():
                return token
            return await self._mint_xsts_token(Renewal.XSTS, fresh)
        except XboxTemporaryError:
            if self.xsts_token is None or self.xsts_token.remaining() <= 0:
                raise
            # the token is valid for a while; the calls of the next minute need not wait for a renewal
            self._renew_ahead_at = time.monotonic() + _RENEW_AHEAD_SECONDS
            return self.xsts_token

    async def _mint(self, step: Renewal) -> XSTSResponse:
        if step >= Renewal.LIVE:
            await self.renew_live_token()
        return await self._mint_xsts_token(step, await self._renew_user_token(step))

    async def _mint_xsts_token(self, step: Renewal, fresh: bool) -> XSTSResponse:
        try:
            self.xsts_token = await self.request_xsts_token()
        except (_TokenRefusedError, XboxAccountError, XboxRegistrationError) as err:
            further = Renewal.LIVE if fresh else Renewal.USER
            if further <= step or not _may_help(further, err):
                raise
            return await self._mint(further)
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
            if isinstance(err, XboxAuthError):
                self.renewal_error = kept(err)
            self._renew_user_ahead_at = time.monotonic() + _RENEW_USER_AHEAD_SECONDS
            return False
        return True

    def _user_token_due(self) -> bool:
        if self._renew_user_ahead_at is not None:
            return self._user_token_again()
        return self.user_token is None or not self.user_token.is_valid()

    async def _mint_user_token(self) -> None:
        try:
            self.user_token = await self.request_user_token()
        except _TokenRefusedError:
            await self.renew_live_token()
            self.user_token = await self.request_user_token()
        self.renewal_error, self._renew_user_ahead_at = None, None
        await self.tokens_changed()


def _may_help(step: Renewal, err: XboxAuthError) -> bool:
    """Tell whether a refusal of XSTS may come from a stale token further back."""
    if isinstance(err, XboxAccountError):
        return step is Renewal.USER and err.refusal.remedy is Remedy.MINT
    return step is Renewal.USER or isinstance(err, _TokenRefusedError)


def _raise_for_refusal(answer: Answer) -> None:
    if answer.status < HTTPStatus.MULTIPLE_CHOICES:
        return
    body = answer.json_object()
    if (code := _xerr(body.get("XErr"))) or (code := _xerr(answer.headers.get("X-Err"))):
        raise XboxAccountError(
            refusal(code),
            service=answer.service,
            status=answer.status,
            redirect=_shown_redirect(body.get("Redirect")),
        )
    message = f"{answer.service} answered with status {answer.status}"
    if answer.status == HTTPStatus.UNAUTHORIZED:
        raise _TokenRefusedError(message, service=answer.service, status=answer.status)
    if answer.status in _NOT_UNDERSTOOD[answer.service]:
        raise XboxRegistrationError(message, service=answer.service, status=answer.status)
    try:
        answer.raise_for_status()
    except XboxRequestError:
        # without a word about the account or its application it is a passing failure of the service
        raise XboxServiceError(message, service=answer.service, status=answer.status) from None


def _xerr(value: object) -> int | None:
    # a decimal number of 32 bits, or its text
    if isinstance(value, str) and value.isdecimal() and len(value) <= 10:
        value = int(value)
    if not isinstance(value, int) or isinstance(value, bool):
        return None
    return value if 0 < value < 1 << 32 else None


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
