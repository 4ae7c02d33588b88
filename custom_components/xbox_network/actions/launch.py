"""Starts a game or an app on a console, and waits until it runs."""

import asyncio
import time
from dataclasses import dataclass
from typing import Final

from homeassistant.exceptions import HomeAssistantError

from ..coordinator.consoles import ConsolesCoordinator
from ..media.launchables import Launchable
from ..xbox.consoles.console import ConsoleSnapshot
from ..xbox.errors import ConsoleProblem, XboxConsoleError
from ..xbox.models.commands import WAKE_UP

# A console that has just woken up is not ready at once.
_READY_SECONDS: Final = 30.0
_RETRY_SECONDS: Final = 3.0
_NOT_READY: Final = frozenset(
    {ConsoleProblem.CONSOLE_OFF, ConsoleProblem.UNREACHABLE, ConsoleProblem.TIMED_OUT}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Launched:
    """What became of it. `was_on` is None if nobody knew."""

    was_on: bool | None
    running: bool
    seconds: float


async def launch(
    consoles: ConsolesCoordinator,
    console_id: str,
    choice: Launchable,
    *,
    turn_on: bool,
    wait: float,
) -> Launched:
    """Start it, on a console that may have to be switched on first.

    Waits for so many seconds until the console says that it runs. Raises `HomeAssistantError` for what the
    console did not do.
    """
    started = time.monotonic()
    was_on = consoles.data[console_id].power.is_on
    if turn_on and was_on is not True:
        await consoles.command(console_id, WAKE_UP)
        await _start_once_ready(consoles, console_id, choice)
    else:
        await _start(consoles, console_id, choice)

    def runs(console: ConsoleSnapshot) -> bool:
        return not console.settling and choice.is_focused(console.app)

    running = await consoles.wait_until(console_id, runs, wait)
    return Launched(was_on=was_on, running=running, seconds=round(time.monotonic() - started, 1))


async def _start_once_ready(
    consoles: ConsolesCoordinator, console_id: str, choice: Launchable
) -> None:
    """Start it on a console that has just been switched on."""
    end = time.monotonic() + _READY_SECONDS
    while True:
        try:
            return await _start(consoles, console_id, choice)
        except HomeAssistantError as err:
            if not _is_not_ready(err) or time.monotonic() >= end:
                raise
            await asyncio.sleep(_RETRY_SECONDS)


async def _start(consoles: ConsolesCoordinator, console_id: str, choice: Launchable) -> None:
    await consoles.command(console_id, choice.command)


def _is_not_ready(err: HomeAssistantError) -> bool:
    cause = err.__cause__
    return isinstance(cause, XboxConsoleError) and cause.problem in _NOT_READY
