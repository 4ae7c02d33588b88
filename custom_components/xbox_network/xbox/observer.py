"""Watches people with as few requests as possible and forgets nothing it knew.

One small userpresence batch tells who changed; one peoplehub batch brings what changed about them, else
every five minutes, every minute for people in a party or game; a title is asked for once.
"""

import asyncio
import time
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Final

from .activity import UNKNOWN_PRESENCE, Presence, presence_of_person, presence_of_record
from .client import XboxClient
from .errors import (
    XboxAuthError,
    XboxError,
    XboxRequestError,
    XboxSignInError,
    XboxTemporaryError,
    needs_person,
)
from .models.people import Person
from .models.titles import Title

POLL_SECONDS: Final = 10.0
FALLBACK_POLL_SECONDS: Final = 15.0
LONGEST_BACKOFF_SECONDS: Final = 60.0
PROFILE_SECONDS: Final = 300.0
BUSY_PROFILE_SECONDS: Final = 60.0
# Data that could not be refreshed for longer than this no longer pass for current.
GRACE_SECONDS: Final = 300.0
# A refusal that the account's owner or the network has to lift is looked at again this rarely.
REFUSED_SECONDS: Final = 900.0
_FALLBACK_AFTER: Final = 60.0
# Who is where has been read already: it waits this long for the rest, then it is shown without.
PATIENCE_SECONDS: Final = 2.0
# A moment further ahead than any time zone or clock explains is no moment.
_FUTURE: Final = timedelta(days=1)
_REFUSED_SERVICE_SECONDS: Final = 3600.0
_TITLE_RETRY_SECONDS: Final = 60.0
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
)


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonSnapshot:
    """All that is known about a person at one moment.

    `presence_current` and `profile_current` say whether the facts can still pass for true.
    """

    xuid: str
    presence: Presence
    profile: Person | None = None
    title: Title | None = None
    last_online: datetime | None = None
    presence_current: bool = False
    profile_current: bool = False


@dataclass(slots=True)
class _Watched:
    """What is remembered of a person between two looks."""

    xuid: str
    presence: Presence = UNKNOWN_PRESENCE
    presence_at: float | None = None
    profile: Person | None = None
    profile_at: float | None = None
    answered: Person | None = None
    left_out_at: float | None = None
    last_online: datetime | None = None
    moved: bool = False

    def saw(self, presence: Presence, now: float) -> None:
        """Take over a presence, and remember whether the person went somewhere else.

        One that does not even tell who is online is no statement: what was known stays. So it does when
        a look that began later has answered first.
        """
        if presence.online is None or (self.presence_at is not None and now < self.presence_at):
            return
        if self._is_gap(presence):
            presence = replace(presence, titles=self.presence.titles, devices=self.presence.devices)
        self.moved |= _place(self.presence) != _place(presence)
        self.presence, self.presence_at = presence, now
        self.remember_last_online(presence.last_seen)

    def _is_gap(self, presence: Presence) -> bool:
        """Tell whether an answer lost its devices: a first one without any."""
        return bool(presence.silent and self.presence.online and not self.presence.silent)

    def met(self, person: Person, now: float) -> None:
        """Take over a profile. What one answer leaves out stays; what a second leaves out is gone."""
        if self.profile_at is not None and now < self.profile_at:
            return  # a look that began later has answered first
        last, self.answered = self.answered, person
        missed = {
            name: getattr(last, name)
            for name in _STEADY_FIELDS
            if getattr(person, name) is None and getattr(last, name, None) is not None
        }
        self.profile = person.model_copy(update=missed) if missed else person
        self.profile_at, self.moved = now, False
        self.remember_last_online(person.last_seen)

    def remember_last_online(self, moment: datetime | None) -> None:
        """The service jumps between close values: only a later one counts."""
        if moment is None or moment > datetime.now(UTC) + _FUTURE:
            return
        if self.last_online is None or moment > self.last_online:
            self.last_online = moment

    def profile_due(self, now: float, kinds: Mapping[str, bool]) -> bool:
        """Tell whether it is time to look at the person itself."""
        if self.left_out_at is not None:
            return now - self.left_out_at >= BUSY_PROFILE_SECONDS
        if self.moved or self.profile_at is None:
            return True
        summary = self.profile.multiplayer_summary if self.profile else None
        playing = self.presence.with_kinds(kinds.get).in_game
        busy = playing or (summary and summary.in_party)
        return now - self.profile_at >= (BUSY_PROFILE_SECONDS if busy else PROFILE_SECONDS)


