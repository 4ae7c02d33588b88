"""The reference library (python-xbox) beside this client, both signed in to the simulator with the same tokens."""

import json
import re
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any, Final, override
from urllib.parse import parse_qsl

import aiohttp
import httpx  # noqa: TID251  what the library uses
from pythonxbox.authentication import manager as reference

from custom_components.xbox_network.xbox.auth.manager import AuthenticationManager
from custom_components.xbox_network.xbox.models.tokens import (
    OAuth2TokenResponse,
    XAUResponse,
    XSTSResponse,
)
from tests.simulator import RecordedRequest, Simulator
from tests.simulator.auth.tokens import Kind

type Manager = AuthenticationManager | reference.AuthenticationManager

TOKENS: Final = ("oauth", "user_token", "xsts_token")
_LONG_AGO = timedelta(days=20)


class _ToSimulator(httpx.AsyncHTTPTransport):
    """Sends to the simulator what the library sends to the network."""

    def __init__(self, simulator: Simulator) -> None:
        super().__init__()
        self._simulator = simulator

    @override
    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        path = request.url.raw_path.decode()
        request.url = httpx.URL(f"{self._simulator.url}/{request.url.host}{path}")
        return await super().handle_async_request(request)


class Pair:
    """The manager of the library and ours, with the same application."""

    def __init__(
        self,
        simulator: Simulator,
        theirs: httpx.AsyncClient,
        ours: aiohttp.ClientSession,
        client_id: str,
        client_secret: str,
        redirect_uri: str,
        scopes: list[str] | None,
    ) -> None:
        """Make both, without tokens."""
        application = client_id, client_secret, redirect_uri, scopes
        self.theirs = reference.AuthenticationManager(theirs, *application)
        self.ours = AuthenticationManager(ours, *application)
        self._simulator = simulator
        self._known: dict[str, str] = {}

    async def sign_in(self, code: str) -> None:
        """Sign the library in, and give its tokens to ours."""
        await self.theirs.request_tokens(code)
        self.share()
        kinds = (Kind.CODE, Kind.LIVE, Kind.REFRESH, Kind.USER, Kind.XSTS)
        for kind, text in zip(kinds, ("", *texts(self.theirs)), strict=True):
            self._known[text] = f"old {kind.name}"
        self._simulator.clear()

    def age(self, names: Sequence[str]) -> None:
        """Let tokens of both expire."""
        for name in names:
            token = getattr(self.theirs, name)
            if name == "oauth":
                token.issued -= _LONG_AGO
            else:
                token.issue_instant -= _LONG_AGO
                token.not_after -= _LONG_AGO
        self.share()

    def share(self) -> None:
        """Give the tokens of the library to ours."""
        assert self.theirs.oauth
        issued = self.theirs.oauth.issued.timestamp()
        content = self.theirs.oauth.model_dump() | {"received_at": issued}
        self.ours.oauth = OAuth2TokenResponse.model_validate(content)
        self.ours.user_token = XAUResponse.from_store(_stored(self.theirs.user_token))
        self.ours.xsts_token = XSTSResponse.from_store(_stored(self.theirs.xsts_token))

    def sent(self) -> list[dict[str, Any]]:
        """Return the requests since the last time, with names in place of tokens."""
        requests = [self._written(request) for request in self._simulator.requests()]
        self._simulator.clear()
        return requests

    def tokens(self, manager: Manager) -> list[str]:
        """Return the tokens that a manager holds, by name."""
        return [self._named(text) for text in texts(manager)]

    def _written(self, request: RecordedRequest) -> dict[str, Any]:
        kind = request.headers.get("Content-Type", "").partition(";")[0]
        body = self._named(request.body.decode())
        content: Any = json.loads(body) if kind == "application/json" else parse_qsl(body, True)
        return {
            "method": request.method,
            "address": f"{request.host}{request.path}",
            "query": dict(request.query),
            "content": content if isinstance(content, dict) else sorted(content),
            "headers": {it.title(): value for it, value in request.headers.items()},
        }

    def _named(self, text: str) -> str:
        for kind in Kind:
            for token in set(re.findall(rf"{re.escape(kind)}[\w.-]+", text)):
                text = text.replace(token, self._known.get(token, f"new {kind.name}"))
        return text


@asynccontextmanager
async def client_of_library(simulator: Simulator) -> AsyncIterator[httpx.AsyncClient]:
    """Open a session for the library that reaches the simulator."""
    async with httpx.AsyncClient(transport=_ToSimulator(simulator)) as client:
        yield client


def texts(manager: Manager) -> list[str]:
    """Return the texts of the tokens: Live access, refresh, user, XSTS; empty for one that is not there."""
    oauth, user, xsts = manager.oauth, manager.user_token, manager.xsts_token
    return [
        oauth.access_token if oauth else "",
        (oauth.refresh_token if oauth else None) or "",
        user.token if user else "",
        xsts.token if xsts else "",
    ]


def _stored(token: Any) -> dict[str, Any] | None:
    if token is None:
        return None
    return {**token.model_dump(), "received_at": token.issue_instant.timestamp()}
