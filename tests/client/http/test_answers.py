"""Answers of services: errors, odd answers, answers that are too large, and no answer."""

import asyncio
import gzip
import json
import zlib
from collections.abc import Awaitable, Callable
from unittest.mock import patch

import aiohttp
import pytest
from freezegun.api import FrozenDateTimeFactory
from yarl import URL

from custom_components.xbox_network.xbox import XboxClient, endpoints
from custom_components.xbox_network.xbox.errors import (
    XboxConnectionError,
    XboxError,
    XboxForbiddenError,
    XboxNotFoundError,
    XboxRateLimitError,
    XboxRequestError,
    XboxResponseError,
    XboxServiceError,
    XboxTemporaryError,
)
from custom_components.xbox_network.xbox.http import requests as requests_module
from custom_components.xbox_network.xbox.http.requests import (
    LARGEST_ANSWER_BYTES,
    Answer,
    HttpClient,
)
from tests.client.conftest import (
    FRIEND,
    OWNER,
    PEOPLE,
    PRESENCE,
    PROFILE,
    TITLES,
    outlast,
)
from tests.helpers.client.odd_server import answering
from tests.simulator import Simulator

STARFALL_DRIFT = "1900000001"
OK = b"HTTP/1.1 200 OK\r\n"
MEGABYTE = 1024 * 1024


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (302, XboxRequestError),
        (400, XboxRequestError),
        (403, XboxForbiddenError),
        (404, XboxNotFoundError),
        (406, XboxRequestError),
        (408, XboxServiceError),
        (429, XboxRateLimitError),
        (499, XboxRequestError),
        (500, XboxServiceError),
        (502, XboxServiceError),
        (503, XboxServiceError),
        (504, XboxServiceError),
        (599, XboxServiceError),
    ],
)
async def test_each_status_has_its_error(
    client: XboxClient, simulator: Simulator, status: int, kind: type[XboxError]
) -> None:
    """Each HTTP status has its error; 408, 429 and 5xx are temporary."""
    simulator.fail(PEOPLE, status=status, garbage=True)
    with pytest.raises(XboxError) as caught:
        await client.people.batch([OWNER])
    assert type(caught.value) is kind
    assert (caught.value.service, caught.value.status) == (PEOPLE, status)
    assert isinstance(caught.value, XboxTemporaryError) == (status in (408, 429) or status >= 500)
    assert client.auth.http.last_outcome[PEOPLE] == str(status)


def test_error_of_an_answer() -> None:
    """Outside of the transport a 401 is a forbidden request, and a 2xx raises nothing."""
    Answer(PEOPLE, 204, {}, b"").raise_for_status()
    with pytest.raises(XboxForbiddenError):
        Answer(PEOPLE, 401, {}, b"").raise_for_status()


@pytest.mark.parametrize(
    "body",
    [
        *(b"", b" ", b"<!DOCTYPE html><html></html>", b'{"people": ', b"[]", b'"text"', b"7"),
        *(b"null", b"true", b"\xff\xfe", b"[" * 10_000),
        *(b"[" * 3_000_000, b'{"people":' * 100_000),
    ],
    ids=lambda body: repr(body[:12]),
)
@pytest.mark.parametrize("host", [PEOPLE, PRESENCE, TITLES])
async def test_unreadable_answers(
    client: XboxClient, simulator: Simulator, host: str, body: bytes
) -> None:
    """A 200 with an unreadable body is a temporary error of the service."""
    simulator.fail(host, body=body if host != PRESENCE or body != b"[]" else b"{}")
    with pytest.raises(XboxResponseError) as caught:
        await ask(client, host)
    assert caught.value.service == host


@pytest.mark.parametrize(
    "spoil",
    [
        pytest.param(lambda body: b"\xef\xbb\xbf" + body, id="byte order mark"),
        pytest.param(lambda body: body.replace(b'"odd"', b'"\\ud83d"'), id="half a pair"),
        pytest.param(lambda body: body.replace(b"odd", b"\xe9"), id="one odd byte"),
        pytest.param(lambda body: body.replace(b"odd", b"a\tb\0"), id="control characters"),
        pytest.param(lambda body: body.replace(b'"odd"', b"9" * 5000), id="huge number"),
        pytest.param(lambda body: body.replace(b'"odd"', b"-" + b"9" * 5000), id="huge debt"),
        pytest.param(
            lambda body: body.replace(b'"odd"', b"[" * 300 + b"]" * 300), id="deep nesting"
        ),
    ],
)
@pytest.mark.parametrize("key", ["realName", "presenceState"])
async def test_invalid_json_costs_one_field(
    client: XboxClient, simulator: Simulator, spoil: Callable[[bytes], bytes], key: str
) -> None:
    """Text that strict JSON forbids costs only its field, no other field and no other person."""
    people = [
        {"xuid": FRIEND, "gamertag": "Amber Lark", "gamerScore": 7, key: "odd"},
        {"xuid": OWNER, "gamertag": "Nova Kestrel", "gamerScore": 18450},
    ]
    simulator.fail(PEOPLE, body=spoil(json.dumps({"people": people}).encode()))
    people_by_xuid = await client.people.batch([OWNER, FRIEND])
    assert {xuid: (it.gamertag, it.gamer_score) for xuid, it in people_by_xuid.items()} == {
        FRIEND: ("Amber Lark", 7),
        OWNER: ("Nova Kestrel", 18450),
    }


