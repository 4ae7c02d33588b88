"""Groups of lights that people make in Home Assistant: each stands for its lights."""

from collections.abc import Iterable
from typing import Final

from homeassistant.const import ATTR_ENTITY_ID, CONF_ENTITIES
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import entity_registry as er

# The integration of Home Assistant that makes groups.
_GROUP: Final = "group"


@callback
def without_groups(hass: HomeAssistant, entity_ids: Iterable[str]) -> set[str]:
    """Return these entities, with the members in place of each group, at any depth.

    Home Assistant itself does so for groups of the older kind alone, those of the domain `group`.
    """
    pending, known, found = list(entity_ids), set[str](), set[str]()
    while pending:
        entity_id = pending.pop()
        if entity_id not in known:
            known.add(entity_id)
            members = _members(hass, entity_id)
            pending += members
            found |= set() if members else {entity_id}
    return found


def _members(hass: HomeAssistant, entity_id: str) -> list[str]:
    """Return the members of a group. While all of them are unavailable, only its settings tell them."""
    state = hass.states.get(entity_id)
    shown = state.attributes.get(ATTR_ENTITY_ID) if state else None
    if isinstance(shown, list | tuple):
        return list(shown)
    registry = er.async_get(hass)
    entry = registry.async_get(entity_id)
    if entry is None or entry.platform != _GROUP or entry.config_entry_id is None:
        return []
    settings = hass.config_entries.async_get_entry(entry.config_entry_id)
    stored = settings.options.get(CONF_ENTITIES, ()) if settings else ()
    return [it for member in stored if (it := er.async_resolve_entity_id(registry, member))]
