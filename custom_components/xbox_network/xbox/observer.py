"""Watches people with as few requests as possible and forgets nothing it knew.

One small userpresence batch tells who changed; one peoplehub batch brings what changed about them, else
every five minutes, every minute for people in a party or game; a title is asked for once.
"""

import asyncio
import math
import time
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Final

from .activity import UNKNOWN_PRESENCE, Presence, presence_of_person, presence_of_record
from .client import XboxClient
from .endpoints import Service
from .errors import XboxAuthError, XboxError, XboxSignInError
from .library import Key, TitleLibrary
from .models.people import Person
from .models.titles import Title
from .proof import PushProof
from .source import Source

POLL_SECONDS: Final = 10.0
# While push has proved itself a poll only makes sure.
PROVED_POLL_SECONDS: Final = 150.0
_EARLY_SECONDS: Final = 1.0
FALLBACK_POLL_SECONDS: Final = 15.0
PROFILE_SECONDS: Final = 300.0
BUSY_PROFILE_SECONDS: Final = 60.0
# Data that could not be refreshed for longer than this no longer pass for current.
GRACE_SECONDS: Final = 300.0
# What is polled rarely was not in trouble before the poll that failed.
_OLDEST_SECONDS: Final = PROVED_POLL_SECONDS + GRACE_SECONDS
# The list of friends in a dialog, the number of friend requests.
_LEFT_FOR_OTHERS: Final = 3
# Most people come back to one of few titles.
_MOST_RECENT_TITLES: Final = 5
_FALLBACK_AFTER: Final = 60.0
# Who is where has been read already: it waits this long for the rest, then it is shown without.
PATIENCE_SECONDS: Final = 2.0
# A moment further ahead than any time zone or clock explains is no moment.
_FUTURE: Final = timedelta(days=1)
_REFUSED_SECONDS: Final = 3600.0
# What a snapshot tells elsewhere. In the profile it moves with every answer ("Last seen 2h ago", times
# that jump), and would make each snapshot a new one.
_TOLD_ELSEWHERE: Final = {
    "last_seen": None,
    "presence_details": (),
    "presence_state": None,
}


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
class _Watched:
    """What is remembered of a person between two looks.

    `heard_at` is when it was last answered where the person is, and be it by silence: who hides is left
    out. Whoever peoplehub leaves out is not known there.
    """

    xuid: str
    presence: Presence = UNKNOWN_PRESENCE
    presence_at: float | None = None
    heard_at: float = -math.inf
    profile: Person | None = None
    profile_at: float | None = None
    answered: Person | None = None
    left_out_since: float | None = None
    left_out_at: float | None = None
    looked_at: bool = False
    last_online: datetime | None = None
    moved: bool = False
    recent: list[str] = field(default_factory=list)

    def saw(self, presence: Presence, now: float) -> bool:
        """Take over a presence; remember, and tell, whether the person went somewhere else.

        One that does not even tell who is online is no statement: what was known stays. So it does when
        a look that began later has answered first.
        """
        if presence.online is None or (self.presence_at is not None and now < self.presence_at):
            return False
        if self._is_gap(presence):
            presence = replace(presence, titles=self.presence.titles, devices=self.presence.devices)
        presence = presence.in_order_of(self.presence)
        moved = self.presence_at is not None and _place(self.presence) != _place(presence)
        self.moved |= moved
        self.presence, self.presence_at = presence, now
        self.remember_last_online(presence.last_seen)
        self._remember_titles()
        return moved

    def _remember_titles(self) -> None:
        current = list(dict.fromkeys(title.title_id for title in self.presence.titles))
        older = [title_id for title_id in self.recent if title_id not in current]
        self.recent = [*current, *older[: max(0, _MOST_RECENT_TITLES - len(current))]]

    def _is_gap(self, presence: Presence) -> bool:
        """Tell whether an answer lost its devices: a first one without any."""
        return bool(presence.silent and self.presence.online and not self.presence.silent)

    def met(self, person: Person, now: float) -> bool:
        """Take over a profile; tell whether the gamerscore has moved.

        What one answer leaves out stays; what a second leaves out is gone.
        """
        if self.profile_at is not None and now < self.profile_at:
            return False  # a look that began later has answered first
        score = self.profile.gamer_score if self.profile else None
        last, self.answered = self.answered, person
        missed = {
            name: getattr(last, name)
            for name in _STEADY_FIELDS
            if getattr(person, name) is None and getattr(last, name, None) is not None
        }
        self.profile = person.model_copy(update=missed) if missed else person
        self.profile_at, self.moved = now, False
        self.remember_last_online(person.last_seen)
        return score not in (None, self.profile.gamer_score)

    def listed(self, there: bool, now: float) -> None:
        """Note whether peoplehub knows the person."""
        if there:
            self.left_out_since = self.left_out_at = None
            return
        self.left_out_at = now
        if self.left_out_since is None:
            self.left_out_since = now

    def silent_for(self) -> float:
        """Return how long answers have been silent about where the person is."""
        return math.inf if self.presence_at is None else self.heard_at - self.presence_at

    def left_out_for(self) -> float:
        """Return how long peoplehub has been leaving the person out, from answer to answer."""
        if self.left_out_since is None or self.left_out_at is None:
            return 0.0
        return self.left_out_at - self.left_out_since

    def remember_last_online(self, moment: datetime | None) -> None:
        """The service jumps between close values: only a later one counts."""
        if moment is None or moment > datetime.now(UTC) + _FUTURE:
            return
        if self.last_online is None or moment > self.last_online:
            self.last_online = moment

    def profile_due_at(self, library: TitleLibrary) -> float:
        """Return when it is time to look at the person itself."""
        if self.left_out_at is not None:
            settled = self.left_out_for() >= GRACE_SECONDS
            return self.left_out_at + (PROFILE_SECONDS if settled else BUSY_PROFILE_SECONDS)
        if self.moved or self.profile_at is None:
            return 0.0
        summary = self.profile.multiplayer_summary if self.profile else None
        playing = self.presence.with_kinds(library.is_game).in_game
        busy = playing or (summary and summary.in_party)
        return self.profile_at + (BUSY_PROFILE_SECONDS if busy else PROFILE_SECONDS)


