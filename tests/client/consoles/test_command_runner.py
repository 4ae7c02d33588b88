"""The command runner: it sends a command, and waits until the console has done it."""

import asyncio
import time
from collections.abc import Callable, Coroutine
from typing import Any

import pytest
from freezegun.api import FrozenDateTimeFactory

from custom_components.xbox_network.xbox import XboxClient
from custom_components.xbox_network.xbox.consoles.command_runner import (
    Outcome,
    run_command,
)
from custom_components.xbox_network.xbox.errors import (
    ConsoleProblem,
    XboxConnectionError,
    XboxConsoleError,
    XboxWakeError,
)
from custom_components.xbox_network.xbox.http.rate_limits import Purpose
from custom_components.xbox_network.xbox.models import commands
from custom_components.xbox_network.xbox.models.commands import Command, launch, press
from tests.client.conftest import CONSOLES, STARFALL_DRIFT
from tests.helpers.client.idle_time import let_pass
from tests.simulator import Console, Ending, Simulator
from tests.simulator.world.demo_world import EMBER_VALE

pytestmark = pytest.mark.usefixtures("loop_by_hand")

type Do = Callable[..., Coroutine[Any, Any, Outcome]]


@pytest.fixture
def do(client: XboxClient, simulator: Simulator, freezer: FrozenDateTimeFactory) -> Do:
    """Return a function that runs a command while time passes."""

    async def do(console: Console, command: Command, **options: float) -> Outcome:
        call = run_command(client.consoles, console.console_id, command, **options)
        return await let_pass(call, simulator, freezer)

    return do


def paths(simulator: Simulator) -> list[str]:
    """Return the paths of the requests to the console service."""
    return [request.path for request in simulator.requests(CONSOLES)]


async def problem_of(do: Do, console: Console, command: Command) -> ConsoleProblem:
    """Return the problem for which a console does not do a command."""
    with pytest.raises(XboxConsoleError) as caught:
        await do(console, command)
    return caught.value.problem


async def test_done(do: Do, simulator: Simulator, den: Console) -> None:
    """A command is done when its operation says so."""
    assert await do(den, press("A")) is Outcome.DONE
    assert den.keys == ["A"]
    assert paths(simulator) == ["/commands", "/opStatus"]


async def test_takes_a_while(do: Do, simulator: Simulator, den: Console) -> None:
    """An operation is asked about once a second."""
    den.command_seconds = 5
    started = time.monotonic()
    product = simulator.world.titles[STARFALL_DRIFT].product_id
    assert await do(den, launch(product)) is Outcome.DONE
    assert den.title is simulator.world.titles[STARFALL_DRIFT]
    assert 5 <= time.monotonic() - started <= 7
    assert len(simulator.requests(CONSOLES)) <= 7


@pytest.mark.parametrize(
    ("ending", "problem"),
    [
        ("TimedOut", ConsoleProblem.TIMED_OUT),
        ("Error", ConsoleProblem.FAILED),
        ("OffConsoleError", ConsoleProblem.CONSOLE_OFF),
        ("SomethingNew", ConsoleProblem.FAILED),
        ("Pending", ConsoleProblem.TIMED_OUT),
        ("Paused", ConsoleProblem.TIMED_OUT),
        (
            Ending(status="Error", xccs_error_code="RemoteManagementDisabled"),
            ConsoleProblem.REMOTE_MANAGEMENT_DISABLED,
        ),
        (Ending(status="Error", xccs_error_code="ErrorCallingWNS"), ConsoleProblem.UNREACHABLE),
    ],
    ids=str,
)
async def test_failed_operation(
    do: Do, den: Console, ending: Ending | str, problem: ConsoleProblem
) -> None:
    """The end of the operation decides, not the accepted command."""
    den.end_next("Pause", ending)
    started = time.monotonic()
    assert await problem_of(do, den, commands.PAUSE) is problem
    assert time.monotonic() - started <= 17


