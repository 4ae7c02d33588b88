"""The base entities of a person's play time and of its limits."""

from typing import override

from homeassistant.core import callback
from homeassistant.helpers.entity import EntityDescription
from homeassistant.helpers.update_coordinator import CoordinatorEntity

from ..allowance import Allowance
from ..coordinator.playtime import Playtime, PlaytimeCoordinator
from ..rights import async_check_limits
from .person import TrackedPerson, person_device


class PlaytimeEntity(CoordinatorEntity[PlaytimeCoordinator]):
    """An entity about the play time of a person."""

    _attr_has_entity_name = True

    def __init__(
        self,
        coordinator: PlaytimeCoordinator,
        tracked: TrackedPerson,
        description: EntityDescription,
    ) -> None:
        """Bind a description to a person."""
        super().__init__(coordinator)
        self.entity_description = description
        self.xuid = tracked.xuid
        self._attr_translation_key = description.key
        self._attr_unique_id = f"{tracked.unique_prefix}_{description.key}"
        self._attr_device_info = person_device(coordinator.people, tracked.xuid)
        self._playtime = coordinator.data[tracked.xuid]
        self._shown: Playtime | None = None

    @property
    def playtime(self) -> Playtime:
        """The play time of the person, or the last known one while the person is being removed."""
        self._playtime = self.coordinator.data.get(self.xuid, self._playtime)
        return self._playtime

    @property
    def allowance(self) -> Allowance:
        """The limits, the bedtimes and the bonus of the person."""
        return self.coordinator.allowances[self.xuid]

    @override
    async def async_update(self) -> None:
        """Ask for the person's play time now: somebody has called `homeassistant.update_entity`."""
        await self.coordinator.async_request_refresh(self.xuid)

    @callback
    @override
    def _handle_coordinator_update(self) -> None:
        """Write the state if the play time of this person has changed."""
        if self.playtime != self._shown:
            self._shown = self.playtime
            super()._handle_coordinator_update()


class AllowanceEntity(PlaytimeEntity):
    """An entity of the allowance. It is always available: only Home Assistant stores the allowance."""

    @property
    @override
    def available(self) -> bool:
        return True

    async def check_rights(self) -> None:
        """Raise `LimitsUnauthorized` if the caller may not change the allowance.

        To be called first in an action: the context of the caller is set just before it.
        """
        person = (self.coordinator.config_entry, self.xuid)
        await async_check_limits(self.hass, self._context, [person])
