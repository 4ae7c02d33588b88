"""A console of two accounts: whatever happens to one of them, the console is there once, and is the same."""

import gc
import weakref
from collections.abc import Awaitable, Callable
from typing import NamedTuple

import pytest
from homeassistant.config_entries import ConfigEntry, ConfigEntryState
from homeassistant.const import STATE_ON
from homeassistant.core import CoreState, HomeAssistant

from custom_components.xbox_network.coordinator.household import forget_household, household_of
from custom_components.xbox_network.xbox.endpoints import Service
from tests.conftest import Poll, SignIn
from tests.helpers.account import state
from tests.helpers.household import JUNIPER, NOVA, Household, refuse
from tests.helpers.settling import settle
from tests.simulator import Console, Simulator

MINUTE = 60
LIST_MINUTES = 10

pytestmark = pytest.mark.usefixtures("freezer")

type Act = Callable[[Household], Awaitable[None]]


async def _nothing(_: Household) -> None:
    pass


async def _disable(household: Household) -> None:
    await household.disable(household.first)


async def _unload(household: Household) -> None:
    await household.hass.config_entries.async_unload(household.first.entry_id)


async def _remove(household: Household) -> None:
    await household.hass.config_entries.async_remove(household.first.entry_id)


async def _sell(household: Household) -> None:
    """Unlink the console from the first account."""
    household.den.owner, household.den.shared_with = JUNIPER, set()


async def _refuse_status(household: Household) -> None:
    refuse(household, "RemoteManagementDisabled", "console")


async def _refuse_all(household: Household) -> None:
    refuse(household, "gateway", "devices", "console", "installedApps", "commands")


async def _refuse_link(household: Household) -> None:
    """Say that the console is not linked, although the list still names it."""
    refuse(household, "XboxNotPaired", "console")


async def _refuse_sign_in(household: Household) -> None:
    household.simulator.xerr("adult", 2148916235)
    household.simulator.expire_xsts("adult")


async def _fail_set_up(household: Household) -> None:
    household.simulator.fail(Service.PRESENCE, status=503, times=None, asking=NOVA.encode())
    household.simulator.fail(Service.PEOPLE, status=503, times=None, asking=NOVA.encode())
    await household.hass.config_entries.async_reload(household.first.entry_id)
    assert household.first.state is ConfigEntryState.SETUP_RETRY


async def _reload_first(household: Household) -> None:
    await household.reload(household.first)


async def _reload_second(household: Household) -> None:
    await household.reload(household.second)


async def _restart(household: Household) -> None:
    await household.reload(household.first, household.second)


async def _restart_the_other_way_round(household: Household) -> None:
    await household.reload(household.second, household.first)


async def _one_short_list(household: Household) -> None:
    """Let one list of the first account lack the console."""
    household.den.owner, before = JUNIPER, household.den.owner
    for _ in range(2):
        household.first.runtime_data.consoles.observer.request_list()
        await household.first.runtime_data.consoles.async_refresh()
        household.den.owner = before
        household.den.shared_with.add(JUNIPER)


async def _list_nothing_after_a_reload(household: Household) -> None:
    """Let the first list after a reload of the first account lack the console."""
    household.den.owner = JUNIPER
    await household.reload(household.first)
    household.den.owner = NOVA


async def _sell_meanwhile(household: Household) -> None:
    """Unlink the console from the first account while neither account is loaded."""
    for entry in (household.first, household.second):
        await household.hass.config_entries.async_unload(entry.entry_id)
    await _sell(household)
    await household.reload(household.first, household.second)


class Case(NamedTuple):
    """What happens, who has the console then, and the minutes after which it is available again.

    For the first minutes of `waits` the first account keeps it: it may come back.
    """

    act: Act
    stays: bool
    minutes: float
    waits: float = 0


CASES = {
    "shared": Case(_nothing, True, 0),
    "disabled": Case(_disable, False, 1),
    "unloaded": Case(_unload, False, 6, 4.5),
    "removed": Case(_remove, False, 1),
    "moved": Case(_sell, False, LIST_MINUTES + 3),
    "refused: its status": Case(_refuse_status, False, 7, 4.5),
    "refused: not linked": Case(_refuse_link, False, 7, 4.5),
    "refused: everything": Case(_refuse_all, False, 7, 4.5),
    "refused: the sign-in": Case(_refuse_sign_in, False, 7, 4.5),
    "set-up fails": Case(_fail_set_up, False, 16, 14.5),
    "reloaded: the first": Case(_reload_first, True, 0),
    "reloaded: the second": Case(_reload_second, True, 0),
    "restarted: the first one first": Case(_restart, True, 0),
    "restarted: the second one first": Case(_restart_the_other_way_round, True, 0),
    "one list lacks it": Case(_one_short_list, True, 0),
    "the first list lacks it": Case(_list_nothing_after_a_reload, True, 2),
    "moved meanwhile": Case(_sell_meanwhile, False, 7, 4.5),
}


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
async def test_table(household: Household, case: Case, poll: Poll) -> None:
    """A console is available again in time, with the same device and entities, in one account."""
    before = household.identity()
    await case.act(household)
    await settle(household.hass)
    await poll(case.waits * MINUTE)
    assert household.owner is household.first or not case.waits
    await poll((case.minutes - case.waits) * MINUTE)
    assert household.unavailable() == set()
    assert household.owner is (household.first if case.stays else household.second)
    assert household.identity() == before
    assert household.at_den("remote") == STATE_ON
    household.simulator.clear()
    await poll(25 * MINUTE)  # it stays like that, and costs what a console of one account costs
    assert household.unavailable() == set()
    assert household.owner is (household.first if case.stays else household.second)
    assert household.identity() == before
    assert household.reads()["status"] <= 25 * 6 + 1
    assert household.reads()["apps"] <= 1


async def test_account_that_cannot_start(
    hass: HomeAssistant,
    simulator: Simulator,
    den: Console,
    shared: None,
    sign_in: SignIn,
    poll: Poll,
) -> None:
    """A console that nobody has yet goes to the account that can be loaded, and stays there."""
    for host in (Service.PRESENCE, Service.PEOPLE):
        simulator.fail(host, status=503, times=None, asking=NOVA.encode())
    first: ConfigEntry = (await sign_in("adult"))["result"]
    assert state(first) is ConfigEntryState.SETUP_RETRY
    second: ConfigEntry = (await sign_in("alone"))["result"]
    household = Household(hass, simulator, den, first, second)
    await poll(20)
    assert household.owner is second
    assert household.unavailable() == set()
    simulator.heal()
    await poll(2 * MINUTE)
    assert state(first) is ConfigEntryState.LOADED
    await poll(20 * MINUTE)
    assert household.owner is second


async def test_while_home_assistant_stops(household: Household, poll: Poll) -> None:
    """Nothing moves while Home Assistant stops: the accounts are unloaded one after the other then."""
    await household.hass.config_entries.async_unload(household.first.entry_id)
    household.hass.set_state(CoreState.stopping)
    await poll(10 * MINUTE)
    assert household.owner is household.first
    household.hass.set_state(CoreState.running)


async def test_forgotten(hass: HomeAssistant) -> None:
    """A household that is forgotten has left no listener behind: nothing keeps it in memory."""
    household = weakref.ref(household_of(hass))
    forget_household(hass)
    gc.collect()
    assert household() is None
