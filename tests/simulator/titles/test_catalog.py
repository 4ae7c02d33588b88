"""Tests of displaycatalog: products by id, by other ids, and by name."""

import json
from typing import Any

import aiohttp
import pytest
from yarl import URL

from tests.helpers.simulator.xccs_client import CATALOG
from tests.simulator import Simulator, Title, game_collection
from tests.simulator.titles.title import HOME, LIVE_TV
from tests.simulator.world.demo_world import (
    EMBER_VALE,
    LUMEN_VIDEO,
    MOSS_AND_MACHINE,
    STARFALL_DRIFT,
)

from ..conftest import Caller, ManualClock

PRODUCTS = f"{CATALOG}/v7.0/products"
LOOKUP = f"{CATALOG}/v7.0/products/lookup"
SUGGEST = f"{CATALOG}/v7.0/productFamilies/autosuggest"
WHERE = {"market": "US", "languages": "en-US"}
HEADERS = {"Accept": "application/json"}


async def ask(
    caller: Caller, path: str, query: dict[str, str | None], **headers: str
) -> aiohttp.ClientResponse:
    """Send a request. None omits a key of the query."""
    defaults: dict[str, str | None] = dict(WHERE)
    if path != SUGGEST:
        defaults["fieldsTemplate"] = "browse"
    params = {key: value for key, value in (defaults | query).items() if value is not None}
    return await caller.request("GET", path, params=params, headers={**HEADERS, **headers})


async def get_products(caller: Caller, path: str, **query: str) -> list[dict[str, Any]]:
    """Return the products of an answer with status 200."""
    response = await ask(caller, path, dict(query))
    assert response.status == 200
    products: list[dict[str, Any]] = (await response.json())["Products"]
    return products


def name(product: dict[str, Any]) -> str:
    """Return a product's name."""
    title: str = product["LocalizedProperties"][0]["ProductTitle"]
    return title


async def test_by_ids(caller: Caller, simulator: Simulator) -> None:
    """Each known product comes once, with few fields; unknown ids are omitted."""
    titles = simulator.world.titles
    ids = [titles[it].product_id for it in (LUMEN_VIDEO, STARFALL_DRIFT, STARFALL_DRIFT)]
    products = await get_products(caller, PRODUCTS, bigIds=",".join([*ids, "9SIM00000000"]))
    assert [name(it) for it in products] == ["Starfall Drift", "Lumen Video"]
    drift, lumen = products
    assert (drift["ProductId"], len(drift["ProductId"])) == (ids[1], 12)
    assert (drift["ProductFamily"], drift["ProductKind"]) == ("Games", "Game")
    assert (lumen["ProductFamily"], lumen["ProductKind"]) == ("Apps", "Application")
    assert drift["LocalizedProperties"][0].keys() == {"ProductTitle", "Images"}
    assert not {"ProductType", "AlternateIds", "Properties"} & drift.keys()


async def test_shape_of_the_recordings(caller: Caller, simulator: Simulator) -> None:
    """An image has all fields of the recorded answer."""
    (drift,) = await get_products(caller, PRODUCTS, bigIds="9SIM713FB301")
    image = drift["LocalizedProperties"][0]["Images"][0]
    assert image.keys() == {
        "FileId",
        "EISListingIdentifier",
        "BackgroundColor",
        "Caption",
        "FileSizeInBytes",
        "ForegroundColor",
        "Height",
        "ImagePositionInfo",
        "ImagePurpose",
        "UnscaledImageSHA256Hash",
        "Uri",
        "Width",
    }


async def test_pictures_exist_at_their_hosts(caller: Caller, simulator: Simulator) -> None:
    """Every picture exists at its host. Only pictures of old products have a scheme in their address."""
    titles = simulator.world.titles
    ids = ",".join(titles[it].product_id for it in (STARFALL_DRIFT, EMBER_VALE))
    drift, ember = await get_products(caller, PRODUCTS, bigIds=ids)
    images = drift["LocalizedProperties"][0]["Images"]
    assert {"BrandedKeyArt", "Poster", "BoxArt", "FeaturePromotionalSquareArt"} <= {
        it["ImagePurpose"] for it in images
    }
    hosts = {it["Uri"].split("/")[2] for it in images}
    assert hosts == {"store-images.s-microsoft.com", "store-images.microsoft.com"}
    assert all(it["Uri"].startswith("//store-images") for it in images)
    old = ember["LocalizedProperties"][0]["Images"]
    assert all(it["Uri"].startswith("https://images-eds-ssl.xboxlive.com/") for it in old)
    for image in (*images, old[0]):
        path = image["Uri"].removeprefix("https:").removeprefix("//")
        url = URL(f"{simulator.url}/{path}", encoded=True)
        async with caller.session.get(url) as response:
            assert (response.status, response.content_type) == (200, "image/png")


