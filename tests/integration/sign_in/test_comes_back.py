"""A sign-in that is refused comes back by itself; the prompt appears when a person can help, and goes again."""

import asyncio
import gc
import json

import pytest
from homeassistant.config_entries import SOURCE_REAUTH, ConfigEntry, ConfigEntryState
from homeassistant.const import STATE_UNAVAILABLE
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
from homeassistant.helpers import issue_registry as ir
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.xbox_network.const import DOMAIN
from custom_components.xbox_network.xbox.endpoints import Service
from tests.conftest import Browse, Poll, SignIn, fails_with, set_up
from tests.helpers.account import expire_everything, flows, issues, state
from tests.helpers.entities import Entities
from tests.helpers.settling import settle, until
from tests.simulator import Person, Simulator

STARFALL_DRIFT = "1900000001"
INVALID_GRANT = b'{"error": "invalid_grant"}'
NO_PROFILE = 2148916233


def is_back(entities: Entities, owner: Person) -> bool:
    """Return whether everything is available and shows the world as it is."""
    shown = entities("sensor.now_playing") == "Starfall Drift"
    return entities.being(STATE_UNAVAILABLE) == set() and shown == (owner.primary is not None)


def times(simulator: Simulator, host: str, since: float) -> list[float]:
    """Return the times of the requests to a host, in seconds since a moment."""
    return [round(request.started - since) for request in simulator.requests(host)]


async def test_moment_of_no_at_xsts(
    hass: HomeAssistant,
    simulator: Simulator,
    entry: ConfigEntry,
    owner: Person,
    entities: Entities,
    poll: Poll,
) -> None:
    """A 401 of XSTS without a word, for one look, is over two minutes later, and nobody was asked."""
    simulator.fail(Service.XSTS, status=401, times=3)
    simulator.expire_xsts()
    await poll(20)
    owner.play(STARFALL_DRIFT)
    for _ in range(10):
        await poll()
        assert flows(hass) == []
    assert is_back(entities, owner)


@pytest.mark.parametrize("status", [400, 401])
async def test_moment_of_no_at_live(
    hass: HomeAssistant,
    simulator: Simulator,
    entry: ConfigEntry,
    owner: Person,
    entities: Entities,
    poll: Poll,
    status: int,
) -> None:
    """A refusal of Live without a word, once, is over a minute later, and nobody was asked."""
    simulator.fail(Service.LIVE, status=status)
    expire_everything(simulator)
    await poll(20)
    owner.play(STARFALL_DRIFT)
    await poll(60)
    assert is_back(entities, owner)
    assert flows(hass) == []


@pytest.mark.parametrize(
    ("host", "status", "body", "asks"),
    [
        (Service.XSTS, 401, b"", True),
        (Service.XSTS, 400, b'{"odd": 1}', True),
        (Service.USER_AUTH, 403, b"", True),
        (Service.LIVE, 400, b"[]", True),
        (Service.LIVE, 401, b'{"error": "something new"}', True),
        (Service.LIVE, 400, b"<html>", False),
        (Service.XSTS, 401, b"<html>", False),
        (Service.LIVE, 400, INVALID_GRANT, True),
        (Service.XSTS, 404, b"", False),
        (Service.USER_AUTH, 500, b"", False),
    ],
)
async def test_refused_at_the_set_up(
    hass: HomeAssistant,
    simulator: Simulator,
    stored: MockConfigEntry,
    poll: Poll,
    issue_registry: ir.IssueRegistry,
    host: str,
    status: int,
    body: bytes,
    asks: bool,
) -> None:
    """Whatever the reason, the set-up is tried again by Home Assistant, and the prompt is taken back."""
    expire_everything(simulator)
    simulator.fail(host, status=status, body=body, times=None)
    await set_up(hass, stored)
    await poll(120)
    assert state(stored) is ConfigEntryState.SETUP_RETRY
    assert flows(hass) == [SOURCE_REAUTH] * asks
    assert issues(issue_registry) == []
    assert len(simulator.requests(host)) <= 8, "one request a step and try"
    simulator.heal()
    await poll(80)
    assert state(stored) is ConfigEntryState.LOADED
    assert flows(hass) == []


