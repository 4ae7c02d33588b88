"""A command that waits for its turn, or is under way, for one or more callers."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from ..models.commands import Command, volume
from .command_runner import Outcome

# The most steps of the volume in one command.
MOST_STEPS: Final = 100


def _future() -> asyncio.Future[Outcome]:
    return asyncio.get_running_loop().create_future()


@dataclass(eq=False, slots=True)
class Wish:
    """One command to a console.

    `lead` tells the kind of the command, `parts` what each caller asked for who still waits: steps of the volume add
    up, and other commands in it are equal. `followed` is whether a caller asks for its end. `accepted` is whether the
    service has it, `turn_over` whether the next command may be sent.
    """

    lead: Command
    parts: list[Command] = field(default_factory=list)
    followed: bool = False
    accepted: bool = False
    turn_over: asyncio.Event = field(default_factory=asyncio.Event)
    ended: asyncio.Future[Outcome] = field(default_factory=_future)

    def takes(self, parts: Sequence[Command]) -> bool:
        """Tell whether this and what another caller asks for can be one command."""
        if self.lead.steps and all(part.steps for part in parts):
            return abs(sum(part.steps for part in (*self.parts, *parts))) <= MOST_STEPS
        return self.lead.is_state and list(parts) == [self.lead]

    def join(self, parts: Sequence[Command], *, followed: bool) -> None:
        """Add what another caller asks for."""
        self.parts += parts
        self.followed |= followed

    def leave(self, parts: Sequence[Command]) -> None:
        """Take back what a caller asked for."""
        for part in parts:
            self.parts.remove(part)

    @property
    def command(self) -> Command | None:
        """The command to send, None for steps of the volume that cancel each other out."""
        if not self.lead.steps:
            return self.lead
        steps = sum(part.steps for part in self.parts)
        return volume(steps) if steps else None

    def fail(self, err: BaseException) -> None:
        """End with an error, unless it has ended."""
        if not self.ended.done():
            self.ended.set_exception(err)
            self.ended.exception()  # nobody may be left to take it
