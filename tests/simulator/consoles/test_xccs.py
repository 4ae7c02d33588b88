"""Tests of xccs: reading consoles, disks, apps and operations."""

import pytest

from tests.helpers.simulator.xccs_client import XccsClient
from tests.simulator import Console, Simulator, StorageDevice, install_games
from tests.simulator.world.demo_world import BEDROOM, DEN, DEN_DISK, HARBOR_KINGS, SHELF_DISK

from ..conftest import OWNER, STRANGER, Caller, ManualClock

type Consoles = tuple[Console, Console]


async def test_devices(xccs_client: XccsClient) -> None:
    """The list has consoles with their disks, without the fields that an old console lacks."""
    content = await xccs_client.read(
        "lists/devices?queryCurrentDevice=false&includeStorageDevices=true"
    )
    assert content["status"] == {"errorCode": "OK", "errorMessage": None}
    assert content["agentUserId"] is None
    den, bedroom = content["result"]
    assert (den["id"], den["name"], den["consoleType"]) == (DEN, "Den", "XboxSeriesX")
    assert (den["powerState"], bedroom["powerState"]) == ("On", "ConnectedStandby")
    assert den["remoteManagementEnabled"] is True
    assert den["storageDevices"][0] == {
        "storageDeviceId": DEN_DISK,
        "storageDeviceName": "Internal",
        "isDefault": True,
        "freeSpaceBytes": 236_267_835_392.0,
        "totalSpaceBytes": 838_592_360_448.0,
        "isGen9Compatible": True,
    }
    assert {"locale", "region", "wirelessWarning", "outOfHomeWarning"} <= den.keys()
    assert not {"locale", "region", "wirelessWarning", "outOfHomeWarning"} & bedroom.keys()
    assert "isGen9Compatible" not in bedroom["storageDevices"][0]


async def test_devices_without_disks(xccs_client: XccsClient, consoles: Consoles) -> None:
    """Disks are null when not requested, and missing when not known."""
    consoles[1].storage_known = False
    for query in ("", "?includeStorageDevices=false"):
        content = await xccs_client.read(f"lists/devices{query}")
        assert [it["storageDevices"] for it in content["result"]] == [None, None]
    content = await xccs_client.read("lists/devices?includeStorageDevices=true")
    assert "storageDevices" not in content["result"][1]
    assert (await xccs_client.read(f"lists/storageDevices?deviceId={BEDROOM}"))["result"] is None


async def test_plugged_and_unplugged_disks(xccs_client: XccsClient, consoles: Consoles) -> None:
    """Unplugging a disk removes its apps; a plugged-in disk is listed."""
    den, _ = consoles
    kings = {"storageDeviceId": SHELF_DISK, "titleId": int(HARBOR_KINGS)}
    apps = (await xccs_client.read(f"lists/installedApps?deviceId={DEN}"))["result"]
    assert any(kings.items() <= app.items() for app in apps)
    den.unplug(SHELF_DISK)
    apps = (await xccs_client.read(f"lists/installedApps?deviceId={DEN}"))["result"]
    assert not any(kings.items() <= app.items() for app in apps)
    den.plug_in(StorageDevice(storage_id="B1", name="Attic", default=False))
    content = await xccs_client.read(f"lists/storageDevices?deviceId={DEN}")
    assert content["deviceId"] == DEN
    assert [disk["storageDeviceName"] for disk in content["result"]] == ["Internal", "Attic"]


async def test_only_the_callers_consoles(
    caller: Caller, xccs_client: XccsClient, consoles: Consoles
) -> None:
    """An account sees its own consoles and shared ones, not those of others."""
    alone = await caller.sign_in("alone")
    other = XccsClient(caller.session, caller.simulator.url, alone)
    assert (await other.read("lists/devices"))["result"] == []
    response = await other.ask("GET", f"consoles/{DEN}")
    assert (await response.json())["status"]["errorCode"] == "CurrentConsoleNotFound"
    response = await other.send(DEN, "Power", "TurnOff")
    assert (await response.json())["destination"] is None
    consoles[0].shared_with.add(STRANGER)
    (den,) = (await other.read("lists/devices"))["result"]
    assert den["id"] == DEN
    assert len((await xccs_client.read("lists/devices"))["result"]) == 2


async def test_console(xccs_client: XccsClient, consoles: Consoles, simulator: Simulator) -> None:
    """A console's record has its state; the app stays the same in standby."""
    content = await xccs_client.read(f"consoles/{DEN}")
    assert content == {
        "status": {"errorCode": "OK", "errorMessage": None},
        "powerState": "On",
        "playbackState": "Stopped",
        "loginState": None,
        "focusAppAumid": "Xbox.Dashboard_8wekyb3d8bbwe!Xbox.Dashboard.Application",
        "isTvConfigured": True,
        "digitalAssistantRemoteControlEnabled": True,
        "remoteManagementEnabled": True,
        "consoleStreamingEnabled": False,
        "id": DEN,
        "name": "Den",
        "locale": "en-US",
        "consoleType": "XboxSeriesX",
    }
    standby = await xccs_client.read(f"consoles/{BEDROOM}")
    assert standby["powerState"] == "ConnectedStandby"
    assert standby["focusAppAumid"] == simulator.world.titles[HARBOR_KINGS].aumid
    assert "consoleType" not in standby


