"""The people observer: the times of its requests, and the results of a refresh."""

import json
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from freezegun.api import FrozenDateTimeFactory

from custom_components.xbox_network.xbox import XboxClient
from custom_components.xbox_network.xbox.people.observer import PeopleObserver
from custom_components.xbox_network.xbox.presence import DevicePlatform
from tests.client.conftest import (
    FRIEND,
    HARBOR_KINGS,
    HOUR,
    LUMEN_VIDEO,
    OWNER,
    PEOPLE,
    PRESENCE,
    STARFALL_DRIFT,
    TITLES,
    WATCHED,
    asked,
    see,
    watch,
)
from tests.simulator import Person, Simulator


async def test_first_refresh_is_one_round_trip(
    observer: PeopleObserver, simulator: Simulator, friend: Person
) -> None:
    """Presence and profiles of all people are requested in parallel."""
    simulator.delay = 0.02
    friend.go_online()
    people = await observer.refresh()
    first, second = simulator.requests()
    assert {first.host, second.host} == {PRESENCE, PEOPLE}
    assert set(people) == set(WATCHED)
    assert all(person.presence_current and person.profile_current for person in people.values())
    assert [people[xuid].presence.online for xuid in WATCHED] == [False, True, False]
    profile = people[FRIEND].profile
    assert profile
    assert profile.gamertag == friend.gamertag
    assert observer.seconds_until_refresh == 10
    assert observer.last_error is None


async def test_person_in_a_game(observer: PeopleObserver, owner: Person) -> None:
    """The first refresh reads the whole game, with its picture."""
    owner.play(STARFALL_DRIFT, rich_presence="Sector 7")
    seen = await see(observer)
    assert seen.presence.active
    assert seen.presence.active.title_id == STARFALL_DRIFT
    assert seen.presence.active.rich_presence == "Sector 7"
    assert (seen.presence.in_game, seen.presence.platform) == (True, DevicePlatform.XBOX_SERIES)
    assert seen.title
    assert seen.title.name == "Starfall Drift"
    assert seen.title.square_image_address
    assert seen.title.achievement
    assert seen.title.achievement.current_achievements == 12


async def test_quiet_people_cost_one_small_request(
    observer: PeopleObserver, simulator: Simulator, freezer: FrozenDateTimeFactory
) -> None:
    """Without a change only the presence is requested, and the profiles every five minutes."""
    await observer.refresh()
    simulator.clear()
    for _ in range(60):
        freezer.tick(10)
        await observer.refresh()
    hosts = asked(simulator)
    assert (hosts.count(PRESENCE), hosts.count(PEOPLE)) == (60, 2)
    assert len(hosts) == 62


@pytest.mark.parametrize("busy", ["game", "party"])
async def test_busy_people_are_requested_every_minute(
    observer: PeopleObserver,
    simulator: Simulator,
    freezer: FrozenDateTimeFactory,
    owner: Person,
    friend: Person,
    busy: str,
) -> None:
    """The profile of a person in a party or a game is read every minute, with others that are due soon."""
    friend.go_online()
    owner.go_online()
    if busy == "game":
        owner.play(STARFALL_DRIFT)
    else:
        owner.join_party(3)
    await watch(observer, freezer, 0)
    simulator.clear()
    for _ in range(30):
        freezer.tick(10)
        await observer.refresh()
    bodies = [request.body.decode() for request in simulator.requests(PEOPLE)]
    assert len(bodies) == 5
    assert all(OWNER in body for body in bodies)
    assert [FRIEND in body for body in bodies] == [False, False, True, False, False]


async def test_changed_profile_is_requested_at_once(
    observer: PeopleObserver, simulator: Simulator, freezer: FrozenDateTimeFactory, friend: Person
) -> None:
    """The profile of a person with a changed presence is requested in the same refresh, and no other."""
    await observer.refresh()
    changes: list[Callable[[], None]] = [
        friend.go_online,
        lambda: friend.play(HARBOR_KINGS),
        lambda: friend.play(LUMEN_VIDEO, "iOS"),
        friend.go_offline,
    ]
    for change in changes:
        simulator.clear()
        change()
        freezer.tick(10)
        await observer.refresh()
        [request] = simulator.requests(PEOPLE)
        assert FRIEND in request.body.decode()
        assert OWNER not in request.body.decode()
        freezer.tick(10)
        await observer.refresh()
        assert len(simulator.requests(PEOPLE)) == 1


