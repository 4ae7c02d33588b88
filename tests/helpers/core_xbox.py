"""Home Assistant's own `xbox` in the simulated world, beside ours."""

from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager

import homeassistant.components.xbox.coordinator  # noqa: F401  its models are made before time is frozen
import httpx  # noqa: TID251  what core uses
import pytest
from homeassistant.components.application_credentials import (
    ClientCredential,
    async_import_client_credential,
)
from homeassistant.config_entries import ConfigEntryState, ConfigSubentryData
from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er
from pytest_homeassistant_custom_component.common import MockConfigEntry

from tests.conftest import set_up
from tests.helpers.client.reference import client_of_library
from tests.simulator import CLIENT_ID, CLIENT_SECRET, Simulator

DOMAIN = "xbox"


class CoreXbox:
    """The entities of Home Assistant's own integration, by platform and unique id."""

    def __init__(self, hass: HomeAssistant, entry: MockConfigEntry) -> None:
        """Take its loaded entry."""
        self._hass = hass
        self.entry = entry
        self._registry = er.async_get(hass)

    def state(self, platform: str, unique_id: str, attribute: str | None = None) -> str | None:
        """Return a state, or an attribute of it, as a text; None if there is none."""
        entity_id = self._registry.async_get_entity_id(platform, DOMAIN, unique_id)
        state = self._hass.states.get(entity_id) if entity_id else None
        if state is None or attribute is None:
            return state.state if state else None
        value = state.attributes.get(attribute)
        return None if value is None else str(value)


@asynccontextmanager
async def core_xbox(
    hass: HomeAssistant,
    simulator: Simulator,
    monkeypatch: pytest.MonkeyPatch,
    persona: str,
    friends: Iterable[str],
) -> AsyncIterator[CoreXbox]:
    """Load core's integration with an account and friends; its requests reach the simulator."""
    token_page = str(simulator.url / "login.live.com/oauth20_token.srf")
    monkeypatch.setattr(
        "homeassistant.components.xbox.application_credentials.OAUTH2_TOKEN", token_page
    )
    async with client_of_library(simulator) as session:

        def client(_: HomeAssistant) -> httpx.AsyncClient:
            return session

        monkeypatch.setattr("homeassistant.components.xbox.get_async_client", client)
        credential = ClientCredential(CLIENT_ID, CLIENT_SECRET)
        await async_import_client_credential(hass, DOMAIN, credential)
        entry = MockConfigEntry(
            domain=DOMAIN,
            title="Core",
            unique_id=simulator.personas[persona].xuid,
            minor_version=3,
            data={"auth_implementation": DOMAIN, "token": simulator.live_token(persona)},
            subentries_data=[
                ConfigSubentryData(data={}, subentry_type="friend", title=it, unique_id=it)
                for it in friends
            ],
        )
        entry.add_to_hass(hass)
        await set_up(hass, entry)
        assert entry.state is ConfigEntryState.LOADED
        yield CoreXbox(hass, entry)
        await hass.config_entries.async_unload(entry.entry_id)
