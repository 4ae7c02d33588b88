"""The title cache, failures: errors, refusals, hidden titles and many people."""

import pytest
from freezegun.api import FrozenDateTimeFactory

from custom_components.xbox_network.xbox.caches.titles import TitleCache
from custom_components.xbox_network.xbox.errors import (
    XboxAccountError,
    XboxAuthError,
    XboxSignInError,
)
from tests.client.conftest import (
    ACHIEVEMENTS,
    FRIEND,
    HARBOR_KINGS,
    HOUR,
    LUMEN_VIDEO,
    OWNER,
    PLAYING,
    STARFALL_DRIFT,
    TITLES,
    asked,
    times,
    total,
    unlocked,
)
from tests.simulator import Person, Simulator, Title
from tests.simulator.world.many_friends import add_many_friends

FAILURES = [{"status": 500}, {"status": 503}, {"cut": True}, {"garbage": True}, {"body": b"[]"}]
"""Temporary failures."""
REFUSALS = [{"status": 403}, {"status": 404}, {"status": 400}]
"""Failures that do not pass."""


async def refresh_for(
    title_cache: TitleCache, freezer: FrozenDateTimeFactory, seconds: float, step: float = 10
) -> None:
    """Refresh and count again and again, for some seconds."""
    while seconds > 0:
        freezer.tick(step)
        seconds -= step
        await title_cache.refresh([PLAYING])
        await title_cache.count_achievements([PLAYING])


@pytest.mark.parametrize("fault", FAILURES, ids=str)
async def test_titlehub_fails(
    title_cache: TitleCache,
    simulator: Simulator,
    freezer: FrozenDateTimeFactory,
    fault: dict[str, object],
) -> None:
    """A failed request is repeated a minute later; the known title stays."""
    simulator.fail(TITLES, **fault)  # type: ignore[arg-type]
    await title_cache.refresh([PLAYING])
    assert title_cache.title(*PLAYING) is None
    assert title_cache.error is None
    await refresh_for(title_cache, freezer, 60)
    assert times(simulator, TITLES) == [0, 60]
    assert (unlocked(title_cache), total(title_cache)) == (12, 40)

    simulator.fail(TITLES, **fault)  # type: ignore[arg-type]
    await refresh_for(title_cache, freezer, 350)
    assert times(simulator, TITLES) == [0, 60, 360]
    assert (unlocked(title_cache), total(title_cache)) == (12, 40)
    await refresh_for(title_cache, freezer, 10)
    assert times(simulator, TITLES) == [0, 60, 360, 420]


@pytest.mark.parametrize("fault", REFUSALS, ids=str)
async def test_titlehub_refuses(
    title_cache: TitleCache,
    simulator: Simulator,
    freezer: FrozenDateTimeFactory,
    fault: dict[str, int],
) -> None:
    """A refused request is repeated after an hour, or after an invalidation."""
    title_cache.set_is_game(STARFALL_DRIFT, True)
    simulator.fail(TITLES, status=fault["status"])
    await title_cache.refresh([PLAYING])
    await refresh_for(title_cache, freezer, HOUR, step=60)
    assert times(simulator, TITLES) == [0, HOUR]
    assert unlocked(title_cache) == 12
    simulator.fail(TITLES, status=fault["status"])
    await refresh_for(title_cache, freezer, 300)
    title_cache.invalidate_progress(OWNER)
    await refresh_for(title_cache, freezer, 10)
    assert times(simulator, TITLES) == [0, HOUR, HOUR + 300, HOUR + 310]


async def test_hidden_title(
    title_cache: TitleCache, simulator: Simulator, freezer: FrozenDateTimeFactory, friend: Person
) -> None:
    """Hidden titles are requested once more, then once an hour; the title itself comes from other people."""
    friend.play(STARFALL_DRIFT)
    friend.hides_titles = True
    hidden = (FRIEND, STARFALL_DRIFT)
    for _ in range(70):
        await title_cache.refresh([hidden])
        await title_cache.count_achievements([hidden])
        freezer.tick(60)
    assert times(simulator, TITLES) == [0, 60, HOUR + 60]
    assert title_cache.title(*hidden) is None
    await title_cache.refresh([hidden, PLAYING])
    title = title_cache.title(*hidden)
    assert title
    assert (title.name, title.achievement) == ("Starfall Drift", None)


