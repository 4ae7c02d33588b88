"""login.microsoftonline.com for personal accounts: the authorize page and the token endpoint."""

import base64
import hashlib
import html
import re

from multidict import MultiDict

from ..network import Answer, Call, Host, Network, Refused, json_answer, route
from .device_code import GRANT_TYPE, devicecode, granted
from .entra_client import entra_error, fields_of, public_client, secret_wanted
from .page import choices, page, persona_of_browser, sent_back
from .personas import Persona
from .tokens import ExpiredToken, ForeignToken, Kind, Token

TENANT = "/consumers/oauth2/v2.0"
CODE_LIFETIME = 600
ACCESS_LIFETIME = 3600
REFRESH_LIFETIME = 90 * 86_400
_SCOPES = frozenset({"xboxlive.signin", "offline_access", "xboxlive.offline_access"})
_LOCAL_PORT = re.compile(r"^(http://localhost):[0-9]{1,5}(?=/|$)")
_OFFLINE = _SCOPES - {"xboxlive.signin"}


def authorize(call: Call) -> Answer:
    """Show the accounts to choose from, or send the browser back to the app with one of them."""
    _check_authorize(call)
    query = call.query
    persona = persona_of_browser(call) or call.network.personas.get(query.get("persona", ""))
    if persona is None:
        return page("Sign in", choices(call, "authorize"))
    result = MultiDict({"state": query["state"]} if "state" in query else {})
    if persona.cancels:
        result["error"] = "access_denied"
        result["error_description"] = "AADSTS65004: User declined to consent to access the app."
    else:
        result["code"] = call.network.mint.issue(
            Kind.ENTRA_CODE,
            persona.key,
            query["client_id"],
            CODE_LIFETIME,
            scope=query["scope"],
            redirect_uri=query["redirect_uri"],
            challenge=query.get("code_challenge", ""),
        )[0]
    return sent_back(call, persona, result)


def token(call: Call) -> Answer:
    """Exchange a code, a refresh token or a device code for new tokens."""
    form = fields_of(call)
    client_id, application = public_client(call, form)
    match form.get("grant_type"):
        case "authorization_code":
            grant = _code(call, form)
            if not _is_registered(grant.redirect_uri, application.redirects):
                secret_wanted()
        case "refresh_token":
            grant = _refresh_token(call, form.get("refresh_token", ""))
        case str(kind) if kind == GRANT_TYPE:
            persona_key, scope = granted(call, form, client_id)
            persona = call.network.personas[persona_key]
            return json_answer(entra_token(call.network, persona, client_id, scope))
        case _:
            entra_error("unsupported_grant_type", 70003, "The grant type is not supported.")
    if grant.client_id != client_id:
        entra_error("invalid_grant", 700005, "The grant was issued to another client id.")
    persona = call.network.personas[grant.persona]
    return json_answer(entra_token(call.network, persona, client_id, grant.scope))


def entra_token(
    network: Network, persona: Persona, client_id: str, scope: str
) -> dict[str, object]:
    """Return the answer of the token endpoint for a persona. It has no `user_id`."""
    issue = network.mint.issue
    answer: dict[str, object] = {
        "token_type": "Bearer",
        "scope": scope,
        "expires_in": ACCESS_LIFETIME,
        "ext_expires_in": ACCESS_LIFETIME,
        "access_token": issue(Kind.LIVE, persona.key, client_id, ACCESS_LIFETIME, scope=scope)[0],
    }
    if set(scope.lower().split()) & _OFFLINE:
        answer["refresh_token"] = issue(
            Kind.ENTRA_REFRESH, persona.key, client_id, REFRESH_LIFETIME, scope=scope
        )[0]
    return answer


HOST = Host(
    "login.microsoftonline.com",
    [
        route("GET", f"{TENANT}/authorize", authorize),
        route("POST", f"{TENANT}/token", token),
        route("POST", f"{TENANT}/devicecode", devicecode),
    ],
)


def _check_authorize(call: Call) -> None:
    """Refuse with a page: Entra does not redirect to an address that it does not trust."""
    query, problem = call.query, None
    application = call.network.entra.applications.get(query.get("client_id", ""))
    redirect_uri = query.get("redirect_uri", "")
    if application is None or not application.for_personal_accounts:
        problem = "AADSTS700016: unauthorized_client: the application was not found."
    elif query.get("response_type") != "code":
        problem = "AADSTS70011: unsupported_response_type: the response type has to be 'code'."
    elif not _is_registered(redirect_uri, application.redirects | application.web_redirects):
        problem = "AADSTS50011: the redirect URI does not match those of the application."
    elif (
        not set(query.get("scope", "").lower().split()) & {"xboxlive.signin"}
        or not set(query["scope"].lower().split()) <= _SCOPES
    ):
        problem = "AADSTS70011: invalid_scope: the scope is not valid."
    elif "code_challenge" in query and query.get("code_challenge_method") != "S256":
        problem = "AADSTS501491: the code challenge has to be of the method S256."
    if problem:
        raise Refused(page("Sign in", f"<p>{html.escape(problem)}</p>", 400))


def _is_registered(address: str, registered: set[str]) -> bool:
    """Tell whether an address is registered; the port of localhost does not matter."""
    return address in registered or _LOCAL_PORT.sub(r"\1", address) in registered


def _code(call: Call, form: dict[str, str]) -> Token:
    code, redirect_uri = form.get("code"), form.get("redirect_uri")
    if not code or not redirect_uri:
        entra_error("invalid_request", 900144, "The request must contain 'code', 'redirect_uri'.")
    grant = _read(call, Kind.ENTRA_CODE, code)
    used = call.network.entra.used
    if code in used:
        entra_error("invalid_grant", 54005, "The code was already redeemed.")
    if grant.redirect_uri != redirect_uri:
        entra_error("invalid_grant", 500112, "The redirect URI differs from the authorize call.")
    if grant.challenge != _challenge(form.get("code_verifier", "")):
        entra_error("invalid_grant", 501481, "The verifier does not match the code challenge.")
    used.add(code)
    return grant


def _challenge(verifier: str) -> str:
    """Return the S256 challenge of a verifier, empty without one."""
    digest = hashlib.sha256(verifier.encode()).digest()
    return base64.urlsafe_b64encode(digest).decode().rstrip("=") if verifier else ""


def _refresh_token(call: Call, text: str) -> Token:
    entra = call.network.entra
    grant = _read(call, Kind.ENTRA_REFRESH, text)
    if grant.issued <= entra.passwords_changed.get(grant.persona, 0.0):
        entra_error("invalid_grant", 50173, "The grant has expired due to it being revoked.")
    if text in entra.used:
        entra_error("invalid_grant", 70000, "The refresh token was used already.")
    if entra.refresh_tokens_work_once:
        entra.used.add(text)
    return grant


def _read(call: Call, kind: Kind, text: str) -> Token:
    try:
        return call.network.mint.read(kind, text)
    except ForeignToken:
        entra_error("invalid_grant", 70000, "The grant is not valid.")
    except ExpiredToken:
        entra_error("invalid_grant", 70008, "The grant has expired or was revoked.")
