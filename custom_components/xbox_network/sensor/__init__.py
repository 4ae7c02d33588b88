"""The sensor platform: sets up the sensors of people, friends, play time and consoles."""

from collections.abc import Iterable

from homeassistant.components.sensor import SensorEntity
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from ..data import XboxConfigEntry
from ..entity.person import TrackedPerson, add_for_each_person
from .console import add_console_sensors
from .friends import friends_sensors
from .person import person_sensors
from .playtime import playtime_sensors

PARALLEL_UPDATES = 0


async def async_setup_entry(
    hass: HomeAssistant,
    entry: XboxConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Add the sensors of each person, of the account and of each console."""
    people, playtime = entry.runtime_data.people, entry.runtime_data.playtime

    def make(tracked: TrackedPerson) -> Iterable[SensorEntity]:
        yield from person_sensors(people, tracked)
        yield from playtime_sensors(playtime, tracked)

    await add_for_each_person(hass, entry, async_add_entities, make)
    async_add_entities(friends_sensors(entry.runtime_data))
    add_console_sensors(hass, entry, async_add_entities)
