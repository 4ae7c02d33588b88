"""Options flow of an account: its fields, their limits and their effect."""

import pytest
from homeassistant.config_entries import ConfigEntry, ConfigEntryState, ConfigFlowResult
from homeassistant.const import EVENT_STATE_CHANGED, STATE_OFF, STATE_ON, STATE_UNAVAILABLE
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType, InvalidData
from pytest_homeassistant_custom_component.common import (
    MockConfigEntry,
    async_capture_events,
    get_schema_suggested_value,
)

from custom_components.xbox_network.const import (
    OPTION_BONUS_MINUTES,
    OPTION_COUNT_APPS,
    OPTION_STORAGE_SHARE,
)
from tests.conftest import Poll, set_up
from tests.helpers.consoles import ConsoleEntities
from tests.helpers.entities import Entities
from tests.helpers.playtime import LUMEN_VIDEO, act
from tests.helpers.settling import settle
from tests.simulator import Console, Person, Simulator

PROBLEM = "binary_sensor.storage_problem"


async def choose(
    hass: HomeAssistant, entry: ConfigEntry, share: float, **options: object
) -> ConfigFlowResult:
    """Choose the share of a disk that should stay free, and other options."""
    result = await hass.config_entries.options.async_init(entry.entry_id)
    assert result["type"] is FlowResultType.FORM
    result = await hass.config_entries.options.async_configure(
        result["flow_id"], {OPTION_STORAGE_SHARE: share, **options}
    )
    await settle(hass)
    return result


async def test_applies_at_once(
    hass: HomeAssistant,
    simulator: Simulator,
    den: Console,
    bedroom: Console,
    entry: ConfigEntry,
    at_den: ConsoleEntities,
    at_bedroom: ConsoleEntities,
) -> None:
    """A new share applies at once, without a reload or a request."""
    assert (at_den(PROBLEM), at_bedroom(PROBLEM)) == (STATE_OFF, STATE_ON)
    simulator.clear()
    events = async_capture_events(hass, EVENT_STATE_CHANGED)

    result = await choose(hass, entry, 3.0)
    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert entry.options[OPTION_STORAGE_SHARE] == 3
    assert isinstance(entry.options[OPTION_STORAGE_SHARE], int)
    assert (at_den(PROBLEM), at_bedroom(PROBLEM)) == (STATE_OFF, STATE_OFF)

    await choose(hass, entry, 30)
    assert (at_den(PROBLEM), at_bedroom(PROBLEM)) == (STATE_ON, STATE_ON)

    assert {it.data["entity_id"] for it in events} == {at_den.id(PROBLEM), at_bedroom.id(PROBLEM)}
    states = [it.data["new_state"] for it in events]
    assert STATE_UNAVAILABLE not in [state.state for state in states if state]
    assert simulator.requests() == []


async def test_suggested_values(hass: HomeAssistant, den: Console, entry: ConfigEntry) -> None:
    """The dialog suggests the present share; the default is a tenth."""
    first = await hass.config_entries.options.async_init(entry.entry_id)
    assert first["data_schema"] is not None
    assert first["data_schema"]({})[OPTION_STORAGE_SHARE] == 10
    await choose(hass, entry, 25)
    again = await hass.config_entries.options.async_init(entry.entry_id)
    assert again["data_schema"] is not None
    assert get_schema_suggested_value(again["data_schema"].schema, OPTION_STORAGE_SHARE) == 25


async def test_play_time(
    hass: HomeAssistant, entry: ConfigEntry, owner: Person, entities: Entities, poll: Poll
) -> None:
    """Counting apps and the minutes of a bonus are options that apply at once."""
    schema = (await hass.config_entries.options.async_init(entry.entry_id))["data_schema"]
    assert schema is not None
    offered = schema({})
    assert (offered[OPTION_COUNT_APPS], offered[OPTION_BONUS_MINUTES]) == (False, 15)
    await act(hass, "set_limit", entities.id("sensor.time_left"), minutes=60)
    owner.play(LUMEN_VIDEO)
    await poll(300, step=20)
    assert entities("sensor.playtime_today") == "0"
    runtime_data = entry.runtime_data
    await choose(hass, entry, 10, **{OPTION_COUNT_APPS: True, OPTION_BONUS_MINUTES: 5})
    await poll(320, step=20)
    assert entities("sensor.playtime_today") == "5"
    await hass.services.async_call(
        "button", "press", {"entity_id": entities.id("button.bonus_time")}, blocking=True
    )
    assert entities("sensor.time_left") == "60"
    await choose(hass, entry, 10, **{OPTION_COUNT_APPS: False})
    await poll(640, step=20)
    assert entities("sensor.playtime_today") == "5"
    assert entry.runtime_data is runtime_data
    with pytest.raises(InvalidData):
        await choose(hass, entry, 10, **{OPTION_BONUS_MINUTES: 0})


@pytest.mark.parametrize("share", [0, 51, -1, "much"])
async def test_out_of_range(
    hass: HomeAssistant, den: Console, entry: ConfigEntry, share: float
) -> None:
    """A share out of range is refused."""
    with pytest.raises(InvalidData):
        await choose(hass, entry, share)
    assert OPTION_STORAGE_SHARE not in entry.options


async def test_not_loaded(
    hass: HomeAssistant,
    simulator: Simulator,
    stored: MockConfigEntry,
    den: Console,
    at_den: ConsoleEntities,
) -> None:
    """Options chosen before an account is loaded apply once it is."""
    result = await choose(hass, stored, 30)
    assert result["type"] is FlowResultType.CREATE_ENTRY
    await set_up(hass, stored)
    assert stored.state is ConfigEntryState.LOADED
    assert at_den(PROBLEM) == STATE_ON
