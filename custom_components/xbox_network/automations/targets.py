"""The entities that triggers and conditions may target, by kind, and the person or console of an entity.

"Own" entities are entities of this integration. They are found by kind: users may change names and ids.
"""

from collections.abc import Iterable
from typing import Any, Final

import probatio
from homeassistant.components.media_player import MediaPlayerState
from homeassistant.const import ATTR_ENTITY_ID, Platform
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import device_registry as dr, entity_registry as er

from ..const import DOMAIN

# Variables of triggers.
ATTR_CONSOLE: Final = "console"
ATTR_PERSON: Final = "person"

type EntityKind = tuple[Platform, str]
"""An entity domain, and the translation key of an entity in it."""

ACTIVITY: Final[EntityKind] = (Platform.EVENT, "activity")
ACHIEVEMENT: Final[EntityKind] = (Platform.EVENT, "achievement")
CONSOLE_PLAYER: Final[EntityKind] = (Platform.MEDIA_PLAYER, "console")
IN_GAME: Final[EntityKind] = (Platform.BINARY_SENSOR, "in_game")
ONLINE: Final[EntityKind] = (Platform.BINARY_SENSOR, "online")
TIME_LEFT: Final[EntityKind] = (Platform.SENSOR, "time_left")

CONSOLE_ON: Final[set[str | bool]] = {
    MediaPlayerState.BUFFERING,
    MediaPlayerState.IDLE,
    MediaPlayerState.ON,
    MediaPlayerState.PAUSED,
    MediaPlayerState.PLAYING,
}
"""The states of the media player of a console that is on."""

_DESCRIPTIONS: Final[dict[EntityKind, str]] = {
    ACTIVITY: "the event entity for the activity of a person",
    ACHIEVEMENT: "the event entity for the achievements of a person",
    CONSOLE_PLAYER: "the media player of a console",
    IN_GAME: "the binary sensor that tells whether a person is in a game",
    ONLINE: "the binary sensor that tells whether a person is online",
    TIME_LEFT: "the sensor for the time that a person has left",
}


@callback
def own_entities(hass: HomeAssistant, kind: EntityKind, entity_ids: Iterable[str]) -> set[str]:
    """Return the ids of the own entities of that kind among `entity_ids`."""
    registry = er.async_get(hass)
    entities = map(registry.async_get, entity_ids)
    return {entity.entity_id for entity in entities if entity and _is_kind(entity, kind)}


@callback
def check_target(hass: HomeAssistant, kind: EntityKind, target: dict[str, Any]) -> None:
    """Raise `probatio.Invalid` for an empty target or an entity of another kind.

    An entity that does not exist yet is accepted if its domain fits.
    """
    registry = er.async_get(hass)
    if not any(target.values()):
        raise probatio.Invalid(
            "the target is empty: choose an entity, a device, an area or a label"
        )
    entity_ids = target.get(ATTR_ENTITY_ID) or []
    for entity_id in [entity_ids] if isinstance(entity_ids, str) else entity_ids:
        entity = registry.async_get(entity_id)
        if not (_is_kind(entity, kind) if entity else entity_id.startswith(f"{kind[0]}.")):
            raise probatio.Invalid(
                f"{entity_id} is not {_DESCRIPTIONS[kind]}. {_advice(registry, kind, entity)}",
                path=[ATTR_ENTITY_ID],
            )


def _advice(registry: er.EntityRegistry, kind: EntityKind, entity: er.RegistryEntry | None) -> str:
    """Return a text with a better target."""
    if entity and entity.device_id:
        entities = er.async_entries_for_device(registry, entity.device_id)
        if entity_id := next((it.entity_id for it in entities if _is_kind(it, kind)), None):
            return f"Target {entity_id}, or the device"
    return f"Target a device or an entity of {DOMAIN}"


def _is_kind(entity: er.RegistryEntry, kind: EntityKind) -> bool:
    is_own = entity.platform == DOMAIN
    return is_own and (entity.domain, entity.translation_key) == kind


@callback
def xuid_of(hass: HomeAssistant, entity_id: str) -> str | None:
    """Return the xuid of the person of an entity. Before it, a friend's unique id may have the account's."""
    entity = er.async_get(hass).async_get(entity_id)
    unique_id = entity.unique_id.removesuffix(f"_{entity.translation_key}") if entity else ""
    return unique_id.rpartition("_")[2] or None


@callback
def name_of(hass: HomeAssistant, entity_id: str) -> str | None:
    """Return the name of the device of an entity."""
    entity = er.async_get(hass).async_get(entity_id)
    device_id = entity.device_id if entity else None
    device = dr.async_get(hass).async_get(device_id) if device_id else None
    return (device.name_by_user or device.name) if device else None


@callback
def console_id_of(hass: HomeAssistant, device_id: str) -> str | None:
    """Return the id of the console that a device is, None if it is gone or no console.

    The device tells it, not its entities: those can be deleted while the account is not loaded.
    """
    device = dr.async_get(hass).async_get(device_id, include_child_devices=False)
    if device is None or device.entry_type is dr.DeviceEntryType.SERVICE:
        return None
    return next((it for domain, it in device.identifiers if domain == DOMAIN), None)


@callback
def device_id_of(hass: HomeAssistant, console_id: str) -> str | None:
    """Return the device id of a console."""
    registry = er.async_get(hass)
    entity_id = registry.async_get_entity_id(CONSOLE_PLAYER[0], DOMAIN, console_id)
    entity = registry.async_get(entity_id) if entity_id else None
    return entity.device_id if entity else None
