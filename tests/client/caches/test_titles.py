"""The title cache: titles and progress, and the times of their requests."""

import json

import pytest
from freezegun.api import FrozenDateTimeFactory

from custom_components.xbox_network.xbox.caches.titles import PROGRESS_SECONDS, TitleCache
from tests.client.conftest import (
    ACHIEVEMENTS,
    FRIEND,
    HARBOR_KINGS,
    HOUR,
    LUMEN_VIDEO,
    OLD_GAME,
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


async def refresh_for(
    title_cache: TitleCache, freezer: FrozenDateTimeFactory, seconds: float, step: float = 10
) -> None:
    """Refresh every ten seconds, for some seconds, with the owner in a game."""
    while seconds > 0:
        freezer.tick(step)
        seconds -= step
        await title_cache.refresh([PLAYING])


async def test_title_and_progress(title_cache: TitleCache, simulator: Simulator) -> None:
    """One request reads the title and the progress; the total costs another one, once."""
    await title_cache.refresh([PLAYING])
    title = title_cache.title(*PLAYING)
    assert title
    assert (title.name, title_cache.is_game(STARFALL_DRIFT)) == ("Starfall Drift", True)
    assert title.square_image_address
    assert (unlocked(title_cache), total(title_cache)) == (12, None)
    assert asked(simulator) == [TITLES]

    assert title_cache.counting_due([PLAYING])
    await title_cache.count_achievements([PLAYING])
    assert asked(simulator) == [TITLES, ACHIEVEMENTS]
    assert (unlocked(title_cache), total(title_cache)) == (12, 40)
    assert not title_cache.counting_due([PLAYING])
    await title_cache.count_achievements([PLAYING])
    assert len(simulator.requests()) == 2


async def test_unknown(title_cache: TitleCache, simulator: Simulator) -> None:
    """Before the first refresh nothing is known, and without a person no request is sent."""
    assert title_cache.title(*PLAYING) is None
    assert title_cache.is_game(STARFALL_DRIFT) is None
    assert not title_cache.counting_due([PLAYING])
    await title_cache.refresh([])
    await title_cache.count_achievements([PLAYING])
    assert asked(simulator) == []


async def test_totals_of_titlehub(
    title_cache: TitleCache, simulator: Simulator, owner: Person
) -> None:
    """The total of an Xbox 360 title and of an app without achievements costs no request."""
    owner.play(OLD_GAME)
    owner.play(LUMEN_VIDEO, "XboxOne")
    active = [(OWNER, OLD_GAME), (OWNER, LUMEN_VIDEO)]
    await title_cache.refresh(active)
    assert not title_cache.counting_due(active)
    assert [total(title_cache, key) for key in active] == [40, 0]
    assert [title_cache.is_game(title_id) for _, title_id in active] == [True, False]


async def test_people_in_one_title(
    title_cache: TitleCache, simulator: Simulator, friend: Person
) -> None:
    """Each person has their own progress; the total is counted for one person and is that of both."""
    friend.play(STARFALL_DRIFT)
    active = {PLAYING, (FRIEND, STARFALL_DRIFT)}
    await title_cache.refresh(active)
    await title_cache.count_achievements(active)
    assert [unlocked(title_cache, key) for key in sorted(active)] == [12, 0]
    assert [total(title_cache, key) for key in sorted(active)] == [40, 40]
    assert asked(simulator) == [TITLES, TITLES, ACHIEVEMENTS]


async def test_progress_interval(
    title_cache: TitleCache, simulator: Simulator, freezer: FrozenDateTimeFactory, owner: Person
) -> None:
    """Progress is requested every five minutes in the title, and not elsewhere."""
    await title_cache.refresh([PLAYING])
    owner.unlock(STARFALL_DRIFT)
    await refresh_for(title_cache, freezer, PROGRESS_SECONDS - 10)
    assert unlocked(title_cache) == 12
    await refresh_for(title_cache, freezer, 10)
    assert unlocked(title_cache) == 13
    await refresh_for(title_cache, freezer, 2 * PROGRESS_SECONDS)
    assert times(simulator, TITLES) == [0, 300, 600, 900]
    for _ in range(100):
        freezer.tick(10)
        await title_cache.refresh([])
    assert len(simulator.requests()) == 4
    await title_cache.refresh([PLAYING])
    assert len(simulator.requests()) == 5


async def test_short_absence_costs_nothing(
    title_cache: TitleCache, simulator: Simulator, freezer: FrozenDateTimeFactory
) -> None:
    """A person who comes back within five minutes costs no request."""
    await title_cache.refresh([PLAYING])
    freezer.tick(60)
    await title_cache.refresh([])
    freezer.tick(60)
    await title_cache.refresh([PLAYING])
    assert times(simulator, TITLES) == [0]
    await refresh_for(title_cache, freezer, 180)
    assert times(simulator, TITLES) == [0, 300]


async def test_app_without_achievements_is_asked_rarely(
    title_cache: TitleCache, simulator: Simulator, freezer: FrozenDateTimeFactory, owner: Person
) -> None:
    """An app without achievements is requested once an hour."""
    owner.play(LUMEN_VIDEO)
    await title_cache.refresh([(OWNER, LUMEN_VIDEO)])
    for _ in range(12):
        freezer.tick(HOUR / 12)
        assert len(simulator.requests()) == 1
        await title_cache.refresh([(OWNER, LUMEN_VIDEO)])
    assert times(simulator, TITLES) == [0, HOUR]


async def test_invalidate_progress(
    title_cache: TitleCache, simulator: Simulator, freezer: FrozenDateTimeFactory, owner: Person
) -> None:
    """Only the person with a new gamerscore is requested at once."""
    active = [PLAYING, (FRIEND, HARBOR_KINGS)]
    await title_cache.refresh(active)
    freezer.tick(100)
    owner.unlock(STARFALL_DRIFT)
    title_cache.invalidate_progress(OWNER)
    await title_cache.refresh(active)
    assert unlocked(title_cache) == 13
    assert len(simulator.requests()) == 3
    await refresh_for(title_cache, freezer, 290)
    assert len(simulator.requests()) == 3
    await refresh_for(title_cache, freezer, 10)
    assert times(simulator, TITLES) == [0, 0, 100, 400]


async def test_titlehub_is_late(
    title_cache: TitleCache, simulator: Simulator, freezer: FrozenDateTimeFactory, owner: Person
) -> None:
    """After an invalidation the progress is requested once more a minute later, then as usual."""
    await title_cache.refresh([PLAYING])
    title_cache.invalidate_progress(OWNER)
    await refresh_for(title_cache, freezer, 10)
    owner.unlock(STARFALL_DRIFT)
    await refresh_for(title_cache, freezer, 500)
    assert times(simulator, TITLES) == [0, 10, 70, 370]
    assert unlocked(title_cache) == 13


async def test_keep_only(title_cache: TitleCache, simulator: Simulator) -> None:
    """`keep_only` drops the progress of the other people, but no titles."""
    active = [PLAYING, (FRIEND, HARBOR_KINGS)]
    await title_cache.refresh(active)
    title_cache.keep_only([OWNER])
    assert [unlocked(title_cache, key) for key in active] == [12, None]
    assert title_cache.title(FRIEND, HARBOR_KINGS)


async def test_kinds(title_cache: TitleCache) -> None:
    """The kind from peoplehub counts until titlehub has one."""
    title_cache.set_is_game(STARFALL_DRIFT, False)
    title_cache.set_is_game(HARBOR_KINGS, True)
    assert title_cache.is_game(STARFALL_DRIFT) is False
    assert title_cache.is_game(HARBOR_KINGS) is True
    assert title_cache.title(*PLAYING) is None
    await title_cache.refresh([PLAYING])
    assert title_cache.is_game(STARFALL_DRIFT) is True
    title_cache.set_is_game(STARFALL_DRIFT, False)
    assert title_cache.is_game(STARFALL_DRIFT) is True


async def test_gaps_in_answers(
    title_cache: TitleCache, simulator: Simulator, freezer: FrozenDateTimeFactory
) -> None:
    """Fields that an answer lacks stay unchanged."""
    await title_cache.refresh([PLAYING])
    before, version = title_cache.title(*PLAYING), title_cache.version
    bare: dict[str, object] = {"titleId": STARFALL_DRIFT, "name": None, "images": []}
    simulator.fail(TITLES, body=json.dumps({"titles": [bare]}).encode())
    await refresh_for(title_cache, freezer, PROGRESS_SECONDS)
    assert len(simulator.requests()) == 2
    assert title_cache.title(*PLAYING) == before
    assert title_cache.version == version


async def test_renamed_title(
    title_cache: TitleCache, simulator: Simulator, freezer: FrozenDateTimeFactory
) -> None:
    """A changed field is stored once a second answer, which comes soon, says the same."""
    await title_cache.refresh([PLAYING])
    version = title_cache.version
    simulator.world.titles[STARFALL_DRIFT].name = "Starfall Drift Remastered"
    await refresh_for(title_cache, freezer, PROGRESS_SECONDS)
    title = title_cache.title(*PLAYING)
    assert title
    assert (title.name, title_cache.version) == ("Starfall Drift", version)
    await refresh_for(title_cache, freezer, 10)
    title = title_cache.title(*PLAYING)
    assert title
    assert title.name == "Starfall Drift Remastered"
    assert title_cache.version > version


async def test_more_achievements(
    title_cache: TitleCache, simulator: Simulator, freezer: FrozenDateTimeFactory
) -> None:
    """A title with more gamerscore than at the last count is counted again."""
    title = simulator.world.titles[STARFALL_DRIFT]
    await title_cache.refresh([PLAYING])
    await title_cache.count_achievements([PLAYING])
    title.achievements, title.gamerscore = 55, 1250
    await refresh_for(title_cache, freezer, HOUR, step=60)
    assert total(title_cache) == 40
    assert title_cache.counting_due([PLAYING])
    await title_cache.count_achievements([PLAYING])
    assert total(title_cache) == 55
    assert not title_cache.counting_due([PLAYING])


async def test_more_unlocked_than_the_total(
    title_cache: TitleCache, simulator: Simulator, freezer: FrozenDateTimeFactory, owner: Person
) -> None:
    """The total is unknown if a person has unlocked more, and it is counted again."""
    title = simulator.world.titles[STARFALL_DRIFT]
    title.achievements = 12
    await title_cache.refresh([PLAYING])
    await title_cache.count_achievements([PLAYING])
    assert total(title_cache) == 12
    title.achievements = 20
    owner.unlock(STARFALL_DRIFT)
    await refresh_for(title_cache, freezer, HOUR, step=60)
    assert (unlocked(title_cache), total(title_cache)) == (13, None)
    await title_cache.count_achievements([PLAYING])
    assert total(title_cache) == 20


@pytest.mark.parametrize(("worth", "expected"), [(0, 0), (1000, None)])
async def test_no_achievements(
    title_cache: TitleCache, simulator: Simulator, owner: Person, worth: int, expected: int | None
) -> None:
    """A total of zero is not trusted for a title with gamerscore: the person may hide it."""
    simulator.world.add_titles([Title(title_id="7", name="Odd", gamerscore=worth, achievements=0)])
    owner.play("7")
    await title_cache.refresh([(OWNER, "7")])
    assert total(title_cache, (OWNER, "7")) is None
    await title_cache.count_achievements([(OWNER, "7")])
    assert total(title_cache, (OWNER, "7")) == expected
    assert not title_cache.counting_due([(OWNER, "7")])


async def test_total_of_titlehub(title_cache: TitleCache, simulator: Simulator) -> None:
    """When titlehub has the total, nothing is counted."""
    numbers = {"currentAchievements": 3, "totalAchievements": 30, "totalGamerscore": 1000}
    title = {"titleId": STARFALL_DRIFT, "achievement": {**numbers, "sourceVersion": 2}}
    answer = {"titles": [title]}
    simulator.fail(TITLES, body=json.dumps(answer).encode())
    await title_cache.refresh([PLAYING])
    assert (unlocked(title_cache), total(title_cache)) == (3, 30)
    assert not title_cache.counting_due([PLAYING])
