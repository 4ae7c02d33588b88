"""Answers of the store that say little: a known product keeps its name, kind and pictures."""

from collections.abc import Callable
from typing import Any

import pytest
from freezegun.api import FrozenDateTimeFactory

from custom_components.xbox_network.xbox import XboxClient
from custom_components.xbox_network.xbox.caches.products import (
    KEPT_SECONDS,
    LOOK_AGAIN_SECONDS,
    KnownProduct,
    ProductCache,
)
from tests.client.conftest import CATALOG, STARFALL_DRIFT
from tests.simulator import Simulator

DRIFT = "Example.StarfallDrift_0a1b2c3d4e5f6"
STRANGE = "Example.Strange_0a1b2c3d4e5f6"

type Change = Callable[[Any], Any]


@pytest.fixture(name="product_cache")
def product_cache_fixture(client: XboxClient) -> ProductCache:
    """Return an empty product cache."""
    return ProductCache(client.catalog)


def _first(change: Change) -> Change:
    return lambda answer: change(answer["Products"][0])


def _texts(change: Change) -> Change:
    return _first(lambda product: change(product["LocalizedProperties"][0]))


def _pictures(purpose: str, change: Change) -> Change:
    """Return a change of all pictures with a purpose."""

    def thin(texts: Any) -> None:
        for image in texts["Images"]:
            if image["ImagePurpose"] == purpose:
                change(image)

    return _texts(thin)


THIN: dict[str, Change] = {
    "no title": _texts(lambda it: it.update(ProductTitle=None)),
    "blank title": _texts(lambda it: it.update(ProductTitle=" \u3164")),
    "title of another kind": _texts(lambda it: it.update(ProductTitle={})),
    "no pictures": _texts(lambda it: it.update(Images=[])),
    "unreadable pictures": _texts(lambda it: it.update(Images=["odd"])),
    "no kind": _first(lambda it: it.update(ProductKind=None)),
    "no texts": _first(lambda it: it.update(LocalizedProperties=[])),
    "no product": lambda it: it.update(Products=[]),
    "unreadable product": lambda it: it.update(Products=["odd"]),
    "null": lambda it: it.update(Products=None),
    **{
        f"{purpose} {name}": _pictures(purpose, change)
        for purpose in ("FeaturePromotionalSquareArt", "Poster")
        for name, change in {
            "away": dict.clear,
            "without an address": lambda it: it.update(Uri=None),
            "without a purpose": lambda it: it.update(ImagePurpose=""),
        }.items()
    },
    "square picture without a size": _pictures(
        "FeaturePromotionalSquareArt", lambda it: it.update(Width=None, Height=None)
    ),
}


async def load(cache: ProductCache, by: str) -> None:
    """Ask for the product by its family or id, if it is due."""
    if by == "family":
        await cache.load(families=[DRIFT])
    else:
        await cache.load([by])


@pytest.fixture(name="by", params=["family", "id"])
def by_fixture(request: pytest.FixtureRequest, simulator: Simulator) -> str:
    """Return how the product is asked for."""
    product_id = simulator.world.titles[STARFALL_DRIFT].product_id
    return "family" if request.param == "family" else product_id


def known(cache: ProductCache, by: str) -> KnownProduct | None:
    """Return what is known of the product."""
    return cache.by_family(DRIFT) if by == "family" else cache.product(by)


@pytest.mark.parametrize("change", THIN.values(), ids=THIN)
async def test_one_thin_answer(
    product_cache: ProductCache,
    simulator: Simulator,
    freezer: FrozenDateTimeFactory,
    by: str,
    change: Change,
) -> None:
    """What one answer leaves out stays, and is asked for again soon, once."""
    await load(product_cache, by)
    before = known(product_cache, by)
    assert before
    freezer.tick(KEPT_SECONDS)
    simulator.spoil(CATALOG, change)
    simulator.clear()
    await load(product_cache, by)
    assert known(product_cache, by) == before
    for _ in range(3):
        freezer.tick(LOOK_AGAIN_SECONDS)
        await load(product_cache, by)
    assert known(product_cache, by) == before
    assert len(simulator.requests(CATALOG)) == 2


@pytest.mark.parametrize("change", THIN.values(), ids=THIN)
async def test_two_thin_answers(
    product_cache: ProductCache,
    simulator: Simulator,
    freezer: FrozenDateTimeFactory,
    by: str,
    change: Change,
) -> None:
    """What two answers in a row leave out is believed."""
    await load(product_cache, by)
    before = known(product_cache, by)
    freezer.tick(KEPT_SECONDS)
    simulator.spoil(CATALOG, change, times=2)
    await load(product_cache, by)
    freezer.tick(LOOK_AGAIN_SECONDS)
    await load(product_cache, by)
    assert known(product_cache, by) != before
    simulator.clear()
    freezer.tick(60)
    await load(product_cache, by)
    assert simulator.requests(CATALOG) == []


@pytest.mark.parametrize("name", ["no title", "no pictures", "no kind", "no texts"])
async def test_first_answer_is_thin(
    client: XboxClient,
    product_cache: ProductCache,
    simulator: Simulator,
    freezer: FrozenDateTimeFactory,
    by: str,
    name: str,
) -> None:
    """A first answer that says little is not kept for days, also over a restart."""
    simulator.spoil(CATALOG, THIN[name])
    await load(product_cache, by)
    assert known(product_cache, by)
    again = ProductCache(client.catalog)
    again.from_store(product_cache.to_store())
    freezer.tick(LOOK_AGAIN_SECONDS)
    for cache in (product_cache, again):
        await load(cache, by)
        product = known(cache, by)
        assert product
        assert all(dict(product).values())
        assert product.is_game is True


async def test_product_without_pictures(
    product_cache: ProductCache, simulator: Simulator, freezer: FrozenDateTimeFactory, by: str
) -> None:
    """A product that has no pictures is asked for once more, not for ever."""
    simulator.spoil(CATALOG, THIN["no pictures"], times=None)
    for _ in range(5):
        await load(product_cache, by)
        freezer.tick(LOOK_AGAIN_SECONDS)
    assert len(simulator.requests(CATALOG)) == 2


async def test_stranger(
    product_cache: ProductCache, simulator: Simulator, freezer: FrozenDateTimeFactory
) -> None:
    """A family that the store has never known is asked for once a day, as before."""
    for _ in range(3):
        await product_cache.load(families=[STRANGE])
        freezer.tick(LOOK_AGAIN_SECONDS)
    assert len(simulator.requests(CATALOG)) == 1
