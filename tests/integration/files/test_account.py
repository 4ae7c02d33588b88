"""An account whose files are damaged: it starts, caches begin empty, and what is lost of the rest is said."""

import json
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest
from homeassistant.components.repairs import DOMAIN as REPAIRS
from homeassistant.core import HomeAssistant
from homeassistant.helpers import issue_registry as ir
from homeassistant.helpers.storage import Store
from homeassistant.setup import async_setup_component
from homeassistant.util.file import WriteError
from pytest_homeassistant_custom_component.common import MockConfigEntry
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator

from custom_components.xbox_network.const import DOMAIN
from tests.conftest import Poll
from tests.helpers.account_files import (
    CACHES,
    STORED,
    VALUABLE,
    confirm,
    issues,
    restore,
    spoil,
    start,
    stop,
)
from tests.helpers.damage import KINDS
from tests.helpers.entities import Entities
from tests.helpers.files import content, kept, mode
from tests.helpers.playtime import act
from tests.simulator import Person

pytestmark = pytest.mark.freeze_time("2026-11-30T21:10:00Z")  # Monday


async def test_private(
    hass: HomeAssistant,
    folder: Path,
    stored: MockConfigEntry,
    paths: dict[str, Path],
    issue_registry: ir.IssueRegistry,
) -> None:
    """Only Home Assistant's own user can read our files, also those of an earlier version and those kept aside."""
    await start(hass, stored)
    files = {it: mode(it) for it in folder.glob(f"{DOMAIN}*")}
    assert files == dict.fromkeys(paths.values(), 0o600)
    await stop(hass, stored)
    for path in paths.values():
        path.write_bytes(b"odd")
        path.chmod(0o666)
    await start(hass, stored)
    await stop(hass, stored)
    files = {it: mode(it) for it in folder.glob(f"{DOMAIN}*")}
    assert len(files) == len(paths) + len(VALUABLE)
    assert set(files.values()) == {0o600}
    for suffix in CACHES:
        paths[suffix].unlink()
    await start(hass, stored)
    await stop(hass, stored)
    assert {mode(it) for it in folder.glob(f"{DOMAIN}*")} == {0o600}
    assert all(path.is_file() for path in paths.values())


@pytest.mark.parametrize("part", range(3))
async def test_every_file(
    hass: HomeAssistant,
    stored: MockConfigEntry,
    paths: dict[str, Path],
    entities: Entities,
    issue_registry: ir.IssueRegistry,
    poll: Poll,
    part: int,
) -> None:
    """With each kind of damage of all files the account starts, says what is lost, and is sound afterwards."""
    for damage in KINDS[part::3]:
        restore(paths)
        for path in paths.values():
            damage.apply(path)
        await start(hass, stored)
        salvaged = damage.salvaged
        assert entities("binary_sensor.online") == "off", damage
        assert entities("sensor.playtime_today") == ("45" if salvaged else "0"), damage
        assert entities("number.daily_limit") == ("90" if salvaged else "unknown"), damage
        assert issues(issue_registry).keys() == {"limits_damaged", "playtime_damaged"}, damage
        await stop(hass, stored)
        for suffix in VALUABLE:
            names = {it.name for it in kept(paths[suffix])}
            assert any("corrupt" in it for it in names), damage
        assert all(isinstance(content(it), dict) for it in paths.values()), damage
        for issue in issues(issue_registry).values():
            ir.async_delete_issue(hass, issue.domain, issue.issue_id)
        await poll(30)  # the network counts requests


async def test_one_odd_limit(
    hass: HomeAssistant,
    stored: MockConfigEntry,
    paths: dict[str, Path],
    owner: Person,
    entities: Entities,
    issue_registry: ir.IssueRegistry,
    hass_client: ClientSessionGenerator,
) -> None:
    """One odd value costs that rule alone, and a repair says so until a person confirms it."""
    await async_setup_component(hass, REPAIRS, {})
    limits = paths["limits"]
    for key, value, shown in (
        ("minutes", "sixty", ("unknown", None, "21:00")),
        ("bedtime", 21, ("90", 90, None)),
        ("bedtime_end", "07:00+02:00", ("90", 90, "21:00")),
    ):
        restore(paths)
        spoil(limits, "people", owner.xuid, "rules", 0, key, value=value)
        odd = limits.read_bytes()
        await start(hass, stored)
        left = entities["sensor.time_left"].attributes
        assert (entities("number.daily_limit"), left["limit"], left["bedtime"]) == shown
        assert left["bonus"] == 10
        await stop(hass, stored)
        rules = content(limits)["people"][owner.xuid]["rules"]
        sound = json.loads((STORED / "limits.json").read_bytes())["data"]["people"][owner.xuid]
        assert rules[1:] == sound["rules"][1:]
        [copy] = kept(limits)
        assert (copy.read_bytes(), mode(copy)) == (odd, 0o600)
        [issue] = issues(issue_registry).values()
        assert (issue.translation_key, issue.severity) == ("limits_damaged", ir.IssueSeverity.ERROR)
        assert issue.is_persistent
        text = await confirm(await hass_client(), issue)
        assert stored.title in text
        assert f"`.storage/{copy.name}`" in text
        assert issues(issue_registry) == {}
        await start(hass, stored)  # it is healed
        assert issues(issue_registry) == {}
        await stop(hass, stored)


