"""Fixtures for tests with a real folder: Home Assistant's storage is not mocked."""

from pathlib import Path
from typing import Any

import pytest
from homeassistant.core import HomeAssistant
from pytest_homeassistant_custom_component.common import MockConfigEntry

from tests.helpers.account_files import paths_of


@pytest.fixture
def hass_storage() -> dict[str, Any]:
    """Leave Home Assistant's storage on the disk."""
    return {}


@pytest.fixture
def hass_config_dir(hass_tmp_config_dir: str) -> str:
    """Return an empty folder."""
    return hass_tmp_config_dir


@pytest.fixture(name="folder")
def folder_fixture(hass: HomeAssistant) -> Path:
    """Return the folder with Home Assistant's storage."""
    folder = Path(hass.config.path(".storage"))
    folder.mkdir(exist_ok=True)
    return folder


@pytest.fixture(name="paths")
def paths_fixture(folder: Path, stored: MockConfigEntry) -> dict[str, Path]:
    """Return the paths of an account's files by suffix, with the content of an earlier version."""
    return paths_of(folder, str(stored.unique_id))


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Write without waiting for the disk: no test cuts the power."""
    monkeypatch.setattr("atomicwrites._proper_fsync", lambda _: None)
