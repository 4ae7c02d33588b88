"""The play that was credited to one person, by day and against the network's counters."""

from collections.abc import Mapping
from datetime import date

from .counter_book import CounterBook
from .counters import MinutesCounter
from .daily_totals import DailyTotals, DayTotals, Evidence
from .local_days import LocalDays, Span
from .revisions import Revisions


class CreditedPlay:
    """The daily totals and the counters of one person.

    They change together, and share the revisions: they make up the history, which is rarely stored.
    """

    def __init__(self, local_days: LocalDays) -> None:
        """Start without play."""
        self._revisions = Revisions()
        self.totals = DailyTotals(local_days, self._revisions)
        self.counters = CounterBook(self._revisions)

    @property
    def revision(self) -> int:
        """The number of the latest change of a day or a counter."""
        return self._revisions.latest

    def restore(
        self,
        days: Mapping[date, DayTotals],
        counters: Mapping[str, MinutesCounter | None],
        *,
        partial: bool,
    ) -> None:
        """Take over stored days and counters. With `partial` the others stay, and these are a change."""
        self.totals.restore(days, partial=partial)
        self.counters.restore(counters, partial=partial)

    def credit(self, title_id: str, span: Span, evidence: Evidence = Evidence.OBSERVED) -> None:
        """Add play of a title."""
        self.totals.credit(span, title_id, evidence)
        self.counters.credit(title_id, span.seconds)

    def debit(self, title_id: str, span: Span, evidence: Evidence = Evidence.OBSERVED) -> float:
        """Take play of a title back. Returns the seconds that were taken.

        They are fewer than those of the span if the wall clock was changed since: the play may be on
        another day.
        """
        taken = self.totals.debit(span, title_id, evidence)
        self.counters.credit(title_id, -taken)
        return taken