async def test_title_is_requested_for_each_person(
    observer: PeopleObserver,
    simulator: Simulator,
    freezer: FrozenDateTimeFactory,
    owner: Person,
    friend: Person,
) -> None:
    """A title is requested once in five minutes for each person; its kind is shared by all people."""
    for _ in range(2):
        owner.play(STARFALL_DRIFT)
        friend.play(STARFALL_DRIFT)
        assert (await see(observer)).title
        freezer.tick(120)
        assert (await see(observer)).title
        freezer.tick(10)
        owner.go_offline()
        friend.play(HARBOR_KINGS)
        assert (await see(observer)).title is None
        freezer.tick(10)
    paths = [request.path.split("/decoration")[0] for request in simulator.requests(TITLES)]
    assert sorted(paths) == [
        f"/users/xuid({OWNER})/titles/titleid({STARFALL_DRIFT})",
        f"/users/xuid({FRIEND})/titles/titleid({STARFALL_DRIFT})",
        f"/users/xuid({FRIEND})/titles/titleid({HARBOR_KINGS})",
    ]


@pytest.mark.parametrize("answer", [404, 403, "nothing"])
async def test_hidden_title_is_requested_once_an_hour(
    observer: PeopleObserver,
    simulator: Simulator,
    freezer: FrozenDateTimeFactory,
    friend: Person,
    answer: int | str,
) -> None:
    """A title that a friend hides is requested once an hour, to save the budget."""
    if answer == "nothing":
        friend.hides_titles = True
    else:
        simulator.fail(TITLES, status=int(answer), times=None)
    friend.play(STARFALL_DRIFT)
    people = await watch(observer, freezer, 55 * 60, step=60)
    assert people[FRIEND].title is None
    active = people[FRIEND].presence.active
    assert active
    assert active.name == "Starfall Drift"
    assert people[FRIEND].presence.in_game is True, "peoplehub says so"
    assert observer.last_error is None
    assert len(simulator.requests(TITLES)) == 1
    await watch(observer, freezer, 10 * 60, step=60)
    assert len(simulator.requests(TITLES)) == 2


async def test_failed_title_is_requested_every_minute(
    observer: PeopleObserver, simulator: Simulator, freezer: FrozenDateTimeFactory, owner: Person
) -> None:
    """A title that cannot be read is requested every minute, and is no error."""
    simulator.fail(TITLES, status=500, times=3)
    owner.play(STARFALL_DRIFT)
    people = await watch(observer, freezer, 170)
    assert people[OWNER].title is None
    assert (people[OWNER].presence.in_game, observer.last_error) == (True, None)
    assert len(simulator.requests(TITLES)) == 3
    people = await watch(observer, freezer, 10)
    assert people[OWNER].title


async def test_kind_of_titlehub(
    observer: PeopleObserver, simulator: Simulator, freezer: FrozenDateTimeFactory, owner: Person
) -> None:
    """Until the kind of a title is known, `in_game` is unknown, not False."""
    simulator.fail(PEOPLE, status=503, times=None)
    simulator.fail(TITLES, status=503, times=1)
    owner.play(STARFALL_DRIFT)
    assert (await see(observer)).presence.in_game is None
    freezer.tick(60)
    assert (await see(observer)).presence.in_game is True
    freezer.tick(10)
    owner.play(LUMEN_VIDEO)
    assert (await see(observer)).presence.in_game is False


