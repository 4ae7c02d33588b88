"""Lists of consoles that say little: no console is gone too early, and all come back soon."""

from typing import Any

import pytest
from freezegun.api import FrozenDateTimeFactory

from custom_components.xbox_network.xbox import XboxClient
from custom_components.xbox_network.xbox.consoles.console import ConsoleSnapshot
from custom_components.xbox_network.xbox.consoles.observer import ConsolesObserver
from tests.client.conftest import CONSOLES
from tests.helpers.client.consoles_observer import (
    LISTS,
    keep_looking,
    look,
    reads,
)
from tests.helpers.client.thin_consoles import (
    LISTS_THIN,
    Change,
    drop,
    looks,
    put,
    steady,
)
from tests.simulator import Console, Simulator
from tests.simulator.world.demo_world import BEDROOM, DEN

GRACE = 300


pytestmark = pytest.mark.usefixtures("before")


@pytest.mark.parametrize("change", LISTS_THIN.values(), ids=LISTS_THIN)
async def test_one_thin_list(
    consoles_observer: ConsolesObserver,
    simulator: Simulator,
    freezer: FrozenDateTimeFactory,
    before: dict[str, ConsoleSnapshot],
    change: Change,
) -> None:
    """A list that says little changes nothing, and is asked for again within ten seconds, once."""
    simulator.spoil(CONSOLES, change, LISTS)
    simulator.clear()
    consoles_observer.request_list()
    for seen in await looks(consoles_observer, freezer, 200):
        assert seen == before
    assert reads(simulator, LISTS) == [0, 8]


@pytest.mark.parametrize("change", LISTS_THIN.values(), ids=LISTS_THIN)
async def test_first_list_is_thin(
    client: XboxClient,
    simulator: Simulator,
    freezer: FrozenDateTimeFactory,
    consoles_observer: ConsolesObserver,
    before: dict[str, ConsoleSnapshot],
    change: Change,
) -> None:
    """After a first list that says little, everything that is known from before is there within ten seconds.

    What nobody knows of, such as that a console has a name, comes with the next list.
    """
    observer = ConsolesObserver(client)
    observer.installed_apps.from_store(consoles_observer.installed_apps.to_store())
    simulator.spoil(CONSOLES, change, LISTS)
    await observer.refresh()
    assert (await keep_looking(observer, freezer, 10)).keys() == before.keys()
    assert await keep_looking(observer, freezer, 600) == before
    await observer.close()


@pytest.mark.parametrize(
    "name", ["empty", "null", "of another kind", "one unreadable", "all unreadable"]
)
async def test_very_first_list_is_thin(
    client: XboxClient,
    simulator: Simulator,
    freezer: FrozenDateTimeFactory,
    before: dict[str, ConsoleSnapshot],
    name: str,
) -> None:
    """Also with nothing known from before, a first list that says little is read again within ten seconds."""
    observer = ConsolesObserver(client)
    simulator.spoil(CONSOLES, LISTS_THIN[name], LISTS)
    assert await observer.refresh() != before
    assert await keep_looking(observer, freezer, 10) == before
    await observer.close()


@pytest.mark.parametrize("seconds", [30, 200, 290])
async def test_lists_stay_empty_at_the_start(
    client: XboxClient,
    simulator: Simulator,
    freezer: FrozenDateTimeFactory,
    consoles_observer: ConsolesObserver,
    seconds: float,
) -> None:
    """Within the grace time the list is read every minute, so that the consoles are there soon after."""
    observer = ConsolesObserver(client)
    observer.installed_apps.from_store(consoles_observer.installed_apps.to_store())
    simulator.spoil(CONSOLES, put([], "result"), LISTS, times=None)
    assert await keep_looking(observer, freezer, seconds) == {}
    simulator.heal()
    assert set(await keep_looking(observer, freezer, 60)) == {DEN, BEDROOM}
    await observer.close()


async def test_disk_unplugged(
    consoles_observer: ConsolesObserver,
    freezer: FrozenDateTimeFactory,
    den: Console,
    before: dict[str, ConsoleSnapshot],
) -> None:
    """A disk that two lists lack is unplugged."""
    den.unplug(den.storage[-1].storage_id)
    consoles_observer.request_list()
    assert (await look(consoles_observer)).disks == before[DEN].disks
    assert len((await keep_looking(consoles_observer, freezer, 10))[DEN].disks) == 1