@pytest.mark.parametrize("fault", FAILURES, ids=str)
async def test_counting_fails(
    title_cache: TitleCache,
    simulator: Simulator,
    freezer: FrozenDateTimeFactory,
    fault: dict[str, object],
) -> None:
    """A failed count is repeated a minute later."""
    simulator.fail(ACHIEVEMENTS, **fault)  # type: ignore[arg-type]
    await title_cache.refresh([PLAYING])
    await title_cache.count_achievements([PLAYING])
    assert (unlocked(title_cache), total(title_cache)) == (12, None)
    await refresh_for(title_cache, freezer, 60)
    assert times(simulator, ACHIEVEMENTS) == [0, 60]
    assert total(title_cache) == 40


@pytest.mark.parametrize(
    "fault", [*REFUSALS, {"body": b"{}"}, {"body": b'{"pagingInfo": {"totalRecords": "many"}}'}]
)
async def test_counting_is_refused(
    title_cache: TitleCache,
    simulator: Simulator,
    freezer: FrozenDateTimeFactory,
    fault: dict[str, object],
) -> None:
    """A refused count is repeated for this person after an hour."""
    simulator.fail(ACHIEVEMENTS, **fault)  # type: ignore[arg-type]
    await title_cache.refresh([PLAYING])
    await title_cache.count_achievements([PLAYING])
    await refresh_for(title_cache, freezer, HOUR - 60, step=60)
    assert times(simulator, ACHIEVEMENTS) == [0]
    assert total(title_cache) is None
    await refresh_for(title_cache, freezer, 60)
    assert times(simulator, ACHIEVEMENTS) == [0, HOUR]
    assert total(title_cache) == 40


async def test_another_person_counts(
    title_cache: TitleCache, simulator: Simulator, friend: Person
) -> None:
    """The total that one person hides is counted for another."""
    friend.play(STARFALL_DRIFT)
    active = [PLAYING, (FRIEND, STARFALL_DRIFT)]
    simulator.fail(ACHIEVEMENTS, status=403, path=OWNER, times=None)
    await title_cache.refresh(active)
    await title_cache.count_achievements(active)
    assert title_cache.counting_due(active)
    await title_cache.count_achievements(active)
    assert [total(title_cache, key) for key in active] == [40, 40]
    assert len(simulator.requests(ACHIEVEMENTS)) == 2


async def test_throttled(
    title_cache: TitleCache, simulator: Simulator, freezer: FrozenDateTimeFactory
) -> None:
    """No request is sent before the pause is over."""
    for host in (TITLES, ACHIEVEMENTS):
        simulator.fail(host, status=429, headers={"Retry-After": "200"})
    await title_cache.refresh([PLAYING])
    await refresh_for(title_cache, freezer, 190)
    assert asked(simulator) == [TITLES]
    await refresh_for(title_cache, freezer, 20)
    assert asked(simulator) == [TITLES, TITLES, ACHIEVEMENTS]
    assert not title_cache.counting_due([PLAYING])
    await refresh_for(title_cache, freezer, 180)
    assert asked(simulator).count(ACHIEVEMENTS) == 1
    await refresh_for(title_cache, freezer, 20)
    assert total(title_cache) == 40


@pytest.mark.parametrize("kind", [XboxAccountError, XboxSignInError])
async def test_sign_in_stops(
    title_cache: TitleCache,
    simulator: Simulator,
    freezer: FrozenDateTimeFactory,
    kind: type[XboxAuthError],
) -> None:
    """An error of the sign-in is kept, not raised, by the refresh that meets it; the known title stays."""
    await title_cache.refresh([PLAYING])
    if kind is XboxAccountError:
        simulator.xerr("adult", 2148916227)
        simulator.expire_xsts()
    else:
        simulator.revoke_refresh("adult")
        simulator.expire_live("adult")
        simulator.expire_user_tokens()
        simulator.expire_xsts()
    title_cache.invalidate_progress(OWNER)
    freezer.tick(10)
    await title_cache.refresh([PLAYING])
    assert isinstance(title_cache.error, kind)
    assert unlocked(title_cache) == 12
    await title_cache.count_achievements([PLAYING])
    assert isinstance(title_cache.error, kind)
    freezer.tick(10)
    await title_cache.refresh([PLAYING])
    assert title_cache.error is None


