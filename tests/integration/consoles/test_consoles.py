"""Console devices: added, removed, renamed, shared by accounts."""

from collections.abc import Awaitable, Callable

import pytest
from homeassistant.config_entries import ConfigEntry
from homeassistant.const import STATE_OFF, STATE_ON, STATE_UNAVAILABLE
from homeassistant.core import HomeAssistant
from homeassistant.helpers import device_registry as dr, entity_registry as er, issue_registry as ir
from homeassistant.setup import async_setup_component
from pytest_homeassistant_custom_component.typing import WebSocketGenerator

from custom_components.xbox_network.const import DOMAIN
from custom_components.xbox_network.xbox.endpoints import Service
from tests.conftest import Poll, SignIn, set_up
from tests.helpers.account import issues
from tests.helpers.consoles import Actions, ConsoleEntities
from tests.helpers.friend_dialog import add_by_gamertag
from tests.helpers.settling import settle
from tests.simulator import Console, Person, Simulator, StorageDevice
from tests.simulator.world.demo_world import BEDROOM, BRASS_OTTER, DEN

ATTIC = "F400000000000009"
LIST_SECONDS = 600
MINUTE = 60

type Delete = Callable[[str], Awaitable[bool]]


@pytest.fixture(name="at_attic")
def at_attic_fixture(hass: HomeAssistant) -> ConsoleEntities:
    """Return the entities of a console that a test may add."""
    return ConsoleEntities(hass, ATTIC)


@pytest.fixture(name="delete")
def delete_fixture(
    hass: HomeAssistant,
    entry: ConfigEntry,
    hass_ws_client: WebSocketGenerator,
    device_registry: dr.DeviceRegistry,
) -> Delete:
    """Return a function that deletes a device in the user interface and returns whether it may."""

    async def delete(name: str) -> bool:
        assert await async_setup_component(hass, "config", {})
        device = device_registry.async_get_device_by_identifier((DOMAIN, name), entry.entry_id)
        assert device is not None
        browser = await hass_ws_client(hass)
        await browser.send_json_auto_id(
            {"type": "config/device_registry/remove", "device_id": device.id}
        )
        answer = await browser.receive_json()
        await settle(hass)
        return bool(answer["success"])

    return delete


def attic(owner: Person) -> Console:
    """Return a console that a test may add."""
    disk = StorageDevice(storage_id="A1000000-0000-4000-8000-000000000009")
    return Console(
        console_id=ATTIC,
        owner=owner.xuid,
        name="Attic",
        console_type="XboxSeriesS",
        storage=[disk],
    )


def device_of(hass: HomeAssistant, entry: ConfigEntry, console_id: str) -> dr.DeviceEntry | None:
    """Return the device of a console."""
    return dr.async_get(hass).async_get_device_by_identifier((DOMAIN, console_id), entry.entry_id)


def state_requests(simulator: Simulator, console_id: str) -> int:
    """Return the number of requests for the state of a console."""
    path = f"/consoles/{console_id}"
    return len([it for it in simulator.requests(Service.CONSOLES) if it.path == path])


async def test_devices(
    hass: HomeAssistant, den: Console, bedroom: Console, entry: ConfigEntry
) -> None:
    """Each console is a device with its name and model."""
    devices = [device_of(hass, entry, console_id) for console_id in (DEN, BEDROOM)]
    assert [(it.name, it.manufacturer, it.model) for it in devices if it] == [
        ("Den", "Microsoft", "Xbox Series X"),
        ("Bedroom", "Microsoft", "Xbox One S"),
    ]


async def test_unknown_type(
    hass: HomeAssistant,
    simulator: Simulator,
    owner: Person,
    entry: ConfigEntry,
    at_attic: ConsoleEntities,
    poll: Poll,
) -> None:
    """A console of an unknown type works like any other."""
    console = attic(owner)
    console.console_type = "XboxNext"
    simulator.world.add_console(console)
    await poll(LIST_SECONDS + 10)
    device = device_of(hass, entry, ATTIC)
    assert device is not None
    assert device.model == "XboxNext"
    assert at_attic("remote") == STATE_OFF


async def test_no_console(
    hass: HomeAssistant, entry: ConfigEntry, issue_registry: ir.IssueRegistry, poll: Poll
) -> None:
    """An account without consoles has no repair issue."""
    await poll(LIST_SECONDS)
    devices = dr.async_entries_for_config_entry(dr.async_get(hass), entry.entry_id)
    assert len(devices) == 1
    assert issues(issue_registry) == []


async def test_found_later(
    simulator: Simulator,
    owner: Person,
    den: Console,
    entry: ConfigEntry,
    at_den: ConsoleEntities,
    at_attic: ConsoleEntities,
    poll: Poll,
) -> None:
    """A new console appears by itself, with all entities that the others have."""
    simulator.world.add_console(attic(owner))
    await poll(LIST_SECONDS + 10)
    assert at_attic("remote") == STATE_OFF
    kinds = {name.rpartition("_")[0] if "storage_" in name else name for name in at_attic.all()}
    assert kinds == {
        name.rpartition("_")[0] if "storage_" in name else name for name in at_den.all()
    }


