"""The base entity of a console, and functions that add entities for each console and each disk."""

from collections.abc import Callable, Iterable, Mapping
from typing import ClassVar, override

from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.device_registry import DeviceInfo
from homeassistant.helpers.entity import Entity
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback
from homeassistant.helpers.update_coordinator import CoordinatorEntity

from ..const import DOMAIN
from ..coordinator.consoles import ConsolesCoordinator
from ..data import XboxConfigEntry
from ..xbox.consoles.console import ConsoleSnapshot
from ..xbox.consoles.demand import Demanded, Fact
from ..xbox.models.consoles import StorageDevice

# The page of an account's devices. Its consoles have pages of their own there, whose addresses are not documented.
_DEVICES_PAGE = "https://account.microsoft.com/devices"

# Model names by `consoleType` (`docs/network.md` S7.2). Any other type is shown as it is.
_MODELS = {
    "xboxone": "Xbox One",
    "xboxones": "Xbox One S",
    "xboxonesdigital": "Xbox One S All-Digital Edition",
    "xboxonex": "Xbox One X",
    "xboxseriess": "Xbox Series S",
    "xboxseriesx": "Xbox Series X",
}


class ConsoleEntity(CoordinatorEntity[ConsolesCoordinator]):
    """An entity of a console."""

    _attr_has_entity_name = True
    demanded: ClassVar[tuple[Fact, ...]] = (Fact.STATUS,)
    """What is asked for when somebody asks for this entity."""

    def __init__(
        self, coordinator: ConsolesCoordinator, console_id: str, key: str | None = None
    ) -> None:
        """Bind an entity to a console. Without a key, the entity represents the console itself."""
        super().__init__(coordinator)
        self.console_id = console_id
        self._console = coordinator.data[console_id]
        self._attr_unique_id = f"{console_id}_{key}" if key else console_id
        if key:
            self._attr_translation_key = key
        else:
            self._attr_name = None
        self._attr_device_info = _device(self._console)

    @property
    def console(self) -> ConsoleSnapshot:
        """The snapshot of the console, or its last snapshot after the console was removed."""
        self._console = self.coordinator.data.get(self.console_id, self._console)
        return self._console

    @override
    async def async_update(self) -> None:
        """Ask for the console now: somebody has called `homeassistant.update_entity`."""
        demanded = (Demanded(self.console_id, fact) for fact in self.demanded)
        await self.coordinator.async_request_refresh(*demanded)

    @property
    @override
    def available(self) -> bool:
        console = self.coordinator.data.get(self.console_id)
        return super().available and console is not None and console.current


def _device(console: ConsoleSnapshot) -> DeviceInfo:
    console_type = console.console_type or ""
    return DeviceInfo(
        configuration_url=_DEVICES_PAGE,
        identifiers={(DOMAIN, console.console_id)},
        manufacturer="Microsoft",
        model=_MODELS.get(console_type.casefold(), console_type or "Xbox"),
        name=console.name or "Xbox",
    )


@callback
def add_for_each_console(
    hass: HomeAssistant,
    entry: XboxConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
    make: Callable[[str], Iterable[Entity]],
) -> None:
    """Add the entities of each console, also of a console that appears later."""
    _add_for_each(
        hass,
        entry,
        async_add_entities,
        lambda _: {"": None},
        lambda console_id, _: make(console_id),
    )


@callback
def add_for_each_disk(
    hass: HomeAssistant,
    entry: XboxConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
    make: Callable[[str, StorageDevice], Iterable[Entity]],
) -> None:
    """Add the entities of each disk of each console, also of a disk that is plugged in later."""
    _add_for_each(
        hass,
        entry,
        async_add_entities,
        lambda console: {disk.storage_device_id: disk for disk in console.disks},
        make,
    )


@callback
def _add_for_each[T](
    hass: HomeAssistant,
    entry: XboxConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
    parts: Callable[[ConsoleSnapshot], Mapping[str, T]],
    make: Callable[[str, T], Iterable[Entity]],
) -> None:
    """Add the entities of each part of each console once."""
    consoles = entry.runtime_data.consoles
    added: dict[str, set[str]] = {}

    @callback
    def add_new() -> None:
        # a console that is gone and returns still has its entities; a deleted console gets new ones
        for console_id in added.keys() - consoles.data.keys():
            del added[console_id]
        for console_id, console in consoles.data.items():
            if console.gone:
                continue
            added_keys = added.setdefault(console_id, set())
            for key, part in parts(console).items():
                if key not in added_keys:
                    added_keys.add(key)
                    async_add_entities(make(console_id, part))

    add_new()
    entry.async_on_unload(consoles.async_add_listener(add_new))
