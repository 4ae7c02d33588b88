"""Tracks the play time of all observed people, and asks the network about gaps."""

import asyncio
import time
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from typing import Any, Final

from pydantic import TypeAdapter, ValidationError

from ..client import XboxClient
from ..endpoints import Service
from ..errors import XboxError, XboxForbiddenError, XboxRequestError
from ..http.backoff import Backoff
from ..http.rate_limits import RESERVES, Purpose
from ..models.base import TitleId, Xuid
from ..models.titles import PersonTitle
from ..people.observer import PeopleObserver
from ..people.person import PresenceStatement
from ..presence import DevicePlatform, Presence, platform_of
from .ledger import Ledger
from .ledger_json import state_from_json, state_to_json
from .ledger_state import LedgerState
from .local_days import LocalDays
from .observations import Instant, Observation
from .summary import PlaytimeSummary

_HOUR_SECONDS: Final = 3600.0
_LONGEST_BACKOFF: Final = 900.0
_MAX_COUNTERS_AT_ONCE: Final = 100
_LAST_TITLES: Final = 5
# For how many seconds a person waits for an answer of the network that tells how much time has passed.
_DOUBT_SECONDS: Final = 120.0
_RESERVE: Final = RESERVES[Service.TITLES, Purpose.PLAY_HISTORY]

_XUID = TypeAdapter[str](Xuid)
_TITLE_ID = TypeAdapter[str](TitleId)


@dataclass(slots=True)
class StoredPart:
    """A part of the play time that is stored in one file. `version` grows when the part has changed."""

    write: Callable[[], dict[str, Any]]
    read: Callable[[object], set[str] | None]
    version: int = 0

    def to_store(self) -> dict[str, Any]:
        """Return the content of the file."""
        return self.write()

    def from_store(self, data: object) -> set[str] | None:
        """Take over the content of the file. What makes no sense in it is left out.

        Return the xuids of those who miss something by that, None if it is unknown who.
        """
        return self.read(data)


class _Backoffs:
    """The pauses of a service: after a failure for all people, after a refusal for the person alone."""

    def __init__(self) -> None:
        """Start without failures."""
        self._service = Backoff(longest_backoff=_LONGEST_BACKOFF)
        self._people: dict[str, Backoff] = {}

    def allow(self, xuid: str, now: float) -> bool:
        """Return whether there is no pause."""
        known = self._service, self._people.get(xuid, self._service)
        return all(now >= backoff.retry_at for backoff in known)

    def failed(self, err: XboxError, now: float) -> None:
        """Note that the service has failed."""
        self._service.failed(err, now)

    def refused(self, xuid: str, err: XboxError, now: float) -> None:
        """Note that the service has refused the request about a person."""
        self._service.succeeded()
        backoff = Backoff(longest_backoff=_LONGEST_BACKOFF, longest_refused=_LONGEST_BACKOFF)
        self._people.setdefault(xuid, backoff).failed(err, now)

    def succeeded(self, xuids: Collection[str]) -> None:
        """Note an answer about people."""
        self._service.succeeded()
        for xuid in xuids:
            self._people.pop(xuid, None)


