"""The prompt to sign in and the repairs of an account: they come when a person can help, and go again."""

import asyncio
import gc
import json

import pytest
from freezegun.api import FrozenDateTimeFactory
from homeassistant.config_entries import (
    SOURCE_REAUTH,
    SOURCE_RECONFIGURE,
    ConfigEntry,
    ConfigEntryDisabler,
    ConfigEntryState,
)
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
from homeassistant.helpers import issue_registry as ir

from custom_components.xbox_network.const import DOMAIN
from custom_components.xbox_network.xbox.endpoints import Service
from tests.conftest import Browse, Poll, SignIn, fails_with, set_up
from tests.helpers.account import expire_everything, flows, issues, state
from tests.helpers.entities import Entities
from tests.helpers.recovery import STARFALL_DRIFT, is_back
from tests.helpers.settling import settle, until
from tests.helpers.sign_in import reconfigure
from tests.simulator import Person, Simulator

INVALID_GRANT = b'{"error": "invalid_grant"}'
NO_PROFILE = 2148916233


REGISTRATION = {
    "error": "invalid_request",
    "error_description": "AADSTS9002327: Tokens issued for nobody@example.com may only be redeemed.",
    "error_codes": [9002327],
}


async def test_prompt_in_use_stays(
    hass: HomeAssistant,
    simulator: Simulator,
    entry: ConfigEntry,
    owner: Person,
    entities: Entities,
    poll: Poll,
    browse: Browse,
) -> None:
    """A person who is in the middle of a sign-in that has become needless can finish it."""
    expire_everything(simulator)
    simulator.fail(Service.LIVE, status=400, body=INVALID_GRANT, times=1)
    await poll()
    [flow] = hass.config_entries.flow.async_progress_by_handler(DOMAIN)
    result = await hass.config_entries.flow.async_configure(flow["flow_id"], {})
    assert result["type"] is FlowResultType.EXTERNAL_STEP
    await poll(70)
    owner.play(STARFALL_DRIFT)
    await poll(20)
    assert is_back(entities, owner)
    assert flows(hass) == [SOURCE_REAUTH]
    result = await browse(result, "adult")
    await settle(hass)
    assert result["reason"] == "reauth_successful"
    assert flows(hass) == []
    assert is_back(entities, owner)


async def test_prompt_gives_way_to_another_reason(
    hass: HomeAssistant,
    simulator: Simulator,
    entry: ConfigEntry,
    poll: Poll,
    issue_registry: ir.IssueRegistry,
) -> None:
    """When the account itself is refused, a new sign-in does not help: the prompt goes, the issue comes."""
    expire_everything(simulator)
    simulator.fail(Service.LIVE, status=400, body=INVALID_GRANT, times=1)
    simulator.xerr("adult", NO_PROFILE)
    await poll()
    assert flows(hass) == [SOURCE_REAUTH]
    await poll(70)
    assert flows(hass) == []
    assert issues(issue_registry) == ["account_no_profile"]


async def test_prompt_of_somebody_else_stays(
    hass: HomeAssistant, simulator: Simulator, entry: ConfigEntry, poll: Poll
) -> None:
    """Only a prompt that a refusal of the sign-in has opened is taken back."""
    for _ in range(2):
        entry.async_start_reauth_if_available(hass)
        await poll(30)
        assert flows(hass) == [SOURCE_REAUTH]
        [flow] = hass.config_entries.flow.async_progress_by_handler(DOMAIN)
        hass.config_entries.flow.async_abort(flow["flow_id"])
        expire_everything(simulator)
        simulator.fail(Service.LIVE, status=400, body=INVALID_GRANT)
        await poll()
        assert flows(hass) == [SOURCE_REAUTH]
        await poll(80)
        assert flows(hass) == []


async def test_cancelled_prompt_comes_back_with_the_next_try(
    hass: HomeAssistant, simulator: Simulator, entry: ConfigEntry, poll: Poll
) -> None:
    """A prompt that was closed is not opened again before the next refusal."""
    expire_everything(simulator)
    simulator.fail(Service.LIVE, status=400, body=INVALID_GRANT, times=None)
    await poll()
    [flow] = hass.config_entries.flow.async_progress_by_handler(DOMAIN)
    hass.config_entries.flow.async_abort(flow["flow_id"])
    await poll(40)
    assert flows(hass) == []
    await poll(30)
    assert flows(hass) == [SOURCE_REAUTH]


