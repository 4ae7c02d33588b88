"""Yes-or-no facts about consoles."""

from typing import override

from homeassistant.components.binary_sensor import BinarySensorDeviceClass, BinarySensorEntity
from homeassistant.const import EntityCategory
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .const import DEFAULT_STORAGE_SHARE, OPTION_STORAGE_SHARE
from .coordinator.consoles import ConsolesCoordinator
from .coordinator.people import XboxConfigEntry
from .entity.console import ConsoleEntity, add_for_each_console
from .xbox.models.consoles import StorageDevice


@callback
def add_console_binary_sensors(
    hass: HomeAssistant,
    entry: XboxConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Add the binary sensors of each console."""
    consoles = entry.runtime_data.consoles
    add_for_each_console(
        hass, entry, async_add_entities, lambda console_id: [StorageProblem(consoles, console_id)]
    )


class StorageProblem(ConsoleEntity, BinarySensorEntity):
    """Whether any disk of a console has less free space than the share that was chosen."""

    _attr_device_class = BinarySensorDeviceClass.PROBLEM
    _attr_entity_category = EntityCategory.DIAGNOSTIC

    def __init__(self, coordinator: ConsolesCoordinator, console_id: str) -> None:
        """Bind it to a console."""
        super().__init__(coordinator, console_id, "storage_problem")

    @property
    @override
    def is_on(self) -> bool | None:
        options = self.coordinator.config_entry.options
        wanted = options.get(OPTION_STORAGE_SHARE, DEFAULT_STORAGE_SHARE)
        known = [it for disk in self.console.disks if (it := _free_percent(disk)) is not None]
        return any(percent < wanted for percent in known) if known else None


def _free_percent(disk: StorageDevice) -> float | None:
    if disk.free_space_bytes is None or not disk.total_space_bytes:
        return None
    return 100 * disk.free_space_bytes / disk.total_space_bytes
