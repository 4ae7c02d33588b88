"""Reads the lists of unlocks, with few requests.

What a whole list leaves out once is a gap: it is asked for again. What the next one leaves out, too, is gone.
"""

from dataclasses import replace
from datetime import timedelta
from typing import Final

from ..caches.titles import TitleCache
from ..client import XboxClient
from ..endpoints import Service
from ..errors import XboxRateLimitError
from ..http.rate_limits import RESERVES, Purpose
from ..models.achievement import Achievement, old_scope
from ..services.achievements import Page
from .memory import UnlockMemory
from .schedule import Game, System, UnlockSchedule

BUSY_SECONDS: Final = 15.0

# Achievements in an answer: the cost of a request is mostly its answer.
FEW: Final = 3
_MANY: Final = 50
_MOST_PAGES: Final = 20
_RESERVE: Final = RESERVES[Service.ACHIEVEMENTS, Purpose.UNLOCK_SEARCH]
# Xbox 360 titles that are searched when no other unlock explains the gamerscore.
_MOST_OLD_TITLES: Final = 5
_PLAYED_BEFORE: Final = timedelta(days=1)


class GapError(Exception):
    """A list lacks known unlocks for the first time."""


class HiddenError(Exception):
    """A person shows none of the known unlocks any more."""


class UnlockLists:
    """The lists of unlocks of people. Each method raises any `XboxError`, and most raise the errors above."""

    def __init__(self, client: XboxClient, titles: TitleCache) -> None:
        """Ask in the name of one account; `titles` learn the names of titles in the answers."""
        self._client = client
        self._titles = titles

    async def first(self, xuid: str) -> Page:
        """Return the latest unlocks of a person who was not watched before."""
        return await self._latest(xuid, None, _MANY, None)

    async def latest(
        self, schedule: UnlockSchedule, memory: UnlockMemory, game: Game | None = None
    ) -> Page:
        """Return the latest unlocks in a title or in all, back to the first known one at least."""
        title_id, scope = (game.title_id, game.scope) if game else (None, None)
        if not (schedule.in_doubt or schedule.wide):
            page = await self._latest(schedule.xuid, title_id, FEW, None)
            if _reaches_known(page, memory):
                return _checked(schedule, memory, scope, page)
        whole = schedule.in_doubt and game is not None
        return await self.pages(schedule, memory, game, whole=whole)

    async def pages(
        self,
        schedule: UnlockSchedule,
        memory: UnlockMemory,
        game: Game | None = None,
        *,
        whole: bool = False,
    ) -> Page:
        """Return the same from large pages; `whole` asks for all unlocks of a title."""
        found: dict[str, Achievement] = {}
        title_id, scope = (game.title_id, game.scope) if game else (None, None)
        token, used = None, set[str]()
        for _ in range(_MOST_PAGES):
            page = await self._latest(schedule.xuid, title_id, _MANY, token)
            found |= {it.key: it for it in page.achievements}
            token = page.token
            if not token or token in used or (not whole and _reaches_known(page, memory)):
                break
            used.add(token)
        read = Page(tuple(found.values()), token, page.at)
        return _checked(schedule, memory, scope, read)

    async def whole(self, schedule: UnlockSchedule, memory: UnlockMemory, game: Game) -> Page:
        """Return all achievements of a title, also the locked ones."""
        self._check_budget()
        old = game.system is System.XBOX_360
        page = await self._client.achievements.whole(schedule.xuid, game.title_id, old=old)
        page = self._scoped(schedule.xuid, page)
        return _checked(schedule, memory, game.scope, page)

    async def earned(self, schedule: UnlockSchedule, memory: UnlockMemory, title_id: str) -> Page:
        """Return the unlocks in an Xbox 360 title."""
        self._check_budget()
        page = await self._client.achievements.earned(schedule.xuid, title_id)
        return _checked(schedule, memory, old_scope(title_id), page)

    async def xbox_360(
        self, schedule: UnlockSchedule, memory: UnlockMemory, latest: Page
    ) -> list[Achievement]:
        """Return the unlocks in the Xbox 360 titles that were played since the latest known unlock."""
        self._check_budget()
        titles = await self._client.achievements.old_titles(schedule.xuid)
        moments = [it for it in memory.known.values() if it and it <= latest.at]
        since = max([memory.since, *moments]) - _PLAYED_BEFORE
        played = sorted(
            (it.last_played, it.title_id)
            for it in titles
            if it.last_played and it.last_played > since
        )
        found: list[Achievement] = []
        for _, title_id in played[-_MOST_OLD_TITLES:]:
            found += (await self.earned(schedule, memory, title_id)).achievements
        return found

    async def _latest(self, xuid: str, title_id: str | None, most: int, token: str | None) -> Page:
        self._check_budget()
        page = await self._client.achievements.latest(xuid, title_id, most=most, token=token)
        for it in page.achievements:
            if it.title_id:
                self._titles.names.learn(it.title_id, it.title)
        return self._scoped(xuid, page)

    def _scoped(self, xuid: str, page: Page) -> Page:
        """Return a list with the scopes that it leaves out, without items whose scope nobody knows.

        Nothing else tells a known unlock from a new one.
        """
        scoped = (it if it.scope else self._with_scope(xuid, it) for it in page.achievements)
        return replace(page, achievements=tuple(it for it in scoped if it.scope))

    def _with_scope(self, xuid: str, found: Achievement) -> Achievement:
        title = self._titles.title(xuid, found.title_id or "")
        return replace(found, scope=((title and title.service_config_id) or "").lower())

    def _check_budget(self) -> None:
        """Raise `XboxRateLimitError` while the rest of the budget is reserved for other requests."""
        left = self._client.budget_left(Service.ACHIEVEMENTS)
        if left is not None and left <= _RESERVE:
            raise XboxRateLimitError(
                f"{Service.ACHIEVEMENTS} is asked too much already",
                service=Service.ACHIEVEMENTS,
                retry_after=BUSY_SECONDS,
            )


def _reaches_known(page: Page, memory: UnlockMemory) -> bool:
    """Tell whether no unlock on a later page can be news."""
    last = page.achievements[-1:]
    return not page.token or any(memory.knows(it, page.at) for it in last)


def _checked(schedule: UnlockSchedule, memory: UnlockMemory, scope: str | None, page: Page) -> Page:
    """Return a list. Raises an error for a list that was read to its end and lacks known unlocks."""
    if page.token or not memory.missing(scope, page.achievements):
        schedule.gaps.discard(scope)
        return page
    if scope not in schedule.gaps:
        schedule.gaps.add(scope)
        raise GapError
    if not page.achievements:
        raise HiddenError
    return page
