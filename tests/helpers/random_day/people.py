"""What people do on a random day, and the events that an automation should get of it."""

from collections.abc import Callable
from dataclasses import dataclass
from random import Random

from homeassistant.const import STATE_OFF, STATE_ON, STATE_UNKNOWN

from tests.simulator import Person
from tests.simulator.titles.title import Title
from tests.simulator.world.demo_world import (
    HARBOR_KINGS,
    LUMEN_VIDEO,
    MOSS_AND_MACHINE,
    STARFALL_DRIFT,
    TINY_TURBINES,
)

PHONE, PC = "Android", "WindowsOneCore"
GAMES = {
    "Scarlett": (STARFALL_DRIFT, HARBOR_KINGS),
    "XboxOne": (HARBOR_KINGS, STARFALL_DRIFT),
    PC: (MOSS_AND_MACHINE, STARFALL_DRIFT),
    PHONE: (TINY_TURBINES,),
}
PLATFORMS = {
    "Scarlett": "xbox_series",
    "XboxOne": "xbox_one",
    PC: "windows",
    PHONE: "mobile",
}
CONSOLES = ("Scarlett", "XboxOne")
PARTY = frozenset({"joined_party", "left_party"})


@dataclass(frozen=True)
class ActivityEvent:
    """An event, as an automation gets it."""

    kind: str
    title: str | None = None
    title_id: str | None = None
    platform: str | None = None


@dataclass(frozen=True)
class Place:
    """Where a person is in truth, whoever has noticed."""

    device: str | None
    title: Title | None
    in_party: bool

    @property
    def game(self) -> Title | None:
        """Return the game that is played."""
        return self.title if self.title and self.title.is_game else None

    def told(self, kind: str) -> ActivityEvent:
        """Return an event about somebody who is here."""
        platform = PLATFORMS[self.device] if self.device else None
        if self.game is None:
            return ActivityEvent(kind, platform=platform)
        return ActivityEvent(kind, self.game.name, self.game.title_id, platform)


def place(person: Person) -> Place:
    """Return where a person is: in a game rather than in an app, and in the one that was there first."""
    running = [(device, it) for device, it in person.activities() if not it.title.system]
    running.sort(key=lambda it: (not it[1].title.is_game, it[1].since))
    places = [(device, activity.title) for device, activity in running]
    idle = [(device, None) for device in person.devices]
    device, title = next(iter([*places, *idle]), (None, None))
    return Place(device, title, person.party is not None)


def expected_states(person: Person) -> dict[str, str]:
    """Return what the entities of a person have to show."""
    now = place(person)
    progress = person.progress[now.game.title_id] if now.game else None
    return {
        "binary_sensor.online": STATE_ON if person.devices else STATE_OFF,
        "binary_sensor.in_game": STATE_ON if now.game else STATE_OFF,
        "binary_sensor.in_party": STATE_ON if person.party else STATE_OFF,
        "sensor.now_playing": now.title.name if now.title else STATE_UNKNOWN,
        "sensor.platform": PLATFORMS[now.device] if now.device else STATE_UNKNOWN,
        "sensor.gamerscore": str(person.gamerscore),
        "sensor.party_size": str(person.party.size if person.party else 0),
        "sensor.game_achievements": str(progress.achievements) if progress else STATE_UNKNOWN,
    }


@dataclass(frozen=True)
class Change:
    """What somebody did: from one place to another."""

    before: Place
    after: Place

    @property
    def told(self) -> list[ActivityEvent]:
        """Return what there is to tell, without the party."""
        before, after = self.before, self.after
        found: list[ActivityEvent] = []
        if after.device and not before.device:
            found.append(after.told("came_online"))
        if before.game and before.game is not after.game:
            found.append(before.told("stopped_playing"))
        if after.game and before.game is not after.game:
            found.append(after.told("started_playing"))
        if before.device and not after.device:
            found.append(after.told("went_offline"))
        return found

    @property
    def party(self) -> list[ActivityEvent]:
        """Return what may be told of the party, before or after the rest: another service knows it."""
        if self.before.in_party == self.after.in_party:
            return []
        kind = "joined_party" if self.after.in_party else "left_party"
        return [self.before.told(kind), self.after.told(kind)]

    def fits(self, events: list[ActivityEvent]) -> bool:
        """Tell whether events tell exactly this, each once and in this order."""
        party = [it for it in events if it.kind in PARTY]
        return (
            [it for it in events if it.kind not in PARTY] == self.told
            and len(party) == bool(self.party)
            and all(it in self.party for it in party)
        )


type Act = Callable[[Person, Random], object]


def come(person: Person, chance: Random) -> None:
    """Switch something on, mostly with a game."""
    device = chance.choice(list(GAMES))
    if chance.random() < 0.9:
        person.play(chance.choice(GAMES[device]), device)
    else:
        person.go_online(device)


def play(person: Person, chance: Random) -> None:
    """Begin a game, in the place of what ran before."""
    now = place(person)
    games = GAMES[str(now.device)]
    person.play(
        chance.choice([it for it in games if it != title_id(now)] or games), str(now.device)
    )


def title_id(now: Place) -> str | None:
    """Return the id of what runs."""
    return now.title.title_id if now.title else None


def watch(person: Person, _: Random) -> None:
    """Begin an app in the place of a game."""
    person.play(LUMEN_VIDEO, str(place(person).device))


def stop(person: Person, _: Random) -> None:
    """Quit what runs."""
    person.stop()


def leave(person: Person, _: Random) -> None:
    """Switch everything off."""
    person.go_offline()


def talk(person: Person, chance: Random) -> None:
    """Join a party, or leave the one there is."""
    if person.party:
        person.leave_party()
    else:
        person.join_party(chance.randint(2, 6))


def get_on(person: Person, chance: Random) -> None:
    """Get on in the game: nothing that an event tells."""
    now = place(person)
    if now.game:
        person.play(now.game.title_id, str(now.device), f"Level {chance.randint(1, 99)}")
        person.unlock(now.game.title_id)


def look_at_the_phone(person: Person, _: Random) -> None:
    """Open the app on a phone, or close it, next to what is on: nothing to tell either."""
    if place(person).device == PHONE:
        return
    if PHONE in person.devices:
        person.go_offline(PHONE)
    else:
        person.go_online(PHONE)


def play_on_the_pc(person: Person, _: Random) -> None:
    """Begin another game on the PC, or end it: the game that was there first goes on."""
    if PC in person.devices and len(person.devices) > 1:
        person.go_offline(PC)
    elif place(person).device in CONSOLES:
        person.play(MOSS_AND_MACHINE, PC)
