"""Random lives of a person, and their play time in a ledger; a life is bytes, which shrink well."""

import json
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any, ClassVar
from zoneinfo import ZoneInfo

from custom_components.xbox_network.xbox.playtime.ledger import Ledger
from custom_components.xbox_network.xbox.playtime.ledger_json import (
    state_from_json,
    state_to_json,
)
from custom_components.xbox_network.xbox.playtime.local_days import LocalDays
from custom_components.xbox_network.xbox.playtime.observations import (
    SAME_TITLE_SECONDS,
    Instant,
    Observation,
)
from custom_components.xbox_network.xbox.playtime.summary import PlaytimeSummary

CONSOLE_GAME, OTHER_GAME, PC_GAME, OTHER_PC_GAME = "101", "102", "103", "104"
_TITLES = (None, CONSOLE_GAME, OTHER_GAME, PC_GAME, CONSOLE_GAME, OTHER_PC_GAME, None, PC_GAME)
_ON_WINDOWS = frozenset({PC_GAME, OTHER_PC_GAME})
_BEAT = 300.0

# Days of clock changes: at night, at midnight, by half an hour; and an ordinary day.
STARTS = (
    ("UTC", datetime(2026, 11, 23, 22, 30, tzinfo=UTC)),
    ("Europe/Berlin", datetime(2026, 10, 24, 20, 30, tzinfo=UTC)),
    ("Europe/Berlin", datetime(2026, 3, 28, 21, 30, tzinfo=UTC)),
    ("America/New_York", datetime(2026, 11, 1, 2, 30, tzinfo=UTC)),
    ("Africa/Cairo", datetime(2026, 4, 23, 20, 30, tzinfo=UTC)),
    ("America/Havana", datetime(2026, 11, 1, 3, 30, tzinfo=UTC)),
    ("Australia/Lord_Howe", datetime(2026, 4, 4, 12, 30, tzinfo=UTC)),
    ("Asia/Kolkata", datetime(2026, 12, 31, 17, 30, tzinfo=UTC)),
)
_PASSES = (5, 20, 45, 120, 290, 400, 900, 1800, 3600, 9000)
_CADENCES = (10.0, 30.0, 60.0, 150.0, 290.0)
_CLOCKS = (-7200.0, -600.0, -45.0, 45.0, 600.0, 7200.0, 90000.0, -90000.0)


@dataclass
class Record:
    """The network's counters: exact, off, late by a lag, or too low by lost seconds."""

    counts: bool = True
    lag: float = 0.0
    lost: float = 0.0


