"""A random day: people and faults take turns, and all is compared with what is recorded."""

import heapq
import itertools
from collections import deque
from collections.abc import Callable, Sequence
from functools import partial

from tests.helpers.random_day.clock import Clock
from tests.helpers.random_day.faults import HOUR, TimedFault, random_faults
from tests.helpers.random_day.people import Change
from tests.helpers.random_day.recorders import EventRecorder, LogRecorder, RequestRecorder
from tests.helpers.random_day.schedule import Schedule
from tests.simulator import Person, Simulator

DAY_SECONDS = 24 * HOUR
# In the evening nothing happens any more, so that everything can be seen in the end.
_LAST_EVENT = DAY_SECONDS - 0.4 * HOUR
_COLLECT_SECONDS = 300.0
# A fault is over when what follows from it is over, too: pauses, and push that has to be connected again.
_AFTERMATH = 130.0


class RandomDay:
    """One day, the same for the same seed."""

    def __init__(
        self,
        clock: Clock,
        simulator: Simulator,
        event_recorder: EventRecorder,
        people: Sequence[Person],
        seed: str,
    ) -> None:
        """Prepare the day."""
        self._clock = clock
        self._simulator = simulator
        self._event_recorder = event_recorder
        self._schedules = [Schedule(person, seed) for person in people]
        self._faults = random_faults(simulator, seed, _LAST_EVENT)
        self._done: dict[Person, tuple[float, Change]] = {}
        self._agenda: list[tuple[float, int, Callable[[], None]]] = []
        self._numbers = itertools.count()
        self._lately = deque[str](maxlen=15)
        self.mismatches: list[str] = []
        """What was told otherwise than it happened, with what went before."""
        self.told = 0
        """How many events there were."""

    async def run(self, *recorders: RequestRecorder | LogRecorder) -> None:
        """Let the day pass."""
        for fault in self._faults:
            self._at(fault.at, partial(self._begin, fault))
        for schedule in self._schedules:
            self._at(schedule.next_at, partial(self._act, schedule))
        self._at(_COLLECT_SECONDS, partial(self._collect, *recorders))
        while self._agenda:
            moment, _, do = heapq.heappop(self._agenda)
            await self._clock.advance(moment)
            do()
            await self._clock.settle()
        await self._clock.advance(DAY_SECONDS)
        self._collect(*recorders)
        for schedule in self._schedules:
            self._compare(schedule.person)

    def _at(self, moment: float, do: Callable[[], None]) -> None:
        if moment <= DAY_SECONDS:
            heapq.heappush(self._agenda, (moment, next(self._numbers), do))

    def _act(self, schedule: Schedule) -> None:
        now, person = self._clock.now, schedule.person
        if now > _LAST_EVENT:
            return
        self._compare(person)
        change = schedule.act(now, calm=self._calm(now), heard=self._is_heard(person))
        self._done[person] = now, change
        self._note(f"{person.gamertag}: {[it.kind for it in change.told + change.party[1:]]}")
        self._at(schedule.next_at, partial(self._act, schedule))

    def _compare(self, person: Person) -> None:
        """Compare what was told since somebody did something with what it was."""
        told = self._event_recorder.told(person.xuid)
        at, change = self._done.pop(person, (0.0, None))
        events = [event for _, event in told]
        self.told += len(events)
        if not (change.fits(events) if change else not events):
            what = f"{person.gamertag} at {at:.0f} s: {change}, but it was told: {told}"
            self.mismatches.append("\n".join([what, *self._lately]))

    def _calm(self, now: float) -> float:
        """Return for how many seconds nothing is going to be wrong."""
        if any(it.at <= now < it.until + _AFTERMATH for it in self._faults):
            return 0.0
        return min((it.at - now for it in self._faults if it.at > now), default=HOUR)

    def _is_heard(self, person: Person) -> bool:
        """Tell whether push announces when somebody comes and goes."""
        topic = f"https://userpresence.xboxlive.com/users/xuid({person.xuid})/devices"
        return topic in self._simulator.rta.subscriptions

    def _begin(self, fault: TimedFault) -> None:
        self._note(f"{fault.name}, until {fault.until:.0f}")
        fault.begin()
        self._at(fault.until, partial(self._end, fault))

    def _end(self, fault: TimedFault) -> None:
        self._note(f"the end of {fault.name}")
        fault.end()

    def _collect(self, *recorders: RequestRecorder | LogRecorder) -> None:
        for recorder in recorders:
            recorder.collect()
        self._at(self._clock.now + _COLLECT_SECONDS, partial(self._collect, *recorders))

    def _note(self, what: str) -> None:
        self._lately.append(f"  {self._clock.now:8.1f} {what}")
