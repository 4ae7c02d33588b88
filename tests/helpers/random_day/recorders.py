"""Recorders of a random day: events and states, requests to the network, and the log."""

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

# Keys of entities that must not become unknown once they are known, as long as no friend hides
# their presence.
_ALWAYS_KNOWN = ("online", "in_party", "party_size", "gamerscore", "friends", "last_online")
_BUDGETS: dict[str, str] = {
    Service.PRESENCE: "presence",
    Service.PEOPLE: "people",
    Service.PROFILE: "profile",
    Service.TITLES: "titlehub",
    Service.ACHIEVEMENTS: "achievements",
    Service.STATS: "stats",
}
# A new connection takes over from one that is at least this old, within this time.
_OLD_SECONDS = 600.0
_TAKEOVER_SECONDS = 30.0


class EventRecorder:
    """Recorder of events, and of states that must never occur."""

    def __init__(self, hass: HomeAssistant, clock: Clock) -> None:
        """Start recording."""
        self._clock = clock
        self._registry = er.async_get(hass)
        self._events: dict[str, list[tuple[float, ActivityEvent]]] = {}
        self.lapses: list[str] = []
        """Time and entity of each unavailable state, and of each unknown state after a known one."""
        hass.bus.async_listen(EVENT_STATE_CHANGED, self._changed)

    def take_events(self, xuid: str) -> list[tuple[float, ActivityEvent]]:
        """Return the times and events of a person since the last call."""
        return self._events.pop(xuid, [])

    @callback
    def _changed(self, event: Event[EventStateChangedData]) -> None:
        entity, new = self._registry.async_get(event.data["entity_id"]), event.data["new_state"]
        if entity is None or entity.platform != DOMAIN or new is None:
            return
        xuid, _, key = entity.unique_id.partition("_")
        became_unknown = new.state == STATE_UNKNOWN and key in _ALWAYS_KNOWN
        if new.state == STATE_UNAVAILABLE or became_unknown:
            self.lapses.append(f"{self._clock.now:.0f} s: {new.entity_id} {new.state}")
        elif key == "activity":
            attributes = [
                new.attributes[it] for it in ("event_type", "title", "title_id", "platform")
            ]
            self._events.setdefault(xuid, []).append((self._clock.now, ActivityEvent(*attributes)))


class RequestRecorder:
    """Counter of the day's requests, compared with the network's rate limits."""

    def __init__(self, simulator: Simulator) -> None:
        """Start counting."""
        self._simulator = simulator
        self._sent: dict[str, deque[float]] = {name: deque() for name in BUDGETS}
        self.answers = Counter[int | None]()
        """The number of answers by status."""
        self.overruns: list[str] = []
        simulator.clear()

    def collect(self) -> None:
        """Count the requests since the last call, and forget them."""
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
    """Reader of the day's log, which stores its problems."""

    def __init__(self, caplog: pytest.LogCaptureFixture, simulator: Simulator) -> None:
        """Start reading."""
        self._caplog = caplog
        self._simulator = simulator
        self.problems: list[str] = []
        caplog.clear()

    def collect(self) -> None:
        """Read the records since the last call."""
        records = self._caplog.records
        self.problems += [
            f"{it.name}: {it.getMessage()}" for it in records if it.levelno >= logging.WARNING
        ]
        self.problems += tracebacks(records) + leaks_in_logs(records, self._simulator)
        self._caplog.clear()


def parallel_connections(simulator: Simulator) -> list[str]:
    """Return the simultaneous connections that are not a takeover."""
    parallel = [f"{peak} connections" for peak in simulator.rta.peak.values() if peak > 2]
    for old, new in combinations(simulator.rta.connections, 2):
        age = new.opened - old.opened
        both = min(it.closed or math.inf for it in (old, new)) - new.opened
        if both > 0 and (age < _OLD_SECONDS or both > _TAKEOVER_SECONDS):
            parallel.append(f"for {both:.0f} s next to one that was opened {age:.0f} s before")
    return parallel
