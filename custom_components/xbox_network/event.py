"""What people do, as events."""

from dataclasses import asdict, dataclass
from typing import override

from homeassistant.components.event import EventEntity, EventEntityDescription
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .coordinator import PeopleCoordinator, XboxConfigEntry
from .entity import PersonEntity, PersonEntityDescription, add_for_each_person
from .xbox.happenings import Chronicle, Happening, Kind

PARALLEL_UPDATES = 0


@dataclass(frozen=True, kw_only=True)
class PersonEventDescription(PersonEntityDescription, EventEntityDescription):
    """Describes the events of a person."""


ACTIVITY = PersonEventDescription(key="activity", event_types=[kind.value for kind in Kind])


async def async_setup_entry(
    hass: HomeAssistant,
    entry: XboxConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Add the events of each person."""
    people = entry.runtime_data.people
    add_for_each_person(
        entry, async_add_entities, lambda xuid: [ActivityEvent(people, xuid, ACTIVITY)]
    )


class ActivityEvent(PersonEntity, EventEntity):
    """What a person does: coming and going, playing, parties."""

    entity_description: PersonEventDescription

    def __init__(
        self, coordinator: PeopleCoordinator, xuid: str, description: PersonEventDescription
    ) -> None:
        """Start from what is known: that has not happened now."""
        super().__init__(coordinator, xuid, description)
        self._chronicle: Chronicle | None = Chronicle(self.person)

    @callback
    @override
    def _handle_coordinator_update(self) -> None:
        if happened := self._happened():
            # after all entities: whoever hears of it looks at what the others say
            self.hass.loop.call_soon(self._tell, happened)
        super()._handle_coordinator_update()

    @callback
    def _tell(self, happened: list[Happening]) -> None:
        for happening in happened:
            facts = asdict(happening)
            self._trigger_event(facts.pop("kind"), facts)
            self.async_write_ha_state()

    def _happened(self) -> list[Happening]:
        """Return what has happened; nothing without a sign-in, nor by its return."""
        if not self.coordinator.last_update_success:
            self._chronicle = None
        elif self._chronicle is None:
            self._chronicle = Chronicle(self.person)
        else:
            return self._chronicle.next(self.person)
        return []