async def test_one_odd_day(
    hass: HomeAssistant,
    stored: MockConfigEntry,
    paths: dict[str, Path],
    owner: Person,
    entities: Entities,
    issue_registry: ir.IssueRegistry,
    poll: Poll,
) -> None:
    """One odd value in the play time costs that value alone, is kept and said."""
    days = ("people", owner.xuid, "days")
    spoil(paths["playtime"], *days, value={"2026-11-30": "1900000001:1800", "2026-11-29": []})
    spoil(paths["playtime_now"], "people", owner.xuid, "hidden", value="no")
    await start(hass, stored)
    assert entities("sensor.playtime_today") == "30"
    [issue] = issues(issue_registry).values()
    assert issue.translation_key == "playtime_damaged"
    placeholders = issue.translation_placeholders
    assert placeholders is not None
    assert (placeholders["account"], placeholders["people"]) == ("Nova Kestrel", "Nova Kestrel")
    await poll(70)
    names = [it.name for suffix in ("playtime", "playtime_now") for it in kept(paths[suffix])]
    assert sorted(placeholders["files"].split(", ")) == sorted(
        f"`.storage/{it}`" for it in names if "corrupt" in it
    )
    assert content(paths["playtime"])["people"][owner.xuid]["days"] == {
        "2026-11-30": "1900000001:1800"
    }
    assert content(paths["playtime_now"])["people"][owner.xuid]["hidden"] is False


async def test_of_nobody(
    hass: HomeAssistant,
    stored: MockConfigEntry,
    paths: dict[str, Path],
    owner: Person,
    issue_registry: ir.IssueRegistry,
) -> None:
    """What is lost of people who are not watched any more is not said; an unknown name may be anybody's."""
    for key, said in (("2535400000000099", False), ("nobody", True)):
        restore(paths)
        for suffix in VALUABLE:
            spoil(paths[suffix], "people", key, value=None)
        await start(hass, stored)
        keys = {"limits_damaged", "playtime_damaged"} if said else set()
        assert issues(issue_registry).keys() == keys
        await stop(hass, stored)
        assert all(content(paths[it])["people"].keys() == {owner.xuid} for it in VALUABLE)


async def test_full_disk(
    hass: HomeAssistant,
    stored: MockConfigEntry,
    paths: dict[str, Path],
    entities: Entities,
    issue_registry: ir.IssueRegistry,
    poll: Poll,
) -> None:
    """A limit that cannot be saved holds, also after a reload, is said once, and saved later."""
    await start(hass, stored)
    write = Store._async_write_data  # noqa: SLF001 - the way to the disk

    async def refuse(store: Store[Any], data: dict[str, Any]) -> None:
        if store.key.startswith(DOMAIN):
            raise WriteError("No space left on device")
        await write(store, data)

    with patch.object(Store, "_async_write_data", refuse):
        await act(hass, "set_limit", entities.id("sensor.time_left"), minutes=30)
        [issue] = issues(issue_registry).values()
        # it goes by itself: nobody has anything to confirm, and a restart looks anew
        assert (issue.translation_key, issue.is_fixable, issue.is_persistent) == (
            "files_not_saved",
            False,
            False,
        )
        await stop(hass, stored)
        await start(hass, stored)
        assert entities("number.daily_limit") == "30"
        assert list(issues(issue_registry)) == ["files_not_saved"]
        await poll(320, step=320)
    assert content(paths["limits"])["people"][stored.unique_id]["rules"][0]["minutes"] == 90
    await poll(320, step=320)
    assert content(paths["limits"])["people"][stored.unique_id]["rules"][0]["minutes"] == 30
    assert issues(issue_registry) == {}
    await stop(hass, stored)
