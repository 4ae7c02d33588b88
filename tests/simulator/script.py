"""What people do when nobody tells them: the demo's play, and the life of a crowd."""

import asyncio
import random
from collections.abc import Callable, Sequence

from .cast import HARBOR_KINGS, LUMEN_VIDEO, MOSS_AND_MACHINE, STARFALL_DRIFT, TINY_TURBINES
from .person import Person
from .personas import all_personas
from .world import World

type _Act = Callable[[Person], object]

OWNER_ACTS: list[_Act] = [
    lambda owner: owner.go_online(),
    lambda owner: owner.play(STARFALL_DRIFT, rich_presence="In the hangar"),
    lambda owner: owner.play(STARFALL_DRIFT, rich_presence="Sector 7"),
    lambda owner: owner.join_party(3),
    lambda owner: owner.unlock(STARFALL_DRIFT),
    lambda owner: owner.play(STARFALL_DRIFT, rich_presence="Sector 8, last lap"),
    lambda owner: owner.join_party(4, "local"),
    lambda owner: owner.play(MOSS_AND_MACHINE, "WindowsOneCore", "Building a mill"),
    lambda owner: owner.stop("Scarlett"),
    lambda owner: owner.leave_party(),
    lambda owner: owner.play(MOSS_AND_MACHINE, "WindowsOneCore", "The mill turns"),
    lambda owner: owner.unlock(MOSS_AND_MACHINE),
    lambda owner: owner.go_offline("WindowsOneCore"),
    lambda owner: owner.play(LUMEN_VIDEO),
    lambda owner: owner.stop(),
    lambda owner: owner.go_offline(),
]
"""What the owner does, over and over."""


class Life:
    """The random life of people, the same for the same seed; it moves by `step()` alone."""

    def __init__(self, people: Sequence[Person], seed: int = 7) -> None:
        """Let nothing happen yet."""
        self._random = random.Random(seed)
        self._people = people

    def step(self) -> Person:
        """Let somebody do something; return who did."""
        person = self._random.choice(self._people)
        self.act(person)
        return person

    def act(self, person: Person) -> None:
        """Let a person do something."""
        if person.state == "Offline":
            person.go_online(self._random.choice(["Scarlett", "XboxOne", "Android"]))
        elif person.primary is not None and person.primary.title.system:
            self._play(person)
        else:
            acts: list[_Act] = [self._play, Person.stop, Person.go_offline, self._party]
            self._random.choice(acts)(person)

    def _play(self, person: Person) -> None:
        device = person.focus or "Scarlett"
        title = TINY_TURBINES if device == "Android" else HARBOR_KINGS
        text = f"Year {self._random.randint(1, 40)}, {self._random.randint(2, 90)} ships"
        person.play(title, device, None if device == "Android" else text)
        if self._random.random() < 0.2:
            person.unlock(title)

    def _party(self, person: Person) -> None:
        if person.party:
            person.leave_party()
        else:
            person.join_party(self._random.randint(2, 6))


class Script:
    """The demo's play, the same for the same seed; without clock it moves by `step()`."""

    def __init__(self, world: World, seed: int = 7) -> None:
        """Prepare the first step."""
        self._owner = world.person(all_personas()["adult"].xuid)
        friends = [world.person(xuid) for xuid in sorted(self._owner.friends)]
        self._friends = Life(friends, seed) if friends else None
        self._alone = Life([world.person(all_personas()["alone"].xuid)], seed)
        self._acts = 0

    def step(self) -> None:
        """Let the owner do the next thing, and somebody else something."""
        OWNER_ACTS[self._acts % len(OWNER_ACTS)](self._owner)
        self._acts += 1
        if self._friends:
            self._friends.step()
        if self._acts % 4 == 0:
            self._alone.step()

    async def run(self, interval: float = 4.0) -> None:
        """Take a step every `interval` seconds until cancelled."""
        while True:
            self.step()
            await asyncio.sleep(interval)


async def demo_script(world: World, seed: int = 7, interval: float = 4.0) -> None:
    """Run the demo's play until cancelled."""
    await Script(world, seed).run(interval)
