"""What people do, as events."""

from dataclasses import asdict, dataclass
from typing import Any, Final, override

from homeassistant.components.event import EventEntity, EventEntityDescription
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .coordinator.achievements import AchievementsCoordinator
from .coordinator.people import PeopleCoordinator
from .data import XboxConfigEntry
from .entity.person import PersonEntity, PersonEntityDescription, add_for_each_person
from .xbox.achievements.watcher import Unlock
from .xbox.people.changes import Change, ChangeDetector, ChangeKind

PARALLEL_UPDATES = 0

UNLOCKED: Final = "unlocked"


@dataclass(frozen=True, kw_only=True)
class PersonEventDescription(PersonEntityDescription, EventEntityDescription):
    """Describes the events of a person."""


ACTIVITY = PersonEventDescription(key="activity", event_types=[kind.value for kind in ChangeKind])
ACHIEVEMENT = PersonEventDescription(key="achievement", event_types=[UNLOCKED])


async def async_setup_entry(
    hass: HomeAssistant,
    entry: XboxConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Add the events of each person."""
    people, achievements = entry.runtime_data.people, entry.runtime_data.achievements
    add_for_each_person(
        entry,
        async_add_entities,
        lambda xuid: (
            ActivityEvent(people, xuid, ACTIVITY),
            AchievementEvent(people, xuid, ACHIEVEMENT, achievements),
        ),
    )


class ActivityEvent(PersonEntity, EventEntity):
    """What a person does: coming and going, playing, parties."""

    entity_description: PersonEventDescription

    def __init__(
        self, coordinator: PeopleCoordinator, xuid: str, description: PersonEventDescription
    ) -> None:
        """Start from what is known: that has not happened now."""
        super().__init__(coordinator, xuid, description)
        self._detector: ChangeDetector | None = ChangeDetector(self.person)

    @callback
    @override
    def _handle_coordinator_update(self) -> None:
        if happened := self._changes():
            # after all entities: whoever hears of it looks at what the others say
            self.hass.loop.call_soon(self._fire, happened)
        super()._handle_coordinator_update()

    @callback
    def _fire(self, happened: list[Change]) -> None:
        for happening in happened:
            facts = asdict(happening)
            self._trigger_event(facts.pop("kind"), facts)
            self.async_write_ha_state()

    def _changes(self) -> list[Change]:
        """Return what has happened; nothing without a sign-in, nor by its return."""
        if not self.coordinator.last_update_success:
            self._detector = None
        elif self._detector is None:
            self._detector = ChangeDetector(self.person)
        else:
            return self._detector.update(self.person)
        return []


class AchievementEvent(PersonEntity, EventEntity):
    """What a person unlocks."""

    entity_description: PersonEventDescription

    def __init__(
        self,
        coordinator: PeopleCoordinator,
        xuid: str,
        description: PersonEventDescription,
        achievements: AchievementsCoordinator,
    ) -> None:
        """Have nothing to tell so far."""
        super().__init__(coordinator, xuid, description)
        self._achievements = achievements
        self._pending: list[Unlock] = []

    @override
    async def async_added_to_hass(self) -> None:
        await super().async_added_to_hass()
        self.async_on_remove(self._achievements.subscribe(self.xuid, self._on_unlocks))

    @property
    @override
    def entity_picture(self) -> str | None:
        """The icon of what was unlocked last; after a restart, too."""
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
        """Tell what is new, one after the other. While unavailable nobody would hear it."""
        while self._pending and self.available:
            self._trigger_event(UNLOCKED, _facts(self._pending.pop(0)))
            self.async_write_ha_state()


def _facts(unlock: Unlock) -> dict[str, Any]:
    it = unlock.achievement
    return {
        "name": it.name,
        "description": it.description,
        "gamerscore": it.gamerscore,
        "rarity": it.rarity,
        "rarity_category": it.rarity_category,
        "icon_url": it.icon,
        "title": it.title,
        "title_id": it.title_id,
        "unlocked_at": it.unlocked_at.isoformat() if it.unlocked_at else None,
        "late": unlock.late,
    }
