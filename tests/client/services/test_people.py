"""People service: friends, anyone by gamertag, friends online, friend requests."""

import json

import pytest

from custom_components.xbox_network.xbox import XboxClient
from custom_components.xbox_network.xbox.endpoints import Service
from custom_components.xbox_network.xbox.errors import XboxResponseError, XboxServiceError
from tests.client.conftest import FRIEND, OTHER_FRIEND, OWNER, PEOPLE, PRESENCE
from tests.simulator import Person, Simulator


async def test_friends(client: XboxClient, simulator: Simulator, owner: Person) -> None:
    """The list has every friend by name, in one plain request."""
    friends = await client.people.friends()
    assert friends.keys() == owner.friends
    assert friends[FRIEND].gamertag == simulator.world.person(FRIEND).gamertag
    [request] = simulator.requests(PEOPLE)
    assert request.path == "/users/me/people/friends"


@pytest.mark.parametrize("spelling", ["classic", "modern", "lower case"])
async def test_by_gamertag(client: XboxClient, simulator: Simulator, spelling: str) -> None:
    """Anyone is found, by the classic gamertag or the modern one with its suffix."""
    person = simulator.world.person("2535400000000013")
    gamertag = {
        "classic": person.gamertag,
        "modern": person.unique_gamertag,
        "lower case": person.gamertag.lower(),
    }[spelling]
    found = await client.profile.by_gamertag(gamertag)
    assert found
    assert found.xuid == person.xuid
    assert found.setting("Gamertag") == person.gamertag
    assert found.setting("Bio") is None


@pytest.mark.parametrize("gamertag", ["Nobody Has This", "a/b?c#d(e)%", "Ünïcode"])
async def test_unknown_gamertag(client: XboxClient, gamertag: str) -> None:
    """Nobody has it: that is an answer."""
    assert await client.profile.by_gamertag(gamertag) is None


@pytest.mark.parametrize("body", [b"{}", b'{"profileUsers": null}', b'{"profileUsers": [{}]}'])
async def test_answer_without_anybody(
    client: XboxClient, simulator: Simulator, body: bytes
) -> None:
    """An answer that names nobody finds nobody."""
    simulator.fail(Service.PROFILE, body=body)
    assert await client.profile.by_gamertag("Brass Otter") is None


async def test_trouble_is_told(client: XboxClient, simulator: Simulator) -> None:
    """A service in trouble is not somebody who does not exist."""
    simulator.fail(Service.PROFILE, status=503)
    with pytest.raises(XboxServiceError):
        await client.profile.by_gamertag("Brass Otter")


async def test_friends_online(client: XboxClient, simulator: Simulator, owner: Person) -> None:
    """One request for whom the account follows; away is online, and who hides is not there."""
    online, away, hidden, cloaked, _ = map(simulator.world.person, sorted(owner.friends))
    for person in (owner, online, away, hidden, cloaked):
        person.go_online()
    away.away = hidden.hidden = True
    cloaked.cloak()
    assert await client.presence.friends_online(OWNER) == {online.xuid, away.xuid}
    [request] = simulator.requests(PRESENCE)
    assert json.loads(request.body) == {
        "group": "People",
        "groupXuid": OWNER,
        "level": "user",
        "onlineOnly": True,
    }


@pytest.mark.parametrize(
    "records",
    [
        [{"xuid": FRIEND, "state": "Online"}, {"xuid": OTHER_FRIEND, "state": "Offline"}],
        [{"xuid": FRIEND, "state": "online", "devices": None}, {"xuid": OWNER, "state": "Online"}],
        [{"xuid": int(FRIEND), "state": "AWAY"}, {"xuid": OTHER_FRIEND, "state": None}],
        [None, "odd", 7, [], {}, {"state": "Online"}, {"xuid": FRIEND, "state": "Online"}],
        [{"xuid": FRIEND, "state": "Online"}] * 2 + [{"xuid": OTHER_FRIEND, "state": "Elsewhere"}],
    ],
    ids=["offline", "the account", "number", "odd items", "twice"],
)
async def test_odd_friends_online(
    client: XboxClient, simulator: Simulator, records: list[object]
) -> None:
    """Nobody counts who is not said to be online, the account itself does not, and nobody twice."""
    simulator.fail(PRESENCE, body=json.dumps(records).encode())
    assert await client.presence.friends_online(OWNER) == {FRIEND}


