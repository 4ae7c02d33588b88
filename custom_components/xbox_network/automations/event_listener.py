"""The listener to the events of people, shared by the triggers on activity and achievements."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from homeassistant.const import ATTR_ENTITY_ID, STATE_UNAVAILABLE, STATE_UNKNOWN
from homeassistant.core import CALLBACK_TYPE, Context, HomeAssistant, State, callback
from homeassistant.helpers.target import (
    TargetStateChangedData,
    async_track_target_selector_state_change_event,
)

from .targets import (
    ATTR_CONSOLE,
    ATTR_PERSON,
    EntityKind,
    device_id_of,
    name_of,
    own_entities,
    xuid_of,
)
from .title_filter import console_of

ATTR_TITLE: Final = "title"
ATTR_TITLE_ID: Final = "title_id"
# Home Assistant uses `trigger.platform` for the kind of the trigger
ATTR_WHERE: Final = "where"

_NO_EVENT: Final = (STATE_UNAVAILABLE, STATE_UNKNOWN)


@dataclass(frozen=True, slots=True)
class PersonEvent:
    """An event of a person, read from a state change of the event entity."""

    entity_id: str
    from_state: State
    to_state: State
    context: Context

    @property
    def type(self) -> str | None:
        """The event type, such as `came_online`."""
        event_type: str | None = self.attribute("event_type")
        return event_type

    def attribute(self, name: str) -> Any:
        """Return an attribute of the event, None if it is missing."""
        return self.to_state.attributes.get(name)

    def console_id(self, hass: HomeAssistant) -> str | None:
        """Return the id of the console on which the event's title is played, None if it is not known yet."""
        xuid = xuid_of(hass, self.entity_id)
        return console_of(hass, xuid, self.attribute(ATTR_TITLE_ID)) if xuid else None

    def person(self, hass: HomeAssistant) -> str:
        """Return the name of the person in Home Assistant."""
        return name_of(hass, self.entity_id) or self.entity_id

    def payload(self, hass: HomeAssistant) -> dict[str, Any]:
        """Return the trigger variables."""
        console_id = self.console_id(hass)
        return {
            ATTR_ENTITY_ID: self.entity_id,
            "from_state": self.from_state,
            "to_state": self.to_state,
            ATTR_PERSON: self.person(hass),
            ATTR_TITLE: self.attribute(ATTR_TITLE),
            ATTR_TITLE_ID: self.attribute(ATTR_TITLE_ID),
            ATTR_WHERE: self.attribute("platform"),
            ATTR_CONSOLE: device_id_of(hass, console_id) if console_id else None,
        }


class PersonEventListener:
    """Reports each event of the targeted people once.

    An event is a new timestamp as the state of an event entity. A restored state is no event, nor is a state
    that returns after a reload. An entity that becomes unavailable or is removed is reported as lost, since
    nothing is known about its person any more.

    Reports come in the next iteration of the event loop: Home Assistant reports a change while it is written,
    and the other entities of the person are written right after it. Conditions need all of them.
    """

    def __init__(
        self,
        hass: HomeAssistant,
        kind: EntityKind,
        on_event: Callable[[PersonEvent], None],
        on_lost: Callable[[str], None],
    ) -> None:
        """`on_event` gets each event of the entities of that kind, `on_lost` the id of each lost entity."""
        self._hass = hass
        self._kind = kind
        self._on_event = on_event
        self._on_lost = on_lost
        self._listening = True

    async def listen(self, target: dict[str, Any]) -> CALLBACK_TYPE:
        """Start to listen. Return the function that stops it."""
        unsubscribe = await async_track_target_selector_state_change_event(
            self._hass,
            target,
            self._on_state_change,
            lambda entity_ids: own_entities(self._hass, self._kind, entity_ids),
            self._on_entities_change,
        )

        @callback
        def stop() -> None:
            self._listening = False
            unsubscribe()

        return stop

    def _call_soon[T](self, report: Callable[[T], None], value: T) -> None:
        self._hass.loop.call_soon(self._call, report, value)

    @callback
    def _call[T](self, report: Callable[[T], None], value: T) -> None:
        if self._listening:
            report(value)

    @callback
    def _on_entities_change(
        self, added: set[str], removed: set[str], states: Mapping[str, State | None]
    ) -> None:
        """Report the entities that left the target as lost."""
        for entity_id in removed:
            self._call_soon(self._on_lost, entity_id)

    @callback
    def _on_state_change(self, data: TargetStateChangedData) -> None:
        event = data.state_change_event
        entity_id = event.data["entity_id"]
        old, new = event.data["old_state"], event.data["new_state"]
        if new is None or new.state in _NO_EVENT:
            self._call_soon(self._on_lost, entity_id)
        elif old is not None and old.state not in (STATE_UNAVAILABLE, new.state):
            self._call_soon(self._on_event, PersonEvent(entity_id, old, new, event.context))
