"""When to ask for the unlocks of one person: the games being played, and the signals of an unlock.

A signal is an announcement of push, or a higher gamerscore or number of unlocked achievements. Times are
`time.monotonic`.
"""

import math
from collections.abc import Collection
from dataclasses import dataclass, field
from enum import Enum
from typing import Final

from ..caches.titles import TitleCache
from ..http.backoff import Backoff
from ..models.achievement import Achievement, old_scope
from ..models.titles import Title
from ..people.person import PersonSnapshot
from ..realtime.push_trust import PushTrust
from ..realtime.topics import UnlockCoverage
from .counter import UnlockCounter
from .memory import UnlockMemory

GAME_POLL_SECONDS: Final = 120.0
# While push announces unlocks, a poll only makes sure.
PUSHED_GAME_POLL_SECONDS: Final = 600.0
XBOX_360_POLL_SECONDS: Final = 300.0
# Seconds from the end of a game to the last poll: the service learns of the last unlocks a little late.
ENDED_SECONDS: Final = 30.0
# Seconds from a signal to each search for its unlock; the last search covers all titles.
_SEARCH_DELAYS: Final = (0.0, 15.0, 60.0)
# Minimum seconds between two searches in a game: signals close together share one.
_GAP_SECONDS: Final = 2.0
_LONGEST_BACKOFF_SECONDS: Final = 300.0


class System(Enum):
    """The achievement system of a title (`docs/network.md` S4.4)."""

    NONE = 0
    XBOX_360 = 1
    MODERN = 2


def system_of(title: Title | None) -> System:
    """Return the achievement system of a title; an unknown one counts as modern."""
    version = title.achievement.source_version if title and title.achievement else None
    return System(version) if version in (0, 1) else System.MODERN


@dataclass(slots=True)
class Game:
    """A game that a person plays, or has played until now.

    `at` is the latest of its start, its end and the last answer about it. `asked` is whether there was an
    answer. `searched_at` is when the last answer came that a signal had asked for. `scope` is where its
    achievement ids are unique, empty if it is unknown. `is_new` is whether its locked achievements are unknown;
    `looks` is how often all of them were asked for. `lacks_times` is whether only these tell which unlock is new.
    `missed` is whether unlocks may have been missed since the last answer.
    """

    title_id: str
    at: float
    asked: bool = False
    searched_at: float = -math.inf
    ended: bool = False
    system: System = System.MODERN
    scope: str = ""
    is_new: bool = False
    looks: int = 0
    lacks_times: bool = False
    missed: bool = False

    @property
    def needs_look(self) -> bool:
        """Whether to ask for all achievements, at first twice: a list may lack some for once.

        That is expensive. Where unlocks have times, they tell what is new.
        """
        is_first = self.is_new if self.looks == 0 else self.looks == 1
        return bool(self.scope) and self.lacks_times and (is_first or self.missed)

    def compare(self, memory: UnlockMemory | None) -> None:
        """Take over what is known about the achievements."""
        timeless, looked_at = (memory.timeless, memory.locked) if memory else ((), ())
        self.lacks_times = self.system is System.XBOX_360 or self.scope in timeless
        self.is_new = self.scope not in looked_at


def _push_trust() -> PushTrust:
    return PushTrust(needed=1, lifetime=math.inf)


