"""The home of the examples on the user's pages."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

import pytest
from freezegun.api import FrozenDateTimeFactory
from homeassistant.config_entries import ConfigEntry
from homeassistant.const import EVENT_HOMEASSISTANT_STARTED
from homeassistant.core import HomeAssistant, ServiceCall
from homeassistant.setup import async_setup_component
from homeassistant.util import dt as dt_util
from pytest_homeassistant_custom_component.common import async_mock_service

from custom_components.xbox_network.xbox.endpoints import Service
from tests.blueprints.conftest import Clock, Live
from tests.conftest import restart
from tests.helpers.entities import Entities
from tests.helpers.fake_devices import Telephone
from tests.helpers.friend_dialog import add_friends
from tests.helpers.pages import automations
from tests.simulator import Console, Person, Simulator
from tests.simulator.world.demo_world import BRASS_OTTER

type Run = Callable[["Home"], Awaitable[None]]


class Home:
    """A home with two people, two consoles, lights and a phone."""

    def __init__(
        self,
        hass: HomeAssistant,
        simulator: Simulator,
        entry: ConfigEntry,
        live: Live,
        clock: Clock,
        freezer: FrozenDateTimeFactory,
    ) -> None:
        """Prepare the home."""
        self.hass = hass
        self.simulator = simulator
        self.entry = entry
        self.live = live
        self.clock = clock
        self._freezer = freezer
        self.telephone = Telephone(hass)
        self.lights = async_mock_service(hass, "light", "turn_on")
        self._calls: dict[str, list[ServiceCall]] = {}
        self.nova = simulator.world.person(simulator.personas["adult"].xuid)
        self.otter = simulator.world.person(BRASS_OTTER)
        consoles = {it.name: it for it in simulator.world.consoles.values()}
        self.den, self.bedroom = consoles["Den"], consoles["Bedroom"]
        self.entities = Entities(hass, self.nova.xuid)

    async def set_up(self, alias: str) -> None:
        """Set up an automation of the pages, unchanged. It is the only one."""
        automation = automations()[alias]
        if "conversation" in str(automation["triggers"]):
            assert await async_setup_component(self.hass, "homeassistant", {})
            assert await async_setup_component(self.hass, "conversation", {})
        assert await async_setup_component(self.hass, "automation", {"automation": [automation]})
        await self.live(0)
        [state] = self.hass.states.async_all("automation")
        assert state.state == "on"

    async def stop(self) -> None:
        """Switch the automation off, with what it waits for."""
        await self._switch("off")

    async def restart(self) -> None:
        """Restart Home Assistant: the account, and the automation with all that it waited for."""
        await self._switch("off")
        await restart(self.hass, self.entry)
        await self._switch("on")
        self.hass.bus.async_fire(EVENT_HOMEASSISTANT_STARTED)
        await self.live(20)

    async def _switch(self, power: str) -> None:
        target = {"entity_id": "all"}
        await self.hass.services.async_call("automation", f"turn_{power}", {}, True, target=target)

    def be(self, entity_id: str, state: str, **attributes: Any) -> None:
        """Set the state of an entity that the home has besides."""
        self.hass.states.async_set(entity_id, state, attributes)

    async def outage(self, seconds: float) -> None:
        """Let nothing of Xbox be reached for some time."""
        for service in (Service.CONSOLES, Service.PRESENCE, Service.PEOPLE):
            self.simulator.fail(service, status=503, times=None)
        await self.live(seconds)
        for service in (Service.CONSOLES, Service.PRESENCE, Service.PEOPLE):
            self.simulator.heal(service)

    def weekday(self, iso_weekday: int, time: str) -> None:
        """Move the clock to the next occurrence of a weekday, 1 for Monday, and a time of day."""
        self.clock(time)
        days = (iso_weekday - dt_util.now().isoweekday()) % 7
        self._freezer.tick(timedelta(days=days))

    def mock(self, *actions: str) -> None:
        """Replace actions by mocks that record their calls."""
        for it in actions:
            self._calls[it] = async_mock_service(self.hass, *it.split("."))

    def data(self, action: str) -> list[dict[str, Any]]:
        """Return the data of the recorded calls of an action since the last call."""
        data = [dict(call.data) for call in self._calls[action]]
        self._calls[action].clear()
        return data

    def called(self) -> list[str]:
        """Return the recorded calls since the last call, each as action and target."""
        names_and_targets = [
            f"{name} {entity_id}"
            for name, calls in self._calls.items()
            for call in calls
            for entity_id in call.data["entity_id"]
        ]
        for calls in self._calls.values():
            calls.clear()
        return names_and_targets

    async def limit(self, minutes: int) -> None:
        """Set the daily limit."""
        target = {"entity_id": self.entities.id("number.daily_limit")}
        await self.hass.services.async_call(
            "number", "set_value", {"value": minutes}, blocking=True, target=target
        )

    async def play(self, person: Person, title_id: str, seconds: float = 30) -> None:
        """Start a title and let time pass."""
        person.play(title_id)
        await self.live(seconds)

    def was_turned_off(self) -> bool:
        """Return whether the console was turned off."""
        self.den.settle()
        return "TurnOff" in [it.name for it in self.den.done]


@pytest.fixture(name="at_home")
async def at_home_fixture(
    hass: HomeAssistant,
    simulator: Simulator,
    freezer: FrozenDateTimeFactory,
    clock: Clock,
    den: Console,
    entry: ConfigEntry,
    live: Live,
) -> Home:
    """Return the home at noon, with a tracked friend."""
    await add_friends(hass, entry, BRASS_OTTER)
    clock("12:00")
    await live(30)
    return Home(hass, simulator, entry, live, clock, freezer)