async def test_removed_console(
    xccs_client: XccsClient, consoles: Consoles, simulator: Simulator
) -> None:
    """A removed console gives an error, with null in all other fields."""
    simulator.world.remove_console(consoles[0])
    response = await xccs_client.ask("GET", f"consoles/{DEN}")
    content = await response.json()
    assert (response.status, content["status"]["errorCode"]) == (404, "XboxDataNotFound")
    assert content["powerState"] is content["focusAppAumid"] is None


async def test_late_service(
    xccs_client: XccsClient, consoles: Consoles, clock: ManualClock
) -> None:
    """The service reports a change late if the console has a lag."""
    den, _ = consoles
    clock.now += 60
    den.lag = 3.0
    den.power = "ConnectedStandby"
    assert (await xccs_client.read(f"consoles/{DEN}"))["powerState"] == "On"
    clock.now += 3
    assert (await xccs_client.read(f"consoles/{DEN}"))["powerState"] == "ConnectedStandby"


async def test_installed_apps(xccs_client: XccsClient) -> None:
    """Installed apps are games, apps, add-ons, parts of the system, and entries without a name."""
    content = await xccs_client.read(f"lists/installedApps?deviceId={DEN}")
    apps = content["result"]
    drift = apps[0]
    assert (drift["name"], drift["contentType"], drift["isGame"]) == (
        "Starfall Drift",
        "Game",
        True,
    )
    assert drift["instanceId"] == f"{{{DEN_DISK}}}#{drift['uniqueId']}"
    assert isinstance(drift["sizeInBytes"], float)
    assert isinstance(drift["version"], float)
    assert drift["installTime"].endswith(".000Z")
    assert {app["contentType"] for app in apps} == {"Game", "App", "Dlc", "Unknown"}
    assert any(app["oneStoreProductId"] is None and app["name"] for app in apps)
    assert any(app["name"] is None and app["oneStoreProductId"] for app in apps)
    assert any(app["parentId"] == drift["uniqueId"] and app["isGame"] for app in apps)


async def test_many_games(xccs_client: XccsClient, consoles: Consoles) -> None:
    """650 games come in one answer, each with its own ids."""
    install_games(consoles[1])
    apps = (await xccs_client.read(f"lists/installedApps?deviceId={BEDROOM}"))["result"]
    games = [app for app in apps if app["isGame"]]
    assert len(games) == 652
    for key in ("oneStoreProductId", "name", "aumid", "titleId"):
        assert len({app[key] for app in games}) == 652


@pytest.mark.parametrize("at", ["lists/devices", f"consoles/{DEN}", "opStatus"])
@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({"Authorization": None}, 401),
        ({"x_xbl_contract_version": "2"}, 406),
        ({"x_xbl_contract_version": None}, 406),
        ({"skillplatform": None}, 400),
        ({"skillplatform": "Console"}, 400),
        ({"Accept": "text/html"}, 400),
        ({"User_Agent": None}, 400),
    ],
)
async def test_headers(
    xccs_client: XccsClient, at: str, changes: dict[str, str | None], status: int
) -> None:
    """A call without a required header is refused."""
    defaults = {"x_xbl_contract_version": "3" if at == "opStatus" else "4"}
    response = await xccs_client.ask("GET", at, **(defaults | changes))
    assert response.status == status


@pytest.mark.parametrize(
    "path",
    [
        "lists/devices?includeStorageDevices=yes",
        "lists/devices?includeDisks=true",
        "lists/installedApps",
        "lists/storageDevices?deviceId=",
        f"lists/installedApps?deviceId={DEN}&all=true",
        f"consoles/{DEN}?all=true",
    ],
)
async def test_invalid_queries(xccs_client: XccsClient, path: str) -> None:
    """An invalid query is refused with 400."""
    assert (await xccs_client.ask("GET", path)).status == 400


async def test_refused_account(xccs_client: XccsClient, simulator: Simulator) -> None:
    """A refused account gets 403 until the error is cleared."""
    simulator.world.xccs_errors.add("gateway", at="devices", xuid=OWNER, times=None)
    for _ in range(3):
        response = await xccs_client.ask("GET", "lists/devices")
        assert (response.status, response.content_type) == (403, "text/html")
    simulator.world.xccs_errors.clear()
    assert len((await xccs_client.read("lists/devices"))["result"]) == 2


async def test_no_limit_unless_set(
    xccs_client: XccsClient, simulator: Simulator, clock: ManualClock
) -> None:
    """There is no rate limit unless a test sets one. The service then answers in its own format."""
    for _ in range(100):
        await xccs_client.read(f"consoles/{DEN}")
    simulator.budgets.reset()
    simulator.budgets.limits["consoles"] = (10, 30)
    for _ in range(10):
        await xccs_client.read(f"consoles/{DEN}")
    response = await xccs_client.ask("GET", f"consoles/{DEN}")
    assert response.status == 429
    assert (await response.json())["status"]["errorCode"] == "ThrottledTryAgain"
    assert "Retry-After" not in response.headers
    clock.now += 15
    await xccs_client.read(f"consoles/{DEN}")


async def test_recorded_and_broken(xccs_client: XccsClient, simulator: Simulator) -> None:
    """Requests are recorded, and faults happen."""
    simulator.clear()
    simulator.fail("xccs.xboxlive.com", status=503, path="consoles")
    assert (await xccs_client.ask("GET", f"consoles/{DEN}")).status == 503
    assert (await xccs_client.ask("GET", f"consoles/{DEN}")).status == 200
    assert [it.path for it in simulator.requests("xccs.xboxlive.com")] == [f"/consoles/{DEN}"] * 2
