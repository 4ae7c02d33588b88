"""The measured Home Assistant with one account and five friends, and the simulated network."""

import asyncio
import contextvars
import pathlib
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from enum import StrEnum
from unittest.mock import patch

from aiohttp import ThreadedResolver
from homeassistant import loader
from homeassistant.components.application_credentials import (
    ClientCredential,
    async_import_client_credential,
)
from homeassistant.config_entries import ConfigEntryState, ConfigSubentryData
from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er
from homeassistant.setup import async_setup_component
from pytest_homeassistant_custom_component.common import (
    MockConfigEntry,
    async_test_home_assistant,
)

from custom_components.xbox_network.const import DOMAIN, SUBENTRY_FRIEND
from custom_components.xbox_network.coordinator.push import PushState
from custom_components.xbox_network.xbox import endpoints
from custom_components.xbox_network.xbox.endpoints import Service
from tests.helpers.settling import settle
from tests.simulator import (
    CLIENT_ID,
    CLIENT_SECRET,
    Console,
    Person,
    Simulator,
    StorageDevice,
    Title,
    add_many_friends,
    app_of,
    redirect,
)
from tests.simulator.consoles.console import ON, STANDBY

from ..demo.home_assistant.config_folder import store
from ..demo.processes import free_port

DELAY_SECONDS = 0.08
FRIENDS = 1_000
TRACKED = 5
INSTALLED = 60
_FIRST_GAME = 1_910_000_000

IN_NETWORK: contextvars.ContextVar[bool] = contextvars.ContextVar("in_network", default=False)
"""True in the simulator's context, which is not measured."""


class Push(StrEnum):
    """The push that the network allows."""

    REFUSED = "push refused"
    PROVED = "push proved"
    COMPLETE = "push proved, /richpresence too"


@dataclass
class Environment:
    """Home Assistant, the network, and the tracked people: the owner, on the first console, then friends."""

    hass: HomeAssistant
    simulator: Simulator
    entry: MockConfigEntry
    people: list[Person]
    consoles: list[Console]
    push: Push

    @property
    def friends(self) -> list[Person]:
        """Return the tracked friends."""
        return self.people[1:]

    @property
    def push_state(self) -> PushState:
        """Return the state of push."""
        state: PushState = self.entry.runtime_data.push.state
        return state

    def entity_ids(self, person: Person | None = None) -> frozenset[str]:
        """Return our entity ids, or those of one person."""
        registry = er.async_get(self.hass)
        entities = er.async_entries_for_config_entry(registry, self.entry.entry_id)
        prefix = f"{person.xuid}_" if person else ""
        return frozenset(it.entity_id for it in entities if it.unique_id.startswith(prefix))

    def keys(self) -> dict[str, str]:
        """Return the key of each person's entity, by entity id."""
        registry = er.async_get(self.hass)
        entities = er.async_entries_for_config_entry(registry, self.entry.entry_id)
        parts = {it.entity_id: it.unique_id.partition("_") for it in entities}
        xuids = {person.xuid for person in self.people}
        return {entity_id: key for entity_id, (xuid, _, key) in parts.items() if xuid in xuids}

    async def set_limits(self) -> None:
        """Set a daily limit for all people, so that they have time left."""
        numbers = [entity_id for entity_id, key in self.keys().items() if key == "daily_limit"]
        await self.hass.services.async_call(
            DOMAIN, "set_limit", {"entity_id": numbers, "minutes": 90}, blocking=True
        )

    def switch(self, *, on: bool) -> None:
        """Switch all consoles on, with a game that no person plays, or off."""
        for console in self.consoles:
            console.power = ON if on else STANDBY
            if on:
                console.run(game(0))

    async def load(self) -> None:
        """Load the entry. Raises RuntimeError if that fails."""
        await self.hass.config_entries.async_setup(self.entry.entry_id)
        if self.entry.state is not ConfigEntryState.LOADED:
            raise RuntimeError(f"the entry is {self.entry.state}: {self.entry.reason}")

    async def unload(self) -> None:
        """Unload the entry."""
        await settle(self.hass)
        await self.hass.config_entries.async_unload(self.entry.entry_id)

    async def prove_push(self, pause: float) -> None:
        """Load, and prove push if the network allows it. Raises RuntimeError if push has another state."""
        await self.load()
        await asyncio.sleep(2)
        friend = self.friends[0]
        for act in (friend.go_online, friend.go_offline):
            act()
            await asyncio.sleep(pause)
        expected = PushState.REFUSED if self.push is Push.REFUSED else PushState.TRUSTED
        if self.push_state is not expected:
            raise RuntimeError(f"push is {self.push_state}, not {expected}")


