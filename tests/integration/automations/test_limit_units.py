"""Limit triggers decide by our own minutes, whatever the sensor of the time left shows."""

from typing import Any

import pytest
from freezegun.api import FrozenDateTimeFactory
from homeassistant.config_entries import ConfigEntry
from homeassistant.const import UnitOfTime
from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er

from tests.conftest import Poll
from tests.helpers.automations.triggers import TriggerRecorder, device_of
from tests.helpers.entities import Entities
from tests.helpers.playtime import STARFALL_DRIFT, act
from tests.simulator import Person

LEFT = "sensor.time_left"
UNITS = [
    UnitOfTime.HOURS,
    UnitOfTime.DAYS,
    UnitOfTime.SECONDS,
    UnitOfTime.WEEKS,
    UnitOfTime.MINUTES,
]


def show(hass: HomeAssistant, entity_id: str, options: dict[str, Any]) -> None:
    """Change how the sensor shows its state."""
    er.async_get(hass).async_update_entity_options(entity_id, "sensor", options)


async def played_away(
    hass: HomeAssistant, entities: Entities, owner: Person, poll: Poll, minutes: float = 1
) -> tuple[list[int], list[int]]:
    """Use up four minutes; return the minutes left at which each trigger fired."""
    target = {"device_id": device_of(hass, entities.id("event.activity"))}
    approaching = await TriggerRecorder(hass).attach(
        "playtime_limit_approaching", target, {"minutes": minutes}
    )
    reached = await TriggerRecorder(hass).attach("playtime_limit_reached", target)
    await act(hass, "set_limit", entities.id("event.activity"), minutes=4)
    owner.play(STARFALL_DRIFT)
    await poll(6 * 60)
    for recorder in (approaching, reached):
        recorder.detach()
    told = [[payload["minutes_left"] for payload in it.told] for it in (approaching, reached)]
    return told[0], told[1]


@pytest.mark.usefixtures("freezer", "entry")
@pytest.mark.parametrize("unit", UNITS)
async def test_units(
    hass: HomeAssistant, entities: Entities, owner: Person, poll: Poll, unit: str
) -> None:
    """In each unit both triggers fire once, at the minutes that are meant, however much is rounded."""
    show(hass, entities.id(LEFT), {"unit_of_measurement": unit})
    assert await played_away(hass, entities, owner, poll) == ([1], [0])
    assert entities[LEFT].attributes["unit_of_measurement"] == unit


@pytest.mark.usefixtures("freezer", "entry")
@pytest.mark.parametrize("precision", [0, 1, 4])
@pytest.mark.parametrize("unit", [UnitOfTime.HOURS, UnitOfTime.DAYS])
async def test_precision(
    hass: HomeAssistant, entities: Entities, owner: Person, poll: Poll, unit: str, precision: int
) -> None:
    """So with each precision."""
    show(hass, entities.id(LEFT), {"unit_of_measurement": unit, "display_precision": precision})
    assert await played_away(hass, entities, owner, poll, minutes=2) == ([2], [0])


@pytest.mark.usefixtures("freezer", "entry")
async def test_days_before_the_end(
    hass: HomeAssistant, entities: Entities, owner: Person, poll: Poll
) -> None:
    """A state of nearly 0 is no end: nothing fires before it."""
    show(hass, entities.id(LEFT), {"unit_of_measurement": UnitOfTime.DAYS})
    target = {"device_id": device_of(hass, entities.id("event.activity"))}
    reached = await TriggerRecorder(hass).attach("playtime_limit_reached", target)
    await act(hass, "set_limit", entities.id(LEFT), minutes=20)
    owner.play(STARFALL_DRIFT)
    await poll(17 * 60)
    assert float(entities(LEFT)) < 0.01
    assert entities[LEFT].attributes["minutes_left"] in (2, 3, 4)
    assert reached.told == []
    reached.detach()


@pytest.mark.usefixtures("freezer", "entry")
async def test_renamed(hass: HomeAssistant, entities: Entities, owner: Person, poll: Poll) -> None:
    """A sensor with another entity id and name is still the one."""
    er.async_get(hass).async_update_entity(
        entities.id(LEFT), new_entity_id="sensor.rest_of_the_day", name="Rest"
    )
    assert await played_away(hass, entities, owner, poll) == ([1], [0])


async def test_unit_changed_meanwhile(
    hass: HomeAssistant,
    freezer: FrozenDateTimeFactory,
    entry: ConfigEntry,
    entities: Entities,
    owner: Person,
    poll: Poll,
) -> None:
    """Another unit is no other time: it fires nothing by itself."""
    await act(hass, "set_limit", entities.id(LEFT), minutes=40)
    target = {"device_id": device_of(hass, entities.id("event.activity"))}
    recorder = await TriggerRecorder(hass).attach("playtime_limit_approaching", target)
    for unit in UNITS:
        show(hass, entities.id(LEFT), {"unit_of_measurement": unit})
        await poll(60)
        assert entities[LEFT].attributes["minutes_left"] == 40
    assert recorder.told == []
    recorder.detach()
