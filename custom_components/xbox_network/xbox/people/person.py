"""One person: what is known, and what is remembered between two looks."""

import math
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Final

from ..caches.titles import TitleCache
from ..models.people import Person
from ..models.titles import Title
from ..presence import UNKNOWN_PRESENCE, Presence

PROFILE_SECONDS: Final = 300.0
BUSY_PROFILE_SECONDS: Final = 60.0
# Data that could not be refreshed for longer than this no longer pass for current.
GRACE_SECONDS: Final = 300.0
# Most people come back to one of few titles.
_MOST_RECENT_TITLES: Final = 5
# A moment further ahead than any time zone or clock explains is no moment.
_FUTURE: Final = timedelta(days=1)
# None in these is no fact but a gap in the answer.
_STEADY_FIELDS: Final = (
    "gamertag",
    "display_pic_raw",
    "gamer_score",
    "detail",
    "multiplayer_summary",
    "is_friend",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonSnapshot:
    """All that is known about a person at one moment.

    `presence_current` and `profile_current` say whether the facts can still pass for true; `gone` is
    whom no service has known for minutes, though they answer.
    """

    xuid: str
    presence: Presence
    profile: Person | None = None
    title: Title | None = None
    last_online: datetime | None = None
    presence_current: bool = False
    profile_current: bool = False
    gone: bool = False


@dataclass(slots=True)
class WatchedPerson:
    """What is remembered of a person between two looks.

    `presence_answered_at` is when it was last answered where the person is, and be it by silence: who hides is left
    out. Whoever peoplehub leaves out is not known there.
    """

    xuid: str
    presence: Presence = UNKNOWN_PRESENCE
    presence_at: float | None = None
    presence_answered_at: float = -math.inf
    profile: Person | None = None
    profile_at: float | None = None
    last_answer: Person | None = None
    unlisted_since: float | None = None
    unlisted_at: float | None = None
    was_asked_about: bool = False
    last_online: datetime | None = None
    has_moved: bool = False
    recent_titles: list[str] = field(default_factory=list)

    def update_presence(self, presence: Presence, now: float) -> bool:
        """Take over a presence; remember, and tell, whether the person went somewhere else.

        One that does not even tell who is online is no statement: what was known stays. So it does when
        a look that began later has answered first.
        """
        if presence.online is None or (self.presence_at is not None and now < self.presence_at):
            return False
        if self._is_gap(presence):
            presence = replace(presence, titles=self.presence.titles, devices=self.presence.devices)
        presence = presence.ordered_like(self.presence)
        moved = self.presence_at is not None and _place(self.presence) != _place(presence)
        self.has_moved |= moved
        self.presence, self.presence_at = presence, now
        self.remember_last_online(presence.last_seen)
        self._remember_titles()
        return moved

    def _remember_titles(self) -> None:
        current = list(dict.fromkeys(title.title_id for title in self.presence.titles))
        older = [title_id for title_id in self.recent_titles if title_id not in current]
        self.recent_titles = [*current, *older[: max(0, _MOST_RECENT_TITLES - len(current))]]

    def _is_gap(self, presence: Presence) -> bool:
        """Tell whether an answer lost its devices: a first one without any."""
        return bool(
            presence.without_devices and self.presence.online and not self.presence.without_devices
        )

    def update_profile(self, person: Person, now: float) -> bool:
        """Take over a profile; tell whether the gamerscore has moved.

        What one answer leaves out stays; what a second leaves out is gone.
        """
        if self.profile_at is not None and now < self.profile_at:
            return False  # a look that began later has answered first
        score = self.profile.gamer_score if self.profile else None
        last, self.last_answer = self.last_answer, person
        missed = {
            name: getattr(last, name)
            for name in _STEADY_FIELDS
            if getattr(person, name) is None and getattr(last, name, None) is not None
        }
        self.profile = person.model_copy(update=missed) if missed else person
        self.profile_at, self.has_moved = now, False
        self.remember_last_online(person.last_seen)
        return score not in (None, self.profile.gamer_score)

    def update_listed(self, there: bool, now: float) -> None:
        """Note whether peoplehub knows the person."""
        if there:
            self.unlisted_since = self.unlisted_at = None
            return
        self.unlisted_at = now
        if self.unlisted_since is None:
            self.unlisted_since = now

    def seconds_hidden(self) -> float:
        """Return how long answers have been silent about where the person is."""
        return (
            math.inf if self.presence_at is None else self.presence_answered_at - self.presence_at
        )

    def seconds_unlisted(self) -> float:
        """Return how long peoplehub has been leaving the person out, from answer to answer."""
        if self.unlisted_since is None or self.unlisted_at is None:
            return 0.0
        return self.unlisted_at - self.unlisted_since

    def remember_last_online(self, moment: datetime | None) -> None:
        """The service jumps between close values: only a later one counts."""
        if moment is None or moment > datetime.now(UTC) + _FUTURE:
            return
        if self.last_online is None or moment > self.last_online:
            self.last_online = moment

    def profile_due_at(self, library: TitleCache) -> float:
        """Return when it is time to look at the person itself."""
        if self.unlisted_at is not None:
            settled = self.seconds_unlisted() >= GRACE_SECONDS
            return self.unlisted_at + (PROFILE_SECONDS if settled else BUSY_PROFILE_SECONDS)
        if self.has_moved or self.profile_at is None:
            return 0.0
        summary = self.profile.multiplayer_summary if self.profile else None
        playing = self.presence.with_kinds(library.is_game).in_game
        busy = playing or (summary and summary.in_party)
        return self.profile_at + (BUSY_PROFILE_SECONDS if busy else PROFILE_SECONDS)


def _place(presence: Presence) -> tuple[object, ...]:
    return presence.online, frozenset((title.title_id, title.device) for title in presence.titles)
