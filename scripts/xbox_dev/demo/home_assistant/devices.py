"""The integration's devices in Home Assistant: people and consoles, with their entities."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from .client import HomeAssistant
from .sign_in import DOMAIN


@dataclass(frozen=True)
class Device:
    """A device with its enabled entities, by platform and key.

    `subentry` is the device's subentry of the account, None for the account itself.
    """

    name: str
    subentry: str | None
    ids: dict[tuple[str, str], str]

    def __call__(self, platform: str, key: str) -> str | None:
        """Return the id of an entity, None if there is none."""
        return self.ids.get((platform, key))


class Person(Device):
    """A person on Xbox."""

    @property
    def owner(self) -> bool:
        """Return whether the person owns the account."""
        return self.subentry is None


class Console(Device):
    """A console. The keys of its media player and its remote are empty."""

    def all(self, platform: str, beginning: str) -> list[str]:
        """Return the entities whose key has this beginning, one for each disk."""
        entities = self.ids.items()
        return sorted(
            it for (kind, key), it in entities if kind == platform and key.startswith(beginning)
        )


async def our_entities(home: HomeAssistant) -> list[dict[str, Any]]:
    """Return the registry's entities of the integration."""
    entities: list[dict[str, Any]] = await home.command("config/entity_registry/list")
    return [item for item in entities if item["platform"] == DOMAIN]


def platform(entity: dict[str, Any]) -> str:
    """Return the platform of an entity."""
    return str(entity["entity_id"]).partition(".")[0]


def key(entity: dict[str, Any]) -> str:
    """Return the part of the unique id after the xuid or the console id."""
    return str(entity["unique_id"]).partition("_")[2]


async def people(home: HomeAssistant) -> list[Person]:
    """Return all people: first the owners, then the friends, each by name."""
    persons = [it for it in await _devices(home, Person) if it("binary_sensor", "online")]
    return sorted(persons, key=lambda it: (not it.owner, it.name.casefold()))


async def consoles(home: HomeAssistant) -> list[Console]:
    """Return all consoles."""
    return [it for it in await _devices(home, Console) if it("media_player", "")]


async def limits(home: HomeAssistant, persons: Iterable[Person]) -> dict[str, float]:
    """Return the daily limit in minutes by entity, 0 for none."""
    states = {item["entity_id"]: item["state"] for item in await home.command("get_states")}
    entities = [entity for it in persons if (entity := it("number", "daily_limit"))]
    values = {entity: states.get(entity, "") for entity in entities}
    return {entity: float(it) if _is_number(it) else 0.0 for entity, it in values.items()}


def _is_number(state: str) -> bool:
    return state.replace(".", "", 1).isdecimal()


async def _devices[T: Device](home: HomeAssistant, kind: type[T]) -> list[T]:
    devices = await home.command("config/device_registry/list")
    names = {item["id"]: str(item["name_by_user"] or item["name"]) for item in devices}
    by_device: dict[str, T] = {}
    for item in await our_entities(home):
        if item["disabled_by"] or (device := item["device_id"]) not in names:
            continue
        existing = by_device.setdefault(device, kind(names[device], item["config_subentry_id"], {}))
        existing.ids[platform(item), key(item)] = item["entity_id"]
    return list(by_device.values())
