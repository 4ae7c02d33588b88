"""rta.xboxlive.com: how a connection for real-time activity begins."""

import base64
import re
import secrets
from dataclasses import dataclass

from ..auth.tokens import Token
from ..network import Answer, Call, Host, Nonce, json_answer, refusal, route, silent
from ..people.person import Person
from ..services import token_of

PROTOCOL = "rta.xboxlive.com.V2"
NONCE_LIFETIME = 60.0
_NONCE = re.compile(r"nonce=[A-Za-z0-9/%._~-]+")


@dataclass(frozen=True, kw_only=True)
class Upgrade(Answer):
    """The answer that turns a request into a WebSocket, in the name of a token."""

    status: int = 101
    token: Token
    person: Person
    language: str


def nonce(call: Call) -> Answer:
    """Answer a nonce that replaces the header once and soon: 44 characters of base64."""
    token = token_of(call)
    text = base64.b64encode(secrets.token_bytes(32)).decode()
    call.network.nonces[text] = Nonce(token, call.network.clock() + NONCE_LIFETIME)
    return json_answer({"nonce": text})


def connect(call: Call) -> Answer:
    """Let somebody in by header or by nonce; 400 with both, or a nonce that is no good."""
    token = _token_of_nonce(call) if "nonce" in call.query else token_of(call)
    persona = call.network.personas[token.persona]
    return Upgrade(
        token=token,
        person=call.network.world.person(persona.xuid),
        language=call.language or "en-US",
    )


HOST = Host(
    "rta.xboxlive.com",
    [route("GET", "/nonce", nonce), route("GET", "/connect", connect)],
)


def _token_of_nonce(call: Call) -> Token:
    if "Authorization" in call.headers or not _NONCE.fullmatch(call.url.raw_query_string):
        raise refusal(400, "The nonce is not encoded, or not alone.", "rta")
    found = call.network.nonces.pop(call.query["nonce"], None)
    now = call.network.clock()
    if found is None or found.expires <= now:
        raise refusal(400, "The nonce is not valid.", "rta")
    if found.token.expires <= now:
        raise silent(401)
    return found.token
