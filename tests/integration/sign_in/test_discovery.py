"""Discovery: a console found in the home network leads to the sign-in."""

from typing import Any

import pytest
from homeassistant.config_entries import (
    SOURCE_DHCP,
    SOURCE_IGNORE,
    SOURCE_SSDP,
    SOURCE_USER,
    ConfigEntry,
    ConfigFlowResult,
)
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
from homeassistant.helpers.service_info.dhcp import DhcpServiceInfo
from homeassistant.helpers.service_info.ssdp import (
    ATTR_UPNP_MANUFACTURER,
    ATTR_UPNP_MODEL_NAME,
    SsdpServiceInfo,
)
from homeassistant.loader import DHCPMatcher, async_get_dhcp, async_get_ssdp
from homeassistant.setup import async_setup_component

from custom_components.xbox_network.const import DOMAIN
from tests.conftest import Browse, SignIn
from tests.helpers.account import flows
from tests.helpers.settling import settle
from tests.helpers.sign_in import OWN, choose, send
from tests.simulator import Simulator

DHCP = DhcpServiceInfo(ip="192.0.2.10", hostname="xboxone", macaddress="001122334455")
SSDP = SsdpServiceInfo(
    ssdp_usn="uuid:11111111-2222-4333-8444-555555555555::upnp:rootdevice",
    ssdp_st="upnp:rootdevice",
    ssdp_location="http://192.0.2.10:2869/description.xml",
    upnp={
        ATTR_UPNP_MANUFACTURER: "Microsoft Corporation",
        ATTR_UPNP_MODEL_NAME: "Xbox One",
    },
)
WAYS = pytest.mark.parametrize(
    ("source", "service_info"), [(SOURCE_DHCP, DHCP), (SOURCE_SSDP, SSDP)], ids=["dhcp", "ssdp"]
)


async def discover(hass: HomeAssistant, source: str, service_info: object) -> ConfigFlowResult:
    """Let Home Assistant discover a console."""
    return await hass.config_entries.flow.async_init(
        DOMAIN, context={"source": source}, data=service_info
    )


async def test_matchers(hass: HomeAssistant, custom_integration: None) -> None:
    """Home Assistant looks for the DHCP and SSDP data that consoles are known to send."""
    dhcp = [it for it in await async_get_dhcp(hass) if it["domain"] == DOMAIN]
    assert dhcp == [DHCPMatcher(domain=DOMAIN, hostname="xbox*")]
    assert (await async_get_ssdp(hass))[DOMAIN] == [
        {"manufacturer": "Microsoft Corporation", "modelName": name}
        for name in ("Xbox 360", "Xbox One")
    ]


@WAYS
async def test_leads_to_the_sign_in(
    hass: HomeAssistant,
    simulator: Simulator,
    credentials: None,
    browse: Browse,
    source: str,
    service_info: object,
) -> None:
    """A hint comes first; then the account is added as by hand."""
    hint = await discover(hass, source, service_info)
    assert hint["type"] is FlowResultType.FORM
    assert hint["step_id"] == "oauth_discovery"
    assert simulator.requests() == []
    result = await browse(await choose(hass, await send(hass, hint), OWN))
    await settle(hass)
    assert result["type"] is FlowResultType.CREATE_ENTRY
    entry: ConfigEntry = result["result"]
    assert entry.title == "Nova Kestrel"
    assert entry.unique_id == simulator.personas["adult"].xuid


@WAYS
async def test_without_credentials(
    hass: HomeAssistant,
    simulator: Simulator,
    custom_integration: None,
    source: str,
    service_info: object,
) -> None:
    """The hint is shown without application credentials; they are requested after it."""
    await async_setup_component(hass, "application_credentials", {})
    hint = await discover(hass, source, service_info)
    assert hint["step_id"] == "oauth_discovery"
    result = await choose(hass, await send(hass, hint), OWN)
    assert result["type"] is FlowResultType.ABORT
    assert result["reason"] == "missing_credentials"


@WAYS
async def test_never_twice(
    hass: HomeAssistant, simulator: Simulator, credentials: None, source: str, service_info: object
) -> None:
    """Any number of consoles, found in any way, leads to one hint."""
    await discover(hass, SOURCE_DHCP, DHCP)
    result = await discover(hass, source, service_info)
    assert result["type"] is FlowResultType.ABORT
    assert result["reason"] == "already_in_progress"
    assert flows(hass) == [SOURCE_DHCP]


@WAYS
async def test_not_with_an_account(
    hass: HomeAssistant, entry: ConfigEntry, source: str, service_info: object
) -> None:
    """There is no hint with an account, loaded or not."""
    for _ in range(2):
        result = await discover(hass, source, service_info)
        assert result["type"] is FlowResultType.ABORT
        assert result["reason"] == "already_configured"
        await hass.config_entries.async_unload(entry.entry_id)


@WAYS
async def test_not_during_a_sign_in(
    hass: HomeAssistant, simulator: Simulator, credentials: None, source: str, service_info: object
) -> None:
    """There is no hint during a sign-in."""
    await hass.config_entries.flow.async_init(DOMAIN, context={"source": SOURCE_USER})
    result = await discover(hass, source, service_info)
    assert result["type"] is FlowResultType.ABORT
    assert result["reason"] == "already_in_progress"


async def test_goes_with_the_first_account(
    hass: HomeAssistant, simulator: Simulator, credentials: None, sign_in: SignIn
) -> None:
    """A waiting hint ends when an account is added by hand."""
    await discover(hass, SOURCE_DHCP, DHCP)
    result = await sign_in("adult")
    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert flows(hass) == []


@WAYS
async def test_ignored(
    hass: HomeAssistant, simulator: Simulator, credentials: None, source: str, service_info: Any
) -> None:
    """An ignored hint is not shown again."""
    await discover(hass, SOURCE_DHCP, DHCP)
    [flow] = hass.config_entries.flow.async_progress_by_handler(DOMAIN)
    await hass.config_entries.flow.async_init(
        DOMAIN,
        context={"source": SOURCE_IGNORE},
        data={"unique_id": flow["context"]["unique_id"], "title": "Xbox"},
    )
    result = await discover(hass, source, service_info)
    assert result["type"] is FlowResultType.ABORT
    assert result["reason"] == "already_configured"
    assert flows(hass) == []