async def test_unknown_kind(
    observer: PeopleObserver, simulator: Simulator, freezer: FrozenDateTimeFactory, owner: Person
) -> None:
    """The kind of a title stays unknown when both services lack it."""
    owner.play(STARFALL_DRIFT)
    details = [{"TitleId": STARFALL_DRIFT, "State": "Active"}, {"IsGame": True}]
    person = {"xuid": OWNER, "presenceDetails": details}
    simulator.fail(PEOPLE, body=json.dumps({"people": [person]}).encode(), times=None)
    titles = {"titles": [{"titleId": STARFALL_DRIFT, "name": "Starfall Drift"}]}
    simulator.fail(TITLES, body=json.dumps(titles).encode(), times=None)
    seen = await see(observer)
    assert seen.title
    assert (seen.title.name, seen.presence.in_game) == ("Starfall Drift", None)
    freezer.tick(10)
    assert (await see(observer)).presence.in_game is None


async def test_hidden_person_is_unknown(
    client: XboxClient, simulator: Simulator, freezer: FrozenDateTimeFactory, friend: Person
) -> None:
    """A person missing from the answer is hidden: unknown, never offline."""
    friend.hidden = True
    observer = PeopleObserver(client, [FRIEND])
    for _ in range(40):
        seen = await see(observer, FRIEND)
        assert (seen.presence.online, seen.presence.in_game) == (None, None)
        assert (seen.presence.platform, seen.presence.active, seen.title) == (None, None, None)
        assert seen.presence_current
        assert seen.profile
        freezer.tick(10)


async def test_person_becomes_hidden(
    observer: PeopleObserver, freezer: FrozenDateTimeFactory, friend: Person
) -> None:
    """The old presence stays for five minutes, because an answer may lack a person, then it is unknown."""
    friend.play(HARBOR_KINGS)
    await observer.refresh()
    friend.hidden = True
    people = await watch(observer, freezer, 290)
    assert people[FRIEND].presence.online is True
    people = await watch(observer, freezer, 30)
    assert people[FRIEND].presence.online is None
    assert people[FRIEND].title is None
    assert people[FRIEND].presence_current
    friend.hidden = False
    assert (await watch(observer, freezer, 10))[FRIEND].presence.online is True


async def test_last_online_never_moves_back(
    observer: PeopleObserver, simulator: Simulator, freezer: FrozenDateTimeFactory, friend: Person
) -> None:
    """The last-online time never goes back, and stays while the person is online."""
    moments: list[datetime] = []
    for step in range(60):
        if step == 20:
            friend.play(HARBOR_KINGS)
        if step == 40:
            friend.go_offline()
        seen = await see(observer, FRIEND)
        assert seen.last_online
        moments.append(seen.last_online)
        freezer.tick(40)
    assert moments == sorted(moments)
    assert len(set(moments[:20])) <= 2, "the jitter of 1.7 s at most"
    assert len(set(moments[20:40])) == 1
    assert friend.last_seen
    assert moments[-1] == datetime.fromtimestamp(friend.last_seen.at, UTC)


async def test_batch_sizes(client: XboxClient, simulator: Simulator) -> None:
    """A request has at most 1,100 people of userpresence and 100 of peoplehub."""
    xuids = [OWNER, *(str(2535420000000000 + number) for number in range(1150))]
    records = await client.presence.batch(xuids)
    assert set(records) == {OWNER}
    assert len(simulator.requests(PRESENCE)) == 2
    people = await client.people.batch(xuids[:250])
    assert set(people) == {OWNER}
    assert len(simulator.requests(PEOPLE)) == 3
    assert {request.status for request in simulator.requests()} == {200}
    assert not await client.people.batch([])
    assert not await client.presence.batch([])
    assert len(simulator.requests()) == 5


async def test_answers_about_other_people_are_ignored(
    client: XboxClient, simulator: Simulator, freezer: FrozenDateTimeFactory
) -> None:
    """People and titles that were not requested are ignored."""
    simulator.fail(PRESENCE, body=b'[{"xuid": "7", "state": "Online"}]')
    simulator.fail(PEOPLE, body=b'{"people": [{"xuid": "7"}]}')
    simulator.fail(TITLES, body=b'{"titles": [{"titleId": "7"}]}')
    assert await client.presence.batch([OWNER]) == {}
    assert await client.people.batch([OWNER]) == {}
    assert await client.titles.info(OWNER, STARFALL_DRIFT) is None
    freezer.tick(HOUR)
