"""A ledger that is shown things by hand, second by second."""

import json
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Any

from custom_components.xbox_network.xbox.playtime.ledger import DayTimes, Ledger, PlayTimes
from custom_components.xbox_network.xbox.playtime.ledger_json import restore, stored
from custom_components.xbox_network.xbox.playtime.local_days import LocalDays
from custom_components.xbox_network.xbox.playtime.observations import Moment, Sight

GAME, OTHER, PC = "101", "102", "103"
NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)


class Shown:
    """A ledger, and what time it is for it: seconds after the beginning."""

    def __init__(self, zone: tzinfo = UTC, start: datetime = NOON, *, network: bool = True) -> None:
        """Begin with nobody playing."""
        self.days, self.start, self.network = LocalDays(zone), start.timestamp(), network
        self.now, self.ahead, self.booted = 0.0, 0.0, self.start - 5000
        self.ledger = Ledger()
        self.see(None)

    def see(self, title_id: str | None, after: float = 0.0, **told: Any) -> Shown:
        """Show somebody in a title some seconds later; times in it are seconds after the beginning."""
        self.now += after
        for name in ("since", "last_seen"):
            if name in told:
                told[name] += self.start
        told.setdefault("on_windows", title_id == PC)
        self.ledger.see(Sight(self.moment, title_id, **told), self.days)
        return self

    def play(self, title_id: str | None, seconds: float, **told: Any) -> Shown:
        """Show a title every minute for some time."""
        self.see(title_id, **told)
        while seconds > 0:
            self.see(title_id, min(seconds, 60.0), **told)
            seconds -= 60.0
        return self

    def read(self, title_id: str, minutes: float | None) -> Shown:
        """Read a counter."""
        self.ledger.read(title_id, minutes, self.moment, self.days)
        return self

    def learn(self, **played: float) -> Shown:
        """Learn when titles were played last; names are `t` and the title id."""
        told = {name.removeprefix("t"): self.start + at for name, at in played.items()}
        self.ledger.learn(told, self.days)
        return self

    def restart(self, *, off: float, reboot: bool = False) -> Shown:
        """Let another process go on after a break; with `reboot` the machine starts just before it."""
        content = json.loads(json.dumps(stored(self.ledger)))
        self.now += off
        if reboot:
            self.booted = self.start + self.now - 20
        self.ledger = Ledger()
        restore(self.ledger, content)
        return self

    @property
    def moment(self) -> Moment:
        """Return now."""
        real = self.start + self.now
        return Moment(real - self.booted, real + self.ahead, real if self.network else None)

    def due(self) -> list[str]:
        """Return which counters it wants."""
        return self.ledger.due(self.moment)

    def asks(self) -> bool:
        """Return whether it wants to know what was played last."""
        return self.ledger.history_due

    @property
    def times(self) -> PlayTimes:
        """Return what it says."""
        return self.ledger.times(self.moment, self.days)

    def day(self, later: int = 0) -> DayTimes:
        """Return a day, counted from the first."""
        first = datetime.fromtimestamp(self.start, self.days.zone).date()
        return self.times.days.get(first + timedelta(days=later)) or DayTimes(titles={})

    @property
    def counted(self) -> tuple[int, int, int]:
        """Return play, what of it is estimated, and what was unseen, of all days."""
        days = self.times.days.values()
        return (
            sum(day.total for day in days),
            sum(day.estimated for day in days),
            sum(day.unseen for day in days),
        )
