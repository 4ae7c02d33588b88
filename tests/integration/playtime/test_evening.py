"""A bonus moves the end of the evening, too: bedtimes before and after midnight, and the option that keeps them."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from freezegun.api import FrozenDateTimeFactory
from homeassistant.const import STATE_UNKNOWN
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import ServiceValidationError
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.xbox_network.const import OPTION_BONUS_MOVES_BEDTIME
from tests.conftest import Poll, set_up
from tests.helpers.entities import Entities
from tests.helpers.playtime import BERLIN, STARFALL_DRIFT, act, go_to
from tests.simulator import Person

LEFT, BONUS = "sensor.time_left", "button.bonus_time"
MONDAY = datetime(2026, 11, 23, tzinfo=BERLIN)

pytestmark = pytest.mark.freeze_time("2026-11-23T18:30:00Z")  # Monday, half past seven


@pytest.fixture(name="account")
async def account_fixture(
    hass: HomeAssistant, freezer: FrozenDateTimeFactory, stored: MockConfigEntry
) -> MockConfigEntry:
    """Return a loaded account in Berlin."""
    await hass.config.async_update(time_zone="Europe/Berlin", country="DE")
    await set_up(hass, stored)
    return stored


def keep_bedtimes(hass: HomeAssistant, entry: MockConfigEntry) -> None:
    """Switch the option off."""
    hass.config_entries.async_update_entry(entry, options={OPTION_BONUS_MOVES_BEDTIME: False})


@pytest.mark.usefixtures("account")
@pytest.mark.parametrize("limit", [{"minutes": 240}, {}], ids=["with a limit", "bedtime alone"])
@pytest.mark.parametrize("how", ["action", "button"])
async def test_later(
    hass: HomeAssistant, owner: Person, entities: Entities, poll: Poll, limit: Any, how: str
) -> None:
    """After a bonus before the bedtime there is time left after it, exactly as much as was given."""
    await act(hass, "set_limit", entities.id(LEFT), bedtime="20:00", bedtime_end="07:00", **limit)
    owner.play(STARFALL_DRIFT)
    await poll(60)
    assert entities(LEFT) == "29"
    if how == "action":
        await act(hass, "add_bonus_time", entities.id(LEFT), minutes=15)
    else:
        await hass.services.async_call(
            "button", "press", {"entity_id": entities.id(BONUS)}, blocking=True
        )
    assert entities(LEFT) == "44"
    await go_to(poll, MONDAY.replace(hour=20, minute=5), step=20)
    assert entities(LEFT) == "10"
    [person] = (await act(hass, "get_limits"))["people"]
    assert person["today"]["end"] == "2026-11-23T20:15:00+01:00"
    assert person["today"]["bedtime"] == "20:00:00"
    await poll(10 * 60, step=20)
    assert entities(LEFT) == "0"
    owner.go_offline()
    # it is a bonus of this evening: the next one is as usual
    await go_to(poll, MONDAY + timedelta(days=1, hours=19, minutes=30), step=3600)
    assert entities(LEFT) == "30"


# Local time of the bonus, bedtime, its end, the bonuses, minutes left afterwards.
type Row = tuple[str, str, str | None, list[int], str]
ROWS: dict[str, Row] = {
    "shorter": ("2026-11-23 19:30", "20:00", None, [-10], "20"),
    "shorter than what is left": ("2026-11-23 19:30", "20:00", "07:00", [-60], "0"),
    "there and back": ("2026-11-23 19:30", "20:00", "07:00", [30, -30], "30"),
    "twice": ("2026-11-23 19:30", "20:00", "07:00", [30, 15], "75"),
    "during the bedtime": ("2026-11-23 21:00", "20:00", "07:00", [30], "30"),
    "taken back during it": ("2026-11-23 21:00", "20:00", "07:00", [30, -30], "0"),
    "twice during it": ("2026-11-23 21:00", "20:00", "07:00", [30, 10], "40"),
    "past its end": ("2026-11-23 19:30", "20:00", "21:00", [90], STATE_UNKNOWN),
    "until midnight": ("2026-11-23 23:30", "23:45", None, [60], STATE_UNKNOWN),
    "over midnight": ("2026-11-23 23:30", "23:45", "08:00", [60], "75"),
    "tomorrow before noon is tonight": ("2026-11-23 23:30", "00:30", "08:00", [30], "90"),
    "after midnight": ("2026-11-24 00:10", "00:30", "08:00", [30], "50"),
    "in the night that began": ("2026-11-24 00:10", "23:00", "07:00", [20], "20"),
    "at breakfast it is for today": ("2026-11-24 06:30", "20:00", "07:00", [20], "0"),
    "a bedtime that is this morning": ("2026-11-24 07:30", "08:00", "13:00", [30], "60"),
    "in such a bedtime": ("2026-11-24 08:30", "08:00", "13:00", [30], "30"),
    "before one in the morning": ("2026-11-24 05:30", "06:00", "10:00", [20], "50"),
    "in one that begins at five": ("2026-11-24 05:30", "05:00", "10:00", [20], "20"),
    "after one in the morning": ("2026-11-24 14:00", "11:00", "12:30", [20], "1275"),
    "a rest at noon": ("2026-11-23 12:30", "13:00", "15:00", [20], "50"),
    "the clocks go back": ("2026-10-25 01:30", "01:45", "08:00", [60], "75"),
    "the clocks go forward": ("2026-03-29 01:30", "01:45", "08:00", [60], "75"),
}


@pytest.mark.usefixtures("account")
@pytest.mark.parametrize("row", ROWS)
async def test_evenings(
    hass: HomeAssistant, freezer: FrozenDateTimeFactory, entities: Entities, poll: Poll, row: str
) -> None:
    """A bonus belongs to the evening that is going on, and never reaches beyond the bedtime."""
    moment, bedtime, end, bonuses, left = ROWS[row]
    freezer.move_to(datetime.fromisoformat(moment).replace(tzinfo=BERLIN))
    await poll(10, step=10)
    freezer.move_to(datetime.fromisoformat(moment).replace(tzinfo=BERLIN))
    ends = {"bedtime_end": end} if end else {}
    await act(hass, "set_limit", entities.id(LEFT), bedtime=bedtime, **ends)
    for minutes in bonuses:
        await act(hass, "add_bonus_time", entities.id(LEFT), minutes=minutes)
    if left == STATE_UNKNOWN:
        # only tomorrow is limited
        assert entities[LEFT].attributes["minutes_left"] is None
    assert entities(LEFT) == left


@pytest.mark.usefixtures("account")
async def test_breakfast(hass: HomeAssistant, entities: Entities, poll: Poll) -> None:
    """A bonus in the morning, in the bedtime of last night, is for the coming evening."""
    await act(hass, "set_limit", entities.id(LEFT), bedtime="20:00", bedtime_end="07:00")
    await go_to(poll, MONDAY + timedelta(days=1, hours=6, minutes=30), step=3600)
    await act(hass, "add_bonus_time", entities.id(LEFT), minutes=20)
    assert entities(LEFT) == "0"
    await go_to(poll, MONDAY + timedelta(days=1, hours=19, minutes=30), step=3600)
    assert entities(LEFT) == "50"


@pytest.mark.usefixtures("account")
async def test_longer_in_the_morning(hass: HomeAssistant, entities: Entities, poll: Poll) -> None:
    """What is given before five in the morning can be made longer after it, or taken back."""
    await act(hass, "set_limit", entities.id(LEFT), bedtime="20:00", bedtime_end="07:00")
    await go_to(poll, MONDAY + timedelta(days=1, hours=4, minutes=50), step=3600)
    await act(hass, "add_bonus_time", entities.id(LEFT), minutes=30)
    await go_to(poll, MONDAY + timedelta(days=1, hours=5, minutes=10))
    for minutes, left in ((15, "25"), (-20, "5"), (5, "10")):
        await act(hass, "add_bonus_time", entities.id(LEFT), minutes=minutes)
        assert entities(LEFT) == left


@pytest.mark.parametrize(
    ("limits", "minutes", "key"),
    [
        ({"bedtime": "20:00"}, 30, "bonus_against_bedtime"),
        ({"bedtime": "20:00"}, -10, "bonus_against_bedtime"),
        ({"bedtime": "20:00", "minutes": 240}, 30, "bonus_against_bedtime"),
        ({"bedtime": "20:00", "minutes": 30}, 30, "bonus_against_bedtime"),
        ({"bedtime": "19:00", "minutes": 240}, 30, "bonus_against_bedtime"),
        ({"bedtime": "00:30", "bedtime_end": "07:00"}, 30, "bonus_against_bedtime"),
        ({"bedtime": "20:00", "minutes": 10}, 30, None),
        ({"bedtime": "20:00", "minutes": 240}, -30, None),
        ({"minutes": 240}, 30, None),
        ({}, 30, "bonus_without_limit"),
    ],
)
async def test_option_off(
    hass: HomeAssistant,
    account: MockConfigEntry,
    entities: Entities,
    limits: dict[str, Any],
    minutes: int,
    key: str | None,
) -> None:
    """With the option off a bedtime stays; a bonus that it makes useless is refused, and the bedtime named."""
    keep_bedtimes(hass, account)
    if limits:
        await act(hass, "set_limit", entities.id(LEFT), **limits)
    before = entities(LEFT)
    if key is None:
        await act(hass, "add_bonus_time", entities.id(LEFT), minutes=minutes)
        assert entities[LEFT].attributes["bonus"] == minutes
        if "bedtime" in limits:
            assert int(entities(LEFT)) <= 30
        return
    with pytest.raises(ServiceValidationError) as raised:
        await act(hass, "add_bonus_time", entities.id(LEFT), minutes=minutes)
    assert raised.value.translation_key == key
    if "bedtime" in limits:
        assert limits["bedtime"] in str(raised.value)
    assert (entities(LEFT), entities[LEFT].attributes["bonus"]) == (before, 0)


async def test_option_off_for_the_button(
    hass: HomeAssistant, account: MockConfigEntry, entities: Entities
) -> None:
    """The button is refused in the same words; switched on again it works at once."""
    await act(hass, "set_limit", entities.id(LEFT), bedtime="20:00")
    keep_bedtimes(hass, account)
    press = {"entity_id": entities.id(BONUS)}
    with pytest.raises(ServiceValidationError, match="20:00"):
        await hass.services.async_call("button", "press", press, blocking=True)
    hass.config_entries.async_update_entry(account, options={})
    await hass.services.async_call("button", "press", press, blocking=True)
    assert entities(LEFT) == "45"


@pytest.mark.usefixtures("account")
async def test_limit_ends_first(
    hass: HomeAssistant, owner: Person, entities: Entities, poll: Poll
) -> None:
    """A bonus that makes the limit longer than the evening gives the whole bonus."""
    await act(hass, "set_limit", entities.id(LEFT), minutes=10, bedtime="20:00", bedtime_end="7:00")
    await act(hass, "add_bonus_time", entities.id(LEFT), minutes=40)
    assert entities(LEFT) == "50"
    owner.play(STARFALL_DRIFT)
    await go_to(poll, MONDAY.replace(hour=20, minute=10), step=20)
    assert int(entities(LEFT)) in (10, 11)


async def test_kept_over_a_reload(
    hass: HomeAssistant, account: MockConfigEntry, entities: Entities, poll: Poll
) -> None:
    """The later end is saved like the bonus."""
    await act(hass, "set_limit", entities.id(LEFT), bedtime="20:00", bedtime_end="07:00")
    await act(hass, "add_bonus_time", entities.id(LEFT), minutes=30)
    await hass.config_entries.async_reload(account.entry_id)
    assert entities(LEFT) == "60"
