"""The commands that wait for one console: which of them are one, whose turn it is, and what ends them.

- The power goes before all else. The rest keeps its order, but for the volume: it passes, and is passed by, what
  concerns the screen.
- A command is sent when the one before was accepted. Only commands about the power keep the turn until they are
  done, and a start within half a minute after waking: the console is not ready for more.
- What waits and is the same wish is sent once, steps of the volume as their sum. Presses, texts, next, previous, back
  and the guides are never one: two presses are two.
- The end is followed where there is something to wait for: power and starts always, presses, texts, volume and mute
  only if the console is not known to be on, all else as long as nothing follows.
"""

import asyncio
import math
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import partial
from typing import Final

from ..errors import ConsoleProblem, XboxConsoleError
from ..models.commands import WAKE_UP, Command
from ..models.consoles import CommandAnswer, Power
from ..services.consoles import ConsolesService
from .command_runner import Outcome, check_power, follow_command, run_command, send_command
from .macros import Macros
from .wish import Wish

# The most commands that wait, those about the power apart.
MOST_WAITING: Final = 50
# The most seconds that a command waits for others: to wake a console takes a minute at most.
LONGEST_WAIT_SECONDS: Final = 75.0
# The most seconds that a command waits for our budget, or for a pause that the service asked for.
LONGEST_DELAY_SECONDS: Final = 15.0

# Minimum seconds between two commands about the volume: quick steps meanwhile add up.
_STEPS_SECONDS: Final = 0.4
# For so many seconds after waking, a start keeps the turn until its end.
_WOKEN_SECONDS: Final = 30.0


