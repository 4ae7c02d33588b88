"""A server that sends given bytes, valid or not."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Iterable

from yarl import URL


class OddServer:
    """Sends the same bytes to each client that connects; `sent` counts the bytes.

    If it `waits`, it closes no connection before the client has `hung_up`.
    """

    def __init__(self, answer: Iterable[bytes], *, waits: bool) -> None:
        """Keep the bytes to send."""
        self.sent = 0
        self.asked: list[bytes] = []
        self.hung_up = asyncio.Event()
        self._answer = answer
        self._waits = waits

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Read the head of a request and answer it."""
        with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError):
            self.asked.append(await reader.readuntil(b"\r\n\r\n"))
            for part in self._answer:
                writer.write(part)
                await writer.drain()
                self.sent += len(part)
            if self._waits:
                await reader.read()
                self.hung_up.set()
        writer.close()


@contextlib.asynccontextmanager
async def answering(
    *answer: bytes, repeat: int = 1, waits: bool = False
) -> AsyncIterator[tuple[OddServer, URL]]:
    """Run a server on 127.0.0.1 that sends these bytes, the last of them `repeat` times."""
    odd = OddServer([*answer[:-1], *[answer[-1]] * repeat], waits=waits)
    server = await asyncio.start_server(odd.serve, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    async with server:
        yield odd, URL.build(scheme="http", host="127.0.0.1", port=port)
