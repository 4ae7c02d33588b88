"""A console that changes accounts: what works afterwards, and what must not make it change."""

from collections.abc import Awaitable, Callable
from itertools import pairwise

import pytest
from homeassistant.config_entries import ConfigEntry, ConfigEntryState
from homeassistant.const import EVENT_STATE_CHANGED, STATE_OFF, STATE_ON
from homeassistant.core import HomeAssistant
from homeassistant.helpers import device_registry as dr, entity_registry as er
from homeassistant.setup import async_setup_component
from pytest_homeassistant_custom_component.common import async_capture_events
from pytest_homeassistant_custom_component.typing import WebSocketGenerator

from custom_components.xbox_network.const import DOMAIN
from custom_components.xbox_network.xbox.endpoints import Service
from tests.conftest import Poll, SignIn
from tests.helpers.automations.triggers import TriggerRecorder
from tests.helpers.consoles import Actions, ConsoleEntities, told
from tests.helpers.household import JUNIPER, NOVA, Household, refuse
from tests.helpers.settling import settle
from tests.simulator import Console, Simulator
from tests.simulator.world.demo_world import BEDROOM

MINUTE = 60
LIST_MINUTES = 10

pytestmark = pytest.mark.usefixtures("freezer")

type Delete = Callable[[], Awaitable[bool]]


@pytest.fixture(name="delete")
def delete_fixture(household: Household, hass_ws_client: WebSocketGenerator) -> Delete:
    """Return a function that deletes the device of the console in the user interface, if it may."""

    async def delete() -> bool:
        assert await async_setup_component(household.hass, "config", {})
        [device] = household.devices
        browser = await hass_ws_client(household.hass)
        await browser.send_json_auto_id(
            {"type": "config/device_registry/remove", "device_id": device.id}
        )
        answer = await browser.receive_json()
        await settle(household.hass)
        return bool(answer["success"])

    return delete


async def test_commands_by_the_new_account(
    household: Household, poll: Poll, actions: Actions
) -> None:
    """Commands, launch and the media browser work for a console that was moved to another account."""
    household.den.owner, household.den.shared_with = JUNIPER, set()
    await poll((LIST_MINUTES + 3) * MINUTE)
    remote, player = household.at_den.id("remote"), household.at_den.id("media_player")
    await actions.call("remote.send_command", remote, command="a")
    await actions.call("button.press", household.at_den.id("button.home"))
    await actions.call("media_player.select_source", player, source="Starfall Drift")
    await actions.call(f"{DOMAIN}.launch", player, name="Harbor Kings")
    assert told(household.den) == [
        "InjectKey",
        "GoHome",
        *["ActivateApplicationWithOneStoreProductId"] * 2,
    ]
    await actions.call("media_player.turn_off", player)
    assert household.at_den("remote") == STATE_OFF


async def test_automations_go_on(household: Household, poll: Poll) -> None:
    """Triggers on the console and on its device fire as before, and the move itself fires none."""
    [device] = household.devices
    recorders = {
        name: await TriggerRecorder(household.hass).attach(name, {"device_id": device.id})
        for name in ("console_turned_on", "console_turned_off")
    }
    await household.disable(household.first)
    await poll(MINUTE)
    assert [len(it.told) for it in recorders.values()] == [0, 0]
    household.den.power = "ConnectedStandby"
    await poll(20)
    household.den.power = "On"
    await poll(MINUTE + 10)
    assert [[told["console"] for told in it.told] for it in recorders.values()] == [
        [device.id],
        [device.id],
    ]
    for recorder in recorders.values():
        recorder.detach()


async def test_no_way_back(household: Household, poll: Poll) -> None:
    """An account that is enabled again does not take the console back, and can have it when it has to."""
    await household.disable(household.first)
    await poll(MINUTE)
    before = household.identity()
    await household.enable(household.first)
    await poll(15 * MINUTE)
    assert household.owner is household.second
    await household.disable(household.second)
    await poll(MINUTE)
    assert household.owner is household.first
    assert household.unavailable() == set()
    assert household.identity() == before


