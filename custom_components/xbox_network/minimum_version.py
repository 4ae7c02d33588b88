"""Refuse a Home Assistant that is too old, before anything is imported that it lacks.

It and `__init__.py` are all that an older Home Assistant reads: both have to do without newer syntax.
"""

from typing import Final

from homeassistant.const import __version__

# The same as `homeassistant` in hacs.json, which `scripts/release-check` compares.
MINIMUM_VERSION: Final = "2026.11.0"


class HomeAssistantTooOldError(ImportError):
    """Home Assistant is older than the integration supports. It logs an ImportError and goes on."""

    # what it would log with the message: forty lines that tell nobody more
    __traceback__: None = None


def _year_and_month(version: str) -> tuple[int, int]:
    year, month = version.split(".")[:2]
    return int(year), int(month)


def require_minimum_version(version: str) -> None:
    """Raise HomeAssistantTooOldError for a version of Home Assistant that is too old."""
    if _year_and_month(version) < _year_and_month(MINIMUM_VERSION):  # its betas will do
        raise HomeAssistantTooOldError(
            f"Xbox Network needs Home Assistant {MINIMUM_VERSION} or later, and this is {version}:"
            " please update Home Assistant"
        ) from None


require_minimum_version(__version__)
