"""A scripted month of one person over real sockets: each day's play time is right to a minute."""

import json
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from freezegun.api import FrozenDateTimeFactory

from custom_components.xbox_network.xbox import XboxClient
from custom_components.xbox_network.xbox.people.observer import (
    PRESENCE_POLL_SECONDS,
    PeopleObserver,
)
from custom_components.xbox_network.xbox.playtime.tracker import PlaytimeTracker
from tests.client.conftest import HARBOR_KINGS, HOUR, OWNER, PEOPLE, PRESENCE, STARFALL_DRIFT
from tests.simulator import Person, Simulator
from tests.simulator.world.demo_world import MOSS_AND_MACHINE

BERLIN = ZoneInfo("Europe/Berlin")
FIRST = date(2031, 3, 3)
DAYS = 30
"""With the Sunday on which the clocks are set ahead by an hour."""
PC = "WindowsOneCore"

# The events of each weekday, by the local clock. Hours from 24:00 on are of the next morning.
WEEK: tuple[tuple[tuple[str, str], ...], ...] = (
    (("16:00:10", "console"), ("17:31:05", "home"), ("17:40:00", "sign out")),
    (("17:10:20", "pc"), ("18:47:35", "pc off")),
    (
        ("15:00:00", "console"),
        ("16:02:30", "pc"),
        ("17:01:15", "home"),
        ("17:58:00", "pc off"),
        ("18:05:00", "sign out"),
    ),
    (
        ("19:00:40", "console"),
        ("19:20:00", "stop"),
        ("19:22:30", "start"),
        ("19:40:00", "other game"),
        ("20:05:20", "sign out"),
    ),
    (
        ("18:00:00", "console"),
        ("18:30:00", "outage"),
        ("19:45:00", "healed"),
        ("21:03:00", "sign out"),
    ),
    (
        ("22:40:30", "console"),
        ("23:30:00", "stop"),
        ("24:20:00", "start"),
        ("24:50:00", "other game"),
        ("27:30:00", "sign out"),
    ),
    (
        ("14:00:00", "stop"),
        ("14:30:10", "other game"),
        ("15:21:00", "sign out"),
        ("16:00:00", "start"),
        ("20:00:00", "pc"),
        ("20:31:00", "outage"),
        ("21:04:00", "pc off"),
        ("21:40:00", "healed"),
    ),
)


def script() -> Iterator[tuple[float, str]]:
    """Yield the time and the name of each event."""
    for number in range(DAYS):
        day = FIRST + timedelta(days=number)
        for clock, event in WEEK[day.weekday()]:
            hours, minutes, seconds = (int(it) for it in clock.split(":"))
            morning = day + timedelta(days=hours // 24)
            local = datetime.combine(morning, time(hours % 24, minutes, seconds), BERLIN)
            yield local.timestamp(), event


class Month:
    """Plays the script, and polls as Home Assistant does, but rarely while nothing changes."""

    def __init__(
        self, client: XboxClient, simulator: Simulator, freezer: FrozenDateTimeFactory
    ) -> None:
        """Start with the first process."""
        self._client, self._simulator, self._freezer = client, simulator, freezer
        self._owner: Person = simulator.world.person(OWNER)
        self._on = True
        self.tracker = self._start()

    async def until(self, moment: float) -> None:
        """Let time pass until a moment."""
        while (left := moment - self._simulator.world.clock()) > 0:
            step = 290.0 if self._owner.devices else HOUR
            if self._observer.seconds_until_refresh < PRESENCE_POLL_SECONDS:
                step = self._observer.seconds_until_refresh  # a second look
            self._freezer.tick(min(left, step))
            await self.poll()

    async def poll(self) -> None:
        """Poll once, if Home Assistant runs."""
        if self._on:
            await self._observer.refresh()
            self.tracker.update()
            await self.tracker.refresh()

    def do(self, event: str) -> None:
        """Run an event of the script."""
        owner, simulator = self._owner, self._simulator
        match event:
            case "console":
                owner.play(STARFALL_DRIFT)
            case "other game":
                owner.play(HARBOR_KINGS)
            case "pc":
                owner.play(MOSS_AND_MACHINE, PC)
            case "pc off":
                owner.go_offline(PC)
            case "home":
                owner.stop("Scarlett")
            case "sign out":
                owner.go_offline("Scarlett")
            case "outage":
                for host in (PRESENCE, PEOPLE):
                    simulator.fail(host, status=503, times=None)
            case "healed":
                simulator.heal()
            case "stop":
                self._stored = json.dumps(
                    [self.tracker.history.to_store(), self.tracker.current.to_store()]
                )
                self._on = False
            case "start":
                self.tracker = self._start()
                history, current = json.loads(self._stored)
                self.tracker.history.from_store(history)
                self.tracker.current.from_store(current)
                self._on = True

    def _start(self) -> PlaytimeTracker:
        self._observer = PeopleObserver(self._client, [OWNER])
        return PlaytimeTracker(self._client, self._observer, zone=BERLIN)


def played(person: Person) -> dict[date, float]:
    """Return the seconds of play of each local day, on any number of devices."""
    seconds: dict[date, float] = {}
    sessions = sorted((begin, end) for _, begin, end in person.counter.sessions)
    until = 0.0
    for begin, end in sessions:
        low = max(begin, until)
        until = max(until, end)
        while low < until:
            day = datetime.fromtimestamp(low, BERLIN).date()
            midnight = datetime.combine(day + timedelta(days=1), time.min, BERLIN)
            high = min(until, midnight.timestamp())
            seconds[day] = seconds.get(day, 0.0) + high - low
            low = high
    return seconds


async def test_month(
    client: XboxClient, simulator: Simulator, freezer: FrozenDateTimeFactory, owner: Person
) -> None:
    """The month has two devices, one a PC, restarts, outages, midnights and a day of 23 hours."""
    simulator.world.heartbeat = 300.0
    owner.go_offline()
    month = Month(client, simulator, freezer)
    for moment, event in script():
        await month.until(moment)
        month.do(event)
        await month.poll()
    await month.until(simulator.world.clock() + 3 * HOUR)
    times = month.tracker.summary(OWNER)
    expected = played(owner)
    assert len(expected) >= DAYS - 1
    counted = {day: it.total for day, it in times.days.items() if it.titles}
    assert counted.keys() == expected.keys()
    differences = {str(day): round(counted[day] - expected[day]) for day in expected}
    assert all(abs(seconds) <= 60 for seconds in differences.values()), differences
    assert sum(abs(seconds) for seconds in differences.values()) <= 30 * DAYS, differences
