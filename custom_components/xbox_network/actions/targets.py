"""The people that an action targets: any entity, device, area, floor or label of a person selects them."""

from collections.abc import Iterable

from homeassistant.const import ENTITY_MATCH_ALL
from homeassistant.core import HomeAssistant, ServiceCall, callback
from homeassistant.helpers import (
    config_validation as cv,
    device_registry as dr,
    entity_registry as er,
)
from homeassistant.helpers.target import TargetSelection, async_extract_referenced_entity_ids

from ..const import DOMAIN
from ..coordinator.people import PeopleCoordinator
from ..data import XboxConfigEntry
from ..error_texts import caller_error

type Target = tuple[XboxConfigEntry, str]
"""A loaded entry, and the xuid of a person that it tracks."""


def who_is(people: PeopleCoordinator, xuid: str) -> dict[str, str | None]:
    """Return the name and the device id of a person. Not the xuid: a response may be passed on."""
    entry_id = people.config_entry.entry_id
    device = dr.async_get(people.hass).async_get_device_by_identifier((DOMAIN, xuid), entry_id)
    name = device and (device.name_by_user or device.name)
    return {
        "name": name or people.entry_name_of(xuid),
        "device_id": device.id if device else None,
    }


@callback
def async_people(hass: HomeAssistant, call: ServiceCall) -> list[Target]:
    """Return the people that an action targets; all people if it has no target.

    A person tracked by two accounts has two devices, and is returned once for each targeted device. Raises
    `ServiceValidationError` if there is no person.
    """
    people = _people(hass)
    if cv.ENTITY_SERVICE_FIELDS.keys() & call.data.keys():
        selected = _selected(hass, TargetSelection(dict(call.data)), people.keys())
        people = {device_id: it for device_id, it in people.items() if device_id in selected}
    if not people:
        raise caller_error("nobody_targeted")
    return list(people.values())


def _people(hass: HomeAssistant) -> dict[str, Target]:
    """Return the people that loaded entries track, by device id."""
    devices = dr.async_get(hass)
    return {
        device.id: (entry, xuid)
        for entry in hass.config_entries.async_loaded_entries(DOMAIN)
        for xuid in entry.runtime_data.people.tracked()
        if (device := devices.async_get_device_by_identifier((DOMAIN, xuid), entry.entry_id))
    }


def _selected(hass: HomeAssistant, selection: TargetSelection, all_ids: Iterable[str]) -> set[str]:
    """Return the ids of the selected devices. An entity selects its device."""
    found = async_extract_referenced_entity_ids(hass, selection, primary_entities_only=False)
    registry = er.async_get(hass)
    entities = map(registry.async_get, found.referenced | found.indirectly_referenced)
    selected = found.referenced_devices | {it.device_id for it in entities if it and it.device_id}
    if ENTITY_MATCH_ALL in selection.entity_ids:
        selected |= set(all_ids)
    return selected - _selected(hass, selection.exclude, all_ids) if selection.exclude else selected
