"""The blueprint files of the repository, and their inputs."""

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
    """Return the text of a blueprint file."""
    return (FOLDER / f"{name}.yaml").read_text()


def blueprint_of(name: str) -> dict[str, Any]:
    """Return the `blueprint` section of a blueprint."""
    content = parse_yaml(text_of(name))
    assert isinstance(content, dict)
    section: dict[str, Any] = content["blueprint"]
    return section


def inputs_of(name: str) -> dict[str, dict[str, Any]]:
    """Return the inputs of a blueprint, including those in sections."""
    inputs: dict[str, dict[str, Any]] = {}
    for key, it in blueprint_of(name)["input"].items():
        inputs |= it.get("input", {key: it})
    return inputs


def device_of(hass: HomeAssistant, entry: ConfigEntry, identifier: str) -> str:
    """Return the device id of a person or a console."""
    device = dr.async_get(hass).async_get_device_by_identifier((DOMAIN, identifier), entry.entry_id)
    assert device, "there is no such device"
    return device.id
