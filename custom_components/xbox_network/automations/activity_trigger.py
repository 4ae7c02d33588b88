"""Triggers on the activity of people: coming online, going offline, playing, parties."""

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
from .never_played import report_never_played
from .targets import ACTIVITY, check_target
from .title_filter import CONSOLE_OPTION, PLATFORM_OPTION, TITLE_OPTION, TitleFilter, check_consoles

# Maximum wait for the console of a game: it is known about a minute after the start.
CONSOLE_WAIT: Final = timedelta(minutes=2)

_FOR_OPTION: Final = {probatio.Optional(CONF_FOR): cv.positive_time_period}
_GAME_OPTIONS: Final = {**TITLE_OPTION, **PLATFORM_OPTION, **CONSOLE_OPTION, **_FOR_OPTION}
_VERBS: Final = {
    ChangeKind.CAME_ONLINE: "came online",
    ChangeKind.WENT_OFFLINE: "went offline",
    ChangeKind.STARTED_PLAYING: "started playing",
    ChangeKind.STOPPED_PLAYING: "stopped playing",
    ChangeKind.JOINED_PARTY: "joined a party",
    ChangeKind.LEFT_PARTY: "left a party",
}


def _schema_with(options: dict[Any, Any]) -> probatio.Schema:
    return ENTITY_STATE_TRIGGER_SCHEMA.extend(
        {probatio.Required(CONF_OPTIONS, default={}): options}
    )


class ActivityTrigger(Trigger):
    """Fires on one kind of activity of a person, or after it has lasted for the option `for`."""

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
        """Take the options and the target of a validated configuration."""
        super().__init__(hass, config)
        options = config.options or {}
        self.target = config.target or {}
        self.title_filter = TitleFilter(hass, options)
        self.duration: timedelta | None = options.get(CONF_FOR)

    @override
    async def async_attach_runner(
        self,
        run_action: TriggerActionRunner,
        did_not_trigger: TriggerNotTriggeredReporter | None = None,
    ) -> CALLBACK_TYPE:
        return await _AttachedTrigger(self._hass, self, run_action, did_not_trigger).listen()

    def matches(self, event: PersonEvent) -> bool:
        """Return whether an event matches the kind and the title. The console is checked separately."""
        return event.type == self._kind and self._matches_title(event)

    def is_about_another_title(self, event: PersonEvent) -> bool:
        """Return whether an event of the kind is about a title that does not match."""
        title, title_id = event.attribute("title"), event.attribute("title_id")
        return event.type == self._kind and not self.title_filter.matches_title(title, title_id)

    def ends_wait(self, event: PersonEvent) -> bool:
        """Return whether an event ends a pending event of the same entity."""
        if event.type == ChangeKind.STARTED_PLAYING and not self._matches_title(event):
            return False  # a person who has stopped playing one game may play another one
        return event.type in self._ended_by

    def _matches_title(self, event: PersonEvent) -> bool:
        return self.title_filter.matches(
            event.attribute("title"), event.attribute("title_id"), event.attribute("platform")
        )

    def is_at_console(self, event: PersonEvent) -> bool:
        """Return whether the console of an event matches, as far as it is known now."""
        return self.title_filter.matches_console(event.console_id(self._hass))

    def describe(self, event: PersonEvent) -> str:
        """Return the text of `trigger.description`."""
        about_game = self._kind in (ChangeKind.STARTED_PLAYING, ChangeKind.STOPPED_PLAYING)
        title = f" {event.attribute('title') or 'a game'}" if about_game else ""
        lasting = f" for {self.duration}" if self.duration else ""
        return f"{event.person(self._hass)} {_VERBS[self._kind]}{title}{lasting}"


