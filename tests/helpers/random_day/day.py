"""A random day: people act, faults happen, and the recorded events are compared with the acts."""

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
# No act happens after this, so that all events are seen before the day ends.
_LAST_EVENT = DAY_SECONDS - 0.4 * HOUR
_COLLECT_SECONDS = 300.0
# Seconds after a fault until its consequences are over: pauses, and a reconnect of push.
_AFTERMATH = 130.0


class RandomDay:
    """A day, the same for the same seed."""

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
        self._last_changes: dict[Person, tuple[float, Change]] = {}
        self._scheduled: list[tuple[float, int, Callable[[], None]]] = []
        self._numbers = itertools.count()
        self._recent_lines = deque[str](maxlen=15)
        self.mismatches: list[str] = []
        """The events that differ from a person's act, with what happened before."""
        self.told = 0
        """The number of events."""

    async def run(self, *recorders: RequestRecorder | LogRecorder) -> None:
        """Let the day pass."""
        for fault in self._faults:
            self._at(fault.at, partial(self._begin, fault))
        for schedule in self._schedules:
            self._at(schedule.next_at, partial(self._act, schedule))
        self._at(_COLLECT_SECONDS, partial(self._collect, *recorders))
        while self._scheduled:
            moment, _, do = heapq.heappop(self._scheduled)
            await self._clock.advance(moment)
            do()
            await self._clock.settle()
        await self._clock.advance(DAY_SECONDS)
        self._collect(*recorders)
        for schedule in self._schedules:
            self._compare(schedule.person)

    def _at(self, moment: float, do: Callable[[], None]) -> None:
        if moment <= DAY_SECONDS:
            heapq.heappush(self._scheduled, (moment, next(self._numbers), do))

    def _act(self, schedule: Schedule) -> None:
        now, person = self._clock.now, schedule.person
        if now > _LAST_EVENT:
            return
        self._compare(person)
        change = schedule.act(now, calm=self._calm(now), is_announced=self._is_announced(person))
        self._last_changes[person] = now, change
        self._add_line(f"{person.gamertag}: {[it.kind for it in change.events + change.party[1:]]}")
        self._at(schedule.next_at, partial(self._act, schedule))

    def _compare(self, person: Person) -> None:
        """Compare the events since a person's last act with that act."""
        recorded = self._event_recorder.take_events(person.xuid)
        at, change = self._last_changes.pop(person, (0.0, None))
        events = [event for _, event in recorded]
        self.told += len(events)
        if not (change.fits(events) if change else not events):
            text = f"{person.gamertag} at {at:.0f} s: {change}, but it was told: {recorded}"
            self.mismatches.append("\n".join([text, *self._recent_lines]))

    def _calm(self, now: float) -> float:
        """Return the number of seconds without any fault from now on."""
        if any(it.at <= now < it.until + _AFTERMATH for it in self._faults):
            return 0.0
        return min((it.at - now for it in self._faults if it.at > now), default=HOUR)

    def _is_announced(self, person: Person) -> bool:
        """Return whether push announces when a person comes online or goes offline."""
        topic = f"https://userpresence.xboxlive.com/users/xuid({person.xuid})/devices"
        return topic in self._simulator.rta.subscriptions

    def _begin(self, fault: TimedFault) -> None:
        self._add_line(f"{fault.name}, until {fault.until:.0f}")
        fault.begin()
        self._at(fault.until, partial(self._end, fault))

    def _end(self, fault: TimedFault) -> None:
        self._add_line(f"the end of {fault.name}")
        fault.end()

    def _collect(self, *recorders: RequestRecorder | LogRecorder) -> None:
        for recorder in recorders:
            recorder.collect()
        self._at(self._clock.now + _COLLECT_SECONDS, partial(self._collect, *recorders))

    def _add_line(self, text: str) -> None:
        self._recent_lines.append(f"  {self._clock.now:8.1f} {text}")
