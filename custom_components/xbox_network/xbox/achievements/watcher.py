"""Finds the achievements that people unlock, each once, with few requests.

Push, a higher gamerscore and a higher number of unlocked achievements lead to a request at once. Without these
signals the game being played is polled, and nothing while no game is played. One request for the latest
unlocks of all titles finds those that happened while no request was possible.
"""

import math
import time
from asyncio import gather
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from ..caches.titles import TitleCache
from ..client import XboxClient
from ..errors import XboxAuthError, XboxError, XboxRequestError
from ..models.achievement import Achievement
from ..models.achievements import AnnouncedProgress
from ..people.observer import PeopleObserver
from ..people.person import PersonSnapshot
from ..realtime.topics import NoCoverage, UnlockCoverage
from .lists import BUSY_SECONDS, FEW, GapError, HiddenError, UnlockLists
from .memory import UnlockMemory, possible_time
from .schedule import Game, System, UnlockSchedule

LATE: Final = timedelta(minutes=10)
HIDDEN_SECONDS: Final = 3600.0

# Seconds until a list is asked for again that may have lacked something.
_AGAIN_SECONDS: Final = 15.0


@dataclass(frozen=True, slots=True)
class Unlock:
    """An achievement that a person has unlocked; `late` if it was found long afterwards."""

    achievement: Achievement
    late: bool


class _NotWatchedError(Exception):
    """The person is not watched any more: the unlocks have to be found again later."""


