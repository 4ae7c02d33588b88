"""Adds friends to an account in Home Assistant, as a user does in the dialog."""

from typing import Any

from ..processes import DemoError
from .client import HomeAssistant

FLOW = "api/config/config_entries/subentries/flow"
CHOSEN = (
    "Brass Otter",
    "Copper Finch",
    "Lumen Fox#7",
    "Quiet Harbor#42",
    "Sir Pickles",
    "Velvet Comet#3430",
)
"""The friends that the demo adds. The other ones can be added by hand."""


async def added(home: HomeAssistant, entry_id: str) -> list[dict[str, str]]:
    """Return the subentries of an account's friends."""
    subentries = await home.command("config_entries/subentries/list", entry_id=entry_id)
    return [item for item in subentries if item["subentry_type"] == "friend"]


async def offered(home: HomeAssistant, entry_id: str) -> dict[str, str]:
    """Open and close the dialog. Return the offered xuids, by name."""
    form = await _open(home, entry_id)
    await home.request("DELETE", f"{FLOW}/{form['flow_id']}")
    return _options(form)


async def add(home: HomeAssistant, entry_id: str, names: tuple[str, ...] = CHOSEN) -> None:
    """Add friends in the dialog. Raises DemoError with the dialog's message if that fails."""
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
        reason = form.get("reason") or form.get("errors")
        raise DemoError(f"the dialog that adds friends does not open: {reason}")
    return dict(form)


def _options(form: dict[str, Any]) -> dict[str, str]:
    fields = {field["name"]: field for field in form["data_schema"]}
    if "friends" not in fields:
        return {}
    options = fields["friends"]["selector"]["select"]["options"]
    # a label may have the classic gamertag, too: `Name#42 (Name42)`
    return {option["label"].partition(" (")[0]: option["value"] for option in options}
