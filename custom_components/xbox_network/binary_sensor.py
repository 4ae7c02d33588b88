"""Binary sensors: whether a person is online, in a game or in a party, and whether a disk is nearly full."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import override

from homeassistant.components.binary_sensor import (
    BinarySensorDeviceClass,
    BinarySensorEntity,
    BinarySensorEntityDescription,
)
from homeassistant.const import EntityCategory
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .coordinator.consoles import ConsolesCoordinator
from .data import XboxConfigEntry
from .entity.console import ConsoleEntity, add_for_each_console
from .entity.person import (
    PersonEntity,
    PersonEntityDescription,
    add_for_each_person,
    profile_current,
)
from .options import storage_share
from .xbox.consoles.demand import Fact
from .xbox.models.consoles import StorageDevice
from .xbox.people.person import PersonSnapshot

PARALLEL_UPDATES = 0


@dataclass(frozen=True, kw_only=True)
class PersonBinarySensorDescription(PersonEntityDescription, BinarySensorEntityDescription):
    """Describes a binary sensor of a person. `is_on_fn` returns None if the state is unknown."""

    is_on_fn: Callable[[PersonSnapshot], bool | None]


def _in_party(person: PersonSnapshot) -> bool | None:
    summary = person.profile.multiplayer_summary if person.profile else None
    return None if summary is None or summary.in_party is None else summary.in_party > 0


DESCRIPTIONS = (
    PersonBinarySensorDescription(key="online", is_on_fn=lambda person: person.presence.online),
    PersonBinarySensorDescription(key="in_game", is_on_fn=lambda person: person.in_game),
    PersonBinarySensorDescription(key="in_party", current_fn=profile_current, is_on_fn=_in_party),
)


async def async_setup_entry(
    hass: HomeAssistant,
    entry: XboxConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Add the binary sensors of each person and of each console."""
    people = entry.runtime_data.people
    await add_for_each_person(
        hass,
        entry,
        async_add_entities,
        lambda tracked: (PersonBinarySensor(people, tracked, it) for it in DESCRIPTIONS),
    )
    consoles = entry.runtime_data.consoles
    add_for_each_console(
        hass, entry, async_add_entities, lambda console_id: [StorageProblem(consoles, console_id)]
    )


class PersonBinarySensor(PersonEntity, BinarySensorEntity):
    """A binary sensor of a person."""

    entity_description: PersonBinarySensorDescription

    @property
    @override
    def is_on(self) -> bool | None:
        return self.entity_description.is_on_fn(self.person)


class StorageProblem(ConsoleEntity, BinarySensorEntity):
    """Whether any disk of a console has less free space than the percentage in the options."""

    _attr_device_class = BinarySensorDeviceClass.PROBLEM
    _attr_entity_category = EntityCategory.DIAGNOSTIC
    demanded = (Fact.STATUS, Fact.DISKS)

    def __init__(self, coordinator: ConsolesCoordinator, console_id: str) -> None:
        """Bind the sensor to a console."""
        super().__init__(coordinator, console_id, "storage_problem")

    @property
    @override
    def is_on(self) -> bool | None:
        least_percent = storage_share(self.coordinator.config_entry)
        percents = [it for disk in self.console.disks if (it := _free_percent(disk)) is not None]
        return any(percent < least_percent for percent in percents) if percents else None


def _free_percent(disk: StorageDevice) -> float | None:
    if disk.free_space_bytes is None or not disk.total_space_bytes:
        return None
    return 100 * disk.free_space_bytes / disk.total_space_bytes
