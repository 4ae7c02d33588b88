"""Keeps on disk what a start of Home Assistant has to know at once."""

from enum import StrEnum
from typing import Any, Protocol

from homeassistant.core import HomeAssistant, callback
from homeassistant.exceptions import UnsupportedStorageVersionError
from homeassistant.helpers.storage import Store

from ..api import account_key, locale
from ..const import DOMAIN

_STORAGE_VERSION = 1
# New things come in groups, and a lost one is asked for again.
_DELAY_SECONDS = 60.0


class CacheKind(StrEnum):
    """What is kept; the value is the end of the file's name."""

    TITLES = "titles"
    PRODUCTS = "products"
    UNLOCKS = "unlocks"


# The others are in the words of a language.
_WORDLESS = frozenset({CacheKind.UNLOCKS})


class Cached(Protocol):
    """Who knows the subject. `version` moves whenever there is something new to keep."""

    version: int

    def to_store(self) -> dict[str, Any]:
        """Return what is worth keeping."""

    def from_store(self, data: object) -> None:
        """Take over what was kept; what is unreadable counts as nothing."""


def _file(hass: HomeAssistant, owner: str, subject: CacheKind) -> Store[dict[str, Any]]:
    return Store(hass, _STORAGE_VERSION, f"{DOMAIN}.{account_key(owner)}.{subject}")


async def remove_caches(hass: HomeAssistant, owner: str) -> None:
    """Forget what was kept for an account."""
    for subject in CacheKind:
        await _file(hass, owner, subject).async_remove()


class CacheStore:
    """What one account has met. What is in Home Assistant's language is of no use in another one."""

    def __init__(self, hass: HomeAssistant, owner: str, subject: CacheKind, keeper: Cached) -> None:
        """Keep what the keeper knows."""
        self._store = _file(hass, owner, subject)
        self._cached = keeper
        self._language = None if subject in _WORDLESS else locale(hass)
        self._saved = keeper.version

    async def load(self) -> None:
        """Give back what was kept; what is unreadable or of another language counts as nothing."""
        try:
            data: object = await self._store.async_load()
        except UnsupportedStorageVersionError, NotImplementedError:
            return  # of another version; the next save overwrites it
        if isinstance(data, dict) and data.get("language") == self._language:
            self._cached.from_store(data.get("library"))

    @callback
    def save_soon(self) -> None:
        """Save within a minute if there is something new."""
        if self._saved != self._cached.version:
            self._saved = self._cached.version
            self._store.async_delay_save(self._content, _DELAY_SECONDS)

    async def save(self) -> None:
        """Save now, whatever waits to be saved with it."""
        self._saved = self._cached.version
        await self._store.async_save(self._content())

    def _content(self) -> dict[str, Any]:
        return {"language": self._language, "library": self._cached.to_store()}
