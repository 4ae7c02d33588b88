"""Requests to each host: contract version, locale, and a token only where it belongs."""

import json
import traceback
from collections.abc import Awaitable, Callable, Mapping

import pytest

from custom_components.xbox_network.xbox import (
    AuthenticationManager,
    XboxClient,
)
from custom_components.xbox_network.xbox.endpoints import Service
from custom_components.xbox_network.xbox.errors import (
    XboxError,
    XboxNotFoundError,
    XboxRequestError,
)
from custom_components.xbox_network.xbox.http.requests import USER_AGENT
from custom_components.xbox_network.xbox.images import picture
from tests.client.conftest import (
    FRIEND,
    LIVE,
    OWNER,
    PEOPLE,
    PRESENCE,
    TITLES,
    asked,
)
from tests.helpers.client.odd_server import answering
from tests.simulator import Simulator

STARFALL_DRIFT = "1900000001"
OK = b"HTTP/1.1 200 OK\r\n"


async def test_people_request(account: AuthenticationManager, simulator: Simulator) -> None:
    """Contract 7, the locale, the three decorations, and the xuids in the body."""
    people = await XboxClient(account, "de-DE").people.batch([OWNER, FRIEND, "1"])
    [request] = simulator.requests()
    assert (request.method, request.host) == ("POST", PEOPLE)
    assert request.path == (
        "/users/me/people/batch/decoration/detail,presenceDetail,multiplayerSummary"
    )
    assert json.loads(request.body) == {"xuids": [OWNER, FRIEND, "1"]}
    check_headers(request.headers, account, "7", "de-DE")
    assert request.headers["Content-Type"] == "application/json"
    assert set(people) == {OWNER, FRIEND}


async def test_presence_request(account: AuthenticationManager, simulator: Simulator) -> None:
    """Contract 3, with the level that tells everything."""
    records = await XboxClient(account, "en-GB").presence.batch([OWNER, FRIEND, "1"])
    [request] = simulator.requests()
    assert (request.method, request.host, request.path) == ("POST", PRESENCE, "/users/batch")
    assert json.loads(request.body) == {
        "users": [OWNER, FRIEND, "1"],
        "level": "all",
        "onlineOnly": False,
    }
    check_headers(request.headers, account, "3", "en-GB")
    assert set(records) == {OWNER, FRIEND}


async def test_title_request(account: AuthenticationManager, simulator: Simulator) -> None:
    """Contract 2; the parentheses and commas of the path stay as they are."""
    title = await XboxClient(account, "de-DE").titles.info(OWNER, STARFALL_DRIFT)
    [request] = simulator.requests()
    assert (request.method, request.host) == ("GET", TITLES)
    assert request.path == (
        f"/users/xuid({OWNER})/titles/titleid({STARFALL_DRIFT})/decoration/achievement,image,scid"
    )
    check_headers(request.headers, account, "2", "de-DE")
    assert title
    assert title.name == "Sternensturz"


def check_headers(
    headers: Mapping[str, str], account: AuthenticationManager, contract: str, language: str
) -> None:
    """Check what every service wants."""
    assert account.xsts_token
    assert headers["Authorization"] == account.xsts_token.authorization_header_value
    assert headers["x-xbl-contract-version"] == contract
    assert headers["Accept-Language"] == language
    assert headers["Accept"] == "application/json"
    assert headers["User-Agent"] == USER_AGENT


async def test_query_is_encoded(client: XboxClient, simulator: Simulator) -> None:
    """A gamertag with a suffix does not become a fragment."""
    answer = await client.transport.call(
        Service.PROFILE,
        "GET",
        f"/users/xuid({OWNER})/profile/settings",
        query={"settings": "Gamertag,Gamerscore", "odd": "Nova#1 &+"},
    )
    [request] = simulator.requests()
    assert dict(request.query) == {"settings": "Gamertag,Gamerscore", "odd": "Nova#1 &+"}
    assert request.headers["x-xbl-contract-version"] == "3"
    assert OWNER.encode() in answer.body


