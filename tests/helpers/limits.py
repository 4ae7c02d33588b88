"""Limits in tests of rights: a home whose people have some, and everything that changes them."""

from typing import Any, NamedTuple

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant

from tests.helpers.blueprints.files import device_of
from tests.helpers.consoles import ConsoleEntities
from tests.helpers.entities import Entities
from tests.helpers.users import Caller
from tests.simulator.world.demo_world import BRASS_OTTER, QUIET_HARBOR

LIMIT, BONUS, LEFT = "number.daily_limit", "button.bonus_time", "sensor.time_left"

type Rule = tuple[int | None, int, str | None]
"""Limit, bonus and bedtime of today."""

UNCHANGED: Rule = (60, 0, None)


class Change(NamedTuple):
    """An action that changes limits: an entity for it, its fields, and the rule of today afterwards."""

    action: str
    entity: str
    fields: dict[str, Any]
    after: Rule


CHANGES = [
    Change("set_limit", LEFT, {"minutes": 30}, (30, 0, None)),
    Change("set_limit", LEFT, {"remove": True}, (None, 0, None)),
    Change("set_limit", LEFT, {"bedtime": "20:00"}, (60, 0, "20:00")),
    Change("add_bonus_time", LEFT, {"minutes": 30}, (60, 30, None)),
    Change("add_bonus_time", LEFT, {}, (60, 15, None)),
    Change("number.set_value", LIMIT, {"value": 30}, (30, 0, None)),
    Change("button.press", BONUS, {}, (60, 15, None)),
]


def rule(person: Entities) -> Rule:
    """Return the rule of today of a person."""
    attributes = person[LEFT].attributes
    return attributes["limit"], attributes["bonus"], attributes["bedtime"]


async def reset(hass: HomeAssistant, *people: Entities) -> None:
    """Give people a limit of an hour for each day, without bonus and bedtime."""
    automation = Caller(hass, None)
    for person in people:
        await automation("set_limit", person.id(LEFT), remove=True, minutes=60)
        if bonus := rule(person)[1]:
            await automation("add_bonus_time", person.id(LEFT), minutes=-bonus)
        assert rule(person) == UNCHANGED


class Home:
    """The home: an account, and the entities of Nova Kestrel, Quiet Harbor, Brass Otter and a console."""

    def __init__(self, hass: HomeAssistant, entry: ConfigEntry, console: ConsoleEntities) -> None:
        """Use a loaded account."""
        self._hass = hass
        self.entry = entry
        self.console = console
        self.nova = Entities(hass, str(entry.unique_id))
        self.quiet = Entities(hass, QUIET_HARBOR)
        self.brass = Entities(hass, BRASS_OTTER)

    def rules(self) -> list[Rule]:
        """Return the rule of today of each person."""
        return [rule(it) for it in (self.nova, self.quiet, self.brass)]

    async def reset(self) -> None:
        """Give everybody a limit of an hour."""
        await reset(self._hass, self.nova, self.quiet, self.brass)

    def device(self, identifier: str) -> str:
        """Return the device id of a person or a console."""
        return device_of(self._hass, self.entry, identifier)
