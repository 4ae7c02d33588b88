"""Refused accounts: the reason, the remedy, and recovery by itself."""

import pytest
from homeassistant.config_entries import SOURCE_REAUTH, ConfigEntry, ConfigEntryState
from homeassistant.const import STATE_UNAVAILABLE
from homeassistant.core import HomeAssistant
from homeassistant.helpers import issue_registry as ir
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.xbox_network.const import DOMAIN
from custom_components.xbox_network.xbox.endpoints import Service
from custom_components.xbox_network.xbox.xerr import REFUSALS, AccountRefusal, Remedy
from tests.conftest import Poll, set_up
from tests.helpers.account import expire_everything, flows, issues, state
from tests.helpers.entities import ON_PRESENCE, ON_PROFILE, Entities
from tests.simulator import Person, Simulator

STARFALL_DRIFT = "1900000001"


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
    """A refusal that the owner can lift raises an issue and is tried again at Home Assistant's pace."""
    simulator.xerr("adult", refusal.code)
    await set_up(hass, stored)

    assert state(stored) is ConfigEntryState.SETUP_RETRY
    assert stored.error_reason_translation_key == f"account_{refusal.slug}"
    assert issues(issue_registry) == [f"account_{refusal.slug}"]
    assert flows(hass) == []

    simulator.clear()
    await poll(120, step=20)
    assert len(simulator.requests()) == len(simulator.requests(Service.XSTS)) == 4
    simulator.xerr("adult", None)
    await poll(60, step=20)
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
    """A refusal that passes by itself raises no issue, and the set-up is retried."""
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
    """The page that Xbox names is linked only if it is one of Microsoft's."""
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
    """The issue of a removed account is deleted."""
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
    """A refusal while running raises an issue at once; values stay for five minutes."""
    owner.play(STARFALL_DRIFT)
    await poll()
    before = entities.steady()
    simulator.xerr("adult", 2148916234)
    simulator.expire_xsts()

    for _ in range(29):
        await poll()
        assert issues(issue_registry) == ["account_terms_of_use"]
        assert entities.steady() == before
    await poll(60)
    assert entities.being(STATE_UNAVAILABLE) >= ON_PRESENCE
    await poll(300)
    assert entities.being(STATE_UNAVAILABLE) == ON_PRESENCE | ON_PROFILE
    assert issues(issue_registry) == ["account_terms_of_use"]
    assert flows(hass) == []

    simulator.xerr("adult", None)
    await poll(620)
    assert issues(issue_registry) == []
    assert entities.steady() == before


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
    """A refusal that passes by itself raises no issue, except the curfew, which a person can lift."""
    await poll()
    simulator.xerr("adult", code)
    simulator.expire_xsts()
    await poll(120)
    assert issues(issue_registry) == shown
    assert entities.being(STATE_UNAVAILABLE) == set()


@pytest.mark.parametrize("restarts", [False, True], ids=["running", "restarted"])
async def test_lifted_while_a_service_is_down(
    hass: HomeAssistant,
    simulator: Simulator,
    entry: ConfigEntry,
    poll: Poll,
    issue_registry: ir.IssueRegistry,
    restarts: bool,
) -> None:
    """The issue ends when the account is accepted again, even while a service fails."""
    simulator.xerr("adult", 2148916227)
    simulator.expire_xsts()
    await poll(30)
    if restarts:
        await hass.config_entries.async_reload(entry.entry_id)
        assert state(entry) is ConfigEntryState.SETUP_RETRY
    assert issues(issue_registry) == ["account_banned"]

    simulator.xerr("adult", None)
    simulator.fail(Service.PEOPLE, status=503, times=None)
    await poll(950, step=50)
    assert state(entry) is ConfigEntryState.LOADED
    assert issues(issue_registry) == []


@pytest.mark.parametrize("restarts", [False, True], ids=["running", "restarted"])
@pytest.mark.parametrize(
    ("code", "left"),
    [
        pytest.param(2148916273, [], id="outage"),
        pytest.param(2148916234, ["account_terms_of_use"], id="terms-of-use"),
        pytest.param(None, ["account_banned"], id="no-answer"),
    ],
)
async def test_refused_for_another_reason(
    hass: HomeAssistant,
    simulator: Simulator,
    entry: ConfigEntry,
    poll: Poll,
    issue_registry: ir.IssueRegistry,
    code: int | None,
    left: list[str],
    restarts: bool,
) -> None:
    """The issue has the latest reason; a missing answer does not change it."""
    simulator.xerr("adult", 2148916227)
    simulator.expire_xsts()
    await poll(30)
    if restarts:
        await hass.config_entries.async_reload(entry.entry_id)
    assert issues(issue_registry) == ["account_banned"]

    simulator.xerr("adult", code)
    if code is None:
        simulator.fail(Service.XSTS, status=503, times=None)
    await poll(950, step=50)
    assert issues(issue_registry) == left


async def test_refused_then_signed_out(
    simulator: Simulator,
    entry: ConfigEntry,
    poll: Poll,
    hass: HomeAssistant,
    issue_registry: ir.IssueRegistry,
) -> None:
    """An account that has to sign in again has that flow and no issue."""
    simulator.xerr("adult", 2148916227)
    expire_everything(simulator)
    await poll(30)
    assert issues(issue_registry) == ["account_banned"]
    simulator.revoke_refresh("adult")
    expire_everything(simulator)
    await poll(950, step=50)
    assert flows(hass) == [SOURCE_REAUTH]
    assert issues(issue_registry) == []
