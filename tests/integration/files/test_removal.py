"""Removed accounts: nothing of ours is left but what the user made; another account keeps what it needs."""

import os
import time
from pathlib import Path

import pytest
from freezegun.api import FrozenDateTimeFactory
from homeassistant.config_entries import (
    SOURCE_REAUTH,
    SOURCE_RECONFIGURE,
    SOURCE_USER,
    ConfigEntry,
    ConfigEntryDisabler,
    ConfigFlowContext,
)
from homeassistant.core import DOMAIN as HOMEASSISTANT_DOMAIN, HomeAssistant
from homeassistant.data_entry_flow import UnknownFlow
from homeassistant.helpers import device_registry as dr, entity_registry as er, issue_registry as ir
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.xbox_network.const import DOMAIN
from custom_components.xbox_network.storage.base import RETRY_SECONDS, account_key
from tests.conftest import Poll, SignIn, set_up
from tests.helpers.account import expire_everything, flows
from tests.helpers.entities import Entities
from tests.helpers.files import write
from tests.helpers.friend_dialog import add_friends
from tests.helpers.playtime import STARFALL_DRIFT, act
from tests.helpers.settling import settle
from tests.simulator import Person, Simulator

QUIET_HARBOR = "2535400000000011"
SUFFIXES = ("apps", "limits", "names", "playtime", "playtime_now", "products", "titles", "unlocks")


def files(folder: Path) -> set[str]:
    """Return the names of our files."""
    return {it.name for it in folder.glob(f"{DOMAIN}*")}


def names(entry: ConfigEntry) -> set[str]:
    """Return the names of an account's files."""
    account = f"{DOMAIN}.{account_key(str(entry.unique_id))}"
    return {account, *(f"{account}.{it}" for it in SUFFIXES)}


def ours(hass: HomeAssistant) -> list[str]:
    """Return the names of what is ours in Home Assistant's memory."""
    return [str(key) for key in hass.data if str(key).startswith(DOMAIN)]


async def remove(hass: HomeAssistant, entry: ConfigEntry) -> None:
    """Remove an account."""
    await hass.config_entries.async_remove(entry.entry_id)
    await settle(hass)


@pytest.fixture(name="odd")
def odd_fixture(folder: Path, stored: MockConfigEntry) -> None:
    """Leave damaged files, what was kept of others, and a folder in the place of one, for an account."""
    for name in names(stored):
        (folder / name).write_text("odd")
    (folder / f"{min(names(stored))}.limits").unlink()
    (folder / f"{min(names(stored))}.limits").mkdir()
    write(folder / f"{min(names(stored))}.titles.corrupt.2026-11-30T20:00:00+00:00")
    write(folder / f"{min(names(stored))}.of_the_future")


@pytest.mark.usefixtures("odd", "bedroom")
async def test_last_account(
    hass: HomeAssistant,
    folder: Path,
    stored: MockConfigEntry,
    owner: Person,
    entities: Entities,
    issue_registry: ir.IssueRegistry,
    poll: Poll,
) -> None:
    """Of the last account nothing is left: in storage, registries, repairs, memory, and not later either."""
    about = f"{DOMAIN}.{account_key(owner.xuid)}"
    for domain, key in ((HOMEASSISTANT_DOMAIN, about), ("other", f"storage_corruption_{about}")):
        ir.async_create_issue(
            hass,
            domain,
            f"storage_corruption_{key}.titles_2026",
            is_fixable=False,
            severity=ir.IssueSeverity.CRITICAL,
            translation_key="storage_corruption",
        )
    await set_up(hass, stored)
    await add_friends(hass, stored, QUIET_HARBOR)
    owner.play(STARFALL_DRIFT)
    await act(hass, "set_limit", entities.id("sensor.time_left"), minutes=30)
    await poll(70)
    assert len(files(folder)) > len(names(stored)) + 2
    assert len(issue_registry.issues) == 4
    assert ours(hass)
    await remove(hass, stored)
    assert files(folder) == set()
    assert [it.domain for it in issue_registry.issues.values()] == ["other"]
    assert ours(hass) == []
    assert not er.async_get(hass).entities
    assert not dr.async_get(hass).devices
    assert hass.states.async_all() == []
    await poll(400, step=100)
    assert files(folder) == set()


async def test_one_of_two(
    hass: HomeAssistant,
    folder: Path,
    entry: ConfigEntry,
    sign_in: SignIn,
    entities: Entities,
    poll: Poll,
) -> None:
    """What another account needs stays: files, session, limits, and its entities work."""
    juniper = (await sign_in("alone"))["result"]
    await act(hass, "set_limit", entities.id("sensor.time_left"), minutes=30)
    await poll(70)
    memory = set(ours(hass))
    await remove(hass, juniper)
    assert not files(folder) & names(juniper)
    assert files(folder) <= names(entry)
    assert {f"{min(names(entry))}.limits", min(names(entry))} <= files(folder)
    assert set(ours(hass)) == memory
    await poll()
    assert entities("binary_sensor.online") == "off"
    await remove(hass, entry)
    assert (files(folder), ours(hass)) == (set(), [])


async def test_in_the_middle_of_a_sign_in(
    hass: HomeAssistant, folder: Path, entry: ConfigEntry, sign_in: SignIn
) -> None:
    """While an account is being added, the last one may be removed; a new account works."""
    flow = await hass.config_entries.flow.async_init(DOMAIN, context={"source": SOURCE_USER})
    await remove(hass, entry)
    assert ours(hass)
    hass.config_entries.flow.async_abort(flow["flow_id"])
    again = (await sign_in("adult"))["result"]
    assert min(names(again)) in files(folder)
    await remove(hass, again)
    assert ours(hass) == []


