"""The life of an entry: setting up, tokens, trouble with the account, the end."""

import asyncio
import json
from typing import Any

import pytest
from freezegun.api import FrozenDateTimeFactory
from homeassistant.components.application_credentials import (
    ClientCredential,
    async_import_client_credential,
)
from homeassistant.components.homeassistant import (
    DOMAIN as HOMEASSISTANT_DOMAIN,
    SERVICE_UPDATE_ENTITY,
)
from homeassistant.config_entries import (
    SOURCE_REAUTH,
    SOURCE_RECONFIGURE,
    ConfigEntry,
    ConfigEntryState,
)
from homeassistant.const import ATTR_ENTITY_ID, EVENT_STATE_CHANGED, STATE_UNAVAILABLE
from homeassistant.core import HomeAssistant
from homeassistant.helpers import device_registry as dr, entity_registry as er, issue_registry as ir
from homeassistant.setup import async_setup_component
from pytest_homeassistant_custom_component.common import (
    MockConfigEntry,
    async_capture_events,
    async_fire_time_changed,
)
from pytest_homeassistant_custom_component.typing import WebSocketGenerator

from custom_components.xbox_network.const import DOMAIN
from custom_components.xbox_network.xbox.endpoints import Service
from custom_components.xbox_network.xbox.xerr import REFUSALS, AccountRefusal, Remedy
from tests.conftest import Browse, Poll, SignIn, set_up
from tests.discretion import personal, told
from tests.entities import ON_PRESENCE, ON_PROFILE, Entities
from tests.simulator import CLIENT_ID, CLIENT_SECRET, Person, Simulator

CHAIN = (Service.LIVE, Service.USER_AUTH, Service.XSTS)
STARFALL_DRIFT = "1900000001"
HOUR = 3600
DAY = 24 * HOUR


def asked(simulator: Simulator) -> tuple[int, ...]:
    """Return how often each step of the sign-in was asked: Live, user token, XSTS token."""
    return tuple(len(simulator.requests(host)) for host in CHAIN)


def expire_everything(simulator: Simulator) -> None:
    """Let the network refuse all tokens but the refresh token."""
    simulator.expire_live()
    simulator.expire_user_tokens()
    simulator.expire_xsts()


def state(entry: ConfigEntry) -> ConfigEntryState:
    """Return how far an entry has come."""
    return entry.state


def flows(hass: HomeAssistant) -> list[str]:
    """Return the sources of the flows that wait for a person."""
    return [
        str(flow["context"]["source"])
        for flow in hass.config_entries.flow.async_progress_by_handler(DOMAIN)
    ]


def issues(issue_registry: ir.IssueRegistry) -> list[str | None]:
    """Return the repair issues of the integration."""
    return [
        issue.translation_key
        for (domain, _), issue in issue_registry.issues.items()
        if domain == DOMAIN
    ]


async def test_loads(entry: ConfigEntry, owner: Person, poll: Poll, entities: Entities) -> None:
    """An account that signs in is loaded, and follows its owner."""
    assert entities("binary_sensor.in_game") == "off"
    owner.play(STARFALL_DRIFT)
    await poll()
    assert state(entry) is ConfigEntryState.LOADED
    assert entities("binary_sensor.in_game") == "on"


async def test_one_device(
    entry: ConfigEntry, owner: Person, device_registry: dr.DeviceRegistry
) -> None:
    """The owner is a device, a service, of the entry."""
    devices = dr.async_entries_for_config_entry(device_registry, entry.entry_id)
    assert [(device.identifiers, device.name, device.entry_type) for device in devices] == [
        ({(DOMAIN, owner.xuid)}, "Nova Kestrel", dr.DeviceEntryType.SERVICE)
    ]


async def test_live_token_refresh(
    hass: HomeAssistant, simulator: Simulator, entry: ConfigEntry, owner: Person, poll: Poll
) -> None:
    """A new Live token changes no state and reloads nothing."""
    owner.play(STARFALL_DRIFT)
    await poll()
    simulator.clear()
    expire_everything(simulator)
    token, runtime_data = entry.data["token"], entry.runtime_data
    changes = async_capture_events(hass, EVENT_STATE_CHANGED)

    await poll(60)

    assert len(simulator.requests(Service.LIVE)) == 1
    assert entry.data["token"] != token
    assert entry.runtime_data is runtime_data
    assert state(entry) is ConfigEntryState.LOADED
    assert changes == []


