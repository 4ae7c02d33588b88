"""Limit triggers: when they fire and their payload, by the states of the sensor of the time left."""

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from freezegun.api import FrozenDateTimeFactory
from homeassistant.config_entries import ConfigEntry
from homeassistant.const import ATTR_UNIT_OF_MEASUREMENT, UnitOfTime
from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er

from custom_components.xbox_network.const import DOMAIN
from tests.conftest import Poll
from tests.helpers.automations.triggers import TriggerRecorder, device_of
from tests.helpers.entities import Entities
from tests.helpers.settling import settle
from tests.simulator import Person
from tests.simulator.world.demo_world import STARFALL_DRIFT

XUID = "2535400000000099"
ZONE = ZoneInfo("Europe/Berlin")
AFTERNOON = "2026-11-24 16:00:00"
NIGHT = "2026-11-24 23:50:00"

R, A15, A30 = "reached", "approaching", "approaching at 30"
TRIGGERS: dict[str, tuple[str, dict[str, Any]]] = {
    R: ("playtime_limit_reached", {}),
    A15: ("playtime_limit_approaching", {}),
    A30: ("playtime_limit_approaching", {"minutes": 30}),
}

# The start; the states of the sensor, each with the minutes before it; the triggers that fire, each with
# the index of the state that it fires at.
type Row = tuple[str, list[tuple[int, str]], list[tuple[int, str]]]
ROWS: dict[str, Row] = {
    "played away": (
        AFTERNOON,
        [(0, "32"), (1, "31"), (1, "30"), (1, "29"), (14, "15"), (1, "14"), (13, "1"), (1, "0")],
        [(2, A30), (4, A15), (7, R)],
    ),
    "stays at nothing": (AFTERNOON, [(0, "1"), (1, "0"), (1, "0"), (1, "0.0")], [(1, R)]),
    "in leaps": (
        AFTERNOON,
        [(0, "120"), (1, "20"), (1, "5"), (1, "0")],
        [(1, A30), (2, A15), (3, R)],
    ),
    "past it": (AFTERNOON, [(0, "60"), (1, "0")], [(1, R)]),
    "other limit": (
        AFTERNOON,
        [(0, "60"), (1, "10"), (1, "60"), (1, "12"), (1, "0"), (1, "30"), (1, "0")],
        [(1, A15), (1, A30), (3, A15), (3, A30), (4, R), (6, R)],
    ),
    "more time": (AFTERNOON, [(0, "0"), (1, "15"), (1, "30"), (1, "60")], []),
    "start": (AFTERNOON, [(0, "unavailable"), (1, "unknown"), (1, "10"), (1, "9")], []),
    "unknown": (AFTERNOON, [(0, "60"), (1, "unknown"), (1, "10"), (1, "unknown"), (1, "0")], []),
    "outage": (
        AFTERNOON,
        [(0, "20"), (1, "unavailable"), (9, "14"), (1, "unavailable"), (1, "0")],
        [],
    ),
    "no number": (AFTERNOON, [(0, "60"), (1, "much"), (1, "0")], []),
    "less tomorrow": (NIGHT, [(0, "60"), (10, "10")], []),
    "nothing tomorrow": (NIGHT, [(9, "10"), (1, "0")], []),
    "the same tomorrow": (NIGHT, [(0, "16"), (10, "16"), (1, "15")], [(2, A15)]),
    "known late tomorrow": (NIGHT, [(0, "60"), (11, "10")], []),
    "not yet used tomorrow": (NIGHT, [(0, "60"), (600, "10")], [(1, A15), (1, A30)]),
    "bedtime at midnight": (NIGHT, [(9, "1"), (1, "0")], [(1, R)]),
    "bedtime after midnight": (NIGHT, [(5, "20"), (5, "15")], [(1, A15)]),
}


@pytest.fixture(name="time_left")
async def time_left_fixture(hass: HomeAssistant, freezer: FrozenDateTimeFactory) -> str:
    """Return a sensor of the time left whose entity id does not show it."""
    await hass.config.async_set_time_zone(str(ZONE))
    entity = er.async_get(hass).async_get_or_create(
        "sensor",
        DOMAIN,
        f"{XUID}_time_left",
        suggested_object_id="as_long_as_you_like",
        translation_key="time_left",
    )
    return entity.entity_id


def at(local_time: str) -> datetime:
    """Return a time in Berlin."""
    return datetime.fromisoformat(local_time).replace(tzinfo=ZONE)


