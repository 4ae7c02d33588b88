"""What is known about titles: what is asked for when, and what is told."""

import pytest

from custom_components.xbox_network.xbox import XboxClient
from custom_components.xbox_network.xbox.library import TitleLibrary
from tests.simulator import Person, Simulator

from .conftest import (
    ACHIEVEMENTS,
    LUMEN_VIDEO,
    OWNER,
    STARFALL_DRIFT,
    TITLES,
    asked,
)

PLAYING = (OWNER, STARFALL_DRIFT)
OLD_GAME = "1900000360"


@pytest.fixture
def library(client: XboxClient) -> TitleLibrary:
    """Return a library that knows nothing."""
    return TitleLibrary(client)


async def test_title_and_progress(library: TitleLibrary, simulator: Simulator) -> None:
    """One request brings both; the total takes another, and only that of a modern title."""
    await library.look([PLAYING])
    title = library.title(*PLAYING)
    assert title
    assert (title.name, library.is_game(STARFALL_DRIFT)) == ("Starfall Drift", True)
    assert title.square_picture
    assert title.achievement
    assert title.achievement.current_achievements == 12
    assert title.achievement.total_achievements is None
    assert asked(simulator) == [TITLES]

    assert library.counting_due([PLAYING])
    await library.count([PLAYING])
    assert asked(simulator) == [TITLES, ACHIEVEMENTS]
    assert total(library) == 40
    assert not library.counting_due([PLAYING])
    await library.count([PLAYING])
    assert len(simulator.requests()) == 2


def total(library: TitleLibrary, key: tuple[str, str] = PLAYING) -> int | None:
    """Return how many achievements a title has, as it is told to a person."""
    title = library.title(*key)
    assert title
    assert title.achievement
    return title.achievement.total_achievements


def unlocked(library: TitleLibrary, key: tuple[str, str] = PLAYING) -> int | None:
    """Return how many achievements a person has in a title."""
    title = library.title(*key)
    return title.achievement.current_achievements if title and title.achievement else None


async def test_titles_with_a_right_total(
    library: TitleLibrary, simulator: Simulator, owner: Person
) -> None:
    """Titlehub knows it for an Xbox 360 title, and for an app without any."""
    owner.play(OLD_GAME)
    owner.play(LUMEN_VIDEO, "XboxOne")
    active = [(OWNER, OLD_GAME), (OWNER, LUMEN_VIDEO)]
    await library.look(active)
    assert not library.counting_due(active)
    assert [total(library, key) for key in active] == [40, 0]
    assert [library.is_game(title_id) for _, title_id in active] == [True, False]
