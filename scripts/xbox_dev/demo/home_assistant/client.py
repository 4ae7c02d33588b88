"""A client of Home Assistant's API, signed in like its frontend."""

import asyncio
import itertools
from collections import deque
from collections.abc import Sequence
from types import TracebackType
from typing import Any, Self

import aiohttp
from yarl import URL

from ..processes import Child, DemoError

TIMEOUT = aiohttp.ClientTimeout(total=30)


class HomeAssistant:
    """A signed-in session with a Home Assistant that trusts this machine."""

    def __init__(self, url: URL) -> None:
        """Store the address. `connect` opens the connections."""
        self.url = url
        self._http = aiohttp.ClientSession(timeout=TIMEOUT)
        self._socket: aiohttp.ClientWebSocketResponse | None = None
        self._numbers = itertools.count(1)
        self._events: deque[dict[str, Any]] = deque()

    async def __aenter__(self) -> Self:
        """Return the client."""
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close the connections."""
        if self._socket is not None:
            await self._socket.close()
        await self._http.close()

    async def connect(self, process: Child, seconds: float = 120) -> None:
        """Wait until Home Assistant has started, then sign in."""
        try:
            async with asyncio.timeout(seconds):
                await self._wait_for_answer(process)
                token = await self._sign_in()
                self._http.headers["Authorization"] = f"Bearer {token}"
                await self._open_socket(token)
                await self._wait_until_running(process)
        except TimeoutError:
            raise DemoError(f"Home Assistant did not start within {seconds:.0f} s") from None

    async def request(self, method: str, path: str, **fields: Any) -> Any:
        """Return the decoded answer. Raises DemoError for a refusal."""
        async with self._http.request(method, self.url / path.lstrip("/"), **fields) as answer:
            if answer.status >= 400:
                raise DemoError(f"{method} {path}: {answer.status} {await answer.text()}")
            return await answer.json()

    async def bytes(self, path: str) -> tuple[int, bytes]:
        """Return the status and the body of an answer that is not JSON."""
        async with self._http.get(self.url.join(URL(path))) as answer:
            return answer.status, await answer.read()

    async def visit(self, url: URL) -> tuple[int, str, URL]:
        """Follow redirects as a browser does. Return the last status, page and address."""
        async with aiohttp.ClientSession(timeout=TIMEOUT) as browser, browser.get(url) as page:
            return page.status, await page.text(), page.url

    async def command(self, kind: str, **fields: Any) -> Any:
        """Send a websocket command and return its result. Raises DemoError for a refusal."""
        number = next(self._numbers)
        await self._opened.send_json({"id": number, "type": kind, **fields})
        async with asyncio.timeout(60):
            while True:
                message = await self._receive()
                if message.get("type") == "event":
                    self._events.append(message["event"])
                elif message.get("id") == number:
                    break
        if not message["success"]:
            raise DemoError(f"{kind}: {message['error']['message']}")
        return message["result"]

    async def act(
        self, action: str, entities: Sequence[str], *, answers: bool = False, **data: Any
    ) -> Any:
        """Call an action on entities. Return its response, None if it has none."""
        domain, _, service = action.partition(".")
        fields = {"domain": domain, "service": service, "service_data": data}
        target = {"entity_id": list(entities)}
        result = await self.command(
            "call_service", **fields, target=target, return_response=answers
        )
        return result.get("response")

    async def event(self) -> dict[str, Any]:
        """Return the next event of the subscriptions."""
        while not self._events:
            message = await self._receive()
            if message.get("type") == "event":
                self._events.append(message["event"])
        return self._events.popleft()

    @property
    def _opened(self) -> aiohttp.ClientWebSocketResponse:
        if self._socket is None:
            raise DemoError("not connected to Home Assistant")
        return self._socket

    async def _receive(self) -> dict[str, Any]:
        message = await self._opened.receive()
        if message.type is not aiohttp.WSMsgType.TEXT:
            raise DemoError("Home Assistant closed the connection")
        content: dict[str, Any] = message.json()
        return content

    async def _wait_for_answer(self, process: Child) -> None:
        while True:
            process.check()
            try:
                async with self._http.get(self.url / "auth/providers") as answer:
                    if answer.status == 200:
                        return
            except aiohttp.ClientError:
                pass
            await asyncio.sleep(0.2)

    async def _wait_until_running(self, process: Child) -> None:
        while (config := await self.command("get_config"))["state"] != "RUNNING":
            process.check()
            await asyncio.sleep(0.2)
        if config["recovery_mode"]:
            raise DemoError("Home Assistant could only start in recovery mode")

    async def _sign_in(self) -> str:
        """Sign in like the frontend. A trusted network needs no password."""
        client_id = f"{self.url}/"
        handler = {
            "client_id": client_id,
            "handler": ["trusted_networks", None],
            "redirect_uri": client_id,
        }
        flow = await self.request("POST", "auth/login_flow", json=handler)
        if flow["type"] == "form":
            user = {"client_id": client_id, "user": "de" * 16}
            flow = await self.request("POST", f"auth/login_flow/{flow['flow_id']}", json=user)
        form = {
            "client_id": client_id,
            "grant_type": "authorization_code",
            "code": flow["result"],
        }
        token = await self.request("POST", "auth/token", data=form)
        return str(token["access_token"])

    async def _open_socket(self, token: str) -> None:
        self._socket = await self._http.ws_connect(self.url / "api/websocket", max_msg_size=0)
        await self._receive()
        await self._socket.send_json({"type": "auth", "access_token": token})
        if (await self._receive())["type"] != "auth_ok":
            raise DemoError("Home Assistant did not accept its own sign-in")
