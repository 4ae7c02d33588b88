"""What a bug report may show: how things are, never about whom."""

from typing import Any

from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant
from pydantic import BaseModel

from . import problems
from .coordinator import XboxConfigEntry, XboxRuntimeData
from .xbox.chain import TokenChain
from .xbox.endpoints import AUTHORISED
from .xbox.exchange import Exchange
from .xbox.observer import PersonSnapshot


async def async_get_config_entry_diagnostics(
    hass: HomeAssistant, entry: XboxConfigEntry
) -> dict[str, Any]:
    """Return the state of an entry without one personal value."""
    report: dict[str, Any] = {
        "entry": {
            "state": entry.state.value,
            "reason": entry.error_reason_translation_key,
            "issue": problems.reported(hass, entry),
        }
    }
    # an entry that could not be set up has nothing more to tell
    loaded = entry.state is ConfigEntryState.LOADED
    return report | _running(entry.runtime_data) if loaded else report


def _running(data: XboxRuntimeData) -> dict[str, Any]:
    coordinator = data.people
    tokens = data.client.auth
    error = coordinator.observer.last_error
    return {
        "tokens": _tokens(tokens),
        "services": _services(tokens.exchange),
        "updates": {
            "succeeding": coordinator.last_update_success,
            "last_error": type(error).__name__ if error else None,
            "seconds_until_next": coordinator.observer.next_look,
        },
        "friends": data.friends.report(),
        "push": data.push.report(),
        "people": [_person(person) for person in coordinator.data.values()],
    }


def _tokens(chain: TokenChain) -> dict[str, Any]:
    return {
        name: {"valid": token.is_valid(), "seconds_left": round(token.remaining())}
        for name, token in (("user", chain.user_token), ("xsts", chain.xsts_token))
        if token
    }


def _services(exchange: Exchange) -> dict[str, Any]:
    return {
        service: {
            "last_outcome": exchange.last_outcome.get(service),
            "requests_left": exchange.limits.left(service),
            "seconds_until_allowed": round(exchange.limits.wait(service)),
        }
        for service in sorted(AUTHORISED)
    }


def _person(person: PersonSnapshot) -> dict[str, Any]:
    """Tell which facts there are, not what they say."""
    return {
        "presence_current": person.presence_current,
        "profile_current": person.profile_current,
        "presence_known": person.presence.online is not None,
        "devices": len(person.presence.devices),
        "titles": len(person.presence.titles),
        "profile_fields": _filled(person.profile),
        "title_fields": _filled(person.title),
    }


def _filled(model: BaseModel | None) -> list[str]:
    if model is None:
        return []
    return sorted(name for name, value in model if value not in (None, "", ()))
