"""Loads Home Assistant's test fixtures, for a newer Home Assistant than they support.

As automatic plugins, pytest would import them before Home Assistant. Then Home Assistant does not
start: since 2026.11 it replaces httpx by httpx2 and must be imported first. Therefore
pyproject.toml disables both plugins, and this file loads them in the right order.
"""

import homeassistant  # noqa: F401  before anything that imports httpx
from homeassistant.components import logger
from homeassistant.components.logger import helpers

if not hasattr(logger, "_clear_logger_overwrites"):  # removed in 2026.11
    logger._clear_logger_overwrites = helpers._clear_logger_overwrites  # type: ignore[attr-defined]  # noqa: SLF001

pytest_plugins = ["pytest_homeassistant_custom_component.plugins", "respx.plugin"]
