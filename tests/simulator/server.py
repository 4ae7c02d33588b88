"""The simulator: one HTTP server on 127.0.0.1 that answers for every host."""

import asyncio
import contextlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from email.utils import formatdate
from types import ModuleType

from aiohttp import web
from multidict import CIMultiDictProxy, MultiMapping
from yarl import URL

from .achievements import service as achievements
from .auth import device_code, entra, login, xbox_auth
from .auth.entra import ACCESS_LIFETIME, entra_token
from .auth.entra_state import EntraState
from .auth.login import LIVE_LIFETIME, live_token
from .auth.personas import Persona, Refusal
from .auth.tokens import Kind, Mint
from .budgets import Budgets
from .consoles import xccs
from .faults import GARBAGE, Fault, Faults, JsonChange, changed_json
from .images import hosts as images
from .network import (
    CLIENT_ID,
    PUBLIC_CLIENT_ID,
    Answer,
    Call,
    Host,
    Network,
    Refused,
    RegistrationFault,
)
from .people import peoplehub, presence, profile, social
from .people.person import Person
from .realtime import rta
from .realtime.service import RealTime
from .times import Clock, wall_clock
from .titles import catalog, titlehub, userstats
from .world.demo_world import demo_world
from .world.world import World

HOSTS: dict[str, Host] = {
    host.name: host
    for host in (
        login.HOST,
        entra.HOST,
        device_code.LINK,
        xbox_auth.USER_HOST,
        xbox_auth.XSTS_HOST,
        peoplehub.HOST,
        presence.HOST,
        profile.HOST,
        titlehub.HOST,
        social.HOST,
        achievements.HOST,
        userstats.HOST,
        xccs.HOST,
        catalog.HOST,
        rta.HOST,
        *images.HOSTS,
    )
}


@dataclass
class RecordedRequest:
    """A request and its result. `status` and `ended` stay None while the request hangs.

    `sent` is the number of bytes of the answer's body. Times are seconds of the simulator's clock.
    """

    host: str
    method: str
    path: str
    query: MultiMapping[str]
    headers: CIMultiDictProxy[str]
    body: bytes
    started: float
    status: int | None = None
    ended: float | None = None
    sent: int = 0


