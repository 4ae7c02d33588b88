"""The state that all hosts share, a call to a host, and its answer."""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from multidict import CIMultiDictProxy, MultiDictProxy
from yarl import URL

from .auth.applications import PublicApplication
from .auth.entra_state import EntraState
from .auth.personas import Persona, all_personas
from .auth.tokens import Mint, Token
from .budgets import Budgets
from .people.person import Person
from .times import Clock
from .world.world import World

CLIENT_ID = "5a1e0000-0000-4000-8000-00000000cafe"
CLIENT_SECRET = "sim8Q~not-a-secret-of-anyone"
PUBLIC_CLIENT_ID = "5a1e0000-0000-4000-8000-0000000000d0"

type Json = Any


@dataclass(frozen=True)
class Nonce:
    """Replacement for a token, valid once and until `expires` (seconds since 1970)."""

    token: Token
    expires: float


@dataclass(frozen=True)
class RegistrationFault:
    """A fault of the registered app: the word of the OAuth error, and Microsoft's number for it."""

    error: str
    aadsts: int


@dataclass
class Network:
    """The state behind all hosts. A registered app without a secret is a public client."""

    world: World
    clock: Clock
    mint: Mint
    budgets: Budgets
    personas: dict[str, Persona] = field(default_factory=all_personas)
    registrations: dict[str, str | None] = field(default_factory=lambda: {CLIENT_ID: CLIENT_SECRET})
    redirect_uris: set[str] | None = None
    registration_fault: RegistrationFault | None = None
    used_codes: set[str] = field(default_factory=set)
    entra: EntraState = field(init=False)
    nonces: dict[str, Nonce] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Register the public app at Entra, whose state has the same clock."""
        self.entra = EntraState(self.clock, {PUBLIC_CLIENT_ID: PublicApplication()})


@dataclass(frozen=True)
class Answer:
    """The answer of a host, which is sent after `seconds`."""

    status: int = 200
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    seconds: float = 0.0


class Refused(Exception):
    """A refusal, raised by a host in place of an answer."""

    def __init__(self, answer: Answer) -> None:
        """Store the answer."""
        super().__init__(answer.status)
        self.answer = answer


@dataclass
class Call:
    """A request as a host sees it. `signed_in` is set once the token is accepted."""

    network: Network
    host: str
    method: str
    url: URL
    path: str
    headers: CIMultiDictProxy[str]
    body: bytes
    groups: Mapping[str, str] = field(default_factory=dict)
    signed_in: Person | None = None

    @property
    def query(self) -> MultiDictProxy[str]:
        """Return the decoded query."""
        return self.url.query

    @property
    def caller(self) -> Person:
        """Return the person whose token came with the call."""
        if self.signed_in is None:
            raise LookupError("this host takes no token")
        return self.signed_in

    @property
    def language(self) -> str:
        """Return the value of `Accept-Language`, empty if it is missing."""
        return self.headers.get("Accept-Language", "").strip()


type Handler = Callable[[Call], Answer]


@dataclass(frozen=True)
class Route:
    """A path of a host (a pattern for the whole path) and the function that answers it."""

    method: str
    path: re.Pattern[str]
    handler: Handler


@dataclass(frozen=True)
class Host:
    """A host: its routes, and the check that every call must pass."""

    name: str
    routes: list[Route]
    gate: Callable[[Call], None] | None = None


def route(method: str, path: str, handler: Handler) -> Route:
    """Return a route for a whole path."""
    return Route(method, re.compile(path), handler)


def json_answer(content: Json, status: int = 200, **headers: str) -> Answer:
    """Return an answer in JSON."""
    body = json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()
    return Answer(status, body, {"Content-Type": "application/json; charset=utf-8", **headers})


def refusal(status: int, description: str, source: str = "simulator") -> Refused:
    """Return a refusal with the body that people, profile and social use for errors."""
    return Refused(
        json_answer({"code": status, "source": source, "description": description}, status)
    )


def silent(status: int, headers: Mapping[str, str] | None = None) -> Refused:
    """Return a refusal without a body."""
    return Refused(Answer(status, b"", headers or {}))


def is_json(headers: CIMultiDictProxy[str]) -> bool:
    """Return whether `Content-Type` is JSON."""
    return headers.get("Content-Type", "").split(";")[0].strip().lower() == "application/json"


def accepts_json(headers: CIMultiDictProxy[str]) -> bool:
    """Return whether `Accept` names JSON; `*/*` does not."""
    return "application/json" in headers.get("Accept", "").lower()


def takes_json(headers: CIMultiDictProxy[str]) -> bool:
    """Return whether JSON is an answer that `Accept` allows, as `*/*` and no `Accept` do."""
    return accepts_json(headers) or "*/*" in headers.get("Accept", "*/*")


def json_object(call: Call) -> dict[str, Json] | None:
    """Return the JSON object of a body, or None if the body is anything else."""
    try:
        content = json.loads(call.body)
    except ValueError:
        return None
    return content if isinstance(content, dict) else None
