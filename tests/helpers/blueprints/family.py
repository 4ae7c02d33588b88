"""A family for tests: a child with a limit, a console, and parents who get messages."""

from typing import Any

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant

from custom_components.xbox_network.const import DOMAIN
from tests.helpers.blueprints.files import device_of
from tests.helpers.entities import Entities
from tests.helpers.fake_devices import Telephone
from tests.simulator import Person
from tests.simulator.world.demo_world import DEN

LEFT = "Nova Kestrel, you have {} min left to play today."
OVER = "Nova Kestrel, your play time is over for today."
SAVE = "Nova Kestrel, your play time is over for today. Please save your game: the console goes off in {} min."
STOP = "Nova Kestrel, your play time is over. Please stop now."


class Family:
    """A child with a limit, a console, and parents with a phone."""

    def __init__(
        self,
        hass: HomeAssistant,
        entry: ConfigEntry,
        child: Person,
        telephone: Telephone,
        *,
        console_entry: ConfigEntry | None = None,
    ) -> None:
        """Start without a limit. The console is that of another account, if given."""
        self._hass = hass
        self._entities = Entities(hass, child.xuid)
        self.chosen: dict[str, Any] = {
            "child": device_of(hass, entry, child.xuid),
            "notify": [telephone.entity_id],
            "warn_minutes": 3,
            "last_warning": 1,
        }
        self.den = [device_of(hass, console_entry or entry, DEN)]

    async def agree(self, minutes: int) -> None:
        """Set the limit of each day."""
        limit = self._entities.id("number.daily_limit")
        await self._call(DOMAIN, "set_limit", limit, minutes=minutes)

    async def give(self, minutes: int) -> None:
        """Add bonus time."""
        limit = self._entities.id("number.daily_limit")
        await self._call(DOMAIN, "add_bonus_time", limit, minutes=minutes)

    @property
    def left(self) -> str:
        """Return the minutes that are left."""
        return self._entities("sensor.time_left")

    @property
    def played(self) -> int:
        """Return the minutes that were played today."""
        return int(self._entities("sensor.playtime_today"))

    async def _call(self, domain: str, action: str, entity_id: str, **data: Any) -> None:
        target = {"entity_id": entity_id}
        await self._hass.services.async_call(domain, action, data, blocking=True, target=target)