class Simulator:
    """The Xbox network on 127.0.0.1: `http://127.0.0.1:<port>/<host>/<path>`."""

    def __init__(self, world: World | None = None, clock: Clock = wall_clock) -> None:
        """Prepare the network. The world takes over its clock."""
        self.world = world if world is not None else demo_world(clock)
        self.world.clock = clock
        self.delay = 0.0
        self._network = Network(self.world, clock, Mint(clock), Budgets(clock))
        for persona in self.personas.values():
            if persona.xuid not in self.world.people:
                self.world.add(Person(persona.xuid, persona.name))
        self.rta = RealTime(self._network, lambda: self.delay)
        self._faults = Faults()
        self._log: list[RecordedRequest] = []
        self._stopping = asyncio.Event()
        self._runner: web.AppRunner | None = None
        self._url: URL | None = None

    @property
    def url(self) -> URL:
        """Return the address of the running simulator."""
        if self._url is None:
            raise RuntimeError("the simulator is not running")
        return self._url

    @property
    def personas(self) -> dict[str, Persona]:
        """Return the accounts for a sign-in, by key."""
        return self._network.personas

    @property
    def budgets(self) -> Budgets:
        """Return the counters of the rate limits."""
        return self._network.budgets

    @property
    def entra(self) -> EntraState:
        """Return the memory of Entra: apps without a secret, and codes to enter."""
        return self._network.entra

    @property
    def registrations(self) -> dict[str, str | None]:
        """Return the secrets of the registered apps by client id. A public client has None."""
        return self._network.registrations

    @property
    def client_secret(self) -> str | None:
        """Return the secret of the app CLIENT_ID."""
        return self._network.registrations[CLIENT_ID]

    @client_secret.setter
    def client_secret(self, secret: str | None) -> None:
        self._network.registrations[CLIENT_ID] = secret

    @property
    def redirect_uris(self) -> set[str] | None:
        """Return the registered redirect addresses, or None if any address is allowed."""
        return self._network.redirect_uris

    @redirect_uris.setter
    def redirect_uris(self, addresses: set[str] | None) -> None:
        self._network.redirect_uris = addresses

    def break_registration(self, aadsts: int, error: str = "invalid_request") -> None:
        """Refuse each token request with Microsoft's number for a fault of the registration."""
        self._network.registration_fault = RegistrationFault(error, aadsts)

    def mend_registration(self) -> None:
        """Accept the registration again."""
        self._network.registration_fault = None

    async def start(self, port: int = 0) -> None:
        """Listen on 127.0.0.1. Raises OSError when the port is taken."""
        self._stopping.clear()
        self.rta.start()
        app = web.Application(client_max_size=4 * 1024**2)
        app.router.add_route("*", "/{host:[^/]*}{path:.*}", self._serve)
        runner = web.AppRunner(app, access_log=None, handler_cancellation=True, shutdown_timeout=1)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", port)
        try:
            await site.start()
        except OSError:
            self.rta.stop()
            await runner.cleanup()
            raise
        self._runner = runner
        self._url = URL.build(scheme="http", host="127.0.0.1", port=site.port)

    async def stop(self) -> None:
        """Stop listening and end the hanging requests."""
        self._stopping.set()
        self.rta.stop()
        if self._runner is not None:
            await self._runner.cleanup()
            self._runner = None

    def requests(self, host: str | None = None) -> list[RecordedRequest]:
        """Return the requests to a host, or all requests, oldest first."""
        return [request for request in self._log if host in (None, request.host)]

    def clear(self) -> None:
        """Forget all recorded requests."""
        self._log.clear()

    def fail(
        self,
        host: str,
        *,
        status: int | None = None,
        body: bytes | None = None,
        headers: Mapping[str, str] | None = None,
        times: int | None = 1,
        delay: float = 0.0,
        hang: bool = False,
        cut: bool = False,
        garbage: bool = False,
        empty: bool = False,
        path: str | None = None,
        asking: bytes | None = None,
    ) -> None:
        """Let the next `times` calls of a host fail (None: all calls).

        With `path`, only calls whose path matches the pattern. With `asking`, only calls whose body
        contains it.
        """
        if host not in HOSTS:
            raise LookupError(f"the simulator does not play {host}")
        options = (delay, hang, cut, garbage, empty)
        self._faults.add(Fault(host, status, body, headers or {}, times, *options, path, asking))

    def spoil(
        self,
        host: str,
        change: JsonChange,
        path: str | None = None,
        times: int | None = 1,
        *,
        asking: bytes | None = None,
    ) -> None:
        """Change a part of the next `times` real answers in JSON of a host (None: of all answers).

        `change` gets the JSON and changes it in place, or returns what takes its place. `path` and
        `asking` choose the calls as those of `fail` do.
        """
        if host not in HOSTS:
            raise LookupError(f"the simulator does not play {host}")
        self._faults.add(Fault(host, times=times, path=path, asking=asking, change=change))

    def heal(self, host: str | None = None) -> None:
        """Remove the faults of a host, or all."""
        self._faults.heal(host)

    def live_token(
        self, persona_key: str = "adult", client_id: str = CLIENT_ID
    ) -> dict[str, object]:
        """Return the data that Home Assistant stores as the entry's `token` after a sign-in."""
        scope = "Xboxlive.signin Xboxlive.offline_access"
        token = live_token(self._network, self.personas[persona_key], client_id, scope)
        return {**token, "expires_at": self._network.clock() + LIVE_LIFETIME}

    def entra_token(
        self,
        persona_key: str = "adult",
        client_id: str = PUBLIC_CLIENT_ID,
        way: str = "by_code",
    ) -> dict[str, object]:
        """Return the data that Home Assistant stores as the entry's `token` after a sign-in without a secret."""
        scope = "XboxLive.signin offline_access"
        token = entra_token(self._network, self.personas[persona_key], client_id, scope)
        return {**token, "expires_at": self._network.clock() + ACCESS_LIFETIME, "way": way}

    def change_password(self, persona_key: str) -> None:
        """End the refresh tokens that a persona gave to apps without a secret; those of others stay."""
        self._network.entra.passwords_changed[persona_key] = self._network.clock()

    def expire_live(self, persona_key: str | None = None) -> None:
        """Refuse the Live access tokens issued so far."""
        self._network.mint.expire(Kind.LIVE, persona_key)

    def revoke_refresh(self, persona_key: str | None = None) -> None:
        """Refuse the refresh tokens issued so far."""
        for kind in (Kind.REFRESH, Kind.ENTRA_REFRESH):
            self._network.mint.expire(kind, persona_key)

    def expire_user_tokens(self, persona_key: str | None = None) -> None:
        """Refuse the user tokens issued so far."""
        self._network.mint.expire(Kind.USER, persona_key)

    def expire_xsts(self, persona_key: str | None = None) -> None:
        """Refuse the XSTS tokens issued so far."""
        self._network.mint.expire(Kind.XSTS, persona_key)

    def xerr(
        self,
        persona_key: str,
        code: int | None,
        redirect: str | None = None,
        in_header: bool = False,
    ) -> None:
        """Let XSTS refuse a persona with this XErr from now on, or accept it again (None)."""
        refusal = None if code is None else Refusal(code, redirect, in_header)
        self.personas[persona_key].refusal = refusal

    async def _serve(self, request: web.Request) -> web.StreamResponse:
        network = self._network
        host, path = request.match_info["host"], request.match_info["path"]
        record = RecordedRequest(
            host,
            request.method,
            path,
            request.query,
            request.headers,
            await request.read(),
            network.clock(),
        )
        self._log.append(record)
        call = Call(network, host, record.method, request.url, path, record.headers, record.body)
        fault = self._faults.take(host, path, record.body) or Fault(host)
        await asyncio.sleep(self.delay + fault.delay)
        if fault.hang:
            await self._stopping.wait()
        answer = _fault_answer(fault) if fault.replaces else _host_answer(call)
        if isinstance(answer, rta.Upgrade) and not fault.cut:
            if web.WebSocketResponse(protocols=(rta.PROTOCOL,)).can_prepare(request):
                record.status, record.ended = answer.status, network.clock()
                return await self.rta.serve(request, answer)
            answer = Answer(400)
        await asyncio.sleep(answer.seconds)
        return await self._send(request, record, answer, fault)

    async def _send(
        self, request: web.Request, record: RecordedRequest, answer: Answer, fault: Fault
    ) -> web.StreamResponse:
        date = formatdate(self._network.clock(), usegmt=True)
        headers = {"Date": date, **answer.headers, **fault.headers}
        body = answer.body
        if fault.change is not None and answer.status == 200:
            body = changed_json(body, fault.change)
        response = web.StreamResponse(status=answer.status, headers=headers)
        response.content_length = len(body)
        sent = body[: len(body) // 2] if fault.cut else body
        record.status, record.sent, record.ended = answer.status, len(sent), self._network.clock()
        with contextlib.suppress(ConnectionResetError):  # the client no longer waits for the answer
            await response.prepare(request)
            await response.write(sent)
            if not fault.cut:
                await response.write_eof()
        if fault.cut and request.transport is not None:
            request.transport.close()
        return response


@contextlib.contextmanager
def redirect(endpoints: ModuleType, url: URL) -> Iterator[None]:
    """Point all origins of a client's endpoints to the simulator, and restore them at the end."""
    origins: dict[str, URL] = endpoints.ORIGINS
    before = dict(origins)
    origins.update({host: url / host for host in {*before, *HOSTS}})
    try:
        yield
    finally:
        origins.clear()
        origins.update(before)


def _host_answer(call: Call) -> Answer:
    host = HOSTS.get(call.host)
    routes = [item for item in host.routes if item.path.fullmatch(call.path)] if host else []
    if host is None or not routes:
        return Answer(404)
    matching = next((item for item in routes if item.method == call.method), None)
    if matching is None:
        return Answer(405)
    match = matching.path.fullmatch(call.path)
    call.groups = match.groupdict() if match else {}
    call.network.world.settle()
    try:
        if host.gate is not None:
            host.gate(call)
        return matching.handler(call)
    except Refused as refused:
        return refused.answer


def _fault_answer(fault: Fault) -> Answer:
    if fault.garbage:
        html = {"Content-Type": "text/html"}
        return Answer(fault.status or 200, fault.body or GARBAGE, html)
    json_type = {"Content-Type": "application/json"}
    body = b"" if fault.empty else fault.body or b""
    return Answer(fault.status or 200, body, json_type)
