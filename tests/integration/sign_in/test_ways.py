"""The three ways to sign in: each leads to the same account, is gone again, and can be changed for another."""

import pytest
from homeassistant.config_entries import ConfigEntry, ConfigEntryState
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
from homeassistant.helpers import issue_registry as ir

from custom_components.xbox_network.const import DOMAIN
from custom_components.xbox_network.sign_in_way import SignInWay
from custom_components.xbox_network.xbox.endpoints import Service
from tests.conftest import Poll, fails_with, restart
from tests.helpers.account import expire_everything, flows, issues, state
from tests.helpers.entities import Entities
from tests.helpers.settling import settle
from tests.helpers.sign_in import (
    OWN,
    Dialog,
    reauthenticate,
    reconfigure,
    way_of_token,
)
from tests.integration.sign_in.test_sign_in_again import StartFlow
from tests.simulator import Simulator

AGAIN = pytest.mark.parametrize("start_flow", [reauthenticate, reconfigure])
FAMILIES = {Service.LIVE, Service.ENTRA}


def family(way: str) -> Service:
    """Return the host that issues the tokens of a way."""
    return Service.LIVE if way == OWN else Service.ENTRA


async def test_first_step(hass: HomeAssistant, dialog: Dialog) -> None:
    """The three ways are in the first step, the easiest first."""
    result = await hass.config_entries.flow.async_init(DOMAIN, context={"source": "user"})
    assert result["type"] is FlowResultType.MENU
    assert result["menu_options"] == ["by_code", "by_browser", "own_application"]


async def test_adult(
    simulator: Simulator, account: ConfigEntry, way: SignInWay, entities: Entities
) -> None:
    """The account works; its token says in which way it was issued, and nothing else was asked."""
    assert account.title == "Nova Kestrel"
    assert account.unique_id == simulator.personas["adult"].xuid
    assert state(account) is ConfigEntryState.LOADED
    assert entities("binary_sensor.online") == "off"
    assert way_of_token(account) == way
    assert [it for it in FAMILIES if simulator.requests(it)] == [family(way)]


async def test_child_without_family(
    hass: HomeAssistant, dialog: Dialog, way: SignInWay, simulator: Simulator
) -> None:
    """The account of a child in no family group is refused with its reason, and nothing is stored."""
    stored = hass.data["application_credentials"].async_items()
    fails_with(await dialog.add(way, "child"), "account_not_in_family")
    assert hass.config_entries.async_entries(DOMAIN) == []
    assert hass.data["application_credentials"].async_items() == stored


async def test_refused(hass: HomeAssistant, dialog: Dialog, way: SignInWay) -> None:
    """Who refuses at Microsoft is told so, and can begin anew."""
    result = await dialog.add(way, "cancels")
    if way is SignInWay.CODE:
        assert result["errors"] == {"base": "code_declined"}
        result = await hass.config_entries.flow.async_configure(result["flow_id"], {})
        result = await dialog.sign_in(result)
    else:
        fails_with(result, "cancelled")
        result = await dialog.add(way)
    assert result["type"] is FlowResultType.CREATE_ENTRY


async def test_twice(hass: HomeAssistant, dialog: Dialog, account: ConfigEntry) -> None:
    """An account is added once, in whatever way it is tried again."""
    for way in SignInWay:
        text = fails_with(await dialog.add(way), "already_configured")
        assert "Nova Kestrel" in text
    assert hass.config_entries.async_entries(DOMAIN) == [account]


@AGAIN
async def test_same_way_again(
    dialog: Dialog,
    hass: HomeAssistant,
    simulator: Simulator,
    account: ConfigEntry,
    way: SignInWay,
    start_flow: StartFlow,
) -> None:
    """Without a choice the account is signed in again in its way."""
    before = dict(account.data)
    simulator.clear()
    fails_with(
        await dialog.sign_in(await start_flow(hass, account)),
        "reauth_successful" if start_flow is reauthenticate else "reconfigure_successful",
    )
    assert account.data["token"] != before["token"]
    assert account.data["auth_implementation"] == before["auth_implementation"]
    assert way_of_token(account) == way
    assert [it for it in FAMILIES if simulator.requests(it)] == [family(way)]
    assert state(account) is ConfigEntryState.LOADED


