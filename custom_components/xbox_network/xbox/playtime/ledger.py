"""The play time of one person, from what was seen and from what the network's record supports.

Nothing here asks for anything, or looks at a clock. Time is counted by the monotonic clock of the process;
the clock on the wall only tells which local day it is, and may be set at any time.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from typing import Final

from .counters import MINUTE, Meter
from .daily_totals import Day, DayBook
from .gaps import Gap, Stretch
from .local_days import LocalDays
from .observations import REACH_SECONDS, Moment, Sight, passed_over_restart
from .sessions import BEAT_SECONDS, Ending, Session

# Who is in another title after this many seconds was in the first one until then.
SURE_SECONDS: Final = 30.0

_MOST_GAPS: Final = 10
_MOST_METERS: Final = 100
_PATIENCE_SECONDS: Final = 7200.0


@dataclass(frozen=True, slots=True, kw_only=True)
class DayTimes:
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
class PlayTimes:
    """The play time of one person: by day, in the current session, and what is being counted right now."""

    days: Mapping[date, DayTimes]
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
        self.book = DayBook()
        self.last: Sight | None = None
        self.clock = 0.0
        self.run = 0.0
        self.session = Session()
        self.endings: dict[str, Ending] = {}
        self.gaps: list[Gap] = []
        self.meters: dict[str, Meter] = {}
        self.meter_revisions: dict[str, int] = {}
        """By title, the revision of the book with which its meter was changed last, or dropped."""
        self.restarted = False
        self.hidden = False
        self.revision = 0
        self._doubt = 0.0

    def see(self, sight: Sight, days: LocalDays) -> None:
        """Take note of what somebody is seen in; earlier than the last sight it counts as nothing."""
        last = self.last
        if last is None:
            self.last = sight
            self._run_meters((), sight.running)
            self._turned(sight)
            return
        passed, all_of_it = sight.at.tick - last.at.tick, True
        if self.restarted:
            passed, all_of_it = passed_over_restart(last.at, sight.at)
        if passed < 0:
            return
        self.last, self.restarted = sight, False
        self.clock += passed
        same = last.title_id == sight.title_id
        if same and last.certain and not sight.certain:
            sight = self.last = replace(sight, certain=True)
        self._grow_old(passed, days)
        if self._is_hole(sight):
            self._bridge(last, sight, days)
        elif all_of_it and passed <= (REACH_SECONDS if same else SURE_SECONDS):
            self._follow(last, sight, passed, days)
        else:
            self._miss(last, sight, passed, days)
        if passed > 0:
            self.hidden = False

    def due(self, now: Moment) -> list[str]:
        """Return the titles of which the counters are to be read now."""
        clock = self._clock(now)
        return [
            title_id
            for title_id, meter in self.meters.items()
            if meter.due is not None and meter.due <= clock
        ]

    @property
    def history_due(self) -> bool:
        """Whether it helps to know what was played last."""
        return any(gap.ask for gap in self.gaps)

    def read(self, title_id: str, minutes: float | None, now: Moment, days: LocalDays) -> None:
        """Take over how many minutes the network has counted in a title, None if it does not tell."""
        if (meter := self.meters.get(title_id)) is None:
            return
        self.meter_changed(title_id)
        clock, playing = self._clock(now), title_id in self._running
        settled = meter.settled(clock, playing=playing)
        beyond = meter.read(minutes, clock, playing=playing)
        follows = beyond is None or beyond > -meter.credited
        if beyond is not None:
            self._mend(title_id, meter, beyond, settled, days)
        if minutes is None or settled:
            for gap in self.gaps:
                if follows or not gap.assumed:
                    gap.wants = [it for it in gap.wants if it != title_id]
            self.endings.pop(title_id, None)
        if minutes is not None and settled:
            meter.settle(minutes, clock)
        self._close_gaps(days)

    def learn(self, played: Mapping[str, float], days: LocalDays) -> None:
        """Take over when titles were last played, in seconds since 1970; nothing if nobody tells."""
        for gap in [gap for gap in self.gaps if gap.ask]:
            gap.ask = False
            for title_id, real in played.items():
                if 0 < (offset := gap.offset(real)) < gap.length:
                    self._learn(gap, title_id, offset, days)
        self.revision += 1
        self._close_gaps(days)

    def meter_changed(self, title_id: str) -> None:
        """Take note that a meter is another one than before, or none."""
        self.book.revision += 1
        self.meter_revisions[title_id] = self.book.revision

    def counting(self, now: Moment) -> bool:
        """Tell whether time is running."""
        return self._playing is not None and self._blind(now) <= REACH_SECONDS

    def times(self, now: Moment, days: LocalDays, since: date | None = None) -> PlayTimes:
        """Return the play time up to the last sight, of the days since one or of all."""
        blind, first = self._blind(now), since or date.min
        shown = {day: _times(entry) for day, entry in self.book.days.items() if day >= first}
        for day, seconds in self._unseen(now, blind, days).items():
            if day < first:
                continue
            before = shown.get(day) or DayTimes(titles={})
            shown[day] = replace(before, unseen=before.unseen + int(seconds))
        began = self.session.began_if_on(blind)
        return PlayTimes(
            days={day: it for day, it in sorted(shown.items()) if it.titles or it.unseen},
            session=0 if began is None else int(self.session.seconds),
            session_began=None if began is None else datetime.fromtimestamp(began, UTC),
            title_id=self._playing if self.counting(now) else None,
        )

    @property
    def _running(self) -> tuple[str, ...]:
        return self.last.running if self.last is not None else ()

    @property
    def _playing(self) -> str | None:
        return self.last.title_id if self.last is not None and self.last.certain else None

    def _blind(self, now: Moment) -> float:
        """Return how long ago the last sight was."""
        if self.last is None:
            return 0.0
        if self.restarted:
            return passed_over_restart(self.last.at, now)[0]
        return max(0.0, now.tick - self.last.at.tick)

    def _clock(self, now: Moment) -> float:
        return self.clock + self._blind(now)

    def _unseen(self, now: Moment, blind: float, days: LocalDays) -> dict[date, float]:
        found: dict[date, float] = {}
        stretches = [(gap.at(high), high - low) for gap in self.gaps for low, high in gap.missing]
        if blind > REACH_SECONDS:
            stretches.append((now.wall, blind))
        for end, seconds in stretches:
            for day, share in days.pieces(end, seconds):
                found[day] = found.get(day, 0.0) + share
        return found

    def _follow(self, last: Sight, sight: Sight, passed: float, days: LocalDays) -> None:
        """Count what was seen without a gap."""
        title_id, same = last.title_id, last.title_id == sight.title_id
        self._run_meters(last.running, sight.running)
        for other in last.beside:
            self._meter(other).credited += passed  # it was counted as another title
        if title_id is not None and last.certain:
            self._play(title_id, sight.at.wall, passed, days)
            if not same:
                self._turn(title_id, last, sight, days)
        elif title_id is not None and same and sight.certain:
            # it was a game all the time, and nobody knew
            doubt = min(self._doubt + passed, REACH_SECONDS)
            self._turned(sight)
            self._play(title_id, sight.at.wall, doubt, days)
        else:
            self.session.rest(passed)
            self._doubt = self._doubt + passed if same and title_id is not None else 0.0
            if not same:
                self._turned(sight)

    def _turn(self, before: str, last: Sight, sight: Sight, days: LocalDays) -> None:
        """Go over from a title to another, or to none."""
        after = sight.title_id if sight.certain else None
        if last.on_windows:
            ending = self.endings[before] = Ending.at(sight, self.run)
            ending.taken = self._debit(before, ending.wall, ending.taken, days)
            self.session.shorten(ending.taken)
        self._turned(sight)
        if last.on_windows and after is not None:
            # it has taken over from the other one before that was told
            self._play(after, ending.wall, ending.taken, days)
            ending.give_away()

    def _turned(self, sight: Sight) -> None:
        """Take note of another title."""
        self.revision += 1
        self.run = self._doubt = 0.0
        if sight.title_id is not None and sight.certain:
            self.endings.pop(sight.title_id, None)
            for ending in self.endings.values():
                ending.waited += 2 * BEAT_SECONDS  # it was no hole

    def _run_meters(self, before: Collection[str], after: Collection[str]) -> None:
        """Let the meters know which titles have ended, and which have begun."""
        for title_id in before:
            if title_id not in after:
                self._meter(title_id).end(self.clock)
        for title_id in after:
            if title_id not in before:
                wanted = any(title_id in gap.wants for gap in self.gaps)
                self._meter(title_id).begin(self.clock, wanted=wanted)

    def _is_hole(self, sight: Sight) -> bool:
        """Tell whether a title on a PC was only out of sight, between two of its beats."""
        if not sight.title_id or not sight.on_windows or not sight.certain:
            return False
        ending = self.endings.get(sight.title_id)
        return ending is not None and ending.may_be_hole

    def _bridge(self, last: Sight, sight: Sight, days: LocalDays) -> None:
        """Count a hole as play, with what was taken back before it."""
        title_id = str(sight.title_id)
        ending = self.endings.pop(title_id)
        self._run_meters(last.running, sight.running)
        self._turned(sight)
        self._play(title_id, sight.at.wall, ending.waited + ending.taken, days)
        self.run = ending.room + ending.waited

    def _miss(self, last: Sight, sight: Sight, passed: float, days: LocalDays) -> None:
        """Open a gap, and credit what the sight at its end tells about it."""
        gap = Gap.between(last, sight, passed, hidden=self.hidden)
        self.gaps = [*self.gaps, gap]
        self._run_meters(last.running, sight.running)
        self._turned(sight)
        for title_id, stretch in gap.told_by(sight):
            self._fill(gap, title_id, stretch, days)
        position = 0.0
        for low, high in [*gap.free, (passed, passed)]:
            if low > position:
                self._prolong(gap.at(low), low - position)
            self.session.rest(high - low)
            position = high
        for title_id in gap.wants:
            self._meter(title_id).ask(self.clock)
        self._close_gaps(days)

    def _mend(
        self, title_id: str, meter: Meter, beyond: float, settled: bool, days: LocalDays
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
                        self._fill(gap, title_id, (low, high), days)
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

    def _learn(self, gap: Gap, title_id: str, offset: float, days: LocalDays) -> None:
        meter = self.meters.get(title_id)
        if title_id == gap.before:
            # it is no duration (`xbox-services.md` 4.6): a counter knows better
            for stretch in gap.assume(offset) if meter is None or not meter.tells else ():
                self._fill(gap, title_id, stretch, days)
        elif title_id != gap.after and meter is not None:
            gap.others[title_id] = offset
            gap.wants = [*gap.wants, title_id]
            self.meter_changed(title_id)
            meter.end(self.clock)
            meter.ask(self.clock)

    def _fill(self, gap: Gap, title_id: str, stretch: Stretch, days: LocalDays) -> None:
        low, high = stretch
        self._credit(title_id, gap.at(high), high - low, days, seen=False)

    def _grow_old(self, passed: float, days: LocalDays) -> None:
        for ending in self.endings.values():
            ending.waited += passed
        for gap in self.gaps:
            if gap.after not in self._running:
                gap.waited += passed
        self._close_gaps(days)

    def _close_gaps(self, days: LocalDays) -> None:
        """Give up what nothing more can be expected of: what is missing was not seen."""
        for gap in list(self.gaps):
            old = gap.waited >= _PATIENCE_SECONDS or len(self.gaps) > _MOST_GAPS
            if not gap.settled and not old:
                continue
            self.gaps = [it for it in self.gaps if it is not gap]
            for low, high in gap.missing:
                self.book.miss(days.pieces(gap.at(high), high - low))
            self.revision += 1

    def _play(self, title_id: str, end: float, seconds: float, days: LocalDays) -> None:
        self._credit(title_id, end, seconds, days, seen=True)
        self._prolong(end, seconds)

    def _prolong(self, end: float, seconds: float) -> None:
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

    def _meter(self, title_id: str) -> Meter:
        """Return a title's meter, and put it last."""
        meter = self.meters.pop(title_id) if title_id in self.meters else Meter()
        self.meters[title_id] = meter
        self.meter_changed(title_id)
        if len(self.meters) > _MOST_METERS:
            oldest = next(iter(self.meters))
            del self.meters[oldest]
            self.meter_changed(oldest)
        return meter


def _times(day: Day) -> DayTimes:
    titles = {title_id: int(seconds) for title_id, seconds in sorted(day.titles.items())}
    kept = {title_id: seconds for title_id, seconds in titles.items() if seconds}
    estimated = min(int(day.estimated), sum(kept.values()))
    return DayTimes(titles=kept, estimated=estimated, unseen=int(day.unseen))
