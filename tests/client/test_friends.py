"""Finding people: the account's friends, and anyone by gamertag."""

import pytest

from custom_components.xbox_network.xbox import XboxClient
from custom_components.xbox_network.xbox.endpoints import Service
from custom_components.xbox_network.xbox.errors import XboxServiceError
from tests.simulator import Person, Simulator

from .conftest import FRIEND, PEOPLE


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
