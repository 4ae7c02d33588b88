"""Tests of xccs: accepted and refused commands, and their answers."""

import asyncio
from collections.abc import Mapping
from typing import Any

import aiohttp
import pytest

from tests.helpers.simulator.xccs_client import SESSION, XccsClient
from tests.simulator import Console, Simulator
from tests.simulator.world.demo_world import BEDROOM, DEN

from ..conftest import ManualClock

type Consoles = tuple[Console, Console]
PATH = "commands"
GUID = "f0000000-0000-4000-8000-000000000000"


async def code(response: aiohttp.ClientResponse) -> tuple[int, str]:
    """Return the status and the error code of an answer."""
    return response.status, (await response.json())["status"]["errorCode"]


async def test_answer(xccs_client: XccsClient, consoles: Consoles) -> None:
    """An accepted command gets an answer with the old state; its switches are texts."""
    consoles[1].remote_management = True
    response = await xccs_client.send(BEDROOM, "Power", "WakeUp")
    content = await response.json()
    assert content.pop("opId")
    assert content == {
        "status": {"errorCode": "OK", "errorMessage": None},
        "result": None,
        "uiText": None,
        "userInfo": None,
        "destination": {
            "id": BEDROOM,
            "name": "Bedroom",
            "locale": "en-US",
            "powerState": "ConnectedStandby",
            "consoleType": "XboxOneS",
            "remoteManagementEnabled": "True",
            "consoleStreamingEnabled": "False",
            "wirelessWarning": "",
            "outOfHomeWarning": "",
        },
    }


async def test_operation(xccs_client: XccsClient, clock: ManualClock) -> None:
    """An operation is pending until the console has executed the command."""
    op_id = await xccs_client.accepted(DEN, "Media", "Next")
    assert await xccs_client.operation(DEN, op_id) == {
        "operationStatus": "Pending",
        "opId": op_id,
        "originatingSessionId": SESSION,
        "command": "Next",
        "succeeded": False,
        "consoleStatusCode": None,
        "xccsErrorCode": None,
        "hResult": None,
        "message": None,
    }
    clock.now += 0.5
    operation = await xccs_client.operation(DEN, op_id)
    assert (operation["operationStatus"], operation["succeeded"]) == ("Succeeded", True)


ALL: list[tuple[str, str, dict[str, str]]] = [
    ("Power", "WakeUp", {}),
    ("Power", "TurnOff", {}),
    ("Power", "Reboot", {}),
    ("Audio", "Mute", {}),
    ("Audio", "Unmute", {}),
    ("Audio", "Volume", {"direction": "Up", "amount": "1"}),
    ("Media", "Play", {}),
    ("Media", "Pause", {}),
    ("Media", "Previous", {}),
    ("Media", "Next", {}),
    ("Shell", "GoHome", {}),
    ("Shell", "GoBack", {}),
    ("Shell", "ShowGuideTab", {"tabName": "Guide"}),
    ("Shell", "InjectKey", {"keyType": "Nexus"}),
    ("Shell", "InjectString", {"replacementString": "moss & machine"}),
    ("Shell", "ActivateApplicationWithOneStoreProductId", {"oneStoreProductId": "9SIM713FB301"}),
    ("TV", "ShowGuide", {}),
]


@pytest.mark.parametrize(("type_", "command", "parameters"), ALL)
async def test_every_verified_command(
    xccs_client: XccsClient,
    consoles: Consoles,
    clock: ManualClock,
    type_: str,
    command: str,
    parameters: dict[str, str],
) -> None:
    """Every known command is accepted and works on a console that is on."""
    op_id = await xccs_client.accepted(DEN, type_, command, parameters)
    clock.now += 2
    assert (await xccs_client.operation(DEN, op_id))["operationStatus"] == "Succeeded"
    (done,) = consoles[0].done
    assert (done.type, done.name, done.parameters) == (type_, command, parameters)


