"""Endings of titles on a PC, which the network tells late."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

from .credited_play import CreditedPlay
from .local_days import Span
from .observations import Observation, Seconds

# A PC tells every five minutes which title runs (`docs/network.md` S1.6).
HEARTBEAT_SECONDS: Final = 300.0


@dataclass(frozen=True, slots=True)
class Ending:
    """The ending of a title on a PC, as it was observed.

    `wall` is when it was observed, in seconds since 1970 by the wall clock. `room` is how many seconds
    before it may be taken back from the title, `taken` how many of them were taken back. `waited` is
    how many seconds ago it was observed.
    """

    wall: Seconds
    room: Seconds
    taken: Seconds = 0.0
    waited: Seconds = 0.0

    @classmethod
    def observed(cls, observation: Observation, run: float) -> Ending:
        """Return the ending of a title that ran for `run` seconds before an observation without it."""
        return cls(observation.at.wall, min(run, HEARTBEAT_SECONDS))

    @property
    def is_valid(self) -> bool:
        """Whether no more was taken back than there is."""
        return self.taken <= self.room <= HEARTBEAT_SECONDS

    @property
    def may_be_interruption(self) -> bool:
        """Whether the title may still turn out to have run on, unobserved between two heartbeats."""
        return self.waited <= HEARTBEAT_SECONDS

    def take(self, seconds: float) -> Ending:
        """Return the ending with more seconds taken back, or fewer."""
        return replace(self, taken=self.taken + seconds)

    def without_taken(self) -> Ending:
        """Return the ending at the beginning of the taken seconds. They belong to another title."""
        return replace(self, wall=self.wall - self.taken, room=self.room - self.taken, taken=0.0)


class EndingBook:
    """The latest endings of the titles of one person, by title id. It corrects the credited play."""

    def __init__(self, credited: CreditedPlay) -> None:
        """Start without endings."""
        self._credited = credited
        self._endings: dict[str, Ending] = {}

    @property
    def endings(self) -> Mapping[str, Ending]:
        """A copy of the endings."""
        return dict(self._endings)

    def restore(self, endings: Mapping[str, Ending]) -> None:
        """Replace all endings."""
        self._endings = dict(endings)

    def pop_interrupted(self, observation: Observation) -> Ending | None:
        """Remove and return the ending of an observed title that was only interrupted on a PC.

        Such a title was not observed between two heartbeats, but has run on.
        """
        title_id = observation.counted_title
        ending = self._endings.get(title_id) if title_id and observation.on_windows else None
        if title_id is None or ending is None or not ending.may_be_interruption:
            return None
        return self._endings.pop(title_id)

    def remove(self, title_id: str) -> None:
        """Remove the ending of a title, if there is one."""
        self._endings.pop(title_id, None)

    def age(self, seconds: float) -> None:
        """Let time pass for all endings."""
        for title_id, ending in self._endings.items():
            self._endings[title_id] = replace(ending, waited=ending.waited + seconds)

    def start_title(self, title_id: str) -> None:
        """Note that a title has started. The titles that have ended before it were not interrupted."""
        self.remove(title_id)
        self.age(2 * HEARTBEAT_SECONDS)

    def end_title(self, title_id: str, observation: Observation, run: float) -> Ending:
        """Note that a title has ended, and take back the play after its estimated end."""
        self._endings[title_id] = Ending.observed(observation, run)
        self.take_back(title_id, _late_seconds(observation))
        return self._endings[title_id]

    def take_back(self, title_id: str, limit: float) -> None:
        """Take back up to `limit` seconds at the end of a title, if its ending is known."""
        if (ending := self._endings.get(title_id)) is not None:
            seconds = min(limit, ending.room - ending.taken)
            taken = self._credited.debit(title_id, Span(ending.wall - ending.taken, seconds))
            self._endings[title_id] = ending.take(taken)

    def give_back(self, title_id: str, limit: float) -> float:
        """Credit up to `limit` seconds that were taken back. Returns the credited seconds."""
        ending = self._endings.get(title_id)
        if ending is None or not ending.taken:
            return 0.0
        seconds = min(limit, ending.taken)
        span = Span(ending.wall - ending.taken + seconds, seconds)
        self._credited.credit(title_id, span)
        self._endings[title_id] = ending.take(-seconds)
        return seconds

    def leave_taken(self, title_id: str) -> None:
        """Leave the seconds that were taken back to another title."""
        self._endings[title_id] = self._endings[title_id].without_taken()


def _late_seconds(observation: Observation) -> float:
    """Return for how many seconds before an observation the previous title was not running any more.

    The sign-out or the beginning of the next title tells. Without either it is half a heartbeat.
    """
    real = observation.at.real
    told = observation.last_seen if observation.title_id is None else observation.since
    if told is None or real - told > HEARTBEAT_SECONDS:
        return HEARTBEAT_SECONDS / 2
    return max(real - told, 0.0)
