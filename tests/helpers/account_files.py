"""The files of an account on a real disk: written by an earlier version, and what Home Assistant tells about them."""

import json
import shutil
from pathlib import Path
from typing import Any, Final

from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant
from homeassistant.helpers import issue_registry as ir
from pytest_homeassistant_custom_component.common import MockConfigEntry

import custom_components.xbox_network
from custom_components.xbox_network.const import DOMAIN
from custom_components.xbox_network.storage.base import account_key
from tests.conftest import set_up
from tests.helpers.settling import settle

PACKAGE: Final = Path(custom_components.xbox_network.__file__).parent
TEXTS: Final[dict[str, Any]] = json.loads((PACKAGE / "translations/en.json").read_text())["issues"]
STORED: Final = Path(__file__).parents[1] / "integration" / "storage" / "stored_files"
VALUABLE: Final = ("limits", "playtime", "playtime_now")
CACHES: Final = ("apps", "names", "products", "titles", "tokens", "unlocks")


def paths_of(folder: Path, owner: str) -> dict[str, Path]:
    """Return the paths of an account's files by suffix; readable for everybody, as they were once."""
    account = f"{DOMAIN}.{account_key(owner)}"
    paths = {
        it: folder / (account if it == "tokens" else f"{account}.{it}")
        for it in (*VALUABLE, *CACHES)
    }
    restore(paths)
    return paths


def restore(paths: dict[str, Path]) -> None:
    """Write the files of an earlier version, and delete everything else of ours."""
    for path in paths["tokens"].parent.glob(f"{DOMAIN}*"):
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink()
    for suffix, path in paths.items():
        path.write_bytes((STORED / f"{suffix}.json").read_bytes())
        path.chmod(0o644)


def issues(issue_registry: ir.IssueRegistry) -> dict[str, ir.IssueEntry]:
    """Return the repair issues of the integration and of Home Assistant, by translation key."""
    found = {str(it.translation_key): it for it in issue_registry.issues.values()}
    for key, issue in found.items():
        for text in ("title", "description"):
            shown = TEXTS[key].get(text, "").format(**issue.translation_placeholders or {})
            assert "Nova Kestrel" in shown or not shown
        assert str(issue.learn_more_url).endswith("docs/troubleshooting.md#files")
    return found


async def start(hass: HomeAssistant, entry: MockConfigEntry) -> None:
    """Start the account, which always succeeds."""
    await set_up(hass, entry)
    assert entry.state is ConfigEntryState.LOADED


async def stop(hass: HomeAssistant, entry: MockConfigEntry) -> None:
    """Stop the account, and write everything."""
    assert await hass.config_entries.async_unload(entry.entry_id)
    await settle(hass)


def spoil(path: Path, *keys: str | int, value: object) -> None:
    """Put another value into the content of a file."""
    whole = json.loads(path.read_bytes())
    place: Any = whole["data"]
    for key in keys[:-1]:
        place = place[key]
    place[keys[-1]] = value
    path.write_text(json.dumps(whole))


async def confirm(client: Any, issue: ir.IssueEntry) -> str:
    """Confirm a repair in the user interface. Return its text, or the reason why that is not possible."""
    flows = "/api/repairs/issues/fix"
    answer = await client.post(flows, json={"handler": DOMAIN, "issue_id": issue.issue_id})
    form = await answer.json()
    assert form["step_id"] == "confirm"
    answer = await client.post(f"{flows}/{form['flow_id']}", json={})
    ended = await answer.json()
    if ended["type"] == "abort":
        reason: str = TEXTS[str(issue.translation_key)]["fix_flow"]["abort"][ended["reason"]]
        return reason
    assert ended["type"] == "create_entry"
    step = TEXTS[str(issue.translation_key)]["fix_flow"]["step"]["confirm"]
    text: str = step["description"].format(**form["description_placeholders"])
    return text
