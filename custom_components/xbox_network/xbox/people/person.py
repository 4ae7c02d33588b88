"""One person: the snapshot, and the memory between two refreshes."""

import math
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Final

from ..caches.titles import TitleCache
from ..endpoints import Service
from ..gaps import SECOND_LOOK_SECONDS, Gap, fill_gaps
from ..http.backoff import GRACE_SECONDS
from ..models.people import Person
from ..models.presence import PresenceRecord
from ..models.titles import Title
from ..presence import (
    UNKNOWN_PRESENCE,
    Presence,
    presence_of_person,
    presence_of_record,
    primary_title,
    says_offline,
)

PROFILE_SECONDS: Final = 300.0
BUSY_PROFILE_SECONDS: Final = 60.0
# The recent titles that push listens to: most people return to one of few.
_MOST_RECENT_TITLES: Final = 5
# A time of what has happened is no later than the answer that tells it, but for the seconds between two services.
_AHEAD: Final = timedelta(minutes=1)
# Before the network has told its time: further ahead than time zones and a wrong clock of this host explain.
_FAR_AHEAD: Final = timedelta(days=1)
# Seconds until a title of which no service tells whether it is a game makes that unknown: some answers.
_KIND_SECONDS: Final = 25.0
# The fields of a profile about presence: in an ordinary answer they may be missing.
_PRESENCE_FIELDS: Final = frozenset({"last_seen", "presence_details", "presence_state"})
_STEADY_FIELDS: Final = Person.model_fields.keys() - _PRESENCE_FIELDS


@dataclass(frozen=True, slots=True)
class PresenceStatement:
    """The latest statement about a person's presence, and its time (`time.monotonic`).

    `is_current` is whether it still counts as current. `is_hidden` is whether later answers have left the
    person out.
    """

    presence: Presence
    at: float
    is_current: bool
    is_hidden: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonSnapshot:
    """The known facts about a person at one moment.

    `in_game` is that of the presence, or the one before for some seconds while the kind of a title is not known.
    `presence_current` and `profile_current` are whether these facts count as current. `profile_confirmed` is
    whether a second answer has told the profile: what the first one leaves out may be a gap. `score_confirmed` is
    whether two answers have told the same gamerscore. `gone` is whether the services have answered for minutes
    without knowing the person.
    """

    xuid: str
    presence: Presence
    in_game: bool | None = None
    profile: Person | None = None
    title: Title | None = None
    last_online: datetime | None = None
    presence_current: bool = False
    profile_current: bool = False
    profile_confirmed: bool = False
    score_confirmed: bool = False
    gone: bool = False


@dataclass(slots=True)
class GamerscoreMemory:
    """The gamerscore that is shown, and the one that was told last; a fall waits to be told twice in a row.

    So does a first one of zero.

    Answers without a gamerscore neither confirm nor deny. `is_confirmed` is whether two answers in a row have ever
    told the same, `is_doubted` whether the latest one is not shown.
    """

    shown: int | None = None
    told: int | None = None
    is_confirmed: bool = False
    is_doubted: bool = False

    def update(self, told: int | None) -> int | None:
        """Take over what an answer tells, None for nothing; return the gamerscore to show."""
        if told is None:
            return self.shown
        again, self.told = told == self.told, told
        self.is_confirmed |= again
        self.is_doubted = not again and told < (1 if self.shown is None else self.shown)
        if not self.is_doubted:
            self.shown = told
        return self.shown


