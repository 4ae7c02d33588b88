"""Observations of a person: the title in front, and the time by three clocks."""

from dataclasses import dataclass, replace
from typing import Annotated, Final

from pydantic import Field

from ..models.base import TitleId

# A title that is observed twice within this many seconds was played in between.
SAME_TITLE_SECONDS: Final = 300.0
# The network tells its time in whole seconds.
_NETWORK_SECONDS: Final = 1.0
# Stored times are rounded.
_ROUNDED_SECONDS: Final = 0.01
# If the clocks of two processes agree within this many seconds, the machine has not restarted between them.
_SAME_START_SECONDS: Final = 5.0

# No time is before 1970, or later than the year 2242. No duration is longer.
type Seconds = Annotated[float, Field(ge=0, le=2**33, allow_inf_nan=False)]


@dataclass(frozen=True, slots=True)
class Instant:
    """One instant by three clocks, in seconds.

    `tick` is the monotonic clock; `wall` and `network` are seconds since 1970. `network` is None
    until the network has told its time.
    """

    tick: Seconds
    wall: Seconds
    network: Seconds | None = None

    @property
    def real(self) -> float:
        """The best known real time in seconds since 1970: the network's, else the wall clock's."""
        return self.wall if self.network is None else self.network


@dataclass(frozen=True, slots=True)
class Observation:
    """The title in which a person was observed at an instant, or None.

    `certain` is whether the title is known to count as play. `beside` are titles that run on other
    devices at the same time; their time is not counted. `since` is when the network last changed its
    record of the title. `last_seen` is when an offline person signed out, `last_title` the title at
    that time. Times are seconds since 1970.
    """

    at: Instant
    title_id: TitleId | None = None
    certain: bool = True
    on_windows: bool = False
    beside: tuple[TitleId, ...] = ()
    since: Seconds | None = None
    last_seen: Seconds | None = None
    last_title: str | None = None

    @property
    def counted_title(self) -> str | None:
        """The title, if it is known to count as play."""
        return self.title_id if self.certain else None

    @property
    def running_titles(self) -> tuple[str, ...]:
        """All running titles that are known to count as play."""
        counted = self.counted_title
        return self.beside if counted is None else (counted, *self.beside)

    def following(self, previous: Observation) -> Observation:
        """Return this observation, certain if the previous one was certain about the same title."""
        if self.title_id == previous.title_id and previous.certain and not self.certain:
            return replace(self, certain=True)
        return self


def elapsed_over_restart(old: Instant, new: Instant) -> tuple[float, bool]:
    """Return the seconds that have certainly passed since an instant of another process.

    The second value is True if the number is exact, False if it is the least possible. The monotonic clock counts from the start
    of the machine: it either continued, or started again after `old`.
    """
    started_again = new.tick < old.tick - _ROUNDED_SECONDS
    least = new.tick if started_again else max(0.0, new.tick - old.tick)
    if old.network is not None and new.network is not None:
        told = max(0.0, new.network - old.network)
        return max(told - _NETWORK_SECONDS, min(least, told + _NETWORK_SECONDS)), True
    wall = new.wall - old.wall
    if abs(wall - (new.tick - old.tick)) < _SAME_START_SECONDS:
        return least, True
    complete = 0 < wall <= SAME_TITLE_SECONDS
    return min(least, wall) if complete else least, complete
