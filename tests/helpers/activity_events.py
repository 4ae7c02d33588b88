"""The activity events of people, as an automation gets them."""

from homeassistant.const import EVENT_STATE_CHANGED, STATE_UNAVAILABLE, STATE_UNKNOWN
from homeassistant.core import Event, EventStateChangedData, HomeAssistant, callback

from tests.helpers.entities import Entities

type ActivityEvent = tuple[str, str | None, str | None]
"""The type, the title id and the platform of an event."""


class ActivityRecorder:
    """The activity events of people, in order, as an automation gets them."""

    def __init__(self, hass: HomeAssistant) -> None:
        """Record from now on."""
        self._hass = hass
        self._events: list[tuple[str, ActivityEvent]] = []
        self._moments = {it.entity_id: it.state for it in hass.states.async_all("event")}
        hass.bus.async_listen(EVENT_STATE_CHANGED, self._listen)

    @callback
    def _listen(self, event: Event[EventStateChangedData]) -> None:
        """Record each new time of an event entity as an event."""
        new = event.data["new_state"]
        if not new or new.domain != "event" or new.state in (STATE_UNAVAILABLE, STATE_UNKNOWN):
            return
        if "platform" in new.attributes and new.state != self._moments.get(new.entity_id):
            self._moments[new.entity_id] = new.state
            facts = new.attributes
            activity = facts["event_type"], facts["title_id"], facts["platform"]
            self._events.append((new.entity_id, activity))

    def of(self, xuid: str) -> list[ActivityEvent]:
        """Return the events of a person."""
        entity_id = Entities(self._hass, xuid).id("event.activity")
        return [activity for recorded_id, activity in self._events if recorded_id == entity_id]

    def kinds(self, xuid: str) -> list[str]:
        """Return the types of the events of a person."""
        return [activity[0] for activity in self.of(xuid)]
