"""Targets of actions: the people that they select."""

from typing import Any

import pytest
from homeassistant.auth.permissions.const import POLICY_READ
from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant, ServiceCall
from homeassistant.exceptions import ServiceValidationError
from homeassistant.helpers import (
    area_registry as ar,
    device_registry as dr,
    floor_registry as fr,
    label_registry as lr,
)
from homeassistant.setup import async_setup_component

from custom_components.xbox_network.actions.targets import async_people
from custom_components.xbox_network.const import DOMAIN
from tests.conftest import SignIn
from tests.helpers.consoles import ConsoleEntities
from tests.helpers.entities import Entities
from tests.helpers.friend_dialog import add_by_gamertag, add_friends
from tests.simulator import Console, Person

JUNIPER_VALE = "2535400000000002"
QUIET_HARBOR, BRASS_OTTER = "2535400000000011", "2535400000000012"


async def targeted(hass: HomeAssistant, **target: Any) -> list[str]:
    """Return the xuids of the people that a target selects."""
    call = ServiceCall(hass, DOMAIN, "any", target)
    return sorted(xuid for _, xuid in await async_people(call, POLICY_READ))


def device(hass: HomeAssistant, entry: ConfigEntry, xuid: str) -> str:
    """Return the id of a person's device in an account."""
    device_entry = dr.async_get(hass).async_get_device_by_identifier((DOMAIN, xuid), entry.entry_id)
    assert device_entry
    return device_entry.id


async def test_people(
    hass: HomeAssistant,
    den: Console,
    entry: ConfigEntry,
    owner: Person,
    entities: Entities,
    at_den: ConsoleEntities,
) -> None:
    """Entities, devices, areas, floors, labels and groups select people; a console selects no person."""
    nova = owner.xuid
    await add_friends(hass, entry, QUIET_HARBOR, BRASS_OTTER)
    friend = Entities(hass, QUIET_HARBOR)
    devices = dr.async_get(hass)
    quiet, brass = (device(hass, entry, xuid) for xuid in (QUIET_HARBOR, BRASS_OTTER))
    floor = fr.async_get(hass).async_create("Upstairs")
    area = ar.async_get(hass).async_create("Kids", floor_id=floor.floor_id)
    label = lr.async_get(hass).async_create("Family")
    devices.async_update_device(quiet, area_id=area.id)
    devices.async_update_device(brass, labels={label.label_id})
    group = {"pals": {"entities": [friend.id("sensor.now_playing")]}}
    assert await async_setup_component(hass, "group", {"group": group})

    assert await targeted(hass) == [nova, QUIET_HARBOR, BRASS_OTTER]
    assert await targeted(hass, entity_id="all") == [nova, QUIET_HARBOR, BRASS_OTTER]
    assert await targeted(hass, entity_id=[entities.id("event.activity")]) == [nova]
    several = [entities.id("sensor.platform"), entities.id("image.gamerpic")]
    assert await targeted(hass, entity_id=several, device_id=[quiet]) == [nova, QUIET_HARBOR]
    assert await targeted(hass, entity_id=[at_den.id("media_player"), *several]) == [nova]
    assert await targeted(hass, area_id=[area.id]) == [QUIET_HARBOR]
    assert await targeted(hass, floor_id=[floor.floor_id]) == [QUIET_HARBOR]
    assert await targeted(hass, label_id=[label.label_id]) == [BRASS_OTTER]
    assert await targeted(hass, entity_id=["group.pals"]) == [QUIET_HARBOR]
    assert await targeted(hass, entity_id="all", exclude={"device_id": [quiet]}) == [
        nova,
        BRASS_OTTER,
    ]
    by_entity = {"entity_id": [friend.id("sensor.now_playing")]}
    assert await targeted(hass, device_id=[quiet, brass], exclude=by_entity) == [BRASS_OTTER]

    empty_targets: list[dict[str, Any]] = [
        {"entity_id": [at_den.id("media_player")]},
        {"entity_id": "none"},
        {"entity_id": []},
        {"entity_id": ["sun.sun", "sensor.of_nobody"]},
        {"device_id": ["gone"]},
    ]
    for target in empty_targets:
        with pytest.raises(ServiceValidationError) as raised:
            await targeted(hass, **target)
        assert raised.value.translation_key == "nobody_targeted"


async def test_accounts(hass: HomeAssistant, entry: ConfigEntry, sign_in: SignIn) -> None:
    """A person in two accounts is selected in each, also in one that is not loaded: nobody is left out."""
    await add_by_gamertag(hass, entry, "Juniper Vale")
    juniper = (await sign_in("alone"))["result"]
    own, as_friend = (device(hass, it, JUNIPER_VALE) for it in (juniper, entry))

    async def entries(**target: Any) -> list[ConfigEntry]:
        call = ServiceCall(hass, DOMAIN, "any", target)
        return [it for it, xuid in await async_people(call, POLICY_READ) if xuid == JUNIPER_VALE]

    assert await entries() == [entry, juniper]
    assert await entries(device_id=[own]) == [juniper]
    assert await entries(device_id=[as_friend]) == [entry]
    await hass.config_entries.async_unload(juniper.entry_id)
    assert await entries() == [entry, juniper]
    assert await entries(device_id=[own]) == [juniper]
    await hass.config_entries.async_remove(juniper.entry_id)
    assert await entries() == [entry]
    with pytest.raises(ServiceValidationError):
        await entries(device_id=[own])
