"""Sign-in with a code: the two requests of the app, and Microsoft's page on which the code is entered."""

import html
from urllib.parse import urlencode

from ..network import Answer, Call, Host, json_answer, route
from .entra_client import entra_error, fields_of, public_client, secret_wanted
from .entra_state import CODE_LIFETIME, Answered, EnteredCode
from .page import choices, page

GRANT_TYPE = "urn:ietf:params:oauth:grant-type:device_code"
LINK_HOST = "www.microsoft.com"
_FORM = """<form action="link"><p>{problem}</p><label>Enter the code that your device shows:
<input name="otc" autofocus autocomplete="off"></label> <button>Next</button></form>"""


def devicecode(call: Call) -> Answer:
    """Return a new code for an app that allows public client flows."""
    form = fields_of(call)
    client_id, application = public_client(call, form)
    if not application.allows_public_flows:
        entra_error(
            "invalid_client", 70002, "The provided client is not supported for this feature.", 401
        )
    if "xboxlive.signin" not in form.get("scope", "").lower().split():
        entra_error("invalid_scope", 70011, "The scope is not valid.")
    device_code, code = call.network.entra.new_code(client_id, form["scope"])
    own = f"{call.url.origin()}/{LINK_HOST}/link"
    address = own if call.network.entra.plays_pages else f"https://{LINK_HOST}/link"
    return json_answer(
        {
            "user_code": code.user_code,
            "device_code": device_code,
            "verification_uri": address,
            "expires_in": CODE_LIFETIME,
            "interval": int(code.interval),
            "message": f"To sign in, open {address} and enter the code {code.user_code}.",
        }
    )


def granted(call: Call, form: dict[str, str], client_id: str) -> tuple[str, str]:
    """Return the persona and the scope of a device code. Refuses until the person has entered it."""
    if not call.network.entra.applications[client_id].allows_public_flows:
        secret_wanted()
    code = call.network.entra.codes.get(form.get("device_code", ""))
    if code is None or code.client_id != client_id:
        entra_error("bad_verification_code", 70018, "The device code is not known.")
    if code.expires <= call.network.clock():
        entra_error("expired_token", 70019, "The code has expired.")
    if code.answered is Answered.DECLINED:
        entra_error("authorization_declined", 65004, "The user declined.")
    if call.network.entra.is_too_fast(code):
        entra_error("slow_down", 70016, "The app polls too fast.")
    if code.answered is Answered.NOT_YET:
        entra_error("authorization_pending", 70016, "The user has not signed in yet.")
    code.expires = 0.0  # it works once
    return code.persona, code.scope


def link(call: Call) -> Answer:
    """Show the page for a code, then the accounts to choose from, then the end."""
    typed = call.query.get("otc", "")
    code = call.network.entra.waiting(typed)
    if code is None:
        problem = "That code didn't work. Check the code and try again." if typed else ""
        return page("Enter code", _FORM.format(problem=problem))
    if "refuse" in call.query:
        call.network.entra.decline(code.user_code)
        return page("Sign in", "<p>You have refused.</p>")
    persona = call.network.personas.get(call.query.get("persona", ""))
    if persona is None:
        return page("Sign in", _choices(call, code))
    if persona.cancels:
        call.network.entra.decline(code.user_code)
        return page("Sign in", "<p>You have refused.</p>")
    call.network.entra.allow(code.user_code, persona.key)
    return page("Sign in", "<p>You have signed in. You may now close this window.</p>")


LINK = Host(LINK_HOST, [route("GET", "/link", link)])


def _choices(call: Call, code: EnteredCode) -> str:
    refuse = html.escape(f"link?{urlencode({'otc': code.user_code, 'refuse': '1'})}")
    return (
        choices(call, "link", "A device wants to sign in with your account. Who are you?")
        + f'<p><a href="{refuse}">None of these: refuse</a></p>'
    )
