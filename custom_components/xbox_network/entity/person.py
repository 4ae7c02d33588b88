"""The base entity of a person, and the function that adds entities for each tracked person."""

import asyncio
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import override

from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.device_registry import DeviceEntryType, DeviceInfo
from homeassistant.helpers.entity import Entity, EntityDescription
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback
from homeassistant.helpers.update_coordinator import CoordinatorEntity

from ..const import DOMAIN
from ..coordinator.people import PeopleCoordinator
from ..data import XboxConfigEntry, is_active
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


@dataclass(frozen=True, slots=True)
class TrackedPerson:
    """A person whose entities are made, with the prefix of their unique ids."""

    xuid: str
    unique_prefix: str


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
        tracked: TrackedPerson,
        description: PersonEntityDescription,
    ) -> None:
        """Bind a description to a person."""
        super().__init__(coordinator)
        self.entity_description = description
        self.xuid = tracked.xuid
        self._attr_translation_key = description.key
        self._attr_unique_id = f"{tracked.unique_prefix}_{description.key}"
        self._person = coordinator.data[tracked.xuid]
        self._shown: tuple[PersonSnapshot, bool] | None = None
        self._attr_device_info = person_device(coordinator, tracked.xuid)

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

    @override
    async def async_update(self) -> None:
        """Ask for the person now: somebody has called `homeassistant.update_entity`."""
        await self.coordinator.async_request_refresh(self.xuid)

    @property
    @override
    def available(self) -> bool:
        return super().available and self.entity_description.current_fn(self.person)


async def add_for_each_person(
    hass: HomeAssistant,
    entry: XboxConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
    make: Callable[[TrackedPerson], Iterable[Entity]],
) -> None:
    """Add the entities of each tracked person, also of a person who is tracked later.

    Each person is a step of the loop, also with several platforms: a crowd would stop everything else.
    """
    people, adding = entry.runtime_data.people, entry.runtime_data.adding
    added: set[tuple[str, str | None]] = set()

    def is_new(xuid: str, subentry_id: str | None) -> bool:
        present = subentry_id is None or subentry_id in entry.subentries
        return present and xuid in people.data and (xuid, subentry_id) not in added

    async def add_new() -> None:
        async with adding:
            for xuid, subentry_id in people.tracked().items():
                # meanwhile the account may be unloaded, or the friend removed
                if not is_active(entry):
                    return
                if is_new(xuid, subentry_id):
                    added.add((xuid, subentry_id))
                    tracked = TrackedPerson(xuid, unique_prefix(hass, entry, xuid))
                    async_add_entities(make(tracked), config_subentry_id=subentry_id)
                    await asyncio.sleep(0)

    @callback
    def on_update() -> None:
        tracked = people.tracked()
        added.intersection_update(tracked.items())
        if any(is_new(*it) for it in tracked.items()):
            entry.async_create_task(hass, add_new(), "add entities of people")

    entry.async_on_unload(people.async_add_listener(on_update))
    await add_new()
