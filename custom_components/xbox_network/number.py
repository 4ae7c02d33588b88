"""Number of a person: the daily limit of play time in minutes."""

from typing import override

from homeassistant.components.number import (
    NumberDeviceClass,
    NumberEntity,
    NumberEntityDescription,
    NumberMode,
)
from homeassistant.const import UnitOfTime
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .allowance import DAY_MINUTES
from .data import XboxConfigEntry
from .entity.person import add_for_each_person
from .entity.playtime import AllowanceEntity

PARALLEL_UPDATES = 0

# No entity category: a family uses the limit every day, like the sensor for the time left.
DAILY_LIMIT = NumberEntityDescription(
    key="daily_limit",
    device_class=NumberDeviceClass.DURATION,
    native_unit_of_measurement=UnitOfTime.MINUTES,
    native_min_value=0,
    native_max_value=DAY_MINUTES,
    native_step=1,
    mode=NumberMode.BOX,
)


async def async_setup_entry(
    hass: HomeAssistant,
    entry: XboxConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Add the numbers of each person."""
    playtime = entry.runtime_data.playtime
    await add_for_each_person(
        hass,
        entry,
        async_add_entities,
        lambda tracked: [DailyLimit(playtime, tracked, DAILY_LIMIT)],
    )


class DailyLimit(AllowanceEntity, NumberEntity):
    """The limit of today in minutes. Setting it sets the limit of every weekday."""

    @property
    @override
    def native_value(self) -> int | None:
        return self.playtime.limit

    @override
    async def async_set_native_value(self, value: float) -> None:
        await self.check_rights()
        allowance = self.allowance.with_rules(range(7), minutes=round(value))
        await self.coordinator.set_allowances({self.xuid: allowance})
