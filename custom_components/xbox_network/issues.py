"""Repair issues: an account or a console that needs a person, friends who are gone or hidden.

Only answers of the network count: an outage neither creates an issue nor deletes one.
"""

import time
from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Final

from homeassistant.config_entries import ConfigEntry, ConfigSubentry
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import device_registry as dr, issue_registry as ir

from .const import DOMAIN, SUBENTRY_FRIEND
from .documentation import repair_url
from .error_texts import error_key, error_placeholders
from .markdown import named
from .sign_in_way import is_built_in
from .xbox.consoles.console import ConsoleSnapshot
from .xbox.endpoints import Service
from .xbox.errors import XboxApplicationError, XboxAuthError, XboxError, needs_person
from .xbox.people.person import PersonSnapshot

# Seconds until a friend gets an issue: a setting may change for an evening, a service may fail briefly.
LASTING_SECONDS: Final = 3600.0

REMOTE_FEATURES_OFF: Final = "remote_features_off"
BUILT_IN_REFUSED: Final = "built_in_refused"


@callback
def delete_issues(hass: HomeAssistant, entry: ConfigEntry) -> None:
    """Delete the repair issues of a disabled account, except those that a person has to confirm."""
    registry = ir.async_get(hass)
    for domain, issue_id in list(registry.issues):
        issue = registry.issues[domain, issue_id]
        if issue.config_entry_id == entry.entry_id and not issue.is_persistent:
            ir.async_delete_issue(hass, domain, issue_id)


@callback
def account_issue_key(hass: HomeAssistant, entry: ConfigEntry) -> str | None:
    """Return the translation key of the repair issue that is open for an account, None without one."""
    issue = ir.async_get(hass).async_get_issue(DOMAIN, _account_issue_id(entry))
    return issue.translation_key if issue else None


@callback
def update_account_issue(hass: HomeAssistant, entry: ConfigEntry, err: XboxError | None) -> None:
    """Create a repair issue for an error of an account that only a person can solve.

    Delete it without an error, or after a refusal of another kind. An outage changes nothing.
    """
    if err and needs_person(err):
        key = _account_key(entry, err)
        ir.async_create_issue(
            hass,
            DOMAIN,
            _account_issue_id(entry),
            config_entry_id=entry.entry_id,
            is_fixable=False,
            severity=ir.IssueSeverity.ERROR,
            learn_more_url=getattr(err, "redirect", None) or repair_url(key),
            translation_key=key,
            translation_placeholders={
                **named(account=entry.title),
                **error_placeholders(err),
                "documentation_url": repair_url(key),
            },
        )
    elif err is None or isinstance(err, XboxAuthError):
        ir.async_delete_issue(hass, DOMAIN, _account_issue_id(entry))


def _account_key(entry: ConfigEntry, err: XboxError) -> str:
    """Return the translation key of an error of an account that only a person can solve."""
    refused = isinstance(err, XboxApplicationError) and err.service == Service.ENTRA
    if refused and is_built_in(entry.data["auth_implementation"]):
        return BUILT_IN_REFUSED
    return error_key(err)


def _account_issue_id(entry: ConfigEntry) -> str:
    return f"account_{entry.entry_id}"


