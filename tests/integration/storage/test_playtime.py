"""Stored play time: few writes, and a minute lost at most."""

import copy
import json
import logging
import re
from typing import Any
from unittest.mock import patch

import pytest
from freezegun.api import FrozenDateTimeFactory
from homeassistant.config_entries import ConfigEntry
from homeassistant.const import EVENT_HOMEASSISTANT_FINAL_WRITE, EVENT_HOMEASSISTANT_STOP
from homeassistant.core import CoreState, HomeAssistant
from homeassistant.helpers.storage import Store
from homeassistant.util.file import WriteError

from custom_components.xbox_network.const import DOMAIN
from custom_components.xbox_network.data import XboxConfigEntry
from tests.conftest import Poll, SignIn, set_up
from tests.helpers.entities import Entities
from tests.helpers.friend_dialog import add_by_gamertag, add_friends, subentry_of
from tests.helpers.playtime import HARBOR_KINGS, STARFALL_DRIFT, act, minutes
from tests.helpers.settling import settle
from tests.simulator import Person, Simulator

JUNIPER_VALE = "2535400000000002"
QUIET_HARBOR = "2535400000000011"
NOVA_KESTREL = "2535400000000001"

_WRITING = re.compile(rf"Writing data to {DOMAIN}\.\w+\.(playtime\w*): ")

type Storage = dict[str, Any]


def written(caplog: pytest.LogCaptureFixture) -> list[str]:
    """Return the suffixes of the play-time files, once for each write."""
    matches = (_WRITING.match(it.getMessage()) for it in caplog.records)
    return [it[1] for it in matches if it]


def files(hass_storage: Storage) -> dict[str, Any]:
    """Return the play-time files by suffix."""
    return {
        name.rpartition(".")[2]: content
        for name, content in hass_storage.items()
        if name.startswith(DOMAIN) and ".playtime" in name
    }


async def test_writes(
    entry: ConfigEntry, owner: Person, poll: Poll, caplog: pytest.LogCaptureFixture
) -> None:
    """An hour of play writes once a minute; an hour without play writes nothing."""
    caplog.set_level(logging.DEBUG)
    await poll(70, step=10)
    caplog.clear()
    await poll(3600, step=20)
    assert written(caplog) == []
    owner.play(STARFALL_DRIFT)
    await poll(3600, step=20)
    assert 55 <= written(caplog).count("playtime_now") <= 61
    assert written(caplog).count("playtime") <= 2
    owner.go_offline()
    await poll(3600, step=20)
    caplog.clear()
    await poll(3600, step=20)
    assert len(written(caplog)) <= 2


async def test_crash(
    hass: HomeAssistant,
    hass_storage: Storage,
    entry: ConfigEntry,
    owner: Person,
    entities: Entities,
    poll: Poll,
) -> None:
    """A crash at any time loses a minute at most, and the rest is read from the files."""
    owner.play(STARFALL_DRIFT)
    await poll(131)
    for _ in range(4):
        await poll(410)
        crashed, before = copy.deepcopy(files(hass_storage)), int(minutes(entities)[0])
        owner.stop()
        assert await hass.config_entries.async_unload(entry.entry_id)
        for name in [name for name in hass_storage if ".playtime" in name]:
            hass_storage[name] = crashed[name.rpartition(".")[2]]
        await set_up(hass, entry)
        assert before - 1 <= int(minutes(entities)[0]) <= before
        owner.play(STARFALL_DRIFT)


async def test_stop_of_home_assistant(
    hass: HomeAssistant,
    hass_storage: Storage,
    entry: ConfigEntry,
    owner: Person,
    entities: Entities,
    poll: Poll,
) -> None:
    """A stop of Home Assistant unloads nothing, but saves to the second; a removed friend is deleted."""
    [friend] = await add_friends(hass, entry, QUIET_HARBOR)
    owner.play(STARFALL_DRIFT)
    await poll(11)
    await poll(640, step=20)
    hass.set_state(CoreState.stopping)
    hass.config_entries.async_remove_subentry(entry, friend.subentry_id)
    await hass.async_block_till_done()
    hass.bus.async_fire(EVENT_HOMEASSISTANT_STOP)
    await hass.async_block_till_done()
    hass.set_state(CoreState.final_write)
    hass.bus.async_fire(EVENT_HOMEASSISTANT_FINAL_WRITE)
    await hass.async_block_till_done()
    [person] = files(hass_storage)["playtime_now"]["data"]["people"].values()
    [day] = person["days"].values()
    title_id, _, seconds = day.partition(":")
    assert title_id == STARFALL_DRIFT
    assert 630 <= float(seconds) <= 651
    assert files(hass_storage)["playtime"]["data"]["people"].keys() == {NOVA_KESTREL}
    hass.set_state(CoreState.running)


async def test_disk_is_full(
    hass: HomeAssistant, entry: ConfigEntry, owner: Person, entities: Entities, poll: Poll
) -> None:
    """Time that the history file cannot take stays in the other file until it can."""
    write = Store._async_write_data  # noqa: SLF001 - the way to the disk

    async def write_if_small(store: Store[Any], data: dict[str, Any]) -> None:
        if store.key.endswith(".playtime"):
            raise WriteError("No space left on device")
        await write(store, data)

    with patch.object(Store, "_async_write_data", write_if_small):
        owner.play(STARFALL_DRIFT)
        await poll(11)
        await poll(3700, step=20)
        owner.stop()
        await poll(7200, step=60)
        assert await hass.config_entries.async_unload(entry.entry_id)
    for _ in range(2):
        await set_up(hass, entry)
        assert minutes(entities) == ("61", "61", "0")
        assert await hass.config_entries.async_unload(entry.entry_id)


