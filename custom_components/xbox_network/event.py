"""Events of a person: changes of activity, and unlocked achievements."""

from dataclasses import asdict, dataclass
from typing import Any, Final, override

from homeassistant.components.event import EventEntity, EventEntityDescription
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .coordinator.achievements import AchievementsCoordinator
from .coordinator.people import PeopleCoordinator
from .data import XboxConfigEntry
from .entity.person import PersonEntity, PersonEntityDescription, TrackedPerson, add_for_each_person
from .xbox.achievements.watcher import Unlock
from .xbox.people.changes import Change, ChangeDetector, ChangeKind

PARALLEL_UPDATES = 0

UNLOCKED: Final = "unlocked"


@dataclass(frozen=True, kw_only=True)
class PersonEventDescription(PersonEntityDescription, EventEntityDescription):
    """Describes an event entity of a person."""


ACTIVITY = PersonEventDescription(key="activity", event_types=[kind.value for kind in ChangeKind])
ACHIEVEMENT = PersonEventDescription(key="achievement", event_types=[UNLOCKED])


async def async_setup_entry(
    hass: HomeAssistant,
    entry: XboxConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Add the events of each person."""
    people, achievements = entry.runtime_data.people, entry.runtime_data.achievements
    await add_for_each_person(
        hass,
        entry,
        async_add_entities,
        lambda tracked: (
            ActivityEvent(people, tracked, ACTIVITY),
            AchievementEvent(people, tracked, ACHIEVEMENT, achievements),
        ),
    )


class ActivityEvent(PersonEntity, EventEntity):
    """Events of the activity of a person: online or offline, games, parties."""

    entity_description: PersonEventDescription

    def __init__(
        self,
        coordinator: PeopleCoordinator,
        tracked: TrackedPerson,
        description: PersonEventDescription,
    ) -> None:
        """Start from the present snapshot, which causes no event."""
        super().__init__(coordinator, tracked, description)
        self._detector: ChangeDetector | None = ChangeDetector(self.person)

    @callback
    @override
    def _handle_coordinator_update(self) -> None:
        if changes := self._changes():
            # after all entities have written their states: an automation of the event reads them
            self.hass.loop.call_soon(self._fire, changes)
        super()._handle_coordinator_update()

    @callback
    def _fire(self, changes: list[Change]) -> None:
        for change in changes:
            attributes = asdict(change)
            self._trigger_event(attributes.pop("kind"), attributes)
            self.async_write_ha_state()

    def _changes(self) -> list[Change]:
        """Return the new changes. A failed update causes none, nor does the first update after it."""
        if not self.coordinator.last_update_success:
            self._detector = None
        elif self._detector is None:
            self._detector = ChangeDetector(self.person)
        else:
            return self._detector.update(self.person)
        return []


class AchievementEvent(PersonEntity, EventEntity):
    """Events of the achievements that a person unlocks."""

    entity_description: PersonEventDescription

    def __init__(
        self,
        coordinator: PeopleCoordinator,
        tracked: TrackedPerson,
        description: PersonEventDescription,
        achievements: AchievementsCoordinator,
    ) -> None:
        """Start without pending unlocks."""
        super().__init__(coordinator, tracked, description)
        self._achievements = achievements
        self._pending: list[Unlock] = []

    @override
    async def async_added_to_hass(self) -> None:
        await super().async_added_to_hass()
        self.async_on_remove(self._achievements.subscribe(self.xuid, self._on_unlocks))

    @override
    async def async_update(self) -> None:
        """Ask what the person plays, and for the unlocks in it."""
        await super().async_update()
        await self._achievements.refresh_now(self.xuid)

    @property
    @override
    def entity_picture(self) -> str | None:
        """The icon address of the achievement that was unlocked last, also after a restart."""
        address: str | None = (self.state_attributes or {}).get("icon_url")
        return address

    @callback
    def _on_unlocks(self, unlocks: list[Unlock]) -> None:
        self._pending += unlocks
        self._fire_pending()

    @callback
    @override
    def _handle_coordinator_update(self) -> None:
        super()._handle_coordinator_update()
        self._fire_pending()

    def _fire_pending(self) -> None:
        """Fire one event per pending unlock. While unavailable, wait: automations would miss the event."""
        while self._pending and self.available:
            self._trigger_event(UNLOCKED, _attributes(self._pending.pop(0)))
            self.async_write_ha_state()


def _attributes(unlock: Unlock) -> dict[str, Any]:
    achievement = unlock.achievement
    return {
        "name": achievement.name,
        "description": achievement.description,
        "gamerscore": achievement.gamerscore,
        "rarity": achievement.rarity,
        "rarity_category": achievement.rarity_category,
        "icon_url": achievement.icon,
        "title": achievement.title,
        "title_id": achievement.title_id,
        "unlocked_at": achievement.unlocked_at.isoformat() if achievement.unlocked_at else None,
        "late": unlock.late,
    }
