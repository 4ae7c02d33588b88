"""World changes: what the listeners of a world are told."""

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
    """Return the demo's world at one moment."""
    return demo_world(lambda: 1_930_000_000.0)


@pytest.fixture
def told(world: World) -> list[Change]:
    """Return what a listener was told."""
    changes: list[Change] = []
    world.listeners.append(changes.append)
    return changes


def test_from_offline_into_a_game(world: World, told: list[Change]) -> None:
    """One change, from how it was to how it is."""
    owner = world.person(OWNER)
    owner.play(STARFALL_DRIFT, rich_presence="Sector 7")
    (change,) = told
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
def test_presence_is_told_once_and_only_when_it_changes(
    world: World, told: list[Change], act: Callable[[Person], object]
) -> None:
    """Presence is told once and only when it changes."""
    owner = world.person(OWNER)
    owner.play(STARFALL_DRIFT, rich_presence="Sector 7")
    told.clear()
    act(owner)
    act(owner)
    (change,) = told
    assert isinstance(change, PresenceChanged)
    assert change.before != change.after


def test_unlocks(world: World, told: list[Change]) -> None:
    """Numbers and moments of what is unlocked."""
    owner = world.person(OWNER)
    assert owner.unlock(STARFALL_DRIFT, 2) == (13, 14)
    assert told == [Unlocked(owner, world.titles[STARFALL_DRIFT], (13, 14))]
    progress = owner.progress[STARFALL_DRIFT]
    assert (progress.achievements, progress.gamerscore) == (14, 350)
    assert progress.unlocked[14] == 1_930_000_000.0
    assert progress.unlocked[12] == 1_930_000_000.0 - 7_200
    assert progress.unlocked[11] < progress.unlocked[12]


def test_nothing_left_to_unlock(world: World, told: list[Change]) -> None:
    """Nothing left to unlock."""
    owner = world.person(OWNER)
    assert len(owner.unlock(STARFALL_DRIFT, 100)) == 28
    assert owner.progress[STARFALL_DRIFT].gamerscore == 1_000
    assert owner.unlock(STARFALL_DRIFT) == ()
    assert len(told) == 1


def test_other_changes_of_a_person(world: World, told: list[Change]) -> None:
    """Other changes of a person."""
    owner = world.person(OWNER)
    owner.join_party()
    owner.leave_party()
    owner.rename("Nova Prime")
    owner.change_gamerpic()
    owner.cloak()
    owner.uncloak()
    whats = ["party", "party", "gamertag", "gamerpic", "cloak", "cloak"]
    assert told == [PersonChanged(owner, what) for what in whats]


def test_friends(world: World, told: list[Change]) -> None:
    """Both sides hear of a friendship, and of its end, once."""
    owner, stranger = world.person(OWNER), world.person(STRANGER)
    for _ in range(2):
        world.befriend(owner, stranger)
    world.mark_favorite(owner, stranger)
    for _ in range(2):
        world.unfriend(stranger, owner)
    assert told == [
        FriendsChanged(owner, "Added", (STRANGER,)),
        FriendsChanged(stranger, "Added", (OWNER,)),
        FriendsChanged(owner, "Changed", (STRANGER,)),
        FriendsChanged(stranger, "Removed", (OWNER,)),
        FriendsChanged(owner, "Removed", (STRANGER,)),
    ]
    assert STRANGER not in owner.friends | owner.favorites


def test_favourite_no_more(world: World) -> None:
    """Favourite no more."""
    owner = world.person(OWNER)
    world.mark_favorite(owner, world.person(FRIEND), False)
    assert owner.favorites == set()


def test_requests(world: World, told: list[Change]) -> None:
    """A request is asked once, and taken back or refused."""
    owner, stranger = world.person(OWNER), world.person(STRANGER)
    for _ in range(2):
        world.request_friendship(stranger, owner)
    assert told == [RequestsChanged(owner, 1)]
    for _ in range(2):
        world.withdraw_request(stranger, owner)
    assert told[1:] == [RequestsChanged(owner, 0)]
    world.request_friendship(owner, world.person(FRIEND))
    assert len(told) == 2


@pytest.mark.parametrize("direct", [True, False])
def test_request_that_is_answered(world: World, told: list[Change], direct: bool) -> None:
    """Whoever befriends or asks back answers a request."""
    owner, stranger = world.person(OWNER), world.person(STRANGER)
    world.request_friendship(stranger, owner)
    (world.befriend if direct else world.request_friendship)(owner, stranger)
    assert STRANGER in owner.friends
    assert not owner.requests_received | stranger.requests_sent
    assert told[1:] == [
        RequestsChanged(owner, 0),
        FriendsChanged(owner, "Added", (STRANGER,)),
        FriendsChanged(stranger, "Added", (OWNER,)),
    ]


def test_account_that_is_deleted(world: World, told: list[Change]) -> None:
    """Nobody has a deleted account as friend or asks it."""
    friend, owner = world.person(FRIEND), world.person(OWNER)
    world.request_friendship(world.person(STRANGER), friend)
    world.request_friendship(friend, world.person(OTHER_FRIEND))
    told.clear()
    world.delete(friend)
    assert FRIEND not in world.people
    assert FRIEND not in owner.friends | owner.favorites
    assert not any(
        FRIEND in person.requests_sent | person.requests_received
        for person in world.people.values()
    )
    assert FriendsChanged(owner, "Removed", (FRIEND,)) in told
