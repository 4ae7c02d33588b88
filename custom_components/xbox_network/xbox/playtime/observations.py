"""What somebody was seen in, and when, by three clocks."""

from dataclasses import dataclass
from typing import Annotated, Final

from pydantic import Field

from ..models.base import TitleId

# Who is in the same title at both ends of this many seconds was in it all the time.
SAME_TITLE_SECONDS: Final = 300.0
# The network tells its time in whole seconds.
_NETWORK_SECONDS: Final = 1.0
# What was kept was rounded.
_ROUNDED_SECONDS: Final = 0.01
# Two processes of which these clocks agree so well run since the same start of the machine.
_SAME_START_SECONDS: Final = 5.0

# No moment is before 1970, or later than year 2242; no time lasts longer.
type Seconds = Annotated[float, Field(ge=0, le=2**33, allow_inf_nan=False)]


@dataclass(frozen=True, slots=True)
class Instant:
    """A moment by the monotonic clock, by the one on the wall, and by the network's, in seconds.

    The last is None as long as the network has not told any time.
    """

    tick: Seconds
    wall: Seconds
    network: Seconds | None = None

    @property
    def real(self) -> float:
        """The moment as the network would write it."""
        return self.wall if self.network is None else self.network


@dataclass(frozen=True, slots=True)
class Observation:
    """What somebody was seen in at a moment: a title that counts, or None.

    `certain` is whether it is known that the title counts, `beside` are others that run on other devices and
    are not counted meanwhile, `since` is when the network last changed its record of the title. `last_seen` is when who is offline signed out, and `last_title` in which title.
    Moments in it are seconds since 1970.
    """

    at: Instant
    title_id: TitleId | None = None
    certain: bool = True
    on_windows: bool = False
    beside: tuple[TitleId, ...] = ()
    since: float | None = None
    last_seen: float | None = None
    last_title: str | None = None

    @property
    def running(self) -> tuple[str, ...]:
        """All titles that run, as far as they are known to count."""
        counted = (self.title_id,) if self.title_id is not None and self.certain else ()
        return counted + self.beside


def elapsed_over_restart(old: Instant, new: Instant) -> tuple[float, bool]:
    """Return how many seconds have certainly passed since another process, and whether these are all.

    The monotonic clock counts since the machine has started: it goes on, or it began again after `old`.
    """
    began_again = new.tick < old.tick - _ROUNDED_SECONDS
    least = new.tick if began_again else max(0.0, new.tick - old.tick)
    if old.network is not None and new.network is not None:
        told = max(0.0, new.network - old.network)
        return max(told - _NETWORK_SECONDS, min(least, told + _NETWORK_SECONDS)), True
    wall = new.wall - old.wall
    same_start = abs(wall - (new.tick - old.tick)) < _SAME_START_SECONDS
    if same_start:
        return least, True
    return min(
        least, wall
    ) if 0 < wall <= SAME_TITLE_SECONDS else least, 0 < wall <= SAME_TITLE_SECONDS