async def test_no_file_after_the_removal(
    hass: HomeAssistant,
    hass_storage: Storage,
    entry: XboxConfigEntry,
    owner: Person,
    poll: Poll,
    freezer: FrozenDateTimeFactory,
) -> None:
    """A person who plays during the last write of a removed account leaves no file."""
    owner.play(STARFALL_DRIFT)
    await poll(11)
    await poll(600, step=20)
    write, playtime = Store._async_write_data, entry.runtime_data.playtime  # noqa: SLF001

    async def write_slowly(store: Store[Any], data: dict[str, Any]) -> None:
        await write(store, data)
        if store.key.endswith(".playtime_now"):
            freezer.tick(10)
            playtime.update()

    with patch.object(Store, "_async_write_data", write_slowly):
        assert await hass.config_entries.async_unload(entry.entry_id)
    await hass.config_entries.async_remove(entry.entry_id)
    await poll(120)
    assert files(hass_storage) == {}


async def test_friend_removed_before_an_unload(
    hass: HomeAssistant,
    hass_storage: Storage,
    simulator: Simulator,
    entry: ConfigEntry,
    poll: Poll,
) -> None:
    """A removed friend is in no file, even if Home Assistant stops right after."""
    await add_friends(hass, entry, QUIET_HARBOR)
    simulator.world.person(QUIET_HARBOR).play(HARBOR_KINGS)
    await poll(4000, step=20)
    assert QUIET_HARBOR in json.dumps(files(hass_storage))
    hass.config_entries.async_remove_subentry(entry, subentry_of(entry, QUIET_HARBOR).subentry_id)
    await hass.config_entries.async_unload(entry.entry_id)
    assert QUIET_HARBOR not in json.dumps(files(hass_storage))


@pytest.mark.parametrize("data", [None, [], {}, {"people": 5}, {"people": {"x": None}}], ids=str)
async def test_unreadable(
    hass: HomeAssistant,
    hass_storage: Storage,
    entry: ConfigEntry,
    entities: Entities,
    data: object,
) -> None:
    """With unreadable files the entry loads and counts from 0."""
    assert await hass.config_entries.async_unload(entry.entry_id)
    key = next(name for name in hass_storage if name.endswith(".playtime_now"))
    for end in ("playtime", "playtime_now"):
        name = f"{key.rpartition('.')[0]}.{end}"
        hass_storage[name] = {"version": 1, "minor_version": 1, "key": name, "data": data}
    await set_up(hass, entry)
    assert minutes(entities) == ("0", "0", "0")


async def test_of_another_version(
    hass: HomeAssistant,
    hass_storage: Storage,
    entry: ConfigEntry,
    owner: Person,
    entities: Entities,
    poll: Poll,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """A file of a later version is kept and logged; one of an older version counts as empty."""
    assert await hass.config_entries.async_unload(entry.entry_id)
    now = next(name for name in hass_storage if name.endswith(".playtime_now"))
    history = now.removesuffix("_now")
    newer = {"version": 2, "minor_version": 1, "key": history, "data": {"of": "the future"}}
    hass_storage[history] = copy.deepcopy(newer)
    hass_storage[now]["version"] = 0
    await set_up(hass, entry)
    warnings = [it.getMessage() for it in caplog.records if it.levelno == logging.WARNING]
    assert [history in it and "newer" in it for it in warnings].count(True) == 1
    assert [now in it and "counts as empty" in it for it in warnings].count(True) == 1
    owner.play(STARFALL_DRIFT)
    await poll(4000, step=20)
    assert int(minutes(entities)[2]) >= 60
    assert await hass.config_entries.async_unload(entry.entry_id)
    assert hass_storage[history] == newer
    await set_up(hass, entry)
    assert int(minutes(entities)[2]) >= 60  # the other file has the time that this one may not take


async def test_two_accounts(
    hass: HomeAssistant,
    hass_storage: Storage,
    simulator: Simulator,
    entry: ConfigEntry,
    sign_in: SignIn,
    poll: Poll,
) -> None:
    """Each account has its own files; a removed account leaves none."""
    await add_by_gamertag(hass, entry, "Juniper Vale")
    juniper = (await sign_in("alone"))["result"]
    own, as_friend = Entities(hass, JUNIPER_VALE), Entities(hass, f"{NOVA_KESTREL}_{JUNIPER_VALE}")
    simulator.world.person(JUNIPER_VALE).play(HARBOR_KINGS)
    await poll(11)
    await poll(640, step=20)
    assert minutes(own) == minutes(as_friend) == ("10", "10", "10")
    await act(hass, "set_limit", own.id("sensor.time_left"), minutes=30)
    assert (own("sensor.time_left"), as_friend("sensor.time_left")) == ("20", "unknown")
    assert len([name for name in hass_storage if name.endswith(".playtime_now")]) == 2

    await hass.config_entries.async_remove(juniper.entry_id)
    await poll(120)
    await settle(hass)
    assert len([name for name in hass_storage if ".playtime" in name]) <= 2
    assert not [name for name in hass_storage if name.endswith(".limits")]
    await hass.config_entries.async_remove(entry.entry_id)
    await poll(120)
    assert files(hass_storage) == {}
    assert JUNIPER_VALE not in json.dumps(list(hass_storage))
