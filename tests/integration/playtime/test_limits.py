"""Limits of play time: daily limit, bedtime and bonus, as entities and actions."""

from datetime import UTC, datetime, time, timedelta
from typing import Any

import pytest
from homeassistant.config_entries import ConfigEntry
from homeassistant.const import EVENT_STATE_CHANGED, STATE_UNKNOWN, UnitOfTime
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import ServiceValidationError
from homeassistant.helpers import entity_registry as er
from homeassistant.setup import async_setup_component
from probatio import MultipleInvalid
from pytest_homeassistant_custom_component.common import MockConfigEntry, async_capture_events

from custom_components.xbox_network.const import DOMAIN
from tests.conftest import Poll, restart, set_up
from tests.helpers.entities import Entities
from tests.helpers.friend_dialog import add_friends, subentry_of
from tests.helpers.playtime import BERLIN, STARFALL_DRIFT, act, go_to
from tests.helpers.settling import settle
from tests.simulator import Person

QUIET_HARBOR = "2535400000000011"
LEFT, LIMIT, BONUS = "sensor.time_left", "number.daily_limit", "button.bonus_time"
MONDAY = datetime(2026, 11, 23, tzinfo=BERLIN)

pytestmark = pytest.mark.freeze_time("2026-11-23T14:00:00Z")  # Monday, three o'clock


@pytest.fixture(name="account")
async def account_fixture(hass: HomeAssistant, stored: MockConfigEntry) -> MockConfigEntry:
    """Return a loaded account in Berlin."""
    await hass.config.async_update(time_zone="Europe/Berlin", country="DE")
    await set_up(hass, stored)
    return stored


async def set_number(hass: HomeAssistant, entities: Entities, minutes: int) -> None:
    """Set the limit of today's weekday."""
    await hass.services.async_call(
        "number",
        "set_value",
        {"entity_id": entities.id(LIMIT), "value": minutes},
        blocking=True,
    )


async def press(hass: HomeAssistant, entities: Entities) -> None:
    """Press the bonus button."""
    await hass.services.async_call(
        "button", "press", {"entity_id": entities.id(BONUS)}, blocking=True
    )


def rule_of_today(entities: Entities) -> tuple[Any, ...]:
    """Return limit, bonus and bedtime of today, from the attributes of `time_left`."""
    attributes = entities[LEFT].attributes
    return attributes["limit"], attributes["bonus"], attributes["bedtime"]


async def test_limit_and_bonus(
    hass: HomeAssistant,
    account: ConfigEntry,
    owner: Person,
    entities: Entities,
    poll: Poll,
) -> None:
    """Play time lowers the time left, a bonus raises it, and midnight restores it."""
    assert (entities(LIMIT), entities(LEFT)) == (STATE_UNKNOWN, STATE_UNKNOWN)
    with pytest.raises(ServiceValidationError) as raised:
        await press(hass, entities)
    assert raised.value.translation_key == "bonus_without_limit"

    await set_number(hass, entities, 20)
    assert (entities(LIMIT), entities(LEFT)) == ("20", "20")
    assert rule_of_today(entities) == (20, 0, None)
    owner.play(STARFALL_DRIFT)
    await poll(11)
    await poll(620, step=20)
    assert (entities("sensor.playtime_today"), entities(LEFT)) == ("10", "10")
    await poll(900, step=20)
    assert (entities("sensor.playtime_today"), entities(LEFT)) == ("25", "0")
    await press(hass, entities)
    assert (entities(LIMIT), entities(LEFT)) == ("20", "15")
    assert rule_of_today(entities) == (20, 20, None)  # 5 for what was played beyond the limit
    await act(hass, "add_bonus_time", entities.id(LEFT), minutes=-10)
    assert entities(LEFT) == "5"
    await act(hass, "add_bonus_time", entities.id(LEFT), minutes=60)
    assert entities(LEFT) == "65"
    owner.go_offline()
    await go_to(poll, MONDAY + timedelta(days=1), step=3600)
    assert (entities(LEFT), rule_of_today(entities)) == (STATE_UNKNOWN, (None, 0, None))
    await act(hass, "set_limit", entities.id(LEFT), minutes=20)
    assert (entities(LEFT), rule_of_today(entities)) == ("20", (20, 0, None))
    await act(hass, "set_limit", entities.id(LEFT), remove=True)
    assert (entities(LIMIT), entities(LEFT)) == (STATE_UNKNOWN, STATE_UNKNOWN)


