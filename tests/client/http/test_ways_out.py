"""Every way out of the integration, and the rules that hold for each.

The rules: known hosts only, no redirect, an answer of limited size, a limited time, and only errors of the
client. A new way out fails `test_ways_are_listed`: give it these rules, and a row in `WAYS`.
"""

import ast
import asyncio
import gc
import ssl
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from unittest.mock import patch

import aiohttp
import pytest
from freezegun.api import FrozenDateTimeFactory

import custom_components.xbox_network
from custom_components.xbox_network.xbox import AuthenticationManager, XboxClient, endpoints
from custom_components.xbox_network.xbox.auth.signing import SignedSession
from custom_components.xbox_network.xbox.endpoints import IMAGE_HOSTS, Service
from custom_components.xbox_network.xbox.errors import (
    XboxConnectionError,
    XboxError,
    XboxResponseError,
)
from custom_components.xbox_network.xbox.http.requests import (
    LARGEST_ANSWER_BYTES,
    LARGEST_READ_AT_ONCE_BYTES,
    TIMEOUT_SECONDS,
)
from custom_components.xbox_network.xbox.http.sockets import (
    LARGEST_FRAME_BYTES,
    UPGRADE_SECONDS,
    open_socket,
)
from custom_components.xbox_network.xbox.images import Picture
from tests.client.conftest import OWNER, PRESENCE, REDIRECT_URI, outlast
from tests.helpers.client.odd_server import answering
from tests.simulator import CLIENT_ID, CLIENT_SECRET, Simulator

ROOT = Path(custom_components.xbox_network.__file__).parents[2]
REALTIME = "rta.xboxlive.com"
IMAGES = "images-eds-ssl.xboxlive.com"

type Way = Callable[[AuthenticationManager, str], Awaitable[object]]


async def ask(account: AuthenticationManager, host: str) -> bytes:
    """Send a request with a token, and return the body of the answer."""
    assert account.xsts_token
    headers = {"Authorization": account.xsts_token.authorization_header_value}
    answer = await account.http.send(host, "GET", "/", headers=headers)
    answer.raise_for_status()
    return answer.body


def fetch(account: AuthenticationManager, host: str) -> Awaitable[object]:
    """Fetch a picture."""
    return XboxClient(account).fetch(Picture(host, "/image?url=a"))


async def connect(account: AuthenticationManager, host: str) -> str:
    """Open a web socket, and return its first frame."""
    assert account.xsts_token
    headers = {"Authorization": account.xsts_token.authorization_header_value}
    socket = await open_socket(
        account.session, host, "/connect", protocol="rta.xboxlive.com.V2", headers=headers
    )
    try:
        return str((await socket.receive()).type.name)
    finally:
        await socket.close()


WAYS: dict[tuple[str, str], tuple[tuple[str, Way], ...]] = {
    ("xbox/http/requests.py", "request"): ((PRESENCE, ask), (IMAGES, fetch)),
    ("xbox/http/sockets.py", "ws_connect"): ((REALTIME, connect),),
    ("xbox/http/sockets.py", "ClientSession"): (),  # for `ws_connect`
    # a session for developers; the client sends its own requests with it as with any other
    ("xbox/auth/signing.py", "request"): (),
    ("xbox/auth/signing.py", "ClientSession"): (),
    ("xbox/auth/signing.py", "ssl"): (),  # for annotations
    ("api.py", "async_create_clientsession"): (),  # for both
    ("scripts/xbox_dev/doctor.py", "ClientSession"): (),
    ("scripts/xbox_dev/doctor.py", "get"): (),  # only the simulator, in place of a browser
}
EACH_WAY = [row for rows in WAYS.values() for row in rows]

