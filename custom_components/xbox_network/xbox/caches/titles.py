"""Titles: what they are, kept for good, and how far people are in them, asked now and then.

What a title is and how many achievements it has is the same for everybody. A person's progress is
asked for when the person enters a title, and while the person stays in it.
"""

import time
from asyncio import gather
from collections import deque
from collections.abc import Awaitable, Collection
from dataclasses import dataclass
from itertools import islice
from typing import Any, Final

from ..client import XboxClient
from ..endpoints import BUDGETS, Service
from ..errors import XboxAuthError, XboxError, XboxRequestError
from ..models.base import Count, Items, TitleId, XboxModel
from ..models.titles import Title, TitleAchievement, TitleImage

PROGRESS_SECONDS: Final = 300.0
MOST_TITLES: Final = 500

_RETRY_SECONDS: Final = 60.0
# What is hidden or refused may be allowed some day; a title may have got more achievements.
_HIDDEN_SECONDS: Final = 3600.0
_MOST_SHELVES: Final = 500
# Of titlehub's budget, what titles that somebody enters need goes first; what is asked again gets half.
_MOST_AGAIN_AT_ONCE: Final = 4
_MOST_AGAIN: Final = BUDGETS[Service.TITLES].sustained // 2
_AGAIN_WINDOW: Final = 300.0
# `sourceVersion` (`xbox-services.md` 4.4): only for these titlehub knows how many achievements there are.
_NO_ACHIEVEMENTS, _XBOX_360 = 0, 1

type PersonTitle = tuple[str, str]
"""A person's xuid and a title id."""


class KnownTitle(XboxModel):
    """What is kept of a title. Nothing in it is about a person.

    `told_game` is peoplehub's word. `total` is how many achievements there were when all of them
    together were worth `worth` gamerscore.
    """

    title_id: TitleId
    title: Title | None = None
    told_game: bool | None = None
    total: Count | None = None
    worth: Count | None = None


class _Kept(XboxModel):
    titles: Items[KnownTitle] = ()


@dataclass(slots=True)
class _Progress:
    """How far a person is in a title, and when that was and is to be asked, in `time.monotonic`."""

    achievement: TitleAchievement | None = None
    asked: float = 0.0
    due: float = 0.0
    count_due: float = 0.0
    is_outdated: bool = False


