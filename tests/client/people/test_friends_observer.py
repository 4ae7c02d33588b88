"""The friends observer: the times of its requests, and the results of a refresh."""

import asyncio

import pytest
from freezegun.api import FrozenDateTimeFactory

from custom_components.xbox_network.xbox import XboxClient
from custom_components.xbox_network.xbox.people.friends import FriendsObserver, FriendsSnapshot
from custom_components.xbox_network.xbox.people.observer import PeopleObserver
from tests.client.conftest import FRIEND, HOUR, OTHER_FRIEND, OWNER, PEOPLE, PRESENCE, asked, times
from tests.helpers.client.friends_observer import STRANGERS, ask_owner, pass_time
from tests.simulator import Person, Simulator


@pytest.fixture
def observer(client: XboxClient) -> FriendsObserver:
    """Return an observer of the owner's friends."""
    return FriendsObserver(client, OWNER)


async def test_first_refresh(
    observer: FriendsObserver, simulator: Simulator, owner: Person, friend: Person
) -> None:
    """Two parallel requests read everything; neither the owner nor a stranger is a friend."""
    simulator.delay = 0.02
    for person in (owner, friend, simulator.world.person(STRANGERS[0])):
        person.go_online()
    ask_owner(simulator, *STRANGERS)
    assert observer.seconds_until_refresh == 0
    snapshot = await observer.refresh()
    assert snapshot == FriendsSnapshot(online=frozenset({FRIEND}), requests=2)
    assert sorted(asked(simulator)) == [PEOPLE, PRESENCE]
    assert (observer.seconds_until_refresh, observer.last_error) == (600, None)


async def test_parallel_requests(observer: FriendsObserver, simulator: Simulator) -> None:
    """One request is sent before the other is answered."""
    for host in (PRESENCE, PEOPLE):
        simulator.fail(host, hang=True)
    refresh = asyncio.create_task(observer.refresh())
    async with asyncio.timeout(5):
        while len(simulator.requests()) < 2:
            await asyncio.sleep(0)
    refresh.cancel()
    with pytest.raises(asyncio.CancelledError):
        await refresh


async def test_intervals(
    observer: FriendsObserver, simulator: Simulator, freezer: FrozenDateTimeFactory
) -> None:
    """With a refresh every ten seconds, requests are sent every ten and fifteen minutes."""
    await pass_time(observer, freezer, HOUR - 10)
    assert times(simulator, PRESENCE) == [0, 600, 1200, 1800, 2400, 3000]
    assert times(simulator, PEOPLE) == [0, 900, 1800, 2700]


async def test_refresh_when_due(
    observer: FriendsObserver, simulator: Simulator, freezer: FrozenDateTimeFactory
) -> None:
    """A refresh after `seconds_until_refresh` always sends a request."""
    waits = []
    for _ in range(6):
        simulator.clear()
        await observer.refresh()
        assert asked(simulator)
        waits.append(observer.seconds_until_refresh)
        freezer.tick(observer.seconds_until_refresh)
    assert waits == [600, 300, 300, 600, 600, 300]


async def test_changes(
    observer: FriendsObserver, simulator: Simulator, freezer: FrozenDateTimeFactory, friend: Person
) -> None:
    """Each change is known after the next request."""
    other = simulator.world.person(OTHER_FRIEND)
    await observer.refresh()
    friend.go_online()
    other.go_online()
    other.away = True
    ask_owner(simulator, STRANGERS[0])
    assert await pass_time(observer, freezer, 590) == FriendsSnapshot(
        online=frozenset(), requests=0
    )
    snapshot = await pass_time(observer, freezer, 310)
    assert snapshot == FriendsSnapshot(online=frozenset({FRIEND, OTHER_FRIEND}), requests=1)
    friend.hidden = True
    simulator.world.befriend(simulator.world.person(STRANGERS[0]), simulator.world.person(OWNER))
    snapshot = await pass_time(observer, freezer, 910)
    assert snapshot == FriendsSnapshot(online=frozenset({OTHER_FRIEND}), requests=0)


async def test_invalidate(
    observer: FriendsObserver, simulator: Simulator, freezer: FrozenDateTimeFactory, friend: Person
) -> None:
    """`invalidate` makes both values due, but not within 30 seconds after their last request."""
    await pass_time(observer, freezer, 60)
    friend.go_online()
    ask_owner(simulator, STRANGERS[0])
    observer.invalidate()
    assert observer.seconds_until_refresh == 0
    assert await observer.refresh() == FriendsSnapshot(online=frozenset({FRIEND}), requests=1)
    assert observer.seconds_until_refresh == 600, "from now on"
    ask_owner(simulator, STRANGERS[1])
    freezer.tick(10)
    observer.invalidate()
    assert observer.seconds_until_refresh == 20
    assert (await observer.refresh()).requests == 1
    freezer.tick(20)
    assert (await observer.refresh()).requests == 2
    assert times(simulator, PEOPLE) == times(simulator, PRESENCE) == [0, 60, 90]