# Calls that send something; some of the names belong to tables, too, unless they are awaited.
_SENDING = {
    *("ws_connect", "post", "patch", "head", "options", "urlopen", "urlretrieve"),
    *("open_connection", "create_connection", "create_datagram_endpoint", "sock_connect"),
    *("ClientSession", "async_create_clientsession", "async_get_clientsession", "get_async_client"),
    *("create_async_httpx_client", "async_get_image", "async_fetch_image"),
}
_SENDING_IF_AWAITED = {"request", "get", "put", "delete"}
# Modules that can send something by themselves.
_NETWORK = {"socket", "http.client", "urllib.request", "requests", "httpx", "websockets", "ssl"}


def calls(path: Path) -> Iterator[str]:
    """Yield the names of calls in a file that may send something, and the modules that may."""
    awaited: set[ast.AST] = set()
    for node in ast.walk(ast.parse(path.read_text())):
        match node:
            case ast.Await(value=ast.Call() as call):
                awaited.add(call)
            case ast.AsyncWith(items=items):
                awaited |= {item.context_expr for item in items}
            case ast.Call(func=ast.Attribute(attr=name)) if name in _SENDING_IF_AWAITED:
                if node in awaited:
                    yield name
            case ast.Call(func=ast.Attribute(attr=name) | ast.Name(id=name)) if name in _SENDING:
                yield name
            case ast.Import(names=names):
                yield from {alias.name for alias in names} & _NETWORK
            case ast.ImportFrom(module=str(module), level=0) if module in _NETWORK:
                yield module
            case _:
                pass


def test_ways_are_listed() -> None:
    """Every way out of the integration and of the doctor is listed above."""
    package = ROOT / "custom_components/xbox_network"
    found = {
        (path.relative_to(package).as_posix(), name)
        for path in package.rglob("*.py")
        for name in calls(path)
    }
    doctor = "scripts/xbox_dev/doctor.py"
    found |= {(doctor, name) for name in calls(ROOT / doctor)}
    assert found == WAYS.keys()


@pytest.mark.parametrize(
    "text",
    [
        "await self.session.get(url)",
        "async with session.delete(url) as answer: pass",
        "sending = session.post(url)",
        "import httpx",
        "from urllib.request import urlopen",
        "async with session.request('GET', url) as answer: pass",
        "await hass.session.put(url)",
        "reader, writer = await asyncio.open_connection(host, 443)",
        "async_get_clientsession(hass)",
    ],
)
def test_new_way_is_found(tmp_path: Path, text: str) -> None:
    """The test above finds a new way out."""
    path = tmp_path / "new.py"
    path.write_text(f"async def new():\n    {text}\n    return table.get(1)\n")
    assert len(list(calls(path))) == 1


@pytest.mark.parametrize(("_", "way"), EACH_WAY)
async def test_unknown_host(account: AuthenticationManager, _: str, way: Way) -> None:
    """There is no way to an unknown host."""
    for host in ("example.com", "rta.xboxlive.com.example.com", "", "RTA.xboxlive.com"):
        with pytest.raises(KeyError):
            await way(account, host)


def test_limits() -> None:
    """A whole frame is read in the event loop, so it is no larger than any answer that is."""
    assert (TIMEOUT_SECONDS, UPGRADE_SECONDS) == (20.0, 15.0)
    assert LARGEST_ANSWER_BYTES == 4 * 1024 * 1024
    assert LARGEST_FRAME_BYTES == LARGEST_READ_AT_ONCE_BYTES == 256 * 1024


def test_known_hosts() -> None:
    """The known hosts are the services and the hosts of pictures, all with https."""
    assert endpoints.ORIGINS.keys() == {*Service, *IMAGE_HOSTS}
    assert {url.scheme for url in endpoints.ORIGINS.values()} == {"https"}


@pytest.mark.parametrize("status", [300, 301, 302, 303, 304, 305, 307, 308])
@pytest.mark.parametrize(("host", "way"), EACH_WAY)
async def test_redirect(
    account: AuthenticationManager, simulator: Simulator, host: str, way: Way, status: int
) -> None:
    """No redirect is followed, to whatever address."""
    async with answering(b"HTTP/1.1 200 OK\r\n\r\n{}") as (elsewhere, address):
        for location in (str(address), f"//127.0.0.1:{address.port}", "/", "http://["):
            simulator.fail(host, status=status, headers={"Location": location})
            with pytest.raises(XboxError) as caught:
                await way(account, host)
            assert caught.value.status == status
        assert elsewhere.asked == []
        assert len(simulator.requests()) == len(simulator.requests(host)) == 4


