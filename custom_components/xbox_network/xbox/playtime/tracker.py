"""Keeps the play time of all people: takes over what the observer sees, asks for what nobody saw."""

import asyncio
import time
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from typing import Any, Final

from pydantic import TypeAdapter, ValidationError

from ..client import XboxClient
from ..endpoints import Service
from ..errors import XboxError, XboxRequestError
from ..http.backoff import Source
from ..models.base import TitleId, Xuid
from ..people.observer import PeopleObserver, Statement
from ..presence import Platform, Presence, platform_of
from ..services.stats import Key
from .ledger import Ledger, PlaytimeSummary
from .ledger_json import restore, stored
from .local_days import LocalDays
from .observations import Instant, Observation

_HOUR: Final = 3600.0
_LONGEST_BACKOFF: Final = 900.0
_MOST_AT_ONCE: Final = 100
_LATEST_TITLES: Final = 5
# Of titlehub's budget, for titles that somebody enters.
_LEFT_FOR_OTHERS: Final = 4

_XUID = TypeAdapter[str](Xuid)
_TITLE_ID = TypeAdapter[str](TitleId)


@dataclass(slots=True)
class StoredPart:
    """What is kept of the play time in one place. `version` moves whenever there is something new."""

    write: Callable[[], dict[str, Any]]
    read: Callable[[object], None]
    version: int = 0

    def to_store(self) -> dict[str, Any]:
        """Return what is worth keeping, as JSON."""
        return self.write()

    def from_store(self, data: object) -> None:
        """Take over what was kept; what is unreadable counts as nothing."""
        self.read(data)


