"""Finds what people unlock, each achievement once, with few requests.

Push, a moved gamerscore and a moved number of unlocked achievements make it ask at once; else the game being
played is asked about now and then, and nothing while nobody plays. What happened while nobody could look is
found by one request for what was unlocked last, over all titles.
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
from ..endpoints import Service
from ..errors import XboxAuthError, XboxError, XboxRateLimitError, XboxRequestError
from ..http.rate_limits import RESERVES, Purpose
from ..models.achievement import Achievement
from ..models.achievements import AnnouncedProgress
from ..people.observer import PeopleObserver
from ..people.person import PersonSnapshot
from ..services.achievements import Page
from .memory import UnlockMemory
from .schedule import Game, System, UnlockSchedule

LATE: Final = timedelta(minutes=10)
HIDDEN_SECONDS: Final = 3600.0

# What a look at the latest costs is mostly what it answers.
_FEW: Final = 3
_MANY: Final = 50
_MOST_PAGES: Final = 20
_RESERVE: Final = RESERVES[Service.ACHIEVEMENTS, Purpose.UNLOCK_SEARCH]
_BUSY_SECONDS: Final = 15.0
# Xbox 360 titles that are looked through for what nothing else explains.
_MOST_OLD_TITLES: Final = 5
_PLAYED_BEFORE: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Unlock:
    """An achievement that somebody has unlocked; `late` if that was learnt long afterwards."""

    achievement: Achievement
    late: bool


class _NotWatchedError(Exception):
    """What is found now would be told to nobody: it has to be found again."""


class UnlockWatcher:
    """Finds what people unlock. What they had unlocked before they were watched is no news.

    `version` moves whenever there is something new to keep.
    """

    def __init__(
        self,
        client: XboxClient,
        observer: PeopleObserver,
        tell: Callable[[str, list[Unlock]], None],
    ) -> None:
        """`tell` gets xuid and news in their order, as soon as they are remembered."""
        self._client = client
        self._observer = observer
        self._on_unlocks = tell
        self._schedules: dict[str, UnlockSchedule] = {}
        self._memories: dict[str, UnlockMemory] = {}
        self._asks_from = 0.0
        self.is_pushed: Callable[[str, str], bool] = lambda *_: False
        """Whether push announces what a person (xuid) unlocks in a title (its service config id)."""
        self.version = 0
        self.unlocks_found = 0
        """Unlocks told so far."""
        self.titles_outdated = False
        """Whether the library has to be asked for what was found."""

    def watch(self, xuid: str) -> None:
        """Look for what a person unlocks from now on; first of all, for what that was meanwhile."""
        self._schedules[xuid] = UnlockSchedule(xuid, all_due=time.monotonic())

    def unwatch(self, xuid: str) -> None:
        """Ask no more about a person, and remember what is known."""
        self._schedules.pop(xuid, None)

    def keep_only(self, kept: Collection[str]) -> None:
        """Forget what everybody but these people have unlocked."""
        for xuid in self._memories.keys() - set(kept):
            del self._memories[xuid]
            self.version += 1

    def update_people(self, people: Mapping[str, PersonSnapshot]) -> None:
        """Take over what people do, and what their numbers say."""
        now = time.monotonic()
        library = self._observer.titles
        for xuid in self._schedules.keys() & people.keys():
            follower, memory = self._schedules[xuid], self._memories.get(xuid)
            follower.on_presence(people[xuid], library, now)
            follower.on_counters(people[xuid], library, memory.score if memory else None, now)

    def on_push(self, xuid: str, scope: str, data: object) -> None:
        """Take note that push says something about a person and the title of a service config id."""
        if (follower := self._schedules.get(xuid)) is None:
            return
        try:
            told = AnnouncedProgress.model_validate(data).progression
        except ValueError:
            return
        known = self._memories[xuid].known if xuid in self._memories else {}
        for it in told:
            if (it.progress_state or "").casefold() == "achieved":
                follower.on_push(f"{scope.lower()}/{it.achievement_id}", known, time.monotonic())

    def on_push_missed(self) -> None:
        """Ask at once where push was relied on: something may not have been announced."""
        for follower in self._schedules.values():
            follower.on_push_missed()

    def catch_up(self) -> None:
        """Look for what everybody unlocked while nobody could see it."""
        now = time.monotonic()
        self._asks_from = now
        for follower in self._schedules.values():
            follower.backoff.retry_at, follower.all_due = now, now

    def active_scopes(self) -> list[tuple[str, str]]:
        """Return who (xuid) is in which games (their service config ids)."""
        return [
            (xuid, game.scope)
            for xuid, follower in self._schedules.items()
            for game in follower.games.values()
            if game.scope and game.system is System.MODERN
        ]

    def seconds_until_refresh(self) -> float | None:
        """Return for how many seconds there is nothing to ask, None for as long as nothing changes."""
        now = time.monotonic()
        due = min((self._due_at(it, now) for it in self._schedules.values()), default=math.inf)
        if math.isinf(due):
            return None
        return max(due, self._asks_from, now) - now

    async def refresh(self) -> None:
        """Ask for what is due. Never raises an `XboxError`: what fails is asked again later."""
        now = time.monotonic()
        if isinstance(self._observer.last_error, XboxAuthError):
            self._asks_from = now + _BUSY_SECONDS  # the sign-in does not work: nobody can do better
        if now < self._asks_from:
            return
        due = [it for it in self._schedules.values() if self._due_at(it, now) <= now]
        await gather(*(self._refresh_person(it, now) for it in due))

    def diagnostics(self) -> dict[str, object]:
        """Return what a bug report may show: numbers, never whose."""
        now = time.monotonic()
        followed = self._schedules.values()
        errors = sorted({type(it.backoff.error).__name__ for it in followed if it.backoff.error})
        return {
            "watched": len(followed),
            "known": len(self._memories),
            "in_games": sum(bool(it.games) for it in followed),
            "hidden": sum(it.hidden_until > now for it in followed),
            "push_trusted": sum(it.trusted for it in followed),
            "found": self.unlocks_found,
            "errors": errors,
        }

    def to_store(self) -> dict[str, Any]:
        """Return what is worth keeping over a restart, as JSON. It is about people."""
        return {xuid: memory.to_store() for xuid, memory in self._memories.items()}

    def from_store(self, data: object) -> None:
        """Take over what was kept; who is not whole in it counts as never seen."""
        for xuid, kept in data.items() if isinstance(data, dict) else ():
            try:
                self._memories[xuid] = UnlockMemory.from_store(kept)
            except ValueError:
                continue

    def _due_at(self, follower: UnlockSchedule, now: float) -> float:
        return follower.due_at(now, self.is_pushed)

    async def _refresh_person(self, follower: UnlockSchedule, now: float) -> None:
        try:
            memory = self._memories.get(follower.xuid)
            if memory is None:
                await self._start_memory(follower, now)
            else:
                if follower.all_titles_are_due(now):
                    await self._catch_up(follower, memory, now)
                for game in follower.games_due(now, self.is_pushed):
                    await self._refresh_game(follower, memory, game, now)
        except _NotWatchedError:
            return
        except XboxRequestError:
            follower.on_refusal(now + HIDDEN_SECONDS)
        except XboxError as err:
            follower.backoff.failed(err, now)
        else:
            follower.backoff.succeeded()
            follower.on_answers(now)
            self._keep_score(follower)

    def _check_watched(self, follower: UnlockSchedule) -> None:
        """Raise `_NotWatchedError` if somebody stopped listening before the answer came."""
        if self._schedules.get(follower.xuid) is not follower:
            raise _NotWatchedError

    async def _start_memory(self, follower: UnlockSchedule, now: float) -> None:
        """Learn what a person has unlocked so far: none of it is news."""
        page = await self._latest(follower.xuid, None, _MANY, None)
        self._memories[follower.xuid] = UnlockMemory.start(page.achievements, page.at)
        self.version += 1
        follower.on_all_titles_answer(now)

    async def _catch_up(self, follower: UnlockSchedule, memory: UnlockMemory, now: float) -> None:
        """Find what a person has unlocked while nobody could look, or nobody knows where."""
        found, at = await self._until_known(follower, memory, None)
        old: list[tuple[str, Page]] = []
        if follower.last_try:
            if not follower.in_doubt and follower.is_missing_points(memory.points(found)):
                found, at = await self._pages(follower.xuid, memory, None)
            if follower.is_missing_points(memory.points(found)):
                old = await self._xbox_360_unlocks(follower.xuid, memory)
        self._check_watched(follower)
        news = memory.add(found, follower.announced)
        for title_id, page in old:
            news += memory.add_xbox_360(title_id, page.achievements, page.at)
        self._report_unlocks(follower, news, at, now, catching_up=True)
        follower.on_all_titles_answer(now)

    async def _xbox_360_unlocks(self, xuid: str, memory: UnlockMemory) -> list[tuple[str, Page]]:
        """Return what was earned in the Xbox 360 titles that were played since the last look."""
        self._check_budget()
        titles = await self._client.achievements.old_titles(xuid)
        newest = max((it for it in memory.known.values() if it), default=memory.since)
        since = max(newest, memory.since) - _PLAYED_BEFORE
        played = [(it.last_played, it.title_id) for it in titles if it.last_played]
        latest = sorted((it for it in played if it[0] > since), reverse=True)[:_MOST_OLD_TITLES]
        found = []
        for _, title_id in latest:
            self._check_budget()
            found.append((title_id, await self._client.achievements.earned(xuid, title_id)))
        return found

    async def _refresh_game(
        self, follower: UnlockSchedule, memory: UnlockMemory, game: Game, now: float
    ) -> None:
        if game.system is System.XBOX_360:
            self._check_budget()
            page = await self._client.achievements.earned(follower.xuid, game.title_id)
            self._check_watched(follower)
            # what is there when a game begins has happened before
            at, catching_up = page.at, not game.asked
            self.version += game.title_id not in memory.old_titles
            news = memory.add_xbox_360(game.title_id, page.achievements, at)
        else:
            catching_up = False
            found, at = await self._until_known(follower, memory, game.title_id)
            self._check_watched(follower)
            news = memory.add(found, follower.announced)
        self._report_unlocks(follower, news, at, now, catching_up=catching_up)
        follower.on_game_answer(game, now)

    async def _until_known(
        self, follower: UnlockSchedule, memory: UnlockMemory, title_id: str | None
    ) -> tuple[list[Achievement], datetime]:
        """Return what was unlocked last, at least as far back as it is no news, and when that was said."""
        if not follower.in_doubt:
            page = await self._latest(follower.xuid, title_id, _FEW, None)
            if _reaches_known(page, memory):
                return list(page.achievements), page.at
        return await self._pages(follower.xuid, memory, title_id, whole=follower.in_doubt)

    async def _pages(
        self, xuid: str, memory: UnlockMemory, title_id: str | None, *, whole: bool = False
    ) -> tuple[list[Achievement], datetime]:
        """Return the same in large pages; the whole of a title, if it has to be."""
        whole = whole and title_id is not None
        found: dict[str, Achievement] = {}
        token, used = None, set[str]()
        for _ in range(_MOST_PAGES):
            page = await self._latest(xuid, title_id, _MANY, token)
            found |= {it.key: it for it in page.achievements}
            token = page.token
            if not token or token in used or (not whole and _reaches_known(page, memory)):
                break
            used.add(token)
        return list(found.values()), page.at

    async def _latest(self, xuid: str, title_id: str | None, most: int, token: str | None) -> Page:
        self._check_budget()
        return await self._client.achievements.latest(xuid, title_id, most=most, token=token)

    def _check_budget(self) -> None:
        """Raise `XboxRateLimitError` while what is left of the budget is for others."""
        left = self._client.budget_left(Service.ACHIEVEMENTS)
        if left is not None and left <= _RESERVE:
            raise XboxRateLimitError(
                f"{Service.ACHIEVEMENTS} is asked too much already",
                service=Service.ACHIEVEMENTS,
                retry_after=_BUSY_SECONDS,
            )

    def _report_unlocks(
        self,
        follower: UnlockSchedule,
        news: list[Achievement],
        at: datetime,
        now: float,
        *,
        catching_up: bool,
    ) -> None:
        """Tell what is news, the oldest first."""
        if not news:
            return
        library = self._observer.titles
        named = [_named(it, library, follower.xuid) for it in news]
        if follower.on_unlocks(named, self.is_pushed, now):
            library.invalidate_progress(follower.xuid)
            self.titles_outdated = True
        self.version += 1
        self.unlocks_found += len(named)
        self._keep_score(follower)
        unlocks = [
            Unlock(it, late=catching_up if it.unlocked_at is None else at - it.unlocked_at > LATE)
            for it in sorted(named, key=_moment)
        ]
        self._on_unlocks(follower.xuid, unlocks)

    def _keep_score(self, follower: UnlockSchedule) -> None:
        memory = self._memories.get(follower.xuid)
        if memory and follower.score and memory.score != follower.score.explained:
            memory.score = follower.score.explained
            self.version += 1


def _reaches_known(page: Page, memory: UnlockMemory) -> bool:
    """Tell whether nothing that comes after a page can be news."""
    return not page.token or bool(page.achievements and memory.knows(page.achievements[-1]))


def _moment(it: Achievement) -> datetime:
    return it.unlocked_at or datetime.max.replace(tzinfo=UTC)


def _named(it: Achievement, library: TitleCache, xuid: str) -> Achievement:
    """Return the same with its title, which the service does not always tell."""
    title = library.title(xuid, it.title_id) if it.title_id else library.by_service_config(it.scope)
    if title is None:
        return it
    return replace(it, title_id=title.title_id, title=it.title or title.name)
