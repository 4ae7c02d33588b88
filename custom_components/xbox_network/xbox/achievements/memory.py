"""The known unlocks of a person: enough to tell a new unlock from an old one, and no more."""

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
    """The kept unlocks of one person. One odd value makes all useless: a gap would be reported as news."""

    model_config = ConfigDict(extra="ignore")

    floor: datetime
    since: datetime
    known: dict[str, datetime | None]
    old_titles: dict[str, list[str]]
    score: int | None = None


@dataclass(slots=True)
class UnlockMemory:
    """The known unlocks of one person.

    For titles newer than Xbox 360, `known` has all unlocks after `floor`: an unlock after `floor` that is not in
    `known` is news. For an Xbox 360 title, `old_titles` has the ids of all unlocks. In a title that is not in
    `old_titles`, an unlock before `since` is no news.

    `score` is the gamerscore that the known unlocks explain.
    """

    floor: datetime
    since: datetime
    known: dict[str, datetime | None] = field(default_factory=dict)
    old_titles: dict[str, list[str]] = field(default_factory=dict)
    score: int | None = None

    @classmethod
    def start(cls, latest: Collection[Achievement], now: datetime) -> UnlockMemory:
        """Start from the latest unlocks of a person: neither they nor older unlocks are news."""
        moments = [it.unlocked_at for it in latest if it.unlocked_at]
        # an empty answer may come from a person who hides the unlocks
        memory = cls(floor=min(moments, default=now), since=now)
        memory.known = {it.key: it.unlocked_at for it in latest}
        memory._drop_the_oldest()
        return memory

    def knows(self, found: Achievement) -> bool:
        """Tell whether an unlock is known, or not after the `floor`."""
        moment = found.unlocked_at
        return found.key in self.known or (moment is not None and moment <= self.floor)

    def points(self, found: Iterable[Achievement]) -> int:
        """Return the gamerscore of the new unlocks."""
        return sum(it.gamerscore for it in found if not self.knows(it))

    def add(
        self, found: Collection[Achievement], announced: Collection[str] = ()
    ) -> list[Achievement]:
        """Remember unlocks of titles newer than Xbox 360; return the new ones.

        An unlock without a time is new in a title with other known unlocks, or if it was announced.
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
        """Remember all unlocks of an Xbox 360 title; return the new ones."""
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
            self.since = now  # its unlocks must not be reported again
        return news

    def to_store(self) -> dict[str, Any]:
        """Return the known unlocks as JSON, to keep over a restart."""
        return _Kept(
            floor=self.floor,
            since=self.since,
            known=self.known,
            old_titles=self.old_titles,
            score=self.score,
        ).model_dump(mode="json")

    @classmethod
    def from_store(cls, data: object) -> UnlockMemory:
        """Return the kept unlocks. Raises `ValueError` for unreadable data."""
        kept = _Kept.model_validate(data)
        moments = (kept.floor, kept.since, *(it for it in kept.known.values() if it))
        if any(it.tzinfo is None for it in moments):
            raise ValueError("a time without a time zone")
        return cls(kept.floor, kept.since, kept.known, kept.old_titles, kept.score)

    def _drop_the_oldest(self) -> None:
        """Keep the latest unlocks and move `floor`: an older unlock can no longer be told from a new one."""
        moments = sorted((moment, key) for key, moment in self.known.items() if moment)
        for moment, key in moments[: max(0, len(self.known) - _MOST_KEYS)]:
            del self.known[key]
            self.floor = max(self.floor, moment)
        for key in list(islice(self.known, max(0, len(self.known) - _MOST_KEYS))):
            del self.known[key]
