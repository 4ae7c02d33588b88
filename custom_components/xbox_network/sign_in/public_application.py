"""Applications at Microsoft, as Home Assistant stores them: those without a secret, and the user's own with one."""

import re
from typing import Final

from homeassistant.components.application_credentials import (
    ClientCredential,
    async_import_client_credential,
)
from homeassistant.core import HomeAssistant
from homeassistant.helpers.config_entry_oauth2_flow import async_get_implementations

from ..application_credentials import XboxOAuth2Implementation
from ..const import DOMAIN
from ..sign_in_way import auth_domain, is_built_in
from ..xbox.characters import without_blanks

# Azure's form of an application (client) id.
_CLIENT_ID: Final = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


async def applications(hass: HomeAssistant) -> dict[str, XboxOAuth2Implementation]:
    """Return all stored applications by their names in Home Assistant.

    Raises `ImplementationUnavailableError` while Home Assistant cannot list them.
    """
    found = await async_get_implementations(hass, DOMAIN)
    return {
        name: application
        for name, application in found.items()
        if isinstance(application, XboxOAuth2Implementation)
    }


async def public_client_ids(hass: HomeAssistant) -> list[str]:
    """Return the client ids that are stored without a secret, but for the built-in one."""
    return [
        application.client_id
        for name, application in (await applications(hass)).items()
        if not application.client_secret and not is_built_in(name)
    ]


async def has_secret(hass: HomeAssistant, client_id: str) -> bool:
    """Tell whether a client id is stored with a secret."""
    application = await _find(hass, client_id)
    return application is not None and bool(application.client_secret)


async def name_of(hass: HomeAssistant, client_id: str) -> str:
    """Return the name of an application in Home Assistant, also of one that is not stored yet."""
    application = await _find(hass, client_id)
    return application.domain if application else auth_domain(client_id)


async def store(hass: HomeAssistant, client_id: str) -> None:
    """Store an application without a secret, unless it is stored already."""
    if await _find(hass, client_id) is None:
        name = auth_domain(client_id)
        title = "Xbox Network" if is_built_in(name) else f"Without a secret ({client_id[:8]}…)"
        credential = ClientCredential(client_id, "", title)
        await async_import_client_credential(hass, DOMAIN, credential, name)


def pasted_client_id(text: str) -> str | None:
    """Return the client id in a pasted text, None if it is none."""
    client_id = without_blanks(text).lower()
    return client_id if _CLIENT_ID.fullmatch(client_id) else None


async def _find(hass: HomeAssistant, client_id: str) -> XboxOAuth2Implementation | None:
    return next(
        (
            application
            for application in (await applications(hass)).values()
            if application.client_id.casefold() == client_id.casefold()
        ),
        None,
    )
