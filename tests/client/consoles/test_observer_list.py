"""The consoles observer, the list: consoles and disks that are added, removed, and added again."""

from freezegun.api import FrozenDateTimeFactory

from custom_components.xbox_network.xbox.consoles.link import Link
from custom_components.xbox_network.xbox.consoles.observer import ConsolesObserver
from tests.client.conftest import CONSOLES, OWNER
from tests.helpers.client.consoles_observer import LISTS, STATE_OF_DEN, keep_looking, look, reads
from tests.helpers.client.thin_consoles import drop
from tests.simulator import Console, Simulator, StorageDevice
from tests.simulator.world.demo_world import BEDROOM, DEN


async def test_disks(
    consoles_observer: ConsolesObserver,
    simulator: Simulator,
    freezer: FrozenDateTimeFactory,
    den: Console,
) -> None:
    """A disk that is plugged in is shown after ten minutes, or after `request_list`; two lists show that it is unplugged."""
    await consoles_observer.refresh()
    den.plug_in(StorageDevice(storage_id="B1", name="Attic", default=False, free=1.0))
    consoles = await keep_looking(consoles_observer, freezer, 610)
    assert [disk.storage_device_name for disk in consoles[DEN].disks][-1] == "Attic"
    den.unplug("B1")
    consoles_observer.request_list()
    assert len((await look(consoles_observer)).disks) == 3
    assert len((await keep_looking(consoles_observer, freezer, 8))[DEN].disks) == 2


async def test_answer_without_disks(
    consoles_observer: ConsolesObserver, freezer: FrozenDateTimeFactory, den: Console
) -> None:
    """An answer without disks leaves the old ones."""
    await consoles_observer.refresh()
    den.storage_known = False
    assert len((await keep_looking(consoles_observer, freezer, 610))[DEN].disks) == 2


async def test_new_console(
    consoles_observer: ConsolesObserver, simulator: Simulator, freezer: FrozenDateTimeFactory
) -> None:
    """A new console comes with the next list, with its state."""
    await consoles_observer.refresh()
    console = Console(console_id="F400000000000003", owner=OWNER, name="Attic")
    simulator.world.add_console(console)
    console.power = "Unknown"
    consoles = await keep_looking(consoles_observer, freezer, 599)
    assert set(consoles) == {DEN, BEDROOM}
    consoles = await keep_looking(consoles_observer, freezer, 10)
    assert consoles["F400000000000003"].current
    assert consoles["F400000000000003"].activity is None


async def test_console_removed_and_added(
    consoles_observer: ConsolesObserver,
    simulator: Simulator,
    freezer: FrozenDateTimeFactory,
    den: Console,
) -> None:
    """A console missing from the list is gone after the grace time and not asked; listed again, it is back at once."""
    await consoles_observer.refresh()
    simulator.world.remove_console(den)
    simulator.fail(CONSOLES, status=500, path=STATE_OF_DEN, times=None)
    simulator.clear()
    consoles = await keep_looking(consoles_observer, freezer, 605)
    assert not consoles[DEN].gone
    consoles = await keep_looking(consoles_observer, freezer, 290)
    assert not consoles[DEN].gone
    consoles = await keep_looking(consoles_observer, freezer, 60)
    assert consoles[DEN].gone
    assert not consoles[DEN].current
    assert consoles[BEDROOM].current
    simulator.clear()
    await keep_looking(consoles_observer, freezer, 550)
    assert reads(simulator, STATE_OF_DEN) == []
    simulator.heal()
    simulator.world.add_console(den)
    consoles = await keep_looking(consoles_observer, freezer, 60)
    assert (consoles[DEN].gone, consoles[DEN].current) == (False, True)


