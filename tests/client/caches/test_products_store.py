"""The product cache over a restart."""

import json

import pytest
from freezegun.api import FrozenDateTimeFactory

from custom_components.xbox_network.xbox import XboxClient
from custom_components.xbox_network.xbox.caches.products import ProductCache
from tests.client.caches.test_products import DRIFT, STRANGE
from tests.client.conftest import DAY, HARBOR_KINGS, LUMEN_VIDEO, STARFALL_DRIFT, products
from tests.simulator import Simulator


async def test_store_and_restore(
    client: XboxClient,
    product_cache: ProductCache,
    simulator: Simulator,
    freezer: FrozenDateTimeFactory,
) -> None:
    """After a restart known products are not requested again, nor unknown ones."""
    (drift,) = products(simulator, STARFALL_DRIFT)
    await product_cache.load([drift, "9SIM0000NONE"], [DRIFT, STRANGE])
    stored = json.loads(json.dumps(product_cache.to_store()))
    simulator.clear()
    freezer.tick(DAY / 2)
    restored = ProductCache(client.catalog)
    restored.from_store(stored)
    await restored.load([drift, "9SIM0000NONE"], [DRIFT, STRANGE])
    assert simulator.requests() == []
    assert restored.product(drift) == product_cache.product(drift)
    assert restored.by_family(DRIFT) == product_cache.by_family(DRIFT)
    assert sorted(map(str, restored.to_store()["products"])) == sorted(map(str, stored["products"]))
    assert restored.to_store()["families"] == stored["families"]
    freezer.tick(DAY)
    assert restored.is_load_due([STRANGE])


async def test_version(product_cache: ProductCache) -> None:
    """The version changes with the stored data."""
    before = product_cache.version
    await product_cache.load(families=[DRIFT])
    after = product_cache.version
    await product_cache.load(families=[DRIFT])
    assert before < after == product_cache.version


async def test_newer_products_win(
    client: XboxClient, product_cache: ProductCache, simulator: Simulator
) -> None:
    """An old file does not replace a newer product."""
    await product_cache.load(families=[DRIFT])
    old = json.loads(
        json.dumps(product_cache.to_store()).replace("Starfall Drift", "Working title")
    )
    product_cache.from_store(old)
    known = product_cache.by_family(DRIFT)
    assert known
    assert known.title == "Starfall Drift"


@pytest.mark.parametrize(
    "data",
    [
        *(None, [], "odd", 7, {}, {"products": 7}, {"products": [None, {}, {"asked": "x"}]}),
        {"products": [{"product_id": "9SIM71414001", "asked": float("nan")}]},
        {"products": [{"product_id": "9SIM71414001", "asked": -1}]},
        {"families": [{"family": DRIFT}, {"asked": 1}]},
    ],
    ids=str,
)
async def test_odd_data(product_cache: ProductCache, data: object) -> None:
    """Odd data is ignored."""
    product_cache.from_store(data)
    assert product_cache.to_store() == {}
    await product_cache.load(families=[DRIFT])
    assert product_cache.by_family(DRIFT)


async def test_bounds(
    client: XboxClient, simulator: Simulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The product that was unused for longest is dropped first."""
    monkeypatch.setattr("custom_components.xbox_network.xbox.caches.products.MOST_PRODUCTS", 2)
    monkeypatch.setattr("custom_components.xbox_network.xbox.caches.products.MOST_FAMILIES", 2)
    product_cache = ProductCache(client.catalog)
    drift, kings, video = products(simulator, STARFALL_DRIFT, HARBOR_KINGS, LUMEN_VIDEO)
    for product_id in (drift, kings, drift, video):
        await product_cache.load([product_id])
    assert product_cache.product(drift)
    assert product_cache.product(kings) is None
    assert product_cache.product(video)
    for family in ("Example.A_1", "Example.B_1", "Example.C_1"):
        await product_cache.load(families=[family])
    stored = product_cache.to_store()
    assert [it["family"] for it in stored["families"]] == ["Example.B_1", "Example.C_1"]
    more = [{"product_id": f"9SIM0000000{number}", "asked": 1} for number in range(5)]
    product_cache.from_store({"products": more})
    assert len(product_cache.to_store()["products"]) == 2
    assert product_cache.product(drift)
