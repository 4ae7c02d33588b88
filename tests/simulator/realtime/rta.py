"""rta.xboxlive.com: nonces, and the start of a connection for real-time activity."""

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
    """The answer that turns a request into a WebSocket, for the person of a token."""

    status: int = 101
    token: Token
    person: Person
    language: str


def nonce(call: Call) -> Answer:
    """Answer a nonce (44 characters of base64) that replaces the header once, for 60 s."""
    token = token_of(call)
    text = base64.b64encode(secrets.token_bytes(32)).decode()
    call.network.nonces[text] = Nonce(token, call.network.clock() + NONCE_LIFETIME)
    return json_answer({"nonce": text})


def connect(call: Call) -> Answer:
    """Accept a connection by header or by nonce. Refuses both together, or a bad nonce, with 400."""
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
    stored = call.network.nonces.pop(call.query["nonce"], None)
    now = call.network.clock()
    if stored is None or stored.expires <= now:
        raise refusal(400, "The nonce is not valid.", "rta")
    if stored.token.expires <= now:
        raise silent(401)
    return stored.token
