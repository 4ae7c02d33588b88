"""Errors of xccs, queued for some or all calls of a console or an account."""

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
"""Status and message by error code. 200 if `docs/network.md` S7.7 names no status: clients must read all."""


@dataclass
class QueuedError:
    """A queued error, for `times` calls, or until cleared if `times` is None."""

    code: str
    status: int
    at: str
    console_id: str | None
    xuid: str | None
    command: str | None
    times: int | None

    def fits(self, at: str, console_id: str | None, xuid: str, command: str | None) -> bool:
        """Return whether a call meets this error."""
        conditions = (self.at, self.console_id, self.xuid, self.command)
        pairs = zip(conditions, (at, console_id, xuid, command), strict=True)
        return all(one is None or one == other for one, other in pairs)


class QueuedErrors:
    """The queued errors, oldest first."""

    def __init__(self) -> None:
        """Start without errors."""
        self._pending: list[QueuedError] = []

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
        """Let the next `times` calls (None: all) of a kind end with an error code.

        Only calls about a console, of an account, with a command, if given. Without a status the
        code's usual one is used.
        """
        if at not in PLACES:
            raise LookupError(f"xccs has no {at}")
        error_status = CODES.get(code, (200, ""))[0] if status is None else status
        self._pending.append(QueuedError(code, error_status, at, console_id, xuid, command, times))

    def clear(self) -> None:
        """Remove all errors."""
        self._pending.clear()

    def take(
        self, at: str, xuid: str, console_id: str | None = None, command: str | None = None
    ) -> QueuedError | None:
        """Return the error that a call meets, or None, and count down its times."""
        for queued in self._pending:
            if queued.fits(at, console_id, xuid, command):
                if queued.times is not None:
                    queued.times -= 1
                    if queued.times <= 0:
                        self._pending.remove(queued)
                return queued
        return None
