"""The plan: the number changes what it shows, single days end by themselves, and everything can be read."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from homeassistant.const import STATE_UNKNOWN
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import ServiceValidationError
from probatio import MultipleInvalid
from pytest_homeassistant_custom_component.common import MockConfigEntry

from tests.conftest import Poll, restart, set_up
from tests.helpers.entities import Entities
from tests.helpers.playtime import BERLIN, act, go_to

LEFT, LIMIT = "sensor.time_left", "number.daily_limit"
MONDAY = datetime(2026, 11, 23, tzinfo=BERLIN)
DAY = timedelta(days=1)
WEEKDAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]

pytestmark = pytest.mark.freeze_time("2026-11-23T14:00:00Z")  # Monday, three o'clock


@pytest.fixture(name="account", autouse=True)
async def account_fixture(hass: HomeAssistant, stored: MockConfigEntry) -> MockConfigEntry:
    """Return a loaded account in Berlin."""
    await hass.config.async_update(time_zone="Europe/Berlin", country="DE")
    await set_up(hass, stored)
    return stored


async def limits_of(hass: HomeAssistant, entities: Entities) -> dict[str, Any]:
    """Return the answer of `get_limits` about a person."""
    [person] = (await act(hass, "get_limits", entities.id(LEFT)))["people"]
    result: dict[str, Any] = person
    return result


async def set_number(hass: HomeAssistant, entities: Entities, minutes: int) -> None:
    """Set the number."""
    await hass.services.async_call(
        "number", "set_value", {"entity_id": entities.id(LIMIT), "value": minutes}, blocking=True
    )


def week(entities: Entities) -> list[int | None]:
    """Return the limit of each weekday, from the attributes of the number."""
    shown = entities[LIMIT].attributes["week"]
    assert list(shown) == WEEKDAYS
    return [it["minutes"] for it in shown.values()]


def days(entities: Entities) -> list[dict[str, Any]]:
    """Return what is agreed for single days, without what the weekday says, from the attributes of the number."""
    shown = entities[LIMIT].attributes["special_days"]
    return [{key: it for key, it in day.items() if it not in (None, False)} for day in shown]


async def test_number_changes_today(hass: HomeAssistant, entities: Entities) -> None:
    """The number changes the limit of today's weekday, and leaves the plan of the week alone."""
    await act(hass, "set_limit", entities.id(LEFT), minutes=60, weekdays=["mon"])
    await act(hass, "set_limit", entities.id(LEFT), minutes=180, weekdays=WEEKDAYS[1:])
    await act(hass, "set_limit", entities.id(LEFT), bedtime="20:00", weekdays=["tue"])
    assert entities(LIMIT) == "60"
    await set_number(hass, entities, 75)
    assert entities(LIMIT) == "75"
    assert week(entities) == [75, *[180] * 6]
    assert entities[LIMIT].attributes["week"]["tue"] == {
        "minutes": 180,
        "bedtime": "20:00:00",
        "bedtime_end": None,
    }


@pytest.mark.parametrize(
    ("agreed", "of_today", "of_monday"),
    [
        ({"minutes": 120}, {"minutes": 75}, 60),
        ({"free": True}, {"free": True, "minutes": 75}, 60),
        ({"minutes": 120, "bedtime": "22:00"}, {"minutes": 75, "bedtime": "22:00:00"}, 60),
        ({"bedtime": "22:00"}, {"bedtime": "22:00:00"}, 75),
    ],
)
async def test_number_on_a_special_day(
    hass: HomeAssistant,
    entities: Entities,
    agreed: dict[str, Any],
    of_today: dict[str, Any],
    of_monday: int,
) -> None:
    """If a limit is agreed for today, the number shows and changes that one, for today alone."""
    await act(hass, "set_limit", entities.id(LEFT), minutes=60)
    period = {"start": "2026-11-20", "end": "2026-11-25"}
    await act(hass, "set_limit", entities.id(LEFT), **period, **agreed)
    await set_number(hass, entities, 75)
    assert entities(LIMIT) == "75"
    first = days(entities)[0]
    assert {key: it for key, it in first.items() if key not in ("start", "end")} == of_today
    assert week(entities) == [of_monday, *[60] * 6]