async def test_new_titles_go_first(
    title_cache: TitleCache, simulator: Simulator, freezer: FrozenDateTimeFactory, owner: Person
) -> None:
    """An unknown title is requested before the progress of known ones."""
    people = add_many_friends(simulator.world, owner, 12)
    for person in people:
        person.play(HARBOR_KINGS)
    active = [(person.xuid, HARBOR_KINGS) for person in people[:8]]
    await title_cache.refresh(active)
    freezer.tick(301)
    for number, person in enumerate(people[8:]):
        simulator.world.add_titles([Title(title_id=str(number), name="New")])
        person.play(str(number))
        active.append((person.xuid, str(number)))
    active.append((people[0].xuid, "3"))
    simulator.clear()
    await title_cache.refresh(active)
    # four unknown titles, then a new person in one of them, and four whose progress is due
    paths = [request.path for request in simulator.requests()]
    assert sum(HARBOR_KINGS in path for path in paths) == 4
    assert len(paths) == 9
    freezer.tick(10)
    simulator.clear()
    await title_cache.refresh(active)
    assert len(simulator.requests()) == 1


async def test_many_people(
    title_cache: TitleCache, simulator: Simulator, freezer: FrozenDateTimeFactory, owner: Person
) -> None:
    """Twenty people with an unlock every minute stay below half of titlehub's budget."""
    people = add_many_friends(simulator.world, owner, 20)
    for person in people:
        person.play(HARBOR_KINGS)
    active = [(person.xuid, HARBOR_KINGS) for person in people]
    for at in range(0, 300, 10):
        freezer.tick(10)
        await title_cache.refresh(active)
        await title_cache.count_achievements(active)
        assert at < 30 or all(unlocked(title_cache, key) is not None for key in active)
    assert len(simulator.requests(ACHIEVEMENTS)) == 1
    simulator.clear()
    for at in range(0, 1800, 10):
        freezer.tick(10)
        for person in people:
            if at % 60 == 0:
                title_cache.invalidate_progress(person.xuid)
        await title_cache.refresh(active)
    asked_for = [request.path for request in simulator.requests(TITLES)]
    assert {request.status for request in simulator.requests()} == {200}
    assert 80 <= len(asked_for) <= 90  # of 180
    counts = [sum(person.xuid in path for path in asked_for) for person in people]
    assert (min(counts), max(counts)) == (4, 5)
    moments = times(simulator, TITLES)
    most = max(sum(start <= moment < start + 300 for moment in moments) for start in moments)
    assert most <= 15


async def test_crowded_start(
    title_cache: TitleCache, simulator: Simulator, freezer: FrozenDateTimeFactory, owner: Person
) -> None:
    """After a spent budget the requests wait: none is refused, and none is lost.

    The unknown title of the last person is requested first.
    """
    people = add_many_friends(simulator.world, owner, 40)
    active = []
    for person in people:
        title_id = LUMEN_VIDEO if person is people[-1] else STARFALL_DRIFT
        person.play(title_id)
        active.append((person.xuid, title_id))
    known = {"title_id": STARFALL_DRIFT, "title": {"title_id": STARFALL_DRIFT}}
    title_cache.from_store({"titles": [known]})
    await title_cache.refresh(active)
    assert len(simulator.requests()) == 10
    assert title_cache.title(*active[-1])
    for _ in range(40):
        freezer.tick(10)
        await title_cache.refresh(active)
    assert {request.status for request in simulator.requests()} == {200}
    assert all(unlocked(title_cache, key) is not None for key in active)
