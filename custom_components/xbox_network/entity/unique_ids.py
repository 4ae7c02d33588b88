"""Unique ids of a person's entities, also if several accounts track the same person.

A unique id is `<xuid>_<key>`, and Home Assistant accepts it only once. The account of the person has the
first claim, then the account that tracks the person first. Any other account puts its own xuid in front of
the unique id. An account keeps the unique ids that it has, so that a restart changes no entity.
"""

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import device_registry as dr, entity_registry as er

from ..const import DOMAIN


@callback
def unique_prefix(hass: HomeAssistant, entry: ConfigEntry, xuid: str) -> str:
    """Return the prefix of the unique ids of a person's entities in this entry."""
    long_prefix = f"{entry.unique_id}_{xuid}"
    if entry.unique_id == xuid or _has_entities(hass, entry, xuid):
        return xuid
    if _has_entities(hass, entry, long_prefix):
        return long_prefix
    others = (it for it in hass.config_entries.async_entries(DOMAIN) if it is not entry)
    return long_prefix if any(_claims(hass, other, xuid) for other in others) else xuid


@callback
def reassign_unique_ids(hass: HomeAssistant, entry: ConfigEntry) -> None:
    """Free the unique ids of this account's owner in the other entries, where the owner is a friend."""
    registry = er.async_get(hass)
    for other in hass.config_entries.async_entries(DOMAIN):
        if other is not entry:
            for entity in _entities(hass, other, str(entry.unique_id)):
                registry.async_update_entity(
                    entity.entity_id, new_unique_id=f"{other.unique_id}_{entity.unique_id}"
                )


def _claims(hass: HomeAssistant, entry: ConfigEntry, xuid: str) -> bool:
    return entry.unique_id == xuid or _has_entities(hass, entry, xuid)


def _has_entities(hass: HomeAssistant, entry: ConfigEntry, prefix: str) -> bool:
    return bool(_entities(hass, entry, prefix))


def _entities(hass: HomeAssistant, entry: ConfigEntry, prefix: str) -> list[er.RegistryEntry]:
    """Return the entities with a prefix. All are on the person's device: nobody else's are looked at."""
    xuid = prefix.rpartition("_")[2]
    device = dr.async_get(hass).async_get_device_by_identifier((DOMAIN, xuid), entry.entry_id)
    if device is None:
        return []
    entities = er.async_entries_for_device(
        er.async_get(hass), device.id, include_disabled_entities=True
    )
    return [entity for entity in entities if entity.unique_id.startswith(f"{prefix}_")]