async def test_restart(
    hass: HomeAssistant, simulator: Simulator, entry: ConfigEntry, entities: Entities
) -> None:
    """A restart takes the tokens that are stored and asks for none."""
    simulator.clear()
    await hass.config_entries.async_reload(entry.entry_id)
    assert state(entry) is ConfigEntryState.LOADED
    assert asked(simulator) == (0, 0, 0)
    assert entities.being(STATE_UNAVAILABLE) == set()


async def test_restart_with_renewed_tokens(
    hass: HomeAssistant, simulator: Simulator, entry: ConfigEntry, poll: Poll
) -> None:
    """Tokens that were renewed meanwhile are stored, too."""
    expire_everything(simulator)
    await poll()
    simulator.clear()
    await hass.config_entries.async_reload(entry.entry_id)
    assert asked(simulator) == (0, 0, 0)


async def test_restart_after_the_xsts_token_has_expired(
    hass: HomeAssistant, freezer: FrozenDateTimeFactory, simulator: Simulator, entry: ConfigEntry
) -> None:
    """The time that Home Assistant was off counts."""
    await hass.config_entries.async_unload(entry.entry_id)
    simulator.clear()
    freezer.tick(17 * HOUR)
    await set_up(hass, entry)
    assert state(entry) is ConfigEntryState.LOADED
    assert asked(simulator) == (0, 0, 1)


@pytest.mark.parametrize(
    "found",
    [{}, {"user_token": None}, {"user_token": 5, "xsts_token": {"token": ""}}, {"xsts_token": []}],
    ids=["nothing", "null", "odd", "list"],
)
async def test_restart_with_odd_tokens(
    hass: HomeAssistant,
    hass_storage: dict[str, Any],
    simulator: Simulator,
    entry: ConfigEntry,
    found: dict[str, Any],
) -> None:
    """What is no token counts as none."""
    await hass.config_entries.async_unload(entry.entry_id)
    [store] = [store for key, store in hass_storage.items() if key.startswith(DOMAIN)]
    store["data"] = found
    simulator.clear()
    await set_up(hass, entry)
    assert state(entry) is ConfigEntryState.LOADED
    assert asked(simulator) == (0, 1, 1)


async def test_store_names_nobody(
    entry: ConfigEntry, hass_storage: dict[str, Any], simulator: Simulator
) -> None:
    """Home Assistant logs the names of its files: none of ours names a person."""
    stores = [key for key in hass_storage if key.startswith(DOMAIN)]
    assert len(stores) == 1
    assert told(stores[0], personal(simulator)) == set()


@pytest.mark.parametrize("expired", ["refused", "run-out"])
async def test_xsts_token_expires(
    freezer: FrozenDateTimeFactory,
    simulator: Simulator,
    entry: ConfigEntry,
    entities: Entities,
    poll: Poll,
    expired: str,
) -> None:
    """A new XSTS token costs exactly one request."""
    simulator.clear()
    if expired == "refused":
        simulator.expire_xsts()
    else:
        freezer.tick(16 * HOUR)
    await poll(60)
    assert asked(simulator) == (0, 0, 1)
    assert entities.being(STATE_UNAVAILABLE) == set()


async def test_user_token_expires(
    freezer: FrozenDateTimeFactory,
    simulator: Simulator,
    entry: ConfigEntry,
    entities: Entities,
    poll: Poll,
) -> None:
    """After two weeks each step is asked once."""
    simulator.clear()
    freezer.tick(14 * DAY)
    await poll(60)
    assert asked(simulator) == (1, 1, 1)
    assert entities.being(STATE_UNAVAILABLE) == set()


async def test_user_token_withdrawn(
    simulator: Simulator, entry: ConfigEntry, entities: Entities, poll: Poll
) -> None:
    """A user token that XSTS calls expired is replaced once."""
    simulator.clear()
    simulator.expire_user_tokens()
    simulator.expire_xsts()
    await poll(60)
    assert asked(simulator) == (0, 1, 2)
    assert entities.being(STATE_UNAVAILABLE) == set()


