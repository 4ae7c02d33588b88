"""Watches people with as few requests as possible and keeps the known values after a failure.

One small userpresence batch tells which people moved. One peoplehub batch brings the profiles of these people
at once, of people in a party or game every minute, of others every five minutes. A title is read once.
"""

import asyncio
import math
import time
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable
from functools import partial
from typing import Final

from ..caches.titles import TitleCache
from ..client import XboxClient
from ..endpoints import Service
from ..errors import XboxAuthError, XboxError, XboxSignInError, names_reason
from ..gaps import SECOND_LOOK_SECONDS
from ..http.backoff import GRACE_SECONDS, Backoff, first_error, record_answer
from ..http.rate_limits import RESERVES, Purpose
from ..models.presence import LastSeen
from ..models.titles import PersonTitle
from ..presence import UNKNOWN_PRESENCE, Presence, presence_of_person, presence_of_record
from ..realtime.push_trust import PushTrust
from ..realtime.topics import NoCoverage, PresenceCoverage
from .person import PROFILE_SECONDS, PersonSnapshot, PresenceStatement, WatchedPerson
from .session_names import SessionNames

PRESENCE_POLL_SECONDS: Final = 10.0
# While push has proved itself a poll only makes sure.
TRUSTED_POLL_SECONDS: Final = 150.0
# Changes in a row that push has to announce before it is trusted.
_CONFIRMATIONS: Final = 2
_EARLY_SECONDS: Final = 1.0
# Seconds that a refresh may be late before the known presences no longer count as current.
_LATE_SECONDS: Final = 15.0
FALLBACK_POLL_SECONDS: Final = 15.0
# The greatest age of an answer that counts as current: the grace time begins with the poll that fails.
_OLDEST_SECONDS: Final = TRUSTED_POLL_SECONDS + GRACE_SECONDS
_RESERVE: Final = RESERVES[Service.PEOPLE, Purpose.PROFILE_POLL]
_PRESENCE_RESERVE: Final = RESERVES[Service.PRESENCE, Purpose.PUSH_REFRESH]
_FALLBACK_AFTER: Final = 60.0
# The most seconds that presences wait for profiles and titles before they are shown alone.
PATIENCE_SECONDS: Final = 2.0
_REFUSED_SECONDS: Final = 3600.0
# The fields of a profile that a snapshot has elsewhere. They change with every answer ("Last seen 2h ago", times
# that jump), and would make each snapshot a new one.
_VOLATILE_FIELDS: Final = {
    "last_seen": None,
    "presence_details": (),
    "presence_state": None,
}


