"""Sign-ins in odd orders: two dialogs at once, things that go or come meanwhile, an application that changes."""

import pytest
from homeassistant.components.application_credentials import (
    ClientCredential,
    async_import_client_credential,
)
from homeassistant.config_entries import SOURCE_DHCP, ConfigEntry
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType, UnknownFlow
from homeassistant.helpers.service_info.dhcp import DhcpServiceInfo

from custom_components.xbox_network import const
from custom_components.xbox_network.const import DOMAIN
from custom_components.xbox_network.sign_in_way import SignInWay, auth_domain
from custom_components.xbox_network.xbox.endpoints import Service
from tests.conftest import Poll, fails_with
from tests.helpers.account import expire_everything, flows, state
from tests.helpers.client.idle_time import quiet
from tests.helpers.settling import settle
from tests.helpers.sign_in import (
    CODE,
    Dialog,
    choose,
    reauthenticate,
    reconfigure,
    send,
    shown_code,
    way_of_token,
)
from tests.simulator import CLIENT_SECRET, PUBLIC_CLIENT_ID, Simulator
from tests.simulator.auth.applications import PublicApplication

LATER = "5a1e0000-0000-4000-8000-0000000000d2"


async def test_two_codes_for_one_account(
    hass: HomeAssistant, simulator: Simulator, dialog: Dialog
) -> None:
    """Of two dialogs with codes the first one adds the account, the other says so."""
    first, second = await dialog.begin(CODE), await dialog.begin(CODE)
    assert shown_code(first) != shown_code(second)
    for result in (second, first):
        simulator.entra.allow(shown_code(result))
    added = await dialog.wait(second)
    assert added["type"] is FlowResultType.CREATE_ENTRY
    try:
        other = await dialog.wait(first)
    except UnknownFlow:
        other = None  # Home Assistant itself ends a dialog about an account that has been added
    if other:
        fails_with(other, "already_configured")
    assert len(hass.config_entries.async_entries(DOMAIN)) == 1
    assert flows(hass) == []


async def test_credentials_with_a_secret_come_meanwhile(
    hass: HomeAssistant, simulator: Simulator, dialog: Dialog, poll: Poll
) -> None:
    """Credentials with a secret for the same client id, added while the code waits, change nothing: none is sent."""
    result = await dialog.begin(CODE)
    credential = ClientCredential(PUBLIC_CLIENT_ID, CLIENT_SECRET)
    await async_import_client_credential(hass, DOMAIN, credential, auth_domain(PUBLIC_CLIENT_ID))
    account: ConfigEntry = (await dialog.sign_in(result))["result"]
    simulator.clear()
    expire_everything(simulator)
    await poll(20)
    assert state(account).value == "loaded"
    assert [it.status for it in simulator.requests(Service.ENTRA)] == [200]
    assert flows(hass) == []


@pytest.mark.parametrize("way", [CODE], indirect=True)
@pytest.mark.parametrize("removed", [True, False])
async def test_account_goes_while_a_code_waits(
    hass: HomeAssistant, simulator: Simulator, dialog: Dialog, account: ConfigEntry, removed: bool
) -> None:
    """Nothing is asked for an account that is gone; one that is only unloaded is signed in."""
    result = await dialog.named(await reconfigure(hass, account))
    if removed:
        await hass.config_entries.async_remove(account.entry_id)
        simulator.clear()
        await dialog.let_pass(60)
        assert simulator.requests(Service.ENTRA) == []
        assert flows(hass) == []
        return
    await hass.config_entries.async_unload(account.entry_id)
    assert (await dialog.sign_in(result))["reason"] == "reconfigure_successful"
    assert state(account).value == "loaded"


@pytest.mark.parametrize("built_in", [True], indirect=True)
async def test_other_built_in_application(
    hass: HomeAssistant,
    simulator: Simulator,
    dialog: Dialog,
    poll: Poll,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """An account stays with the application that it was added with, when a later version brings another one."""
    account: ConfigEntry = (await dialog.add(CODE))["result"]
    monkeypatch.setattr(const, "BUILT_IN_CLIENT_ID", LATER)
    simulator.entra.applications[LATER] = PublicApplication()
    simulator.clear()
    expire_everything(simulator)
    await poll(20)
    asked = [it.body.decode() for it in simulator.requests(Service.ENTRA)]
    assert [PUBLIC_CLIENT_ID in it for it in asked] == [True]
    result = await dialog.sign_in(await reauthenticate(hass, account))
    assert result["reason"] == "reauth_successful"
    assert account.data["auth_implementation"] == auth_domain(PUBLIC_CLIENT_ID)
    result = await dialog.sign_in(await reconfigure(hass, account))
    assert result["reason"] == "reconfigure_successful"
    assert account.data["auth_implementation"] == auth_domain(LATER)
    assert state(account).value == "loaded"


@pytest.mark.parametrize("built_in", [True], indirect=True)
async def test_built_in_application_is_gone(
    hass: HomeAssistant,
    simulator: Simulator,
    dialog: Dialog,
    poll: Poll,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A version without an application of its own leaves the accounts that have it as they are."""
    account: ConfigEntry = (await dialog.add(CODE))["result"]
    monkeypatch.setattr(const, "BUILT_IN_CLIENT_ID", "")
    expire_everything(simulator)
    await poll(20)
    assert state(account).value == "loaded"
    assert flows(hass) == []
    assert (await dialog.add(CODE, "alone"))["type"] is FlowResultType.CREATE_ENTRY


async def test_discovered(hass: HomeAssistant, simulator: Simulator, dialog: Dialog) -> None:
    """A dialog that a console in the network has opened leads to the same ways."""
    found = DhcpServiceInfo(ip="127.0.0.1", hostname="xbox-den", macaddress="000000000001")
    hint = await hass.config_entries.flow.async_init(
        DOMAIN, context={"source": SOURCE_DHCP}, data=found
    )
    menu = await send(hass, hint)
    result = await dialog.named(await choose(hass, menu, CODE))
    assert (await dialog.sign_in(result))["type"] is FlowResultType.CREATE_ENTRY


@pytest.mark.parametrize("way", list(SignInWay), indirect=True)
async def test_asked_while_a_code_waits(
    hass: HomeAssistant,
    simulator: Simulator,
    dialog: Dialog,
    account: ConfigEntry,
    poll: Poll,
) -> None:
    """Who is asked to sign in again while a code waits is in the right dialog already."""
    result = await dialog.named(await reconfigure(hass, account, CODE))
    simulator.revoke_refresh()
    expire_everything(simulator)
    await poll(20)
    await quiet(simulator)
    assert flows(hass) == ["reconfigure"]
    assert (await dialog.sign_in(result))["reason"] == "reconfigure_successful"
    await settle(hass)
    assert flows(hass) == []
    assert way_of_token(account) == CODE
    assert state(account).value == "loaded"
