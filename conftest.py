"""Home Assistant's test fixtures, on a newer Home Assistant than they were released for.

As plugins that pytest finds by itself they would be imported before Home Assistant, which does not
start then: since 2026.11 it puts httpx2 in the place of httpx and wants to be first. Therefore
pyproject.toml switches both off and they are loaded here, in the right order.
"""

import homeassistant  # noqa: F401  before anything that imports httpx
from homeassistant.components import logger
from homeassistant.components.logger import helpers

if not hasattr(logger, "_clear_logger_overwrites"):  # not there any more since 2026.11
    logger._clear_logger_overwrites = helpers._clear_logger_overwrites  # type: ignore[attr-defined]  # noqa: SLF001

pytest_plugins = ["pytest_homeassistant_custom_component.plugins", "respx.plugin"]
