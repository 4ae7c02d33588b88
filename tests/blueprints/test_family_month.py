"""A month of a family: every minute, every message, and each time that the console goes off is told by a script."""

from collections.abc import Awaitable, Callable, Iterator
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from functools import partial
from typing import Final

import pytest
from freezegun.api import FrozenDateTimeFactory
from homeassistant.config_entries import ConfigEntry
from homeassistant.const import WEEKDAYS
from homeassistant.core import HomeAssistant
from homeassistant.util import dt as dt_util

from custom_components.xbox_network.xbox.endpoints import Service
from tests.blueprints.conftest import Automate
from tests.conftest import SignIn
from tests.helpers.blueprints.family import Family
from tests.helpers.blueprints.interruptions import Home
from tests.helpers.blueprints.month import (
    DEN,
    GRACE_MINUTES,
    JUNIPER,
    NOVA,
    WARNINGS,
    Bonus,
    Child,
    Day,
    Play,
    Said,
    Trouble,
    day_of,
    minute_of,
)
from tests.helpers.consoles import told
from tests.helpers.entities import Entities
from tests.helpers.fake_devices import Telephone
from tests.helpers.household import JUNIPER as JUNIPER_XUID
from tests.helpers.playtime import BERLIN, act
from tests.helpers.random_traces import TRACES
from tests.simulator import Console, Person, Simulator
from tests.simulator.world.demo_world import HARBOR_KINGS, STARFALL_DRIFT

_GAMES: Final = {NOVA: STARFALL_DRIFT, JUNIPER: HARBOR_KINGS}
_PC: Final = "WindowsOneCore"
_MORNING, _NIGHT = minute_of("13:30"), minute_of("22:00")
# Steps while something is about to be said, and otherwise: presence stays honest below five minutes.
_SHORT_SECONDS, _LONG_SECONDS, _FINE_MINUTES = 30, 280, 2

RULES: Final = (
    Child(NOVA, (60, 60, 60, 60, 60, 120, 120), ("20:00",) * 4 + ("21:30",) * 2 + ("20:00",)),
    Child(JUNIPER, (45,) * 5 + (90,) * 2, (None,) * 7),
)

# From Monday, 5 October 2026. The clocks change in the night to the 25th.
SCRIPT: Final = """
nova den 15:00-16:40
nova den 15:00-15:30, juniper den 15:40-17:00
nova den 14:30-15:10, nova pc 17:00-18:00 | bonus nova 16:00 30
juniper pc 16:00-17:10
nova den 19:20-20:30, juniper den 14:00-14:20
nova den 14:00-15:30, juniper den 15:40-17:20, nova den 18:00-19:00
juniper pc 14:00-15:00, nova pc 15:00-16:30, nova den 19:30-20:10
nova den 15:00-16:20 | restart 15:20 2
nova den 15:00-16:20 | kill 15:20 2
juniper den 15:00-16:00 | outage 15:10 4
nova den 15:00-16:30 | bonus nova 16:02 20
nova den 15:00-16:30, juniper pc 15:00-15:38 | reload 15:10 1
nova den 14:00-17:10, juniper pc 17:20-17:50 | free nova
juniper den 14:00-15:50, nova den 16:00-17:00 | limit nova 30
nova den 15:00-15:20, nova den 16:00-16:20, nova den 17:00-17:40
juniper den 18:00-18:20, juniper den 18:30-19:30
nova den 19:30-20:20 | bonus nova 19:40 30
nova pc 15:00-16:40
nova den 15:00-16:20 | restart 15:30 4
nova den 14:00-16:30, juniper den 16:40-18:30
nova den 14:00-15:10, juniper pc 14:00-15:20, nova den 19:00-20:30
juniper den 15:00-15:30, nova pc 15:00-15:30, nova den 16:00-17:00
nova den 15:00-15:40 | outage 15:05 12
nova den 15:00-16:30 | kill 15:40 3
juniper den 15:00-16:10 | reload 15:20 1
nova den 20:10-20:40, juniper den 14:00-14:50
nova den 14:00-16:20, juniper den 16:30-18:20
juniper den 14:00-15:50 | bonus juniper 15:20 15
nova den 15:00-16:10 | limit nova 20
nova den 15:00-15:50 | restart 15:10 6
juniper den 15:00-16:00, nova den 16:10-17:30
"""
_BEGIN: Final = date(2026, 10, 5)
DAYS: Final = {
    _BEGIN + timedelta(days=number): day_of(line)
    for number, line in enumerate(SCRIPT.strip().splitlines())
}
# The whole month takes a while: the suite has the days around the change of the clocks.
_CHOSEN: Final = list(DAYS) if TRACES > 1000 else list(DAYS)[18:23]


