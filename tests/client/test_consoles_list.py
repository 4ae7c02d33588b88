"""Consoles and disks that come, go, and return."""

from freezegun.api import FrozenDateTimeFactory

from custom_components.xbox_network.xbox.consoles.observer import ConsolesObserver
from tests.simulator import Console, Simulator, StorageDevice
from tests.simulator.cast import BEDROOM, DEN

from .conftest import CONSOLES, OWNER
from .watching_consoles import LISTS, STATE_OF_DEN, keep_looking, look, reads


async def test_disks(
    watcher: ConsolesObserver, simulator: Simulator, freezer: FrozenDateTimeFactory, den: Console
) -> None:
    """A disk plugged in later is there ten minutes later, or when somebody wants to know."""
    await watcher.refresh()
    den.plug_in(StorageDevice(storage_id="B1", name="Attic", default=False, free=1.0))
    consoles = await keep_looking(watcher, freezer, 610)
    assert [disk.storage_device_name for disk in consoles[DEN].disks][-1] == "Attic"
    den.unplug("B1")
    watcher.request_list()
    assert len((await look(watcher)).disks) == 2


async def test_disks_that_one_answer_leaves_out(
    watcher: ConsolesObserver, freezer: FrozenDateTimeFactory, den: Console
) -> None:
    """That is a gap in the answer."""
    await watcher.refresh()
    den.storage_known = False
    assert len((await keep_looking(watcher, freezer, 610))[DEN].disks) == 2


async def test_new_console(
    watcher: ConsolesObserver, simulator: Simulator, freezer: FrozenDateTimeFactory
) -> None:
    """It is there with the next list, and its state at once."""
    await watcher.refresh()
    console = Console(console_id="F400000000000003", owner=OWNER, name="Attic")
    simulator.world.add_console(console)
    console.power = "Unknown"
    consoles = await keep_looking(watcher, freezer, 599)
    assert set(consoles) == {DEN, BEDROOM}
    consoles = await keep_looking(watcher, freezer, 10)
    assert consoles["F400000000000003"].current
    assert consoles["F400000000000003"].activity is None


async def test_console_vanishes_and_returns(
    watcher: ConsolesObserver, simulator: Simulator, freezer: FrozenDateTimeFactory, den: Console
) -> None:
    """Missing twice it is gone, and asked no more; listed again it is back at once."""
    await watcher.refresh()
    simulator.world.remove_console(den)
    simulator.fail(CONSOLES, status=500, path=STATE_OF_DEN, times=None)
    simulator.clear()
    consoles = await keep_looking(watcher, freezer, 605)
    assert not consoles[DEN].gone
    consoles = await keep_looking(watcher, freezer, 60)
    assert consoles[DEN].gone
    assert not consoles[DEN].current
    assert consoles[BEDROOM].current
    simulator.clear()
    await keep_looking(watcher, freezer, 550)
    assert reads(simulator, STATE_OF_DEN) == []
    simulator.heal()
    simulator.world.add_console(den)
    consoles = await keep_looking(watcher, freezer, 60)
    assert (consoles[DEN].gone, consoles[DEN].current) == (False, True)


async def test_hiccup_of_the_list(
    watcher: ConsolesObserver, simulator: Simulator, freezer: FrozenDateTimeFactory
) -> None:
    """An empty list is looked at twice."""
    await watcher.refresh()
    simulator.fail(CONSOLES, path=LISTS, body=b'{"status": {"errorCode": "OK"}, "result": []}')
    consoles = await keep_looking(watcher, freezer, 700)
    assert not any(console.gone for console in consoles.values())
    assert reads(simulator, LISTS) == [0, 600, 660]


async def test_hiccups_do_not_add_up(
    watcher: ConsolesObserver, simulator: Simulator, freezer: FrozenDateTimeFactory, den: Console
) -> None:
    """A list in between that knows the console starts from the beginning."""
    empty = b'{"status": {"errorCode": "OK"}, "result": []}'
    await watcher.refresh()
    den.refuse("XboxDataNotFound", at="console")
    await keep_looking(watcher, freezer, 61)
    for _ in range(2):
        simulator.fail(CONSOLES, path=LISTS, body=empty)
        watcher.request_list()
        assert not (await look(watcher)).gone
        assert not (await keep_looking(watcher, freezer, 61))[DEN].gone


async def test_console_that_its_service_does_not_know(
    watcher: ConsolesObserver, simulator: Simulator, freezer: FrozenDateTimeFactory, den: Console
) -> None:
    """It makes the list be read, and that settles it."""
    await watcher.refresh()
    freezer.tick(100)
    await watcher.refresh()
    simulator.world.remove_console(den)
    consoles = await keep_looking(watcher, freezer, 20)
    assert (consoles[DEN].gone, consoles[DEN].current) == (True, False)
    watcher.forget(DEN)
    assert set(await watcher.refresh()) == {BEDROOM}


async def test_list_knows_better(
    watcher: ConsolesObserver, simulator: Simulator, freezer: FrozenDateTimeFactory, den: Console
) -> None:
    """A console that is listed is not gone, whatever else is said; the list is not read all the time."""
    await watcher.refresh()
    den.refuse("XboxDataNotFound", at="console", times=None)
    consoles = await keep_looking(watcher, freezer, 200)
    assert not consoles[DEN].gone
    assert consoles[DEN].current
    assert not consoles[DEN].fresh
    assert len(reads(simulator, LISTS)) <= 5
    assert not (await keep_looking(watcher, freezer, 200))[DEN].current