@pytest.mark.parametrize(
    "host", [Service.LIVE, Service.USER_AUTH, Service.XSTS, "store-images.microsoft.com"]
)
async def test_token_goes_to_no_other_host(
    client: XboxClient, simulator: Simulator, host: Service
) -> None:
    """Whoever is no service of the table gets no token, whatever is asked."""
    with pytest.raises(ValueError, match="gets no token"):
        await client.transport.call(host, "GET", "/")
    assert asked(simulator) == []


@pytest.mark.parametrize("odd", ["\r", "\n", "\0", "\r\nX-Smuggled: 1"], ids=ascii)
@pytest.mark.parametrize("header", ["Authorization", "Accept-Language"])
async def test_header_that_cannot_be_written(
    client: XboxClient, simulator: Simulator, header: str, odd: str
) -> None:
    """A line end in a token leaves the client as an error of its own, which does not show it."""
    http = client.auth.http
    headers = {header: f"XBL3.0 x=1;secret{odd}"}
    with pytest.raises(XboxRequestError) as caught:
        await http.send(PEOPLE, "GET", f"/users/xuid({OWNER})", headers=headers)
    assert (caught.value.service, caught.value.status) == (PEOPLE, None)
    [shown] = traceback.format_exception_only(caught.value)
    assert "XBL3.0" not in shown
    assert OWNER not in shown
    assert caught.value.__suppress_context__
    assert asked(simulator) == []
    assert http.last_outcome[PEOPLE] == "ValueError"
    assert await client.people.batch([OWNER])


async def test_unknown_host_is_never_asked(client: XboxClient) -> None:
    """Nothing outside of the table has an address."""
    with pytest.raises(KeyError):
        await client.auth.http.send("example.com", "GET", "/")


@pytest.mark.parametrize("style", ["ssl", "plain", "padding"])
async def test_picture_is_fetched_without_token(
    client: XboxClient, simulator: Simulator, style: str
) -> None:
    """Each form of a gamerpic's address works after its repair, and nobody is signed in there."""
    simulator.world.person(OWNER).picture_style = style
    person = (await client.people.batch([OWNER]))[OWNER]
    where = picture(person.display_pic_raw)
    assert where
    body, kind = await client.fetch(where)
    assert (body[:4], kind) == (b"\x89PNG", "image/png")
    request = simulator.requests()[-1]
    assert request.host == "images-eds-ssl.xboxlive.com"
    assert request.headers["Accept"] == "image/*"
    assert {"Authorization", "Accept-Language", "x-xbl-contract-version"}.isdisjoint(
        request.headers
    )


async def test_picture_that_is_gone(client: XboxClient, simulator: Simulator) -> None:
    """A picture fails like anything else."""
    where = picture("https://store-images.microsoft.com/image/apps.1")
    assert where
    with pytest.raises(XboxNotFoundError):
        await client.fetch(where)


@pytest.mark.parametrize("host", [PEOPLE, LIVE, "images-eds-ssl.xboxlive.com"])
async def test_redirects_are_not_followed(
    client: XboxClient, account: AuthenticationManager, simulator: Simulator, host: str
) -> None:
    """An answer cannot send a request, and the token in it, to somebody else."""
    async with answering(OK, b"\r\n{}") as (elsewhere, address):
        headers = {"Location": str(address / "catch")}
        simulator.fail(host, status=307, headers=headers, times=None)
        where = picture("https://images-eds-ssl.xboxlive.com/image?url=a")
        assert where
        calls: dict[str, Callable[[], Awaitable[object]]] = {
            PEOPLE: lambda: client.people.batch([OWNER]),
            LIVE: account.refresh_oauth_token,
            where.host: lambda: client.fetch(where),
        }
        with pytest.raises(XboxError) as caught:
            await calls[host]()
        assert caught.value.status == 307
        assert elsewhere.asked == []
