"""Application credentials: the user's own application at Microsoft, and its OAuth2 requests."""

from contextlib import suppress
from dataclasses import replace
from typing import Any, override

from homeassistant.components.application_credentials import (
    AuthImplementation,
    AuthorizationServer,
    ClientCredential,
)
from homeassistant.core import HomeAssistant
from homeassistant.helpers.config_entry_oauth2_flow import (
    AUTH_CALLBACK_PATH,
    MY_AUTH_CALLBACK_PATH,
    LocalOAuth2ImplementationWithPkce,
    async_get_redirect_uri,
)
from homeassistant.helpers.network import NoURLAvailableError, get_url

from .api import client_session, rate_limits
from .const import AZURE_PORTAL
from .documentation import page_url
from .sign_in_way import is_public
from .xbox.auth import entra
from .xbox.auth.entra import EntraOAuth
from .xbox.auth.manager import DEFAULT_SCOPES
from .xbox.auth.oauth import ACCOUNT_CHOICE, AUTHORIZE_PATH, CONSENT, TOKEN_PATH, LiveOAuth
from .xbox.characters import without_blanks
from .xbox.endpoints import Service, locate
from .xbox.errors import XboxSignInError
from .xbox.http.requests import HttpClient
from .xbox.models.tokens import OAuth2TokenResponse


class XboxOAuth2Implementation(AuthImplementation):
    """Home Assistant's OAuth2 steps at Microsoft's Live endpoints; and the refresh of each token where it was issued.

    The client of this integration sends the token requests. Its errors distinguish an expired sign-in, wrong
    application credentials and a service that is down. Home Assistant's own errors do not.
    """

    def __init__(self, hass: HomeAssistant, auth_domain: str, credential: ClientCredential) -> None:
        """Use the application that the user registered, without what pasting added to its keys."""
        credential = replace(
            credential,
            client_id=without_blanks(credential.client_id),
            client_secret=without_blanks(credential.client_secret),
        )
        super().__init__(
            hass,
            auth_domain,
            credential,
            AuthorizationServer(
                str(locate(Service.LIVE, AUTHORIZE_PATH)),
                str(locate(Service.LIVE, TOKEN_PATH)),
            ),
        )
        http = http_client(hass, credential.client_id)
        self._live = LiveOAuth(http, credential.client_id, credential.client_secret, DEFAULT_SCOPES)
        self._entra = EntraOAuth(http, credential.client_id)

    @property
    @override
    def extra_authorize_data(self) -> dict[str, str]:
        return {**CONSENT, "scope": " ".join(DEFAULT_SCOPES), **ACCOUNT_CHOICE}

    @override
    async def async_resolve_external_data(self, external_data: Any) -> dict[str, Any]:
        """Exchange the authorization code for a token. Raises any `XboxError`."""
        return token_data(
            await self._live.redeem(external_data["code"], external_data["state"]["redirect_uri"])
        )

    @override
    async def _async_refresh_token(self, token: dict[str, Any]) -> dict[str, Any]:
        """Exchange the refresh token. The old refresh token stays if the answer has none."""
        application = self._entra if is_public(token) else self._live
        if not (refresh_token := token.get("refresh_token")):
            raise XboxSignInError("There is no refresh token", service=application.service)
        return {**token, **token_data(await application.refresh(refresh_token))}


class BrowserSignIn(LocalOAuth2ImplementationWithPkce):
    """Home Assistant's OAuth2 steps at Microsoft's Entra endpoints, for an application without a secret.

    One object serves one dialog: its verifier is not for two.
    """

    def __init__(self, hass: HomeAssistant, auth_domain: str, client_id: str) -> None:
        """Use a public application."""
        super().__init__(
            hass,
            auth_domain,
            client_id,
            str(locate(Service.ENTRA, entra.AUTHORIZE_PATH)),
            str(locate(Service.ENTRA, entra.TOKEN_PATH)),
        )
        self._entra = EntraOAuth(http_client(hass, client_id), client_id)

    @property
    @override
    def extra_authorize_data(self) -> dict[str, str]:
        return {
            **super().extra_authorize_data,
            "response_mode": "query",
            "scope": " ".join(entra.SCOPES),
            **ACCOUNT_CHOICE,
        }

    @override
    async def async_resolve_external_data(self, external_data: Any) -> dict[str, Any]:
        """Exchange the authorization code for a token. Raises any `XboxError`."""
        return token_data(
            await self._entra.redeem(
                external_data["code"], external_data["state"]["redirect_uri"], self.code_verifier
            )
        )


def http_client(hass: HomeAssistant, client_id: str) -> HttpClient:
    """Return the client for the requests of an application at Microsoft."""
    return HttpClient(client_session(hass), rate_limits(hass, client_id))


def token_data(answer: OAuth2TokenResponse) -> dict[str, Any]:
    """Return the answer of a token endpoint as Home Assistant stores it. Secret."""
    return answer.model_dump(exclude={"received_at"}, exclude_none=True)


def redirect_address(hass: HomeAssistant) -> str:
    """Return the redirect address to register: that of My Home Assistant, or of this instance without it."""
    with suppress(RuntimeError):  # outside of a browser's request, which names its own address
        return async_get_redirect_uri(hass)
    with suppress(NoURLAvailableError):
        return f"{get_url(hass)}{AUTH_CALLBACK_PATH}"
    return MY_AUTH_CALLBACK_PATH


async def async_get_auth_implementation(
    hass: HomeAssistant, auth_domain: str, credential: ClientCredential
) -> XboxOAuth2Implementation:
    """Return the implementation for a set of application credentials."""
    return XboxOAuth2Implementation(hass, auth_domain, credential)


async def async_get_description_placeholders(hass: HomeAssistant) -> dict[str, str]:
    """Return the links in the dialog for the application credentials."""
    return {
        "portal_url": AZURE_PORTAL,
        "redirect_url": redirect_address(hass),
        "documentation_url": page_url("application_credentials"),
    }
