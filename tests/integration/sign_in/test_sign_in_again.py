"""Reauthentication and reconfiguration: the same account is signed in again."""

from collections.abc import Awaitable, Callable

import pytest
from homeassistant.components.application_credentials import (
    ClientCredential,
    async_import_client_credential,
)
from homeassistant.config_entries import (
    ConfigEntry,
    ConfigEntryState,
    ConfigFlowResult,
)
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
from pytest_homeassistant_custom_component.common import start_reauth_flow
from yarl import URL

from custom_components.xbox_network.const import DOMAIN
from tests.conftest import Browse, fails_with
from tests.helpers.account import asked
from tests.helpers.entities import Entities
from tests.helpers.settling import settle
from tests.helpers.sign_in import reauthenticate, reconfigure
from tests.simulator import Simulator

OTHER_CLIENT = ("5a1e0000-0000-4000-8000-0000000000aa", "other8Q~not-a-secret-either")

type StartFlow = Callable[..., Awaitable[ConfigFlowResult]]


async def import_other_credentials(hass: HomeAssistant, simulator: Simulator) -> None:
    """Register another application at Microsoft and in Home Assistant."""
    client_id, client_secret = OTHER_CLIENT
    simulator.registrations[client_id] = client_secret
    await async_import_client_credential(
        hass, DOMAIN, ClientCredential(client_id, client_secret), "other"
    )


@pytest.mark.parametrize("start_flow", [reauthenticate, reconfigure])
async def test_same_account_again(
    hass: HomeAssistant,
    simulator: Simulator,
    entry: ConfigEntry,
    entities: Entities,
    browse: Browse,
    start_flow: StartFlow,
) -> None:
    """A new sign-in replaces the token and reloads the entry, with one request a step."""
    before = entry.data["token"]["access_token"]
    simulator.clear()
    runtime_data = entry.runtime_data

    result = await browse(await start_flow(hass, entry), "adult")
    await settle(hass)

    flow_name = "reauth" if start_flow is reauthenticate else "reconfigure"
    fails_with(result, f"{flow_name}_successful")
    assert entry.data["token"]["access_token"] != before
    assert entry.runtime_data is not runtime_data
    assert entry.state is ConfigEntryState.LOADED
    assert entities("binary_sensor.online") == "off"
    assert asked(simulator) == (2, 1, 1)


@pytest.mark.parametrize("start_flow", [reauthenticate, reconfigure])
async def test_other_account(
    hass: HomeAssistant,
    entry: ConfigEntry,
    browse: Browse,
    start_flow: StartFlow,
) -> None:
    """Another account is refused with both names, and nothing changes."""
    before, runtime_data = entry.data, entry.runtime_data

    result = await browse(await start_flow(hass, entry), "alone")
    await settle(hass)

    text = fails_with(result, "wrong_account")
    assert "Nova Kestrel" in text
    assert "Juniper Vale" in text
    assert entry.data == before
    assert entry.runtime_data is runtime_data


@pytest.mark.parametrize("start_flow", [reauthenticate, reconfigure])
async def test_refused_again(
    hass: HomeAssistant,
    simulator: Simulator,
    entry: ConfigEntry,
    browse: Browse,
    start_flow: StartFlow,
) -> None:
    """A refusal of the new sign-in leaves the entry as it is."""
    before = entry.data
    simulator.xerr("adult", 2148916234)

    fails_with(await browse(await start_flow(hass, entry), "adult"), "account_terms_of_use")
    assert entry.data == before


@pytest.mark.parametrize("start_flow", [reauthenticate, reconfigure])
async def test_cancelled_once(
    hass: HomeAssistant,
    simulator: Simulator,
    entry: ConfigEntry,
    browse: Browse,
    start_flow: StartFlow,
) -> None:
    """A cancelled sign-in can be repeated."""
    simulator.personas["adult"].cancels = True
    fails_with(await browse(await start_flow(hass, entry)), "cancelled")
    simulator.personas["adult"].cancels = False
    result = await browse(await start_flow(hass, entry))
    await settle(hass)
    assert result["reason"].endswith("_successful")


async def test_reconfigure_with_other_credentials(
    hass: HomeAssistant, simulator: Simulator, entry: ConfigEntry, browse: Browse
) -> None:
    """Reconfiguring can choose other application credentials."""
    await import_other_credentials(hass, simulator)

    result = await reconfigure(hass, entry)
    assert result["type"] is FlowResultType.FORM
    assert result["step_id"] == "pick_implementation"
    result = await hass.config_entries.flow.async_configure(
        result["flow_id"], {"implementation": "other"}
    )
    assert URL(result["url"]).query["client_id"] == OTHER_CLIENT[0]
    result = await browse(result, "adult")
    await settle(hass)

    fails_with(result, "reconfigure_successful")
    assert entry.data["auth_implementation"] == "other"
    assert entry.state is ConfigEntryState.LOADED


async def test_reconfigure_while_asked_to_sign_in(
    hass: HomeAssistant, entry: ConfigEntry, browse: Browse
) -> None:
    """Reconfiguring works while a request to sign in again is open."""
    await start_reauth_flow(hass, entry)

    result = await browse(await reconfigure(hass, entry), "adult")
    await settle(hass)

    fails_with(result, "reconfigure_successful")