class _AttachedTrigger:
    """An attached trigger, with its pending events by entity id."""

    def __init__(
        self,
        hass: HomeAssistant,
        trigger: ActivityTrigger,
        run_action: TriggerActionRunner,
        did_not_trigger: TriggerNotTriggeredReporter | None,
    ) -> None:
        """Start without pending events."""
        self._hass = hass
        self._trigger = trigger
        self._run_action = run_action
        self._did_not_trigger = did_not_trigger
        self._pending: dict[str, _PendingEvent] = {}

    async def listen(self) -> CALLBACK_TYPE:
        """Start to listen. Return the function that stops it."""
        listener = PersonEventListener(self._hass, ACTIVITY, self._on_event, self._drop_pending)
        stop = await listener.listen(self._trigger.target)

        @callback
        def detach() -> None:
            stop()
            for entity_id in list(self._pending):
                self._drop_pending(entity_id)

        return detach

    @callback
    def _on_event(self, event: PersonEvent) -> None:
        trigger = self._trigger
        if trigger.ends_wait(event):
            self._drop_pending(event.entity_id)
        if not trigger.matches(event):
            self._tell_never_played(event)
            return
        is_at_console = partial(trigger.is_at_console, event)
        if is_at_console() and not trigger.duration:
            self._fire(event)
        elif is_at_console() or event.type == ChangeKind.STARTED_PLAYING:
            self._drop_pending(event.entity_id)
            self._pending[event.entity_id] = _PendingEvent(
                self._hass,
                trigger.duration,
                is_at_console,
                partial(self._fire, event),
                partial(self._give_up, event),
            )

    def _tell_never_played(self, event: PersonEvent) -> None:
        trigger = self._trigger
        if self._did_not_trigger and trigger.is_about_another_title(event):
            self._hass.async_create_task(
                report_never_played(self._hass, event, trigger.title_filter, self._did_not_trigger)
            )

    @callback
    def _drop_pending(self, entity_id: str) -> None:
        if pending := self._pending.pop(entity_id, None):
            pending.cancel()

    @callback
    def _fire(self, event: PersonEvent) -> None:
        self._drop_pending(event.entity_id)
        payload = event.payload(self._hass) | {CONF_FOR: self._trigger.duration}
        self._run_action(payload, self._trigger.describe(event), event.context)

    @callback
    def _give_up(self, event: PersonEvent) -> None:
        self._drop_pending(event.entity_id)
        if self._did_not_trigger:
            self._did_not_trigger(NotTriggeredInfo("not_seen_at_the_console"), event.context)


class _PendingEvent:
    """An event that waits for its duration and its console, then calls `on_done` once."""

    def __init__(
        self,
        hass: HomeAssistant,
        duration: timedelta | None,
        is_at_console: Callable[[], bool],
        on_done: Callable[[], None],
        on_timeout: Callable[[], None],
    ) -> None:
        """Start to wait. `on_timeout` is called if the console is not known in time."""
        self._lasted = not duration
        self._is_at_console = is_at_console
        self._on_done = on_done
        self._on_timeout = on_timeout
        self._cancels: list[CALLBACK_TYPE] = []
        if duration:
            self._cancels.append(async_call_later(hass, duration, self._on_lasted))
        if not is_at_console():
            max_wait = max(CONSOLE_WAIT, duration or CONSOLE_WAIT)
            self._cancels += [
                async_dispatcher_connect(hass, NOW_PLAYING_CHANGED, self._check),
                async_call_later(hass, max_wait, self._on_max_wait),
            ]

    @callback
    def cancel(self) -> None:
        """Stop waiting."""
        while self._cancels:
            self._cancels.pop()()

    @callback
    def _on_lasted(self, _: datetime) -> None:
        self._lasted = True
        self._check()

    @callback
    def _check(self) -> None:
        if self._lasted and self._is_at_console():
            self._on_done()

    @callback
    def _on_max_wait(self, _: datetime) -> None:
        if not self._is_at_console():
            self._on_timeout()


class CameOnlineTrigger(ActivityTrigger):
    """Fires when a person comes online."""

    _kind = ChangeKind.CAME_ONLINE
    _ended_by = frozenset({ChangeKind.WENT_OFFLINE})
    _schema = _schema_with({**PLATFORM_OPTION, **_FOR_OPTION})


class WentOfflineTrigger(ActivityTrigger):
    """Fires when a person goes offline."""

    _kind = ChangeKind.WENT_OFFLINE
    _ended_by = frozenset({ChangeKind.CAME_ONLINE})
    _schema = _schema_with(_FOR_OPTION)


class StartedPlayingTrigger(ActivityTrigger):
    """Fires when a person starts to play a game."""

    _kind = ChangeKind.STARTED_PLAYING
    _ended_by = frozenset({ChangeKind.STOPPED_PLAYING, ChangeKind.WENT_OFFLINE})
    _schema = _schema_with(_GAME_OPTIONS)


class StoppedPlayingTrigger(ActivityTrigger):
    """Fires when a person stops playing a game."""

    _kind = ChangeKind.STOPPED_PLAYING
    _ended_by = frozenset({ChangeKind.STARTED_PLAYING})
    _schema = _schema_with(_GAME_OPTIONS)


class JoinedPartyTrigger(ActivityTrigger):
    """Fires when a person joins a party."""

    _kind = ChangeKind.JOINED_PARTY
    _ended_by = frozenset({ChangeKind.LEFT_PARTY, ChangeKind.WENT_OFFLINE})
    _schema = _schema_with(_FOR_OPTION)


class LeftPartyTrigger(ActivityTrigger):
    """Fires when a person leaves a party."""

    _kind = ChangeKind.LEFT_PARTY
    _ended_by = frozenset({ChangeKind.JOINED_PARTY})
    _schema = _schema_with(_FOR_OPTION)