def _place(presence: Presence) -> tuple[object, ...]:
    return presence.online, frozenset((title.title_id, title.device) for title in presence.titles)


@dataclass(slots=True)
class _Source:
    """Whether a service has been answering. Times are those of `time.monotonic`.

    `error` is why it does not; it stays until the service answers again. `longest_refused` is the
    longest pause after a refusal: long where another service takes its place.
    """

    longest_refused: float = LONGEST_BACKOFF_SECONDS
    failing_since: float | None = None
    retry_at: float = 0.0
    error: XboxError | None = None
    misses: int = 0

    @property
    def refused(self) -> bool:
        """Whether it says that it will not do what it is asked."""
        return isinstance(self.error, XboxRequestError)

    def worked(self) -> None:
        """Forget the failures."""
        self.failing_since, self.error, self.misses = None, None, 0

    def failed(self, err: XboxError, now: float) -> None:
        """Count a failure, and wait longer after each one."""
        if self.failing_since is None:
            self.failing_since = now
        self.error = err
        self.misses += 1
        longest = self.longest_refused if self.refused else LONGEST_BACKOFF_SECONDS
        self.retry_at = now + _pause_after(err, self.misses, longest)

    def out_for(self, now: float) -> float:
        """Return for how many seconds it has not been answering."""
        return 0.0 if self.failing_since is None else now - self.failing_since


def _pause_after(err: XboxError, misses: int, longest: float) -> float:
    if needs_person(err):
        return REFUSED_SECONDS
    if isinstance(err, XboxTemporaryError) and err.retry_after:
        return err.retry_after
    return min(POLL_SECONDS * 2.0 ** min(misses - 1, 16), longest)


@dataclass(slots=True)
class _Titles:
    """Titles by person, and what is known about their kind."""

    known: dict[tuple[str, str], Title] = field(default_factory=dict)
    tried: dict[tuple[str, str], float] = field(default_factory=dict)
    kinds: dict[str, bool] = field(default_factory=dict)
    error: XboxAuthError | None = None


