"""Writes that fail: nothing breaks, nothing is lost, one line says it, and a later try succeeds."""

import asyncio
import errno
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest
from freezegun.api import FrozenDateTimeFactory
from homeassistant.const import EVENT_HOMEASSISTANT_FINAL_WRITE
from homeassistant.core import CoreState, HomeAssistant
from homeassistant.helpers.storage import Store
from homeassistant.util.file import WriteError
from homeassistant.util.json import SerializationError
from pytest_homeassistant_custom_component.common import async_fire_time_changed

from custom_components.xbox_network.storage.base import (
    RETRY_SECONDS,
    AccountFile,
    account_file,
    account_key,
)
from tests.helpers.files import NAME, NEW, OLD, content, kept, mode, write

OWNER = "2535400000000001"
LATEST = {"people": {"1": "latest"}}
FULL = WriteError("No space left on device")


@contextmanager
def unwritable(error: Exception = FULL) -> Iterator[list[str]]:
    """Let all writes fail. Yield the names of the files that were tried."""
    tried: list[str] = []

    async def refuse(store: Store[Any], _: object) -> None:
        tried.append(store.key)
        raise error

    with patch.object(Store, "_async_write_data", refuse):
        yield tried


@pytest.fixture(name="file")
def file_fixture(hass: HomeAssistant, folder: Path) -> AccountFile:
    """Return a valuable file with content."""
    write(folder / NAME)
    return AccountFile(hass, NAME, valuable=True)


async def wait(hass: HomeAssistant, freezer: FrozenDateTimeFactory, seconds: float) -> None:
    """Let time pass."""
    freezer.tick(seconds)
    async_fire_time_changed(hass)
    await hass.async_block_till_done()


@pytest.mark.parametrize(
    "error",
    [FULL, OSError(errno.EROFS, "Read-only"), SerializationError("Bad data at $.secret=1")],
    ids=["full", "read-only", "content"],
)
async def test_later(
    hass: HomeAssistant,
    folder: Path,
    file: AccountFile,
    freezer: FrozenDateTimeFactory,
    caplog: pytest.LogCaptureFixture,
    error: Exception,
) -> None:
    """The latest content is written as soon as that is possible, and both is said once."""
    said: list[bool] = []
    file.on_failing = lambda: said.append(file.failing)
    with unwritable(error) as tried:
        assert not await file.save(NEW)
        assert await file.load() == NEW
        file.save_soon(lambda: LATEST, 0.0)
        await wait(hass, freezer, RETRY_SECONDS - 1)
        assert tried == [NAME]
        await wait(hass, freezer, 2)
        await wait(hass, freezer, RETRY_SECONDS + 1)
        assert tried == [NAME] * 3
    assert content(folder / NAME) == OLD
    assert said == [True]
    await wait(hass, freezer, RETRY_SECONDS + 1)
    assert content(folder / NAME) == LATEST
    assert said == [True, False]
    lines = [it.getMessage() for it in caplog.records if it.name.endswith("storage.base")]
    assert [NAME in it and "cannot be written" in it for it in lines].count(True) == 1
    assert lines[-1] == f"{NAME} is written again"
    assert not [it for it in caplog.records if it.levelname == "ERROR" or "secret" in it.message]
    assert await file.save(NEW)
    await wait(hass, freezer, RETRY_SECONDS + 1)
    assert content(folder / NAME) == NEW


async def test_soon(
    hass: HomeAssistant, folder: Path, file: AccountFile, freezer: FrozenDateTimeFactory
) -> None:
    """A delayed save takes the content of its time, and may fail as well."""
    latest = dict(NEW)
    file.save_soon(lambda: latest, 60.0)
    with unwritable():
        await wait(hass, freezer, 61)
    assert file.failing
    latest["people"] = {"1": "later"}
    await wait(hass, freezer, RETRY_SECONDS + 1)
    assert content(folder / NAME) == {"people": {"1": "later"}}
    assert not file.failing


async def test_stop(hass: HomeAssistant, folder: Path, file: AccountFile) -> None:
    """What could not be written is tried with the last writes of Home Assistant, and then no more."""
    for ends_well in (False, True):
        with unwritable():
            assert not await file.save(NEW)
        hass.set_state(CoreState.stopping)
        assert not await file.save(LATEST)
        file.save_soon(lambda: LATEST, 0.0)
        hass.set_state(CoreState.final_write)
        if ends_well:
            hass.bus.async_fire(EVENT_HOMEASSISTANT_FINAL_WRITE)
            await hass.async_block_till_done()
        else:
            with unwritable():
                hass.bus.async_fire(EVENT_HOMEASSISTANT_FINAL_WRITE)
                await hass.async_block_till_done()
        assert content(folder / NAME) == (LATEST if ends_well else OLD)
        hass.set_state(CoreState.running)