class TitleCache:
    """What is known about titles, and about people in them.

    `error` is what stopped the sign-in during the last look; `version` moves whenever there is something
    new to keep.
    """

    def __init__(self, client: XboxClient) -> None:
        """Start with nothing known."""
        self._client = client
        self.error: XboxAuthError | None = None
        self.version = 0
        self._known: dict[str, KnownTitle] = {}
        self._progress: dict[PersonTitle, _Progress] = {}
        self._asked_again: deque[float] = deque()

    def is_game(self, title_id: str) -> bool | None:
        """Return whether a title is a game, None if no service has said."""
        if (known := self._known.get(title_id)) is None:
            return None
        told = known.title.is_game if known.title else None
        return known.told_game if told is None else told

    def set_is_game(self, title_id: str, is_game: bool) -> None:
        """Take over what peoplehub says about the kind of a title; what titlehub says outweighs it."""
        self._keep(title_id, told_game=is_game)

    def title(self, xuid: str, title_id: str) -> Title | None:
        """Return a title, with that person's progress and the true total as far as they are known."""
        known = self._known.get(title_id)
        if known is None or known.title is None:
            return None
        shelf = self._progress.get((xuid, title_id))
        if shelf is None or shelf.achievement is None:
            return known.title
        total = _total(known, shelf.achievement)
        achievement = shelf.achievement.model_copy(update={"total_achievements": total})
        return known.title.model_copy(update={"achievement": achievement})

    def by_service_config(self, service_config_id: str) -> Title | None:
        """Return the title of a service config id, without anybody's progress."""
        for known in self._known.values():
            title = known.title
            if title and (title.service_config_id or "").lower() == service_config_id:
                return title
        return None

    def invalidate_progress(self, xuid: str) -> None:
        """Take note that a person's gamerscore has moved: the progress is due at once."""
        now = time.monotonic()
        for (owner, _), shelf in self._progress.items():
            if owner == xuid:
                shelf.due, shelf.is_outdated = now, True

    def keep_only(self, kept: Collection[str]) -> None:
        """Forget the progress of everybody but these people."""
        for key in [key for key in self._progress if key[0] not in kept]:
            del self._progress[key]

    async def refresh(self, active: Collection[PersonTitle]) -> None:
        """Ask for what is due about the titles that people are in now. Never raises an `XboxError`.

        What fails leaves what was known, and is tried again in a minute; what is refused, in an hour.
        """
        now = time.monotonic()
        self.error = None
        self._mark_used(active)
        await gather(
            *(self._refresh(key, self._progress_of(key), now) for key in self._due(active, now))
        )

    async def count_achievements(self, active: Collection[PersonTitle]) -> None:
        """Ask how many achievements those of these titles have of which titlehub does not know it.

        Fails as `refresh` does.
        """
        now = time.monotonic()
        await gather(*(self._count(key, now) for key in self._to_count(active, now)))

    def counting_due(self, active: Collection[PersonTitle]) -> bool:
        """Tell whether `count_achievements` would ask for anything now."""
        return bool(self._to_count(active, time.monotonic()))

    def to_store(self) -> dict[str, Any]:
        """Return what is worth keeping over a restart, as JSON. Nothing in it is about a person."""
        kept = _Kept(titles=tuple(self._known.values()))
        return kept.model_dump(mode="json", exclude_defaults=True)

    def from_store(self, data: object) -> None:
        """Take over what was kept. Odd data count as nothing; what titlehub has told since then wins."""
        try:
            kept = _Kept.model_validate(data).titles
        except ValueError:
            return
        found = {known.title_id: _impersonal(known) for known in kept}
        told = {title_id: known for title_id, known in self._known.items() if known.title}
        self._known = {**self._known, **found, **told}
        self._drop_the_oldest()

    def _progress_of(self, key: PersonTitle) -> _Progress:
        return self._progress.setdefault(key, _Progress())

    def _mark_used(self, active: Collection[PersonTitle]) -> None:
        """Put what is in use last, and drop what was not for longest."""
        for title_id in sorted({title_id for _, title_id in active}):
            if title_id in self._known:
                self._known[title_id] = self._known.pop(title_id)
        for key in sorted(active):
            if key in self._progress:
                self._progress[key] = self._progress.pop(key)
        for key in list(islice(self._progress, max(0, len(self._progress) - _MOST_SHELVES))):
            if key not in active:
                del self._progress[key]

    def _due(self, active: Collection[PersonTitle], now: float) -> list[PersonTitle]:
        """Return what to ask titlehub now: no more than it takes, titles that nobody knows first."""
        new = sorted(
            set(active) - self._progress.keys(), key=lambda key: (self._is_known(key[1]), key)
        )
        left = self._left(Service.TITLES)
        again = self._due_again(active, now)[: max(0, left - len(new))]
        self._asked_again.extend(now for _ in again)
        return [*new[:left], *again]

    def _due_again(self, active: Collection[PersonTitle], now: float) -> list[PersonTitle]:
        """Return whose progress to ask for once more: whose was asked for longest ago, first."""
        while self._asked_again and self._asked_again[0] <= now - _AGAIN_WINDOW:
            self._asked_again.popleft()
        most = min(_MOST_AGAIN_AT_ONCE, _MOST_AGAIN - len(self._asked_again))
        shelves = ((key, self._progress.get(key)) for key in sorted(set(active)))
        due = [(shelf.asked, key) for key, shelf in shelves if shelf and shelf.due <= now]
        return [key for _, key in sorted(due)[: max(0, most)]]

    def _is_known(self, title_id: str) -> bool:
        known = self._known.get(title_id)
        return known is not None and known.title is not None

    def _left(self, service: Service) -> int:
        return self._client.budget_left(service) or 0

    async def _refresh(self, key: PersonTitle, shelf: _Progress, now: float) -> None:
        shelf.asked, shelf.due = now, now + _RETRY_SECONDS
        pause, title = await self._ask(self._client.titles.info(*key))
        if title is None:
            shelf.due = now + pause
            return
        old, new = shelf.achievement, title.achievement
        if new is not None:
            shelf.achievement = new
        shelf.due = now + _progress_pause(shelf, changed=new != old)
        shelf.is_outdated = False
        self._update_title(title)

    async def _ask[T](self, question: Awaitable[T | None]) -> tuple[float, T | None]:
        """Return an answer, and for how many seconds to do without if there is none."""
        try:
            return _HIDDEN_SECONDS, await question
        except XboxAuthError as err:
            self.error = err
        except XboxRequestError:
            return _HIDDEN_SECONDS, None
        except XboxError:
            pass
        return _RETRY_SECONDS, None

    def _update_title(self, title: Title) -> None:
        """Keep what a title is. What an answer leaves out is a gap in the answer."""
        lasting = _lasting(title)
        known = self._known.get(title.title_id)
        if known is not None and known.title is not None:
            told = {name: value for name, value in lasting if value not in (None, ())}
            lasting = known.title.model_copy(update=told)
        self._keep(title.title_id, title=lasting)

    def _keep(self, title_id: str, **told: object) -> None:
        old = self._known.get(title_id)
        new = (old or KnownTitle(title_id=title_id)).model_copy(update=told)
        if new != old:
            self._known[title_id] = new
            self._drop_the_oldest()
            self.version += 1

    def _drop_the_oldest(self) -> None:
        for title_id in list(islice(self._known, max(0, len(self._known) - MOST_TITLES))):
            del self._known[title_id]

    def _to_count(self, active: Collection[PersonTitle], now: float) -> list[PersonTitle]:
        """Return one person's xuid for each title of which the total is not known."""
        found: dict[str, PersonTitle] = {}
        for key in sorted(active):
            shelf, known = self._progress.get(key), self._known.get(key[1])
            if shelf and known and shelf.count_due <= now and _is_uncounted(known, shelf):
                found.setdefault(key[1], key)
        return list(found.values())[: self._left(Service.ACHIEVEMENTS)]

    async def _count(self, key: PersonTitle, now: float) -> None:
        shelf = self._progress_of(key)
        shelf.count_due = now + _RETRY_SECONDS
        pause, total = await self._ask(self._client.achievements.total(*key))
        shelf.count_due = now + pause
        worth = shelf.achievement.total_gamerscore if shelf.achievement else None
        if total is not None and (total or worth == 0):
            self._keep(key[1], total=total, worth=worth)


