"""A file of one account in Home Assistant's storage that survives its own trouble."""

import hashlib
import logging
from collections.abc import Callable
from typing import Any, Final

from homeassistant.core import HomeAssistant, callback
from homeassistant.exceptions import HomeAssistantError, UnsupportedStorageVersionError
from homeassistant.helpers.storage import Store

from ..const import DOMAIN

_LOGGER = logging.getLogger(__name__)

_STORAGE_VERSION: Final = 1


def account_key(xuid: str) -> str:
    """Return the part of a file name that stands for an account.

    Home Assistant logs the names of these files, so the name holds no xuid.
    """
    return hashlib.sha256(xuid.encode()).hexdigest()[:16]


class AccountFile:
    """A file of one account. A file that cannot be read counts as empty.

    A `valuable` file holds facts that no request brings back: while it cannot be read, or a newer version of the
    integration has written it, it is left alone. Any other file is overwritten then.
    """

    def __init__(
        self,
        hass: HomeAssistant,
        owner: str,
        suffix: str | None = None,
        *,
        private: bool = True,
        valuable: bool = False,
    ) -> None:
        """`owner` is the xuid of the account; a `private` file is readable for Home Assistant's user alone."""
        self.writable = True
        self._valuable = valuable
        name = f"{DOMAIN}.{account_key(owner)}" + (f".{suffix}" if suffix else "")
        self._store = Store[dict[str, Any]](
            hass, _STORAGE_VERSION, name, private=private, atomic_writes=valuable
        )

    async def load(self) -> object:
        """Return the content, None if there is none that can be read."""
        try:
            return await self._store.async_load()
        except HomeAssistantError as err:
            if self._valuable:
                self._leave_alone(err)
            elif not isinstance(err, UnsupportedStorageVersionError):
                self._log_as_empty(err)
        except (NotImplementedError, KeyError, TypeError) as err:
            if self._valuable or not isinstance(err, NotImplementedError):
                self._log_as_empty(err)
        return None

    def _log_as_empty(self, err: Exception) -> None:
        name = self._store.key
        _LOGGER.warning("%s makes no sense and counts as empty: %s", name, type(err).__name__)

    def _leave_alone(self, err: HomeAssistantError) -> None:
        self._store.make_read_only()
        self.writable = False
        newer = isinstance(err, UnsupportedStorageVersionError)
        _LOGGER.warning(
            "%s stays as it is, and nothing new is written to it: %s",
            self._store.key,
            "a newer version of the integration has written it" if newer else "no way to read it",
        )

    async def save(self, content: dict[str, Any]) -> None:
        """Save now."""
        await self._store.async_save(content)

    async def holds(self, content: dict[str, Any]) -> bool:
        """Return whether the file has this content. Home Assistant only logs a write that fails."""
        try:
            return self.writable and await self._store.async_load() == content
        except HomeAssistantError:
            return False

    @callback
    def save_soon(self, content: Callable[[], dict[str, Any]], seconds: float) -> None:
        """Save in some seconds, at the latest when Home Assistant stops."""
        self._store.async_delay_save(content, seconds)

    async def remove(self) -> None:
        """Delete the file."""
        await self._store.async_remove()