@pytest.mark.parametrize(
    ("expired", "steps"),
    [("run-out", (1, 1, 1)), ("refused", (1, 2, 2))],
    ids=["run-out", "refused"],
)
async def test_twenty_at_once(
    freezer: FrozenDateTimeFactory,
    simulator: Simulator,
    entry: ConfigEntry,
    owner: Person,
    expired: str,
    steps: tuple[int, int, int],
) -> None:
    """Any number of parallel requests costs one request a step.

    Tokens that are refused before their time show it one step later: hence a second try there.
    """
    client = entry.runtime_data.client
    simulator.clear()
    if expired == "run-out":
        freezer.tick(15 * DAY)
    else:
        expire_everything(simulator)
    answers = await asyncio.gather(
        *(client.presence.batch([owner.xuid]) for _ in range(14)),
        *(client.people.batch([owner.xuid]) for _ in range(4)),
        *(client.titles.info(owner.xuid, STARFALL_DRIFT) for _ in range(2)),
    )
    assert all(answers)
    assert asked(simulator) == steps


async def test_sign_in_needed(
    hass: HomeAssistant,
    simulator: Simulator,
    entry: ConfigEntry,
    owner: Person,
    entities: Entities,
    poll: Poll,
    browse: Browse,
) -> None:
    """When Microsoft wants a new sign-in, a person is asked; then everything comes back."""
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
    await hass.async_block_till_done(wait_background_tasks=True)

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
    """The same if it turns out while starting."""
    simulator.expire_live()
    simulator.revoke_refresh()
    await set_up(hass, stored)
    assert state(stored) is ConfigEntryState.SETUP_ERROR
    assert stored.error_reason_translation_key == "sign_in_again"
    assert flows(hass) == [SOURCE_REAUTH]


async def test_no_refresh_token(
    hass: HomeAssistant, freezer: FrozenDateTimeFactory, simulator: Simulator, credentials: None
) -> None:
    """A token that cannot be refreshed asks for a sign-in once it has run out."""
    token = simulator.live_token("adult")
    del token["refresh_token"]
    entry = MockConfigEntry(
        domain=DOMAIN,
        unique_id=simulator.personas["adult"].xuid,
        data={"auth_implementation": DOMAIN, "token": token},
    )
    entry.add_to_hass(hass)
    freezer.tick(2 * HOUR)
    await set_up(hass, entry)
    assert flows(hass) == [SOURCE_REAUTH]
    assert simulator.requests() == []


async def test_refresh_token_stays(
    simulator: Simulator, entry: ConfigEntry, entities: Entities, poll: Poll
) -> None:
    """An answer without a new refresh token leaves the old one in use."""
    old, new = entry.data["token"], simulator.live_token("adult")
    answer = {key: new[key] for key in ("access_token", "expires_in", "token_type")}
    simulator.expire_user_tokens()
    simulator.expire_xsts()
    simulator.fail(Service.USER_AUTH, status=401)
    simulator.fail(Service.LIVE, body=json.dumps(answer).encode())
    await poll()
    assert entry.data["token"]["access_token"] == new["access_token"]
    assert entry.data["token"]["refresh_token"] == old["refresh_token"]
    assert entities.being(STATE_UNAVAILABLE) == set()


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
    """A lone service's 401 is a matter of rights: nobody is asked to sign in."""
    owner.play(STARFALL_DRIFT)
    simulator.fail(host, status=401, times=None)
    simulator.clear()
    await poll(290)
    assert flows(hass) == []
    assert issues(issue_registry) == []
    assert entities.being(STATE_UNAVAILABLE) == set()
    assert asked(simulator) == (0, 0, 1)  # one try with a fresh token


async def test_all_services_refuse_the_sign_in(
    hass: HomeAssistant, simulator: Simulator, entry: ConfigEntry, poll: Poll
) -> None:
    """If no service takes any token, a new sign-in is the last thing to try."""
    for host in (Service.PRESENCE, Service.PEOPLE, Service.TITLES):
        simulator.fail(host, status=401, times=None)
    await poll(60)
    assert flows(hass) == [SOURCE_REAUTH]


async def test_wrong_secret(
    hass: HomeAssistant,
    simulator: Simulator,
    entry: ConfigEntry,
    entities: Entities,
    poll: Poll,
    issue_registry: ir.IssueRegistry,
) -> None:
    """An expired client secret asks for other credentials, not for a sign-in."""
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
    """What the repair issue advises helps: the new secret, then reconfigure, then tidy up."""
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
    result = await hass.config_entries.flow.async_init(
        DOMAIN, context={"source": SOURCE_RECONFIGURE, "entry_id": entry.entry_id}
    )
    result = await hass.config_entries.flow.async_configure(
        result["flow_id"], {"implementation": new["id"]}
    )
    result = await browse(result, "adult")
    await hass.async_block_till_done(wait_background_tasks=True)
    assert result["reason"] == "reconfigure_successful"
    assert issues(issue_registry) == []
    assert entities.being(STATE_UNAVAILABLE) == set()

    await browser.send_json_auto_id(
        {"type": "application_credentials/delete", "application_credentials_id": old["id"]}
    )
    assert (await browser.receive_json())["success"]