async def test_later_bedtime_tonight(hass: HomeAssistant, entities: Entities, poll: Poll) -> None:
    """A bedtime for tonight is one for tonight: next week's rule is unchanged, and the day is forgotten."""
    await act(hass, "set_limit", entities.id(LEFT), bedtime="20:00", bedtime_end="07:00")
    await act(hass, "set_limit", entities.id(LEFT), date="2026-11-23", bedtime="22:00")
    assert entities(LEFT) == "420"
    assert days(entities) == [
        {
            "start": "2026-11-23",
            "end": "2026-11-23",
            "bedtime": "22:00:00",
            "bedtime_end": "07:00:00",
        }
    ]
    await go_to(poll, MONDAY + 7 * DAY + timedelta(hours=19), step=3600)
    assert entities(LEFT) == "60"
    assert days(entities) == []


async def test_holidays(
    hass: HomeAssistant, entities: Entities, poll: Poll, hass_storage: dict[str, Any]
) -> None:
    """A period ends by itself, is pruned, and can be read all the time; the weekdays hold where it says nothing."""
    await act(hass, "set_limit", entities.id(LEFT), minutes=60, bedtime="20:00", bedtime_end="7:00")
    await act(
        hass, "set_limit", entities.id(LEFT), start="2026-11-24", end="2026-11-26", minutes=180
    )
    await act(hass, "set_limit", entities.id(LEFT), date="2026-11-25", free=True)
    period = {"start": "2026-11-24", "end": "2026-11-24", "minutes": 180}
    assert days(entities) == [
        period,
        {"start": "2026-11-25", "end": "2026-11-25", "free": True},
        {"start": "2026-11-26", "end": "2026-11-26", "minutes": 180},
    ]
    shown = await limits_of(hass, entities)
    assert shown["special_days"] == list(entities[LIMIT].attributes["special_days"])
    expected = [
        ("60", "20:00"),
        ("180", "20:00"),
        (STATE_UNKNOWN, None),
        ("180", "20:00"),
        ("60", "20:00"),
    ]
    for number, (limit, bedtime) in enumerate(expected):
        await go_to(poll, MONDAY + number * DAY + timedelta(hours=15), step=3600)
        assert (entities(LIMIT), entities[LEFT].attributes["bedtime"]) == (limit, bedtime)
    await poll(60)
    [file] = [name for name in hass_storage if name.endswith(".limits")]
    [person] = hass_storage[file]["data"]["people"].values()
    assert list(person.get("dates", {})) == ["2026-11-26"]  # its night may last
    await go_to(poll, MONDAY + 5 * DAY, step=3600)
    await poll(60)
    [person] = hass_storage[file]["data"]["people"].values()
    assert "dates" not in person


async def test_night_of_a_special_day(hass: HomeAssistant, entities: Entities, poll: Poll) -> None:
    """A bedtime of one day lasts over its midnight, though the day is over."""
    await act(
        hass,
        "set_limit",
        entities.id(LEFT),
        date="2026-11-23",
        bedtime="22:00",
        bedtime_end="06:00",
    )
    for hours, left in ((23, "0"), (24, "0"), (29.9, "0"), (30.1, STATE_UNKNOWN)):
        await go_to(poll, MONDAY + timedelta(hours=hours), step=3600)
        assert entities(LEFT) == left


