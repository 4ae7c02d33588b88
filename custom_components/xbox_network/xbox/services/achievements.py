"""achievements.xboxlive.com: the achievements of titles, and the progress of people (`docs/network.md` S6).

The contract selects the system, and with it the shape of the answer: 3 for Xbox 360 titles, 4 for newer ones.
"""

import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Final

from ..endpoints import Service
from ..http.requests import Answer
from ..models.achievement import Achievement, read_modern, read_old
from ..models.achievements import AchievementsAnswer, PagingInfo
from ..models.achievements_360 import OldAchievementsAnswer, OldTitle, OldTitlesAnswer
from ..transport import Transport

_XBOX_360: Final = {"x-xbl-contract-version": "3"}
_ITEMS: Final = 200
# The pages have room for more achievements than any title has.
_MOST_PAGES: Final = 20
# Clocks that differ by more do not agree.
_SAME_TIME: Final = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Page:
    """Some achievements, the token of the next page (None without one), and the time of the answer."""

    achievements: tuple[Achievement, ...]
    token: str | None
    at: datetime


class AchievementsService:
    """Reads achievements of both systems."""

    def __init__(self, transport: Transport) -> None:
        """Ask in the name of one account."""
        self._transport = transport

    async def total(self, xuid: str, title_id: str) -> int | None:
        """Return the number of achievements of a title newer than Xbox 360, which titlehub does not know.

        The answer holds one achievement at most (`docs/network.md` S6.4). 0 for a title without achievements,
        None for an answer without the number. Raises any `XboxError`.
        """
        answer = await self._ask(xuid, "achievements", {"titleId": title_id, "maxItems": "1"})
        read = await answer.read(AchievementsAnswer.read)
        return read.paging_info.total_records if read.paging_info else None

    async def latest(
        self, xuid: str, title_id: str | None = None, *, most: int, token: str | None = None
    ) -> Page:
        """Return the latest unlocks of a person, in a title or in all titles newer than Xbox 360.

        Achievements in progress are left out, though the service has been seen to answer them. Raises any
        `XboxError`.
        """
        query = {"titleId": title_id} if title_id else {}
        query |= {"unlockedOnly": "true", "orderBy": "UnlockTime", "maxItems": str(most)}
        page = await self._page(xuid, title_id, query, token)
        unlocked = tuple(it for it in page.achievements if it.unlocked)
        return Page(unlocked, page.token, page.at)

    async def whole(self, xuid: str, title_id: str, *, old: bool) -> Page:
        """Return all achievements of a title, with a person's progress; `old` is for Xbox 360 titles.

        Raises any `XboxError`.
        """
        query = {"titleId": title_id, "maxItems": str(_ITEMS)}
        if old:
            return await _all(lambda token: self._old_page(xuid, "titleachievements", query, token))
        return await _all(lambda token: self._page(xuid, title_id, query, token))

    async def earned(self, xuid: str, title_id: str) -> Page:
        """Return the unlocks of a person in an Xbox 360 title. Raises any `XboxError`."""
        query = {"titleId": title_id, "maxItems": str(_ITEMS)}
        found = await _all(lambda token: self._old_page(xuid, "achievements", query, token))
        return Page(tuple(it for it in found.achievements if it.unlocked), None, found.at)

    async def old_titles(self, xuid: str) -> tuple[OldTitle, ...]:
        """Return the Xbox 360 titles that a person has played, in no order. Raises any `XboxError`."""
        answer = await self._ask(xuid, "history/titles", {"maxItems": str(_ITEMS)}, old=True)
        return (await answer.read(OldTitlesAnswer.read)).titles

    async def _page(
        self, xuid: str, title_id: str | None, query: Mapping[str, str], token: str | None
    ) -> Page:
        before = self._network_time()
        answer = await self._ask(xuid, "achievements", _continued(query, token))

        def read(body: object, service: str) -> Page:
            content = AchievementsAnswer.read(body, service)
            found = tuple(read_modern(it, title_id) for it in content.achievements)
            return Page(found, _next(content.paging_info), _said_at(answer, before))

        return await answer.read(read)

    async def _old_page(
        self, xuid: str, path: str, query: Mapping[str, str], token: str | None
    ) -> Page:
        before = self._network_time()
        answer = await self._ask(xuid, path, _continued(query, token), old=True)

        def read(body: object, service: str) -> Page:
            content = OldAchievementsAnswer.read(body, service)
            found = tuple(read_old(it, query["titleId"]) for it in content.achievements)
            return Page(found, _next(content.paging_info), _said_at(answer, before))

        return await answer.read(read)

    def _network_time(self) -> datetime | None:
        """Return the time by the answers so far, of any service."""
        seconds = self._transport.auth.http.network_time(time.monotonic())
        return None if seconds is None else datetime.fromtimestamp(seconds, UTC)

    async def _ask(
        self, xuid: str, path: str, query: Mapping[str, str], *, old: bool = False
    ) -> Answer:
        return await self._transport.call(
            Service.ACHIEVEMENTS,
            "GET",
            f"/users/xuid({xuid})/{path}",
            query=query,
            headers=_XBOX_360 if old else None,
        )


async def _all(ask: Callable[[str | None], Awaitable[Page]]) -> Page:
    """Return all pages as one; a repeated token ends the list (`docs/network.md` S0.5)."""
    found: dict[str, Achievement] = {}
    used: set[str] = set()
    page = await ask(None)
    while True:
        found |= {it.key: it for it in page.achievements}
        if not page.token or page.token in used or len(used) >= _MOST_PAGES:
            return Page(tuple(found.values()), None, page.at)
        used.add(page.token)
        page = await ask(page.token)


def _continued(query: Mapping[str, str], token: str | None) -> dict[str, str]:
    return {**query, "continuationToken": token} if token else dict(query)


def _next(paging: PagingInfo | None) -> str | None:
    return (paging and paging.continuation_token) or None


def _said_at(answer: Answer, before: datetime | None) -> datetime:
    """Return the time of an answer by the service's clock: the host's clock may be wrong.

    A service's clock that neither the host nor the answers `before` agree with is wrong itself, if these two agree.
    """
    host = datetime.now(UTC)
    try:
        said = parsedate_to_datetime(answer.headers.get("Date", ""))
        said = said.astimezone(UTC) if said.tzinfo else said.replace(tzinfo=UTC)
    except ValueError, OverflowError:
        return before or host
    if before is None or _near(said, before) or _near(said, host) or not _near(before, host):
        return said
    return before


def _near(one: datetime, other: datetime) -> bool:
    return abs(one - other) <= _SAME_TIME
