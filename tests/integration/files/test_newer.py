"""Files of a newer version: nothing of them is lost, nothing is shown that is not stored, and a person is told.

What a later minor version has added is carried along.
"""

import copy
import json
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from homeassistant.components.repairs import DOMAIN as REPAIRS
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers import issue_registry as ir
from homeassistant.setup import async_setup_component
from pytest_homeassistant_custom_component.common import MockConfigEntry
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator

from custom_components.xbox_network.const import DOMAIN
from tests.conftest import Poll, SignIn
from tests.helpers.account_files import VALUABLE, confirm, issues, restore, spoil, start, stop
from tests.helpers.damage import NEWER
from tests.helpers.entities import Entities
from tests.helpers.files import content, kept
from tests.helpers.playtime import STARFALL_DRIFT, act
from tests.simulator import Person

pytestmark = pytest.mark.freeze_time("2026-11-30T21:10:00Z")  # Monday

LIMITS = "limits_of_newer_version"
PLAYTIME = "playtime_of_newer_version"
LATEST = "playtime_now_of_newer_version"
JUNIPER_VALE = "2535400000000002"
MEMORIES = ("names", "unlocks")

type Paths = dict[str, Path]
type Change = Callable[[HomeAssistant, Entities], Awaitable[Any]]


async def call(hass: HomeAssistant, action: str, entity_id: str, **data: object) -> None:
    """Call an action of an entity."""
    await hass.services.async_call(
        action.partition(".")[0],
        action.partition(".")[2],
        {"entity_id": entity_id, **data},
        blocking=True,
    )


CHANGES: dict[str, Change] = {
    "set_limit": lambda hass, it: act(hass, "set_limit", it.id("sensor.time_left"), minutes=30),
    "bedtime": lambda hass, it: act(hass, "set_limit", it.id("sensor.time_left"), bedtime="20:00"),
    "add_bonus_time": lambda hass, it: act(
        hass, "add_bonus_time", it.id("sensor.time_left"), minutes=10
    ),
    "number": lambda hass, it: call(
        hass, "number.set_value", it.id("number.daily_limit"), value=30
    ),
    "button": lambda hass, it: call(hass, "button.press", it.id("button.bonus_time")),
    "remove": lambda hass, it: act(hass, "set_limit", it.id("sensor.time_left"), remove=True),
}


@pytest.mark.parametrize("damage", NEWER, ids=str)
async def test_limits(
    hass: HomeAssistant,
    stored: MockConfigEntry,
    paths: Paths,
    entities: Entities,
    issue_registry: ir.IssueRegistry,
    damage: Any,
) -> None:
    """Limits of a newer version are not in force, none can be set, and all are back after the update."""
    damage.apply(paths["limits"])
    before = paths["limits"].read_bytes()
    for _ in range(2):
        await start(hass, stored)
        [issue] = issues(issue_registry).values()
        assert (issue.translation_key, issue.is_fixable) == (LIMITS, True)
        assert entities("sensor.playtime_today") == "45"
        for name, change in CHANGES.items():
            with pytest.raises(HomeAssistantError, match="newer version") as raised:
                await change(hass, entities)
            assert raised.value.translation_key == LIMITS, name
            left = entities["sensor.time_left"]
            shown = (entities("number.daily_limit"), left.state, left.attributes["limit"])
            assert shown == ("unknown", "unknown", None), name
        await stop(hass, stored)
        assert (paths["limits"].read_bytes(), kept(paths["limits"])) == (before, [])
    restore(paths)
    await start(hass, stored)
    assert issues(issue_registry) == {}
    assert entities("number.daily_limit") == "90"
    for change in CHANGES.values():
        await change(hass, entities)
    await stop(hass, stored)


