"""A file of one account in Home Assistant's storage that survives its own trouble."""

import asyncio
import contextlib
import hashlib
import logging
from collections.abc import Callable
from enum import Enum, auto
from functools import partial
from pathlib import Path
from typing import Any, Final, override

from homeassistant.core import CoreState, HomeAssistant, callback
from homeassistant.exceptions import HomeAssistantError, UnsupportedStorageVersionError
from homeassistant.helpers.storage import Store
from homeassistant.util import dt as dt_util
from homeassistant.util.hass_dict import HassKey

from ..const import DOMAIN
from .disk import (
    STORAGE_MINOR_VERSION,
    STORAGE_VERSION,
    Aside,
    aside_name,
    delete,
    examine,
    keep_aside,
    move_folder,
)

_LOGGER = logging.getLogger(__name__)

# Seconds until a write that has failed is tried again.
RETRY_SECONDS: Final = 300.0

# What Home Assistant's store raises for content of another form.
_ODD: Final = (HomeAssistantError, OSError, NotImplementedError, LookupError, TypeError, ValueError)

_FILES: HassKey[dict[str, AccountFile]] = HassKey(f"{DOMAIN}_files")


def account_key(xuid: str) -> str:
    """Return the part of a file name that stands for an account.

    Home Assistant logs the names of these files, so the name holds no xuid.
    """
    return hashlib.sha256(xuid.encode()).hexdigest()[:16]


class WhenNewer(Enum):
    """What becomes of a file that a newer version of the integration has written, which cannot be read."""

    OVERWRITTEN = auto()  # a request brings the content back
    KEPT_ASIDE = auto()  # nobody else knows it, but all goes well without it
    LEFT_ALONE = auto()  # nothing is written before a person says so: see `AccountFile.begin_anew`


@callback
def account_file(
    hass: HomeAssistant,
    owner: str,
    suffix: str | None = None,
    *,
    valuable: bool = False,
    when_newer: WhenNewer = WhenNewer.OVERWRITTEN,
) -> AccountFile:
    """Return the file of an account, by the account's xuid. It is one object, also after a reload.

    Content that could not be written yet is not lost with a reload, and not written after a removal.
    """
    name = f"{DOMAIN}.{account_key(owner)}" + (f".{suffix}" if suffix else "")
    known = hass.data.setdefault(_FILES, {})
    if name not in known:
        known[name] = AccountFile(hass, name, valuable=valuable, when_newer=when_newer)
    return known[name]


