"""Config entry: set-up, unload, removal."""

import asyncio
from typing import Any

import pytest
from freezegun.api import FrozenDateTimeFactory
from homeassistant.components.homeassistant import (
    DOMAIN as HOMEASSISTANT_DOMAIN,
    SERVICE_UPDATE_ENTITY,
)
from homeassistant.config_entries import ConfigEntry, ConfigEntryState
from homeassistant.const import ATTR_ENTITY_ID, STATE_UNAVAILABLE
from homeassistant.core import HomeAssistant
from homeassistant.helpers import device_registry as dr, entity_registry as er, issue_registry as ir
from homeassistant.setup import async_setup_component
from pytest_homeassistant_custom_component.common import MockConfigEntry, async_fire_time_changed

from custom_components.xbox_network.const import DOMAIN
from custom_components.xbox_network.xbox.endpoints import Service
from tests.conftest import Poll, set_up
from tests.helpers.account import CHAIN, flows, issues, state
from tests.helpers.entities import ON_PROFILE, Entities
from tests.helpers.settling import settle
from tests.simulator import Person, Simulator

STARFALL_DRIFT = "1900000001"


async def test_loads(entry: ConfigEntry, owner: Person, poll: Poll, entities: Entities) -> None:
    """An account that signs in is loaded, and its entities follow the owner."""
    assert entities("binary_sensor.in_game") == "off"
    owner.play(STARFALL_DRIFT)
    await poll()
    assert state(entry) is ConfigEntryState.LOADED
    assert entities("binary_sensor.in_game") == "on"


async def test_one_device(
    entry: ConfigEntry, owner: Person, device_registry: dr.DeviceRegistry
) -> None:
    """The owner is the only device of the entry, a service."""
    devices = dr.async_entries_for_config_entry(device_registry, entry.entry_id)
    assert [(device.identifiers, device.name, device.entry_type) for device in devices] == [
        ({(DOMAIN, owner.xuid)}, "Nova Kestrel", dr.DeviceEntryType.SERVICE)
    ]


async def test_unload(
    hass: HomeAssistant, simulator: Simulator, entry: ConfigEntry, entities: Entities, poll: Poll
) -> None:
    """An unloaded entry sends no requests and can be loaded again."""
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
    """A request without an answer does not delay an unload."""
    simulator.fail(Service.PRESENCE, hang=True, times=None)
    requests_before = len(simulator.requests(Service.PRESENCE))
    freezer.tick(10)
    async_fire_time_changed(hass)
    while len(simulator.requests(Service.PRESENCE)) == requests_before:
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
    """A removed account leaves no stored file, entity or device."""
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
    """In an outage the set-up is retried, without an issue or a flow."""
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
    """The entry loads without one service; its entities are available once it answers."""
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
    """`update_entity` refreshes at once."""
    await async_setup_component(hass, HOMEASSISTANT_DOMAIN, {})
    owner.go_online()
    await hass.services.async_call(
        HOMEASSISTANT_DOMAIN,
        SERVICE_UPDATE_ENTITY,
        {ATTR_ENTITY_ID: entities.id("binary_sensor.online")},
        blocking=True,
    )
    await settle(hass)
    assert entities("binary_sensor.online") == "on"


@pytest.mark.parametrize(
    ("language", "country", "header", "name"),
    [
        ("de", "AT", "de-AT", "Sternensturz"),
        ("en", None, "en", "Starfall Drift"),
        ("zh-Hans", "CN", "zh-Hans-CN", "Starfall Drift"),
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
    """Titles have their names in Home Assistant's language."""
    await hass.config.async_update(language=language, country=country)
    owner.play(STARFALL_DRIFT)
    await set_up(hass, stored)
    [request] = simulator.requests(Service.TITLES)
    assert request.headers["Accept-Language"] == header
    assert entities("sensor.now_playing") == name
