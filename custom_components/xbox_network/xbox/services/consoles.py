"""xccs.xboxlive.com: the account's consoles and their commands (`docs/network.md` S7)."""

import re
from http import HTTPStatus
from typing import Final
from urllib.parse import quote
from uuid import uuid4

from ..endpoints import Service
from ..errors import ConsoleProblem, XboxConsoleError, XboxResponseError
from ..http.rate_limits import THROTTLED_TRY_AGAIN, Purpose, RateLimits
from ..http.requests import Answer
from ..models.base import PartialItems, XboxModel
from ..models.commands import Command
from ..models.consoles import (
    CommandAnswer,
    Console,
    ConsolesAnswer,
    ConsoleStatus,
    Destination,
    Envelope,
    InstalledApp,
    InstalledAppsAnswer,
    Operation,
    OperationsAnswer,
)
from ..transport import Transport

WNS_GONE: Final = "ErrorCallingWNS"
WNS_INTERRUPTED: Final = "ErrorWNSTempDisconnected"

_HEADERS: Final = {"skillplatform": "RemoteManagement"}
# The only path with another contract (S7.1).
_OPERATION_CONTRACT: Final = "3"
_PROBLEMS: Final = {
    WNS_GONE.casefold(): ConsoleProblem.UNREACHABLE,
    WNS_INTERRUPTED.casefold(): ConsoleProblem.UNREACHABLE,
    "xboxdatanotfound": ConsoleProblem.NOT_LINKED,
    "currentconsolenotfound": ConsoleProblem.NOT_LINKED,
    "xboxnotpaired": ConsoleProblem.NOT_LINKED,
    "remotemanagementdisabled": ConsoleProblem.REMOTE_MANAGEMENT_DISABLED,
    THROTTLED_TRY_AGAIN.casefold(): ConsoleProblem.THROTTLED,
    "dataaccesserror": ConsoleProblem.FAILED,
}
# Statuses that say more than an undocumented word in the body.
_STATUS_SAYS_MORE: Final = frozenset(
    {HTTPStatus.FORBIDDEN, HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.TOO_MANY_REQUESTS}
    | {status for status in HTTPStatus if status >= HTTPStatus.INTERNAL_SERVER_ERROR}
)
# The form of a word of the service. Any other text may hold anything, and must not get into a message.
_CODE: Final = re.compile(r"[A-Za-z]{1,60}")


