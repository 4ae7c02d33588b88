"""The files with the caches of the client: titles, their names, products, installed apps, unlocked achievements."""

from collections.abc import Callable
from enum import StrEnum
from typing import Any, Final, Protocol

from homeassistant.core import HomeAssistant, callback

from .base import WhenNewer, account_file

# Seconds until new content is saved: it comes in groups, and lost content is requested again.
_DELAY_SECONDS = 60.0


class CacheKind(StrEnum):
    """The caches; the value is the end of the file's name."""

    TITLES = "titles"
    PRODUCTS = "products"
    APPS = "apps"
    UNLOCKS = "unlocks"
    NAMES = "names"


# What has been told, and names in languages of before: no request brings them back.
_MEMORIES: Final = (CacheKind.UNLOCKS, CacheKind.NAMES)


class Cached(Protocol):
    """An object that can be stored. `version` changes whenever there is something new to store."""

    version: int

    def to_store(self) -> dict[str, Any]:
        """Return the content to store."""

    def from_store(self, data: object) -> None:
        """Take over stored content; content that cannot be read counts as none."""


class CacheStore:
    """Keeps one cache of an account over a restart.

    Content in another language than the stored one is of no use. `language` tells the present one, None for content
    without words.
    """

    def __init__(
        self,
        hass: HomeAssistant,
        owner: str,
        kind: CacheKind,
        cached: Cached,
        *,
        language: Callable[[], str | None] = lambda: None,
    ) -> None:
        """`owner` is the xuid of the account, `cached` the object to store."""
        is_memory = kind in _MEMORIES
        when_newer = WhenNewer.KEPT_ASIDE if is_memory else WhenNewer.OVERWRITTEN
        self._file = account_file(hass, owner, kind, when_newer=when_newer)
        self._cached = cached
        self._language = language
        self._saved_version: int | None = cached.version

    async def load(self) -> None:
        """Give the stored content back, unless it cannot be read or is in another language."""
        content = await self._file.load()
        if content and content.get("language") == self._language():
            self._cached.from_store(content.get("library"))
        if self._file.to_replace:
            self._saved_version = None  # there is something to save: a whole file

    @callback
    def save_soon(self) -> None:
        """Save within a minute if there is something new."""
        if self._saved_version != self._cached.version:
            self._saved_version = self._cached.version
            self._file.save_soon(self._content, _DELAY_SECONDS)

    async def save(self) -> None:
        """Save now; a delayed save is dropped."""
        self._saved_version = self._cached.version
        await self._file.save(self._content())

    def _content(self) -> dict[str, Any]:
        return {"language": self._language(), "library": self._cached.to_store()}