class PlaytimeTracker:
    """The play time of the people that an observer watches.

    `history` has all days and counters, and is to be saved rarely. `current` has only the changes
    since `history` was saved, and is to be read after it. Both contain personal data.
    """

    def __init__(
        self, client: XboxClient, observer: PeopleObserver, *, zone: tzinfo, apps: bool = False
    ) -> None:
        """Start without play time. Days begin at midnight in `zone`; `apps` is whether apps count too."""
        self.apps = apps
        self._client = client
        self._observer = observer
        self._local_days = LocalDays(zone)
        self._ledgers: dict[str, Ledger] = {}
        self._title_names: dict[str, str] = {}
        self._saved_revisions: dict[str, int] = {}
        self._written_revisions: dict[str, int] = {}
        self._doubted_at: dict[str, float] = {}
        self._first_revision = 0
        self._today: date | None = None
        self._history_at = time.monotonic()
        # after a refusal of one person's record the others are asked on
        self._stats = _Backoffs()
        self._titles = _Backoffs()
        self._lock = asyncio.Lock()
        self.history = StoredPart(self._history_to_store, self._history_from_store)
        self.current = StoredPart(self._current_to_store, self._current_from_store)
        observer.subscribe_before_update(self.update)

    @property
    def zone(self) -> tzinfo:
        """The time zone in which days begin at midnight."""
        return self._local_days.zone

    @zone.setter
    def zone(self, zone: tzinfo) -> None:
        self._local_days.zone = zone

    @property
    def is_counting(self) -> bool:
        """Whether the time of at least one person is being counted."""
        now = self._instant(time.monotonic())
        return any(ledger.is_counting(now) for ledger in self._ledgers.values())

    @property
    def open_gaps(self) -> int:
        """The number of gaps that the network may still explain."""
        return sum(ledger.open_gaps for ledger in self._ledgers.values())

    def update(self) -> None:
        """Update all ledgers with the latest presence that the observer knows."""
        now, statements = self._instant(time.monotonic()), self._observer.statements()
        changed = [self._update(xuid, it, now) for xuid, it in statements.items() if it]
        if any(changed):
            self.current.version += 1
        self._offer_history()

    async def refresh(self) -> None:
        """Ask the network about gaps and endings, if there are any. Never raises an `XboxError`.

        A failed request is sent again later.
        """
        async with self._lock:
            await self._read_last_played()  # it tells which counters to read
            await self._read_counters()

    def summary(self, xuid: str, since: date | None = None) -> PlaytimeSummary:
        """Return the play time of a person up to now, of the days since a date or of all days."""
        now = self._instant(time.monotonic())
        if (statement := self._observer.statement(xuid)) and self._update(xuid, statement, now):
            self.current.version += 1
        ledger = self._ledgers.get(xuid) or Ledger(self._local_days)
        return ledger.summary(now, since)

    def title_name(self, title_id: str) -> str | None:
        """Return the name of a title that was played."""
        return self._title_names.get(title_id)

    def keep_only(self, xuids: Collection[str]) -> None:
        """Forget the play time of all people except these."""
        gone = [xuid for xuid in self._ledgers if xuid not in xuids]
        for xuid in gone:
            del self._ledgers[xuid]
            self._saved_revisions.pop(xuid, None)  # a person who comes back starts anew
            self._written_revisions.pop(xuid, None)
            self._doubted_at.pop(xuid, None)
        if gone:
            self.current.version += 1
            self.history.version += 1

    def follow_unknown_history(self) -> None:
        """Begin after a stored history that cannot be read now.

        Whoever can read it again takes what is counted from now on for newer than that history.
        """
        self._first_revision = int(time.time())  # there is no more than one change a second

    def history_saved(self) -> None:
        """Note that the latest content of `history` has been saved."""
        self._saved_revisions |= self._written_revisions

    def _update(self, xuid: str, statement: PresenceStatement, now: Instant) -> bool:
        """Update a person's ledger. Returns whether it has changed."""
        ledger = self._ledger(xuid)
        before = ledger.revision
        at = now if statement.is_current else self._instant(statement.at)
        if self._waits_for_clocks(xuid, ledger, at):
            return False
        ledger.observe(self._observation(at, statement.presence))
        if statement.is_hidden:
            ledger.mark_hidden()
        return before != ledger.revision

    def _waits_for_clocks(self, xuid: str, ledger: Ledger, at: Instant) -> bool:
        """Return whether the next answer may tell how much time has passed, as no two clocks agree."""
        if ledger.clocks_agree(at):
            self._doubted_at.pop(xuid, None)
            return False
        return at.tick - self._doubted_at.setdefault(xuid, at.tick) < _DOUBT_SECONDS

    def _ledger(self, xuid: str) -> Ledger:
        """Return a person's ledger, which may be a new one."""
        if (ledger := self._ledgers.get(xuid)) is None:
            ledger = self._ledgers[xuid] = Ledger(self._local_days)
            ledger.restore(LedgerState(revision=self._first_revision, partial=True))
        return ledger

    def _observation(self, at: Instant, presence: Presence) -> Observation:
        active = presence.active
        if active is None or (active.is_game is False and not self.apps):
            offline = presence.online is False
            return Observation(
                at,
                last_seen=_timestamp(presence.last_seen) if offline else None,
                last_title=presence.last_title if offline else None,
            )
        if active.name:
            self._title_names[active.title_id] = active.name
        others = (it.title_id for it in presence.counted_titles if self.apps or it.is_game)
        return Observation(
            at,
            active.title_id,
            beside=tuple(it for it in dict.fromkeys(others) if it != active.title_id),
            certain=self.apps or active.is_game is True,
            on_windows=platform_of(active.device) is DevicePlatform.WINDOWS,
            since=_timestamp(active.since),
        )

    def _instant(self, tick: float) -> Instant:
        """Return the instant of a time by the monotonic clock."""
        wall = max(0.0, time.time() - (time.monotonic() - tick))
        return Instant(max(0.0, tick), wall, self._client.auth.http.network_time(tick))

    async def _read_counters(self) -> None:
        """Read the counters that are due."""
        now = time.monotonic()
        at = self._instant(now)
        due = [
            (xuid, title_id)
            for xuid, ledger in self._ledgers.items()
            if self._stats.allow(xuid, now)
            for title_id in ledger.due_counters(at)
        ]
        if due := due[:_MAX_COUNTERS_AT_ONCE]:
            await self._request_counters(due, now)

    async def _request_counters(self, due: Collection[PersonTitle], now: float) -> None:
        """Read counters in one request, or in one for each person if it is refused."""
        people = sorted({xuid for xuid, _ in due})
        try:
            minutes = await self._client.stats.minutes_played(due)
        except XboxRequestError as err:
            if len(people) > 1:
                for person in people:
                    await self._request_counters([key for key in due if key[0] == person], now)
                return
            if not isinstance(err, XboxForbiddenError):
                self._stats.refused(people[0], err, now)
                return
            minutes = {}  # privacy
        except XboxError as err:
            self._stats.failed(err, now)
            return
        self._stats.succeeded(people)
        self._apply_counters(due, minutes)

    def _apply_counters(
        self, due: Collection[PersonTitle], minutes: Mapping[PersonTitle, float]
    ) -> None:
        now = self._instant(time.monotonic())
        for xuid, title_id in due:
            if ledger := self._ledgers.get(xuid):
                ledger.apply_counter(title_id, minutes.get((xuid, title_id)), now)
                self.current.version += 1

    async def _read_last_played(self) -> None:
        """Read the titles that were last played by people with a gap that asks for them."""
        now = time.monotonic()
        for xuid, ledger in list(self._ledgers.items()):
            left = self._client.budget_left(Service.TITLES) or 0
            allowed = self._titles.allow(xuid, now) and left > _RESERVE
            if ledger.needs_last_played and allowed:
                await self._request_last_played(xuid, ledger, now)

    async def _request_last_played(self, xuid: str, ledger: Ledger, now: float) -> None:
        try:
            played = await self._client.titles.last_played(xuid, _LAST_TITLES)
        except XboxForbiddenError:
            played = {}  # privacy
        except XboxRequestError as err:
            self._titles.refused(xuid, err, now)
            return
        except XboxError as err:
            self._titles.failed(err, now)
            return
        self._titles.succeeded((xuid,))
        ledger.add_last_played({it: at.timestamp() for it, at in played.items()})
        self.current.version += 1

    def _offer_history(self) -> None:
        """Offer the history to be saved when a day is over, or after an hour with changes."""
        now, today = time.monotonic(), self._local_days.day_of(time.time())
        new_day, self._today = today != self._today, today
        if not new_day and now - self._history_at < _HOUR_SECONDS:
            return
        ledgers = self._ledgers.items()
        if any(it.history_revision > self._saved_revisions.get(xuid, 0) for xuid, it in ledgers):
            self._history_at = now
            self.history.version += 1

    def _history_to_store(self) -> dict[str, Any]:
        ledgers = self._ledgers.items()
        self._written_revisions = {xuid: ledger.history_revision for xuid, ledger in ledgers}
        return self._to_json({xuid: ledger.state for xuid, ledger in ledgers})

    def _current_to_store(self) -> dict[str, Any]:
        saved = self._saved_revisions
        ledgers = self._ledgers.items()
        return self._to_json({it: known.changes_since(saved.get(it, 0)) for it, known in ledgers})

    def _to_json(self, states: Mapping[str, LedgerState]) -> dict[str, Any]:
        """Return the states of people, and the names of the titles in their days."""
        days = (totals for state in states.values() for totals in state.days.values())
        used = {title_id for totals in days for title_id in totals.titles}
        return {
            "people": {xuid: state_to_json(state) for xuid, state in states.items()},
            "titles": {it: name for it, name in self._title_names.items() if it in used},
        }

    def _history_from_store(self, data: object) -> set[str] | None:
        return self._from_json(data, partial=False)

    def _current_from_store(self, data: object) -> set[str] | None:
        return self._from_json(data, partial=True)

    def _from_json(self, data: object, *, partial: bool) -> set[str] | None:
        content: dict[Any, Any] = data if isinstance(data, dict) else {}
        for title_id, name in _items(content.get("titles")):
            if _is_valid(_TITLE_ID, title_id) and isinstance(name, str):
                self._title_names[title_id] = name
        people = content.get("people")
        odd: set[str] = set()
        for xuid, stored in _items(people):
            if _is_valid(_XUID, xuid):
                state = state_from_json(stored, partial=partial)
                self._ledger(xuid).restore(state)
                odd |= {xuid} if state.odd else set()
        certain = isinstance(people, dict) and all(_is_valid(_XUID, it) for it in people)
        return odd if certain else None


def _items(data: object) -> list[tuple[Any, Any]]:
    return list(data.items()) if isinstance(data, dict) else []


def _is_valid(adapter: TypeAdapter[str], value: object) -> bool:
    try:
        adapter.validate_python(value)
    except ValidationError:
        return False
    return True


def _timestamp(moment: datetime | None) -> float | None:
    """Return a time in seconds since 1970."""
    return None if moment is None else moment.timestamp()
