"""The names of titles: each service and language adds its own, within bounds, over a restart."""

import json

import pytest

from custom_components.xbox_network.xbox import XboxClient
from custom_components.xbox_network.xbox.caches.title_names import (
    LONGEST_NAME,
    MOST_NAMES,
    MOST_TITLES,
    TitleNames,
)
from custom_components.xbox_network.xbox.caches.titles import TitleCache
from custom_components.xbox_network.xbox.people.observer import PeopleObserver
from tests.client.conftest import OWNER, PLAYING, STARFALL_DRIFT
from tests.simulator import Person, Simulator


def test_names_of_a_title() -> None:
    """Each name is kept once, in order; blank, missing and endless names are none."""
    names = TitleNames()
    names.learn("1", "Starfall Drift", None, "", "  ", "\u200b", "x" * (LONGEST_NAME + 1))
    names.learn("1", "Starfall Drift", "Sternensturz", "y" * LONGEST_NAME)
    assert names.of("1") == ("Starfall Drift", "Sternensturz", "y" * LONGEST_NAME)
    assert names.of("2") == ()
    names.learn("2", None)
    assert list(names.all()) == ["1"]


def test_version() -> None:
    """Only something new has to be kept."""
    names = TitleNames()
    versions = []
    for name in ("Drift", "Drift", None, "Kings", "Drift"):
        names.learn("1", name)
        versions.append(names.version)
    assert versions == [1, 1, 1, 2, 2]


def test_bounds() -> None:
    """The latest names of a title, and the titles that were met last, are kept."""
    names = TitleNames()
    names.learn("1", *(f"name {number}" for number in range(MOST_NAMES + 2)))
    assert names.of("1") == tuple(f"name {number}" for number in range(2, MOST_NAMES + 2))
    for number in range(2, MOST_TITLES + 1):
        names.learn(str(number), "Kings")
    names.learn("1", "name 5")  # met again: another one is the oldest now
    names.learn("9999", "Kings")
    assert len(names.all()) == MOST_TITLES
    assert names.of("1")
    assert names.of("2") == ()
    assert names.of("3") == ("Kings",)


def test_kept() -> None:
    """Kept names come back behind those that were learned meanwhile."""
    names = TitleNames()
    names.learn("1", "Drift", "Sternensturz")
    names.learn("2", "Kings")
    kept = json.loads(json.dumps(names.to_store()))
    later = TitleNames()
    later.learn("1", "Drift X")
    later.from_store(kept)
    assert dict(later.all()) == {"2": ("Kings",), "1": ("Drift", "Sternensturz", "Drift X")}
    assert later.to_store()["titles"][0] == {"title_id": "2", "names": ["Kings"]}


@pytest.mark.parametrize(
    ("data", "known"),
    [
        (None, {}),
        ("x", {}),
        ([], {}),
        ({"titles": 7}, {}),
        ({"titles": [None, {"names": ["Drift"]}, {"title_id": "x", "names": ["Drift"]}]}, {}),
        ({"titles": [{"title_id": "1", "names": "Drift"}]}, {}),
        ({"titles": [{"title_id": "1", "names": [3, None, "", "Drift"]}]}, {"1": ("3", "Drift")}),
        ({"titles": [{"title_id": "1", "names": ["x" * 201, "Drift"]}]}, {"1": ("Drift",)}),
    ],
    ids=str,
)
def test_unreadable(data: object, known: dict[str, tuple[str, ...]]) -> None:
    """What cannot be read is left out; the rest is taken."""
    names = TitleNames()
    names.from_store(data)
    assert dict(names.all()) == known


async def test_of_each_service(
    simulator: Simulator, observer: PeopleObserver, owner: Person
) -> None:
    """Names of presence and titlehub are learned, also that of the last title of an offline person."""
    title = simulator.world.titles[STARFALL_DRIFT]
    title.name, title.presence_name = "Starfall Drift for Xbox Series X|S", "Starfall Drift"
    owner.play(STARFALL_DRIFT)
    await observer.refresh()
    assert set(observer.titles.names.of(STARFALL_DRIFT)) == {title.name, title.presence_name}
    owner.go_offline()
    title.presence_name = "Sternensturz"
    await observer.refresh()
    assert observer.titles.names.of(STARFALL_DRIFT)[-1] == "Sternensturz"


async def test_of_an_old_file(client: XboxClient, title_cache: TitleCache, owner: Person) -> None:
    """The titles that an earlier version has kept have their names."""
    owner.play(STARFALL_DRIFT)
    await title_cache.refresh([PLAYING])
    kept = title_cache.to_store()
    assert kept["titles"][0]["title"]["name"] == "Starfall Drift"
    later = TitleCache(client)
    later.from_store(kept)
    assert later.names.of(STARFALL_DRIFT) == ("Starfall Drift",)
    assert later.name(STARFALL_DRIFT) == "Starfall Drift"
    assert later.name("7") is None
    assert OWNER not in json.dumps(later.names.to_store())
