"""Stored files: those of an earlier version are read, and written again in the same form.

The files in `stored_files/` were written by commit 6e08686, the last one before the modules were moved;
`apps.json` and `names.json` are of later ones. They are never changed: each version has to read those of 0.1.0.
Tokens are replaced, and the account is one of the simulator's.
"""

import copy
import json
import re
from http import HTTPStatus
from pathlib import Path
from typing import Any

import pytest
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers.storage import Store
from pytest_homeassistant_custom_component.common import MockConfigEntry

import custom_components.xbox_network
from custom_components.xbox_network.const import DOMAIN
from custom_components.xbox_network.storage.base import account_key
from custom_components.xbox_network.storage.caches import CacheKind
from custom_components.xbox_network.storage.disk import STORAGE_MINOR_VERSION, STORAGE_VERSION
from custom_components.xbox_network.storage.playtime import File
from custom_components.xbox_network.xbox.endpoints import Service
from tests.conftest import Poll, set_up
from tests.helpers.achievement_events import AchievementEvents
from tests.helpers.entities import Entities
from tests.helpers.playtime import STARFALL_DRIFT, act
from tests.helpers.settling import settle
from tests.simulator import Console, Person, Simulator

PACKAGE = Path(custom_components.xbox_network.__file__).parent
FOLDER = Path(__file__).parent / "stored_files"
FILES: dict[str, dict[str, Any]] = {
    path.stem: json.loads(path.read_text()) for path in FOLDER.glob("*.json")
}
pytestmark = pytest.mark.freeze_time("2026-11-30T21:10:00Z")


@pytest.fixture(name="files", autouse=True)
def files_fixture(hass_storage: dict[str, Any], stored: MockConfigEntry) -> dict[str, str]:
    """Store the files for Home Assistant; return their names by suffix."""
    account = f"{DOMAIN}.{account_key(str(stored.unique_id))}"
    names = {it: account if it == "tokens" else f"{account}.{it}" for it in FILES}
    for suffix, content in FILES.items():
        hass_storage[names[suffix]] = {**copy.deepcopy(content), "key": names[suffix]}
    return names


def keys(content: Any) -> Any:
    """Return the nested keys of stored content."""
    return {key: keys(it) for key, it in content.items()} if isinstance(content, dict) else None


def test_all_kinds() -> None:
    """There is a file of each kind, and no other way to store something than the one for these kinds."""
    assert {"tokens", *File, *CacheKind} == FILES.keys()
    sources = {it: it.read_text() for it in PACKAGE.rglob("*.py")}
    for words in (r"helpers\.storage import .*\bStore\b", r"\baccount_file\("):
        found = {it.parent.name for it, text in sources.items() if re.search(words, text)}
        assert found == {"storage"}, words


async def test_written_by_this_version(
    hass: HomeAssistant,
    hass_storage: dict[str, Any],
    stored: MockConfigEntry,
    owner: Person,
    den: Console,
    poll: Poll,
) -> None:
    """An account that has done everything has written no file of another kind, and leaves none out."""
    hass_storage.clear()
    owner.play(STARFALL_DRIFT)
    await set_up(hass, stored)
    await act(hass, "set_limit", Entities(hass, owner.xuid).id("sensor.time_left"), minutes=30)
    owner.unlock(STARFALL_DRIFT)
    await poll(3700, step=20)
    await hass.config_entries.async_unload(stored.entry_id)
    account = f"{DOMAIN}.{account_key(owner.xuid)}"
    written = {it for it in hass_storage if it.startswith(DOMAIN)}
    assert written == {account if it == "tokens" else f"{account}.{it}" for it in FILES}
    assert {(hass_storage[it]["version"], hass_storage[it]["minor_version"]) for it in written} == {
        (STORAGE_VERSION, STORAGE_MINOR_VERSION)
    }