async def test_disabled_before_the_start(household: Household, poll: Poll) -> None:
    """A console that a disabled account had at the start goes over, without a reload of the other account."""
    hass, before = household.hass, household.identity()
    await hass.config_entries.async_unload(household.second.entry_id)
    await household.disable(household.first)
    assert household.owner is household.first
    assert all(it.disabled_by for it in household.entities)
    await hass.config_entries.async_setup(household.second.entry_id)
    await settle(hass)
    running = household.second.runtime_data
    await poll(2 * MINUTE)
    assert household.owner is household.second
    assert household.unavailable() == set()
    assert household.identity() == before
    assert household.second.runtime_data is running


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 1, 0), (1, 2, 0)])
async def test_three_accounts(
    household: Household, sign_in: SignIn, poll: Poll, order: tuple[int, int, int]
) -> None:
    """Of several other accounts the one that was added first takes over, whichever was loaded first."""
    household.simulator.xerr("child", None)
    third: ConfigEntry = (await sign_in("child"))["result"]
    household.den.shared_with.add(str(third.unique_id))
    entries = (household.first, household.second, third)
    await household.reload(*(entries[it] for it in order))
    await poll(20)
    before = household.identity()
    for entry, heir in pairwise(entries):
        assert household.owner is entry
        await household.disable(entry)
        await poll(MINUTE)
        assert household.owner is heir
        assert household.unavailable() == set()
    assert household.identity() == before


async def test_heir_without_a_list(household: Household, poll: Poll) -> None:
    """An account whose list is refused takes over when it is answered again."""
    refuse(household, "gateway", "devices", xuid=JUNIPER)
    await poll((LIST_MINUTES + 1) * MINUTE)
    await household.disable(household.first)
    await poll(5 * MINUTE)
    assert household.owner is household.first
    household.simulator.world.xccs_errors.clear()
    await poll(61 * MINUTE)
    assert household.owner is household.second
    assert household.unavailable() == set()


async def test_refused_there_and_back(household: Household, poll: Poll) -> None:
    """An account that gets a console from one that is refused gives it back if it is refused itself."""
    refuse(household, "RemoteManagementDisabled", "console")
    await poll(7 * MINUTE)
    assert household.owner is household.second
    household.simulator.world.xccs_errors.clear()
    refuse(household, "RemoteManagementDisabled", "console", xuid=JUNIPER)
    await poll(8 * MINUTE)
    assert household.owner is household.first
    assert household.unavailable() == set()


async def test_nobody_is_left(household: Household, poll: Poll) -> None:
    """Without another account the console waits for its own one, or for one that is loaded later."""
    await household.hass.config_entries.async_unload(household.second.entry_id)
    before = household.identity()
    await household.hass.config_entries.async_unload(household.first.entry_id)
    await poll(20 * MINUTE)
    assert household.owner is household.first
    await household.reload(household.second)
    await poll(4 * MINUTE)
    assert household.owner is household.first  # it may be loaded soon
    await poll(2 * MINUTE)
    assert household.owner is household.second
    assert household.unavailable() == set()
    assert household.identity() == before


async def test_set_up_at_last(household: Household, poll: Poll) -> None:
    """An account that is loaded after ten minutes of attempts has its console still."""
    before = household.identity()
    for host in (Service.PRESENCE, Service.PEOPLE):
        household.simulator.fail(host, status=503, times=None, asking=NOVA.encode())
    await household.reload(household.first)
    await poll(10 * MINUTE)
    household.simulator.heal()
    await poll(2 * MINUTE)
    assert household.first.state is ConfigEntryState.LOADED
    assert household.owner is household.first
    assert household.unavailable() == set()
    await poll(15 * MINUTE)
    assert household.owner is household.first
    assert household.identity() == before


