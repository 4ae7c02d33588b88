"""user.auth.xboxlive.com and xsts.auth.xboxlive.com: user tokens and XSTS tokens."""

import hashlib
import uuid
from typing import NoReturn

from ..network import (
    Answer,
    Call,
    Host,
    Json,
    Refused,
    is_json,
    json_answer,
    json_object,
    route,
    silent,
    takes_json,
)
from ..services import XBOX_LIVE
from ..times import ticks
from .login import SIGN_IN
from .personas import Persona, Refusal
from .tokens import ExpiredToken, ForeignToken, Kind, Token

USER_LIFETIME = 14 * 86_400
XSTS_LIFETIME = 16 * 3_600
USER_TOKEN_EXPIRED = 2148916258
USER_TOKEN_UNREADABLE = 2148916262

RELYING_PARTIES = {
    XBOX_LIVE,
    "http://mp.microsoft.com/",
    "http://licensing.xboxlive.com",
    "http://accounts.xboxlive.com",
    "http://gssv.xboxlive.com/",
}
_USER_PROPERTIES = {"AuthMethod": "RPS", "SiteName": "user.auth.xboxlive.com"}
_KNOWN_PROPERTIES = {"UserTokens", "SandboxId", "OptionalDisplayClaims"}


def authenticate(call: Call) -> Answer:
    """Answer a user token for a Live token. A malformed request gets 400 without a body."""
    content = _request(call, {"RelyingParty", "TokenType", "Properties"})
    properties = content["Properties"]
    ticket = properties.get("RpsTicket")
    if content["RelyingParty"] != "http://auth.xboxlive.com" or properties != {
        **_USER_PROPERTIES,
        "RpsTicket": ticket,
    }:
        raise silent(400)
    if not isinstance(ticket, str) or not ticket.startswith("d=") or ticket == "d=":
        raise silent(400)
    try:
        live = call.network.mint.read(Kind.LIVE, ticket.removeprefix("d="))
    except ForeignToken, ExpiredToken:
        raise silent(401) from None
    if SIGN_IN not in live.scope.lower().split():
        raise silent(400)
    text, token = call.network.mint.issue(
        Kind.USER, live.persona, live.client_id, USER_LIFETIME, uhs=_userhash(text=ticket)
    )
    return _token_answer(text, token, {"uhs": token.uhs})


def authorize(call: Call) -> Answer:
    """Answer an XSTS token for a user token, or the reason why the account is refused."""
    content = _request(call, {"RelyingParty", "TokenType", "Properties"})
    properties = content["Properties"]
    optional = properties.get("OptionalDisplayClaims", [])
    tokens = properties.get("UserTokens")
    if (
        content["RelyingParty"] not in RELYING_PARTIES
        or not {"UserTokens", "SandboxId"} <= set(properties) <= _KNOWN_PROPERTIES
        or properties["SandboxId"] != "RETAIL"
        or not isinstance(optional, list)
        or not isinstance(tokens, list)
        or len(tokens) != 1
        or not isinstance(tokens[0], str)
        or not tokens[0]
    ):
        raise silent(400)
    user = _user_token(call, tokens[0])
    persona = call.network.personas[user.persona]
    if persona.refusal is not None:
        _refuse(persona.refusal)
    text, token = call.network.mint.issue(
        Kind.XSTS,
        user.persona,
        user.client_id,
        min(XSTS_LIFETIME, user.expires - call.network.clock()),
        uhs=user.uhs,
        relying_party=content["RelyingParty"],
    )
    return _token_answer(text, token, _claims(call, persona, token, optional))


USER_HOST = Host("user.auth.xboxlive.com", [route("POST", "/user/authenticate", authenticate)])
XSTS_HOST = Host("xsts.auth.xboxlive.com", [route("POST", "/xsts/authorize", authorize)])


def _request(call: Call, keys: set[str]) -> dict[str, Json]:
    content = json_object(call)
    if (
        call.headers.get("x-xbl-contract-version") != "1"
        or not is_json(call.headers)
        or not takes_json(call.headers)
        or content is None
        or set(content) != keys
        or content["TokenType"] != "JWT"
        or not isinstance(content["Properties"], dict)
        or not isinstance(content["RelyingParty"], str)
    ):
        raise silent(400)
    return content


def _userhash(text: str) -> str:
    """Return a user hash that differs for each Live token, so that it identifies no account."""
    return str(int(hashlib.sha256(text.encode()).hexdigest(), 16))[:19]


def _user_token(call: Call, text: str) -> Token:
    try:
        return call.network.mint.read(Kind.USER, text)
    except ExpiredToken:
        _refuse(Refusal(USER_TOKEN_EXPIRED))
    except ForeignToken:
        _refuse(Refusal(USER_TOKEN_UNREADABLE))


def _refuse(reason: Refusal) -> NoReturn:
    headers = {"X-XblCorrelationId": str(uuid.uuid4()), "WWW-Authenticate": 'XSTS error="refused"'}
    if reason.in_header:
        raise silent(401, {**headers, "X-Err": str(reason.xerr)})
    content: dict[str, Json] = {"Identity": "0", "XErr": reason.xerr, "Message": ""}
    if reason.redirect is not None:
        content["Redirect"] = reason.redirect
    raise Refused(json_answer(content, 401, **headers))


def _claims(call: Call, persona: Persona, token: Token, optional: list[Json]) -> dict[str, str]:
    claims = {"uhs": token.uhs}
    if token.relying_party == XBOX_LIVE:
        person = call.network.world.person(persona.xuid)
        modern = {
            "mgt": person.modern_gamertag,
            "mgs": person.suffix,
            "umg": person.unique_gamertag,
        }
        claims |= {
            "gtg": person.gamertag,
            "xid": persona.xuid,
            "agg": persona.age_group,
            "usr": "234",
            "utr": "",
            "prv": persona.privileges,
        }
        claims |= {claim: modern[claim] for claim in optional if claim in modern}
    return {claim: value for claim, value in claims.items() if claim not in persona.without}


def _token_answer(text: str, token: Token, claims: dict[str, str]) -> Answer:
    return json_answer(
        {
            "IssueInstant": ticks(token.issued),
            "NotAfter": ticks(token.expires),
            "Token": text,
            "DisplayClaims": {"xui": [claims]},
        }
    )
