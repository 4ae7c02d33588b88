"""The dialog that signs an account in: its beginning, for each reason to open it."""

from homeassistant.config_entries import (
    SOURCE_RECONFIGURE,
    SOURCE_USER,
    ConfigEntry,
    ConfigFlowResult,
)
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
from pytest_homeassistant_custom_component.common import start_reauth_flow

from custom_components.xbox_network.const import DOMAIN
from custom_components.xbox_network.sign_in_way import SignInWay

OWN = SignInWay.OWN_APPLICATION


async def send(hass: HomeAssistant, result: ConfigFlowResult, **data: str) -> ConfigFlowResult:
    """Submit the form of a dialog."""
    return await hass.config_entries.flow.async_configure(result["flow_id"], data)


async def choose(hass: HomeAssistant, result: ConfigFlowResult, option: str) -> ConfigFlowResult:
    """Choose an option in the menu of a dialog."""
    assert result["type"] is FlowResultType.MENU
    assert option in result["menu_options"]
    return await send(hass, result, next_step_id=option)


async def add_account(hass: HomeAssistant, way: str = OWN) -> ConfigFlowResult:
    """Begin to add an account."""
    result = await hass.config_entries.flow.async_init(DOMAIN, context={"source": SOURCE_USER})
    return await choose(hass, result, way)


async def reauthenticate(
    hass: HomeAssistant, entry: ConfigEntry, way: str | None = None
) -> ConfigFlowResult:
    """Begin to sign in again; without a choice in the way that the account was added."""
    result = await start_reauth_flow(hass, entry)
    assert result["step_id"] == "reauth_confirm"
    assert result["description_placeholders"] == {"name": entry.title}
    return await send(hass, result, **({"way": way} if way else {}))


async def reconfigure(
    hass: HomeAssistant, entry: ConfigEntry, way: str | None = None
) -> ConfigFlowResult:
    """Begin to reconfigure an account; without a choice in the way that it was added."""
    result = await hass.config_entries.flow.async_init(
        DOMAIN, context={"source": SOURCE_RECONFIGURE, "entry_id": entry.entry_id}
    )
    assert result["step_id"] == "reconfigure"
    return await send(hass, result, **({"way": way} if way else {}))
