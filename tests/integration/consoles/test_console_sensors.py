"""Sensors of a console: its disks and its player."""

import pytest
from homeassistant.components.sensor import ATTR_STATE_CLASS, SensorDeviceClass
from homeassistant.config_entries import ConfigEntry
from homeassistant.const import (
    ATTR_DEVICE_CLASS,
    ATTR_FRIENDLY_NAME,
    ATTR_UNIT_OF_MEASUREMENT,
    STATE_OFF,
    STATE_ON,
    STATE_UNAVAILABLE,
    STATE_UNKNOWN,
)
from homeassistant.core import HomeAssistant
from homeassistant.helpers import device_registry as dr, entity_registry as er

from custom_components.xbox_network.const import DOMAIN
from custom_components.xbox_network.xbox.endpoints import Service
from tests.conftest import Poll
from tests.helpers.consoles import ConsoleEntities
from tests.helpers.friend_dialog import add_by_gamertag
from tests.simulator import Console, Person, Simulator, StorageDevice
from tests.simulator.world.demo_world import (
    BEDROOM_DISK,
    BRASS_OTTER,
    DEN_DISK,
    HARBOR_KINGS,
    LUMEN_VIDEO,
    SHELF_DISK,
    STARFALL_DRIFT,
)

LIST_SECONDS = 600
PLUGGED_IN = "A1000000-0000-4000-8000-000000000009"


@pytest.fixture(name="otter")
def otter_fixture(simulator: Simulator) -> Person:
    """Return a friend of the owner."""
    return simulator.world.person(BRASS_OTTER)


async def test_disks(
    den: Console,
    bedroom: Console,
    entry: ConfigEntry,
    at_den: ConsoleEntities,
    at_bedroom: ConsoleEntities,
) -> None:
    """Each disk has its size and its free space, in gigabytes."""
    assert at_den(f"sensor.storage_total_{DEN_DISK}") == "838.592360448"
    assert at_den(f"sensor.storage_free_{DEN_DISK}") == "236.267835392"
    assert at_den(f"sensor.storage_total_{SHELF_DISK}") == "4000.787029504"
    assert at_bedroom(f"sensor.storage_total_{BEDROOM_DISK}") == "391.915761664"
    free = at_den[f"sensor.storage_free_{SHELF_DISK}"]
    assert free.attributes[ATTR_FRIENDLY_NAME] == "Den External free space"
    assert free.attributes[ATTR_UNIT_OF_MEASUREMENT] == "GB"
    assert free.attributes[ATTR_DEVICE_CLASS] == SensorDeviceClass.DATA_SIZE
    assert free.attributes[ATTR_STATE_CLASS] == "measurement"


async def test_disk_in_use(
    den: Console, entry: ConfigEntry, at_den: ConsoleEntities, poll: Poll
) -> None:
    """Free space follows within ten minutes; a missing value keeps the last one."""
    den.storage[0].free = 5e9
    await poll(LIST_SECONDS + 10)
    assert at_den(f"sensor.storage_free_{DEN_DISK}") == "5.0"
    den.storage_known = False
    await poll(LIST_SECONDS)
    assert at_den(f"sensor.storage_free_{DEN_DISK}") == "5.0"  # one missing answer


async def test_disk_that_comes_and_goes(
    den: Console, entry: ConfigEntry, at_den: ConsoleEntities, poll: Poll
) -> None:
    """A new disk appears; an unplugged disk is unavailable until it is back."""
    disk = StorageDevice(
        storage_id=PLUGGED_IN, name="Travel", default=False, total=2e12, free=1.5e12
    )
    den.plug_in(disk)
    await poll(LIST_SECONDS + 10)
    assert at_den(f"sensor.storage_free_{PLUGGED_IN}") == "1500.0"

    den.unplug(PLUGGED_IN)
    await poll(LIST_SECONDS)
    assert at_den(f"sensor.storage_free_{PLUGGED_IN}") == STATE_UNAVAILABLE
    assert at_den(f"sensor.storage_total_{PLUGGED_IN}") == STATE_UNAVAILABLE
    assert at_den(f"sensor.storage_free_{DEN_DISK}") != STATE_UNAVAILABLE

    den.plug_in(disk)
    await poll(LIST_SECONDS)
    assert at_den(f"sensor.storage_free_{PLUGGED_IN}") == "1500.0"


