"""Discovery: a console that is found in the home network leads to the sign-in."""

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
    ("source", "found"), [(SOURCE_DHCP, DHCP), (SOURCE_SSDP, SSDP)], ids=["dhcp", "ssdp"]
)


async def discover(hass: HomeAssistant, source: str, found: object) -> ConfigFlowResult:
    """Let Home Assistant see a console."""
    return await hass.config_entries.flow.async_init(DOMAIN, context={"source": source}, data=found)


async def test_what_is_looked_for(hass: HomeAssistant, custom_integration: None) -> None:
    """Home Assistant looks for what consoles are known to say about themselves."""
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
    found: object,
) -> None:
    """There is a hint first; then the account is added as by hand."""
    hint = await discover(hass, source, found)
    assert hint["type"] is FlowResultType.FORM
    assert hint["step_id"] == "oauth_discovery"
    assert simulator.requests() == []
    result = await hass.config_entries.flow.async_configure(hint["flow_id"], {})
    result = await browse(result)
    await settle(hass)
    assert result["type"] is FlowResultType.CREATE_ENTRY
    entry: ConfigEntry = result["result"]
    assert entry.title == "Nova Kestrel"
    assert entry.unique_id == simulator.personas["adult"].xuid


@WAYS
async def test_without_credentials(
    hass: HomeAssistant, simulator: Simulator, custom_integration: None, source: str, found: object
) -> None:
    """The hint is shown without application credentials, too; they are asked for after it."""
    await async_setup_component(hass, "application_credentials", {})
    hint = await discover(hass, source, found)
    assert hint["step_id"] == "oauth_discovery"
    result = await hass.config_entries.flow.async_configure(hint["flow_id"], {})
    assert result["type"] is FlowResultType.ABORT
    assert result["reason"] == "missing_credentials"


@WAYS
async def test_never_twice(
    hass: HomeAssistant, simulator: Simulator, credentials: None, source: str, found: object
) -> None:
    """However many consoles there are, and however they are seen: there is one hint."""
    await discover(hass, SOURCE_DHCP, DHCP)
    result = await discover(hass, source, found)
    assert result["type"] is FlowResultType.ABORT
    assert result["reason"] == "already_in_progress"
    assert flows(hass) == [SOURCE_DHCP]


@WAYS
async def test_not_with_an_account(
    hass: HomeAssistant, entry: ConfigEntry, source: str, found: object
) -> None:
    """Who has an account has its consoles, loaded or not."""
    for _ in range(2):
        result = await discover(hass, source, found)
        assert result["type"] is FlowResultType.ABORT
        assert result["reason"] == "already_configured"
        await hass.config_entries.async_unload(entry.entry_id)


@WAYS
async def test_not_while_somebody_signs_in(
    hass: HomeAssistant, simulator: Simulator, credentials: None, source: str, found: object
) -> None:
    """Who is signing in already needs no hint."""
    await hass.config_entries.flow.async_init(DOMAIN, context={"source": SOURCE_USER})
    result = await discover(hass, source, found)
    assert result["type"] is FlowResultType.ABORT
    assert result["reason"] == "already_in_progress"


async def test_goes_with_the_first_account(
    hass: HomeAssistant, simulator: Simulator, credentials: None, sign_in: SignIn
) -> None:
    """A hint that waits goes when the account is added by hand."""
    await discover(hass, SOURCE_DHCP, DHCP)
    result = await sign_in("adult")
    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert flows(hass) == []


@WAYS
async def test_ignored(
    hass: HomeAssistant, simulator: Simulator, credentials: None, source: str, found: Any
) -> None:
    """Who ignores the hint is not given it again."""
    await discover(hass, SOURCE_DHCP, DHCP)
    [flow] = hass.config_entries.flow.async_progress_by_handler(DOMAIN)
    await hass.config_entries.flow.async_init(
        DOMAIN,
        context={"source": SOURCE_IGNORE},
        data={"unique_id": flow["context"]["unique_id"], "title": "Xbox"},
    )
    result = await discover(hass, source, found)
    assert result["type"] is FlowResultType.ABORT
    assert result["reason"] == "already_configured"
    assert flows(hass) == []
