"""Home Assistant's own `xbox` and ours in one world: after each change both tell the same, or a reason says why not."""

import random
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest
from homeassistant.config_entries import ConfigEntry
from homeassistant.const import STATE_OFF, STATE_ON, STATE_UNAVAILABLE, STATE_UNKNOWN
from homeassistant.core import HomeAssistant
from homeassistant.util import dt as dt_util

from tests.conftest import Poll
from tests.helpers.consoles import ConsoleEntities
from tests.helpers.core_xbox import CoreXbox, core_xbox
from tests.helpers.entities import Entities
from tests.helpers.friend_dialog import add_friends
from tests.simulator import Console, Person, Simulator

FRIEND = "2535400000000011"
CHANGES = 130
DEVICES = ("Scarlett", "XboxOne", "PC", "WindowsOneCore", "iOS", "Web", "AppleTV", "Xbox360")
GAMES, VIDEO, GAME_360 = ("1900000001", "1900000002"), "1900000900", "1900000360"
# Without push a profile is read every five minutes, that of somebody who plays, and a console that is off, each minute.
PROFILE_SECONDS, PRESENCE_SECONDS = 310, 75


@dataclass(frozen=True)
class Told:
    """What both tell of a fact, and the person or the console that it is about."""

    core: str
    ours: str
    subject: Person | Console


type Rule = Callable[[Told], bool]
_RESTRICTIONS = {"joinable": "followed", "invite_only": "local"}


def same(told: Told) -> bool:
    """Tell whether both tell the same."""
    return told.core == told.ours


def same_moment(told: Told) -> bool:
    """Tell whether both name the same moment; the services differ by seconds, and ours does not follow that."""
    moments = [dt_util.parse_datetime(it) for it in (told.core, told.ours)]
    return all(moments) and abs((moments[0] - moments[1]).total_seconds()) < 60  # type: ignore[operator]


def same_restriction(told: Told) -> bool:
    """Tell whether both name the same restriction; core has words of its own."""
    return _RESTRICTIONS.get(told.core, told.core) == told.ours


def same_power(told: Told) -> bool:
    """Tell whether both call a console off, or on: ours has more words for what it does then."""
    return (told.core == STATE_OFF) == (told.ours == STATE_OFF)


def plays_in_front(told: Told) -> bool:
    """Tell whether a person has the title, or any game, in front of some device."""
    if not isinstance(told.subject, Person):
        return False
    shown = [it.title for _, it in told.subject.activities() if it.placement == "Full"]
    if told.ours == STATE_ON:
        return any(it.is_game for it in shown)
    return told.ours in [it.name for it in shown]


@dataclass(frozen=True)
class Fact:
    """A pair of entities, the rule of their equality, and where and why they may differ nevertheless."""

    core: tuple[str, str]
    ours: str
    rule: Rule = same
    reason: str = ""
    exception: Rule = lambda _: False


_ANY_DEVICE = "ours looks at each device, core at the one that the network calls primary"
_KEEPS = "ours keeps the last time while a person is online, core has none then"
PEOPLE = (
    Fact(("binary_sensor", "online"), "binary_sensor.online"),
    Fact(
        ("binary_sensor", "in_game"),
        "binary_sensor.in_game",
        reason=_ANY_DEVICE,
        exception=lambda it: it.core == STATE_OFF and plays_in_front(it),
    ),
    Fact(("sensor", "gamer_score"), "sensor.gamerscore"),
    Fact(("sensor", "following"), "sensor.following"),
    Fact(("sensor", "follower"), "sensor.followers"),
    Fact(("sensor", "friends"), "sensor.friends"),
    Fact(
        ("sensor", "last_online"),
        "sensor.last_online",
        same_moment,
        reason=_KEEPS,
        exception=lambda it: it.core == STATE_UNKNOWN,
    ),
    Fact(
        ("sensor", "now_playing"),
        "sensor.now_playing",
        reason=_ANY_DEVICE,
        exception=lambda it: it.core == STATE_UNKNOWN and plays_in_front(it),
    ),
    Fact(("sensor", "in_party"), "sensor.party_size"),
    Fact(("sensor", "join_restrictions"), "sensor.party_join_restriction", same_restriction),
)
CONSOLES = (Fact(("media_player", ""), "media_player", same_power), Fact(("remote", ""), "remote"))