async def test_weekdays_of_a_period(hass: HomeAssistant, entities: Entities) -> None:
    """Weekdays choose among the days of a period."""
    await act(
        hass,
        "set_limit",
        entities.id(LEFT),
        start="2026-11-23",
        end="2026-12-06",
        weekdays=["sat", "sun"],
        minutes=240,
    )
    assert days(entities) == [
        {"start": "2026-11-28", "end": "2026-11-29", "minutes": 240},
        {"start": "2026-12-05", "end": "2026-12-06", "minutes": 240},
    ]
    assert week(entities) == [None] * 7
    with pytest.raises(ServiceValidationError) as raised:
        await act(
            hass, "set_limit", entities.id(LEFT), date="2026-11-24", weekdays=["sat"], minutes=5
        )
    assert raised.value.translation_key == "period_without_weekdays"


async def test_removed(hass: HomeAssistant, entities: Entities) -> None:
    """What is agreed can be taken back for some days; with another value that one holds afterwards."""
    await act(hass, "set_limit", entities.id(LEFT), minutes=60)
    await act(hass, "set_limit", entities.id(LEFT), end="2026-11-26", minutes=90, bedtime="21:00")
    await act(hass, "set_limit", entities.id(LEFT), date="2026-11-23", remove=True)
    await act(hass, "set_limit", entities.id(LEFT), date="2026-11-25", remove=True, minutes=30)
    assert entities(LIMIT) == "60"
    agreed = {"minutes": 90, "bedtime": "21:00:00"}
    assert days(entities) == [
        {"start": "2026-11-24", "end": "2026-11-24", **agreed},
        {"start": "2026-11-25", "end": "2026-11-25", "minutes": 30},
        {"start": "2026-11-26", "end": "2026-11-26", **agreed},
    ]
    await act(hass, "set_limit", entities.id(LEFT), end="2027-11-01", remove=True)
    assert days(entities) == []
    assert week(entities) == [60] * 7


async def test_free_with_something(hass: HomeAssistant, entities: Entities) -> None:
    """A free day has neither limit nor bedtime, but for what is given besides; so have free weekdays."""
    await act(hass, "set_limit", entities.id(LEFT), minutes=60, bedtime="20:00")
    await act(hass, "set_limit", entities.id(LEFT), date="2026-11-23", free=True, minutes=300)
    assert (entities(LIMIT), entities(LEFT)) == ("300", "300")
    assert entities[LEFT].attributes["bedtime"] is None
    await act(hass, "set_limit", entities.id(LEFT), weekdays=["tue"], free=True)
    assert week(entities)[:3] == [60, None, 60]


async def test_weekday_changes_under_a_special_day(hass: HomeAssistant, entities: Entities) -> None:
    """What is not agreed for a day follows its weekday."""
    await act(hass, "set_limit", entities.id(LEFT), minutes=60, bedtime="20:00")
    await act(hass, "set_limit", entities.id(LEFT), date="2026-11-23", bedtime="22:00")
    await act(hass, "set_limit", entities.id(LEFT), minutes=45, remove=True)
    assert entities(LIMIT) == "45"
    assert entities[LEFT].attributes["bedtime"] == "22:00"


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        ({"date": "2026-11-22", "minutes": 5}, "period_over"),
        ({"start": "2026-11-01", "end": "2026-11-22", "minutes": 5}, "period_over"),
        ({"start": "2026-11-26", "end": "2026-11-25", "minutes": 5}, "period_backwards"),
        ({"start": "2026-11-26", "minutes": 5}, "period_without_end"),
        ({"end": "2027-11-24", "minutes": 5}, "period_too_long"),
        ({"date": "2026-11-24", "end": "2026-11-25", "minutes": 5}, "date_and_period"),
        ({"date": "2026-11-24", "start": "2026-11-24", "minutes": 5}, "date_and_period"),
        ({"date": "2026-11-24"}, "limit_what"),
        ({"date": "2026-11-24", "bedtime_end": "07:00"}, "bedtime_end_alone"),
        ({"date": "2026-11-24", "bedtime": "00:30"}, "bedtime_before_noon"),
        (
            {"date": "2026-11-24", "bedtime": "20:00", "bedtime_end": "20:00"},
            "bedtime_without_length",
        ),
        ({"date": "soon", "minutes": 5}, None),
        ({"date": 5, "minutes": 5}, None),
    ],
)
async def test_refused(
    hass: HomeAssistant, entities: Entities, data: dict[str, Any], problem: str | None
) -> None:
    """What makes no sense is refused with a reason, and changes nothing."""
    with pytest.raises(ServiceValidationError if problem else MultipleInvalid) as raised:
        await act(hass, "set_limit", entities.id(LEFT), **data)
    if problem:
        assert isinstance(raised.value, ServiceValidationError)
        assert raised.value.translation_key == problem
        assert str(raised.value)
    assert days(entities) == []


