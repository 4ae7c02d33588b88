"""A ledger of play time that a test drives second by second."""

import json
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Any

from custom_components.xbox_network.xbox.playtime.ledger import Ledger
from custom_components.xbox_network.xbox.playtime.ledger_json import (
    state_from_json,
    state_to_json,
)
from custom_components.xbox_network.xbox.playtime.local_days import LocalDays
from custom_components.xbox_network.xbox.playtime.observations import Instant, Observation
from custom_components.xbox_network.xbox.playtime.summary import DayPlaytime, PlaytimeSummary

GAME, OTHER, PC = "101", "102", "103"
NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)


class LedgerDriver:
    """A ledger and its time `now`, in seconds after the start."""

    def __init__(self, zone: tzinfo = UTC, start: datetime = NOON, *, network: bool = True) -> None:
        """Start with an observation without a title."""
        self.days, self.start, self.network = LocalDays(zone), start.timestamp(), network
        self.now, self.ahead, self.booted = 0.0, 0.0, self.start - 5000
        self.network_ahead = 0.0
        self.ledger = Ledger(self.days)
        self.observe(None)

    def observe(self, title_id: str | None, after: float = 0.0, **fields: Any) -> LedgerDriver:
        """Observe a title some seconds later; times are seconds after the start."""
        self.now += after
        for name in ("since", "last_seen"):
            if name in fields:
                fields[name] += self.start
        fields.setdefault("on_windows", title_id == PC)
        self.ledger.observe(Observation(self.instant, title_id, **fields))
        return self

    def play(self, title_id: str | None, seconds: float, **fields: Any) -> LedgerDriver:
        """Observe a title every minute for some time."""
        self.observe(title_id, **fields)
        while seconds > 0:
            self.observe(title_id, min(seconds, 60.0), **fields)
            seconds -= 60.0
        return self

    def apply_counter(self, title_id: str, minutes: float | None) -> LedgerDriver:
        """Apply a counter."""
        self.ledger.apply_counter(title_id, minutes, self.instant)
        return self

    def add_last_played(self, **played: float) -> LedgerDriver:
        """Add the times at which titles were last played; a name is `t` and the title id."""
        last_played = {name.removeprefix("t"): self.start + at for name, at in played.items()}
        self.ledger.add_last_played(last_played)
        return self

    def miss_counter(self, title_id: str) -> LedgerDriver:
        """Answer without a counter as often as the ledger looks for it, while nobody plays."""
        self.apply_counter(title_id, None)
        for _ in range(9):
            self.observe(None, 600)
            if title_id in self.due():
                self.apply_counter(title_id, None)
        return self

    def answer_last_played(self, **played: float) -> LedgerDriver:
        """Answer when titles were last played as often as the ledger asks for it, while nobody plays."""
        for _ in range(4):
            if self.needs_last_played():
                self.add_last_played(**played)
            self.observe(None, 600)
        return self

    def restart(self, *, off: float, reboot: bool = False) -> LedgerDriver:
        """Continue in a new process after `off` seconds; with `reboot` the machine has just started."""
        content = json.loads(json.dumps(state_to_json(self.ledger.state)))
        self.now += off
        if reboot:
            self.booted = self.start + self.now - 20
        self.ledger = Ledger(self.days)
        self.ledger.restore(state_from_json(content))
        return self

    def sleep(self, seconds: float) -> LedgerDriver:
        """Let the machine sleep: its monotonic clock stands still."""
        self.now += seconds
        self.booted += seconds
        return self

    @property
    def instant(self) -> Instant:
        """Return the current instant."""
        real = self.start + self.now
        network = real + self.network_ahead if self.network else None
        return Instant(real - self.booted, real + self.ahead, network)

    def due(self) -> list[str]:
        """Return the titles whose counters are due."""
        return self.ledger.due_counters(self.instant)

    def needs_last_played(self) -> bool:
        """Return whether the ledger needs the times at which titles were last played."""
        return self.ledger.needs_last_played

    @property
    def summary(self) -> PlaytimeSummary:
        """Return the play time."""
        return self.ledger.summary(self.instant)

    def day(self, later: int = 0) -> DayPlaytime:
        """Return the play time of the first day, or of a later one."""
        first = datetime.fromtimestamp(self.start, self.days.zone).date()
        return self.summary.days.get(first + timedelta(days=later)) or DayPlaytime(titles={})

    @property
    def counted(self) -> tuple[int, int, int]:
        """Return the seconds of all days: play, its estimated part, and unseen time."""
        days = self.summary.days.values()
        return (
            sum(day.total for day in days),
            sum(day.estimated for day in days),
            sum(day.unseen for day in days),
        )
