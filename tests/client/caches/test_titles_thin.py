"""The title cache: answers that leave something out, or say something else for once."""

from typing import Any

import pytest
from freezegun.api import FrozenDateTimeFactory

from custom_components.xbox_network.xbox.caches.titles import PROGRESS_SECONDS, TitleCache
from tests.client.conftest import HARBOR_KINGS, PLAYING, STARFALL_DRIFT, TITLES, times
from tests.simulator import Simulator

HOUR = 3600


def spoil(simulator: Simulator, times: int = 1, **fields: Any) -> None:
    """Change fields of the title in the next answers."""
    simulator.spoil(TITLES, lambda answer: answer["titles"][0].update(fields), times=times)


def without_titles(answer: dict[str, Any]) -> None:
    """Leave out the title."""
    answer["titles"] = []


@pytest.mark.parametrize(
    "thin",
    [
        {"achievement": None},
        {"achievement": {}},
        {"achievement": {"currentAchievements": 12, "progressPercentage": "many"}},
        {"images": [], "displayImage": None},
        {"images": None, "name": ""},
        {"type": None, "serviceConfigId": ""},
        {"images": [{"type": "Tile"}]},
        # said otherwise, once
        {"name": "Elsewhere"},
        {"type": "Application"},
        {"images": [{"type": "Tile", "url": "http://store-images.s-microsoft.com/image/other"}]},
    ],
    ids=str,
)
async def test_once(
    title_cache: TitleCache,
    simulator: Simulator,
    freezer: FrozenDateTimeFactory,
    thin: dict[str, Any],
) -> None:
    """One answer that leaves something out, or changes a fact, changes nothing."""
    await title_cache.refresh([PLAYING])
    before, version = title_cache.title(*PLAYING), title_cache.version
    spoil(simulator, **thin)
    for seconds in (PROGRESS_SECONDS, 10, 10, PROGRESS_SECONDS):
        freezer.tick(seconds)
        await title_cache.refresh([PLAYING])
        assert title_cache.title(*PLAYING) == before
        assert title_cache.version == version
        assert title_cache.is_game(STARFALL_DRIFT) is True


@pytest.mark.parametrize(
    ("thin", "waits"),
    [
        ({"achievement": None}, [PROGRESS_SECONDS, 2, PROGRESS_SECONDS]),
        ({"achievement": {"sourceVersion": 2}}, [PROGRESS_SECONDS, 2, PROGRESS_SECONDS]),
        ({"name": "Elsewhere"}, [PROGRESS_SECONDS, 2, PROGRESS_SECONDS]),
        ({"name": None}, [PROGRESS_SECONDS, PROGRESS_SECONDS]),
    ],
    ids=str,
)
async def test_second_look(
    title_cache: TitleCache,
    simulator: Simulator,
    freezer: FrozenDateTimeFactory,
    thin: dict[str, Any],
    waits: list[float],
) -> None:
    """A gap in the progress and a changed fact are looked at again after two seconds, once."""
    await title_cache.refresh([PLAYING])
    spoil(simulator, times=2, **thin)
    for wait in waits:
        freezer.tick(wait - 1)
        await title_cache.refresh([PLAYING])
        freezer.tick(1)
        await title_cache.refresh([PLAYING])
    sums = [sum(waits[: number + 1]) for number in range(len(waits))]
    assert times(simulator, TITLES) == [0, *sums]


async def test_twice(
    title_cache: TitleCache, simulator: Simulator, freezer: FrozenDateTimeFactory
) -> None:
    """Progress that two answers in a row leave out is unknown; facts that two change are changed."""
    await title_cache.refresh([PLAYING])
    spoil(simulator, times=2, achievement={"currentAchievements": 3}, name="Elsewhere", images=[])
    for seconds in (PROGRESS_SECONDS, 2):
        freezer.tick(seconds)
        await title_cache.refresh([PLAYING])
    title = title_cache.title(*PLAYING)
    assert title
    assert title.achievement
    assert title.achievement.current_achievements == 3
    assert title.achievement.current_gamerscore is None
    assert title.name == "Elsewhere"
    assert title.images, "facts stay"
    freezer.tick(PROGRESS_SECONDS)
    spoil(simulator, times=2, achievement=None)
    await title_cache.refresh([PLAYING])
    freezer.tick(2)
    await title_cache.refresh([PLAYING])
    title = title_cache.title(*PLAYING)
    assert title
    assert title.achievement is None


async def test_two_other_facts(
    title_cache: TitleCache, simulator: Simulator, freezer: FrozenDateTimeFactory
) -> None:
    """A fact that two answers change to different values stays."""
    await title_cache.refresh([PLAYING])
    for name in ("One", "Two"):
        spoil(simulator, name=name)
    for seconds in (PROGRESS_SECONDS, 2):
        freezer.tick(seconds)
        await title_cache.refresh([PLAYING])
    title = title_cache.title(*PLAYING)
    assert title
    assert title.name == "Starfall Drift"


async def test_title_left_out(
    title_cache: TitleCache, simulator: Simulator, freezer: FrozenDateTimeFactory
) -> None:
    """A list without the title is looked at again after two seconds; twice in a row it hides the progress."""
    await title_cache.refresh([PLAYING])
    before = title_cache.title(*PLAYING)
    simulator.spoil(TITLES, without_titles)
    for seconds in (PROGRESS_SECONDS, 2, PROGRESS_SECONDS):
        freezer.tick(seconds)
        await title_cache.refresh([PLAYING])
        assert title_cache.title(*PLAYING) == before
    simulator.spoil(TITLES, without_titles, times=2)
    for seconds in (PROGRESS_SECONDS, 2, PROGRESS_SECONDS):
        freezer.tick(seconds)
        await title_cache.refresh([PLAYING])
    title = title_cache.title(*PLAYING)
    assert title
    assert (title.name, title.achievement) == ("Starfall Drift", None)
    assert times(simulator, TITLES) == [0, 300, 302, 602, 902, 904], "hidden: once an hour"


def test_kind_told_otherwise_once(title_cache: TitleCache) -> None:
    """Peoplehub has to deny what it has called a title twice in a row."""
    told = (True, False, True, False, False, None)
    seen = []
    for is_game in told:
        if is_game is not None:
            title_cache.set_is_game(HARBOR_KINGS, is_game)
        seen.append(title_cache.is_game(HARBOR_KINGS))
    assert seen == [True, True, True, True, False, False]
