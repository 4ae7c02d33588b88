"""Sends commands to a console and finds out whether they were done (`docs/network.md` S7.6 and S7.7).

An accepted command is not a done command: its operation is followed to its end.
"""

import asyncio
import time
from collections.abc import Callable
from enum import StrEnum
from typing import Final

from ..errors import (
    ConsoleProblem,
    XboxBudgetError,
    XboxConsoleError,
    XboxError,
    XboxRateLimitError,
    XboxRequestError,
    XboxTemporaryError,
    XboxWakeError,
)
from ..http.rate_limits import Purpose
from ..models.commands import WAKE_UP, Command
from ..models.consoles import CommandAnswer, Operation
from ..services.consoles import WNS_INTERRUPTED, ConsolesService, problem_of, purpose_of

# The most seconds that a command is followed; waking takes some ten seconds, and may need another attempt.
DEADLINE_SECONDS: Final = 15.0
WAKE_DEADLINE_SECONDS: Final = 60.0

_FIRST_READ_SECONDS: Final = 0.5
_READ_SECONDS: Final = 1.0
_WATCH_SECONDS: Final = 2.0
_THROTTLED_SECONDS: Final = 1.5
_MOST_THROTTLED: Final = 2
_SHORT_PAUSE_SECONDS: Final = 5.0
_INTERRUPTED_SECONDS: Final = 5.0
_WAKE_PAUSES: Final = (3.0, 6.0)
# Problems that another attempt may solve; the command may have been done all the same.
_TEMPORARY: Final = frozenset(
    {
        ConsoleProblem.UNREACHABLE,
        ConsoleProblem.TIMED_OUT,
        ConsoleProblem.CONSOLE_OFF,
        ConsoleProblem.FAILED,
    }
)
_FAILURES: Final = {
    "timedout": ConsoleProblem.TIMED_OUT,
    "offconsoleerror": ConsoleProblem.CONSOLE_OFF,
    "error": ConsoleProblem.FAILED,
}
_UNFINISHED: Final = frozenset({"pending", "paused", ""})


class Outcome(StrEnum):
    """The result of a command that did not fail. For an `ACCEPTED` command the end is unknown."""

    DONE = "done"
    ACCEPTED = "accepted"


async def run_command(
    service: ConsolesService,
    console_id: str,
    command: Command,
    *,
    deadline: float | None = None,
) -> Outcome:
    """Send a command to a console and wait until it is done, at most `deadline` seconds.

    Raises `XboxConsoleError` with the problem, `XboxWakeError` where a console does not wake up, and any
    other `XboxError` while the network or the sign-in does not work. Commands do not wait for each other.
    """
    if command == WAKE_UP:
        seconds = WAKE_DEADLINE_SECONDS if deadline is None else deadline
        return await _wake(service, console_id, time.monotonic() + seconds)
    seconds = DEADLINE_SECONDS if deadline is None else deadline
    return await _attempt(service, console_id, command, time.monotonic() + seconds)


async def send_command(
    service: ConsolesService, console_id: str, command: Command
) -> CommandAnswer:
    """Send a command, and again after a temporary refusal. A command that may have been done is not repeated.

    Raises the errors of `run_command`.
    """
    throttled, interrupted = 0, False
    while True:
        try:
            return await service.send(console_id, command)
        except XboxConsoleError as err:
            if err.problem is ConsoleProblem.THROTTLED and throttled < _MOST_THROTTLED:
                throttled += 1
                await asyncio.sleep(_THROTTLED_SECONDS)
            elif err.code == WNS_INTERRUPTED and not interrupted:
                interrupted = True
                await asyncio.sleep(_INTERRUPTED_SECONDS)
            else:
                raise
        except XboxBudgetError as err:
            raise XboxConsoleError(ConsoleProblem.OVERLOADED) from err
        except XboxRateLimitError as err:
            if not _is_short(err) or throttled >= _MOST_THROTTLED:
                raise XboxConsoleError(ConsoleProblem.THROTTLED, status=err.status) from err
            throttled += 1
            await asyncio.sleep(max(_THROTTLED_SECONDS, err.retry_after or 0.0))
        except XboxRequestError as err:
            raise XboxConsoleError(ConsoleProblem.REFUSED, status=err.status) from err


async def follow_command(
    service: ConsolesService,
    console_id: str,
    command: Command,
    answer: CommandAnswer,
    is_wanted: Callable[[], bool],
) -> Outcome:
    """Wait for the end of a command, but not for longer than its end is wanted.

    Raises the errors of `run_command`.
    """
    until = time.monotonic() + DEADLINE_SECONDS
    return await _wait_for_operation(service, console_id, command, answer, until, is_wanted)


