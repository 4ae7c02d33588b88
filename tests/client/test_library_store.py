"""What is kept of titles over a restart, and how much."""

import json
from typing import Any

import pytest
from freezegun.api import FrozenDateTimeFactory

from custom_components.xbox_network.xbox import XboxClient
from custom_components.xbox_network.xbox.caches.titles import MOST_TITLES, TitleCache
from tests.simulator import Person, Simulator, Title
from tests.simulator.person import Progress

from .conftest import (
    FRIEND,
    HARBOR_KINGS,
    OWNER,
    PLAYING,
    STARFALL_DRIFT,
    TITLES,
    asked,
    total,
    unlocked,
)
from .mutations import spoil


def stored(library: TitleCache) -> Any:
    """Return what is read from the disk after a restart."""
    return json.loads(json.dumps(library.to_store()))


def restarted(client: XboxClient, library: TitleCache) -> TitleCache:
    """Return the library after a restart."""
    fresh = TitleCache(client)
    fresh.from_store(stored(library))
    return fresh


async def test_after_a_restart(
    library: TitleCache, client: XboxClient, simulator: Simulator
) -> None:
    """What the title is is there at once; the progress comes with one request, nothing is counted."""
    await library.refresh([PLAYING])
    await library.count_achievements([PLAYING])
    library.set_is_game(HARBOR_KINGS, True)
    simulator.clear()

    fresh = restarted(client, library)
    before, title = library.title(*PLAYING), fresh.title(*PLAYING)
    assert before
    assert title == before.model_copy(update={"achievement": None})
    assert [fresh.is_game(key) for key in (STARFALL_DRIFT, HARBOR_KINGS, "7")] == [True, True, None]
    assert fresh.title(OWNER, HARBOR_KINGS) is None
    assert stored(fresh) == stored(library)
    assert fresh.version == 0
    assert asked(simulator) == []

    await fresh.refresh([PLAYING])
    assert fresh.title(*PLAYING) == before
    assert not fresh.counting_due([PLAYING])
    assert (asked(simulator), fresh.version) == ([TITLES], 0)


async def test_version(library: TitleCache, simulator: Simulator) -> None:
    """It moves when there is something to keep, and only then."""
    seen = [library.version]
    library.set_is_game(HARBOR_KINGS, True)
    seen.append(library.version)
    await library.refresh([PLAYING])
    seen.append(library.version)
    await library.count_achievements([PLAYING])
    seen.append(library.version)
    assert sorted(set(seen)) == seen
    library.set_is_game(HARBOR_KINGS, True)
    library.invalidate_progress(OWNER)
    await library.refresh([PLAYING])
    await library.count_achievements([PLAYING])
    library.keep_only([])
    assert library.version == seen[-1]


async def test_nothing_personal_is_kept(
    library: TitleCache, simulator: Simulator, owner: Person, friend: Person
) -> None:
    """Who plays and how far they are is nobody's business."""
    owner.progress[STARFALL_DRIFT] = Progress(31, 777, 1.0)
    friend.play(HARBOR_KINGS, rich_presence="Sector 7")
    active = [PLAYING, (FRIEND, HARBOR_KINGS)]
    await library.refresh(active)
    await library.count_achievements(active)
    text = json.dumps(stored(library))
    assert "Starfall Drift" in text
    for personal in (OWNER, FRIEND, owner.gamertag, friend.gamertag, "31,", "777", "chievement"):
        assert personal not in text


async def test_one_picture_of_each_type(library: TitleCache) -> None:
    """The others are shown nowhere and would fill the disk."""
    await library.refresh([PLAYING])
    title = library.title(*PLAYING)
    assert title
    types = [image.type for image in title.images]
    assert len(types) == len(set(types)) > 5


ODD: list[object] = [
    *(None, 7, "text", [], [7], {}, {"titles": None}, {"titles": 7}, {"titles": {"1": {}}}),
    *({"titles": [None]}, {"titles": [7, "text", [], {}]}, {"titles": [{"title_id": None}]}),
    {"titles": [{"title_id": "not a number", "told_game": True}]},
    {"titles": [{"title": {"title_id": STARFALL_DRIFT, "name": "Starfall Drift"}}]},
]


@pytest.mark.parametrize("data", ODD, ids=str)
async def test_odd_data(library: TitleCache, data: object) -> None:
    """They count as nothing, and everything works as if there were none."""
    library.from_store(data)
    assert stored(library) == {}
    await library.refresh([PLAYING])
    assert unlocked(library) == 12


