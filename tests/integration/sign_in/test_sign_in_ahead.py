"""Sign-in that ends soon: the user is asked in time, and everything works meanwhile."""

import pytest
from freezegun.api import FrozenDateTimeFactory
from homeassistant.config_entries import SOURCE_REAUTH, ConfigEntry, ConfigEntryState
from homeassistant.const import STATE_UNAVAILABLE
from homeassistant.core import HomeAssistant
from homeassistant.helpers import issue_registry as ir

from custom_components.xbox_network.const import DOMAIN
from custom_components.xbox_network.xbox.endpoints import Service
from tests.conftest import Browse, Poll, set_up
from tests.helpers.account import flows, issues, state
from tests.helpers.entities import Entities
from tests.helpers.settling import settle
from tests.simulator import CLIENT_SECRET, Person, Simulator

HOUR = 3600
LAST_DAY = (14 * 24 - 23) * HOUR


@pytest.fixture(name="last_day")
async def last_day_fixture(
    hass: HomeAssistant, entry: ConfigEntry, freezer: FrozenDateTimeFactory
) -> None:
    """Unload the account until the last day of its user token."""
    await hass.config_entries.async_unload(entry.entry_id)
    freezer.tick(LAST_DAY)


async def test_asked_to_sign_in_ahead(
    hass: HomeAssistant,
    simulator: Simulator,
    entry: ConfigEntry,
    owner: Person,
    entities: Entities,
    poll: Poll,
    browse: Browse,
    issue_registry: ir.IssueRegistry,
    last_day: None,
) -> None:
    """The user has a day to sign in again, in which everything works."""
    simulator.revoke_refresh("adult")
    simulator.expire_live()
    await set_up(hass, entry)
    owner.go_online()
    await poll()
    assert state(entry) is ConfigEntryState.LOADED
    assert flows(hass) == [SOURCE_REAUTH]
    assert issues(issue_registry) == []
    assert entities("binary_sensor.online") == "on"
    assert entities.being(STATE_UNAVAILABLE) == set()

    await poll(HOUR, step=60)
    assert flows(hass) == [SOURCE_REAUTH]
    [flow] = hass.config_entries.flow.async_progress_by_handler(DOMAIN)
    result = await hass.config_entries.flow.async_configure(flow["flow_id"], {})
    await browse(result, "adult")
    await settle(hass)
    await poll(24 * HOUR, step=HOUR)
    assert flows(hass) == []
    assert state(entry) is ConfigEntryState.LOADED


async def test_secret_that_expired_ahead(
    hass: HomeAssistant,
    simulator: Simulator,
    entry: ConfigEntry,
    entities: Entities,
    poll: Poll,
    issue_registry: ir.IssueRegistry,
    last_day: None,
) -> None:
    """The user has a day to renew the secret; the issue ends once it works again."""
    simulator.client_secret = "renewed8Q~at-Microsoft"
    await set_up(hass, entry)
    await poll()
    assert issues(issue_registry) == ["application_credentials"]
    assert flows(hass) == []
    assert entities.being(STATE_UNAVAILABLE) == set()
    simulator.fail(Service.PEOPLE, status=503, times=None)
    await poll(120)
    assert issues(issue_registry) == ["application_credentials"]

    simulator.client_secret = CLIENT_SECRET
    await poll(900, step=30)
    assert issues(issue_registry) == []


async def test_account_refused_ahead(
    hass: HomeAssistant,
    simulator: Simulator,
    entry: ConfigEntry,
    entities: Entities,
    poll: Poll,
    issue_registry: ir.IssueRegistry,
    last_day: None,
) -> None:
    """A refusal of the next token raises an issue while the old token still works."""
    simulator.fail(Service.USER_AUTH, status=401, body=b'{"XErr": 2148916234}', times=None)
    await set_up(hass, entry)
    await poll(60)
    assert issues(issue_registry) == ["account_terms_of_use"]
    assert entities.being(STATE_UNAVAILABLE) == set()
    simulator.heal()
    await poll(900, step=30)
    assert issues(issue_registry) == []