async def test_empty_list(
    consoles_observer: ConsolesObserver, simulator: Simulator, freezer: FrozenDateTimeFactory
) -> None:
    """An empty list is read again before consoles are gone."""
    await consoles_observer.refresh()
    simulator.fail(CONSOLES, path=LISTS, body=b'{"status": {"errorCode": "OK"}, "result": []}')
    consoles = await keep_looking(consoles_observer, freezer, 700)
    assert not any(console.gone for console in consoles.values())
    assert reads(simulator, LISTS) == [0, 600, 608]


async def test_single_empty_lists_do_not_add_up(
    consoles_observer: ConsolesObserver,
    simulator: Simulator,
    freezer: FrozenDateTimeFactory,
    den: Console,
) -> None:
    """A list that has the console resets the count of lists without it."""
    empty = b'{"status": {"errorCode": "OK"}, "result": []}'
    await consoles_observer.refresh()
    den.refuse("XboxDataNotFound", at="console")
    await keep_looking(consoles_observer, freezer, 61)
    for _ in range(2):
        simulator.fail(CONSOLES, path=LISTS, body=empty)
        consoles_observer.request_list()
        assert not (await look(consoles_observer)).gone
        assert not (await keep_looking(consoles_observer, freezer, 61))[DEN].gone


async def test_status_of_a_missed_console(
    consoles_observer: ConsolesObserver,
    simulator: Simulator,
    freezer: FrozenDateTimeFactory,
    den: Console,
) -> None:
    """The first list that lacks a console has its status read at once; the next ones leave it to its turn."""
    den.power = "Off"
    await keep_looking(consoles_observer, freezer, 30)
    simulator.spoil(CONSOLES, drop("result", 0), LISTS, times=None)
    simulator.clear()
    consoles_observer.request_list()
    await keep_looking(consoles_observer, freezer, 75)
    assert reads(simulator, LISTS) == [0, 8, 68]
    assert reads(simulator, STATE_OF_DEN) == [0, 60]


async def test_short_list_after_a_denial_that_was_refuted(
    consoles_observer: ConsolesObserver,
    simulator: Simulator,
    freezer: FrozenDateTimeFactory,
    den: Console,
) -> None:
    """A list that has the console refutes that it is not linked: one list without it is a gap then.

    Another account reads the console, so that no status of its own says it.
    """
    links = consoles_observer.links
    await consoles_observer.refresh()
    den.refuse("XboxDataNotFound", at="console")
    freezer.tick(10)
    await consoles_observer.refresh()
    links.leave_to_others({DEN})
    consoles_observer.request_list()
    await consoles_observer.refresh()
    simulator.spoil(CONSOLES, drop("result", 0), LISTS)
    consoles_observer.request_list()
    assert not (await look(consoles_observer)).gone
    assert links.of(DEN) is Link.MISSED


async def test_console_not_found(
    consoles_observer: ConsolesObserver,
    simulator: Simulator,
    freezer: FrozenDateTimeFactory,
    den: Console,
) -> None:
    """A state that is not found makes the list due, and the list decides."""
    await consoles_observer.refresh()
    freezer.tick(100)
    await consoles_observer.refresh()
    simulator.world.remove_console(den)
    consoles = await keep_looking(consoles_observer, freezer, 20)
    assert (consoles[DEN].gone, consoles[DEN].current) == (True, False)
    consoles_observer.forget(DEN)
    assert set(await consoles_observer.refresh()) == {BEDROOM}


async def test_listed_console_not_found(
    consoles_observer: ConsolesObserver,
    simulator: Simulator,
    freezer: FrozenDateTimeFactory,
    den: Console,
) -> None:
    """A listed console is not gone when its state is not found; the list is not read all the time."""
    await consoles_observer.refresh()
    den.refuse("XboxDataNotFound", at="console", times=None)
    consoles = await keep_looking(consoles_observer, freezer, 200)
    assert not consoles[DEN].gone
    assert consoles[DEN].current
    assert not consoles[DEN].fresh
    assert len(reads(simulator, LISTS)) <= 5
    assert not (await keep_looking(consoles_observer, freezer, 200))[DEN].current
