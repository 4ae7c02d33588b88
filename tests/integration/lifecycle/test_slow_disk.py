"""A slow disk: a start reads its files side by side, and beside the first look; what is set is shown before it is saved."""

import asyncio
import copy
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import Any
from unittest.mock import patch

import pytest
from freezegun.api import FrozenDateTimeFactory
from homeassistant.config_entries import ConfigEntry, ConfigEntryState
from homeassistant.core import HomeAssistant
from homeassistant.helpers.storage import Store
from homeassistant.util.file import WriteError
from pytest_homeassistant_custom_component.common import async_fire_time_changed

from custom_components.xbox_network.const import DOMAIN
from custom_components.xbox_network.xbox.endpoints import Service
from tests.conftest import Poll, set_up
from tests.helpers.account import state
from tests.helpers.entities import Entities
from tests.helpers.playtime import STARFALL_DRIFT, act
from tests.helpers.settling import settle, until
from tests.simulator import Console, Person, Simulator

pytestmark = pytest.mark.freeze_time("2026-11-30T20:00:00Z")  # Monday


class SlowReads:
    """Reads of our files that wait until they are let go, round by round."""

    def __init__(self, *, but: str = "") -> None:
        """Hold back all files except those whose name ends with `but`."""
        self.rounds: list[set[str]] = []
        self.waiting: dict[str, asyncio.Event] = {}
        self._but = but
        self.load = Store.async_load

    async def __call__(self, store: Store[Any]) -> Any:
        """Read a file once it is let go."""
        if store.key.startswith(DOMAIN) and not (self._but and store.key.endswith(self._but)):
            self.waiting[store.key] = asyncio.Event()
            await self.waiting[store.key].wait()
        return await self.load(store)

    def let_go(self) -> None:
        """Let all files go that are waited for: one round."""
        self.rounds.append(set(self.waiting))
        for event in self.waiting.values():
            event.set()
        self.waiting = {}


@contextmanager
def slow_reads(*, but: str = "") -> Iterator[SlowReads]:
    """Hold reads back."""
    reads = SlowReads(but=but)

    async def load(store: Store[Any]) -> Any:
        return await reads(store)

    with patch.object(Store, "async_load", load):
        yield reads


@asynccontextmanager
async def slow_write(suffix: str) -> AsyncIterator[asyncio.Event]:
    """Hold the writes of a file back until the event is set."""
    event, write_now = asyncio.Event(), Store._async_write_data  # noqa: SLF001 - the way to the disk

    async def write(store: Store[Any], data: dict[str, Any]) -> None:
        if store.key.endswith(f".{suffix}"):
            await event.wait()
        await write_now(store, data)

    with patch.object(Store, "_async_write_data", write):
        yield event


async def idle() -> None:
    """Let everything happen that waits for nothing but the loop and the sockets."""
    for _ in range(200):
        await asyncio.sleep(0)


@pytest.fixture(name="again")
async def again_fixture(
    hass: HomeAssistant, entry: ConfigEntry, den: Console, owner: Person, poll: Poll
) -> ConfigEntry:
    """Return an account that has played for ten minutes with a limit, and is not loaded."""
    await act(hass, "set_limit", Entities(hass, owner.xuid).id("sensor.time_left"), minutes=60)
    owner.play(STARFALL_DRIFT)
    await poll(610)
    owner.go_offline()
    await poll(11)
    assert await hass.config_entries.async_unload(entry.entry_id)
    return entry


async def test_side_by_side(hass: HomeAssistant, again: ConfigEntry) -> None:
    """All files are read in two rounds at most."""
    with slow_reads() as reads:
        setting_up = hass.async_create_task(hass.config_entries.async_setup(again.entry_id))
        while not setting_up.done():
            await until(lambda: bool(reads.waiting) or setting_up.done())
            await idle()
            if reads.waiting:
                reads.let_go()
    assert len(reads.rounds) <= 2
    assert len(set().union(*reads.rounds)) == 9
    assert again.state is ConfigEntryState.LOADED


async def test_beside_the_first_look(
    hass: HomeAssistant, simulator: Simulator, again: ConfigEntry, entities: Entities
) -> None:
    """Only the tokens are needed to ask the network; nothing is taken over before the files are read."""
    simulator.clear()
    account = again.unique_id
    assert account
    tokens = next(it for it in _files(hass) if it.count(".") == 1)
    with slow_reads(but=tokens) as reads:
        setting_up = hass.async_create_task(hass.config_entries.async_setup(again.entry_id))
        await until(
            lambda: all(
                simulator.requests(it)
                for it in (Service.PRESENCE, Service.PEOPLE, Service.CONSOLES)
            )
        )
        await idle()
        assert len(reads.waiting) == 8
        assert again.state is ConfigEntryState.SETUP_IN_PROGRESS
        assert entities("sensor.playtime_today") == "unavailable"
        asked = len(simulator.requests())
        reads.let_go()
        await setting_up
        await settle(hass)
    assert entities("sensor.playtime_today") == "10"
    assert entities("number.daily_limit") == "60"
    assert asked <= 4
    assert not simulator.requests(Service.XSTS)
    assert not simulator.requests(Service.CATALOG)