@pytest.mark.parametrize("status", [200, 302, 403, 500])
async def test_refused_upgrade_is_hung_up(account: AuthenticationManager, status: int) -> None:
    """An answer without an upgrade is not read: the connection is closed, however long the rest would take."""
    head = b"HTTP/1.1 %d No\r\nLocation: /\r\nContent-Length: 9999999\r\n\r\n" % status
    untidy: list[object] = []
    asyncio.get_running_loop().set_exception_handler(lambda _, context: untidy.append(context))
    async with answering(head, b"x", waits=True) as (odd, address):
        with (
            patch.dict(endpoints.ORIGINS, {REALTIME: address}),
            pytest.raises(XboxError) as caught,
        ):
            await connect(account, REALTIME)
        assert caught.value.status == status
        await odd.hung_up.wait()
    gc.collect()
    assert untidy == []


@pytest.mark.parametrize(("host", "way"), EACH_WAY)
async def test_session_of_others(
    account: AuthenticationManager,
    simulator: Simulator,
    monkeypatch: pytest.MonkeyPatch,
    host: str,
    way: Way,
) -> None:
    """What a session does at a redirect does not matter; a proxy is used only if the session says so."""

    async def reads_redirect(
        request: aiohttp.ClientRequest, send: aiohttp.ClientHandlerType
    ) -> aiohttp.ClientResponse:
        await send(request)
        raise ValueError("http://[")

    simulator.fail(host, status=302, headers={"Location": "http://["}, times=2)
    async with answering(b"HTTP/1.1 418 No\r\n\r\n") as (proxy, address):
        monkeypatch.setenv("http_proxy", str(address))
        monkeypatch.setattr("urllib.request.proxy_bypass", lambda *_: False)
        for trusting, status in ((False, 302), (True, 418)):
            async with aiohttp.ClientSession(
                middlewares=(reads_redirect,), trust_env=trusting
            ) as session:
                other = AuthenticationManager(session, CLIENT_ID, CLIENT_SECRET, REDIRECT_URI)
                other.xsts_token = account.xsts_token
                with pytest.raises(XboxError) as caught:
                    await way(other, host)
            assert caught.value.status == status
        assert len(proxy.asked) == 1


@pytest.mark.parametrize(("host", "way"), EACH_WAY)
async def test_time_out(
    account: AuthenticationManager,
    simulator: Simulator,
    freezer: FrozenDateTimeFactory,
    loop_by_hand: None,
    host: str,
    way: Way,
) -> None:
    """No way waits for ever."""
    simulator.fail(host, hang=True)
    with pytest.raises(XboxConnectionError, match="TimeoutError"):
        await outlast(way(account, host), simulator, freezer, host)  # type: ignore[arg-type]


@pytest.mark.parametrize(("host", "way"), [it for it in EACH_WAY if it[1] is not connect])
async def test_size(account: AuthenticationManager, host: str, way: Way) -> None:
    """No answer of more than 4 MiB is taken, one of 4 MiB is."""
    for size in (LARGEST_ANSWER_BYTES, LARGEST_ANSWER_BYTES + 1):
        head = b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % size
        async with answering(head, bytes(size)) as (_, address):
            with patch.dict(endpoints.ORIGINS, {host: address}):
                if size <= LARGEST_ANSWER_BYTES:
                    assert await way(account, host)
                    continue
                with pytest.raises(XboxResponseError, match="too many bytes"):
                    await way(account, host)


