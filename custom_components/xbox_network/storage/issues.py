"""Repair issues about the files with limits and play time, which no request brings back."""

from collections.abc import Iterable
from typing import Final

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import issue_registry as ir
from homeassistant.helpers.storage import STORAGE_DIR

from ..const import DOMAIN
from ..documentation import repair_url
from ..markdown import escaped, named
from .playtime import Allowances, PlaytimeFiles

_NEWER: Final = "files_of_newer_version"
_UNSAVED: Final = "files_not_saved"


class FileIssues:
    """The repair issues about the files of one account: damaged, of a newer version, or impossible to write."""

    def __init__(
        self, hass: HomeAssistant, entry: ConfigEntry, limits: Allowances, playtime: PlaytimeFiles
    ) -> None:
        """Tell about files of limits and play time."""
        self._hass = hass
        self._entry = entry
        self._kinds: dict[str, Allowances | PlaytimeFiles] = {
            "limits_damaged": limits,
            "playtime_damaged": playtime,
        }
        self._files = (*limits.files, *playtime.files)

    @callback
    def update(self) -> None:
        """Tell what loading the files has found, and from now on whether they can be written."""
        for translation_key, kind in self._kinds.items():
            if kept := [it.aside for it in kind.files if it.damaged and it.aside]:
                self._tell_damaged(translation_key, kind.lost, kept)
        self._set(_NEWER, active=any(it.newer for it in self._files))
        for file in self._files:
            file.on_failing = self._failing_changed
        self._failing_changed()

    def _failing_changed(self) -> None:
        self._set(_UNSAVED, active=any(it.failing for it in self._files))

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
                people=", ".join(map(escaped, affected)),
                files=", ".join(f"`{STORAGE_DIR}/{it}`" for it in kept),
            )

    def _set(self, translation_key: str, *, active: bool) -> None:
        if active:
            self._create(translation_key)
        else:
            ir.async_delete_issue(self._hass, DOMAIN, self._issue_id(translation_key))

    def _create(self, translation_key: str, **placeholders: str) -> None:
        entry = self._entry
        confirmed = bool(placeholders)
        ir.async_create_issue(
            self._hass,
            DOMAIN,
            self._issue_id(translation_key),
            config_entry_id=entry.entry_id,
            is_fixable=confirmed,
            is_persistent=confirmed,
            severity=ir.IssueSeverity.ERROR,
            learn_more_url=repair_url(translation_key),
            translation_key=translation_key,
            translation_placeholders=named(account=entry.title) | placeholders,
        )

    def _issue_id(self, translation_key: str) -> str:
        return f"{translation_key}_{self._entry.entry_id}"