@dataclass(slots=True)
class WatchedPerson:
    """The memory of a person between two refreshes. Times are `time.monotonic`.

    `presence_at` is the time of the latest known presence, `presence_answered_at` that of the latest answer,
    which leaves a hidden person out. `unlisted_since` and `unlisted_at` are the times of the first and the
    latest answer of peoplehub without the person. `last_record` and `last_answer` are the latest answers as they
    came. `is_demanded` is whether somebody asks for the profile. `presence_gap` and `profile_gap` are about
    whether they say less than is known: the next ones decide.
    """

    xuid: str
    network_time: Callable[[float], float | None] = lambda _: None
    presence: Presence = UNKNOWN_PRESENCE
    presence_at: float | None = None
    presence_answered_at: float = -math.inf
    presence_gap: Gap = field(default_factory=Gap)
    is_demanded: bool = False
    last_record: PresenceRecord | None = None
    profile: Person | None = None
    profile_at: float | None = None
    profile_gap: Gap = field(default_factory=Gap)
    last_answer: Person | None = None
    profile_confirmed: bool = False
    score: GamerscoreMemory = field(default_factory=GamerscoreMemory)
    unlisted_since: float | None = None
    unlisted_at: float | None = None
    was_asked_about: bool = False
    last_online: datetime | None = None
    has_moved: bool = False
    recent_titles: list[str] = field(default_factory=list)
    in_game: bool | None = None
    unknown_kind_since: float | None = None
    _source: Service | None = None
    _moved_at: float = -math.inf
    _was_vague: bool = False
    _told_presence: Person | None = None

    def update_record(self, record: PresenceRecord, now: float) -> bool:
        """Take over an answer of userpresence; return whether the person has moved.

        The answer to a request that was overtaken by a later one changes nothing.
        """
        self.presence_answered_at = now
        if self.presence_at is not None and now < self.presence_at:
            return False
        last, self.last_record = self.last_record, record
        known = None if says_offline(record.state) else last
        filled = fill_gaps(record, known, skip=("last_seen",))
        return self._update_presence(
            presence_of_record(filled), now, Service.PRESENCE, filled=filled is not record
        )

    def update_unlisted(self, now: float) -> None:
        """Take note of an answer of userpresence without the person; the first one is a gap."""
        is_gap, self.last_record = self.last_record is not None, None
        self.presence_gap.update(is_gap, now)
        if not is_gap:
            self.presence_answered_at = now

    def use_profile_as_presence(self, now: float) -> None:
        """Take over the presence in the latest answer of peoplehub."""
        if self._told_presence is None:
            return
        self.last_record = None
        told = presence_of_person(self._told_presence).with_foreground_of(self.presence)
        presence = told.preferring(primary_title(self._told_presence))
        filled = self._told_presence is not self.last_answer
        self._update_presence(presence, now, Service.PEOPLE, filled=filled)
        self.presence_answered_at, self.has_moved = now, False

    def _update_presence(
        self, presence: Presence, now: float, source: Service, *, filled: bool
    ) -> bool:
        """Take over a presence; return whether the person has moved to another title, device or state.

        A presence without an online state changes nothing. One in doubt waits for the next answer. `filled` is
        whether the answer had a gap.
        """
        if presence.online is None:
            return False
        before, known = self.presence, self.presence_at is not None
        presence = presence.ordered_like(before)
        is_doubtful = self._is_doubtful(presence, source)
        self.presence_gap.update(filled or is_doubtful, now)
        if is_doubtful:
            if known:
                self.presence_at = now
                return False
            presence = replace(presence, in_doubt=True)
        moved = known and _place(before) != _place(presence)
        if moved:
            self.has_moved, self._moved_at = True, now
        self.presence, self.presence_at = presence, now
        self.remember_last_online(presence.last_seen)
        self._remember_titles()
        return moved

    def _is_doubtful(self, presence: Presence, source: Service) -> bool:
        """Tell whether a presence says less than it should, or not what another service has just said."""
        vague = bool(presence.online and presence.without_titles)
        was_vague, self._was_vague = self._was_vague, vague
        other, self._source = self._source not in (None, source), source
        arrives = vague and not was_vague and not self.presence.online
        return arrives or (other and _place(presence) != _place(self.presence))

    def remember_in_game(self, presence: Presence, now: float) -> bool | None:
        """Return whether the person is in a game; for some seconds whether it was so before the title changed."""
        in_game = presence.in_game
        if in_game is not None or not presence.online:
            self.unknown_kind_since, self.in_game = None, in_game
        elif self.unknown_kind_since is None:
            self.unknown_kind_since = now
        elif now - self.unknown_kind_since > _KIND_SECONDS:
            self.in_game = None
        return self.in_game

    def _remember_titles(self) -> None:
        current = list(dict.fromkeys(title.title_id for title in self.presence.titles))
        older = [title_id for title_id in self.recent_titles if title_id not in current]
        self.recent_titles = [*current, *older[: max(0, _MOST_RECENT_TITLES - len(current))]]

    def update_profile(self, person: Person, now: float) -> bool:
        """Take over a profile; return whether the gamerscore has changed.

        A field that one answer leaves out stays; a field that a second answer leaves out is gone.
        """
        if self.profile_at is not None and now < self.profile_at:
            return False  # a later request has been answered first
        before = self.profile.gamer_score if self.profile else None
        last, self.last_answer = self.last_answer, person
        self.profile_confirmed = last is not None
        filled = fill_gaps(person, last, skip=_PRESENCE_FIELDS)
        left_out = filled.gamer_score is None
        score = None if left_out else self.score.update(person.gamer_score)
        self.profile = filled.model_copy(update={"gamer_score": score})
        doubted = person.gamer_score is not None and self.score.is_doubted
        self.profile_gap.update(filled is not person or doubted, now)
        told = None if says_offline(person.presence_state) else last
        self._told_presence = fill_gaps(person, told, skip=_STEADY_FIELDS)
        if now >= self._moved_at and self._tells_all_titles(person):
            # userpresence calls the title of each device the one in front
            self.presence = self.presence.preferring(primary_title(person))
        self.profile_at, self.has_moved, self.is_demanded = now, False, False
        self.remember_last_online(person.last_seen)
        return before not in (None, score)

    def _tells_all_titles(self, person: Person) -> bool:
        """Tell whether an answer of peoplehub has each title of the person, so that it can compare them."""
        told = {it.title_id for it in person.presence_details if it.is_active}
        return told >= {it.title_id for it in self.presence.counted_titles}

    def update_listed(self, there: bool, now: float) -> None:
        """Take note of whether an answer of peoplehub has the person."""
        if there:
            self.unlisted_since = self.unlisted_at = None
            return
        self.unlisted_at, self.is_demanded = now, False
        self.profile_gap.update(True, now)
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
        if moment is None or is_future(moment, self.network_time(time.monotonic())):
            return
        if self.last_online is None or moment > self.last_online:
            self.last_online = moment

    def profile_due_at(self, titles: TitleCache) -> float:
        """Return when the profile is due."""
        if self.is_demanded:
            return 0.0
        if self.unlisted_at is not None:
            if self.profile_gap.begins_at(self.unlisted_at):
                return self.unlisted_at + SECOND_LOOK_SECONDS
            settled = self.seconds_unlisted() >= GRACE_SECONDS
            return self.unlisted_at + (PROFILE_SECONDS if settled else BUSY_PROFILE_SECONDS)
        if self.has_moved or self.profile_at is None:
            return 0.0
        if self.profile_gap.begins_at(self.profile_at):
            return self.profile_at + SECOND_LOOK_SECONDS
        summary = self.profile.multiplayer_summary if self.profile else None
        playing = self.presence.with_kinds(titles.is_game).in_game
        busy = playing or (summary and summary.in_party)
        return self.profile_at + (BUSY_PROFILE_SECONDS if busy else PROFILE_SECONDS)


def is_future(moment: datetime, network_time: float | None) -> bool:
    """Tell whether a time is further ahead than it can be of what has happened.

    `network_time` is the present time of the network in seconds since 1970, None while it is unknown.
    """
    if network_time is None:
        return moment > datetime.now(UTC) + _FAR_AHEAD
    return moment > datetime.fromtimestamp(network_time, UTC) + _AHEAD


def _place(presence: Presence) -> tuple[object, ...]:
    return presence.online, frozenset((title.title_id, title.device) for title in presence.titles)