@callback
def update_consoles_issue(
    hass: HomeAssistant, entry: ConfigEntry, *, refused: bool, accepted: bool
) -> None:
    """Create a repair issue if the consoles of an account are refused; delete it if they are accepted.

    While neither is known, the issue stays as it is.
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
            learn_more_url=repair_url("consoles_refused"),
            translation_key="consoles_refused",
            translation_placeholders=named(account=entry.title),
        )
    elif accepted:
        ir.async_delete_issue(hass, DOMAIN, issue_id)


@callback
def update_remote_features_issues(
    hass: HomeAssistant,
    entry: ConfigEntry,
    consoles: Iterable[ConsoleSnapshot],
    *,
    refused: bool,
) -> None:
    """Create a repair issue for each console that refuses because its remote features are off.

    Delete it once the console answers or is gone, and while the account itself is `refused`: that is one issue.
    The id has the device's id in Home Assistant, not the console's.
    """
    registry = dr.async_get(hass)
    with ir.async_refresh_issues(
        hass, DOMAIN, issue_id_pattern=REMOTE_FEATURES_OFF, config_entry_id=entry.entry_id
    ) as refresh:
        for console in () if refused else consoles:
            device = registry.async_get_device_by_identifier(
                (DOMAIN, console.console_id), entry.entry_id
            )
            if device is None or device.disabled or console.gone:
                continue
            issue_id = f"{REMOTE_FEATURES_OFF}_{device.id}"
            if console.remote_features_off:
                _create_remote_features_issue(hass, entry, issue_id, device)
            elif console.remote_features_off is None:
                refresh.async_keep([issue_id])


@callback
def delete_remote_features_issue(hass: HomeAssistant, device_id: str) -> None:
    """Delete the repair issue of a console that goes over to another account, which it may answer."""
    ir.async_delete_issue(hass, DOMAIN, f"{REMOTE_FEATURES_OFF}_{device_id}")


def _create_remote_features_issue(
    hass: HomeAssistant, entry: ConfigEntry, issue_id: str, device: dr.DeviceEntry
) -> None:
    ir.async_create_issue(
        hass,
        DOMAIN,
        issue_id,
        config_entry_id=entry.entry_id,
        is_fixable=False,
        severity=ir.IssueSeverity.WARNING,
        learn_more_url=repair_url(REMOTE_FEATURES_OFF),
        translation_key=REMOTE_FEATURES_OFF,
        translation_placeholders=named(console=device.name_by_user or device.name or "Xbox"),
    )


class _FriendProblem(StrEnum):
    """The problem of a friend; the value is the translation key of its issue."""

    GONE = "friend_gone"
    UNSEEN = "friend_unseen"

    def issue_id(self, friend: ConfigSubentry) -> str:
        """Return the id of the repair issue about a friend. It has no personal data."""
        return f"{self}_{friend.subentry_id}"


class FriendIssues:
    """The repair issues about the friends of one account, at most one for each friend."""

    def __init__(self, hass: HomeAssistant, entry: ConfigEntry) -> None:
        """Start without known problems."""
        self._hass = hass
        self._entry = entry
        self._since: dict[str, float] = {}

    @callback
    def update(self, people: Mapping[str, PersonSnapshot]) -> None:
        """Create issues for lasting problems; delete issues of solved problems and of removed friends."""
        with ir.async_refresh_issues(
            self._hass, DOMAIN, issue_id_pattern="friend_", config_entry_id=self._entry.entry_id
        ) as refresh:
            previous, self._since = self._since, {}
            for friend in self._entry.get_subentries_of_type(SUBENTRY_FRIEND):
                person = people.get(str(friend.unique_id))
                if person is None or not _is_certain(person):
                    refresh.async_keep(problem.issue_id(friend) for problem in _FriendProblem)
                elif problem := _problem(person):
                    issue_id = problem.issue_id(friend)
                    now = time.monotonic()
                    self._since[issue_id] = previous.get(issue_id, now)
                    if now - self._since[issue_id] >= LASTING_SECONDS:
                        self._create(problem, friend)
                    else:
                        refresh.async_keep([issue_id])

    def _create(self, problem: _FriendProblem, friend: ConfigSubentry) -> None:
        ir.async_create_issue(
            self._hass,
            DOMAIN,
            problem.issue_id(friend),
            config_entry_id=self._entry.entry_id,
            is_fixable=False,
            severity=ir.IssueSeverity.WARNING,
            learn_more_url=repair_url(problem),
            translation_key=problem,
            translation_placeholders=named(account=self._entry.title, name=friend.title),
        )


def _is_certain(person: PersonSnapshot) -> bool:
    """Return whether a person is gone, or has a current presence and profile."""
    return person.gone or (person.presence_current and person.profile_current)


def _problem(person: PersonSnapshot) -> _FriendProblem | None:
    """Return the problem that hides a person from the account, if a user can solve it."""
    if person.gone:
        return _FriendProblem.GONE
    stranger = person.profile is not None and person.profile.is_friend is False
    return _FriendProblem.UNSEEN if stranger and person.presence.online is None else None