async def test_renamed_disk(
    den: Console,
    entry: ConfigEntry,
    at_den: ConsoleEntities,
    poll: Poll,
    entity_registry: er.EntityRegistry,
) -> None:
    """The sensors of a disk follow its name at the console; names given in Home Assistant and all ids stay."""
    sensors = [f"sensor.storage_{it}_{SHELF_DISK}" for it in ("free", "total")]
    free, total = map(at_den.id, sensors)

    def names() -> list[str]:
        return [at_den[it].attributes[ATTR_FRIENDLY_NAME] for it in sensors]

    entity_registry.async_update_entity(total, name="Shelf")
    shelf = next(it for it in den.storage if it.storage_id == SHELF_DISK)
    for name, shown in {"Games": "Games", "": "Disk", "Archive": "Archive"}.items():
        shelf.name = name
        await poll(LIST_SECONDS + 10)
        assert at_den.id(f"sensor.storage_free_{SHELF_DISK}") == free
        assert names() == [f"Den {shown} free space", "Den Shelf"]
        registered = entity_registry.async_get(free)
        assert registered
        assert registered.original_name == f"{shown} free space"
    den.name = "Hobby room"
    await poll(LIST_SECONDS + 10)
    assert names() == ["Hobby room Archive free space", "Hobby room Shelf"]


async def test_storage_problem(
    den: Console,
    bedroom: Console,
    entry: ConfigEntry,
    at_den: ConsoleEntities,
    at_bedroom: ConsoleEntities,
    poll: Poll,
) -> None:
    """A disk with less than a tenth free is a problem."""
    assert at_den("binary_sensor.storage_problem") == STATE_OFF
    assert at_bedroom("binary_sensor.storage_problem") == STATE_ON
    den.storage[1].free = 0.0
    bedroom.storage[0].total, bedroom.storage[0].free = 400e9, 40e9
    await poll(LIST_SECONDS + 10)
    assert at_den("binary_sensor.storage_problem") == STATE_ON
    assert at_bedroom("binary_sensor.storage_problem") == STATE_OFF


async def test_disk_without_size(
    bedroom: Console, entry: ConfigEntry, at_bedroom: ConsoleEntities, poll: Poll
) -> None:
    """A disk without a size is no problem, and does not hide one of another disk."""
    bedroom.plug_in(StorageDevice(storage_id=PLUGGED_IN, name="Travel", total=0.0, free=0.0))
    await poll(LIST_SECONDS + 10)
    assert at_bedroom("binary_sensor.storage_problem") == STATE_ON
    bedroom.unplug(BEDROOM_DISK)
    await poll(LIST_SECONDS)
    assert at_bedroom("binary_sensor.storage_problem") == STATE_UNKNOWN


@pytest.fixture(name="without_disks")
def without_disks_fixture(den: Console) -> None:
    """Hide the disks of the console in the den."""
    den.storage_known = False


async def test_no_disk_known(
    without_disks: None, entry: ConfigEntry, at_den: ConsoleEntities
) -> None:
    """Without a known disk the problem is unknown, and there are no disk sensors."""
    assert at_den("binary_sensor.storage_problem") == STATE_UNKNOWN
    assert [it for it in at_den.all() if "storage_free" in it] == []


async def test_player(
    den: Console,
    bedroom: Console,
    entry: ConfigEntry,
    owner: Person,
    at_den: ConsoleEntities,
    at_bedroom: ConsoleEntities,
    poll: Poll,
) -> None:
    """The player is the person in the title that runs there, and unknown at the home screen."""
    assert at_den("sensor.player") == STATE_UNKNOWN
    owner.play(STARFALL_DRIFT)
    await poll(20)
    assert den.players == [owner]
    assert at_den("sensor.player") == "Nova Kestrel"
    assert at_bedroom("sensor.player") == STATE_UNKNOWN
    owner.go_offline()
    await poll(20)
    assert at_den("sensor.player") == STATE_UNKNOWN


