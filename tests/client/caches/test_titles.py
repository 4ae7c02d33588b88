"""Title cache: titles and people in them, what is asked for when, and what is told."""

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


async def look_for(
    title_cache: TitleCache, freezer: FrozenDateTimeFactory, seconds: float, step: float = 10
) -> None:
    """Look every ten seconds for some time, at the owner in a game."""
    while seconds > 0:
        freezer.tick(step)
        seconds -= step
        await title_cache.refresh([PLAYING])


async def test_title_and_progress(title_cache: TitleCache, simulator: Simulator) -> None:
    """One request brings both; the total takes another one, once."""
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
    """Nothing is known before the first look, and nothing is asked for nobody."""
    assert title_cache.title(*PLAYING) is None
    assert title_cache.is_game(STARFALL_DRIFT) is None
    assert not title_cache.counting_due([PLAYING])
    await title_cache.refresh([])
    await title_cache.count_achievements([PLAYING])
    assert asked(simulator) == []


async def test_totals_that_titlehub_knows(
    title_cache: TitleCache, simulator: Simulator, owner: Person
) -> None:
    """That of an Xbox 360 title, and 0 of an app without any: nothing to count."""
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
    """Each has progress of their own; the total is counted for one of them and told to both."""
    friend.play(STARFALL_DRIFT)
    active = {PLAYING, (FRIEND, STARFALL_DRIFT)}
    await title_cache.refresh(active)
    await title_cache.count_achievements(active)
    assert [unlocked(title_cache, key) for key in sorted(active)] == [12, 0]
    assert [total(title_cache, key) for key in sorted(active)] == [40, 40]
    assert asked(simulator) == [TITLES, TITLES, ACHIEVEMENTS]


async def test_progress_is_asked_for_now_and_then(
    title_cache: TitleCache, simulator: Simulator, freezer: FrozenDateTimeFactory, owner: Person
) -> None:
    """Every five minutes in the title, and not at all elsewhere."""
    await title_cache.refresh([PLAYING])
    owner.unlock(STARFALL_DRIFT)
    await look_for(title_cache, freezer, PROGRESS_SECONDS - 10)
    assert unlocked(title_cache) == 12
    await look_for(title_cache, freezer, 10)
    assert unlocked(title_cache) == 13
    await look_for(title_cache, freezer, 2 * PROGRESS_SECONDS)
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
    """Who comes back within five minutes is where they were."""
    await title_cache.refresh([PLAYING])
    freezer.tick(60)
    await title_cache.refresh([])
    freezer.tick(60)
    await title_cache.refresh([PLAYING])
    assert times(simulator, TITLES) == [0]
    await look_for(title_cache, freezer, 180)
    assert times(simulator, TITLES) == [0, 300]


async def test_app_without_achievements_is_asked_rarely(
    title_cache: TitleCache, simulator: Simulator, freezer: FrozenDateTimeFactory, owner: Person
) -> None:
    """There is nothing to get on with in it."""
    owner.play(LUMEN_VIDEO)
    await title_cache.refresh([(OWNER, LUMEN_VIDEO)])
    for _ in range(12):
        freezer.tick(HOUR / 12)
        assert len(simulator.requests()) == 1
        await title_cache.refresh([(OWNER, LUMEN_VIDEO)])
    assert times(simulator, TITLES) == [0, HOUR]


async def test_news(
    title_cache: TitleCache, simulator: Simulator, freezer: FrozenDateTimeFactory, owner: Person
) -> None:
    """Who has a new gamerscore is asked for at once, and nobody else."""
    active = [PLAYING, (FRIEND, HARBOR_KINGS)]
    await title_cache.refresh(active)
    freezer.tick(100)
    owner.unlock(STARFALL_DRIFT)
    title_cache.invalidate_progress(OWNER)
    await title_cache.refresh(active)
    assert unlocked(title_cache) == 13
    assert len(simulator.requests()) == 3
    await look_for(title_cache, freezer, 290)
    assert len(simulator.requests()) == 3
    await look_for(title_cache, freezer, 10)
    assert times(simulator, TITLES) == [0, 0, 100, 400]


async def test_news_that_titlehub_has_not_heard(
    title_cache: TitleCache, simulator: Simulator, freezer: FrozenDateTimeFactory, owner: Person
) -> None:
    """It is asked once more a minute later, then as usual."""
    await title_cache.refresh([PLAYING])
    title_cache.invalidate_progress(OWNER)
    await look_for(title_cache, freezer, 10)
    owner.unlock(STARFALL_DRIFT)
    await look_for(title_cache, freezer, 500)
    assert times(simulator, TITLES) == [0, 10, 70, 370]
    assert unlocked(title_cache) == 13