@AGAIN
async def test_wrong_account(
    dialog: Dialog, hass: HomeAssistant, account: ConfigEntry, start_flow: StartFlow
) -> None:
    """Another account is refused with both names, and nothing changes."""
    before = account.data
    text = fails_with(
        await dialog.sign_in(await start_flow(hass, account), "alone"), "wrong_account"
    )
    assert "Nova Kestrel" in text
    assert "Juniper Vale" in text
    assert account.data == before
    assert state(account) is ConfigEntryState.LOADED


@AGAIN
@pytest.mark.parametrize("other", list(SignInWay))
async def test_changed_way(
    dialog: Dialog,
    hass: HomeAssistant,
    simulator: Simulator,
    account: ConfigEntry,
    start_flow: StartFlow,
    other: SignInWay,
    poll: Poll,
) -> None:
    """Any way can be changed for any other; from then on each token is refreshed where it was issued."""
    result = await dialog.sign_in(await start_flow(hass, account, other))
    assert result["reason"].endswith("_successful")
    assert way_of_token(account) == other
    assert state(account) is ConfigEntryState.LOADED
    simulator.clear()
    expire_everything(simulator)
    await poll(20)
    assert [it.status for it in simulator.requests(family(other))] == [200]
    assert [it for it in FAMILIES if simulator.requests(it)] == [family(other)]
    assert way_of_token(account) == other
    assert flows(hass) == []


async def test_restart(
    hass: HomeAssistant,
    simulator: Simulator,
    account: ConfigEntry,
    way: SignInWay,
    entities: Entities,
    poll: Poll,
) -> None:
    """After a restart, when all tokens have ended, the account comes back in its way."""
    expire_everything(simulator)
    simulator.clear()
    await restart(hass, account)
    await poll(20)
    assert state(account) is ConfigEntryState.LOADED
    assert entities("binary_sensor.online") == "off"
    assert [it for it in FAMILIES if simulator.requests(it)] == [family(way)]


async def test_changed_password(
    hass: HomeAssistant,
    simulator: Simulator,
    dialog: Dialog,
    account: ConfigEntry,
    way: SignInWay,
    poll: Poll,
    issue_registry: ir.IssueRegistry,
) -> None:
    """A new password ends the sign-in of applications without a secret: the person signs in again."""
    simulator.change_password("adult")
    expire_everything(simulator)
    await poll(20)
    assert issues(issue_registry) == []
    if way is SignInWay.OWN_APPLICATION:
        assert flows(hass) == []
        return
    [prompt] = hass.config_entries.flow.async_progress_by_handler(DOMAIN)
    await poll(10)
    result = await hass.config_entries.flow.async_configure(prompt["flow_id"], {})
    assert (await dialog.sign_in(result))["reason"] == "reauth_successful"
    assert flows(hass) == []
    assert state(account) is ConfigEntryState.LOADED


async def test_removed_application(
    hass: HomeAssistant,
    dialog: Dialog,
    account: ConfigEntry,
    way: SignInWay,
    poll: Poll,
) -> None:
    """An application that is gone is asked for when the person signs in again, or is brought along again."""
    await hass.config_entries.async_unload(account.entry_id)
    hass.data["application_credentials"].data.clear()
    await hass.config_entries.async_setup(account.entry_id)
    await settle(hass)
    [prompt] = hass.config_entries.flow.async_progress_by_handler(DOMAIN)
    result = await hass.config_entries.flow.async_configure(prompt["flow_id"], {})
    if way is SignInWay.OWN_APPLICATION:
        fails_with(result, "missing_configuration")
        return
    assert (await dialog.sign_in(result))["reason"] == "reauth_successful"
    assert state(account) is ConfigEntryState.LOADED
