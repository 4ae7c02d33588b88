"""The network's time, as the `Date` of its answers tells it: a `Date` that jumps needs a second answer."""

import time
from dataclasses import dataclass
from typing import Final

# The `Date` is in whole seconds, and as old as the answer took.
_AGREE_SECONDS: Final = 30.0
# A shorter sleep of the host is none, and so is a smaller change of its clock.
_LEAP_SECONDS: Final = 60.0


@dataclass(frozen=True, slots=True)
class _Told:
    """What the network told, in seconds since 1970, and the host's clocks at that time."""

    network: float
    tick: float
    wall: float

    def is_followed_by(self, later: _Told) -> bool:
        """Tell whether a later time fits: it has passed by one of the host's clocks, too."""
        passed = later.network - self.network
        own = later.tick - self.tick, later.wall - self.wall
        return any(abs(passed - seconds) <= _AGREE_SECONDS for seconds in own)


class NetworkClock:
    """The time of the network, independent of the clocks of this host."""

    def __init__(self) -> None:
        """Start without a time."""
        self._told: _Told | None = None
        self._doubted: _Told | None = None

    def tell(self, seconds: float) -> None:
        """Take note of the time in an answer, in seconds since 1970.

        It has to agree with what was told before, or with the wall clock, as the first one; else the next
        answer has to agree with it.
        """
        told = _Told(seconds, time.monotonic(), time.time())
        if self._told is None:
            expected = abs(seconds - told.wall) <= _AGREE_SECONDS
        else:
            expected = self._told.is_followed_by(told)
        if expected or (self._doubted and self._doubted.is_followed_by(told)):
            self._told, self._doubted = told, None
        else:
            self._doubted = told

    def at(self, tick: float) -> float | None:
        """Return the seconds since 1970 at a moment of `time.monotonic`.

        The error is some seconds at most, even if the clock of this host is wrong. None before the network has told
        it, and after this host has slept or its clock was set, until the next answer.
        """
        if (told := self._told) is None:
            return None
        leap = (time.time() - told.wall) - (time.monotonic() - told.tick)
        return None if abs(leap) > _LEAP_SECONDS else told.network + tick - told.tick
