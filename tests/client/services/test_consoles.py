"""The console service (xccs): its answers and its errors."""

import json
from typing import Any

import pytest

from custom_components.xbox_network.xbox import XboxClient
from custom_components.xbox_network.xbox.errors import (
    ConsoleProblem,
    XboxConsoleError,
    XboxError,
    XboxForbiddenError,
    XboxNotFoundError,
    XboxRateLimitError,
    XboxRequestError,
    XboxResponseError,
    XboxServiceError,
)
from custom_components.xbox_network.xbox.models.commands import GO_HOME
from custom_components.xbox_network.xbox.models.consoles import Power
from tests.client.conftest import CONSOLES, HARBOR_KINGS, STARFALL_DRIFT
from tests.simulator import Console, Simulator, StorageDevice, install_games

DEN, BEDROOM = "F400000000000001", "F400000000000002"


def refusal(code: object) -> bytes:
    """Return the body of an answer with an error."""
    return json.dumps(
        {"status": {"errorCode": code, "errorMessage": "No"}, "result": None}
    ).encode()


async def test_list(client: XboxClient, simulator: Simulator, den: Console) -> None:
    """The list has consoles with their disks; a size is a whole number of bytes."""
    first, second = await client.consoles.consoles()
    assert (first.console_id, first.name, first.console_type) == (DEN, "Den", "XboxSeriesX")
    assert (first.power, second.power) == (Power.ON, Power.STANDBY)
    assert first.remote_management_enabled is True
    internal, external = first.storage_devices
    assert (internal.storage_device_name, internal.is_default) == ("Internal", True)
    assert (internal.free_space_bytes, internal.total_space_bytes) == (236267835392, 838592360448)
    assert isinstance(internal.free_space_bytes, int)
    assert external.is_default is False
    (request,) = simulator.requests(CONSOLES)
    assert request.headers["x-xbl-contract-version"] == "4"
    assert request.headers["skillplatform"] == "RemoteManagement"


async def test_list_without_disks(client: XboxClient, den: Console, bedroom: Console) -> None:
    """Disks that are not requested or not known are empty."""
    bedroom.storage_known = False
    assert [it.storage_devices for it in await client.consoles.consoles(storage=False)] == [(), ()]
    first, second = await client.consoles.consoles()
    assert first.storage_devices
    assert second.storage_devices == ()


async def test_no_consoles(client: XboxClient) -> None:
    """An account may have no consoles."""
    assert await client.consoles.consoles() == ()


async def test_status(client: XboxClient, simulator: Simulator, den: Console) -> None:
    """The status has the power and the focused app."""
    den.run(STARFALL_DRIFT)
    status = await client.consoles.status(DEN)
    assert status.power is Power.ON
    assert status.focus_app_aumid == simulator.world.titles[STARFALL_DRIFT].aumid


async def test_installed_apps(client: XboxClient, den: Console) -> None:
    """Only games and apps can be launched, not their add-ons."""
    install_games(den, 650)
    apps = await client.consoles.installed_apps(DEN)
    assert len(apps) > 650
    launchable = [app.name for app in apps if app.launchable]
    assert {"Starfall Drift", "Harbor Kings", "Lumen Video", "Grid Tuner"} <= set(launchable)
    assert not [name for name in launchable if name and ("Season" in name or "launcher" in name)]
    kings = next(app for app in apps if app.name == "Harbor Kings")
    assert (kings.title_id, kings.game) == (HARBOR_KINGS, True)
    assert next(app for app in apps if app.name == "Lumen Video").game is False


async def test_operation_has_its_own_contract(
    client: XboxClient, simulator: Simulator, den: Console
) -> None:
    """The request for an operation has contract 3, and two headers instead of a path."""
    answer = await client.consoles.send(DEN, GO_HOME)
    assert answer.op_id
    assert answer.destination
    assert answer.destination.power is Power.ON
    assert answer.destination.remote_management_enabled is True
    operation = await client.consoles.operation(answer.op_id, DEN)
    assert operation
    assert (operation.operation_status, operation.succeeded) == ("Pending", False)
    *_, request = simulator.requests(CONSOLES)
    assert request.headers["x-xbl-contract-version"] == "3"


