"""Whose entities a person's are, when several accounts know the same person.

Unique ids are `<xuid>_<key>`, and Home Assistant takes each once. The account of the person has the first
claim, then the account that tracks the person first; the entities of a friend elsewhere have the xuid of the
account in front. Who has them keeps them, so that no entity changes by a restart.
"""

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import entity_registry as er

from ..const import DOMAIN


@callback
def unique_prefix(hass: HomeAssistant, entry: ConfigEntry, xuid: str) -> str:
    """Return what the unique ids of a person's entities begin with in this entry."""
    shared = f"{entry.unique_id}_{xuid}"
    if entry.unique_id == xuid or _has_entities(hass, entry, xuid):
        return xuid
    if _has_entities(hass, entry, shared):
        return shared
    others = (it for it in hass.config_entries.async_entries(DOMAIN) if it is not entry)
    return shared if any(_claims(hass, other, xuid) for other in others) else xuid


@callback
def reassign_unique_ids(hass: HomeAssistant, entry: ConfigEntry) -> None:
    """Let the owner of this account have the unique ids that were a friend's elsewhere until now."""
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
    entities = er.async_entries_for_config_entry(er.async_get(hass), entry.entry_id)
    return [entity for entity in entities if entity.unique_id.startswith(f"{prefix}_")]
