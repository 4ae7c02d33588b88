"""Tests that answers about consoles and products have the shapes of recorded answers."""

from collections.abc import Iterator
from typing import Any

from tests.helpers.recorded import Recorded
from tests.helpers.simulator.xccs_client import CATALOG, XccsClient
from tests.simulator.titles.title import LIVE_TV
from tests.simulator.world.demo_world import BEDROOM, DEN, STARFALL_DRIFT

from ..conftest import Caller

_NEWER = {"region", "wirelessWarning", "outOfHomeWarning", "isGen9Compatible"}
WHERE = "market=US&languages=en-US"


def key_paths(value: Any, path: str = "") -> Iterator[str]:
    """Yield the path of each key in an answer, with the type of its value."""
    if isinstance(value, dict):
        for key, item in value.items():
            yield from key_paths(item, f"{path}/{key}")
    elif isinstance(value, list):
        for item in value:
            yield from key_paths(item, f"{path}[]")
    elif value is not None:
        yield f"{path}: {type(value).__name__}"


def keys(value: Any) -> set[str]:
    """Return the keys of all objects in an answer."""
    return {
        key_path.rpartition("/")[2].partition("[")[0].partition(":")[0]
        for key_path in key_paths(value)
    }


def has_shape_of(simulated: Any, recorded: Any) -> bool:
    """Return whether an answer has the same keys and types as the recorded one. Newer keys may be added."""
    ours, theirs = set(key_paths(simulated)), set(key_paths(recorded))
    more = {
        key_path
        for key_path in ours - theirs
        if key_path.rpartition("/")[2].split(":")[0] not in _NEWER
    }
    return not (theirs - ours or more)


async def catalog(caller: Caller, path: str) -> Any:
    """Return an answer of the catalog."""
    response = await caller.request(
        "GET", f"{CATALOG}/v7.0/{path}", headers={"Accept": "application/json"}
    )
    assert response.status == 200
    return await response.json()


async def test_consoles(xccs_client: XccsClient, recorded: Recorded) -> None:
    """Answers about consoles, packages and operations have the recorded shapes."""
    simulated = await xccs_client.read("lists/devices?includeStorageDevices=true")
    for console in simulated["result"]:
        console.setdefault("locale", "en-US")
    assert has_shape_of(simulated, recorded("smartglass_console_list"))
    simulated = await xccs_client.read(f"lists/installedApps?deviceId={BEDROOM}")
    apps = recorded("smartglass_installed_apps")
    dates = {"lastActiveTime", "updateTime"}
    assert keys(simulated) >= keys(apps) - dates
    assert simulated["result"][0].keys() == apps["result"][0].keys()
    op_id = await xccs_client.accepted(DEN, "Power", "WakeUp")
    simulated = {
        "status": {"errorCode": "OK", "errorMessage": None},
        "opStatusList": [await xccs_client.operation(DEN, op_id)],
    }
    assert has_shape_of(simulated, recorded("smartglass_op_status"))


async def test_products(caller: Caller, recorded: Recorded) -> None:
    """Answers with few and with all fields of a product have the recorded shapes."""
    path = f"products?bigIds=9SIM713FB301&{WHERE}&fieldsTemplate=browse&actionFilter=Browse"
    (simulated,) = (await catalog(caller, path))["Products"]
    product = recorded("catalog_browse")["Products"][0]
    assert simulated.keys() == product.keys()
    for key in ("LocalizedProperties", "MarketProperties"):
        assert simulated[key][0].keys() == product[key][0].keys()
    image = recorded("catalog_browse")["Products"][0]["LocalizedProperties"][0]["Images"][0]
    assert simulated["LocalizedProperties"][0]["Images"][0].keys() == image.keys()
    legacy = "71e7df12-89e0-4dc7-a5ff-a182fc2df94f"
    path = f"products/lookup?alternateId=LegacyXboxProductId&value={legacy}&top=25&{WHERE}"
    answer = await catalog(caller, f"{path}&fieldsTemplate=details")
    original = recorded("catalog_product_lookup_legacy")
    assert answer.keys() == original.keys()
    (television,), (real,) = answer["Products"], original["Products"]
    assert {"IdType": "XboxTitleId", "Value": LIVE_TV} in real["AlternateIds"]
    assert all(item in television["AlternateIds"] for item in real["AlternateIds"])
    assert (television["ProductFamily"], television["ProductKind"], television["ProductType"]) == (
        real["ProductFamily"],
        real["ProductKind"],
        real["ProductType"],
    )


async def test_search(caller: Caller, recorded: Recorded) -> None:
    """A search has the recorded shape, with groups of one product each."""
    path = f"productFamilies/autosuggest?query=starfall&productFamilyNames=Games,Apps&{WHERE}"
    simulated = await catalog(caller, path)
    assert has_shape_of(simulated, recorded("catalog_search"))
    assert {len(group["Products"]) for group in simulated["Results"]} == {1}
    assert STARFALL_DRIFT not in str(simulated)
