"""The script of a family's month: what everybody does, and what has to come true, minute by minute.

It is plain text, told by hand, and knows nothing of the integration. A day begins with its date. Each line tells
what happens and, behind the arrow, what follows from it: messages by their child and number, `save`, `stop`, and
the end of the console. The last line has the minutes of the day by child and game.

    Mon 5 Oct
      15:00 nova den drift -> 15:45 nova 15, 15:55 nova 5, 16:00 nova save 5, 16:05 den off
      17:00 juniper pc kings
      17:20:30 juniper stops
      = nova drift 65, juniper kings 20

A star marks the second time of an hour that comes twice. All is exact to the minute: what people do is seen up to
twelve seconds late, so a child who stops on its own stops at half past a minute, where that changes no number. Only
of what nobody saw Xbox tells a number of full minutes, rounded at both ends: `65~1` may be one minute more or less.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time as dt_time, timedelta
from pathlib import Path
from typing import Final

from tests.helpers.playtime import BERLIN
from tests.simulator.world.demo_world import HARBOR_KINGS, MOSS_AND_MACHINE, STARFALL_DRIFT

CHILDREN: Final = {"nova": "Nova Kestrel", "juniper": "Juniper Vale"}
GAMES: Final = {"drift": STARFALL_DRIFT, "kings": HARBOR_KINGS, "moss": MOSS_AND_MACHINE}
OFF: Final = "the console goes off"
_OVER: Final = "your play time is over for today."
ALL_NIGHT: Final = "on all night"

type Minutes = dict[tuple[str, str], int]
"""Minutes by child and game."""


@dataclass(frozen=True)
class Act:
    """Something that happens at a moment."""

    at: datetime
    words: tuple[str, ...]


@dataclass(frozen=True)
class Heard:
    """A message, or the end of the console, in a minute."""

    minute: datetime
    text: str

    def __str__(self) -> str:
        """Return it as a line."""
        return f"{self.minute.astimezone(BERLIN):%a %d %b %H:%M %Z} {self.text}"


@dataclass
class Day:
    """A day of the script. `about` has by how much a number of `minutes` may be wrong."""

    date: date
    acts: list[Act] = field(default_factory=list)
    expected: list[Heard] = field(default_factory=list)
    minutes: Minutes = field(default_factory=dict)
    about: Minutes = field(default_factory=dict)
    all_night: bool = False
    """Whether Home Assistant is not switched off for the night after it."""

    @property
    def starts_by_script(self) -> bool:
        """Whether the night before has been without Home Assistant, and it starts by the script."""
        return bool(self.acts) and self.acts[0].words == ("on",)

    @property
    def moments(self) -> list[datetime]:
        """The moments at which something happens or has to come true."""
        return sorted([*(it.at for it in self.acts), *(it.minute for it in self.expected)])

    def told(self, child: str, minutes: int) -> bool:
        """Return whether this is the number of minutes of a child."""
        total, about = (
            sum(it for (who, _), it in numbers.items() if who == child)
            for numbers in (self.minutes, self.about)
        )
        return abs(minutes - total) <= about


@dataclass
class Script:
    """The agreements that hold from the beginning, and the days."""

    rules: list[tuple[str, ...]]
    days: list[Day]


def script_of(path: Path) -> Script:
    """Read a script."""
    year, *lines = [it.partition("#")[0].rstrip() for it in path.read_text().splitlines()]
    script = Script([], [])
    for line in filter(None, lines):
        if line.startswith("rule "):
            script.rules.append(tuple(line.split()))
        elif not line.startswith(" "):
            script.days.append(Day(datetime.strptime(f"{line} {year}", "%a %d %b %Y").date()))  # noqa: DTZ007
        else:
            _add(script.days[-1], line.strip())
    return script


def _add(day: Day, line: str) -> None:
    """Add a line to a day."""
    if line == ALL_NIGHT:
        day.all_night = True
    elif line.startswith("="):
        for child, game, minutes in _totals(line[1:]):
            number, _, about = minutes.partition("~")
            day.minutes[child, game] = int(number)
            day.about[child, game] = int(about or 0)
    elif line.startswith("|"):
        last = day.expected.pop()
        day.expected.append(Heard(last.minute, f"{last.text}\n{line[1:].strip()}".lstrip("\n")))
    else:
        act, _, follows = line.partition("->")
        if act.strip():
            time, *words = act.split()
            day.acts.append(Act(_moment(day.date, time), tuple(words)))
        for it in filter(None, map(str.strip, follows.split(","))):
            time, *words = it.split()
            day.expected.append(Heard(_moment(day.date, time), _text(*words)))


def _totals(line: str) -> Iterator[list[str]]:
    """Yield child, game and minutes: `nova drift 40 kings 25, juniper kings 30`."""
    for part in filter(None, map(str.strip, line.split(","))):
        child, *words = part.split()
        for game, minutes in zip(words[::2], words[1::2], strict=True):
            yield [child, game, minutes]


def _moment(day: date, time: str) -> datetime:
    """Return a moment in UTC: local times cannot be compared across a change of the clock."""
    hour, minute, second = map(int, f"{time.removesuffix('*')}:00".split(":")[:3])
    local = datetime.combine(day, dt_time(hour, minute, second, fold=time.endswith("*")), BERLIN)
    return local.astimezone(UTC)


def _text(who: str, *words: str) -> str:
    """Return a message in full."""
    match who, *words:
        case ["den", "off"]:
            return OFF
        case ["report"]:
            return ""
        case [child, "save", minutes]:
            end = f"Please save your game: the console goes off in {minutes} min."
            return f"{CHILDREN[child]}, {_OVER} {end}"
        case [child, "stop"]:
            return f"{CHILDREN[child]}, your play time is over. Please stop now."
        case [child, minutes]:
            return f"{CHILDREN[child]}, you have {minutes} min left to play today."
    raise ValueError(f"nobody says {who} {words}")


def night_of(day: Day) -> datetime:
    """Return the first moment of the next day."""
    return _moment(day.date + timedelta(days=1), "00:00")