async def test_limits_of_one_account(
    hass: HomeAssistant,
    stored: MockConfigEntry,
    paths: Paths,
    owner: Person,
    entities: Entities,
    sign_in: SignIn,
) -> None:
    """The error comes after the limits of everybody else are changed, and names who was left out."""
    NEWER[0].apply(paths["limits"])
    before = paths["limits"].read_bytes()
    await start(hass, stored)
    await sign_in("alone")
    other = Entities(hass, JUNIPER_VALE)
    for loaded in (True, False):
        targets = [it.id("sensor.time_left") for it in (entities, other)]
        for minutes in (30, 40):
            with pytest.raises(HomeAssistantError, match="Nova Kestrel") as raised:
                await act(hass, "set_limit", *targets, minutes=minutes)
            assert raised.value.translation_key == LIMITS
            assert "Juniper" not in str(raised.value)
            assert other("number.daily_limit") == str(minutes)
        answer = await hass.services.async_call(
            DOMAIN, "get_limits", {"entity_id": targets}, blocking=True, return_response=True
        )
        assert answer
        people: Any = answer["people"]
        assert {it["name"]: it["available"] for it in people} == {
            "Nova Kestrel": False,
            "Juniper Vale": True,
        }
        if loaded:
            await stop(hass, stored)
        assert (paths["limits"].read_bytes(), kept(paths["limits"])) == (before, [])


async def test_limits_begun_anew(
    hass: HomeAssistant,
    stored: MockConfigEntry,
    paths: Paths,
    entities: Entities,
    issue_registry: ir.IssueRegistry,
    hass_client: ClientSessionGenerator,
) -> None:
    """After a confirmation limits can be set again, and the file of the newer version is kept aside."""
    await async_setup_component(hass, REPAIRS, {})
    limits = paths["limits"]
    NEWER[0].apply(limits)
    before = limits.read_bytes()
    await start(hass, stored)
    [issue] = issues(issue_registry).values()
    client = await hass_client()
    await stop(hass, stored)
    assert "not loaded" in await confirm(client, issue)
    assert list(issues(issue_registry)) == [LIMITS]
    await start(hass, stored)
    assert limits.name in await confirm(client, issue)
    assert issues(issue_registry) == {}
    [copied] = kept(limits)
    assert (copied.read_bytes(), content(limits)) == (before, {"people": {}})
    await act(hass, "set_limit", entities.id("sensor.time_left"), minutes=30)
    for _ in range(2):
        assert entities("number.daily_limit") == "30"
        await stop(hass, stored)
        await start(hass, stored)
        assert issues(issue_registry) == {}
    assert [it.read_bytes() for it in kept(limits)] == [before]
    await stop(hass, stored)


async def test_playtime(
    hass: HomeAssistant,
    stored: MockConfigEntry,
    paths: Paths,
    owner: Person,
    entities: Entities,
    issue_registry: ir.IssueRegistry,
    poll: Poll,
) -> None:
    """The days of a newer version come back with it, together with what was counted meanwhile."""
    history, current = paths["playtime"], paths["playtime_now"]
    days = ("people", owner.xuid, "days")
    spoil(history, *days, "2026-11-29", value=f"{STARFALL_DRIFT}:600")
    for path in (history, current):
        spoil(path, "people", owner.xuid, "revision", value=100_000)  # after months
    await start(hass, stored)
    await stop(hass, stored)
    readable = history.read_bytes()
    for path in (history, current):
        NEWER[0].apply(path)
    before, latest = history.read_bytes(), current.read_bytes()
    await start(hass, stored)
    assert list(issues(issue_registry)) == [PLAYTIME]
    assert entities("sensor.playtime_today") == "0"
    assert entities("number.daily_limit") == "90"
    owner.play(STARFALL_DRIFT)
    await poll(7300, step=10)
    assert entities("sensor.playtime_today") == "121"
    await stop(hass, stored)
    assert (history.read_bytes(), kept(history)) == (before, [])
    assert [it.read_bytes() for it in kept(current)] == [latest]
    await start(hass, stored)
    assert entities("sensor.playtime_today") == "121"  # what is shown is stored
    await stop(hass, stored)
    history.write_bytes(readable)  # the newer version can read it
    await start(hass, stored)
    assert issues(issue_registry) == {}
    assert entities("sensor.playtime_today") == "121"
    await stop(hass, stored)
    assert content(history)["people"][owner.xuid]["days"].keys() == {"2026-11-29", "2026-11-30"}