async def test_forgotten_people(title_cache: TitleCache, simulator: Simulator) -> None:
    """What they did goes, what the title is stays."""
    active = [PLAYING, (FRIEND, HARBOR_KINGS)]
    await title_cache.refresh(active)
    title_cache.keep_only([OWNER])
    assert [unlocked(title_cache, key) for key in active] == [12, None]
    assert title_cache.title(FRIEND, HARBOR_KINGS)


async def test_kinds(title_cache: TitleCache) -> None:
    """Peoplehub's word counts until titlehub says something else."""
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
    """What one answer leaves out stays as it was."""
    await title_cache.refresh([PLAYING])
    before, version = title_cache.title(*PLAYING), title_cache.version
    bare: dict[str, object] = {"titleId": STARFALL_DRIFT, "name": None, "images": []}
    simulator.fail(TITLES, body=json.dumps({"titles": [bare]}).encode())
    await look_for(title_cache, freezer, PROGRESS_SECONDS)
    assert len(simulator.requests()) == 2
    assert title_cache.title(*PLAYING) == before
    assert title_cache.version == version


async def test_renamed_title(
    title_cache: TitleCache, simulator: Simulator, freezer: FrozenDateTimeFactory
) -> None:
    """What an answer tells otherwise is taken over."""
    await title_cache.refresh([PLAYING])
    version = title_cache.version
    simulator.world.titles[STARFALL_DRIFT].name = "Starfall Drift Remastered"
    await look_for(title_cache, freezer, PROGRESS_SECONDS)
    title = title_cache.title(*PLAYING)
    assert title
    assert title.name == "Starfall Drift Remastered"
    assert title_cache.version > version


async def test_more_achievements(
    title_cache: TitleCache, simulator: Simulator, freezer: FrozenDateTimeFactory
) -> None:
    """A title that is worth more gamerscore than when they were counted has got some."""
    title = simulator.world.titles[STARFALL_DRIFT]
    await title_cache.refresh([PLAYING])
    await title_cache.count_achievements([PLAYING])
    title.achievements, title.gamerscore = 55, 1250
    await look_for(title_cache, freezer, HOUR, step=60)
    assert total(title_cache) == 40
    assert title_cache.counting_due([PLAYING])
    await title_cache.count_achievements([PLAYING])
    assert total(title_cache) == 55
    assert not title_cache.counting_due([PLAYING])


async def test_more_unlocked_than_there_are(
    title_cache: TitleCache, simulator: Simulator, freezer: FrozenDateTimeFactory, owner: Person
) -> None:
    """Then the total is not known, and it is counted again."""
    title = simulator.world.titles[STARFALL_DRIFT]
    title.achievements = 12
    await title_cache.refresh([PLAYING])
    await title_cache.count_achievements([PLAYING])
    assert total(title_cache) == 12
    title.achievements = 20
    owner.unlock(STARFALL_DRIFT)
    await look_for(title_cache, freezer, HOUR, step=60)
    assert (unlocked(title_cache), total(title_cache)) == (13, None)
    await title_cache.count_achievements([PLAYING])
    assert total(title_cache) == 20


@pytest.mark.parametrize(("worth", "told"), [(0, 0), (1000, None)])
async def test_no_achievements(
    title_cache: TitleCache, simulator: Simulator, owner: Person, worth: int, told: int | None
) -> None:
    """That there are none is not believed of a title with gamerscore: somebody may hide them."""
    simulator.world.add_titles([Title(title_id="7", name="Odd", gamerscore=worth, achievements=0)])
    owner.play("7")
    await title_cache.refresh([(OWNER, "7")])
    assert total(title_cache, (OWNER, "7")) is None
    await title_cache.count_achievements([(OWNER, "7")])
    assert total(title_cache, (OWNER, "7")) == told
    assert not title_cache.counting_due([(OWNER, "7")])


async def test_total_that_titlehub_learned(title_cache: TitleCache, simulator: Simulator) -> None:
    """Should titlehub know it one day, nothing is counted."""
    numbers = {"currentAchievements": 3, "totalAchievements": 30, "totalGamerscore": 1000}
    title = {"titleId": STARFALL_DRIFT, "achievement": {**numbers, "sourceVersion": 2}}
    answer = {"titles": [title]}
    simulator.fail(TITLES, body=json.dumps(answer).encode())
    await title_cache.refresh([PLAYING])
    assert (unlocked(title_cache), total(title_cache)) == (3, 30)
    assert not title_cache.counting_due([PLAYING])
