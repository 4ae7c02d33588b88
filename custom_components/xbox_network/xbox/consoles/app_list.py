"""The list of apps that are installed on one console: the known ones, and when it is read again."""

import math
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from ..gaps import Gap, fill_items
from ..http.backoff import Backoff
from ..models.base import PartialItems
from ..models.consoles import InstalledApp
from .focused_app import family_of, installed_of, system_kind
from .status_memory import LOOK_AGAIN_SECONDS

APPS_SECONDS: Final = 3600.0
_RETRY_SECONDS: Final = 60.0
_LONGEST_RETRY_SECONDS: Final = 900.0
_REFUSED_SECONDS: Final = 3600.0

type Apps = tuple[InstalledApp, ...]


def _backoff() -> Backoff:
    return Backoff(
        first_backoff=_RETRY_SECONDS,
        longest_backoff=_LONGEST_RETRY_SECONDS,
        longest_refused=_REFUSED_SECONDS,
    )


@dataclass(slots=True)
class AppList:
    """The installed apps of a console. Times are `time.monotonic`, `on_change` gets new lists.

    What an answer leaves out and the one before had is still there; twice in a row it is believed. In an answer with
    items that cannot be read nothing is missing.
    """

    apps: Apps = ()
    on_change: Callable[[Apps], None] = lambda _: None
    backoff: Backoff = field(default_factory=_backoff)
    busy: bool = False
    _told: Apps = ()  # the latest answer
    _gap: Gap = field(default_factory=Gap)
    _read_at: float = -math.inf
    _wanted: bool = True
    _foreign_until: float = -math.inf
    _is_foreign: bool = False
    _unlisted_families: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        """Take kept apps for the latest answer."""
        self._told = self.apps

    def request(self) -> None:
        """Have the list read at the next refresh."""
        self._wanted = True

    def forget_words(self) -> None:
        """Have the list read anew: the names of the apps are in an earlier language."""
        self._is_foreign, self._foreign_until = True, time.monotonic()
        self.request()

    def due_at(self, aumid: str | None, *, is_on: bool) -> float:
        """Return when the list is due: hourly while on, and when an unlisted app is in front."""
        if self.busy:
            return math.inf
        if self.backoff.failing_since is not None:
            return self.backoff.retry_at
        if self._wanted:
            return -math.inf
        if self._gap.begins_at(self._read_at):
            return self._read_at + LOOK_AGAIN_SECONDS
        if self._is_unlisted(aumid):
            return -math.inf
        return self._read_at + APPS_SECONDS if is_on else math.inf

    def allowed_at(self) -> float:
        """Return the moment from which the list may be read because the user asked for a missing app."""
        return math.inf if self.busy else max(self._read_at + _RETRY_SECONDS, self.backoff.retry_at)

    def update(self, answer: Apps, aumid: str | None, now: float) -> None:
        """Take over an answer; `aumid` is the app in front."""
        self.backoff.succeeded()
        is_partial = isinstance(answer, PartialItems)
        apps = fill_items(answer, self.apps if is_partial else self._told)
        self._told = apps if is_partial else answer
        self._gap.update(is_partial or apps is not answer, now)
        is_told = now >= self._foreign_until  # else it was asked for in an earlier language
        self._read_at, self._wanted = now, not is_told
        if aumid and not self._gap.begins_at(now):
            # an app that even the new list lacks is a part of the system: no reason to read the list again
            self._unlisted_families.add(family_of(aumid))
        if apps != self.apps or (self._is_foreign and is_told):
            self._is_foreign = self._is_foreign and not is_told
            self.apps = tuple(apps)
            self.on_change(self.apps)

    def learn(self, apps: Apps) -> None:
        """Take over what another account knows, until this one has an answer of its own."""
        self.apps = self._told = apps
        self.on_change(apps)

    def _is_unlisted(self, aumid: str | None) -> bool:
        """Tell whether the app in front is not in the list: it may be new."""
        if not aumid or system_kind(aumid) or installed_of(aumid, self.apps):
            return False
        return family_of(aumid) not in self._unlisted_families
