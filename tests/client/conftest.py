"""Fixtures of the client's tests: the simulated network, a signed-in account, and its observers."""

import asyncio
import html
import re
from collections.abc import AsyncIterator, Coroutine, Iterator
from datetime import UTC
from typing import Any

import aiohttp
import freezegun
import pytest
from freezegun.api import FrozenDateTimeFactory
from yarl import URL

from custom_components.xbox_network.xbox import AuthenticationManager, XboxClient, endpoints
from custom_components.xbox_network.xbox.caches.products import ProductCache
from custom_components.xbox_network.xbox.caches.titles import TitleCache
from custom_components.xbox_network.xbox.consoles.observer import ConsolesObserver
from custom_components.xbox_network.xbox.http.requests import TIMEOUT_SECONDS
from custom_components.xbox_network.xbox.models.titles import TitleAchievement
from custom_components.xbox_network.xbox.people.observer import PeopleObserver
from custom_components.xbox_network.xbox.people.person import PersonSnapshot
from tests.helpers.client.playtime_runner import PlaytimeRunner
from tests.simulator import (
    CLIENT_ID,
    CLIENT_SECRET,
    Console,
    Person,
    Simulator,
    add_consoles,
    redirect,
)

REDIRECT_URI = "https://my.home-assistant.io/redirect/oauth"
OWNER = "2535400000000001"
FRIEND = "2535400000000011"
OTHER_FRIEND = "2535400000000012"

LIVE = "login.live.com"
USER_AUTH = "user.auth.xboxlive.com"
XSTS = "xsts.auth.xboxlive.com"
PEOPLE = "peoplehub.xboxlive.com"
PRESENCE = "userpresence.xboxlive.com"
PROFILE = "profile.xboxlive.com"
STATS = "userstats.xboxlive.com"
TITLES = "titlehub.xboxlive.com"
ACHIEVEMENTS = "achievements.xboxlive.com"
CONSOLES = "xccs.xboxlive.com"
CATALOG = "displaycatalog.mp.microsoft.com"

STARFALL_DRIFT, HARBOR_KINGS, LUMEN_VIDEO = "1900000001", "1900000002", "1900000900"
OLD_GAME = "1900000360"
PLAYING = (OWNER, STARFALL_DRIFT)
WATCHED = [OWNER, FRIEND, OTHER_FRIEND]

HOUR = 3600.0
DAY = 24 * HOUR


@pytest.fixture
def loop_by_hand() -> None:
    """Make the event loop follow the frozen clock, so that `outlast` can make time-outs pass."""


@pytest.fixture
def freezer(request: pytest.FixtureRequest) -> Iterator[FrozenDateTimeFactory]:
    """Freeze the clocks; a test moves them. The event loop keeps its own clock."""
    real_asyncio = "loop_by_hand" not in request.fixturenames
    with freezegun.freeze_time("2031-03-01T08:00:00Z", real_asyncio=real_asyncio) as frozen:
        assert isinstance(frozen, FrozenDateTimeFactory)
        yield frozen


@pytest.fixture(autouse=True)
def configure_event_loop() -> None:
    """Leave the loop as it is: Home Assistant would bind it to the frozen clock."""


@pytest.fixture
async def simulator(
    freezer: FrozenDateTimeFactory, socket_enabled: None
) -> AsyncIterator[Simulator]:
    """Run a network that the client uses; its clock is the frozen one, also if the host's clock is wrong."""
    simulator = Simulator(clock=lambda: freezer().replace(tzinfo=UTC).timestamp())
    await simulator.start()
    with redirect(endpoints, simulator.url):
        yield simulator
    await simulator.stop()


@pytest.fixture
async def session() -> AsyncIterator[aiohttp.ClientSession]:
    """Return a session that is closed at the end."""
    async with aiohttp.ClientSession() as session:
        yield session


@pytest.fixture
def stranger(simulator: Simulator, session: aiohttp.ClientSession) -> AuthenticationManager:
    """Return an authentication manager without tokens."""
    return AuthenticationManager(session, CLIENT_ID, CLIENT_SECRET, REDIRECT_URI)


@pytest.fixture
async def account(stranger: AuthenticationManager, simulator: Simulator) -> AuthenticationManager:
    """Return the adult account's authentication manager, with an empty log of requests."""
    await sign_in(stranger, "Nova Kestrel")
    simulator.clear()
    return stranger


@pytest.fixture
def client(account: AuthenticationManager) -> XboxClient:
    """Return the services for the adult account."""
    return XboxClient(account)


@pytest.fixture
def owner(simulator: Simulator) -> Person:
    """Return the account's owner in the simulated world."""
    return simulator.world.person(OWNER)


@pytest.fixture
def friend(simulator: Simulator) -> Person:
    """Return a friend of the owner."""
    return simulator.world.person(FRIEND)