async def test_details(caller: Caller, simulator: Simulator) -> None:
    """The template `details` gives much more of the same product."""
    query = {"alternateId": "XboxTitleId", "value": STARFALL_DRIFT, "top": "25"}
    (small,) = await get_products(caller, LOOKUP, **query)
    (large,) = await get_products(caller, LOOKUP, **query, fieldsTemplate="details")
    assert small["ProductId"] == large["ProductId"]
    assert large["Properties"]["PackageFamilyName"] == "Example.StarfallDrift_0a1b2c3d4e5f6"
    assert {"IdType": "XboxTitleId", "Value": STARFALL_DRIFT} in large["AlternateIds"]
    assert large["LocalizedProperties"][0]["PublisherName"] == "Lantern Works"
    assert len(json.dumps(small)) < 20_000
    assert len(json.dumps(large)) > 80_000


@pytest.mark.parametrize(
    ("kind", "value", "names"),
    [
        ("PackageFamilyName", "Example.LumenVideo_4e5f6g7h8i9j0", ["Lumen Video"]),
        ("PackageFamilyName", "example.lumenvideo_4e5f6g7h8i9j0", ["Lumen Video"]),
        ("PackageFamilyName", "Example.GridTuner_5f6g7h8i9j0k1", []),
        ("PackageFamilyName", "Xbox.Dashboard_8wekyb3d8bbwe", []),
        ("PackageFamilyName", "Microsoft.Xbox.LiveTV_8wekyb3d8bbwe", []),
        ("LegacyXboxProductId", "7b3ca835-5ef5-4d96-bc84-c1d8b5084236", ["Home"]),
        ("LegacyXboxProductId", "71e7df12-89e0-4dc7-a5ff-a182fc2df94f", ["Live TV"]),
        ("XboxTitleId", EMBER_VALE, ["Ember Vale"]),
        ("XboxTitleId", HOME, ["Home"]),
        ("XboxTitleId", "1837352387", []),
        ("LegacyWindowsStoreProductId", "whatever", []),
    ],
)
async def test_lookup(caller: Caller, kind: str, value: str, names: list[str]) -> None:
    """Another kind of id finds products; no result is an empty list."""
    response = await ask(caller, LOOKUP, {"alternateId": kind, "value": value})
    content = await response.json()
    assert [name(it) for it in content["Products"]] == names
    assert content["BigIds"] == [it["ProductId"] for it in content["Products"]]
    assert (content["HasMorePages"], content["TotalResultCount"]) == (False, len(names))


async def test_delisted_and_new(caller: Caller, simulator: Simulator) -> None:
    """A delisted title is not found; a new title of the world is found at once."""
    world = simulator.world
    query = {"alternateId": "XboxTitleId"}
    world.titles[STARFALL_DRIFT].in_store = False
    assert await get_products(caller, LOOKUP, **query, value=STARFALL_DRIFT) == []
    world.add_titles([Title(title_id="1900000777", name="Paper Lighthouse")])
    (paper,) = await get_products(caller, LOOKUP, **query, value="1900000777")
    assert name(paper) == "Paper Lighthouse"


async def test_language(caller: Caller) -> None:
    """Names are in the first requested language."""
    query = {"alternateId": "XboxTitleId", "value": STARFALL_DRIFT, "languages": "de-DE,en"}
    (drift,) = await get_products(caller, LOOKUP, **query)
    assert name(drift) == "Sternensturz"


