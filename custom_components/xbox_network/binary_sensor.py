"""Yes-or-no facts about people, and about consoles."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import override

from homeassistant.components.binary_sensor import (
    BinarySensorEntity,
    BinarySensorEntityDescription,
)
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .console_binary_sensor import add_console_binary_sensors
from .coordinator.people import XboxConfigEntry
from .entity.person import (
    PersonEntity,
    PersonEntityDescription,
    add_for_each_person,
    profile_current,
)
from .xbox.people.person import PersonSnapshot

PARALLEL_UPDATES = 0


@dataclass(frozen=True, kw_only=True)
class PersonBinarySensorDescription(PersonEntityDescription, BinarySensorEntityDescription):
    """Describes a yes-or-no fact; None is unknown."""

    is_on_fn: Callable[[PersonSnapshot], bool | None]


def _in_party(person: PersonSnapshot) -> bool | None:
    summary = person.profile.multiplayer_summary if person.profile else None
    return None if summary is None or summary.in_party is None else summary.in_party > 0


DESCRIPTIONS = (
    PersonBinarySensorDescription(key="online", is_on_fn=lambda person: person.presence.online),
    PersonBinarySensorDescription(key="in_game", is_on_fn=lambda person: person.presence.in_game),
    PersonBinarySensorDescription(key="in_party", current_fn=profile_current, is_on_fn=_in_party),
)


async def async_setup_entry(
    hass: HomeAssistant,
    entry: XboxConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Add the binary sensors of each person and of each console."""
    people = entry.runtime_data.people
    add_for_each_person(
        entry,
        async_add_entities,
        lambda xuid: (PersonBinarySensor(people, xuid, it) for it in DESCRIPTIONS),
    )
    add_console_binary_sensors(hass, entry, async_add_entities)


class PersonBinarySensor(PersonEntity, BinarySensorEntity):
    """A yes-or-no fact about a person."""

    entity_description: PersonBinarySensorDescription

    @property
    @override
    def is_on(self) -> bool | None:
        return self.entity_description.is_on_fn(self.person)