@pytest.fixture
def observer(client: XboxClient) -> PeopleObserver:
    """Return an observer of the owner and two friends."""
    return PeopleObserver(client, WATCHED)


@pytest.fixture
def playtime_runner(
    client: XboxClient, simulator: Simulator, freezer: FrozenDateTimeFactory
) -> PlaytimeRunner:
    """Return a runner that counts the play time of the owner and two friends."""
    return PlaytimeRunner(client, simulator, freezer, *WATCHED)


@pytest.fixture
def title_cache(client: XboxClient) -> TitleCache:
    """Return an empty title cache."""
    return TitleCache(client)


@pytest.fixture
def product_cache(client: XboxClient) -> ProductCache:
    """Return an empty product cache."""
    return ProductCache(client.catalog)


@pytest.fixture
def consoles(simulator: Simulator) -> tuple[Console, Console]:
    """Return the owner's consoles: one in the den, which is on, and one in the bedroom, which sleeps."""
    return add_consoles(simulator.world)


@pytest.fixture
def den(consoles: tuple[Console, Console]) -> Console:
    """Return the console that is on."""
    return consoles[0]


@pytest.fixture
def bedroom(consoles: tuple[Console, Console]) -> Console:
    """Return the console that sleeps."""
    return consoles[1]


@pytest.fixture
async def consoles_observer(
    client: XboxClient, consoles: tuple[Console, Console]
) -> AsyncIterator[ConsolesObserver]:
    """Return an observer of the owner's consoles."""
    consoles_observer = ConsolesObserver(client)
    yield consoles_observer
    await consoles_observer.close()


async def sign_in(manager: AuthenticationManager, name: str) -> None:
    """Sign a person in through the authorize page."""
    await manager.request_tokens(await authorization_code(manager, name))


async def authorization_code(manager: AuthenticationManager, name: str) -> str:
    """Choose a person on the authorize page; return the code that the browser brings back."""
    page = URL(manager.generate_authorization_url("opaque state"))
    async with manager.session.request("GET", page) as response:
        links = re.findall(r'<a href="([^"]+)">([^<]+)</a>', await response.text())
    link = next(html.unescape(link) for link, text in links if text == name)
    chosen = page.join(URL(link))
    async with manager.session.request("GET", chosen, allow_redirects=False) as response:
        back = URL(response.headers["Location"])
    assert back.with_query(None) == URL(REDIRECT_URI)
    assert back.query["state"] == "opaque state"
    return back.query["code"]


def products(simulator: Simulator, *title_ids: str) -> list[str]:
    """Return the product ids of titles."""
    return [simulator.world.titles[title_id].product_id for title_id in title_ids]


def asked(simulator: Simulator) -> list[str]:
    """Return the hosts of the requests since the log was cleared, in order."""
    return [request.host for request in simulator.requests()]


async def see(observer: PeopleObserver, xuid: str = OWNER) -> PersonSnapshot:
    """Refresh, and return one of the people."""
    return (await observer.refresh())[xuid]


async def watch(
    observer: PeopleObserver,
    freezer: FrozenDateTimeFactory,
    seconds: float,
    step: float | None = None,
) -> dict[str, PersonSnapshot]:
    """Refresh when the observer is due, or after each step, for some seconds; return the last people."""
    people = await observer.refresh()
    while seconds > 0:
        elapsed = step or observer.seconds_until_refresh
        seconds -= elapsed
        freezer.tick(elapsed)
        people = await observer.refresh()
    return people


def times(simulator: Simulator, host: str) -> list[float]:
    """Return the times of a host's requests, in seconds after the first request of the log."""
    start = min(request.started for request in simulator.requests())
    return [round(request.started - start, 3) for request in simulator.requests(host)]


async def outlast[T](
    call: Coroutine[Any, Any, T], simulator: Simulator, freezer: FrozenDateTimeFactory, host: str
) -> T:
    """Wait for a call; whenever it hangs at the host, let its time-out pass."""
    task = asyncio.create_task(call)
    outlasted = len(simulator.requests(host))
    while not task.done():
        await asyncio.sleep(0)
        if len(simulator.requests(host)) > outlasted:
            outlasted += 1
            freezer.tick(TIMEOUT_SECONDS + 1)  # aiohttp rounds up
    return await task


def progress(title_cache: TitleCache, key: tuple[str, str] = PLAYING) -> TitleAchievement:
    """Return a person's progress in a title, an empty one if it is unknown."""
    title = title_cache.title(*key)
    return (title and title.achievement) or TitleAchievement()


def unlocked(title_cache: TitleCache, key: tuple[str, str] = PLAYING) -> int | None:
    """Return the number of achievements that a person has unlocked in a title."""
    return progress(title_cache, key).current_achievements


def total(title_cache: TitleCache, key: tuple[str, str] = PLAYING) -> int | None:
    """Return the number of a title's achievements in the answer to a person."""
    return progress(title_cache, key).total_achievements
