"""The triggers of the integration: on people by their events, on consoles and on limits by their states."""

import asyncio
from abc import abstractmethod
from datetime import timedelta
from typing import Any, ClassVar, Final, override

import probatio
from homeassistant.components.media_player import MediaPlayerState
from homeassistant.const import (
    ATTR_ENTITY_ID,
    CONF_FOR,
    CONF_OPTIONS,
    CONF_TARGET,
    EntityStateAttribute,
    Platform,
    UnitOfTime,
)
from homeassistant.core import CALLBACK_TYPE, Context, HomeAssistant, State, callback
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers import entity_registry as er
from homeassistant.helpers.automation import DomainSpec
from homeassistant.helpers.trigger import (
    ENTITY_STATE_TRIGGER_SCHEMA,
    EntityTransitionTriggerBase,
    EntityTriggerBase,
    NotTriggeredReasonReporter,
    Trigger,
    TriggerActionRunner,
    TriggerNotTriggeredReporter,
)
from homeassistant.helpers.typing import ConfigType
from homeassistant.util import dt as dt_util
from homeassistant.util.unit_conversion import DurationConverter

from .allowance import DAY_MINUTES
from .automations.achievement_trigger import AchievementTrigger
from .automations.activity_trigger import (
    CameOnlineTrigger,
    JoinedPartyTrigger,
    LeftPartyTrigger,
    StartedPlayingTrigger,
    StoppedPlayingTrigger,
    WentOfflineTrigger,
)
from .automations.targets import (
    CONSOLE_ON,
    CONSOLE_PLAYER,
    TIME_LEFT,
    EntityKind,
    check_target,
    name_of,
    own_entities,
)

ATTR_CONSOLE: Final = "console"
ATTR_MINUTES_LEFT: Final = "minutes_left"
ATTR_PERSON: Final = "person"
CONF_MINUTES: Final = "minutes"

_DEFAULT_MINUTES: Final = 15
# A new day's time is told when the day begins, or with the next look.
_NEW_DAY: Final = timedelta(minutes=2)
# What counts down is told at least that often.
_STEADY: Final = timedelta(minutes=15)
_OFF: Final[set[str | bool]] = {MediaPlayerState.OFF}


class OwnEntityTrigger(EntityTriggerBase):
    """Fires by the states of our own entities of one kind."""

    _own: EntityKind

    @classmethod
    @override
    async def async_validate_config(cls, hass: HomeAssistant, config: ConfigType) -> ConfigType:
        config = await super().async_validate_config(hass, config)
        check_target(hass, cls._own, config[CONF_TARGET])
        return config

    @override
    def entity_filter(self, entities: set[str]) -> set[str]:
        return own_entities(self._hass, self._own, entities)

    @abstractmethod
    def _payload(self, payload: dict[str, Any]) -> tuple[dict[str, Any], str]:
        """Return what automations are told, and a description of it."""

    @override
    async def async_attach_runner(
        self,
        run_action: TriggerActionRunner,
        did_not_trigger: TriggerNotTriggeredReporter | None = None,
    ) -> CALLBACK_TYPE:
        @callback
        def run(
            extra_trigger_payload: dict[str, Any], description: str, context: Context | None = None
        ) -> asyncio.Task[Any]:
            return run_action(*self._payload(extra_trigger_payload), context)

        return await super().async_attach_runner(run, did_not_trigger)

    def _name(self, payload: dict[str, Any]) -> str:
        entity_id: str = payload[ATTR_ENTITY_ID]
        return name_of(self._hass, entity_id) or entity_id


class ConsoleTrigger(OwnEntityTrigger, EntityTransitionTriggerBase):
    """Fires when a console is switched on or off."""

    _domain_specs = {Platform.MEDIA_PLAYER: DomainSpec()}
    _own = CONSOLE_PLAYER
    _word: ClassVar[str]

    @override
    def _payload(self, payload: dict[str, Any]) -> tuple[dict[str, Any], str]:
        entity = er.async_get(self._hass).async_get(payload[ATTR_ENTITY_ID])
        console = entity.device_id if entity else None
        return payload | {ATTR_CONSOLE: console}, f"{self._name(payload)} turned {self._word}"


class ConsoleTurnedOnTrigger(ConsoleTrigger):
    """Fires when a console is switched on."""

    _from_states = _OFF
    _to_states = CONSOLE_ON
    _word = "on"


