"""A hand that asks a command queue for commands, and the commands that tests ask for."""

import asyncio
import time
from collections import Counter

from freezegun.api import FrozenDateTimeFactory

from custom_components.xbox_network.xbox import XboxClient
from custom_components.xbox_network.xbox.consoles.command_queue import CommandQueue
from custom_components.xbox_network.xbox.consoles.command_runner import Outcome
from custom_components.xbox_network.xbox.errors import ConsoleProblem, XboxConsoleError
from custom_components.xbox_network.xbox.models import commands
from custom_components.xbox_network.xbox.models.commands import Command, press
from tests.client.conftest import CONSOLES
from tests.simulator import Console, Simulator

MUTE, UNMUTE = commands.MUTE, commands.UNMUTE
PLAY, PAUSE, NEXT = commands.PLAY, commands.PAUSE, commands.NEXT
HOME, OFF, WAKE = commands.GO_HOME, commands.TURN_OFF, commands.WAKE_UP
A, B = press("A"), press("B")

STEP = 0.1
# The seconds that xccs takes for a command.
LATENCY = 0.5
# Turns of the event loop in which a request gets its answer.
_TURNS = 40


async def turns() -> None:
    """Let everything happen that needs no time."""
    for _ in range(_TURNS):
        await asyncio.sleep(0)


class Hand:
    """A hand that asks a queue for commands while time passes."""

    def __init__(
        self,
        client: XboxClient,
        simulator: Simulator,
        freezer: FrozenDateTimeFactory,
        console: Console,
    ) -> None:
        """Ask a queue of that console, which is known to be on if it is."""
        self.simulator = simulator
        self.console = console
        self.known_on = console.power == "On"
        self.shown: list[str] = []
        self._freezer = freezer
        self.queue = CommandQueue(
            client.consoles,
            console.console_id,
            is_on=lambda: self.known_on,
            on_done=lambda command: self.shown.append(command.name),
        )

    def ask(self, *wished: Command) -> list[asyncio.Task[Outcome]]:
        """Ask for commands at the same time, each by a caller of its own."""
        return [asyncio.create_task(self.queue.run(command)) for command in wished]

    async def ask_in_turn(self, first: Command, *others: Command) -> list[asyncio.Task[Outcome]]:
        """Ask for a command, and for others while xccs takes the first one."""
        calls = self.ask(first)
        await turns()
        return calls + self.ask(*others)

    def macro(self, *wished: Command, pause: float = 1.0) -> asyncio.Task[Outcome]:
        """Begin a macro."""
        return asyncio.create_task(self.queue.run_macro(wished, pause))

    async def pass_time(self, seconds: float) -> None:
        """Let time pass in small steps, also while requests are on their way."""
        until = time.monotonic() + seconds - 0.01
        await turns()
        while time.monotonic() < until:
            self._freezer.tick(STEP)
            await turns()

    async def results(self, calls: list[asyncio.Task[Outcome]]) -> list[Outcome | BaseException]:
        """Wait for all calls; return the outcome of each, or its error."""
        while not all(it.done() for it in calls):
            await self.pass_time(STEP)
        return await asyncio.gather(*calls, return_exceptions=True)

    async def outcomes(self, calls: list[asyncio.Task[Outcome]]) -> list[Outcome | ConsoleProblem]:
        """Wait for all calls and for the console; return the outcome of each, or its problem."""
        results = await self.results(calls)
        await self.pass_time(self.console.command_seconds)
        assert all(isinstance(it, Outcome | XboxConsoleError) for it in results), results
        return [
            it if isinstance(it, Outcome) else it.problem
            for it in results
            if isinstance(it, Outcome | XboxConsoleError)
        ]

    def paths(self) -> Counter[str]:
        """Return the number of requests by path."""
        return Counter(it.path for it in self.simulator.requests(CONSOLES))

    def done(self) -> list[str]:
        """Return what the console did: keys, texts, steps of the volume, names of other commands."""
        self.console.settle()
        return [
            it.parameters.get("keyType")
            or it.parameters.get("replacementString")
            or it.parameters.get("direction", it.name) + it.parameters.get("amount", "")
            for it in self.console.done
        ]