class ConsolesService:
    """Reads consoles and sends them commands.

    The body of every answer is read before its status: a refusal may have the status 404, 200 or 429, and the
    reason is in its body. A refusal with a reason raises `XboxConsoleError`, any other failure another
    `XboxError`.
    """

    def __init__(self, transport: Transport) -> None:
        """Ask in the name of one account."""
        self._transport = transport
        self._session_id = str(uuid4())  # one for as long as the client runs (S7.5)
        self.system_versions: dict[str, str] = {}
        """The version of each console's system that an answer has told last, by console id."""

    async def consoles(self, *, storage: bool = True) -> tuple[Console, ...]:
        """Return the consoles that are linked to the account, with their disks if `storage`.

        An empty list is ordinary. Items that cannot be read make it `PartialItems`.
        """
        answer = await self._ask(
            "GET",
            "/lists/devices",
            query={
                "queryCurrentDevice": "false",
                "includeStorageDevices": "true" if storage else "false",
            },
        )
        found = (await _read(answer, ConsolesAnswer, "result")).result
        for console in found:
            self._learn_version(console.console_id, console)
        each = {console.console_id: console for console in found}.values()
        return PartialItems(each) if isinstance(found, PartialItems) else tuple(each)

    async def status(self, console_id: str, purpose: Purpose | None = None) -> ConsoleStatus:
        """Return the status of a console."""
        path = f"/consoles/{quote(console_id, safe='')}"
        answer = await self._ask("GET", path, purpose=purpose)
        status = await _read(answer, ConsoleStatus, "powerState")
        self._learn_version(console_id, status)
        return status

    def _learn_version(
        self, console_id: str, record: Console | ConsoleStatus | Destination
    ) -> None:
        if version := record.system_version:
            self.system_versions[console_id] = version

    async def installed_apps(self, console_id: str) -> tuple[InstalledApp, ...]:
        """Return all packages on a console. They are hundreds: read them rarely.

        Items that cannot be read make it `PartialItems`.
        """
        answer = await self._ask("GET", "/lists/installedApps", query={"deviceId": console_id})
        return (await _read(answer, InstalledAppsAnswer, "result")).result

    async def send(self, console_id: str, command: Command) -> CommandAnswer:
        """Send a command; the answer says that it was accepted, not that it was done."""
        body = command.body(console_id, self._session_id)
        answer = await self._ask("POST", "/commands", json=body, purpose=purpose_of(command))
        accepted = await _read(answer, CommandAnswer, "opId")
        if accepted.destination:
            self._learn_version(console_id, accepted.destination)
        return accepted

    def seconds_until_sent(self, command: Command) -> float:
        """Return the seconds until our budget, or the pause that the service asked for, allows a command."""
        return self._rate_limits.seconds_until_allowed(Service.CONSOLES, purpose_of(command))

    @property
    def is_paused(self) -> bool:
        """Whether the service has asked for a pause that is not over."""
        return self._rate_limits.is_paused(Service.CONSOLES)

    @property
    def _rate_limits(self) -> RateLimits:
        return self._transport.auth.http.rate_limits

    async def operation(
        self, op_id: str, console_id: str, purpose: Purpose = Purpose.COMMAND
    ) -> Operation | None:
        """Return the progress of a command, None if the service does not report it."""
        headers = {"x-xbl-opId": op_id, "x-xbl-deviceId": console_id}
        headers["x-xbl-contract-version"] = _OPERATION_CONTRACT
        answer = await self._ask("GET", "/opStatus", headers=headers, purpose=purpose)
        found = (await _read(answer, OperationsAnswer, "opStatusList")).op_status_list
        return next((it for it in found if it.op_id.casefold() == op_id.casefold()), None)

    async def _ask(
        self,
        method: str,
        path: str,
        *,
        query: dict[str, str] | None = None,
        json: object = None,
        headers: dict[str, str] | None = None,
        purpose: Purpose | None = None,
    ) -> Answer:
        return await self._transport.ask(
            Service.CONSOLES,
            method,
            path,
            query=query,
            json=json,
            headers={**_HEADERS, **(headers or {})},
            purpose=purpose,
        )


def purpose_of(command: Command) -> Purpose:
    """Return what a command is for: the power has a reserve."""
    return Purpose.POWER if command.is_power else Purpose.COMMAND


def problem_of(code: str) -> ConsoleProblem | None:
    """Return the problem behind a word of the service, None for an undocumented word."""
    return _PROBLEMS.get(code.casefold())


async def _read[T: XboxModel](answer: Answer, model: type[T], content: str) -> T:
    """Read an answer, its errors first; `content` is the key that every success has."""
    return await answer.unhurried(lambda: _checked(answer, model, content))


def _checked[T: XboxModel](answer: Answer, model: type[T], content: str) -> T:
    body = answer.json_object()
    status = Envelope.model_validate(body).status
    code = (status and status.error_code) or ""
    fine = code.casefold() == "ok"
    if problem_of(code) or (code and not fine and answer.status not in _STATUS_SAYS_MORE):
        raise _error(answer, code)
    answer.raise_for_status()
    if not fine and content not in body:
        raise XboxResponseError(
            f"{Service.CONSOLES} answered nothing of what it was asked for",
            service=Service.CONSOLES,
            status=answer.status,
        )
    return model.read(body, Service.CONSOLES)


def _error(answer: Answer, code: str) -> XboxConsoleError:
    return XboxConsoleError(
        problem_of(code) or ConsoleProblem.FAILED,
        code=code if _CODE.fullmatch(code) else None,
        status=answer.status,
    )
