"""The people observer: services that contradict each other."""

import pytest
from freezegun.api import FrozenDateTimeFactory

from custom_components.xbox_network.xbox.people.changes import ChangeDetector
from custom_components.xbox_network.xbox.people.observer import PeopleObserver
from tests.client.conftest import (
    HARBOR_KINGS,
    PEOPLE,
    PRESENCE,
    STARFALL_DRIFT,
    see,
)
from tests.helpers.client.owner_answers import HOME_BEHIND, console, of_owner, spoil
from tests.simulator import Person, Simulator

ELSEWHERE = [
    {
        "Device": "XboxOne",
        "PresenceText": "Harbor Kings",
        "State": "Active",
        "TitleId": HARBOR_KINGS,
        "IsPrimary": True,
        "IsGame": True,
    }
]


@pytest.mark.parametrize("said", [[], None, ELSEWHERE], ids=["nothing", "null", "elsewhere"])
@pytest.mark.parametrize("state", ["Online", "Offline"])
async def test_contradiction(
    observer: PeopleObserver,
    simulator: Simulator,
    freezer: FrozenDateTimeFactory,
    owner: Person,
    said: object,
    state: str,
) -> None:
    """What peoplehub says of a presence that userpresence has told changes nothing."""
    owner.play(STARFALL_DRIFT)
    await observer.refresh()
    freezer.tick(60)
    before = await see(observer)
    spoil(simulator, PEOPLE, presenceDetails=said, presenceState=state)
    freezer.tick(60)
    assert await see(observer) == before
    assert observer.seconds_until_refresh == 10


@pytest.mark.parametrize("said", [[], ELSEWHERE], ids=["nothing", "elsewhere"])
async def test_contradiction_of_the_other_service(
    observer: PeopleObserver,
    simulator: Simulator,
    freezer: FrozenDateTimeFactory,
    owner: Person,
    said: object,
) -> None:
    """Where one service takes the other's place, its first word changes nothing: in both directions."""
    owner.play(STARFALL_DRIFT)
    await observer.refresh()
    before = (await see(observer)).presence
    simulator.fail(PRESENCE, status=403, times=1)
    spoil(simulator, PEOPLE, presenceDetails=said)
    freezer.tick(60)
    assert (await see(observer)).presence.active == before.active
    assert observer.seconds_until_refresh == 2
    freezer.tick(2)
    assert (await see(observer)).presence.active == before.active
    assert observer.seconds_until_refresh == 15
    freezer.tick(3600)
    simulator.spoil(PRESENCE, lambda answer: of_owner(answer).update(console(HOME_BEHIND)))
    assert (await see(observer)).presence.active == before.active
    assert observer.seconds_until_refresh == 2


async def test_second_word_of_the_other_service(
    observer: PeopleObserver, simulator: Simulator, freezer: FrozenDateTimeFactory, owner: Person
) -> None:
    """The second word of the service that takes the other's place counts, and so does that of the other one."""
    owner.play(STARFALL_DRIFT)
    await observer.refresh()
    simulator.fail(PRESENCE, status=403, times=1)
    owner.stop()
    seen = []
    for wait in (60, 2, 3600, 2):
        freezer.tick(wait)
        if wait == 3600:
            owner.play(HARBOR_KINGS)
        seen.append((await see(observer)).presence.in_game)
    assert seen == [True, False, False, True]


async def test_thin_fallback(
    observer: PeopleObserver, simulator: Simulator, freezer: FrozenDateTimeFactory, owner: Person
) -> None:
    """Peoplehub in the place of userpresence has to leave something out twice, too; plainly offline counts."""
    owner.play(STARFALL_DRIFT)
    simulator.fail(PRESENCE, status=403, times=None)
    detector = ChangeDetector(await see(observer))
    for details in ([], None, [{"TitleId": STARFALL_DRIFT}]):
        spoil(simulator, PEOPLE, presenceDetails=details)
        for wait in (15, 2):
            freezer.tick(wait)
            assert detector.update(await see(observer)) == []
    spoil(simulator, PEOPLE, presenceState="")
    freezer.tick(15)
    assert detector.update(await see(observer)) == []
    owner.go_offline()
    freezer.tick(15)
    assert [it.kind for it in detector.update(await see(observer))] == [
        "stopped_playing",
        "went_offline",
    ]
