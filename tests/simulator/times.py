"""The clock, and the time formats of the services."""

import time
from collections.abc import Callable
from datetime import UTC, datetime

type Clock = Callable[[], float]
"""Function that returns the seconds since 1970."""

YEAR_ONE = "0001-01-01T00:00:00"


def wall_clock() -> float:
    """Return this machine's time, read at each call so that freezegun can move it."""
    return time.time()


def ticks(moment: float, suffix: str = "Z") -> str:
    """Return a moment as ISO 8601 with seven fractional digits, as the services write it."""
    whole = int(moment // 1)
    fraction = int((moment - whole) * 10_000_000)
    return f"{datetime.fromtimestamp(whole, UTC):%Y-%m-%dT%H:%M:%S}.{fraction:07d}{suffix}"
