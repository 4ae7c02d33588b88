"""What somebody may ask for out of turn: of consoles that this account reads, and not too soon after a failure."""

import pytest
from freezegun.api import FrozenDateTimeFactory

from custom_components.xbox_network.xbox.consoles.demand import Demanded, Fact
from custom_components.xbox_network.xbox.consoles.observer import ConsolesObserver
from tests.client.conftest import CONSOLES
from tests.helpers.client.consoles_observer import APPS, LISTS, STATE_OF_DEN
from tests.simulator import Simulator
from tests.simulator.world.demo_world import BEDROOM, DEN


def askable(observer: ConsolesObserver, console_id: str = DEN) -> set[Fact]:
    """Return what may be asked about a console now."""
    return {it.fact for it in observer.askable(Demanded(console_id, fact) for fact in Fact)}


async def test_any_console(
    consoles_observer: ConsolesObserver, freezer: FrozenDateTimeFactory
) -> None:
    """All is askable, but the apps at most once a minute; of a console that nobody knows only the list."""
    await consoles_observer.refresh()
    assert askable(consoles_observer) == {Fact.STATUS, Fact.DISKS}
    freezer.tick(59)
    assert askable(consoles_observer) == {Fact.STATUS, Fact.DISKS}
    freezer.tick(1)
    assert askable(consoles_observer) == set(Fact)
    assert askable(consoles_observer, "F400000000000009") == {Fact.DISKS}


async def test_console_of_another_account(
    consoles_observer: ConsolesObserver, freezer: FrozenDateTimeFactory
) -> None:
    """A console that another account reads is not asked here; the list has the others, too."""
    await consoles_observer.refresh()
    consoles_observer.links.leave_to_others({DEN})
    freezer.tick(60)
    assert askable(consoles_observer) == {Fact.DISKS}
    assert askable(consoles_observer, BEDROOM) == set(Fact)


@pytest.mark.parametrize(
    ("path", "fact"), [(STATE_OF_DEN, Fact.STATUS), (LISTS, Fact.DISKS), (APPS, Fact.APPS)]
)
async def test_after_failures(
    consoles_observer: ConsolesObserver,
    simulator: Simulator,
    freezer: FrozenDateTimeFactory,
    path: str,
    fact: Fact,
) -> None:
    """What has just failed has its pause, and nothing else."""
    await consoles_observer.refresh()
    freezer.tick(3600)
    simulator.fail(CONSOLES, status=503, path=path, times=None)
    await consoles_observer.refresh()
    freezer.tick(0.5)
    assert askable(consoles_observer) == set(Fact) - {fact, Fact.APPS}
