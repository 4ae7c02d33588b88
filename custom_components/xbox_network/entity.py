"""What all entities of a person have in common."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import override

from homeassistant.helpers.device_registry import DeviceEntryType, DeviceInfo
from homeassistant.helpers.entity import EntityDescription
from homeassistant.helpers.update_coordinator import CoordinatorEntity

from .const import DOMAIN
from .coordinator import PeopleCoordinator
from .xbox.observer import PersonSnapshot


def presence_current(person: PersonSnapshot) -> bool:
    """Tell whether what is known about the presence can still pass for true."""
    return person.presence_current


def profile_current(person: PersonSnapshot) -> bool:
    """Tell whether what is known about the person can still pass for true."""
    return person.profile_current


@dataclass(frozen=True, kw_only=True)
class PersonEntityDescription(EntityDescription):
    """Describes an entity of a person; `current_fn` says which facts it stands on."""

    current_fn: Callable[[PersonSnapshot], bool] = presence_current


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
        self._attr_unique_id = f"{xuid}_{description.key}"
        profile = self.person.profile
        self._attr_device_info = DeviceInfo(
            entry_type=DeviceEntryType.SERVICE,
            identifiers={(DOMAIN, xuid)},
            manufacturer="Microsoft",
            model="Xbox network",
            name=(profile.gamertag if profile else None) or coordinator.config_entry.title,
        )

    @property
    def person(self) -> PersonSnapshot:
        """What is known about the person."""
        return self.coordinator.data[self.xuid]

    @property
    @override
    def available(self) -> bool:
        return super().available and self.entity_description.current_fn(self.person)
