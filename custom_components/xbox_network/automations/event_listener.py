"""What the triggers have in common that stand on the events of people."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from homeassistant.const import ATTR_ENTITY_ID, STATE_UNAVAILABLE, STATE_UNKNOWN
from homeassistant.core import CALLBACK_TYPE, Context, HomeAssistant, State, callback
from homeassistant.helpers.target import (
    TargetStateChangedData,
    async_track_target_selector_state_change_event,
)

from .targets import EntityKind, device_id_of, name_of, own_entities, xuid_of
from .title_filter import console_of

ATTR_CONSOLE: Final = "console"
ATTR_PERSON: Final = "person"
ATTR_TITLE: Final = "title"
ATTR_TITLE_ID: Final = "title_id"
# `trigger.platform` is Home Assistant's own word for what kind of trigger it is
ATTR_WHERE: Final = "where"

_NO_EVENT: Final = (STATE_UNAVAILABLE, STATE_UNKNOWN)


@dataclass(frozen=True, slots=True)
class PersonEvent:
    """An event of a person, as it is told by the change of a state."""

    entity_id: str
    from_state: State
    to_state: State
    context: Context

    @property
    def type(self) -> str | None:
        """What has happened."""
        found: str | None = self.attribute("event_type")
        return found

    def attribute(self, name: str) -> Any:
        """Return a fact of the event, None if there is none."""
        return self.to_state.attributes.get(name)

    def console_id(self, hass: HomeAssistant) -> str | None:
        """Return the console at which the title of the event is played, as far as it is known by now."""
        xuid = xuid_of(hass, self.entity_id)
        return console_of(hass, xuid, self.attribute(ATTR_TITLE_ID)) if xuid else None

    def person(self, hass: HomeAssistant) -> str:
        """Return what the person is called in Home Assistant."""
        return name_of(hass, self.entity_id) or self.entity_id

    def payload(self, hass: HomeAssistant) -> dict[str, Any]:
        """Return what automations are told."""
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
    """Tells each event of some people once.

    An event is another moment in the state. What was restored at a start is none, nor what comes back by a
    reload; and whose entity becomes unavailable, or is removed, of whom nothing is known any more.

    It is told in the next turn of the loop: Home Assistant tells of a change while it is being written, and
    what else is known about the person by then comes right after it. Conditions are about all of it.
    """

    def __init__(
        self,
        hass: HomeAssistant,
        kind: EntityKind,
        told: Callable[[PersonEvent], None],
        lost: Callable[[str], None],
    ) -> None:
        """Tell events of that kind, and the entities of which nothing is known any more."""
        self._hass = hass
        self._kind = kind
        self._on_event = told
        self._on_lost = lost
        self._listening = True

    async def listen(self, target: dict[str, Any]) -> CALLBACK_TYPE:
        """Begin; call what is returned to end it."""
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

    def _call_soon[T](self, tell: Callable[[T], None], what: T) -> None:
        self._hass.loop.call_soon(self._call, tell, what)

    @callback
    def _call[T](self, tell: Callable[[T], None], what: T) -> None:
        if self._listening:
            tell(what)

    @callback
    def _on_entities_change(
        self, added: set[str], removed: set[str], states: Mapping[str, State | None]
    ) -> None:
        """Follow the target to other entities."""
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