async def test_bedtime(
    hass: HomeAssistant,
    account: ConfigEntry,
    entities: Entities,
    poll: Poll,
) -> None:
    """The time left is 0 from bedtime until its end, whatever the limit is. A bonus begins at once."""
    await act(
        hass,
        "set_limit",
        entities.id(LEFT),
        minutes=120,
        bedtime="20:30:00",
        bedtime_end="07:00:00",
    )
    assert rule_of_today(entities) == (120, 0, "20:30")
    assert entities(LEFT) == "120"
    await go_to(poll, MONDAY.replace(hour=19, minute=30), step=3600)
    assert entities(LEFT) == "60"
    events = async_capture_events(hass, EVENT_STATE_CHANGED)
    await poll(3600, step=30)
    states = [
        it.data["new_state"].state for it in events if it.data["entity_id"] == entities.id(LEFT)
    ]
    assert states == [str(minute) for minute in range(59, -1, -1)]
    await press(hass, entities)
    assert entities(LEFT) == "15"
    for hour, left in ((24, "0"), (30, "0"), (31, "120")):
        await go_to(poll, MONDAY + timedelta(hours=hour), step=3600)
        assert entities(LEFT) == left


async def test_bedtime_alone(
    hass: HomeAssistant, account: ConfigEntry, owner: Person, entities: Entities, poll: Poll
) -> None:
    """Without a limit it is the time until bedtime, in quarters of an hour while the person does not play."""
    await act(hass, "set_limit", entities.id(LEFT), bedtime="20:00")
    assert (entities(LIMIT), entities(LEFT)) == (STATE_UNKNOWN, "300")
    events = async_capture_events(hass, EVENT_STATE_CHANGED)
    await poll(3600, step=30)
    states = [
        it.data["new_state"].state for it in events if it.data["entity_id"] == entities.id(LEFT)
    ]
    assert states == ["285", "270", "255", "240"]
    owner.play(STARFALL_DRIFT)
    await poll(200, step=20)
    assert entities(LEFT) == "236"


async def test_weekdays(
    hass: HomeAssistant,
    account: ConfigEntry,
    entities: Entities,
    poll: Poll,
) -> None:
    """Each weekday has its own limit and bedtime; a value that is not given stays."""
    await set_number(hass, entities, 60)
    name = entities.id("binary_sensor.online")
    await act(hass, "set_limit", name, minutes=90, weekdays=["tue", "wed"])
    await act(hass, "set_limit", name, bedtime="19:00", weekdays="wed")
    await act(hass, "set_limit", name, remove=True, weekdays=["thu"])
    await act(hass, "set_limit", name, remove=True, minutes=30, weekdays=["fri"])
    expected = [(60, 0, None), (90, 0, None), (90, 0, "19:00"), (None, 0, None), (30, 0, None)]
    for days, rule in enumerate(expected):
        if days:
            await go_to(poll, MONDAY + timedelta(days=days), step=3600)
        assert rule_of_today(entities) == rule
        assert entities(LIMIT) == (STATE_UNKNOWN if rule[0] is None else str(rule[0]))


@pytest.mark.parametrize(
    ("action", "data", "problem"),
    [
        ("set_limit", {}, "limit_what"),
        ("set_limit", {"remove": False, "weekdays": ["mon"]}, "limit_what"),
        ("set_limit", {"bedtime": "00:30"}, "bedtime_before_noon"),
        ("set_limit", {"bedtime_end": "07:00"}, "bedtime_end_alone"),
        ("set_limit", {"bedtime": "20:00", "bedtime_end": "20:00"}, "bedtime_without_length"),
        (
            "set_limit",
            {"bedtime": "20:00", "bedtime_end": time(7, tzinfo=UTC)},
            "bedtime_with_offset",
        ),
        ("set_limit", {"bedtime": "20:00", "bedtime_end": "07:00+02:00"}, None),
        ("add_bonus_time", {"minutes": 0}, "bonus_of_nothing"),
        ("add_bonus_time", {}, "bonus_without_limit"),
        ("get_playtime", {"start": "2026-11-20", "end": "2026-11-19"}, "period_backwards"),
        ("get_playtime", {"start": "2024-11-20"}, "period_too_long"),
        ("set_limit", {"minutes": 1441}, None),
        ("set_limit", {"minutes": -1}, None),
        ("set_limit", {"minutes": 60, "weekdays": ["someday"]}, None),
        ("set_limit", {"minutes": 60, "weekdays": []}, None),
        ("set_limit", {"bedtime": "late"}, None),
        ("add_bonus_time", {"minutes": 1441}, None),
        ("get_playtime", {"start": "yesterday"}, None),
    ],
)
async def test_refused(
    hass: HomeAssistant,
    account: ConfigEntry,
    entities: Entities,
    action: str,
    data: dict[str, Any],
    problem: str | None,
) -> None:
    """Invalid data is refused with a reason and changes nothing."""
    with pytest.raises(ServiceValidationError if problem else MultipleInvalid) as raised:
        await act(hass, action, entities.id(LEFT), **data)
    if problem:
        assert isinstance(raised.value, ServiceValidationError)
        assert raised.value.translation_key == problem
    assert (entities(LIMIT), entities(LEFT)) == (STATE_UNKNOWN, STATE_UNKNOWN)


