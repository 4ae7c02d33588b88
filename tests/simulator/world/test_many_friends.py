"""Tests of a world with a thousand friends, and of their random activity."""

import time

from tests.simulator import (
    Change,
    Person,
    RandomActivity,
    Simulator,
    World,
    add_many_friends,
    demo_world,
)
from tests.simulator.world.changes import PresenceChanged

from ..conftest import OWNER, Services

FRIENDS = "peoplehub.xboxlive.com/users/me/people/friends"
CORE = "detail,preferredColor,presenceDetail,multiplayerSummary"


async def test_a_thousand_friends(services: Services, simulator: Simulator) -> None:
    """The answer for a thousand friends has about as many bytes as on the network."""
    add_many_friends(simulator.world, simulator.world.person(OWNER), 1_000)
    plain = await services.get(FRIENDS)
    people = (await plain.json())["people"]
    assert len({person["gamertag"] for person in people}) == 1_005
    assert sum(person["presenceState"] == "Online" for person in people) == 334
    assert 1_300_000 < len(await plain.read()) < 1_700_000
    decorated = await services.get(f"{FRIENDS}/decoration/{CORE}")
    assert 1_900_000 < len(await decorated.read()) < 2_800_000


async def test_a_thousand_friends_are_fast(services: Services, simulator: Simulator) -> None:
    """Adding and reading a thousand friends is fast."""
    started = time.process_time()
    add_many_friends(simulator.world, simulator.world.person(OWNER), 1_000)
    for _ in range(5):
        await services.get(f"{FRIENDS}/decoration/{CORE}")
    assert time.process_time() - started < 3


def run_activity(seed: int, steps: int) -> tuple[list[Person], list[Change]]:
    """Return the persons who acted, a tenth of all, and the changes that a listener got."""
    world: World = demo_world(lambda: 1_930_000_000.0)
    people = add_many_friends(world, world.person(OWNER), 1_000)
    changes: list[Change] = []
    world.listeners.append(changes.append)
    activity = RandomActivity(people[:100], seed)
    return [activity.step() for _ in range(steps)], changes


def test_random_activity() -> None:
    """The same seed gives the same activity, and most steps change a presence."""
    one, other = run_activity(3, 300), run_activity(3, 300)
    assert [person.xuid for person in one[0]] == [person.xuid for person in other[0]]
    assert [person.glimpse() for person in one[0]] == [person.glimpse() for person in other[0]]
    assert [person.xuid for person in run_activity(4, 300)[0]] != [person.xuid for person in one[0]]
    seen = [change for change in one[1] if isinstance(change, PresenceChanged)]
    assert len({change.person.xuid for change in seen}) > 80
    assert len(seen) > 200
