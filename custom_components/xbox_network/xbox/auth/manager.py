"""Sign-in of one account outside of Home Assistant, the Live step included."""

from collections.abc import Sequence
from typing import Final, override

from ..endpoints import Service
from ..errors import XboxSignInError, XboxTemporaryError
from ..http.session import HttpSession
from ..models.tokens import OAuth2TokenResponse, XSTSResponse
from .chain import Renewal, TokenChain
from .oauth import LiveOAuth

DEFAULT_SCOPES: Final = ["Xboxlive.signin", "Xboxlive.offline_access"]


class AuthenticationManager(TokenChain):
    """Signs one account in with an application registered at Microsoft.

    The interface is that of the reference library (python-xbox). `authorization` stays the lazy chain, which
    asks for a token only when the next one needs it.
    """

    oauth: OAuth2TokenResponse | None = None

    def __init__(
        self,
        client_session: HttpSession,
        client_id: str,
        client_secret: str,
        redirect_uri: str,
        scopes: Sequence[str] | None = None,
    ) -> None:
        """Take the registered application; `scopes` defaults to the two that Xbox needs.

        The caller owns and closes the session: an `aiohttp.ClientSession`, or a `SignedSession`.
        """
        super().__init__(client_session)
        self._redirect_uri = redirect_uri
        self._live = LiveOAuth(self.http, client_id, client_secret, scopes or DEFAULT_SCOPES)

    def generate_authorization_url(self, state: str | None = None) -> str:
        """Return the page on which the person signs in; it leads to the redirect address."""
        return self._live.authorization_url(self._redirect_uri, state)

    async def request_tokens(self, authorization_code: str) -> None:
        """Go through the whole chain with a fresh authorization code.

        Raises an `XboxAuthError` if a step refuses, an `XboxTemporaryError` if one cannot answer.
        """
        async with self._lock:
            self.oauth = await self.request_oauth_token(authorization_code)
            await self._mint(Renewal.USER)

    async def refresh_tokens(self) -> XSTSResponse:
        """Make each of the three tokens valid that is not, the Live token first; return the XSTS token.

        Raises the errors of `request_tokens`.
        """
        failed = self._failed
        async with self._lock:
            self.attempts.try_now()  # a call by hand is a try
            return await self._mint_once(self._refresh_each, failed)

    async def _refresh_each(self) -> XSTSResponse:
        await self.live_token()
        fresh = await self._renew_user_token(Renewal.XSTS)
        token = self.xsts_token
        if token is not None and token.is_valid() and not self.attempts.failing:
            return token
        try:
            return await self._mint_xsts_token(Renewal.XSTS, fresh)
        except XboxTemporaryError:
            if token is None or token.remaining() <= 0:
                raise
            return token  # it is renewed before its end, and still serves

    async def request_oauth_token(self, authorization_code: str) -> OAuth2TokenResponse:
        """Exchange an authorization code for a Live token."""
        return await self._live.redeem(authorization_code, self._redirect_uri)

    async def refresh_oauth_token(self) -> OAuth2TokenResponse:
        """Exchange the refresh token for a new Live token; it replaces both."""
        if self.oauth is None or not self.oauth.refresh_token:
            raise XboxSignInError("There is no refresh token", service=Service.LIVE)
        old = self.oauth.refresh_token
        new = await self._live.refresh(old)
        return new if new.refresh_token else new.model_copy(update={"refresh_token": old})

    @override
    async def live_token(self) -> str:
        if self.oauth is None or not self.oauth.is_valid():
            self.oauth = await self.refresh_oauth_token()
        return self.oauth.access_token

    @override
    async def renew_live_token(self) -> None:
        self.oauth = await self.refresh_oauth_token()
