"""The product cache: products of the store, requested once, in batches, without a sign-in."""

import asyncio
import json
from typing import Any

import pytest
from freezegun.api import FrozenDateTimeFactory

from custom_components.xbox_network.xbox import AuthenticationManager, XboxClient
from custom_components.xbox_network.xbox.caches.products import (
    KEPT_SECONDS,
    UNKNOWN_SECONDS,
    ProductCache,
)
from custom_components.xbox_network.xbox.endpoints import IMAGE_HOSTS
from custom_components.xbox_network.xbox.errors import XboxServiceError
from custom_components.xbox_network.xbox.images import picture
from custom_components.xbox_network.xbox.models.system_apps import HOME_FAMILY, LIVE_TV_FAMILY
from custom_components.xbox_network.xbox.services.catalog import AlternateId
from tests.client.conftest import CATALOG, HARBOR_KINGS, LUMEN_VIDEO, STARFALL_DRIFT, products
from tests.simulator import Console, Simulator, install_games
from tests.simulator.world.demo_world import EMBER_VALE

DRIFT = "Example.StarfallDrift_0a1b2c3d4e5f6"
STRANGE = "Example.Strange_0a1b2c3d4e5f6"


async def test_by_id(product_cache: ProductCache, simulator: Simulator) -> None:
    """A product has a name, a kind and two pictures; the letter case of its id does not matter."""
    drift, video = products(simulator, STARFALL_DRIFT, LUMEN_VIDEO)
    await product_cache.load([drift.lower(), video, "9SIM0000NONE"])
    known = product_cache.product(drift)
    assert known
    assert (known.product_id, known.title, known.is_game) == (drift, "Starfall Drift", True)
    assert product_cache.product(drift.lower()) is known
    for address in (known.square, known.browsing):
        product_image = picture(address)
        assert product_image
        assert product_image.host in IMAGE_HOSTS
    other = product_cache.product(video)
    assert other
    assert other.is_game is False
    assert product_cache.product("9SIM0000NONE") is None
    assert len(simulator.requests(CATALOG)) == 1


async def test_no_sign_in(product_cache: ProductCache, simulator: Simulator) -> None:
    """Requests to the store have no token and no account."""
    await product_cache.load(products(simulator, STARFALL_DRIFT), [DRIFT])
    await product_cache.search("drift")
    for request in simulator.requests(CATALOG):
        assert "Authorization" not in request.headers
        assert "x-xbl-contract-version" not in request.headers
    assert len(simulator.requests()) == len(simulator.requests(CATALOG)) == 3


async def test_by_family(product_cache: ProductCache, simulator: Simulator) -> None:
    """A product is found by its package family."""
    await product_cache.load(families=[DRIFT, STRANGE, "", DRIFT])
    known = product_cache.by_family(DRIFT.upper())
    assert known
    assert known.title == "Starfall Drift"
    assert product_cache.product(known.product_id) is known
    assert product_cache.by_family(STRANGE) is None
    assert product_cache.by_family("") is None
    assert len(simulator.requests(CATALOG)) == 2


async def test_system_apps(product_cache: ProductCache, simulator: Simulator) -> None:
    """System apps are in the store under another id."""
    await product_cache.load(families=[HOME_FAMILY, LIVE_TV_FAMILY])
    for family in (HOME_FAMILY, LIVE_TV_FAMILY):
        known = product_cache.by_family(family)
        assert known
        assert known.square
    asked = {it.query["value"] for it in simulator.requests(CATALOG)}
    assert asked == {"7b3ca835-5ef5-4d96-bc84-c1d8b5084236", "71e7df12-89e0-4dc7-a5ff-a182fc2df94f"}


