"""Sensors of a console: free space and size of its disks, and the person who plays on it."""

import asyncio
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import override

from homeassistant.components.sensor import (
    SensorDeviceClass,
    SensorEntity,
    SensorEntityDescription,
    SensorStateClass,
)
from homeassistant.const import EntityCategory, UnitOfInformation
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from ..coordinator.consoles import ConsolesCoordinator
from ..data import XboxConfigEntry
from ..entity.console import ConsoleEntity, add_for_each_console, add_for_each_disk
from ..entity.state_text import state_text
from ..xbox.consoles.demand import Fact
from ..xbox.consoles.player import PlayerReason
from ..xbox.models.consoles import StorageDevice


@dataclass(frozen=True, kw_only=True)
class DiskSensorDescription(SensorEntityDescription):
    """Describes a size of a disk in bytes. `value_fn` returns None if the size is unknown."""

    value_fn: Callable[[StorageDevice], int | None]


def _size(
    key: str,
    value_fn: Callable[[StorageDevice], int | None],
    state_class: SensorStateClass | None = None,
) -> DiskSensorDescription:
    return DiskSensorDescription(
        key=key,
        device_class=SensorDeviceClass.DATA_SIZE,
        entity_category=EntityCategory.DIAGNOSTIC,
        native_unit_of_measurement=UnitOfInformation.BYTES,
        suggested_display_precision=1,
        suggested_unit_of_measurement=UnitOfInformation.GIGABYTES,
        state_class=state_class,
        value_fn=value_fn,
    )


DISK_DESCRIPTIONS = (
    _size("storage_free", lambda disk: disk.free_space_bytes, SensorStateClass.MEASUREMENT),
    _size("storage_total", lambda disk: disk.total_space_bytes),
)


@callback
def add_console_sensors(
    hass: HomeAssistant,
    entry: XboxConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Add the sensors of each console and of each of its disks."""
    consoles = entry.runtime_data.consoles

    def make(console_id: str, disk: StorageDevice) -> Iterable[DiskSensor]:
        return (DiskSensor(consoles, console_id, disk, it) for it in DISK_DESCRIPTIONS)

    add_for_each_console(
        hass, entry, async_add_entities, lambda console_id: [PlayerSensor(consoles, console_id)]
    )
    add_for_each_disk(hass, entry, async_add_entities, make)


class DiskSensor(ConsoleEntity, SensorEntity):
    """A size of one disk. The sensor is unavailable while the disk is unplugged."""

    entity_description: DiskSensorDescription
    demanded = (Fact.STATUS, Fact.DISKS)

    def __init__(
        self,
        coordinator: ConsolesCoordinator,
        console_id: str,
        disk: StorageDevice,
        description: DiskSensorDescription,
    ) -> None:
        """Bind a description to a disk of a console."""
        disk_id = disk.storage_device_id
        super().__init__(coordinator, console_id, f"{description.key}_{disk_id}")
        self.entity_description = description
        self._disk_id = disk_id
        self._attr_translation_key = description.key
        self._attr_translation_placeholders = _named(disk)

    @callback
    @override
    def _handle_coordinator_update(self) -> None:
        """Follow the name of the disk, too. A name given in Home Assistant stays."""
        if (disk := self._disk) and _named(disk) != self._attr_translation_placeholders:
            self._attr_translation_placeholders = _named(disk)
            self.__dict__.pop("name", None)  # Home Assistant keeps the first one
        super()._handle_coordinator_update()

    @property
    def _disk(self) -> StorageDevice | None:
        disks = self.console.disks
        return next((it for it in disks if it.storage_device_id == self._disk_id), None)

    @property
    @override
    def available(self) -> bool:
        return super().available and self._disk is not None

    @property
    @override
    def native_value(self) -> int | None:
        disk = self._disk
        return self.entity_description.value_fn(disk) if disk else None


def _named(disk: StorageDevice) -> dict[str, str]:
    return {"disk": disk.storage_device_name or "Disk"}


class PlayerSensor(ConsoleEntity, SensorEntity):
    """The person who plays on a console, tracked by any account. Unknown if another person may play."""

    def __init__(self, coordinator: ConsolesCoordinator, console_id: str) -> None:
        """Bind the sensor to a console, and to the people of all accounts."""
        super().__init__(coordinator, console_id, "player")
        self._people = coordinator.people

    @override
    async def async_update(self) -> None:
        await asyncio.gather(self.coordinator.household.request_people(), super().async_update())

    @override
    async def async_added_to_hass(self) -> None:
        await super().async_added_to_hass()
        self.async_on_remove(self._people.async_add_listener(self.async_write_ha_state))

    @property
    @override
    def available(self) -> bool:
        known = self.coordinator.player(self.console_id).reason
        return super().available and known is not PlayerReason.PEOPLE_UNAVAILABLE

    @property
    @override
    def native_value(self) -> str | None:
        name = self.coordinator.player_name(self.console_id)
        return state_text(name) if name else None
