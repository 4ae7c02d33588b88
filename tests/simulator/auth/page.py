"""Microsoft's pages for a browser: the choice of an account, and its memory in a cookie."""

import html
from http.cookies import SimpleCookie
from urllib.parse import urlencode

from multidict import MultiDict
from yarl import URL

from ..network import Answer, Call
from .personas import Persona

# A browser that has it is signed in, as the persona that was chosen last.
BROWSER_COOKIE = "simulated-microsoft-account"

_PAGE = """<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>{title}</title><style>
body{{font:16px/1.5 system-ui,sans-serif;background:#eef2ee;color:#1b1b1b;margin:0}}
main{{max-width:30rem;margin:8vh auto;background:#fff;padding:2rem 2.5rem;box-shadow:0 2px 12px #0002}}
ul{{list-style:none;padding:0}}li{{border-top:1px solid #ddd;padding:.6rem 0}}
a{{color:#107c10;font-weight:600;text-decoration:none}}small{{display:block;color:#555}}
</style></head><body><main><h1>{title}</h1>{content}</main></body></html>"""


def sent_back(call: Call, persona: Persona, result: MultiDict[str]) -> Answer:
    """Return the redirect to the app, with a cookie for the account that was chosen."""
    back = str(URL(call.query["redirect_uri"]).extend_query(result))
    cookie = f"{BROWSER_COOKIE}={persona.key}; Path=/{call.host}"
    return Answer(302, b"", {"Location": back, "Set-Cookie": cookie})


def persona_of_browser(call: Call) -> Persona | None:
    """Return the persona that a signed-in browser is taken for, if the app does not want a choice."""
    if call.query.get("prompt") == "select_account":
        return None
    cookie = SimpleCookie(call.headers.get("Cookie", "")).get(BROWSER_COOKIE)
    return call.network.personas.get(cookie.value) if cookie else None


def page(title: str, content: str, status: int = 200) -> Answer:
    """Return a page for a browser; `content` is HTML."""
    page = _PAGE.format(title=html.escape(title), content=content)
    return Answer(status, page.encode(), {"Content-Type": "text/html; charset=utf-8"})


def choices(call: Call, path: str, question: str = "Who are you?") -> str:
    """Return the links to a page that is called again with each persona."""
    links = []
    for persona in call.network.personas.values():
        query = html.escape(urlencode([*call.query.items(), ("persona", persona.key)]))
        links.append(
            f'<li><a href="{path}?{query}">{html.escape(persona.name)}</a>'
            f"<small>{html.escape(persona.note)}</small></li>"
        )
    return f"<p>This is the simulated Xbox network. {question}</p><ul>{''.join(links)}</ul>"