@dataclass
class Trace:
    """One life: the real play, and the observations that the ledger gets.

    In a `faithful` life no clock is changed, and the counters are right.
    """

    ops: ClassVar[tuple[Any, ...]] = ()
    """What may happen."""

    life: bytes
    faithful: bool = False
    zone: ZoneInfo = field(init=False)
    now: float = field(init=False)
    began: float = field(init=False)
    booted: float = field(init=False)
    ahead: float = 0.0
    cadence: float = 10.0
    title: str | None = None
    since: float = 0.0
    online: bool = True
    signed_out: float | None = None
    last_title: str | None = None
    shown_until: float = 0.0
    shown: tuple[str, float] | None = None
    blind: str = ""
    clocks_changed: bool = False
    was_blind: bool = False
    restarts: int = 0
    late_ends: int = 0
    observations: int = 0
    tells_time: bool = True
    tells_moments: bool = True
    record: Record = field(default_factory=Record)
    played: list[tuple[str, float, float]] = field(default_factory=list)
    ledger: Ledger = field(init=False)
    since_revision: int = 0
    history: str = "{}"
    current: str = "{}"
    kept_counters: str = "{}"
    stopped_at: float = 0.0
    unverified: float = 0.0

    def __post_init__(self) -> None:
        """Start at the time and in the zone of the first bytes."""
        first, second = (self.life + b"\0\0")[:2]
        name, start = STARTS[first % len(STARTS)]
        self.zone = ZoneInfo(name)
        self.days = LocalDays(self.zone)
        self.ledger = Ledger(self.days)
        self.now = self.began = start.timestamp() + first // 8 * 400.0
        self.booted = self.now - 5000.0
        self.cadence = _CADENCES[second % len(_CADENCES)]
        self.tells_time = bool(second & 64) or second < 32
        self.tells_moments = not second & 128
        if self.faithful:
            self.tells_time = self.tells_moments = True
        self.look()

    def live(self) -> Trace:
        """Run all events."""
        for op, argument in zip(self.life[2::2], self.life[3::2], strict=False):
            happens = self.ops[op % len(self.ops)]
            if not (self.faithful and happens in _MISLEADING):
                getattr(self, happens.__name__)(argument)
        if self.blind:
            self.end_blindness(0)
        self.look()
        return self

    def rest(self) -> None:
        """Sign the person out, and wait until the counters are settled."""
        self.sign_out(0)
        for _ in range(180):
            self.now += 60.0
            self.look()

    # clocks and record

    def instant(self) -> Instant:
        """Return the time by three clocks."""
        network = float(int(self.now)) if self.tells_time else None
        return Instant(self.now - self.booted, self.now + self.ahead, network)

    def seconds_in(self, title_id: str, until: float) -> float:
        """Return the seconds in which a title was really played, up to a time."""
        over = sum(
            max(0.0, min(end, until) - begin) for it, begin, end in self.played if it == title_id
        )
        return over + (max(0.0, until - self.since) if self.title == title_id else 0.0)

    @property
    def elapsed(self) -> float:
        """The seconds that have really passed."""
        return self.now - self.began

    def summary(self) -> PlaytimeSummary:
        """Return the play time up to now."""
        return self.ledger.summary(self.instant())

    # observations

    def look(self) -> None:
        """Let the ledger observe the person, and give it the counters that are due."""
        self.ledger.observe(self.observation())
        self.observations += 1
        now = self.instant()
        for title_id in self.ledger.due_counters(now):
            self.ledger.apply_counter(title_id, self.counter(title_id), now)
        if self.ledger.needs_last_played:
            self.ledger.add_last_played(self.last_played())
        if self.observations % 8 == 0:
            self.save()

    def counter(self, title_id: str) -> float | None:
        """Return the network's minutes of a title."""
        if not self.record.counts:
            return None
        seconds = self.seconds_in(title_id, self.now - self.record.lag)
        return float(max(0.0, 6000.0 + seconds - self.record.lost) // 60)

    def last_played(self) -> dict[str, float]:
        """Return when titles were played last, by the network's record."""
        begins = {title_id: begin for title_id, begin, _ in self.played[-5:]}
        return begins if self.record.counts else {}

    def observation(self) -> Observation:
        """Return the current observation; the end of a title on a PC is observed late."""
        at = self.instant()
        if self.title is None and self.shown and self.now < self.shown_until:
            return Observation(
                at, self.shown[0], on_windows=True, since=self._reported(self.shown[1])
            )
        if self.title is None:
            out = None if self.online else self._reported(self.signed_out)
            return Observation(at, last_seen=out, last_title=self.last_title if out else None)
        windows = self.title in _ON_WINDOWS
        return Observation(at, self.title, on_windows=windows, since=self._reported(self.since))

    def _reported(self, real: float | None) -> float | None:
        return real if self.tells_moments else None

    # storage

    def save(self) -> None:
        """Store the changes since the history."""
        self.current = json.dumps(state_to_json(self.ledger.changes_since(self.since_revision)))
        self.kept_counters = self.counters()

    def save_history(self, argument: int) -> None:
        """Store the history; the ledger does not always learn that it was stored."""
        if self.blind != "off":
            if argument % 4:
                self.since_revision = self.ledger.history_revision
            self.history = json.dumps(state_to_json(self.ledger.state))
            self.kept_counters = self.counters()

    def counters(self) -> str:
        """Return the counters of the ledger."""
        return json.dumps(state_to_json(self.ledger.state)["meters"], sort_keys=True)

    # events

    def wait(self, argument: int) -> None:
        """Let time pass."""
        left = float(_PASSES[argument % len(_PASSES)])
        if self.blind:
            self.now += left
            return
        most = min(max(self.cadence, left / 12), 290.0)
        while left > 0:
            step = min(left, most)
            left -= step
            self.now += step
            self.look()

    def play(self, argument: int) -> None:
        """Start a title, or end the current one."""
        self._change_title(_TITLES[argument % len(_TITLES)])
        self.online = True

    def sign_out(self, _: int) -> None:
        """Go offline."""
        if self.online:
            self.last_title, self.signed_out = self.title, self.now
            self._change_title(None)
            self.online = False

    def _change_title(self, title_id: str | None) -> None:
        if title_id == self.title:
            return
        if not self.blind:
            self.look()
        if self.title is not None:
            self.played.append((self.title, self.since, self.now))
            if self.title in _ON_WINDOWS:
                self.shown = self.title, self.since
                self.shown_until = self.now + _BEAT - (self.now - self.since) % _BEAT
                self.late_ends += 1
        self.title, self.since = title_id, self.now
        if not self.blind:
            self.look()

    def lose_sight(self, argument: int) -> None:
        """Hide the person's presence, or let the network fail."""
        if not self.blind:
            self.blind, self.was_blind = "hidden" if argument % 2 else "outage", True
            if self.blind == "hidden":
                self.ledger.mark_hidden()

    def stop(self, argument: int) -> None:
        """End the process: in order, or by a crash that loses the unsaved changes."""
        if self.blind != "off":
            if argument % 2 and self.blind == "":
                self.save()
            self.blind, self.was_blind, self.stopped_at = "off", True, self.now

    def end_blindness(self, argument: int) -> None:
        """Restart the process, or the whole machine, or let the network answer again."""
        if self.blind == "off":
            if argument % 2:
                self.booted = max(self.stopped_at, self.now - 10.0 * (argument % 13))
            self.restarts += 1
            self.ledger = Ledger(self.days)
            for text, partial in ((self.history, False), (self.current, True)):
                state = state_from_json(json.loads(text), partial=partial)
                assert not state.odd or text == "{}"  # nothing stored yet
                self.ledger.restore(state)
            self.since_revision = 0
            assert self.counters() == self.kept_counters
        if self.blind:
            self.blind = ""
            self.unverified += self._unverified_seconds()
            self.look()

    def _unverified_seconds(self) -> float:
        """Return how many seconds of the current blindness no counter will ever verify.

        The network is not asked about a short blindness, nor about a person who was hidden.
        """
        state = self.ledger.state
        if state.last is None:
            return 0.0
        seconds = self.instant().wall - state.last.at.wall
        return seconds if state.hidden or seconds <= SAME_TITLE_SECONDS + 1 else 0.0

    def change_clock(self, argument: int) -> None:
        """Change the wall clock."""
        self.ahead += _CLOCKS[argument % len(_CLOCKS)]
        self.clocks_changed = True

    def change_record(self, argument: int) -> None:
        """Make the network's counters late, switch them off, or let them lose minutes."""
        kind = argument % 6
        self.record.counts = kind != 0
        self.record.lag = (0.0, 0.0, 120.0, 600.0, 3000.0, 0.0)[kind]
        self.record.lost += 1800.0 if kind == 5 else 0.0


_OPS: tuple[Any, ...] = (
    *[Trace.wait] * 4,
    *[Trace.play] * 4,
    *[Trace.end_blindness] * 3,
    Trace.sign_out,
    Trace.lose_sight,
    Trace.stop,
    Trace.change_clock,
    Trace.change_record,
    Trace.save_history,
)
Trace.ops = _OPS
_MISLEADING = (Trace.change_clock, Trace.change_record)


def real_seconds(trace: Trace, day: date) -> float:
    """Return the real seconds of a trace that belong to a day, by a correct clock."""
    return seconds_within(trace, day, trace.began, trace.now)


def seconds_within(trace: Trace, day: date, since: float, until: float) -> float:
    """Return how many seconds between two times belong to a day, by a correct clock."""
    midnight = datetime.min.time()
    begin = datetime.combine(day, midnight, trace.zone).timestamp()
    end = datetime.combine(day + timedelta(days=1), midnight, trace.zone).timestamp()
    return max(0.0, min(end, until) - max(begin, since))
