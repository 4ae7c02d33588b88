"""The people observer: presences that leave something out."""

from typing import Any

import pytest
from freezegun.api import FrozenDateTimeFactory

from custom_components.xbox_network.xbox import XboxClient
from custom_components.xbox_network.xbox.endpoints import BUDGETS, Service
from custom_components.xbox_network.xbox.people.changes import ChangeDetector
from custom_components.xbox_network.xbox.people.observer import PeopleObserver
from tests.client.conftest import (
    HARBOR_KINGS,
    OLD_GAME,
    OWNER,
    PEOPLE,
    PRESENCE,
    STARFALL_DRIFT,
    TITLES,
    see,
)
from tests.helpers.client.owner_answers import HOME_BEHIND, SINCE, console, of_owner, spoil
from tests.simulator import Person, Simulator

THIN = [
    console(),
    console(titles=None),
    console(titles={}),
    console({"name": "Starfall Drift"}),
    console(HOME_BEHIND),
    {"devices": [{"type": "Scarlett"}]},
    {"devices": [{}]},
    {"devices": []},
    {"devices": None},
    {"state": None},
    {"state": ""},
    {"state": [], "devices": []},
]


@pytest.mark.parametrize("thin", THIN, ids=str)
async def test_thin_presence(
    observer: PeopleObserver,
    simulator: Simulator,
    freezer: FrozenDateTimeFactory,
    owner: Person,
    thin: dict[str, Any],
) -> None:
    """One answer that tells less of where a person is changes nothing; the next one comes after two seconds."""
    owner.play(STARFALL_DRIFT, rich_presence="Lap 2")
    await observer.refresh()
    before = await see(observer)
    detector = ChangeDetector(before)
    spoil(simulator, PRESENCE, **thin)
    freezer.tick(10)
    seen = await see(observer)
    assert seen == before
    assert observer.seconds_until_refresh == 2
    freezer.tick(2)
    assert await see(observer) == before
    assert (detector.update(seen), observer.seconds_until_refresh) == ([], 10)


@pytest.mark.parametrize("thin", THIN[:5], ids=str)
async def test_thin_presence_twice(
    observer: PeopleObserver,
    simulator: Simulator,
    freezer: FrozenDateTimeFactory,
    owner: Person,
    thin: dict[str, Any],
) -> None:
    """What two answers in a row leave out is gone: the game has stopped, and there is no third look."""
    owner.play(STARFALL_DRIFT)
    detector = ChangeDetector(await see(observer))
    spoil(simulator, PRESENCE, times=2, **thin)
    freezer.tick(10)
    assert detector.update(await see(observer)) == []
    freezer.tick(2)
    [stopped] = detector.update(await see(observer))
    assert (stopped.kind, stopped.title_id) == ("stopped_playing", STARFALL_DRIFT)
    assert observer.seconds_until_refresh == 10


@pytest.mark.parametrize("ends", ["home", "other", "offline", "inactive"])
async def test_plain_end(
    observer: PeopleObserver,
    simulator: Simulator,
    freezer: FrozenDateTimeFactory,
    owner: Person,
    ends: str,
) -> None:
    """A person who plainly leaves a game leaves it at once, and no second look is needed."""
    owner.play(STARFALL_DRIFT)
    detector = ChangeDetector(await see(observer))
    match ends:
        case "home":
            owner.stop()
        case "other":
            owner.play(HARBOR_KINGS)
        case "offline":
            owner.go_offline()
        case _:
            game = {"id": STARFALL_DRIFT, "name": "x", "placement": "Full", "state": "Inactive"}
            spoil(simulator, PRESENCE, **console(HOME_BEHIND, game | SINCE))
    freezer.tick(10)
    changes = detector.update(await see(observer))
    assert (changes[0].kind, changes[0].title_id) == ("stopped_playing", STARFALL_DRIFT)
    assert observer.seconds_until_refresh == 10


@pytest.mark.parametrize("thin", [{"devices": []}, console(), console(HOME_BEHIND)], ids=str)
async def test_thin_arrival(
    observer: PeopleObserver,
    simulator: Simulator,
    freezer: FrozenDateTimeFactory,
    owner: Person,
    thin: dict[str, Any],
) -> None:
    """Somebody who comes online nowhere comes online with the next answer, on a device and in a title."""
    detector = ChangeDetector(await see(observer))
    owner.play(STARFALL_DRIFT)
    spoil(simulator, PRESENCE, **thin)
    freezer.tick(10)
    assert detector.update(await see(observer)) == []
    assert observer.seconds_until_refresh == 2
    freezer.tick(2)
    came, started = detector.update(await see(observer))
    assert (came.kind, came.title_id, came.platform) == (
        "came_online",
        STARFALL_DRIFT,
        "xbox_series",
    )
    assert started.kind == "started_playing"