@asynccontextmanager
async def environment(
    push: Push, consoles: int = 1, *, tracked: int = TRACKED
) -> AsyncIterator[Environment]:
    """Set everything up except the entry.

    The people are offline, the consoles are off, and each answer has its delay.
    """
    simulator = Simulator()
    await asyncio.create_task(_in_network(simulator), name="simulator")
    try:
        with redirect(endpoints, simulator.url), tempfile.TemporaryDirectory() as folder:
            owner = simulator.world.person(simulator.personas["adult"].xuid)
            people = [owner, *add_many_friends(simulator.world, owner, FRIENDS)[:tracked]]
            for person in people:
                person.go_offline()
            _add_games(simulator)
            owned = [_add_console(owner, number) for number in range(consoles)]
            _set_push(simulator, push)
            async with _home_assistant(folder) as hass:
                entry = _account(simulator, people)
                entry.add_to_hass(hass)
                yield Environment(hass, simulator, entry, people, owned, push)
    finally:
        await simulator.stop()


async def _in_network(simulator: Simulator) -> None:
    """Start the simulator in its own context, which marks its callbacks."""
    IN_NETWORK.set(True)
    await simulator.start()


def _set_push(simulator: Simulator, push: Push) -> None:
    simulator.delay = DELAY_SECONDS
    simulator.rta.delay = DELAY_SECONDS / 2  # an event goes one way, a request both
    if push is Push.REFUSED:
        simulator.fail(Service.REALTIME, status=403, times=None)
    elif push is Push.COMPLETE:
        simulator.rta.accept()


def game(number: int) -> str:
    """Return the title id of one of the network's games, number 0 to 99."""
    return str(_FIRST_GAME + number)


def _add_games(simulator: Simulator) -> None:
    simulator.world.add_titles(
        Title(
            title_id=game(number), name=f"Game {number}", pfn=f"Example.Game{number}_0a1b2c3d4e5f6"
        )
        for number in range(100)
    )


def _add_console(owner: Person, number: int) -> Console:
    """Give the owner a console that is off. The owner plays on the first one."""
    world = owner.world
    if world is None:
        raise LookupError("the owner is in no world")
    console = Console(
        console_id=f"F40000000000010{number}",
        owner=owner.xuid,
        name=f"Console {number}",
        console_type="XboxSeriesX" if number == 0 else "XboxOneX",
        apps=[app_of(world.titles[game(it)]) for it in range(INSTALLED)],
        storage=[StorageDevice(storage_id=f"A2000000-0000-4000-8000-00000000000{number}")],
        regulars=[owner] if number == 0 else [],
    )
    return world.add_console(console)


def _account(simulator: Simulator, people: list[Person]) -> MockConfigEntry:
    """Return the entry of the adult, as the dialogs create it."""
    owner, *friends = people
    return MockConfigEntry(
        domain=DOMAIN,
        title=owner.gamertag,
        unique_id=owner.xuid,
        data={"auth_implementation": DOMAIN, "token": simulator.live_token("adult")},
        subentries_data=[
            ConfigSubentryData(
                data={}, subentry_type=SUBENTRY_FRIEND, title=it.gamertag, unique_id=it.xuid
            )
            for it in friends
        ],
    )


class _Resolver(ThreadedResolver):
    """Resolver without discovery in the local network, because no names have to be resolved."""

    async def real_close(self) -> None:
        """Close the resolver, as Home Assistant does at its end."""
        await self.close()


@asynccontextmanager
async def _home_assistant(folder: str) -> AsyncIterator[HomeAssistant]:
    """Run a Home Assistant that finds the integration."""
    storage = pathlib.Path(folder, ".storage")
    storage.mkdir()
    # any free port: 8123 may be that of a Home Assistant that people use
    store(storage, "http", {"server_host": ["127.0.0.1"], "server_port": free_port()})
    resolver = "homeassistant.helpers.aiohttp_client._async_make_resolver"
    with patch(resolver, lambda _: _Resolver()):
        async with async_test_home_assistant(config_dir=folder) as hass, _running(hass):
            yield hass


@asynccontextmanager
async def _running(hass: HomeAssistant) -> AsyncIterator[None]:
    hass.data.pop(loader.DATA_CUSTOM_COMPONENTS)
    await async_setup_component(hass, "application_credentials", {})
    await async_import_client_credential(
        hass, DOMAIN, ClientCredential(CLIENT_ID, CLIENT_SECRET), DOMAIN
    )
    try:
        yield
    finally:
        await hass.async_stop(force=True)
