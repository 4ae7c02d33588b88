"""People's acts on a random day, and the events that an automation should get."""

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
class Situation:
    """The real activity of a person: device, title and party."""

    device: str | None
    title: Title | None
    in_party: bool

    @property
    def game(self) -> Title | None:
        """Return the played game."""
        return self.title if self.title and self.title.is_game else None

    def event(self, kind: str) -> ActivityEvent:
        """Return an event about a person with this activity."""
        platform = PLATFORMS[self.device] if self.device else None
        if self.game is None:
            return ActivityEvent(kind, platform=platform)
        return ActivityEvent(kind, self.game.name, self.game.title_id, platform)


def situation(person: Person) -> Situation:
    """Return a person's activity. A game precedes an app, the primary game others, a later game an earlier one."""
    running = [(device, it) for device, it in person.activities() if not it.title.system]
    running.sort(key=lambda it: (not it[1].title.is_game, it[0] != person.focus, -it[1].since))
    in_title = [(device, activity.title) for device, activity in running]
    idle = [(device, None) for device in person.devices]
    device, title = next(iter([*in_title, *idle]), (None, None))
    return Situation(device, title, person.party is not None)


def expected_states(person: Person) -> dict[str, str]:
    """Return the expected states of a person's entities."""
    current = situation(person)
    progress = person.progress[current.game.title_id] if current.game else None
    return {
        "binary_sensor.online": STATE_ON if person.devices else STATE_OFF,
        "binary_sensor.in_game": STATE_ON if current.game else STATE_OFF,
        "binary_sensor.in_party": STATE_ON if person.party else STATE_OFF,
        "sensor.now_playing": current.title.name if current.title else STATE_UNKNOWN,
        "sensor.platform": PLATFORMS[current.device] if current.device else STATE_UNKNOWN,
        "sensor.gamerscore": str(person.gamerscore),
        "sensor.party_size": str(person.party.size if person.party else 0),
        "sensor.game_achievements": str(progress.achievements) if progress else STATE_UNKNOWN,
    }


@dataclass(frozen=True)
class Change:
    """The change of a person's activity by an act."""

    before: Situation
    after: Situation

    @property
    def events(self) -> list[ActivityEvent]:
        """Return the expected events, without those of the party."""
        before, after = self.before, self.after
        events: list[ActivityEvent] = []
        if after.device and not before.device:
            events.append(after.event("came_online"))
        if before.game and before.game is not after.game:
            events.append(before.event("stopped_playing"))
        if after.game and before.game is not after.game:
            events.append(after.event("started_playing"))
        if before.device and not after.device:
            events.append(after.event("went_offline"))
        return events

    @property
    def party(self) -> list[ActivityEvent]:
        """Return the possible party events. They come from another service, before or after the others."""
        if self.before.in_party == self.after.in_party:
            return []
        kind = "joined_party" if self.after.in_party else "left_party"
        return [self.before.event(kind), self.after.event(kind)]

    def fits(self, events: list[ActivityEvent]) -> bool:
        """Return whether events are exactly the expected ones, each once and in order."""
        party = [it for it in events if it.kind in PARTY]
        return (
            [it for it in events if it.kind not in PARTY] == self.events
            and len(party) == bool(self.party)
            and all(it in self.party for it in party)
        )


type Act = Callable[[Person, Random], object]


def come_online(person: Person, rng: Random) -> None:
    """Switch a device on, mostly with a game."""
    device = rng.choice(list(GAMES))
    if rng.random() < 0.9:
        person.play(rng.choice(GAMES[device]), device)
    else:
        person.go_online(device)


def play(person: Person, rng: Random) -> None:
    """Start a game in place of the running title."""
    current = situation(person)
    games = GAMES[str(current.device)]
    person.play(
        rng.choice([it for it in games if it != title_id(current)] or games), str(current.device)
    )


def title_id(current: Situation) -> str | None:
    """Return the id of the running title."""
    return current.title.title_id if current.title else None


def watch(person: Person, _: Random) -> None:
    """Start an app in place of a game."""
    person.play(LUMEN_VIDEO, str(situation(person).device))


def stop(person: Person, _: Random) -> None:
    """Quit the running titles."""
    person.stop()


def go_offline_everywhere(person: Person, _: Random) -> None:
    """Switch all devices off."""
    person.go_offline()


def toggle_party(person: Person, rng: Random) -> None:
    """Join a party, or leave the current one."""
    if person.party:
        person.leave_party()
    else:
        person.join_party(rng.randint(2, 6))


def make_progress(person: Person, rng: Random) -> None:
    """Make progress in the game, which no event reports."""
    current = situation(person)
    if current.game:
        person.play(current.game.title_id, str(current.device), f"Level {rng.randint(1, 99)}")
        person.unlock(current.game.title_id)


def toggle_phone(person: Person, _: Random) -> None:
    """Open or close the app on a phone while another device is on, which no event reports."""
    if situation(person).device == PHONE:
        return
    if PHONE in person.devices:
        person.go_offline(PHONE)
    else:
        person.go_online(PHONE)


def toggle_pc_game(person: Person, _: Random) -> None:
    """Start another game on the PC, or end it. The game that started first stays current."""
    if PC in person.devices and len(person.devices) > 1:
        person.go_offline(PC)
    elif situation(person).device in CONSOLES:
        person.play(MOSS_AND_MACHINE, PC)