async def test_refused_to_both(household: Household, poll: Poll) -> None:
    """A console that is refused to everybody stays where it is, costs little, and comes back by itself."""
    refuse(household, "RemoteManagementDisabled", "console")
    refuse(household, "RemoteManagementDisabled", "console", xuid=JUNIPER)
    await poll(10 * MINUTE)
    household.simulator.clear()
    for _ in range(5):
        await poll(30 * MINUTE)
        assert household.owner is household.first
    assert household.reads()["status"] <= 150 + 2 * 4
    household.simulator.world.xccs_errors.clear()
    await poll(2 * MINUTE)
    assert household.owner is household.first
    assert household.unavailable() == set()


@pytest.mark.parametrize("minutes", [4, 20])
async def test_outage(household: Household, poll: Poll, minutes: float) -> None:
    """An outage of the console service, or of a console, moves nothing."""
    before = household.identity()
    household.simulator.fail(Service.CONSOLES, status=503, times=None)
    await poll(minutes * MINUTE)
    household.simulator.heal(Service.CONSOLES)
    await poll(2 * MINUTE)
    assert household.unavailable() == set()
    assert household.owner is household.first
    household.den.refuse("DataAccessError", at="console", times=None)
    await poll(minutes * MINUTE)
    household.simulator.world.xccs_errors.clear()
    await poll(2 * MINUTE)
    assert household.unavailable() == set()
    assert household.owner is household.first
    assert household.identity() == before


async def test_delete_while_linked(household: Household, poll: Poll, delete: Delete) -> None:
    """A console cannot be deleted while any account lists it: it goes over to that account."""
    household.den.owner, household.den.shared_with = JUNIPER, set()
    assert not await delete()
    await poll(23 * MINUTE)
    assert not await delete()
    await poll(11 * MINUTE)
    assert household.owner is household.second
    assert household.unavailable() == set()


@pytest.mark.parametrize("heir", [NOVA, JUNIPER])
async def test_delete_and_list_anew(
    household: Household, poll: Poll, delete: Delete, heir: str
) -> None:
    """A console that nobody lists can be deleted. Listed anew by any account it is there, without a restart."""
    household.simulator.world.remove_console(household.den)
    await poll((2 * LIST_MINUTES + 2) * MINUTE)
    assert household.owner is household.first  # what nobody has goes nowhere
    assert await delete()
    assert household.identity() == {"devices": set(), "entities": {}}
    household.den.owner, household.den.shared_with = heir, set()
    household.simulator.world.add_console(household.den)
    await poll((LIST_MINUTES + 1) * MINUTE)
    assert household.owner is (household.first if heir == NOVA else household.second)
    assert household.unavailable() == set()


async def test_removed_without_an_heir(household: Household, poll: Poll) -> None:
    """A console whose account is removed while the other one is not loaded is there with that one, with its ids."""
    entity_ids = {it.entity_id for it in household.entities}
    await household.hass.config_entries.async_unload(household.second.entry_id)
    await household.hass.config_entries.async_remove(household.first.entry_id)
    await settle(household.hass)
    assert household.identity() == {"devices": set(), "entities": {}}
    await household.reload(household.second)
    await poll(20)
    assert household.owner is household.second
    assert {it.entity_id for it in household.entities} == entity_ids
    assert household.unavailable() == set()


async def test_one_device_of_two(household: Household, poll: Poll) -> None:
    """A second device of the console, as an older version may have left, is gone after the move, but no entity."""
    before = household.identity()
    other = dr.async_get(household.hass).async_get_or_create(
        config_entry_id=household.second.entry_id,
        identifiers={(DOMAIN, household.den.console_id)},
    )
    for name in ("button.home", "button.guide"):
        er.async_get(household.hass).async_update_entity(
            household.at_den.id(name), device_id=other.id
        )
    registered = async_capture_events(household.hass, er.EVENT_ENTITY_REGISTRY_UPDATED)
    await household.disable(household.first)
    await poll(MINUTE)
    assert household.owner is household.second
    assert household.identity() == before
    assert household.unavailable() == set()
    assert {it.data["action"] for it in registered} == {"update"}


