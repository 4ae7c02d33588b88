"""What is kept in words when the language changes: old words stay, are not stored, and are asked for anew."""

import json
import time
from typing import Any

import pytest
from freezegun.api import FrozenDateTimeFactory

from custom_components.xbox_network.xbox import XboxClient
from custom_components.xbox_network.xbox.caches.products import ProductCache
from custom_components.xbox_network.xbox.caches.titles import TitleCache
from custom_components.xbox_network.xbox.consoles.app_list import AppList
from custom_components.xbox_network.xbox.consoles.installed_apps import InstalledApps
from custom_components.xbox_network.xbox.endpoints import Service
from custom_components.xbox_network.xbox.models.consoles import InstalledApp
from tests.client.caches.test_products import DRIFT
from tests.client.conftest import PLAYING, STARFALL_DRIFT, products, times
from tests.simulator import Simulator

ENGLISH, GERMAN = "Starfall Drift", "Sternensturz"


def name(title_cache: TitleCache) -> str | None:
    """Return the name of the title."""
    return title_cache.name(STARFALL_DRIFT)


def translate(client: XboxClient, *caches: TitleCache | ProductCache) -> None:
    """Change the language to German."""
    client.language = "de-DE"
    for cache in caches:
        cache.forget_words()


async def test_title(
    client: XboxClient,
    title_cache: TitleCache,
    simulator: Simulator,
    freezer: FrozenDateTimeFactory,
) -> None:
    """A title is due at once; the first answer with a name is believed, and is a reason to store it."""
    await title_cache.refresh([PLAYING])
    freezer.tick(10)
    before = title_cache.version
    translate(client, title_cache)
    assert name(title_cache) == ENGLISH
    assert title_cache.is_foreign(STARFALL_DRIFT)
    assert title_cache.version > before
    assert ENGLISH not in json.dumps(title_cache.to_store())
    before = title_cache.version
    await title_cache.refresh([PLAYING])
    assert name(title_cache) == GERMAN
    assert not title_cache.is_foreign(STARFALL_DRIFT)
    assert title_cache.version > before
    assert GERMAN in json.dumps(title_cache.to_store())
    assert title_cache.names.of(STARFALL_DRIFT) == (ENGLISH, GERMAN)
    assert len(times(simulator, Service.TITLES)) == 2


async def test_title_with_one_name(
    client: XboxClient,
    title_cache: TitleCache,
    simulator: Simulator,
    freezer: FrozenDateTimeFactory,
) -> None:
    """A title that is called the same in both languages is stored again, too."""
    simulator.world.titles[STARFALL_DRIFT].names = {}
    await title_cache.refresh([PLAYING])
    freezer.tick(10)
    translate(client, title_cache)
    before = title_cache.version
    await title_cache.refresh([PLAYING])
    assert title_cache.version > before
    assert ENGLISH in json.dumps(title_cache.to_store())


async def test_title_without_a_name(
    client: XboxClient,
    title_cache: TitleCache,
    simulator: Simulator,
    freezer: FrozenDateTimeFactory,
) -> None:
    """An answer without a name says nothing about the words; the next one does."""
    await title_cache.refresh([PLAYING])
    freezer.tick(10)
    translate(client, title_cache)

    def leave_out(answer: Any) -> None:
        del answer["titles"][0]["name"]

    simulator.spoil(Service.TITLES, leave_out)
    await title_cache.refresh([PLAYING])
    assert name(title_cache) == ENGLISH
    assert title_cache.is_foreign(STARFALL_DRIFT)
    for _ in range(40):
        freezer.tick(10)
        await title_cache.refresh([PLAYING])
    assert name(title_cache) == GERMAN


async def test_title_asked_before(
    client: XboxClient,
    title_cache: TitleCache,
    simulator: Simulator,
    freezer: FrozenDateTimeFactory,
) -> None:
    """An answer to a request in the old language is no answer in the new one."""
    await title_cache.refresh([PLAYING])
    freezer.tick(400)

    def change(_: Any) -> None:
        freezer.tick(1)
        translate(client, title_cache)

    simulator.spoil(Service.TITLES, change)
    await title_cache.refresh([PLAYING])
    assert title_cache.is_foreign(STARFALL_DRIFT)
    freezer.tick(10)
    await title_cache.refresh([PLAYING])
    assert name(title_cache) == GERMAN


