"""Requests to each host: contract version, locale, and a token only for its services."""

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
    """The request has contract 7, the locale, three decorations, and the xuids in the body."""
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
    """The request has contract 3, and the level with all details."""
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
    """The request has contract 2; parentheses and commas of the path are not encoded."""
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
    """Check the headers that every service needs."""
    assert account.xsts_token
    assert headers["Authorization"] == account.xsts_token.authorization_header_value
    assert headers["x-xbl-contract-version"] == contract
    assert headers["Accept-Language"] == language
    assert headers["Accept"] == "application/json"
    assert headers["User-Agent"] == USER_AGENT


async def test_query_is_encoded(client: XboxClient, simulator: Simulator) -> None:
    """A `#` in a query is encoded."""
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
    """A host outside of the signed-in services gets no token."""
    with pytest.raises(ValueError, match="gets no token"):
        await client.transport.call(host, "GET", "/")
    assert asked(simulator) == []


@pytest.mark.parametrize("odd", ["\r", "\n", "\0", "\r\nX-Smuggled: 1"], ids=ascii)
@pytest.mark.parametrize("header", ["Authorization", "Accept-Language"])
async def test_invalid_header(
    client: XboxClient, simulator: Simulator, header: str, odd: str
) -> None:
    """A line end in a header raises an error of the client, which does not show the header."""
    http = client.auth.http
    headers = {header: f"XBL3.0 x=1;secret{odd}"}
    with pytest.raises(XboxRequestError) as caught:
        await http.send(PEOPLE, "GET", f"/users/xuid({OWNER})", headers=headers)
    assert (caught.value.service, caught.value.status) == (PEOPLE, None)
    [shown] = traceback.format_exception_only(caught.value)
    assert "XBL3.0" not in shown
    assert OWNER not in shown
    assert caught.value.__context__ is None
    assert asked(simulator) == []
    assert http.last_outcome[PEOPLE] == "ValueError"
    assert await client.people.batch([OWNER])


async def test_unknown_host_is_never_asked(client: XboxClient) -> None:
    """A host outside of the table has no address."""
    with pytest.raises(KeyError):
        await client.auth.http.send("example.com", "GET", "/")


@pytest.mark.parametrize("style", ["ssl", "plain", "padding"])
async def test_picture_is_fetched_without_token(
    client: XboxClient, simulator: Simulator, style: str
) -> None:
    """Each form of a gamerpic's address works after its repair; its request has no token."""
    simulator.world.person(OWNER).picture_style = style
    person = (await client.people.batch([OWNER]))[OWNER]
    gamerpic = picture(person.display_pic_raw)
    assert gamerpic
    body, kind = await client.fetch(gamerpic)
    assert (body[:4], kind) == (b"\x89PNG", "image/png")
    request = simulator.requests()[-1]
    assert request.host == "images-eds-ssl.xboxlive.com"
    assert request.headers["Accept"] == "image/*"
    assert {"Authorization", "Accept-Language", "x-xbl-contract-version"}.isdisjoint(
        request.headers
    )


async def test_missing_picture(client: XboxClient, simulator: Simulator) -> None:
    """A missing picture raises an error."""
    image = picture("https://store-images.microsoft.com/image/apps.1")
    assert image
    with pytest.raises(XboxNotFoundError):
        await client.fetch(image)


@pytest.mark.parametrize("host", [PEOPLE, LIVE, "images-eds-ssl.xboxlive.com"])
async def test_redirects_are_not_followed(
    client: XboxClient, account: AuthenticationManager, simulator: Simulator, host: str
) -> None:
    """No redirect is followed, so that no token reaches another host."""
    async with answering(OK, b"\r\n{}") as (elsewhere, address):
        headers = {"Location": str(address / "catch")}
        simulator.fail(host, status=307, headers=headers, times=None)
        image = picture("https://images-eds-ssl.xboxlive.com/image?url=a")
        assert image
        calls: dict[str, Callable[[], Awaitable[object]]] = {
            PEOPLE: lambda: client.people.batch([OWNER]),
            LIVE: account.refresh_oauth_token,
            image.host: lambda: client.fetch(image),
        }
        with pytest.raises(XboxError) as caught:
            await calls[host]()
        assert caught.value.status == 307
        assert elsewhere.asked == []
