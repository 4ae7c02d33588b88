"""Play-time sensors: today, this week, this session."""

from datetime import datetime, timedelta

import pytest
from homeassistant.components.sensor import ATTR_LAST_RESET
from homeassistant.config_entries import ConfigEntry
from homeassistant.const import EVENT_STATE_CHANGED, STATE_UNAVAILABLE, STATE_UNKNOWN
from homeassistant.core import HomeAssistant
from homeassistant.setup import async_setup_component
from homeassistant.util import dt as dt_util
from pytest_homeassistant_custom_component.common import async_capture_events

from custom_components.xbox_network.xbox.endpoints import Service
from tests.conftest import Poll, restart
from tests.helpers.entities import Entities, counts_minutes
from tests.helpers.friend_dialog import add_friends, subentry_of
from tests.helpers.playtime import BERLIN, HARBOR_KINGS, LUMEN_VIDEO, STARFALL_DRIFT, go_to, minutes
from tests.helpers.settling import settle
from tests.simulator import Person, Simulator

QUIET_HARBOR = "2535400000000011"


@pytest.fixture(autouse=True)
async def _berlin(hass: HomeAssistant) -> None:
    """Use a time zone whose clocks change."""
    await hass.config.async_update(time_zone="Europe/Berlin", country="DE")


async def test_counts(
    hass: HomeAssistant, entry: ConfigEntry, owner: Person, entities: Entities, poll: Poll
) -> None:
    """Time in games counts, and once on several devices; time in an app does not count."""
    assert await async_setup_component(hass, "homeassistant", {})
    assert minutes(entities) == ("0", "0", "0")
    owner.play(STARFALL_DRIFT)
    await poll(11)
    await poll(620, step=20)
    assert minutes(entities) == ("10", "10", "10")
    owner.play(HARBOR_KINGS, "WindowsOneCore")
    await poll(300)
    await hass.services.async_call(
        "homeassistant",
        "update_entity",
        {"entity_id": entities.id("sensor.playtime_today")},
        blocking=True,
    )
    assert minutes(entities) == ("15", "15", "15")
    titles = entities["sensor.playtime_today"].attributes["titles"]
    assert titles == {"Starfall Drift": 10, "Harbor Kings": 5}, "the newest one is in front"
    owner.go_offline("WindowsOneCore")
    owner.play(HARBOR_KINGS)
    await poll(300)
    today = entities["sensor.playtime_today"]
    assert minutes(entities) == ("20", "20", "20")
    titles = today.attributes["titles"]
    assert titles.keys() == {"Starfall Drift", "Harbor Kings"}
    assert sum(titles.values()) == 20
    assert abs(titles["Harbor Kings"] - 10) <= 1
    assert (today.attributes["estimated"], today.attributes["unseen"]) == (0, 0)
    owner.go_offline()
    owner.play(LUMEN_VIDEO)
    await poll(900, step=30)
    assert minutes(entities) == ("20", "20", "0")
    assert entities("sensor.time_left") == STATE_UNKNOWN


async def test_titles_are_not_recorded(entry: ConfigEntry, entities: Entities) -> None:
    """The recorder stores the numbers, not the list of games."""
    state_info = entities["sensor.playtime_today"].state_info
    assert state_info
    assert "titles" in state_info["unrecorded_attributes"]
    assert "estimated" not in state_info["unrecorded_attributes"]


async def test_nobody_plays(
    hass: HomeAssistant,
    simulator: Simulator,
    entry: ConfigEntry,
    entities: Entities,
    poll: Poll,
) -> None:
    """While nobody plays, play time writes no state and causes no requests."""
    events = async_capture_events(hass, EVENT_STATE_CHANGED)
    simulator.clear()
    await poll(3600, step=30)
    assert [it for it in events if counts_minutes(it.data["entity_id"])] == []
    hosts = {it.host for it in simulator.requests()}
    assert hosts == {Service.PRESENCE, Service.PEOPLE, Service.CONSOLES}


@pytest.mark.freeze_time("2026-11-22T22:40:00Z")
async def test_midnight(entry: ConfigEntry, owner: Person, entities: Entities, poll: Poll) -> None:
    """The day starts again at local midnight and the week on Monday; the session goes on."""
    owner.play(STARFALL_DRIFT)
    await poll(11)
    await poll(1189)
    day_began = datetime(2026, 11, 23, tzinfo=BERLIN)
    assert dt_util.now() == day_began
    assert minutes(entities) == ("0", "0", "19")
    for name in ("sensor.playtime_today", "sensor.playtime_week"):
        reset = dt_util.parse_datetime(entities[name].attributes[ATTR_LAST_RESET])
        assert reset == day_began
    await poll(600)
    assert minutes(entities) == ("10", "10", "29")
    await go_to(poll, day_began + timedelta(days=1, minutes=10))
    today, week, _ = minutes(entities)
    assert (today, int(week)) == ("10", 24 * 60 + 10)


