"""login.live.com: the authorize page and the token endpoint."""

import html
import uuid
from typing import NoReturn

from multidict import MultiDict

from ..network import Answer, Call, Host, Network, Refused, json_answer, route
from .forms import NotAFormError, form_fields
from .page import choices, page, persona_of_browser, sent_back
from .personas import Persona
from .tokens import ExpiredToken, ForeignToken, Kind, Token

CODE_LIFETIME = 300
LIVE_LIFETIME = 3600
REFRESH_LIFETIME = 90 * 86_400
SIGN_IN = "xboxlive.signin"
OFFLINE = "xboxlive.offline_access"


def authorize(call: Call) -> Answer:
    """Show the accounts to choose from, or send the browser back to the app with one of them."""
    query = call.query
    _check_authorize(call)
    persona = persona_of_browser(call) or call.network.personas.get(query.get("persona", ""))
    if persona is None:
        return page("Sign in", choices(call, "oauth20_authorize.srf"))
    result = MultiDict({"state": query["state"]} if "state" in query else {})
    if persona.cancels:
        result["error"] = "access_denied"
        result["error_description"] = "The user has denied access to the scope requested."
    elif _scopes(query.get("scope", "")) - {SIGN_IN, OFFLINE}:
        result["error"] = "invalid_scope"
        result["error_description"] = "The requested scope is unknown or not valid for the client."
    else:
        result["code"] = call.network.mint.issue(
            Kind.CODE,
            persona.key,
            query["client_id"],
            CODE_LIFETIME,
            scope=query["scope"],
            redirect_uri=query["redirect_uri"],
        )[0]
    return sent_back(call, persona, result)


def token(call: Call) -> Answer:
    """Exchange a code or a refresh token for new tokens."""
    try:
        form = form_fields(call)
    except NotAFormError as err:
        _oauth_error("invalid_request", str(err))
    client_id = _client(call, form)
    if fault := call.network.registration_fault:
        # the form of Microsoft's errors with a number (`docs/network.md` A1.1)
        description = f"AADSTS{fault.aadsts}: The app {client_id} is not registered for this."
        _oauth_error(fault.error, description, error_codes=[fault.aadsts])
    match form.get("grant_type"):
        case "authorization_code":
            grant = _code(call, form)
        case "refresh_token":
            grant = _read(call, Kind.REFRESH, form.get("refresh_token", ""))
        case None:
            _oauth_error("invalid_request", "The request must include 'grant_type'.")
        case _:
            _oauth_error("unsupported_grant_type", "The grant type is not supported.")
    if grant.client_id != client_id:
        _oauth_error("invalid_grant", "The grant was issued to another client id.")
    if _scopes(form.get("scope", "")) - _scopes(grant.scope):
        _oauth_error("invalid_scope", "The requested scope was not granted.")
    persona = call.network.personas[grant.persona]
    return json_answer(live_token(call.network, persona, client_id, grant.scope))


def live_token(network: Network, persona: Persona, client_id: str, scope: str) -> dict[str, object]:
    """Return the answer of the token endpoint for a persona."""
    issue = network.mint.issue
    answer: dict[str, object] = {
        "token_type": "bearer",
        "expires_in": LIVE_LIFETIME,
        "scope": scope,
        "access_token": issue(Kind.LIVE, persona.key, client_id, LIVE_LIFETIME, scope=scope)[0],
        "user_id": f"AAAAAAAAAAAAAAAAAAAA{persona.xuid[-6:]}",
    }
    if OFFLINE in _scopes(scope):
        answer["refresh_token"] = issue(
            Kind.REFRESH, persona.key, client_id, REFRESH_LIFETIME, scope=scope
        )[0]
    return answer


HOST = Host(
    "login.live.com",
    [
        route("GET", "/oauth20_authorize.srf", authorize),
        route("POST", "/oauth20_token.srf", token),
    ],
)


def _scopes(text: str) -> set[str]:
    return set(text.lower().split())


def _check_authorize(call: Call) -> None:
    """Refuse with a page: Live does not redirect to an address that it does not trust."""
    query, network = call.query, call.network
    redirect_uri = query.get("redirect_uri", "")
    known = network.redirect_uris is None or redirect_uri in network.redirect_uris
    if query.get("client_id") not in network.registrations:
        problem = "unauthorized_client: the client does not exist or is not enabled for consumers."
    elif query.get("response_type") != "code":
        problem = "unsupported_response_type: the response type has to be 'code'."
    elif not redirect_uri.startswith(("http://", "https://")) or not known:
        problem = "invalid_request: the value of 'redirect_uri' does not match a registered one."
    elif not query.get("scope"):
        problem = "invalid_request: the request must include 'scope'."
    else:
        return
    raise Refused(page("We can't sign you in", f"<p>{html.escape(problem)}</p>", 400))


def _oauth_error(error: str, description: str, status: int = 400, **more: list[int]) -> NoReturn:
    content = {
        "error": error,
        "error_description": description,
        "correlation_id": str(uuid.uuid4()),
        **more,
    }
    raise Refused(json_answer(content, status))


def _client(call: Call, form: dict[str, str]) -> str:
    client_id, secret = form.get("client_id"), form.get("client_secret")
    if not client_id:
        _oauth_error("invalid_request", "The request must include 'client_id'.")
    if client_id not in call.network.registrations:
        _oauth_error(
            "unauthorized_client", "The client does not exist or is not enabled for consumers."
        )
    expected = call.network.registrations[client_id]
    if expected is None and secret is not None:
        _oauth_error("unauthorized_client", "The client has no secret configured (0x80045AA0).")
    if secret != expected:
        _oauth_error("invalid_client", "The client secret is missing or not valid.", 401)
    return client_id


def _code(call: Call, form: dict[str, str]) -> Token:
    code, redirect_uri = form.get("code"), form.get("redirect_uri")
    if not code or not redirect_uri:
        _oauth_error("invalid_request", "The request must include 'code' and 'redirect_uri'.")
    granted = _read(call, Kind.CODE, code)
    if code in call.network.used_codes:
        _oauth_error("invalid_grant", "The code has been used already.")
    if granted.redirect_uri != redirect_uri:
        _oauth_error("invalid_grant", "The redirect URI differs from that of the authorize call.")
    call.network.used_codes.add(code)
    return granted


def _read(call: Call, kind: Kind, text: str) -> Token:
    if not text:
        _oauth_error("invalid_request", "The request must include 'refresh_token'.")
    try:
        return call.network.mint.read(kind, text)
    except ForeignToken, ExpiredToken:
        _oauth_error("invalid_grant", "The grant is not valid, has expired or was revoked.")
