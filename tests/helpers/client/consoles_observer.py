"""Helpers for the consoles observer: refreshes, and the times of its requests."""

from freezegun.api import FrozenDateTimeFactory

from custom_components.xbox_network.xbox.consoles.console import ConsoleSnapshot
from custom_components.xbox_network.xbox.consoles.observer import ConsolesObserver
from tests.client.conftest import CONSOLES
from tests.simulator import Simulator
from tests.simulator.world.demo_world import BEDROOM, DEN


async def look(consoles_observer: ConsolesObserver, console_id: str = DEN) -> ConsoleSnapshot:
    """Refresh, and return one of the consoles."""
    return (await consoles_observer.refresh())[console_id]


async def keep_looking(
    consoles_observer: ConsolesObserver, freezer: FrozenDateTimeFactory, seconds: float
) -> dict[str, ConsoleSnapshot]:
    """Refresh as often as the observer is due, for some seconds; return the last consoles."""
    consoles = await consoles_observer.refresh()
    while consoles_observer.seconds_until_refresh <= seconds:
        seconds -= consoles_observer.seconds_until_refresh
        freezer.tick(consoles_observer.seconds_until_refresh)
        consoles = await consoles_observer.refresh()
    freezer.tick(seconds)
    return consoles


def reads(simulator: Simulator, path: str) -> list[float]:
    """Return the times of requests to a path of the console service, in seconds after the first request."""
    requests = simulator.requests(CONSOLES)
    start = min(request.started for request in simulator.requests())
    return [round(it.started - start, 3) for it in requests if it.path.startswith(path)]


def of(console_id: str) -> str:
    """Return the path of a console's state."""
    return f"/consoles/{console_id}"


LISTS, APPS = "/lists/devices", "/lists/installedApps"
STATE_OF_DEN, STATE_OF_BEDROOM = of(DEN), of(BEDROOM)
