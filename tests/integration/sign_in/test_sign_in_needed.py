"""Sign-in that has ended: the flows and issues, and credentials that are no longer valid."""

import pytest
from homeassistant.components.application_credentials import (
    ClientCredential,
    async_import_client_credential,
)
from homeassistant.config_entries import (
    SOURCE_REAUTH,
    ConfigEntry,
    ConfigEntryState,
)
from homeassistant.const import STATE_UNAVAILABLE
from homeassistant.core import HomeAssistant
from homeassistant.helpers import issue_registry as ir
from homeassistant.setup import async_setup_component
from pytest_homeassistant_custom_component.common import MockConfigEntry
from pytest_homeassistant_custom_component.typing import WebSocketGenerator

from custom_components.xbox_network.const import DOMAIN
from custom_components.xbox_network.xbox.endpoints import Service
from tests.conftest import Browse, Poll, SignIn, set_up
from tests.helpers.account import asked, expire_everything, flows, issues, state
from tests.helpers.entities import OF_ALL_FRIENDS, ON_PRESENCE, ON_PROFILE, Entities
from tests.helpers.settling import settle
from tests.helpers.sign_in import reconfigure
from tests.simulator import CLIENT_ID, CLIENT_SECRET, Person, Simulator

STARFALL_DRIFT = "1900000001"


async def test_sign_in_needed(
    hass: HomeAssistant,
    simulator: Simulator,
    entry: ConfigEntry,
    owner: Person,
    entities: Entities,
    poll: Poll,
    browse: Browse,
) -> None:
    """A sign-in that has ended starts a flow, and after it everything is available again."""
    owner.play(STARFALL_DRIFT)
    await poll()
    expire_everything(simulator)
    simulator.revoke_refresh()
    await poll()
    assert flows(hass) == [SOURCE_REAUTH]
    assert entities.being(STATE_UNAVAILABLE) == ON_PRESENCE | ON_PROFILE

    [flow] = hass.config_entries.flow.async_progress_by_handler(DOMAIN)
    result = await hass.config_entries.flow.async_configure(flow["flow_id"], {})
    result = await browse(result, "adult")
    await settle(hass)

    assert result["reason"] == "reauth_successful"
    assert flows(hass) == []
    assert entities.being(STATE_UNAVAILABLE) == set()
    assert entities("sensor.now_playing") == "Starfall Drift"
    owner.stop()
    await poll()
    assert entities("binary_sensor.in_game") == "off"


async def test_sign_in_needed_at_the_start(
    hass: HomeAssistant, simulator: Simulator, stored: MockConfigEntry, browse: Browse
) -> None:
    """A sign-in that has ended before the start starts a flow, and the set-up goes on trying."""
    simulator.expire_live()
    simulator.revoke_refresh()
    await set_up(hass, stored)
    assert state(stored) is ConfigEntryState.SETUP_RETRY
    assert stored.error_reason_translation_key == "sign_in_again"
    assert flows(hass) == [SOURCE_REAUTH]


@pytest.mark.parametrize("host", [Service.PRESENCE, Service.PEOPLE, Service.TITLES])
async def test_one_service_refuses_the_sign_in(
    hass: HomeAssistant,
    simulator: Simulator,
    entry: ConfigEntry,
    owner: Person,
    entities: Entities,
    poll: Poll,
    issue_registry: ir.IssueRegistry,
    host: str,
) -> None:
    """A 401 of one service alone is a matter of its rights and starts no flow."""
    await poll()
    owner.play(STARFALL_DRIFT)
    simulator.fail(host, status=401, times=None)
    simulator.clear()
    await poll(290)
    assert flows(hass) == []
    assert issues(issue_registry) == []
    assert entities.being(STATE_UNAVAILABLE) == set()
    assert asked(simulator) == (0, 0, 1)  # one try with a fresh token


async def test_all_services_refuse_the_sign_in(
    hass: HomeAssistant,
    simulator: Simulator,
    entry: ConfigEntry,
    entities: Entities,
    poll: Poll,
) -> None:
    """A 401 of all services is an outage: XSTS accepts the account, and a sign-in would change nothing."""
    await poll(60)  # until the console service's last acceptance of a token is old
    for host in (Service.PRESENCE, Service.PEOPLE, Service.TITLES, Service.CONSOLES):
        simulator.fail(host, status=401, times=None)
    await poll(3600, step=60)
    assert flows(hass) == []
    assert entities.being(STATE_UNAVAILABLE) >= ON_PRESENCE
    simulator.heal()
    await poll(120)
    assert entities.being(STATE_UNAVAILABLE) == set()