async def test_not_installed(do: Do, simulator: Simulator, den: Console) -> None:
    """A launch of a title that is not installed fails."""
    product = simulator.world.titles[EMBER_VALE].product_id
    assert await problem_of(do, den, launch(product)) is ConsoleProblem.FAILED


async def test_asleep(do: Do, bedroom: Console) -> None:
    """A sleeping console accepts no command except to wake up."""
    assert await problem_of(do, bedroom, commands.PLAY) is ConsoleProblem.CONSOLE_OFF


@pytest.mark.parametrize(
    ("code", "problem"),
    [
        ("ErrorCallingWNS", ConsoleProblem.UNREACHABLE),
        ("XboxDataNotFound", ConsoleProblem.NOT_LINKED),
        ("CurrentConsoleNotFound", ConsoleProblem.NOT_LINKED),
        ("XboxNotPaired", ConsoleProblem.NOT_LINKED),
        ("RemoteManagementDisabled", ConsoleProblem.REMOTE_MANAGEMENT_DISABLED),
        ("gateway", ConsoleProblem.REFUSED),
        ("SomethingNew", ConsoleProblem.FAILED),
    ],
)
async def test_refused_command(
    do: Do, simulator: Simulator, den: Console, code: str, problem: ConsoleProblem
) -> None:
    """A refused command raises its problem at once, and is not sent again."""
    den.refuse(code)
    assert await problem_of(do, den, press("A")) is problem
    assert paths(simulator) == ["/commands"]


async def test_temporary_disconnection(do: Do, simulator: Simulator, den: Console) -> None:
    """A command that failed for a lost connection is sent once more, later."""
    den.refuse("ErrorWNSTempDisconnected")
    started = time.monotonic()
    assert await do(den, press("A")) is Outcome.DONE
    assert time.monotonic() - started >= 5
    assert paths(simulator) == ["/commands", "/commands", "/opStatus"]

    simulator.clear()
    den.refuse("ErrorWNSTempDisconnected", times=2)
    assert await problem_of(do, den, press("B")) is ConsoleProblem.UNREACHABLE
    assert paths(simulator) == ["/commands"] * 2
    assert den.keys == ["A"]


async def test_throttled(do: Do, simulator: Simulator, den: Console) -> None:
    """A throttled command is sent at most twice more."""
    den.refuse("ThrottledTryAgain", times=2)
    assert await do(den, press("A")) is Outcome.DONE
    assert paths(simulator) == [*["/commands"] * 3, "/opStatus"]

    simulator.clear()
    den.refuse("ThrottledTryAgain", times=3)
    assert await problem_of(do, den, press("B")) is ConsoleProblem.THROTTLED
    assert paths(simulator) == ["/commands"] * 3
    assert den.keys == ["A"]


async def test_budget_is_spent(
    do: Do, simulator: Simulator, freezer: FrozenDateTimeFactory, den: Console
) -> None:
    """A spent budget throttles a command, by the service's word or our own count; it is not sent."""
    simulator.fail(CONSOLES, status=429, headers={"Retry-After": "100"})
    for _ in range(2):
        assert await problem_of(do, den, press("A")) is ConsoleProblem.THROTTLED
    assert paths(simulator) == ["/commands"]
    freezer.tick(100)
    assert await do(den, press("A")) is Outcome.DONE


async def test_our_budget_is_spent(do: Do, client: XboxClient, den: Console) -> None:
    """Our own count is told as our limit; the power has a part of its own."""
    limits = client.auth.http.rate_limits
    while limits.seconds_until_allowed(CONSOLES, Purpose.COMMAND) == 0:
        limits.spend(CONSOLES, Purpose.COMMAND)
    assert await problem_of(do, den, press("A")) is ConsoleProblem.OVERLOADED
    assert await do(den, commands.TURN_OFF) is Outcome.DONE


