"""The device and the entities of a console in Home Assistant's registries, and their way to another account."""

from homeassistant.const import Platform
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import device_registry as dr, entity_registry as er
from homeassistant.helpers.entity_platform import async_get_platforms

from ..const import DOMAIN
from ..issues import delete_remote_features_issue


@callback
def entry_id_of(hass: HomeAssistant, console_id: str) -> str | None:
    """Return the id of the entry that has the entities of a console, None if there are none."""
    player = _player(hass, console_id)
    return player.config_entry_id if player else None


@callback
def console_ids_of(hass: HomeAssistant, entry_id: str) -> list[str]:
    """Return the ids of the consoles whose entities an entry has."""
    entities = er.async_entries_for_config_entry(er.async_get(hass), entry_id)
    return [it.unique_id for it in entities if it.domain == Platform.MEDIA_PLAYER]


async def unload_entities(hass: HomeAssistant, console_id: str) -> None:
    """Unload the entities of a console, before another account loads its own ones."""
    entity_ids = {it.entity_id for it in _entities(hass, console_id)}
    loaded = [
        entity
        for platform in async_get_platforms(hass, DOMAIN)
        for entity in platform.entities.values()
        if entity.entity_id in entity_ids
    ]
    for entity in loaded:
        await entity.async_remove()


@callback
def move(hass: HomeAssistant, console_id: str, entry_id: str) -> None:
    """Give the device of a console and its entities to another entry.

    Whatever users and the recorder have attached to them stays. The entities go first: Home Assistant deletes
    those that a device leaves behind. What was disabled with the account leaves the device meanwhile: on a
    device that is still disabled it would become an entity of a disabled device, and the reason to reload the
    other account when the device is not disabled any more.
    """
    devices, registry = dr.async_get(hass), er.async_get(hass)
    found = devices.async_get_devices(identifiers={(DOMAIN, console_id)})
    player = _player(hass, console_id)
    kept = next((it for it in found if player and it.id == player.device_id), None)
    if kept is None:
        return
    detached = []
    for entity in _entities(hass, console_id):
        by_account = entity.disabled_by is er.RegistryEntryDisabler.CONFIG_ENTRY
        if entity.device_id != kept.id or by_account:
            registry.async_update_entity(entity.entity_id, config_entry_id=entry_id, device_id=None)
            detached.append(entity.entity_id)
        else:
            registry.async_update_entity(entity.entity_id, config_entry_id=entry_id)
    for device in found:
        if device.id != kept.id:
            devices.async_remove_device(device.id)  # one identifier, two accounts: two devices
    devices.async_update_device(kept.id, new_config_entry_id=entry_id)
    delete_remote_features_issue(hass, kept.id)
    for entity_id in detached:
        registry.async_update_entity(entity_id, device_id=kept.id)


def _player(hass: HomeAssistant, console_id: str) -> er.RegistryEntry | None:
    registry = er.async_get(hass)
    entity_id = registry.async_get_entity_id(Platform.MEDIA_PLAYER, DOMAIN, console_id)
    return registry.async_get(entity_id) if entity_id else None


def _entities(hass: HomeAssistant, console_id: str) -> list[er.RegistryEntry]:
    """Return all own entities of a console. Those of others on its device are theirs."""
    found = dr.async_get(hass).async_get_devices(identifiers={(DOMAIN, console_id)})
    return [
        entity
        for device in found
        for entity in er.async_entries_for_device(
            er.async_get(hass), device.id, include_disabled_entities=True
        )
        if entity.platform == DOMAIN
    ]
