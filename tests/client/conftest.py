"""The network of the simulator, and an account that signed in there as a browser does."""

import html
import re
from collections.abc import AsyncIterator, Iterator
from datetime import UTC

import aiohttp
import freezegun
import pytest
from freezegun.api import FrozenDateTimeFactory
from yarl import URL

from custom_components.xbox_network.xbox import AuthenticationManager, XboxClient, endpoints
from tests.simulator import CLIENT_ID, CLIENT_SECRET, Simulator, redirect

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
TITLES = "titlehub.xboxlive.com"

HOUR = 3600.0
DAY = 24 * HOUR


@pytest.fixture
def freezer() -> Iterator[FrozenDateTimeFactory]:
    """Let the clocks stand still and move by hand; the event loop keeps its own."""
    with freezegun.freeze_time("2031-03-01T08:00:00Z", real_asyncio=True) as frozen:
        assert isinstance(frozen, FrozenDateTimeFactory)
        yield frozen


@pytest.fixture(autouse=True)
def configure_event_loop() -> None:
    """Leave the loop as it is: Home Assistant would bind it to the frozen clock."""


@pytest.fixture
async def simulator(
    freezer: FrozenDateTimeFactory, socket_enabled: None
) -> AsyncIterator[Simulator]:
    """Run a network and point the client to it; its clock is right whatever the host's is."""
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
    """Return the sign-in of nobody so far."""
    return AuthenticationManager(session, CLIENT_ID, CLIENT_SECRET, REDIRECT_URI)


@pytest.fixture
async def account(stranger: AuthenticationManager, simulator: Simulator) -> AuthenticationManager:
    """Return the adult's sign-in, with an empty log of requests."""
    await sign_in(stranger, "Nova Kestrel")
    simulator.clear()
    return stranger


@pytest.fixture
def client(account: AuthenticationManager) -> XboxClient:
    """Return the services as the adult calls them."""
    return XboxClient(account)


async def sign_in(manager: AuthenticationManager, name: str) -> None:
    """Sign somebody in through the authorize page."""
    await manager.request_tokens(await authorization_code(manager, name))


async def authorization_code(manager: AuthenticationManager, name: str) -> str:
    """Choose somebody on the authorize page; return the code that the browser brings back."""
    page = URL(manager.generate_authorization_url("opaque state"))
    async with manager.session.get(page) as response:
        links = re.findall(r'<a href="([^"]+)">([^<]+)</a>', await response.text())
    link = next(html.unescape(link) for link, text in links if text == name)
    async with manager.session.get(page.join(URL(link)), allow_redirects=False) as response:
        back = URL(response.headers["Location"])
    assert back.with_query(None) == URL(REDIRECT_URI)
    assert back.query["state"] == "opaque state"
    return back.query["code"]


def asked(simulator: Simulator) -> list[str]:
    """Return the hosts that were asked since the log was cleared, in their order."""
    return [request.host for request in simulator.requests()]