async def test_vanishes_and_returns(
    hass: HomeAssistant,
    simulator: Simulator,
    den: Console,
    bedroom: Console,
    entry: ConfigEntry,
    at_den: ConsoleEntities,
    at_bedroom: ConsoleEntities,
    poll: Poll,
) -> None:
    """An unlinked console is unavailable and causes no requests; linked again it is back."""
    before = at_den.all()
    device = device_of(hass, entry, DEN)
    simulator.world.remove_console(den)
    await poll(LIST_SECONDS + 2 * MINUTE)
    assert set(at_den.all().values()) == {STATE_UNAVAILABLE}
    assert at_den("remote") == STATE_UNAVAILABLE
    assert STATE_UNAVAILABLE not in at_bedroom.all().values()
    assert device_of(hass, entry, DEN) == device

    requests_before = state_requests(simulator, DEN)
    await poll(5 * MINUTE)
    assert state_requests(simulator, DEN) == requests_before

    simulator.world.add_console(den)
    await poll(LIST_SECONDS)
    assert at_den.all() == before
    assert at_den("remote") == STATE_ON


async def test_delete_is_refused(
    simulator: Simulator,
    owner: Person,
    den: Console,
    entry: ConfigEntry,
    delete: Delete,
) -> None:
    """A linked console and a person cannot be deleted as devices."""
    assert not await delete(DEN)
    assert not await delete(owner.xuid)


@pytest.fixture(name="alone")
def alone_fixture(simulator: Simulator, bedroom: Console, request: pytest.FixtureRequest) -> None:
    """Leave the owner only the console in the den if the test asks for that."""
    if request.param:
        simulator.world.remove_console(bedroom)


@pytest.mark.parametrize("alone", [True, False], indirect=True, ids=["one", "two"])
async def test_delete_an_unlinked_console(
    hass: HomeAssistant,
    simulator: Simulator,
    den: Console,
    alone: None,
    entry: ConfigEntry,
    at_den: ConsoleEntities,
    poll: Poll,
    delete: Delete,
) -> None:
    """An unlinked console can be deleted; linked again it is back."""
    simulator.world.remove_console(den)
    await poll(LIST_SECONDS + 2 * MINUTE)
    simulator.world.add_console(den)  # listed again from now on
    assert await delete(DEN)
    assert device_of(hass, entry, DEN) is None
    assert at_den.all() == {}

    await poll(LIST_SECONDS + 10)
    assert device_of(hass, entry, DEN) is not None
    assert at_den("remote") == STATE_ON


async def test_delete_while_not_loaded(
    hass: HomeAssistant, den: Console, entry: ConfigEntry, delete: Delete
) -> None:
    """No console can be deleted while its account is not loaded."""
    await hass.config_entries.async_unload(entry.entry_id)
    assert not await delete(DEN)


async def test_renamed(
    hass: HomeAssistant,
    den: Console,
    bedroom: Console,
    entry: ConfigEntry,
    poll: Poll,
    device_registry: dr.DeviceRegistry,
) -> None:
    """A device follows the name of its console; a name given in Home Assistant stays."""
    device = device_of(hass, entry, BEDROOM)
    assert device is not None
    device_registry.async_update_device(device.id, name_by_user="Upstairs")
    den.name, bedroom.name = "Hobby room", "Guest room"
    await poll(LIST_SECONDS + 10)
    renamed, with_own_name = device_of(hass, entry, DEN), device_of(hass, entry, BEDROOM)
    assert renamed is not None
    assert with_own_name is not None
    assert (renamed.name, renamed.name_by_user) == ("Hobby room", None)
    assert (with_own_name.name, with_own_name.name_by_user) == ("Guest room", "Upstairs")


@pytest.mark.parametrize("role", ["owner", "friend"])
async def test_presence_wakes_a_poll(
    hass: HomeAssistant,
    simulator: Simulator,
    owner: Person,
    bedroom: Console,
    entry: ConfigEntry,
    at_bedroom: ConsoleEntities,
    poll: Poll,
    actions: Actions,
    role: str,
) -> None:
    """A tracked person who appears on such a device makes a console be polled early."""
    if role == "friend":
        await add_by_gamertag(hass, entry, "Brass Otter")
    await poll(2 * MINUTE)  # a console that is off is polled once a minute
    bedroom.sit_down(owner if role == "owner" else simulator.world.person(BRASS_OTTER))
    await poll(10)
    await actions.pass_time(1)
    assert at_bedroom("remote") == STATE_ON


async def test_unload(
    hass: HomeAssistant,
    simulator: Simulator,
    den: Console,
    entry: ConfigEntry,
    at_den: ConsoleEntities,
    poll: Poll,
) -> None:
    """An unloaded account sends no requests; its consoles come back with it."""
    before = at_den.all()
    await hass.config_entries.async_unload(entry.entry_id)
    assert set(at_den.all().values()) == {STATE_UNAVAILABLE}
    simulator.clear()
    await poll(2 * MINUTE)
    assert simulator.requests() == []
    await set_up(hass, entry)
    assert at_den.all() == before


async def test_console_of_two_accounts(
    hass: HomeAssistant,
    simulator: Simulator,
    den: Console,
    entry: ConfigEntry,
    sign_in: SignIn,
    at_den: ConsoleEntities,
    poll: Poll,
    entity_registry: er.EntityRegistry,
) -> None:
    """A console of two accounts is one device; the second account takes it over from the first."""
    den.shared_with.add(simulator.personas["alone"].xuid)
    other: ConfigEntry = (await sign_in("alone"))["result"]
    await poll(20)
    assert device_of(hass, other, DEN) is None
    before = at_den.all().keys()

    await hass.config_entries.async_reload(other.entry_id)
    await hass.config_entries.async_reload(entry.entry_id)
    await settle(hass)
    assert at_den("remote") == STATE_ON
    assert device_of(hass, other, DEN) is None

    await hass.config_entries.async_remove(entry.entry_id)
    await poll(20)
    assert device_of(hass, other, DEN) is not None
    assert at_den.all().keys() == before
    assert at_den("remote") == STATE_ON
