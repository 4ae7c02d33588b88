"""Commands to a console, and how their operations go and end."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Command:
    """What somebody asked a console to do."""

    type: str
    name: str
    parameters: Mapping[str, str]
    session_id: str


@dataclass(frozen=True, kw_only=True)
class Ending:
    """How an operation ends: `Succeeded`, `Error`, `TimedOut`, `OffConsoleError` or else.

    `Pending` never ends. `seconds` is when, None as long as the console usually takes.
    `works` is whether the console does it, None when it succeeds.
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
        """Whether the console does what was asked."""
        return self.status == "Succeeded" if self.works is None else self.works


@dataclass
class Operation:
    """A command on its way: pending as long as it has no ending."""

    op_id: str
    command: Command
    ending: Ending | None = None

    @property
    def status(self) -> str:
        """Return its `operationStatus`."""
        return self.ending.status if self.ending else "Pending"
