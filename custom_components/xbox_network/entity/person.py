"""The base entity of a person, and the function that adds entities for each tracked person."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import override

from homeassistant.core import callback
from homeassistant.helpers.device_registry import DeviceEntryType, DeviceInfo
from homeassistant.helpers.entity import Entity, EntityDescription
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback
from homeassistant.helpers.update_coordinator import CoordinatorEntity

from ..const import DOMAIN
from ..coordinator.people import PeopleCoordinator
from ..data import XboxConfigEntry
from ..xbox.people.person import PersonSnapshot
from .unique_ids import unique_prefix


def presence_current(person: PersonSnapshot) -> bool:
    """Return whether the presence of a person is still current."""
    return person.presence_current


def profile_current(person: PersonSnapshot) -> bool:
    """Return whether the profile of a person is still current."""
    return person.profile_current


@dataclass(frozen=True, kw_only=True)
class PersonEntityDescription(EntityDescription):
    """Describes an entity of a person. `current_fn` returns whether the shown data are current."""

    current_fn: Callable[[PersonSnapshot], bool] = presence_current


def person_device(people: PeopleCoordinator, xuid: str) -> DeviceInfo:
    """Return the device info of a person."""
    return DeviceInfo(
        entry_type=DeviceEntryType.SERVICE,
        identifiers={(DOMAIN, xuid)},
        manufacturer="Microsoft",
        model="Xbox network",
        name=people.device_name(xuid),
    )


class PersonEntity(CoordinatorEntity[PeopleCoordinator]):
    """An entity of a person."""

    _attr_has_entity_name = True
    entity_description: PersonEntityDescription

    def __init__(
        self,
        coordinator: PeopleCoordinator,
        xuid: str,
        description: PersonEntityDescription,
    ) -> None:
        """Bind a description to a person."""
        super().__init__(coordinator)
        self.entity_description = description
        self.xuid = xuid
        self._attr_translation_key = description.key
        prefix = unique_prefix(coordinator.hass, coordinator.config_entry, xuid)
        self._attr_unique_id = f"{prefix}_{description.key}"
        self._person = coordinator.data[xuid]
        self._shown: tuple[PersonSnapshot, bool] | None = None
        self._attr_device_info = person_device(coordinator, xuid)

    @property
    def person(self) -> PersonSnapshot:
        """The snapshot of the person, or the last snapshot while the person is being removed."""
        self._person = self.coordinator.data.get(self.xuid, self._person)
        return self._person

    @callback
    @override
    def _handle_coordinator_update(self) -> None:
        """Write the state if this person has changed: most updates are about another person."""
        shown = (self.person, self.available)
        if self._shown is None or shown[0] is not self._shown[0] or shown[1] != self._shown[1]:
            self._shown = shown
            super()._handle_coordinator_update()

    @property
    @override
    def available(self) -> bool:
        return super().available and self.entity_description.current_fn(self.person)


@callback
def add_for_each_person(
    entry: XboxConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
    make: Callable[[str], Iterable[Entity]],
) -> None:
    """Add the entities of each tracked person, also of a person who is tracked later."""
    people = entry.runtime_data.people
    added: set[str] = set()

    @callback
    def add_new() -> None:
        tracked = people.tracked()
        added.intersection_update(tracked)
        for xuid, subentry_id in tracked.items():
            if xuid in people.data and xuid not in added:
                added.add(xuid)
                async_add_entities(make(xuid), config_subentry_id=subentry_id)

    add_new()
    entry.async_on_unload(people.async_add_listener(add_new))