@pytest.mark.parametrize("source", [SOURCE_REAUTH, SOURCE_RECONFIGURE])
@pytest.mark.parametrize("begun", [False, True])
@pytest.mark.parametrize("refused", [False, True])
async def test_in_the_middle_of_a_dialog(
    hass: HomeAssistant,
    folder: Path,
    entry: ConfigEntry,
    simulator: Simulator,
    poll: Poll,
    source: str,
    begun: bool,
    refused: bool,
) -> None:
    """A dialog about the account ends with it, without a traceback, and leaves nothing."""
    if refused:
        expire_everything(simulator)
        simulator.revoke_refresh()
        await poll()
        for it in hass.config_entries.flow.async_progress_by_handler(DOMAIN):
            hass.config_entries.flow.async_abort(it["flow_id"])
    context = ConfigFlowContext(source=source, entry_id=entry.entry_id)
    data = dict(entry.data) if source == SOURCE_REAUTH else None
    flow = await hass.config_entries.flow.async_init(DOMAIN, context=context, data=data)
    if begun:
        flow = await hass.config_entries.flow.async_configure(flow["flow_id"], {})
    await remove(hass, entry)
    assert flows(hass) == []
    assert (files(folder), ours(hass)) == (set(), [])
    with pytest.raises(UnknownFlow):
        await hass.config_entries.flow.async_configure(flow["flow_id"])


@pytest.mark.usefixtures("odd")
async def test_not_loaded(hass: HomeAssistant, folder: Path, stored: MockConfigEntry) -> None:
    """An account that is disabled or was never loaded leaves nothing either."""
    await hass.config_entries.async_set_disabled_by(stored.entry_id, ConfigEntryDisabler.USER)
    await remove(hass, stored)
    assert (files(folder), ours(hass)) == (set(), [])


async def test_cannot_be_deleted(
    hass: HomeAssistant,
    folder: Path,
    stored: MockConfigEntry,
    poll: Poll,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Files that cannot be deleted at first do not keep the others, and are deleted later."""
    for name in names(stored):
        write(folder / name)
    unlink, kept = Path.unlink, {it for it in names(stored) if it.endswith(("limits", "titles"))}

    def refuse(path: Path, *, missing_ok: bool = False) -> None:
        if path.name in kept:
            raise PermissionError
        unlink(path, missing_ok=missing_ok)

    with monkeypatch.context() as patched:
        patched.setattr(Path, "unlink", refuse)
        patched.setattr("homeassistant.helpers.storage.Store.async_remove", _refuse)
        await remove(hass, stored)
        assert files(folder) == kept
        await poll(RETRY_SECONDS, step=RETRY_SECONDS)
        assert files(folder) == kept
    await poll(RETRY_SECONDS - 1, step=RETRY_SECONDS)
    assert files(folder) == kept
    await poll(2)
    assert files(folder) == set()
    await poll(RETRY_SECONDS + 1, step=RETRY_SECONDS + 1)
    lines = [it.getMessage() for it in caplog.records if it.name.endswith("storage.removal")]
    assert len(lines) == 2


async def _refuse(_: object) -> None:
    raise OSError


async def test_added_again(
    hass: HomeAssistant,
    folder: Path,
    entry: ConfigEntry,
    sign_in: SignIn,
    poll: Poll,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """An account that was added again meanwhile keeps its files."""

    def refuse(_: Path, **__: bool) -> None:
        raise PermissionError

    with monkeypatch.context() as patched:
        patched.setattr(Path, "unlink", refuse)
        patched.setattr("homeassistant.helpers.storage.Store.async_remove", _refuse)
        await remove(hass, entry)
    await sign_in("adult")
    await poll(RETRY_SECONDS + 1, step=RETRY_SECONDS + 1)
    assert min(names(entry)) in files(folder)


async def test_orphans(
    hass: HomeAssistant, folder: Path, stored: MockConfigEntry, freezer: FrozenDateTimeFactory
) -> None:
    """At the start, files of no account are deleted; play time and limits only after 30 days."""
    nobody = f"{DOMAIN}.{account_key('nobody')}"
    valuable = {f"{nobody}.{it}" for it in ("limits", "playtime", "playtime_now.corrupt.2026")}
    strange = {f"{DOMAIN}.short", f"{DOMAIN}_more.{account_key('nobody')}", "xbox", f"{DOMAIN}"}
    day = 86400.0
    for name in (nobody, f"{nobody}.titles", f"{nobody}.unlocks.corrupt.2026", *strange):
        write(folder / name)
    for name, age in zip(sorted(valuable), (29.9, 30.1, 29.9), strict=True):
        write(folder / name)
        os.utime(folder / name, (time.time() - age * day,) * 2)
    for name in names(stored):
        write(folder / name, {"people": {}})
        os.utime(folder / name, (time.time() - 100 * day,) * 2)
    await set_up(hass, stored)
    left = valuable - {f"{nobody}.playtime"}
    assert files(folder) == left | names(stored) | {it for it in strange if DOMAIN in it}
    assert (folder / "xbox").exists()


async def test_orphans_that_stay(
    hass: HomeAssistant, folder: Path, stored: MockConfigEntry, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Orphans that cannot be deleted stop nothing."""
    orphan = f"{DOMAIN}.{account_key('nobody')}"
    write(folder / orphan)

    def refuse(_: Path, **__: bool) -> None:
        raise PermissionError

    monkeypatch.setattr(Path, "unlink", refuse)
    await set_up(hass, stored)
    assert orphan in files(folder)
    assert Entities(hass, str(stored.unique_id))("binary_sensor.online") == "off"