async def test_cancelled_caller_keeps_the_new_refresh_token(
    hass: HomeAssistant, simulator: Simulator, entry: ConfigEntry, poll: Poll
) -> None:
    """A caller that is cancelled while Live answers loses nothing: the new refresh token is stored."""
    expire_everything(simulator)
    old = entry.data["token"]["refresh_token"]
    tokens = entry.runtime_data.client.auth
    tokens.user_token = tokens.xsts_token = None
    simulator.clear()
    caller = asyncio.create_task(tokens.valid_xsts_token())
    await until(lambda: len(simulator.requests(Service.LIVE)) > 0)
    caller.cancel()
    await settle(hass)
    assert entry.data["token"]["refresh_token"] != old
    simulator.clear()
    assert (await tokens.valid_xsts_token()).is_valid()
    assert simulator.requests(Service.LIVE) == []


async def test_cancelled_caller_of_a_refresh_that_fails(
    hass: HomeAssistant,
    simulator: Simulator,
    entry: ConfigEntry,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """A refresh that fails after its caller was cancelled is no error that nobody saw."""
    expire_everything(simulator)
    tokens = entry.runtime_data.client.auth
    tokens.user_token = tokens.xsts_token = None
    simulator.fail(Service.LIVE, status=400, body=INVALID_GRANT)
    caller = asyncio.create_task(tokens.valid_xsts_token())
    await until(lambda: len(simulator.requests(Service.LIVE)) > 0)
    caller.cancel()
    await settle(hass)
    gc.collect()
    assert "exception" not in caplog.text


async def test_registration_at_the_first_sign_in(simulator: Simulator, sign_in: SignIn) -> None:
    """The dialog tells that the registration is wrong, with Microsoft's number; then it can be added."""
    simulator.break_registration(9002327)
    text = fails_with(await sign_in("adult"), "registration")
    assert "(AADSTS9002327)" in text
    simulator.break_registration(7000218, "invalid_client")
    text = fails_with(await sign_in("adult"), "application_credentials")
    assert "(AADSTS7000218)" in text
    simulator.mend_registration()
    result = await sign_in("adult")
    assert result["type"] is FlowResultType.CREATE_ENTRY


async def test_reload_keeps_the_prompt(
    hass: HomeAssistant,
    simulator: Simulator,
    entry: ConfigEntry,
    freezer: FrozenDateTimeFactory,
    poll: Poll,
) -> None:
    """A prompt of the last day, in which everything works, is there after a reload, too."""
    await hass.config_entries.async_unload(entry.entry_id)
    freezer.tick(14 * 86_400 - 7200)
    simulator.revoke_refresh()
    simulator.expire_live()
    await set_up(hass, entry)
    await poll(20)
    assert flows(hass) == [SOURCE_REAUTH]
    await hass.config_entries.async_reload(entry.entry_id)
    await poll(30)
    assert state(entry) is ConfigEntryState.LOADED
    assert flows(hass) == [SOURCE_REAUTH]


@pytest.mark.parametrize("disables", [False, True], ids=["removed", "disabled"])
@pytest.mark.parametrize("xerr", [None, NO_PROFILE])
async def test_account_that_is_gone_is_not_asked_about(
    hass: HomeAssistant,
    simulator: Simulator,
    entry: ConfigEntry,
    issue_registry: ir.IssueRegistry,
    disables: bool,
    xerr: int | None,
) -> None:
    """A refusal that comes after the account was removed or disabled asks nothing and logs nothing."""
    people = entry.runtime_data.people
    expire_everything(simulator)
    simulator.xerr("adult", xerr)
    if xerr is None:
        simulator.fail(Service.LIVE, status=400, body=INVALID_GRANT, times=None)
    simulator.clear()
    refresh = hass.async_create_task(people.async_refresh())
    await until(lambda: len(simulator.requests(Service.PRESENCE)) > 0)
    if disables:
        await hass.config_entries.async_set_disabled_by(entry.entry_id, ConfigEntryDisabler.USER)
    else:
        await hass.config_entries.async_remove(entry.entry_id)
    await refresh
    await settle(hass)
    assert flows(hass) == []
    assert issues(issue_registry) == []


async def test_disabled_account_needs_nobody(
    hass: HomeAssistant,
    simulator: Simulator,
    entry: ConfigEntry,
    poll: Poll,
    issue_registry: ir.IssueRegistry,
) -> None:
    """The issue of an account goes with its disabling."""
    simulator.xerr("adult", NO_PROFILE)
    simulator.expire_xsts()
    await poll(20)
    assert issues(issue_registry) == ["account_no_profile"]
    await hass.config_entries.async_set_disabled_by(entry.entry_id, ConfigEntryDisabler.USER)
    await settle(hass)
    assert issues(issue_registry) == []


async def test_dialog_that_fails_asks_again(
    hass: HomeAssistant,
    simulator: Simulator,
    entry: ConfigEntry,
    poll: Poll,
    browse: Browse,
) -> None:
    """A dialog that ends without a sign-in leaves another prompt, while that can help."""
    expire_everything(simulator)
    simulator.revoke_refresh()
    await poll()
    [flow] = hass.config_entries.flow.async_progress_by_handler(DOMAIN)
    result = await hass.config_entries.flow.async_configure(flow["flow_id"], {})
    simulator.fail(Service.XSTS, status=503)
    result = await browse(result, "adult")
    assert result["reason"] == "service_unavailable"
    await settle(hass)
    [again] = hass.config_entries.flow.async_progress_by_handler(DOMAIN)
    assert again["flow_id"] != flow["flow_id"]
    result = await hass.config_entries.flow.async_configure(again["flow_id"], {})
    result = await browse(result, "adult")
    await settle(hass)
    assert result["reason"] == "reauth_successful"
    assert flows(hass) == []


async def test_closed_reconfigure_gives_way_to_the_prompt(
    hass: HomeAssistant, simulator: Simulator, entry: ConfigEntry, poll: Poll
) -> None:
    """While somebody reconfigures there is no prompt; if that ends without a sign-in, there is one."""
    dialog = await reconfigure(hass, entry)
    expire_everything(simulator)
    simulator.revoke_refresh()
    await poll()
    assert flows(hass) == [SOURCE_RECONFIGURE]
    hass.config_entries.flow.async_abort(dialog["flow_id"])
    await settle(hass)
    assert flows(hass) == [SOURCE_REAUTH]


@pytest.mark.parametrize(
    ("content", "issue"),
    [
        (REGISTRATION, "registration"),
        ({**REGISTRATION, "error_codes": None}, "registration"),
        ({**REGISTRATION, "error_codes": ["odd", 0, 9002327]}, "registration"),
        ({**REGISTRATION, "error": "invalid_client"}, "application_credentials"),
        ({**REGISTRATION, "error": "unsupported_grant_type"}, "registration"),
    ],
)
async def test_reason_of_the_registration(
    hass: HomeAssistant,
    simulator: Simulator,
    entry: ConfigEntry,
    poll: Poll,
    issue_registry: ir.IssueRegistry,
    caplog: pytest.LogCaptureFixture,
    content: dict[str, object],
    issue: str,
) -> None:
    """Microsoft's number for a fault of the registration is shown and logged, its text is not."""
    expire_everything(simulator)
    body = json.dumps(content).encode()
    simulator.fail(Service.LIVE, status=400, body=body, times=None)
    await poll(20)
    assert issues(issue_registry) == [issue]
    assert flows(hass) == []
    [shown] = [it for it in issue_registry.issues.values() if it.domain == DOMAIN]
    assert (shown.translation_placeholders or {})["aadsts"] == " (AADSTS9002327)"
    assert "AADSTS9002327" in caplog.text
    assert "redeemed" not in caplog.text
    simulator.heal()
    await poll(60)
    assert issues(issue_registry) == []