class AccountFile(Store[dict[str, Any]]):
    """A file of one account. What cannot be read counts as empty, what cannot be written is tried again later.

    A `valuable` file holds facts that no request brings back: if it is damaged, it is kept aside before the first
    write, any other file is overwritten. What is `newer` was written by a newer version of the integration, and is
    `locked` as long as it is left alone. What a later minor version has written is read; a valuable file stays one
    of that version, as its readers keep what they do not know.
    """

    def __init__(
        self,
        hass: HomeAssistant,
        name: str,
        *,
        valuable: bool,
        when_newer: WhenNewer = WhenNewer.OVERWRITTEN,
    ) -> None:
        """Prepare; nothing is read or written yet."""
        super().__init__(hass, STORAGE_VERSION, name, private=True, atomic_writes=valuable)
        self.on_failing: Callable[[], None] = lambda: None
        self.failing = False
        self.newer = False
        self.locked = False
        self.aside: str | None = None
        self.damaged = False
        self._valuable = valuable
        self._when_newer = when_newer
        self._keep_aside: Callable[[], None] | None = None
        self._disk = asyncio.Lock()
        self._content: Callable[[], dict[str, Any]] = dict
        self._removed = False

    @property
    def to_replace(self) -> bool:
        """Whether the file on the disk could not be read, and a whole one is to take its place."""
        return self.damaged or (self.newer and not self.locked)

    async def load(self) -> dict[str, Any] | None:
        """Return the content, None if there is none that can be read. A write that is under way ends first."""
        async with self._disk:
            self.newer = self.locked = self.damaged = False
            if not self.failing:  # else what waits for the disk is newer than the disk
                self.aside = self._keep_aside = None
                self.minor_version = STORAGE_MINOR_VERSION
                found = await self.hass.async_add_executor_job(examine, Path(self.path))
                if found.damaged:
                    content = found.content if self._valuable else None
                    self._take_minor_version(found.minor_version)
                    self.mark_damaged()
                    return content if isinstance(content, dict) else None
            return await self._load_readable()

    async def _load_readable(self) -> dict[str, Any] | None:
        try:
            content: object = await self.async_load()
        except UnsupportedStorageVersionError:
            self._mark_newer()
            return None
        except _ODD:
            self.mark_damaged()
            return None
        if content is None or isinstance(content, dict):
            return content
        self.mark_damaged()
        return None

    @callback
    def mark_damaged(self) -> None:
        """Note that the content, or a part of it, makes no sense. A valuable file is kept aside."""
        if self.damaged:
            return
        self.damaged = True
        self._prepare_aside(Aside.DAMAGED, keep_aside if self._valuable else move_folder)
        if not self._valuable:
            _LOGGER.warning("%s makes no sense and counts as empty", self.key)
            return
        _LOGGER.warning(
            "%s is damaged. What makes no sense in it counts as empty; the file is kept as %s",
            self.key,
            self.aside,
        )

    def _mark_newer(self) -> None:
        self.newer = True
        self.locked = self._when_newer is WhenNewer.LEFT_ALONE
        if self.locked:
            _LOGGER.warning(
                "%s stays as it is, and nothing new is written to it: "
                "a newer version of the integration has written it",
                self.key,
            )
        elif self._when_newer is WhenNewer.KEPT_ASIDE:
            self._keep_newer()

    @callback
    def begin_anew(self) -> None:
        """Have the next write take the place of what a newer version has written, which is kept aside."""
        if self.locked:
            self.locked = False
            self._keep_newer()

    def _keep_newer(self) -> None:
        self._prepare_aside(Aside.NEWER, keep_aside)
        _LOGGER.warning(
            "%s begins anew: a newer version of the integration has written it, which is kept as %s",
            self.key,
            self.aside,
        )

    def _prepare_aside(self, why: Aside, keep: Callable[[Path, Path], None]) -> None:
        self.aside = aside_name(self.key, why, dt_util.utcnow())
        path = Path(self.path)
        self._keep_aside = partial(keep, path, path.with_name(self.aside))

    def _take_minor_version(self, minor_version: object) -> None:
        if self._valuable and type(minor_version) is int:
            self.minor_version = max(STORAGE_MINOR_VERSION, minor_version)

    @override
    async def _async_migrate_func(
        self, old_major_version: int, old_minor_version: int, old_data: Any
    ) -> Any:
        """Return content of another minor version as it is."""
        if old_major_version != self.version:
            raise NotImplementedError
        self._take_minor_version(old_minor_version)
        return old_data

    async def save(self, content: dict[str, Any]) -> bool:
        """Save now, and return whether the content is on the disk.

        The write goes on if the caller is cancelled. If it fails, it is tried again later.
        """
        self._content = lambda: content
        name = f"{self.key} save"
        await asyncio.shield(self.hass.async_create_task(super().async_save(content), name))
        # in the middle of a stop it waits for the last writes
        waits = self.failing or self.hass.state is CoreState.stopping
        return not (waits or self.locked or self._removed)

    @callback
    def save_soon(self, content: Callable[[], dict[str, Any]], seconds: float) -> None:
        """Save in some seconds, at the latest when Home Assistant stops."""
        self._content = content
        if not self.failing:  # else another try is under way
            self.async_delay_save(self._latest, seconds)

    async def remove(self) -> None:
        """Delete the file and what was kept aside of it; nothing is written any more. Raises `OSError`."""
        self._removed = True
        known = self.hass.data.get(_FILES, {})
        if known.pop(self.key, None) and not known:
            del self.hass.data[_FILES]
        with contextlib.suppress(OSError):  # a folder may be in its place
            await self.async_remove()
        await self.hass.async_add_executor_job(delete, Path(self.path))

    def _latest(self) -> dict[str, Any]:
        return self._content()

    @override
    async def async_save(self, data: dict[str, Any]) -> None:
        """Write nothing: the store calls this while it reads another minor version, before anybody has looked."""

    @override
    async def _async_handle_write_data(self, *_args: Any) -> None:
        """Write what waits for it, but not while the file is read: until then that finds what waits."""
        async with self._disk:
            await super()._async_handle_write_data()  # type: ignore[no-untyped-call]

    @override
    async def _async_write_data(self, data: dict[str, Any]) -> None:
        """Write, as Home Assistant's store does; the store itself would only log that it has failed."""
        if self._removed or self.locked:
            return
        try:
            if self._keep_aside:
                await self.hass.async_add_executor_job(self._keep_aside)
                self._keep_aside = None
            await super()._async_write_data(data)
        except (HomeAssistantError, OSError) as err:
            self._set_failing(type(err).__name__)
            if self.hass.state not in (CoreState.final_write, CoreState.stopped):
                self.async_delay_save(self._latest, RETRY_SECONDS)
        else:
            self._set_failing(None)

    def _set_failing(self, reason: str | None) -> None:
        if self.failing is bool(reason):
            return
        self.failing = bool(reason)
        if reason:
            _LOGGER.warning("%s cannot be written: %s. This is tried again", self.key, reason)
        else:
            _LOGGER.info("%s is written again", self.key)
        if not self._removed:
            self.on_failing()
