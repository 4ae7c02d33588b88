"""The options of an account in tests."""

from typing import Any

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant


def choose(hass: HomeAssistant, entry: ConfigEntry, **options: Any) -> None:
    """Set the options of an account, and leave all others out."""
    hass.config_entries.async_update_entry(entry, options=options)