class FamilyHome:
    """The family at home, and what it has been told."""

    def __init__(self, home: Home, children: dict[str, Family], people: dict[str, Person]) -> None:
        """Use a home with two accounts."""
        self.home = home
        self.children = children
        self.people = people
        self.heard: list[tuple[int, str]] = []
        self._off = 0

    async def go_to(self, minute: float, expected: list[Said]) -> None:
        """Let time pass until a minute of the day."""
        while (wait := minute - self._minute) > 0.01:
            ahead = [it.minute - self._minute for it in expected]
            near = any(-_FINE_MINUTES <= it <= _FINE_MINUTES for it in ahead)
            rest = [wait, *(it - _FINE_MINUTES for it in ahead if it > _FINE_MINUTES)]
            seconds = min(60 * min(rest) + 1, _SHORT_SECONDS if near else _LONG_SECONDS, 60 * wait)
            await self.home.live(seconds, step=seconds)
            self.listen()

    @property
    def _minute(self) -> float:
        now = dt_util.now()
        return now.hour * 60 + now.minute + now.second / 60

    def listen(self) -> None:
        """Take note of what the parents are told, and of a console that goes off."""
        minute = round(self._minute)
        self.heard += [(minute, it) for it in self.home.telephone.read()]
        count = told(self.home.den).count("TurnOff")
        self.heard += [(minute, "off")] * (count - self._off)
        self._off = count

    async def begin(self, play: Play) -> None:
        """Let a child sit down and play."""
        person, game = self.people[play.child], _GAMES[play.child]
        if play.device == DEN:
            self.home.den.sit_down(person)
            self.home.den.run(game)
        else:
            person.play(game, _PC)

    async def end(self, play: Play) -> None:
        """Let a child stop."""
        person = self.people[play.child]
        if play.device == DEN and self.home.den.device in person.devices:
            self.home.den.stand_up(person)
        elif play.device != DEN:
            person.go_offline(_PC)

    async def live_through(self, script: Day, day: date, expected: list[Said]) -> None:
        """Let a day pass, from the afternoon to the night, in which Home Assistant is off."""
        home = self.home
        home.simulator.clear()
        home.freezer.move_to(_moment(day, _MORNING))
        await home.start()
        for name, limit in script.limits.items():
            agreed = {"free": True} if limit is None else {"minutes": limit}
            await act(home.hass, "set_limit", self._entity(name), date=day.isoformat(), **agreed)
        for at, _, do in sorted(self._acts(script), key=lambda it: it[:2]):
            await self.go_to(at, expected)
            await do()
            await home.live(11)
        await self.go_to(_NIGHT, expected)
        await home.end(killed=False)

    def _acts(self, script: Day) -> Iterator[tuple[int, int, Callable[[], Awaitable[None]]]]:
        """Yield minute, order and act of everything that happens on a day."""
        for number, play in enumerate(script.plays):
            yield minute_of(play.end), 0, partial(self.end, play)
            yield minute_of(play.start), 1 + number, partial(self.begin, play)
        for bonus in script.bonuses:
            yield minute_of(bonus.at), 50, partial(self._give, bonus)
        for trouble in script.troubles:
            yield minute_of(trouble.at), 60, partial(self.trouble, trouble)

    async def _give(self, bonus: Bonus) -> None:
        entity_id = self._entity(bonus.child)
        await act(self.home.hass, "add_bonus_time", entity_id, minutes=bonus.minutes)

    def _entity(self, name: str) -> str:
        return Entities(self.home.hass, self.people[name].xuid).id("sensor.time_left")

    async def played(self, name: str, day: date) -> int:
        """Return the minutes that a child has played on a day."""
        found = await act(
            self.home.hass,
            "get_playtime",
            self._entity(name),
            start=day.isoformat(),
            end=day.isoformat(),
        )
        minutes: int = found["people"][0]["minutes"]
        return minutes

    async def trouble(self, trouble: Trouble) -> None:
        """Let something go wrong, and come back."""
        home, minutes = self.home, trouble.minutes
        if trouble.kind == "reload":
            await home.hass.config_entries.async_reload(home.entry.entry_id)
        elif trouble.kind == "outage":
            for service in (Service.PRESENCE, Service.PEOPLE, Service.TITLES, Service.CONSOLES):
                home.simulator.fail(service, status=503, times=None)
            await self.go_to(self._minute + minutes, [])
            home.simulator.heal()
        else:
            await home.end(killed=trouble.kind == "kill")
            home.freezer.tick(minutes * 60)
            await home.start()
        await home.live(0)


def text_of(said: Said) -> str:
    """Return what the parents read."""
    if said.what == "off":
        return "off"
    texts = {
        "warning": f"{said.child}, you have {said.minutes} min left to play today.",
        "over": f"{said.child}, your play time is over for today. "
        f"Please save your game: the console goes off in {said.minutes} min.",
        "reminder": f"{said.child}, your play time is over. Please stop now.",
    }
    return texts[said.what]


