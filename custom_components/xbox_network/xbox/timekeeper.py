"""Keeps the play time of all people: takes over what the observer sees, asks for what nobody saw."""

import time
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import tzinfo
from typing import Any, Final

from .activity import Platform, platform_of
from .client import XboxClient
from .ledger import Ledger, Moment, PlayTimes, Sight
from .localdays import LocalDays
from .observer import PeopleObserver, Statement

_HOUR: Final = 3600.0


@dataclass(slots=True)
class Kept:
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


class Timekeeper:
    """The play time of the people that an observer watches."""

    def __init__(
        self, client: XboxClient, observer: PeopleObserver, *, zone: tzinfo, apps: bool = False
    ) -> None:
        """`zone` is where days begin at midnight; `apps` count as games do."""
        self.apps = apps
        self._client = client
        self._observer = observer
        self._days = LocalDays(zone)
        self._ledgers: dict[str, Ledger] = {}
        self._names: dict[str, str] = {}
        self.history = Kept(dict, lambda _: None)
        """The days as they were when it was last saved."""
        self.current = Kept(dict, lambda _: None)
        """Everything that `history` has not."""
        observer.about_to_learn = self.note

    @property
    def zone(self) -> tzinfo:
        """Where days begin at midnight."""
        return self._days.zone

    @zone.setter
    def zone(self, zone: tzinfo) -> None:
        self._days = LocalDays(zone)

    @property
    def counting(self) -> bool:
        """Whether somebody's time is running."""
        return any(self.times(xuid).title_id for xuid in self._ledgers)

    def note(self) -> None:
        """Take over what the observer knows now."""
        for xuid, statement in self._observer.statements().items():
            if statement is not None:
                self._note(self._ledgers.setdefault(xuid, Ledger()), statement)

    async def look(self) -> None:
        """Ask the network what open gaps and ends need. Never raises an `XboxError`."""

    def times(self, xuid: str) -> PlayTimes:
        """Return the play time of a person up to now."""
        return self._ledgers.get(xuid, Ledger()).times(self._moment(time.monotonic()))

    def title_name(self, title_id: str) -> str | None:
        """Return the name of a title that somebody was seen in."""
        return self._names.get(title_id)

    def forget(self, kept: Collection[str]) -> None:
        """Forget everybody but these people."""
        for xuid in [xuid for xuid in self._ledgers if xuid not in kept]:
            del self._ledgers[xuid]

    def history_kept(self) -> None:
        """Take note that `history` has been saved: `current` need not repeat what is in it."""

    def _note(self, ledger: Ledger, statement: Statement) -> None:
        at = self._moment(time.monotonic() if statement.holds else statement.at)
        active = statement.presence.active
        if active is None or (active.is_game is False and not self.apps):
            ledger.see(Sight(at), self._days)
            return
        if active.name:
            self._names[active.title_id] = active.name
        on_windows = platform_of(active.device) is Platform.WINDOWS
        certain = self.apps or active.is_game is True
        ledger.see(Sight(at, active.title_id, certain, on_windows), self._days)

    def _moment(self, tick: float) -> Moment:
        return Moment(tick, time.time() - (time.monotonic() - tick))