async def test_many_products(
    product_cache: ProductCache, simulator: Simulator, den: Console
) -> None:
    """650 games are requested in batches of 20, some at a time, and once."""
    install_games(den, 650)
    ids = [app.product_id for app in den.present_apps() if app.product_id and not app.parent_id]
    simulator.delay = 0.01
    await product_cache.load(ids)
    requests = simulator.requests(CATALOG)
    assert len(requests) == -(-len(set(ids)) // 20)
    assert max(len(it.query["bigIds"].split(",")) for it in requests) == 20
    games = [app for app in den.present_apps() if app.product_id and app.content_type == "Game"]
    game_ids = [game.product_id for game in games if game.aumid and game.product_id]
    assert len(game_ids) > 650
    assert all(product_cache.product(product_id) for product_id in game_ids)
    await product_cache.load(ids)
    assert len(simulator.requests(CATALOG)) == len(requests)
    assert product_cache.error is None


async def test_lifetime_of_products(
    product_cache: ProductCache, simulator: Simulator, freezer: FrozenDateTimeFactory
) -> None:
    """A product is valid for a week, an unknown one for a day; then they are requested again."""
    (drift,) = products(simulator, STARFALL_DRIFT)
    lookups = ([drift, "9SIM0000NONE"], [DRIFT, STRANGE])
    await product_cache.load(*lookups)
    assert len(simulator.requests(CATALOG)) == 3
    freezer.tick(UNKNOWN_SECONDS - 1)
    assert not product_cache.is_load_due([DRIFT, STRANGE])
    await product_cache.load(*lookups)
    assert len(simulator.requests(CATALOG)) == 3
    freezer.tick(2)
    assert product_cache.is_load_due([STRANGE])
    assert not product_cache.is_load_due([DRIFT])
    await product_cache.load(*lookups)
    assert len(simulator.requests(CATALOG)) == 5
    freezer.tick(KEPT_SECONDS)
    assert product_cache.is_load_due([DRIFT])
    assert product_cache.product(drift)
    simulator.fail(CATALOG, status=500)
    await product_cache.load([drift])
    assert product_cache.product(drift)


async def test_wrong_clock(
    product_cache: ProductCache, simulator: Simulator, freezer: FrozenDateTimeFactory
) -> None:
    """A product with a time in the future is requested again."""
    await product_cache.load(families=[DRIFT])
    freezer.move_to("2030-01-01T00:00:00Z")
    assert product_cache.is_load_due([DRIFT])
    assert product_cache.by_family(DRIFT)


@pytest.mark.parametrize(
    "fault", [{"status": 500}, {"cut": True}, {"garbage": True}, {"status": 429}], ids=str
)
async def test_store_fails(
    product_cache: ProductCache,
    simulator: Simulator,
    freezer: FrozenDateTimeFactory,
    fault: dict[str, Any],
) -> None:
    """After a failure the store is not asked for a minute, then again."""
    simulator.fail(CATALOG, **fault)
    await product_cache.load(families=[DRIFT])
    assert product_cache.by_family(DRIFT) is None
    assert product_cache.error is not None
    freezer.tick(59)
    assert not product_cache.is_load_due([DRIFT])
    await product_cache.load(families=[DRIFT])
    assert len(simulator.requests(CATALOG)) == 1
    freezer.tick(2)
    await product_cache.load(families=[DRIFT])
    assert product_cache.by_family(DRIFT)
    assert product_cache.error is None


@pytest.mark.parametrize("status", [400, 404])
async def test_store_refuses(
    product_cache: ProductCache, simulator: Simulator, status: int
) -> None:
    """A refused lookup makes the product unknown, and does not affect other products."""
    simulator.fail(CATALOG, status=status)
    await product_cache.load(families=[STRANGE])
    await product_cache.load(families=[STRANGE, DRIFT])
    assert product_cache.by_family(DRIFT)
    assert len(simulator.requests(CATALOG)) == 2


async def test_other_batches_wait_after_a_failure(
    product_cache: ProductCache, simulator: Simulator, den: Console
) -> None:
    """After a failed batch the other batches wait."""
    install_games(den, 650)
    ids = [app.product_id for app in den.present_apps() if app.product_id]
    simulator.fail(CATALOG, status=500, times=None)
    await product_cache.load(ids)
    assert len(simulator.requests(CATALOG)) <= 4


async def test_budget(
    product_cache: ProductCache, simulator: Simulator, freezer: FrozenDateTimeFactory
) -> None:
    """Products beyond the budget are requested later."""
    ids = [f"9SIM{number:08}" for number in range(2000)]
    await product_cache.load(ids)
    assert len(simulator.requests(CATALOG)) == 50
    freezer.tick(60)
    await product_cache.load(ids)
    assert 50 < len(simulator.requests(CATALOG)) <= 100


async def test_search(product_cache: ProductCache, simulator: Simulator) -> None:
    """The search finds games and apps, but no add-ons."""
    found = await product_cache.search("starfall")
    assert [(it.title, it.type) for it in found] == [("Starfall Drift", "Game")]
    assert [it.product_id for it in found] == products(simulator, STARFALL_DRIFT)
    assert picture(found[0].icon)
    assert await product_cache.search("no such thing") == ()
    simulator.fail(CATALOG, status=500)
    with pytest.raises(XboxServiceError):
        await product_cache.search("starfall")


@pytest.mark.parametrize(
    ("language", "market"),
    [
        ("en-US", "US"),
        ("en-AU", "AU"),
        ("de-DE", "DE"),
        ("gsw-CH", "CH"),
        ("zh-Hant-TW", "TW"),
        ("es-419", "US"),
        ("zh-Hans", "US"),
        ("de", "US"),
        ("", "US"),
        ("x", "US"),
    ],
)
async def test_language(
    account: AuthenticationManager, simulator: Simulator, language: str, market: str
) -> None:
    """A product's name is in the language, and its market is the country of the language."""
    product_cache = ProductCache(XboxClient(account, language).catalog)
    await product_cache.load(families=[DRIFT])
    (request,) = simulator.requests(CATALOG)
    assert (request.query["market"], request.query["languages"]) == (market, language)
    if language.startswith("de"):
        known = product_cache.by_family(DRIFT)
        assert known
        assert known.title == "Sternensturz"


async def test_several_lookups_at_once(product_cache: ProductCache, simulator: Simulator) -> None:
    """Lookups at the same time do not disturb each other."""
    ids = products(simulator, STARFALL_DRIFT, HARBOR_KINGS, EMBER_VALE)
    await asyncio.gather(
        *(product_cache.load([product_id]) for product_id in ids),
        product_cache.load(families=[DRIFT]),
    )
    assert all(product_cache.product(product_id) for product_id in ids)
    assert product_cache.by_family(DRIFT)


async def test_lookup_of_several(client: XboxClient, simulator: Simulator) -> None:
    """The first of several products is used."""
    body = {"Products": [{"ProductId": "9SIM71414001"}, {"ProductId": "9SIM71414002"}]}
    simulator.fail(CATALOG, body=json.dumps(body).encode(), times=2)
    kind = AlternateId.PACKAGE_FAMILY_NAME
    assert len(await client.catalog.products_by(kind, DRIFT)) == 2
    product_cache = ProductCache(client.catalog)
    await product_cache.load(families=[DRIFT])
    known = product_cache.by_family(DRIFT)
    assert known
    assert known.product_id == "9SIM71414001"