@pytest.mark.parametrize(
    "refusal",
    [it for it in REFUSALS.values() if it.remedy is Remedy.ACT],
    ids=lambda it: it.slug,
)
async def test_refused_at_the_start(
    hass: HomeAssistant,
    simulator: Simulator,
    stored: MockConfigEntry,
    poll: Poll,
    issue_registry: ir.IssueRegistry,
    refusal: AccountRefusal,
) -> None:
    """Each refusal that the owner can lift is explained, and looked at again in 15 minutes."""
    simulator.xerr("adult", refusal.code)
    await set_up(hass, stored)

    assert state(stored) is ConfigEntryState.SETUP_RETRY
    assert stored.error_reason_translation_key == f"account_{refusal.slug}"
    assert issues(issue_registry) == [f"account_{refusal.slug}"]
    assert flows(hass) == []

    simulator.clear()
    await poll(880, step=20)
    assert simulator.requests() == []

    simulator.xerr("adult", None)
    await poll(200, step=100)
    assert state(stored) is ConfigEntryState.LOADED
    assert issues(issue_registry) == []


@pytest.mark.parametrize(
    "refusal",
    [it for it in REFUSALS.values() if it.remedy is Remedy.WAIT],
    ids=lambda it: f"{it.code}-{it.slug}",
)
async def test_outage_of_the_sign_in_at_the_start(
    hass: HomeAssistant,
    simulator: Simulator,
    stored: MockConfigEntry,
    poll: Poll,
    issue_registry: ir.IssueRegistry,
    refusal: AccountRefusal,
) -> None:
    """What passes by itself is waited out, and nobody is bothered."""
    simulator.xerr("adult", refusal.code)
    await set_up(hass, stored)
    assert state(stored) is ConfigEntryState.SETUP_RETRY
    assert stored.error_reason_translation_key == f"account_{refusal.slug}"
    assert issues(issue_registry) == []
    simulator.xerr("adult", None)
    await poll(60)
    assert state(stored) is ConfigEntryState.LOADED


async def test_refusal_links_only_to_microsoft(
    hass: HomeAssistant,
    simulator: Simulator,
    stored: MockConfigEntry,
    issue_registry: ir.IssueRegistry,
) -> None:
    """The page that Xbox names is shown if it is one of Microsoft's."""
    for redirect, shown in (
        ("https://start.ui.xboxlive.com/AddChildToFamily", True),
        ("https://xbox.com.example.org/", False),
    ):
        simulator.xerr("adult", 2148916238, redirect)
        await hass.config_entries.async_reload(stored.entry_id)
        [issue] = [it for it in issue_registry.issues.values() if it.domain == DOMAIN]
        assert (issue.learn_more_url == redirect) is shown
        assert issue.learn_more_url


async def test_issue_goes_with_the_entry(
    hass: HomeAssistant,
    simulator: Simulator,
    stored: MockConfigEntry,
    issue_registry: ir.IssueRegistry,
) -> None:
    """Who removes the account has no issue left."""
    simulator.xerr("adult", 2148916227)
    await set_up(hass, stored)
    assert issues(issue_registry) == ["account_banned"]
    await hass.config_entries.async_remove(stored.entry_id)
    assert issues(issue_registry) == []


async def test_refused_meanwhile(
    hass: HomeAssistant,
    simulator: Simulator,
    entry: ConfigEntry,
    owner: Person,
    entities: Entities,
    poll: Poll,
    issue_registry: ir.IssueRegistry,
) -> None:
    """A refusal while running is explained at once; what was known stays for five minutes."""
    owner.play(STARFALL_DRIFT)
    await poll()
    before = entities.all()
    simulator.xerr("adult", 2148916234)
    simulator.expire_xsts()

    for _ in range(29):
        await poll()
        assert issues(issue_registry) == ["account_terms_of_use"]
        assert entities.all() == before
    await poll(60)
    assert entities.being(STATE_UNAVAILABLE) >= ON_PRESENCE
    await poll(300)
    assert entities.being(STATE_UNAVAILABLE) == ON_PRESENCE | ON_PROFILE
    assert issues(issue_registry) == ["account_terms_of_use"]
    assert flows(hass) == []

    simulator.xerr("adult", None)
    await poll(900)
    assert issues(issue_registry) == []
    assert entities.all() == before


