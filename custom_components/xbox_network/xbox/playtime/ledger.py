"""The play time of one person, from what was seen and from what the network's record supports.

Nothing here asks for anything, or looks at a clock. Time is counted by the monotonic clock of the process;
the clock on the wall only tells which local day it is, and may be set at any time.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from typing import Final

from .counters import MINUTE, MinutesCounter
from .daily_totals import DailyTotals, DayTotals
from .gaps import Gap, Interval
from .local_days import LocalDays
from .observations import SAME_TITLE_SECONDS, Instant, Observation, elapsed_over_restart
from .sessions import HEARTBEAT_SECONDS, Ending, Session

# Who is in another title after this many seconds was in the first one until then.
TITLE_CHANGE_SECONDS: Final = 30.0

_MAX_GAPS: Final = 10
_MAX_METERS: Final = 100
_PATIENCE_SECONDS: Final = 7200.0


@dataclass(frozen=True, slots=True, kw_only=True)
class DayPlaytime:
    """One local day of one person, in whole seconds.

    `estimated` is the part of the sum of `titles` that nobody saw, but the network's record supports;
    `unseen` is not in it: nobody could see whether there was play, and no record told. A day may still be
    corrected, to less as well.
    """

    titles: Mapping[str, int]
    estimated: int = 0
    unseen: int = 0

    @property
    def total(self) -> int:
        """The play time of the day."""
        return sum(self.titles.values())


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaytimeSummary:
    """The play time of one person: by day, in the current session, and what is being counted right now."""

    days: Mapping[date, DayPlaytime]
    session: int
    session_began: datetime | None
    title_id: str | None


class Ledger:
    """The play time of one person.

    `clock` counts the seconds that have passed between sights, restarts included. `revision` moves whenever
    there is something to keep.
    """

    def __init__(self) -> None:
        """Start without anything seen."""
        self.book = DailyTotals()
        self.last: Observation | None = None
        self.clock = 0.0
        self.run = 0.0
        self.session = Session()
        self.endings: dict[str, Ending] = {}
        self.gaps: list[Gap] = []
        self.meters: dict[str, MinutesCounter] = {}
        self.meter_revisions: dict[str, int] = {}
        """By title, the revision of the book with which its meter was changed last, or dropped."""
        self.restarted = False
        self.hidden = False
        self.revision = 0
        self._doubt = 0.0

    def observe(self, sight: Observation, days: LocalDays) -> None:
        """Take note of what somebody is seen in; earlier than the last sight it counts as nothing."""
        last = self.last
        if last is None:
            self.last = sight
            self._change_running((), sight.running)
            self._start_run(sight)
            return
        passed, all_of_it = sight.at.tick - last.at.tick, True
        if self.restarted:
            passed, all_of_it = elapsed_over_restart(last.at, sight.at)
        if passed < 0:
            return
        self.last, self.restarted = sight, False
        self.clock += passed
        same = last.title_id == sight.title_id
        if same and last.certain and not sight.certain:
            sight = self.last = replace(sight, certain=True)
        self._age(passed, days)
        if self._is_interruption(sight):
            self._count_interruption(last, sight, days)
        elif all_of_it and passed <= (SAME_TITLE_SECONDS if same else TITLE_CHANGE_SECONDS):
            self._count(last, sight, passed, days)
        else:
            self._open_gap(last, sight, passed, days)
        if passed > 0:
            self.hidden = False

    def due_counters(self, now: Instant) -> list[str]:
        """Return the titles of which the counters are to be read now."""
        clock = self._clock(now)
        return [
            title_id
            for title_id, meter in self.meters.items()
            if meter.due is not None and meter.due <= clock
        ]

    @property
    def needs_last_played(self) -> bool:
        """Whether it helps to know what was played last."""
        return any(gap.ask for gap in self.gaps)

    def apply_counter(
        self, title_id: str, minutes: float | None, now: Instant, days: LocalDays
    ) -> None:
        """Take over how many minutes the network has counted in a title, None if it does not tell."""
        if (meter := self.meters.get(title_id)) is None:
            return
        self.meter_changed(title_id)
        clock, playing = self._clock(now), title_id in self._running
        settled = meter.settled(clock, playing=playing)
        beyond = meter.read(minutes, clock, playing=playing)
        follows = beyond is None or beyond > -meter.credited
        if beyond is not None:
            self._reconcile(title_id, meter, beyond, settled, days)
        if minutes is None or settled:
            for gap in self.gaps:
                if follows or not gap.assumed:
                    gap.wants = [it for it in gap.wants if it != title_id]
            self.endings.pop(title_id, None)
        if minutes is not None and settled:
            meter.settle(minutes, clock)
        self._close_gaps(days)

    def add_last_played(self, played: Mapping[str, float], days: LocalDays) -> None:
        """Take over when titles were last played, in seconds since 1970; nothing if nobody tells."""
        for gap in [gap for gap in self.gaps if gap.ask]:
            gap.ask = False
            for title_id, real in played.items():
                if 0 < (offset := gap.offset(real)) < gap.length:
                    self._apply_last_played(gap, title_id, offset, days)
        self.revision += 1
        self._close_gaps(days)

    def meter_changed(self, title_id: str) -> None:
        """Take note that a meter is another one than before, or none."""
        self.book.revision += 1
        self.meter_revisions[title_id] = self.book.revision

    def is_counting(self, now: Instant) -> bool:
        """Tell whether time is running."""
        return self._playing is not None and self._blind(now) <= SAME_TITLE_SECONDS

    def summary(self, now: Instant, days: LocalDays, since: date | None = None) -> PlaytimeSummary:
        """Return the play time up to the last sight, of the days since one or of all."""
        blind, first = self._blind(now), since or date.min
        shown = {day: _times(entry) for day, entry in self.book.days.items() if day >= first}
        for day, seconds in self._unseen(now, blind, days).items():
            if day < first:
                continue
            before = shown.get(day) or DayPlaytime(titles={})
            shown[day] = replace(before, unseen=before.unseen + int(seconds))
        began = self.session.began_if_on(blind)
        return PlaytimeSummary(
            days={day: it for day, it in sorted(shown.items()) if it.titles or it.unseen},
            session=0 if began is None else int(self.session.seconds),
            session_began=None if began is None else datetime.fromtimestamp(began, UTC),
            title_id=self._playing if self.is_counting(now) else None,
        )

    @property
    def _running(self) -> tuple[str, ...]:
        return self.last.running if self.last is not None else ()

    @property
    def _playing(self) -> str | None:
        return self.last.title_id if self.last is not None and self.last.certain else None

    def _blind(self, now: Instant) -> float:
        """Return how long ago the last sight was."""
        if self.last is None:
            return 0.0
        if self.restarted:
            return elapsed_over_restart(self.last.at, now)[0]
        return max(0.0, now.tick - self.last.at.tick)

    def _clock(self, now: Instant) -> float:
        return self.clock + self._blind(now)

    def _unseen(self, now: Instant, blind: float, days: LocalDays) -> dict[date, float]:
        found: dict[date, float] = {}
        stretches = [(gap.at(high), high - low) for gap in self.gaps for low, high in gap.missing]
        if blind > SAME_TITLE_SECONDS:
            stretches.append((now.wall, blind))
        for end, seconds in stretches:
            for day, share in days.pieces(end, seconds):
                found[day] = found.get(day, 0.0) + share
        return found

    def _count(self, last: Observation, sight: Observation, passed: float, days: LocalDays) -> None:
        """Count what was seen without a gap."""
        title_id, same = last.title_id, last.title_id == sight.title_id
        self._change_running(last.running, sight.running)
        for other in last.beside:
            self._meter(other).credited += passed  # it was counted as another title
        if title_id is not None and last.certain:
            self._play(title_id, sight.at.wall, passed, days)
            if not same:
                self._end_title(title_id, last, sight, days)
        elif title_id is not None and same and sight.certain:
            # it was a game all the time, and nobody knew
            doubt = min(self._doubt + passed, SAME_TITLE_SECONDS)
            self._start_run(sight)
            self._play(title_id, sight.at.wall, doubt, days)
        else:
            self.session.rest(passed)
            self._doubt = self._doubt + passed if same and title_id is not None else 0.0
            if not same:
                self._start_run(sight)

    def _end_title(
        self, before: str, last: Observation, sight: Observation, days: LocalDays
    ) -> None:
        """Go over from a title to another, or to none."""
        after = sight.title_id if sight.certain else None
        if last.on_windows:
            ending = self.endings[before] = Ending.at(sight, self.run)
            ending.taken = self._debit(before, ending.wall, ending.taken, days)
            self.session.shorten(ending.taken)
        self._start_run(sight)
        if last.on_windows and after is not None:
            # it has taken over from the other one before that was told
            self._play(after, ending.wall, ending.taken, days)
            ending.give_away()

    def _start_run(self, sight: Observation) -> None:
        """Take note of another title."""
        self.revision += 1
        self.run = self._doubt = 0.0
        if sight.title_id is not None and sight.certain:
            self.endings.pop(sight.title_id, None)
            for ending in self.endings.values():
                ending.waited += 2 * HEARTBEAT_SECONDS  # it was no hole

    def _change_running(self, before: Collection[str], after: Collection[str]) -> None:
        """Let the meters know which titles have ended, and which have begun."""
        for title_id in before:
            if title_id not in after:
                self._meter(title_id).end(self.clock)
        for title_id in after:
            if title_id not in before:
                wanted = any(title_id in gap.wants for gap in self.gaps)
                self._meter(title_id).begin(self.clock, wanted=wanted)

    def _is_interruption(self, sight: Observation) -> bool:
        """Tell whether a title on a PC was only out of sight, between two of its beats."""
        if not sight.title_id or not sight.on_windows or not sight.certain:
            return False
        ending = self.endings.get(sight.title_id)
        return ending is not None and ending.may_be_hole

    def _count_interruption(self, last: Observation, sight: Observation, days: LocalDays) -> None:
        """Count a hole as play, with what was taken back before it."""
        title_id = str(sight.title_id)
        ending = self.endings.pop(title_id)
        self._change_running(last.running, sight.running)
        self._start_run(sight)
        self._play(title_id, sight.at.wall, ending.waited + ending.taken, days)
        self.run = ending.room + ending.waited

    def _open_gap(
        self, last: Observation, sight: Observation, passed: float, days: LocalDays
    ) -> None:
        """Open a gap, and credit what the sight at its end tells about it."""
        gap = Gap.between(last, sight, passed, hidden=self.hidden)
        self.gaps = [*self.gaps, gap]
        self._change_running(last.running, sight.running)
        self._start_run(sight)
        for title_id, stretch in gap.told_by(sight):
            self._credit_estimate(gap, title_id, stretch, days)
        position = 0.0
        for low, high in [*gap.free, (passed, passed)]:
            if low > position:
                self._extend_session(gap.at(low), low - position)
            self.session.rest(high - low)
            position = high
        for title_id in gap.wants:
            self._meter(title_id).ask(self.clock)
        self._close_gaps(days)

    def _reconcile(
        self, title_id: str, meter: MinutesCounter, beyond: float, settled: bool, days: LocalDays
    ) -> None:
        """Credit what the network has counted beyond what was, or take back what it has not."""
        ending = self.endings.get(title_id)
        if beyond > MINUTE:
            if ending is not None and ending.taken:
                given = min(beyond, ending.taken)
                self._credit(title_id, ending.wall - ending.taken + given, given, days, seen=True)
                ending.taken -= given
                beyond -= given
            for gap in self.gaps:
                if title_id in gap.wants:
                    for low, high in gap.supported(title_id, beyond):
                        self._credit_estimate(gap, title_id, (low, high), days)
                        beyond -= high - low
        elif settled and -meter.credited < beyond < -MINUTE:
            missing = -beyond
            for gap in [gap for gap in self.gaps if title_id in gap.wants]:
                for low, high in gap.give_back(missing) if title_id == gap.before else ():
                    self._debit(title_id, gap.at(high), high - low, days, seen=False)
                    missing -= high - low
            if ending is not None:
                taken = min(missing, ending.room - ending.taken)
                ending.taken += self._debit(title_id, ending.wall - ending.taken, taken, days)

    def _apply_last_played(self, gap: Gap, title_id: str, offset: float, days: LocalDays) -> None:
        meter = self.meters.get(title_id)
        if title_id == gap.before:
            # it is no duration (`xbox-services.md` 4.6): a counter knows better
            for stretch in gap.assume(offset) if meter is None or not meter.tells else ():
                self._credit_estimate(gap, title_id, stretch, days)
        elif title_id != gap.after and meter is not None:
            gap.others[title_id] = offset
            gap.wants = [*gap.wants, title_id]
            self.meter_changed(title_id)
            meter.end(self.clock)
            meter.ask(self.clock)

    def _credit_estimate(self, gap: Gap, title_id: str, stretch: Interval, days: LocalDays) -> None:
        low, high = stretch
        self._credit(title_id, gap.at(high), high - low, days, seen=False)

    def _age(self, passed: float, days: LocalDays) -> None:
        for ending in self.endings.values():
            ending.waited += passed
        for gap in self.gaps:
            if gap.after not in self._running:
                gap.waited += passed
        self._close_gaps(days)

    def _close_gaps(self, days: LocalDays) -> None:
        """Give up what nothing more can be expected of: what is missing was not seen."""
        for gap in list(self.gaps):
            old = gap.waited >= _PATIENCE_SECONDS or len(self.gaps) > _MAX_GAPS
            if not gap.settled and not old:
                continue
            self.gaps = [it for it in self.gaps if it is not gap]
            for low, high in gap.missing:
                self.book.miss(days.pieces(gap.at(high), high - low))
            self.revision += 1

    def _play(self, title_id: str, end: float, seconds: float, days: LocalDays) -> None:
        self._credit(title_id, end, seconds, days, seen=True)
        self._extend_session(end, seconds)

    def _extend_session(self, end: float, seconds: float) -> None:
        self.session.prolong(end, seconds)
        self.run += seconds

    def _credit(
        self, title_id: str, end: float, seconds: float, days: LocalDays, *, seen: bool
    ) -> None:
        self.book.credit(days.pieces(end, seconds), title_id, seen=seen)
        self._meter(title_id).credited += seconds

    def _debit(
        self, title_id: str, end: float, seconds: float, days: LocalDays, *, seen: bool = True
    ) -> float:
        """Take play back, as far as it is there: the clock on the wall may have been set since."""
        taken = self.book.debit(days.pieces(end, seconds), title_id, seen=seen)
        meter = self._meter(title_id)
        meter.credited = max(0.0, meter.credited - taken)
        return taken

    def _meter(self, title_id: str) -> MinutesCounter:
        """Return a title's meter, and put it last."""
        meter = self.meters.pop(title_id) if title_id in self.meters else MinutesCounter()
        self.meters[title_id] = meter
        self.meter_changed(title_id)
        if len(self.meters) > _MAX_METERS:
            oldest = next(iter(self.meters))
            del self.meters[oldest]
            self.meter_changed(oldest)
        return meter


def _times(day: DayTotals) -> DayPlaytime:
    titles = {title_id: int(seconds) for title_id, seconds in sorted(day.titles.items())}
    kept = {title_id: seconds for title_id, seconds in titles.items() if seconds}
    estimated = min(int(day.estimated), sum(kept.values()))
    return DayPlaytime(titles=kept, estimated=estimated, unseen=int(day.unseen))
