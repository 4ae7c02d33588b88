"""Helpers for accounts: the entry's state, sign-in requests, flows and repair issues."""

from homeassistant.config_entries import ConfigEntry, ConfigEntryState
from homeassistant.core import HomeAssistant
from homeassistant.helpers import issue_registry as ir

from custom_components.xbox_network.const import DOMAIN
from custom_components.xbox_network.xbox.endpoints import Service
from tests.simulator import Simulator

CHAIN = (Service.LIVE, Service.USER_AUTH, Service.XSTS)


def state(entry: ConfigEntry) -> ConfigEntryState:
    """Return the state of an entry."""
    return entry.state


def asked(simulator: Simulator) -> tuple[int, ...]:
    """Return the number of requests of each sign-in step: Live, user token, XSTS token."""
    return tuple(len(simulator.requests(host)) for host in CHAIN)


def expire_everything(simulator: Simulator) -> None:
    """Let the network refuse all tokens except the refresh token."""
    simulator.expire_live()
    simulator.expire_user_tokens()
    simulator.expire_xsts()


def flows(hass: HomeAssistant) -> list[str]:
    """Return the sources of the flows that wait for the user."""
    return [
        str(flow["context"]["source"])
        for flow in hass.config_entries.flow.async_progress_by_handler(DOMAIN)
    ]


def issues(issue_registry: ir.IssueRegistry) -> list[str | None]:
    """Return the repair issues of the integration."""
    return [
        issue.translation_key
        for (domain, _), issue in issue_registry.issues.items()
        if domain == DOMAIN
    ]


def refused(simulator: Simulator) -> list[str]:
    """Return the requests that exceeded a rate limit."""
    return [f"{it.host} at {it.started}" for it in simulator.requests() if it.status == 429]
