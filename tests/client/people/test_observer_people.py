"""The people observer: people missing from answers, and people added or removed during a refresh."""

import asyncio
import json
import time

import pytest
from freezegun.api import FrozenDateTimeFactory

from custom_components.xbox_network.xbox import XboxClient
from custom_components.xbox_network.xbox.people.observer import PeopleObserver
from tests.client.conftest import (
    FRIEND,
    HOUR,
    OTHER_FRIEND,
    OWNER,
    PEOPLE,
    PRESENCE,
    STARFALL_DRIFT,
    see,
    watch,
)
from tests.simulator import Person, Simulator

MINUTE = 60.0


@pytest.mark.parametrize("outage", [20, 50, 200])
async def test_hidden_person_in_a_short_outage(
    observer: PeopleObserver,
    simulator: Simulator,
    friend: Person,
    freezer: FrozenDateTimeFactory,
    outage: int,
) -> None:
    """The presence of a hidden person stays unknown before, during and after a short outage."""
    friend.hidden = True
    before = (await watch(observer, freezer, 10 * MINUTE))[FRIEND]
    assert before.presence_current
    assert before.presence.online is None
    simulator.fail(PRESENCE, status=503, times=None)
    for _ in range(outage // 10):
        freezer.tick(10)
        assert await see(observer, FRIEND) == before
    simulator.heal()
    assert (await watch(observer, freezer, 2 * MINUTE))[FRIEND] == before


async def test_hidden_person_in_an_outage(
    observer: PeopleObserver, simulator: Simulator, friend: Person, freezer: FrozenDateTimeFactory
) -> None:
    """In a long outage not even the unknown presence is current."""
    friend.hidden = True
    await watch(observer, freezer, 10 * MINUTE)
    for host in (PRESENCE, PEOPLE):
        simulator.fail(host, status=503, times=None)
    people = await watch(observer, freezer, 4 * MINUTE)
    assert people[FRIEND].presence_current
    people = await watch(observer, freezer, 3 * MINUTE)
    assert not people[FRIEND].presence_current
    assert not people[OWNER].presence_current


@pytest.mark.parametrize("status", [403, 503])
async def test_hidden_person_without_userpresence(
    observer: PeopleObserver,
    simulator: Simulator,
    friend: Person,
    freezer: FrozenDateTimeFactory,
    status: int,
) -> None:
    """Peoplehub reports a hidden person as offline without a time: their presence stays unknown."""
    friend.hidden = True
    simulator.world.person(OTHER_FRIEND).go_offline()
    simulator.fail(PRESENCE, status=status, times=None)
    people = await watch(observer, freezer, 20 * MINUTE)
    assert people[FRIEND].presence.online is None
    assert people[FRIEND].presence_current
    assert people[OTHER_FRIEND].presence.online is False
    friend.hidden = False
    friend.go_online()
    people = await watch(observer, freezer, MINUTE)
    assert people[FRIEND].presence.online is True


async def test_deleted_account(
    observer: PeopleObserver, simulator: Simulator, friend: Person, freezer: FrozenDateTimeFactory
) -> None:
    """A person whom no service knows for minutes is gone; other people are not affected."""
    await observer.refresh()
    simulator.world.delete(friend)
    people = await watch(observer, freezer, 5 * MINUTE)
    assert not people[FRIEND].gone
    people = await watch(observer, freezer, 20 * MINUTE)
    assert people[FRIEND].gone
    assert not people[FRIEND].presence_current
    assert not people[FRIEND].profile_current
    assert people[OWNER].presence_current
    assert people[OWNER].profile_current

    simulator.clear()
    await watch(observer, freezer, HOUR)
    assert len(simulator.requests(PEOPLE)) <= 2 * HOUR / 300

    simulator.world.add(friend)
    people = await watch(observer, freezer, 6 * MINUTE)
    assert not people[FRIEND].gone
    assert people[FRIEND].presence_current
    assert people[FRIEND].profile_current


@pytest.mark.parametrize("host", [PRESENCE, PEOPLE])
async def test_left_out_by_one_service(
    observer: PeopleObserver, simulator: Simulator, freezer: FrozenDateTimeFactory, host: str
) -> None:
    """A person whom one of the services knows is not gone."""
    await observer.refresh()
    owner: dict[str, object] = {"xuid": OWNER, "gamertag": "Nova Kestrel", "state": "Offline"}
    body = [owner] if host == PRESENCE else {"people": [owner]}
    simulator.fail(host, body=json.dumps(body).encode(), times=None)
    people = await watch(observer, freezer, HOUR)
    assert not any(person.gone for person in people.values())
    assert people[FRIEND].presence_current
    assert people[FRIEND].profile_current is (host == PRESENCE)


async def test_answers_without_people(
    observer: PeopleObserver, simulator: Simulator, freezer: FrozenDateTimeFactory
) -> None:
    """A person is not gone when the answers have no people at all."""
    await observer.refresh()
    simulator.fail(PRESENCE, body=b"[]", times=None)
    simulator.fail(PEOPLE, body=b'{"people": []}', times=None)
    people = await watch(observer, freezer, HOUR)
    assert not any(person.gone for person in people.values())


@pytest.mark.parametrize("host", [PRESENCE, PEOPLE])
async def test_gone_person_in_an_outage(
    observer: PeopleObserver,
    simulator: Simulator,
    friend: Person,
    freezer: FrozenDateTimeFactory,
    host: str,
) -> None:
    """A person is gone only while both services answer; in an outage they are unavailable."""
    await observer.refresh()
    simulator.world.delete(friend)
    people = await watch(observer, freezer, 15 * MINUTE)
    assert people[FRIEND].gone
    simulator.fail(host, status=503, times=None)
    people = await watch(observer, freezer, HOUR)
    assert not people[FRIEND].gone
    assert not people[FRIEND].presence_current


async def test_friendship(
    observer: PeopleObserver, simulator: Simulator, friend: Person, freezer: FrozenDateTimeFactory
) -> None:
    """The profile has the friendship; an answer without it changes nothing."""
    profile = (await see(observer, FRIEND)).profile
    assert profile
    assert profile.is_friend is True
    simulator.world.unfriend(simulator.world.person(OWNER), friend)
    profile = (await watch(observer, freezer, 6 * MINUTE))[FRIEND].profile
    assert profile
    assert profile.is_friend is False
    simulator.fail(PEOPLE, body=json.dumps({"people": [{"xuid": FRIEND}]}).encode())
    profile = (await watch(observer, freezer, 6 * MINUTE))[FRIEND].profile
    assert profile
    assert profile.is_friend is False


async def test_added_during_a_refresh(
    client: XboxClient, simulator: Simulator, friend: Person
) -> None:
    """A person who is added during a refresh is in the result of the next one."""
    observer = PeopleObserver(client, [OWNER])
    await observer.refresh()
    refresh = asyncio.create_task(observer.refresh())
    while len(simulator.requests(PRESENCE)) < 2:
        await asyncio.sleep(0)
    observer.watch([OWNER, FRIEND])
    assert (await refresh).keys() == {OWNER}
    assert (await observer.refresh()).keys() == {OWNER, FRIEND}


@pytest.mark.parametrize("first", [True, False], ids=["first-look", "later-look"])
@pytest.mark.parametrize("steps", range(12))
async def test_removed_during_a_refresh(
    observer: PeopleObserver,
    friend: Person,
    freezer: FrozenDateTimeFactory,
    first: bool,
    steps: int,
) -> None:
    """When a person is removed, the refresh goes on with the other people."""
    if not first:
        await observer.refresh()
        friend.play(STARFALL_DRIFT)
        freezer.tick(10)
    refresh = asyncio.create_task(observer.refresh())
    for _ in range(steps):
        await asyncio.sleep(0)
    observer.watch([OWNER])
    assert (await refresh).keys() == {OWNER}


async def test_budget_reserve(
    observer: PeopleObserver, simulator: Simulator, freezer: FrozenDateTimeFactory, friend: Person
) -> None:
    """With many changes of presence a part of the budget stays for other requests."""
    await observer.refresh()
    for _ in range(120):
        friend.go_offline() if friend.devices else friend.go_online()
        freezer.tick(3)
        await observer.refresh()
        assert observer.last_error is None
        people = [it for it in simulator.requests(PEOPLE) if it.started > time.time() - 300]
        assert len(people) <= 27
    friend.go_offline()
    freezer.tick(300)
    assert (await observer.refresh())[FRIEND].profile_current
