"""Sessions: play without a longer break."""

from dataclasses import dataclass, replace
from typing import Final

from .local_days import Span
from .observations import Seconds

# A break of up to this many seconds belongs to a session. It does not count as play.
BREAK_SECONDS: Final = 300.0


@dataclass(frozen=True, slots=True)
class Session:
    """Play without a longer break.

    `seconds` is the play time, `began` the beginning in seconds since 1970, `idle` the seconds of the
    current break.
    """

    seconds: Seconds = 0.0
    began: Seconds | None = None
    idle: Seconds = 0.0

    def with_play(self, span: Span) -> Session:
        """Return the session with play that ends now. After a long break it is a new session."""
        if self.began is None or self.idle > BREAK_SECONDS:
            return Session(span.seconds, span.end - span.seconds)
        return Session(self.seconds + span.seconds, self.began)

    def with_break(self, seconds: float) -> Session:
        """Return the session with a longer break."""
        return replace(self, idle=self.idle + seconds)

    def without_play(self, seconds: float) -> Session:
        """Return the session with less play time."""
        return replace(self, seconds=max(0.0, self.seconds - seconds))

    def began_if_current(self, idle: float) -> float | None:
        """Return when the session began, None if a further break of `idle` seconds has ended it."""
        return None if self.idle + idle > BREAK_SECONDS else self.began
