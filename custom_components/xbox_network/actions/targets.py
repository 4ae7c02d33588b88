"""The people that an action targets: any entity, device, area, floor or label of a person selects them."""

from collections.abc import Set as AbstractSet
from typing import Final

from homeassistant.auth.models import User
from homeassistant.const import ATTR_ENTITY_ID, ENTITY_MATCH_ALL
from homeassistant.core import HomeAssistant, ServiceCall, callback
from homeassistant.exceptions import Unauthorized
from homeassistant.helpers import (
    config_validation as cv,
    device_registry as dr,
    entity_registry as er,
)
from homeassistant.helpers.target import TargetSelection, async_extract_referenced_entity_ids

from ..const import DOMAIN
from ..data import XboxConfigEntry
from ..error_texts import caller_error
from ..rights import async_limited_user
from ..tracked import name_in_entry, tracked_people

type Target = tuple[XboxConfigEntry, str]
"""An entry, loaded or not, and the xuid of a person that it tracks."""

_EVERYBODY: Final = {ATTR_ENTITY_ID: ENTITY_MATCH_ALL}


def who_is(hass: HomeAssistant, entry: XboxConfigEntry, xuid: str) -> dict[str, str | None]:
    """Return the name and the device id of a person. Not the xuid: a response may be passed on."""
    device = dr.async_get(hass).async_get_device_by_identifier((DOMAIN, xuid), entry.entry_id)
    name = device and (device.name_by_user or device.name)
    return {
        "name": name or name_in_entry(entry, tracked_people(entry).get(xuid)),
        "device_id": device.id if device else None,
    }


async def async_people(call: ServiceCall, permission: str) -> list[Target]:
    """Return the people that an action targets; all people if it has no target.

    A person tracked by two accounts has two devices, and is returned once for each targeted device. Raises
    `ServiceValidationError` if there is no person, and `Unauthorized` if the caller lacks the permission.
    """
    hass = call.hass
    limited = await async_limited_user(hass, call.context)
    has_target = cv.ENTITY_SERVICE_FIELDS.keys() & call.data.keys()
    selection = TargetSelection(dict(call.data) if has_target else _EVERYBODY)
    people = _people(hass)
    selected = people.keys() & _selected(hass, selection, people.keys())
    if limited:
        others = people.keys() - selected
        selected = _permitted(call, limited, permission, selection, selected, others)
    if not selected:
        raise caller_error("nobody_targeted")
    return [target for device_id, target in people.items() if device_id in selected]


def _people(hass: HomeAssistant) -> dict[str, Target]:
    """Return the people of all accounts by device id, also of those that are not loaded: nobody is left out."""
    devices = dr.async_get(hass)
    return {
        device.id: (entry, xuid)
        for entry in hass.config_entries.async_entries(DOMAIN)
        for xuid in tracked_people(entry)
        if (device := devices.async_get_device_by_identifier((DOMAIN, xuid), entry.entry_id))
    }


def _selected(
    hass: HomeAssistant, selection: TargetSelection, all_ids: AbstractSet[str]
) -> set[str]:
    """Return the ids of the selected devices. An entity selects its device."""
    found = async_extract_referenced_entity_ids(hass, selection, primary_entities_only=False)
    registry = er.async_get(hass)
    entities = map(registry.async_get, found.referenced | found.indirectly_referenced)
    selected = found.referenced_devices | {it.device_id for it in entities if it and it.device_id}
    if ENTITY_MATCH_ALL in selection.entity_ids:
        selected |= all_ids
    return selected - _selected(hass, selection.exclude, all_ids) if selection.exclude else selected


@callback
def _permitted(
    call: ServiceCall,
    user: User,
    permission: str,
    selection: TargetSelection,
    selected: set[str],
    others: AbstractSet[str],
) -> set[str]:
    """Return the selected devices for which a user has the permission, as Home Assistant does for entities.

    Of all people, those without it are left out. Raises `Unauthorized` if none remains, or if the user lacks the
    permission for an entity of any other target. `others` are the devices of people who are not selected.
    """

    def may(entity_id: str) -> bool:
        return user.permissions.check_entity(entity_id, permission)

    if ENTITY_MATCH_ALL in selection.entity_ids:
        permitted = {it for it in selected if any(map(may, _entity_ids(call.hass, it)))}
        if selected and not permitted:
            raise Unauthorized(context=call.context, permission=permission)
        return permitted
    for entity_id in _meant(call.hass, selection, selected, others):
        if not may(entity_id):
            raise Unauthorized(context=call.context, entity_id=entity_id, permission=permission)
    return selected


def _meant(
    hass: HomeAssistant,
    selection: TargetSelection,
    selected: AbstractSet[str],
    others: AbstractSet[str],
) -> set[str]:
    """Return the ids of the entities that a target means.

    Of a selected person none of whose entities it means, as they are hidden or in other areas, it means all.
    """
    found = async_extract_referenced_entity_ids(hass, selection)
    meant = found.referenced | found.indirectly_referenced
    for device_id in others:  # the target can mean them, but excludes the person
        meant -= _entity_ids(hass, device_id)
    for device_id in selected:
        entity_ids = _entity_ids(hass, device_id)
        meant |= set() if meant & entity_ids else entity_ids
    return meant


def _entity_ids(hass: HomeAssistant, device_id: str) -> set[str]:
    entities = er.async_entries_for_device(
        er.async_get(hass), device_id, include_disabled_entities=True
    )
    return {it.entity_id for it in entities}
