"""Limits of several people at once, of accounts that are not loaded, and in parallel: nothing and nobody is lost."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from typing import Any
from unittest.mock import patch

import pytest
from homeassistant.config_entries import ConfigEntry, ConfigEntryDisabler, ConfigEntryState
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError, ServiceValidationError
from homeassistant.helpers.storage import Store

from custom_components.xbox_network.const import DOMAIN
from custom_components.xbox_network.storage.base import account_key
from custom_components.xbox_network.xbox.endpoints import Service
from tests.conftest import Poll, SignIn
from tests.helpers.entities import Entities
from tests.helpers.limited_family import JUNIPER, NOVA, LimitedFamily, limited_family
from tests.helpers.settling import settle
from tests.helpers.users import child
from tests.simulator import Simulator

LEFT, LIMIT, BONUS = "sensor.time_left", "number.daily_limit", "button.bonus_time"

type Unload = Callable[[HomeAssistant, Simulator, ConfigEntry], Awaitable[None]]


@pytest.fixture(name="family")
async def family_fixture(
    hass: HomeAssistant, freezer: object, entry: ConfigEntry, sign_in: SignIn
) -> LimitedFamily:
    """Return the family, with an hour a day for each."""
    return await limited_family(hass, entry, (await sign_in("alone"))["result"])


async def disable(hass: HomeAssistant, simulator: Simulator, entry: ConfigEntry) -> None:
    """Disable an account."""
    await hass.config_entries.async_set_disabled_by(entry.entry_id, ConfigEntryDisabler.USER)


async def unload(hass: HomeAssistant, simulator: Simulator, entry: ConfigEntry) -> None:
    """Unload an account."""
    await hass.config_entries.async_unload(entry.entry_id)


async def retry(hass: HomeAssistant, simulator: Simulator, entry: ConfigEntry) -> None:
    """Let the set-up of an account fail for now."""
    for service in (Service.PRESENCE, Service.PEOPLE):
        simulator.fail(service, status=503, times=None)
    await hass.config_entries.async_reload(entry.entry_id)
    await settle(hass)
    for service in (Service.PRESENCE, Service.PEOPLE):
        simulator.heal(service)


@pytest.fixture
def slow_disk(hass_storage: dict[str, Any]) -> Iterator[None]:
    """Let each write take a while, as on a real disk."""
    write = Store._async_write_data  # noqa: SLF001 - the way to the disk

    async def slowly(store: Store[Any], data: Any) -> None:
        for _ in range(20):
            await asyncio.sleep(0)
        await write(store, data)

    with patch.object(Store, "_async_write_data", slowly):
        yield


UNLOADED = {
    "disabled": (disable, ConfigEntryState.NOT_LOADED),
    "unloaded": (unload, ConfigEntryState.NOT_LOADED),
    "retried": (retry, ConfigEntryState.SETUP_RETRY),
}


@pytest.fixture(name="gone", params=UNLOADED)
async def gone_fixture(
    hass: HomeAssistant, simulator: Simulator, family: LimitedFamily, request: pytest.FixtureRequest
) -> LimitedFamily:
    """Return the family, whose second account is not loaded."""
    make, state = UNLOADED[request.param]
    await make(hass, simulator, family.second)
    assert family.second.state is state
    return family


async def test_everybody_is_changed(gone: LimitedFamily) -> None:
    """Who is in an account that is not loaded has the new limit as soon as it is loaded."""
    await gone.act("set_limit", gone.all, minutes=30)
    await gone.load()
    assert gone.limits() == ["30"] * 3


async def test_only_who_is_not_loaded(gone: LimitedFamily) -> None:
    """It is no mistake to mean nobody else; several changes one after another all hold."""
    alone = {"device_id": [gone.device(JUNIPER)]}
    await gone.act("set_limit", alone, bedtime="20:00", bedtime_end="07:00")
    await gone.act("add_bonus_time", alone, minutes=10)
    await gone.act("add_bonus_time", alone)
    await gone.load()
    assert gone.limits() == ["60"] * 3
    assert gone.bonuses() == [0, 0, 25]
    assert gone.juniper[LEFT].attributes["bedtime"] == "20:00"


async def test_read(gone: LimitedFamily) -> None:
    """Reports list everybody: limits are known, play time and achievements are marked as not known."""
    shown = (await gone.act("get_limits", gone.all))["people"]
    assert [(it["name"], it["available"]) for it in shown] == [
        ("Nova Kestrel", True),
        ("Quiet Harbor#42", True),
        ("Juniper Vale", True),
    ]
    assert [it["week"]["mon"]["minutes"] for it in shown] == [60] * 3
    assert [it["today"]["time_left"] for it in shown] == [60, 60, None]
    for target in (gone.all, {}):
        played = (await gone.act("get_playtime", target))["people"]
        assert [it["available"] for it in played] == [True, True, False]
        assert played[0].keys() == played[2].keys()
        assert (played[2]["name"], played[2]["minutes"]) == ("Juniper Vale", None)
    unlocked = (await gone.act("get_achievements", gone.all, title="Harbor Kings"))["people"]
    assert [it["titles"] == [] for it in unlocked] == [False, False, True]
    assert "Juniper Vale" in unlocked[2]["problem"]
    alone = {"device_id": [gone.device(JUNIPER)]}
    with pytest.raises(HomeAssistantError) as raised:
        await gone.act("get_achievements", alone)
    assert raised.value.translation_key == "account_not_loaded"


async def test_rights(hass: HomeAssistant, gone: LimitedFamily) -> None:
    """The option of an account counts while it is not loaded, too."""
    user = await child(hass)
    hass.config_entries.async_update_entry(gone.first, options={"administrators_only": False})
    with pytest.raises(HomeAssistantError):
        await user("set_limit", {"device_id": [gone.device(JUNIPER)]}, minutes=30)
    with pytest.raises(HomeAssistantError):
        await user("set_limit", gone.all, minutes=30)
    await gone.load()
    assert gone.limits() == ["60"] * 3


@pytest.mark.parametrize("make", [disable, unload])
@pytest.mark.parametrize("odd", ["newer", "damaged"])
async def test_file_that_cannot_be_used(
    hass: HomeAssistant,
    simulator: Simulator,
    family: LimitedFamily,
    hass_storage: dict[str, Any],
    odd: str,
    make: Unload,
) -> None:
    """If that file cannot be read, the others are done first, and the error names who was left out."""
    await make(hass, simulator, family.second)
    name = f"{DOMAIN}.{account_key(JUNIPER)}.limits"
    sound = hass_storage[name]
    hass_storage[name] = {**sound, "version": 9} if odd == "newer" else {**sound, "data": []}
    before = dict(hass_storage[name])
    with pytest.raises(HomeAssistantError) as raised:
        await family.act("set_limit", family.all, minutes=30)
    reason = "limits_of_newer_version" if odd == "newer" else "limits_not_changed"
    assert raised.value.translation_key == reason
    assert "Juniper Vale" in str(raised.value)
    assert "Nova" not in str(raised.value)
    assert hass_storage[name] == before
    assert family.limits() == ["30"] * 2
    shown = (await family.act("get_limits", family.all))["people"]
    assert [it["available"] for it in shown] == [True, True, False]
    assert shown[0].keys() == shown[2].keys()


async def test_file_that_cannot_be_written(
    gone: LimitedFamily, poll: Poll, hass_storage: dict[str, Any]
) -> None:
    """If it cannot be saved, that is said; it is tried again, and holds when the account is loaded."""
    name = f"{DOMAIN}.{account_key(JUNIPER)}.limits"
    write = Store._async_write_data  # noqa: SLF001  as the disk

    async def full(store: Store[Any], data: Any) -> None:
        if store.key == name:
            raise OSError("No space left on device")
        await write(store, data)

    with patch.object(Store, "_async_write_data", full):
        with pytest.raises(HomeAssistantError) as raised:
            await gone.act("set_limit", gone.all, minutes=30)
        assert raised.value.translation_key == "limits_not_changed"
    await gone.load()
    assert gone.limits() == ["30"] * 3
    await poll(301)
    [person] = hass_storage[name]["data"]["people"].values()
    assert person["rules"][0]["minutes"] == 30


async def test_invalid_for_one(gone: LimitedFamily) -> None:
    """What is a mistake for one person changes nobody, loaded or not."""
    await gone.act("set_limit", {"device_id": [gone.device(JUNIPER)]}, remove=True)
    with pytest.raises(ServiceValidationError) as raised:
        await gone.act("add_bonus_time", gone.all, minutes=10)
    assert raised.value.translation_key == "bonus_without_limit"
    await gone.load()
    assert gone.bonuses() == [0, 0, 0]


@pytest.mark.usefixtures("slow_disk")
@pytest.mark.parametrize("count", [2, 3, 7])
async def test_parallel(family: LimitedFamily, count: int) -> None:
    """Parallel bonuses for several people add up."""
    await asyncio.gather(
        *(family.act("add_bonus_time", family.all, minutes=10) for _ in range(count))
    )
    assert family.bonuses() == [10 * count] * 3


@pytest.mark.usefixtures("slow_disk")
async def test_parallel_while_not_loaded(gone: LimitedFamily) -> None:
    """So they do for who is not loaded."""
    await asyncio.gather(*(gone.act("add_bonus_time", gone.all, minutes=10) for _ in range(3)))
    await gone.load()
    assert gone.bonuses() == [30] * 3


@pytest.mark.usefixtures("slow_disk")
async def test_different_changes(family: LimitedFamily) -> None:
    """Button, number and actions at the same moment all hold."""
    nova, people = family.nova, family.all
    await asyncio.gather(
        family.act("add_bonus_time", people, minutes=10),
        family.act("button.press", nova.id(BONUS)),
        family.act("set_limit", people, bedtime="23:30"),
        family.act("number.set_value", nova.id(LIMIT), value=45),
        family.act("set_limit", people, weekdays=["mon"], bedtime_end="06:00", bedtime="23:30"),
        family.act("add_bonus_time", people, minutes=10),
    )
    assert family.limits() == ["45", "60", "60"]
    assert family.bonuses() == [35, 20, 20]
    assert [
        it[LEFT].attributes["bedtime"] for it in (family.nova, family.quiet, family.juniper)
    ] == ["23:30"] * 3


async def test_saved_once_an_account(family: LimitedFamily) -> None:
    """Each account is saved once, however many of its people are changed."""
    write, written = Store._async_write_data, []  # noqa: SLF001  as the disk

    async def count(store: Store[Any], data: Any) -> None:
        written.append(store.key)
        await write(store, data)

    with patch.object(Store, "_async_write_data", count):
        await family.act("set_limit", family.all, minutes=30)
    assert sorted(it for it in written if it.endswith(".limits")) == sorted(
        f"{DOMAIN}.{account_key(it)}.limits" for it in (NOVA, JUNIPER)
    )


async def test_enabled_while_it_is_changed(hass: HomeAssistant, family: LimitedFamily) -> None:
    """An account that is enabled in the middle of a change has it."""
    for minutes in (30, 31, 32, 33):
        await disable(hass, None, family.second)  # type: ignore[arg-type]
        await asyncio.gather(
            family.act("set_limit", family.all, minutes=minutes),
            hass.config_entries.async_set_disabled_by(family.second.entry_id, None),
        )
        await settle(hass)
        assert family.limits() == [str(minutes)] * 3


async def test_removed_account(hass: HomeAssistant, family: LimitedFamily, sign_in: SignIn) -> None:
    """Nothing is left of a removed account: added again, it has no limits."""
    await disable(hass, None, family.second)  # type: ignore[arg-type]
    await family.act("set_limit", family.all, minutes=30)
    await hass.config_entries.async_remove(family.second.entry_id)
    await sign_in("alone")
    assert Entities(hass, JUNIPER)(LIMIT) == "unknown"
