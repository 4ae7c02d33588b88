"""A running simulator with a clock of its own, and clients that call it as they should."""

from collections.abc import AsyncIterator, Mapping
from typing import Any

import aiohttp
import pytest
from yarl import URL

from tests.helpers.simulator.rta_client import RtaClient
from tests.helpers.simulator.xccs_client import XccsClient
from tests.simulator import Console, Simulator, add_consoles

OWNER = "2535400000000001"
FRIEND = "2535400000000011"
OTHER_FRIEND = "2535400000000012"
STRANGER = "2535400000000002"

CONTRACTS = {
    "peoplehub.xboxlive.com": "7",
    "userpresence.xboxlive.com": "3",
    "profile.xboxlive.com": "3",
    "titlehub.xboxlive.com": "2",
    "social.xboxlive.com": "2",
    "achievements.xboxlive.com": "4",
    "userstats.xboxlive.com": "2",
    "xccs.xboxlive.com": "4",
}


class ManualClock:
    """A clock that moves when told."""

    def __init__(self) -> None:
        """Start somewhere in 2031."""
        self.now = 1_930_000_000.25

    def __call__(self) -> float:
        """Tell the time."""
        return self.now


class Caller:
    """Makes the requests that a correct client makes; each part can be changed or left out."""

    def __init__(self, simulator: Simulator, session: aiohttp.ClientSession) -> None:
        """Keep where to call."""
        self.simulator = simulator
        self.session = session

    async def post(
        self, path: str, content: object = None, **options: Any
    ) -> aiohttp.ClientResponse:
        """Send something to `<host>/<path>`, with the body read."""
        return await self.request("POST", path, json=content, **options)

    async def request(self, method: str, path: str, **options: Any) -> aiohttp.ClientResponse:
        """Send a request as it is, with the body of the answer read."""
        options.setdefault("allow_redirects", False)
        response = await self.session.request(
            method, f"{self.simulator.url}/{path.removeprefix('/')}", **options
        )
        await response.read()
        return response

    async def user_token(
        self, live: Mapping[str, object], changes: Mapping[str, Any] | None = None, **headers: str
    ) -> aiohttp.ClientResponse:
        """Ask for a user token; `changes` go into the properties or the body."""
        properties = {
            "AuthMethod": "RPS",
            "SiteName": "user.auth.xboxlive.com",
            "RpsTicket": f"d={live['access_token']}",
        }
        body = _token_body("http://auth.xboxlive.com", properties, changes or {})
        return await self._token("user.auth.xboxlive.com/user/authenticate", body, headers)

    async def xsts_token(
        self, user_token: str, changes: Mapping[str, Any] | None = None, **headers: str
    ) -> aiohttp.ClientResponse:
        """Ask for an XSTS token; `changes` go into the properties or the body."""
        properties = {"UserTokens": [user_token], "SandboxId": "RETAIL"}
        body = _token_body("http://xboxlive.com", properties, changes or {})
        return await self._token("xsts.auth.xboxlive.com/xsts/authorize", body, headers)

    async def sign_in(
        self, persona: str = "adult", relying_party: str = "http://xboxlive.com"
    ) -> str:
        """Go the whole chain; return the value of the Authorization header."""
        user = await (await self.user_token(self.simulator.live_token(persona))).json()
        response = await self.xsts_token(user["Token"], {"RelyingParty": relying_party})
        xsts = await response.json()
        return f"XBL3.0 x={xsts['DisplayClaims']['xui'][0]['uhs']};{xsts['Token']}"

    async def _token(
        self, path: str, body: object, headers: Mapping[str, str]
    ) -> aiohttp.ClientResponse:
        usual = {"x-xbl-contract-version": "1", "Accept": "application/json"}
        changed = {name.replace("_", "-"): value for name, value in headers.items()}
        return await self.post(path, body, headers={**usual, **changed})