class PeopleObserver:
    """Keeps the latest snapshot of some people. A failure leaves the known values."""

    def __init__(
        self, client: XboxClient, xuids: Iterable[str], coverage: PresenceCoverage | None = None
    ) -> None:
        """Watch these people. Without `coverage` push announces nothing."""
        self._client = client
        self._coverage = coverage or NoCoverage()
        self._watched = {xuid: self._new(xuid) for xuid in xuids}
        self._presence_backoff = Backoff(longest_refused=_REFUSED_SECONDS, grace=GRACE_SECONDS)
        self._profile_backoff = Backoff(grace=GRACE_SECONDS)
        self.titles = TitleCache(client)
        self._names: defaultdict[str, SessionNames] = defaultdict(lambda: SessionNames(self.titles))
        self._latest: dict[str, PersonSnapshot] = {}
        self.push_trust = PushTrust(needed=_CONFIRMATIONS)
        self._before_update: list[Callable[[], None]] = []
        self._sleeps = client.auth.http.sleeps.count
        self._show: Callable[[dict[str, PersonSnapshot]], None] = lambda _: None
        self.seconds_until_refresh: float = PRESENCE_POLL_SECONDS

    def subscribe_before_update(self, callback: Callable[[], None]) -> Callable[[], None]:
        """Call back before an answer replaces the known presences.

        Return the function that unsubscribes.
        """
        self._before_update.append(callback)
        return partial(self._before_update.remove, callback)

    def watch(self, xuids: Iterable[str]) -> None:
        """Watch these people from now on; the known values of people who stay are kept."""
        self._watched = {xuid: self._watched.get(xuid) or self._new(xuid) for xuid in xuids}
        self.titles.keep_only(self._watched.keys())
        for xuid in self._names.keys() - self._watched.keys():
            del self._names[xuid]

    def _new(self, xuid: str) -> WatchedPerson:
        return WatchedPerson(xuid, self._client.auth.http.network_time)

    @property
    def last_error(self) -> XboxError | None:
        """The reason why the latest refresh was incomplete; an error of the sign-in goes first."""
        return first_error(
            (self.titles.error, self._presence_backoff.error, self._profile_backoff.error)
        )

    def may_ask(self) -> bool:
        """Tell whether somebody may have the people asked about out of turn now."""
        now = time.monotonic()
        presence, profile = self._presence_backoff, self._profile_backoff
        if now >= presence.retry_at and not self._is_presence_budget_spare():
            return False  # the request would take what the regular polls need
        return presence.may_ask(now) or (self._uses_fallback(now) and profile.may_ask(now))

    def demand(self, xuids: Iterable[str]) -> None:
        """Make due at once what is known of these people, because somebody asks for it."""
        now = time.monotonic()
        for backoff in (self._presence_backoff, self._profile_backoff):
            if backoff.error and backoff.may_ask(now):
                backoff.retry_at = now
        for xuid in self._watched.keys() & set(xuids):
            self._watched[xuid].is_demanded = True
            self.titles.demand_progress(xuid)

    def forget_words(self) -> None:
        """Take note that the language has changed: all that is told in words is due at once."""
        self.titles.forget_words()
        for names in self._names.values():
            names.forget_words()
        self.demand(self._watched)

    async def refresh(
        self, show: Callable[[dict[str, PersonSnapshot]], None] = lambda _: None
    ) -> dict[str, PersonSnapshot]:
        """Send the requests that are due and return the snapshot of each person by xuid.

        While an answer is slow, `show` gets the snapshots without it; after the host has slept, it gets that nothing
        is current. Raises an `XboxSignInError` that names a reason at once, any other `XboxError` only while
        nothing is known. Any other failure is in `last_error`. The next refresh is due in
        `seconds_until_refresh`.
        """
        now, self._show = time.monotonic(), show
        for person in self._watched.values():
            person.was_asked_about = True
        first = all(person.profile_at is None for person in self._watched.values())
        if first:
            # at first no request depends on the other answer: one round trip instead of two
            await asyncio.gather(
                self._refresh_presence(now), self._refresh_profiles(self._watched, now)
            )
        else:
            await self._refresh_presence(now)
        rest = asyncio.create_task(self._refresh_rest(now, profiles=not first))
        try:
            done, _ = await asyncio.wait({rest}, timeout=PATIENCE_SECONDS)
            if not done and not first:
                show(self._snapshots(now))
            await rest
            if not first and self.titles.counting_due(self._active_titles()):
                show(self._snapshots(now))
                await self.titles.count_achievements(self._active_titles())
        finally:
            rest.cancel()
        self.seconds_until_refresh = self._next_interval(now)
        self._raise_urgent_error()
        return self._snapshots(now)

    def _snapshots(self, now: float) -> dict[str, PersonSnapshot]:
        # a person who was added meanwhile was in no request
        asked = [person for person in self._watched.values() if person.was_asked_about]
        found = {person.xuid: self._snapshot(person, now) for person in asked}
        # an equal snapshot stays the same object: a comparison is quick
        self._latest = {
            xuid: old if (old := self._latest.get(xuid)) == new else new
            for xuid, new in found.items()
        }
        return dict(self._latest)

    def _raise_urgent_error(self) -> None:
        err = self.last_error
        known = any(person.presence_at or person.profile_at for person in self._watched.values())
        signed_out = isinstance(err, XboxSignInError) and names_reason(err)
        if err and (signed_out or not known):
            raise err

    def _next_interval(self, now: float) -> float:
        if self._wants_second_look(now):
            return SECOND_LOOK_SECONDS
        if self._uses_fallback(now):
            return FALLBACK_POLL_SECONDS
        relies = self.push_trust.trusted and self._presence_backoff.failing_since is None
        announces = self._coverage.announces_presence
        if not (relies and all(announces(*place) for place in self.presences().items())):
            return PRESENCE_POLL_SECONDS
        due_at = min(person.profile_due_at(self.titles) for person in self._watched.values())
        # a refresh that comes a little early would find nothing due
        return min(TRUSTED_POLL_SECONDS, max(due_at - now + _EARLY_SECONDS, PRESENCE_POLL_SECONDS))

    def _wants_second_look(self, now: float) -> bool:
        """Tell whether this refresh has met a gap, and the budget allows to look again soon."""
        watched = self._watched.values()
        profiles = any(it.profile_gap.begins_at(now) for it in watched)
        presences = any(it.presence_gap.begins_at(now) for it in watched)
        if (profiles or self._uses_fallback(now)) and self._is_budget_low():
            return False
        gaps = profiles or presences or self.titles.has_new_gap
        return gaps and self._is_presence_budget_spare()

    def _is_presence_budget_spare(self) -> bool:
        """Tell whether a request out of turn leaves enough for the regular polls."""
        return (self._client.budget_left(Service.PRESENCE) or 0) > _PRESENCE_RESERVE

    def presences(self) -> dict[str, Presence]:
        """Return the latest presence of each person by xuid."""
        return {person.xuid: person.presence for person in self._watched.values()}

    def statements(self) -> dict[str, PresenceStatement | None]:
        """Return the latest statement about each person by xuid, None without any."""
        return {xuid: self.statement(xuid) for xuid in self._watched}

    def statement(self, xuid: str) -> PresenceStatement | None:
        """Return the latest statement about a person, None without any since the host has slept."""
        person, awake = self._watched.get(xuid), self._sleeps == self._client.auth.http.sleeps.count
        return self._statement(person, time.monotonic()) if person and awake else None

    def _statement(self, person: WatchedPerson, now: float) -> PresenceStatement | None:
        slept = person.presence_answered_at == -math.inf
        if (at := person.presence_at) is None or slept or person.presence.in_doubt:
            return None
        hidden = person.presence_answered_at > at
        on_time = now - at <= self.seconds_until_refresh + _LATE_SECONDS
        current = on_time and not hidden and self._presence_backoff.failing_since is None
        presence = self._names[person.xuid].named(person.presence.with_kinds(self.titles.is_game))
        return PresenceStatement(presence, at, is_current=current, is_hidden=hidden)

    def recent_titles(self) -> dict[str, tuple[str, ...]]:
        """Return the title ids of each person's latest titles by xuid, the newest first."""
        return {person.xuid: tuple(person.recent_titles) for person in self._watched.values()}

    def _active_titles(self) -> set[PersonTitle]:
        """Return the pairs of a xuid and the id of a title that the person is in now."""
        return {
            (person.xuid, title.title_id)
            for person in self._watched.values()
            for title in person.presence.titles
        }

    async def _refresh_rest(self, now: float, *, profiles: bool) -> None:
        if isinstance(self._presence_backoff.error, XboxAuthError) and profiles:
            return  # without a sign-in the other requests fail, too
        due = self._profiles_due(now)
        if self._presence_backoff.failing_since is None:
            # the presences are known: one round trip for both
            await asyncio.gather(
                self._refresh_profiles(due if profiles else [], now),
                self.titles.refresh(self._active_titles()),
            )
            return
        await self._refresh_profiles(due if profiles else [], now)
        self._use_profiles_as_presence(now)
        await self.titles.refresh(self._active_titles())

    def _profiles_due(self, now: float) -> list[str]:
        """Return the xuids to ask about: with a due profile those that would be due soon, in one request."""
        due_at = {xuid: it.profile_due_at(self.titles) for xuid, it in self._watched.items()}
        if self._uses_fallback(now):
            return list(due_at)
        if min(due_at.values(), default=math.inf) > now + _EARLY_SECONDS:
            return []
        return [xuid for xuid, at in due_at.items() if at <= now + PROFILE_SECONDS / 2]

    def _uses_fallback(self, now: float) -> bool:
        backoff = self._presence_backoff
        return backoff.refused or backoff.seconds_out(now) >= _FALLBACK_AFTER

    async def _refresh_presence(self, now: float) -> None:
        if now < self._presence_backoff.retry_at:
            return
        asked = self._watched  # people may be added or removed meanwhile
        try:
            records = await self._client.presence.batch(list(asked))
        except XboxError as err:
            self._presence_backoff.failed(err, now)
            return
        self._call_before_update(now)
        record_answer(self._presence_backoff, (self._profile_backoff,))
        for xuid, person in asked.items():
            if (record := records.get(xuid)) is None:
                person.update_unlisted(now)
                continue
            self._learn_names(presence_of_record(record), record.last_seen)
            promised = self._coverage.announces_presence(xuid, person.presence)
            if person.update_record(record, now):
                self.push_trust.on_change_found(xuid, time.monotonic(), promised=promised)

    def _learn_names(self, presence: Presence, seen: LastSeen | None = None) -> None:
        for title in presence.titles:
            self.titles.names.learn(title.title_id, title.name)
        if seen and seen.title_id:
            self.titles.names.learn(seen.title_id, seen.title_name)

    def _call_before_update(self, now: float) -> None:
        for callback in self._before_update:
            callback()
        sleeps, self._sleeps = self._sleeps, self._client.auth.http.sleeps.count
        if sleeps != self._sleeps:
            self._forget_what_is_current(now)

    def _forget_what_is_current(self, now: float) -> None:
        """Show that what was known is outdated: the next answer is a beginning, and tells no changes."""
        known = [person for person in self._watched.values() if person.presence_at is not None]
        for person in known:
            person.presence_answered_at = -math.inf
            if person.profile_at is not None:
                person.profile_at = -math.inf
        if known:
            self._show(self._snapshots(now))

    async def _refresh_profiles(self, wanted: Collection[str], now: float) -> None:
        asked = self._watched  # people may be added or removed meanwhile
        xuids = [xuid for xuid in wanted if xuid in asked]
        if not xuids or now < self._profile_backoff.retry_at or self._is_budget_low():
            return
        try:
            people = await self._client.people.batch(xuids)
        except XboxError as err:
            self._profile_backoff.failed(err, now)
            return
        record_answer(self._profile_backoff, (self._presence_backoff,))
        for xuid in xuids:
            asked[xuid].update_listed(xuid in people, now)
        for xuid, person in people.items():
            if asked[xuid].update_profile(person, now):
                self.titles.invalidate_progress(xuid)
            self._learn_names(presence_of_person(person))
        details = [detail for person in people.values() for detail in person.presence_details]
        kinds = {
            it.title_id: it.is_game for it in details if it.title_id and it.is_game is not None
        }
        for title_id, is_game in kinds.items():
            self.titles.set_is_game(title_id, is_game)

    def _is_budget_low(self) -> bool:
        """Tell whether the rest of the budget is reserved for requests by hand, whose errors are shown."""
        left = self._client.budget_left(Service.PEOPLE)
        known = any(person.profile_at is not None for person in self._watched.values())
        return known and left is not None and 0 < left <= _RESERVE

    def _use_profiles_as_presence(self, now: float) -> None:
        """Take the presences from profiles while userpresence does not answer."""
        if self._presence_backoff.failing_since is None:
            return
        self._call_before_update(now)
        for person in self._watched.values():
            if person.profile is None or person.profile_at != now:
                continue
            if person.presence_at is None or self._uses_fallback(now):
                person.use_profile_as_presence(now)

    def _snapshot(self, person: WatchedPerson, now: float) -> PersonSnapshot:
        names = self._names[person.xuid]
        names.update(person.presence)
        presence = names.named(person.presence.with_kinds(self.titles.is_game))
        outdated = self._is_presence_outdated(person, now)
        unknown = outdated or person.seconds_hidden() > GRACE_SECONDS
        missing = unknown and self._is_unlisted(person)
        if unknown and not outdated:
            presence = UNKNOWN_PRESENCE  # the service answers but leaves the person out: hidden
        active = presence.active
        return PersonSnapshot(
            xuid=person.xuid,
            presence=presence,
            in_game=person.remember_in_game(presence, now),
            profile=person.profile and person.profile.model_copy(update=_VOLATILE_FIELDS),
            title=names.title(self.titles.title(person.xuid, active.title_id)) if active else None,
            last_online=person.last_online,
            profile_confirmed=person.profile_confirmed,
            score_confirmed=person.score.is_confirmed,
            presence_current=not (missing or outdated),
            profile_current=person.profile_at is not None
            and now - person.profile_at <= PROFILE_SECONDS + _OLDEST_SECONDS
            and self._seconds_profiles_out(now) <= GRACE_SECONDS,
            gone=missing and not outdated and self._profile_backoff.failing_since is None,
        )

    def _seconds_profiles_out(self, now: float) -> float:
        """Return the seconds without an answer about profiles; without a sign-in there is no request."""
        refused = isinstance(self._presence_backoff.error, XboxAuthError)
        backoffs = [self._profile_backoff, *([self._presence_backoff] if refused else [])]
        return max(backoff.seconds_out(now) for backoff in backoffs)

    def _is_unlisted(self, person: WatchedPerson) -> bool:
        """Tell whether peoplehub does not know a person. An answer without any person proves nothing."""
        known = any(other.unlisted_at is None for other in self._watched.values())
        return known and person.seconds_unlisted() >= GRACE_SECONDS

    def _is_presence_outdated(self, person: WatchedPerson, now: float) -> bool:
        """Tell whether the latest answer about a person's presence is too old."""
        age, out_for = now - person.presence_answered_at, self._presence_backoff.seconds_out(now)
        return age > _OLDEST_SECONDS or (age > GRACE_SECONDS and out_for > GRACE_SECONDS)
