"""Achievement events after restarts, outages and removals."""

from typing import Any

import pytest
from freezegun.api import FrozenDateTimeFactory
from homeassistant.config_entries import ConfigEntry
from homeassistant.const import STATE_UNAVAILABLE
from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er
from pytest_homeassistant_custom_component.common import async_fire_time_changed

from custom_components.xbox_network.xbox.endpoints import Service
from tests.conftest import Poll, restart, set_up
from tests.helpers.achievement_events import (  # noqa: F401  pytest finds the fixtures here
    AchievementEvents,
    achievement_events_fixture,
    did,
    friend_fixture,
    latest,
)
from tests.helpers.entities import Entities
from tests.helpers.friend_dialog import add_friends
from tests.helpers.settling import settle, until
from tests.simulator import Person, Simulator
from tests.simulator.world.demo_world import EMBER_VALE, HARBOR_KINGS, QUIET_HARBOR, STARFALL_DRIFT

HOUR = 3600.0


@pytest.mark.parametrize("restart_kind", ["reload", "restart"])
async def test_restart(
    hass: HomeAssistant,
    simulator: Simulator,
    entry: ConfigEntry,
    achievement_events: AchievementEvents,
    owner: Person,
    entities: Entities,
    poll: Poll,
    restart_kind: str,
) -> None:
    """After a restart an old unlock fires no event, a new one fires once, and the last event is restored."""
    owner.play(STARFALL_DRIFT)
    await poll(60)
    owner.unlock(STARFALL_DRIFT)
    await poll(130)
    before_restart = [(did(13), False)]
    assert achievement_events.texts(owner.xuid) == before_restart
    before = entities["event.achievement"]
    if restart_kind == "reload":
        await hass.config_entries.async_reload(entry.entry_id)
        await settle(hass)
    else:
        await restart(hass, entry)
    await poll(300)
    assert entities["event.achievement"].attributes == before.attributes
    assert achievement_events.texts(owner.xuid) == before_restart

    assert await hass.config_entries.async_unload(entry.entry_id)
    await poll(60)
    owner.unlock(STARFALL_DRIFT, 2)
    owner.play(EMBER_VALE)
    owner.unlock(EMBER_VALE)
    owner.go_offline()
    await poll(HOUR, step=600)
    await set_up(hass, entry)
    await poll(HOUR, step=60)
    late = [*((did(it), True) for it in (14, 15)), (did(11, "Ember Vale"), True)]
    assert achievement_events.texts(owner.xuid) == before_restart + late


@pytest.mark.parametrize(
    "fault", ["presence", "achievements", "everything", "sign-in", "signed-in-again", "account"]
)
async def test_outage(
    hass: HomeAssistant,
    simulator: Simulator,
    entry: ConfigEntry,
    achievement_events: AchievementEvents,
    owner: Person,
    entities: Entities,
    poll: Poll,
    fault: str,
) -> None:
    """An unlock during an outage fires once, marked late, when the outage is over."""
    if not fault.startswith("sign"):  # without a recent answer a 401 counts as a failed sign-in
        owner.play(STARFALL_DRIFT)
    await poll(60)
    hosts: list[str] = [Service.ACHIEVEMENTS, Service.PRESENCE, Service.PEOPLE, Service.TITLES]
    if fault in ("presence", "achievements"):
        hosts = [Service.PRESENCE, Service.PEOPLE] if fault == "presence" else hosts[:1]
    if fault == "account":
        simulator.xerr("adult", 2148916235)
        simulator.expire_xsts()
    elif fault.startswith("sign"):
        for host in (*hosts, Service.CONSOLES):
            simulator.fail(host, status=401, times=None)
    else:
        for host in hosts:
            simulator.fail(host, status=503, times=None)
    await poll(330)
    owner.unlock(STARFALL_DRIFT)
    owner.stop()
    await poll(700)
    if fault.startswith("sign"):
        assert entities("event.achievement") == STATE_UNAVAILABLE
    assert achievement_events.of(owner.xuid) == []
    simulator.heal()
    simulator.xerr("adult", None)
    if fault == "sign-in":
        await hass.config_entries.async_reload(entry.entry_id)
    elif fault == "signed-in-again":
        await add_friends(hass, entry, QUIET_HARBOR)
    await poll(HOUR, step=30)
    assert achievement_events.texts(owner.xuid) == [(did(13), True)]