@pytest.mark.parametrize(
    "change",
    [
        put([], "result"),
        put(["odd"], "result"),
        put([{"name": "Den"}, {"name": "Bedroom"}], "result"),
        drop("result", 0),
        put({}, "result", 0),
    ],
    ids=["empty", "unreadable", "without ids", "without the den", "den unreadable"],
)
async def test_consoles_that_answer_are_not_gone(
    consoles_observer: ConsolesObserver,
    simulator: Simulator,
    freezer: FrozenDateTimeFactory,
    before: dict[str, ConsoleSnapshot],
    change: Change,
) -> None:
    """A console whose own status answers is not gone, whatever the list says; the list is read every minute."""
    simulator.spoil(CONSOLES, change, LISTS, times=None)
    simulator.clear()
    consoles_observer.request_list()
    for seen in await looks(consoles_observer, freezer, 1800):
        assert seen == before
    assert reads(simulator, LISTS)[:4] == [0, 8, 68, 128]
    simulator.heal()
    await keep_looking(consoles_observer, freezer, 60)
    simulator.clear()
    await keep_looking(consoles_observer, freezer, 599)
    assert len(reads(simulator, LISTS)) <= 1


@pytest.mark.parametrize("seconds", [200, 290, 1500])
async def test_ill_service(
    consoles_observer: ConsolesObserver,
    simulator: Simulator,
    freezer: FrozenDateTimeFactory,
    before: dict[str, ConsoleSnapshot],
    seconds: float,
) -> None:
    """No console is gone within the grace time, and all are back a minute after the service is well."""
    simulator.spoil(CONSOLES, put([], "result"), LISTS, times=None)
    simulator.fail(CONSOLES, status=503, path="/consoles/", times=None)
    consoles_observer.request_list()
    seen = await keep_looking(consoles_observer, freezer, seconds)
    assert seen[DEN].gone is (seconds > GRACE)
    simulator.heal()
    assert steady(await keep_looking(consoles_observer, freezer, 70)) == before


async def test_removed_for_good(
    consoles_observer: ConsolesObserver,
    simulator: Simulator,
    freezer: FrozenDateTimeFactory,
    den: Console,
) -> None:
    """A console that the service no longer knows is gone at once, and looked for more often for an hour."""
    simulator.world.remove_console(den)
    seen = await keep_looking(consoles_observer, freezer, 70)
    assert (seen[DEN].gone, seen[BEDROOM].gone) == (True, False)
    simulator.clear()
    await keep_looking(consoles_observer, freezer, 3500)
    assert 55 <= len(reads(simulator, LISTS)) <= 60
    simulator.clear()
    await keep_looking(consoles_observer, freezer, 3600)
    assert len(reads(simulator, LISTS)) <= 8


async def test_denied_in_a_partial_list(
    consoles_observer: ConsolesObserver,
    simulator: Simulator,
    freezer: FrozenDateTimeFactory,
    den: Console,
    before: dict[str, ConsoleSnapshot],
) -> None:
    """That the link is denied counts with a list that could be read."""
    den.refuse("XboxDataNotFound", at="console", times=None)
    simulator.spoil(CONSOLES, put({}, "result", 0), LISTS, times=None)
    consoles_observer.request_list()
    consoles_observer.refresh_soon()
    for seen in await looks(consoles_observer, freezer, 200):
        assert steady(seen) == before
    simulator.heal()
    simulator.spoil(CONSOLES, drop("result", 0), LISTS, times=None)
    assert (await keep_looking(consoles_observer, freezer, 70))[DEN].gone


async def test_name_that_never_comes_again(
    consoles_observer: ConsolesObserver,
    simulator: Simulator,
    freezer: FrozenDateTimeFactory,
    before: dict[str, ConsoleSnapshot],
) -> None:
    """A console keeps its name, its type and its disks as long as lists have nothing better."""

    def bare(answer: Any) -> None:
        for item in answer["result"]:
            item.update(name="", consoleType=None, storageDevices=[])

    simulator.spoil(CONSOLES, bare, LISTS, times=None)
    consoles_observer.request_list()
    assert await keep_looking(consoles_observer, freezer, 2000) == before


async def test_size_that_nobody_knows(
    consoles_observer: ConsolesObserver, simulator: Simulator, freezer: FrozenDateTimeFactory
) -> None:
    """A size that two lists leave out is unknown."""
    change = drop("result", 0, "storageDevices", 0, "freeSpaceBytes")
    simulator.spoil(CONSOLES, change, LISTS, times=2)
    consoles_observer.request_list()
    assert (await look(consoles_observer)).disks[0].free_space_bytes
    disks = (await keep_looking(consoles_observer, freezer, 10))[DEN].disks
    assert (disks[0].free_space_bytes, bool(disks[0].total_space_bytes)) == (None, True)
