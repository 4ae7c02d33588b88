"""A household in tests: two accounts that share a console, and what has to outlive every change of accounts."""

from dataclasses import dataclass
from typing import Any

from homeassistant.config_entries import ConfigEntry, ConfigEntryDisabler
from homeassistant.const import STATE_UNAVAILABLE
from homeassistant.core import HomeAssistant
from homeassistant.helpers import area_registry as ar, device_registry as dr, entity_registry as er

from custom_components.xbox_network.const import DOMAIN
from custom_components.xbox_network.xbox.endpoints import Service
from tests.helpers.consoles import ConsoleEntities
from tests.helpers.settling import settle
from tests.simulator import Console, Simulator

NOVA = "2535400000000001"
JUNIPER = "2535400000000002"


@dataclass
class Household:
    """Two accounts, and a console that both have. The first one has its entities."""

    hass: HomeAssistant
    simulator: Simulator
    den: Console
    first: ConfigEntry
    second: ConfigEntry

    @property
    def at_den(self) -> ConsoleEntities:
        """The entities of the shared console."""
        return ConsoleEntities(self.hass, self.den.console_id)

    @property
    def owner(self) -> ConfigEntry | None:
        """The account that has the shared console: its device, and all of its entities."""
        entry_ids: set[str | None] = {it.config_entry_id for it in self.devices}
        entry_ids |= {it.config_entry_id for it in self.entities}
        assert len(entry_ids) <= 1, "the console is torn between accounts"
        entry_id = next(iter(entry_ids), None)
        return self.hass.config_entries.async_get_entry(entry_id) if entry_id else None

    @property
    def devices(self) -> list[dr.DeviceEntry]:
        """The devices of the shared console: there has to be one."""
        identifier = (DOMAIN, self.den.console_id)
        return dr.async_get(self.hass).async_get_devices(identifiers={identifier})

    @property
    def entities(self) -> list[er.RegistryEntry]:
        """The registered entities of the shared console, disabled ones, too."""
        return [
            it
            for it in er.async_get(self.hass).entities.values()
            if it.platform == DOMAIN and it.unique_id.startswith(self.den.console_id)
        ]

    def customize(self) -> None:
        """Change what a user may change: names, ids, areas, labels, disabled entities."""
        [device] = self.devices
        area = ar.async_get(self.hass).async_get_or_create("Living room")
        dr.async_get(self.hass).async_update_device(
            device.id, name_by_user="Big box", area_id=area.id, labels={"games"}
        )
        registry, at_den = er.async_get(self.hass), self.at_den
        registry.async_update_entity(at_den.id("remote"), new_entity_id="remote.big_box")
        registry.async_update_entity(
            at_den.id("button.home"), name="Way home", icon="mdi:home", labels={"games"}
        )
        registry.async_update_entity(
            at_den.id("button.guide"), disabled_by=er.RegistryEntryDisabler.USER
        )

    def identity(self) -> dict[str, Any]:
        """Return everything that users and the recorder have attached to the console."""
        return {
            "devices": {
                (it.id, it.name_by_user, it.area_id, tuple(it.labels), it.disabled_by)
                for it in self.devices
            },
            "entities": {
                it.unique_id: (
                    it.id,
                    it.entity_id,
                    it.device_id,
                    it.name,
                    it.icon,
                    tuple(it.labels),
                    it.disabled_by,
                    it.created_at,
                )
                for it in self.entities
            },
        }

    def unavailable(self) -> set[str]:
        """Return the ids of enabled entities of the console that are unavailable or have no state."""
        enabled = {it.entity_id for it in self.entities if not it.disabled_by}
        states = {it: self.hass.states.get(it) for it in enabled}
        return {it for it, state in states.items() if not state or state.state == STATE_UNAVAILABLE}

    def reads(self) -> dict[str, int]:
        """Return how often the console's status and its apps were asked for."""
        console_id = self.den.console_id
        requests = self.simulator.requests(Service.CONSOLES)
        return {
            "status": sum(it.path == f"/consoles/{console_id}" for it in requests),
            "apps": sum(it.query.get("deviceId") == console_id for it in requests),
        }

    async def reload(self, *entries: ConfigEntry) -> None:
        """Unload accounts and load them again, in this order."""
        for entry in entries:
            await self.hass.config_entries.async_unload(entry.entry_id)
        await settle(self.hass)
        for entry in entries:
            await self.hass.config_entries.async_setup(entry.entry_id)
            await settle(self.hass)

    async def disable(self, entry: ConfigEntry) -> None:
        """Disable an account."""
        await self.hass.config_entries.async_set_disabled_by(
            entry.entry_id, ConfigEntryDisabler.USER
        )
        await settle(self.hass)

    async def enable(self, entry: ConfigEntry) -> None:
        """Enable an account."""
        await self.hass.config_entries.async_set_disabled_by(entry.entry_id, None)
        await settle(self.hass)


def refuse(household: Household, code: str, *places: str, xuid: str = NOVA) -> None:
    """Let the console service refuse an account, until `world.xccs_errors.clear()`."""
    for place in places:
        household.simulator.world.xccs_errors.add(code, at=place, xuid=xuid, times=None)
