"""A client of real-time activity."""

import asyncio
import itertools
from typing import Any

import aiohttp

PRESENCE = "https://userpresence.xboxlive.com/users/xuid({})/{}"
FRIENDS = "https://social.xboxlive.com/users/xuid({})/friends"
ACHIEVEMENTS = "https://achievements.xboxlive.com/users/xuid({})/achievements/{}"
NOWHERE = "https://nowhere.xboxlive.com/"
PATIENCE = 60
LAST = (aiohttp.WSMsgType.CLOSE, aiohttp.WSMsgType.CLOSED, aiohttp.WSMsgType.ERROR)


class RtaClient:
    """A client's connection. It waits no longer than `PATIENCE` seconds."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        """Store a socket whose handshake is done."""
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
        """Subscribe. Return the answer's items after the sequence number."""
        seq = next(self._numbers)
        await self.send(1, seq, uri)
        kind, answer_seq, *rest = await self.frame()
        assert (kind, answer_seq) == (1, seq)
        return rest

    async def number(self, uri: str) -> int:
        """Subscribe. Return the number that events carry."""
        status, number, *_ = await self.subscribe(uri)
        assert status == 0
        assert isinstance(number, int)
        return number

    async def quiet(self) -> None:
        """Check that no frame is pending: the next frame must be the answer to a new subscribe."""
        assert await self.subscribe(NOWHERE) == [1]

    async def end(self) -> int | None:
        """Wait for the end of the connection. Return its close code."""
        async with asyncio.timeout(PATIENCE):
            while (await self.socket.receive()).type not in LAST:
                pass
        return self.socket.close_code
