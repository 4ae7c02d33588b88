"""Friends observer: which requests it makes when, and what a look returns."""

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
    """Return who watches the owner's friends."""
    return FriendsObserver(client, OWNER)


async def test_first_look(
    observer: FriendsObserver, simulator: Simulator, owner: Person, friend: Person
) -> None:
    """Two requests side by side tell all; the owner is nobody's friend here, nor are strangers."""
    simulator.delay = 0.02
    for person in (owner, friend, simulator.world.person(STRANGERS[0])):
        person.go_online()
    ask_owner(simulator, *STRANGERS)
    assert observer.seconds_until_refresh == 0
    snapshot = await observer.refresh()
    assert snapshot == FriendsSnapshot(online=frozenset({FRIEND}), requests=2)
    assert sorted(asked(simulator)) == [PEOPLE, PRESENCE]
    assert (observer.seconds_until_refresh, observer.last_error) == (600, None)


async def test_side_by_side(observer: FriendsObserver, simulator: Simulator) -> None:
    """The one is asked while the other has not answered yet."""
    for host in (PRESENCE, PEOPLE):
        simulator.fail(host, hang=True)
    look = asyncio.create_task(observer.refresh())
    async with asyncio.timeout(5):
        while len(simulator.requests()) < 2:
            await asyncio.sleep(0)
    look.cancel()
    with pytest.raises(asyncio.CancelledError):
        await look


async def test_cadence(
    observer: FriendsObserver, simulator: Simulator, freezer: FrozenDateTimeFactory
) -> None:
    """Looked at every ten seconds, the services are asked every ten and fifteen minutes."""
    await pass_time(observer, freezer, HOUR - 10)
    assert times(simulator, PRESENCE) == [0, 600, 1200, 1800, 2400, 3000]
    assert times(simulator, PEOPLE) == [0, 900, 1800, 2700]


async def test_next_look_is_when_something_is_due(
    observer: FriendsObserver, simulator: Simulator, freezer: FrozenDateTimeFactory
) -> None:
    """Whoever waits for so long asks each time, and misses nothing."""
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
    """Everything that happened is known at the next look that asks."""
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
    snapshot = await pass_time(observer, freezer, 900)
    assert snapshot == FriendsSnapshot(online=frozenset({OTHER_FRIEND}), requests=0)


async def test_news(
    observer: FriendsObserver, simulator: Simulator, freezer: FrozenDateTimeFactory, friend: Person
) -> None:
    """What was announced is known at once, unless it was asked for less than 30 seconds ago."""
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


async def test_somebody_came_or_went(
    observer: FriendsObserver, simulator: Simulator, freezer: FrozenDateTimeFactory, friend: Person
) -> None:
    """Who is online is asked for at once, and again after 30 seconds; who asks to be a friend is not."""
    await pass_time(observer, freezer, 60)
    friend.go_online()
    observer.invalidate_online()
    assert (await observer.refresh()).online == frozenset({FRIEND})
    friend.go_offline()
    observer.invalidate_online()
    assert observer.seconds_until_refresh == 30
    assert (await observer.refresh()).online == frozenset({FRIEND})
    freezer.tick(30)
    assert (await observer.refresh()).online == frozenset()
    assert (times(simulator, PRESENCE), times(simulator, PEOPLE)) == ([0, 60, 90], [0])


async def test_news_while_it_is_asked(
    observer: FriendsObserver, simulator: Simulator, freezer: FrozenDateTimeFactory
) -> None:
    """What happens during a request may be missing in its answer: it is asked for again."""
    simulator.fail(PEOPLE, delay=0.05)
    look = asyncio.create_task(observer.refresh())
    while not simulator.requests(PEOPLE):
        await asyncio.sleep(0)
    observer.invalidate()
    await look
    assert observer.seconds_until_refresh == 30
    freezer.tick(30)
    await observer.refresh()
    assert len(simulator.requests(PEOPLE)) == 2


async def test_storm_of_news_stays_within_the_budget(
    observer: FriendsObserver,
    client: XboxClient,
    simulator: Simulator,
    freezer: FrozenDateTimeFactory,
) -> None:
    """However much is announced, and with people looked at as often as ever: nothing is throttled."""
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
    # a little of the allowance is always left, so a look at people falls out now and then
    assert (requests, len(paths) - requests > 50) == (30, True)


async def test_number_that_is_told_beside(
    observer: FriendsObserver,
    client: XboxClient,
    simulator: Simulator,
    freezer: FrozenDateTimeFactory,
) -> None:
    """Another number beside the people is news; the list is what counts."""
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


async def test_number_that_is_wrong(
    observer: FriendsObserver,
    client: XboxClient,
    simulator: Simulator,
    freezer: FrozenDateTimeFactory,
) -> None:
    """It is not shown, and believed so much that the list is looked at once."""
    body = f'{{"people": [{{"xuid": "{OWNER}"}}], "friendRequestSummary": %s}}'
    told = '{"friendRequestsReceivedCount": 7}'
    simulator.fail(PEOPLE, body=(body % told).encode(), path="/batch", times=None)
    for _ in range(10):
        freezer.tick(60)
        await client.people.batch([OWNER])
        assert (await observer.refresh()).requests == 0
    lists = [r for r in simulator.requests(PEOPLE) if "friendRequests" in r.path]
    assert len(lists) == 1


async def test_looks_side_by_side(observer: FriendsObserver, simulator: Simulator) -> None:
    """Two looks at the same time ask once."""
    simulator.delay = 0.005
    first, second = await asyncio.gather(observer.refresh(), observer.refresh())
    assert first == second
    assert sorted(asked(simulator)) == [PEOPLE, PRESENCE]