class RtaConnector:
    """Opens connections for real-time activity."""

    def __init__(self, caller: Caller) -> None:
        """Keep who calls."""
        self._caller = caller
        self._clients: list[RtaClient] = []

    async def __call__(
        self,
        authorization: str | None,
        query: str = "",
        protocols: tuple[str, ...] = ("rta.xboxlive.com.V2",),
        **options: Any,
    ) -> RtaClient:
        """Connect; aiohttp.WSServerHandshakeError when refused."""
        headers = {"Accept-Language": "de-DE"}
        if authorization is not None:
            headers["Authorization"] = authorization
        url = URL(f"{self._caller.simulator.url}/rta.xboxlive.com/connect{query}", encoded=True)
        socket = await self._caller.session.ws_connect(
            url, protocols=protocols, headers=headers, **options
        )
        self._clients.append(RtaClient(socket))
        return self._clients[-1]

    async def close_all(self) -> None:
        """Close all that is open."""
        for rta_client in self._clients:
            await rta_client.socket.close()


class Services:
    """Calls the services with an accepted token and all headers."""

    def __init__(self, caller: Caller, authorization: str) -> None:
        """Keep the token."""
        self._caller = caller
        self.authorization = authorization

    def headers(self, path: str, contract: str | None = None) -> dict[str, str]:
        """Return the headers that the host of a path wants."""
        return {
            "Authorization": self.authorization,
            "x-xbl-contract-version": contract or CONTRACTS[path.split("/", maxsplit=1)[0]],
            "Accept": "application/json",
            "Accept-Language": "en-US",
        }

    async def get(self, path: str, contract: str | None = None) -> aiohttp.ClientResponse:
        """Read something."""
        return await self._caller.request("GET", path, headers=self.headers(path, contract))

    async def post(self, path: str, content: object) -> aiohttp.ClientResponse:
        """Ask with a body."""
        return await self._caller.post(path, content, headers=self.headers(path))

    async def person(self, xuid: str, decoration: str = "") -> dict[str, Any]:
        """Return a person as peoplehub tells."""
        path = "peoplehub.xboxlive.com/users/me/people/batch"
        suffix = f"/decoration/{decoration}" if decoration else ""
        content = await (await self.post(path + suffix, {"xuids": [xuid]})).json()
        person: dict[str, Any] = content["people"][0]
        return person


def _token_body(
    relying_party: str, properties: dict[str, Any], changes: Mapping[str, Any]
) -> dict[str, Any]:
    body = {"RelyingParty": relying_party, "TokenType": "JWT"}
    body |= {key: value for key, value in changes.items() if key in body}
    inner = properties | {key: value for key, value in changes.items() if key not in body}
    return {**body, "Properties": {key: item for key, item in inner.items() if item is not None}}


@pytest.fixture
def clock() -> ManualClock:
    """Return the simulator's clock."""
    return ManualClock()


@pytest.fixture
async def simulator(clock: ManualClock, socket_enabled: None) -> AsyncIterator[Simulator]:
    """Run a simulator."""
    simulator = Simulator(clock=clock)
    await simulator.start()
    yield simulator
    await simulator.stop()


@pytest.fixture
async def caller(simulator: Simulator) -> AsyncIterator[Caller]:
    """Return who can make any request."""
    async with aiohttp.ClientSession() as session:
        yield Caller(simulator, session)


@pytest.fixture
async def services(caller: Caller) -> Services:
    """Return the services as the owner calls them."""
    return Services(caller, await caller.sign_in())


@pytest.fixture
async def connect_rta(caller: Caller) -> AsyncIterator[RtaConnector]:
    """Return what connects to real-time activity."""
    connect_rta = RtaConnector(caller)
    yield connect_rta
    await connect_rta.close_all()


@pytest.fixture
async def rta_client(connect_rta: RtaConnector, services: Services) -> RtaClient:
    """Return a connection of the owner."""
    return await connect_rta(services.authorization)


@pytest.fixture
def consoles(simulator: Simulator) -> tuple[Console, Console]:
    """Return the owner's consoles: one that is on, and one that sleeps."""
    return add_consoles(simulator.world)


@pytest.fixture
async def xccs_client(caller: Caller, consoles: tuple[Console, Console]) -> XccsClient:
    """Return xccs as the owner calls it."""
    return XccsClient(caller.session, caller.simulator.url, await caller.sign_in())
