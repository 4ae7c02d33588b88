"""When to ask what one person has unlocked: what they play, and what tells that there is news.

Times are `time.monotonic`.
"""

import math
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from enum import Enum
from typing import Final

from ..caches.titles import TitleCache
from ..http.backoff import Backoff
from ..models.achievement import Achievement
from ..models.titles import Title
from ..people.person import PersonSnapshot

GAME_POLL_SECONDS: Final = 120.0
# While push announces unlocks, a poll only makes sure.
PUSHED_GAME_POLL_SECONDS: Final = 600.0
XBOX_360_POLL_SECONDS: Final = 300.0
# What is unlocked at the very end is known to the service a little later.
ENDED_SECONDS: Final = 30.0
# What was told and is not found yet is looked for again, at last over all titles.
_STAGES: Final = (0.0, 15.0, 60.0)
# What is announced at once is not asked about one by one.
_GAP_SECONDS: Final = 2.0
_LONGEST_BACKOFF_SECONDS: Final = 300.0
# What is announced within this many seconds after it was found was announced.
_ANNOUNCED_SECONDS: Final = 30.0

type IsPushed = Callable[[str, str], bool]
"""Whether push announces what a person (xuid) unlocks in a title (its service config id)."""


class System(Enum):
    """What a title's achievements are of (`xbox-services.md` 4.4)."""

    NONE = 0
    XBOX_360 = 1
    MODERN = 2


def system_of(title: Title | None) -> System:
    """Return what a title's achievements are of; what nobody has said counts as modern."""
    version = title.achievement.source_version if title and title.achievement else None
    return System(version) if version in (0, 1) else System.MODERN


@dataclass(slots=True)
class Game:
    """A game that a person is in, or was in until now: when that was, or it was asked about last.

    `hurried` is when it was asked about because of a signal.
    """

    title_id: str
    at: float
    asked: bool = False
    hurried: float = -math.inf
    ended: bool = False
    system: System = System.MODERN
    scope: str | None = None


@dataclass(slots=True)
class _Counter:
    """A number that grows with unlocks: what it is said to be, and how much of it is explained."""

    reported: int
    explained: int

    def update(self, value: int) -> bool:
        """Take over what is said; tell whether that is more than was said or explained before.

        Less is what an older answer says, and no reason to wonder when the newer one comes back.
        """
        news = value > max(self.reported, self.explained)
        self.reported = value
        return news

    @property
    def settled(self) -> bool:
        return self.reported <= self.explained