def _files(hass: HomeAssistant) -> list[str]:
    return list(hass.data[f"{DOMAIN}_files"])


def _valuable(hass_storage: dict[str, Any]) -> dict[str, Any]:
    ends = (".limits", ".playtime", ".playtime_now")
    return {it: copy.deepcopy(held) for it, held in hass_storage.items() if it.endswith(ends)}


async def test_play_during_slow_reads(
    hass: HomeAssistant,
    hass_storage: dict[str, Any],
    again: ConfigEntry,
    owner: Person,
    entities: Entities,
    freezer: FrozenDateTimeFactory,
    poll: Poll,
) -> None:
    """What is played while the files are read is added to what they have, and nothing is written before."""
    before = _valuable(hass_storage)
    owner.play(STARFALL_DRIFT)
    with slow_reads() as reads:
        setting_up = hass.async_create_task(hass.config_entries.async_setup(again.entry_id))
        await until(lambda: len(reads.waiting) == 9)
        tokens = next(it for it in reads.waiting if it.count(".") == 1)
        reads.waiting.pop(tokens).set()
        await idle()
        for _ in range(30):
            freezer.tick(10)
            async_fire_time_changed(hass)
            await idle()
        assert again.state is ConfigEntryState.SETUP_IN_PROGRESS
        assert _valuable(hass_storage) == before
        reads.let_go()
        await setting_up
        await settle(hass)
    await poll(70)
    assert int(entities("sensor.playtime_today")) in range(11, 17)
    assert entities("number.daily_limit") == "60"
    assert await hass.config_entries.async_unload(again.entry_id)
    await set_up(hass, again)
    assert int(entities("sensor.playtime_today")) in range(11, 17)


@pytest.mark.parametrize("last", ["playtime", "playtime_now", "limits", "titles", "unlocks"])
async def test_one_slow_read(
    hass: HomeAssistant, again: ConfigEntry, entities: Entities, last: str
) -> None:
    """Whichever file is read last, everything is as it was."""
    with slow_reads() as reads:
        setting_up = hass.async_create_task(hass.config_entries.async_setup(again.entry_id))
        await until(lambda: len(reads.waiting) == 9)
        name = next(it for it in reads.waiting if it.endswith(f".{last}"))
        slow = {name: reads.waiting.pop(name)}
        reads.let_go()
        await idle()
        assert not setting_up.done()
        reads.waiting = slow
        reads.let_go()
        await setting_up
        await settle(hass)
    assert entities("sensor.playtime_today") == "10"
    assert entities("number.daily_limit") == "60"


async def test_without_a_network(
    hass: HomeAssistant,
    hass_storage: dict[str, Any],
    simulator: Simulator,
    again: ConfigEntry,
    entities: Entities,
    poll: Poll,
) -> None:
    """A first look that fails waits for the files, too; the next one finds all of them."""
    before = _valuable(hass_storage)
    for service in (Service.PRESENCE, Service.PEOPLE, Service.CONSOLES):
        simulator.fail(service, status=503, times=None)
    with slow_reads() as reads:
        setting_up = hass.async_create_task(hass.config_entries.async_setup(again.entry_id))
        await until(lambda: len(reads.waiting) == 9)
        tokens = next(it for it in reads.waiting if it.count(".") == 1)
        reads.waiting.pop(tokens).set()
        await idle()
        assert again.state is ConfigEntryState.SETUP_IN_PROGRESS
        reads.let_go()
        await setting_up
    assert state(again) is ConfigEntryState.SETUP_RETRY
    assert _valuable(hass_storage) == before
    simulator.heal()
    await poll(120)
    assert state(again) is ConfigEntryState.LOADED
    assert entities("sensor.playtime_today") == "10"
    assert entities("number.daily_limit") == "60"


