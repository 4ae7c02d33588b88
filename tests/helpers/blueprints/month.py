"""The script of a family's month, and a model of the family in whole minutes that tells what has to come true.

The model knows nothing of the integration: a child has so many minutes a day and has to be in bed at a time, is
warned 15 and 5 minutes before the end, and told of the end. Five minutes later the console goes off. At a computer
nobody can do that: the child is reminded every ten minutes.
"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

NOVA, JUNIPER = "Nova Kestrel", "Juniper Vale"
TROUBLES: Final = ("outage", "restart", "kill", "reload")
AGREED: Final = ("limit", "free")
DEN, PC = "den", "pc"

WARNINGS: Final = (15, 5)
GRACE_MINUTES, AGAIN_MINUTES, REMIND_MINUTES = 5, 1, 10


def minute_of(time: str) -> int:
    """Return the minute of the day of a time."""
    hours, minutes = map(int, time.split(":"))
    return 60 * hours + minutes


@dataclass(frozen=True)
class Play:
    """A child plays from one time to another, or until the console goes off."""

    child: str
    device: str
    start: str
    end: str

    @property
    def minutes(self) -> range:
        """The minutes of the day."""
        return range(minute_of(self.start), minute_of(self.end))


@dataclass(frozen=True)
class Bonus:
    """A parent gives more time."""

    child: str
    at: str
    minutes: int


@dataclass(frozen=True)
class Trouble:
    """Something that goes wrong for some minutes: `outage`, `restart`, `kill`, `reload`."""

    kind: str
    at: str
    minutes: int = 1


@dataclass(frozen=True)
class Day:
    """A day of the script. `limits` are agreed for this day alone, None for no limit."""

    plays: tuple[Play, ...] = ()
    bonuses: tuple[Bonus, ...] = ()
    troubles: tuple[Trouble, ...] = ()
    limits: dict[str, int | None] = field(default_factory=dict)


@dataclass(frozen=True)
class Said:
    """A message to the parents, about so many minutes; the console goes off without words."""

    minute: int
    child: str
    what: str
    minutes: int = 0


@dataclass
class Child:
    """What the rules of the family are for a child, in minutes of a day."""

    name: str
    limits: tuple[int | None, ...]
    """Of each weekday, Monday first."""
    bedtimes: tuple[str | None, ...]

    def told(self, day: Day, weekday: int) -> Told:
        """Return what has to come true on a day."""
        limit = day.limits.get(self.name, self.limits[weekday])
        bedtime = self.bedtimes[weekday]
        if self.name in day.limits and limit is None:
            bedtime = None
        told = Told(defaultdict(int), [])
        evening = _Evening(self.name, day, limit, minute_of(bedtime) if bedtime else None)
        for play in day.plays:
            if play.child == self.name:
                told.minutes[play.device] += evening.play(play)
        told.said.extend(evening.said)
        return told


@dataclass
class Told:
    """What has to come true: the minutes by device, and what is said."""

    minutes: dict[str, int]
    said: list[Said]


class _Evening:
    """The time that a child has left, minute by minute."""

    def __init__(self, name: str, day: Day, limit: int | None, bedtime: int | None) -> None:
        self._name = name
        self._day = day
        self._limit = limit
        self._bedtime = bedtime
        self._played = 0
        self.said: list[Said] = []

    def left(self, minute: int) -> int | None:
        """Return the minutes left at a minute of the day."""
        bonus = sum(
            it.minutes
            for it in self._day.bonuses
            if it.child == self._name and minute_of(it.at) <= minute
        )
        ends = [] if self._limit is None else [self._limit + bonus - self._played]
        if self._bedtime is not None:
            ends.append(self._bedtime + bonus - minute)
        return max(0, min(ends)) if ends else None

    def play(self, play: Play) -> int:
        """Play, and return for how many minutes."""
        over_at: int | None = None
        wait = GRACE_MINUTES
        for count, minute in enumerate(play.minutes):
            left = self.left(minute)
            if left == 0 and over_at is None:
                over_at, wait = minute, GRACE_MINUTES if count else AGAIN_MINUTES
                self._say(minute, "over", wait)
            elif left:
                over_at = None
            if over_at is not None and minute - over_at >= wait:
                if play.device == DEN:
                    self._say(minute, "off")
                    return count
                if (minute - over_at - wait) % REMIND_MINUTES == 0:
                    self._say(minute, "reminder")
            self._played += 1
            self._warn(left, minute + 1)
        return len(play.minutes)

    def _warn(self, before: int | None, minute: int) -> None:
        after = self.left(minute)
        for number in WARNINGS:
            if before is not None and after is not None and before > number >= after > 0:
                self._say(minute, "warning", after)

    def _say(self, minute: int, what: str, minutes: int = 0) -> None:
        self.said.append(Said(minute, self._name, what, minutes))


_NAMES: Final = {"nova": NOVA, "juniper": JUNIPER}


def day_of(line: str) -> Day:
    """Return a day of the script: `nova den 15:00-16:30, juniper pc 17:00-17:40 | bonus nova 16:00 30`."""
    played, *more = (it.strip() for it in line.split("|"))
    words = [it.split() for it in more]
    return Day(
        tuple(_plays(played)),
        tuple(Bonus(_NAMES[it[1]], it[2], int(it[3])) for it in words if it[0] == "bonus"),
        tuple(
            Trouble(kind, at, int(minutes))
            for kind, at, minutes in (it for it in words if it[0] in TROUBLES)
        ),
        {
            _NAMES[it[1]]: int(it[2]) if it[0] == "limit" else None
            for it in words
            if it[0] in AGREED
        },
    )


def _plays(text: str) -> Iterator[Play]:
    for part in filter(None, map(str.strip, text.split(","))):
        child, device, times = part.split()
        yield Play(_NAMES[child], device, *times.split("-"))
