"""login.live.com: the authorize page and the token endpoint."""

import html
import uuid
from http.cookies import SimpleCookie
from typing import NoReturn
from urllib.parse import parse_qsl, urlencode

from multidict import MultiDict
from yarl import URL

from ..network import Answer, Call, Host, Network, Refused, json_answer, route
from .personas import Persona
from .tokens import ExpiredToken, ForeignToken, Kind, Token

CODE_LIFETIME = 300
LIVE_LIFETIME = 3600
REFRESH_LIFETIME = 90 * 86_400
SIGN_IN = "xboxlive.signin"
OFFLINE = "xboxlive.offline_access"

# A browser that has it is signed in, as the persona that was chosen last.
_BROWSER_COOKIE = "simulated-microsoft-account"

_PAGE = """<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>{title}</title><style>
body{{font:16px/1.5 system-ui,sans-serif;background:#eef2ee;color:#1b1b1b;margin:0}}
main{{max-width:30rem;margin:8vh auto;background:#fff;padding:2rem 2.5rem;box-shadow:0 2px 12px #0002}}
ul{{list-style:none;padding:0}}li{{border-top:1px solid #ddd;padding:.6rem 0}}
a{{color:#107c10;font-weight:600;text-decoration:none}}small{{display:block;color:#555}}
</style></head><body><main><h1>{title}</h1>{content}</main></body></html>"""


def authorize(call: Call) -> Answer:
    """Show the accounts to choose from, or send the browser back to the app with one of them."""
    query = call.query
    _check_authorize(call)
    persona = _persona_of_browser(call) or call.network.personas.get(query.get("persona", ""))
    if persona is None:
        return _page("Sign in", _choices(call))
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
    back = str(URL(query["redirect_uri"]).extend_query(result))
    cookie = f"{_BROWSER_COOKIE}={persona.key}; Path=/{HOST.name}"
    return Answer(302, b"", {"Location": back, "Set-Cookie": cookie})


def token(call: Call) -> Answer:
    """Exchange a code or a refresh token for new tokens."""
    form = _form(call)
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


def _persona_of_browser(call: Call) -> Persona | None:
    """Return the persona that a signed-in browser is taken for, if the app does not want a choice."""
    if call.query.get("prompt") == "select_account":
        return None
    cookie = SimpleCookie(call.headers.get("Cookie", "")).get(_BROWSER_COOKIE)
    return call.network.personas.get(cookie.value) if cookie else None


def _scopes(text: str) -> set[str]:
    return set(text.lower().split())


def _page(title: str, content: str, status: int = 200) -> Answer:
    page = _PAGE.format(title=html.escape(title), content=content)
    return Answer(status, page.encode(), {"Content-Type": "text/html; charset=utf-8"})


def _choices(call: Call) -> str:
    links = []
    for persona in call.network.personas.values():
        query = html.escape(urlencode([*call.query.items(), ("persona", persona.key)]))
        links.append(
            f'<li><a href="oauth20_authorize.srf?{query}">{html.escape(persona.name)}</a>'
            f"<small>{html.escape(persona.note)}</small></li>"
        )
    return f"<p>This is the simulated Xbox network. Who are you?</p><ul>{''.join(links)}</ul>"


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
    raise Refused(_page("We can't sign you in", f"<p>{html.escape(problem)}</p>", 400))


def _oauth_error(error: str, description: str, status: int = 400, **more: list[int]) -> NoReturn:
    content = {
        "error": error,
        "error_description": description,
        "correlation_id": str(uuid.uuid4()),
        **more,
    }
    raise Refused(json_answer(content, status))


def _form(call: Call) -> dict[str, str]:
    content_type = call.headers.get("Content-Type", "").split(";")[0].strip().lower()
    if content_type != "application/x-www-form-urlencoded":
        _oauth_error("invalid_request", "The request body must be form encoded.")
    pairs = parse_qsl(call.body.decode(errors="replace"), keep_blank_values=True)
    form = dict(pairs)
    if len(form) != len(pairs):
        _oauth_error("invalid_request", "A parameter is there twice.")
    return form


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