async def test_saved_during_the_stop(hass: HomeAssistant, folder: Path, file: AccountFile) -> None:
    """In the middle of a stop nothing is on the disk yet; the last writes have it."""
    hass.set_state(CoreState.stopping)
    assert not await file.save(NEW)
    assert content(folder / NAME) == OLD
    assert not file.failing
    hass.set_state(CoreState.final_write)
    hass.bus.async_fire(EVENT_HOMEASSISTANT_FINAL_WRITE)
    await hass.async_block_till_done()
    assert content(folder / NAME) == NEW
    hass.set_state(CoreState.running)


async def test_kept_aside_later(
    hass: HomeAssistant,
    folder: Path,
    freezer: FrozenDateTimeFactory,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """While a damaged file cannot be kept aside, nothing is written in its place."""
    path = folder / NAME
    path.write_text("odd")
    file = AccountFile(hass, NAME, valuable=True)
    assert await file.load() is None

    def refuse(*_: object) -> None:
        raise PermissionError

    with monkeypatch.context() as patched:
        patched.setattr(Path, "hardlink_to", refuse)
        patched.setattr(Path, "rename", refuse)
        assert not await file.save(NEW)
        assert (path.read_text(), kept(path)) == ("odd", [])
        assert await file.load() == NEW
    await wait(hass, freezer, RETRY_SECONDS + 1)
    assert content(path) == NEW
    assert [it.read_text() for it in kept(path)] == ["odd"]


async def test_no_second_name(
    hass: HomeAssistant, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where a file cannot have two names, it is renamed."""

    def refuse(*_: object) -> None:
        raise OSError(errno.EPERM, "no")

    monkeypatch.setattr(Path, "hardlink_to", refuse)
    path = folder / NAME
    path.write_text("odd")
    path.chmod(0o666)
    file = AccountFile(hass, NAME, valuable=True)
    assert await file.load() is None
    assert await file.save(NEW)
    [copy] = kept(path)
    assert (copy.read_text(), mode(copy), content(path)) == ("odd", 0o600, NEW)


async def test_cancelled_caller(hass: HomeAssistant, folder: Path, file: AccountFile) -> None:
    """A save goes on when its caller is cancelled, also while it waits for another write."""
    first = hass.async_create_task(file.save(NEW), "first")
    second = hass.async_create_task(file.save(LATEST), "second")
    first.cancel()
    second.cancel()
    assert isinstance(
        (await asyncio.gather(second, return_exceptions=True))[0], asyncio.CancelledError
    )
    await hass.async_block_till_done()
    assert content(folder / NAME) == LATEST


async def test_one_file(hass: HomeAssistant, folder: Path, freezer: FrozenDateTimeFactory) -> None:
    """What could not be written is there after a reload, and is not written after a removal."""
    path = folder / f"xbox_network.{account_key(OWNER)}.limits"
    write(path)
    with unwritable():
        assert not await account_file(hass, OWNER, "limits", valuable=True).save(NEW)
    file = account_file(hass, OWNER, "limits", valuable=True)
    assert await file.load() == NEW
    assert account_file(hass, OWNER, "titles") is not file
    said: list[bool] = []
    file.on_failing = lambda: said.append(file.failing)
    await file.remove()
    assert not await file.save(OLD)
    file.save_soon(lambda: OLD, 0.0)
    await wait(hass, freezer, RETRY_SECONDS + 1)
    assert not path.exists()
    assert said == []
    again = account_file(hass, OWNER, "limits", valuable=True)
    assert again is not file
    assert await again.save(OLD)
    assert content(path) == OLD


async def test_removed_while_it_is_written(
    hass: HomeAssistant, folder: Path, file: AccountFile
) -> None:
    """A file that is removed during a write is gone."""
    saving = hass.async_create_task(file.save(NEW), "save")
    await file.remove()
    assert await saving is False
    assert list(folder.glob("xbox_network*")) == []


async def test_saved_while_it_is_read(
    hass: HomeAssistant, folder: Path, file: AccountFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is saved while the file is read is found by that, and written afterwards."""
    load, event = Store.async_load, asyncio.Event()

    async def slow(store: Store[Any]) -> Any:
        await event.wait()
        return await load(store)

    monkeypatch.setattr(Store, "async_load", slow)
    loading = hass.async_create_task(file.load(), "load")
    await asyncio.sleep(0)
    saving = hass.async_create_task(file.save(NEW), "save")
    for _ in range(20):
        await asyncio.sleep(0)
    assert content(folder / NAME) == OLD
    event.set()
    assert await asyncio.gather(loading, saving) == [NEW, True]
    assert content(folder / NAME) == NEW
