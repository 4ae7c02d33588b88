"""Shapes of answers about consoles and products: as in the recorded ones."""

from collections.abc import Iterator
from typing import Any

from tests.helpers.recorded import Recorded
from tests.helpers.simulator.xccs_client import CATALOG, XccsClient
from tests.simulator.titles.title import LIVE_TV
from tests.simulator.world.demo_world import BEDROOM, DEN, STARFALL_DRIFT

from ..conftest import Caller

_NEWER = {"region", "wirelessWarning", "outOfHomeWarning", "isGen9Compatible"}
WHERE = "market=US&languages=en-US"


def places(value: Any, path: str = "") -> Iterator[str]:
    """Yield where there are keys in an answer, each with the type of what is there."""
    if isinstance(value, dict):
        for key, item in value.items():
            yield from places(item, f"{path}/{key}")
    elif isinstance(value, list):
        for item in value:
            yield from places(item, f"{path}[]")
    elif value is not None:
        yield f"{path}: {type(value).__name__}"


def keys(value: Any) -> set[str]:
    """Return the keys of all objects in an answer."""
    return {place.rpartition("/")[2].partition("[")[0].partition(":")[0] for place in places(value)}


def alike(played: Any, recorded: Any) -> bool:
    """Return whether an answer has all that the recorded one has, of the same types, and no more."""
    ours, theirs = set(places(played)), set(places(recorded))
    more = {
        place for place in ours - theirs if place.rpartition("/")[2].split(":")[0] not in _NEWER
    }
    return not (theirs - ours or more)


async def catalog(caller: Caller, path: str) -> Any:
    """Return what the catalog answers."""
    response = await caller.request(
        "GET", f"{CATALOG}/v7.0/{path}", headers={"Accept": "application/json"}
    )
    assert response.status == 200
    return await response.json()


async def test_consoles(xccs_client: XccsClient, recorded: Recorded) -> None:
    """Consoles, their packages, an operation."""
    played = await xccs_client.read("lists/devices?includeStorageDevices=true")
    for console in played["result"]:
        console.setdefault("locale", "en-US")
    assert alike(played, recorded("smartglass_console_list"))
    played = await xccs_client.read(f"lists/installedApps?deviceId={BEDROOM}")
    apps = recorded("smartglass_installed_apps")
    dates = {"lastActiveTime", "updateTime"}
    assert keys(played) >= keys(apps) - dates
    assert played["result"][0].keys() == apps["result"][0].keys()
    op_id = await xccs_client.accepted(DEN, "Power", "WakeUp")
    played = {
        "status": {"errorCode": "OK", "errorMessage": None},
        "opStatusList": [await xccs_client.operation(DEN, op_id)],
    }
    assert alike(played, recorded("smartglass_op_status"))


async def test_products(caller: Caller, recorded: Recorded) -> None:
    """Small answers have the fields of the small one, large ones are of the large one."""
    path = f"products?bigIds=9SIM713FB301&{WHERE}&fieldsTemplate=browse&actionFilter=Browse"
    (played,) = (await catalog(caller, path))["Products"]
    product = recorded("catalog_browse")["Products"][0]
    assert played.keys() == product.keys()
    for key in ("LocalizedProperties", "MarketProperties"):
        assert played[key][0].keys() == product[key][0].keys()
    image = recorded("catalog_browse")["Products"][0]["LocalizedProperties"][0]["Images"][0]
    assert played["LocalizedProperties"][0]["Images"][0].keys() == image.keys()
    legacy = "71e7df12-89e0-4dc7-a5ff-a182fc2df94f"
    path = f"products/lookup?alternateId=LegacyXboxProductId&value={legacy}&top=25&{WHERE}"
    found = await catalog(caller, f"{path}&fieldsTemplate=details")
    original = recorded("catalog_product_lookup_legacy")
    assert found.keys() == original.keys()
    (television,), (real,) = found["Products"], original["Products"]
    assert {"IdType": "XboxTitleId", "Value": LIVE_TV} in real["AlternateIds"]
    assert all(item in television["AlternateIds"] for item in real["AlternateIds"])
    assert (television["ProductFamily"], television["ProductKind"], television["ProductType"]) == (
        real["ProductFamily"],
        real["ProductKind"],
        real["ProductType"],
    )


async def test_search(caller: Caller, recorded: Recorded) -> None:
    """Groups of one product each."""
    path = f"productFamilies/autosuggest?query=starfall&productFamilyNames=Games,Apps&{WHERE}"
    played = await catalog(caller, path)
    assert alike(played, recorded("catalog_search"))
    assert {len(group["Products"]) for group in played["Results"]} == {1}
    assert STARFALL_DRIFT not in str(played)