@pytest.mark.parametrize(
    ("type_", "command", "parameters"),
    [
        ("Shell", "TerminateApplication", {"aumid": "Example.App!App"}),
        ("Shell", "InstallPackages", {"bigCatIdList": "9SIM713FB301"}),
        ("Shell", "UninstallPackage", {"instanceId": "x"}),
        ("Shell", "SignOut", {}),
        ("Game", "CaptureScreenshot", {}),
        ("Config", "AllowConsoleStreaming", {"enabled": "true"}),
        ("Marketplace", "RedeemCode", {}),
        ("Power", "Play", {}),
        ("power", "WakeUp", {}),
        ("Power", "WakeUp", {"force": "true"}),
        ("Audio", "Volume", {}),
        ("Audio", "Volume", {"direction": "Up"}),
        ("Audio", "Volume", {"direction": "up", "amount": "1"}),
        ("Audio", "Volume", {"direction": "Up", "amount": 1}),
        ("Audio", "Volume", {"direction": "Up", "amount": "0"}),
        ("Shell", "InjectKey", {"keyType": "guide"}),
        ("Shell", "InjectKey", {"keyType": "LeftShoulder"}),
        ("Shell", "InjectString", {"replacementString": ""}),
        ("Shell", "ShowGuideTab", {"tabName": "Settings"}),
        ("Shell", "ShowGuideTab", {}),
        ("Shell", "ActivateApplicationWithOneStoreProductId", {"oneStoreProductId": ""}),
        (None, "WakeUp", {}),
        (["Power"], "WakeUp", {}),
    ],
)
async def test_unverified_commands(
    xccs_client: XccsClient,
    consoles: Consoles,
    type_: Any,
    command: str,
    parameters: dict[str, object],
) -> None:
    """An unknown command, or unknown parameters, are refused without any effect."""
    response = await xccs_client.send(DEN, type_, command, parameters)
    assert await code(response) == (400, "BadRequest")
    assert not consoles[0].operations


@pytest.mark.parametrize(
    "body",
    [
        {"destination": "Console"},
        {"destination": None},
        {"sourceId": "com.example.remote"},
        {"sessionId": "5b0b9a76"},
        {"sessionId": None},
        {"sessionId": f"{{{SESSION}}}"},
        {"parameters": {}},
        {"parameters": []},
        {"parameters": [{}, {}]},
        {"parameters": [None]},
        {"parameters": None},
        {"linkedXboxId": None},
        {"linkedXboxId": 17},
        {"userId": "me"},
    ],
)
async def test_body(
    xccs_client: XccsClient, consoles: Consoles, body: Mapping[str, object]
) -> None:
    """A body that is not as documented is refused without any effect."""
    response = await xccs_client.send(DEN, "Media", "Next", **body)
    assert await code(response) == (400, "BadRequest")
    assert not consoles[0].operations


@pytest.mark.parametrize("data", [b"", b"[]", b"{", b"\xff"])
async def test_no_body(xccs_client: XccsClient, data: bytes) -> None:
    """A body that is no JSON object is refused."""
    response = await xccs_client.ask("POST", PATH, data, Content_Type="application/json")
    assert await code(response) == (400, "BadRequest")


@pytest.mark.parametrize(
    "changes", [{"Content_Type": None}, {"Content_Type": "text/plain"}, {"User_Agent": None}]
)
async def test_gateway(
    xccs_client: XccsClient, consoles: Consoles, changes: dict[str, str | None]
) -> None:
    """The firewall requires content type and user agent, before the token is checked."""
    for token in (None, "XBL3.0 x=1;unknown"):
        headers = {"Content_Type": "application/json", "Authorization": token, **changes}
        response = await xccs_client.ask("POST", PATH, b"{}", **headers)
        assert (response.status, response.content_type) == (403, "text/html")
        assert b"Microsoft-Azure-Application-Gateway/v2" in await response.read()
    assert not consoles[0].operations


async def test_unreachable_consoles(
    xccs_client: XccsClient, consoles: Consoles, simulator: Simulator
) -> None:
    """A console that is off, gone or without remote management gives an error."""
    den, _ = consoles
    den.remote_management = False
    response = await xccs_client.send(DEN, "Media", "Next")
    assert await code(response) == (200, "RemoteManagementDisabled")
    den.remote_management = True
    den.power = "Off"
    for command in ("WakeUp", "TurnOff"):
        response = await xccs_client.send(DEN, "Power", command)
        assert await code(response) == (404, "ErrorCallingWNS")
        content = await response.json()
        assert content["destination"] is None
        assert content["status"]["errorMessage"] == "Send command failed"
        assert len(content["opId"]) == 20
    simulator.world.remove_console(den)
    assert await code(await xccs_client.send(DEN, "Power", "WakeUp")) == (404, "XboxDataNotFound")
    assert not den.operations


