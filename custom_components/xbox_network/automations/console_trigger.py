"""Triggers on consoles: turned on, turned off."""

from typing import Any, ClassVar, Final, override

from homeassistant.components.media_player import MediaPlayerState
from homeassistant.const import ATTR_ENTITY_ID, Platform
from homeassistant.helpers import entity_registry as er
from homeassistant.helpers.automation import DomainSpec
from homeassistant.helpers.trigger import EntityTransitionTriggerBase

from .entity_trigger import OwnEntityTrigger
from .targets import ATTR_CONSOLE, CONSOLE_ON, CONSOLE_PLAYER

_OFF: Final[set[str | bool]] = {MediaPlayerState.OFF}


class ConsoleTrigger(OwnEntityTrigger, EntityTransitionTriggerBase):
    """Fires when a console is switched on or off."""

    _domain_specs = {Platform.MEDIA_PLAYER: DomainSpec()}
    _entity_kind = CONSOLE_PLAYER
    _power: ClassVar[str]

    @override
    def _payload(self, payload: dict[str, Any]) -> tuple[dict[str, Any], str]:
        entity = er.async_get(self._hass).async_get(payload[ATTR_ENTITY_ID])
        console = entity.device_id if entity else None
        return payload | {ATTR_CONSOLE: console}, f"{self._name(payload)} turned {self._power}"


class ConsoleTurnedOnTrigger(ConsoleTrigger):
    """Fires when a console is switched on."""

    _from_states = _OFF
    _to_states = CONSOLE_ON
    _power = "on"


class ConsoleTurnedOffTrigger(ConsoleTrigger):
    """Fires when a console is switched off."""

    _from_states = CONSOLE_ON
    _to_states = _OFF
    _power = "off"
