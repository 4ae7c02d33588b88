"""The cache of titles, and of the progress of people in them.

The facts of a title and its number of achievements are the same for every person and kept for good. A person's
progress is read when the person enters a title, and every five minutes while the person stays in it.
"""

import math
import time
from asyncio import gather
from collections import deque
from collections.abc import Awaitable, Collection
from dataclasses import dataclass, field
from itertools import islice
from typing import Any, Final

from ..client import XboxClient
from ..endpoints import BUDGETS, Service
from ..errors import XboxAuthError, XboxError, XboxRequestError, kept
from ..gaps import SECOND_LOOK_SECONDS, Gap, fill_gaps, is_left_out
from ..models.titles import PersonTitle, Title, TitleAchievement
from .known_title import KeptTitles, KnownTitle, impersonal, lasting
from .title_names import TitleNames

PROGRESS_SECONDS: Final = 300.0
MOST_TITLES: Final = 500

_RETRY_SECONDS: Final = 60.0
# Seconds until the next request after a hidden or refused answer, and for a title without achievements.
_HIDDEN_SECONDS: Final = 3600.0
_MOST_PROGRESS: Final = 500
# Of titlehub's budget, titles that a person enters go first; a repeated request of progress gets half.
_MOST_AGAIN_AT_ONCE: Final = 4
_MOST_AGAIN: Final = BUDGETS[Service.TITLES].sustained // 2
_AGAIN_WINDOW: Final = 300.0
# `sourceVersion` (`docs/network.md` S4.4): only for these titlehub knows how many achievements there are.
_NO_ACHIEVEMENTS, _XBOX_360 = 0, 1


@dataclass(slots=True)
class _Progress:
    """The progress of a person in a title.

    Times are `time.monotonic`: `asked` of the latest request, `due` of the next one, `count_due` of the next
    count of achievements. `told` is the latest answer as it came, None if it had no progress. `is_outdated` is
    whether the gamerscore has changed since then.
    """

    achievement: TitleAchievement | None = None
    told: TitleAchievement | None = None
    gap: Gap = field(default_factory=Gap)
    asked: float = 0.0
    due: float = 0.0
    count_due: float = 0.0
    is_outdated: bool = False
    is_failing: bool = False


