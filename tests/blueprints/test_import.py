"""Tests that each blueprint can be imported, and that its form is complete."""

import re
from pathlib import Path
from urllib.parse import quote, unquote

import pytest
from homeassistant.core import HomeAssistant
from homeassistant.setup import async_setup_component
from pytest_homeassistant_custom_component.test_util.aiohttp import AiohttpClientMocker
from pytest_homeassistant_custom_component.typing import WebSocketGenerator

from tests.helpers.blueprints.files import FOLDER, NAMES, ROOT, blueprint_of, inputs_of, text_of
from tests.helpers.pages import PAGES, README

AT_GITHUB = "https://github.com/xbox-network/home-assistant-xbox-network/blob/main/"
RAW = "https://raw.githubusercontent.com/xbox-network/home-assistant-xbox-network/main/"
IMPORT = "https://my.home-assistant.io/redirect/blueprint_import/?blueprint_url="


@pytest.mark.parametrize("name", NAMES)
async def test_import(
    hass: HomeAssistant,
    aioclient_mock: AiohttpClientMocker,
    hass_ws_client: WebSocketGenerator,
    tmp_path: Path,
    name: str,
) -> None:
    """Home Assistant can import each blueprint from the address in its text and on the pages."""
    hass.config.config_dir = str(tmp_path)
    path = (FOLDER / f"{name}.yaml").relative_to(ROOT)
    address = f"{AT_GITHUB}{path}"
    aioclient_mock.get(f"{RAW}{path}", text=text_of(name))
    assert await async_setup_component(hass, "automation", {})
    browser = await hass_ws_client(hass)
    await browser.send_json_auto_id({"type": "blueprint/import", "url": address})
    result = (await browser.receive_json())["result"]
    assert result["validation_errors"] is None
    assert result["suggested_filename"] == f"xbox-network/{name}"
    assert blueprint_of(name)["source_url"] == address
    saved = {"domain": "automation", "path": f"{result['suggested_filename']}.yaml"}
    await browser.send_json_auto_id(
        {"type": "blueprint/save", "yaml": result["raw_data"], "source_url": address, **saved}
    )
    assert (await browser.receive_json())["success"]
    await browser.send_json_auto_id({"type": "blueprint/list", "domain": "automation"})
    assert saved["path"] in (await browser.receive_json())["result"]


def test_links() -> None:
    """The README has an import link for each blueprint, and no page has another one."""
    files = [(FOLDER / f"{name}.yaml").relative_to(ROOT) for name in NAMES]
    known = {quote(f"{AT_GITHUB}{path}", safe="") for path in files}
    linked = {
        path: set(re.findall(rf"{re.escape(IMPORT)}([^)\s]+)", path.read_text())) for path in PAGES
    }
    assert linked[README] == known
    assert set().union(*linked.values()) <= known
    for link in known:
        assert (ROOT / unquote(link).removeprefix(AT_GITHUB)).is_file()


@pytest.mark.parametrize("name", NAMES)
def test_form(name: str) -> None:
    """Each input has a name and a selector; inputs in folded sections have a default."""
    blueprint = blueprint_of(name)
    assert blueprint["homeassistant"]["min_version"] == "2026.11.0"
    assert blueprint["author"]
    assert len(blueprint["description"]) > 60
    for key, it in inputs_of(name).items():
        assert it["name"], key
        assert it["selector"], key
    folded = [it for it in blueprint["input"].values() if it.get("collapsed")]
    assert all("default" in it for section in folded for it in section["input"].values())


@pytest.mark.parametrize("name", NAMES)
def test_inputs_used(name: str) -> None:
    """Each input is used."""
    used = set(re.findall(r"!input (\w+)", text_of(name)))
    assert used == set(inputs_of(name))