async def test_invalidate_online(
    observer: FriendsObserver, simulator: Simulator, freezer: FrozenDateTimeFactory, friend: Person
) -> None:
    """`invalidate_online` makes the friends online due at once, and again after 30 seconds."""
    await pass_time(observer, freezer, 60)
    friend.go_online()
    observer.invalidate_online()
    assert (await observer.refresh()).online == frozenset({FRIEND})
    friend.go_offline()
    observer.invalidate_online()
    assert observer.seconds_until_refresh == 30
    assert (await observer.refresh()).online == frozenset({FRIEND})
    freezer.tick(30)
    assert (await observer.refresh()).online == frozenset({FRIEND})
    assert observer.seconds_until_refresh == 2, "that a person is missing has to be told twice"
    freezer.tick(2)
    assert (await observer.refresh()).online == frozenset()
    assert (times(simulator, PRESENCE), times(simulator, PEOPLE)) == ([0, 60, 90, 92], [0])


async def test_invalidate_during_a_request(
    observer: FriendsObserver, simulator: Simulator, freezer: FrozenDateTimeFactory
) -> None:
    """A value that is invalidated during its request is requested again."""
    simulator.fail(PEOPLE, delay=0.05)
    refresh = asyncio.create_task(observer.refresh())
    while not simulator.requests(PEOPLE):
        await asyncio.sleep(0)
    observer.invalidate()
    await refresh
    assert observer.seconds_until_refresh == 30
    freezer.tick(30)
    await observer.refresh()
    assert len(simulator.requests(PEOPLE)) == 2


async def test_many_invalidations_stay_within_the_budget(
    observer: FriendsObserver,
    client: XboxClient,
    simulator: Simulator,
    freezer: FrozenDateTimeFactory,
) -> None:
    """With many invalidations and the usual refreshes of people, no request is throttled."""
    people = PeopleObserver(client, [OWNER, FRIEND])
    simulator.fail(PRESENCE, status=404, times=None)  # peoplehub takes its place, every 15 seconds
    for second in range(900):
        observer.invalidate()
        if second % 15 == 0:
            await people.refresh()
        await observer.refresh()
        freezer.tick(1)
    assert {request.status for request in simulator.requests(PEOPLE)} == {200}
    paths = [request.path for request in simulator.requests(PEOPLE)]
    requests = sum("friendRequests" in path for path in paths)
    # a part of the allowance is always left, so that a refresh of people is skipped now and then
    assert (requests, len(paths) - requests > 50) == (30, True)


async def test_reported_number(
    observer: FriendsObserver,
    client: XboxClient,
    simulator: Simulator,
    freezer: FrozenDateTimeFactory,
) -> None:
    """A changed number beside the people makes the list due; the list counts."""
    simulator.world.friend_request_summary = True
    assert (await observer.refresh()).requests == 0
    freezer.tick(60)
    await client.people.batch([OWNER])
    assert (await observer.refresh()).requests == 0
    assert len(simulator.requests(PEOPLE)) == 2, "the same number is no news"
    ask_owner(simulator, STRANGERS[0])
    freezer.tick(60)
    assert (await observer.refresh()).requests == 0
    await client.people.batch([OWNER])
    assert (await observer.refresh()).requests == 1
    simulator.clear()
    freezer.tick(60)
    await client.people.batch([OWNER])
    await observer.refresh()
    assert len(simulator.requests()) == 1, "nothing new"


async def test_wrong_reported_number(
    observer: FriendsObserver,
    client: XboxClient,
    simulator: Simulator,
    freezer: FrozenDateTimeFactory,
) -> None:
    """A wrong number beside the people is not shown, and costs one request for the list."""
    body = f'{{"people": [{{"xuid": "{OWNER}"}}], "friendRequestSummary": %s}}'
    summary = '{"friendRequestsReceivedCount": 7}'
    simulator.fail(PEOPLE, body=(body % summary).encode(), path="/batch", times=None)
    for _ in range(10):
        freezer.tick(60)
        await client.people.batch([OWNER])
        assert (await observer.refresh()).requests == 0
    lists = [r for r in simulator.requests(PEOPLE) if "friendRequests" in r.path]
    assert len(lists) == 1


async def test_parallel_refreshes(observer: FriendsObserver, simulator: Simulator) -> None:
    """Two refreshes at the same time send each request once."""
    simulator.delay = 0.005
    first, second = await asyncio.gather(observer.refresh(), observer.refresh())
    assert first == second
    assert sorted(asked(simulator)) == [PEOPLE, PRESENCE]
