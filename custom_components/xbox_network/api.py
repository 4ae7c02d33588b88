"""The token chains inside Home Assistant, the HTTP session and the rate limits that they use.

Home Assistant stores and refreshes the Live token; the user token and the XSTS token are in `storage/tokens.py`.
"""

import asyncio
from typing import Any, override

import aiohttp
from homeassistant.config_entries import UnknownEntry
from homeassistant.const import EVENT_HOMEASSISTANT_CLOSE
from homeassistant.core import Event, HomeAssistant, callback
from homeassistant.helpers.aiohttp_client import async_create_clientsession
from homeassistant.helpers.config_entry_oauth2_flow import OAuth2Session
from homeassistant.util.hass_dict import HassKey

from .const import DOMAIN
from .storage.tokens import TokenStore
from .xbox.auth.attempts import SignInAttempts
from .xbox.auth.chain import TokenChain
from .xbox.endpoints import Service
from .xbox.errors import XboxRegistrationError, XboxTemporaryError
from .xbox.http.rate_limits import RateLimits

_SESSION: HassKey[aiohttp.ClientSession] = HassKey(f"{DOMAIN}_session")
_LIMITS: HassKey[dict[str, RateLimits]] = HassKey(f"{DOMAIN}_limits")
_ATTEMPTS: HassKey[dict[str, SignInAttempts]] = HassKey(f"{DOMAIN}_attempts")

# In a language tag a script has four letters, a region two letters or three digits.
_SCRIPT_LETTERS = 4


@callback
def client_session(hass: HomeAssistant) -> aiohttp.ClientSession:
    """Return the HTTP session of all accounts. It stores no cookies, which would mix up the accounts."""
    if (session := hass.data.get(_SESSION)) is None:
        # Home Assistant's own cleanup would close it together with the first entry that is unloaded
        session = async_create_clientsession(
            hass, auto_cleanup=False, cookie_jar=aiohttp.DummyCookieJar()
        )
        hass.data[_SESSION] = session

        @callback
        def detach(_: Event) -> None:
            session.detach()

        hass.bus.async_listen_once(EVENT_HOMEASSISTANT_CLOSE, detach)
    return session


@callback
def rate_limits(hass: HomeAssistant, owner: str) -> RateLimits:
    """Return the rate limits of an account (its xuid) or of an application (its client id).

    They outlive a reload of the entry, as the network goes on counting.
    """
    return hass.data.setdefault(_LIMITS, {}).setdefault(owner, RateLimits())


@callback
def sign_in_attempts(hass: HomeAssistant, owner: str) -> SignInAttempts:
    """Return the failed attempts to sign an account in (its xuid). They outlive each set-up of the entry."""
    return hass.data.setdefault(_ATTEMPTS, {}).setdefault(owner, SignInAttempts())


@callback
def forget_account(hass: HomeAssistant, owner: str) -> None:
    """Delete the rate limits and the attempts of an account."""
    for key in (_LIMITS, _ATTEMPTS):
        hass.data.get(key, {}).pop(owner, None)


@callback
def release_shared(hass: HomeAssistant) -> None:
    """Delete what all accounts share, unless an account is being added."""
    if not hass.config_entries.flow.async_progress_by_handler(DOMAIN):
        # a request may be under way: the session itself ends with Home Assistant
        for key in (_SESSION, _LIMITS, _ATTEMPTS):
            hass.data.pop(key, None)


class FlowTokens(TokenChain):
    """The token chain of an account that is being added. It has a new Live token."""

    def __init__(self, hass: HomeAssistant, access_token: str) -> None:
        """`access_token` is the Live token. Secret."""
        super().__init__(client_session(hass))
        self._access_token = access_token

    @override
    async def live_token(self) -> str:
        return self._access_token

    @override
    async def renew_live_token(self) -> None:
        # a new token cannot be too old: Xbox does not accept this kind of token
        raise XboxRegistrationError("Xbox refuses a fresh token", service=Service.USER_AUTH)


class EntryTokens(TokenChain):
    """The token chain of a config entry. Home Assistant stores and refreshes the Live token."""

    def __init__(self, hass: HomeAssistant, session: OAuth2Session, store: TokenStore) -> None:
        """Take the Live token from Home Assistant's session, keep the others in the store."""
        owner = str(session.config_entry.unique_id)
        attempts = sign_in_attempts(hass, owner)
        super().__init__(client_session(hass), rate_limits(hass, owner), attempts)
        self._hass = hass
        self._oauth = session
        self._refreshing = asyncio.Lock()
        self._store = store

    async def load(self) -> None:
        """Take over the stored tokens. To be called before the first request."""
        await self._store.load(self)

    @override
    async def live_token(self) -> str:
        await self._ensure_live_token()
        return str(self._oauth.token["access_token"])

    @override
    async def renew_live_token(self) -> None:
        await self._ensure_live_token(expired=True)

    async def _ensure_live_token(self, *, expired: bool = False) -> None:
        """Refresh the Live token if it has expired.

        A caller that is cancelled does not cancel this: the answer holds the only valid refresh token.
        """
        refresh = self._oauth.config_entry.async_create_task(
            self._hass, self._refresh_live_token(expired=expired), "Live token"
        )
        refresh.add_done_callback(_retrieve_failure)
        await asyncio.wait({refresh})
        refresh.result()

    async def _refresh_live_token(self, *, expired: bool) -> None:
        """Refresh the Live token, as Home Assistant's session does; but a sign-in that ends meanwhile goes first.

        The session would put the token of the old sign-in, or of another application, in its place.
        """
        session = self._oauth
        if expired:
            self._store_live_token({**session.token, "expires_at": 0})
        async with self._refreshing:
            if session.valid_token:
                return
            old = session.token
            new = await session.implementation.async_refresh_token(old)
            if session.token.get("refresh_token") == old.get("refresh_token"):
                self._store_live_token(new)

    def _store_live_token(self, token: dict[str, Any]) -> None:
        entry = self._oauth.config_entry
        try:
            data = {**entry.data, "token": token}
            self._hass.config_entries.async_update_entry(entry, data=data)
        except UnknownEntry:
            raise XboxTemporaryError(
                "The account was removed meanwhile", service=Service.LIVE
            ) from None

    @override
    async def tokens_changed(self) -> None:
        await self._store.save(self)


def _retrieve_failure(task: asyncio.Task[None]) -> None:
    """Take the failure of a task, which may have lost its caller: it is not logged as one that nobody saw."""
    if not task.cancelled():
        task.exception()


def locale(hass: HomeAssistant) -> str:
    """Return Home Assistant's language in its country, as the network wants it: `en-US`."""
    return language_tag(hass.config.language, hass.config.country)


def language_tag(language: str, country: str | None) -> str:
    """Return the tag of a language in a country: `zh-Hans-CN`. Without a country it is the language's own.

    A script stays. The country takes the place of a region: `en-GB` in Australia is `en-AU`.
    """
    if not country:
        return language
    spoken, *others = language.split("-")
    scripts = [subtag for subtag in others if len(subtag) == _SCRIPT_LETTERS]
    return "-".join([spoken, *scripts, country])
