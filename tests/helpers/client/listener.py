"""A listener to real-time activity, in frozen time."""

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
    """Runs a `Realtime` and notes down what it tells."""

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
        """Note down an event."""
        self.heard.append((topic, data))

    def on_missed(self) -> None:
        """Count how often something may have been missed."""
        self.missed += 1

    def on_connection_changed(self) -> None:
        """Do nothing about it."""

    @asynccontextmanager
    async def running(self) -> AsyncIterator[asyncio.Task[None]]:
        """Run it meanwhile."""
        task = asyncio.create_task(self.realtime.run())
        try:
            yield task
        finally:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task

    @asynccontextmanager
    async def listening(self, *uris: str) -> AsyncIterator[Connection]:
        """Run it meanwhile with these topics; return the other end of its first connection."""
        self.realtime.set_topics(uris or (OWN, HERS))
        async with self.running():
            await self.until(lambda: self.missed == 1)
            yield self.simulator.rta.connections[-1]

    @property
    def connection(self) -> Connection:
        """The other end of the newest connection."""
        return self.simulator.rta.connections[-1]

    @property
    def upgrades(self) -> list[RecordedRequest]:
        """The attempts to connect so far."""
        return self.simulator.requests(REALTIME)

    def subscribed(self, uris: Collection[str] = (OWN, HERS)) -> bool:
        """Tell whether one connection is open and has these topics, as both ends see it."""
        rta = self.simulator.rta
        both = len(rta.open) == 1 and sorted(rta.subscriptions) == sorted(uris)
        return both and all(self.realtime.is_active(uri) for uri in uris)

    async def until(self, condition: Callable[[], bool]) -> None:
        """Let everything go on until something is true; the clock stands still."""
        while not condition():
            await asyncio.sleep(0)

    async def settle(self) -> None:
        """Let all happen that can happen now: a few round trips on other connections."""
        for _ in range(4):
            async with self._session.get(self.simulator.url / "nowhere") as response:
                await response.read()

    async def wait(self, seconds: float) -> None:
        """Let time pass at once, and happen what has become due."""
        await self.settle()
        self._freezer.tick(seconds + 0.001)  # the loop calls nothing at the very moment
        await self.settle()
