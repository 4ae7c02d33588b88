"""Commands to a console, their operations, and the endings of these."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Command:
    """A command to a console."""

    type: str
    name: str
    parameters: Mapping[str, str]
    session_id: str


@dataclass(frozen=True, kw_only=True)
class Ending:
    """The ending of an operation: `Succeeded`, `Error`, `TimedOut`, `OffConsoleError` or another status.

    `Pending` never ends. `seconds` is the duration, None for the console's usual one. `works` is
    whether the console executes the command; None: only if the status is `Succeeded`.
    """

    status: str = "Succeeded"
    seconds: float | None = None
    works: bool | None = None
    xccs_error_code: str | None = None
    console_status_code: int | None = None
    h_result: int | None = None
    message: str | None = None

    @property
    def does(self) -> bool:
        """Return whether the console executes the command."""
        return self.status == "Succeeded" if self.works is None else self.works


@dataclass
class Operation:
    """The operation of a command, pending as long as it has no ending."""

    op_id: str
    command: Command
    ending: Ending | None = None

    @property
    def status(self) -> str:
        """Return the operation's `operationStatus`."""
        return self.ending.status if self.ending else "Pending"
