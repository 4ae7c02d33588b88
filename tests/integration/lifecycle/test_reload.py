"""Reload of an entry: the request budgets and pauses that outlive it."""

from collections.abc import Collection, Mapping
from http import HTTPStatus
from typing import Any

import pytest
from homeassistant.config_entries import ConfigEntry, ConfigEntryState
from homeassistant.const import STATE_UNAVAILABLE
from homeassistant.core import HomeAssistant
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.xbox_network.xbox.endpoints import Service
from tests.conftest import Poll, set_up
from tests.helpers.account import state
from tests.helpers.entities import ON_PROFILE, OWNER_ON_PEOPLE, OWNER_ON_PRESENCE, Entities
from tests.simulator import Simulator

PAUSE: Mapping[str, Any] = {
    "status": HTTPStatus.TOO_MANY_REQUESTS,
    "headers": {"Retry-After": "300"},
}


@pytest.mark.parametrize(
    ("host", "missing"),
    [(Service.PRESENCE, OWNER_ON_PRESENCE), (Service.PEOPLE, ON_PROFILE | OWNER_ON_PEOPLE)],
    ids=["userpresence", "peoplehub"],
)
async def test_pause_of_one_service(
    hass: HomeAssistant,
    simulator: Simulator,
    entry: ConfigEntry,
    entities: Entities,
    poll: Poll,
    host: str,
    missing: Collection[str],
) -> None:
    """A service in a pause gets no request over a reload; the entry loads from the others."""
    await poll(300)
    simulator.clear()
    simulator.fail(host, **PAUSE)
    while not simulator.requests(host):
        await poll()
    simulator.clear()

    await hass.config_entries.async_reload(entry.entry_id)
    await poll(270)
    assert simulator.requests(host) == []
    assert state(entry) is ConfigEntryState.LOADED
    assert entities.being(STATE_UNAVAILABLE) == missing

    await poll(60)
    assert simulator.requests(host)
    assert entities.being(STATE_UNAVAILABLE) == set()


async def test_pause_of_all(
    hass: HomeAssistant, simulator: Simulator, stored: MockConfigEntry, poll: Poll
) -> None:
    """With all services in a pause the set-up waits for its end, however often it is reloaded."""
    hosts = (Service.PRESENCE, Service.PEOPLE)
    for host in hosts:
        simulator.fail(host, **PAUSE)
    await set_up(hass, stored)
    assert [len(simulator.requests(host)) for host in hosts] == [1, 1]
    for _ in range(3):
        await hass.config_entries.async_reload(stored.entry_id)
        assert state(stored) is ConfigEntryState.SETUP_RETRY
        assert stored.error_reason_translation_key == "rate_limited"
    await poll(280)
    assert [len(simulator.requests(host)) for host in hosts] == [1, 1]
    await poll(60)
    assert state(stored) is ConfigEntryState.LOADED


async def test_budget(
    hass: HomeAssistant, simulator: Simulator, entry: ConfigEntry, poll: Poll
) -> None:
    """Many reloads exceed no request budget."""
    for _ in range(40):
        await hass.config_entries.async_reload(entry.entry_id)
    assert [
        it.host for it in simulator.requests() if it.status == HTTPStatus.TOO_MANY_REQUESTS
    ] == []
    await poll(300)
    assert state(entry) is ConfigEntryState.LOADED


async def test_removed_account(
    hass: HomeAssistant,
    simulator: Simulator,
    entry: ConfigEntry,
    poll: Poll,
) -> None:
    """An account that is removed and added again has no pause."""
    simulator.fail(Service.PRESENCE, **PAUSE)
    await poll()
    data, unique_id = dict(entry.data), entry.unique_id
    await hass.config_entries.async_remove(entry.entry_id)
    again = MockConfigEntry(domain=entry.domain, unique_id=unique_id, data=data)
    again.add_to_hass(hass)
    simulator.clear()
    await set_up(hass, again)
    assert len(simulator.requests(Service.PRESENCE)) == 1


async def test_pause_of_the_sign_in(
    hass: HomeAssistant, simulator: Simulator, stored: MockConfigEntry, poll: Poll
) -> None:
    """A pause of Microsoft's sign-in outlives a reload, too."""
    simulator.expire_live()
    stored.data["token"]["expires_at"] = 0
    simulator.fail(Service.LIVE, **PAUSE)
    await set_up(hass, stored)
    await hass.config_entries.async_reload(stored.entry_id)
    assert state(stored) is ConfigEntryState.SETUP_RETRY
    await poll(280)
    assert len(simulator.requests(Service.LIVE)) == 1
    await poll(60)
    assert state(stored) is ConfigEntryState.LOADED
