"""Sensors of a person: title, platform, progress, gamerscore, party, last time online."""

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import override

from homeassistant.components.sensor import (
    RestoreSensor,
    SensorDeviceClass,
    SensorEntity,
    SensorEntityDescription,
    SensorStateClass,
)
from homeassistant.const import PERCENTAGE, EntityCategory
from homeassistant.helpers.typing import StateType

from ..coordinator.people import PeopleCoordinator
from ..entity.person import (
    PersonEntity,
    PersonEntityDescription,
    TrackedPerson,
    profile_current,
)
from ..entity.state_text import state_text
from ..xbox.images import picture
from ..xbox.models.base import real_time
from ..xbox.models.people import MultiplayerSummary, PersonDetail
from ..xbox.models.titles import TitleAchievement
from ..xbox.people.person import PersonSnapshot, is_future
from ..xbox.presence import DevicePlatform

_JOIN_RESTRICTIONS = ["followed", "local", "other"]


@dataclass(frozen=True, kw_only=True)
class PersonSensorDescription(PersonEntityDescription, SensorEntityDescription):
    """Describes a sensor of a person. `value_fn` returns None if the value is unknown."""

    value_fn: Callable[[PersonSnapshot], StateType | datetime]
    picture_fn: Callable[[PersonSnapshot], str | None] = lambda _: None
    attributes_fn: Callable[[PersonSnapshot], dict[str, int] | None] = lambda _: None


def _now_playing(person: PersonSnapshot) -> str | None:
    active = person.presence.active
    if active is None:
        return None
    return state_text(person.title.name if person.title else None) or state_text(active.name)


def _art_address(person: PersonSnapshot) -> str | None:
    art = picture(person.title.square_image_address) if person.title else None
    return art.address if art else None


def _rich_presence(person: PersonSnapshot) -> str | None:
    active = person.presence.active
    return state_text(active.rich_presence) if active else None


def _game_progress(person: PersonSnapshot) -> TitleAchievement | None:
    """Return the progress in the game being played, None without a game."""
    return person.title.achievement if person.title and person.presence.in_game else None


def _progress(
    value_fn: Callable[[TitleAchievement], float | None],
) -> Callable[[PersonSnapshot], float | None]:
    def value(person: PersonSnapshot) -> float | None:
        progress = _game_progress(person)
        return value_fn(progress) if progress else None

    return value


def _total(
    person: PersonSnapshot, total_fn: Callable[[TitleAchievement], int | None]
) -> dict[str, int] | None:
    progress = _game_progress(person)
    # titlehub reports an unknown total as 0
    total = total_fn(progress) if progress else None
    return {"total": total} if total else None


def _count(key: str, count_fn: Callable[[PersonDetail], int | None]) -> PersonSensorDescription:
    """Describe a sensor with a number of people from the profile."""

    def value(person: PersonSnapshot) -> int | None:
        detail = person.profile.detail if person.profile else None
        return count_fn(detail) if detail else None

    return PersonSensorDescription(
        key=key,
        state_class=SensorStateClass.MEASUREMENT,
        entity_category=EntityCategory.DIAGNOSTIC,
        current_fn=profile_current,
        value_fn=value,
    )


def _party(person: PersonSnapshot) -> MultiplayerSummary | None:
    return person.profile.multiplayer_summary if person.profile else None


def _party_size(person: PersonSnapshot) -> int | None:
    summary = _party(person)
    return summary.in_party if summary else None


def _join_restriction(person: PersonSnapshot) -> str | None:
    """Return the join restriction, None without a party. The size decides: the details may contradict it."""
    summary = _party(person)
    if not summary or not summary.in_party:
        return None
    restriction = next((party.join_restriction for party in summary.party_details), None)
    if not restriction:
        return None
    return restriction.casefold() if restriction.casefold() in _JOIN_RESTRICTIONS else "other"