async def test_reads_after_the_end(
    hass: HomeAssistant,
    hass_storage: dict[str, Any],
    again: ConfigEntry,
    entities: Entities,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """A set-up that is cancelled leaves no read behind that would change anything later."""
    before = _valuable(hass_storage)
    with slow_reads() as reads:
        setting_up = hass.async_create_task(hass.config_entries.async_setup(again.entry_id))
        await until(lambda: len(reads.waiting) == 9)
        setting_up.cancel()
        await asyncio.wait({setting_up})
        reads.let_go()
        await idle()
    assert again.state is not ConfigEntryState.LOADED
    assert _valuable(hass_storage) == before
    caplog.clear()  # Home Assistant tells of the cancelled set-up with a traceback
    await hass.config_entries.async_reload(again.entry_id)
    await settle(hass)
    assert entities("sensor.playtime_today") == "10"
    assert entities("number.daily_limit") == "60"


@pytest.mark.parametrize("suffix", ["limits", "playtime", "playtime_now", "names"])
async def test_a_read_that_fails(
    hass: HomeAssistant,
    again: ConfigEntry,
    entities: Entities,
    suffix: str,
) -> None:
    """A file that cannot be read costs its content alone."""
    load = Store.async_load

    async def refuse_one(store: Store[Any]) -> Any:
        if store.key.startswith(DOMAIN) and store.key.endswith(f".{suffix}"):
            raise OSError("no access")
        return await load(store)

    with patch.object(Store, "async_load", refuse_one):
        await set_up(hass, again)
    assert again.state is ConfigEntryState.LOADED
    assert entities("binary_sensor.online") == "off"
    assert entities("number.daily_limit") == ("unknown" if suffix == "limits" else "60")


async def test_shown_at_once(
    hass: HomeAssistant, hass_storage: dict[str, Any], entry: ConfigEntry, entities: Entities
) -> None:
    """A limit is shown and in force at once; the action ends when it is saved, and nothing is lost meanwhile."""
    target = {"entity_id": entities.id("number.daily_limit")}

    def stored_minutes() -> object:
        name = next(it for it in hass_storage if it.endswith(".limits"))
        [person] = hass_storage[name]["data"]["people"].values()
        return person["rules"][0]["minutes"]

    await act(hass, "set_limit", entities.id("sensor.time_left"), minutes=90)
    async with slow_write("limits") as disk:
        setting = [
            hass.async_create_task(
                hass.services.async_call(
                    "number", "set_value", {**target, "value": value}, blocking=True
                )
            )
            for value in (30, 40, 50)
        ]
        await idle()
        assert entities("number.daily_limit") == "50"
        assert entities("sensor.time_left") == "50"
        pressing = hass.async_create_task(
            hass.services.async_call(
                "button", "press", {"entity_id": entities.id("button.bonus_time")}, blocking=True
            )
        )
        adding = hass.async_create_task(
            act(hass, "add_bonus_time", entities.id("sensor.time_left"), minutes=5)
        )
        await idle()
        left = entities("sensor.time_left")
        assert int(left) > 55
        assert not any(it.done() for it in (*setting, pressing, adding))
        assert stored_minutes() == 90
        disk.set()
        await asyncio.gather(*setting, pressing, adding)
        assert stored_minutes() == 50
    assert await hass.config_entries.async_unload(entry.entry_id)
    await set_up(hass, entry)
    assert (entities("number.daily_limit"), entities("sensor.time_left")) == ("50", left)


async def test_reload_during_a_write(
    hass: HomeAssistant, entry: ConfigEntry, entities: Entities
) -> None:
    """A start waits for a write that is under way, and finds what it has written."""
    await act(hass, "set_limit", entities.id("sensor.time_left"), minutes=90)
    async with slow_write("limits") as disk:
        setting = hass.async_create_task(
            act(hass, "set_limit", entities.id("sensor.time_left"), minutes=30)
        )
        await idle()
        assert await hass.config_entries.async_unload(entry.entry_id)
        setting_up = hass.async_create_task(hass.config_entries.async_setup(entry.entry_id))
        await idle()
        disk.set()
        await asyncio.gather(setting, setting_up)
        await settle(hass)
    assert entities("number.daily_limit") == "30"


async def test_write_that_fails_late(
    hass: HomeAssistant, entry: ConfigEntry, entities: Entities, poll: Poll
) -> None:
    """A limit that was shown stays in force when it cannot be saved, and is saved later."""
    event, write_now = asyncio.Event(), Store._async_write_data  # noqa: SLF001 - the way to the disk

    async def refuse(store: Store[Any], data: dict[str, Any]) -> None:
        if store.key.endswith(".limits"):
            await event.wait()
            raise WriteError("No space left on device")
        await write_now(store, data)

    with patch.object(Store, "_async_write_data", refuse):
        setting = hass.async_create_task(
            act(hass, "set_limit", entities.id("sensor.time_left"), minutes=30)
        )
        await idle()
        assert entities("number.daily_limit") == "30"
        event.set()
        await setting
        assert entities("number.daily_limit") == "30"
    await poll(320, step=320)
    assert await hass.config_entries.async_unload(entry.entry_id)
    await set_up(hass, entry)
    assert entities("number.daily_limit") == "30"


async def test_language_changed_meanwhile(
    hass: HomeAssistant, again: ConfigEntry, owner: Person, entities: Entities, poll: Poll
) -> None:
    """A language that changes while the files are read is the one in which everything is shown."""
    owner.play(STARFALL_DRIFT)
    with slow_reads() as reads:
        setting_up = hass.async_create_task(hass.config_entries.async_setup(again.entry_id))
        await until(lambda: len(reads.waiting) == 9)
        await hass.config.async_update(language="de")
        reads.let_go()
        await setting_up
        await settle(hass)
    await poll(20)
    assert entities("sensor.now_playing") == "Sternensturz"