class TitleCache:
    """The known titles, and the progress of people in them.

    `error` is the error of the sign-in in the latest refresh, `has_new_gap` whether an answer in it had a gap that
    is to be looked at again soon. `version` changes whenever there is something new
    to keep.
    """

    def __init__(self, client: XboxClient) -> None:
        """Start with nothing known."""
        self._client = client
        self.error: XboxAuthError | None = None
        self.has_new_gap = False
        self.version = 0
        self.names = TitleNames()
        self._known: dict[str, KnownTitle] = {}
        self._told: dict[str, Title] = {}  # the latest answers
        self._denied_kinds: set[str] = (
            set()
        )  # titles that are no longer called what they were, once
        # titles with words of an earlier language, and the moment since which requests are in the present one
        self._foreign: set[str] = set()
        self._words_since = -math.inf
        self._progress: dict[PersonTitle, _Progress] = {}
        self._asked_again: deque[float] = deque()

    def is_game(self, title_id: str) -> bool | None:
        """Return whether a title is a game, None if that is unknown."""
        if (known := self._known.get(title_id)) is None:
            return None
        told = known.title.is_game if known.title else None
        return known.told_game if told is None else told

    def set_is_game(self, title_id: str, is_game: bool) -> None:
        """Take over whether peoplehub calls a title a game; the word of titlehub outweighs it.

        To the contrary of what is known it has to be told twice.
        """
        known = self._known.get(title_id)
        denied = known is not None and known.told_game not in (None, is_game)
        if denied and title_id not in self._denied_kinds:
            self._denied_kinds.add(title_id)
            return
        self._denied_kinds.discard(title_id)
        self._keep(title_id, told_game=is_game)

    def name(self, title_id: str) -> str | None:
        """Return the name of a title at titlehub, None if it is unknown."""
        known = self._known.get(title_id)
        return known.title.name if known and known.title else None

    def shown_name(self, title_id: str) -> str | None:
        """Return the name under which a title was shown last, None if it never was."""
        known = self._known.get(title_id)
        return known.shown if known else None

    def set_shown_name(self, title_id: str, name: str) -> None:
        """Take note of the name under which a title is shown."""
        self._keep(title_id, shown=name)

    def title(self, xuid: str, title_id: str) -> Title | None:
        """Return a title with the person's progress and the number of achievements, as far as known."""
        known = self._known.get(title_id)
        if known is None or known.title is None:
            return None
        progress = self._progress.get((xuid, title_id))
        if progress is None or progress.achievement is None:
            return known.title
        total = _total(known, progress.achievement)
        achievement = progress.achievement.model_copy(update={"total_achievements": total})
        return known.title.model_copy(update={"achievement": achievement})

    def by_service_config(self, service_config_id: str) -> Title | None:
        """Return the title of a service config id, without any progress."""
        for known in self._known.values():
            title = known.title
            if title and (title.service_config_id or "").lower() == service_config_id:
                return title
        return None

    def invalidate_progress(self, xuid: str) -> None:
        """Take note that a person's gamerscore has changed: the progress is due at once."""
        now = time.monotonic()
        for (owner, _), progress in self._progress.items():
            if owner == xuid:
                progress.due, progress.is_outdated = now, True

    def demand_progress(self, xuid: str) -> None:
        """Make a person's progress due at once, because somebody asks for it. A pause after a failure holds."""
        now = time.monotonic()
        for (owner, _), progress in self._progress.items():
            if owner == xuid and not progress.is_failing:
                progress.due = min(progress.due, now)

    def forget_words(self) -> None:
        """Take note that the language has changed: known words stay until a title is told in the new one.

        Such titles are not stored, and due at once where people are in them.
        """
        self._foreign, self._words_since = set(self._known), time.monotonic()
        self._told.clear()
        self.version += 1
        for xuid in {xuid for xuid, _ in self._progress}:
            self.demand_progress(xuid)

    def is_foreign(self, title_id: str) -> bool:
        """Return whether the words of a title are in an earlier language."""
        return title_id in self._foreign

    def keep_only(self, kept: Collection[str]) -> None:
        """Forget the progress of all other people."""
        for key in [key for key in self._progress if key[0] not in kept]:
            del self._progress[key]

    async def refresh(self, active: Collection[PersonTitle]) -> None:
        """Send the requests that are due about the titles that people are in. Never raises an `XboxError`.

        A failed request leaves the known values and is repeated in a minute, a refused one in an hour.
        """
        now = time.monotonic()
        self.error, self.has_new_gap = None, False
        self._mark_used(active)
        await gather(
            *(self._refresh(key, self._progress_of(key), now) for key in self._due(active, now))
        )

    async def count_achievements(self, active: Collection[PersonTitle]) -> None:
        """Ask for the number of achievements of these titles, where titlehub does not know it.

        A failed request has the same result as in `refresh`.
        """
        now = time.monotonic()
        await gather(*(self._count(key, now) for key in self._to_count(active, now)))

    def counting_due(self, active: Collection[PersonTitle]) -> bool:
        """Tell whether `count_achievements` would send a request now."""
        return bool(self._to_count(active, time.monotonic()))

    def to_store(self) -> dict[str, Any]:
        """Return the facts of titles as JSON, to keep over a restart. Nothing in them is about a person."""
        told = (it for it in self._known.values() if it.title_id not in self._foreign)
        kept = KeptTitles(titles=tuple(told))
        return kept.model_dump(mode="json", exclude_defaults=True)

    def from_store(self, data: object) -> None:
        """Take over the kept facts. Unreadable data count as none; a newer answer of titlehub wins."""
        try:
            kept = KeptTitles.model_validate(data).titles
        except ValueError:
            return
        found = {known.title_id: impersonal(known) for known in kept}
        for known in found.values():
            if known.title:
                self.names.learn(known.title_id, known.title.name)
        newer = {title_id: known for title_id, known in self._known.items() if known.title}
        self._known = {**self._known, **found, **newer}
        self._drop_the_oldest()

    def _progress_of(self, key: PersonTitle) -> _Progress:
        return self._progress.setdefault(key, _Progress())

    def _mark_used(self, active: Collection[PersonTitle]) -> None:
        """Move entries in use to the end, and drop the entries that were not in use for longest."""
        for title_id in sorted({title_id for _, title_id in active}):
            if title_id in self._known:
                self._known[title_id] = self._known.pop(title_id)
        for key in sorted(active):
            if key in self._progress:
                self._progress[key] = self._progress.pop(key)
        for key in list(islice(self._progress, max(0, len(self._progress) - _MOST_PROGRESS))):
            if key not in active:
                del self._progress[key]

    def _due(self, active: Collection[PersonTitle], now: float) -> list[PersonTitle]:
        """Return the progress to ask for now, within titlehub's budget and unknown titles first."""
        new = sorted(
            set(active) - self._progress.keys(), key=lambda key: (self._is_known(key[1]), key)
        )
        left = self._left(Service.TITLES)
        again = self._due_again(active, now)[: max(0, left - len(new))]
        self._asked_again.extend(now for _ in again)
        return [*new[:left], *again]

    def _due_again(self, active: Collection[PersonTitle], now: float) -> list[PersonTitle]:
        """Return the progress to ask for again, the oldest first."""
        while self._asked_again and self._asked_again[0] <= now - _AGAIN_WINDOW:
            self._asked_again.popleft()
        most = min(_MOST_AGAIN_AT_ONCE, _MOST_AGAIN - len(self._asked_again))
        entries = ((key, self._progress.get(key)) for key in sorted(set(active)))
        due = [
            (progress.asked, key) for key, progress in entries if progress and progress.due <= now
        ]
        return [key for _, key in sorted(due)[: max(0, most)]]

    def _is_known(self, title_id: str) -> bool:
        known = self._known.get(title_id)
        return known is not None and known.title is not None

    def _left(self, service: Service) -> int:
        return self._client.budget_left(service) or 0

    async def _refresh(self, key: PersonTitle, progress: _Progress, now: float) -> None:
        progress.asked, progress.due = now, now + _RETRY_SECONDS
        pause, title = await self._ask(self._client.titles.info(*key))
        progress.is_failing = pause is not None
        if pause is not None:
            progress.due = now + pause
            return
        if now < self._words_since:
            progress.due = now  # it was asked in an earlier language
            return
        changed = self._update_progress(progress, title.achievement if title else None)
        doubted = self._update_title(title) if title else self.is_game(key[1]) is None
        progress.gap.update(progress.achievement is not progress.told or doubted, now)
        if progress.gap.begins_at(now):
            progress.due, self.has_new_gap = now + SECOND_LOOK_SECONDS, True
        elif title is None:
            progress.due = now + _HIDDEN_SECONDS
        else:
            progress.due = now + _progress_pause(progress, changed=changed)
            progress.is_outdated = False

    @staticmethod
    def _update_progress(progress: _Progress, told: TitleAchievement | None) -> bool:
        """Take over the progress in an answer; return whether it has changed."""
        old, last, progress.told = progress.achievement, progress.told, told
        progress.achievement = fill_gaps(told, last) if told else last
        return progress.achievement != old

    async def _ask[T](self, request: Awaitable[T | None]) -> tuple[float | None, T | None]:
        """Return the seconds until another attempt if there was no answer, and the answer or None."""
        try:
            return None, await request
        except XboxAuthError as err:
            self.error = kept(err)
        except XboxRequestError:
            return _HIDDEN_SECONDS, None
        except XboxError:
            pass
        return _RETRY_SECONDS, None

    def _update_title(self, title: Title) -> bool:
        """Keep the facts of a title; return whether there are some in doubt, or its kind is missing.

        A field that the answer leaves out keeps its value. So does one that the answer changes, until a second
        one does.
        """
        told = lasting(title)
        last, self._told[title.title_id] = self._told.get(title.title_id), told
        self.names.learn(title.title_id, title.name)
        known = self._known.get(title.title_id)
        translated = self._translated(title)
        if known is None or known.title is None:
            self._keep(title.title_id, title=told)
            return told.is_game is None
        before = known.title
        given = {it: value for it, value in told if value != getattr(before, it)}
        changed = {it: value for it, value in given.items() if not is_left_out(value)}
        sure = {
            it: value
            for it, value in changed.items()
            if is_left_out(getattr(before, it))
            or (last and value == getattr(last, it))
            or (translated and it == "name")
        }
        self._keep(title.title_id, title=before.model_copy(update=sure))
        return len(sure) < len(changed)

    def _translated(self, title: Title) -> bool:
        """Return whether an answer is the first one with a name in the present language."""
        if title.title_id not in self._foreign or not title.name:
            return False
        self._foreign.discard(title.title_id)
        self.version += 1
        return True

    def _keep(self, title_id: str, **changes: object) -> None:
        old = self._known.get(title_id)
        new = (old or KnownTitle(title_id=title_id)).model_copy(update=changes)
        if new != old:
            self._known[title_id] = new
            self._drop_the_oldest()
            self.version += 1

    def _drop_the_oldest(self) -> None:
        for title_id in list(islice(self._known, max(0, len(self._known) - MOST_TITLES))):
            del self._known[title_id]
            self._told.pop(title_id, None)

    def _to_count(self, active: Collection[PersonTitle], now: float) -> list[PersonTitle]:
        """Return one pair of a person and a title for each title with an unknown number of achievements."""
        found: dict[str, PersonTitle] = {}
        for key in sorted(active):
            progress, known = self._progress.get(key), self._known.get(key[1])
            if progress and known and progress.count_due <= now and _is_uncounted(known, progress):
                found.setdefault(key[1], key)
        return list(found.values())[: self._left(Service.ACHIEVEMENTS)]

    async def _count(self, key: PersonTitle, now: float) -> None:
        progress = self._progress_of(key)
        progress.count_due = now + _RETRY_SECONDS
        pause, total = await self._ask(self._client.achievements.total(*key))
        progress.count_due = now + (pause or _HIDDEN_SECONDS)
        worth = progress.achievement.total_gamerscore if progress.achievement else None
        if total is not None and (total or worth == 0):
            self._keep(key[1], total=total, worth=worth)


