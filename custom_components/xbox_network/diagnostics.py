"""Diagnostics of a config entry for bug reports, without personal data."""

from typing import Any

from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant
from pydantic import BaseModel

from .coordinator.consoles import ConsolesCoordinator
from .data import XboxConfigEntry, XboxRuntimeData
from .issues import account_issue_key
from .xbox.auth.chain import TokenChain
from .xbox.client import XboxClient
from .xbox.consoles.console import ConsoleSnapshot
from .xbox.endpoints import SIGNED_IN
from .xbox.errors import XboxConsoleError
from .xbox.people.person import PersonSnapshot


async def async_get_config_entry_diagnostics(
    hass: HomeAssistant, entry: XboxConfigEntry
) -> dict[str, Any]:
    """Return the state of an entry without personal data."""
    report: dict[str, Any] = {
        "entry": {
            "state": entry.state.value,
            "reason": entry.error_reason_translation_key,
            "issue": account_issue_key(hass, entry),
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
        "services": _services(data.client),
        "updates": {
            "succeeding": coordinator.last_update_success,
            "last_error": type(error).__name__ if error else None,
            "seconds_until_next": coordinator.observer.seconds_until_refresh,
        },
        "friends": data.friends.diagnostics(),
        "push": data.push.diagnostics(),
        "achievements": data.achievements.watcher.diagnostics(),
        "playtime": data.playtime.diagnostics(),
        "people": [_person(person) for person in coordinator.data.values()],
        "consoles": _consoles(data.consoles),
    }


def _tokens(chain: TokenChain) -> dict[str, Any]:
    return {
        name: {"valid": token.is_valid(), "seconds_left": round(token.remaining())}
        for name, token in (("user", chain.user_token), ("xsts", chain.xsts_token))
        if token
    }


def _services(client: XboxClient) -> dict[str, Any]:
    http = client.auth.http
    return {
        service: {
            "last_outcome": http.last_outcome.get(service),
            "requests_left": client.budget_left(service),
            "seconds_until_allowed": round(http.rate_limits.seconds_until_allowed(service)),
        }
        for service in sorted(SIGNED_IN)
    }


def _person(person: PersonSnapshot) -> dict[str, Any]:
    """Return which fields of a person are known, without their values."""
    return {
        "presence_current": person.presence_current,
        "profile_current": person.profile_current,
        "presence_known": person.presence.online is not None,
        "devices": len(person.presence.devices),
        "titles": len(person.presence.titles),
        "profile_fields": _filled(person.profile),
        "title_fields": _filled(person.title),
    }


def _consoles(coordinator: ConsolesCoordinator) -> dict[str, Any]:
    observer = coordinator.observer
    error = observer.last_error
    return {
        "listed": observer.listed,
        "refused": observer.refused,
        "last_error": type(error).__name__ if error else None,
        "problem": error.problem if isinstance(error, XboxConsoleError) else None,
        "seconds_until_next": round(observer.seconds_until_refresh),
        "read_by_other_accounts": len(observer.links.console_ids - coordinator.data.keys()),
        "each": [_console(coordinator, console) for console in coordinator.data.values()],
    }


def _console(coordinator: ConsolesCoordinator, console: ConsoleSnapshot) -> dict[str, Any]:
    """Return the state of a console without its identity: the kind of the app in front, not its name."""
    app = console.app
    return {
        "type": console.console_type,
        "power": console.power,
        "playback": console.playback,
        "in_front": app and app.kind,
        "in_front_known_to_store": bool(app and app.product),
        "apps": len(console.apps),
        "disks": len(console.disks),
        "remote_management": console.remote_management,
        "player": coordinator.player(console.console_id).reason,
        "fresh": console.fresh,
        "current": console.current,
        "gone": console.gone,
    }


def _filled(model: BaseModel | None) -> list[str]:
    if model is None:
        return []
    return sorted(name for name, value in model if value not in (None, "", ()))
