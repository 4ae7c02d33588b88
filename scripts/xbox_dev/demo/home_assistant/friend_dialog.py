"""Add friends to an account in Home Assistant as a person does in the dialog."""

from typing import Any

from ..processes import DemoError
from .client import HomeAssistant

FLOW = "api/config/config_entries/subentries/flow"
CHOSEN = (
    "Brass Otter",
    "Copper Finch",
    "Lumen Fox7",
    "Quiet Harbor42",
    "Sir Pickles",
    "Velvet Comet3430",
)
"""Whom the demo adds. Others are left to be added by hand."""


async def added(home: HomeAssistant, entry_id: str) -> list[dict[str, str]]:
    """Return the subentries of an account's friends."""
    found = await home.command("config_entries/subentries/list", entry_id=entry_id)
    return [item for item in found if item["subentry_type"] == "friend"]


async def offered(home: HomeAssistant, entry_id: str) -> dict[str, str]:
    """Open the dialog and close it again; return the xuids it offers, by name."""
    form = await _open(home, entry_id)
    await home.request("DELETE", f"{FLOW}/{form['flow_id']}")
    return _options(form)


async def add(home: HomeAssistant, entry_id: str, names: tuple[str, ...] = CHOSEN) -> None:
    """Choose all of them at once; raises DemoError with what the dialog says when it fails."""
    form = await _open(home, entry_id)
    options = _options(form)
    if missing := [name for name in names if name not in options]:
        raise DemoError(f"the dialog does not offer {', '.join(missing)}, but {list(options)}")
    chosen = {"friends": [options[name] for name in names]}
    result = await home.request("POST", f"{FLOW}/{form['flow_id']}", json=chosen)
    if result["type"] != "create_entry":
        raise DemoError(f"the friends were not added: {result.get('reason') or result['errors']}")


async def _open(home: HomeAssistant, entry_id: str) -> dict[str, Any]:
    form = await home.request("POST", FLOW, json={"handler": [entry_id, "friend"]})
    if form["type"] != "form" or form["errors"]:
        told = form.get("reason") or form.get("errors")
        raise DemoError(f"the dialog that adds friends does not open: {told}")
    return dict(form)


def _options(form: dict[str, Any]) -> dict[str, str]:
    fields = {field["name"]: field for field in form["data_schema"]}
    if "friends" not in fields:
        return {}
    options = fields["friends"]["selector"]["select"]["options"]
    return {option["label"]: option["value"] for option in options}