async def test_product(
    client: XboxClient,
    product_cache: ProductCache,
    simulator: Simulator,
    freezer: FrozenDateTimeFactory,
) -> None:
    """Products and families are due at once, whichever way they are asked for."""
    (drift,) = products(simulator, STARFALL_DRIFT)
    for ids, families in (([drift], []), ([], [DRIFT])):
        cache = ProductCache(client.catalog)
        client.language = "en-US"
        await cache.load(ids, families)
        freezer.tick(10)
        translate(client, cache)
        known = cache.product(drift)
        assert known
        assert known.title == ENGLISH
        assert ENGLISH not in json.dumps(cache.to_store())
        before = cache.version
        await cache.load(ids, families)
        known = cache.product(drift)
        assert known
        assert known.title == GERMAN
        assert cache.version > before
        assert GERMAN in json.dumps(cache.to_store())
        freezer.tick(10)
        simulator.clear()
        await cache.load(ids, families)
        assert simulator.requests() == []


async def test_product_that_is_not_in_the_market(
    client: XboxClient,
    product_cache: ProductCache,
    simulator: Simulator,
    freezer: FrozenDateTimeFactory,
) -> None:
    """A product that the other market does not have is believed to be gone after a second answer."""
    (drift,) = products(simulator, STARFALL_DRIFT)
    await product_cache.load([drift])
    freezer.tick(10)
    translate(client, product_cache)
    simulator.fail(Service.CATALOG, status=200, body=b'{"Products": []}', times=2)
    await product_cache.load([drift])
    known = product_cache.product(drift)
    assert known
    assert known.title == ENGLISH
    assert ENGLISH not in json.dumps(product_cache.to_store())
    freezer.tick(10)
    await product_cache.load([drift])
    assert product_cache.product(drift) is None
    assert drift in json.dumps(product_cache.to_store())


@pytest.mark.parametrize("by_family", [False, True])
async def test_product_asked_before(
    client: XboxClient,
    product_cache: ProductCache,
    simulator: Simulator,
    freezer: FrozenDateTimeFactory,
    by_family: bool,
) -> None:
    """An answer to a request in the old language is not kept for days."""
    (drift,) = products(simulator, STARFALL_DRIFT)
    wanted: tuple[list[str], list[str]] = ([], [DRIFT]) if by_family else ([drift], [])

    def change(_: Any) -> None:
        freezer.tick(1)
        translate(client, product_cache)

    simulator.spoil(Service.CATALOG, change)
    await product_cache.load(*wanted)
    assert ENGLISH not in json.dumps(product_cache.to_store())
    await product_cache.load(*wanted)
    known = product_cache.product(drift)
    assert known
    assert known.title == GERMAN


def test_apps(freezer: FrozenDateTimeFactory) -> None:
    """The apps of a console are due at once, and stored again after an answer, even if nothing has changed."""
    kept = InstalledApps()
    app_list = AppList(on_change=lambda apps: kept.keep("console", apps))
    apps = (InstalledApp(unique_id="1", name=ENGLISH),)
    now = 1000.0
    app_list.update(apps, None, now)
    asked_before = time.monotonic()
    freezer.tick(10)
    app_list.forget_words()
    kept.forget_words()
    assert (app_list.apps, kept.of("console")) == (apps, apps)
    assert kept.to_store() == {}
    assert app_list.due_at(None, is_on=False) < asked_before
    app_list.update(apps, None, asked_before)  # on its way when the language has changed
    assert kept.to_store() == {}
    assert app_list.due_at(None, is_on=False) < asked_before
    app_list.update(apps, None, time.monotonic())
    assert ENGLISH in json.dumps(kept.to_store())
    assert app_list.due_at(None, is_on=False) > asked_before
    kept.forget_words()
    kept.forget(["console"])
    kept.keep("console", apps)
    assert ENGLISH in json.dumps(kept.to_store())
