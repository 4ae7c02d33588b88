"""The known unlocks of a person: enough to tell a new unlock from an old one, and no more."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any, Final

from pydantic import BaseModel, ConfigDict, Field

from ..models.achievement import Achievement, old_scope

_MOST_KEYS: Final = 100
_MOST_TITLES: Final = 10
# Far more than anybody has; a greater number could not be written again.
_MOST_POINTS: Final = 2**53
# Xbox has had achievements since the Xbox 360 appeared.
_FIRST_UNLOCK: Final = datetime(2005, 11, 1, tzinfo=UTC)
# A time further ahead of an answer than this is impossible.
_AHEAD: Final = timedelta(minutes=10)
# What is played offline reaches Xbox later.
_OFFLINE: Final = timedelta(days=1)


class _Kept(BaseModel):
    """The kept unlocks of one person. One odd value makes all useless: a gap would be reported as news."""

    model_config = ConfigDict(extra="ignore")

    floor: datetime
    since: datetime
    known: dict[str, datetime | None]
    old_titles: dict[str, list[str]]
    score: Annotated[int, Field(ge=0, le=_MOST_POINTS)] | None = None
    old_floor: datetime | None = None
    locked: dict[str, list[str]] = {}


def possible_time(found: Achievement, at: datetime) -> datetime | None:
    """Return the time of an unlock in an answer of `at`, None if it is missing or cannot be true."""
    moment = found.unlocked_at
    return moment if moment and _FIRST_UNLOCK <= moment <= at + _AHEAD else None


@dataclass(slots=True)
class UnlockMemory:
    """The known unlocks of one person, who is watched since `since`: what was unlocked before is no news.

    For titles newer than Xbox 360, `known` has all unlocks after `floor`. For an Xbox 360 title, `old_titles`
    has the ids of all unlocks; in a title that is not in it, an unlock up to `old_floor` is no news.

    `locked` has the ids of achievements that were seen locked, by scope: proof that an unlock without a time is
    new. `timeless` are the scopes in which such a proof may be needed: a known unlock in it has no possible time.
    `waiting` are unlocks without a time for which only the gamerscore can be such a proof, until it is known. `score` is the gamerscore that the known unlocks explain. `version` changes with what is to be kept.
    """

    floor: datetime
    since: datetime
    known: dict[str, datetime | None] = field(default_factory=dict)
    old_titles: dict[str, list[str]] = field(default_factory=dict)
    score: int | None = None
    old_floor: datetime | None = None
    locked: dict[str, list[str]] = field(default_factory=dict)
    waiting: dict[str, Achievement] = field(default_factory=dict)
    timeless: set[str] = field(init=False)
    version: int = 0

    def __post_init__(self) -> None:
        """Find out in which scopes unlocks have no time."""
        keys = (key for key, moment in self.known.items() if moment is None)
        self.timeless = {key.rpartition("/")[0] for key in keys} | self.locked.keys()

    @classmethod
    def start(cls, latest: Iterable[Achievement], at: datetime) -> UnlockMemory:
        """Start from the latest unlocks of a person: neither they nor older unlocks are news.

        The list may lack some or all of them, for once or because the person hides them.
        """
        known = {it.key: possible_time(it, at) for it in latest}
        memory = cls(floor=at - _OFFLINE, since=at, known=known)
        memory._drop_the_oldest()
        return memory

    def knows(self, found: Achievement, at: datetime) -> bool:
        """Tell whether an unlock is known or too old to be news, in an answer of `at`."""
        if self._remembers(found):
            return True
        moment = possible_time(found, at)
        return moment is not None and self._is_old(found, moment)

    def missing(self, scope: str | None, listed: Iterable[Achievement]) -> bool:
        """Tell whether a whole list lacks a known unlock of a scope, or of all titles newer than Xbox 360."""
        keys = {it.key for it in listed}
        return any(key not in keys for key in self._keys(scope))

    def points(
        self, found: Iterable[Achievement], at: datetime, announced: Collection[str] = ()
    ) -> int:
        """Return the gamerscore of the unlocks that are new whatever the gamerscore is."""
        return sum(it.gamerscore for it in self._proven(self._fresh(found, at), at, announced))

    def add(
        self,
        found: Collection[Achievement],
        at: datetime,
        *,
        announced: Collection[str] = (),
        points: int | None = 0,
        numbers: Mapping[str, int] | None = None,
    ) -> list[Achievement]:
        """Remember the unlocks in an answer of `at`; return the new ones.

        One without a possible time is new if it was announced, was seen locked before, or explains the
        `points` by which the gamerscore has moved, or the `numbers` by which those of titles have. With None for
        points, which means not known yet, it waits. One from a little before the watch may explain them, too.
        """
        fresh = self._fresh(found, at)
        news = self._proven(fresh, at, announced)
        doubtful = {it.key: it for it in fresh if it not in news}
        self.timeless |= {it.scope for it in fresh if not possible_time(it, at)}
        listed = {it.key for it in found}
        waiting = {key: it for key, it in self.waiting.items() if key not in listed} | doubtful
        if points is None:
            self.waiting = waiting
        else:
            others = [*found, *waiting.values()]
            news += self._explaining(others, news, points, numbers or {}, at)
            self.waiting = {}
        for it in (*found, *waiting.values()):
            if it.key not in self.waiting:
                self._remember(it, at, is_new=it in news)
        self._drop_the_oldest()
        self._drop_old_titles(at)
        return news

    def doubts(
        self, found: Iterable[Achievement], at: datetime, announced: Collection[str]
    ) -> bool:
        """Tell whether only gamerscore or numbers can tell if one of these unlocks is new."""
        fresh = self._fresh(found, at)
        news = self._proven(fresh, at, announced)
        return any(it not in news and it.scope not in self.locked for it in fresh)

    def look(self, scope: str, listed: Iterable[Achievement]) -> None:
        """Remember which achievements of a scope a list of all of them plainly shows as locked."""
        locked = (it for it in listed if not (it.unlocked or it.revoked or it.in_doubt))
        ids = [it.achievement_id for it in locked if not self._remembers(it)]
        before = self.locked.pop(scope, None)
        self.locked[scope] = list(dict.fromkeys([*(before or ()), *ids]))
        for dropped in list(self.locked)[:-_MOST_TITLES]:
            del self.locked[dropped]
        self.version += self.locked[scope] != before

    def to_store(self) -> dict[str, Any]:
        """Return the known unlocks as JSON, to keep over a restart."""
        kept = _Kept(
            floor=self.floor,
            since=self.since,
            known=self.known,
            old_titles=self.old_titles,
            score=self.score,
            old_floor=self.old_floor,
            locked=self.locked,
        )
        unset = {name for name in ("old_floor", "locked") if not getattr(kept, name)}
        return kept.model_dump(mode="json", exclude=unset)

    @classmethod
    def from_store(cls, data: object) -> UnlockMemory:
        """Return the kept unlocks. Raises `ValueError` for unreadable data."""
        kept = _Kept.model_validate(data)
        moments = (kept.floor, kept.since, kept.old_floor, *kept.known.values())
        if any(it and it.tzinfo is None for it in moments):
            raise ValueError("a time without a time zone")
        return cls(**dict(kept))

    def _fresh(self, found: Iterable[Achievement], at: datetime) -> list[Achievement]:
        """Return the unlocks that are neither known nor too old, each once."""
        return list({it.key: it for it in found if not self.knows(it, at)}.values())

    def _proven(
        self, fresh: Iterable[Achievement], at: datetime, announced: Collection[str]
    ) -> list[Achievement]:
        return [
            it
            for it in fresh
            if possible_time(it, at) or it.key in announced or self._was_locked(it)
        ]

    def _explaining(
        self,
        found: Iterable[Achievement],
        news: Collection[Achievement],
        points: int,
        numbers: Mapping[str, int],
        at: datetime,
    ) -> list[Achievement]:
        """Return the unlocks that explain, beside the news, what gamerscore and numbers of unlocks have gained."""
        unknown = {it.key: it for it in found if it not in news and not self._remembers(it)}
        doubtful = [it for it in unknown.values() if possible_time(it, at) is None]
        late = [it for it in unknown.values() if self._is_late(it, at)]
        points -= sum(it.gamerscore for it in news)
        left = Counter(numbers)
        left.subtract(it.title_id or "" for it in news)
        explaining = _with_points(doubtful, points)
        for title_id, number in left.items():
            of_title = [it for it in doubtful if it.title_id == title_id]
            if len(of_title) == number:
                explaining += [it for it in of_title if it not in explaining]
        points -= sum(it.gamerscore for it in explaining)
        left.subtract(it.title_id or "" for it in explaining)
        for it in sorted(late, key=_moment, reverse=True):
            if 0 < it.gamerscore <= points or left[it.title_id or ""] > 0:
                points -= it.gamerscore
                left[it.title_id or ""] -= 1
                explaining.append(it)
        return explaining

    def _is_late(self, found: Achievement, at: datetime) -> bool:
        """Tell whether an unlock from a little before the watch may have reached Xbox in it."""
        moment = possible_time(found, at)
        floor = self.old_floor if found.is_xbox_360 else self.floor
        if moment is None or (floor and moment <= floor):
            return False
        return self.since - _OFFLINE <= moment < self.since

    def _is_old(self, found: Achievement, moment: datetime) -> bool:
        floor = self.old_floor if found.is_xbox_360 else self.floor
        if floor and moment <= floor:
            return True
        # seen locked, it was played offline a little before the watch, and has reached Xbox in it
        earliest = self.since - _OFFLINE if self._was_locked(found) else self.since
        return moment < earliest

    def _was_locked(self, found: Achievement) -> bool:
        return found.achievement_id in self.locked.get(found.scope, ())

    def _keys(self, scope: str | None) -> Iterable[str]:
        if scope is None:
            return self.known
        for title_id, ids in self.old_titles.items():
            if old_scope(title_id) == scope:
                return [f"{scope}/{it}" for it in ids]
        return [key for key in self.known if key.startswith(f"{scope}/")]

    def _remembers(self, found: Achievement) -> bool:
        if found.is_xbox_360:
            return found.achievement_id in self.old_titles.get(found.title_id or "", ())
        return found.key in self.known

    def _remember(self, found: Achievement, at: datetime, *, is_new: bool) -> None:
        if self._remembers(found):
            return
        if found.is_xbox_360:
            title_id = found.title_id or ""
            self.old_titles[title_id] = [*self.old_titles.pop(title_id, ()), found.achievement_id]
        elif is_new or not self.knows(found, at):
            self.known[found.key] = possible_time(found, at)
        elif not self._was_locked(found):
            return  # too old, as it was in the list before
        if self._was_locked(found):
            self.locked[found.scope].remove(found.achievement_id)
        self.version += 1

    def _drop_the_oldest(self) -> None:
        """Keep the latest unlocks and move `floor`: an older unlock can no longer be told from a new one."""
        moments = sorted((moment, key) for key, moment in self.known.items() if moment)
        for moment, key in moments[:-_MOST_KEYS]:
            del self.known[key]
            self.floor = max(self.floor, moment)
        timeless = [key for key, moment in self.known.items() if moment is None]
        for key in timeless[:-_MOST_KEYS]:
            del self.known[key]

    def _drop_old_titles(self, at: datetime) -> None:
        """Keep the latest Xbox 360 titles; the unlocks of others must not be reported again."""
        for dropped in list(self.old_titles)[:-_MOST_TITLES]:
            del self.old_titles[dropped]
            self.old_floor = at


def _moment(found: Achievement) -> datetime:
    return found.unlocked_at or _FIRST_UNLOCK


def _with_points(doubtful: Collection[Achievement], points: int) -> list[Achievement]:
    """Return the unlocks that explain points of gamerscore, none if it could be others as well."""
    if points <= 0:
        return []
    if sum(it.gamerscore for it in doubtful) == points:
        return list(doubtful)
    alone = [it for it in doubtful if it.gamerscore == points]
    return alone if len(alone) == 1 else []
