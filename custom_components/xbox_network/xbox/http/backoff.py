"""Whether a service has been answering, and when to ask it again. Times are `time.monotonic`."""

import math
from dataclasses import dataclass
from typing import Final

from ..errors import XboxError, XboxRequestError, XboxTemporaryError, needs_person

FIRST_BACKOFF_SECONDS: Final = 10.0
LONGEST_BACKOFF_SECONDS: Final = 60.0
# A refusal that the account's owner or the network has to lift is looked at again this rarely.
REFUSED_SECONDS: Final = 900.0
_MOST_DOUBLINGS: Final = 16  # more make no difference, and at last no number


@dataclass(slots=True, kw_only=True)
class Backoff:
    """How a service has been doing, and how long to leave it alone after a failure.

    `error` is why it does not answer; it stays until it does again. The pause doubles with each failure
    from `first_backoff` to `longest_backoff`, after a refusal to `longest_refused`, which is long where
    another service takes its place. A pause that the service itself asks for goes before.

    After `grace` people notice that it does not answer: one attempt falls on that very moment, unless
    another service takes its place.
    """

    first_backoff: float = FIRST_BACKOFF_SECONDS
    longest_backoff: float = LONGEST_BACKOFF_SECONDS
    longest_refused: float = LONGEST_BACKOFF_SECONDS
    grace: float = math.inf
    failing_since: float | None = None
    retry_at: float = 0.0
    error: XboxError | None = None
    failures: int = 0

    @property
    def refused(self) -> bool:
        """Whether it says that it will not do what it is asked."""
        return isinstance(self.error, XboxRequestError)

    def succeeded(self) -> None:
        """Forget the failures."""
        self.failing_since, self.error, self.failures = None, None, 0

    def failed(self, err: XboxError, now: float) -> None:
        """Count a failure, and wait longer after each one."""
        if self.failing_since is None:
            self.failing_since = now
        self.error = err
        self.failures += 1
        self.retry_at = now + self._pause(self.grace - self.seconds_out(now))

    def seconds_out(self, now: float) -> float:
        """Return for how many seconds it has not been answering."""
        return 0.0 if self.failing_since is None else now - self.failing_since

    def _pause(self, grace_left: float) -> float:
        if self.error and needs_person(self.error):
            return REFUSED_SECONDS
        if isinstance(self.error, XboxTemporaryError) and self.error.retry_after:
            return self.error.retry_after
        longest = self.longest_refused if self.refused else self.longest_backoff
        pause = min(self.first_backoff * 2.0 ** min(self.failures - 1, _MOST_DOUBLINGS), longest)
        noticed = grace_left > 0 and longest <= self.longest_backoff
        return min(pause, grace_left) if noticed else pause
