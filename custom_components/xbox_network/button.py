"""Buttons: commands to a console, and bonus time for a person."""

from dataclasses import dataclass
from typing import Final, override

from homeassistant.components.button import (
    ButtonDeviceClass,
    ButtonEntity,
    ButtonEntityDescription,
)
from homeassistant.const import EntityCategory
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .coordinator.consoles import ConsolesCoordinator
from .data import XboxConfigEntry
from .entity.console import ConsoleEntity, add_for_each_console
from .entity.person import add_for_each_person
from .entity.playtime import AllowanceEntity
from .xbox.models.commands import GO_HOME, REBOOT, SHOW_GUIDE, SHOW_TV_GUIDE, Command

# The coordinator queues the commands to one console. Commands to different consoles run in parallel.
PARALLEL_UPDATES = 0


@dataclass(frozen=True, kw_only=True)
class ConsoleButtonDescription(ButtonEntityDescription):
    """Describes a button of a console and the command that it sends."""

    command: Command


DESCRIPTIONS = (
    ConsoleButtonDescription(key="guide", command=SHOW_GUIDE),
    ConsoleButtonDescription(key="home", command=GO_HOME),
    ConsoleButtonDescription(
        key="reboot",
        device_class=ButtonDeviceClass.RESTART,
        entity_category=EntityCategory.CONFIG,
        command=REBOOT,
    ),
    ConsoleButtonDescription(
        # disabled by default: it does nothing on a console without a configured television
        key="tv_guide",
        entity_registry_enabled_default=False,
        command=SHOW_TV_GUIDE,
    ),
)

BONUS_TIME: Final = ButtonEntityDescription(key="bonus_time")


async def async_setup_entry(
    hass: HomeAssistant,
    entry: XboxConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Add the buttons of each console and each person."""
    consoles = entry.runtime_data.consoles
    add_for_each_console(
        hass,
        entry,
        async_add_entities,
        lambda console_id: (ConsoleButton(consoles, console_id, it) for it in DESCRIPTIONS),
    )
    playtime = entry.runtime_data.playtime
    await add_for_each_person(
        hass, entry, async_add_entities, lambda tracked: [BonusTime(playtime, tracked, BONUS_TIME)]
    )


class ConsoleButton(ConsoleEntity, ButtonEntity):
    """A button that sends a command to a console. A press raises an error if the command fails."""

    entity_description: ConsoleButtonDescription

    def __init__(
        self,
        coordinator: ConsolesCoordinator,
        console_id: str,
        description: ConsoleButtonDescription,
    ) -> None:
        """Bind a description to a console."""
        super().__init__(coordinator, console_id, description.key)
        self.entity_description = description

    @override
    async def async_press(self) -> None:
        await self.coordinator.command(self.console_id, self.entity_description.command)


class BonusTime(AllowanceEntity, ButtonEntity):
    """A button that adds bonus time for today only. The options of the account set the minutes."""

    @override
    async def async_press(self) -> None:
        await self.check_rights()
        allowance = self.coordinator.with_bonus(self.xuid)
        await self.coordinator.set_allowances({self.xuid: allowance})