@dataclass(slots=True)
class UnlockSchedule:
    """When to ask for the unlocks of one person.

    `all_due` is when to ask about all titles at once. `search_at` is when to search for the unlock behind a
    signal, and `searches` the number of searches in vain; `live` is whether the signal has just come. `lost` is
    whether the person's presence is unknown now, `blind` whether the gamerscore is or was until now, `behind` whether unlocks may have been missed while they were
    hidden. `wide` asks for many unlocks at once: a list with much news may have lacked some. `gaps` are the scopes
    whose latest whole list lacked known unlocks, None for that of all titles.
    """

    xuid: str
    coverage: UnlockCoverage
    all_due: float | None
    backoff: Backoff = field(
        default_factory=lambda: Backoff(longest_backoff=_LONGEST_BACKOFF_SECONDS)
    )
    push_trust: PushTrust = field(default_factory=_push_trust)
    games: dict[str, Game] = field(default_factory=dict)
    lost: bool = False
    blind: bool = False
    behind: bool = False
    hidden_until: float = -math.inf
    search_at: float | None = None
    searches: int = 0
    live: bool = False
    wide: bool = False
    gaps: set[str | None] = field(default_factory=set)
    score: UnlockCounter | None = None
    numbers: dict[str, UnlockCounter] = field(default_factory=dict)

    def on_presence(
        self, person: PersonSnapshot, titles: TitleCache, memory: UnlockMemory | None, now: float
    ) -> None:
        """Take over the games that the person plays."""
        if not person.presence_current:
            self.lost = True
            self._mark_missed()
            return
        if self.lost:
            self.lost, self.all_due = False, now
        playing = {it.title_id for it in person.presence.counted_titles if it.is_game}
        for title_id in playing - self.games.keys():
            self.games[title_id] = Game(title_id, now, missed=self.all_due is not None)
        for title_id, game in self.games.items():
            if (ended := title_id not in playing) != game.ended:
                game.ended, game.at = ended, now
            title = titles.title(self.xuid, title_id)
            game.system = system_of(title)
            game.scope = (title.service_config_id or "").lower() if title else ""
            if game.system is System.XBOX_360:
                game.scope = old_scope(title_id)
            game.compare(memory)
        self._drop_ended_games_without_achievements()

    def on_counters(
        self, person: PersonSnapshot, titles: TitleCache, explained: int | None, now: float
    ) -> None:
        """Take over gamerscore and numbers of achievements.

        `explained` is the gamerscore that the known unlocks explained before this start. When an outage is over,
        nobody knows when a number has moved: that is no live signal.
        """
        self.blind = self.blind or not person.profile_current
        score = person.profile.gamer_score if person.profile else None
        # at first, less than known unlocks explain may be odd for once
        is_sure = self.score is not None or person.score_confirmed
        if score is not None and (is_sure or score >= (explained or 0)):
            self._update_score(score, explained, now)
        self.blind = not person.profile_current
        for title_id in self.games:
            title = titles.title(self.xuid, title_id)
            number = title.achievement.current_achievements if title and title.achievement else None
            if number is None:
                continue
            if title_id not in self.numbers:
                self.numbers[title_id] = UnlockCounter(number, number)
            elif self.numbers[title_id].update(number, now):
                is_live = self.search_at is None or self.live  # the gamerscore moves first
                self._start_search(now, live=is_live and self.all_due is None)

    def _update_score(self, score: int, explained: int | None, now: float) -> None:
        if self.score is None:
            self.score = UnlockCounter(score, score if explained is None else min(explained, score))
            if self.all_due is None and not self.score.settled:
                self._start_search(now, live=False)
        elif self.score.update(score, now):
            self._start_search(now, live=self.all_due is None and not self.blind)

    def on_push(self, key: str, known: Collection[str], now: float) -> None:
        """Take note that push announces an unlock; `known` are the keys of the known unlocks."""
        if key in known:
            self.push_trust.on_late_announcement(key, now)
        else:
            self.push_trust.on_announcement(key, now)
            self._start_search(now, live=True)

    def on_outage(self, now: float) -> None:
        """Take note that unlocks may have been missed until now."""
        self.all_due = now
        self._mark_missed()

    def on_push_missed(self) -> None:
        """Ask at once about the games for which push was relied on."""
        for game in self.games.values():
            if self.push_trust.trusted and game.system is System.MODERN:
                game.at = -math.inf

    def on_demand(self, now: float) -> bool:
        """Make the games that can be asked about due at once; tell whether there are any."""
        played = [it for it in self.games.values() if not it.ended]
        games = [it for it in played if it.system is not System.NONE]
        if not games or self.lost or max(self.hidden_until, self.backoff.retry_at) > now:
            return False
        for game in games:
            game.at = -math.inf
        return True

    def due_at(self) -> float:
        """Return when to ask next, infinity for as long as nothing changes."""
        if self.lost:
            return math.inf
        games = (self._game_due_at(it) for it in self.games.values())
        return max(
            min(self._all_due_at(), *games, math.inf), self.hidden_until, self.backoff.retry_at
        )

    def all_titles_are_due(self, now: float) -> bool:
        """Tell whether to ask about all titles at once."""
        return self._all_due_at() <= now

    def games_due(self, now: float) -> list[Game]:
        """Return the games to ask about."""
        return [it for it in self.games.values() if self._game_due_at(it) <= now]

    @property
    def last_search(self) -> bool:
        """Whether the search covers all titles now."""
        return self.search_at is None or self.searches == len(_SEARCH_DELAYS) - 1

    @property
    def in_doubt(self) -> bool:
        """Whether a search was in vain: the unlock was not among the latest, it may be an old one."""
        return self.search_at is not None and self.searches > 0

    @property
    def unexplained(self) -> int | None:
        """The points by which the gamerscore has moved without a known unlock.

        None as long as it may be the score that is late, or an unlock in another title that is not found yet.
        """
        if self.score is None or not self.last_search:
            return None
        return self.score.reported - self.score.explained

    @property
    def uncounted(self) -> dict[str, int]:
        """The numbers of achievements in games that were unlocked without a known unlock."""
        return {title_id: it.reported - it.explained for title_id, it in self.numbers.items()}

    def is_missing_points(self, points: int) -> bool:
        """Tell whether the gamerscore is higher than the known unlocks and these points explain."""
        return self.score is not None and self.score.reported > self.score.explained + points

    def on_memory(self, memory: UnlockMemory) -> None:
        """Take over what an answer has shown about the achievements of games."""
        for game in self.games.values():
            game.compare(memory)

    def on_game_answer(self, game: Game, now: float) -> None:
        """Take note of an answer about a game."""
        game.at, game.asked = now, True
        game.missed = game.missed and game.lacks_times
        if self.search_at is not None:
            game.searched_at = now
        if game.ended:
            self.games.pop(game.title_id, None)
            self.numbers.pop(game.title_id, None)

    def on_all_titles_answer(self, now: float) -> None:
        """Take note of an answer about all titles."""
        self.all_due, self.behind, self.wide = None, False, False
        if self.last_search:
            self._end_search()
        for game in list(self.games.values()):
            if game.system is System.MODERN:
                self.on_game_answer(game, now)

    def on_unlocks(self, news: Collection[Achievement], now: float) -> bool:
        """Take note of new unlocks; tell whether titlehub does not count them yet."""
        for it in news:
            if self.score:
                self.score.explain(it.gamerscore)
            if it.title_id in self.numbers:
                self.numbers[it.title_id].explain(1)
            promised = self.coverage.announces_unlocks(self.xuid, it.scope)
            self.push_trust.on_change_found(it.key, now, promised=promised)
        return any(it.reported < it.explained for it in self.numbers.values())

    def on_doubts(self, now: float, *, live: bool) -> None:
        """Search for what proves that an unlock is new: gamerscore and numbers come later than the unlock."""
        if self.search_at is None and self.score:
            self._start_search(now, live=live)

    def on_answers(self, now: float, *, waiting: bool) -> None:
        """Take note that all requests that were due have been answered; `waiting` is whether unlocks are doubtful."""
        if self.search_at is None or self.search_at > now:
            return
        settled = not waiting and all(it.settled for it in self._counters())
        if settled and not self.push_trust.unconfirmed:
            self.search_at = None
        else:
            self.searches += 1
            self.search_at = now + _SEARCH_DELAYS[self.searches]

    def on_refusal(self, until: float) -> None:
        """Take note that the person hides the unlocks; ask again after `until`."""
        self.hidden_until, self.behind, self.all_due = until, True, None
        self.search_at = None  # the gamerscore stays unexplained until the unlocks are shown again
        self._mark_missed()

    def on_gap(self, until: float) -> None:
        """Take note that a list lacked known unlocks; ask again after `until`."""
        self.backoff.retry_at = until

    def on_burst(self, at: float) -> None:
        """Take note of many new unlocks in one list: it may have lacked some."""
        self.wide, self.all_due = True, at

    def on_first_answer(self, now: float) -> None:
        """Take note of the unlocks of a person who was not watched before: they explain the gamerscore."""
        self._end_search()
        self.on_all_titles_answer(now)

    def _counters(self) -> list[UnlockCounter]:
        return [*([self.score] if self.score else []), *self.numbers.values()]

    def _mark_missed(self) -> None:
        for game in self.games.values():
            game.missed = True

    def _start_search(self, now: float, *, live: bool) -> None:
        self.search_at, self.searches, self.live = now, 0, live and not self.behind

    def _end_search(self) -> None:
        self.search_at = None
        self.push_trust.drop_announcements()
        for counter in self._counters():
            counter.explained = max(counter.explained, counter.reported)

    def _all_due_at(self) -> float:
        due = math.inf if self.all_due is None else self.all_due
        if self.behind and (self.games or self.search_at is not None):
            due = min(due, self.hidden_until)
        earning = any(it.system is not System.NONE for it in self.games.values())
        if self.search_at is not None and (not earning or self.last_search):
            due = min(due, self.search_at)
        return due

    def _game_due_at(self, game: Game) -> float:
        if game.system is System.NONE:
            return math.inf
        due = self._game_poll_at(game)
        if self.search_at is not None and not self.last_search:
            due = min(due, max(self.search_at, game.searched_at + _GAP_SECONDS))
        return due

    def _game_poll_at(self, game: Game) -> float:
        """Return when a game is due without a search."""
        if game.ended:
            return game.at + ENDED_SECONDS
        if game.needs_look and not game.looks:
            return game.at
        if game.system is System.XBOX_360:
            return game.at + XBOX_360_POLL_SECONDS if game.asked else game.at
        relies = (
            self.push_trust.trusted
            and bool(game.scope)
            and self.coverage.announces_unlocks(self.xuid, game.scope)
        )
        return game.at + (PUSHED_GAME_POLL_SECONDS if relies else GAME_POLL_SECONDS)

    def _drop_ended_games_without_achievements(self) -> None:
        for title_id, game in list(self.games.items()):
            if game.ended and game.system is System.NONE:
                del self.games[title_id]
                self.numbers.pop(title_id, None)
