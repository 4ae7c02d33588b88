"""xccs.xboxlive.com: consoles, disks, packages, commands. Contract 4, for operations 3."""

import re
import uuid
from dataclasses import replace

from ..budgets import Throttled
from ..network import Answer, Call, Host, Json, Refused, is_json, json_answer, json_object, route
from ..services import Service, gate
from .commands import Kind, begin, kind_of
from .console import OFF, Console
from .console_record import (
    app_record,
    destination,
    device_record,
    operation_record,
    storage_record,
    switches,
)
from .operation import Command
from .xccs_errors import CODES, GATEWAY

SOURCE = "com.microsoft.smartglass"
_UUID = re.compile(r"(?i)[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_OK: dict[str, Json] = {"errorCode": "OK", "errorMessage": None}
_BODY = {
    "destination",
    "type",
    "command",
    "sessionId",
    "sourceId",
    "parameters",
    "linkedXboxId",
}
_EMPTY: dict[str, tuple[str, ...]] = {
    "devices": ("result", "agentUserId"),
    "console": (
        "powerState",
        "playbackState",
        "loginState",
        "focusAppAumid",
        "isTvConfigured",
        "digitalAssistantRemoteControlEnabled",
        "remoteManagementEnabled",
        "consoleStreamingEnabled",
    ),
    "installedApps": ("result", "agentUserId"),
    "storageDevices": ("deviceId", "result", "agentUserId"),
    "commands": ("result", "uiText", "destination", "userInfo"),
    "opStatus": ("opStatusList",),
}
"""The fields beside `status` in each kind of answer. They are null on errors."""
_GATEWAY_HTML = (
    b"<html>\r\n<head><title>403 Forbidden</title></head>\r\n<body>\r\n<center><h1>403 Forbidden"
    b"</h1></center>\r\n<hr><center>Microsoft-Azure-Application-Gateway/v2</center>\r\n</body>\r\n"
    b"</html>\r\n"
)


def error(code: str, at: str = "commands", status: int | None = None, message: str = "") -> Answer:
    """Return the answer of xccs with an error code; the gateway's answer is HTML."""
    if code == GATEWAY:
        return Answer(status or 403, _GATEWAY_HTML, {"Content-Type": "text/html"})
    default_status, text = CODES.get(code, (200, "Something is wrong"))
    content: dict[str, Json] = {
        "status": {"errorCode": code, "errorMessage": message or text},
        **dict.fromkeys(_EMPTY[at]),
    }
    if at == "commands":
        content["opId"] = uuid.uuid4().hex[:20]
    return json_answer(content, status or default_status)


def devices(call: Call) -> Answer:
    """Answer the caller's consoles, with disks on request."""
    _check_query(call, "queryCurrentDevice", "includeStorageDevices")
    _check_queued_errors(call, "devices")
    for value in call.query.values():
        if value not in ("true", "false"):
            raise Refused(_bad_request("devices", "The query has to say true or false."))
    disks = call.query.get("includeStorageDevices") == "true"
    own = [it for it in call.network.world.consoles.values() if it.linked_to(call.caller.xuid)]
    result = [device_record(console, disks) for console in own]
    return json_answer({"status": _OK, "result": result, "agentUserId": None})


def console_status(call: Call) -> Answer:
    """Answer the state of a console. Its app stays the same while it is off."""
    _check_query(call)
    console = _console(call, "console", call.groups["console_id"])
    screen = console.told
    content: dict[str, Json] = {
        "status": _OK,
        "powerState": screen.power,
        "playbackState": screen.playback,
        "loginState": None,
        "focusAppAumid": screen.focus,
        "isTvConfigured": console.tv_configured,
        **switches(console),
    }
    if not console.bare:
        content |= {"id": console.console_id, "name": console.name}
        content |= {"locale": console.locale, "consoleType": console.console_type}
    return json_answer(content)


def installed_apps(call: Call) -> Answer:
    """Answer all packages of a console."""
    console = _console_of_query(call, "installedApps")
    result = [app_record(console, app) for app in console.present_apps()]
    return json_answer({"status": _OK, "result": result, "agentUserId": None})


def storage_devices(call: Call) -> Answer:
    """Answer the disks of a console."""
    console = _console_of_query(call, "storageDevices")
    result = [storage_record(disk) for disk in console.storage] if console.storage_known else None
    content = {"status": _OK, "deviceId": console.console_id, "result": result}
    return json_answer({**content, "agentUserId": None})


def commands(call: Call) -> Answer:
    """Accept a command. `OK` means accepted, not executed."""
    content = json_object(call)
    if content is None:
        raise Refused(_bad_request("commands", "The body is not a JSON object."))
    kind = _kind(content)
    name = content["command"]
    console = _console(call, "commands", content["linkedXboxId"], name)
    if not console.remote_management:
        raise Refused(error("RemoteManagementDisabled"))
    destination_record = destination(console)
    if console.power == OFF:
        raise Refused(error("ErrorCallingWNS"))
    command = Command(content["type"], name, content["parameters"][0], content["sessionId"])
    op_id = begin(console, command, kind)
    answer = {
        "status": _OK,
        "result": None,
        "uiText": None,
        "destination": destination_record,
        "userInfo": None,
    }
    return replace(json_answer({**answer, "opId": op_id}), seconds=console.answers_after(name))


def op_status(call: Call) -> Answer:
    """Answer the state of an operation."""
    _check_query(call)
    console_id, op_id = call.headers.get("x-xbl-deviceId"), call.headers.get("x-xbl-opId")
    if not console_id or not op_id:
        raise Refused(_bad_request("opStatus", "x-xbl-deviceId or x-xbl-opId is missing."))
    console = _console(call, "opStatus", console_id)
    operation = console.operations.get(op_id)
    if operation is None:
        raise Refused(error("XboxDataNotFound", "opStatus", message="There is no such operation."))
    return json_answer({"status": _OK, "opStatusList": [operation_record(operation)]})


def _throttled(_: Throttled) -> Refused:
    return Refused(error("ThrottledTryAgain"))


_GATE = gate(Service("consoles", frozenset({"4"}), throttled=_throttled))
_OPERATIONS_GATE = gate(Service("consoles", frozenset({"3"}), throttled=_throttled))
_COMMANDS_GATE = gate(Service("commands", frozenset({"4"}), throttled=_throttled))


def _check_call(call: Call) -> None:
    """Check token, contract and `skillplatform`; the firewall's check comes first."""
    agent = call.headers.get("User-Agent", "").strip()
    if call.method == "POST" and not (agent and is_json(call.headers)):
        raise Refused(error(GATEWAY))
    if call.path == "/opStatus":
        _OPERATIONS_GATE(call)
    else:
        _GATE(call)
    if call.path == "/commands":
        _COMMANDS_GATE(call)
    # the reference library leaves it out when it asks for an operation
    if call.path != "/opStatus" and call.headers.get("skillplatform") != "RemoteManagement":
        raise Refused(_bad_request("commands", "skillplatform has to be RemoteManagement."))


HOST = Host(
    "xccs.xboxlive.com",
    [
        route("GET", "/lists/devices", devices),
        route("GET", "/consoles/(?P<console_id>[^/]+)", console_status),
        route("GET", "/lists/installedApps", installed_apps),
        route("GET", "/lists/storageDevices", storage_devices),
        route("POST", "/commands", commands),
        route("GET", "/opStatus", op_status),
    ],
    _check_call,
)


def _kind(content: dict[str, Json]) -> Kind:
    """Return the kind of a body's command. Refuses a command that is not documented as working."""
    if content.keys() != _BODY:
        raise Refused(_bad_request("commands", "The body has other keys than a command."))
    if content["destination"] != "Xbox" or content["sourceId"] != SOURCE:
        raise Refused(_bad_request("commands", "The destination or the source is not known."))
    if not _is_uuid(content["sessionId"]) or not isinstance(content["linkedXboxId"], str):
        raise Refused(_bad_request("commands", "The session has to be a UUID, the console a text."))
    parameters = content["parameters"]
    if not isinstance(parameters, list) or len(parameters) != 1:
        raise Refused(_bad_request("commands", "The parameters have to be a list of one object."))
    kind = kind_of(content["type"], content["command"], parameters[0])
    if kind is None:
        raise Refused(_bad_request("commands", "The command or its parameters are not known."))
    return kind


def _is_uuid(text: Json) -> bool:
    return isinstance(text, str) and bool(_UUID.fullmatch(text))


def _console_of_query(call: Call, at: str) -> Console:
    _check_query(call, "deviceId")
    console_id = call.query.get("deviceId")
    if not console_id:
        raise Refused(_bad_request(at, "'deviceId' is missing."))
    return _console(call, at, console_id)


def _console(call: Call, at: str, console_id: str, command: str | None = None) -> Console:
    """Return one of the caller's consoles. Refuses other consoles, and on queued errors."""
    _check_queued_errors(call, at, console_id, command)
    console = call.network.world.consoles.get(console_id)
    if console is None:
        raise Refused(error("XboxDataNotFound", at))
    if not console.linked_to(call.caller.xuid):
        raise Refused(error("CurrentConsoleNotFound", at))
    return console


def _check_queued_errors(
    call: Call, at: str, console_id: str | None = None, command: str | None = None
) -> None:
    queued = call.network.world.xccs_errors.take(at, call.caller.xuid, console_id, command)
    if queued is not None:
        raise Refused(error(queued.code, at, queued.status))


def _check_query(call: Call, *known: str) -> None:
    if set(call.query) - set(known) or len(call.query) != len(set(call.query)):
        raise Refused(json_answer({"Message": "The request is invalid."}, 400))


def _bad_request(at: str, message: str) -> Answer:
    """Return the refusal of an undocumented call. The error code is the simulator's own."""
    return error("BadRequest", at, 400, message)