async def test_short_pause(do: Do, simulator: Simulator, den: Console) -> None:
    """A command waits for a short pause that the service asks for, and so does the question for its end."""
    simulator.fail(CONSOLES, status=429, headers={"Retry-After": "4"}, path="/commands")
    simulator.fail(CONSOLES, status=429, headers={"Retry-After": "3"}, path="/opStatus")
    started = time.monotonic()
    assert await do(den, press("A")) is Outcome.DONE
    assert paths(simulator) == [*["/commands"] * 2, *["/opStatus"] * 2]
    assert 7 <= time.monotonic() - started <= 10
    simulator.fail(CONSOLES, status=429, headers={"Retry-After": "1"}, path="/commands", times=3)
    assert await problem_of(do, den, press("A")) is ConsoleProblem.THROTTLED


async def test_network_fails(do: Do, simulator: Simulator, den: Console) -> None:
    """A command that may have arrived is not sent again."""
    simulator.fail(CONSOLES, cut=True, path="/commands")
    with pytest.raises(XboxConnectionError):
        await do(den, press("A"))
    assert paths(simulator) == ["/commands"]


async def test_operation_cannot_be_read_for_a_moment(
    do: Do, simulator: Simulator, den: Console
) -> None:
    """A failed request for the operation is repeated."""
    simulator.fail(CONSOLES, status=500, path="/opStatus", times=2)
    den.refuse("DataAccessError", at="opStatus", status=500)
    assert await do(den, press("A")) is Outcome.DONE
    assert paths(simulator) == ["/commands", *["/opStatus"] * 4]


@pytest.mark.parametrize(
    "fault", [{"status": 403}, {"status": 404}, {"status": 429}, {"body": b'{"opStatusList": []}'}]
)
async def test_unknown_operation(
    do: Do, simulator: Simulator, den: Console, fault: dict[str, Any]
) -> None:
    """A command whose operation cannot be read is accepted, not done."""
    simulator.fail(CONSOLES, path="/opStatus", times=None, **fault)
    assert await do(den, press("A")) is Outcome.ACCEPTED
    assert paths(simulator).count("/commands") == 1


async def test_answer_without_operation(do: Do, simulator: Simulator, den: Console) -> None:
    """A command whose answer names no operation is accepted, not done."""
    body = b'{"status": {"errorCode": "OK"}, "destination": null}'
    simulator.fail(CONSOLES, path="/commands", body=body)
    assert await do(den, press("A")) is Outcome.ACCEPTED
    assert paths(simulator) == ["/commands"]


async def test_wake(do: Do, simulator: Simulator, bedroom: Console) -> None:
    """Waking takes some ten seconds, and one command."""
    started = time.monotonic()
    assert await do(bedroom, commands.WAKE_UP) is Outcome.DONE
    assert bedroom.power == "On"
    assert 10 <= time.monotonic() - started <= 12
    assert paths(simulator).count("/commands") == 1


async def test_wake_at_the_second_attempt(do: Do, simulator: Simulator, bedroom: Console) -> None:
    """A failed wake-up command is repeated after a pause."""
    bedroom.end_next("WakeUp", "TimedOut")
    assert await do(bedroom, commands.WAKE_UP) is Outcome.DONE
    assert bedroom.power == "On"
    assert paths(simulator).count("/commands") == 2


async def test_wake_with_a_failed_operation(do: Do, simulator: Simulator, bedroom: Console) -> None:
    """A console that is on is awake, although its operation failed."""
    bedroom.end_next("WakeUp", Ending(status="TimedOut", works=True))
    assert await do(bedroom, commands.WAKE_UP) is Outcome.DONE
    assert paths(simulator).count("/commands") == 1


@pytest.mark.parametrize("fault", [{"status": 403}, {"body": b'{"opStatusList": null}'}])
async def test_wake_without_operations(
    do: Do, simulator: Simulator, bedroom: Console, fault: dict[str, Any]
) -> None:
    """Without operations the console's state shows that it is awake."""
    simulator.fail(CONSOLES, path="/opStatus", times=None, **fault)
    assert await do(bedroom, commands.WAKE_UP) is Outcome.DONE
    assert bedroom.power == "On"


