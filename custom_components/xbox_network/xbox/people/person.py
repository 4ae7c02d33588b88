"""One person: the snapshot, and the memory between two refreshes."""

import math
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Final

from ..caches.titles import TitleCache
from ..http.backoff import GRACE_SECONDS
from ..models.people import Person
from ..models.titles import Title
from ..presence import UNKNOWN_PRESENCE, Presence

PROFILE_SECONDS: Final = 300.0
BUSY_PROFILE_SECONDS: Final = 60.0
# The recent titles that push listens to: most people return to one of few.
_MOST_RECENT_TITLES: Final = 5
# A time further ahead than time zones and wrong clocks explain is ignored.
_FUTURE: Final = timedelta(days=1)
# The fields of a profile in which None is no fact but a gap in the answer.
_STEADY_FIELDS: Final = (
    "gamertag",
    "unique_modern_gamertag",
    "display_pic_raw",
    "gamer_score",
    "detail",
    "multiplayer_summary",
    "is_friend",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonSnapshot:
    """The known facts about a person at one moment.

    `presence_current` and `profile_current` are whether these facts count as current. `gone` is whether the
    services have answered for minutes without knowing the person.
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
    """The memory of a person between two refreshes. Times are `time.monotonic`.

    `presence_at` is the time of the latest known presence, `presence_answered_at` that of the latest answer,
    which leaves a hidden person out. `unlisted_since` and `unlisted_at` are the times of the first and the
    latest answer of peoplehub without the person.
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
        """Take over a presence; return whether the person has moved to another title, device or state.

        A presence without an online state changes nothing. Neither does the answer to a request that was
        overtaken by a later one.
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
        """Tell whether an answer is the first without devices while the person is online."""
        return bool(
            presence.without_devices and self.presence.online and not self.presence.without_devices
        )

    def update_profile(self, person: Person, now: float) -> bool:
        """Take over a profile; return whether the gamerscore has changed.

        A field that one answer leaves out stays; a field that a second answer leaves out is gone.
        """
        if self.profile_at is not None and now < self.profile_at:
            return False  # a later request has been answered first
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
        """Take note of whether an answer of peoplehub has the person."""
        if there:
            self.unlisted_since = self.unlisted_at = None
            return
        self.unlisted_at = now
        if self.unlisted_since is None:
            self.unlisted_since = now

    def seconds_hidden(self) -> float:
        """Return the seconds from the latest presence to the latest answer without one."""
        return (
            math.inf if self.presence_at is None else self.presence_answered_at - self.presence_at
        )

    def seconds_unlisted(self) -> float:
        """Return the seconds from the first to the latest answer of peoplehub without the person."""
        if self.unlisted_since is None or self.unlisted_at is None:
            return 0.0
        return self.unlisted_at - self.unlisted_since

    def remember_last_online(self, moment: datetime | None) -> None:
        """Take over a time of being online if it is later: the service jumps between close values."""
        if moment is None or moment > datetime.now(UTC) + _FUTURE:
            return
        if self.last_online is None or moment > self.last_online:
            self.last_online = moment

    def profile_due_at(self, titles: TitleCache) -> float:
        """Return when the profile is due."""
        if self.unlisted_at is not None:
            settled = self.seconds_unlisted() >= GRACE_SECONDS
            return self.unlisted_at + (PROFILE_SECONDS if settled else BUSY_PROFILE_SECONDS)
        if self.has_moved or self.profile_at is None:
            return 0.0
        summary = self.profile.multiplayer_summary if self.profile else None
        playing = self.presence.with_kinds(titles.is_game).in_game
        busy = playing or (summary and summary.in_party)
        return self.profile_at + (BUSY_PROFILE_SECONDS if busy else PROFILE_SECONDS)


def _place(presence: Presence) -> tuple[object, ...]:
    return presence.online, frozenset((title.title_id, title.device) for title in presence.titles)
