"""The open gaps of one person."""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import replace
from typing import Final

from .credited_play import CreditedPlay
from .daily_totals import Evidence
from .day_shares import DayPart
from .gaps import Explanation, Gap
from .local_days import Span
from .observations import Observation
from .revisions import Revisions

_MAX_GAPS: Final = 10
_PATIENCE_SECONDS: Final = 7200.0


class GapBook:
    """The open gaps of one person, the oldest first. The play that explains them is credited.

    Each closed gap gets a number of `revisions`.
    """

    def __init__(self, credited: CreditedPlay, revisions: Revisions) -> None:
        """Start without gaps."""
        self._credited = credited
        self._revisions = revisions
        self._gaps: list[Gap] = []

    @property
    def gaps(self) -> tuple[Gap, ...]:
        """The open gaps."""
        return tuple(self._gaps)

    def needs_last_played(self, clock: float) -> bool:
        """Return whether a gap asks for the titles that were last played in it, by the ledger's clock."""
        return any(gap.ask and gap.look_at <= clock for gap in self._gaps)

    @property
    def unexplained(self) -> list[Span]:
        """The time in which there may have been play, in all gaps."""
        return [gap.span(interval) for gap in self._gaps for interval in gap.unexplained]

    def restore(self, gaps: Iterable[Gap]) -> None:
        """Replace all gaps."""
        self._gaps = list(gaps)

    def wants(self, title_id: str) -> bool:
        """Return whether the counter of a title may still explain a gap."""
        return any(title_id in gap.wants for gap in self._gaps)

    def may_name(self, title_id: str) -> bool:
        """Return whether the network may still name a title that was played in a gap."""
        return not self.wants(title_id) and any(gap.ask for gap in self._gaps)

    def stop_wanting(self, title_id: str, *, followed: bool) -> None:
        """Stop wanting the counter of a title.

        If it has not `followed` the play yet, gaps with assumed play still want it.
        """
        self._gaps = [
            gap.without_wanted(title_id) if followed or not gap.assumed else gap
            for gap in self._gaps
        ]

    def age(self, seconds: float, running: Collection[str]) -> None:
        """Let time pass for each gap after which the title at its end is not running any more."""
        self._gaps = [it if it.after in running else it.aged(seconds) for it in self._gaps]

    def open(self, gap: Gap) -> None:
        """Add a gap."""
        self._gaps.append(gap)

    def close(self) -> None:
        """Remove the gaps that are settled, too old or too many. Their unexplained time stays unseen."""
        for gap in list(self._gaps):
            old = gap.waited >= _PATIENCE_SECONDS or len(self._gaps) > _MAX_GAPS
            if gap.is_settled or old:
                self._gaps.remove(gap)
                self._revisions.next()
                if gap.unexplained:
                    self.forget_readings(it for it in gap.wants if not self.wants(it))
                for interval in gap.unexplained:
                    self._credited.totals.add_unseen(gap.span(interval))

    def forget_readings(self, title_ids: Iterable[str]) -> None:
        """Forget the readings from before a time of which counters have never told what was played in it.

        What they tell later would seem to be of a later gap.
        """
        counters = self._credited.counters
        for title_id in title_ids:
            if counter := counters.get(title_id):
                counters.put(title_id, replace(counter, base=None))

    def explain_by_observation(self, observation: Observation) -> Gap:
        """Explain the newest gap by the observation at its end, and return it."""
        gap = self._gaps[-1]
        gap, played = gap.explain_by_observation(observation, self._today(gap))
        self._gaps[-1] = gap
        for title_id, interval, evidence in played:
            self._credited.credit(title_id, gap.span(interval), evidence)
        return gap

    def explain_by_start(self, current: Observation) -> None:
        """Explain the gaps whose title has been running since, by its start.

        At the end of a gap another service may have answered, which tells no start.
        """
        for index, gap in enumerate(self._gaps):
            if not gap.waited:
                self._gaps[index], intervals = gap.explain_by_start(current)
                for interval in intervals:
                    span = gap.span(interval)
                    self._credited.credit(str(gap.after), span, Evidence.TIMES)

    def explain_by_counter(self, title_id: str, seconds: float) -> None:
        """Explain up to `seconds` by play of a title, in the gaps that want its counter."""
        for span in self._change(
            lambda gap: title_id in gap.wants,
            lambda gap, left: gap.explain_by_counter(title_id, left, self._parts(gap)),
            seconds,
        ):
            self._credit(title_id, span)

    def withdraw_assumed(self, title_id: str, seconds: float) -> float:
        """Withdraw up to `seconds` that are assumed for a title. Returns the seconds that are left over."""
        for span in self._change(
            lambda gap: title_id in gap.wants and title_id == gap.before,
            lambda gap, left: gap.withdraw_assumed(left),
            seconds,
        ):
            self._credited.debit(title_id, span, Evidence.AMOUNT)
            seconds -= span.seconds
        return seconds

    def explain_by_last_played(self, played: Mapping[str, float], clock: float) -> None:
        """Explain the gaps that ask for it by when titles were last played, in seconds since 1970.

        `clock` is the time of the ledger's clock in seconds.
        """
        for index, gap in enumerate(self._gaps):
            if gap.ask and gap.look_at <= clock:
                answered = gap.looked(clock)
                for title_id, real in played.items():
                    if 0 < (offset := gap.offset(real)) < gap.length and title_id not in gap.others:
                        answered = self._with_last_played(answered, title_id, offset, clock)
                self._gaps[index] = answered

    def _with_last_played(self, gap: Gap, title_id: str, offset: float, clock: float) -> Gap:
        """Explain a gap by a title that was last played at an offset in it."""
        counter = self._credited.counters.get(title_id)
        if title_id == gap.before:
            # this is no duration (`docs/network.md` S4.6): a counter is better
            if counter is None or not counter.is_comparable:
                gap, intervals = gap.assume_until(offset, self._today(gap))
                for interval in intervals:
                    self._credit(title_id, gap.span(interval))
        elif title_id != gap.after and counter is not None:
            gap = gap.with_other(title_id, offset)
            self._credited.counters.put(title_id, counter.end_title(clock).schedule(clock))
        return gap

    def _today(self, gap: Gap) -> float:
        """Return the offset at which the last day of a gap begins, 0 if it is the only one."""
        return next((part.within[0] for part in reversed(self._parts(gap))), 0.0)

    def _parts(self, gap: Gap) -> list[DayPart]:
        return self._credited.totals.parts(gap.span((0.0, gap.length)))

    def _credit(self, title_id: str, span: Span) -> None:
        self._credited.credit(title_id, span, Evidence.AMOUNT)

    def _change(
        self,
        applies: Callable[[Gap], bool],
        change: Callable[[Gap, float], Explanation],
        seconds: float,
    ) -> list[Span]:
        """Change the gaps to which it applies, together by up to `seconds`. Returns the changed time."""
        spans: list[Span] = []
        for index, gap in enumerate(self._gaps):
            if applies(gap):
                self._gaps[index], intervals = change(gap, seconds)
                spans += map(gap.span, intervals)
                for low, high in intervals:
                    seconds -= high - low
        return spans
