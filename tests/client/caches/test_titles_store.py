"""The title cache, storage: the titles that are kept over a restart, and their number."""

import json
from typing import Any

import pytest
from freezegun.api import FrozenDateTimeFactory

from custom_components.xbox_network.xbox import XboxClient
from custom_components.xbox_network.xbox.caches.titles import MOST_TITLES, TitleCache
from tests.client.conftest import (
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
from tests.helpers.client.mutations import spoil
from tests.simulator import Person, Simulator, Title
from tests.simulator.people.person import Progress


def stored(title_cache: TitleCache) -> Any:
    """Return the stored data after a round trip through JSON."""
    return json.loads(json.dumps(title_cache.to_store()))


def restarted(client: XboxClient, title_cache: TitleCache) -> TitleCache:
    """Return the cache after a restart."""
    fresh = TitleCache(client)
    fresh.from_store(stored(title_cache))
    return fresh


async def test_after_a_restart(
    title_cache: TitleCache, client: XboxClient, simulator: Simulator
) -> None:
    """After a restart the title is known at once; progress costs one request, the total none."""
    await title_cache.refresh([PLAYING])
    await title_cache.count_achievements([PLAYING])
    title_cache.set_is_game(HARBOR_KINGS, True)
    simulator.clear()

    fresh = restarted(client, title_cache)
    before, title = title_cache.title(*PLAYING), fresh.title(*PLAYING)
    assert before
    assert title == before.model_copy(update={"achievement": None})
    assert [fresh.is_game(key) for key in (STARFALL_DRIFT, HARBOR_KINGS, "7")] == [True, True, None]
    assert fresh.title(OWNER, HARBOR_KINGS) is None
    assert stored(fresh) == stored(title_cache)
    assert fresh.version == 0
    assert asked(simulator) == []

    await fresh.refresh([PLAYING])
    assert fresh.title(*PLAYING) == before
    assert not fresh.counting_due([PLAYING])
    assert (asked(simulator), fresh.version) == ([TITLES], 0)


async def test_version(title_cache: TitleCache, simulator: Simulator) -> None:
    """The version changes only with the stored data."""
    versions = [title_cache.version]
    title_cache.set_is_game(HARBOR_KINGS, True)
    versions.append(title_cache.version)
    await title_cache.refresh([PLAYING])
    versions.append(title_cache.version)
    await title_cache.count_achievements([PLAYING])
    versions.append(title_cache.version)
    assert sorted(set(versions)) == versions
    title_cache.set_is_game(HARBOR_KINGS, True)
    title_cache.invalidate_progress(OWNER)
    await title_cache.refresh([PLAYING])
    await title_cache.count_achievements([PLAYING])
    title_cache.keep_only([])
    assert title_cache.version == versions[-1]


async def test_nothing_personal_is_stored(
    title_cache: TitleCache, simulator: Simulator, owner: Person, friend: Person
) -> None:
    """No person and no progress is stored."""
    owner.progress[STARFALL_DRIFT] = Progress(31, 777, 1.0)
    friend.play(HARBOR_KINGS, rich_presence="Sector 7")
    active = [PLAYING, (FRIEND, HARBOR_KINGS)]
    await title_cache.refresh(active)
    await title_cache.count_achievements(active)
    text = json.dumps(stored(title_cache))
    assert "Starfall Drift" in text
    for personal in (OWNER, FRIEND, owner.gamertag, friend.gamertag, "31,", "777", "chievement"):
        assert personal not in text


async def test_one_picture_of_each_type(title_cache: TitleCache) -> None:
    """One picture of each type is stored, because the others are not shown."""
    await title_cache.refresh([PLAYING])
    title = title_cache.title(*PLAYING)
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
async def test_odd_data(title_cache: TitleCache, data: object) -> None:
    """Odd data is ignored."""
    title_cache.from_store(data)
    assert stored(title_cache) == {}
    await title_cache.refresh([PLAYING])
    assert unlocked(title_cache) == 12


@pytest.mark.parametrize(
    "odd",
    [
        {"title": 7, "told_game": "perhaps", "total": -3},
        {"title": {"title_id": HARBOR_KINGS, "name": "Harbor Kings"}},
        {"title": {"name": "Starfall Drift"}, "total": "many"},
    ],
)
def test_odd_record(title_cache: TitleCache, odd: dict[str, object]) -> None:
    """An odd field costs only itself, a title under the wrong id costs the title."""
    valid = {"title_id": HARBOR_KINGS, "told_game": True}
    title_cache.from_store({"titles": [{"title_id": STARFALL_DRIFT, **odd}, valid, None]})
    assert title_cache.title(*PLAYING) is None
    assert title_cache.is_game(STARFALL_DRIFT) is None
    assert title_cache.is_game(HARBOR_KINGS) is True


async def test_each_place_spoiled(title_cache: TitleCache, client: XboxClient) -> None:
    """A spoiled stored title does not cost the other titles, and the result can be stored again."""
    keys = [PLAYING, (FRIEND, HARBOR_KINGS)]
    await title_cache.refresh(keys)
    await title_cache.count_achievements(keys)
    document = stored(title_cache)
    titles = [title_cache.title("", title_id) for _, title_id in keys]
    known = [(title, title_cache.is_game(title.title_id)) for title in titles if title]
    spoiled_titles = 0
    for path, value, spoiled in spoil(document):
        fresh = TitleCache(client)
        fresh.from_store(spoiled)
        titles_after = [(fresh.title("", key), fresh.is_game(key)) for _, key in keys]
        assert path == ("titles",) or sum(map(known.__contains__, titles_after)) >= 1, (path, value)
        spoiled_titles += known != titles_after
        assert restarted(client, fresh).to_store() == fresh.to_store()
    assert spoiled_titles > 100


def test_stored_progress_is_ignored(title_cache: TitleCache) -> None:
    """Progress in the stored data is ignored, because it names no person."""
    title = {"title_id": STARFALL_DRIFT, "achievement": {"current_achievements": 3}}
    title_cache.from_store({"titles": [{"title_id": STARFALL_DRIFT, "title": title}]})
    assert title_cache.title(*PLAYING)
    assert unlocked(title_cache) is None


async def test_newer_titles_win(title_cache: TitleCache, simulator: Simulator) -> None:
    """Stored data that comes late does not replace a title of titlehub."""
    await title_cache.refresh([PLAYING])
    title_cache.set_is_game(HARBOR_KINGS, True)
    old = [
        {"title_id": key, "title": {"title_id": key, "name": "Old", "type": "Application"}}
        for key in (STARFALL_DRIFT, HARBOR_KINGS)
    ]
    title_cache.from_store({"titles": old})
    names = [title_cache.title(OWNER, key) for key in (STARFALL_DRIFT, HARBOR_KINGS)]
    assert [title and title.name for title in names] == ["Starfall Drift", "Old"]


async def test_most_titles(
    title_cache: TitleCache, client: XboxClient, simulator: Simulator
) -> None:
    """The title that was unused for longest is dropped first."""
    title_cache.set_is_game(STARFALL_DRIFT, True)
    await title_cache.refresh([PLAYING])
    for number in range(MOST_TITLES - 1):
        title_cache.set_is_game(str(number), True)
    await title_cache.refresh([PLAYING])
    title_cache.set_is_game(HARBOR_KINGS, True)
    known = [title_cache.is_game(key) for key in ("0", "1", STARFALL_DRIFT, HARBOR_KINGS)]
    assert known == [None, True, True, True]
    assert len(stored(title_cache)["titles"]) == MOST_TITLES
    late = restarted(client, title_cache)
    late.from_store({"titles": [{"title_id": str(n), "total": 1} for n in range(10**6, 10**6 + 9)]})
    assert len(stored(late)["titles"]) == MOST_TITLES


async def test_progress_is_bounded(
    title_cache: TitleCache, simulator: Simulator, freezer: FrozenDateTimeFactory, owner: Person
) -> None:
    """Old progress in other titles is dropped; the titles stay."""
    await title_cache.refresh([PLAYING])
    keys = [(OWNER, str(number)) for number in range(500)]
    for first in range(0, len(keys), 10):
        freezer.tick(101)
        await title_cache.refresh(keys[first : first + 10])
    freezer.tick(101)
    assert unlocked(title_cache) == 12
    await title_cache.refresh([keys[-1]])
    assert unlocked(title_cache) is None
    assert title_cache.title(*PLAYING)
    assert total(title_cache) is None


async def test_titles_in_use_stay(
    title_cache: TitleCache, simulator: Simulator, owner: Person
) -> None:
    """A title in use stays longer than titles that were added later."""
    simulator.world.add_titles([Title(title_id="7", name="Seven")])
    owner.play("7")
    await title_cache.refresh([(OWNER, "7")])
    for number in range(1000, 1000 + 3 * MOST_TITLES):
        title_cache.set_is_game(str(number), True)
        if number % 100 == 0:
            await title_cache.refresh([(OWNER, "7")])
    title = title_cache.title(OWNER, "7")
    assert title
    assert title.name == "Seven"