DESCRIPTIONS = (
    PersonSensorDescription(key="now_playing", value_fn=_now_playing, picture_fn=_art_address),
    PersonSensorDescription(
        key="platform",
        device_class=SensorDeviceClass.ENUM,
        options=[platform.value for platform in DevicePlatform],
        value_fn=lambda person: person.presence.platform,
    ),
    PersonSensorDescription(
        key="rich_presence",
        entity_registry_enabled_default=False,
        value_fn=_rich_presence,
    ),
    PersonSensorDescription(
        key="game_progress",
        native_unit_of_measurement=PERCENTAGE,
        suggested_display_precision=0,
        value_fn=_progress(lambda progress: progress.progress_percentage),
    ),
    PersonSensorDescription(
        key="game_achievements",
        value_fn=_progress(lambda progress: progress.current_achievements),
        attributes_fn=lambda person: _total(person, lambda it: it.total_achievements),
    ),
    PersonSensorDescription(
        key="game_gamerscore",
        value_fn=_progress(lambda progress: progress.current_gamerscore),
        attributes_fn=lambda person: _total(person, lambda it: it.total_gamerscore),
    ),
    _count("friends", lambda detail: detail.friend_count),
    _count("followers", lambda detail: detail.follower_count),
    _count("following", lambda detail: detail.following_count),
    PersonSensorDescription(key="party_size", current_fn=profile_current, value_fn=_party_size),
    PersonSensorDescription(
        key="party_join_restriction",
        device_class=SensorDeviceClass.ENUM,
        options=_JOIN_RESTRICTIONS,
        entity_registry_enabled_default=False,
        current_fn=profile_current,
        value_fn=_join_restriction,
    ),
)

GAMERSCORE = PersonSensorDescription(
    key="gamerscore",
    state_class=SensorStateClass.TOTAL,
    current_fn=profile_current,
    value_fn=lambda person: person.profile.gamer_score if person.profile else None,
)

LAST_ONLINE = PersonSensorDescription(
    key="last_online",
    device_class=SensorDeviceClass.TIMESTAMP,
    value_fn=lambda person: person.last_online,
)


class PersonSensor(PersonEntity, SensorEntity):
    """A sensor of a person."""

    entity_description: PersonSensorDescription

    @property
    @override
    def native_value(self) -> StateType | datetime:
        return self.entity_description.value_fn(self.person)

    @property
    @override
    def extra_state_attributes(self) -> dict[str, int] | None:
        return self.entity_description.attributes_fn(self.person)

    @property
    @override
    def entity_picture(self) -> str | None:
        return self.entity_description.picture_fn(self.person)


class GamerscoreSensor(PersonSensor, RestoreSensor):
    """The gamerscore. After a restart, too, one answer alone makes it neither fall nor unknown."""

    _restored: int | None = None

    @override
    async def async_added_to_hass(self) -> None:
        await super().async_added_to_hass()
        if (data := await self.async_get_last_sensor_data()) and isinstance(data.native_value, int):
            self._restored = data.native_value

    @property
    @override
    def native_value(self) -> int | None:
        person = self.person
        score = person.profile.gamer_score if person.profile else None
        sure = person.score_confirmed if score is not None else person.profile_confirmed
        return score if sure or self._restored is None else max(score or 0, self._restored)


class LastOnlineSensor(PersonSensor, RestoreSensor):
    """The time when the person was last online. It never moves backwards, even after a restart."""

    _restored: datetime | None = None

    @override
    async def async_added_to_hass(self) -> None:
        await super().async_added_to_hass()
        if (data := await self.async_get_last_sensor_data()) and isinstance(
            data.native_value, datetime
        ):
            moment = real_time(data.native_value)
            told = self.coordinator.client.auth.http.network_time(time.monotonic())
            self._restored = None if moment is None or is_future(moment, told) else moment

    @property
    @override
    def native_value(self) -> datetime | None:
        moments = (self.person.last_online, self._restored)
        return max((moment for moment in moments if moment), default=None)


def person_sensors(
    coordinator: PeopleCoordinator, tracked: TrackedPerson
) -> Iterable[SensorEntity]:
    """Yield the sensors of a person."""
    yield from (PersonSensor(coordinator, tracked, it) for it in DESCRIPTIONS)
    yield GamerscoreSensor(coordinator, tracked, GAMERSCORE)
    yield LastOnlineSensor(coordinator, tracked, LAST_ONLINE)