@pytest.mark.parametrize("expected_lingering_timers", [True])  # aiohttp's, of the broken socket
async def test_size_of_a_frame(
    account: AuthenticationManager, simulator: Simulator, expected_lingering_timers: bool
) -> None:
    """A frame below 256 KiB is taken, and a longer one ends the connection."""
    for size, kind in ((LARGEST_FRAME_BYTES - 1, "TEXT"), (LARGEST_FRAME_BYTES, "ERROR")):
        connecting = asyncio.create_task(connect(account, REALTIME))
        while not simulator.rta.open:
            await asyncio.sleep(0)
        simulator.rta.open[0].send_text("x" * size)
        assert await connecting == kind
        while simulator.rta.open:
            await asyncio.sleep(0)


@pytest.mark.parametrize(("host", "way"), EACH_WAY)
async def test_errors(account: AuthenticationManager, host: str, way: Way) -> None:
    """Whatever goes wrong below is an error of the client; a cancellation stays one."""
    failures = (
        *(RuntimeError("Event loop is closed"), aiohttp.InvalidURL("http://["), TimeoutError()),
        AssertionError(),  # aiohttp's, where the session ends between its own look and the connection
        *(ConnectionResetError(), aiohttp.ClientConnectionResetError(), OSError(24, "too many")),
        *(aiohttp.ServerDisconnectedError(), aiohttp.ClientPayloadError(), aiohttp.ClientError()),
        *(ssl.SSLError(1, "bad record"), ssl.SSLCertVerificationError(1, "expired")),
    )
    for failure in failures:
        with patch.object(aiohttp.TCPConnector, "connect", side_effect=failure):
            with pytest.raises(
                XboxConnectionError, match=r"could not be reached \(\w+\)$"
            ) as caught:
                await way(account, host)
            assert (caught.value.service, caught.value.status) == (host, None)
            assert caught.value.__context__ is None
    unicode_error = UnicodeEncodeError("idna", "x", 0, 1, "label too long")
    with (
        patch.object(aiohttp.TCPConnector, "connect", side_effect=unicode_error),
        pytest.raises(XboxError),
    ):
        await way(account, host)
    with (
        patch.object(aiohttp.TCPConnector, "connect", side_effect=asyncio.CancelledError),
        pytest.raises(asyncio.CancelledError),
    ):
        await way(account, host)


@pytest.mark.parametrize("part", ["session", "connector"])
@pytest.mark.parametrize(("host", "way"), EACH_WAY)
async def test_closed(
    account: AuthenticationManager,
    session: aiohttp.ClientSession,
    simulator: Simulator,
    host: str,
    way: Way,
    part: str,
) -> None:
    """After the end of the session, or of its connections, nobody is asked."""
    connector = session.connector
    assert connector
    await (session.close() if part == "session" else connector.close())
    with pytest.raises(XboxConnectionError):
        await way(account, host)
    assert simulator.requests() == []


@pytest.mark.parametrize(("host", "way"), EACH_WAY)
async def test_signed_session(
    account: AuthenticationManager, simulator: Simulator, host: str, way: Way
) -> None:
    """The same rules hold with a session that can sign: no redirect, and nobody is asked after its end."""
    async with SignedSession() as session:
        signed = AuthenticationManager(session, CLIENT_ID, CLIENT_SECRET, REDIRECT_URI)
        signed.xsts_token = account.xsts_token
        simulator.fail(host, status=302, headers={"Location": "/"})
        with pytest.raises(XboxError) as caught:
            await way(signed, host)
        assert caught.value.status == 302
    with pytest.raises(XboxConnectionError):
        await way(signed, host)
    assert [it.host for it in simulator.requests()] == [host]


async def test_connections_are_shared(
    account: AuthenticationManager, session: aiohttp.ClientSession, simulator: Simulator
) -> None:
    """The socket uses the connections of the given session, which stays open after the socket's end."""
    connector = session.connector
    assert connector
    with patch.object(connector, "connect", wraps=connector.connect) as connecting:
        await_frame = asyncio.create_task(connect(account, REALTIME))
        while not simulator.rta.open:
            await asyncio.sleep(0)
        simulator.rta.open[0].close()
        assert await await_frame == "CLOSE"
    assert connecting.call_count == 1
    assert not session.closed
    assert await XboxClient(account).people.batch([OWNER])
