"""Helpers for the friends observer: refreshes over time, and friend requests to the owner."""

from freezegun.api import FrozenDateTimeFactory

from custom_components.xbox_network.xbox.people.friends import FriendsObserver, FriendsSnapshot
from tests.client.conftest import OWNER
from tests.simulator import Simulator

STRANGERS = ["2535400000000002", "2535400000000003"]


def ask_owner(simulator: Simulator, *xuids: str) -> None:
    """Send a friend request from each person to the owner."""
    world = simulator.world
    for xuid in xuids:
        world.request_friendship(world.person(xuid), world.person(OWNER))


async def pass_time(
    observer: FriendsObserver, freezer: FrozenDateTimeFactory, seconds: float, step: float = 10
) -> FriendsSnapshot:
    """Refresh after each step, as often as the people coordinator does; return the last snapshot."""
    snapshot = await observer.refresh()
    for _ in range(round(seconds / step)):
        freezer.tick(step)
        snapshot = await observer.refresh()
    return snapshot