async def test_search(caller: Caller) -> None:
    """A search gives groups of one product, seasons among the games, and apps only on request."""
    query: dict[str, str | None] = {
        "query": "dRift",
        "productFamilyNames": "Games,Apps",
        "platformdependencyname": "windows.xbox",
        "topProducts": "10",
    }
    content = await (await ask(caller, SUGGEST, query)).json()
    assert content["TotalResultCount"] == 2
    game, season = [group["Products"][0] for group in content["Results"]]
    assert (game["Title"], game["Type"]) == ("Starfall Drift", "Game")
    assert (season["Title"], season["Type"]) == ("Starfall Drift: Season", "Durable")
    assert game["Icon"].startswith("//store-images")
    one = await (await ask(caller, SUGGEST, query | {"topProducts": "1"})).json()
    assert len(one["Results"]) == 1
    lumen = query | {"query": "Lumen", "productFamilyNames": "Games"}
    content = await (await ask(caller, SUGGEST, lumen)).json()
    assert content == {"Results": [], "TotalResultCount": 0}


async def test_at_most_twenty_ids(caller: Caller, simulator: Simulator) -> None:
    """More than 20 ids give an answer that aiohttp cannot read."""
    titles = game_collection(21)
    simulator.world.add_titles(titles)
    ids = [title.product_id for title in titles]
    assert len(await get_products(caller, PRODUCTS, bigIds=",".join(ids[:20]))) == 20
    with pytest.raises(aiohttp.ClientResponseError):
        await ask(caller, PRODUCTS, {"bigIds": ",".join(ids)})


@pytest.mark.parametrize(
    ("path", "query"),
    [
        (PRODUCTS, {}),
        (PRODUCTS, {"bigIds": ""}),
        (PRODUCTS, {"bigIds": "9SIM713FB301", "market": None}),
        (PRODUCTS, {"bigIds": "9SIM713FB301", "market": "USA"}),
        (PRODUCTS, {"bigIds": "9SIM713FB301", "languages": None}),
        (PRODUCTS, {"bigIds": "9SIM713FB301", "languages": "en_US"}),
        (PRODUCTS, {"bigIds": "9SIM713FB301", "fieldsTemplate": None}),
        (PRODUCTS, {"bigIds": "9SIM713FB301", "fieldsTemplate": "all"}),
        (PRODUCTS, {"bigIds": "9SIM713FB301", "productIds": "9SIM713FB301"}),
        (LOOKUP, {"alternateId": "Name", "value": "Home"}),
        (LOOKUP, {"alternateId": "XboxTitleId"}),
        (LOOKUP, {"alternateId": "XboxTitleId", "value": HOME, "top": "all"}),
        (SUGGEST, {"query": "", "productFamilyNames": "Games"}),
        (SUGGEST, {"query": "drift"}),
        (SUGGEST, {"query": "drift", "productFamilyNames": "Books"}),
    ],
)
async def test_invalid_queries(caller: Caller, path: str, query: dict[str, str | None]) -> None:
    """Invalid queries are refused with 400."""
    assert (await ask(caller, path, query)).status == 400


@pytest.mark.parametrize("headers", [{"Authorization": "XBL3.0 x=1;abc"}, {"Accept": "text/html"}])
async def test_headers(caller: Caller, headers: dict[str, str]) -> None:
    """A call with a token, or one that takes no JSON, is refused with 400."""
    query: dict[str, str | None] = {"bigIds": "9SIM713FB301"}
    assert (await ask(caller, PRODUCTS, query, **headers)).status == 400


async def test_limit_faults_and_record(
    caller: Caller, simulator: Simulator, clock: ManualClock
) -> None:
    """There is no rate limit unless a test sets one; faults happen, and all calls are recorded."""
    query: dict[str, str | None] = {"alternateId": "XboxTitleId", "value": LIVE_TV}
    for _ in range(40):
        assert (await ask(caller, LOOKUP, query)).status == 200
    simulator.budgets.reset()
    simulator.budgets.limits["catalog"] = (1, 30)
    simulator.fail(CATALOG, status=502)
    statuses = [(await ask(caller, LOOKUP, query)).status for _ in range(3)]
    assert statuses == [502, 200, 429]
    assert len(simulator.requests(CATALOG)) == 43
    clock.now += 15
    assert (await ask(caller, LOOKUP, query)).status == 200


async def test_pc_title(caller: Caller, simulator: Simulator) -> None:
    """The store also has games that only run on a PC."""
    pfn = simulator.world.titles[MOSS_AND_MACHINE].pfn or ""
    (moss,) = await get_products(caller, LOOKUP, alternateId="PackageFamilyName", value=pfn)
    assert name(moss) == "Moss & Machine"
