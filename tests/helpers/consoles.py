"""The owner's consoles in tests: their entities, and actions on them."""

import asyncio
from collections.abc import Awaitable
from typing import Any, override

import pytest
from freezegun.api import FrozenDateTimeFactory
from homeassistant.const import ATTR_ENTITY_ID
from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er

from custom_components.xbox_network.const import DOMAIN
from tests.helpers.entities import Entities
from tests.simulator import Console, Simulator, add_consoles
from tests.simulator.world.demo_world import BEDROOM, DEN

_TICK_SECONDS = 0.1
_TURNS = 40


class ConsoleEntities(Entities):
    """The entities of a console: `remote` and `media_player` by that name, others as `<platform>.<key>`."""

    def __init__(self, hass: HomeAssistant, console_id: str) -> None:
        """Select the entities of that console."""
        super().__init__(hass, console_id)
        self._console_id = console_id
        self._registry = er.async_get(hass)

    @override
    def id(self, name: str) -> str:
        if "." in name:
            return super().id(name)
        entity_id = self._registry.async_get_entity_id(name, DOMAIN, self._console_id)
        assert entity_id, f"there is no {name}"
        return entity_id


def told(console: Console) -> list[str]:
    """Return the commands that a console executed since the last call."""
    console.settle()
    names = [it.name for it in console.done]
    console.done.clear()
    return names


@pytest.fixture(name="consoles")
def consoles_fixture(simulator: Simulator) -> tuple[Console, Console]:
    """Return two consoles of the owner: one on, one in standby. Name this before `entry`."""
    return add_consoles(simulator.world)


@pytest.fixture(name="den")
def den_fixture(consoles: tuple[Console, Console]) -> Console:
    """Return the console that is on: a Series X at its home screen. Name it before `entry`."""
    return consoles[0]


@pytest.fixture(name="bedroom")
def bedroom_fixture(consoles: tuple[Console, Console]) -> Console:
    """Return the console in standby: a One S. Name it before `entry`."""
    return consoles[1]


@pytest.fixture(name="at_den")
def at_den_fixture(hass: HomeAssistant) -> ConsoleEntities:
    """Return the entities of the console that is on."""
    return ConsoleEntities(hass, DEN)


@pytest.fixture(name="at_bedroom")
def at_bedroom_fixture(hass: HomeAssistant) -> ConsoleEntities:
    """Return the entities of the console in standby."""
    return ConsoleEntities(hass, BEDROOM)


class Actions:
    """Caller of Home Assistant's actions, which moves a frozen clock until they are done."""

    def __init__(self, hass: HomeAssistant, freezer: FrozenDateTimeFactory) -> None:
        """Store Home Assistant and its frozen clock."""
        self._hass = hass
        self._freezer = freezer

    async def call(self, action: str, entity_id: str, **data: Any) -> None:
        """Call an action of Home Assistant. Raises the action's errors."""
        await self.wait_for(self.begin(action, entity_id, **data))

    async def begin(self, action: str, entity_id: str, **data: Any) -> None:
        """Call an action while somebody else lets time pass. Raises the action's errors."""
        domain, name = action.split(".")
        target = {ATTR_ENTITY_ID: entity_id}
        await self._hass.services.async_call(domain, name, data, blocking=True, target=target)

    async def wait_for[T](self, awaitable: Awaitable[T]) -> T:
        """Let time pass until an awaitable is done. Return its result or raise its error."""
        task = asyncio.ensure_future(awaitable)
        while not task.done():
            await self.pass_time()
        await self.pass_time()  # for tasks that wait for the one that has just ended
        return await task

    async def pass_time(self, seconds: float = _TICK_SECONDS) -> None:
        """Let time pass in small steps, so that no timer is early."""
        while seconds > 0:
            for _ in range(_TURNS):
                await asyncio.sleep(0)
            self._freezer.tick(_TICK_SECONDS)
            seconds -= _TICK_SECONDS


@pytest.fixture(name="actions")
def actions_fixture(hass: HomeAssistant, freezer: FrozenDateTimeFactory) -> Actions:
    """Return a caller of actions that waits for them."""
    return Actions(hass, freezer)
