"""The installed apps that are kept over a restart."""

from typing import Any

import pytest
from freezegun.api import FrozenDateTimeFactory

from custom_components.xbox_network.xbox import XboxClient
from custom_components.xbox_network.xbox.consoles.installed_apps import MOST_CONSOLES, InstalledApps
from custom_components.xbox_network.xbox.consoles.observer import ConsolesObserver
from custom_components.xbox_network.xbox.models.consoles import InstalledApp
from tests.client.conftest import CONSOLES, OWNER
from tests.helpers.client.consoles_observer import APPS, keep_looking, look, reads
from tests.helpers.client.thin_consoles import put
from tests.simulator import Console, Simulator
from tests.simulator.world.demo_world import BEDROOM, DEN


async def kept(client: XboxClient) -> dict[str, Any]:
    """Return what an observer keeps after its first refresh."""
    observer = ConsolesObserver(client)
    await observer.refresh()
    stored = observer.installed_apps.to_store()
    await observer.close()
    return stored


async def test_restart(
    client: XboxClient,
    simulator: Simulator,
    consoles_observer: ConsolesObserver,
    freezer: FrozenDateTimeFactory,
) -> None:
    """Kept apps are there before the first answer, and while none comes; an answer replaces them."""
    before = (await look(consoles_observer)).apps
    stored = await kept(client)
    simulator.fail(CONSOLES, status=503, path=APPS, times=None)
    observer = ConsolesObserver(client)
    observer.installed_apps.from_store(stored)
    assert (await look(observer)).apps == before
    assert (await keep_looking(observer, freezer, 200))[DEN].apps == before
    assert observer.installed_apps.to_store() == stored
    await observer.close()


async def test_thin_answer_after_a_restart(
    client: XboxClient, simulator: Simulator, den: Console, freezer: FrozenDateTimeFactory
) -> None:
    """A first answer that says little does not empty the kept list; the same twice does."""
    stored = await kept(client)
    simulator.spoil(CONSOLES, put([], "result"), APPS, times=4)  # of two consoles
    observer = ConsolesObserver(client)
    observer.installed_apps.from_store(stored)
    assert (await look(observer)).apps
    assert not (await keep_looking(observer, freezer, 10))[DEN].apps
    await observer.close()


async def test_same_apps_after_a_restart(client: XboxClient, den: Console) -> None:
    """A first answer that says what was kept is no reason to save it again."""
    stored = await kept(client)
    observer = ConsolesObserver(client)
    observer.installed_apps.from_store(stored)
    before = observer.installed_apps.version
    assert (await look(observer)).apps
    assert observer.installed_apps.version == before
    await observer.close()


async def test_version(
    consoles_observer: ConsolesObserver, den: Console, freezer: FrozenDateTimeFactory
) -> None:
    """Only new lists are to be saved."""
    apps = consoles_observer.installed_apps
    await consoles_observer.refresh()
    before = apps.version
    consoles_observer.request_apps()
    consoles_observer.request_list()
    await consoles_observer.refresh()
    assert apps.version == before
    den.apps.pop()
    consoles_observer.request_apps()
    await keep_looking(consoles_observer, freezer, 10)
    assert apps.version > before
    assert len(apps.of(DEN)) == len(den.apps)


async def test_deleted_console(consoles_observer: ConsolesObserver) -> None:
    """A console that is forgotten leaves no apps."""
    await consoles_observer.refresh()
    consoles_observer.forget(DEN)
    assert set(consoles_observer.installed_apps.console_ids) == {BEDROOM}


async def test_console_that_is_gone(
    consoles_observer: ConsolesObserver,
    simulator: Simulator,
    den: Console,
    freezer: FrozenDateTimeFactory,
) -> None:
    """A console that is gone leaves no apps; listed again, it has them again, also without an answer."""
    await consoles_observer.refresh()
    simulator.world.remove_console(den)
    await keep_looking(consoles_observer, freezer, 70)
    assert set(consoles_observer.installed_apps.console_ids) == {BEDROOM}
    simulator.fail(CONSOLES, status=503, path=APPS, times=None)
    simulator.world.add_console(den)
    await keep_looking(consoles_observer, freezer, 70)
    assert set(consoles_observer.installed_apps.console_ids) == {BEDROOM, DEN}


async def test_console_that_never_comes(
    client: XboxClient, simulator: Simulator, bedroom: Console, freezer: FrozenDateTimeFactory
) -> None:
    """Kept apps of a console that no list names are dropped after the grace time."""
    stored = await kept(client)
    simulator.world.remove_console(bedroom)
    observer = ConsolesObserver(client)
    observer.installed_apps.from_store(stored)
    await keep_looking(observer, freezer, 290)
    assert set(observer.installed_apps.console_ids) == {DEN, BEDROOM}
    await keep_looking(observer, freezer, 70)
    assert set(observer.installed_apps.console_ids) == {DEN}
    await observer.close()


@pytest.mark.parametrize(
    "data",
    [
        None,
        [],
        "odd",
        {"consoles": "odd"},
        {"consoles": [None, {"apps": []}, {"console_id": "../..", "apps": []}]},
        {"consoles": [{"console_id": DEN, "apps": "odd"}]},
        {"consoles": [{"console_id": DEN, "apps": [7]}]},
    ],
)
def test_unreadable(data: object) -> None:
    """Unreadable content counts as none."""
    apps = InstalledApps()
    apps.from_store(data)
    assert not apps.console_ids


def test_too_many() -> None:
    """There is an end to the consoles in a file."""
    app = InstalledApp(name="Grid Tuner")
    consoles = [{"console_id": f"F{number}", "apps": [app]} for number in range(MOST_CONSOLES + 9)]
    apps = InstalledApps()
    apps.from_store({"consoles": consoles})
    assert len(apps.console_ids) == MOST_CONSOLES


async def test_nothing_personal(consoles_observer: ConsolesObserver) -> None:
    """What is kept has no word about a person, and not the name of a console."""
    await consoles_observer.refresh()
    stored = str(consoles_observer.installed_apps.to_store())
    assert "Starfall Drift" in stored
    assert OWNER not in stored
    assert "Bedroom" not in stored


async def test_slow_answer(
    consoles_observer: ConsolesObserver, simulator: Simulator, freezer: FrozenDateTimeFactory
) -> None:
    """While a list of apps is on its way it is not asked for again."""
    await consoles_observer.refresh()
    simulator.clear()
    simulator.fail(CONSOLES, hang=True, path=APPS)
    consoles_observer.request_apps(DEN)
    for _ in range(3):
        freezer.tick(1)
        await consoles_observer.refresh()
    assert len(reads(simulator, APPS)) == 1
    await consoles_observer.close()
