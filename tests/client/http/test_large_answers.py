"""Large answers: they are read in another thread, so that the event loop goes on."""

import ast
import asyncio
import threading
from collections.abc import Awaitable, Callable, Sized
from pathlib import Path

import pytest

import custom_components.xbox_network
from custom_components.xbox_network.xbox import AuthenticationManager, XboxClient
from custom_components.xbox_network.xbox.errors import XboxRateLimitError, XboxResponseError
from custom_components.xbox_network.xbox.http.requests import (
    LARGEST_READ_AT_ONCE_BYTES,
    Answer,
)
from custom_components.xbox_network.xbox.services.catalog import AlternateId
from tests.client.conftest import (
    ACHIEVEMENTS,
    CATALOG,
    CONSOLES,
    FRIEND,
    LIVE,
    OLD_GAME,
    OWNER,
    PEOPLE,
    PRESENCE,
    PROFILE,
    STARFALL_DRIFT,
    TITLES,
    USER_AUTH,
    XSTS,
)
from tests.simulator import Console, Simulator

PACKAGE = Path(custom_components.xbox_network.__file__).parent
STATS = "userstats.xboxlive.com"
LARGE = LARGEST_READ_AT_ONCE_BYTES + 1
LARGEST_HONEST = 1_500_000


def body_of(size: int) -> bytes:
    """Return a JSON text of a size."""
    return b'"%s"' % (b"x" * (size - 2))


def thread_of(body: object, service: str) -> tuple[int, int, str]:
    """Return the thread of a reader, and what it is given."""
    return threading.get_ident(), len(str(body)), service


async def test_the_loop_goes_on() -> None:
    """From 256 KiB on the loop is free while an answer is read; a smaller one is read at once."""
    here = threading.get_ident()
    small = Answer(PEOPLE, 200, {}, body_of(256 * 1024))
    large = Answer(PEOPLE, 200, {}, body_of(256 * 1024 + 1))
    assert await small.read(thread_of) == (here, 256 * 1024 - 2, PEOPLE)
    thread, size, service = await large.read(thread_of)
    assert (size, service) == (256 * 1024 - 1, PEOPLE)
    assert thread != here
    ticked = threading.Event()
    asyncio.get_running_loop().call_soon(ticked.set)
    assert not await small.read(lambda *_: ticked.is_set())
    assert await large.read(lambda *_: ticked.wait(5.0)), "the loop stood still"


async def test_errors_of_readers() -> None:
    """An answer that cannot be read is the same error in another thread."""
    for size in (10, LARGE):
        with pytest.raises(XboxResponseError, match="is no JSON") as caught:
            await Answer(PEOPLE, 200, {}, b"[" * size).read(thread_of)
        assert (caught.value.service, caught.value.status) == (PEOPLE, 200)
        assert caught.value.__context__ is None


def test_bodies_of_errors() -> None:
    """The body of an error is not read if it is larger than any honest one; that of an answer is."""
    small, large = (b'{"a": 1, "x": %s}' % body_of(size) for size in (9, LARGE))
    for status in (300, 400, 429, 500):
        assert Answer(PEOPLE, status, {}, small).json_object()["a"] == 1
        assert Answer(PEOPLE, status, {}, large).json_object() == {}
    assert Answer(PEOPLE, 299, {}, large).json_object()["a"] == 1


@pytest.mark.parametrize(("size", "pause"), [(9, 7.0), (LARGE, None)])
async def test_large_refusal(
    client: XboxClient, simulator: Simulator, size: int, pause: float | None
) -> None:
    """A pause is not looked for in a large body of a refusal, which is a refusal nevertheless."""
    simulator.fail(PEOPLE, status=429, body=b'{"periodInSeconds": 7, "x": %s}' % body_of(size))
    with pytest.raises(XboxRateLimitError) as caught:
        await client.people.batch([OWNER])
    assert caught.value.retry_after == pause


