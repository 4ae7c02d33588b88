"""Observations of a person: the title in front, and the time by three clocks."""

from dataclasses import dataclass, replace
from typing import Annotated, Final

from pydantic import Field

from ..models.base import TitleId

# A title that is observed twice within this many seconds was played in between.
SAME_TITLE_SECONDS: Final = 300.0

# No time is before 1970, or later than the year 2242. No duration is longer.
type Seconds = Annotated[float, Field(ge=0, le=2**33, allow_inf_nan=False)]

type Count = Annotated[int, Field(ge=0, le=1000)]


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