async def test_wrong_secret(
    hass: HomeAssistant,
    simulator: Simulator,
    entry: ConfigEntry,
    entities: Entities,
    poll: Poll,
    issue_registry: ir.IssueRegistry,
) -> None:
    """An expired client secret raises an issue about the credentials and starts no flow."""
    await poll()
    simulator.client_secret = "renewed8Q~at-Microsoft"
    expire_everything(simulator)
    for _ in range(29):
        await poll()
        assert issues(issue_registry) == ["application_credentials"]
        assert entities.being(STATE_UNAVAILABLE) == set()
    await poll(60)
    assert entities.being(STATE_UNAVAILABLE) >= ON_PRESENCE
    assert flows(hass) == []
    assert issues(issue_registry) == ["application_credentials"]

    simulator.client_secret = CLIENT_SECRET
    await poll(900)
    assert issues(issue_registry) == []
    assert entities.being(STATE_UNAVAILABLE) == set()


async def test_new_secret(
    hass: HomeAssistant,
    simulator: Simulator,
    entry: ConfigEntry,
    entities: Entities,
    poll: Poll,
    browse: Browse,
    hass_ws_client: WebSocketGenerator,
    issue_registry: ir.IssueRegistry,
) -> None:
    """The remedy of the issue works: add the new secret, reconfigure, delete the old one."""
    simulator.client_secret = "renewed8Q~at-Microsoft"
    expire_everything(simulator)
    await poll(400)
    assert issues(issue_registry) == ["application_credentials"]
    assert entities.being(STATE_UNAVAILABLE) >= ON_PRESENCE

    browser = await hass_ws_client(hass)
    await browser.send_json_auto_id({"type": "application_credentials/list"})
    [old] = (await browser.receive_json())["result"]
    await browser.send_json_auto_id(
        {
            "type": "application_credentials/create",
            "domain": DOMAIN,
            "client_id": CLIENT_ID,
            "client_secret": "renewed8Q~at-Microsoft",
            "name": "Xbox, secret until 2028",
        }
    )
    new = (await browser.receive_json())["result"]
    result = await reconfigure(hass, entry)
    result = await hass.config_entries.flow.async_configure(
        result["flow_id"], {"implementation": new["id"]}
    )
    result = await browse(result, "adult")
    await settle(hass)
    assert result["reason"] == "reconfigure_successful"
    assert issues(issue_registry) == []
    assert entities.being(STATE_UNAVAILABLE) == set()

    await browser.send_json_auto_id(
        {"type": "application_credentials/delete", "application_credentials_id": old["id"]}
    )
    assert (await browser.receive_json())["success"]


async def test_one_account_fails(
    hass: HomeAssistant,
    simulator: Simulator,
    entry: ConfigEntry,
    sign_in: SignIn,
    entities: Entities,
    poll: Poll,
) -> None:
    """A failure of one account does not affect another."""
    other = (await sign_in("alone"))["result"]
    other_entities = Entities(hass, str(other.unique_id))
    simulator.expire_live("alone")
    simulator.expire_user_tokens("alone")
    simulator.expire_xsts("alone")
    simulator.revoke_refresh("alone")
    await poll()
    assert other_entities.being(STATE_UNAVAILABLE) == ON_PRESENCE | ON_PROFILE | OF_ALL_FRIENDS
    assert entities.being(STATE_UNAVAILABLE) == set()


async def test_credentials_are_gone(
    hass: HomeAssistant, simulator: Simulator, custom_integration: None, browse: Browse
) -> None:
    """An entry without its application credentials starts a flow, which asks for them.

    The frontend would answer `missing_credentials` with a new account.
    """
    entry = MockConfigEntry(
        domain=DOMAIN,
        title="Nova Kestrel",
        unique_id=simulator.personas["adult"].xuid,
        data={"auth_implementation": "deleted", "token": simulator.live_token("adult")},
    )
    entry.add_to_hass(hass)
    await async_setup_component(hass, "application_credentials", {})
    await set_up(hass, entry)
    assert state(entry) is ConfigEntryState.SETUP_ERROR
    [flow] = hass.config_entries.flow.async_progress_by_handler(DOMAIN)
    result = await hass.config_entries.flow.async_configure(flow["flow_id"], {})
    assert result["reason"] == "missing_configuration"

    await async_import_client_credential(hass, DOMAIN, ClientCredential(CLIENT_ID, CLIENT_SECRET))
    entry.async_start_reauth(hass)
    await hass.async_block_till_done()
    [flow] = hass.config_entries.flow.async_progress_by_handler(DOMAIN)
    result = await hass.config_entries.flow.async_configure(flow["flow_id"], {})
    result = await browse(result, "adult")
    await settle(hass)
    assert result["reason"] == "reauth_successful"
    assert entry.data["auth_implementation"] == DOMAIN
    assert state(entry) is ConfigEntryState.LOADED