async def test_after_midnight_with_an_end_of_the_weekday(
    hass: HomeAssistant, entities: Entities
) -> None:
    """A bedtime before noon needs its own end: it is not that of tonight, and the reason says so."""
    await act(hass, "set_limit", entities.id(LEFT), bedtime="20:00", bedtime_end="07:00")
    with pytest.raises(ServiceValidationError) as raised:
        await act(hass, "set_limit", entities.id(LEFT), date="2026-11-23", bedtime="00:30")
    assert raised.value.translation_key == "bedtime_before_noon"


async def test_read(hass: HomeAssistant, entities: Entities) -> None:
    """The whole week, single days, and what holds today can be read."""
    await act(hass, "set_limit", entities.id(LEFT), minutes=60, bedtime="20:00", bedtime_end="7:00")
    await act(hass, "add_bonus_time", entities.id(LEFT), minutes=15)
    shown = await limits_of(hass, entities)
    rule = {"minutes": 60, "bedtime": "20:00:00", "bedtime_end": "07:00:00"}
    assert shown.pop("device_id")
    assert shown == {
        "name": "Nova Kestrel",
        "available": True,
        "today": {
            **rule,
            "date": "2026-11-23",
            "bonus": 15,
            "end": "2026-11-23T20:15:00+01:00",
            "time_left": 75,
        },
        "week": dict.fromkeys(WEEKDAYS, rule),
        "special_days": [],
    }


async def test_nothing_set(hass: HomeAssistant, entities: Entities) -> None:
    """Without limits the answer has the same form."""
    shown = await limits_of(hass, entities)
    assert shown["today"]["end"] is None
    assert shown["today"]["time_left"] is None
    assert shown["week"]["mon"] == {"minutes": None, "bedtime": None, "bedtime_end": None}


async def test_restart(hass: HomeAssistant, entities: Entities, account: MockConfigEntry) -> None:
    """What is agreed for single days is kept."""
    await act(hass, "set_limit", entities.id(LEFT), end="2026-11-24", minutes=5, bedtime="21:00")
    before = entities[LIMIT].attributes["special_days"]
    await restart(hass, account)
    assert entities[LIMIT].attributes["special_days"] == before
    assert entities(LIMIT) == "5"


async def test_other_days_are_shown_at_once(hass: HomeAssistant, entities: Entities) -> None:
    """The attributes follow a change that is not about today."""
    await act(hass, "set_limit", entities.id(LEFT), minutes=60, weekdays=["fri"])
    assert week(entities)[4] == 60
    await act(hass, "set_limit", entities.id(LEFT), date="2026-12-24", free=True)
    assert days(entities) == [{"start": "2026-12-24", "end": "2026-12-24", "free": True}]


@pytest.mark.parametrize(
    ("entity", "attributes"), [(LIMIT, {"week", "special_days"}), (LEFT, {"minutes_left"})]
)
async def test_not_recorded(entities: Entities, entity: str, attributes: set[str]) -> None:
    """The plan, and minutes that change all the time, are not recorded."""
    info = entities[entity].state_info
    assert info
    assert info["unrecorded_attributes"] >= attributes
    assert entities[entity].attributes.keys() >= attributes