@pytest.mark.parametrize(
    ("code", "shown"),
    [
        pytest.param(2148916273, [], id="outage"),
        pytest.param(2148916250, [], id="account-service"),
        pytest.param(2148916237, ["account_curfew"], id="curfew"),
        pytest.param(2148916259, ["account_unexpected"], id="unexpected"),
    ],
)
async def test_refusals_that_pass(
    simulator: Simulator,
    entry: ConfigEntry,
    entities: Entities,
    poll: Poll,
    issue_registry: ir.IssueRegistry,
    code: int,
    shown: list[str],
) -> None:
    """What passes by itself asks nobody, but for the curfew: somebody could lift it."""
    simulator.xerr("adult", code)
    simulator.expire_xsts()
    await poll(120)
    assert issues(issue_registry) == shown
    assert entities.being(STATE_UNAVAILABLE) == set()


async def test_one_account_in_trouble(
    hass: HomeAssistant,
    simulator: Simulator,
    entry: ConfigEntry,
    sign_in: SignIn,
    entities: Entities,
    poll: Poll,
) -> None:
    """The trouble of one account is not that of another."""
    other = (await sign_in("alone"))["result"]
    others = Entities(hass, str(other.unique_id))
    simulator.expire_live("alone")
    simulator.expire_user_tokens("alone")
    simulator.expire_xsts("alone")
    simulator.revoke_refresh("alone")
    await poll()
    assert others.being(STATE_UNAVAILABLE) == ON_PRESENCE | ON_PROFILE
    assert entities.being(STATE_UNAVAILABLE) == set()


async def test_credentials_are_gone(
    hass: HomeAssistant, simulator: Simulator, home: None, browse: Browse
) -> None:
    """Without its application credentials an entry asks for a sign-in, which asks for them."""
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
    assert result["reason"] == "missing_credentials"

    await async_import_client_credential(hass, DOMAIN, ClientCredential(CLIENT_ID, CLIENT_SECRET))
    entry.async_start_reauth(hass)
    await hass.async_block_till_done()
    [flow] = hass.config_entries.flow.async_progress_by_handler(DOMAIN)
    result = await hass.config_entries.flow.async_configure(flow["flow_id"], {})
    result = await browse(result, "adult")
    await hass.async_block_till_done(wait_background_tasks=True)
    assert result["reason"] == "reauth_successful"
    assert entry.data["auth_implementation"] == DOMAIN
    assert state(entry) is ConfigEntryState.LOADED


async def test_unload(
    hass: HomeAssistant, simulator: Simulator, entry: ConfigEntry, entities: Entities, poll: Poll
) -> None:
    """An entry that is unloaded asks nothing any more, and comes back when wanted."""
    assert await hass.config_entries.async_unload(entry.entry_id)
    assert state(entry) is ConfigEntryState.NOT_LOADED
    assert set(entities.all().values()) == {STATE_UNAVAILABLE}
    simulator.clear()
    await poll(60)
    assert simulator.requests() == []

    await set_up(hass, entry)
    assert entities.being(STATE_UNAVAILABLE) == set()


async def test_unload_while_waiting(
    hass: HomeAssistant, simulator: Simulator, entry: ConfigEntry, freezer: FrozenDateTimeFactory
) -> None:
    """An answer that does not come keeps nobody from unloading."""
    simulator.fail(Service.PRESENCE, hang=True, times=None)
    asked_before = len(simulator.requests(Service.PRESENCE))
    freezer.tick(10)
    async_fire_time_changed(hass)
    while len(simulator.requests(Service.PRESENCE)) == asked_before:
        await asyncio.sleep(0)
    assert await hass.config_entries.async_unload(entry.entry_id)
    assert state(entry) is ConfigEntryState.NOT_LOADED


async def test_remove(
    hass: HomeAssistant,
    entry: ConfigEntry,
    hass_storage: dict[str, Any],
    entity_registry: er.EntityRegistry,
    device_registry: dr.DeviceRegistry,
) -> None:
    """An account that is removed leaves nothing behind, least of all its tokens."""
    assert any(key.startswith(DOMAIN) for key in hass_storage)
    await hass.config_entries.async_remove(entry.entry_id)
    assert not any(key.startswith(DOMAIN) for key in hass_storage)
    assert er.async_entries_for_config_entry(entity_registry, entry.entry_id) == []
    assert dr.async_entries_for_config_entry(device_registry, entry.entry_id) == []


