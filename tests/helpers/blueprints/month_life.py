"""A family lives by a script: time passes, people play, services fail, and what is heard is written down."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from homeassistant.config_entries import ConfigEntry

from custom_components.xbox_network.xbox.endpoints import Service
from tests.helpers.blueprints.interruptions import Home
from tests.helpers.blueprints.month import CHILDREN, GAMES, OFF, Act, Day, Heard, Minutes, night_of
from tests.helpers.entities import Entities
from tests.helpers.playtime import act
from tests.simulator import Person

_PC: Final = "WindowsOneCore"
_FAILING: Final = (
    Service.PRESENCE,
    Service.PEOPLE,
    Service.TITLES,
    Service.STATS,
    Service.CONSOLES,
)
# Presence stays honest below five minutes.
_LONG: Final = timedelta(seconds=280)
# A person is asked for again within this time: what people do is seen at the next step.
_LOOK: Final = timedelta(seconds=12)
_MINUTE: Final = timedelta(minutes=1)
_BEFORE: Final = timedelta(minutes=10)
# What Xbox itself has counted is known a quarter of an hour after a game, and asked for every five minutes.
_AFTER: Final = timedelta(minutes=25)


@dataclass
class Life:
    """The family: its home, its people and their accounts by the names of the script."""

    home: Home
    people: dict[str, Person]
    accounts: dict[str, ConfigEntry]
    heard: list[Heard] = field(default_factory=list)
    running: bool = True
    """Whether Home Assistant runs."""
    _ends: int = 0
    _busy: list[tuple[datetime, datetime]] = field(default_factory=list)

    def entities(self, child: str) -> Entities:
        """Return the entities of a child."""
        return Entities(self.home.hass, self.people[child].xuid)

    async def agree(self, child: str, *words: str, **fields: Any) -> None:
        """Set a limit: `minutes 60 weekdays mon,tue`."""
        pairs = dict(zip(words[::2], words[1::2], strict=True))
        weekdays = {"weekdays": pairs.pop("weekdays").split(",")} if "weekdays" in pairs else {}
        who = self.entities(child).id("sensor.time_left")
        await act(self.home.hass, "set_limit", who, **pairs, **weekdays, **fields)

    async def begin(self, day: Day) -> None:
        """Let Home Assistant start before anything happens on a day."""
        self._jump(day.moments[0] - _BEFORE)
        await self._start()

    async def live_through(self, day: Day) -> None:
        """Let a day pass until its end, or until Home Assistant is switched off for the night."""
        self._busy = sorted(_busy(day))
        for it in sorted(day.acts, key=lambda it: it.at):
            await self._pass(it.at)
            await self._do(day, it)
        last = day.moments[-1] + _AFTER
        await self._pass(night_of(day) - _LOOK if day.all_night else last)

    async def end(self, day: Day) -> None:
        """Go to the next day: without Home Assistant, or with it."""
        if day.all_night:
            await self._pass(night_of(day))
        else:
            await self.sleep()

    async def _pass(self, moment: datetime) -> None:
        """Let time pass until a moment."""
        if not self.running:
            self._jump(moment)
        while (now := datetime.now(UTC)) < moment:
            step = min(self._step(now), moment - now).total_seconds()
            await self.home.live(step, step=step)
            self.home.simulator.clear()  # a month has many requests
            self._listen()

    def _step(self, now: datetime) -> timedelta:
        """Return for how long nobody needs to look."""
        begin, end = next((it for it in self._busy if now < it[1]), (now + _LONG, now + _LONG))
        return min(_LOOK, end - now) if begin <= now else min(_LONG, begin - now)

    def _jump(self, moment: datetime) -> None:
        """Let time pass that nobody of Home Assistant sees."""
        self.home.freezer.tick(max(timedelta(), moment - datetime.now(UTC)))
        self.home.simulator.world.settle()

    def _listen(self) -> None:
        """Write down the messages, and commands that switch the console off."""
        minute = datetime.now(UTC).replace(second=0, microsecond=0)
        ends = [it for it in self.home.den.operations.values() if it.command.name == "TurnOff"]
        texts = [*self.home.telephone.read(), *[OFF] * (len(ends) - self._ends)]
        self.heard += [Heard(minute, it) for it in texts]
        self._ends = len(ends)

    async def _do(self, day: Day, happens: Act) -> None:
        """Let something happen. Raises `ValueError` for what nobody does."""
        match happens.words:
            case [who, "den" | "pc" as where, game]:
                self._play(who, where, game)
            case [who, "stops"]:
                self._stop(self.people[who])
            case ["bonus", child, minutes]:
                limited = self.entities(child).id("sensor.time_left")
                await act(self.home.hass, "add_bonus_time", limited, minutes=int(minutes))
            case ["today" | "tomorrow" as when, child, *words]:
                agreed = day.date + timedelta(days=when == "tomorrow")
                await self.agree(child, *words, date=agreed.isoformat())
            case _:
                await self._interrupt(*happens.words)
        if self.running:
            await self.home.live(0)
            self._listen()

    async def _interrupt(self, *words: str) -> None:
        """Let services fail, or Home Assistant end, or what it has of an account."""
        match words:
            case ["outage"]:
                for service in _FAILING:
                    self.home.simulator.fail(service, status=503, times=None)
            case ["back"]:
                for service in _FAILING:
                    self.home.simulator.heal(service)
            case ["reload", child]:
                entry_id = self.accounts[child].entry_id
                await self.home.hass.config_entries.async_reload(entry_id)
            case ["off" | "killed" as how]:
                await self._end(killed=how == "killed")
            case ["on"]:
                await self._start()
            case _:
                raise ValueError(f"nobody does {words}")

    def _play(self, who: str, where: str, game: str) -> None:
        person, title_id = self.people[who], GAMES[game]
        if where == "pc":
            person.play(title_id, _PC)
        else:
            self.home.den.sit_down(person)
            self.home.den.run(title_id)

    def _stop(self, person: Person) -> None:
        """Let a person stop. Who leaves the console last switches it off."""
        person.go_offline(_PC)
        if person in self.home.den.players:
            self.home.den.stand_up(person)
            if not self.home.den.players:
                self.home.den.power = "ConnectedStandby"

    async def _end(self, *, killed: bool) -> None:
        await self.home.end(killed=killed)
        self.running = False

    async def _start(self) -> None:
        await self.home.start()
        self.running = True
        self._listen()

    async def sleep(self) -> None:
        """Let Home Assistant be switched off."""
        if self.running:
            await self._end(killed=False)

    async def wake(self) -> None:
        """Let Home Assistant run."""
        if not self.running:
            await self._start()

    async def minutes(self, days: Sequence[Day]) -> dict[str, list[Minutes]]:
        """Return what `get_playtime` answers: the minutes of each day by child."""
        titles = {title_id: game for game, title_id in GAMES.items()}
        found: dict[str, list[Minutes]] = {}
        for child in CHILDREN:
            answer = await act(
                self.home.hass,
                "get_playtime",
                self.entities(child).id("sensor.time_left"),
                start=days[0].date.isoformat(),
                end=days[-1].date.isoformat(),
            )
            [person] = answer["people"]
            found[child] = [
                {(child, titles[it["title_id"]]): it["minutes"] for it in day["titles"]}
                for day in person["days"]
            ]
        return found


def _busy(day: Day) -> Iterator[tuple[datetime, datetime]]:
    """Yield when to look closely: around what has to come true, and after what people do."""
    for heard in day.expected:
        yield heard.minute - _MINUTE, heard.minute + _MINUTE
    for it in day.acts:
        yield it.at, it.at + _MINUTE
    if day.all_night:
        yield night_of(day) - _MINUTE, night_of(day) + _MINUTE