async def test_entity_of_somebody_else(household: Household, poll: Poll) -> None:
    """An entity of another integration on the device of the console stays what it is."""
    [device] = household.devices
    registry = er.async_get(household.hass)
    helper = registry.async_get_or_create("sensor", "template", "hours", device_id=device.id)
    await household.disable(household.first)
    await poll(MINUTE)
    assert household.owner is household.second
    assert registry.async_get(helper.entity_id) == helper


async def test_new_console_of_both(
    household: Household, simulator: Simulator, poll: Poll, entity_registry: er.EntityRegistry
) -> None:
    """A new console that both accounts list has one set of entities, and is read once."""
    attic = Console(console_id="F400000000000009", owner=NOVA, name="Attic", shared_with={JUNIPER})
    simulator.world.add_console(attic)
    await poll((LIST_MINUTES + 1) * MINUTE)
    found = [it for it in entity_registry.entities.values() if it.unique_id == attic.console_id]
    assert sorted(it.domain for it in found) == ["media_player", "remote"]
    assert len({it.config_entry_id for it in found}) == 1
    simulator.clear()
    await poll(10 * MINUTE)
    path = f"/consoles/{attic.console_id}"
    assert len([it for it in simulator.requests(Service.CONSOLES) if it.path == path]) == 10


async def test_only_its_own(household: Household, bedroom: Console, poll: Poll) -> None:
    """A console that only the first account has goes with it, and comes back with it."""
    at_bedroom = ConsoleEntities(household.hass, BEDROOM)
    await household.disable(household.first)
    await poll(15 * MINUTE)
    assert household.hass.states.get(at_bedroom.id("remote")) is None
    await household.enable(household.first)
    await poll(20)
    assert at_bedroom("remote") == STATE_OFF
    assert household.owner is household.second


async def test_costs(
    hass: HomeAssistant,
    simulator: Simulator,
    shared: None,
    den: Console,
    entry: ConfigEntry,
    sign_in: SignIn,
    poll: Poll,
) -> None:
    """Two accounts that share a console cost no more requests for it than one."""
    alone = Household(hass, simulator, den, entry, entry)
    await poll(MINUTE)
    simulator.clear()
    await poll(60 * MINUTE)
    one = alone.reads()
    second: ConfigEntry = (await sign_in("alone"))["result"]
    household = Household(hass, simulator, den, entry, second)
    await poll(MINUTE)
    simulator.clear()
    await poll(60 * MINUTE)
    assert household.reads() == one
    assert one["status"] == 360


async def test_renamed_after_the_move(household: Household, poll: Poll) -> None:
    """A device follows the name of its console in the new account, too, and keeps the user's."""
    await household.disable(household.first)
    await poll(MINUTE)
    household.den.name = "Hobby room"
    await poll((LIST_MINUTES + 1) * MINUTE)
    [device] = household.devices
    assert (device.name, device.name_by_user) == ("Hobby room", "Big box")


async def test_states_during_the_move(household: Household, poll: Poll) -> None:
    """The states go from unavailable to what is true, none says "off", and no entity is deleted in between."""
    changes = async_capture_events(household.hass, EVENT_STATE_CHANGED)
    registered = async_capture_events(household.hass, er.EVENT_ENTITY_REGISTRY_UPDATED)
    await household.disable(household.first)
    await poll(MINUTE)
    remote = household.at_den.id("remote")
    states = [it.data["new_state"] for it in changes if it.data["entity_id"] == remote]
    assert {it.state for it in states if it} <= {STATE_ON, "unavailable"}
    assert {it.data["action"] for it in registered} == {"update"}
