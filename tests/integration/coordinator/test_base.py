"""The base of the coordinators: early refreshes, and the log of an outage."""

import asyncio
import logging
from typing import override

import pytest
from freezegun.api import FrozenDateTimeFactory
from homeassistant.core import CoreState, HomeAssistant
from homeassistant.exceptions import HomeAssistantError
from pytest_homeassistant_custom_component.common import MockConfigEntry, async_fire_time_changed

from custom_components.xbox_network.const import DOMAIN
from custom_components.xbox_network.coordinator.base import OutageLog, XboxCoordinator
from custom_components.xbox_network.coordinator.demand import Demand
from tests.helpers.settling import settle

_LOGGER = logging.getLogger(__name__)


class Counter(XboxCoordinator[int]):
    """A coordinator that counts its refreshes, with one a minute. `slow` holds them up."""

    def __init__(
        self, hass: HomeAssistant, entry: MockConfigEntry, demand: Demand | None = None
    ) -> None:
        """Refresh for the first time after a minute."""
        super().__init__(hass, entry, _LOGGER, name="counter", interval=60.0, demand=demand)
        self.refreshes = 0
        self.slow = asyncio.Event()
        self.slow.set()

    @override
    async def _refresh_data(self) -> int:
        await self.slow.wait()
        self.refreshes += 1
        self.set_interval(60.0)
        return self.refreshes


@pytest.fixture(name="config_entry")
def config_entry_fixture(hass: HomeAssistant) -> MockConfigEntry:
    """Return an entry without anything behind it."""
    entry = MockConfigEntry(domain=DOMAIN)
    entry.add_to_hass(hass)
    return entry


@pytest.fixture(name="counter")
def counter_fixture(hass: HomeAssistant, config_entry: MockConfigEntry) -> Counter:
    """Return a coordinator without listeners."""
    return Counter(hass, config_entry)


async def wait(hass: HomeAssistant, freezer: FrozenDateTimeFactory, seconds: float) -> None:
    """Let time pass."""
    freezer.tick(seconds)
    async_fire_time_changed(hass)
    await settle(hass)


async def test_early_refresh(
    hass: HomeAssistant, freezer: FrozenDateTimeFactory, counter: Counter
) -> None:
    """An early refresh comes once, before the regular one, which is counted from it."""
    counter.async_add_listener(lambda: None)
    counter.refresh_within(5.0)
    counter.refresh_within(20.0)  # is later than the first one
    await wait(hass, freezer, 6)
    assert counter.refreshes == 1
    await wait(hass, freezer, 56)
    assert counter.refreshes == 1
    await wait(hass, freezer, 5)
    assert counter.refreshes == 2


async def test_late_listener(
    hass: HomeAssistant, freezer: FrozenDateTimeFactory, counter: Counter
) -> None:
    """The regular refresh counts from the first listener on, so an early one is still possible."""
    await counter.async_refresh()
    await wait(hass, freezer, 50)
    counter.async_add_listener(lambda: None)
    await wait(hass, freezer, 15)
    assert counter.refreshes == 1
    counter.refresh_within(5.0)
    await wait(hass, freezer, 6)
    assert counter.refreshes == 2


async def test_another_refresh(
    hass: HomeAssistant, freezer: FrozenDateTimeFactory, counter: Counter
) -> None:
    """A refresh that starts before the early one takes its place, however long it lasts."""
    counter.async_add_listener(lambda: None)
    counter.refresh_within(5.0)
    counter.slow.clear()
    refresh = asyncio.ensure_future(counter.async_refresh())
    await asyncio.sleep(0)  # it has started, and waits
    freezer.tick(10)
    async_fire_time_changed(hass)
    counter.slow.set()
    await refresh
    await wait(hass, freezer, 10)
    assert counter.refreshes == 1


@pytest.mark.parametrize("reason", ["nothing listens", "polling is disabled", "it stops"])
async def test_no_early_refresh(
    hass: HomeAssistant,
    freezer: FrozenDateTimeFactory,
    config_entry: MockConfigEntry,
    counter: Counter,
    reason: str,
) -> None:
    """Without listeners, with polling disabled, and while Home Assistant stops there is none."""
    if reason == "polling is disabled":
        hass.config_entries.async_update_entry(config_entry, pref_disable_polling=True)
    remove = counter.async_add_listener(lambda: None)
    if reason == "it stops":
        hass.set_state(CoreState.stopping)
    counter.refresh_within(5.0)
    if reason == "nothing listens":
        remove()
        counter.refresh_within(5.0)
    await wait(hass, freezer, 70 if reason != "it stops" else 10)
    assert counter.refreshes == 0
    hass.set_state(CoreState.running)


async def test_shutdown(
    hass: HomeAssistant, freezer: FrozenDateTimeFactory, counter: Counter
) -> None:
    """After an unload no early refresh is left."""
    counter.async_add_listener(lambda: None)
    counter.refresh_within(5.0)
    await counter.async_shutdown()
    await wait(hass, freezer, 10)
    assert counter.refreshes == 0


async def test_on_demand(
    hass: HomeAssistant, freezer: FrozenDateTimeFactory, config_entry: MockConfigEntry
) -> None:
    """Whoever asks again and again is answered as often as the limit allows."""
    counter = Counter(hass, config_entry, Demand(at_once=2, seconds=10.0))
    for seconds, refreshes in ((0, 2), (9, 2), (1, 3), (1000, 5)):
        freezer.tick(seconds)
        for _ in range(4):
            await counter.async_request_refresh()
        assert counter.refreshes == refreshes


async def test_work_leaves_nothing_behind(
    hass: HomeAssistant, config_entry: MockConfigEntry
) -> None:
    """The work of an action leaves no listener behind, however it ends."""
    counter, before = Counter(hass, config_entry), hass.bus.async_listeners()

    async def work(fails: bool) -> str:
        if fails:
            raise ValueError
        return "done"

    assert await counter.while_loaded(work(fails=False)) == "done"
    with pytest.raises(ValueError):
        await counter.while_loaded(work(fails=True))
    assert hass.bus.async_listeners() == before


def test_outage_log(caplog: pytest.LogCaptureFixture, freezer: FrozenDateTimeFactory) -> None:
    """The begin and the end of an outage are logged once each; the end tells how long it was."""
    caplog.set_level(logging.INFO)
    log = OutageLog(_LOGGER, began="It began: %s", ended="It is over")
    assert log.update(None) is None
    assert log.update("first") is None
    freezer.tick(30)
    assert log.update("second") is None
    assert log.update(None) == pytest.approx(30)
    assert log.update(None) is None
    assert [it.message for it in caplog.records] == ["It began: first", "It is over"]


async def test_work_of_an_action(counter: Counter) -> None:
    """The work of an action has its result while the account is loaded, and ends with the account."""
    slow = asyncio.Event()

    async def work() -> int:
        await slow.wait()
        return 7

    first = asyncio.ensure_future(counter.while_loaded(work()))
    await asyncio.sleep(0)
    slow.set()
    assert await first == 7
    slow.clear()
    second = asyncio.ensure_future(counter.while_loaded(work()))
    await asyncio.sleep(0)
    await counter.async_shutdown()
    for call in (second, counter.while_loaded(work())):
        with pytest.raises(HomeAssistantError) as raised:
            await call
        assert raised.value.translation_key == "account_unloaded"
