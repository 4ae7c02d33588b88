"""Sensors of the account: friends online, friend requests."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import override

from homeassistant.components.sensor import (
    SensorEntity,
    SensorEntityDescription,
    SensorStateClass,
)
from homeassistant.helpers.update_coordinator import CoordinatorEntity

from ..coordinator.friends import FriendsCoordinator
from ..data import XboxRuntimeData
from ..entity.person import (
    person_device,
)
from ..xbox.people.friends import FriendsSnapshot


@dataclass(frozen=True, kw_only=True)
class FriendsSensorDescription(SensorEntityDescription):
    """Describes a sensor of the account's friends as a whole. `value_fn` returns None if it is unknown."""

    value_fn: Callable[[FriendsSnapshot], int | None]
    attributes_fn: Callable[[FriendsCoordinator], dict[str, list[str]] | None] = lambda _: None


def _number_online(friends: FriendsSnapshot) -> int | None:
    return None if friends.online is None else len(friends.online)


DESCRIPTIONS = (
    FriendsSensorDescription(
        key="friends_online",
        state_class=SensorStateClass.MEASUREMENT,
        value_fn=_number_online,
        attributes_fn=lambda friends: {"tracked": friends.tracked_names_online()},
    ),
    FriendsSensorDescription(
        key="friend_requests",
        state_class=SensorStateClass.MEASUREMENT,
        value_fn=lambda friends: friends.requests,
    ),
)


class FriendsSensor(CoordinatorEntity[FriendsCoordinator], SensorEntity):
    """A sensor of the account's friends as a whole."""

    _attr_has_entity_name = True
    entity_description: FriendsSensorDescription

    def __init__(self, data: XboxRuntimeData, description: FriendsSensorDescription) -> None:
        """Bind a description to the account's owner."""
        super().__init__(data.friends)
        owner = data.people.owner
        self.entity_description = description
        self._attr_translation_key = description.key
        self._attr_unique_id = f"{owner}_{description.key}"
        self._attr_device_info = person_device(data.people, owner)

    @property
    @override
    def available(self) -> bool:
        # the first refresh comes after loading: until then, a missing value is no error
        refreshed = self.coordinator.data is not None
        return super().available and (not refreshed or self.native_value is not None)

    @property
    @override
    def native_value(self) -> int | None:
        friends = self.coordinator.data
        return None if friends is None else self.entity_description.value_fn(friends)

    @property
    @override
    def extra_state_attributes(self) -> dict[str, list[str]] | None:
        known = self.native_value is not None
        return self.entity_description.attributes_fn(self.coordinator) if known else None


def friends_sensors(data: XboxRuntimeData) -> Iterable[SensorEntity]:
    """Return the sensors of the account's friends."""
    return (FriendsSensor(data, it) for it in DESCRIPTIONS)
