"""Microsoft's Entra endpoints for personal accounts (`docs/network.md` A1.1): applications without a secret."""

from typing import Final

from ..endpoints import Service
from ..http.requests import HttpClient
from ..models.tokens import OAuth2TokenResponse
from .oauth import OAuthApplication

AUTHORIZE_PATH: Final = "/consumers/oauth2/v2.0/authorize"
TOKEN_PATH: Final = "/consumers/oauth2/v2.0/token"
DEVICE_CODE_PATH: Final = "/consumers/oauth2/v2.0/devicecode"
SCOPES: Final = ("XboxLive.signin", "offline_access")


class EntraOAuth(OAuthApplication):
    """One public application at login.microsoftonline.com. It never sends a secret: Entra refuses one."""

    service = Service.ENTRA
    token_path = TOKEN_PATH

    def __init__(self, http: HttpClient, client_id: str) -> None:
        """Take the id of the application."""
        super().__init__(http, client_id, None, SCOPES)

    async def redeem(
        self, authorization_code: str, redirect_uri: str, code_verifier: str
    ) -> OAuth2TokenResponse:
        """Exchange an authorization code and the verifier of its challenge. Raises the errors of `refresh`."""
        return await self._exchange(
            {
                "grant_type": "authorization_code",
                "code": authorization_code,
                "redirect_uri": redirect_uri,
                "code_verifier": code_verifier,
            }
        )
