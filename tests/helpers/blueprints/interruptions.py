"""What can interrupt an automation that waits, and a home to which it happens.

A row of the table is a `Scenario`: what has been promised, three moments of the waiting, and what has to come true.
Nothing here is kinder than a real home: after a restart runs are gone, scenes made by actions too, each state has
just changed; an automation is on or off and was triggered last as the disk says, and the event
`automation_reloaded` is not fired. Home Assistant that is killed writes nothing: the disk has what was saved before.
"""

import copy
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any, Final, Protocol
from unittest.mock import patch

from freezegun.api import FrozenDateTimeFactory
from homeassistant.components.automation.const import DATA_COMPONENT
from homeassistant.components.automation.util import async_process_config
from homeassistant.config_entries import ConfigEntry
from homeassistant.core import CoreState, HomeAssistant
from homeassistant.helpers import restore_state
from homeassistant.helpers.entity import Entity

from custom_components.xbox_network.const import DOMAIN
from tests.helpers.consoles import ConsoleEntities
from tests.helpers.fake_devices import Telephone
from tests.simulator import Console, Person, Simulator

AWAY_SECONDS: Final = 40
"""How long Home Assistant does not run, or an automation is switched off."""

# What the integration keeps for as long as Home Assistant runs.
_OF_A_PROCESS: Final = (f"{DOMAIN}_files", f"{DOMAIN}_allowances")

type Interruption = Callable[[Home], Awaitable[None]]


@dataclass
class Home:
    """A home with a console, a child who owns the account, and automations from blueprints."""

    hass: HomeAssistant
    storage: dict[str, Any]
    freezer: FrozenDateTimeFactory
    simulator: Simulator
    entry: ConfigEntry
    den: Console
    owner: Person
    at_den: ConsoleEntities
    telephone: Telephone
    live: Callable[..., Awaitable[None]]
    more_entries: list[ConfigEntry] = field(default_factory=list)
    """Accounts beside that of the child."""
    devices: list[Entity] = field(default_factory=list)
    """Lamps and televisions: a restart writes their states anew."""
    automations: dict[str, dict[str, Any]] = field(default_factory=dict)
    """The inputs by blueprint."""
    saved_with: dict[str, Any] = field(default_factory=dict)
    """What the editor changes, in each automation that has such an input."""
    description: str = ""

    @property
    def config(self) -> list[dict[str, Any]]:
        """Return the automations as in `automations.yaml`."""
        return [
            {
                "id": it,
                "alias": it,
                "description": self.description,
                "use_blueprint": {
                    "path": f"{DOMAIN}/{it.partition(' ')[0]}.yaml",
                    "input": inputs,
                },
            }
            for it, inputs in self.automations.items()
        ]

    async def set_up(self, automate: Callable[..., Awaitable[None]], **blueprints: Any) -> None:
        """Create automations from blueprints. The disk has them then."""
        await automate(**blueprints)
        self.automations = blueprints
        await self.reload()
        await restore_state.async_get(self.hass).async_dump_states()

    async def reload(self, **which: str) -> None:
        """Reload the automations."""
        await self._with_config(
            lambda: self.hass.services.async_call("automation", "reload", which, blocking=True)
        )
        await self.live(0)

    async def turn(self, off_or_on: str) -> None:
        """Switch all automations off or on."""
        ids = self.hass.states.async_entity_ids("automation")
        await self.hass.services.async_call(
            "automation", f"turn_{off_or_on}", {"entity_id": ids}, blocking=True
        )
        await self.live(0)

    async def end(self, *, killed: bool) -> None:
        """End Home Assistant. Only what is on the disk is left."""
        hass = self.hass
        if not killed:
            await restore_state.async_get(hass).async_dump_states()
        disk = copy.deepcopy(self.storage)
        automations, self.automations = self.automations, {}
        await self.reload()
        self.automations = automations
        for scene in hass.states.async_entity_ids("scene"):
            await hass.services.async_call("scene", "delete", {"entity_id": scene}, blocking=True)
        for entry in (self.entry, *self.more_entries):
            await hass.config_entries.async_unload(entry.entry_id)
        await self.live(0)
        for key in _OF_A_PROCESS:
            hass.data.pop(key, None)
        if not killed:
            disk = {**self.storage, restore_state.STORAGE_KEY: disk[restore_state.STORAGE_KEY]}
        self.storage.clear()
        self.storage.update(disk)
        for device in self.devices:
            hass.states.async_remove(device.entity_id)
        hass.set_state(CoreState.not_running)

    async def start(self) -> None:
        """Start Home Assistant with what is on the disk."""
        hass = self.hass
        await restore_state.async_get(hass).async_load()
        for device in self.devices:
            device.async_write_ha_state()
        for entry in (self.entry, *self.more_entries):
            await hass.config_entries.async_setup(entry.entry_id)
        await self.live(0)
        await self._with_config(self._load_automations)
        await hass.async_start()
        await self.live(0)

    async def _load_automations(self) -> None:
        component = self.hass.data[DATA_COMPONENT]
        config = await component.async_prepare_reload(skip_reset=True)
        assert config
        await async_process_config(self.hass, config, component)

    async def _with_config(self, call: Callable[[], Awaitable[Any]]) -> None:
        with patch(
            "homeassistant.config.async_hass_config_yaml",
            return_value={"automation": self.config},
        ):
            await call()


class Scenario(Protocol):
    """A row of the table: something that one blueprint has promised."""

    name: str
    """The blueprint."""
    moments: tuple[float, float, float]
    """Seconds from the promise until an interruption."""
    saved_with: dict[str, Any]
    """An input that is changed when the automation is saved in the editor."""

    async def begin(self, home: Home, automate: Callable[..., Awaitable[None]]) -> None:
        """Set up the automation and let it promise something."""

    async def see(self, home: Home, interruption: str, moment: float) -> None:
        """Check what was promised, after the interruption."""


async def save_in_the_editor(home: Home) -> None:
    """Save each automation with another choice."""
    for name, inputs in home.automations.items():
        home.automations[name] = inputs | home.saved_with
        await home.reload(id=name)


async def switch_off_and_on(home: Home) -> None:
    """Switch the automations off, and on again."""
    await home.turn("off")
    await home.live(AWAY_SECONDS)
    await home.turn("on")


async def reload_automations(home: Home) -> None:
    """Reload all automations, after each was changed in its file."""
    home.description = "changed in the file"
    await home.reload()


async def reload_account(home: Home) -> None:
    """Reload the account."""
    await home.hass.config_entries.async_reload(home.entry.entry_id)
    await home.live(0)


async def restart(home: Home) -> None:
    """Restart Home Assistant."""
    await home.end(killed=False)
    home.freezer.tick(AWAY_SECONDS)
    await home.start()


async def kill(home: Home) -> None:
    """Kill Home Assistant, and start it again."""
    await home.end(killed=True)
    home.freezer.tick(AWAY_SECONDS)
    await home.start()


INTERRUPTIONS: Final[dict[str, Interruption]] = {
    "saved": save_in_the_editor,
    "switched": switch_off_and_on,
    "reloaded": reload_automations,
    "account": reload_account,
    "restarted": restart,
    "killed": kill,
}
RESTARTS: Final = frozenset({"restarted", "killed"})