async def test_player_may_be_a_friend(
    hass: HomeAssistant,
    den: Console,
    entry: ConfigEntry,
    otter: Person,
    at_den: ConsoleEntities,
    poll: Poll,
) -> None:
    """A friend can be the player once tracked and seen to start a title there."""
    den.sit_down(otter)
    den.run("Lumen Video")
    await poll(20)
    assert at_den("sensor.player") == STATE_UNKNOWN
    await add_by_gamertag(hass, entry, "Brass Otter")
    await poll(20)
    assert at_den("sensor.player") == STATE_UNKNOWN
    den.run(STARFALL_DRIFT)
    await poll(20)
    assert at_den("sensor.player") == "Brass Otter"


async def test_friend_elsewhere(
    hass: HomeAssistant,
    den: Console,
    entry: ConfigEntry,
    otter: Person,
    at_den: ConsoleEntities,
    poll: Poll,
) -> None:
    """A friend in the same title elsewhere is not named while an untracked person plays there."""
    await add_by_gamertag(hass, entry, "Brass Otter")
    await poll(20)
    den.power = "On"
    den.run(STARFALL_DRIFT)
    await poll(300)
    otter.play(STARFALL_DRIFT)
    await poll(20)
    assert at_den("sensor.player") == STATE_UNKNOWN


async def test_ambiguous(
    hass: HomeAssistant,
    den: Console,
    entry: ConfigEntry,
    owner: Person,
    otter: Person,
    at_den: ConsoleEntities,
    poll: Poll,
) -> None:
    """Two people in the title make the player unknown until one of them leaves it."""
    await add_by_gamertag(hass, entry, "Brass Otter")
    owner.play(STARFALL_DRIFT)
    otter.play(STARFALL_DRIFT)
    await poll(20)
    assert at_den("sensor.player") == STATE_UNKNOWN
    otter.play(HARBOR_KINGS)
    await poll(20)
    assert at_den("sensor.player") == "Nova Kestrel"
    otter.play(LUMEN_VIDEO)
    await poll(20)
    assert at_den("sensor.player") == "Nova Kestrel"


async def test_two_consoles_of_a_kind(
    simulator: Simulator,
    den: Console,
    entry: ConfigEntry,
    owner: Person,
    at_den: ConsoleEntities,
    poll: Poll,
) -> None:
    """The same title on two consoles of one kind makes the player unknown."""
    attic = Console(
        console_id="F400000000000009", owner=owner.xuid, name="Attic", apps=list(den.apps)
    )
    simulator.world.add_console(attic)
    owner.play(STARFALL_DRIFT)
    await poll(LIST_SECONDS + 20)
    assert at_den("sensor.player") == "Nova Kestrel"
    attic.power = "On"
    attic.run(STARFALL_DRIFT)
    await poll(70)
    assert at_den("sensor.player") == STATE_UNKNOWN


async def test_player_renamed_in_home_assistant(
    den: Console,
    entry: ConfigEntry,
    owner: Person,
    at_den: ConsoleEntities,
    poll: Poll,
    device_registry: dr.DeviceRegistry,
) -> None:
    """The player has the name that was given to the person's device."""
    device = device_registry.async_get_device_by_identifier((DOMAIN, owner.xuid), entry.entry_id)
    assert device is not None
    device_registry.async_update_device(device.id, name_by_user="Nova")
    owner.play(STARFALL_DRIFT)
    await poll(20)
    assert at_den("sensor.player") == "Nova"


async def test_player_without_presence(
    simulator: Simulator,
    den: Console,
    entry: ConfigEntry,
    owner: Person,
    at_den: ConsoleEntities,
    poll: Poll,
) -> None:
    """The player is unknown after five minutes without an answer about presence."""
    owner.play(STARFALL_DRIFT)
    await poll(20)
    simulator.fail(Service.PRESENCE, status=503, times=None)
    simulator.fail(Service.PEOPLE, status=503, times=None)
    await poll(280)
    assert at_den("sensor.player") == "Nova Kestrel"
    await poll(80)
    assert at_den("sensor.player") == STATE_UNKNOWN
    simulator.heal()
    await poll(70)
    assert at_den("sensor.player") == "Nova Kestrel"