@pytest.mark.parametrize(
    "odd",
    [
        {"title": 7, "told_game": "perhaps", "total": -3},
        {"title": {"title_id": HARBOR_KINGS, "name": "Harbor Kings"}},
        {"title": {"name": "Starfall Drift"}, "total": "many"},
    ],
)
def test_odd_record(library: TitleCache, odd: dict[str, object]) -> None:
    """One odd field costs that field, a title under the wrong id costs the title."""
    whole = {"title_id": HARBOR_KINGS, "told_game": True}
    library.from_store({"titles": [{"title_id": STARFALL_DRIFT, **odd}, whole, None]})
    assert library.title(*PLAYING) is None
    assert library.is_game(STARFALL_DRIFT) is None
    assert library.is_game(HARBOR_KINGS) is True


async def test_each_place_spoiled(library: TitleCache, client: XboxClient) -> None:
    """Whatever becomes of one title on the disk, the others are there, and all of it can be kept."""
    keys = [PLAYING, (FRIEND, HARBOR_KINGS)]
    await library.refresh(keys)
    await library.count_achievements(keys)
    document = stored(library)
    titles = [library.title("", title_id) for _, title_id in keys]
    known = [(title, library.is_game(title.title_id)) for title in titles if title]
    spoiled_titles = 0
    for path, value, spoiled in spoil(document):
        fresh = TitleCache(client)
        fresh.from_store(spoiled)
        found = [(fresh.title("", key), fresh.is_game(key)) for _, key in keys]
        assert path == ("titles",) or sum(map(known.__contains__, found)) >= 1, (path, value)
        spoiled_titles += known != found
        assert restarted(client, fresh).to_store() == fresh.to_store()
    assert spoiled_titles > 100


def test_progress_that_somebody_wrote_there(library: TitleCache) -> None:
    """It belongs to nobody, and is told to nobody."""
    title = {"title_id": STARFALL_DRIFT, "achievement": {"current_achievements": 3}}
    library.from_store({"titles": [{"title_id": STARFALL_DRIFT, "title": title}]})
    assert library.title(*PLAYING)
    assert unlocked(library) is None


async def test_what_was_told_since_wins(library: TitleCache, simulator: Simulator) -> None:
    """Data that come late replace nothing that titlehub has told."""
    await library.refresh([PLAYING])
    library.set_is_game(HARBOR_KINGS, True)
    old = [
        {"title_id": key, "title": {"title_id": key, "name": "Old", "type": "Application"}}
        for key in (STARFALL_DRIFT, HARBOR_KINGS)
    ]
    library.from_store({"titles": old})
    names = [library.title(OWNER, key) for key in (STARFALL_DRIFT, HARBOR_KINGS)]
    assert [title and title.name for title in names] == ["Starfall Drift", "Old"]


async def test_most_titles(library: TitleCache, client: XboxClient, simulator: Simulator) -> None:
    """The one that nobody was in for longest goes first."""
    library.set_is_game(STARFALL_DRIFT, True)
    await library.refresh([PLAYING])
    for number in range(MOST_TITLES - 1):
        library.set_is_game(str(number), True)
    await library.refresh([PLAYING])
    library.set_is_game(HARBOR_KINGS, True)
    known = [library.is_game(key) for key in ("0", "1", STARFALL_DRIFT, HARBOR_KINGS)]
    assert known == [None, True, True, True]
    assert len(stored(library)["titles"]) == MOST_TITLES
    late = restarted(client, library)
    late.from_store({"titles": [{"title_id": str(n), "total": 1} for n in range(10**6, 10**6 + 9)]})
    assert len(stored(late)["titles"]) == MOST_TITLES


async def test_progress_is_bounded(
    library: TitleCache, simulator: Simulator, freezer: FrozenDateTimeFactory, owner: Person
) -> None:
    """What people did long ago in other titles is forgotten; what titles are is not."""
    await library.refresh([PLAYING])
    keys = [(OWNER, str(number)) for number in range(500)]
    for first in range(0, len(keys), 10):
        freezer.tick(101)
        await library.refresh(keys[first : first + 10])
    freezer.tick(101)
    assert unlocked(library) == 12
    await library.refresh([keys[-1]])
    assert unlocked(library) is None
    assert library.title(*PLAYING)
    assert total(library) is None


async def test_titles_in_use_stay(library: TitleCache, simulator: Simulator, owner: Person) -> None:
    """A title that is looked at outlives those that were learned later."""
    simulator.world.add_titles([Title(title_id="7", name="Seven")])
    owner.play("7")
    await library.refresh([(OWNER, "7")])
    for number in range(1000, 1000 + 3 * MOST_TITLES):
        library.set_is_game(str(number), True)
        if number % 100 == 0:
            await library.refresh([(OWNER, "7")])
    title = library.title(OWNER, "7")
    assert title
    assert title.name == "Seven"
