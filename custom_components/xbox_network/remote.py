"""The remote control of a console: power, and commands by name."""

from collections.abc import Iterable
from typing import Any, Final, override

from homeassistant.components.remote import (
    ATTR_ACTIVITY,
    ATTR_DELAY_SECS,
    ATTR_DEVICE,
    ATTR_HOLD_SECS,
    ATTR_NUM_REPEATS,
    DEFAULT_DELAY_SECS,
    RemoteEntity,
)
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .actions.launch import start_activity
from .data import XboxConfigEntry
from .entity.console import ConsoleEntity, add_for_each_console
from .error_texts import caller_error, command_error
from .xbox.errors import XboxCommandNameError
from .xbox.models.commands import TURN_OFF, WAKE_UP, Command, parse
from .xbox.models.consoles import Power

# The coordinator queues the commands to one console. Commands to different consoles run in parallel.
PARALLEL_UPDATES = 0

# The most commands of one action, and the most seconds of all its delays: later commands wait for them.
MOST_COMMANDS: Final = 100
LONGEST_SECONDS: Final = 600


async def async_setup_entry(
    hass: HomeAssistant,
    entry: XboxConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Add the remote control of each console."""
    consoles = entry.runtime_data.consoles
    add_for_each_console(
        hass, entry, async_add_entities, lambda console_id: [ConsoleRemote(consoles, console_id)]
    )


class ConsoleRemote(ConsoleEntity, RemoteEntity):
    """The remote control of a console. `xbox.models.commands` defines the names of its commands."""

    _was_on: bool | None = None

    @property
    @override
    def is_on(self) -> bool | None:
        # an update keeps the last on or off: it does not switch the console
        if self.console.power is not Power.UPDATING:
            self._was_on = self.console.power.is_on
        return self._was_on

    @override
    async def async_turn_on(self, activity: str | None = None, **kwargs: Any) -> None:
        """Turn the console on, and start a game or an app on it.

        The feature ACTIVITY is not declared: it makes a second television of the console in HomeKit.
        """
        if activity is None:
            await self.coordinator.command(self.console_id, WAKE_UP)
            return
        work = start_activity(self.coordinator, self.console_id, activity)
        await self.coordinator.while_loaded(work)

    @override
    async def async_turn_off(self, **kwargs: Any) -> None:
        if ATTR_ACTIVITY in kwargs:
            raise caller_error("turn_off_activity")
        await self.coordinator.command(self.console_id, TURN_OFF)

    @override
    async def async_learn_command(self, **kwargs: Any) -> None:
        raise caller_error("learning_not_supported")

    @override
    async def async_delete_command(self, **kwargs: Any) -> None:
        raise caller_error("learning_not_supported")

    @override
    async def async_send_command(self, command: Iterable[str], **kwargs: Any) -> None:
        if kwargs.get(ATTR_HOLD_SECS):
            raise caller_error("hold_not_supported")
        if ATTR_DEVICE in kwargs:
            raise caller_error("device_not_supported")
        commands, repeats = self._parse(command), kwargs.get(ATTR_NUM_REPEATS, 1)
        pause = max(0.0, kwargs.get(ATTR_DELAY_SECS, DEFAULT_DELAY_SECS))
        count = len(commands) * repeats
        if count > MOST_COMMANDS or (count - 1) * pause > LONGEST_SECONDS:
            raise caller_error(
                "too_many_commands",
                commands=str(MOST_COMMANDS),
                minutes=str(LONGEST_SECONDS // 60),
            )
        await self.coordinator.command(self.console_id, *commands * repeats, pause=pause)

    @override
    async def async_will_remove_from_hass(self) -> None:
        """End the macros of a remote control that is removed, disabled or unloaded."""
        self.coordinator.end_macros(self.console_id)
        await super().async_will_remove_from_hass()

    def _parse(self, names: Iterable[str]) -> list[Command]:
        """Return the commands with these names. Raises `ServiceValidationError` if any name is unknown."""
        try:
            return [parse(name) for name in names]
        except XboxCommandNameError as err:
            console = self.coordinator.name_of(self.console_id)
            raise command_error(err, console) from err
