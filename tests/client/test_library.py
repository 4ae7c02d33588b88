"""What is known about titles and about people in them: what is asked for when, and what is told."""

import json

import pytest
from freezegun.api import FrozenDateTimeFactory

from custom_components.xbox_network.xbox.caches.titles import PROGRESS_SECONDS, TitleCache
from tests.simulator import Person, Simulator, Title

from .conftest import (
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


async def look_for(
    library: TitleCache, freezer: FrozenDateTimeFactory, seconds: float, step: float = 10
) -> None:
    """Look every ten seconds for some time, at the owner in a game."""
    while seconds > 0:
        freezer.tick(step)
        seconds -= step
        await library.refresh([PLAYING])


async def test_title_and_progress(library: TitleCache, simulator: Simulator) -> None:
    """One request brings both; the total takes another one, once."""
    await library.refresh([PLAYING])
    title = library.title(*PLAYING)
    assert title
    assert (title.name, library.is_game(STARFALL_DRIFT)) == ("Starfall Drift", True)
    assert title.square_image_address
    assert (unlocked(library), total(library)) == (12, None)
    assert asked(simulator) == [TITLES]

    assert library.counting_due([PLAYING])
    await library.count_achievements([PLAYING])
    assert asked(simulator) == [TITLES, ACHIEVEMENTS]
    assert (unlocked(library), total(library)) == (12, 40)
    assert not library.counting_due([PLAYING])
    await library.count_achievements([PLAYING])
    assert len(simulator.requests()) == 2


async def test_unknown(library: TitleCache, simulator: Simulator) -> None:
    """Nothing is known before the first look, and nothing is asked for nobody."""
    assert library.title(*PLAYING) is None
    assert library.is_game(STARFALL_DRIFT) is None
    assert not library.counting_due([PLAYING])
    await library.refresh([])
    await library.count_achievements([PLAYING])
    assert asked(simulator) == []


async def test_totals_that_titlehub_knows(
    library: TitleCache, simulator: Simulator, owner: Person
) -> None:
    """That of an Xbox 360 title, and 0 of an app without any: nothing to count."""
    owner.play(OLD_GAME)
    owner.play(LUMEN_VIDEO, "XboxOne")
    active = [(OWNER, OLD_GAME), (OWNER, LUMEN_VIDEO)]
    await library.refresh(active)
    assert not library.counting_due(active)
    assert [total(library, key) for key in active] == [40, 0]
    assert [library.is_game(title_id) for _, title_id in active] == [True, False]


async def test_people_in_one_title(
    library: TitleCache, simulator: Simulator, friend: Person
) -> None:
    """Each has progress of their own; the total is counted for one of them and told to both."""
    friend.play(STARFALL_DRIFT)
    active = {PLAYING, (FRIEND, STARFALL_DRIFT)}
    await library.refresh(active)
    await library.count_achievements(active)
    assert [unlocked(library, key) for key in sorted(active)] == [12, 0]
    assert [total(library, key) for key in sorted(active)] == [40, 40]
    assert asked(simulator) == [TITLES, TITLES, ACHIEVEMENTS]


async def test_progress_is_asked_for_now_and_then(
    library: TitleCache, simulator: Simulator, freezer: FrozenDateTimeFactory, owner: Person
) -> None:
    """Every five minutes in the title, and not at all elsewhere."""
    await library.refresh([PLAYING])
    owner.unlock(STARFALL_DRIFT)
    await look_for(library, freezer, PROGRESS_SECONDS - 10)
    assert unlocked(library) == 12
    await look_for(library, freezer, 10)
    assert unlocked(library) == 13
    await look_for(library, freezer, 2 * PROGRESS_SECONDS)
    assert times(simulator, TITLES) == [0, 300, 600, 900]
    for _ in range(100):
        freezer.tick(10)
        await library.refresh([])
    assert len(simulator.requests()) == 4
    await library.refresh([PLAYING])
    assert len(simulator.requests()) == 5


async def test_short_absence_costs_nothing(
    library: TitleCache, simulator: Simulator, freezer: FrozenDateTimeFactory
) -> None:
    """Who comes back within five minutes is where they were."""
    await library.refresh([PLAYING])
    freezer.tick(60)
    await library.refresh([])
    freezer.tick(60)
    await library.refresh([PLAYING])
    assert times(simulator, TITLES) == [0]
    await look_for(library, freezer, 180)
    assert times(simulator, TITLES) == [0, 300]


async def test_app_without_achievements_is_asked_rarely(
    library: TitleCache, simulator: Simulator, freezer: FrozenDateTimeFactory, owner: Person
) -> None:
    """There is nothing to get on with in it."""
    owner.play(LUMEN_VIDEO)
    await library.refresh([(OWNER, LUMEN_VIDEO)])
    for _ in range(12):
        freezer.tick(HOUR / 12)
        assert len(simulator.requests()) == 1
        await library.refresh([(OWNER, LUMEN_VIDEO)])
    assert times(simulator, TITLES) == [0, HOUR]


async def test_news(
    library: TitleCache, simulator: Simulator, freezer: FrozenDateTimeFactory, owner: Person
) -> None:
    """Who has a new gamerscore is asked for at once, and nobody else."""
    active = [PLAYING, (FRIEND, HARBOR_KINGS)]
    await library.refresh(active)
    freezer.tick(100)
    owner.unlock(STARFALL_DRIFT)
    library.invalidate_progress(OWNER)
    await library.refresh(active)
    assert unlocked(library) == 13
    assert len(simulator.requests()) == 3
    await look_for(library, freezer, 290)
    assert len(simulator.requests()) == 3
    await look_for(library, freezer, 10)
    assert times(simulator, TITLES) == [0, 0, 100, 400]


async def test_news_that_titlehub_has_not_heard(
    library: TitleCache, simulator: Simulator, freezer: FrozenDateTimeFactory, owner: Person
) -> None:
    """It is asked once more a minute later, then as usual."""
    await library.refresh([PLAYING])
    library.invalidate_progress(OWNER)
    await look_for(library, freezer, 10)
    owner.unlock(STARFALL_DRIFT)
    await look_for(library, freezer, 500)
    assert times(simulator, TITLES) == [0, 10, 70, 370]
    assert unlocked(library) == 13


async def test_forgotten_people(library: TitleCache, simulator: Simulator) -> None:
    """What they did goes, what the title is stays."""
    active = [PLAYING, (FRIEND, HARBOR_KINGS)]
    await library.refresh(active)
    library.keep_only([OWNER])
    assert [unlocked(library, key) for key in active] == [12, None]
    assert library.title(FRIEND, HARBOR_KINGS)


async def test_kinds(library: TitleCache) -> None:
    """Peoplehub's word counts until titlehub says something else."""
    library.set_is_game(STARFALL_DRIFT, False)
    library.set_is_game(HARBOR_KINGS, True)
    assert library.is_game(STARFALL_DRIFT) is False
    assert library.is_game(HARBOR_KINGS) is True
    assert library.title(*PLAYING) is None
    await library.refresh([PLAYING])
    assert library.is_game(STARFALL_DRIFT) is True
    library.set_is_game(STARFALL_DRIFT, False)
    assert library.is_game(STARFALL_DRIFT) is True


async def test_gaps_in_answers(
    library: TitleCache, simulator: Simulator, freezer: FrozenDateTimeFactory
) -> None:
    """What one answer leaves out stays as it was."""
    await library.refresh([PLAYING])
    before, version = library.title(*PLAYING), library.version
    bare: dict[str, object] = {"titleId": STARFALL_DRIFT, "name": None, "images": []}
    simulator.fail(TITLES, body=json.dumps({"titles": [bare]}).encode())
    await look_for(library, freezer, PROGRESS_SECONDS)
    assert len(simulator.requests()) == 2
    assert library.title(*PLAYING) == before
    assert library.version == version


async def test_renamed_title(
    library: TitleCache, simulator: Simulator, freezer: FrozenDateTimeFactory
) -> None:
    """What an answer tells otherwise is taken over."""
    await library.refresh([PLAYING])
    version = library.version
    simulator.world.titles[STARFALL_DRIFT].name = "Starfall Drift Remastered"
    await look_for(library, freezer, PROGRESS_SECONDS)
    title = library.title(*PLAYING)
    assert title
    assert title.name == "Starfall Drift Remastered"
    assert library.version > version


async def test_more_achievements(
    library: TitleCache, simulator: Simulator, freezer: FrozenDateTimeFactory
) -> None:
    """A title that is worth more gamerscore than when they were counted has got some."""
    title = simulator.world.titles[STARFALL_DRIFT]
    await library.refresh([PLAYING])
    await library.count_achievements([PLAYING])
    title.achievements, title.gamerscore = 55, 1250
    await look_for(library, freezer, HOUR, step=60)
    assert total(library) == 40
    assert library.counting_due([PLAYING])
    await library.count_achievements([PLAYING])
    assert total(library) == 55
    assert not library.counting_due([PLAYING])


async def test_more_unlocked_than_there_are(
    library: TitleCache, simulator: Simulator, freezer: FrozenDateTimeFactory, owner: Person
) -> None:
    """Then the total is not known, and it is counted again."""
    title = simulator.world.titles[STARFALL_DRIFT]
    title.achievements = 12
    await library.refresh([PLAYING])
    await library.count_achievements([PLAYING])
    assert total(library) == 12
    title.achievements = 20
    owner.unlock(STARFALL_DRIFT)
    await look_for(library, freezer, HOUR, step=60)
    assert (unlocked(library), total(library)) == (13, None)
    await library.count_achievements([PLAYING])
    assert total(library) == 20


@pytest.mark.parametrize(("worth", "told"), [(0, 0), (1000, None)])
async def test_no_achievements(
    library: TitleCache, simulator: Simulator, owner: Person, worth: int, told: int | None
) -> None:
    """That there are none is not believed of a title with gamerscore: somebody may hide them."""
    simulator.world.add_titles([Title(title_id="7", name="Odd", gamerscore=worth, achievements=0)])
    owner.play("7")
    await library.refresh([(OWNER, "7")])
    assert total(library, (OWNER, "7")) is None
    await library.count_achievements([(OWNER, "7")])
    assert total(library, (OWNER, "7")) == told
    assert not library.counting_due([(OWNER, "7")])


async def test_total_that_titlehub_learned(library: TitleCache, simulator: Simulator) -> None:
    """Should titlehub know it one day, nothing is counted."""
    numbers = {"currentAchievements": 3, "totalAchievements": 30, "totalGamerscore": 1000}
    title = {"titleId": STARFALL_DRIFT, "achievement": {**numbers, "sourceVersion": 2}}
    answer = {"titles": [title]}
    simulator.fail(TITLES, body=json.dumps(answer).encode())
    await library.refresh([PLAYING])
    assert (unlocked(library), total(library)) == (3, 30)
    assert not library.counting_due([PLAYING])
