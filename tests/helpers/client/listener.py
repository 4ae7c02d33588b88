"""A listener to push (the real-time activity service), in frozen time."""

import asyncio
from collections.abc import AsyncIterator, Callable, Collection
from contextlib import asynccontextmanager, suppress

from freezegun.api import FrozenDateTimeFactory

from custom_components.xbox_network.xbox import AuthenticationManager
from custom_components.xbox_network.xbox.realtime.subscriptions import Realtime
from tests.client.conftest import FRIEND, OTHER_FRIEND, OWNER
from tests.simulator import Connection, RecordedRequest, Simulator

REALTIME = "rta.xboxlive.com"
OWN = f"https://userpresence.xboxlive.com/users/xuid({OWNER})/devices"
HERS = f"https://userpresence.xboxlive.com/users/xuid({FRIEND})/devices"
HIS = f"https://userpresence.xboxlive.com/users/xuid({OTHER_FRIEND})/devices"
RICH = f"https://userpresence.xboxlive.com/users/xuid({OWNER})/richpresence"
NOWHERE = "https://nowhere.xboxlive.com/"


class Listener:
    """Runs a `Realtime` and keeps its events."""

    def __init__(
        self, account: AuthenticationManager, simulator: Simulator, freezer: FrozenDateTimeFactory
    ) -> None:
        """Listen in the name of an account; the loop has to follow the frozen clock."""
        self.simulator = simulator
        self.heard: list[tuple[str, object]] = []
        self.missed = 0
        self.realtime = Realtime(account, "de-DE")
        self.realtime.subscribe(self)
        self._session = account.session
        self._freezer = freezer

    def on_event(self, topic: str, data: object) -> None:
        """Keep an event."""
        self.heard.append((topic, data))

    def on_missed(self) -> None:
        """Count the times at which events may have been missed."""
        self.missed += 1

    def on_connection_changed(self) -> None:
        """Do nothing."""

    @asynccontextmanager
    async def running(self) -> AsyncIterator[asyncio.Task[None]]:
        """Run it inside the context."""
        task = asyncio.create_task(self.realtime.run())
        try:
            yield task
        finally:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task

    @asynccontextmanager
    async def listening(self, *uris: str) -> AsyncIterator[Connection]:
        """Run it with these topics inside the context; yield the server's end of its first connection."""
        self.realtime.set_topics(uris or (OWN, HERS))
        async with self.running():
            await self.until(lambda: self.missed == 1)
            yield self.simulator.rta.connections[-1]

    @property
    def connection(self) -> Connection:
        """The server's end of the newest connection."""
        return self.simulator.rta.connections[-1]

    @property
    def upgrades(self) -> list[RecordedRequest]:
        """The requests to connect so far."""
        return self.simulator.requests(REALTIME)

    def subscribed(self, uris: Collection[str] = (OWN, HERS)) -> bool:
        """Return whether one connection is open and has these topics, on both ends."""
        rta = self.simulator.rta
        both = len(rta.open) == 1 and sorted(rta.subscriptions) == sorted(uris)
        return both and all(self.realtime.is_active(uri) for uri in uris)

    async def until(self, condition: Callable[[], bool]) -> None:
        """Run the event loop until a condition is true; the clock stands still."""
        while not condition():
            await asyncio.sleep(0)

    async def settle(self) -> None:
        """Let everything happen that is due now: a few round trips on other connections."""
        for _ in range(4):
            async with self._session.request("GET", self.simulator.url / "nowhere") as response:
                await response.read()

    async def wait(self, seconds: float) -> None:
        """Let time pass in one step, and let everything happen that is due then."""
        await self.settle()
        self._freezer.tick(seconds + 0.001)  # a timer is not called at exactly its time
        await self.settle()