class PeopleObserver:
    """Keeps the latest snapshot of some people. A failure leaves what was known before."""

    def __init__(self, client: XboxClient, xuids: Iterable[str]) -> None:
        """Watch these people."""
        self._client = client
        self._watched = {xuid: _Watched(xuid) for xuid in xuids}
        self._presence_source = _Source(longest_refused=_REFUSED_SERVICE_SECONDS)
        self._profile_source = _Source()
        self._titles = _Titles()
        self.next_look: float = POLL_SECONDS

    def watch(self, xuids: Iterable[str]) -> None:
        """Watch these people from now on; what is known about those who stay is kept."""
        self._watched = {xuid: self._watched.get(xuid) or _Watched(xuid) for xuid in xuids}

    @property
    def last_error(self) -> XboxError | None:
        """Why not everything could be refreshed; what stops the sign-in goes first."""
        found = (self._titles.error, self._presence_source.error, self._profile_source.error)
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
        finally:
            rest.cancel()
        self.next_look = FALLBACK_POLL_SECONDS if self._falls_back(now) else POLL_SECONDS
        self._raise_what_cannot_wait()
        return self._snapshots(now)

    def _snapshots(self, now: float) -> dict[str, PersonSnapshot]:
        return {person.xuid: self._snapshot(person, now) for person in self._watched.values()}

    def _raise_what_cannot_wait(self) -> None:
        err = self.last_error
        known = any(person.presence_at or person.profile_at for person in self._watched.values())
        if err and (isinstance(err, XboxSignInError) or not known):
            raise err

    async def _look_at_the_rest(self, now: float, *, profiles: bool) -> None:
        if isinstance(self._presence_source.error, XboxAuthError) and profiles:
            return  # the sign-in does not work: the others cannot do better
        if profiles:
            people = self._watched.values()
            everybody = self._falls_back(now)
            due = [p.xuid for p in people if everybody or p.profile_due(now, self._titles.kinds)]
            await self._look_at_profiles(due, now)
        self._use_profiles_as_presence(now)
        await self._look_at_titles(now)

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
        for xuid, record in records.items():
            asked[xuid].saw(presence_of_record(record), now)

    async def _look_at_profiles(self, xuids: Collection[str], now: float) -> None:
        if not xuids or now < self._profile_source.retry_at:
            return
        asked = self._watched  # somebody may be added or removed meanwhile
        try:
            people = await self._client.people.batch(list(xuids))
        except XboxError as err:
            self._profile_source.failed(err, now)
            return
        self._worked(self._profile_source)
        for xuid in xuids:
            asked[xuid].left_out_at = None if xuid in people else now
        for xuid, person in people.items():
            asked[xuid].met(person, now)
            for detail in person.presence_details:
                if detail.title_id and detail.is_game is not None:
                    self._titles.kinds.setdefault(detail.title_id, detail.is_game)

    def _use_profiles_as_presence(self, now: float) -> None:
        """Let peoplehub say who is online while userpresence does not."""
        if self._presence_source.failing_since is None:
            return
        for person in self._watched.values():
            if person.profile is None or person.profile_at != now:
                continue
            if person.presence_at is None or self._falls_back(now):
                person.saw(presence_of_person(person.profile), now)
                person.moved = False

    async def _look_at_titles(self, now: float) -> None:
        wanted = {
            (person.xuid, title.title_id)
            for person in self._watched.values()
            for title in person.presence.titles
        }
        tried = self._titles.tried
        self._titles.error = None
        await asyncio.gather(
            *(
                self._look_at_title(*key, now)
                for key in sorted(wanted - self._titles.known.keys())
                if now - tried.get(key, -_TITLE_RETRY_SECONDS) >= _TITLE_RETRY_SECONDS
            )
        )

    async def _look_at_title(self, xuid: str, title_id: str, now: float) -> None:
        key = (xuid, title_id)
        self._titles.tried[key] = now
        try:
            title = await self._client.titles.info(xuid, title_id)
        except XboxAuthError as err:
            self._titles.error = err
            return
        except XboxRequestError:
            title = None  # as good as hidden
        except XboxError:
            return  # a picture less; tried again in a minute
        if title is None:
            self._titles.tried[key] = now + _REFUSED_SERVICE_SECONDS
            return
        self._titles.known[key] = title
        if title.is_game is not None:
            self._titles.kinds[title_id] = title.is_game

    def _worked(self, source: _Source) -> None:
        """Note an answer; if the sign-in works again, it does so for the other service, too."""
        signed_in_again = isinstance(source.error, XboxAuthError)
        source.worked()
        for other in (self._presence_source, self._profile_source):
            if signed_in_again and isinstance(other.error, XboxAuthError):
                other.retry_at = 0.0

    def _snapshot(self, person: _Watched, now: float) -> PersonSnapshot:
        presence = person.presence.with_kinds(self._titles.kinds.get)
        stale = person.presence_at is None or now - person.presence_at > GRACE_SECONDS
        unreachable = self._presence_source.failing_since is not None
        if stale and not unreachable:
            presence = UNKNOWN_PRESENCE  # the service answers but leaves the person out: hidden
        active = presence.active
        return PersonSnapshot(
            xuid=person.xuid,
            presence=presence,
            profile=person.profile and person.profile.model_copy(update=_TOLD_ELSEWHERE),
            title=self._titles.known.get((person.xuid, active.title_id)) if active else None,
            last_online=person.last_online,
            presence_current=not (stale and unreachable),
            profile_current=person.profile_at is not None
            and now - person.profile_at <= PROFILE_SECONDS + GRACE_SECONDS
            and self._profile_source.out_for(now) <= GRACE_SECONDS,
        )