class Script:
    """Random changes of the world, the same for the same seed."""

    def __init__(self, people: list[Person], consoles: list[Console], seed: int) -> None:
        """Take the world."""
        self._people, self._consoles = people, consoles
        self._random = random.Random(seed)

    def change(self) -> float:
        """Change something; return the seconds after which both have polled."""
        choose = self._random.choice
        person, device = choose(self._people), choose(DEVICES)
        about_presence = (
            lambda: person.play(choose(GAMES), device),
            lambda: person.play(choose(GAMES), device),
            lambda: person.play(VIDEO, device),
            lambda: person.play(GAME_360, "Xbox360"),
            lambda: person.go_online(device),
            person.stop,
            person.go_offline,
            self._switch,
            self._run,
        )
        about_profile = (
            lambda: person.unlock(choose(GAMES)),
            lambda: person.join_party(self._random.randint(2, 5), choose(["followed", "local"])),
            person.leave_party,
        )
        if self._random.random() < 0.75:
            choose(about_presence)()
            return PRESENCE_SECONDS
        choose(about_profile)()
        return PROFILE_SECONDS

    def _switch(self) -> None:
        self._random.choice(self._consoles).power = self._random.choice(
            ["On", "ConnectedStandby", "Off"]
        )

    def _run(self) -> None:
        console = self._random.choice(self._consoles)
        console.power = "On"
        console.run(self._random.choice([it.aumid for it in console.present_apps() if it.aumid]))


def facts(
    core: CoreXbox, ours: dict[str, Entities], subjects: dict[str, Person | Console]
) -> Iterator[tuple[Fact, Told]]:
    """Yield what both tell of each fact of each person and console."""
    for key, subject in subjects.items():
        for fact in PEOPLE if isinstance(subject, Person) else CONSOLES:
            platform, name = fact.core
            theirs = core.state(platform, f"{key}_{name}" if name else key)
            if theirs not in (None, STATE_UNAVAILABLE):  # one odd value takes all of core's away
                yield fact, Told(str(theirs), ours[key](fact.ours), subject)


@pytest.mark.timeout(120)
@pytest.mark.parametrize("seed", [16])
async def test_differential(
    everything_enabled: None,
    hass: HomeAssistant,
    simulator: Simulator,
    entry: ConfigEntry,
    owner: Person,
    den: Console,
    bedroom: Console,
    poll: Poll,
    monkeypatch: pytest.MonkeyPatch,
    seed: int,
) -> None:
    """The numbers of facts that were compared, that are equal, and that differ with a reason, are printed."""
    await add_friends(hass, entry, FRIEND)
    subjects: dict[str, Person | Console] = {
        owner.xuid: owner,
        FRIEND: simulator.world.person(FRIEND),
        den.console_id: den,
        bedroom.console_id: bedroom,
    }
    ours: dict[str, Entities] = {
        key: (Entities if isinstance(it, Person) else ConsoleEntities)(hass, key)
        for key, it in subjects.items()
    }
    people = [it for it in subjects.values() if isinstance(it, Person)]
    script = Script(people, [den, bedroom], seed)
    compared: Counter[str] = Counter()
    wrong: list[tuple[int, str, str, str]] = []
    async with core_xbox(hass, simulator, monkeypatch, "adult", [FRIEND]) as core:
        for number in range(CHANGES):
            await poll(script.change(), step=15)
            for fact, told in facts(core, ours, subjects):
                if fact.rule(told):
                    compared["equal"] += 1
                elif fact.exception(told):
                    compared[fact.reason] += 1
                else:
                    wrong.append((number, fact.ours, told.core, told.ours))
    print(f"{sum(compared.values()) + len(wrong)} facts after {CHANGES} changes:", dict(compared))
    assert wrong == [], "\n".join(map(str, wrong))
    assert compared["equal"] > 0.85 * sum(compared.values())