async def test_tokens(
    hass: HomeAssistant, simulator: Simulator, stored: MockConfigEntry, files: dict[str, str]
) -> None:
    """The stored XSTS token is used; the simulator does not know it, so another one is requested."""
    await set_up(hass, stored)
    first, *_ = simulator.requests(Service.PRESENCE)
    assert "stored-xsts-token" in first.headers["Authorization"]
    assert first.status == HTTPStatus.UNAUTHORIZED
    assert simulator.requests(Service.XSTS)


async def test_play_time_and_limits(
    hass: HomeAssistant, stored: MockConfigEntry, entities: Entities
) -> None:
    """Play time by day and title and the limits are read unchanged."""
    await set_up(hass, stored)
    assert entities("sensor.playtime_today") == "45"
    assert entities("number.daily_limit") == "90"
    assert entities("sensor.time_left") == "55"
    answer = await act(hass, "get_playtime", start="2026-11-30", end="2026-11-30")
    [person] = answer["people"]
    assert [(it["title"], it["minutes"]) for it in person["titles"]] == [
        ("Starfall Drift", 30),
        ("Harbor Kings", 15),
    ]


async def test_titles(
    hass: HomeAssistant, simulator: Simulator, stored: MockConfigEntry, owner: Person
) -> None:
    """A stored title is shown before titlehub answers."""
    simulator.fail(Service.TITLES, status=HTTPStatus.SERVICE_UNAVAILABLE, times=None)
    owner.play(STARFALL_DRIFT)
    await set_up(hass, stored)
    shown = Entities(hass, owner.xuid)["sensor.now_playing"]
    assert shown.state == "Starfall Drift"
    assert shown.attributes["entity_picture"]


async def test_unlocks(
    hass: HomeAssistant, simulator: Simulator, stored: MockConfigEntry, owner: Person, poll: Poll
) -> None:
    """A stored unlock fires no event; a new one does."""
    achievement_events = AchievementEvents(hass)
    await set_up(hass, stored)
    await poll(60)
    assert achievement_events.of(owner.xuid) == []
    owner.play(STARFALL_DRIFT)
    owner.unlock(STARFALL_DRIFT)
    await poll(300)
    assert len(achievement_events.of(owner.xuid)) == 1


async def test_written_again(
    hass: HomeAssistant,
    hass_storage: dict[str, Any],
    stored: MockConfigEntry,
    files: dict[str, str],
) -> None:
    """Files that are written again keep their form and content."""
    await set_up(hass, stored)
    await hass.config_entries.async_unload(stored.entry_id)
    await settle(hass)
    stored_again = {suffix: hass_storage[name]["data"] for suffix, name in files.items()}
    for suffix in ("apps", "limits", "products", "titles", "unlocks"):
        assert stored_again[suffix] == FILES[suffix]["data"], suffix
    assert keys(stored_again["tokens"]) == keys(FILES["tokens"]["data"])
    assert stored_again["playtime"] == FILES["playtime"]["data"]
    [before], [after] = (
        it["people"].values()
        for it in (FILES["playtime_now"]["data"], stored_again["playtime_now"])
    )
    assert after.keys() == before.keys()


@pytest.mark.parametrize("suffix", ["apps", "titles", "products", "unlocks", "tokens"])
async def test_unreadable(
    hass: HomeAssistant,
    stored: MockConfigEntry,
    entities: Entities,
    files: dict[str, str],
    suffix: str,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A file that cannot be read counts as empty, one warning says so, and the account starts."""
    load = Store.async_load

    async def refuse_one(store: Store[Any]) -> Any:
        if store.key == files[suffix]:
            raise HomeAssistantError("no access")
        return await load(store)

    monkeypatch.setattr(Store, "async_load", refuse_one)
    await set_up(hass, stored)
    assert entities("binary_sensor.online") == "off"
    warnings = [it.message for it in caplog.records if it.levelname == "WARNING"]
    assert [it for it in warnings if files[suffix] in it and "counts as empty" in it]
