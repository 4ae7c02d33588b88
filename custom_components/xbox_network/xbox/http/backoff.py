"""The pauses between attempts at a service that fails. Times are `time.monotonic`."""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from ..errors import XboxAuthError, XboxError, XboxRequestError, kept

# Facts that could not be refreshed for longer than this are no longer current.
GRACE_SECONDS: Final = 300.0
FIRST_BACKOFF_SECONDS: Final = 10.0
LONGEST_BACKOFF_SECONDS: Final = 60.0
# The pause has reached its maximum long before, and a float has a maximum.
_MOST_DOUBLINGS: Final = 16


@dataclass(slots=True, kw_only=True)
class Backoff:
    """The failures of one service, and the pause after each.

    `error` is the latest failure until the next answer. The pause doubles with each failure from
    `first_backoff` to `longest_backoff`, after a refusal to `longest_refused`, which is long where another
    service takes its place. A pause that the service or the sign-in asks for replaces it.

    After `grace` seconds of failures entities become unavailable. One attempt falls on that very moment,
    unless another service takes its place.
    """

    first_backoff: float = FIRST_BACKOFF_SECONDS
    longest_backoff: float = LONGEST_BACKOFF_SECONDS
    longest_refused: float = LONGEST_BACKOFF_SECONDS
    grace: float = math.inf
    failing_since: float | None = None
    retry_at: float = 0.0
    error: XboxError | None = None
    failures: int = 0
    failed_at: float = -math.inf

    @property
    def refused(self) -> bool:
        """Whether the service refuses the request."""
        return isinstance(self.error, XboxRequestError)

    def succeeded(self) -> None:
        """Forget the failures."""
        self.failing_since, self.error, self.failures = None, None, 0

    def failed(self, err: XboxError, now: float) -> None:
        """Count a failure and set the pause after it."""
        if self.failing_since is None:
            self.failing_since = now
        self.error, self.failed_at = kept(err), now
        self.failures += 1
        self.retry_at = now + self._pause(self.grace - self.seconds_out(now))

    def may_ask(self, now: float) -> bool:
        """Tell whether a person may have the request sent now.

        The pause after a failure holds, but of a long one, as after a refusal, only the first minute: people
        correct the cause. A pause that the service or the sign-in asked for always holds.
        """
        if self.error is None or now >= self.retry_at:
            return True
        is_asked_for = self.error.held_back or self.error.retry_after
        return not is_asked_for and now - self.failed_at >= LONGEST_BACKOFF_SECONDS

    def seconds_out(self, now: float) -> float:
        """Return the seconds since the first failure, 0 without a failure."""
        return 0.0 if self.failing_since is None else now - self.failing_since

    def _pause(self, grace_left: float) -> float:
        if self.error and (asked := self.error.held_back or self.error.retry_after):
            return asked
        longest = self.longest_refused if self.refused else self.longest_backoff
        pause = min(self.first_backoff * 2.0 ** min(self.failures - 1, _MOST_DOUBLINGS), longest)
        noticed = grace_left > 0 and longest <= self.longest_backoff
        return min(pause, grace_left) if noticed else pause


def first_error(errors: Iterable[XboxError | None]) -> XboxError | None:
    """Return the first error, an error of the sign-in before any other; None without an error."""
    found = [err for err in errors if err]
    return next((err for err in found if isinstance(err, XboxAuthError)), next(iter(found), None))


def record_answer(backoff: Backoff, group: Iterable[Backoff]) -> bool:
    """Note an answer; tell whether it shows that the sign-in works again.

    Then the pauses of the group that errors of the sign-in have caused end, too.
    """
    signed_in_again = isinstance(backoff.error, XboxAuthError)
    backoff.succeeded()
    if signed_in_again:
        for other in group:
            if isinstance(other.error, XboxAuthError):
                other.retry_at = 0.0
    return signed_in_again