def _is_uncounted(known: KnownTitle, shelf: _Progress) -> bool:
    """Tell whether the number of achievements is not known, or was counted before there were more."""
    achievement = shelf.achievement
    if achievement is None or achievement.source_version in (_NO_ACHIEVEMENTS, _XBOX_360, None):
        return False
    if achievement.total_achievements:
        return False
    worth = achievement.total_gamerscore
    return _total(known, achievement) is None or worth not in (None, known.worth)


def _total(known: KnownTitle, achievement: TitleAchievement) -> int | None:
    """Return how many achievements there are. 0 is how titlehub says that it does not know."""
    if achievement.source_version in (_NO_ACHIEVEMENTS, _XBOX_360):
        return achievement.total_achievements
    total = achievement.total_achievements or known.total
    return total if total is None or total >= (achievement.current_achievements or 0) else None


def _progress_pause(shelf: _Progress, *, changed: bool) -> float:
    """Return for how many seconds an answer about progress is enough."""
    if shelf.is_outdated and not changed:
        return _RETRY_SECONDS  # titlehub may learn of it later
    achievement = shelf.achievement
    nothing_to_earn = achievement and achievement.source_version == _NO_ACHIEVEMENTS
    return _HIDDEN_SECONDS if nothing_to_earn else PROGRESS_SECONDS


def _lasting(title: Title) -> Title:
    """Return what of a title is the same for everybody: one picture of each type, no progress."""
    pictures: dict[str, TitleImage] = {}
    for image in title.images:
        if image.url and image.type:
            pictures.setdefault(image.type.casefold(), image)
    lasting = {"images": tuple(pictures.values()), "achievement": None, "title_history": None}
    return title.model_copy(update=lasting)


def _impersonal(known: KnownTitle) -> KnownTitle:
    """Return what was kept without what does not belong there."""
    title = known.title
    if title is None or title.title_id != known.title_id:
        return known.model_copy(update={"title": None})
    return known.model_copy(update={"title": _lasting(title)})
