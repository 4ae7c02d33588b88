"""Days in actions: a moment counts as its local date, in every form that templates give."""

from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from homeassistant.core import Context, HomeAssistant
from homeassistant.helpers import config_validation as cv
from homeassistant.helpers.script import Script
from homeassistant.setup import async_setup_component
from probatio import Invalid, MultipleInvalid
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.xbox_network.const import DOMAIN
from tests.conftest import set_up
from tests.helpers.entities import Entities
from tests.helpers.playtime import act

# Tuesday, half past midnight in Berlin; in UTC it is still Monday.
pytestmark = pytest.mark.freeze_time("2026-11-30T23:30:00Z")


@pytest.fixture(name="account", autouse=True)
async def account_fixture(hass: HomeAssistant, stored: MockConfigEntry) -> MockConfigEntry:
    """Return a loaded account in Berlin."""
    await hass.config.async_update(time_zone="Europe/Berlin", country="DE")
    await set_up(hass, stored)
    return stored


FORMS: list[tuple[Any, str]] = [
    (date(2026, 12, 1), "2026-12-01"),
    ("2026-12-01", "2026-12-01"),
    (" 2026-12-01 ", "2026-12-01"),
    ("20261201", "2026-12-01"),
    (20261201, "2026-12-01"),
    ("2026-12-01T20:00:00", "2026-12-01"),
    ("2026-12-01 20:00:00", "2026-12-01"),
    ("2026-12-01 20:00", "2026-12-01"),
    ("2026-12-01 20:00:00+01:00", "2026-12-01"),
    ("2026-12-01 20:00:00.123456+01:00", "2026-12-01"),
    ("2026-11-30T23:30:00Z", "2026-12-01"),
    ("2026-11-30T23:30:00+00:00", "2026-12-01"),
    ("2026-12-01T03:00:00+09:00", "2026-11-30"),
    (datetime(2026, 12, 1, 0, 30), "2026-12-01"),  # noqa: DTZ001  local
    (datetime(2026, 11, 30, 23, 30, tzinfo=UTC), "2026-12-01"),
    (datetime(2026, 12, 1, 3, tzinfo=ZoneInfo("Asia/Tokyo")), "2026-11-30"),
    (1796081400, "2026-12-01"),
    (1796081400.5, "2026-12-01"),
    ("1796081400.0", "2026-12-01"),
]


@pytest.mark.parametrize(("value", "day"), FORMS, ids=str)
async def test_forms(hass: HomeAssistant, value: object, day: str) -> None:
    """Each form means its local date, as the first and as the last day."""
    report = await act(hass, "get_playtime", start=value, end=value)
    assert (report["start"], report["end"]) == (day, day)


async def test_smallest_timestamp(hass: HomeAssistant) -> None:
    """Numbers of nine digits are seconds since 1970, from the first one on."""
    report = await act(hass, "get_playtime", start=100_000_000, end="1973-03-03")
    assert report["start"] == "1973-03-03"


TEMPLATES = [
    ("{{ now() }}", "2026-12-01"),
    ("{{ now() - timedelta(days=6) }}", "2026-11-25"),
    ("{{ utcnow() }}", "2026-12-01"),
    ("{{ now().date() }}", "2026-12-01"),
    ("{{ now().isoformat() }}", "2026-12-01"),
    ("{{ utcnow().isoformat() }}", "2026-12-01"),
    ("{{ as_timestamp(now()) }}", "2026-12-01"),
    ("{{ as_timestamp(now()) | int }}", "2026-12-01"),
    ("{{ now().timestamp() | timestamp_local }}", "2026-12-01"),
    ("{{ as_timestamp(now()) | timestamp_custom('%Y-%m-%d') }}", "2026-12-01"),
    ("{{ now().strftime('%Y%m%d') }}", "2026-12-01"),
    ("{{ today_at('00:00') }}", "2026-12-01"),
    ("{{ as_datetime('2026-11-30T23:30:00Z') }}", "2026-12-01"),
    ("{{ states.sun.sun.last_changed }}", "2026-12-01"),
    ("{{ states('input_datetime.day') }}", "2026-12-01"),
    ("{{ states('input_datetime.moment') }}", "2026-12-01"),
    ("{{ state_attr('input_datetime.moment', 'timestamp') }}", "2026-12-01"),
]


@pytest.mark.parametrize(("template", "day"), TEMPLATES)
async def test_templates(hass: HomeAssistant, template: str, day: str) -> None:
    """Whatever a template in an automation gives is understood."""
    hass.states.async_set("sun.sun", "below_horizon")
    inputs = {
        "day": {"has_date": True, "initial": "2026-12-01"},
        "moment": {"has_date": True, "has_time": True, "initial": "2026-12-01 20:00:00"},
    }
    assert await async_setup_component(hass, "input_datetime", {"input_datetime": inputs})
    step = {
        "action": f"{DOMAIN}.get_playtime",
        "data": {"start": template, "end": template},
        "response_variable": "report",
    }
    sequence = cv.SCRIPT_SCHEMA([step, {"stop": "", "response_variable": "report"}])
    result = await Script(hass, sequence, "Days", "test").async_run(context=Context())
    assert result
    report = result.service_response
    assert report
    assert (report["start"], report["end"]) == (day, day)


@pytest.mark.parametrize(
    "value",
    [
        "soon",
        "2026",
        "2026-12",
        "20:00",
        "01.12.2026",
        "2026-13-01",
        "2026-11-31 20:00",
        "",
        True,
        7,
        -5,
        float("inf"),
        float("nan"),
        1e300,
        99_999_999,
        None,
        [],
        {},
        "0001-01-01T00:00:00+14:00",
        "9999-12-31T23:00:00-12:00",
    ],
    ids=str,
)
async def test_no_day(hass: HomeAssistant, value: object) -> None:
    """What is no day is refused."""
    with pytest.raises((MultipleInvalid, Invalid)):
        await act(hass, "get_playtime", start=value, end="2026-12-01")


@pytest.mark.parametrize(("value", "day"), FORMS, ids=str)
async def test_set_limit(hass: HomeAssistant, entities: Entities, value: object, day: str) -> None:
    """The days of `set_limit` are read in the same way."""
    left = entities.id("sensor.time_left")
    if day == "2026-11-30":
        value, day = "2026-12-02", "2026-12-02"  # yesterday is over
    await act(hass, "set_limit", left, date=value, minutes=5)
    [agreed] = entities["number.daily_limit"].attributes["special_days"]
    assert (agreed["start"], agreed["end"]) == (day, day)
    await act(hass, "set_limit", left, start=value, end=value, remove=True)
    assert entities["number.daily_limit"].attributes["special_days"] == []
