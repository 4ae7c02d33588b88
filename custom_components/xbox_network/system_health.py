"""System health: whether the network is reachable, how push is doing, and how many requests are left."""

from typing import Any

from homeassistant.components import system_health
from homeassistant.core import HomeAssistant, callback

from .const import DOMAIN
from .data import XboxConfigEntry
from .xbox.endpoints import SIGNED_IN, Service, locate

_REACHED = {
    "can_reach_consoles": Service.CONSOLES,
    "can_reach_sign_in": Service.LIVE,
    "can_reach_sign_in_without_secret": Service.ENTRA,
    "can_reach_tokens": Service.XSTS,
    "can_reach_people": Service.PEOPLE,
    "can_reach_presence": Service.PRESENCE,
    "can_reach_titles": Service.TITLES,
}


@callback
def async_register(hass: HomeAssistant, register: system_health.SystemHealthRegistration) -> None:
    """Register the information for the system health page."""
    register.async_register_info(system_health_info)


async def system_health_info(hass: HomeAssistant) -> dict[str, Any]:
    """Return the lines of the system health page."""
    entries: list[XboxConfigEntry] = hass.config_entries.async_loaded_entries(DOMAIN)
    reached: dict[str, Any] = {
        key: system_health.async_check_can_reach_url(hass, str(locate(service)))
        for key, service in _REACHED.items()
    }
    return {
        **reached,
        "accounts": len(entries),
        "push": _push(entries),
        "budgets_left": _budgets_left(entries),
    }


def _push(entries: list[XboxConfigEntry]) -> str:
    """Return the push state of each account."""
    return ", ".join(entry.runtime_data.push.state for entry in entries) or "-"


def _budgets_left(entries: list[XboxConfigEntry]) -> str:
    """Return the requests left for each service, of the account with the fewest."""
    left = {
        service.split(".", maxsplit=1)[0]: min(
            entry.runtime_data.client.budget_left(service) or 0 for entry in entries
        )
        for service in sorted(SIGNED_IN)
        if entries
    }
    return ", ".join(f"{name} {count}" for name, count in left.items()) or "-"
