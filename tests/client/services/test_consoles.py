"""Console service (xccs): its answers, errors first."""

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
    """Return a body as it stands with an error."""
    return json.dumps(
        {"status": {"errorCode": code, "errorMessage": "No"}, "result": None}
    ).encode()


async def test_list(client: XboxClient, simulator: Simulator, den: Console) -> None:
    """Consoles with their disks; a size is a whole number of bytes."""
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
    """They are not asked for, or not known: both is null."""
    bedroom.storage_known = False
    assert [it.storage_devices for it in await client.consoles.consoles(storage=False)] == [(), ()]
    first, second = await client.consoles.consoles()
    assert first.storage_devices
    assert second.storage_devices == ()


async def test_no_consoles(client: XboxClient) -> None:
    """That is ordinary."""
    assert await client.consoles.consoles() == ()


async def test_status(client: XboxClient, simulator: Simulator, den: Console) -> None:
    """What a console does."""
    den.run(STARFALL_DRIFT)
    status = await client.consoles.status(DEN)
    assert status.power is Power.ON
    assert status.focus_app_aumid == simulator.world.titles[STARFALL_DRIFT].aumid


async def test_installed_apps(client: XboxClient, den: Console) -> None:
    """What can be launched is what a person would look for."""
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
    """Contract 3, with two headers instead of a path."""
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
    """A known word counts whatever the status; else the status, where it says more."""
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
async def test_odd_words_are_not_repeated(
    client: XboxClient, simulator: Simulator, code: object
) -> None:
    """What is no word of the service does not end up in a log."""
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
async def test_answers_that_say_nothing(
    client: XboxClient, simulator: Simulator, fault: dict[str, Any], kind: type[XboxError]
) -> None:
    """They are errors, and not a list without consoles."""
    for question in (client.consoles.consoles, lambda: client.consoles.status(DEN)):
        simulator.fail(CONSOLES, **fault)
        with pytest.raises(XboxError) as caught:
            await question()
        assert type(caught.value) is kind


async def test_answer_without_envelope(client: XboxClient, simulator: Simulator) -> None:
    """The content is statement enough."""
    simulator.fail(CONSOLES, body=b'{"result": [{"id": "F1"}, {"id": "F1"}, {"id": ""}, 7]}')
    (console,) = await client.consoles.consoles()
    assert (console.console_id, console.power) == ("F1", Power.UNKNOWN)


async def test_throttling_of_the_store_behind(
    client: XboxClient, simulator: Simulator, den: Console
) -> None:
    """It asks for a moment, not for the minute that a spent budget asks for."""
    den.refuse("ThrottledTryAgain", at="console")
    with pytest.raises(XboxConsoleError):
        await client.consoles.status(DEN)
    assert client.auth.http.rate_limits.seconds_until_allowed(CONSOLES) == 1


async def test_a_refused_token_is_renewed(
    client: XboxClient, simulator: Simulator, den: Console
) -> None:
    """As for every service, and the body is sent again."""
    den.refuse("DataAccessError", at="console")
    assert (await client.consoles.status(DEN)).power is Power.ON
    assert [request.status for request in simulator.requests(CONSOLES)] == [401, 200]


async def test_disk_that_is_plugged_in_later(client: XboxClient, den: Console) -> None:
    """It is in the next list."""
    den.plug_in(StorageDevice(storage_id="B1", name="Attic", default=False))
    console, _ = await client.consoles.consoles()
    assert [disk.storage_device_name for disk in console.storage_devices][-1] == "Attic"
