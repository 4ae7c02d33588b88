"""The dialog that adds friends: opening it, submitting its form, and reading its texts."""

import json
from pathlib import Path
from typing import Any

from homeassistant.config_entries import (
    SOURCE_USER,
    ConfigEntry,
    ConfigSubentry,
    SubentryFlowResult,
)
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType

import custom_components.xbox_network
from custom_components.xbox_network.const import SUBENTRY_FRIEND
from custom_components.xbox_network.friend_flow import FRIENDS, GAMERTAG
from tests.helpers.settling import settle

PACKAGE = Path(custom_components.xbox_network.__file__).parent
TEXTS: dict[str, Any] = json.loads((PACKAGE / "translations/en.json").read_text())[
    "config_subentries"
][SUBENTRY_FRIEND]


async def open_dialog(hass: HomeAssistant, entry: ConfigEntry) -> SubentryFlowResult:
    """Select "Add friends" in the menu of an account."""
    return await hass.config_entries.subentries.async_init(
        (entry.entry_id, SUBENTRY_FRIEND), context={"source": SOURCE_USER}
    )


async def submit(
    hass: HomeAssistant, form: SubentryFlowResult, friends: list[str] | None = None, **typed: str
) -> SubentryFlowResult:
    """Submit the form with these values."""
    entered = typed if friends is None else {FRIENDS: friends, **typed}
    result = await hass.config_entries.subentries.async_configure(form["flow_id"], entered)
    await settle(hass)
    return result


async def add_friends(hass: HomeAssistant, entry: ConfigEntry, *xuids: str) -> list[ConfigSubentry]:
    """Add friends of an account in the dialog. Return their subentries."""
    result = await submit(hass, await open_dialog(hass, entry), list(xuids))
    assert result["type"] is FlowResultType.CREATE_ENTRY
    return [subentry_of(entry, xuid) for xuid in xuids]


async def add_by_gamertag(hass: HomeAssistant, entry: ConfigEntry, gamertag: str) -> ConfigSubentry:
    """Add a person by gamertag in the dialog. Return the subentry."""
    result = await submit(hass, await open_dialog(hass, entry), gamertag=gamertag)
    assert result["type"] is FlowResultType.CREATE_ENTRY
    return list(entry.subentries.values())[-1]


def subentry_of(entry: ConfigEntry, xuid: str) -> ConfigSubentry:
    """Return the subentry of a person."""
    [subentry] = [it for it in entry.subentries.values() if it.unique_id == xuid]
    return subentry


def tracked(entry: ConfigEntry) -> dict[str | None, str]:
    """Return the names of the tracked friends, by xuid."""
    return {it.unique_id: it.title for it in entry.subentries.values()}


def offered(form: SubentryFlowResult) -> dict[str, str]:
    """Return the friends that a form offers, in its order: name by xuid."""
    schema = form["data_schema"]
    assert schema
    fields = [field for name, field in schema.schema.items() if name == FRIENDS]
    return {it["value"]: it["label"] for field in fields for it in field.config["options"]}


def suggested(form: SubentryFlowResult) -> dict[str, Any]:
    """Return the suggested values of a form by field."""
    schema = form["data_schema"]
    assert schema
    return {
        name.schema: name.description["suggested_value"]
        for name in schema.schema
        if name.description
    }


def shown(form: SubentryFlowResult) -> dict[str, str]:
    """Return the errors of a form by field, in English. Everything in the form must have a text."""
    assert form["type"] is FlowResultType.FORM
    step, placeholders = TEXTS["step"][form["step_id"]], form["description_placeholders"] or {}
    assert step["title"]
    assert step["description"].format(**placeholders)
    schema = form["data_schema"]
    assert schema
    assert {str(name) for name in schema.schema} <= set(step["data"])
    return {
        field: TEXTS["error"][key].format(**placeholders)
        for field, key in (form["errors"] or {}).items()
    }


def error_of(form: SubentryFlowResult, field: str = GAMERTAG) -> str:
    """Return the key of a form's only error, which must be at that field and have a text."""
    [(error_field, text)] = shown(form).items()
    assert error_field == field
    assert text
    assert "{" not in text
    return (form["errors"] or {})[field]


def abort_of(result: SubentryFlowResult) -> str:
    """Return the reason why the dialog was aborted. It must have a text."""
    assert result["type"] is FlowResultType.ABORT
    text = TEXTS["abort"][result["reason"]].format(**(result["description_placeholders"] or {}))
    assert text
    return result["reason"]
