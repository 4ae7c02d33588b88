"""The play time of one person: observed time, and unobserved time that the network's counters confirm.

Nothing here sends a request or reads a clock. Durations are measured by the monotonic clock of the
process. The wall clock only tells the local day; it may be changed at any time.
"""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Final

from .counters import MINUTE, SETTLED_SECONDS, MinutesCounter
from .credited_play import CreditedPlay
from .daily_totals import DayTotals
from .endings import Ending, EndingBook
from .gap_book import GapBook
from .gaps import Gap
from .ledger_clock import LedgerClock
from .ledger_state import LedgerState
from .local_days import LocalDays, Span
from .observations import SAME_TITLE_SECONDS, Instant, Observation
from .revisions import Revisions
from .sessions import Session
from .summary import PlaytimeSummary

# The most seconds between two observations with different titles that are counted for the first title.
TITLE_CHANGE_SECONDS: Final = 30.0


class Ledger:
    """The play time of one person.

    `_run` is the number of seconds that the current title has been played. `_undecided` is the number of
    seconds that it has been running while it was not known whether it counts as play.
    """

    def __init__(self, local_days: LocalDays) -> None:
        """Start without observations. Ledgers share `local_days`, which may change its zone."""
        self._revisions = Revisions()
        self._clock = LedgerClock()
        self._credited = CreditedPlay(local_days)
        self._gaps = GapBook(self._credited, self._revisions)
        self._endings = EndingBook(self._credited)
        self._session = Session()
        self._hidden = False
        self._run = 0.0
        self._undecided = 0.0

    @property
    def history_revision(self) -> int:
        """A number that grows with each change of a day or a counter."""
        return self._credited.revision

    @property
    def revision(self) -> int:
        """A number that grows with each change that is worth being stored."""
        return self._revisions.latest + self._credited.revision

    @property
    def state(self) -> LedgerState:
        """All that the ledger knows."""
        credited = self._credited
        return self._state(credited.totals.days, credited.counters.counters, partial=False)

    def changes_since(self, history_revision: int) -> LedgerState:
        """Return the state with only the days and counters that have changed since a revision."""
        days = self._credited.totals.changed_since(history_revision)
        counters = self._credited.counters.changed_since(history_revision)
        return self._state(days, counters, partial=True)

    def restore(self, state: LedgerState) -> None:
        """Take over the state of an earlier process.

        A state that is older than the ledger's own one is ignored: the time since then would
        be counted twice.
        """
        if state.revision < self.revision:
            return
        self._revisions.latest = state.revision - self._credited.revision
        self._clock.restore(state.last, state.clock)
        self._credited.restore(state.days, state.counters, partial=state.partial)
        self._gaps.restore(state.gaps)
        self._endings.restore(state.endings)
        self._session, self._hidden, self._run = state.session, state.hidden, state.run

    def observe(self, observation: Observation) -> None:
        """Count the time since the last observation. An observation before the last one is ignored."""
        if (last := self._clock.last) is None:
            self._clock.start(observation)
            self._change_running((), observation)
            self._start_run(observation)
            return
        passed = self._clock.since(last, observation.at)
        if (seconds := passed.seconds) < 0:
            return
        observation = self._clock.corrected(last, passed, observation.following(last))
        self._pass(seconds, observation)
        if (ending := self._endings.pop_interrupted(observation)) is not None:
            self._count_interruption(ending, last, observation)
        elif passed.exact and seconds <= _countable_seconds(last, observation):
            self._count(seconds, last, observation)
        else:
            self._open_gap(seconds, last, observation)
        if seconds > 0:
            self._hidden = False

    def clocks_agree(self, now: Instant) -> bool:
        """Return whether it is known how much time has passed since the last observation.

        Another answer of the network may tell.
        """
        return self._clock.agrees(now)

    def mark_hidden(self) -> None:
        """Note that the person has been hidden since the last observation."""
        self._hidden = True

    def due_counters(self, now: Instant) -> list[str]:
        """Return the titles whose counters are due to be read."""
        return self._credited.counters.due(self._clock.at(now))

    def apply_counter(self, title_id: str, minutes: float | None, now: Instant) -> None:
        """Correct the play of a title by its counter.

        `minutes` is None if the network has no such counter, or refuses to tell: one such answer is no statement.
        """
        if (counter := self._credited.counters.get(title_id)) is None:
            return
        if minutes is None:
            self._miss_counter(title_id, counter.miss(self._clock.at(now)))
        else:
            self._read_counter(title_id, counter, minutes, self._clock.at(now))
        self._gaps.close()

    def _miss_counter(self, title_id: str, counter: MinutesCounter) -> None:
        """Give up a counter that is silent."""
        self._credited.counters.put(title_id, counter)
        if not counter.is_undecided:
            self._gaps.stop_wanting(title_id, followed=True)
            self._endings.remove(title_id)

    def _read_counter(
        self, title_id: str, counter: MinutesCounter, minutes: float, clock: float
    ) -> None:
        """Correct the play of a title by a reading."""
        playing = title_id in self._clock.running_titles
        settled = counter.is_settled(clock, playing=playing)
        counter, beyond = counter.read(minutes, clock, playing=playing)
        self._credited.counters.put(title_id, counter)
        if beyond is not None:
            self._reconcile(title_id, counter, beyond, settled=settled)
        if beyond is not None and beyond > MINUTE and self._gaps.may_name(title_id):
            self._credited.counters.schedule(title_id, clock + SETTLED_SECONDS)
        elif settled and not counter.is_undecided:
            followed = beyond is None or beyond > -counter.credited
            self._gaps.stop_wanting(title_id, followed=followed)
            self._endings.remove(title_id)
            self._credited.counters.settle(title_id, minutes, clock)

    @property
    def needs_last_played(self) -> bool:
        """Whether it helps to know when titles were last played."""
        return self._gaps.needs_last_played(self._clock.seconds)

    def add_last_played(self, played: Mapping[str, float]) -> None:
        """Explain gaps by the moments at which titles were last played, in seconds since 1970.

        `played` is empty if the network refuses to tell: one answer that leaves something out is no statement.
        """
        self._gaps.explain_by_last_played(played, self._clock.seconds)
        self._revisions.next()
        self._gaps.close()

    @property
    def open_gaps(self) -> int:
        """The number of gaps that may still be explained."""
        return len(self._gaps.gaps)

    def is_counting(self, now: Instant) -> bool:
        """Return whether the time of a title is being counted."""
        return self._clock.counted_title is not None and self._clock.idle(now) <= SAME_TITLE_SECONDS

    def summary(self, now: Instant, since: date | None = None) -> PlaytimeSummary:
        """Return the play time up to the last observation: of all days, or of those since a date."""
        idle, unseen = self._clock.idle(now), self._gaps.unexplained
        if idle > SAME_TITLE_SECONDS:
            unseen.append(Span(now.wall, idle))
        began = self._session.began_if_current(idle)
        return PlaytimeSummary(
            days=self._credited.totals.summary(unseen, since or date.min),
            session=0 if began is None else int(self._session.seconds),
            session_began=None if began is None else datetime.fromtimestamp(began, UTC),
            title_id=self._clock.counted_title if self.is_counting(now) else None,
        )

    def _state(
        self,
        days: Mapping[date, DayTotals],
        counters: Mapping[str, MinutesCounter | None],
        *,
        partial: bool,
    ) -> LedgerState:
        return LedgerState(
            days=days,
            last=self._clock.last,
            clock=self._clock.seconds,
            revision=self.revision,
            run=self._run,
            hidden=self._hidden,
            session=self._session,
            gaps=self._gaps.gaps,
            counters=counters,
            endings=self._endings.endings,
            partial=partial,
        )

    def _pass(self, seconds: float, observation: Observation) -> None:
        """Advance the clock and the ages of endings and gaps by the seconds until an observation."""
        self._clock.advance(seconds, observation)
        self._endings.age(seconds)
        self._gaps.age(seconds, observation.running_titles)
        self._gaps.close()

    def _count(self, seconds: float, last: Observation, observation: Observation) -> None:
        """Count the seconds between two observations in which nothing else can have been played."""
        self._change_running(last.running_titles, observation)
        self._gaps.explain_by_start(observation)
        for title_id in last.beside:
            # the network also counts the seconds for this title; the ledger counts them for one title only
            self._credited.counters.credit(title_id, seconds)
        if last.counted_title is None:
            self._count_uncertain(seconds, last, observation)
            return
        self._play(last.counted_title, Span(observation.at.wall, seconds))
        if last.title_id != observation.title_id:
            self._end_title(last.counted_title, last, observation)

    def _count_uncertain(self, seconds: float, last: Observation, observation: Observation) -> None:
        """Count the seconds after an observation without a title that is known to count as play."""
        same = last.title_id == observation.title_id
        undecided = self._undecided + seconds
        if same and observation.counted_title is not None:
            # the title has been known for a while; only now it is known to count as play
            self._start_run(observation)
            counted = min(undecided, SAME_TITLE_SECONDS)
            self._play(observation.counted_title, Span(observation.at.wall, counted))
            return
        self._session = self._session.with_break(seconds)
        self._undecided = undecided if same and last.title_id is not None else 0.0
        if not same:
            self._start_run(observation)

    def _count_interruption(
        self, ending: Ending, last: Observation, observation: Observation
    ) -> None:
        """Count an interruption as play, with the seconds that were taken back before it."""
        title_id = str(observation.title_id)
        self._change_running(last.running_titles, observation)
        self._start_run(observation)
        self._play(title_id, Span(observation.at.wall, ending.waited + ending.taken))
        self._run = ending.room + ending.waited

    def _end_title(self, title_id: str, last: Observation, observation: Observation) -> None:
        """End a title. A PC reports the end late: the time since the real end goes to the next title."""
        if not last.on_windows:
            self._start_run(observation)
            return
        ending = self._endings.end_title(title_id, observation, self._run)
        self._session = self._session.without_play(ending.taken)
        self._start_run(observation)
        if observation.counted_title is not None:
            self._play(observation.counted_title, Span(ending.wall, ending.taken))
            self._endings.leave_taken(title_id)

    def _start_run(self, observation: Observation) -> None:
        """Start to measure how long the title of an observation is played."""
        self._revisions.next()
        self._run = self._undecided = 0.0
        if observation.counted_title is not None:
            self._endings.start_title(observation.counted_title)

    def _change_running(self, before: tuple[str, ...], observation: Observation) -> None:
        """Let the counters know which titles have ended, and which have started."""
        counters, clock, after = self._credited.counters, self._clock, observation.running_titles
        for title_id in before:
            if title_id not in after:
                counters.end_title(title_id, clock.seconds)
        for title_id in after:
            if title_id not in before:
                counters.start_title(title_id, clock.seconds, wanted=self._gaps.wants(title_id))

    def _open_gap(self, seconds: float, last: Observation, observation: Observation) -> None:
        """Open a gap, and credit the play that the observation at its end confirms."""
        gap = Gap.between(last, observation, seconds, hidden=self._hidden)
        self._gaps.open(gap)
        if self._hidden:
            self._gaps.forget_readings({*last.running_titles, *observation.running_titles})
            for title_id in observation.running_titles:
                self._credited.counters.schedule(title_id, self._clock.seconds)
        self._change_running(last.running_titles, observation)
        self._start_run(observation)
        gap = self._gaps.explain_by_observation(observation)
        self._extend_session_over(gap)
        for title_id in gap.wants:
            self._credited.counters.schedule(title_id, self._clock.seconds)
        self._gaps.close()

    def _extend_session_over(self, gap: Gap) -> None:
        """Add the explained time of a gap to the session. The rest of it is a break."""
        position = 0.0
        for low, high in [*gap.free, (gap.length, gap.length)]:
            if low > position:
                self._extend_session(gap.span((position, low)))
            self._session = self._session.with_break(high - low)
            position = high

    def _play(self, title_id: str, span: Span) -> None:
        """Credit observed play."""
        self._credited.credit(title_id, span)
        self._extend_session(span)

    def _extend_session(self, span: Span) -> None:
        self._session = self._session.with_play(span)
        self._run += span.seconds

    def _reconcile(
        self, title_id: str, counter: MinutesCounter, beyond: float, *, settled: bool
    ) -> None:
        """Correct the credited play of a title by `beyond`: the counted seconds minus the credited seconds.

        A positive number credits first the play that was taken back at an ending, then play in gaps. A
        negative number takes back first the play that is assumed in gaps, then play at an ending.
        """
        if beyond > MINUTE:
            given = self._endings.give_back(title_id, beyond)
            self._gaps.explain_by_counter(title_id, beyond - given)
        elif settled and -counter.credited < beyond < -MINUTE:
            excess = self._gaps.withdraw_assumed(title_id, -beyond)
            self._endings.take_back(title_id, excess)


def _countable_seconds(last: Observation, observation: Observation) -> float:
    """Return how long the time between two observations may be without being a gap."""
    same = last.title_id == observation.title_id
    return SAME_TITLE_SECONDS if same else TITLE_CHANGE_SECONDS
