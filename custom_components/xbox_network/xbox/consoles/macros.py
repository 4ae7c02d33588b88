"""Macros: several commands of one caller to a console, with pauses between them.

One macro of a console waits for the other, but takes its turn for each of its commands: single commands go in
between. A macro ends when its console is switched off by anything but itself.
"""

import asyncio
from collections.abc import Coroutine, Iterator, Sequence
from dataclasses import dataclass
from typing import Final, Protocol

from ..errors import ConsoleProblem, XboxConsoleError
from ..models.commands import WAKE_UP, Command
from .command_runner import Outcome

# The most macros of a console, and the most seconds that one waits for another.
MOST_MACROS: Final = 10
LONGEST_MACRO_WAIT_SECONDS: Final = 60.0

# Steps of the volume in a row add up if the pause between them is shorter.
_SHORT_PAUSE_SECONDS: Final = 1.0


class Run(Protocol):
    """Has one command done; several parts are steps of the volume."""

    def __call__(self, *parts: Command, followed: bool) -> Coroutine[None, None, Outcome]:
        """Return when the command has ended, or raise its error."""


@dataclass(eq=False, slots=True)
class _Macro:
    """A macro that waits or runs. `switched_off` is whether it has switched the console off itself."""

    task: asyncio.Task[Outcome] | None = None
    problem: ConsoleProblem | None = None
    switched_off: bool = False


class Macros:
    """The macros of one console."""

    def __init__(self, run: Run) -> None:
        """`run` has a single command done."""
        self._run = run
        self._macros: list[_Macro] = []
        self._turn = asyncio.Lock()
        self._was_on: bool | None = None

    async def run(self, commands: Sequence[Command], pause: float) -> Outcome:
        """Have commands done one after the other, with a pause in seconds between two.

        The last one is followed to its end; of the others the service has to accept each, and those about the power
        are followed. Raises the error of the first command that fails, and sends no further one then. Raises
        `XboxConsoleError` if another macro takes too long, and once this one is ended.
        """
        if len(self._macros) >= MOST_MACROS:
            raise XboxConsoleError(ConsoleProblem.OVERLOADED)
        macro = _Macro()
        macro.task = asyncio.create_task(self._play(macro, list(_joined(commands, pause)), pause))
        self._macros.append(macro)
        try:
            return await macro.task
        except asyncio.CancelledError:
            caller = asyncio.current_task()
            if macro.problem is None or (caller and caller.cancelling()):
                raise
            raise XboxConsoleError(macro.problem) from None
        finally:
            self._macros.remove(macro)

    def end(self, problem: ConsoleProblem) -> None:
        """End all macros, but the one whose own command is the reason."""
        current = asyncio.current_task()
        self._end([it for it in self._macros if it.task is not current], problem)

    def update_power(self, is_on: bool | None) -> None:
        """Take note of the power of the console, None if it is unknown."""
        if is_on is False and self._was_on:
            others = [it for it in self._macros if not it.switched_off]
            self._end(others, ConsoleProblem.SWITCHED_OFF)
        if is_on is not None:
            self._was_on = is_on

    def _end(self, macros: list[_Macro], problem: ConsoleProblem) -> None:
        for macro in macros:
            macro.problem = macro.problem or problem
            if macro.task:
                macro.task.cancel()

    async def _play(self, macro: _Macro, steps: list[tuple[Command, ...]], pause: float) -> Outcome:
        try:
            await asyncio.wait_for(self._turn.acquire(), LONGEST_MACRO_WAIT_SECONDS)
        except TimeoutError:
            raise XboxConsoleError(ConsoleProblem.SEQUENCE_RUNS) from None
        outcome = Outcome.DONE
        try:
            for number, parts in enumerate(steps, 1):
                outcome = await self._step(macro, parts, followed=number == len(steps))
                if number < len(steps):
                    await asyncio.sleep(pause)
        finally:
            self._turn.release()
        return outcome

    async def _step(self, macro: _Macro, parts: tuple[Command, ...], *, followed: bool) -> Outcome:
        if parts[0].is_power:
            macro.switched_off = parts[0] != WAKE_UP
        return await self._run(*parts, followed=followed)


def _joined(commands: Sequence[Command], pause: float) -> Iterator[tuple[Command, ...]]:
    """Yield commands one by one, but steps of the volume in a row together if the pause is short."""
    steps: list[Command] = []
    for command in commands:
        if command.steps and pause < _SHORT_PAUSE_SECONDS:
            steps.append(command)
            continue
        if steps:
            yield tuple(steps)
            steps = []
        yield (command,)
    if steps:
        yield tuple(steps)
