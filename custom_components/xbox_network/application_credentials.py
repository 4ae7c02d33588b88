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
)
from homeassistant.helpers.network import NoURLAvailableError, get_url

from .api import client_session, rate_limits
from .documentation import page_url
from .xbox.auth.manager import DEFAULT_SCOPES
from .xbox.auth.oauth import ACCOUNT_CHOICE, AUTHORIZE_PATH, CONSENT, TOKEN_PATH, LiveOAuth
from .xbox.characters import without_blanks
from .xbox.endpoints import Service, locate
from .xbox.errors import XboxSignInError
from .xbox.http.requests import HttpClient
from .xbox.models.tokens import OAuth2TokenResponse


class XboxOAuth2Implementation(AuthImplementation):
    """Home Assistant's OAuth2 steps at Microsoft's Live endpoints.

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
        self._live = LiveOAuth(
            HttpClient(client_session(hass), rate_limits(hass, credential.client_id)),
            credential.client_id,
            credential.client_secret,
            DEFAULT_SCOPES,
        )

    @property
    @override
    def extra_authorize_data(self) -> dict[str, str]:
        return {**CONSENT, "scope": " ".join(DEFAULT_SCOPES), **ACCOUNT_CHOICE}

    @override
    async def async_resolve_external_data(self, external_data: Any) -> dict[str, Any]:
        """Exchange the authorization code for a token. Raises any `XboxError`."""
        return _token_data(
            await self._live.redeem(external_data["code"], external_data["state"]["redirect_uri"])
        )

    @override
    async def _async_refresh_token(self, token: dict[str, Any]) -> dict[str, Any]:
        """Exchange the refresh token. The old refresh token stays if the answer has none."""
        if not (refresh_token := token.get("refresh_token")):
            raise XboxSignInError("There is no refresh token", service=Service.LIVE)
        return {**token, **_token_data(await self._live.refresh(refresh_token))}


def _token_data(answer: OAuth2TokenResponse) -> dict[str, Any]:
    return answer.model_dump(exclude={"received_at"}, exclude_none=True)


def _redirect_address(hass: HomeAssistant) -> str:
    """Return the redirect address to register: My Home Assistant, or this instance without it."""
    if "my" not in hass.config.components:
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
        "portal_url": "https://portal.azure.com/#view/Microsoft_AAD_RegisteredApps/ApplicationsListBlade",
        "redirect_url": _redirect_address(hass),
        "documentation_url": page_url("application_credentials"),
    }