@dataclass(slots=True)
class UnlockSchedule:
    """Whom to ask about, and when.

    `all_due` is when to ask about all titles at once; `signal` when to look for what was told, and
    `stage` how often that was in vain. `reset` is whose presence nobody knows now. `behind` is who could
    not be asked for a while.
    """

    xuid: str
    all_due: float | None
    backoff: Backoff = field(
        default_factory=lambda: Backoff(longest_backoff=_LONGEST_BACKOFF_SECONDS)
    )
    games: dict[str, Game] = field(default_factory=dict)
    lost: bool = False
    behind: bool = False
    hidden_until: float = -math.inf
    signal: float | None = None
    stage: int = 0
    trusted: bool = False
    score: _Counter | None = None
    numbers: dict[str, _Counter] = field(default_factory=dict)
    announced: dict[str, float] = field(default_factory=dict)
    surprises: dict[str, float] = field(default_factory=dict)

    def on_presence(self, person: PersonSnapshot, library: TitleCache, now: float) -> None:
        """Take over what a person plays."""
        if not person.presence_current:
            self.lost = True
            return
        if self.lost:
            self.lost, self.all_due = False, now
        playing = {it.title_id for it in person.presence.counted_titles if it.is_game}
        for title_id in playing - self.games.keys():
            self.games[title_id] = Game(title_id, now)
        for title_id, game in self.games.items():
            if (ended := title_id not in playing) != game.ended:
                game.ended, game.at = ended, now
            title = library.title(self.xuid, title_id)
            game.system = system_of(title)
            game.scope = (title.service_config_id or "").lower() if title else None
        self._drop_what_has_no_achievements()

    def on_counters(
        self, person: PersonSnapshot, library: TitleCache, explained: int | None, now: float
    ) -> None:
        """Take over gamerscore and numbers of achievements; `explained` is the score known before."""
        score = person.profile.gamer_score if person.profile else None
        if score is not None:
            if self.score is None:
                self.score = _Counter(score, score if explained is None else min(explained, score))
                if self.all_due is None and not self.score.settled:
                    self._start_search(now)
            elif self.score.update(score):
                self._start_search(now)
        for title_id in self.games:
            title = library.title(self.xuid, title_id)
            number = title.achievement.current_achievements if title and title.achievement else None
            if number is None:
                continue
            if title_id not in self.numbers:
                self.numbers[title_id] = _Counter(number, number)
            elif self.numbers[title_id].update(number):
                self._start_search(now)

    def on_push(self, key: str, known: Collection[str], now: float) -> None:
        """Take note that push announces an unlock."""
        if key not in known:
            self.announced[key] = now
            self._start_search(now)
        elif now - self.surprises.pop(key, -math.inf) <= _ANNOUNCED_SECONDS:
            self.trusted = True  # a poll was a little faster

    def on_push_missed(self) -> None:
        """Ask at once about what push was relied on for."""
        for game in self.games.values():
            if self.trusted and game.system is System.MODERN:
                game.at = -math.inf

    def due_at(self, now: float, promises: IsPushed) -> float:
        """Return when to ask next, infinity for as long as nothing changes."""
        if self.lost:
            return math.inf
        games = (self._game_due_at(it, promises) for it in self.games.values())
        return max(
            min(self._all_due_at(), *games, math.inf), self.hidden_until, self.backoff.retry_at
        )

    def all_titles_are_due(self, now: float) -> bool:
        """Tell whether to ask about all titles at once."""
        return self._all_due_at() <= now

    def games_due(self, now: float, promises: IsPushed) -> list[Game]:
        """Return the games to ask about."""
        return [it for it in self.games.values() if self._game_due_at(it, promises) <= now]

    @property
    def last_try(self) -> bool:
        """Whether what nothing explains so far is looked for everywhere now."""
        return self.signal is None or self.stage == len(_STAGES) - 1

    @property
    def in_doubt(self) -> bool:
        """Whether what was told was not among the latest unlocks: it may have happened long before."""
        return self.signal is not None and self.stage > 0

    def is_missing_points(self, points: int) -> bool:
        """Tell whether the gamerscore says that there is more than what is found with these points."""
        return self.score is not None and self.score.reported > self.score.explained + points

    def on_game_answer(self, game: Game, now: float) -> None:
        """Take note that there was an answer about a game."""
        game.at, game.asked = now, True
        if self.signal is not None:
            game.hurried = now
        if game.ended:
            self.games.pop(game.title_id, None)
            self.numbers.pop(game.title_id, None)

    def on_all_titles_answer(self, now: float) -> None:
        """Take note that there was an answer about all titles."""
        self.all_due, self.behind = None, False
        if self.last_try:
            self._end_search()
        for game in list(self.games.values()):
            if game.system is System.MODERN:
                self.on_game_answer(game, now)

    def on_unlocks(self, news: Collection[Achievement], promises: IsPushed, now: float) -> bool:
        """Take note of what was found; tell whether titlehub does not know of it yet."""
        for it in news:
            if self.score:
                self.score.explained += it.gamerscore
            if it.title_id in self.numbers:
                self.numbers[it.title_id].explained += 1
            if self.announced.pop(it.key, None) is not None:
                self.trusted = True
            elif promises(self.xuid, it.scope):
                self.trusted = False
                self.surprises[it.key] = now
        self.surprises = {
            key: at for key, at in self.surprises.items() if now - at <= _ANNOUNCED_SECONDS
        }
        return any(it.reported < it.explained for it in self.numbers.values())

    def on_answers(self, now: float) -> None:
        """Take note that all questions that were due have been answered."""
        if self.signal is None or self.signal > now:
            return
        if not self.announced and all(it.settled for it in self._counters()):
            self.signal = None
        else:
            self.stage += 1
            self.signal = now + _STAGES[self.stage]

    def on_refusal(self, until: float) -> None:
        """Take note that nobody may see what this person unlocks."""
        self.hidden_until, self.behind, self.all_due = until, True, None
        self._end_search()

    def _counters(self) -> list[_Counter]:
        return [*([self.score] if self.score else []), *self.numbers.values()]

    def _start_search(self, now: float) -> None:
        self.signal, self.stage = now, 0

    def _end_search(self) -> None:
        self.signal = None
        self.announced.clear()
        for meter in self._counters():
            meter.explained = max(meter.explained, meter.reported)

    def _all_due_at(self) -> float:
        due = math.inf if self.all_due is None else self.all_due
        if self.behind and (self.games or self.signal is not None):
            due = min(due, self.hidden_until)
        earning = any(it.system is not System.NONE for it in self.games.values())
        if self.signal is not None and (not earning or self.last_try):
            due = min(due, self.signal)
        return due

    def _game_due_at(self, game: Game, promises: IsPushed) -> float:
        if game.system is System.NONE:
            return math.inf
        if game.ended:
            due = game.at + ENDED_SECONDS
        elif game.system is System.XBOX_360:
            due = game.at + XBOX_360_POLL_SECONDS if game.asked else game.at
        else:
            relies = self.trusted and bool(game.scope) and promises(self.xuid, game.scope or "")
            due = game.at + (PUSHED_GAME_POLL_SECONDS if relies else GAME_POLL_SECONDS)
        if self.signal is not None and not self.last_try:
            due = min(due, max(self.signal, game.hurried + _GAP_SECONDS))
        return due

    def _drop_what_has_no_achievements(self) -> None:
        for title_id, game in list(self.games.items()):
            if game.ended and game.system is System.NONE:
                del self.games[title_id]
                self.numbers.pop(title_id, None)