@pytest.mark.parametrize(
    ("error", "status"),
    [
        ("ErrorWNSTempDisconnected", 404),
        ("CurrentConsoleNotFound", 200),
        ("XboxNotPaired", 200),
        ("DataAccessError", 401),
        ("ThrottledTryAgain", 429),
        ("SomethingNew", 200),
    ],
)
async def test_errors_on_demand(
    xccs_client: XccsClient, consoles: Consoles, error: str, status: int
) -> None:
    """A queued error hits the given number of calls, for one console and one command."""
    consoles[0].refuse(error, command="Next", times=2)
    for _ in range(2):
        await xccs_client.accepted(DEN, "Media", "Play")
        assert await code(await xccs_client.send(DEN, "Media", "Next")) == (status, error)
    await xccs_client.accepted(DEN, "Media", "Next")


async def test_errors_on_demand_everywhere(
    xccs_client: XccsClient, consoles: Consoles, simulator: Simulator
) -> None:
    """Queued errors hit reads as well, with another status, or with the gateway's HTML."""
    reads = {
        "console": f"consoles/{DEN}",
        "installedApps": f"lists/installedApps?deviceId={DEN}",
        "storageDevices": f"lists/storageDevices?deviceId={DEN}",
    }
    for at, path in reads.items():
        consoles[0].refuse("DataAccessError", at=at, status=500)
        response = await xccs_client.ask("GET", path)
        assert await code(response) == (500, "DataAccessError")
        content = await response.json()
        assert content.pop("status")
        assert set(content.values()) == {None}
        await xccs_client.read(path)
    consoles[0].refuse("gateway")
    assert (await xccs_client.send(DEN, "Media", "Next")).status == 403
    with pytest.raises(LookupError):
        simulator.world.xccs_errors.add("DataAccessError", at="somewhere")


async def test_operation_headers(xccs_client: XccsClient, consoles: Consoles) -> None:
    """Reading an operation needs its id, its console and contract 3."""
    op_id = await xccs_client.accepted(DEN, "Media", "Next")
    headers = {"x_xbl_contract_version": "3", "x_xbl_opId": op_id, "x_xbl_deviceId": DEN}
    for changes, status in (
        ({}, 200),
        ({"x_xbl_opId": None}, 400),
        ({"x_xbl_deviceId": None}, 400),
        ({"skillplatform": None}, 200),
        ({"x_xbl_contract_version": "4"}, 406),
        ({"x_xbl_opId": GUID}, 404),
        ({"x_xbl_deviceId": BEDROOM}, 404),
    ):
        assert (await xccs_client.ask("GET", "opStatus", **(headers | changes))).status == status
    consoles[0].refuse("XboxDataNotFound", at="opStatus")
    assert (await xccs_client.ask("GET", "opStatus", **headers)).status == 404


async def test_limit_of_commands(
    simulator: Simulator, xccs_client: XccsClient, consoles: Consoles, clock: ManualClock
) -> None:
    """A limit for commands, which is off by default, throttles no other calls."""
    simulator.budgets.limits["commands"] = (2, 100)
    for _ in range(2):
        await xccs_client.accepted(DEN, "Media", "Play", {})
    refused = await code(await xccs_client.send(DEN, "Media", "Play"))
    assert refused == (429, "ThrottledTryAgain")
    op_id = next(iter(consoles[0].operations))
    assert (await xccs_client.operation(DEN, op_id))["operationStatus"] == "Pending"
    clock.now += 15
    await xccs_client.accepted(DEN, "Media", "Play", {})


async def test_late_answer(
    simulator: Simulator,
    xccs_client: XccsClient,
    consoles: Consoles,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The answer to a command takes its time, by name of the command."""
    waited: list[float] = []
    sleep = asyncio.sleep

    async def note(seconds: float) -> None:
        waited.append(seconds)
        await sleep(0)

    monkeypatch.setattr(asyncio, "sleep", note)
    consoles[0].answer_seconds = {"Play": 3.0, None: 1.0}
    await xccs_client.accepted(DEN, "Media", "Play", {})
    await xccs_client.accepted(DEN, "Media", "Pause", {})
    await xccs_client.accepted(BEDROOM, "Power", "WakeUp", {})
    assert [it for it in waited if it] == [3.0, 1.0]