@pytest.mark.parametrize("body", [b"{}", b"null", b"7", b'{"people": []}', b""])
async def test_friends_online_that_are_no_list(
    client: XboxClient, simulator: Simulator, body: bytes
) -> None:
    """What is no list says nothing about anybody."""
    simulator.fail(PRESENCE, body=body)
    with pytest.raises(XboxResponseError):
        await client.presence.friends_online(OWNER)


async def test_friend_requests(client: XboxClient, simulator: Simulator, owner: Person) -> None:
    """Those that came and wait for an answer, not those that were sent, in one plain request."""
    world = simulator.world
    assert await client.people.friend_requests() == 0
    world.request_friendship(world.person("2535400000000002"), owner)
    world.request_friendship(world.person("2535400000000003"), owner)
    world.request_friendship(owner, world.person("2535400000000004"))
    assert await client.people.friend_requests() == 2
    world.befriend(owner, world.person("2535400000000003"))
    simulator.clear()
    assert await client.people.friend_requests() == 1
    [request] = simulator.requests()
    assert request.path == "/users/me/people/friendRequests(received)"


@pytest.mark.parametrize(
    ("people", "count"),
    [
        ([{"xuid": FRIEND}, {"xuid": OTHER_FRIEND, "gamertag": None, "isFriend": "odd"}], 2),
        ([{"xuid": FRIEND}, {"xuid": int(FRIEND)}], 1),
        ([{"xuid": FRIEND}, {"gamertag": "Brass Otter"}, "odd", None, 7], 1),
        (None, 0),
        ([], 0),
    ],
    ids=["odd field", "twice", "odd items", "null", "empty"],
)
async def test_odd_friend_requests(
    client: XboxClient, simulator: Simulator, people: object, count: int
) -> None:
    """Each person counts once, however little is told; what is no person does not."""
    simulator.fail(PEOPLE, body=json.dumps({"people": people}).encode())
    assert await client.people.friend_requests() == count


@pytest.mark.parametrize("body", [b"[]", b"null", b"7", b""])
async def test_friend_requests_that_cannot_be_read(
    client: XboxClient, simulator: Simulator, body: bytes
) -> None:
    """What is no answer is not an answer of none."""
    simulator.fail(PEOPLE, body=body)
    with pytest.raises(XboxResponseError):
        await client.people.friend_requests()


async def test_requests_told_beside(
    client: XboxClient, simulator: Simulator, owner: Person
) -> None:
    """A number beside the people is remembered until another comes; most answers have none."""
    world = simulator.world
    world.request_friendship(world.person("2535400000000002"), owner)
    told = [client.people.friend_requests_reported]
    for present in (False, True, False):
        world.friend_request_summary = present
        await client.people.batch([OWNER])
        told.append(client.people.friend_requests_reported)
    assert told == [None, None, 1, 1]


@pytest.mark.parametrize(
    "summary", [None, "many", {}, 7, [1], {"friendRequestsReceivedCount": -1}], ids=str
)
async def test_odd_requests_told_beside(
    client: XboxClient, simulator: Simulator, summary: object
) -> None:
    """It costs nothing but itself."""
    body = {"people": [{"xuid": OWNER}], "friendRequestSummary": summary}
    simulator.fail(PEOPLE, body=json.dumps(body).encode())
    assert (await client.people.batch([OWNER])).keys() == {OWNER}
    assert client.people.friend_requests_reported is None
