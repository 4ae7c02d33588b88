"""The course of a day: people and troubles take turns, and all is compared with what is seen."""

import heapq
import itertools
from collections import deque
from collections.abc import Callable, Sequence
from functools import partial

from tests.day.clock import Clock
from tests.day.life import Life
from tests.day.people import Change
from tests.day.troubles import HOUR, Trouble, troubles
from tests.day.watch import Diary, Ledger, Witness
from tests.simulator import Person, Simulator

DAY_SECONDS = 24 * HOUR
# In the evening nothing happens any more, so that everything can be seen in the end.
_EVENING = DAY_SECONDS - 0.4 * HOUR
_PAGE_SECONDS = 300.0
# A trouble is over when what follows from it is over, too: pauses, and push that has to be connected again.
_AFTERMATH = 130.0


class Course:
    """One day, the same for the same seed."""

    def __init__(
        self,
        clock: Clock,
        simulator: Simulator,
        witness: Witness,
        people: Sequence[Person],
        seed: str,
    ) -> None:
        """Prepare the day."""
        self._clock = clock
        self._simulator = simulator
        self._witness = witness
        self._lives = [Life(person, seed) for person in people]
        self._troubles = troubles(simulator, seed, _EVENING)
        self._done: dict[Person, tuple[float, Change]] = {}
        self._agenda: list[tuple[float, int, Callable[[], None]]] = []
        self._numbers = itertools.count()
        self._lately = deque[str](maxlen=15)
        self.surprises: list[str] = []
        """What was told otherwise than it happened, with what went before."""
        self.told = 0
        """How many events there were."""

    async def run(self, *books: Ledger | Diary) -> None:
        """Let the day pass."""
        for trouble in self._troubles:
            self._at(trouble.at, partial(self._begin, trouble))
        for life in self._lives:
            self._at(life.next_at, partial(self._live, life))
        self._at(_PAGE_SECONDS, partial(self._turn_page, *books))
        while self._agenda:
            moment, _, do = heapq.heappop(self._agenda)
            await self._clock.advance(moment)
            do()
            await self._clock.breathe()
        await self._clock.advance(DAY_SECONDS)
        self._turn_page(*books)
        for life in self._lives:
            self._compare(life.person)

    def _at(self, moment: float, do: Callable[[], None]) -> None:
        if moment <= DAY_SECONDS:
            heapq.heappush(self._agenda, (moment, next(self._numbers), do))

    def _live(self, life: Life) -> None:
        now, person = self._clock.now, life.person
        if now > _EVENING:
            return
        self._compare(person)
        change = life.act(now, calm=self._calm(now), heard=self._is_heard(person))
        self._done[person] = now, change
        self._note(f"{person.gamertag}: {[it.kind for it in change.told + change.party[1:]]}")
        self._at(life.next_at, partial(self._live, life))

    def _compare(self, person: Person) -> None:
        """Compare what was told since somebody did something with what it was."""
        told = self._witness.told(person.xuid)
        at, change = self._done.pop(person, (0.0, None))
        events = [event for _, event in told]
        self.told += len(events)
        if not (change.fits(events) if change else not events):
            what = f"{person.gamertag} at {at:.0f} s: {change}, but it was told: {told}"
            self.surprises.append("\n".join([what, *self._lately]))

    def _calm(self, now: float) -> float:
        """Return for how many seconds nothing is going to be wrong."""
        if any(it.at <= now < it.until + _AFTERMATH for it in self._troubles):
            return 0.0
        return min((it.at - now for it in self._troubles if it.at > now), default=HOUR)

    def _is_heard(self, person: Person) -> bool:
        """Tell whether push announces when somebody comes and goes."""
        topic = f"https://userpresence.xboxlive.com/users/xuid({person.xuid})/devices"
        return topic in self._simulator.rta.subscriptions

    def _begin(self, trouble: Trouble) -> None:
        self._note(f"{trouble.name}, until {trouble.until:.0f}")
        trouble.begin()
        self._at(trouble.until, partial(self._end, trouble))

    def _end(self, trouble: Trouble) -> None:
        self._note(f"the end of {trouble.name}")
        trouble.end()

    def _turn_page(self, *books: Ledger | Diary) -> None:
        for book in books:
            book.turn_page()
        self._at(self._clock.now + _PAGE_SECONDS, partial(self._turn_page, *books))

    def _note(self, what: str) -> None:
        self._lately.append(f"  {self._clock.now:8.1f} {what}")