@pytest.mark.parametrize("ending", ["TimedOut", "Error", "Pending", "OffConsoleError"])
async def test_failed_wake(do: Do, simulator: Simulator, bedroom: Console, ending: str) -> None:
    """After three attempts to wake a console, an error names the known reasons."""
    bedroom.end_next("WakeUp", ending, times=3)
    started = time.monotonic()
    with pytest.raises(XboxWakeError):
        await do(bedroom, commands.WAKE_UP)
    assert paths(simulator).count("/commands") == 3
    assert time.monotonic() - started <= 65
    assert bedroom.power == "ConnectedStandby"


async def test_wake_a_console_that_is_off(do: Do, simulator: Simulator, bedroom: Console) -> None:
    """A console that is really off cannot be reached, and cannot be woken."""
    bedroom.power = "Off"
    with pytest.raises(XboxWakeError) as caught:
        await do(bedroom, commands.WAKE_UP)
    assert caught.value.problem is ConsoleProblem.UNREACHABLE
    assert caught.value.code == "ErrorCallingWNS"
    assert paths(simulator).count("/commands") == 3


async def test_wake_without_remote_management(
    do: Do, simulator: Simulator, bedroom: Console
) -> None:
    """A problem that no further attempt can change is raised at once."""
    bedroom.remote_management = False
    with pytest.raises(XboxConsoleError) as caught:
        await do(bedroom, commands.WAKE_UP)
    assert not isinstance(caught.value, XboxWakeError)
    assert caught.value.problem is ConsoleProblem.REMOTE_MANAGEMENT_DISABLED
    assert paths(simulator) == ["/commands"]


async def test_deadline_of_waking(do: Do, simulator: Simulator, bedroom: Console) -> None:
    """Waking ends at the deadline of the caller."""
    bedroom.end_next("WakeUp", "Pending", times=3)
    started = time.monotonic()
    with pytest.raises(XboxWakeError):
        await do(bedroom, commands.WAKE_UP, deadline=6)
    assert time.monotonic() - started <= 8
    assert paths(simulator).count("/commands") == 1


@pytest.mark.parametrize("power", ["ConnectedStandby", "Off"])
async def test_turn_off_a_console_that_is_off(do: Do, bedroom: Console, power: str) -> None:
    """A command to turn off a console that is off succeeds."""
    bedroom.power = power
    assert await do(bedroom, commands.TURN_OFF) is Outcome.DONE


async def test_turn_off_that_fails(do: Do, den: Console) -> None:
    """A failed operation to turn off leaves the console on."""
    den.end_next("TurnOff", "TimedOut")
    assert await problem_of(do, den, commands.TURN_OFF) is ConsoleProblem.TIMED_OUT
    assert den.power == "On"


async def test_status_cannot_be_read(do: Do, simulator: Simulator, den: Console) -> None:
    """When the state cannot be read, the end of the operation decides."""
    den.end_next("TurnOff", Ending(status="TimedOut", works=True))
    simulator.fail(CONSOLES, status=500, path="/consoles/.*", times=None)
    assert await problem_of(do, den, commands.TURN_OFF) is ConsoleProblem.TIMED_OUT


async def test_consoles_do_not_wait_for_each_other(
    client: XboxClient,
    simulator: Simulator,
    freezer: FrozenDateTimeFactory,
    den: Console,
    bedroom: Console,
) -> None:
    """While one console wakes up, another one accepts commands."""
    waking = asyncio.create_task(run_command(client.consoles, bedroom.console_id, commands.WAKE_UP))
    call = run_command(client.consoles, den.console_id, press("A"))
    assert await let_pass(call, simulator, freezer) is Outcome.DONE
    assert not waking.done()

    async def woken() -> Outcome:
        return await waking

    assert await let_pass(woken(), simulator, freezer) is Outcome.DONE
