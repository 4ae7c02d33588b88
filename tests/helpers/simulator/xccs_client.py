"""A correct client of xccs, for the simulator's tests."""

from typing import Any

import aiohttp
from yarl import URL

XCCS = "xccs.xboxlive.com"
CATALOG = "displaycatalog.mp.microsoft.com"
SESSION = "5b0b9a76-6a3c-4f0e-9a54-0123456789ab"


class XccsClient:
    """Reader and commander of consoles. Each part can be changed, or omitted (None)."""

    def __init__(self, session: aiohttp.ClientSession, url: URL, authorization: str) -> None:
        """Store the session, the address and the token."""
        self._session = session
        self._url = url
        self._headers = {
            "Authorization": authorization,
            "x-xbl-contract-version": "4",
            "skillplatform": "RemoteManagement",
            "Accept": "application/json",
            "User-Agent": "tests/1",
        }

    async def ask(
        self, method: str, path: str, content: object = None, **changes: str | None
    ) -> aiohttp.ClientResponse:
        """Send a request, bytes unchanged. `changes` are headers; None omits one."""
        changed = {name.replace("_", "-"): value for name, value in changes.items()}
        headers = {name: it for name, it in (self._headers | changed).items() if it is not None}
        options: dict[str, Any] = {"headers": headers}
        if content is not None:
            options["data" if isinstance(content, bytes) else "json"] = content
        omitted = [name for name, value in changed.items() if value is None]
        response = await self._session.request(
            method, f"{self._url}/{XCCS}/{path}", skip_auto_headers=omitted, **options
        )
        await response.read()
        return response

    async def read(self, path: str) -> dict[str, Any]:
        """Return the content of an answer with status 200."""
        response = await self.ask("GET", path)
        assert response.status == 200
        content: dict[str, Any] = await response.json()
        return content

    async def send(
        self, console_id: str, type_: str, command: str, values: object = None, **body: object
    ) -> aiohttp.ClientResponse:
        """Send a command with the values of its parameters. `body` changes keys of the body."""
        content = {
            "destination": "Xbox",
            "type": type_,
            "command": command,
            "sessionId": SESSION,
            "sourceId": "com.microsoft.smartglass",
            "parameters": [values or {}],
            "linkedXboxId": console_id,
        }
        present = {key: it for key, it in (content | body).items() if it is not None}
        return await self.ask("POST", "commands", present)

    async def accepted(
        self, console_id: str, type_: str, command: str, parameters: object = None
    ) -> str:
        """Send a command that must be accepted. Return the operation's id."""
        response = await self.send(console_id, type_, command, parameters)
        content = await response.json()
        assert (response.status, content["status"]["errorCode"]) == (200, "OK")
        op_id: str = content["opId"]
        return op_id

    async def operation(self, console_id: str, op_id: str) -> dict[str, Any]:
        """Return the record of an operation."""
        response = await self.ask(
            "GET",
            "opStatus",
            x_xbl_contract_version="3",
            x_xbl_opId=op_id,
            x_xbl_deviceId=console_id,
        )
        assert response.status == 200
        (operation,) = (await response.json())["opStatusList"]
        assert isinstance(operation, dict)
        return operation