@pytest.mark.usefixtures("enable_custom_integrations")
@pytest.mark.parametrize("row", ROWS)
async def test_rows(
    hass: HomeAssistant, freezer: FrozenDateTimeFactory, time_left: str, row: str
) -> None:
    """A fall below the threshold fires once; an unknown state before it or a new day fires no trigger."""
    start, script, expected = ROWS[row]
    recorders = {
        label: await TriggerRecorder(hass).attach(name, {"entity_id": time_left}, options)
        for label, (name, options) in TRIGGERS.items()
    }
    fired, now = [], at(start)
    for number, (minutes, state) in enumerate(script):
        now += timedelta(minutes=minutes)
        freezer.move_to(now)
        hass.states.async_set(time_left, state, {ATTR_UNIT_OF_MEASUREMENT: UnitOfTime.MINUTES})
        await hass.async_block_till_done()
        fired += [(number, label) for label, recorder in recorders.items() for _ in recorder.told]
        for recorder in recorders.values():
            recorder.told.clear()
    assert sorted(fired) == sorted(expected)
    for recorder in recorders.values():
        recorder.detach()


@pytest.mark.usefixtures("enable_custom_integrations")
async def test_payload_in_another_unit(hass: HomeAssistant, time_left: str) -> None:
    """The payload has minutes even if the sensor shows hours."""
    recorder = await TriggerRecorder(hass).attach(
        "playtime_limit_approaching", {"entity_id": time_left}
    )
    for hours in ("1.0", "0.25"):
        hass.states.async_set(time_left, hours, {ATTR_UNIT_OF_MEASUREMENT: UnitOfTime.HOURS})
        await hass.async_block_till_done()
    [payload] = recorder.told
    assert payload["minutes_left"] == 15
    assert payload["person"] == time_left  # the entity has no device
    assert payload["description"] == f"{time_left} has 15 minutes left"
    assert "for" not in payload
    recorder.detach()


async def test_limit_used_up(
    hass: HomeAssistant, entry: ConfigEntry, entities: Entities, owner: Person, poll: Poll
) -> None:
    """The triggers fire as a limit is used up, and again after a lower limit is set."""
    target = {"device_id": device_of(hass, entities.id("event.activity"))}
    reached = await TriggerRecorder(hass).attach("playtime_limit_reached", target)
    approaching = await TriggerRecorder(hass).attach(
        "playtime_limit_approaching", target, {"minutes": 2}
    )

    async def limit(minutes: int) -> None:
        await hass.services.async_call(
            "number",
            "set_value",
            {"entity_id": entities.id("number.daily_limit"), "value": minutes},
            blocking=True,
        )
        await poll()

    def fired() -> tuple[int, int]:
        return len(approaching.told), len(reached.told)

    await limit(4)
    owner.play(STARFALL_DRIFT)
    await poll(90)
    assert fired() == (0, 0)
    await poll(60)
    assert [payload["minutes_left"] for payload in approaching.told] == [2]
    assert approaching.told[0]["person"] == "Nova Kestrel"
    await poll(130)
    assert fired() == (1, 1)
    await limit(60)
    await hass.config_entries.async_reload(entry.entry_id)
    await settle(hass)
    await poll(60)
    assert fired() == (1, 1)
    await limit(1)
    assert fired() == (1, 2)
    for recorder in (reached, approaching):
        recorder.detach()


@pytest.mark.parametrize("unit", [UnitOfTime.HOURS, UnitOfTime.DAYS, UnitOfTime.SECONDS])
async def test_shown_in_another_unit(
    hass: HomeAssistant,
    entry: ConfigEntry,
    entities: Entities,
    owner: Person,
    poll: Poll,
    unit: UnitOfTime,
) -> None:
    """Whatever unit the sensor shows, a trigger fires at its minute: the shown state may be rounded."""
    time_left = entities.id("sensor.time_left")
    er.async_get(hass).async_update_entity_options(
        time_left, "sensor", {"unit_of_measurement": unit}
    )
    target = {"entity_id": time_left}
    approaching = await TriggerRecorder(hass).attach(
        "playtime_limit_approaching", target, {"minutes": 1}
    )
    reached = await TriggerRecorder(hass).attach("playtime_limit_reached", target)
    limit = {"entity_id": entities.id("number.daily_limit"), "value": 4}
    await hass.services.async_call("number", "set_value", limit, blocking=True)
    await poll()
    owner.play(STARFALL_DRIFT)
    await poll(6 * 60)
    assert [it["minutes_left"] for it in approaching.told] == [1]
    assert len(reached.told) == 1
    for recorder in (reached, approaching):
        recorder.detach()