class PlaytimeTracker:
    """The play time of the people that an observer watches.

    `history` are the days, to be saved rarely; `current` is what it has not as it was last saved. It is to be
    read after it. Both are about people.
    """

    def __init__(
        self, client: XboxClient, observer: PeopleObserver, *, zone: tzinfo, apps: bool = False
    ) -> None:
        """`zone` is where days begin at midnight; `apps` is whether apps count as games do."""
        self.apps = apps
        self._client = client
        self._observer = observer
        self._days = LocalDays(zone)
        self._ledgers: dict[str, Ledger] = {}
        self._names: dict[str, str] = {}
        self._kept: dict[str, int] = {}
        self._written: dict[str, int] = {}
        self._today: date | None = None
        self._history_at = time.monotonic()
        self._stats = Source(longest_backoff=_LONGEST_BACKOFF)
        self._titles = Source(longest_backoff=_LONGEST_BACKOFF)
        self._lock = asyncio.Lock()
        self.history = StoredPart(self._history_to_store, self._history_from_store)
        self.current = StoredPart(self._current_to_store, self._current_from_store)
        observer.about_to_learn = self.update

    @property
    def zone(self) -> tzinfo:
        """Where days begin at midnight."""
        return self._days.zone

    @zone.setter
    def zone(self, zone: tzinfo) -> None:
        self._days = LocalDays(zone)

    @property
    def is_counting(self) -> bool:
        """Whether somebody's time is running."""
        now = self._instant(time.monotonic())
        return any(ledger.is_counting(now) for ledger in self._ledgers.values())

    @property
    def open_gaps(self) -> int:
        """How many times nobody saw, and nobody has told about yet."""
        return sum(len(ledger.gaps) for ledger in self._ledgers.values())

    def update(self) -> None:
        """Take over what the observer knows now."""
        now, statements = self._instant(time.monotonic()), self._observer.statements()
        changed = [self._update(xuid, it, now) for xuid, it in statements.items() if it]
        if any(changed):
            self.current.version += 1
        self._offer_history()

    async def refresh(self) -> None:
        """Ask the network what gaps and ends need. Never raises an `XboxError`.

        What fails is asked again later; nothing is asked while nothing is needed.
        """
        async with self._lock:
            await self._read_counters()
            await self._read_last_played()

    def summary(self, xuid: str, since: date | None = None) -> PlaytimeSummary:
        """Return the play time of a person up to now, of the days since one or of all days."""
        now = self._instant(time.monotonic())
        if (statement := self._observer.statement(xuid)) and self._update(xuid, statement, now):
            self.current.version += 1
        ledger = self._ledgers.get(xuid) or Ledger()
        return ledger.summary(now, self._days, since)

    def title_name(self, title_id: str) -> str | None:
        """Return the name of a title that somebody has played."""
        return self._names.get(title_id)

    def forget_others(self, kept: Collection[str]) -> None:
        """Forget everybody but these people."""
        gone = [xuid for xuid in self._ledgers if xuid not in kept]
        for xuid in gone:
            del self._ledgers[xuid]
            self._kept.pop(xuid, None)  # who comes back begins anew
            self._written.pop(xuid, None)
        if gone:
            self.current.version += 1
            self.history.version += 1

    def history_saved(self) -> None:
        """Take note that `history` has been saved as it was last asked for."""
        self._kept |= self._written

    def _update(self, xuid: str, statement: Statement, now: Instant) -> bool:
        """Take over what was last told of a person; return whether there is something new to keep."""
        ledger = self._ledgers.setdefault(xuid, Ledger())
        before = ledger.revision, ledger.book.revision
        at = now if statement.holds else self._instant(statement.at)
        ledger.observe(self._observation(xuid, at, statement.presence), self._days)
        ledger.hidden = ledger.hidden or statement.hides
        return before != (ledger.revision, ledger.book.revision)

    def _observation(self, xuid: str, at: Instant, presence: Presence) -> Observation:
        active = presence.active
        if active is None or (active.is_game is False and not self.apps):
            offline = presence.online is False
            return Observation(
                at,
                last_seen=_seconds(presence.last_seen) if offline else None,
                last_title=presence.last_title if offline else None,
            )
        title = self._observer.library.title(xuid, active.title_id)
        if name := (title and title.name) or active.name:
            self._names[active.title_id] = name
        others = (it.title_id for it in presence.counting if self.apps or it.is_game)
        return Observation(
            at,
            active.title_id,
            beside=tuple(it for it in dict.fromkeys(others) if it != active.title_id),
            certain=self.apps or active.is_game is True,
            on_windows=platform_of(active.device) is Platform.WINDOWS,
            since=_seconds(active.since),
        )

    def _instant(self, tick: float) -> Instant:
        wall = max(0.0, time.time() - (time.monotonic() - tick))
        return Instant(max(0.0, tick), wall, self._client.auth.exchange.network_time(tick))

    async def _read_counters(self) -> None:
        now = time.monotonic()
        if now < self._stats.retry_at:
            return
        moment = self._instant(now)
        due = [
            (xuid, it)
            for xuid, ledger in self._ledgers.items()
            for it in ledger.due_counters(moment)
        ]
        if due := due[:_MOST_AT_ONCE]:
            await self._request_counters(due, now)

    async def _request_counters(self, due: Collection[Key], now: float) -> None:
        """Read counters, in one request as long as nobody's privacy refuses it."""
        try:
            minutes = await self._client.stats.minutes_played(due)
        except XboxRequestError:
            people = sorted({xuid for xuid, _ in due})
            if len(people) == 1:
                self._apply_counters(due, {})
                return
            for person in people:
                await self._request_counters([key for key in due if key[0] == person], now)
            return
        except XboxError as err:
            self._stats.failed(err, now)
            return
        self._stats.worked()
        self._apply_counters(due, minutes)

    def _apply_counters(self, due: Collection[Key], minutes: dict[Key, float]) -> None:
        moment = self._instant(time.monotonic())
        for xuid, title_id in due:
            if ledger := self._ledgers.get(xuid):
                ledger.apply_counter(title_id, minutes.get((xuid, title_id)), moment, self._days)
                self.current.version += 1

    async def _read_last_played(self) -> None:
        now = time.monotonic()
        for xuid, ledger in list(self._ledgers.items()):
            left = self._client.auth.exchange.limits.left(Service.TITLES) or 0
            if (
                ledger.needs_last_played
                and now >= self._titles.retry_at
                and left > _LEFT_FOR_OTHERS
            ):
                await self._request_last_played(xuid, ledger, now)

    async def _request_last_played(self, xuid: str, ledger: Ledger, now: float) -> None:
        try:
            played = await self._client.titles.last_played(xuid, _LATEST_TITLES)
        except XboxRequestError:
            played = {}  # privacy: nobody knows
        except XboxError as err:
            self._titles.failed(err, now)
            return
        self._titles.worked()
        ledger.add_last_played({it: at.timestamp() for it, at in played.items()}, self._days)
        self.current.version += 1

    def _offer_history(self) -> None:
        """Let the history be saved when a day has closed, or an hour has passed with changes."""
        now, today = time.monotonic(), self._days.day_of(time.time())
        closed, self._today = today != self._today, today
        if not closed and now - self._history_at < _HOUR:
            return
        books = ((xuid, ledger.book) for xuid, ledger in self._ledgers.items())
        if any(book.revision > self._kept.get(xuid, 0) for xuid, book in books):
            self._history_at = now
            self.history.version += 1

    def _history_to_store(self) -> dict[str, Any]:
        self._written = {xuid: ledger.book.revision for xuid, ledger in self._ledgers.items()}
        return self._with_names(
            {xuid: stored(it) for xuid, it in self._ledgers.items()},
            dict.fromkeys(self._ledgers, -1),
        )

    def _current_to_store(self) -> dict[str, Any]:
        ledgers = self._ledgers.items()
        people = {xuid: stored(ledger, self._kept.get(xuid, 0)) for xuid, ledger in ledgers}
        return self._with_names(people, {xuid: self._kept.get(xuid, 0) for xuid in people})

    def _history_from_store(self, data: object) -> None:
        for xuid, content in self._stored_people(data):
            restore(self._ledgers.setdefault(xuid, Ledger()), content)

    def _current_from_store(self, data: object) -> None:
        for xuid, content in self._stored_people(data):
            restore(self._ledgers.setdefault(xuid, Ledger()), content, changed=True)

    def _with_names(
        self, people: dict[str, dict[str, Any]], since: Mapping[str, int]
    ) -> dict[str, Any]:
        """Return people with the names of the titles in their days since revisions of their books."""
        books = ((xuid, ledger.book) for xuid, ledger in self._ledgers.items())
        used = {it for xuid, book in books for it in book.titles(since[xuid])}
        names = {title_id: name for title_id, name in self._names.items() if title_id in used}
        return {"people": people, "titles": names}

    def _stored_people(self, data: object) -> list[tuple[str, object]]:
        """Return what was stored by person, and take over the names of titles."""
        content: dict[Any, Any] = data if isinstance(data, dict) else {}
        names, people = content.get("titles"), content.get("people")
        for title_id, name in names.items() if isinstance(names, dict) else ():
            if _is(_TITLE_ID, title_id) and isinstance(name, str):
                self._names[title_id] = name
        found = people.items() if isinstance(people, dict) else ()
        return [(xuid, it) for xuid, it in found if _is(_XUID, xuid)]


def _is(adapter: TypeAdapter[str], value: object) -> bool:
    try:
        adapter.validate_python(value)
    except ValidationError:
        return False
    return True


def _seconds(moment: datetime | None) -> float | None:
    return None if moment is None else moment.timestamp()
