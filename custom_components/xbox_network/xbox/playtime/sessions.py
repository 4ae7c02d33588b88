"""Play in one go, and the ends of it that a PC tells late."""

from dataclasses import dataclass
from typing import Final

from .observations import Observation, Seconds

# A break of this many seconds belongs to a session, without being counted.
BREAK_SECONDS: Final = 300.0
# A PC tells every five minutes which title runs (`xbox-services.md` 1.6).
HEARTBEAT_SECONDS: Final = 300.0


@dataclass(slots=True)
class Session:
    """Play without a longer break: the seconds of it, when it began, and for how long it pauses."""

    seconds: Seconds = 0.0
    began: Seconds | None = None
    idle: Seconds = 0.0

    def prolong(self, end: float, seconds: float) -> None:
        """Add play that ends now; after a long break it begins a new session."""
        if self.began is None or self.idle > BREAK_SECONDS:
            self.seconds, self.began = 0.0, end - seconds
        self.seconds += seconds
        self.idle = 0.0

    def rest(self, seconds: float) -> None:
        """Add a break."""
        self.idle += seconds

    def shorten(self, seconds: float) -> None:
        """Take play back."""
        self.seconds = max(0.0, self.seconds - seconds)

    def began_if_on(self, blind: float) -> float | None:
        """Return when it began, None if it is over after a further break."""
        return None if self.idle + blind > BREAK_SECONDS else self.began


@dataclass(slots=True)
class Ending:
    """The end of a title on a PC as it was told: by `wall`, after `room` seconds in it.

    Of these `taken` were taken back. `waited` is how long ago it was.
    """

    wall: Seconds
    room: Seconds
    taken: Seconds = 0.0
    waited: Seconds = 0.0

    def __post_init__(self) -> None:
        """Raise ValueError for what cannot be."""
        if not self.taken <= self.room <= HEARTBEAT_SECONDS:
            raise ValueError("more was taken than there is")

    @property
    def may_be_hole(self) -> bool:
        """Whether the title may still turn out to have been out of sight between two beats."""
        return self.waited <= HEARTBEAT_SECONDS

    def give_away(self) -> None:
        """Leave for good to another title what was taken back."""
        self.wall -= self.taken
        self.room -= self.taken
        self.taken = 0.0

    @classmethod
    def at(cls, sight: Observation, run: float) -> Ending:
        """Return the end of a title that is not in a sight any more, after so many seconds in it.

        What tells when it was: the sign-out, or that another title has been running. Without any word it
        was half a beat ago.
        """
        room = min(run, HEARTBEAT_SECONDS)
        real = sight.at.real
        told = sight.last_seen if sight.title_id is None else sight.since
        late = (
            HEARTBEAT_SECONDS / 2
            if told is None or real - told > HEARTBEAT_SECONDS
            else real - told
        )
        return cls(sight.at.wall, room, min(max(late, 0.0), room))
