"""The seconds that one person has played, by local day and title."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from enum import Enum, auto
from itertools import islice
from typing import Final

from .day_shares import DayPart
from .local_days import LocalDays, Span
from .revisions import Revisions
from .summary import DayPlaytime

_MAX_DAYS: Final = 731


class Evidence(Enum):
    """What play is known by: it was observed, or the network's record tells its times, or only an amount."""

    OBSERVED = auto()
    TIMES = auto()
    AMOUNT = auto()


@dataclass(frozen=True, slots=True)
class DayTotals:
    """The seconds of one day.

    `titles` are the seconds of play by title id. `estimated` is the part of them that was not
    observed, `confirmed` the part of that whose times the network's record tells. `unseen` are
    further seconds, in which it is unknown whether there was play.
    """

    titles: Mapping[str, float] = field(default_factory=dict)
    estimated: float = 0.0
    confirmed: float = 0.0
    unseen: float = 0.0

    @property
    def total(self) -> float:
        """The seconds of play."""
        return sum(self.titles.values())

    def credit(self, title_id: str, seconds: float, evidence: Evidence) -> DayTotals:
        """Return the day with more play of a title."""
        titles = {**self.titles, title_id: self.titles.get(title_id, 0.0) + seconds}
        estimated = 0.0 if evidence is Evidence.OBSERVED else seconds
        confirmed = seconds if evidence is Evidence.TIMES else 0.0
        return replace(
            self,
            titles=titles,
            estimated=self.estimated + estimated,
            confirmed=self.confirmed + confirmed,
        )

    def debit(self, title_id: str, seconds: float, evidence: Evidence) -> DayTotals:
        """Return the day with less play of a title, or none of it."""
        titles = {it: played for it, played in self.titles.items() if it != title_id}
        if (before := self.titles.get(title_id, 0.0)) > seconds:
            titles[title_id] = before - seconds
        less = 0.0 if evidence is Evidence.OBSERVED else seconds
        estimated = min(max(0.0, self.estimated - less), sum(titles.values()))
        confirmed = min(self.confirmed, estimated)
        return replace(self, titles=titles, estimated=estimated, confirmed=confirmed)

    def summary(self) -> DayPlaytime:
        """Return the day in whole seconds."""
        titles = {it: whole for it, played in sorted(self.titles.items()) if (whole := int(played))}
        estimated = min(int(self.estimated), sum(titles.values()))
        return DayPlaytime(
            titles=titles,
            estimated=estimated,
            confirmed=min(int(self.confirmed), estimated),
            unseen=int(self.unseen),
        )


class DailyTotals:
    """The totals of the latest days of one person. Each change gets a number of `revisions`."""

    def __init__(self, local_days: LocalDays, revisions: Revisions) -> None:
        """Start without days."""
        self._local_days = local_days
        self._revisions = revisions
        self._days: dict[date, DayTotals] = {}
        self._changed: dict[date, int] = {}

    @property
    def days(self) -> Mapping[date, DayTotals]:
        """A copy of the days."""
        return dict(self._days)

    def changed_since(self, revision: int) -> Mapping[date, DayTotals]:
        """Return the days that have changed since a revision."""
        return {it: self._days[it] for it, latest in self._changed.items() if latest > revision}

    def restore(self, days: Mapping[date, DayTotals], *, partial: bool) -> None:
        """Add days in place of those of the same date. With `partial` they count as a change."""
        for day, totals in days.items():
            self._days[day] = totals
            self._changed.pop(day, None)
            if partial:
                self._changed[day] = self._revisions.next()
        self._remove_oldest()

    def credit(self, span: Span, title_id: str, evidence: Evidence) -> None:
        """Add play of a title. What a day has no room for, as the wall clock was set back, is left out."""
        for day, seconds in self._local_days.split(span):
            totals = self._get(day)
            room = self._room(day, totals.total)
            self._put(day, totals.credit(title_id, min(seconds, room), evidence))

    def debit(self, span: Span, title_id: str, evidence: Evidence) -> float:
        """Take play of a title back, never more than there is. Returns the seconds that were taken."""
        taken = 0.0
        for day, seconds in self._local_days.split(span):
            totals = self._get(day)
            taken += min(totals.titles.get(title_id, 0.0), seconds)
            self._put(day, totals.debit(title_id, seconds, evidence))
        return taken

    def add_unseen(self, span: Span) -> None:
        """Add time of which it stays unknown whether there was play."""
        for day, seconds in self._local_days.split(span):
            totals = self._get(day)
            room = self._room(day, totals.total + totals.unseen)
            self._put(day, replace(totals, unseen=totals.unseen + min(seconds, room)))

    def parts(self, span: Span) -> list[DayPart]:
        """Return the parts of a span by day, the earliest first."""
        found: list[DayPart] = []
        high = span.seconds
        for day, seconds in self._local_days.split(span):
            found.append(DayPart((max(0.0, high - seconds), high), self._get(day).total))
            high -= seconds
        return found[::-1]

    def summary(self, unseen: Iterable[Span], since: date) -> dict[date, DayPlaytime]:
        """Return the days since a date, with spans of which it is not known yet whether there was play."""
        shown = {day: totals.summary() for day, totals in self._days.items() if day >= since}
        for day, seconds in self._seconds_by_day(unseen).items():
            if day >= since:
                before = shown.get(day) or DayPlaytime(titles={})
                room = self._room(day, before.total + before.unseen)
                shown[day] = replace(before, unseen=before.unseen + int(min(seconds, room)))
        return {day: it for day, it in sorted(shown.items()) if it.titles or it.unseen}

    def _seconds_by_day(self, spans: Iterable[Span]) -> dict[date, float]:
        found: dict[date, float] = {}
        for span in spans:
            for day, seconds in self._local_days.split(span):
                found[day] = found.get(day, 0.0) + seconds
        return found

    def _room(self, day: date, taken: float) -> float:
        """Return how many seconds of a day are left."""
        return max(0.0, self._local_days.length(day) - taken)

    def _get(self, day: date) -> DayTotals:
        return self._days.get(day) or DayTotals()

    def _put(self, day: date, totals: DayTotals) -> None:
        new = day not in self._days
        self._days[day] = totals
        self._changed[day] = self._revisions.next()
        if new:
            self._remove_oldest()

    def _remove_oldest(self) -> None:
        for day in list(islice(sorted(self._days), max(0, len(self._days) - _MAX_DAYS))):
            del self._days[day]
            self._changed.pop(day, None)