async def test_bonus_for_several_people(
    hass: HomeAssistant, account: ConfigEntry, entities: Entities
) -> None:
    """A bonus that is invalid for one of several people is given to none of them."""
    await add_friends(hass, account, QUIET_HARBOR)
    friend_entities = Entities(hass, QUIET_HARBOR)
    await set_number(hass, entities, 60)
    with pytest.raises(ServiceValidationError):
        await act(hass, "add_bonus_time", entities.id(LEFT), friend_entities.id(LEFT))
    assert rule_of_today(entities) == (60, 0, None)
    await set_number(hass, friend_entities, 45)
    await act(hass, "add_bonus_time", entities.id(LEFT), friend_entities.id(LEFT), minutes=5)
    assert (entities(LEFT), friend_entities(LEFT)) == ("65", "50")


async def test_saved(
    hass: HomeAssistant,
    hass_storage: dict[str, Any],
    account: MockConfigEntry,
    entities: Entities,
) -> None:
    """Limits and bonus are saved at once, outlive restart and reload, and are deleted with the person."""
    await add_friends(hass, account, QUIET_HARBOR)
    friend_entities = Entities(hass, QUIET_HARBOR)
    await set_number(hass, friend_entities, 45)
    await act(hass, "set_limit", entities.id(LEFT), minutes=50, bedtime="21:00", bedtime_end="7:00")
    await press(hass, entities)
    [file] = [name for name in hass_storage if name.endswith(".limits")]
    assert hass_storage[file]["data"]["people"].keys() == {str(account.unique_id), QUIET_HARBOR}
    await restart(hass, account)
    assert rule_of_today(entities) == (50, 15, "21:00")
    assert (entities(LEFT), friend_entities(LEFT)) == ("65", "45")

    hass.config_entries.async_remove_subentry(
        account, subentry_of(account, QUIET_HARBOR).subentry_id
    )
    await settle(hass)
    await add_friends(hass, account, QUIET_HARBOR)
    assert friend_entities(LIMIT) == STATE_UNKNOWN
    await hass.config_entries.async_reload(account.entry_id)
    assert (entities(LIMIT), friend_entities(LIMIT)) == ("50", STATE_UNKNOWN)
    await hass.config_entries.async_remove(account.entry_id)
    assert file not in hass_storage


@pytest.mark.parametrize(
    "data",
    [None, [], {}, {"people": None}, {"people": {"2535400000000001": {"rules": 5}}}],
    ids=str,
)
async def test_unreadable(
    hass: HomeAssistant,
    hass_storage: dict[str, Any],
    account: MockConfigEntry,
    entities: Entities,
    data: object,
) -> None:
    """Unreadable limits count as none."""
    await set_number(hass, entities, 45)
    [file] = [name for name in hass_storage if name.endswith(".limits")]
    assert await hass.config_entries.async_unload(account.entry_id)
    hass_storage[file]["data"] = data
    await set_up(hass, account)
    assert entities(LIMIT) == STATE_UNKNOWN


async def test_registered_without_an_account(hass: HomeAssistant, credentials: None) -> None:
    """The actions are registered without an account."""
    assert await async_setup_component(hass, DOMAIN, {})
    for action in ("set_limit", "add_bonus_time", "get_playtime"):
        assert hass.services.has_service(DOMAIN, action)


async def test_in_hours(
    hass: HomeAssistant, account: ConfigEntry, entities: Entities, poll: Poll
) -> None:
    """A limit that is set in hours is kept in minutes, and shown exactly."""
    registry = er.async_get(hass)
    for name in (LIMIT, LEFT):
        domain = name.partition(".")[0]
        options = {"unit_of_measurement": UnitOfTime.HOURS}
        registry.async_update_entity_options(entities.id(name), domain, options)
    for minutes in (1, 21, 79, 1439):
        await hass.services.async_call(
            "number",
            "set_value",
            {"entity_id": entities.id(LIMIT), "value": round(minutes / 60, 4)},
            blocking=True,
        )
        assert entities[LEFT].attributes["limit"] == minutes
        assert round(float(entities(LEFT)) * 60) == minutes
