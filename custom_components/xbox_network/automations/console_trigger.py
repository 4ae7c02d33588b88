"""Triggers on consoles: turned on, turned off. They compare with the state that was known last."""

from collections.abc import Iterable, Mapping
from typing import Any, ClassVar, Final, override

from homeassistant.components.media_player import MediaPlayerState
from homeassistant.const import (
    ATTR_ENTITY_ID,
    STATE_UNAVAILABLE,
    STATE_UNKNOWN,
    Platform,
)
from homeassistant.core import CALLBACK_TYPE, HomeAssistant, State, callback
from homeassistant.helpers import entity_registry as er
from homeassistant.helpers.automation import DomainSpec
from homeassistant.helpers.target import (
    TargetStateChangedData,
    async_track_target_selector_state_change_event,
)
from homeassistant.helpers.trigger import (
    EntityTransitionTriggerBase,
    TriggerActionRunner,
    TriggerConfig,
    TriggerNotTriggeredReporter,
)

from ..coordinator.consoles import WOKEN_AT
from .entity_trigger import OwnEntityTrigger
from .targets import ATTR_CONSOLE, CONSOLE_ON, CONSOLE_PLAYER

_OFF: Final[set[str | bool]] = {MediaPlayerState.OFF}


_SAYS_NOTHING: Final = frozenset({STATE_UNAVAILABLE, STATE_UNKNOWN})


class ConsoleTrigger(OwnEntityTrigger, EntityTransitionTriggerBase):
    """Fires when a console is switched on or off.

    While a console is unknown or unavailable, it counts as it was before. What happened in a sleep of the host is not
    told: the states before it are forgotten.
    """

    _domain_specs = {Platform.MEDIA_PLAYER: DomainSpec()}
    _entity_kind = CONSOLE_PLAYER
    _excluded_from_states: ClassVar[frozenset[str]] = frozenset()
    _power: ClassVar[str]

    def __init__(self, hass: HomeAssistant, config: TriggerConfig) -> None:
        """Start without known states."""
        super().__init__(hass, config)
        self._known: dict[str, State] = {}

    @override
    async def async_attach_runner(
        self,
        run_action: TriggerActionRunner,
        did_not_trigger: TriggerNotTriggeredReporter | None = None,
    ) -> CALLBACK_TYPE:
        stop_listening = await async_track_target_selector_state_change_event(
            self._hass, self._target, self._remember, self.entity_filter
        )
        stop_trigger = await super().async_attach_runner(run_action, did_not_trigger)

        @callback
        def stop() -> None:
            stop_trigger()
            stop_listening()

        return stop

    @callback
    def _remember(self, data: TargetStateChangedData) -> None:
        """Keep the state that an entity has left, if it said something."""
        left: State | None = data.state_change_event.data["old_state"]
        if left and left.state not in _SAYS_NOTHING:
            self._known[left.entity_id] = left

    def _known_state(self, state: State) -> State:
        """Return a state, or the one that was known before it, if it says nothing."""
        if state.state not in _SAYS_NOTHING:
            return state
        known = self._known.get(state.entity_id, state)
        woken_at = self._hass.data.get(WOKEN_AT)
        return state if woken_at and known.last_updated < woken_at else known

    @override
    def is_valid_transition(self, from_state: State, to_state: State) -> bool:
        return super().is_valid_transition(self._known_state(from_state), to_state)

    @override
    def count_matches(
        self, entity_ids: Iterable[str], states: Mapping[str, State | None] | None = None
    ) -> tuple[int, int]:
        """Count consoles whose state is unknown as they were before; unavailable ones do not count."""
        ids = list(entity_ids)
        found = {it: states[it] if states is not None else self._hass.states.get(it) for it in ids}
        known = {
            it: self._known_state(state) if state and state.state == STATE_UNKNOWN else state
            for it, state in found.items()
        }
        return super().count_matches(ids, known)

    @override
    def _payload(self, payload: dict[str, Any]) -> tuple[dict[str, Any], str]:
        entity = er.async_get(self._hass).async_get(payload[ATTR_ENTITY_ID])
        known = {
            "from_state": self._known_state(payload["from_state"]),
            ATTR_CONSOLE: entity.device_id if entity else None,
        }
        return payload | known, f"{self._name(payload)} turned {self._power}"


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
