"""What a person is known to have unlocked: enough to tell news from what was there before, and no more."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from typing import Any, Final

from pydantic import BaseModel, ConfigDict

from ..models.achievement import Achievement

_MOST_KEYS: Final = 100
_MOST_OLD_TITLES: Final = 10


class _Kept(BaseModel):
    """What is kept of one person. One odd value makes all of it worthless: a gap would be told as news."""

    model_config = ConfigDict(extra="ignore")

    floor: datetime
    since: datetime
    known: dict[str, datetime | None]
    old_titles: dict[str, list[str]]
    score: int | None = None


@dataclass(slots=True)
class UnlockMemory:
    """What one person is known to have unlocked.

    Of titles newer than Xbox 360 everything is in `known` that was unlocked after the `floor`: what is not,
    and is younger than that, is news, however late it comes. Of an Xbox 360 title all ids are known; in one
    that was not looked at before, what was unlocked before `since` is no news.

    `score` is the gamerscore that is explained by what is known.
    """

    floor: datetime
    since: datetime
    known: dict[str, datetime | None] = field(default_factory=dict)
    old_titles: dict[str, list[str]] = field(default_factory=dict)
    score: int | None = None

    @classmethod
    def start(cls, latest: Collection[Achievement], now: datetime) -> UnlockMemory:
        """Start from what a person unlocked last: nothing of it is news, nor what came before."""
        moments = [it.unlocked_at for it in latest if it.unlocked_at]
        # nothing at all may be what somebody shows who hides the rest
        memory = cls(floor=min(moments, default=now), since=now)
        memory.known = {it.key: it.unlocked_at for it in latest}
        memory._drop_the_oldest()
        return memory

    def knows(self, found: Achievement) -> bool:
        """Tell whether an unlock is no news, or too old to tell."""
        moment = found.unlocked_at
        return found.key in self.known or (moment is not None and moment <= self.floor)

    def points(self, found: Iterable[Achievement]) -> int:
        """Return how many points are news."""
        return sum(it.gamerscore for it in found if not self.knows(it))

    def add(
        self, found: Collection[Achievement], announced: Collection[str] = ()
    ) -> list[Achievement]:
        """Remember unlocks of titles newer than Xbox 360; return those that are news.

        One without a moment is news in a title of which others are known, or where it was announced.
        """
        scopes = {key.rpartition("/")[0] for key in self.known}
        news = [
            it
            for it in found
            if not self.knows(it) and (it.unlocked_at or it.scope in scopes or it.key in announced)
        ]
        self.known |= {it.key: it.unlocked_at for it in found if not self.knows(it)}
        self._drop_the_oldest()
        return news

    def add_xbox_360(
        self, title_id: str, earned: Iterable[Achievement], now: datetime
    ) -> list[Achievement]:
        """Remember all unlocks of an Xbox 360 title; return those that are news."""
        before = self.old_titles.pop(title_id, None)
        news, ids = [], list(before or ())
        for it in earned:
            if it.achievement_id in ids:
                continue
            ids.append(it.achievement_id)
            if before is not None or (it.unlocked_at and it.unlocked_at > self.since):
                news.append(it)
        self.old_titles[title_id] = ids
        for dropped in list(self.old_titles)[:-_MOST_OLD_TITLES]:
            del self.old_titles[dropped]
            self.since = now  # what was told of it must not be told again
        return news

    def to_store(self) -> dict[str, Any]:
        """Return what is worth keeping over a restart, as JSON."""
        return _Kept(
            floor=self.floor,
            since=self.since,
            known=self.known,
            old_titles=self.old_titles,
            score=self.score,
        ).model_dump(mode="json")

    @classmethod
    def from_store(cls, data: object) -> UnlockMemory:
        """Take over what was kept. Raises `ValueError` if it is not whole."""
        kept = _Kept.model_validate(data)
        moments = (kept.floor, kept.since, *(it for it in kept.known.values() if it))
        if any(it.tzinfo is None for it in moments):
            raise ValueError("a moment of no time zone")
        return cls(kept.floor, kept.since, kept.known, kept.old_titles, kept.score)

    def _drop_the_oldest(self) -> None:
        """Keep what was unlocked last, and know that nothing older can be told from news any more."""
        moments = sorted((moment, key) for key, moment in self.known.items() if moment)
        for moment, key in moments[: max(0, len(self.known) - _MOST_KEYS)]:
            del self.known[key]
            self.floor = max(self.floor, moment)
        for key in list(islice(self.known, max(0, len(self.known) - _MOST_KEYS))):
            del self.known[key]