async def test_page_of_something_in_between(
    hass: HomeAssistant,
    simulator: Simulator,
    entry: ConfigEntry,
    owner: Person,
    entities: Entities,
    poll: Poll,
    issue_registry: ir.IssueRegistry,
) -> None:
    """A page in place of an answer of user.auth blames neither the registration nor the sign-in."""
    page = b"<html>blocked</html>"
    simulator.fail(Service.USER_AUTH, status=403, body=page, garbage=True, times=None)
    expire_everything(simulator)
    for _ in range(12):
        await poll()
        assert issues(issue_registry) == []
        assert flows(hass) == []
    simulator.heal()
    owner.play(STARFALL_DRIFT)
    await poll(20)
    assert is_back(entities, owner)


async def test_services_refuse_at_the_set_up(
    hass: HomeAssistant, simulator: Simulator, stored: MockConfigEntry, poll: Poll
) -> None:
    """Services that refuse the tokens of a sign-in that works are down: the set-up is tried again."""
    hosts = (Service.PRESENCE, Service.PEOPLE, Service.TITLES, Service.CONSOLES)
    for host in hosts:
        simulator.fail(host, status=401, times=None)
    await set_up(hass, stored)
    await poll(30, step=5)
    assert state(stored) is ConfigEntryState.SETUP_RETRY
    assert flows(hass) == []
    simulator.heal()
    await poll(40)
    assert state(stored) is ConfigEntryState.LOADED


async def test_pace_with_a_reason(
    hass: HomeAssistant,
    simulator: Simulator,
    entry: ConfigEntry,
    owner: Person,
    entities: Entities,
    poll: Poll,
) -> None:
    """A withdrawn sign-in asks at once and is tried after 1, 5, 15 and 60 minutes; then it is back."""
    expire_everything(simulator)
    simulator.fail(Service.LIVE, status=400, body=INVALID_GRANT, times=None)
    simulator.clear()
    await poll()
    assert flows(hass) == [SOURCE_REAUTH]
    [first] = simulator.requests(Service.LIVE)
    await poll(9000, step=20)
    asked = times(simulator, Service.LIVE, first.started)
    assert len(asked) == 6
    for seconds, wanted in zip(asked, (0, 60, 360, 1260, 4860, 8460), strict=True):
        assert wanted <= seconds <= wanted + 60
    assert len(simulator.requests(Service.PRESENCE)) <= 3 * len(asked)
    assert flows(hass) == [SOURCE_REAUTH]
    simulator.heal()
    owner.play(STARFALL_DRIFT)
    await poll(3600, step=60)
    assert is_back(entities, owner)
    assert flows(hass) == []


async def test_pace_without_a_reason(
    hass: HomeAssistant, simulator: Simulator, entry: ConfigEntry, poll: Poll
) -> None:
    """An unnamed refusal is tried each minute for ten minutes, then every five, and asks the second time."""
    simulator.expire_xsts()
    simulator.fail(Service.XSTS, status=401, times=None)
    await poll()
    simulator.clear()
    await poll(50)
    assert simulator.requests(Service.XSTS) == []
    assert flows(hass) == []
    await poll(20)
    assert flows(hass) == [SOURCE_REAUTH]
    await poll(470)
    assert len(simulator.requests(Service.XSTS)) == 9
    simulator.clear()
    await poll(3600, step=20)
    # at most every ten minutes the tokens before are renewed, too
    assert len(simulator.requests(Service.XSTS)) - len(simulator.requests(Service.LIVE)) * 2 <= 12


async def test_retry_after_of_a_refusal(
    simulator: Simulator, entry: ConfigEntry, owner: Person, entities: Entities, poll: Poll
) -> None:
    """A refusal that says when to come back is not asked before, and at once then."""
    simulator.expire_xsts()
    simulator.fail(Service.XSTS, status=401, headers={"Retry-After": "400"}, times=None)
    await poll()
    simulator.clear()
    simulator.heal()
    owner.play(STARFALL_DRIFT)
    await poll(380)
    assert simulator.requests(Service.XSTS) == []
    await poll(30)
    assert is_back(entities, owner)


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


REGISTRATION = {
    "error": "invalid_request",
    "error_description": "AADSTS9002327: Tokens issued for nobody@example.com may only be redeemed.",
    "error_codes": [9002327],
}


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
