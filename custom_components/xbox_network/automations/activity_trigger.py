"""Triggers on what people do: coming and going, playing, parties."""

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from typing import Any, ClassVar, Final, cast, override

import probatio
from homeassistant.const import CONF_FOR, CONF_OPTIONS, CONF_TARGET
from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback
from homeassistant.helpers import config_validation as cv
from homeassistant.helpers.dispatcher import async_dispatcher_connect
from homeassistant.helpers.event import async_call_later
from homeassistant.helpers.trigger import (
    ENTITY_STATE_TRIGGER_SCHEMA,
    NotTriggeredInfo,
    Trigger,
    TriggerActionRunner,
    TriggerConfig,
    TriggerNotTriggeredReporter,
)
from homeassistant.helpers.typing import ConfigType

from ..coordinator.now_playing import NOW_PLAYING_CHANGED
from ..xbox.people.changes import ChangeKind
from .event_listener import PersonEvent, PersonEventListener
from .targets import ACTIVITY, check_target
from .title_filter import CONSOLE_OPTION, PLATFORM_OPTION, TITLE_OPTION, TitleFilter, check_consoles

# At which console somebody plays is known within about a minute of the start.
CONSOLE_WAIT: Final = timedelta(minutes=2)

_FOR: Final = {probatio.Optional(CONF_FOR): cv.positive_time_period}
_GAME: Final = {**TITLE_OPTION, **PLATFORM_OPTION, **CONSOLE_OPTION, **_FOR}
_WORDS: Final = {
    ChangeKind.CAME_ONLINE: "came online",
    ChangeKind.WENT_OFFLINE: "went offline",
    ChangeKind.STARTED_PLAYING: "started playing",
    ChangeKind.STOPPED_PLAYING: "stopped playing",
    ChangeKind.JOINED_PARTY: "joined a party",
    ChangeKind.LEFT_PARTY: "left a party",
}


def _with(options: dict[Any, Any]) -> probatio.Schema:
    return ENTITY_STATE_TRIGGER_SCHEMA.extend(
        {probatio.Required(CONF_OPTIONS, default={}): options}
    )


class ActivityTrigger(Trigger):
    """Fires when somebody does something, or when that has lasted."""

    _kind: ClassVar[ChangeKind]
    _ended_by: ClassVar[frozenset[ChangeKind]]
    _schema: ClassVar[probatio.Schema]

    @classmethod
    @override
    async def async_validate_config(cls, hass: HomeAssistant, config: ConfigType) -> ConfigType:
        config = cast(ConfigType, cls._schema(config))
        check_target(hass, ACTIVITY, config[CONF_TARGET])
        check_consoles(hass, config[CONF_OPTIONS])
        return config

    def __init__(self, hass: HomeAssistant, config: TriggerConfig) -> None:
        """Take options and target that have been checked."""
        super().__init__(hass, config)
        options = config.options or {}
        self.target = config.target or {}
        self._filter = TitleFilter.from_options(hass, options)
        self.duration: timedelta | None = options.get(CONF_FOR)

    @override
    async def async_attach_runner(
        self,
        run_action: TriggerActionRunner,
        did_not_trigger: TriggerNotTriggeredReporter | None = None,
    ) -> CALLBACK_TYPE:
        return await _AttachedTrigger(self._hass, self, run_action, did_not_trigger).listen()

    def matches(self, told: PersonEvent) -> bool:
        """Tell whether an event is what is meant, as far as it tells."""
        return told.type == self._kind and self._matches_title(told)

    def ends_wait(self, told: PersonEvent) -> bool:
        """Tell whether an event ends what may be waited for."""
        if told.type == ChangeKind.STARTED_PLAYING and not self._matches_title(told):
            return False  # who has stopped playing one game may play another one
        return told.type in self._ended_by

    def _matches_title(self, told: PersonEvent) -> bool:
        return self._filter.matches(
            told.attribute("title"), told.attribute("title_id"), told.attribute("platform")
        )

    def is_at_console(self, told: PersonEvent) -> bool:
        """Tell whether it is known to be at a console that is meant."""
        return self._filter.matches_console(told.console_id(self._hass))

    def describe(self, told: PersonEvent) -> str:
        """Return in words what has happened."""
        about_game = self._kind in (ChangeKind.STARTED_PLAYING, ChangeKind.STOPPED_PLAYING)
        title = f" {told.attribute('title') or 'a game'}" if about_game else ""
        lasting = f" for {self.duration}" if self.duration else ""
        return f"{told.person(self._hass)} {_WORDS[self._kind]}{title}{lasting}"