@pytest.mark.parametrize(
    ("written", "read"),
    [
        (b"Sector \\ud83d", "Sector \ufffd"),
        (b"Sector \\udfae", "Sector \ufffd"),
        (b"\\udfae\\ud83d", "\ufffd\ufffd"),
        (b"\\ud83c\\udfae \\ud83d", "\U0001f3ae \ufffd"),
        (b"\\\\ud83d \\ud83d", "\\ud83d \ufffd"),
        (b"Sect\xc3r \xf0\x9f\x8e", "Sect\ufffdr \ufffd"),
        (b"\xed\xa0\xbd", "\ufffd\ufffd\ufffd"),
    ],
    ids=repr,
)
def test_cut_text(written: bytes, read: str) -> None:
    """A text with half a character is kept, and can be encoded again."""
    answer = Answer(PEOPLE, 200, {}, b'{"text": "%s"}' % written)
    assert answer.json() == {"text": read}
    assert answer.json_object()["text"] == read
    assert read.encode()


def test_cut_key() -> None:
    """Half a character in a key does not lose the other keys."""
    assert Answer(PEOPLE, 200, {}, b'{"\\ud83d": 1, "a": [1.5, true, null, -3]}').json() == {
        "\ufffd": 1,
        "a": [1.5, True, None, -3],
    }


async def ask(client: XboxClient, host: str) -> object:
    """Send a request to a service."""
    calls: dict[str, Callable[[], Awaitable[object]]] = {
        PEOPLE: lambda: client.people.batch([OWNER]),
        PRESENCE: lambda: client.presence.batch([OWNER]),
        TITLES: lambda: client.titles.info(OWNER, STARFALL_DRIFT),
    }
    return await calls[host]()


@pytest.mark.parametrize("host", [PEOPLE, PRESENCE, TITLES])
async def test_connection_cut_half_way(client: XboxClient, simulator: Simulator, host: str) -> None:
    """A half answer is a connection error, and the next request succeeds."""
    simulator.fail(host, cut=True)
    with pytest.raises(XboxConnectionError, match=f"^{host} could not be reached") as caught:
        await ask(client, host)
    assert caught.value.status is None
    assert client.auth.http.last_outcome[host] == "ClientPayloadError"
    assert await ask(client, host)


@pytest.mark.parametrize("host", [PEOPLE, PRESENCE, TITLES])
async def test_time_out(
    client: XboxClient,
    simulator: Simulator,
    freezer: FrozenDateTimeFactory,
    loop_by_hand: None,
    host: str,
) -> None:
    """A request without an answer fails after twenty seconds."""
    simulator.fail(host, hang=True)
    with pytest.raises(XboxConnectionError, match="TimeoutError") as caught:
        await outlast(ask(client, host), simulator, freezer, host)
    assert (caught.value.service, caught.value.status) == (host, None)
    assert client.auth.http.last_outcome[host] == "TimeoutError"
    assert await ask(client, host)


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"\x16\x03\x01 not HTTP at all\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\n{}",
        b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 8\r\n\r\nno gzip!",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n{}\r\n0\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nX-Long: " + b"x" * 100_000 + b"\r\n\r\n{}",
    ],
    ids=["closed", "no HTTP", "negative length", "no gzip", "bad chunk", "long header"],
)
async def test_broken_servers(client: XboxClient, answer: bytes) -> None:
    """Any broken answer of a server is one error of the tree."""
    async with answering(answer) as (_, address):
        # `monkeypatch` would undo this only after the simulator has restored the table
        with (
            patch.dict(endpoints.ORIGINS, {PEOPLE: address}),
            pytest.raises(XboxTemporaryError),  # aiohttp may notice it before or after the body
        ):
            await client.people.batch([OWNER])


