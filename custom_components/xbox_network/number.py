"""Number of a person: the daily limit of play time in minutes."""

from typing import Any, override

from homeassistant.components.number import (
    NumberDeviceClass,
    NumberEntity,
    NumberEntityDescription,
    NumberMode,
)
from homeassistant.const import UnitOfTime
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback
from homeassistant.util import dt as dt_util

from .allowance import DAY_MINUTES
from .allowance.plan import special_days, week
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
    """The limit of today in minutes. Setting it changes today's weekday, or what is agreed for today.

    Its attributes have the whole plan. They are not recorded: that is no history.
    """

    _unrecorded_attributes = frozenset({"week", "special_days"})

    @property
    @override
    def native_value(self) -> int | None:
        return self.playtime.rule.minutes

    @property
    @override
    def extra_state_attributes(self) -> dict[str, Any]:
        today = self.playtime.day_began.date()
        return {
            "week": week(self.allowance),
            "special_days": special_days(self.allowance, today),
        }

    @override
    async def async_set_native_value(self, value: float) -> None:
        await self.check_rights()
        allowance = self.allowance.with_limit(round(value), dt_util.now().date())
        await self.coordinator.set_allowances({self.xuid: allowance})
