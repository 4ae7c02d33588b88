"""How an amount of play without times is shared among the days of a gap."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from .observations import Seconds

type Interval = tuple[Seconds, Seconds]
"""A part of a gap: its start and its end, in seconds from the beginning of the gap."""

# The most seconds of one day that somebody is believed to have played, where nobody has seen it.
MOST_A_DAY_SECONDS: Final = 16 * 3600.0
# A smaller rest is none.
_LEAST_SECONDS: Final = 1e-6


@dataclass(frozen=True, slots=True)
class DayPart:
    """The part of a gap that lies in one day, and the seconds of play that are known of that day."""

    within: Interval
    played: float


def shares(parts: Sequence[DayPart], free: Sequence[float], amount: float) -> list[float]:
    """Return how much of an amount of play each day of a gap gets, at most its `free` seconds.

    Only what has no room in the days before is certainly of the last day. The rest goes to the days before in
    proportion to their free seconds. What would be implausibly much of a day is left out.
    """
    if not free:
        return []
    rooms = [
        max(0.0, min(seconds, MOST_A_DAY_SECONDS - part.played))
        for part, seconds in zip(parts, free, strict=True)
    ]
    before = sum(free[:-1])
    last = min(max(0.0, amount - before), rooms[-1])
    return [*_in_proportion(free[:-1], rooms[:-1], min(amount, before)), last]


def _in_proportion(weights: Sequence[float], rooms: Sequence[float], amount: float) -> list[float]:
    """Share an amount by weight; what has no room goes to the others."""
    given = [0.0] * len(rooms)
    while amount > _LEAST_SECONDS:
        open_weight = sum(
            weight
            for weight, room, had in zip(weights, rooms, given, strict=True)
            if room - had > _LEAST_SECONDS
        )
        if not open_weight:
            break
        left = amount
        for index, (weight, room) in enumerate(zip(weights, rooms, strict=True)):
            if room - given[index] > _LEAST_SECONDS:
                share = min(left * weight / open_weight, room - given[index])
                given[index] += share
                amount -= share
    return given
