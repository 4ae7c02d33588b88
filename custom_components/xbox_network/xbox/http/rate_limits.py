"""How many requests a service takes now: its budget, and the pause that it asked for."""

import math
import time
from collections import deque
from collections.abc import Mapping
from email.utils import parsedate_to_datetime
from enum import StrEnum
from typing import Final

from ..endpoints import BUDGETS, COMMANDS_BUDGET, Budget, Service
from ..errors import XboxBudgetError, XboxRateLimitError

_BURST_SECONDS = 15.0
_SUSTAINED_SECONDS = 300.0
# The pause in seconds after a refusal that names none, and the longest pause: a garbled header must not silence
# a service for good.
_DEFAULT_PAUSE = 60.0
_LONGEST_PAUSE = 3600.0

THROTTLED_TRY_AGAIN: Final = "ThrottledTryAgain"
_MOMENT_SECONDS: Final = 1.0


class Purpose(StrEnum):
    """Work with a budget of its own, or background work that leaves a part of a service's budget unspent."""

    PUSH_REFRESH = "push_refresh"
    PROFILE_POLL = "profile_poll"
    UNLOCK_SEARCH = "unlock_search"
    PLAY_HISTORY = "play_history"
    COMMAND = "command"
    POWER = "power"
    DEMAND = "demand"


# The budgets of work that does not spend the budget of its service.
PURPOSE_BUDGETS: Final[Mapping[tuple[str, Purpose], Budget]] = {
    (Service.CONSOLES, Purpose.COMMAND): COMMANDS_BUDGET,
    (Service.CONSOLES, Purpose.POWER): COMMANDS_BUDGET,
}
# The number of requests that background work leaves unspent, and the requests that they are left for.
RESERVES: Final[Mapping[tuple[str, Purpose], int]] = {
    # the regular polls of presence
    (Service.PRESENCE, Purpose.PUSH_REFRESH): 10,
    # the regular polls, and commands
    (Service.CONSOLES, Purpose.DEMAND): 12,
    # the friend list in a dialog, the number of friend requests
    (Service.PEOPLE, Purpose.PROFILE_POLL): 3,
    # the actions that ask for achievements, the totals of titles
    (Service.ACHIEVEMENTS, Purpose.UNLOCK_SEARCH): 20,
    # the titles that people enter
    (Service.TITLES, Purpose.PLAY_HISTORY): 4,
    # to switch a console on or off: to wake one takes a dozen questions whether it is done
    (Service.CONSOLES, Purpose.COMMAND): 15,
}


class RateLimits:
    """Counts the requests of one account and remembers the pauses that services asked for.

    The network counts in fixed windows of unknown start. A sliding window never allows more.
    """

    def __init__(self) -> None:
        """Start with whole budgets."""
        self._sent_at: dict[str, deque[float]] = {}
        self._paused_until: dict[str, float] = {}

    def spend(self, service: str, purpose: Purpose | None = None) -> None:
        """Count one request that is about to be sent.

        Raises `XboxRateLimitError` with the seconds to wait if the service has asked for a pause, and
        `XboxBudgetError` with them if only the budget is spent.
        """
        if (wait := self.seconds_until_allowed(service, purpose)) > 0:
            kind = XboxRateLimitError if self.is_paused(service) else XboxBudgetError
            raise kind(
                f"{service} may be asked again in {math.ceil(wait)} seconds",
                service=service,
                retry_after=wait,
            )
        if budget := _budget(service, purpose):
            self._history(budget).append(time.monotonic())

    def seconds_until_allowed(self, service: str, purpose: Purpose | None = None) -> float:
        """Return the seconds until the service may be asked again, 0 for now.

        A purpose leaves its reserve unspent.
        """
        reserve = RESERVES.get((service, purpose), 0) if purpose else 0
        budget = _budget(service, purpose)
        wait = self._budget_wait(budget, reserve) if budget else 0.0
        return max(0.0, self._pause_left(service), wait)

    def is_paused(self, service: str) -> bool:
        """Tell whether the service has asked for a pause that is not over."""
        return self._pause_left(service) > 0

    def requests_left(self, service: str) -> int | None:
        """Return the number of requests that the service takes now, None without a limit."""
        if self.is_paused(service):
            return 0
        if (budget := BUDGETS.get(service)) is None:
            return None
        history = self._history(budget)
        start = time.monotonic() - _BURST_SECONDS
        burst = sum(1 for sent in history if sent > start)
        return max(0, min(budget.burst - burst, budget.sustained - len(history)))

    def pause(self, service: str, seconds: float | None) -> float:
        """Pause the service for that many seconds, or the default; return the seconds that were set.

        A longer pause from before stays.
        """
        wait = _DEFAULT_PAUSE if seconds is None else min(max(seconds, 1.0), _LONGEST_PAUSE)
        until = time.monotonic() + wait
        self._paused_until[service] = max(until, self._paused_until.get(service, until))
        return wait

    def _pause_left(self, service: str) -> float:
        return self._paused_until.get(service, -math.inf) - time.monotonic()

    def _history(self, budget: Budget) -> deque[float]:
        history = self._sent_at.setdefault(budget.pool, deque())
        start = time.monotonic() - _SUSTAINED_SECONDS
        while history and history[0] <= start:
            history.popleft()
        return history

    def _budget_wait(self, budget: Budget, reserve: int) -> float:
        history = self._history(budget)
        now = time.monotonic()
        wait = 0.0
        for most, seconds in (
            (budget.burst, _BURST_SECONDS),
            (budget.sustained, _SUSTAINED_SECONDS),
        ):
            count = most - reserve
            if len(history) >= count:
                wait = max(wait, history[-count] + seconds - now)
        return wait


def _budget(service: str, purpose: Purpose | None) -> Budget | None:
    own = PURPOSE_BUDGETS.get((service, purpose)) if purpose else None
    return own or BUDGETS.get(service)


def pause_asked_for(headers: Mapping[str, str], body: object) -> float | None:
    """Return the seconds that a refusal asks to wait, at most an hour; None if it names none.

    `Retry-After` is in seconds or a date; one public client reads `RetryAfter`. The documented body of a 429
    has `periodInSeconds` in either letter case (`docs/network.md` S0.3). The body of xccs names no seconds:
    its store is unavailable for a moment, our budget is not spent (S7.7).
    """
    for name in ("Retry-After", "RetryAfter"):
        if (seconds := _seconds(headers.get(name))) is not None:
            return seconds
    if isinstance(body, dict):
        for key, value in body.items():
            if key.casefold() == "periodinseconds" and (seconds := _seconds(value)) is not None:
                return seconds
        status = body.get("status")
        if isinstance(status, dict) and status.get("errorCode") == THROTTLED_TRY_AGAIN:
            return _MOMENT_SECONDS
    return None


def _seconds(value: object) -> float | None:
    if not isinstance(value, str | int | float):
        return None
    try:
        seconds = float(value)
    except OverflowError:
        return None
    except ValueError:
        try:
            seconds = parsedate_to_datetime(str(value)).timestamp() - time.time()
        except ValueError, OverflowError:
            return None
    return min(max(seconds, 0.0), _LONGEST_PAUSE) if math.isfinite(seconds) else None
