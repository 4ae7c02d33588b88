"""Which entities a trigger or a condition stands on: our own of one kind, whatever they are called."""

from collections.abc import Iterable
from typing import Any, Final

import probatio
from homeassistant.components.media_player import MediaPlayerState
from homeassistant.const import ATTR_ENTITY_ID, Platform
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import device_registry as dr, entity_registry as er

from ..const import DOMAIN

type EntityKind = tuple[Platform, str]
"""A domain of Home Assistant, and our key in it."""

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
"""The states of a console that is on."""

_CALLED: Final[dict[EntityKind, str]] = {
    ACTIVITY: "the event entity for the activity of a person",
    ACHIEVEMENT: "the event entity for the achievements of a person",
    CONSOLE_PLAYER: "the media player of a console",
    IN_GAME: "the binary sensor that tells whether a person is in a game",
    ONLINE: "the binary sensor that tells whether a person is online",
    TIME_LEFT: "the sensor for the time that a person has left",
}


@callback
def own_entities(hass: HomeAssistant, kind: EntityKind, entity_ids: Iterable[str]) -> set[str]:
    """Return those that are entities of ours of that kind."""
    registry = er.async_get(hass)
    entities = map(registry.async_get, entity_ids)
    return {entity.entity_id for entity in entities if entity and _is(entity, kind)}


@callback
def check_target(hass: HomeAssistant, kind: EntityKind, target: dict[str, Any]) -> None:
    """Raise `probatio.Invalid` for an entity that would never do; what is not there may come."""
    registry = er.async_get(hass)
    if not any(target.values()):
        raise probatio.Invalid(
            "the target is empty: choose an entity, a device, an area or a label"
        )
    named = target.get(ATTR_ENTITY_ID) or []
    for entity_id in [named] if isinstance(named, str) else named:
        entity = registry.async_get(entity_id)
        if not (_is(entity, kind) if entity else entity_id.startswith(f"{kind[0]}.")):
            raise probatio.Invalid(
                f"{entity_id} is not {_CALLED[kind]}. {_advice(registry, kind, entity)}",
                path=[ATTR_ENTITY_ID],
            )


def _advice(registry: er.EntityRegistry, kind: EntityKind, entity: er.RegistryEntry | None) -> str:
    """Return what to target instead."""
    if entity and entity.device_id:
        beside = er.async_entries_for_device(registry, entity.device_id)
        if meant := next((it.entity_id for it in beside if _is(it, kind)), None):
            return f"Target {meant}, or the device"
    return f"Target a device or an entity of {DOMAIN}"


def _is(entity: er.RegistryEntry, kind: EntityKind) -> bool:
    ours = entity.platform == DOMAIN
    return ours and (entity.domain, entity.translation_key) == kind


@callback
def xuid_of(hass: HomeAssistant, entity_id: str) -> str | None:
    """Return whose entity it is; the account of a friend may stand in front in the unique id."""
    entity = er.async_get(hass).async_get(entity_id)
    unique_id = entity.unique_id.removesuffix(f"_{entity.translation_key}") if entity else ""
    return unique_id.rpartition("_")[2] or None


@callback
def name_of(hass: HomeAssistant, entity_id: str) -> str | None:
    """Return what the device of an entity is called."""
    entity = er.async_get(hass).async_get(entity_id)
    device_id = entity.device_id if entity else None
    device = dr.async_get(hass).async_get(device_id) if device_id else None
    return (device.name_by_user or device.name) if device else None


@callback
def console_id_of(hass: HomeAssistant, device_id: str) -> str | None:
    """Return which console a device is, None if it is none of ours."""
    entities = er.async_entries_for_device(
        er.async_get(hass), device_id, include_disabled_entities=True
    )
    return next((it.unique_id for it in entities if _is(it, CONSOLE_PLAYER)), None)


@callback
def device_id_of(hass: HomeAssistant, console_id: str) -> str | None:
    """Return the device of a console."""
    registry = er.async_get(hass)
    entity_id = registry.async_get_entity_id(CONSOLE_PLAYER[0], DOMAIN, console_id)
    entity = registry.async_get(entity_id) if entity_id else None
    return entity.device_id if entity else None