async def test_playtime_begun_anew(
    hass: HomeAssistant,
    stored: MockConfigEntry,
    paths: Paths,
    owner: Person,
    entities: Entities,
    issue_registry: ir.IssueRegistry,
    hass_client: ClientSessionGenerator,
    poll: Poll,
) -> None:
    """After a confirmation a new history is written, with what was counted meanwhile."""
    await async_setup_component(hass, REPAIRS, {})
    history = paths["playtime"]
    for path in (history, paths["playtime_now"]):
        NEWER[0].apply(path)
    before = history.read_bytes()
    await start(hass, stored)
    owner.play(STARFALL_DRIFT)
    await poll(610, step=10)
    [issue] = issues(issue_registry).values()
    assert history.name in await confirm(await hass_client(), issue)
    assert issues(issue_registry) == {}
    assert [it.read_bytes() for it in kept(history)] == [before]
    assert content(history)["people"][owner.xuid]["days"].keys() == {"2026-11-30"}
    for _ in range(2):
        assert entities("sensor.playtime_today") == "10"
        await stop(hass, stored)
        owner.go_offline()
        await start(hass, stored)
        assert issues(issue_registry) == {}
    await stop(hass, stored)


async def test_latest_playtime(
    hass: HomeAssistant,
    stored: MockConfigEntry,
    paths: Paths,
    entities: Entities,
    issue_registry: ir.IssueRegistry,
) -> None:
    """Without the latest play time alone the earlier days are counted, and a repair stays until it is read."""
    path = paths["playtime_now"]
    NEWER[0].apply(path)
    before = path.read_bytes()
    for _ in range(2):
        await start(hass, stored)
        [issue] = issues(issue_registry).values()
        assert (issue.translation_key, issue.is_persistent, issue.is_fixable) == (
            LATEST,
            True,
            True,
        )
        assert entities("sensor.playtime_today") == "45"
        await stop(hass, stored)
        [copied] = kept(path)
        assert copied.read_bytes() == before
        assert copied.name in str(issue.translation_placeholders)


async def test_every_file(
    hass: HomeAssistant,
    stored: MockConfigEntry,
    paths: Paths,
    entities: Entities,
    issue_registry: ir.IssueRegistry,
) -> None:
    """With all files of a newer version the account starts; what nobody else knows is left alone or kept aside."""
    for damage in NEWER:
        restore(paths)
        for path in paths.values():
            damage.apply(path)
        before = {it: path.read_bytes() for it, path in paths.items()}
        await start(hass, stored)
        assert entities("binary_sensor.online") == "off"
        assert issues(issue_registry).keys() == {LIMITS, PLAYTIME}
        await stop(hass, stored)
        for suffix, path in paths.items():
            aside = f"{path.name}.newer."
            copies = [it.read_bytes() for it in kept(path) if it.name.startswith(aside)]
            if suffix in ("limits", "playtime"):
                assert (path.read_bytes(), copies) == (before[suffix], []), suffix
            else:
                is_kept = suffix in ("playtime_now", *MEMORIES)
                assert copies == [before[suffix]] * is_kept, suffix
                assert json.loads(path.read_bytes())["version"] == 1, suffix


async def test_removed(hass: HomeAssistant, stored: MockConfigEntry, paths: Paths) -> None:
    """With the account, files of a newer version go, also those that are kept aside."""
    for path in paths.values():
        NEWER[0].apply(path)
    await start(hass, stored)
    await stop(hass, stored)
    assert kept(paths["playtime_now"])
    await hass.config_entries.async_remove(stored.entry_id)
    await hass.async_block_till_done()
    assert list(paths["limits"].parent.glob("xbox_network*")) == []


