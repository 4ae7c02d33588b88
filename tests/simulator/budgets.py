"""The network's limits: calls per account, app and service in two fixed windows."""

import math
import sys
from dataclasses import dataclass

from .times import Clock

PERIODS = (15, 300)
_ENDLESS = (sys.maxsize, sys.maxsize)

BUDGETS: dict[str, tuple[int, int]] = {
    "presence": (30, 100),
    "profile": (10, 30),
    "people": (10, 30),
    "achievements": (100, 300),
    "stats": (100, 300),
    "titlehub": (10, 30),  # not published: `docs/network.md` S0.3
}
"""Calls allowed in 15 s and in 300 s. Social and peoplehub share `people`.

`consoles` and `catalog` are in no list: the limits of xccs and displaycatalog are not published,
and clients are known that ask several consoles every 10 s. A test sets them in `Budgets.limits`.
"""


@dataclass(frozen=True)
class Throttled:
    """Why a call was refused, and the whole seconds until the window ends."""

    current: int
    maximum: int
    period: int
    retry_after: int


@dataclass
class _Window:
    start: float
    calls: int = 0


class Budgets:
    """Counts every call, refused ones too. A window starts with the first call in it."""

    def __init__(self, clock: Clock) -> None:
        """Start with nothing counted."""
        self._clock = clock
        self.limits = dict(BUDGETS)
        self._windows: dict[tuple[str, str, str, int], _Window] = {}

    def reset(self) -> None:
        """Forget all calls."""
        self._windows.clear()

    def spend(self, xuid: str, client_id: str, budget: str) -> Throttled | None:
        """Count a call; return the limit that it broke, the longer wait first."""
        broken = None
        for period, maximum in zip(PERIODS, self.limits.get(budget, _ENDLESS), strict=True):
            window = self._window((xuid, client_id, budget, period))
            window.calls += 1
            if window.calls > maximum:
                wait = max(1, math.ceil(window.start + period - self._clock()))
                broken = Throttled(window.calls, maximum, period, wait)
        return broken

    def _window(self, key: tuple[str, str, str, int]) -> _Window:
        now = self._clock()
        window = self._windows.get(key)
        if window is None or not window.start <= now < window.start + key[3]:
            window = self._windows[key] = _Window(now)
        return window
