"""The account's list of consoles: when it is read, and what it says about consoles that it lacks.

A single list may be incomplete: one that says little is read again soon. While a console is missed, and for the grace
time while items cannot be read or a console from before a restart is not named, it is read every minute.
"""

import math
import time
from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Final

from ..errors import ConsoleProblem, XboxForbiddenError, console_problem
from ..gaps import Gap
from ..http.backoff import GRACE_SECONDS, Backoff
from ..models.base import PartialItems
from ..models.consoles import Console
from .app_list import AppList
from .console import WatchedConsole
from .expectations import Expectations
from .installed_apps import InstalledApps
from .status_memory import LOOK_AGAIN_SECONDS

LIST_SECONDS: Final = 600.0
# Seconds until the next list while a console is missed.
LIST_AGAIN_SECONDS: Final = 60.0
REFUSED_LIST_SECONDS: Final = 3600.0


def _backoff() -> Backoff:
    return Backoff(grace=GRACE_SECONDS)


@dataclass(slots=True)
class ConsoleList:
    """The consoles of an account. Times are `time.monotonic`.

    `listed` is whether the list has ever been read: before that, the absence of consoles means nothing. `listed_at`
    is when the latest one that was answered was asked for. `expectations` are those of all accounts, by console id.
    """

    installed_apps: InstalledApps = field(default_factory=InstalledApps)
    expectations: dict[str, Expectations] = field(default_factory=dict)
    consoles: dict[str, WatchedConsole] = field(default_factory=dict)
    backoff: Backoff = field(default_factory=_backoff)
    busy: bool = False
    listed: bool = False
    listed_at: float = -math.inf
    due_at: float = -math.inf
    _asked_at: float = -math.inf
    _gap: Gap = field(default_factory=Gap)

    @property
    def refused(self) -> bool:
        """Whether the service refuses the consoles of this account: remote features are off."""
        err = self.backoff.error
        disabled = console_problem(err) is ConsoleProblem.REMOTE_MANAGEMENT_DISABLED
        return disabled or isinstance(err, XboxForbiddenError)

    def request(self) -> None:
        """Have the list read at the next refresh."""
        self.due_at = -math.inf

    def request_again(self) -> None:
        """Have the list read a minute after the latest one, unless it fails."""
        if self.backoff.error is None:
            self.due_at = min(self.due_at, self._asked_at + LIST_AGAIN_SECONDS)

    def mark_asked(self, now: float) -> None:
        """Take note that the list is being read."""
        self.busy, self._asked_at = True, now

    def mark_doubted(self, now: float) -> None:
        """Take note that a console is said not to be linked: the next list decides."""
        self.due_at = min(self.due_at, max(now, self._asked_at + LIST_AGAIN_SECONDS))

    def mark_failed(self, least_pause: float) -> None:
        """Set the moment of the next attempt after a failure, with a minimum pause in seconds."""
        if self.refused and self.backoff.failures > 1:
            # one refusal alone may be a hiccup of the gateway (S7.8)
            least_pause = REFUSED_LIST_SECONDS
        self.due_at = max(self.backoff.retry_at, time.monotonic() + least_pause)

    def update(self, found: tuple[Console, ...]) -> None:
        """Take over an answer. In a list with items that cannot be read no console is missing."""
        now = self._asked_at
        self.listed, self.listed_at = True, now
        by_id = {console.console_id: console for console in found}
        has_gap = [self._watched(facts).update_facts(facts) for facts in by_id.values()]
        missing = [it for it in self.consoles.values() if it.console_id not in by_id]
        is_partial = isinstance(found, PartialItems)
        for console in missing:
            if is_partial:
                console.mark_unread(now)
            else:
                console.mark_missing(now)
        is_missed = any(it.is_missed(now) for it in missing)
        unseen = self.installed_apps.console_ids - self.consoles.keys()
        is_doubtful = is_partial or bool(unseen)
        says_little = is_missed or is_doubtful or not self.consoles or any(has_gap)
        self._gap.update(says_little, now)
        self.due_at = now + self._pause(now, is_missed=is_missed, is_doubtful=is_doubtful)
        self._forget_apps(unseen, now, is_partial=is_partial)

    def _watched(self, facts: Console) -> WatchedConsole:
        console_id = facts.console_id
        if console_id not in self.consoles:
            apps = AppList(
                self.installed_apps.of(console_id),
                lambda apps: self.installed_apps.keep(console_id, apps),
            )
            expected = self._expected(console_id)
            self.consoles[console_id] = WatchedConsole(facts, apps, expectations=expected)
        watched = self.consoles[console_id]
        if not self.installed_apps.of(console_id) and watched.app_list.apps:
            self.installed_apps.keep(console_id, watched.app_list.apps)  # it was gone
        return watched

    def _expected(self, console_id: str) -> Expectations:
        """Return what commands have led to, those of an account that is gone or loaded anew, too."""
        known = self.expectations.setdefault(console_id, Expectations())
        if known.is_over(self._asked_at):
            known.clear()
        return known

    def _pause(self, now: float, *, is_missed: bool, is_doubtful: bool) -> float:
        if self._gap.begins_at(now):
            return LOOK_AGAIN_SECONDS
        in_doubt = is_missed or (is_doubtful and not self._is_out(now))
        return LIST_AGAIN_SECONDS if in_doubt else LIST_SECONDS

    def _is_out(self, now: float) -> bool:
        """Tell whether lists have said little for the grace time."""
        return self._gap.since is not None and now - self._gap.since >= GRACE_SECONDS

    def _forget_apps(self, unseen: Collection[str], now: float, *, is_partial: bool) -> None:
        """Forget the kept apps of consoles that are gone, or that no list has named for the grace time."""
        gone = {it.console_id for it in self.consoles.values() if it.gone}
        if not is_partial and self._is_out(now):
            gone |= set(unseen)
        self.installed_apps.forget(gone)
