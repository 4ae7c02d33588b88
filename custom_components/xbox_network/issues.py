"""Repair issues about friends of whom nothing can be known any more.

Only answers count: an outage neither raises an issue nor takes one back.
"""

import time
from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from homeassistant.config_entries import ConfigEntry, ConfigSubentry
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import issue_registry as ir

from .const import DOCUMENTATION, DOMAIN, SUBENTRY_FRIEND
from .xbox.people.person import PersonSnapshot

# A setting is changed for an evening, a service has a bad moment: nobody has to do anything so soon.
LASTING_SECONDS: Final = 3600.0


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
