"""What a Home Assistant that is too old makes of the integration."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

import custom_components
from custom_components.xbox_network.minimum_version import (
    MINIMUM_VERSION,
    HomeAssistantTooOldError,
    require_minimum_version,
)

FOLDER = Path(custom_components.__file__).parent
START = """
import asyncio, logging, sys
from homeassistant import const
const.__version__ = sys.argv[1]
from homeassistant import loader
from homeassistant.config_entries import ConfigEntries
from homeassistant.core import HomeAssistant
from homeassistant.setup import async_setup_component

async def main():
    hass = HomeAssistant(sys.argv[2])
    loader.async_setup(hass)
    hass.config.skip_pip = True
    hass.config_entries = ConfigEntries(hass, {})
    hass.config.components.add("application_credentials")
    print(await async_setup_component(hass, "xbox_network", {}))
    print([it for it in sys.modules if it.startswith("custom_components.xbox_network")])

logging.basicConfig(format="%(levelname)s %(message)s", level=logging.ERROR)
asyncio.run(main())
"""


@pytest.mark.parametrize(
    "version", [MINIMUM_VERSION, "2026.11.0b3", "2026.11.3", "2026.12.0b0", "2027.1.0.dev0"]
)
def test_new_enough(version: str) -> None:
    """The oldest that is supported is taken, and what comes after it, betas too."""
    require_minimum_version(version)


@pytest.mark.parametrize("version", ["2026.10.4", "2026.9.0", "2025.12.5", "0.118.0"])
def test_too_old(version: str) -> None:
    """An older one is refused with the version that is needed and the one that is there."""
    with pytest.raises(HomeAssistantTooOldError, match=rf"2026\.11.*{version}"):
        require_minimum_version(version)


def test_one_error(tmp_path: Path) -> None:
    """The set-up fails with one error, before anything else of the integration is imported."""
    (tmp_path / "custom_components").symlink_to(FOLDER, target_is_directory=True)
    done = subprocess.run(  # noqa: S603
        [sys.executable, "-c", START, "2026.10.4", str(tmp_path)],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=250,
        check=True,
    )
    assert done.stdout.splitlines() == ["False", "[]"]
    error, detail = done.stderr.splitlines()
    assert error.startswith("ERROR ")
    assert "Xbox Network needs Home Assistant 2026.11.0 or later, and this is 2026.10.4" in error
    assert detail.startswith("custom_components.xbox_network.minimum_version.HomeAssistantTooOld")


@pytest.mark.parametrize("name", ["__init__.py", "minimum_version.py"])
def test_syntax(name: str) -> None:
    """What an older Home Assistant reads has the syntax of the Python that it runs with."""
    tree = ast.parse((FOLDER / "xbox_network" / name).read_text(), feature_version=(3, 12))
    if name == "__init__.py":
        first = next(it for it in tree.body if isinstance(it, ast.ImportFrom))
        assert [it.name for it in first.names] == ["minimum_version"]
