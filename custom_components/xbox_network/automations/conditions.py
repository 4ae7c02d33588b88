"""Conditions: a person is online, a person plays a title (where, and for how long), a console is on."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any, Unpack, override

import probatio
from homeassistant.const import CONF_OPTIONS, CONF_TARGET, STATE_ON, Platform
from homeassistant.core import CALLBACK_TYPE, HomeAssistant, State, callback
from homeassistant.helpers.automation import DomainSpec
from homeassistant.helpers.condition import (
    ENTITY_STATE_CONDITION_SCHEMA_ANY_ALL,
    ConditionCheckParams,
    ConditionConfig,
    EntityStateConditionBase,
    condition_trace_update_result,
)
from homeassistant.helpers.dispatcher import async_dispatcher_connect
from homeassistant.helpers.target import async_extract_referenced_entity_ids
from homeassistant.helpers.typing import ConfigType
from homeassistant.util import dt as dt_util

from ..coordinator.now_playing import NOW_PLAYING_CHANGED
from .never_played import NEVER_PLAYED, never_played, read_histories
from .targets import (
    CONSOLE_ON,
    CONSOLE_PLAYER,
    IN_GAME,
    ONLINE,
    EntityKind,
    check_target,
    own_entities,
    xuid_of,
)
from .title_filter import (
    CONSOLE_OPTION,
    PLATFORM_OPTION,
    TITLE_OPTION,
    TitleFilter,
    check_consoles,
    playing_since,
)


class OwnEntityCondition(EntityStateConditionBase):
    """A condition on the states of own entities of one kind. An unknown state never matches."""

    _entity_kind: EntityKind

    @classmethod
    @override
    async def async_validate_config(cls, hass: HomeAssistant, config: ConfigType) -> ConfigType:
        config = await super().async_validate_config(hass, config)
        check_target(hass, cls._entity_kind, config[CONF_TARGET])
        check_consoles(hass, config[CONF_OPTIONS])
        return config

    @override
    def entity_filter(self, entities: set[str]) -> set[str]:
        return own_entities(self._hass, self._entity_kind, entities)

    @override
    def _check_all_match_state(self, states: list[State]) -> bool:
        """An empty target never matches."""
        return bool(states) and super()._check_all_match_state(states)


class IsOnlineCondition(OwnEntityCondition):
    """Whether people are online."""

    _domain_specs = {Platform.BINARY_SENSOR: DomainSpec()}
    _entity_kind = ONLINE
    _states = {STATE_ON}


class IsConsoleOnCondition(OwnEntityCondition):
    """Whether consoles are on."""

    _domain_specs = {Platform.MEDIA_PLAYER: DomainSpec()}
    _entity_kind = CONSOLE_PLAYER
    _states = CONSOLE_ON


class IsPlayingCondition(OwnEntityCondition):
    """Whether people play a game. The state has no title, place and start: `playing_since` finds them."""

    _domain_specs = {Platform.BINARY_SENSOR: DomainSpec()}
    _entity_kind = IN_GAME
    _states = {STATE_ON}
    _schema = ENTITY_STATE_CONDITION_SCHEMA_ANY_ALL.extend(
        {
            probatio.Required(CONF_OPTIONS, default={}): {
                **TITLE_OPTION,
                **PLATFORM_OPTION,
                **CONSOLE_OPTION,
            },
        }
    )

    def __init__(self, hass: HomeAssistant, config: ConditionConfig) -> None:
        """Take the options and the target of a validated configuration."""
        super().__init__(hass, config)
        options: dict[str, Any] = config.options or {}
        self._filter = TitleFilter(hass, options)
        self._play_duration: timedelta | None = None
        if not self._filter.matches_everything:
            self._play_duration, self._duration = self._duration, None

    @property
    @override
    def needs_polling(self) -> bool:
        return super().needs_polling or self._play_duration is not None

    @override
    def is_valid_state(self, entity_state: State) -> bool:
        if not super().is_valid_state(entity_state) or self._filter.matches_everything:
            return super().is_valid_state(entity_state)
        xuid = xuid_of(self._hass, entity_state.entity_id)
        since = playing_since(self._hass, xuid, self._filter) if xuid else None
        duration = self._play_duration or timedelta()
        return since is not None and since <= dt_util.utcnow() - duration

    @override
    def _async_check(self, **kwargs: Unpack[ConditionCheckParams]) -> bool:
        """Check, and say in the trace if no title of any person matches."""
        is_playing = super()._async_check(**kwargs)
        if not is_playing and (data := self._never_played()):
            condition_trace_update_result(**{NEVER_PLAYED: data})
        return is_playing

    def _never_played(self) -> dict[str, Any] | None:
        """Return what to say about titles that none of the people has played."""
        if not self._filter.titles:
            return None
        found = async_extract_referenced_entity_ids(
            self._hass, self._target_selection, expand_group=False
        )
        entity_ids = self.entity_filter(found.referenced | found.indirectly_referenced)
        xuids = sorted(xuid for it in entity_ids if (xuid := xuid_of(self._hass, it)))
        said = [never_played(self._hass, xuid, self._filter) for xuid in xuids]
        if not said or None in said:
            return None
        for xuid in xuids:
            # for the next trace: a condition cannot wait
            self._hass.async_create_task(read_histories(self._hass, xuid))
        return said[0]

    @override
    async def _async_track_changes(self, action: Callable[[], None]) -> CALLBACK_TYPE:
        stop_states = await super()._async_track_changes(action)
        stop_now_playing = async_dispatcher_connect(self._hass, NOW_PLAYING_CHANGED, action)

        @callback
        def stop() -> None:
            stop_states()
            stop_now_playing()

        return stop
