"""Fixtures and clients for the simulator's own tests, with a clock that a test sets."""

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
    """A clock whose time a test sets in `now`, in seconds since 1970."""

    def __init__(self) -> None:
        """Start somewhere in 2031."""
        self.now = 1_930_000_000.25

    def __call__(self) -> float:
        """Return the current time in seconds since 1970."""
        return self.now


class Caller:
    """Client that sends the requests of a correct client; a test can change or omit each part."""

    def __init__(self, simulator: Simulator, session: aiohttp.ClientSession) -> None:
        """Store the simulator and the HTTP session."""
        self.simulator = simulator
        self.session = session

    async def post(
        self, path: str, content: object = None, **options: Any
    ) -> aiohttp.ClientResponse:
        """POST a JSON body to `<host>/<path>`. The body of the answer has been read."""
        return await self.request("POST", path, json=content, **options)

    async def request(self, method: str, path: str, **options: Any) -> aiohttp.ClientResponse:
        """Send a request without any change. The body of the answer has been read."""
        options.setdefault("allow_redirects", False)
        response = await self.session.request(
            method, f"{self.simulator.url}/{path.removeprefix('/')}", **options
        )
        await response.read()
        return response

    async def user_token(
        self, live: Mapping[str, object], changes: Mapping[str, Any] | None = None, **headers: str
    ) -> aiohttp.ClientResponse:
        """Ask for a user token. `changes` go into the properties or the body."""
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
        """Ask for an XSTS token. `changes` go into the properties or the body."""
        properties = {"UserTokens": [user_token], "SandboxId": "RETAIL"}
        body = _token_body("http://xboxlive.com", properties, changes or {})
        return await self._token("xsts.auth.xboxlive.com/xsts/authorize", body, headers)

    async def sign_in(
        self, persona: str = "adult", relying_party: str = "http://xboxlive.com"
    ) -> str:
        """Sign in with all steps. Return the value of the Authorization header."""
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
    """Opener of connections to real-time activity."""

    def __init__(self, caller: Caller) -> None:
        """Store the caller."""
        self._caller = caller
        self._clients: list[RtaClient] = []

    async def __call__(
        self,
        authorization: str | None,
        query: str = "",
        protocols: tuple[str, ...] = ("rta.xboxlive.com.V2",),
        **options: Any,
    ) -> RtaClient:
        """Connect. Raises aiohttp.WSServerHandshakeError when refused."""
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
        """Close all open connections."""
        for rta_client in self._clients:
            await rta_client.socket.close()


class Services:
    """Client that calls the services with an accepted token and all headers."""

    def __init__(self, caller: Caller, authorization: str) -> None:
        """Store the caller and the value of its Authorization header."""
        self._caller = caller
        self.authorization = authorization

    def headers(self, path: str, contract: str | None = None) -> dict[str, str]:
        """Return the headers that the host of a path requires."""
        return {
            "Authorization": self.authorization,
            "x-xbl-contract-version": contract or CONTRACTS[path.split("/", maxsplit=1)[0]],
            "Accept": "application/json",
            "Accept-Language": "en-US",
        }

    async def get(self, path: str, contract: str | None = None) -> aiohttp.ClientResponse:
        """Send a GET request."""
        return await self._caller.request("GET", path, headers=self.headers(path, contract))

    async def post(self, path: str, content: object) -> aiohttp.ClientResponse:
        """Send a POST request with a JSON body."""
        return await self._caller.post(path, content, headers=self.headers(path))

    async def person(self, xuid: str, decoration: str = "") -> dict[str, Any]:
        """Return a person as peoplehub describes them."""
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
    """Return a client that can send any request."""
    async with aiohttp.ClientSession() as session:
        yield Caller(simulator, session)


@pytest.fixture
async def services(caller: Caller) -> Services:
    """Return the services, called by the owner."""
    return Services(caller, await caller.sign_in())


@pytest.fixture
async def connect_rta(caller: Caller) -> AsyncIterator[RtaConnector]:
    """Return an opener of connections to real-time activity."""
    connect_rta = RtaConnector(caller)
    yield connect_rta
    await connect_rta.close_all()


@pytest.fixture
async def rta_client(connect_rta: RtaConnector, services: Services) -> RtaClient:
    """Return a connection of the owner to real-time activity."""
    return await connect_rta(services.authorization)


@pytest.fixture
def consoles(simulator: Simulator) -> tuple[Console, Console]:
    """Return the owner's consoles: one that is on and one in standby."""
    return add_consoles(simulator.world)


@pytest.fixture
async def xccs_client(caller: Caller, consoles: tuple[Console, Console]) -> XccsClient:
    """Return a client of xccs, called by the owner."""
    return XccsClient(caller.session, caller.simulator.url, await caller.sign_in())