async def test_disabled_entity(
    hass: HomeAssistant,
    simulator: Simulator,
    entry: ConfigEntry,
    owner: Person,
    entities: Entities,
    poll: Poll,
) -> None:
    """A disabled event entity causes no request, and unlocks of that time fire no event later."""
    achievement_events = AchievementEvents(hass)
    entity_id = entities.id("event.achievement")
    registry = er.async_get(hass)
    registry.async_update_entity(entity_id, disabled_by=er.RegistryEntryDisabler.USER)
    await hass.config_entries.async_reload(entry.entry_id)
    simulator.clear()
    owner.play(STARFALL_DRIFT)
    owner.unlock(STARFALL_DRIFT, 3)
    await poll(HOUR, step=30)
    assert latest(simulator) == []
    registry.async_update_entity(entity_id, disabled_by=None)
    await hass.config_entries.async_reload(entry.entry_id)
    await poll(600)
    owner.unlock(STARFALL_DRIFT)
    await poll(130)
    assert achievement_events.texts(owner.xuid) == [(did(16), False)]


async def test_removed_during_a_request(
    hass: HomeAssistant,
    freezer: FrozenDateTimeFactory,
    simulator: Simulator,
    entry: ConfigEntry,
    friend: Person,
    poll: Poll,
) -> None:
    """An answer about a friend who was removed meanwhile fires no event."""
    await add_friends(hass, entry, QUIET_HARBOR)
    friend.play(HARBOR_KINGS)
    await poll(30)
    achievement_events = AchievementEvents(hass)
    entity_id = Entities(hass, QUIET_HARBOR).id("event.achievement")
    friend.unlock(HARBOR_KINGS)
    requests_before = len(latest(simulator))
    [subentry] = entry.subentries.values()
    freezer.tick(130)
    async_fire_time_changed(hass)
    await until(lambda: len(latest(simulator)) > requests_before)
    hass.config_entries.async_remove_subentry(entry, subentry.subentry_id)
    await poll(60)
    assert hass.states.get(entity_id) is None
    await add_friends(hass, entry, QUIET_HARBOR)
    await poll(300)
    assert achievement_events.of(QUIET_HARBOR) == []


async def test_removed(
    hass: HomeAssistant,
    hass_storage: dict[str, Any],
    entry: ConfigEntry,
    friend: Person,
    poll: Poll,
) -> None:
    """The stored unlocks of a removed friend or account are deleted."""
    await add_friends(hass, entry, QUIET_HARBOR)
    friend.play(HARBOR_KINGS)
    await poll(130)

    def stored_unlocks() -> list[str]:
        return [str(it["data"]) for key, it in hass_storage.items() if key.endswith(".unlocks")]

    assert QUIET_HARBOR in stored_unlocks()[0]
    [subentry] = entry.subentries.values()
    hass.config_entries.async_remove_subentry(entry, subentry.subentry_id)
    await poll(70)
    assert QUIET_HARBOR not in stored_unlocks()[0]
    await hass.config_entries.async_remove(entry.entry_id)
    assert stored_unlocks() == []


async def test_crash(
    hass: HomeAssistant,
    hass_storage: dict[str, Any],
    entry: ConfigEntry,
    achievement_events: AchievementEvents,
    owner: Person,
    poll: Poll,
) -> None:
    """An unlock is saved at once, so a crash repeats no event; neither does an unreadable file."""
    owner.play(STARFALL_DRIFT)
    await poll(70)
    owner.unlock(STARFALL_DRIFT)
    while not achievement_events.of(owner.xuid):
        await poll(1, step=1)
    await settle(hass)
    [key] = [it for it in hass_storage if it.endswith(".unlocks")]
    crashed = {**hass_storage[key]}
    assert await hass.config_entries.async_unload(entry.entry_id)
    for stored in (crashed, {**crashed, "data": {"library": {owner.xuid: 5}}}):
        hass_storage[key] = stored
        await set_up(hass, entry)
        await poll(300)
        assert achievement_events.texts(owner.xuid) == [(did(13), False)]
        assert await hass.config_entries.async_unload(entry.entry_id)


@pytest.mark.parametrize("changed", [True, False], ids=["other-language", "same"])
async def test_language(
    hass: HomeAssistant,
    entry: ConfigEntry,
    achievement_events: AchievementEvents,
    owner: Person,
    poll: Poll,
    changed: bool,
) -> None:
    """Stored unlocks stay known in another language, and a new unlock has its title in that language."""
    owner.play(STARFALL_DRIFT)
    await poll(70)
    assert await hass.config_entries.async_unload(entry.entry_id)
    owner.unlock(STARFALL_DRIFT)
    if changed:
        hass.config.language = "de"
    await set_up(hass, entry)
    await poll(20)
    [facts] = achievement_events.of(owner.xuid)
    assert facts["title"] == ("Sternensturz" if changed else "Starfall Drift")
