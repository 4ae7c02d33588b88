"""The play time of one person, from what was seen and from what the network's record supports.

Nothing here asks for anything, or looks at a clock. Time is counted by the monotonic clock of the process;
the clock on the wall only tells which local day it is, and may be set at any time.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Final

from .daybook import Day, DayBook
from .localdays import LocalDays

# Who is in the same title at both ends of this many seconds was in it all the time.
REACH_SECONDS: Final = 300.0
# Who is in another title after this many seconds was in the first one until then.
SURE_SECONDS: Final = 30.0
# A break of this many seconds belongs to a session, without being counted.
BREAK_SECONDS: Final = 300.0


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


@dataclass(frozen=True, slots=True)
class Moment:
    """A moment by three clocks: the monotonic one, that on the wall, and the network's, in seconds.

    The network's is None as long as it has not told any time.
    """

    tick: float
    wall: float
    network: float | None = None


@dataclass(frozen=True, slots=True)
class Sight:
    """What somebody was seen in at a moment: a title that counts, or None.

    `certain` is whether it is known that the title counts.
    """

    at: Moment
    title_id: str | None = None
    certain: bool = True
    on_windows: bool = False


@dataclass(slots=True)
class Session:
    """Play without a longer break: the seconds of it, when it began, and how long it has paused."""

    seconds: float = 0.0
    began: float | None = None
    idle: float = 0.0


class Ledger:
    """The play time of one person."""

    def __init__(self) -> None:
        """Start without anything seen."""
        self.book = DayBook()
        self.last: Sight | None = None
        self.session = Session()

    def see(self, sight: Sight, days: LocalDays) -> None:
        """Take note of what somebody is seen in; earlier than the last sight it counts as nothing."""
        last, self.last = self.last, sight
        if last is None:
            return
        passed = sight.at.tick - last.at.tick
        if passed < 0:
            self.last = last
            return
        same = last.title_id == sight.title_id
        if passed <= (REACH_SECONDS if same else SURE_SECONDS) and last.title_id and last.certain:
            self._play(last.title_id, sight.at.wall, passed, days)
        else:
            self._rest(passed)

    def times(self, now: Moment) -> PlayTimes:
        """Return the play time up to the last sight."""
        over = self.session.began is None or self._idle(now) > BREAK_SECONDS
        began = None if over else self.session.began
        playing = self.last if self.last and self.last.certain else None
        return PlayTimes(
            days={day: _times(it) for day, it in sorted(self.book.days.items())},
            session=0 if over else int(self.session.seconds),
            session_began=None if began is None else datetime.fromtimestamp(began, UTC),
            title_id=None if over or playing is None else playing.title_id,
        )

    def _idle(self, now: Moment) -> float:
        return self.session.idle + (now.tick - self.last.at.tick if self.last else 0.0)

    def _play(self, title_id: str, end: float, seconds: float, days: LocalDays) -> None:
        self.book.credit(days.pieces(end, seconds), title_id, seen=True)
        if self.session.began is None or self.session.idle > BREAK_SECONDS:
            self.session = Session(began=end - seconds)
        self.session.seconds += seconds
        self.session.idle = 0.0

    def _rest(self, seconds: float) -> None:
        self.session.idle += seconds


def _times(day: Day) -> DayTimes:
    titles = {title_id: int(seconds) for title_id, seconds in sorted(day.titles.items())}
    kept = {title_id: seconds for title_id, seconds in titles.items() if seconds}
    estimated = min(int(day.estimated), sum(kept.values()))
    return DayTimes(titles=kept, estimated=estimated, unseen=int(day.unseen))