def add(path: Path, *places: tuple[str | int, ...]) -> Any:
    """Add something to objects in a file of a later minor version. Return the content."""
    whole = json.loads(path.read_bytes())
    for place in places:
        found: Any = whole["data"]
        for key in place:
            found = found[key]
        found["later"] = {"of": [place[-1] if place else None, None, {"deep": 1.5}]}
    path.write_text(json.dumps({**whole, "minor_version": 7}))
    return copy.deepcopy(whole["data"])


async def test_limits_of_a_later_minor_version(
    hass: HomeAssistant,
    stored: MockConfigEntry,
    paths: Paths,
    owner: Person,
    entities: Entities,
    issue_registry: ir.IssueRegistry,
) -> None:
    """What a later minor version has added to limits stays, whatever is changed beside it."""
    person = ("people", owner.xuid)
    places = [(), person, *((*person, "rules", weekday) for weekday in range(7))]
    expected = add(paths["limits"], *places)
    await start(hass, stored)
    assert issues(issue_registry) == {}
    assert entities("number.daily_limit") == "90"
    for change in ("set_limit", "bedtime", "add_bonus_time"):
        await CHANGES[change](hass, entities)
        whole = json.loads(paths["limits"].read_bytes())
        assert (whole["version"], whole["minor_version"]) == (1, 7)
        found = whole["data"]
        assert found["later"] == expected["later"]
        [was], [now] = expected["people"].values(), found["people"].values()
        assert now["later"] == was["later"]
        assert [it["later"] for it in now["rules"]] == [it["later"] for it in was["rules"]]
    assert now["rules"][0]["minutes"] == 30
    await stop(hass, stored)
    await start(hass, stored)
    assert entities("number.daily_limit") == "30"
    await stop(hass, stored)
    assert json.loads(paths["limits"].read_bytes()) == whole


async def test_playtime_of_a_later_minor_version(
    hass: HomeAssistant,
    stored: MockConfigEntry,
    paths: Paths,
    owner: Person,
    entities: Entities,
    issue_registry: ir.IssueRegistry,
    poll: Poll,
) -> None:
    """What a later minor version has added to play time stays in each of both files."""
    person = ("people", owner.xuid)
    expected = {it: add(paths[it], (), person) for it in VALUABLE[1:]}
    await start(hass, stored)
    assert entities("sensor.playtime_today") == "45"
    owner.play(STARFALL_DRIFT)
    await poll(4000, step=20)
    await stop(hass, stored)
    assert issues(issue_registry) == {}
    for suffix, before in expected.items():
        whole = json.loads(paths[suffix].read_bytes())
        assert (whole["version"], whole["minor_version"]) == (1, 7)
        found = whole["data"]
        assert found["later"] == before["later"]
        assert found["people"][owner.xuid]["later"] == before["people"][owner.xuid]["later"]
        assert found["people"][owner.xuid] != before["people"][owner.xuid]
    await start(hass, stored)
    assert int(entities("sensor.playtime_today")) > 100
    await stop(hass, stored)


async def test_additions_about_nobody(
    hass: HomeAssistant, stored: MockConfigEntry, paths: Paths, owner: Person
) -> None:
    """What was added about people who are not watched any more goes with them, and a damaged file keeps the rest."""
    for suffix in VALUABLE:
        whole = json.loads(paths[suffix].read_bytes())
        people = whole["data"]["people"]
        people["2535400000000099"] = {**people[owner.xuid], "later": "about somebody else"}
        people[owner.xuid]["later"] = "about the owner"
        whole |= {"minor_version": 7, "version": None}  # what is left of it is still read
        paths[suffix].write_text(json.dumps(whole))
    await start(hass, stored)
    await stop(hass, stored)
    for suffix in VALUABLE:
        whole = json.loads(paths[suffix].read_bytes())
        assert whole["minor_version"] == 7
        assert whole["data"]["people"].keys() == {owner.xuid}, suffix
        assert whole["data"]["people"][owner.xuid]["later"] == "about the owner"