class UnlockWatcher:
    """Finds the unlocks of the watched people. An unlock from before the first watch is no news.

    `version` changes whenever there is something new to keep.
    """

    def __init__(
        self,
        client: XboxClient,
        observer: PeopleObserver,
        on_unlocks: Callable[[str, list[Unlock]], None],
        coverage: UnlockCoverage | None = None,
    ) -> None:
        """`on_unlocks` gets a xuid and its new unlocks, the oldest first, as soon as they are remembered.

        Without `coverage` push announces nothing.
        """
        self._lists = UnlockLists(client, observer.titles)
        self._sleeps = client.auth.http.sleeps
        self._sleep_count = self._sleeps.count
        self._observer = observer
        self._on_unlocks = on_unlocks
        self._coverage = coverage or NoCoverage()
        self._schedules: dict[str, UnlockSchedule] = {}
        self._memories: dict[str, UnlockMemory] = {}
        self._asks_from = 0.0
        self.version = 0
        self.unlocks_found = 0
        """The number of unlocks reported so far."""
        self.titles_outdated = False
        """Whether the progress in the cache of titles lacks unlocks that were found."""

    def watch(self, xuid: str) -> None:
        """Look for the unlocks of a person from now on, and first for those since the last watch."""
        self._schedules[xuid] = UnlockSchedule(xuid, self._coverage, all_due=time.monotonic())

    def unwatch(self, xuid: str) -> None:
        """Stop asking about a person; the known unlocks are kept."""
        self._schedules.pop(xuid, None)

    def keep_only(self, kept: Collection[str]) -> None:
        """Forget the unlocks of all other people."""
        for xuid in self._memories.keys() - set(kept):
            del self._memories[xuid]
            self.version += 1

    def update_people(self, people: Mapping[str, PersonSnapshot]) -> None:
        """Take over the games, gamerscores and numbers of achievements of people."""
        self._sleep_count = self._sleeps.count
        now, titles = time.monotonic(), self._observer.titles
        for xuid in self._schedules.keys() & people.keys():
            schedule, memory = self._schedules[xuid], self._memories.get(xuid)
            schedule.on_presence(people[xuid], titles, memory, now)
            schedule.on_counters(people[xuid], titles, memory.score if memory else None, now)

    def on_push(self, xuid: str, scope: str, data: object) -> None:
        """Take over an event of push about a person's unlocks in a title; `scope` is its service config id."""
        if (schedule := self._schedules.get(xuid)) is None:
            return
        try:
            progression = AnnouncedProgress.model_validate(data).progression
        except ValueError:
            return
        known = self._memories[xuid].known if xuid in self._memories else {}
        for it in progression:
            if (it.progress_state or "").casefold() == "achieved":
                schedule.on_push(f"{scope.lower()}/{it.achievement_id}", known, time.monotonic())

    def on_push_missed(self) -> None:
        """Ask at once where push was relied on: events may have been missed."""
        for schedule in self._schedules.values():
            schedule.on_push_missed()

    def demand(self, xuid: str) -> bool:
        """Make the games of a person due at once, because somebody asks; tell whether there are any to ask about."""
        schedule = self._schedules.get(xuid)
        return schedule is not None and schedule.on_demand(time.monotonic())

    def catch_up(self) -> None:
        """Look for the unlocks of all people over all titles, after an outage."""
        now = time.monotonic()
        self._asks_from = now
        for schedule in self._schedules.values():
            schedule.backoff.retry_at = now
            schedule.on_outage(now)

    def active_scopes(self) -> list[tuple[str, str]]:
        """Return the games that people play: pairs of a xuid and a service config id."""
        return [
            (xuid, game.scope)
            for xuid, schedule in self._schedules.items()
            for game in schedule.games.values()
            if game.scope and game.system is System.MODERN
        ]

    def seconds_until_refresh(self) -> float | None:
        """Return the seconds until something is due, None if nothing is due without a change."""
        now = time.monotonic()
        due = min((it.due_at() for it in self._schedules.values()), default=math.inf)
        if math.isinf(due):
            return None
        return max(due, self._asks_from, now) - now

    async def refresh(self) -> None:
        """Send the requests that are due. Never raises an `XboxError`: a failed one is repeated later."""
        now = time.monotonic()
        if isinstance(self._observer.last_error, XboxAuthError):
            self._asks_from = now + BUSY_SECONDS  # without a sign-in every request fails
        if now < self._asks_from:
            return
        due = [it for it in self._schedules.values() if it.due_at() <= now]
        await gather(*(self._refresh_person(it, now) for it in due))

    def diagnostics(self) -> dict[str, object]:
        """Return numbers for a bug report; nothing in them is about a person."""
        now = time.monotonic()
        schedules = self._schedules.values()
        errors = sorted({type(it.backoff.error).__name__ for it in schedules if it.backoff.error})
        return {
            "watched": len(schedules),
            "known": len(self._memories),
            "in_games": sum(bool(it.games) for it in schedules),
            "hidden": sum(it.hidden_until > now for it in schedules),
            "push_trusted": sum(it.push_trust.trusted for it in schedules),
            "found": self.unlocks_found,
            "errors": errors,
        }

    def to_store(self) -> dict[str, Any]:
        """Return the known unlocks as JSON, to keep over a restart. They are about people."""
        return {xuid: memory.to_store() for xuid, memory in self._memories.items()}

    def from_store(self, data: object) -> None:
        """Take over the kept unlocks; a person whose part is unreadable counts as never watched."""
        for xuid, stored in data.items() if isinstance(data, dict) else ():
            try:
                self._memories[xuid] = UnlockMemory.from_store(stored)
            except ValueError:
                continue

    async def _refresh_person(self, schedule: UnlockSchedule, now: float) -> None:
        try:
            memory = self._memories.get(schedule.xuid)
            if memory is None:
                await self._start_memory(schedule, now)
            else:
                if schedule.all_titles_are_due(now):
                    await self._catch_up(schedule, memory, now)
                for game in schedule.games_due(now):
                    await self._refresh_game(schedule, memory, game, now)
        except _NotWatchedError:
            return
        except GapError:
            schedule.on_gap(now + _AGAIN_SECONDS)
        except XboxRequestError, HiddenError:
            schedule.on_refusal(now + HIDDEN_SECONDS)
        except XboxError as err:
            schedule.backoff.failed(err, now)
        else:
            schedule.backoff.succeeded()
            memory = self._memories[schedule.xuid]
            schedule.on_answers(now, waiting=bool(memory.waiting))
            self._keep_score(schedule)

    def _check_watched(self, schedule: UnlockSchedule) -> None:
        """Raise `_NotWatchedError` if the watch has ended before the answer came."""
        if self._schedules.get(schedule.xuid) is not schedule:
            raise _NotWatchedError

    async def _start_memory(self, schedule: UnlockSchedule, now: float) -> None:
        """Learn the unlocks of a person so far: none of them is news."""
        page = await self._lists.first(schedule.xuid)
        memory = self._memories[schedule.xuid] = UnlockMemory.start(page.achievements, page.at)
        schedule.on_memory(memory)
        self.version += 1
        schedule.on_first_answer(now)

    async def _catch_up(self, schedule: UnlockSchedule, memory: UnlockMemory, now: float) -> None:
        """Find the unlocks over all titles: after an outage, and when the title of an unlock is unknown."""
        lists, announced = self._lists, schedule.push_trust.unconfirmed
        latest = await lists.latest(schedule, memory)
        found = list(latest.achievements)

        def is_missing_points() -> bool:
            points = memory.points(found, latest.at, announced)
            return schedule.last_search and schedule.is_missing_points(points)

        if not schedule.in_doubt and is_missing_points():
            latest = await lists.pages(schedule, memory)
            found = list(latest.achievements)
        if is_missing_points():
            found += await lists.xbox_360(schedule, memory, latest)
        self._check_watched(schedule)
        late = not (schedule.search_at is not None and schedule.live)
        news = self._report_new(schedule, memory, found, latest.at, now, catching_up=late)
        schedule.on_all_titles_answer(now)
        if len(news) >= FEW:
            schedule.on_burst(now + _AGAIN_SECONDS)

    async def _refresh_game(
        self, schedule: UnlockSchedule, memory: UnlockMemory, game: Game, now: float
    ) -> None:
        lists, is_old, looks = self._lists, game.system is System.XBOX_360, game.needs_look
        if looks:
            page = await lists.whole(schedule, memory, game)
        elif is_old:
            page = await lists.earned(schedule, memory, game.title_id)
        else:
            page = await lists.latest(schedule, memory, game)
        self._check_watched(schedule)
        # the unlocks in the first answer about a game may be older than the game's start
        slept = self._sleeps.count != self._sleep_count
        blind = schedule.search_at is not None and not schedule.live
        late = slept or blind or game.missed or (is_old and not game.asked)
        found = [it for it in page.achievements if it.unlocked]
        news = self._report_new(
            schedule, memory, found, page.at, now, catching_up=late, patient=game.asked
        )
        game.missed = game.missed and not (looks or is_old)
        game.looks += looks
        if looks and page.achievements:
            version = memory.version
            memory.look(game.scope, page.achievements)
            self.version += memory.version - version
        schedule.on_game_answer(game, now)
        if not is_old and len(news) >= FEW:
            schedule.on_burst(now + _AGAIN_SECONDS)

    def _report_new(
        self,
        schedule: UnlockSchedule,
        memory: UnlockMemory,
        found: list[Achievement],
        at: datetime,
        now: float,
        *,
        catching_up: bool,
        patient: bool = True,
    ) -> list[Achievement]:
        """Remember the unlocks that were found, report the new ones, and return them.

        If `patient`, those that only the gamerscore can prove wait until it is reported.
        """
        version, announced = memory.version, schedule.push_trust.unconfirmed
        patient = patient and schedule.search_at is None
        waits = patient and memory.doubts(found, at, announced)
        points = None if waits else schedule.unexplained
        news = memory.add(found, at, announced=announced, points=points, numbers=schedule.uncounted)
        schedule.on_memory(memory)
        if waits:
            schedule.on_doubts(now, live=not catching_up)
        self.version += memory.version - version
        self._report_unlocks(schedule, news, at, now, catching_up=catching_up)
        return news

    def _report_unlocks(
        self,
        schedule: UnlockSchedule,
        news: list[Achievement],
        at: datetime,
        now: float,
        *,
        catching_up: bool,
    ) -> None:
        """Report new unlocks, the oldest first."""
        if not news:
            return
        titles = self._observer.titles
        named = [_named(it, titles, schedule.xuid) for it in news]
        if schedule.on_unlocks(named, now):
            titles.invalidate_progress(schedule.xuid)
            self.titles_outdated = True
        self.version += 1
        self.unlocks_found += len(named)
        self._keep_score(schedule)
        unlocks = [_unlock(it, at, catching_up=catching_up) for it in named]
        self._on_unlocks(schedule.xuid, sorted(unlocks, key=_moment))

    def _keep_score(self, schedule: UnlockSchedule) -> None:
        memory = self._memories.get(schedule.xuid)
        if memory and schedule.score and memory.score != schedule.score.explained:
            memory.score = schedule.score.explained
            self.version += 1


def _unlock(found: Achievement, at: datetime, *, catching_up: bool) -> Unlock:
    """Return the unlock to report. A time that cannot be true is no time, and nobody knows how old it is."""
    moment = possible_time(found, at)
    late = at - moment > LATE if moment else catching_up or found.unlocked_at is not None
    return Unlock(replace(found, unlocked_at=moment), late=late)


def _moment(it: Unlock) -> datetime:
    return it.achievement.unlocked_at or datetime.max.replace(tzinfo=UTC)


def _named(it: Achievement, titles: TitleCache, xuid: str) -> Achievement:
    """Return an achievement with its title, which the service does not always give."""
    title = titles.title(xuid, it.title_id) if it.title_id else titles.by_service_config(it.scope)
    if title is None:
        return it
    return replace(it, title_id=title.title_id, title=it.title or title.name)
