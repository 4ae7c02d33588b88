"""Application credentials with characters that nobody sees, as Home Assistant's dialog stores them."""

import pytest
from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
from homeassistant.setup import async_setup_component
from pytest_homeassistant_custom_component.typing import WebSocketGenerator
from yarl import URL

from custom_components.xbox_network.const import DOMAIN
from custom_components.xbox_network.xbox.endpoints import Service
from tests.conftest import Browse, Poll
from tests.helpers.account import expire_everything, flows
from tests.helpers.settling import settle
from tests.helpers.sign_in import add_account
from tests.simulator import CLIENT_ID, CLIENT_SECRET, Simulator


@pytest.mark.usefixtures("custom_integration")
async def test_invisible_characters(
    hass: HomeAssistant,
    hass_ws_client: WebSocketGenerator,
    simulator: Simulator,
    browse: Browse,
    poll: Poll,
) -> None:
    """An account is added with them, and stays signed in."""
    assert await async_setup_component(hass, "application_credentials", {})
    client = await hass_ws_client(hass)
    await client.send_json_auto_id(
        {
            "type": "application_credentials/create",
            "domain": DOMAIN,
            "client_id": f"\ufeff{CLIENT_ID[:8]}\u200b {CLIENT_ID[8:]}\u00ad",
            "client_secret": f"\u2060{CLIENT_SECRET[:5]}\u00a0 {CLIENT_SECRET[5:]}\u200b",
        }
    )
    assert (await client.receive_json())["success"]

    result = await add_account(hass)
    assert URL(result["url"]).query["client_id"] == CLIENT_ID
    result = await browse(result)
    await settle(hass)
    assert result["type"] is FlowResultType.CREATE_ENTRY
    simulator.clear()
    expire_everything(simulator)
    await poll(20)
    assert [it.status for it in simulator.requests(Service.LIVE)] == [200]
    assert result["result"].state is ConfigEntryState.LOADED
    assert flows(hass) == []