async def test_arrival_nowhere(
    observer: PeopleObserver, simulator: Simulator, freezer: FrozenDateTimeFactory, owner: Person
) -> None:
    """Somebody who is online without any device in two answers is online."""
    detector = ChangeDetector(await see(observer))
    owner.go_online("Nintendo")
    freezer.tick(10)
    assert detector.update(await see(observer)) == []
    freezer.tick(2)
    [came] = detector.update(await see(observer))
    assert (came.kind, came.platform) == ("came_online", "nintendo")
    assert (await see(observer)).presence.in_game is False


@pytest.mark.parametrize("thin", [{"devices": []}, console(), console(HOME_BEHIND)], ids=str)
async def test_thin_first_answer(
    observer: PeopleObserver,
    simulator: Simulator,
    freezer: FrozenDateTimeFactory,
    owner: Person,
    thin: dict[str, Any],
) -> None:
    """After a first answer without titles it is unknown whether a game is played: it does not start later."""
    owner.play(STARFALL_DRIFT)
    spoil(simulator, PRESENCE, **thin)
    first = await see(observer)
    assert (first.presence.online, first.presence.in_game) == (True, None)
    assert observer.statement(OWNER) is None
    assert observer.seconds_until_refresh == 2
    freezer.tick(2)
    second = await see(observer)
    assert second.presence.in_game is True
    assert ChangeDetector(first).update(second) == []
    assert observer.statement(OWNER)


async def test_person_left_out_once(
    observer: PeopleObserver, simulator: Simulator, freezer: FrozenDateTimeFactory
) -> None:
    """Somebody whom one answer leaves out is not hidden; after a second one the presence is not certain."""
    await observer.refresh()
    simulator.spoil(PRESENCE, lambda answer: answer.remove(of_owner(answer)), times=2)
    hidden = []
    for wait in (2, 10):
        freezer.tick(10)
        await observer.refresh()
        statement = observer.statement(OWNER)
        assert statement
        hidden.append((statement.is_hidden, statement.is_current))
        assert observer.seconds_until_refresh == wait
    assert hidden == [(False, True), (True, False)]


async def test_spent_budget(
    observer: PeopleObserver,
    client: XboxClient,
    simulator: Simulator,
    freezer: FrozenDateTimeFactory,
    owner: Person,
) -> None:
    """Without a spare request the second look waits for the usual poll."""
    owner.play(STARFALL_DRIFT)
    await observer.refresh()
    freezer.tick(10)
    for _ in range(BUDGETS[Service.PRESENCE].burst - 11):
        await client.presence.batch([OWNER])
    spoil(simulator, PRESENCE, devices=[])
    await observer.refresh()
    assert observer.seconds_until_refresh == 10


async def test_kind_left_out(
    observer: PeopleObserver, simulator: Simulator, freezer: FrozenDateTimeFactory, owner: Person
) -> None:
    """While no service tells whether a new title is a game, `in_game` stays for some seconds."""
    owner.play(STARFALL_DRIFT)
    await observer.refresh()
    owner.play(OLD_GAME)
    spoil(simulator, PEOPLE, presenceDetails=[])
    simulator.spoil(TITLES, lambda answer: answer["titles"][0].update(type=None))
    freezer.tick(10)
    seen = await see(observer)
    assert (seen.in_game, seen.presence.in_game) == (True, None)
    assert observer.seconds_until_refresh == 2
    freezer.tick(2)
    assert (await see(observer)).presence.in_game is True


async def test_kind_not_known(
    observer: PeopleObserver, simulator: Simulator, freezer: FrozenDateTimeFactory, owner: Person
) -> None:
    """`in_game` is unknown once no service has told the kind of a title for some seconds; offline is no game."""
    owner.play(STARFALL_DRIFT)
    await observer.refresh()
    owner.play(OLD_GAME)
    simulator.spoil(PEOPLE, lambda answer: of_owner(answer).update(presenceDetails=[]), times=None)
    simulator.fail(TITLES, status=503, times=None)
    seen = []
    for wait in (200, 25, 1, 1):
        freezer.tick(wait)
        seen.append((await see(observer)).in_game)
    assert seen == [True, True, None, None]
    owner.go_offline()
    freezer.tick(10)
    assert (await see(observer)).in_game is False