@pytest.mark.parametrize(
    ("hosts", "reason"),
    [
        ([*CHAIN, Service.PRESENCE, Service.PEOPLE, Service.TITLES], "service_unavailable"),
        ([Service.USER_AUTH], "service_unavailable"),
        ([Service.XSTS], "service_unavailable"),
        ([Service.PRESENCE, Service.PEOPLE], "service_unavailable"),
    ],
    ids=["everything", "user-token", "xsts", "people-and-presence"],
)
async def test_down_at_the_start(
    hass: HomeAssistant,
    simulator: Simulator,
    stored: MockConfigEntry,
    entities: Entities,
    poll: Poll,
    issue_registry: ir.IssueRegistry,
    hosts: list[str],
    reason: str,
) -> None:
    """An outage at the start is waited out."""
    for host in hosts:
        simulator.fail(host, status=503, times=None)
    await set_up(hass, stored)
    assert state(stored) is ConfigEntryState.SETUP_RETRY
    assert stored.error_reason_translation_key == reason
    await poll(60)
    assert state(stored) is ConfigEntryState.SETUP_RETRY
    assert issues(issue_registry) == []
    assert flows(hass) == []

    simulator.heal()
    await poll(120)
    assert state(stored) is ConfigEntryState.LOADED
    assert entities.being(STATE_UNAVAILABLE) == set()


@pytest.mark.parametrize(
    ("host", "missing"),
    [
        pytest.param(Service.PEOPLE, ON_PROFILE, id="peoplehub"),
        pytest.param(Service.PRESENCE, set(), id="userpresence"),
        pytest.param(Service.TITLES, set(), id="titlehub"),
    ],
)
async def test_one_service_down_at_the_start(
    hass: HomeAssistant,
    simulator: Simulator,
    stored: MockConfigEntry,
    owner: Person,
    entities: Entities,
    poll: Poll,
    host: str,
    missing: set[str],
) -> None:
    """What there is, is shown; the rest comes when its service does."""
    owner.play(STARFALL_DRIFT)
    simulator.fail(host, status=503, times=None)
    await set_up(hass, stored)
    assert state(stored) is ConfigEntryState.LOADED
    assert entities.being(STATE_UNAVAILABLE) == missing
    assert entities("binary_sensor.online") == "on"
    assert entities("sensor.now_playing") == "Starfall Drift"
    simulator.heal()
    await poll(80)
    assert entities.being(STATE_UNAVAILABLE) == set()
    assert entities("binary_sensor.in_game") == "on"
    assert entities("sensor.gamerscore") == "18450"
    assert "entity_picture" in entities["sensor.now_playing"].attributes


async def test_update_entity(
    hass: HomeAssistant, simulator: Simulator, entry: ConfigEntry, owner: Person, entities: Entities
) -> None:
    """A person can ask for a look right now."""
    await async_setup_component(hass, HOMEASSISTANT_DOMAIN, {})
    owner.go_online()
    await hass.services.async_call(
        HOMEASSISTANT_DOMAIN,
        SERVICE_UPDATE_ENTITY,
        {ATTR_ENTITY_ID: entities.id("binary_sensor.online")},
        blocking=True,
    )
    await hass.async_block_till_done(wait_background_tasks=True)
    assert entities("binary_sensor.online") == "on"


@pytest.mark.parametrize(
    ("language", "country", "header", "name"),
    [
        ("de", "AT", "de-AT", "Sternensturz"),
        ("en", None, "en", "Starfall Drift"),
        ("zh-Hans", "CN", "zh-Hans", "Starfall Drift"),
    ],
    ids=["de-AT", "en", "zh-Hans"],
)
async def test_language(
    hass: HomeAssistant,
    simulator: Simulator,
    stored: MockConfigEntry,
    owner: Person,
    entities: Entities,
    language: str,
    country: str | None,
    header: str,
    name: str,
) -> None:
    """Titles are named in Home Assistant's language."""
    await hass.config.async_update(language=language, country=country)
    owner.play(STARFALL_DRIFT)
    await set_up(hass, stored)
    [request] = simulator.requests(Service.TITLES)
    assert request.headers["Accept-Language"] == header
    assert entities("sensor.now_playing") == name
