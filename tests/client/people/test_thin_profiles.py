"""The people observer: profiles that leave something out."""

from typing import Any

import pytest
from freezegun.api import FrozenDateTimeFactory

from custom_components.xbox_network.xbox.people.changes import ChangeDetector
from custom_components.xbox_network.xbox.people.observer import PeopleObserver
from tests.client.conftest import (
    PEOPLE,
    see,
    times,
)
from tests.helpers.client.owner_answers import spoil
from tests.simulator import Person, Simulator

BARE = {
    "gamerScore": "18450",
    "multiplayerSummary": {},
    "detail": {"friendCount": None},
    "displayPicRaw": "",
}


@pytest.mark.parametrize(
    "thin",
    [
        BARE,
        {"multiplayerSummary": {"inParty": "some"}, "detail": None},
        {"gamertag": " ", "detail": {"followingCount": []}},
        {"gamerScore": "", "multiplayerSummary": {"inMultiplayerSession": 0}},
        {"multiplayerSummary": {"inParty": 3, "partyDetails": [{}]}},
        {"multiplayerSummary": {"inParty": 3}, "gamerScore": None},
    ],
    ids=str,
)
async def test_thin_profile(
    observer: PeopleObserver,
    simulator: Simulator,
    freezer: FrozenDateTimeFactory,
    owner: Person,
    thin: dict[str, Any],
) -> None:
    """One answer that tells less of a person changes nothing; the next one comes after two seconds."""
    owner.go_online()
    owner.join_party(3)
    await observer.refresh()
    freezer.tick(60)
    before = await see(observer)
    spoil(simulator, PEOPLE, **thin)
    freezer.tick(60)
    simulator.clear()
    assert await see(observer) == before
    assert observer.seconds_until_refresh == 2
    freezer.tick(2)
    assert await see(observer) == before
    assert observer.seconds_until_refresh == 10
    assert times(simulator, PEOPLE) == [0, 2]


async def test_thin_profile_twice(
    observer: PeopleObserver, simulator: Simulator, freezer: FrozenDateTimeFactory
) -> None:
    """What two answers in a row leave out is unknown, each field for itself; what they say stays."""
    await observer.refresh()
    spoil(simulator, PEOPLE, times=2, **BARE)
    freezer.tick(300)
    await observer.refresh()
    freezer.tick(2)
    profile = (await see(observer)).profile
    assert profile
    assert profile.detail
    assert profile.detail.friend_count is None
    assert profile.multiplayer_summary
    assert profile.multiplayer_summary.in_party is None
    assert (profile.display_pic_raw, profile.gamertag) == ("", "Nova Kestrel")


async def test_plain_end_of_a_party(
    observer: PeopleObserver, simulator: Simulator, freezer: FrozenDateTimeFactory, owner: Person
) -> None:
    """A person who plainly leaves a party leaves it at once."""
    owner.go_online()
    owner.join_party(3)
    detector = ChangeDetector(await see(observer))
    owner.leave_party()
    freezer.tick(60)
    [left] = detector.update(await see(observer))
    assert left.kind == "left_party"
