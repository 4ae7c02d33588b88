"""The people service: friends, a person by gamertag, friends online, friend requests."""

import json

import pytest

from custom_components.xbox_network.xbox import XboxClient
from custom_components.xbox_network.xbox.endpoints import Service
from custom_components.xbox_network.xbox.errors import XboxResponseError, XboxServiceError
from tests.client.conftest import FRIEND, OTHER_FRIEND, OWNER, PEOPLE, PRESENCE
from tests.simulator import Person, Simulator


async def test_friends(client: XboxClient, simulator: Simulator, owner: Person) -> None:
    """The friends are read with one request, without decorations."""
    friends = await client.people.friends()
    assert friends.keys() == owner.friends
    assert friends[FRIEND].gamertag == simulator.world.person(FRIEND).gamertag
    [request] = simulator.requests(PEOPLE)
    assert request.path == "/users/me/people/friends"


@pytest.mark.parametrize("spelling", ["classic", "modern", "lower case"])
async def test_by_gamertag(client: XboxClient, simulator: Simulator, spelling: str) -> None:
    """A person is found by the classic gamertag, or by the modern one with its suffix."""
    person = simulator.world.person("2535400000000013")
    gamertag = {
        "classic": person.gamertag,
        "modern": person.unique_gamertag,
        "lower case": person.gamertag.lower(),
    }[spelling]
    profile = await client.profile.by_gamertag(gamertag)
    assert profile
    assert profile.xuid == person.xuid
    assert profile.setting("Gamertag") == person.gamertag
    assert profile.setting("Bio") is None
    assert profile.name == person.unique_gamertag == "Velvet Comet#3430"


@pytest.mark.parametrize("gamertag", ["Nobody Has This", "a/b?c#d(e)%", "Ünïcode"])
async def test_unknown_gamertag(client: XboxClient, gamertag: str) -> None:
    """An unknown gamertag gives None, not an error."""
    assert await client.profile.by_gamertag(gamertag) is None


@pytest.mark.parametrize("body", [b"{}", b'{"profileUsers": null}', b'{"profileUsers": [{}]}'])
async def test_answer_without_a_person(
    client: XboxClient, simulator: Simulator, body: bytes
) -> None:
    """An answer without a person gives None."""
    simulator.fail(Service.PROFILE, body=body)
    assert await client.profile.by_gamertag("Brass Otter") is None


async def test_service_error(client: XboxClient, simulator: Simulator) -> None:
    """A failing service is an error, not an unknown person."""
    simulator.fail(Service.PROFILE, status=503)
    with pytest.raises(XboxServiceError):
        await client.profile.by_gamertag("Brass Otter")


async def test_friends_online(client: XboxClient, simulator: Simulator, owner: Person) -> None:
    """One request reads the friends online; away is online, and a hidden person is not in the answer."""
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
    """Only online friends count, each once, and not the account itself."""
    simulator.fail(PRESENCE, body=json.dumps(records).encode())
    assert await client.presence.friends_online(OWNER) == {FRIEND}


@pytest.mark.parametrize("body", [b"{}", b"null", b"7", b'{"people": []}', b""])
async def test_friends_online_without_a_list(
    client: XboxClient, simulator: Simulator, body: bytes
) -> None:
    """An answer that is not a list is an error."""
    simulator.fail(PRESENCE, body=body)
    with pytest.raises(XboxResponseError):
        await client.presence.friends_online(OWNER)


async def test_friend_requests(client: XboxClient, simulator: Simulator, owner: Person) -> None:
    """Only requests that wait for the owner's answer count, in one request without decorations."""
    world = simulator.world
    assert len(await client.people.friend_requests()) == 0
    world.request_friendship(world.person("2535400000000002"), owner)
    world.request_friendship(world.person("2535400000000003"), owner)
    world.request_friendship(owner, world.person("2535400000000004"))
    assert len(await client.people.friend_requests()) == 2
    world.befriend(owner, world.person("2535400000000003"))
    simulator.clear()
    assert len(await client.people.friend_requests()) == 1
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
    """Each person counts once, also with missing fields; an item without a xuid does not count."""
    simulator.fail(PEOPLE, body=json.dumps({"people": people}).encode())
    assert len(await client.people.friend_requests()) == count


@pytest.mark.parametrize("body", [b"[]", b"null", b"7", b""])
async def test_unreadable_friend_requests(
    client: XboxClient, simulator: Simulator, body: bytes
) -> None:
    """An unreadable answer is an error, not zero requests."""
    simulator.fail(PEOPLE, body=body)
    with pytest.raises(XboxResponseError):
        await client.people.friend_requests()


async def test_reported_friend_requests(
    client: XboxClient, simulator: Simulator, owner: Person
) -> None:
    """A reported number of friend requests stays until the next one; most answers have none."""
    world = simulator.world
    world.request_friendship(world.person("2535400000000002"), owner)
    reported = [client.people.friend_requests_reported]
    for present in (False, True, False):
        world.friend_request_summary = present
        await client.people.batch([OWNER])
        reported.append(client.people.friend_requests_reported)
    assert reported == [None, None, 1, 1]


@pytest.mark.parametrize(
    "summary", [None, "many", {}, 7, [1], {"friendRequestsReceivedCount": -1}], ids=str
)
async def test_odd_reported_friend_requests(
    client: XboxClient, simulator: Simulator, summary: object
) -> None:
    """An invalid number of friend requests does not affect the people."""
    body = {"people": [{"xuid": OWNER}], "friendRequestSummary": summary}
    simulator.fail(PEOPLE, body=json.dumps(body).encode())
    assert (await client.people.batch([OWNER])).keys() == {OWNER}
    assert client.people.friend_requests_reported is None
