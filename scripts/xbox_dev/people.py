"""Whom the integration shows in Home Assistant, and by which entities."""

from dataclasses import dataclass
from typing import Any

from .client import HomeAssistant
from .sign_in import DOMAIN


@dataclass(frozen=True)
class Person:
    """A person with the entities that are enabled, by platform and key of the contract."""

    name: str
    owner: bool
    ids: dict[tuple[str, str], str]

    def __call__(self, platform: str, key: str) -> str | None:
        """Return an entity, None if there is none."""
        return self.ids.get((platform, key))


async def our_entities(home: HomeAssistant) -> list[dict[str, Any]]:
    """Return the registry's entities of the integration."""
    entities: list[dict[str, Any]] = await home.command("config/entity_registry/list")
    return [item for item in entities if item["platform"] == DOMAIN]


def platform(entity: dict[str, Any]) -> str:
    """Return its platform."""
    return str(entity["entity_id"]).partition(".")[0]


def key(entity: dict[str, Any]) -> str:
    """Return the part of the unique id behind the xuid or the console id."""
    return str(entity["unique_id"]).partition("_")[2]


async def people(home: HomeAssistant) -> list[Person]:
    """Return everybody, consoles left out: the owners first, each group by name."""
    devices = await home.command("config/device_registry/list")
    names = {item["id"]: str(item["name_by_user"] or item["name"]) for item in devices}
    found: dict[str, Person] = {}
    for item in await our_entities(home):
        if item["disabled_by"] or (device := item["device_id"]) not in names:
            continue
        owner = item["config_subentry_id"] is None
        person = found.setdefault(device, Person(names[device], owner, {}))
        person.ids[platform(item), key(item)] = item["entity_id"]
    everybody = [it for it in found.values() if it("binary_sensor", "online")]
    return sorted(everybody, key=lambda it: (not it.owner, it.name.casefold()))
