"""The refusals of a sign-in in a row, and the time of the next try. Times are `time.monotonic`.

Nothing is given up: whatever the network says, the account comes back with the first try after the cause has gone.
"""

from dataclasses import dataclass, field
from typing import Final

from ..errors import XboxAuthError, XboxError, kept, names_reason

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
    `renewed_at` are the times at which tokens were renewed since then, by the step of the chain.
    """

    error: XboxAuthError | None = None
    refusals: int = 0
    failing: bool = False
    retry_at: float = 0.0
    renewed_at: dict[int, float] = field(default_factory=dict)
    _since: float = 0.0

    def failed(self, err: XboxError, now: float) -> None:
        """Count a failed attempt, and set the time of the next one."""
        self.failing = True
        if isinstance(err, XboxAuthError):
            if self.error is None or names_reason(self.error) is not names_reason(err):
                self.refusals, self._since = 0, now
            self.error = kept(err)
            self.refusals += 1
        self.retry_at = now + (err.retry_after or self._pause(err, now))

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
