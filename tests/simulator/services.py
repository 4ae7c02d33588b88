"""The check of the `*.xboxlive.com` services: token, rate limit, contract version, headers."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from .auth.tokens import ExpiredToken, ForeignToken, Kind, Token
from .budgets import Throttled
from .network import (
    Call,
    Json,
    Refused,
    accepts_json,
    is_json,
    json_answer,
    json_object,
    refusal,
    silent,
    takes_json,
)
from .people.person import Person

XBOX_LIVE = "http://xboxlive.com"
_HEADER = re.compile(r"XBL3\.0 x=(?P<uhs>[^;\s]+);(?P<token>\S+)")
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*(\s*[,;].*)?")
_XUIDS = re.compile(r"[0-9]{1,20}")


def too_many(exceeded: Throttled) -> Refused:
    """Return the refusal of a call above a rate limit, as most services send it."""
    content = {
        "version": 1,
        "currentRequests": exceeded.current,
        "maxRequests": exceeded.maximum,
        "periodInSeconds": exceeded.period,
        "limitType": "Rate",
    }
    return Refused(json_answer(content, 429, **{"Retry-After": str(exceeded.retry_after)}))


@dataclass(frozen=True)
class Service:
    """The requirements of a service.

    `no_language` is the status for a call without `Accept-Language`, None if it is optional, as `Accept` is
    unless `names_json`. What the reference library does not send every day is not required.
    """

    budget: str
    contracts: frozenset[str]
    no_language: int | None = None
    names_json: bool = False
    throttled: Callable[[Throttled], Refused] = too_many


def gate(service: Service) -> Callable[[Call], None]:
    """Return the check that every call to a service must pass."""

    def check(call: Call) -> None:
        token = token_of(call)
        persona = call.network.personas[token.persona]
        call.signed_in = call.network.world.person(persona.xuid)
        budgets = call.network.budgets
        if exceeded := budgets.spend(persona.xuid, token.client_id, service.budget):
            raise service.throttled(exceeded)
        if call.headers.get("x-xbl-contract-version") not in service.contracts:
            raise refusal(406, "The contract version is missing or not supported.")
        _check_headers(call, service)

    return check


def body_object(call: Call) -> dict[str, Json]:
    """Return the JSON object of a POST body. Refuses with 400 if there is none."""
    if (content := json_object(call)) is None:
        raise refusal(400, "The request body is not a JSON object.")
    return content


def xuid_list(content: dict[str, Json], key: str, most: int) -> list[str]:
    """Return the xuids under a key of a body: 1 to `most` strings. Refuses with 400 otherwise."""
    xuids = content.get(key)
    if not isinstance(xuids, list) or not xuids or len(xuids) > most:
        raise refusal(400, f"'{key}' has to list 1 to {most} xuids.")
    if not all(isinstance(xuid, str) and _XUIDS.fullmatch(xuid) for xuid in xuids):
        raise refusal(400, f"'{key}' has to list xuids as decimal strings.")
    return xuids


def number(call: Call, key: str, default: int, *, least: int = 0) -> int:
    """Return a number of the query. Refuses with 400 if it is no number or below `least`."""
    text = call.query.get(key)
    if text is None:
        return default
    if not (text.isascii() and text.isdecimal()) or int(text) < least:
        raise refusal(400, f"'{key}' has to be a number from {least}.")
    return int(text)


def target(call: Call) -> Person:
    """Return the person of a path's `me`, `xuid(X)` or `gt(G)`. Refuses with 404 if unknown."""
    groups = call.groups
    person: Person | None = None
    if groups.get("xuid"):
        person = call.network.world.people.get(groups["xuid"])
    elif groups.get("gamertag"):
        person = call.network.world.by_gamertag(groups["gamertag"])
    else:
        person = call.caller
    if person is None:
        raise refusal(404, "There is no such user.")
    return person


def player(call: Call) -> Person:
    """Return the person of a path. Refuses with 403 if the person hides their titles from the caller."""
    person = target(call)
    if person.hides_titles and person is not call.caller:
        raise refusal(403, "The user's privacy settings do not allow this.")
    return person


def token_of(call: Call) -> Token:
    """Return the token of a call. Refuses with 401 if it is missing or not accepted."""
    match = _HEADER.fullmatch(call.headers.get("Authorization", ""))
    if match is None:
        raise silent(401)
    try:
        token = call.network.mint.read(Kind.XSTS, match["token"])
    except ForeignToken, ExpiredToken:
        raise silent(401) from None
    if token.relying_party != XBOX_LIVE or token.uhs != match["uhs"]:
        raise silent(401)
    return token


def _check_headers(call: Call, service: Service) -> None:
    if not (accepts_json if service.names_json else takes_json)(call.headers):
        raise refusal(400, "Accept has to name application/json.")
    if not call.headers.get("User-Agent", "").strip():
        raise refusal(400, "There is no User-Agent.")
    if service.no_language is not None and not _LANGUAGE.fullmatch(call.language):
        raise refusal(service.no_language, "There is no locale in Accept-Language.")
    if (call.body or call.method == "POST") and not is_json(call.headers):
        raise refusal(415, "The content type has to be application/json.")
