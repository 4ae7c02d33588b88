"""Stored titles: written to disk, read at the start, removed with the account."""

import json
from typing import Any

import pytest
from freezegun.api import FrozenDateTimeFactory
from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant
from pytest_homeassistant_custom_component.common import async_fire_time_changed

from custom_components.xbox_network.xbox.endpoints import Service
from tests.conftest import Poll, set_up
from tests.helpers.automations.triggers import TriggerRecorder, device_of
from tests.helpers.entities import Entities
from tests.helpers.settling import settle
from tests.simulator import Person, Simulator

STARFALL_DRIFT = "1900000001"


def title_files(hass_storage: dict[str, Any]) -> list[str]:
    """Return the names of the files with titles."""
    return [name for name in hass_storage if name.endswith(".titles")]


async def test_known_after_a_restart(
    hass: HomeAssistant,
    hass_storage: dict[str, Any],
    simulator: Simulator,
    entry: ConfigEntry,
    owner: Person,
    entities: Entities,
    poll: Poll,
) -> None:
    """A stored title has name, picture and kind without a request."""
    owner.play(STARFALL_DRIFT)
    await poll()
    picture = entities["sensor.now_playing"].attributes["entity_picture"]
    assert await hass.config_entries.async_unload(entry.entry_id)
    simulator.fail(Service.TITLES, status=503, times=None)

    await set_up(hass, entry)

    assert entities("sensor.now_playing") == "Starfall Drift"
    assert entities["sensor.now_playing"].attributes["entity_picture"] == picture
    assert entities("binary_sensor.in_game") == "on"
    (name,) = title_files(hass_storage)
    content = json.dumps(hass_storage[name])
    assert owner.xuid not in name + content
    assert owner.gamertag not in content


async def test_written_within_a_minute(
    hass: HomeAssistant,
    hass_storage: dict[str, Any],
    freezer: FrozenDateTimeFactory,
    entry: ConfigEntry,
    owner: Person,
    poll: Poll,
) -> None:
    """A new title is saved within a minute; without one nothing is written."""
    owner.play(STARFALL_DRIFT)
    await poll(80)
    (name,) = title_files(hass_storage)
    assert STARFALL_DRIFT in json.dumps(hass_storage[name])
    hass_storage.clear()
    await poll(600)
    assert title_files(hass_storage) == []


@pytest.mark.parametrize(
    "data",
    [
        None,
        [],
        "x",
        {},
        {"language": "en-US"},
        {"language": "en-US", "library": None},
        {"language": "en-US", "library": {"titles": [None, 1, {"title_id": STARFALL_DRIFT}]}},
        {"language": "xx", "library": {"titles": []}},
    ],
    ids=str,
)
async def test_unreadable(
    hass: HomeAssistant,
    hass_storage: dict[str, Any],
    freezer: FrozenDateTimeFactory,
    entry: ConfigEntry,
    owner: Person,
    entities: Entities,
    data: object,
) -> None:
    """With an unreadable file the entry loads and requests the titles that it lacks."""
    assert await hass.config_entries.async_unload(entry.entry_id)
    (name,) = title_files(hass_storage)
    hass_storage[name]["data"] = data
    owner.play(STARFALL_DRIFT)
    await set_up(hass, entry)
    assert entities("sensor.now_playing") == "Starfall Drift"


async def test_of_a_later_version(
    hass: HomeAssistant, hass_storage: dict[str, Any], entry: ConfigEntry, entities: Entities
) -> None:
    """A file of a later version counts as empty."""
    assert await hass.config_entries.async_unload(entry.entry_id)
    (name,) = title_files(hass_storage)
    hass_storage[name]["version"] = 99
    await set_up(hass, entry)
    assert entities("binary_sensor.online") == "off"


async def test_other_language(
    hass: HomeAssistant,
    hass_storage: dict[str, Any],
    entry: ConfigEntry,
    owner: Person,
    entities: Entities,
    poll: Poll,
) -> None:
    """Names are requested again in another language."""
    owner.play(STARFALL_DRIFT)
    await poll()
    assert await hass.config_entries.async_unload(entry.entry_id)
    hass.config.language = "de"
    await set_up(hass, entry)
    assert entities("sensor.now_playing") != "Starfall Drift"


async def test_removed_with_the_account(
    hass: HomeAssistant,
    hass_storage: dict[str, Any],
    freezer: FrozenDateTimeFactory,
    entry: ConfigEntry,
) -> None:
    """A removed account leaves no file of titles, not even later."""
    await hass.config_entries.async_remove(entry.entry_id)
    freezer.tick(120)
    async_fire_time_changed(hass)
    await settle(hass)
    assert title_files(hass_storage) == []


async def test_names_of_a_file(
    hass: HomeAssistant,
    hass_storage: dict[str, Any],
    simulator: Simulator,
    entry: ConfigEntry,
    owner: Person,
    entities: Entities,
    poll: Poll,
) -> None:
    """A name that was kept still starts an automation; new names are written within a minute."""
    assert await hass.config_entries.async_unload(entry.entry_id)
    (name,) = [it for it in hass_storage if it.endswith(".names")]
    known = [{"title_id": STARFALL_DRIFT, "names": ["Sternensturz"]}]
    hass_storage[name]["data"] = {"language": None, "library": {"titles": known}}
    await set_up(hass, entry)
    target = {"device_id": device_of(hass, entities.id("event.activity"))}
    recorder = TriggerRecorder(hass)
    await recorder.attach("started_playing", target, {"title": "STERNEN-STURZ"})
    simulator.world.titles[STARFALL_DRIFT].presence_name = "Drift"
    owner.play(STARFALL_DRIFT)
    await poll(80)
    assert [it["title"] for it in recorder.told] == ["Starfall Drift"]
    recorder.detach()
    titles = hass_storage[name]["data"]["library"]["titles"]
    kept = next(it["names"] for it in titles if it["title_id"] == STARFALL_DRIFT)
    assert set(kept) == {"Sternensturz", "Drift", "Starfall Drift"}
    assert owner.xuid not in json.dumps(hass_storage[name])