def _is_uncounted(known: KnownTitle, progress: _Progress) -> bool:
    """Tell whether the number of achievements is unknown, or was counted before more were added."""
    achievement = progress.achievement
    if achievement is None or achievement.source_version in (_NO_ACHIEVEMENTS, _XBOX_360, None):
        return False
    if achievement.total_achievements:
        return False
    worth = achievement.total_gamerscore
    return _total(known, achievement) is None or worth not in (None, known.worth)


def _total(known: KnownTitle, achievement: TitleAchievement) -> int | None:
    """Return the number of achievements. titlehub answers 0 for an unknown number."""
    if achievement.source_version in (_NO_ACHIEVEMENTS, _XBOX_360):
        return achievement.total_achievements
    total = achievement.total_achievements or known.total
    return total if total is None or total >= (achievement.current_achievements or 0) else None


def _progress_pause(progress: _Progress, *, changed: bool) -> float:
    """Return the seconds until progress is due again after an answer."""
    if progress.is_outdated and not changed:
        return _RETRY_SECONDS  # titlehub may learn of the unlock later
    achievement = progress.achievement
    nothing_to_earn = achievement and achievement.source_version == _NO_ACHIEVEMENTS
    return _HIDDEN_SECONDS if nothing_to_earn else PROGRESS_SECONDS
