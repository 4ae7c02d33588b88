"""The seconds of one person by local day and title. What they mean is decided in `ledger.py`."""

import contextlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from itertools import islice
from typing import Final

KEPT_DAYS: Final = 731
LONGEST_DAY: Final = 25 * 3600.0

_ENDLESS: Final = 2**62
_ESTIMATED: Final = "estimated"
_UNSEEN: Final = "unseen"


@dataclass(slots=True)
class DayTotals:
    """One day: seconds by title, of them estimated, beside them unseen."""

    titles: dict[str, float] = field(default_factory=dict)
    estimated: float = 0.0
    unseen: float = 0.0
    revision: int = 0


class DailyTotals:
    """The days of one person. `revision` moves with every change, that of a meter included.

    What is kept of a day is one text, as `1910000001:3600 1910000002:59.5 estimated:60 unseen:30`: seconds
    by title. Years of it are in a file in which each value of a list or an object has a line of its own.
    """

    def __init__(self) -> None:
        """Start without any day."""
        self.days: dict[date, DayTotals] = {}
        self.revision = 0

    def credit(self, pieces: Iterable[tuple[date, float]], title_id: str, *, seen: bool) -> None:
        """Add play that was seen, or that the network's record supports."""
        for day, seconds in pieces:
            entry = self._touch(day)
            entry.titles[title_id] = entry.titles.get(title_id, 0.0) + seconds
            if not seen:
                entry.estimated += seconds

    def debit(self, pieces: Iterable[tuple[date, float]], title_id: str, *, seen: bool) -> float:
        """Take play back, never more than there is; return how much it was."""
        taken = 0.0
        for day, seconds in pieces:
            entry = self._touch(day)
            before = entry.titles.pop(title_id, 0.0)
            if before > seconds:
                entry.titles[title_id] = before - seconds
            taken += min(before, seconds)
            estimated = entry.estimated if seen else max(0.0, entry.estimated - seconds)
            entry.estimated = min(estimated, sum(entry.titles.values()))
        return taken

    def miss(self, pieces: Iterable[tuple[date, float]]) -> None:
        """Add time in which nobody could see whether there was play."""
        for day, seconds in pieces:
            self._touch(day).unseen += seconds

    def changed(self, since: int) -> dict[str, str]:
        """Return the days that have changed since a revision as JSON; an empty one is an empty text."""
        found = sorted(day for day, entry in self.days.items() if entry.revision > since)
        return {day.isoformat(): _stored(self.days[day]) for day in found}

    def closed(self) -> dict[str, str]:
        """Return all days as JSON, in whole seconds."""
        days = sorted(self.days.items())
        whole = {day.isoformat(): _stored(entry, whole=True) for day, entry in days}
        return {day: content for day, content in whole.items() if content}

    def titles(self, since: int) -> set[str]:
        """Return the titles in the days that have changed since a revision."""
        changed = (entry for entry in self.days.values() if entry.revision > since)
        return {title_id for entry in changed for title_id in entry.titles}

    def from_store(self, data: object, *, changed: bool = False) -> None:
        """Let the days that were kept replace those of the same date; odd ones count as nothing.

        `changed` tells whether they count as changes since.
        """
        for key, content in data.items() if isinstance(data, dict) else ():
            if (day := _day_of(key)) is not None and isinstance(content, str):
                self.days[day] = _read(content)
                if changed:
                    self._touch(day)
        self._drop_the_oldest()

    def _touch(self, day: date) -> DayTotals:
        self.revision += 1
        if (entry := self.days.get(day)) is None:
            entry = self.days[day] = DayTotals()
            self._drop_the_oldest()
        entry.revision = self.revision
        return entry

    def _drop_the_oldest(self) -> None:
        for day in list(islice(sorted(self.days), max(0, len(self.days) - KEPT_DAYS))):
            del self.days[day]


def _stored(day: DayTotals, *, whole: bool = False) -> str:
    rest = {_ESTIMATED: day.estimated, _UNSEEN: day.unseen}
    content = day.titles | {name: seconds for name, seconds in rest.items() if seconds > 0}
    if whole:
        return " ".join(f"{it}:{int(seconds)}" for it, seconds in content.items() if seconds >= 1)
    return " ".join(f"{it}:{round(seconds, 3)}" for it, seconds in content.items())


def _read(content: str) -> DayTotals:
    known = {
        name: min(seconds, LONGEST_DAY)
        for name, seconds in _pairs(content)
        if 0 < seconds < _ENDLESS
    }
    titles = {name: seconds for name, seconds in known.items() if name.isdecimal()}
    estimated = min(known.get(_ESTIMATED, 0.0), sum(titles.values()))
    return DayTotals(titles, estimated, known.get(_UNSEEN, 0.0))


def _pairs(content: str) -> Iterator[tuple[str, float]]:
    for pair in content.split():
        name, _, seconds = pair.partition(":")
        with contextlib.suppress(ValueError):
            yield name, float(seconds)


def _day_of(key: object) -> date | None:
    try:
        return date.fromisoformat(key) if isinstance(key, str) else None
    except ValueError:
        return None