class _AttachedTrigger:
    """A trigger at work: what it waits for, by event entity."""

    def __init__(
        self,
        hass: HomeAssistant,
        trigger: ActivityTrigger,
        run_action: TriggerActionRunner,
        did_not_trigger: TriggerNotTriggeredReporter | None,
    ) -> None:
        """Begin with nothing to wait for."""
        self._hass = hass
        self._trigger = trigger
        self._run_action = run_action
        self._did_not_trigger = did_not_trigger
        self._pending: dict[str, _PendingEvent] = {}

    async def listen(self) -> CALLBACK_TYPE:
        """Begin; call what is returned to end it."""
        listener = PersonEventListener(self._hass, ACTIVITY, self._on_event, self._drop_pending)
        stop = await listener.listen(self._trigger.target)

        @callback
        def detach() -> None:
            stop()
            for entity_id in list(self._pending):
                self._drop_pending(entity_id)

        return detach

    @callback
    def _on_event(self, told: PersonEvent) -> None:
        trigger = self._trigger
        if trigger.ends_wait(told):
            self._drop_pending(told.entity_id)
        if not trigger.matches(told):
            return
        there = partial(trigger.is_at_console, told)
        if there() and not trigger.duration:
            self._fire(told)
        elif there() or told.type == ChangeKind.STARTED_PLAYING:
            self._drop_pending(told.entity_id)
            self._pending[told.entity_id] = _PendingEvent(
                self._hass,
                trigger.duration,
                there,
                partial(self._fire, told),
                partial(self._give_up, told),
            )

    @callback
    def _drop_pending(self, entity_id: str) -> None:
        if waiting := self._pending.pop(entity_id, None):
            waiting.cancel()

    @callback
    def _fire(self, told: PersonEvent) -> None:
        self._drop_pending(told.entity_id)
        payload = told.payload(self._hass) | {CONF_FOR: self._trigger.duration}
        self._run_action(payload, self._trigger.describe(told), told.context)

    @callback
    def _give_up(self, told: PersonEvent) -> None:
        self._drop_pending(told.entity_id)
        if self._did_not_trigger:
            self._did_not_trigger(NotTriggeredInfo("not_seen_at_the_console"), told.context)


class _PendingEvent:
    """Waits until something has lasted and is known to be where it is meant; then tells so once."""

    def __init__(
        self,
        hass: HomeAssistant,
        lasting: timedelta | None,
        there: Callable[[], bool],
        done: Callable[[], None],
        give_up: Callable[[], None],
    ) -> None:
        """Begin to wait. Where it is may be known later, but not too late."""
        self._lasted = not lasting
        self._is_at_console = there
        self._done = done
        self._give_up = give_up
        self._cancels: list[CALLBACK_TYPE] = []
        if lasting:
            self._cancels.append(async_call_later(hass, lasting, self._has_lasted))
        if not there():
            patience = max(CONSOLE_WAIT, lasting or CONSOLE_WAIT)
            self._cancels += [
                async_dispatcher_connect(hass, NOW_PLAYING_CHANGED, self._check),
                async_call_later(hass, patience, self._is_too_late),
            ]

    @callback
    def cancel(self) -> None:
        """Wait no longer."""
        while self._cancels:
            self._cancels.pop()()

    @callback
    def _has_lasted(self, _: datetime) -> None:
        self._lasted = True
        self._check()

    @callback
    def _check(self) -> None:
        if self._lasted and self._is_at_console():
            self._done()

    @callback
    def _is_too_late(self, _: datetime) -> None:
        if not self._is_at_console():
            self._give_up()


class CameOnlineTrigger(ActivityTrigger):
    """Fires when somebody comes online."""

    _kind = ChangeKind.CAME_ONLINE
    _ended_by = frozenset({ChangeKind.WENT_OFFLINE})
    _schema = _with({**PLATFORM_OPTION, **_FOR})


class WentOfflineTrigger(ActivityTrigger):
    """Fires when somebody goes offline."""

    _kind = ChangeKind.WENT_OFFLINE
    _ended_by = frozenset({ChangeKind.CAME_ONLINE})
    _schema = _with(_FOR)


class StartedPlayingTrigger(ActivityTrigger):
    """Fires when somebody begins to play a game."""

    _kind = ChangeKind.STARTED_PLAYING
    _ended_by = frozenset({ChangeKind.STOPPED_PLAYING, ChangeKind.WENT_OFFLINE})
    _schema = _with(_GAME)


class StoppedPlayingTrigger(ActivityTrigger):
    """Fires when somebody plays a game no longer."""

    _kind = ChangeKind.STOPPED_PLAYING
    _ended_by = frozenset({ChangeKind.STARTED_PLAYING})
    _schema = _with(_GAME)


class JoinedPartyTrigger(ActivityTrigger):
    """Fires when somebody joins a party."""

    _kind = ChangeKind.JOINED_PARTY
    _ended_by = frozenset({ChangeKind.LEFT_PARTY, ChangeKind.WENT_OFFLINE})
    _schema = _with(_FOR)


class LeftPartyTrigger(ActivityTrigger):
    """Fires when somebody leaves a party."""

    _kind = ChangeKind.LEFT_PARTY
    _ended_by = frozenset({ChangeKind.JOINED_PARTY})
    _schema = _with(_FOR)
