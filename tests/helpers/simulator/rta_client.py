"""A client of real-time activity: its end of one connection."""

import asyncio
import itertools
from typing import Any

import aiohttp

PRESENCE = "https://userpresence.xboxlive.com/users/xuid({})/{}"
FRIENDS = "https://social.xboxlive.com/users/xuid({})/friends"
ACHIEVEMENTS = "https://achievements.xboxlive.com/users/xuid({})/achievements/{}"
NOWHERE = "https://nowhere.xboxlive.com/"
PATIENCE = 5
LAST = (aiohttp.WSMsgType.CLOSE, aiohttp.WSMsgType.CLOSED, aiohttp.WSMsgType.ERROR)


class RtaClient:
    """One connection, as its client uses it; waits for no longer than `PATIENCE` seconds."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        """Take a socket whose handshake is done."""
        self.socket = socket
        self._numbers = itertools.count(7)

    async def send(self, *frame: Any) -> None:
        """Send a frame."""
        await self.socket.send_json(list(frame))

    async def text(self) -> str:
        """Return the next text."""
        return await self.socket.receive_str(timeout=PATIENCE)

    async def frame(self) -> list[Any]:
        """Return the next frame."""
        frame: list[Any] = await self.socket.receive_json(timeout=PATIENCE)
        return frame

    async def subscribe(self, uri: str) -> list[Any]:
        """Subscribe; return what the answer says after its sequence number."""
        seq = next(self._numbers)
        await self.send(1, seq, uri)
        kind, answered, *rest = await self.frame()
        assert (kind, answered) == (1, seq)
        return rest

    async def number(self, uri: str) -> int:
        """Subscribe; return the number that events will carry."""
        status, number, *_ = await self.subscribe(uri)
        assert status == 0
        assert isinstance(number, int)
        return number

    async def quiet(self) -> None:
        """Show that nothing is on its way: the next thing is the answer to a question."""
        assert await self.subscribe(NOWHERE) == [1]

    async def end(self) -> int | None:
        """Return the code that the connection ends with."""
        async with asyncio.timeout(PATIENCE):
            while (await self.socket.receive()).type not in LAST:
                pass
        return self.socket.close_code
