"""Names in texts: anybody's free text, which markdown must show as it is."""

import json
import re
from pathlib import Path

import pytest
from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant
from homeassistant.helpers import issue_registry as ir
from pytest_homeassistant_custom_component.common import MockConfigEntry, start_reauth_flow

import custom_components.xbox_network
from custom_components.xbox_network.const import DOMAIN
from custom_components.xbox_network.markdown import escaped, named
from tests.conftest import Browse, fails_with, set_up
from tests.helpers.markdown import as_shown, rendered
from tests.simulator import Person, Simulator

TEXTS = json.loads(
    (Path(custom_components.xbox_network.__file__).parent / "translations/en.json").read_text()
)
TRICKY = "**[Click_here_](https://example.org)** <b>&amp;"


@pytest.mark.parametrize(
    "name",
    [
        TRICKY,
        "# Nova",
        "1. Nova",
        "1) Nova",
        "- Nova",
        "+ Nova",
        "> Nova",
        "    Nova",
        "---",
        "===",
        "*Nova*",
        "_Nova_",
        "__Nova__",
        "`Nova`",
        "~~Nova~~",
        "![Nova](http://example.org/a.png)",
        "[Nova]: http://example.org",
        "<https://example.org>",
        "<nova@example.org>",
        "<ha-alert>Nova</ha-alert>",
        "&lt;b&gt;",
        r"\*Nova\*",
        "Nova\\",
        "| a |",
        "{Nova}",
        "Quiet Harbor#42",
        "Ночная Сова",
        'O\'Hara "x" $5 100% a=b; c^d, e?',
    ],
)
def test_shown_as_it_is(name: str) -> None:
    """A name begins a paragraph and stands within one, and is read as it is."""
    shown = " ".join(name.split())
    text = f"{escaped(name)} and\n\n{escaped(name)}\n\nalso {escaped(name)}."
    assert as_shown(text) == f"{shown} and\n{shown}\nalso {shown}.\n"
    assert rendered(text).count("<p>") == 3
    assert set(re.findall("<(/?[a-z0-9]+)", rendered(text))) == {"p", "/p"}


@pytest.mark.parametrize("name", ["www.example.org", "http://example.org", "nova@example.org"])
def test_no_link_by_itself(name: str) -> None:
    """The frontend's markdown makes links of bare addresses, but not of an escaped one."""
    assert not re.search(r"www\.|://|\w@\w", escaped(name))


def test_lines() -> None:
    """A name is one line."""
    assert escaped(" Nova\n\n  Kestrel\t") == "Nova Kestrel"


def test_names_of_a_repair() -> None:
    """A repair's title is no markdown: it gets the name as it is."""
    assert named(name="a*b", account="c") == {
        "name": r"a\*b",
        "account": "c",
        "plain_name": "a*b",
        "plain_account": "c",
    }


def test_repairs_use_both() -> None:
    """No title has an escaped name, and no description one that is not."""
    for texts in TEXTS["issues"].values():
        assert not re.search(r"\{(name|account|console)\}", texts["title"])
        assert re.search(r"\{plain_(name|account|console)\}", texts["title"])
        flow = texts.get("fix_flow")
        shown = flow["step"]["confirm"] if flow else texts
        assert "{plain_" not in shown["description"]
    texts = json.dumps([TEXTS["config"], TEXTS["config_subentries"], TEXTS["options"]])
    assert "{plain_" not in texts


async def test_repair(
    hass: HomeAssistant,
    simulator: Simulator,
    stored: MockConfigEntry,
    issue_registry: ir.IssueRegistry,
) -> None:
    """A repair about an account shows its name as it is, in the title and in the description."""
    hass.config_entries.async_update_entry(stored, title=TRICKY)
    simulator.xerr("adult", 2148917999)
    await set_up(hass, stored)
    [issue] = [it for it in issue_registry.issues.values() if it.domain == DOMAIN]
    texts = TEXTS["issues"][issue.translation_key]
    placeholders = issue.translation_placeholders
    assert placeholders
    assert f"refuses {TRICKY} for" in texts["title"].format(**placeholders)
    description = texts["description"].format(**placeholders)
    assert f"refuses {TRICKY} for" in as_shown(description)
    assert "example.org" not in str(re.findall(r'href="[^"]*"', rendered(description)))


async def test_dialogs(
    hass: HomeAssistant, owner: Person, entry: ConfigEntry, browse: Browse
) -> None:
    """The dialog of a new sign-in shows names as they are, too."""
    hass.config_entries.async_update_entry(entry, title=TRICKY)
    owner.world.person("2535400000000002").rename("_Лиса_", classic="DustyFox12")  # type: ignore[union-attr]
    form = await start_reauth_flow(hass, entry)
    step = TEXTS["config"]["step"]["reauth_confirm"]
    assert f"sign-in of {TRICKY}." in as_shown(
        step["description"].format(**form["description_placeholders"])
    )
    assert "{" not in step["title"]
    result = await browse(
        await hass.config_entries.flow.async_configure(form["flow_id"], {}), "alone"
    )
    text = as_shown(fails_with(result, "wrong_account"))
    assert f"signed in as _Лиса_ (DustyFox12), but this is the account {TRICKY}." in text