class CommandQueue:
    """Sends commands to one console in turn. To be closed."""

    def __init__(
        self,
        service: ConsolesService,
        console_id: str,
        *,
        is_on: Callable[[], bool],
        on_done: Callable[[Command], None],
    ) -> None:
        """`is_on` tells whether the console is known to be on; `on_done` is told of each command that was done."""
        self._service = service
        self._console_id = console_id
        self._is_on = is_on
        self._on_done = on_done
        self._waiting: list[Wish] = []
        self._under_way: dict[Wish, asyncio.Task[Outcome]] = {}
        self._turn: Wish | None = None
        self._changed = asyncio.Event()
        self._driver: asyncio.Task[None] | None = None
        self._macros = Macros(self.run)
        self._latest: Wish | None = None
        self._latest_state: Wish | None = None
        self._steps_at = -math.inf
        self._woken_at = -math.inf
        self._closed = False

    async def run(self, *parts: Command, followed: bool = True) -> Outcome:
        """Have a command done in its turn. Several `parts` are steps of the volume, which add up.

        Without `followed` it ends when the service has it, if the console is on. Raises the errors of `run_command`,
        and `XboxConsoleError` if the command was not sent: too many wait, the console was switched off, or the queue
        was closed. What a cancelled caller asked for is withdrawn unless it is under way.
        """
        self._check_open()
        if _switches_off(parts[0]):
            self._macros.end(ConsoleProblem.SWITCHED_OFF)
        wish = self._join(parts, followed=followed)
        try:
            await asyncio.wait([wish.ended], timeout=LONGEST_WAIT_SECONDS)
            if wish in self._waiting:
                raise XboxConsoleError(ConsoleProblem.OVERLOADED)
            return await asyncio.shield(wish.ended)
        finally:
            wish.leave(parts)
            if wish in self._waiting and not wish.parts:
                self._waiting.remove(wish)
                self._changed.set()

    async def run_macro(self, commands: Sequence[Command], pause: float) -> Outcome:
        """Have several commands done, with a pause in seconds between two; see `Macros.run`."""
        self._check_open()
        return await self._macros.run(commands, pause)

    def end_macros(self) -> None:
        """End all macros: what they belong to is gone."""
        self._macros.end(ConsoleProblem.STOPPED)

    def update_power(self, is_on: bool | None) -> None:
        """Take note of the power that the service tells; a console that was switched off ends its macros."""
        self._macros.update_power(is_on)

    def close(self) -> None:
        """End everything. What is called later fails."""
        self._closed = True
        self._macros.end(ConsoleProblem.STOPPED)
        if self._driver:
            self._driver.cancel()
        self._fail([*self._waiting, *self._under_way], ConsoleProblem.STOPPED)

    def _check_open(self) -> None:
        if self._closed:
            raise XboxConsoleError(ConsoleProblem.STOPPED)

    def _join(self, parts: Sequence[Command], *, followed: bool) -> Wish:
        """Return the wish that has these parts now. Raises `XboxConsoleError` if too many wait."""
        lead = parts[0]
        line = [it for it in self._waiting if _same_line(it.lead, lead)]
        # it makes no sense to wake a console twice
        if not line and lead.is_power and self._turn and self._turn.lead.is_power:
            line = [self._turn]
        if not line or not line[-1].takes(parts):
            if len(line) >= MOST_WAITING:
                raise XboxConsoleError(ConsoleProblem.OVERLOADED)
            line = [self._add(Wish(lead))]
        line[-1].join(parts, followed=followed)
        return line[-1]

    def _add(self, wish: Wish) -> Wish:
        self._waiting.append(wish)
        self._changed.set()
        if wish.lead.is_power and self._turn and self._turn.accepted:
            self._turn.turn_over.set()  # a start
        if self._driver is None or self._driver.done():
            self._driver = asyncio.create_task(self._drive())
        return wish

    async def _drive(self) -> None:
        """Send one command after the other until none waits."""
        while self._waiting:
            self._changed.clear()
            wish, seconds = self._next()
            if wish is None:
                if self._waiting:
                    with suppress(TimeoutError):
                        await asyncio.wait_for(self._changed.wait(), seconds)
                continue
            self._waiting.remove(wish)
            self._turn = wish
            task = self._under_way[wish] = asyncio.create_task(self._serve(wish))
            task.add_done_callback(partial(self._served, wish))
            await wish.turn_over.wait()
            self._turn = None

    def _next(self) -> tuple[Wish | None, float]:
        """Return the wish whose turn it is, or none and the seconds until one may be sent."""
        power = [it for it in self._waiting if it.lead.is_power]
        soonest = LONGEST_DELAY_SECONDS
        for wish in power or list(self._waiting):
            if (wait := self._wait_of(wish)) <= 0:
                return wish, 0.0
            if wait > LONGEST_DELAY_SECONDS:
                paused = self._service.is_paused
                problem = ConsoleProblem.THROTTLED if paused else ConsoleProblem.OVERLOADED
                self._fail([wish], problem)
            soonest = min(soonest, wait)
        return None, soonest

    def _wait_of(self, wish: Wish) -> float:
        wait = self._service.seconds_until_sent(wish.lead)
        if wish.lead.steps and [it for it in self._waiting if it.lead.is_audio][-1] is wish:
            wait = max(wait, self._steps_at + _STEPS_SECONDS - time.monotonic())
        return wait

    async def _serve(self, wish: Wish) -> Outcome:
        """Send a command, give the turn away, and follow the command to its end."""
        if (command := wish.command) is None:
            if not self._is_on():
                await check_power(self._service, self._console_id)
            return Outcome.DONE
        if command.is_power:
            return await self._switch(wish)
        if command.steps:
            self._steps_at = time.monotonic()
        answer = await send_command(self._service, self._console_id, command)
        wish.accepted = True
        self._note_latest(wish)
        if not self._keeps_turn(command):
            wish.turn_over.set()
        outcome = await self._follow(wish, command, answer)
        is_awaited = wish.followed and wish.parts  # else its end is not known
        if is_awaited and not (_is_shown(command) and self._is_outdone(wish)):
            self._on_done(command)
        return outcome

    def _note_latest(self, wish: Wish) -> None:
        if not wish.lead.is_audio:
            self._latest = wish
        if _is_shown(wish.lead):
            self._latest_state = wish

    def _is_outdone(self, wish: Wish) -> bool:
        """Tell whether another state than that of a wish comes, or has come."""
        return self._latest_state is not wish or any(_is_shown(it.lead) for it in self._waiting)

    def _keeps_turn(self, command: Command) -> bool:
        woken = time.monotonic() - self._woken_at < _WOKEN_SECONDS
        return command.starts and woken and not any(it.lead.is_power for it in self._waiting)

    async def _switch(self, wish: Wish) -> Outcome:
        command = wish.lead
        outcome = await run_command(self._service, self._console_id, command)
        self._note_latest(wish)
        self._woken_at = time.monotonic() if command == WAKE_UP else -math.inf
        if _switches_off(command):
            self._fail(
                [it for it in self._under_way if it is not wish], ConsoleProblem.SWITCHED_OFF
            )
            if not any(it.lead.is_power for it in self._waiting):
                self._fail(self._waiting, ConsoleProblem.SWITCHED_OFF)
        self._on_done(command)
        return outcome

    async def _follow(self, wish: Wish, command: Command, answer: CommandAnswer) -> Outcome:
        """Wait for the end of a command where it matters."""
        told = answer.destination
        on = told.power is Power.ON if told and told.power_state else self._is_on()
        if on and (command.is_press or command.is_audio or not wish.followed):
            return Outcome.ACCEPTED
        wanted = partial(self._is_wanted, wish) if on else lambda: bool(wish.parts)
        outcome = await follow_command(self._service, self._console_id, command, answer, wanted)
        if outcome is Outcome.ACCEPTED and not on:
            await check_power(self._service, self._console_id)
        return outcome

    def _is_wanted(self, wish: Wish) -> bool:
        """Tell whether the end of a command matters: of many in a row, only that of the last one."""
        if wish.lead.starts or not wish.parts:
            return bool(wish.parts)
        return self._latest is wish and all(it.lead.is_audio for it in self._waiting)

    def _served(self, wish: Wish, task: asyncio.Task[Outcome]) -> None:
        del self._under_way[wish]
        wish.turn_over.set()
        if task.cancelled():
            wish.fail(XboxConsoleError(ConsoleProblem.STOPPED))
        elif err := task.exception():
            wish.fail(err)
        elif not wish.ended.done():
            wish.ended.set_result(task.result())

    def _fail(self, wishes: Sequence[Wish], problem: ConsoleProblem) -> None:
        """End wishes that wait or are under way."""
        for wish in list(wishes):
            wish.fail(XboxConsoleError(problem))
            if wish in self._waiting:
                self._waiting.remove(wish)
            elif task := self._under_way.get(wish):
                task.cancel()


def _same_line(one: Command, other: Command) -> bool:
    """Tell whether the order of two commands matters, apart from the power, which goes first."""
    return (one.is_power, one.is_audio) == (other.is_power, other.is_audio)


def _switches_off(command: Command) -> bool:
    return command.is_power and command != WAKE_UP


def _is_shown(command: Command) -> bool:
    """Tell whether a command leads to a state that is shown at once."""
    return bool(command.leads_to or command.playback or command.opens)