@pytest.mark.parametrize(
    ("code", "problem"),
    [
        ("ErrorCallingWNS", ConsoleProblem.UNREACHABLE),
        ("ErrorWNSTempDisconnected", ConsoleProblem.UNREACHABLE),
        ("XboxDataNotFound", ConsoleProblem.NOT_LINKED),
        ("CurrentConsoleNotFound", ConsoleProblem.NOT_LINKED),
        ("XboxNotPaired", ConsoleProblem.NOT_LINKED),
        ("RemoteManagementDisabled", ConsoleProblem.REMOTE_MANAGEMENT_DISABLED),
        ("ThrottledTryAgain", ConsoleProblem.THROTTLED),
        ("DataAccessError", ConsoleProblem.FAILED),
        ("errorcallingwns", ConsoleProblem.UNREACHABLE),
        ("SomethingNew", ConsoleProblem.FAILED),
    ],
)
@pytest.mark.parametrize("status", [200, 404, 400, 429, 500, 403])
async def test_errors_are_read_before_the_status(
    client: XboxClient, simulator: Simulator, status: int, code: str, problem: ConsoleProblem
) -> None:
    """A known error code goes before the HTTP status; with an unknown one a 403, 429 or 500 decides."""
    simulator.fail(CONSOLES, status=status, body=refusal(code))
    with pytest.raises(XboxError) as caught:
        await client.consoles.status(DEN)
    err = caught.value
    assert (err.service, err.status) == (CONSOLES, status)
    if code == "SomethingNew" and status in (403, 429, 500):
        kinds = {403: XboxForbiddenError, 429: XboxRateLimitError, 500: XboxServiceError}
        assert type(err) is kinds[status]
    else:
        assert isinstance(err, XboxConsoleError)
        assert (err.problem, err.code) == (problem, code)


@pytest.mark.parametrize("code", ["<script>", "a" * 100, "Two words", 7])
async def test_odd_codes_are_not_repeated(
    client: XboxClient, simulator: Simulator, code: object
) -> None:
    """An error code that is not a single word is kept out of the error and the log."""
    simulator.fail(CONSOLES, body=refusal(code))
    with pytest.raises(XboxConsoleError) as caught:
        await client.consoles.status(DEN)
    assert caught.value.code is None
    assert str(code) not in str(caught.value)


@pytest.mark.parametrize(
    ("fault", "kind"),
    [
        ({"status": 404}, XboxNotFoundError),
        ({"status": 404, "garbage": True}, XboxNotFoundError),
        ({"status": 403, "garbage": True}, XboxForbiddenError),
        ({"status": 400}, XboxRequestError),
        ({"status": 500, "garbage": True}, XboxServiceError),
        ({"garbage": True}, XboxResponseError),
        ({"body": b"[]"}, XboxResponseError),
        ({"body": b"{}"}, XboxResponseError),
        ({"body": b'{"status": null}'}, XboxResponseError),
        ({"empty": True}, XboxResponseError),
    ],
    ids=str,
)
async def test_answers_without_content(
    client: XboxClient, simulator: Simulator, fault: dict[str, Any], kind: type[XboxError]
) -> None:
    """An answer without content is an error, not an empty list."""
    for call in (client.consoles.consoles, lambda: client.consoles.status(DEN)):
        simulator.fail(CONSOLES, **fault)
        with pytest.raises(XboxError) as caught:
            await call()
        assert type(caught.value) is kind


async def test_answer_without_envelope(client: XboxClient, simulator: Simulator) -> None:
    """An answer without `status` is valid if it has content."""
    simulator.fail(CONSOLES, body=b'{"result": [{"id": "F1"}, {"id": "F1"}, {"id": ""}, 7]}')
    (console,) = await client.consoles.consoles()
    assert (console.console_id, console.power) == ("F1", Power.UNKNOWN)


async def test_throttling_of_the_data_store(
    client: XboxClient, simulator: Simulator, den: Console
) -> None:
    """`ThrottledTryAgain` pauses the service for a second, not for the minute of a spent budget."""
    den.refuse("ThrottledTryAgain", at="console")
    with pytest.raises(XboxConsoleError):
        await client.consoles.status(DEN)
    assert client.auth.http.rate_limits.seconds_until_allowed(CONSOLES) == 1


async def test_a_refused_token_is_renewed(
    client: XboxClient, simulator: Simulator, den: Console
) -> None:
    """A 401 costs a new token, and the request is sent again with its body."""
    den.refuse("DataAccessError", at="console")
    assert (await client.consoles.status(DEN)).power is Power.ON
    assert [request.status for request in simulator.requests(CONSOLES)] == [401, 200]


async def test_new_disk(client: XboxClient, den: Console) -> None:
    """A disk that is plugged in is in the next list."""
    den.plug_in(StorageDevice(storage_id="B1", name="Attic", default=False))
    console, _ = await client.consoles.consoles()
    assert [disk.storage_device_name for disk in console.storage_devices][-1] == "Attic"
