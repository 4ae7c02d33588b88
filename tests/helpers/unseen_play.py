"""Play that nobody saw: reasons why nobody looks, and a child whose limit must not end by it."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

import pytest
from homeassistant.config_entries import ConfigEntry, ConfigEntryDisabler
from homeassistant.core import HomeAssistant

from custom_components.xbox_network.xbox.endpoints import Service
from tests.conftest import Poll
from tests.helpers.automations.triggers import TriggerRecorder, device_of
from tests.helpers.entities import Entities
from tests.helpers.playtime import act
from tests.helpers.settling import settle
from tests.simulator import Simulator

REASONS: Final = ("unloaded", "disabled", "outage", "suspended", "stopped")
"""Why nobody looks. A machine that is suspended stops its monotonic clock, one that is stopped does not."""

HOUR, MINUTE = 3600.0, 60.0


@dataclass
class Blindness:
    """Lets something happen while nobody looks, for one reason."""

    reason: str
    hass: HomeAssistant
    entry: ConfigEntry
    simulator: Simulator
    poll: Poll
    monkeypatch: pytest.MonkeyPatch
    slept: float = 0.0
    running: Callable[[], float] = field(default_factory=lambda: time.monotonic)

    def __post_init__(self) -> None:
        """Let the monotonic clock stand still for `slept` seconds."""
        self.monkeypatch.setattr(time, "monotonic", lambda: self.running() - self.slept)

    async def __call__(self, happens: Callable[[], object]) -> None:
        """Let something happen, and look again."""
        entries = self.hass.config_entries
        match self.reason:
            case "unloaded":
                assert await entries.async_unload(self.entry.entry_id)
                happens()
                await entries.async_setup(self.entry.entry_id)
            case "disabled":
                await entries.async_set_disabled_by(self.entry.entry_id, ConfigEntryDisabler.USER)
                happens()
                await entries.async_set_disabled_by(self.entry.entry_id, None)
            case "outage":
                for host in (Service.PRESENCE, Service.PEOPLE):
                    self.simulator.fail(host, status=503, times=None)
                await self.poll(MINUTE)
                happens()
                self.simulator.heal()
                self.simulator.fail(Service.REALTIME, status=403, times=None)
                await self.poll(MINUTE)
            case _:
                before = self.running()
                happens()
                if self.reason == "suspended":
                    self.slept += self.running() - before
                await self.poll()
        await settle(self.hass)


class Child:
    """A child with a limit, and the triggers about it that have fired."""

    def __init__(self, hass: HomeAssistant, entities: Entities) -> None:
        """Use the entities of a loaded account."""
        self._hass, self._entities = hass, entities
        self._recorders = [TriggerRecorder(hass), TriggerRecorder(hass)]

    async def agree(self, minutes: int) -> None:
        """Set the limit, and listen to both triggers."""
        await act(self._hass, "set_limit", self._entities.id("sensor.time_left"), minutes=minutes)
        target = {"device_id": device_of(self._hass, self._entities.id("event.activity"))}
        for recorder, kind in zip(self._recorders, ("reached", "approaching"), strict=True):
            await recorder.attach(f"playtime_limit_{kind}", target)

    def end(self) -> None:
        """Listen no more."""
        for recorder in self._recorders:
            recorder.detach()

    @property
    def fired(self) -> tuple[int, int]:
        """How often the limit was reached, and how often it was near."""
        reached, approaching = self._recorders
        return len(reached.told), len(approaching.told)

    @property
    def today(self) -> int:
        """The minutes of today."""
        return int(self._entities("sensor.playtime_today"))

    @property
    def left(self) -> int:
        """The minutes left."""
        return int(self._entities("sensor.time_left"))

    async def days(self, first: date, last: date) -> list[int]:
        """Return the minutes of each day."""
        who = self._entities.id("sensor.time_left")
        answer: dict[str, Any] = await act(
            self._hass, "get_playtime", who, start=first.isoformat(), end=last.isoformat()
        )
        return [day["minutes"] for day in answer["people"][0]["days"]]
