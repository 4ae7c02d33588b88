"""Activity of the simulated people: the demo's script, and random activity."""

import asyncio
import itertools
import random
from collections.abc import Sequence

from ..auth.personas import all_personas
from ..people.person import Person
from .demo_world import HARBOR_KINGS, SIR_PICKLES, TINY_TURBINES
from .routines import FRIENDS, OPENING, OWNER, Act
from .world import World


class RandomActivity:
    """Random activity of people, the same for the same seed. Only `step()` moves it."""

    def __init__(self, people: Sequence[Person], seed: int = 7) -> None:
        """Prepare the activity without any act."""
        self._random = random.Random(seed)
        self._people = people

    def step(self) -> Person:
        """Let a random person act. Return that person."""
        person = self._random.choice(self._people)
        self.act(person)
        return person

    def act(self, person: Person) -> None:
        """Let this person act."""
        if person.state == "Offline":
            person.go_online(self._random.choice(["Scarlett", "XboxOne", "Android"]))
        elif person.primary is not None and person.primary.title.system:
            self._play(person)
        else:
            acts: list[Act] = [self._play, Person.stop, Person.go_offline, self._party]
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
    """The demo's script, the same for the same seed. `step()` moves it without a clock.

    One friend appears offline. The other friends and the owner go online and offline.
    """

    def __init__(self, world: World, seed: int = 7) -> None:
        """Prepare the world."""
        self._random = random.Random(seed)
        self._owner = world.person(all_personas()["adult"].xuid)
        self._owner_acts = itertools.cycle(OWNER)
        friends = [world.person(xuid) for xuid in sorted(self._owner.friends)]
        self._acts = {
            friend: itertools.cycle(FRIENDS[friend.xuid])
            for friend in friends
            if friend.xuid in FRIENDS
        }
        alone = world.person(all_personas()["alone"].xuid)
        self._others = RandomActivity(
            [alone, *(it for it in friends if it not in self._acts)], seed
        )
        self._turns: list[Person] = []
        self._steps = 0
        for friend in friends:
            friend.hidden = friend.xuid == SIR_PICKLES
            if friend.xuid in OPENING:
                OPENING[friend.xuid](friend)

    def step(self) -> None:
        """Let one friend do the next act, at some steps also the owner or another person."""
        self._turns = self._turns or self._random.sample(list(self._acts), len(self._acts))
        if self._turns:
            friend = self._turns.pop()
            next(self._acts[friend])(friend)
        if self._steps % 2 == 0:
            next(self._owner_acts)(self._owner)
        if self._steps % 4 == 3:
            self._others.step()
        self._steps += 1

    async def run(self, interval: float = 10.0) -> None:
        """Take a step every `interval` seconds until cancelled."""
        while True:
            self.step()
            await asyncio.sleep(interval)


async def demo_script(world: World, seed: int = 7, interval: float = 10.0) -> None:
    """Run the demo's script until cancelled."""
    await Script(world, seed).run(interval)
