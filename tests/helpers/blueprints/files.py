"""Blueprint files of the repository, and the inputs of each."""

from pathlib import Path
from typing import Any

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant
from homeassistant.helpers import device_registry as dr
from homeassistant.util.yaml import parse_yaml

from custom_components.xbox_network.const import DOMAIN

ROOT = Path(__file__).parents[3]
FOLDER = ROOT / "blueprints/automation/xbox_network"
NAMES = sorted(path.stem for path in FOLDER.glob("*.yaml"))


def text_of(name: str) -> str:
    """Return a blueprint as it lies in the repository."""
    return (FOLDER / f"{name}.yaml").read_text()


def blueprint_of(name: str) -> dict[str, Any]:
    """Return what a blueprint says about itself."""
    read = parse_yaml(text_of(name))
    assert isinstance(read, dict)
    described: dict[str, Any] = read["blueprint"]
    return described


def inputs_of(name: str) -> dict[str, dict[str, Any]]:
    """Return the inputs of a blueprint, those in its sections included."""
    found: dict[str, dict[str, Any]] = {}
    for key, it in blueprint_of(name)["input"].items():
        found |= it.get("input", {key: it})
    return found


def device_of(hass: HomeAssistant, entry: ConfigEntry, identifier: str) -> str:
    """Return the device id of a person or a console."""
    device = dr.async_get(hass).async_get_device_by_identifier((DOMAIN, identifier), entry.entry_id)
    assert device, "there is no such device"
    return device.id
