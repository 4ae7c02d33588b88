"""A disabled account has no repair issue, whatever it had before: nobody has to do anything about it."""

from collections.abc import Awaitable, Callable

import pytest
from homeassistant.config_entries import ConfigEntry, ConfigEntryDisabler, ConfigEntryState
from homeassistant.core import HomeAssistant
from homeassistant.helpers import issue_registry as ir
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.xbox_network.const import DOMAIN
from custom_components.xbox_network.xbox.endpoints import Service
from tests.conftest import Poll
from tests.helpers.account import issues
from tests.helpers.friend_dialog import add_by_gamertag
from tests.helpers.settling import settle
from tests.simulator import Simulator

MINUTE = 60
BANNED = 2148916227

type Trouble = Callable[[HomeAssistant, Simulator, ConfigEntry, Poll], Awaitable[None]]


async def _consoles(
    hass: HomeAssistant, simulator: Simulator, entry: ConfigEntry, poll: Poll
) -> None:
    simulator.world.xccs_errors.add("gateway", at="devices", times=None)
    await hass.config_entries.async_reload(entry.entry_id)
    await poll(MINUTE)


async def _account(
    hass: HomeAssistant, simulator: Simulator, entry: ConfigEntry, poll: Poll
) -> None:
    simulator.xerr("adult", BANNED)
    simulator.expire_xsts("adult")
    await poll(MINUTE)


async def _account_at_set_up(
    hass: HomeAssistant, simulator: Simulator, entry: ConfigEntry, poll: Poll
) -> None:
    simulator.xerr("adult", BANNED)
    simulator.expire_xsts("adult")
    await hass.config_entries.async_reload(entry.entry_id)
    await settle(hass)
    assert entry.state is not ConfigEntryState.LOADED


async def _consoles_then_set_up(
    hass: HomeAssistant, simulator: Simulator, entry: ConfigEntry, poll: Poll
) -> None:
    await _consoles(hass, simulator, entry, poll)
    for host in (Service.PRESENCE, Service.PEOPLE):
        simulator.fail(host, status=503, times=None)
    await hass.config_entries.async_reload(entry.entry_id)
    await settle(hass)
    assert entry.state is ConfigEntryState.SETUP_RETRY


async def _friend(
    hass: HomeAssistant, simulator: Simulator, entry: ConfigEntry, poll: Poll
) -> None:
    friend = await add_by_gamertag(hass, entry, "Brass Otter")
    simulator.world.delete(simulator.world.person(str(friend.unique_id)))
    await poll(100 * MINUTE, step=60)


TROUBLES = {
    "consoles": (_consoles, "consoles_refused"),
    "account": (_account, None),
    "account at set-up": (_account_at_set_up, None),
    "consoles, then set-up": (_consoles_then_set_up, "consoles_refused"),
    "friend": (_friend, "friend_gone"),
}


@pytest.mark.usefixtures("freezer")
@pytest.mark.parametrize("trouble", TROUBLES)
async def test_repairs(
    hass: HomeAssistant,
    simulator: Simulator,
    entry: ConfigEntry,
    poll: Poll,
    issue_registry: ir.IssueRegistry,
    trouble: str,
) -> None:
    """The repair goes when the account is disabled, and is there again if the account is enabled in vain."""
    begin, key = TROUBLES[trouble]
    await begin(hass, simulator, entry, poll)
    found = issues(issue_registry)
    assert found == [key or found[0]]
    await hass.config_entries.async_set_disabled_by(entry.entry_id, ConfigEntryDisabler.USER)
    await poll(20 * MINUTE, step=60)
    assert issues(issue_registry) == []
    await hass.config_entries.async_set_disabled_by(entry.entry_id, None)
    await poll(MINUTE)  # push gets its answer in time
    await poll(100 * MINUTE, step=60)
    assert issues(issue_registry) == found


@pytest.mark.usefixtures("freezer")
async def test_to_be_confirmed(
    hass: HomeAssistant, entry: ConfigEntry, issue_registry: ir.IssueRegistry
) -> None:
    """A repair that a person has to confirm stays: it is told once only. So does any of another account."""
    other = MockConfigEntry(domain=DOMAIN)
    other.add_to_hass(hass)
    for key, whose in (("limits_damaged", entry), ("friend_gone", other)):
        ir.async_create_issue(
            hass,
            DOMAIN,
            key,
            config_entry_id=whose.entry_id,
            is_fixable=True,
            is_persistent=whose is entry,
            severity=ir.IssueSeverity.ERROR,
            translation_key=key,
        )
    await hass.config_entries.async_set_disabled_by(entry.entry_id, ConfigEntryDisabler.USER)
    assert issues(issue_registry) == ["limits_damaged", "friend_gone"]
