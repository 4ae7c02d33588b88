"""Repair issues: an account that needs a person, consoles that are refused, friends that are gone or hidden.

Only answers of the network count: an outage neither raises an issue nor deletes one.
"""

import time
from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from homeassistant.config_entries import ConfigEntry, ConfigSubentry
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import issue_registry as ir

from .const import DOCUMENTATION, DOMAIN, SUBENTRY_FRIEND
from .error_texts import error_key, error_placeholders
from .xbox.errors import XboxAuthError, XboxError, needs_person
from .xbox.people.person import PersonSnapshot

# A setting is changed for an evening, a service has a bad moment: nobody has to do anything so soon.
LASTING_SECONDS: Final = 3600.0


@callback
def account_issue_key(hass: HomeAssistant, entry: ConfigEntry) -> str | None:
    """Return the translation key of the repair issue that is open for an account, None without one."""
    issue = ir.async_get(hass).async_get_issue(DOMAIN, _account_issue_id(entry))
    return issue.translation_key if issue else None


@callback
def update_account_issue(hass: HomeAssistant, entry: ConfigEntry, err: XboxError | None) -> None:
    """Raise a repair issue for what only a person can mend.

    Without an error, or with a refusal of another kind, take it back. An outage says nothing.
    """
    if err and needs_person(err):
        ir.async_create_issue(
            hass,
            DOMAIN,
            _account_issue_id(entry),
            config_entry_id=entry.entry_id,
            is_fixable=False,
            severity=ir.IssueSeverity.ERROR,
            learn_more_url=getattr(err, "redirect", None) or DOCUMENTATION,
            translation_key=error_key(err),
            translation_placeholders={"account": entry.title, **error_placeholders(err)},
        )
    elif err is None or isinstance(err, XboxAuthError):
        ir.async_delete_issue(hass, DOMAIN, _account_issue_id(entry))


def _account_issue_id(entry: ConfigEntry) -> str:
    return f"account_{entry.entry_id}"


@callback
def update_consoles_issue(
    hass: HomeAssistant, entry: ConfigEntry, *, refused: bool, accepted: bool
) -> None:
    """Raise a repair issue while the service refuses the consoles of an account; delete it once they are accepted.

    While neither is known the issue stays as it is.
    """
    issue_id = f"consoles_{entry.entry_id}"
    if refused:
        ir.async_create_issue(
            hass,
            DOMAIN,
            issue_id,
            config_entry_id=entry.entry_id,
            is_fixable=False,
            severity=ir.IssueSeverity.WARNING,
            learn_more_url=DOCUMENTATION,
            translation_key="consoles_refused",
            translation_placeholders={"account": entry.title},
        )
    elif accepted:
        ir.async_delete_issue(hass, DOMAIN, issue_id)


class _Trouble(StrEnum):
    """What can be wrong with a friend; the value is the key of its text."""

    GONE = "friend_gone"
    UNSEEN = "friend_unseen"

    def issue_id(self, friend: ConfigSubentry) -> str:
        """Return the id of the repair issue about a friend. Nothing personal."""
        return f"{self}_{friend.subentry_id}"


class FriendIssues:
    """The repair issues about the friends of one account, one a person at most."""

    def __init__(self, hass: HomeAssistant, entry: ConfigEntry) -> None:
        """Start without knowing since when something has been wrong."""
        self._hass = hass
        self._entry = entry
        self._since: dict[str, float] = {}

    @callback
    def update(self, people: Mapping[str, PersonSnapshot]) -> None:
        """Raise what has lasted; take back what is over, or about somebody who was removed."""
        with ir.async_refresh_issues(
            self._hass, DOMAIN, issue_id_pattern="friend_", config_entry_id=self._entry.entry_id
        ) as refresh:
            before, self._since = self._since, {}
            for friend in self._entry.get_subentries_of_type(SUBENTRY_FRIEND):
                person = people.get(str(friend.unique_id))
                if person is None or not _is_certain(person):
                    refresh.async_keep(trouble.issue_id(friend) for trouble in _Trouble)
                elif trouble := _trouble(person):
                    issue_id = trouble.issue_id(friend)
                    now = time.monotonic()
                    self._since[issue_id] = before.get(issue_id, now)
                    if now - self._since[issue_id] >= LASTING_SECONDS:
                        self._raise(trouble, friend)
                    else:
                        refresh.async_keep([issue_id])

    def _raise(self, trouble: _Trouble, friend: ConfigSubentry) -> None:
        ir.async_create_issue(
            self._hass,
            DOMAIN,
            trouble.issue_id(friend),
            config_entry_id=self._entry.entry_id,
            is_fixable=False,
            severity=ir.IssueSeverity.WARNING,
            learn_more_url=DOCUMENTATION,
            translation_key=trouble,
            translation_placeholders={"account": self._entry.title, "name": friend.title},
        )


def _is_certain(person: PersonSnapshot) -> bool:
    """Tell whether all services have said lately how it is."""
    return person.gone or (person.presence_current and person.profile_current)


def _trouble(person: PersonSnapshot) -> _Trouble | None:
    """Return what keeps the account from seeing a person, as far as somebody can do something."""
    if person.gone:
        return _Trouble.GONE
    stranger = person.profile is not None and person.profile.is_friend is False
    return _Trouble.UNSEEN if stranger and person.presence.online is None else None
