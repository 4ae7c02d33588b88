"""Keeps on disk what titles are, so that a start of Home Assistant knows them at once."""

from typing import Any

from homeassistant.core import HomeAssistant, callback
from homeassistant.exceptions import UnsupportedStorageVersionError
from homeassistant.helpers.storage import Store

from .api import account_key, locale
from .const import DOMAIN
from .xbox.library import TitleLibrary

_STORAGE_VERSION = 1
# Titles come in groups, and a lost one is asked for again.
_DELAY_SECONDS = 60.0


def _file(hass: HomeAssistant, owner: str) -> Store[dict[str, Any]]:
    return Store(hass, _STORAGE_VERSION, f"{DOMAIN}.{account_key(owner)}.titles")


async def forget_titles(hass: HomeAssistant, owner: str) -> None:
    """Forget what was kept for an account."""
    await _file(hass, owner).async_remove()


class TitleStore:
    """The titles that one account has met, in Home Assistant's language. Nothing about a person."""

    def __init__(self, hass: HomeAssistant, owner: str, library: TitleLibrary) -> None:
        """Keep what that library knows."""
        self._store = _file(hass, owner)
        self._library = library
        self._language = locale(hass)
        self._saved = library.version

    async def load(self) -> None:
        """Give the library what was kept; what is unreadable or of another language counts as nothing."""
        try:
            data: object = await self._store.async_load()
        except UnsupportedStorageVersionError, NotImplementedError:
            return  # of another version; the next save overwrites it
        if isinstance(data, dict) and data.get("language") == self._language:
            self._library.from_store(data.get("library"))

    @callback
    def save_soon(self) -> None:
        """Save within a minute if there is something new."""
        if self._saved != self._library.version:
            self._saved = self._library.version
            self._store.async_delay_save(self._content, _DELAY_SECONDS)

    async def save(self) -> None:
        """Save now, whatever waits to be saved with it."""
        await self._store.async_save(self._content())

    def _content(self) -> dict[str, Any]:
        return {"language": self._language, "library": self._library.to_store()}