class ConsoleTurnedOffTrigger(ConsoleTrigger):
    """Fires when a console is switched off."""

    _from_states = CONSOLE_ON
    _to_states = _OFF
    _word = "off"


class LimitTrigger(OwnEntityTrigger):
    """Fires when the time that somebody has left falls to where it was not before.

    A new day has its own time: what that changes is nothing that has been played away.
    """

    _domain_specs = {Platform.SENSOR: DomainSpec()}
    _own = TIME_LEFT
    _schema = ENTITY_STATE_TRIGGER_SCHEMA

    @abstractmethod
    def _reached(self, minutes: float) -> bool:
        """Tell whether so much time is so little that it fires."""

    def _above(self, minutes: float) -> bool:
        """Tell whether so much time is more than what it fires at."""
        return minutes > 0

    @override
    def is_valid_state(
        self, state: State, report_not_triggered: NotTriggeredReasonReporter
    ) -> bool:
        minutes = _minutes(state)
        return minutes is not None and self._reached(minutes)

    @override
    def is_valid_transition(self, from_state: State, to_state: State) -> bool:
        minutes = _minutes(from_state)
        return minutes is not None and self._above(minutes) and not _new_day(from_state, to_state)

    @override
    def _payload(self, payload: dict[str, Any]) -> tuple[dict[str, Any], str]:
        minutes = round(_minutes(payload["to_state"]) or 0)
        person = self._name(payload)
        del payload[CONF_FOR]
        return (
            payload | {ATTR_PERSON: person, ATTR_MINUTES_LEFT: minutes},
            f"{person} has {minutes} minutes left",
        )


class LimitReachedTrigger(LimitTrigger):
    """Fires when no time is left."""

    @override
    def _reached(self, minutes: float) -> bool:
        return minutes <= 0


class LimitApproachingTrigger(LimitTrigger):
    """Fires when so many minutes are left, or fewer, but not none."""

    _schema = ENTITY_STATE_TRIGGER_SCHEMA.extend(
        {
            probatio.Required(CONF_OPTIONS, default={}): {
                probatio.Required(CONF_MINUTES, default=_DEFAULT_MINUTES): probatio.All(
                    probatio.Coerce(float), probatio.Range(min=1, max=DAY_MINUTES)
                )
            }
        }
    )

    @override
    def _reached(self, minutes: float) -> bool:
        return bool(0 < minutes <= self._options[CONF_MINUTES])

    @override
    def _above(self, minutes: float) -> bool:
        return bool(minutes > self._options[CONF_MINUTES])


def _minutes(state: State) -> float | None:
    """Return how many minutes are left, in whatever unit somebody has them shown."""
    unit = state.attributes.get(EntityStateAttribute.UNIT_OF_MEASUREMENT, UnitOfTime.MINUTES)
    try:
        return DurationConverter.convert(float(state.state), unit, UnitOfTime.MINUTES)
    except ValueError, HomeAssistantError:
        return None


def _new_day(before: State, after: State) -> bool:
    """Tell whether it is a new day that has made another time of what was left just before.

    At midnight as at any other time, what falls no faster than the clock runs is nothing but time that passes.
    """
    moment = after.last_updated
    midnight = dt_util.start_of_local_day(dt_util.as_local(moment))
    if before.last_reported >= midnight or moment >= midnight + _NEW_DAY:
        return False
    elapsed = moment - before.last_updated
    fall = timedelta(minutes=(_minutes(before) or 0) - (_minutes(after) or 0))
    return elapsed > _STEADY or fall > elapsed + timedelta(minutes=1)


_TRIGGERS: Final[dict[str, type[Trigger]]] = {
    "achievement_unlocked": AchievementTrigger,
    "came_online": CameOnlineTrigger,
    "console_turned_off": ConsoleTurnedOffTrigger,
    "console_turned_on": ConsoleTurnedOnTrigger,
    "joined_party": JoinedPartyTrigger,
    "left_party": LeftPartyTrigger,
    "playtime_limit_approaching": LimitApproachingTrigger,
    "playtime_limit_reached": LimitReachedTrigger,
    "started_playing": StartedPlayingTrigger,
    "stopped_playing": StoppedPlayingTrigger,
    "went_offline": WentOfflineTrigger,
}


async def async_get_triggers(hass: HomeAssistant) -> dict[str, type[Trigger]]:
    """Return the triggers."""
    return _TRIGGERS
