"""Tests of blueprint screen_time_budget: a bonus before a bedtime keeps the console on, and what is set by hand counts."""

from datetime import timedelta
from typing import Any

import pytest
from homeassistant.core import HomeAssistant
from homeassistant.util import dt as dt_util

from custom_components.xbox_network.const import DOMAIN
from tests.blueprints.conftest import Automate, Clock, Live
from tests.helpers.blueprints.family import Family
from tests.helpers.consoles import told
from tests.helpers.entities import Entities
from tests.simulator import Console, Person
from tests.simulator.world.demo_world import STARFALL_DRIFT

MINUTE = 60


@pytest.mark.parametrize("limit", [{}, {"minutes": 600}], ids=["bedtime alone", "with a limit"])
@pytest.mark.parametrize("how", ["action", "button", "other bedtime"])
async def test_more_time_before_bedtime(
    hass: HomeAssistant,
    den: Console,
    owner: Person,
    family: Family,
    clock: Clock,
    automate: Automate,
    live: Live,
    entities: Entities,
    limit: dict[str, Any],
    how: str,
) -> None:
    """With 15 minutes more, given two minutes before it, the console is on 8 minutes after the bedtime."""
    clock("19:50")
    left = {"entity_id": entities.id("sensor.time_left")}
    bedtime = {"bedtime": "20:00", "bedtime_end": "07:00"}
    await hass.services.async_call(DOMAIN, "set_limit", {**left, **bedtime, **limit}, blocking=True)
    await automate("screen_time_budget", **family.chosen, consoles=family.den)
    owner.play(STARFALL_DRIFT)
    await live(8 * MINUTE)
    assert family.left == "2"
    if how == "action":
        await family.give(15)
    elif how == "button":
        press = {"entity_id": entities.id("button.bonus_time")}
        await hass.services.async_call("button", "press", press, blocking=True)
    else:
        tonight = {"date": dt_util.now() + timedelta(minutes=1), "bedtime": "20:15"}
        await hass.services.async_call(DOMAIN, "set_limit", {**left, **tonight}, blocking=True)
    assert family.left == "17"
    await live(10 * MINUTE)
    assert told(den) == []
    assert family.left == "7"
    await live(7 * MINUTE)
    assert family.left == "0"
    await live(6 * MINUTE)  # after the grace
    assert told(den) == ["TurnOff"]
