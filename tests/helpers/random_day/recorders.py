"""Recorders of a random day: events and states, requests to the network, the log."""

import logging
import math
from collections import Counter, deque
from itertools import combinations

import pytest
from homeassistant.const import EVENT_STATE_CHANGED, STATE_UNAVAILABLE, STATE_UNKNOWN
from homeassistant.core import Event, EventStateChangedData, HomeAssistant, callback
from homeassistant.helpers import entity_registry as er

from custom_components.xbox_network.const import DOMAIN
from custom_components.xbox_network.xbox.endpoints import Service
from tests.helpers.privacy import leaks_in_logs, tracebacks
from tests.helpers.random_day.clock import Clock
from tests.helpers.random_day.people import ActivityEvent
from tests.simulator import Simulator
from tests.simulator.budgets import BUDGETS, PERIODS

# What is known of somebody does not become unknown either, as long as nobody hides.
_ALWAYS_KNOWN = ("online", "in_party", "party_size", "gamerscore", "friends", "last_online")
_BUDGETS: dict[str, str] = {
    Service.PRESENCE: "presence",
    Service.PEOPLE: "people",
    Service.PROFILE: "profile",
    Service.TITLES: "titlehub",
    Service.ACHIEVEMENTS: "achievements",
    Service.STATS: "stats",
}
# A connection takes over from one of this age, and within this time.
_OLD_SECONDS = 600.0
_TAKEOVER_SECONDS = 30.0


class EventRecorder:
    """Records events, and states that nobody should ever see."""

    def __init__(self, hass: HomeAssistant, clock: Clock) -> None:
        """Watch from now on."""
        self._clock = clock
        self._registry = er.async_get(hass)
        self._told: dict[str, list[tuple[float, ActivityEvent]]] = {}
        self.lapses: list[str] = []
        """When which entity was unavailable, or did not know what it had known."""
        hass.bus.async_listen(EVENT_STATE_CHANGED, self._changed)

    def told(self, xuid: str) -> list[tuple[float, ActivityEvent]]:
        """Return when what was told of a person since the last time."""
        return self._told.pop(xuid, [])

    @callback
    def _changed(self, event: Event[EventStateChangedData]) -> None:
        entity, new = self._registry.async_get(event.data["entity_id"]), event.data["new_state"]
        if entity is None or entity.platform != DOMAIN or new is None:
            return
        xuid, _, key = entity.unique_id.partition("_")
        forgotten = new.state == STATE_UNKNOWN and key in _ALWAYS_KNOWN
        if new.state == STATE_UNAVAILABLE or forgotten:
            self.lapses.append(f"{self._clock.now:.0f} s: {new.entity_id} {new.state}")
        elif key == "activity":
            facts = [new.attributes[it] for it in ("event_type", "title", "title_id", "platform")]
            self._told.setdefault(xuid, []).append((self._clock.now, ActivityEvent(*facts)))


class RequestRecorder:
    """Counts the requests of the day against the network's budgets, and forgets them soon."""

    def __init__(self, simulator: Simulator) -> None:
        """Count from now on."""
        self._simulator = simulator
        self._sent: dict[str, deque[float]] = {name: deque() for name in BUDGETS}
        self.answers = Counter[int | None]()
        """How often there was an answer of each status."""
        self.overruns: list[str] = []
        simulator.clear()

    def collect(self) -> None:
        """Count what was asked since the last time."""
        for request in self._simulator.requests():
            self.answers[request.status] += 1
            if name := _BUDGETS.get(request.host):
                self._add(name, request.started)
        self._simulator.clear()

    def _add(self, name: str, moment: float) -> None:
        sent = self._sent[name]
        sent.append(moment)
        while sent[0] <= moment - max(PERIODS):
            sent.popleft()
        for period, most in zip(PERIODS, BUDGETS[name], strict=True):
            count = sum(it > moment - period for it in sent)
            if count > most:
                self.overruns.append(f"{name}: {count} requests in {period} s")


class LogRecorder:
    """Reads the log of the day bit by bit, and keeps what is wrong with it."""

    def __init__(self, caplog: pytest.LogCaptureFixture, simulator: Simulator) -> None:
        """Read from now on."""
        self._caplog = caplog
        self._simulator = simulator
        self.problems: list[str] = []
        caplog.clear()

    def collect(self) -> None:
        """Read what was written since the last time."""
        records = self._caplog.records
        self.problems += [
            f"{it.name}: {it.getMessage()}" for it in records if it.levelno >= logging.WARNING
        ]
        self.problems += tracebacks(records) + leaks_in_logs(records, self._simulator)
        self._caplog.clear()


def parallel_connections(simulator: Simulator) -> list[str]:
    """Return the connections that were open at once without one taking over from the other."""
    found = [f"{peak} connections" for peak in simulator.rta.peak.values() if peak > 2]
    for old, new in combinations(simulator.rta.connections, 2):
        age = new.opened - old.opened
        both = min(it.closed or math.inf for it in (old, new)) - new.opened
        if both > 0 and (age < _OLD_SECONDS or both > _TAKEOVER_SECONDS):
            found.append(f"for {both:.0f} s next to one that was opened {age:.0f} s before")
    return found
