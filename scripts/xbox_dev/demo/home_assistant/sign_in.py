"""Adds an account of the simulated network to Home Assistant, as a user does in the browser."""

import asyncio
import html
import re
from typing import Any

from yarl import URL

from tests.simulator import CLIENT_ID, CLIENT_SECRET, PUBLIC_CLIENT_ID

from ..processes import DemoError
from .client import HomeAssistant

DOMAIN = "xbox_network"


async def entries(home: HomeAssistant) -> list[dict[str, Any]]:
    """Return the integration's config entries."""
    config_entries: list[dict[str, Any]] = await home.command("config_entries/get", domain=DOMAIN)
    return config_entries


async def sign_in(home: HomeAssistant, persona: str, way: str = "by_code") -> str:
    """Add a persona's account in one of the three ways, and return the id of its entry.

    Raises DemoError with Home Assistant's message if that fails.
    """
    await _enter_credentials(home)
    menu = await home.request(
        "POST",
        "api/config/config_entries/flow",
        json={"handler": DOMAIN},
        headers={"HA-Frontend-Base": str(home.url)},
    )
    flow = await _answer(home, menu, {"next_step_id": way})
    if flow["type"] == "form":
        flow = await _answer(home, flow, {"client_id": PUBLIC_CLIENT_ID})
    if flow["type"] == "external":
        await _choose_on_page(home, URL(flow["url"], encoded=True), persona)
    elif flow["type"] == "progress":
        await _enter_code(home, flow["description_placeholders"], persona)
    else:
        raise DemoError(f"the sign-in did not begin: {_reason(flow)}")
    return await _finish(home, flow["flow_id"])


async def _answer(
    home: HomeAssistant, flow: dict[str, Any], answer: dict[str, str]
) -> dict[str, Any]:
    path = f"api/config/config_entries/flow/{flow['flow_id']}"
    headers = {"HA-Frontend-Base": str(home.url)}
    result: dict[str, Any] = await home.request("POST", path, json=answer, headers=headers)
    return result


async def _choose_on_page(home: HomeAssistant, page: URL, persona: str) -> None:
    link = await _persona_link(home, page, persona)
    status, _, ended_at = await home.visit(link)
    if status != 200 or ended_at.path != "/auth/external/callback":
        raise DemoError(f"the sign-in page did not lead back to Home Assistant ({status})")


async def _enter_code(home: HomeAssistant, shown: dict[str, str], persona: str) -> None:
    page = URL(shown["address"]).update_query(otc=shown["code"].replace("\\", ""))
    status, text, _ = await home.visit(await _persona_link(home, page, persona))
    if status != 200 or "You have signed in" not in text:
        raise DemoError(f"the page for the code did not take it ({status})")


async def loaded_entry(home: HomeAssistant, seconds: float = 60) -> dict[str, Any]:
    """Return the entry once it is loaded. Raises DemoError with its reason if it is not."""
    last: dict[str, Any] = {}
    try:
        async with asyncio.timeout(seconds):
            while last.get("state") != "loaded":
                await asyncio.sleep(0.2)
                last = next(iter(await entries(home)), {})
    except TimeoutError:
        reason = f"{last.get('state', 'missing')}: {last.get('reason')}"
        raise DemoError(f"the account was not loaded within {seconds:.0f} s ({reason})") from None
    return last


async def _enter_credentials(home: HomeAssistant) -> None:
    credentials = await home.command("application_credentials/list")
    if not any(item["domain"] == DOMAIN for item in credentials):
        await home.command(
            "application_credentials/create",
            domain=DOMAIN,
            client_id=CLIENT_ID,
            client_secret=CLIENT_SECRET,
            name="Demo application",
        )


async def _persona_link(home: HomeAssistant, page: URL, persona: str) -> URL:
    status, text, address = await home.visit(page)
    links = (URL(html.unescape(link), encoded=True) for link in re.findall(r'href="([^"]+)"', text))
    link = next((link for link in links if link.query.get("persona") == persona), None)
    if status != 200 or link is None:
        raise DemoError(f"the sign-in page ({status}) does not offer {persona}")
    return address.join(link)


async def _finish(home: HomeAssistant, flow_id: str) -> str:
    """Wait until the flow continues, then do its last step. Return the id of the entry."""
    path = f"api/config/config_entries/flow/{flow_id}"
    result: dict[str, Any] = {"type": "external"}
    async with asyncio.timeout(30):
        while result["type"] in {"external", "external_done", "progress"}:
            await asyncio.sleep(0.1)
            result = await home.request("GET", path)
    if result["type"] == "form":
        result = await home.request("POST", path, json={})
    if result["type"] != "create_entry":
        raise DemoError(f"the sign-in failed: {_reason(result)}")
    return str(result["result"]["entry_id"])


def _reason(flow: dict[str, Any]) -> str:
    return str(flow.get("reason") or flow.get("errors") or flow.get("step_id") or flow["type"])