def requests(
    account: AuthenticationManager, den: Console
) -> list[tuple[str, Callable[[], Awaitable[object]]]]:
    """Return a request for each model."""
    client = XboxClient(account)
    achievements, titles, people = client.achievements, client.titles, client.people
    return [
        (LIVE, account.refresh_oauth_token),
        (USER_AUTH, account.request_user_token),
        (XSTS, account.request_xsts_token),
        (PEOPLE, lambda: people.batch([OWNER, FRIEND])),
        (PEOPLE, people.friends),
        (PEOPLE, people.friend_requests),
        (PRESENCE, lambda: client.presence.batch([OWNER, FRIEND])),
        (PRESENCE, lambda: client.presence.friends_online(OWNER)),
        (PROFILE, lambda: client.profile.by_gamertag("Nova Kestrel")),
        (TITLES, lambda: titles.info(OWNER, STARFALL_DRIFT)),
        (TITLES, lambda: titles.history(OWNER, 10)),
        (TITLES, lambda: titles.last_played(OWNER, 10)),
        (STATS, lambda: client.stats.minutes_played({(OWNER, STARFALL_DRIFT)})),
        (ACHIEVEMENTS, lambda: achievements.total(OWNER, STARFALL_DRIFT)),
        (ACHIEVEMENTS, lambda: achievements.whole(OWNER, STARFALL_DRIFT, old=False)),
        (ACHIEVEMENTS, lambda: achievements.whole(OWNER, OLD_GAME, old=True)),
        (ACHIEVEMENTS, lambda: achievements.old_titles(OWNER)),
        (CONSOLES, client.consoles.consoles),
        (CONSOLES, lambda: client.consoles.status(den.console_id)),
        (CONSOLES, lambda: client.consoles.installed_apps(den.console_id)),
        (CATALOG, lambda: client.catalog.search("Starfall")),
        (CATALOG, lambda: client.catalog.products(["9XBOXDEMO001"])),
        (
            CATALOG,
            lambda: client.catalog.products_by(AlternateId.LEGACY_XBOX_PRODUCT_ID, STARFALL_DRIFT),
        ),
    ]


async def test_each_large_answer(
    account: AuthenticationManager,
    simulator: Simulator,
    den: Console,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A large answer of each service, and the largest honest one, is read in another thread, with the like result."""
    threads = 0
    in_thread = asyncio.to_thread

    async def counted[T](work: Callable[[], T]) -> T:
        nonlocal threads
        threads += 1
        return await in_thread(work)

    def padded(content: object) -> object:
        size = LARGEST_HONEST if host == TITLES else LARGE
        if isinstance(content, list):
            return [*content, "x" * size]
        assert isinstance(content, dict)
        return {**content, "padding": "x" * size}

    monkeypatch.setattr(asyncio, "to_thread", counted)
    for host, ask in requests(account, den):
        plain = await ask()
        assert threads == 0
        simulator.spoil(host, padded)
        large = await ask()
        assert threads == 1, "one thread for one answer"
        assert type(large) is type(plain)
        if isinstance(plain, Sized) and isinstance(large, Sized):
            assert len(large) == len(plain)
        threads = 0


def test_nobody_reads_by_itself() -> None:
    """Only the listed modules read JSON in the loop: frames and bodies of errors, which are small."""
    allowed = {
        ("xbox/http/requests.py", "json_object"),
        ("xbox/http/requests.py", "json"),
        ("xbox/realtime/connection.py", "json"),  # a frame, of 256 KiB at most
        ("xbox/services/consoles.py", "json_object"),  # in `unhurried`
        ("xbox/auth/chain.py", "json_object"),  # the body of an error
        ("xbox/auth/oauth.py", "json_object"),  # the body of an error
        ("xbox/auth/device_code.py", "json_object"),  # the body of an error
    }
    found = set()
    for path in PACKAGE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            match node:
                case ast.Call(func=ast.Attribute(attr="json" | "json_object" as name)):
                    found.add((path.relative_to(PACKAGE).as_posix(), name))
                case _:
                    pass
    assert found == allowed