@pytest.mark.freeze_time("2026-03-29T00:30:00Z")
async def test_change_of_the_clock(
    entry: ConfigEntry, owner: Person, entities: Entities, poll: Poll
) -> None:
    """Time that the clocks skip is not counted: half past one to half past three is one hour."""
    owner.play(STARFALL_DRIFT)
    await poll(11)
    await poll(3630, step=30)
    assert dt_util.now().hour == 3
    assert minutes(entities) == ("60", "60", "60")


@pytest.mark.freeze_time("2026-11-22T10:00:00Z")
async def test_where_the_week_begins(
    hass: HomeAssistant, entry: ConfigEntry, owner: Person, entities: Entities, poll: Poll
) -> None:
    """The country decides when a week begins, and the time zone when a day does; a change shows at once."""
    reset = entities["sensor.playtime_week"].attributes[ATTR_LAST_RESET]
    assert dt_util.parse_datetime(reset) == datetime(2026, 11, 16, tzinfo=BERLIN)
    await hass.config.async_update(country="US")
    reset = entities["sensor.playtime_week"].attributes[ATTR_LAST_RESET]
    assert dt_util.parse_datetime(reset) == datetime(2026, 11, 22, tzinfo=BERLIN)
    await hass.config.async_update(time_zone="America/New_York")
    reset = entities["sensor.playtime_today"].attributes[ATTR_LAST_RESET]
    new_york = dt_util.get_time_zone("America/New_York")
    assert dt_util.parse_datetime(reset) == datetime(2026, 11, 22, tzinfo=new_york)


async def test_restart(
    hass: HomeAssistant, entry: ConfigEntry, owner: Person, entities: Entities, poll: Poll
) -> None:
    """A restart or a reload during a game loses no time."""
    owner.play(STARFALL_DRIFT)
    await poll(11)
    await poll(620, step=20)
    for load_again in (restart, lambda *_: hass.config_entries.async_reload(entry.entry_id)):
        before = minutes(entities)
        await load_again(hass, entry)
        await settle(hass)
        assert minutes(entities) == before
        await poll(300, step=20)
        today, week, session = map(int, minutes(entities))
        assert today == week == session
        assert 0 <= today - int(before[0]) - 4 <= 1
    assert minutes(entities) == ("20", "20", "20")


async def test_unavailable_with_the_presence(
    hass: HomeAssistant,
    simulator: Simulator,
    entry: ConfigEntry,
    owner: Person,
    entities: Entities,
    poll: Poll,
) -> None:
    """Play time is unavailable exactly while the presence is."""
    owner.play(STARFALL_DRIFT)
    await poll(11)
    await poll(330, step=30)
    simulator.fail(Service.PRESENCE, status=503, times=None)
    simulator.fail(Service.PEOPLE, status=503, times=None)
    await poll(280)
    assert STATE_UNAVAILABLE not in (*minutes(entities), entities("binary_sensor.in_game"))
    await poll(80)
    assert {*minutes(entities), entities("sensor.time_left")} == {STATE_UNAVAILABLE}
    assert entities("binary_sensor.in_game") == STATE_UNAVAILABLE
    assert entities("number.daily_limit") == entities("button.bonus_time") == STATE_UNKNOWN
    await poll(900, step=20)
    simulator.heal()
    simulator.fail(Service.REALTIME, status=403, times=None)
    await poll(60)
    assert entities("binary_sensor.in_game") == "on"
    # all time is accounted for: as seen, as estimated from the record, or as unseen
    attributes = entities["sensor.playtime_today"].attributes
    played = int(entities("sensor.playtime_today"))
    assert attributes["estimated"] + attributes["unseen"] > 0
    assert 25 <= played + attributes["unseen"] <= 28
    assert attributes["titles"] == {"Starfall Drift": played}


async def test_friends(
    hass: HomeAssistant,
    simulator: Simulator,
    entry: ConfigEntry,
    entities: Entities,
    poll: Poll,
) -> None:
    """A friend's time counts, from 0 when added again; it does not count while the friend is hidden."""
    await add_friends(hass, entry, QUIET_HARBOR)
    friend, friend_entities = simulator.world.person(QUIET_HARBOR), Entities(hass, QUIET_HARBOR)
    friend.play(HARBOR_KINGS)
    await poll(11)
    await poll(330, step=30)
    assert (minutes(friend_entities), minutes(entities)) == (("5", "5", "5"), ("0", "0", "0"))
    friend.hidden = True
    await poll(400, step=20)
    events = async_capture_events(hass, EVENT_STATE_CHANGED)
    await poll(7200, step=30)
    today = int(friend_entities("sensor.playtime_today"))
    assert 5 <= today <= 15
    written = [
        it for it in events if it.data["entity_id"] == friend_entities.id("sensor.playtime_today")
    ]
    assert len(written) <= 4  # the unseen time is written once an hour
    friend.hidden = False
    friend.go_offline()
    await poll()
    hass.config_entries.async_remove_subentry(entry, subentry_of(entry, QUIET_HARBOR).subentry_id)
    await settle(hass)
    await poll()
    await add_friends(hass, entry, QUIET_HARBOR)
    await poll()
    assert minutes(friend_entities) == ("0", "0", "0")
