"""The schedule of one person on a random day: long states mostly, and bursts while nothing fails."""

from random import Random

from tests.helpers.random_day.people import (
    Act,
    Change,
    come,
    get_on,
    leave,
    look_at_the_phone,
    place,
    play,
    play_on_the_pc,
    stop,
    talk,
    watch,
)
from tests.simulator import Person

# What people choose from, and how often.
_IDLE: dict[Act, int] = {play: 6, watch: 2, leave: 4, talk: 1}
_IN_GAME: dict[Act, int] = {
    play: 3,
    watch: 1,
    stop: 1,
    leave: 6,
    talk: 3,
    get_on: 4,
    look_at_the_phone: 2,
    play_on_the_pc: 2,
}
# Longer than the longest fault, the pause after it and the rare poll that finds what was missed; who is in
# a party is asked for every five minutes of those who do nothing else.
_STATE_SECONDS = 540.0
_PARTY_SECONDS = 900.0
_MORE_SECONDS = 900.0
# Polls alone follow the first; what is announced is seen at once.
_BURST_SECONDS = (14.0, 25.0)
_HASTE_SECONDS = (3.0, 6.0)
_CALM_SECONDS = 120.0


class Schedule:
    """The day of one person, the same for the same seed."""

    def __init__(self, person: Person, seed: str) -> None:
        """Begin with something soon."""
        self.person = person
        self._chance = Random(f"{seed} {person.xuid}")
        self._burst: list[float] = []
        self._hasty = False
        self.next_at = self._rest(_STATE_SECONDS)
        """When the next thing is done, in seconds since the day began."""

    def act(self, now: float, *, calm: float, heard: bool) -> Change:
        """Do the next thing.

        For `calm` seconds nothing is going to be wrong; `heard` is who is announced when coming and going.
        """
        before, act = place(self.person), self._choose()
        act(self.person, self._chance)
        self.next_at = now + self._pause(act, calm, heard)
        return Change(before, place(self.person))

    def _choose(self) -> Act:
        now = place(self.person)
        if now.device is None:
            return come
        if self._hasty and self._burst:
            return leave
        acts = dict(_IN_GAME if now.game else _IDLE)
        if self._burst:
            del acts[talk]
        return self._chance.choices(list(acts), list(acts.values()))[0]

    def _pause(self, act: Act, calm: float, heard: bool) -> float:
        if self._burst:
            return self._burst.pop()
        if act is talk:
            return self._rest(_PARTY_SECONDS)
        if calm < _CALM_SECONDS or self._chance.random() > 0.3:
            return self._rest(_STATE_SECONDS)
        self._hasty = heard and act in (come, leave) and self._chance.random() < 0.5
        pauses = _HASTE_SECONDS if self._hasty else _BURST_SECONDS
        self._burst = [self._chance.uniform(*pauses) for _ in range(self._chance.randint(1, 4))]
        return self._burst.pop()

    def _rest(self, least: float) -> float:
        return least + self._chance.expovariate(1 / _MORE_SECONDS)
