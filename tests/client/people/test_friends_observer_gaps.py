"""The friends observer: answers that leave somebody out."""

from typing import Any

import pytest
from freezegun.api import FrozenDateTimeFactory

from custom_components.xbox_network.xbox import XboxClient
from custom_components.xbox_network.xbox.people.friends import FriendsObserver
from tests.client.conftest import FRIEND, OTHER_FRIEND, OWNER, PEOPLE, PRESENCE, times
from tests.helpers.client.friends_observer import STRANGERS, ask_owner
from tests.simulator import Simulator


@pytest.fixture
async def observer(
    client: XboxClient, simulator: Simulator, freezer: FrozenDateTimeFactory
) -> FriendsObserver:
    """Return an observer with two friends online and two requests, for which both requests are due."""
    for xuid in (FRIEND, OTHER_FRIEND):
        simulator.world.person(xuid).go_online()
    ask_owner(simulator, *STRANGERS)
    observer = FriendsObserver(client, OWNER)
    await observer.refresh()
    freezer.tick(60)
    observer.invalidate()
    simulator.clear()
    return observer


async def counts(observer: FriendsObserver) -> tuple[int, int | None]:
    """Refresh, and return the numbers of friends online and of requests."""
    snapshot = await observer.refresh()
    assert snapshot.online is not None
    return len(snapshot.online), snapshot.requests


def _without_the_last(answer: Any) -> None:
    del (answer["people"] if isinstance(answer, dict) else answer)[-1]


def _without_all(answer: Any) -> Any:
    return {"people": []} if isinstance(answer, dict) else []


def _with_odd_fields(answer: Any) -> None:
    for person in answer["people"] if isinstance(answer, dict) else answer:
        person.update(xuid=None)


def _without_states(answer: Any) -> None:
    if isinstance(answer, dict):
        answer["people"] = None
        return
    for person in answer:
        del person["state"]


@pytest.mark.parametrize(
    "change", [_without_the_last, _without_all, _with_odd_fields, _without_states]
)
async def test_left_out_once(
    observer: FriendsObserver, simulator: Simulator, freezer: FrozenDateTimeFactory, change: Any
) -> None:
    """Somebody whom one answer leaves out still counts; the next one comes after two seconds."""
    for host in (PRESENCE, PEOPLE):
        simulator.spoil(host, change)
    assert await counts(observer) == (2, 2)
    assert observer.seconds_until_refresh == 2
    freezer.tick(2)
    assert await counts(observer) == (2, 2)
    assert observer.seconds_until_refresh == 600
    assert times(simulator, PRESENCE) == times(simulator, PEOPLE) == [0, 2]


async def test_left_out_twice(
    observer: FriendsObserver, simulator: Simulator, freezer: FrozenDateTimeFactory
) -> None:
    """Somebody whom two answers in a row leave out no longer counts; who comes instead counts at once."""
    world = simulator.world
    world.person(FRIEND).go_offline()
    world.withdraw_request(world.person(STRANGERS[0]), world.person(OWNER))
    ask_owner(simulator, "2535400000000004")
    assert await counts(observer) == (2, 3)
    freezer.tick(2)
    assert await counts(observer) == (1, 2)
    assert observer.seconds_until_refresh == 600


async def test_after_an_outage(
    observer: FriendsObserver, simulator: Simulator, freezer: FrozenDateTimeFactory
) -> None:
    """What has become unknown fills no gap."""
    for host in (PRESENCE, PEOPLE):
        simulator.spoil(host, _without_all)
    freezer.tick(3600)
    assert await counts(observer) == (0, 0)
    assert observer.seconds_until_refresh == 600


async def test_different_gaps_in_a_row(
    observer: FriendsObserver, simulator: Simulator, freezer: FrozenDateTimeFactory
) -> None:
    """Only the first gap in a row is looked at again soon."""
    for left in (0, 1):

        def change(answer: Any, left: int = left) -> Any:
            return [it for it in answer if it["xuid"] != (FRIEND, OTHER_FRIEND)[left]]

        simulator.spoil(PRESENCE, change)
    assert (await counts(observer))[0] == 2
    freezer.tick(2)
    assert (await counts(observer))[0] == 2
    assert observer.seconds_until_refresh == 600
