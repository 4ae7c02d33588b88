"""The seconds of one person by local day and title. What they mean is decided in `ledger.py`."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from itertools import islice
from typing import Any, Final

KEPT_DAYS: Final = 731
LONGEST_DAY: Final = 25 * 3600.0

_ENDLESS: Final = 2**62
_ESTIMATED: Final = "estimated"
_UNSEEN: Final = "unseen"


@dataclass(slots=True)
class Day:
    """One day: seconds by title, of them estimated, beside them unseen."""

    titles: dict[str, float] = field(default_factory=dict)
    estimated: float = 0.0
    unseen: float = 0.0
    revision: int = 0


class DayBook:
    """The days of one person. `revision` moves with every change."""

    def __init__(self) -> None:
        """Start without any day."""
        self.days: dict[date, Day] = {}
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

    def changed(self, since: int) -> dict[str, dict[str, float]]:
        """Return the days that have changed since a revision as JSON; an empty one is an empty object."""
        found = sorted(day for day, entry in self.days.items() if entry.revision > since)
        return {day.isoformat(): _stored(self.days[day]) for day in found}

    def closed(self) -> dict[str, dict[str, int]]:
        """Return all days as JSON, in whole seconds."""
        shown = {day.isoformat(): _stored(entry) for day, entry in sorted(self.days.items())}
        whole = {
            day: {name: int(seconds) for name, seconds in content.items() if seconds >= 1}
            for day, content in shown.items()
        }
        return {day: content for day, content in whole.items() if content}

    def from_store(self, data: object, *, changed: bool = False) -> None:
        """Let the days that were kept replace those of the same date; odd ones count as nothing.

        `changed` tells whether they count as changes since.
        """
        for key, content in data.items() if isinstance(data, dict) else ():
            if (day := _day_of(key)) is not None and isinstance(content, dict):
                self.days[day] = _read(content)
                if changed:
                    self._touch(day)
        self._drop_the_oldest()

    def _touch(self, day: date) -> Day:
        self.revision += 1
        if (entry := self.days.get(day)) is None:
            entry = self.days[day] = Day()
            self._drop_the_oldest()
        entry.revision = self.revision
        return entry

    def _drop_the_oldest(self) -> None:
        for day in list(islice(sorted(self.days), max(0, len(self.days) - KEPT_DAYS))):
            del self.days[day]


def _stored(day: Day) -> dict[str, float]:
    rest = {_ESTIMATED: day.estimated, _UNSEEN: day.unseen}
    content = day.titles | {name: seconds for name, seconds in rest.items() if seconds > 0}
    return {name: round(seconds, 3) for name, seconds in content.items()}


def _read(content: Mapping[Any, object]) -> Day:
    known = {
        name: min(float(seconds), LONGEST_DAY)
        for name, seconds in content.items()
        if isinstance(name, str)
        and isinstance(seconds, int | float)
        and not isinstance(seconds, bool)
        and 0 < seconds < _ENDLESS
    }
    titles = {name: seconds for name, seconds in known.items() if name.isdecimal()}
    estimated = min(known.get(_ESTIMATED, 0.0), sum(titles.values()))
    return Day(titles, estimated, known.get(_UNSEEN, 0.0))


def _day_of(key: object) -> date | None:
    try:
        return date.fromisoformat(key) if isinstance(key, str) else None
    except ValueError:
        return None