pytestmark = pytest.mark.random_traces


@pytest.fixture(name="shared")
def shared_fixture(hass: HomeAssistant, freezer: FrozenDateTimeFactory, den: Console) -> None:
    """Move to the day before the first one, and share the console, before any account is added."""
    den.shared_with.add(JUNIPER_XUID)
    freezer.move_to(_moment(_CHOSEN[0] - timedelta(days=1), 0))


def _moment(day: date, minute: int) -> datetime:
    return datetime.combine(day, time(), BERLIN) + timedelta(minutes=minute)


async def _agree(hass: HomeAssistant, child: Child, person: Person) -> None:
    """Set the limits of all weekdays."""
    entity_id = Entities(hass, person.xuid).id("sensor.time_left")
    for weekday, minutes, bedtime in zip(WEEKDAYS, child.limits, child.bedtimes, strict=True):
        evening = {"bedtime": bedtime, "bedtime_end": "06:00"} if bedtime else {}
        await act(hass, "set_limit", entity_id, weekdays=[weekday], minutes=minutes, **evening)


@pytest.fixture(name="family_home")
async def family_home_fixture(
    hass: HomeAssistant,
    simulator: Simulator,
    freezer: FrozenDateTimeFactory,
    shared: None,
    home: Home,
    den: Console,
    sign_in: SignIn,
    telephone: Telephone,
    automate: Automate,
) -> FamilyHome:
    """Return the family in Berlin, with the limits of its children."""
    await hass.config.async_update(time_zone="Europe/Berlin", country="DE")
    second: ConfigEntry = (await sign_in("alone"))["result"]
    home.more_entries.append(second)
    people = {NOVA: home.owner, JUNIPER: simulator.world.person(JUNIPER_XUID)}
    children = {
        NOVA: Family(hass, home.entry, people[NOVA], telephone),
        JUNIPER: Family(hass, second, people[JUNIPER], telephone, console_entry=home.entry),
    }
    for child in RULES:
        await _agree(hass, child, people[child.name])
    inputs = {
        "warn_minutes": max(WARNINGS),
        "last_warning": min(WARNINGS),
        "grace_minutes": GRACE_MINUTES,
        "consoles": children[NOVA].den,
    }
    await home.set_up(
        automate,
        **{
            name: {**family.chosen, **inputs}
            for name, family in zip(
                ("screen_time_budget", "screen_time_budget 2"), children.values(), strict=True
            )
        },
    )
    await home.end(killed=False)
    return FamilyHome(home, children, people)


async def test_month(hass: HomeAssistant, family_home: FamilyHome) -> None:
    """Each day has the minutes, the messages and the ends that the script says, and no other."""
    wrong: list[str] = []
    minutes: dict[tuple[str, date], int] = {}
    for day in _CHOSEN:
        told_today = {it.name: it.told(DAYS[day], day.weekday()) for it in RULES}
        expected = [said for it in told_today.values() for said in it.said]
        await family_home.live_through(DAYS[day], day, expected)
        wrong += _differences(day, expected, family_home.heard)
        family_home.heard = []
        for name, it in told_today.items():
            minutes[name, day] = sum(it.minutes.values())
    await family_home.home.start()
    for (name, day), expected_minutes in minutes.items():
        played = await family_home.played(name, day)
        if abs(played - expected_minutes) > _most_off(DAYS[day], name):
            wrong.append(f"{day} {name}: {played} minutes instead of {expected_minutes}")
    assert wrong == [], "\n".join(["", *wrong])


def _most_off(day: Day, name: str) -> int:
    """Return by how many minutes a day may differ: each begin and end of a game is seen a little late."""
    return sum(it.child == name for it in day.plays)


def _differences(day: date, expected: list[Said], heard: list[tuple[int, str]]) -> list[str]:
    """Return what was not said in time, and what was said for no reason."""
    rest, wrong = list(heard), []
    for said in sorted(expected, key=lambda it: it.minute):
        fitting = [it for it in rest if _fits(said, *it)]
        if fitting:
            rest.remove(fitting[0])
        else:
            wrong.append(
                f"{day} {said.minute // 60}:{said.minute % 60:02} missing: {text_of(said)}"
            )
    return wrong + [f"{day} {at // 60}:{at % 60:02} for no reason: {text}" for at, text in rest]


def _fits(said: Said, minute: int, text: str) -> bool:
    """Return whether a message is the expected one, a minute or two early or late."""
    texts = {text_of(said)}
    if said.what == "warning":  # the play before it is in whole minutes, too
        texts.add(text_of(replace(said, minutes=said.minutes - 1)))
    return text in texts and abs(minute - said.minute) <= 2
