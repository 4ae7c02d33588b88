"""The limit of refreshes that people ask for."""

from freezegun.api import FrozenDateTimeFactory

from custom_components.xbox_network.coordinator.demand import Demand


def count(demand: Demand) -> int:
    """Return how many refreshes are allowed now, 9 if there are more."""
    for number in range(9):
        if not demand.allowed:
            return number
        demand.spend()
    return 9


def test_at_once_and_later(freezer: FrozenDateTimeFactory) -> None:
    """Some are allowed at once, one more after each interval, and never more than those at once."""
    demand = Demand(at_once=3, seconds=10.0)
    assert count(demand) == 3
    freezer.tick(9)
    assert count(demand) == 0
    freezer.tick(1)
    assert count(demand) == 1
    freezer.tick(20)
    assert count(demand) == 2
    freezer.tick(1000)
    assert count(demand) == 3
