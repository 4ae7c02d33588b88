"""Helpers for achievements: unlocks as an automation gets them, and requests for them."""

from typing import Any

import pytest
from homeassistant.config_entries import ConfigEntry
from homeassistant.const import EVENT_STATE_CHANGED, STATE_UNAVAILABLE, STATE_UNKNOWN
from homeassistant.core import Event, EventStateChangedData, HomeAssistant, callback

from custom_components.xbox_network.xbox.endpoints import Service
from tests.helpers.entities import Entities
from tests.simulator import Person, RecordedRequest, Simulator
from tests.simulator.world.demo_world import QUIET_HARBOR


class AchievementEvents:
    """The achievement events of people, in order. Events that an automation ignores are omitted."""

    def __init__(self, hass: HomeAssistant) -> None:
        """Start listening."""
        self._hass = hass
        self._unlocks: list[tuple[str, dict[str, Any]]] = []
        hass.bus.async_listen(EVENT_STATE_CHANGED, self._listen)

    @callback
    def _listen(self, event: Event[EventStateChangedData]) -> None:
        old, new = event.data["old_state"], event.data["new_state"]
        if not old or not new or old.state in (STATE_UNAVAILABLE, new.state):
            return
        if new.attributes.get("event_type") == "unlocked" and new.state not in (
            STATE_UNAVAILABLE,
            STATE_UNKNOWN,
        ):
            self._unlocks.append((new.entity_id, dict(new.attributes)))

    def of(self, xuid: str) -> list[dict[str, Any]]:
        """Return the attributes of each unlock of a person."""
        entity_id = Entities(self._hass, xuid).id("event.achievement")
        return [
            attributes
            for unlock_entity_id, attributes in self._unlocks
            if unlock_entity_id == entity_id
        ]

    def texts(self, xuid: str) -> list[tuple[str, bool]]:
        """Return the description of each unlock of a person, and whether it was late."""
        return [(attributes["description"], attributes["late"]) for attributes in self.of(xuid)]


@pytest.fixture(name="achievement_events")
def achievement_events_fixture(hass: HomeAssistant, entry: ConfigEntry) -> AchievementEvents:
    """Return a listener to the unlocks from now on."""
    return AchievementEvents(hass)


@pytest.fixture(name="friend")
def friend_fixture(simulator: Simulator) -> Person:
    """Return a friend of the owner."""
    return simulator.world.person(QUIET_HARBOR)


def latest(simulator: Simulator, xuid: str | None = None) -> list[RecordedRequest]:
    """Return the requests for unlocks, of both systems. Other requests only count achievements."""
    return [
        it
        for it in simulator.requests(Service.ACHIEVEMENTS)
        if it.query.get("maxItems") != "1" and (xuid is None or xuid in it.path)
    ]


def did(number: int, title: str = "Starfall Drift") -> str:
    """Return the description of an unlocked achievement."""
    return f"Did number {number} of {title}."
