"""Sensors of a person's play time: minutes of today, this week and this session, and minutes left."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, override

from homeassistant.components.sensor import (
    SensorDeviceClass,
    SensorEntity,
    SensorEntityDescription,
    SensorStateClass,
)
from homeassistant.const import UnitOfTime

from ..coordinator.playtime import Playtime, PlaytimeCoordinator
from ..entity.person import TrackedPerson
from ..entity.playtime import PlaytimeEntity


@dataclass(frozen=True, kw_only=True)
class PlaytimeSensorDescription(SensorEntityDescription):
    """Describes a duration in minutes. `value_fn` returns None if the duration is unknown."""

    device_class: SensorDeviceClass = SensorDeviceClass.DURATION
    native_unit_of_measurement: str = UnitOfTime.MINUTES
    suggested_display_precision: int = 0
    value_fn: Callable[[Playtime], int | None]
    last_reset_fn: Callable[[Playtime], datetime | None] = lambda _: None
    attributes_fn: Callable[[Playtime], dict[str, Any] | None] = lambda _: None


def _today_attributes(playtime: Playtime) -> dict[str, Any]:
    return {
        "titles": dict(playtime.titles),
        "estimated": playtime.estimated,
        "unseen": playtime.unseen,
    }


def _limit_attributes(playtime: Playtime) -> dict[str, Any]:
    rule, today = playtime.rule, playtime.day_began.date()
    return {
        "minutes_left": playtime.time_left,
        "limit": rule.minutes,
        "bonus": playtime.allowance.bonus(today),
        "bedtime": rule.bedtime and rule.bedtime.isoformat("minutes"),
    }


# A correction may reduce the minutes: "total" subtracts them, "total increasing" would count a new cycle.
# The session is a "measurement": as a "total", it would repeat the sum of the day.
DESCRIPTIONS = (
    PlaytimeSensorDescription(
        key="playtime_today",
        state_class=SensorStateClass.TOTAL,
        value_fn=lambda playtime: playtime.today,
        last_reset_fn=lambda playtime: playtime.day_began,
        attributes_fn=_today_attributes,
    ),
    PlaytimeSensorDescription(
        key="playtime_week",
        state_class=SensorStateClass.TOTAL,
        value_fn=lambda playtime: playtime.week,
        last_reset_fn=lambda playtime: playtime.week_began,
    ),
    PlaytimeSensorDescription(
        key="playtime_session",
        state_class=SensorStateClass.MEASUREMENT,
        value_fn=lambda playtime: playtime.session,
    ),
    PlaytimeSensorDescription(
        key="time_left",
        state_class=SensorStateClass.MEASUREMENT,
        value_fn=lambda playtime: playtime.time_left,
        attributes_fn=_limit_attributes,
    ),
)


def playtime_sensors(
    coordinator: PlaytimeCoordinator, tracked: TrackedPerson
) -> Iterable[SensorEntity]:
    """Return the sensors of a person's play time."""
    return (PlaytimeSensor(coordinator, tracked, it) for it in DESCRIPTIONS)


class PlaytimeSensor(PlaytimeEntity, SensorEntity):
    """A duration in minutes. It is unavailable while the presence of the person is not current."""

    entity_description: PlaytimeSensorDescription
    # each minute has other ones, and the state tells the same
    _unrecorded_attributes = frozenset({"minutes_left", "titles"})

    @property
    @override
    def available(self) -> bool:
        return super().available and self.playtime.current

    @property
    @override
    def native_value(self) -> int | None:
        return self.entity_description.value_fn(self.playtime)

    @property
    @override
    def last_reset(self) -> datetime | None:
        return self.entity_description.last_reset_fn(self.playtime)

    @property
    @override
    def extra_state_attributes(self) -> dict[str, Any] | None:
        return self.entity_description.attributes_fn(self.playtime)
