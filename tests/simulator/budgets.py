"""The rate limits: calls per account, app and service in two fixed windows."""

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
"""Calls allowed in 15 s and in 300 s, by budget. Social and peoplehub share `people`.

`consoles`, `commands` and `catalog` have no limits here: the limits of xccs and displaycatalog are
not published, and known clients ask several consoles every 10 s. A test sets them in
`Budgets.limits`: `consoles` for all calls of xccs, `commands` for commands alone, which count in both.
"""


@dataclass(frozen=True)
class Throttled:
    """The exceeded limit of a refused call, and the whole seconds until the window ends."""

    current: int
    maximum: int
    period: int
    retry_after: int


@dataclass
class _Window:
    start: float
    calls: int = 0


class Budgets:
    """Counter of all calls, refused calls too. A window starts with its first call."""

    def __init__(self, clock: Clock) -> None:
        """Start without counted calls."""
        self._clock = clock
        self.limits = dict(BUDGETS)
        self._windows: dict[tuple[str, str, str, int], _Window] = {}

    def reset(self) -> None:
        """Forget all calls."""
        self._windows.clear()

    def spend(self, xuid: str, client_id: str, budget: str) -> Throttled | None:
        """Count a call. Return the limit that it exceeds, that of the longer window first, or None."""
        exceeded = None
        for period, maximum in zip(PERIODS, self.limits.get(budget, _ENDLESS), strict=True):
            window = self._window((xuid, client_id, budget, period))
            window.calls += 1
            if window.calls > maximum:
                wait = max(1, math.ceil(window.start + period - self._clock()))
                exceeded = Throttled(window.calls, maximum, period, wait)
        return exceeded

    def _window(self, key: tuple[str, str, str, int]) -> _Window:
        now = self._clock()
        window = self._windows.get(key)
        if window is None or not window.start <= now < window.start + key[3]:
            window = self._windows[key] = _Window(now)
        return window