def _place(presence: Presence) -> tuple[object, ...]:
    return presence.online, frozenset((title.title_id, title.device) for title in presence.titles)


class PeopleObserver:
    """Keeps the latest snapshot of some people. A failure leaves what was known before."""

    def __init__(self, client: XboxClient, xuids: Iterable[str]) -> None:
        """Watch these people."""
        self._client = client
        self._watched = {xuid: _Watched(xuid) for xuid in xuids}
        self._presence_source = Source(longest_refused=_REFUSED_SECONDS, grace=GRACE_SECONDS)
        self._profile_source = Source(grace=GRACE_SECONDS)
        self.library = TitleLibrary(client)
        self._latest: dict[str, PersonSnapshot] = {}
        self.proof = PushProof()
        self.promises: Callable[[str, Presence], bool] = lambda *_: False
        """Whether push promises to announce the next change of a person who is there now."""
        self.next_look: float = POLL_SECONDS

    def watch(self, xuids: Iterable[str]) -> None:
        """Watch these people from now on; what is known about those who stay is kept."""
        self._watched = {xuid: self._watched.get(xuid) or _Watched(xuid) for xuid in xuids}
        self.library.forget(self._watched.keys())

    @property
    def last_error(self) -> XboxError | None:
        """Why not everything could be refreshed; what stops the sign-in goes first."""
        found = (self.library.error, self._presence_source.error, self._profile_source.error)
        errors = [err for err in found if err]
        return next((err for err in errors if isinstance(err, XboxAuthError)), None) or next(
            iter(errors), None
        )

    async def look(
        self, show: Callable[[dict[str, PersonSnapshot]], None] = lambda _: None
    ) -> dict[str, PersonSnapshot]:
        """Look at everybody once and return what is known now.

        While something is slow, what is known already goes to `show`. Raises an `XboxSignInError` at
        once, any other `XboxError` only while nothing is known at all. Else `last_error` tells what went
        wrong; `next_look` is when to look again, in seconds.
        """
        now = time.monotonic()
        for person in self._watched.values():
            person.looked_at = True
        first = all(person.profile_at is None for person in self._watched.values())
        if first:
            # nothing depends on the other answer yet: one round trip instead of two
            await asyncio.gather(
                self._look_at_presence(now), self._look_at_profiles(self._watched, now)
            )
        else:
            await self._look_at_presence(now)
        rest = asyncio.create_task(self._look_at_the_rest(now, profiles=not first))
        try:
            done, _ = await asyncio.wait({rest}, timeout=PATIENCE_SECONDS)
            if not done and not first:
                show(self._snapshots(now))
            await rest
            if not first and self.library.counting_due(self._places()):
                show(self._snapshots(now))
                await self.library.count(self._places())
        finally:
            rest.cancel()
        self.next_look = self._pause(now)
        self._raise_what_cannot_wait()
        return self._snapshots(now)

    def _snapshots(self, now: float) -> dict[str, PersonSnapshot]:
        # who was added meanwhile has not been asked about
        looked_at = [person for person in self._watched.values() if person.looked_at]
        found = {person.xuid: self._snapshot(person, now) for person in looked_at}
        # whoever is as before stays the same object: quick to tell for those who show it
        self._latest = {
            xuid: old if (old := self._latest.get(xuid)) == new else new
            for xuid, new in found.items()
        }
        return dict(self._latest)

    def _raise_what_cannot_wait(self) -> None:
        err = self.last_error
        known = any(person.presence_at or person.profile_at for person in self._watched.values())
        if err and (isinstance(err, XboxSignInError) or not known):
            raise err

    def _pause(self, now: float) -> float:
        if self._falls_back(now):
            return FALLBACK_POLL_SECONDS
        relies = self.proof.proved and self._presence_source.failing_since is None
        if not (relies and all(self.promises(*place) for place in self.where().items())):
            return POLL_SECONDS
        due_at = min(person.profile_due_at(self.library) for person in self._watched.values())
        # a coordinator may come a little early, and would have to come again
        return min(PROVED_POLL_SECONDS, max(due_at - now + _EARLY_SECONDS, POLL_SECONDS))

    def where(self) -> dict[str, Presence]:
        """Return where each person was when last seen."""
        return {person.xuid: person.presence for person in self._watched.values()}

    def recent_titles(self) -> dict[str, tuple[str, ...]]:
        """Return the titles that each person was seen in lately, the newest first."""
        return {person.xuid: tuple(person.recent) for person in self._watched.values()}

    def _places(self) -> set[Key]:
        """Return the titles that people are in now."""
        return {
            (person.xuid, title.title_id)
            for person in self._watched.values()
            for title in person.presence.titles
        }

    async def _look_at_the_rest(self, now: float, *, profiles: bool) -> None:
        if isinstance(self._presence_source.error, XboxAuthError) and profiles:
            return  # the sign-in does not work: the others cannot do better
        due = self._profiles_due(now)
        if self._presence_source.failing_since is None:
            # who is where is known: one round trip for both
            await asyncio.gather(
                self._look_at_profiles(due if profiles else [], now),
                self.library.look(self._places()),
            )
            return
        await self._look_at_profiles(due if profiles else [], now)
        self._use_profiles_as_presence(now)
        await self.library.look(self._places())

    def _profiles_due(self, now: float) -> list[str]:
        """Return whom to ask about: with one who is due all who soon would be, in the same request."""
        due_at = {xuid: it.profile_due_at(self.library) for xuid, it in self._watched.items()}
        if self._falls_back(now):
            return list(due_at)
        if min(due_at.values(), default=math.inf) > now + _EARLY_SECONDS:
            return []
        return [xuid for xuid, at in due_at.items() if at <= now + PROFILE_SECONDS / 2]

    def _falls_back(self, now: float) -> bool:
        source = self._presence_source
        return source.refused or source.out_for(now) >= _FALLBACK_AFTER

    async def _look_at_presence(self, now: float) -> None:
        if now < self._presence_source.retry_at:
            return
        asked = self._watched  # somebody may be added or removed meanwhile
        try:
            records = await self._client.presence.batch(list(asked))
        except XboxError as err:
            self._presence_source.failed(err, now)
            return
        self._worked(self._presence_source)
        for person in asked.values():
            person.heard_at = now
        for xuid, record in records.items():
            promised = self.promises(xuid, asked[xuid].presence)
            if asked[xuid].saw(presence_of_record(record), now):
                self.proof.found(xuid, promised=promised)

    async def _look_at_profiles(self, wanted: Collection[str], now: float) -> None:
        asked = self._watched  # somebody may be added or removed meanwhile
        xuids = [xuid for xuid in wanted if xuid in asked]
        if not xuids or now < self._profile_source.retry_at or self._is_scarce():
            return
        try:
            people = await self._client.people.batch(xuids)
        except XboxError as err:
            self._profile_source.failed(err, now)
            return
        self._worked(self._profile_source)
        for xuid in xuids:
            asked[xuid].listed(xuid in people, now)
        for xuid, person in people.items():
            if asked[xuid].met(person, now):
                self.library.news(xuid)
            for detail in person.presence_details:
                if detail.title_id and detail.is_game is not None:
                    self.library.learn_kind(detail.title_id, detail.is_game)

    def _is_scarce(self) -> bool:
        """Tell whether what is left of the allowance is for those who ask by hand: they see an error."""
        left = self._client.auth.exchange.limits.left(Service.PEOPLE)
        known = any(person.profile_at is not None for person in self._watched.values())
        return known and left is not None and 0 < left <= _LEFT_FOR_OTHERS

    def _use_profiles_as_presence(self, now: float) -> None:
        """Let peoplehub say who is online while userpresence does not."""
        if self._presence_source.failing_since is None:
            return
        for person in self._watched.values():
            if person.profile is None or person.profile_at != now:
                continue
            if person.presence_at is None or self._falls_back(now):
                presence = presence_of_person(person.profile).in_front_as(person.presence)
                person.saw(presence, now)
                person.heard_at, person.moved = now, False

    def _worked(self, source: Source) -> None:
        """Note an answer; if the sign-in works again, it does so for the other service, too."""
        signed_in_again = isinstance(source.error, XboxAuthError)
        source.worked()
        for other in (self._presence_source, self._profile_source):
            if signed_in_again and isinstance(other.error, XboxAuthError):
                other.retry_at = 0.0

    def _snapshot(self, person: _Watched, now: float) -> PersonSnapshot:
        presence = person.presence.with_kinds(self.library.is_game)
        unheard = self._is_unheard(person, now)
        stale = unheard or person.silent_for() > GRACE_SECONDS
        missing = stale and self._is_missing(person)
        if stale and not unheard:
            presence = UNKNOWN_PRESENCE  # the service answers but leaves the person out: hidden
        active = presence.active
        return PersonSnapshot(
            xuid=person.xuid,
            presence=presence,
            profile=person.profile and person.profile.model_copy(update=_TOLD_ELSEWHERE),
            title=self.library.title(person.xuid, active.title_id) if active else None,
            last_online=person.last_online,
            presence_current=not (missing or unheard),
            profile_current=person.profile_at is not None
            and now - person.profile_at <= PROFILE_SECONDS + _OLDEST_SECONDS
            and self._profiles_out_for(now) <= GRACE_SECONDS,
            gone=missing and not unheard and self._profile_source.failing_since is None,
        )

    def _profiles_out_for(self, now: float) -> float:
        """Return for how many seconds nobody could tell about people; without a sign-in nobody is asked."""
        refused = isinstance(self._presence_source.error, XboxAuthError)
        sources = [self._profile_source, *([self._presence_source] if refused else [])]
        return max(source.out_for(now) for source in sources)

    def _is_missing(self, person: _Watched) -> bool:
        """Tell whether peoplehub does not know a person. An answer about nobody at all is no proof."""
        known = any(other.left_out_at is None for other in self._watched.values())
        return known and person.left_out_for() >= GRACE_SECONDS

    def _is_unheard(self, person: _Watched, now: float) -> bool:
        """Tell whether nothing has been heard of a person for too long: since somebody tried in vain."""
        age, out_for = now - person.heard_at, self._presence_source.out_for(now)
        return age > _OLDEST_SECONDS or (age > GRACE_SECONDS and out_for > GRACE_SECONDS)
