"""Options that make no sense, after an edit by hand: they count as their defaults, and everything works."""

from typing import Any

import pytest
from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.xbox_network.const import (
    OPTION_ADMINISTRATORS_ONLY,
    OPTION_BONUS_MINUTES,
    OPTION_COUNT_APPS,
    OPTION_FAVORITE_APPS,
    OPTION_HIDDEN_APPS,
    OPTION_ONLY_FAVORITES,
    OPTION_STORAGE_SHARE,
)
from custom_components.xbox_network.options import (
    administrators_only,
    apps_count,
    bonus_minutes,
    favorite_apps,
    hidden_apps,
    offer,
    storage_share,
)
from tests.conftest import set_up
from tests.helpers.consoles import ConsoleEntities
from tests.helpers.entities import Entities
from tests.helpers.playtime import act
from tests.simulator import Console


@pytest.mark.parametrize(
    "odd", [None, "many", [], {}, True, False, 0, -5, 1e400, 1441, "", "nan"], ids=str
)
def test_numbers(odd: object) -> None:
    """An odd number counts as the default."""
    options = {OPTION_BONUS_MINUTES: odd, OPTION_STORAGE_SHARE: odd}
    entry = MockConfigEntry(options=options)
    assert (bonus_minutes(entry), storage_share(entry)) == (15, 10)


@pytest.mark.parametrize(
    ("given", "read"),
    [
        (1, (1, 1)),
        (100, (100, 100)),
        (101, (101, 10)),
        (1440, (1440, 10)),
        ("20", (20, 20)),
        (30.0, (30, 30)),
    ],
)
def test_sound_numbers(given: object, read: tuple[int, int]) -> None:
    """A number within its bounds is read."""
    entry = MockConfigEntry(options={OPTION_BONUS_MINUTES: given, OPTION_STORAGE_SHARE: given})
    assert (bonus_minutes(entry), storage_share(entry)) == read


def test_administrators_only() -> None:
    """Only a clear no lets everybody change limits."""
    value: object
    for value in (True, None, 0, "", "no", [], {}):
        assert administrators_only(MockConfigEntry(options={OPTION_ADMINISTRATORS_ONLY: value}))
    assert administrators_only(MockConfigEntry())
    assert not administrators_only(MockConfigEntry(options={OPTION_ADMINISTRATORS_ONLY: False}))


def test_others() -> None:
    """An odd choice counts as none, an odd item of it is left out."""
    for odd, read in (
        (None, ()),
        ("9NBLGGH30XJ3", ()),
        ({"9NBLGGH30XJ3": 1}, ()),
        (7, ()),
        (["9NBLGGH30XJ3", None, 7, []], ("9NBLGGH30XJ3",)),
        (("9NBLGGH30XJ3",), ("9NBLGGH30XJ3",)),
    ):
        assert hidden_apps(MockConfigEntry(options={OPTION_HIDDEN_APPS: odd})) == read
        assert favorite_apps(MockConfigEntry(options={OPTION_FAVORITE_APPS: odd})) == read
    for value, counts in ((True, True), (False, False), (None, False), ("no", False), (1, False)):
        assert apps_count(MockConfigEntry(options={OPTION_COUNT_APPS: value})) is counts
        entry = MockConfigEntry(options={OPTION_ONLY_FAVORITES: value})
        assert offer(entry).only_favorites is counts


@pytest.mark.parametrize("odd", [None, "odd", {"odd": 1}], ids=str)
async def test_account(
    hass: HomeAssistant,
    stored: MockConfigEntry,
    bedroom: Console,
    at_bedroom: ConsoleEntities,
    entities: Entities,
    odd: Any,
) -> None:
    """The account starts, its entities and actions work, and the options can be put right."""
    keys = (
        OPTION_BONUS_MINUTES,
        OPTION_COUNT_APPS,
        OPTION_FAVORITE_APPS,
        OPTION_HIDDEN_APPS,
        OPTION_ONLY_FAVORITES,
        OPTION_STORAGE_SHARE,
    )
    hass.config_entries.async_update_entry(stored, options=dict.fromkeys(keys, odd))
    await set_up(hass, stored)
    assert stored.state is ConfigEntryState.LOADED
    assert at_bedroom("binary_sensor.storage_problem") == "on"
    assert at_bedroom["media_player"].attributes["source_list"]
    await act(hass, "set_limit", entities.id("sensor.time_left"), minutes=30)
    await act(hass, "add_bonus_time", entities.id("sensor.time_left"))
    assert entities("sensor.time_left") == "45"
    form = await hass.config_entries.options.async_init(stored.entry_id)
    assert form["type"] is FlowResultType.FORM
    result = await hass.config_entries.options.async_configure(form["flow_id"], {})
    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert (bonus_minutes(stored), hidden_apps(stored)) == (15, ())
