"""The JSON records of consoles, disks, packages and operations, as xccs writes them."""

from ..network import Json
from ..times import ticks
from .console import Console
from .console_app import InstalledApp, StorageDevice
from .operation import Ending, Operation


def switches(console: Console) -> dict[str, Json]:
    """Return which kinds of remote control are allowed."""
    return {
        "digitalAssistantRemoteControlEnabled": console.digital_assistant,
        "remoteManagementEnabled": console.remote_management,
        "consoleStreamingEnabled": console.streaming,
    }


def device_record(console: Console, disks: bool) -> dict[str, Json]:
    """Return a console of the list. Disks are null if not requested, missing if not known."""
    record: dict[str, Json] = {
        "id": console.console_id,
        "name": console.name,
        "consoleType": console.console_type,
        "powerState": console.told.power,
        **switches(console),
    }
    if not console.bare:
        record |= {"locale": console.locale, "region": console.region}
        record |= {"wirelessWarning": False, "outOfHomeWarning": False}
    if not disks:
        record["storageDevices"] = None
    elif console.storage_known:
        record["storageDevices"] = [storage_record(disk) for disk in console.storage]
    return record


def storage_record(disk: StorageDevice) -> dict[str, Json]:
    """Return the record of a disk."""
    record: dict[str, Json] = {
        "storageDeviceId": disk.storage_id,
        "storageDeviceName": disk.name,
        "isDefault": disk.default,
        "freeSpaceBytes": float(disk.free),
        "totalSpaceBytes": float(disk.total),
    }
    return record if disk.gen9 is None else {**record, "isGen9Compatible": disk.gen9}


def app_record(console: Console, app: InstalledApp) -> dict[str, Json]:
    """Return the record of an installed package."""
    storage_id = app.storage_id or _default_disk(console)
    return {
        "oneStoreProductId": app.product_id,
        "titleId": int(app.title_id) if app.title_id else None,
        "aumid": app.aumid,
        "lastActiveTime": _moment(app.last_active),
        "isGame": app.is_game,
        "name": app.name,
        "contentType": app.content_type,
        "instanceId": f"{{{storage_id}}}#{app.unique_id}",
        "storageDeviceId": storage_id,
        "uniqueId": app.unique_id,
        "legacyProductId": app.legacy_id,
        "version": app.version,
        "sizeInBytes": app.size,
        "installTime": _moment(app.installed),
        "updateTime": _moment(app.updated),
        "parentId": app.parent_id,
    }


def destination(console: Console) -> dict[str, Json]:
    """Return the console in the answer to a command, where its switches are texts."""
    record: dict[str, Json] = {
        "id": console.console_id,
        "name": console.name,
        "locale": console.locale,
        "powerState": console.told.power,
        "consoleType": console.console_type,
        "wirelessWarning": "",
        "outOfHomeWarning": "",
    }
    if console.destination_switches:
        record["remoteManagementEnabled"] = str(console.remote_management)
        record["consoleStreamingEnabled"] = str(console.streaming)
    if console.system_version is not None:
        record[console.system_version_key] = console.system_version
    return record


def operation_record(operation: Operation) -> dict[str, Json]:
    """Return the record of an operation."""
    ending = operation.ending or Ending()
    return {
        "operationStatus": operation.status,
        "opId": operation.op_id,
        "originatingSessionId": operation.command.session_id,
        "command": operation.command.name,
        "succeeded": operation.status == "Succeeded",
        "consoleStatusCode": ending.console_status_code,
        "xccsErrorCode": ending.xccs_error_code,
        "hResult": ending.h_result,
        "message": ending.message,
    }


def _default_disk(console: Console) -> str:
    disks = sorted(console.storage, key=lambda disk: not disk.default)
    return disks[0].storage_id if disks else ""


def _moment(at: float | None) -> str | None:
    return None if at is None else f"{ticks(at, '')[:-4]}Z"
