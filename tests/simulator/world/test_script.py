"""Tests of the demo's script, of friendships, and of the simulator as a program."""

import asyncio
import contextlib
import itertools
import signal
import sys
from collections.abc import Iterator

import aiohttp
import pytest

from tests.simulator import (
    CLIENT_ID,
    Person,
    Script,
    World,
    add_guests,
    demo_script,
    demo_world,
)

from ..conftest import OWNER


def visible_state(person: Person) -> tuple[object, ...]:
    """Return the visible state of a person."""
    titles = [
        (device, activity.title.name, activity.rich_presence)
        for device, activity in person.activities()
    ]
    party = person.party.size if person.party else 0
    return person.state, tuple(titles), party, person.gamerscore


def visible_facts(person: Person) -> set[object]:
    """Return the kinds of facts that are visible of a person."""
    facts: set[object] = {person.state, ("party", bool(person.party)), *person.devices}
    facts |= {person.primary.title.type} if person.primary else set()
    return facts | ({"hidden"} if person.hidden else set())


def play(seed: int, steps: int) -> Iterator[tuple[object, ...]]:
    """Yield the visible state of all people after each step."""
    world = demo_world(lambda: 1_930_000_000.0)
    add_guests(world)
    script = Script(world, seed)
    for _ in range(steps):
        script.step()
        yield tuple(visible_state(person) for person in world.people.values())


def test_same_seed_same_play() -> None:
    """The same seed gives the same play, another seed another one."""
    assert list(play(3, 60)) == list(play(3, 60))
    assert list(play(3, 60)) != list(play(4, 60))


def test_each_step_changes_a_person() -> None:
    """Each step changes a friend visibly, every second step the owner."""
    scenes = list(play(7, 64))
    assert all(before[8:] != after[8:] for before, after in itertools.pairwise(scenes))
    owner = [scene[0] for scene in scenes[::2]]
    assert all(before != after for before, after in itertools.pairwise(owner))


def test_demo_shows_all_kinds_of_facts() -> None:
    """A demo shows every kind of fact of the owner and of the friends."""
    world = demo_world(lambda: 1_930_000_000.0)
    add_guests(world)
    owner = world.person(OWNER)
    friends = [world.person(xuid) for xuid in owner.friends]
    script, seen, among_friends = Script(world), set[object](), set[object]()
    for _ in range(64):
        script.step()
        seen |= visible_facts(owner)
        among_friends |= {fact for friend in friends for fact in visible_facts(friend)}
    common = {"Online", "Offline", "Scarlett", "WindowsOneCore", "Game", "Application"}
    assert seen >= {*common, ("party", True), ("party", False)}
    assert among_friends >= {*seen, "XboxOne", "Xbox360", "Android", "hidden"}


async def test_script_runs_until_cancelled() -> None:
    """The script runs until it is cancelled."""
    world = demo_world()
    task = asyncio.create_task(demo_script(world, interval=0))
    async with asyncio.timeout(60):
        while world.person(OWNER).party is None:
            await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


def test_person_outside_of_a_world() -> None:
    """A person needs a world, and a title must exist in it."""
    with pytest.raises(LookupError):
        Person("1", "Nobody").go_online()
    with pytest.raises(KeyError):
        World().add(Person("1", "Nobody")).play("42")


def test_friendship_is_mutual() -> None:
    """Friendship begins and ends on both sides."""
    world = demo_world()
    one, other = world.person(OWNER), world.person("2535400000000002")
    world.befriend(one, other)
    assert one.xuid in other.friends
    assert other.xuid in one.friends
    world.unfriend(one, other)
    assert one.xuid not in other.friends
    assert other.xuid not in one.friends


async def run(*arguments: str) -> asyncio.subprocess.Process:
    """Start `python -m tests.simulator`."""
    return await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "tests.simulator",
        *arguments,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )


@pytest.mark.parametrize("end", [signal.SIGINT, signal.SIGTERM])
async def test_runs_as_a_program(socket_enabled: None, end: signal.Signals) -> None:
    """The program serves until a signal, and reports a taken port in one line."""
    process = await run("--interval", "0.01")
    try:
        assert process.stdout is not None
        async with asyncio.timeout(60):
            url = (await process.stdout.readline()).decode().strip()
        assert url.startswith("http://127.0.0.1:")
        query = f"client_id={CLIENT_ID}&response_type=code&redirect_uri=http://127.0.0.1&scope=a"
        page = f"{url}/login.live.com/oauth20_authorize.srf?{query}"
        async with aiohttp.ClientSession() as session, session.get(page) as response:
            assert "Nova Kestrel" in await response.text()
        busy = await run("--port", url.rpartition(":")[2])
        _, error = await busy.communicate()
        assert busy.returncode == 1
        assert error.decode().startswith("The simulator can't use port")
        assert error.count(b"\n") == 1
    finally:
        with contextlib.suppress(ProcessLookupError):
            process.send_signal(end)
        async with asyncio.timeout(60):
            await process.wait()
    assert process.returncode == 0
