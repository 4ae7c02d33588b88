"""The refusals of a sign-in in a row, and the time of the next try. Times are `time.monotonic`.

Nothing is given up: whatever the network says, the account comes back with the first try after the cause has gone.
"""

import math
from dataclasses import dataclass, field
from typing import Final

from ..errors import XboxAccountError, XboxAuthError, XboxError, kept, names_reason

# Seconds until the next try after each refusal of which the reason is known; the last one is repeated.
_NAMED_SECONDS: Final = (60.0, 300.0, 900.0, 3600.0)
# The same without a reason: for the first ten minutes, and after them.
_UNNAMED_SECONDS: Final = 60.0
_UNNAMED_LATER_SECONDS: Final = 300.0
_UNNAMED_LATER_AFTER: Final = 600.0
# The same after an outage in between, which says nothing about the refusal.
_OUTAGE_SECONDS: Final = 60.0


@dataclass(slots=True)
class Attempts:
    """The failed attempts in a row.

    `error` is the latest refusal until an attempt succeeds; an outage leaves it. `refusals` is the number of
    refusals in a row, with a reason or without one. `failing` is whether the latest attempt has failed.
    """

    error: XboxAuthError | None = None
    refusals: int = 0
    failing: bool = False
    retry_at: float = 0.0
    _since: float = 0.0

    def failed(self, err: XboxError, now: float) -> None:
        """Count a failed attempt, and set the time of the next one."""
        self.failing = True
        if isinstance(err, XboxAuthError):
            if self.error is None or _reason(self.error) != _reason(err):
                self.refusals, self._since = 0, now
            self.error = kept(err)
            self.refusals += 1
        self.retry_at = now + max(err.retry_after or 0.0, self._pause(err, now))

    def succeeded(self) -> None:
        """Forget the failures."""
        self.error, self.refusals, self.failing, self.retry_at = None, 0, False, 0.0

    def try_now(self) -> None:
        """Allow the next attempt at once, without forgetting the failures."""
        self.retry_at = 0.0

    def _pause(self, err: XboxError, now: float) -> float:
        if not isinstance(err, XboxAuthError):
            return _OUTAGE_SECONDS
        if names_reason(err):
            return _NAMED_SECONDS[min(self.refusals, len(_NAMED_SECONDS)) - 1]
        early = now - self._since < _UNNAMED_LATER_AFTER
        return _UNNAMED_SECONDS if early else _UNNAMED_LATER_SECONDS


def _reason(err: XboxAuthError) -> object:
    """Return what two refusals for the same reason have in common; those without a reason are one kind."""
    if not names_reason(err):
        return None
    return err.refusal.code if isinstance(err, XboxAccountError) else type(err)


@dataclass(slots=True)
class SignInAttempts:
    """The failed attempts of one account.

    `needed` are those to get a token without which nothing works, `ahead` those to renew one that has not expired.
    """

    needed: Attempts = field(default_factory=Attempts)
    ahead: Attempts = field(default_factory=Attempts)
    live_renewed_at: float = -math.inf  # since the failures in a row began

    @property
    def _latest(self) -> Attempts:
        return self.needed if self.needed.error else self.ahead

    @property
    def refusal(self) -> XboxAuthError | None:
        """The latest refusal, None if the account is accepted."""
        return self._latest.error

    @property
    def refusals(self) -> int:
        """The number of refusals for one reason in a row."""
        return self._latest.refusals

    @property
    def failing(self) -> bool:
        """Whether the latest attempt of either kind has failed."""
        return self.needed.failing or self.ahead.failing

    @property
    def retry_at(self) -> float:
        """When the next attempt is due while there is a token that works."""
        return max(self.needed.retry_at, self.ahead.retry_at)

    def succeeded(self) -> None:
        """Forget the failures of both kinds."""
        self.needed.succeeded()
        self.ahead.succeeded()

    def try_now(self) -> None:
        """Allow the next attempt at once."""
        self.needed.try_now()
        self.ahead.try_now()
