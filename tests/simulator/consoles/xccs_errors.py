"""Errors of xccs that wait for one call or all of them, for one console or account."""

from dataclasses import dataclass

PLACES = ("devices", "console", "installedApps", "storageDevices", "commands", "opStatus")
GATEWAY = "gateway"
"""The code of the firewall's own 403, which is HTML."""

CODES: dict[str, tuple[int, str]] = {
    "ErrorCallingWNS": (404, "Send command failed"),
    "ErrorWNSTempDisconnected": (404, "The console is disconnected for the moment"),
    "XboxDataNotFound": (404, "Xbox data not found"),
    "CurrentConsoleNotFound": (200, "Current console not found"),
    "XboxNotPaired": (200, "The Xbox is not paired"),
    "RemoteManagementDisabled": (200, "Remote management is disabled"),
    "DataAccessError": (401, "Data access error"),
    "ThrottledTryAgain": (429, "Too many requests to the store, try again"),
    GATEWAY: (403, ""),
}
"""Status and message by error code. 200 where `docs/network.md` S7.7 names no status: all have to be read."""


@dataclass
class QueuedError:
    """An error that waits: `times` calls long, or for good when None."""

    code: str
    status: int
    at: str
    console_id: str | None
    xuid: str | None
    command: str | None
    times: int | None

    def fits(self, at: str, console_id: str | None, xuid: str, command: str | None) -> bool:
        """Return whether a call meets this error."""
        wanted = (self.at, self.console_id, self.xuid, self.command)
        pairs = zip(wanted, (at, console_id, xuid, command), strict=True)
        return all(one is None or one == other for one, other in pairs)


class QueuedErrors:
    """The errors that wait, oldest first."""

    def __init__(self) -> None:
        """Start without any."""
        self._waiting: list[QueuedError] = []

    def add(
        self,
        code: str,
        *,
        at: str = "commands",
        console_id: str | None = None,
        xuid: str | None = None,
        command: str | None = None,
        status: int | None = None,
        times: int | None = 1,
    ) -> None:
        """Let the next `times` calls (None: all) of a place end with an error code.

        Only those about a console, of an account, of a command. The status is the usual one.
        """
        if at not in PLACES:
            raise LookupError(f"xccs has no {at}")
        usual = CODES.get(code, (200, ""))[0] if status is None else status
        self._waiting.append(QueuedError(code, usual, at, console_id, xuid, command, times))

    def clear(self) -> None:
        """Let all be well."""
        self._waiting.clear()

    def take(
        self, at: str, xuid: str, console_id: str | None = None, command: str | None = None
    ) -> QueuedError | None:
        """Return the error that a call meets, one time less of it left."""
        for queued in self._waiting:
            if queued.fits(at, console_id, xuid, command):
                if queued.times is not None:
                    queued.times -= 1
                    if queued.times <= 0:
                        self._waiting.remove(queued)
                return queued
        return None