async def test_refused_connection(client: XboxClient) -> None:
    """A refused connection is an error of the tree."""
    async with answering(b"") as (_, address):
        pass
    with (
        patch.dict(endpoints.ORIGINS, {PEOPLE: address}),
        pytest.raises(XboxConnectionError, match="ClientConnectorError"),
    ):
        await client.people.batch([OWNER])


async def send(
    session: aiohttp.ClientSession, address: URL, monkeypatch: pytest.MonkeyPatch
) -> Answer:
    """Send a request to the odd server in place of a service."""
    monkeypatch.setitem(endpoints.ORIGINS, PROFILE, address)
    return await HttpClient(session).send(PROFILE, "GET", "/")


@pytest.mark.parametrize(
    ("framing", "part", "most"),
    [
        (b"Content-Length: %d" % (4 * MEGABYTE + 1), bytes(65536), 12),
        (b"Transfer-Encoding: chunked", b"10000\r\n" + bytes(65536) + b"\r\n", 20),
        (b"Connection: close", bytes(65536), 20),
    ],
    ids=["announced", "chunked", "until the end"],
)
async def test_too_large_answer_is_not_read(
    session: aiohttp.ClientSession,
    socket_enabled: None,
    monkeypatch: pytest.MonkeyPatch,
    framing: bytes,
    part: bytes,
    most: int,
) -> None:
    """An announced size is refused at once, any other answer as soon as it is too large."""
    async with answering(OK + framing + b"\r\n\r\n", part, repeat=16 * 100) as (odd, address):
        with pytest.raises(XboxResponseError, match="too many bytes") as caught:
            await send(session, address, monkeypatch)
        assert caught.value.service == PROFILE
        assert odd.sent < most * MEGABYTE, "the rest was not even sent"


@pytest.mark.parametrize("megabytes", [5, 200])
async def test_compressed_bomb(
    session: aiohttp.ClientSession,
    socket_enabled: None,
    monkeypatch: pytest.MonkeyPatch,
    megabytes: int,
) -> None:
    """The size of a compressed answer is that of its decompressed content."""
    compressor = zlib.compressobj(1, zlib.DEFLATED, 31)
    bomb = (
        b"".join(compressor.compress(bytes(MEGABYTE)) for _ in range(megabytes))
        + compressor.flush()
    )
    assert len(bomb) < MEGABYTE
    head = b"Content-Encoding: gzip\r\nContent-Length: %d\r\n\r\n" % len(bomb)
    async with answering(OK + head, bomb) as (_, address):
        http = HttpClient(session)
        monkeypatch.setitem(endpoints.ORIGINS, PROFILE, address)
        with pytest.raises(XboxResponseError, match="too many bytes"):
            await http.send(PROFILE, "GET", "/")
        assert http.last_outcome[PROFILE] == "too large"


@pytest.mark.parametrize("compressed", [False, True])
@pytest.mark.parametrize("over", [0, 1])
async def test_largest_answer(
    session: aiohttp.ClientSession,
    socket_enabled: None,
    monkeypatch: pytest.MonkeyPatch,
    compressed: bool,
    over: int,
) -> None:
    """An answer of exactly the largest size is read; one with one more byte is not."""
    monkeypatch.setattr(requests_module, "LARGEST_ANSWER_BYTES", 100_000)
    plain = b"x" * (100_000 + over)
    body = gzip.compress(plain, 1) if compressed else plain
    coding = b"Content-Encoding: gzip\r\n" if compressed else b""
    head = OK + coding + b"Content-Length: %d\r\n\r\n" % len(body)
    async with answering(head, body) as (_, address):
        if over:
            with pytest.raises(XboxResponseError):
                await send(session, address, monkeypatch)
        else:
            assert (await send(session, address, monkeypatch)).body == plain


def test_limit_is_four_megabytes() -> None:
    """The largest answer has 4 MiB."""
    assert LARGEST_ANSWER_BYTES == 4 * MEGABYTE


async def test_defaults_in_place_of_data(client: XboxClient, simulator: Simulator) -> None:
    """A 200 with made-up values is an error (`docs/network.md` S0.4)."""
    simulator.fail(PEOPLE, headers={"x-xbl-servicedefault": "presence"})
    with pytest.raises(XboxServiceError, match="defaults") as caught:
        await client.people.batch([OWNER])
    assert (caught.value.service, caught.value.status) == (PEOPLE, 200)
    assert await client.people.batch([OWNER])


async def test_cancelled_request_leaves_nothing(client: XboxClient, simulator: Simulator) -> None:
    """After a cancelled request the next one succeeds."""
    simulator.fail(PEOPLE, hang=True)
    waiting = asyncio.create_task(client.people.batch([OWNER]))
    while not simulator.requests(PEOPLE):
        await asyncio.sleep(0)
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    assert await client.people.batch([OWNER])