async def check_power(service: ConsolesService, console_id: str) -> None:
    """Raise `XboxConsoleError` if a console is off. It is not if that cannot be read."""
    try:
        status = await service.status(console_id, Purpose.COMMAND)
    except XboxError:
        return
    if status.power.is_on is False:
        raise XboxConsoleError(ConsoleProblem.CONSOLE_OFF)


async def _wake(service: ConsolesService, console_id: str, until: float) -> Outcome:
    """Wake a console, with pauses between the attempts."""
    pauses = list(_WAKE_PAUSES)
    while True:
        try:
            end = min(until, time.monotonic() + DEADLINE_SECONDS)
            return await _attempt(service, console_id, WAKE_UP, end)
        except XboxConsoleError as err:
            if err.problem not in _TEMPORARY:
                raise
            if not pauses or time.monotonic() + pauses[0] >= until:
                raise XboxWakeError(err.problem, code=err.code, status=err.status) from err
        await asyncio.sleep(pauses.pop(0))


async def _attempt(
    service: ConsolesService, console_id: str, command: Command, until: float
) -> Outcome:
    """Send a command once and follow it; the power that it leads to proves that it was done."""
    try:
        return await _send_and_wait(service, console_id, command, until)
    except XboxConsoleError as err:
        if err.problem in _TEMPORARY and await _has_power(service, console_id, command):
            return Outcome.DONE
        raise


async def _send_and_wait(
    service: ConsolesService, console_id: str, command: Command, until: float
) -> Outcome:
    answer = await send_command(service, console_id, command)
    outcome = await _wait_for_operation(service, console_id, command, answer, until)
    if outcome is Outcome.ACCEPTED and command.leads_to:
        return await _wait_for_power(service, console_id, command, until)
    return outcome


async def _wait_for_operation(
    service: ConsolesService,
    console_id: str,
    command: Command,
    answer: CommandAnswer,
    until: float,
    is_wanted: Callable[[], bool] = lambda: True,
) -> Outcome:
    """Wait for the end of an operation."""
    if not answer.op_id or not is_wanted():
        return Outcome.ACCEPTED
    pause, reported = _FIRST_READ_SECONDS, False
    while time.monotonic() < until:
        await asyncio.sleep(pause)
        pause = _READ_SECONDS
        if not is_wanted():
            return Outcome.ACCEPTED
        try:
            operation = await service.operation(answer.op_id, console_id, purpose_of(command))
        except XboxRequestError:
            return Outcome.ACCEPTED  # the service will not report the end
        except XboxRateLimitError as err:
            if not _is_short(err):
                return Outcome.ACCEPTED
            continue
        except XboxConsoleError, XboxTemporaryError:
            continue
        if operation and _has_succeeded(operation):
            return Outcome.DONE
        reported = reported or operation is not None
    if not reported:
        return Outcome.ACCEPTED
    raise XboxConsoleError(ConsoleProblem.TIMED_OUT)


async def _wait_for_power(
    service: ConsolesService, console_id: str, command: Command, until: float
) -> Outcome:
    """Wait for the power of the console, where the service does not report the operation."""
    while time.monotonic() < until:
        await asyncio.sleep(_WATCH_SECONDS)
        if await _has_power(service, console_id, command):
            return Outcome.DONE
    raise XboxConsoleError(ConsoleProblem.TIMED_OUT)


def _has_succeeded(operation: Operation) -> bool:
    """Tell whether an operation has succeeded, False while it runs. Raises `XboxConsoleError` if it failed."""
    status = (operation.operation_status or "").casefold()
    if status == "succeeded":
        return True
    if status in _UNFINISHED:
        return False
    code = operation.xccs_error_code or ""
    problem = problem_of(code) or _FAILURES.get(status, ConsoleProblem.FAILED)
    raise XboxConsoleError(problem, code=code or None)


def _is_short(err: XboxRateLimitError) -> bool:
    """Tell whether the pause that a service asks for is short enough to wait for it."""
    return err.retry_after is not None and err.retry_after <= _SHORT_PAUSE_SECONDS


async def _has_power(service: ConsolesService, console_id: str, command: Command) -> bool:
    """Tell whether a console has the power that a command leads to."""
    if not command.leads_to:
        return False
    try:
        status = await service.status(console_id, Purpose.POWER)
    except XboxError:
        return False
    return status.power in command.leads_to
