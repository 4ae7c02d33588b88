"""Files with a person whose xuid cannot be one: kept aside once, sound after the next write."""

import json
from pathlib import Path
from typing import Any

import pytest
from homeassistant.core import HomeAssistant

from custom_components.xbox_network.storage.base import account_file
from tests.integration.files.test_random_damage import OWNER, Process, fresh, paths_of, stored


@pytest.mark.parametrize("suffix", ["limits", "playtime", "playtime_now"])
@pytest.mark.parametrize("odd", ["253540Z000000001", "", " 2535400000000001", "-1", "null"])
async def test_odd_xuid(hass: HomeAssistant, folder: Path, suffix: str, odd: str) -> None:
    """The damage is told and kept once, and not again at each start."""
    fresh(folder)
    path = dict(paths_of(folder))[suffix]
    whole: dict[str, Any] = json.loads(path.read_text())
    people = whole["data"]["people"]
    people[odd] = people.pop(OWNER)
    path.write_text(json.dumps(whole))
    before = path.read_bytes()
    process = Process(hass)
    await process.load()
    assert account_file(hass, OWNER, suffix).damaged
    await process.save()
    [kept] = folder.glob(f"*.{suffix}.corrupt.*")
    assert kept.read_bytes() == before
    written = stored(folder)
    again = Process(hass)
    await again.load()
    assert not account_file(hass, OWNER, suffix).damaged
    assert (again.limits.lost, again.playtime.lost) == (set(), set())
    await again.save()
    assert stored(folder) == written


@pytest.mark.parametrize("suffix", ["playtime", "playtime_now"])
async def test_who_misses_something(hass: HomeAssistant, folder: Path, suffix: str) -> None:
    """An odd value in either file of the play time tells whose it is."""
    fresh(folder)
    path = dict(paths_of(folder))[suffix]
    whole: dict[str, Any] = json.loads(path.read_text())
    whole["data"]["people"][OWNER] = 7
    path.write_text(json.dumps(whole))
    process = Process(hass)
    await process.load()
    assert process.playtime.lost == {OWNER}
