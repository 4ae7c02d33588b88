"""Repair issues about the files with limits and play time, which no request brings back."""

from collections.abc import Iterable
from enum import StrEnum
from typing import Final

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import issue_registry as ir
from homeassistant.helpers.storage import STORAGE_DIR

from ..const import DOMAIN
from ..documentation import repair_url
from ..markdown import escaped, named
from .playtime import Allowances, PlaytimeFiles

_UNSAVED: Final = "files_not_saved"
_LATEST_NEWER: Final = "playtime_now_of_newer_version"


class Stored(StrEnum):
    """What the files are about; the value is the begin of the translation keys."""

    LIMITS = "limits"
    PLAYTIME = "playtime"

    @property
    def damaged_key(self) -> str:
        """The translation key of the issue about damaged files."""
        return f"{self}_damaged"

    @property
    def newer_key(self) -> str:
        """The translation key of the issue about files of a newer version, which are left alone."""
        return f"{self}_of_newer_version"


class FileIssues:
    """The repair issues about the files of one account: damaged, of a newer version, or impossible to write."""

    def __init__(
        self, hass: HomeAssistant, entry: ConfigEntry, limits: Allowances, playtime: PlaytimeFiles
    ) -> None:
        """Tell about files of limits and play time."""
        self._hass = hass
        self._entry = entry
        self._kinds: dict[Stored, Allowances | PlaytimeFiles] = {
            Stored.LIMITS: limits,
            Stored.PLAYTIME: playtime,
        }
        self._files = (*limits.files, *playtime.files)

    @callback
    def update(self) -> None:
        """Tell what loading the files has found, and from now on whether they can be written."""
        for stored, kind in self._kinds.items():
            if kept := [it.aside for it in kind.files if it.damaged and it.aside]:
                self._tell_damaged(stored.damaged_key, kind.lost, kept)
            self._tell_newer(stored, kind)
        for file in self._files:
            file.on_failing = self._failing_changed
        self._failing_changed()

    async def begin_anew(self, stored: Stored) -> None:
        """Write anew what a newer version has written, and keep that aside: a person has confirmed it."""
        await self._kinds[stored].begin_anew()

    def _failing_changed(self) -> None:
        if any(it.failing for it in self._files):
            self._create(_UNSAVED)
        else:
            self._delete(_UNSAVED)

    def _tell_damaged(
        self, translation_key: str, lost: set[str] | None, kept: Iterable[str]
    ) -> None:
        """Create an issue that stays until a person confirms it: what is lost has to be set again."""
        names = {str(it.unique_id): it.title for it in self._entry.subentries.values()}
        names[str(self._entry.unique_id)] = self._entry.title
        affected = sorted(name for xuid, name in names.items() if lost is None or xuid in lost)
        if affected:
            self._create(
                translation_key,
                persistent=True,
                people=", ".join(map(escaped, affected)),
                files=_in_folder(kept),
            )

    def _tell_newer(self, stored: Stored, kind: Allowances | PlaytimeFiles) -> None:
        """Create an issue that stays until the file can be read again, or a person wants to begin anew."""
        if locked := [it.key for it in kind.files if it.locked]:
            self._create(stored.newer_key, stored=stored, files=_in_folder(locked))
            return
        self._delete(stored.newer_key)
        if kept := [it.aside for it in kind.files if it.newer and it.aside]:
            self._create(_LATEST_NEWER, persistent=True, files=_in_folder(kept))

    def _create(
        self,
        translation_key: str,
        *,
        persistent: bool = False,
        stored: Stored | None = None,
        **placeholders: str,
    ) -> None:
        """Create an issue. A person can confirm a `persistent` one, and begin anew with one about what is `stored`."""
        entry = self._entry
        ir.async_create_issue(
            self._hass,
            DOMAIN,
            self._issue_id(translation_key),
            config_entry_id=entry.entry_id,
            data={"entry_id": entry.entry_id, "stored": stored} if stored else None,
            is_fixable=bool(persistent or stored),
            is_persistent=persistent,
            severity=ir.IssueSeverity.ERROR,
            learn_more_url=repair_url(translation_key),
            translation_key=translation_key,
            translation_placeholders=named(account=entry.title) | placeholders,
        )

    def _delete(self, translation_key: str) -> None:
        ir.async_delete_issue(self._hass, DOMAIN, self._issue_id(translation_key))

    def _issue_id(self, translation_key: str) -> str:
        return f"{translation_key}_{self._entry.entry_id}"


def _in_folder(names: Iterable[str]) -> str:
    return ", ".join(f"`{STORAGE_DIR}/{it}`" for it in names)
