"""Tests of the changes that a world reports to its listeners."""

from collections.abc import Callable

import pytest

from tests.simulator import Change, World, demo_world
from tests.simulator.people.person import Person
from tests.simulator.world.changes import (
    FriendsChanged,
    PersonChanged,
    PresenceChanged,
    RequestsChanged,
    Unlocked,
)
from tests.simulator.world.demo_world import HARBOR_KINGS, STARFALL_DRIFT

from ..conftest import FRIEND, OTHER_FRIEND, OWNER, STRANGER


@pytest.fixture
def world() -> World:
    """Return the demo's world at a fixed time."""
    return demo_world(lambda: 1_930_000_000.0)


@pytest.fixture
def changes(world: World) -> list[Change]:
    """Return the list of changes that a listener gets."""
    changes: list[Change] = []
    world.listeners.append(changes.append)
    return changes


def test_from_offline_into_a_game(world: World, changes: list[Change]) -> None:
    """Starting a game is one change, with the presence before and after it."""
    owner = world.person(OWNER)
    owner.play(STARFALL_DRIFT, rich_presence="Sector 7")
    (change,) = changes
    assert isinstance(change, PresenceChanged)
    assert (change.before.state, change.after.state) == ("Offline", "Online")
    assert (change.before.devices, change.after.devices) == ((), ("Scarlett",))
    assert (change.before.titles, change.after.titles) == ((), ("750323071", STARFALL_DRIFT))
    assert change.after == owner.glimpse()


ACTS: list[Callable[[Person], object]] = [
    lambda person: person.play(STARFALL_DRIFT, rich_presence="Sector 8"),
    lambda person: person.play(HARBOR_KINGS),
    lambda person: person.go_online("Android"),
    lambda person: person.stop(),
    lambda person: person.go_offline(),
]


@pytest.mark.parametrize("act", ACTS)
def test_presence_change_is_reported_once(
    world: World, changes: list[Change], act: Callable[[Person], object]
) -> None:
    """A presence is reported once, and only when it changes."""
    owner = world.person(OWNER)
    owner.play(STARFALL_DRIFT, rich_presence="Sector 7")
    changes.clear()
    act(owner)
    act(owner)
    (change,) = changes
    assert isinstance(change, PresenceChanged)
    assert change.before != change.after


def test_unlocks(world: World, changes: list[Change]) -> None:
    """An unlock is reported with the achievement numbers, and the progress has their times."""
    owner = world.person(OWNER)
    assert owner.unlock(STARFALL_DRIFT, 2) == (13, 14)
    assert changes == [Unlocked(owner, world.titles[STARFALL_DRIFT], (13, 14))]
    progress = owner.progress[STARFALL_DRIFT]
    assert (progress.achievements, progress.gamerscore) == (14, 350)
    assert progress.unlocked[14] == 1_930_000_000.0
    assert progress.unlocked[12] == 1_930_000_000.0 - 7_200
    assert progress.unlocked[11] < progress.unlocked[12]


def test_nothing_left_to_unlock(world: World, changes: list[Change]) -> None:
    """Without achievements left, an unlock does nothing and is not reported."""
    owner = world.person(OWNER)
    assert len(owner.unlock(STARFALL_DRIFT, 100)) == 28
    assert owner.progress[STARFALL_DRIFT].gamerscore == 1_000
    assert owner.unlock(STARFALL_DRIFT) == ()
    assert len(changes) == 1


def test_other_changes_of_a_person(world: World, changes: list[Change]) -> None:
    """Changes of party, gamertag, gamerpic and cloak are reported."""
    owner = world.person(OWNER)
    owner.join_party()
    owner.leave_party()
    owner.rename("Nova Prime")
    owner.change_gamerpic()
    owner.cloak()
    owner.uncloak()
    whats = ["party", "party", "gamertag", "gamerpic", "cloak", "cloak"]
    assert changes == [PersonChanged(owner, what) for what in whats]


def test_friends(world: World, changes: list[Change]) -> None:
    """Both friends get the beginning and the end of a friendship, once."""
    owner, stranger = world.person(OWNER), world.person(STRANGER)
    for _ in range(2):
        world.befriend(owner, stranger)
    world.mark_favorite(owner, stranger)
    for _ in range(2):
        world.unfriend(stranger, owner)
    assert changes == [
        FriendsChanged(owner, "Added", (STRANGER,)),
        FriendsChanged(stranger, "Added", (OWNER,)),
        FriendsChanged(owner, "Changed", (STRANGER,)),
        FriendsChanged(stranger, "Removed", (OWNER,)),
        FriendsChanged(owner, "Removed", (STRANGER,)),
    ]
    assert STRANGER not in owner.friends | owner.favorites


def test_removed_favorite(world: World) -> None:
    """A favorite can be removed."""
    owner = world.person(OWNER)
    world.mark_favorite(owner, world.person(FRIEND), False)
    assert owner.favorites == set()


def test_requests(world: World, changes: list[Change]) -> None:
    """A friend request counts once. Withdrawing it or sending it to a friend works as well."""
    owner, stranger = world.person(OWNER), world.person(STRANGER)
    for _ in range(2):
        world.request_friendship(stranger, owner)
    assert changes == [RequestsChanged(owner, 1)]
    for _ in range(2):
        world.withdraw_request(stranger, owner)
    assert changes[1:] == [RequestsChanged(owner, 0)]
    world.request_friendship(owner, world.person(FRIEND))
    assert len(changes) == 2


@pytest.mark.parametrize("direct", [True, False])
def test_accepted_request(world: World, changes: list[Change], direct: bool) -> None:
    """Adding the sender as friend or sending a request back accepts a request."""
    owner, stranger = world.person(OWNER), world.person(STRANGER)
    world.request_friendship(stranger, owner)
    (world.befriend if direct else world.request_friendship)(owner, stranger)
    assert STRANGER in owner.friends
    assert not owner.requests_received | stranger.requests_sent
    assert changes[1:] == [
        RequestsChanged(owner, 0),
        FriendsChanged(owner, "Added", (STRANGER,)),
        FriendsChanged(stranger, "Added", (OWNER,)),
    ]


def test_deleted_account(world: World, changes: list[Change]) -> None:
    """A deleted account is removed from all friend lists and requests."""
    friend, owner = world.person(FRIEND), world.person(OWNER)
    world.request_friendship(world.person(STRANGER), friend)
    world.request_friendship(friend, world.person(OTHER_FRIEND))
    changes.clear()
    world.delete(friend)
    assert FRIEND not in world.people
    assert FRIEND not in owner.friends | owner.favorites
    assert not any(
        FRIEND in person.requests_sent | person.requests_received
        for person in world.people.values()
    )
    assert FriendsChanged(owner, "Removed", (FRIEND,)) in changes
