"""The schedule of a person on a random day: mostly long states, and bursts while nothing fails."""

from random import Random

from tests.helpers.random_day.people import (
    Act,
    Change,
    come_online,
    go_offline_everywhere,
    make_progress,
    play,
    situation,
    stop,
    toggle_party,
    toggle_pc_game,
    toggle_phone,
    watch,
)
from tests.simulator import Person

# The acts of people, with their weights.
_IDLE: dict[Act, int] = {play: 6, watch: 2, go_offline_everywhere: 4, toggle_party: 1}
_IN_GAME: dict[Act, int] = {
    play: 3,
    watch: 1,
    stop: 1,
    go_offline_everywhere: 6,
    toggle_party: 3,
    make_progress: 4,
    toggle_phone: 2,
    toggle_pc_game: 2,
}
# Longer than the longest fault, its following pause and the rare poll that finds missed changes.
# The party of a person who is not playing is polled every five minutes.
_STATE_SECONDS = 540.0
_PARTY_SECONDS = 900.0
_MORE_SECONDS = 900.0
# Seconds between the acts of a burst. Polls find the first kind; push must announce the second.
_BURST_SECONDS = (14.0, 25.0)
_HASTE_SECONDS = (3.0, 6.0)
_CALM_SECONDS = 120.0


class Schedule:
    """The day of a person, the same for the same seed."""

    def __init__(self, person: Person, seed: str) -> None:
        """Start with the time of the first act."""
        self.person = person
        self._rng = Random(f"{seed} {person.xuid}")
        self._burst: list[float] = []
        self._hasty = False
        self.next_at = self._rest(_STATE_SECONDS)
        """The time of the next act, in seconds since the day began."""

    def act(self, current: float, *, calm: float, is_announced: bool) -> Change:
        """Do the next act.

        No fault happens for `calm` seconds. `is_announced` is whether push announces when the
        person comes online or goes offline.
        """
        before, act = situation(self.person), self._choose()
        act(self.person, self._rng)
        self.next_at = current + self._pause(act, calm, is_announced)
        return Change(before, situation(self.person))

    def _choose(self) -> Act:
        current = situation(self.person)
        if current.device is None:
            return come_online
        if self._hasty and self._burst:
            return go_offline_everywhere
        acts = dict(_IN_GAME if current.game else _IDLE)
        if self._burst:
            del acts[toggle_party]
        return self._rng.choices(list(acts), list(acts.values()))[0]

    def _pause(self, act: Act, calm: float, is_announced: bool) -> float:
        if self._burst:
            return self._burst.pop()
        if act is toggle_party:
            return self._rest(_PARTY_SECONDS)
        if calm < _CALM_SECONDS or self._rng.random() > 0.3:
            return self._rest(_STATE_SECONDS)
        self._hasty = (
            is_announced
            and act in (come_online, go_offline_everywhere)
            and self._rng.random() < 0.5
        )
        pauses = _HASTE_SECONDS if self._hasty else _BURST_SECONDS
        self._burst = [self._rng.uniform(*pauses) for _ in range(self._rng.randint(1, 4))]
        return self._burst.pop()

    def _rest(self, least: float) -> float:
        return least + self._rng.expovariate(1 / _MORE_SECONDS)
