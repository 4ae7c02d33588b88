"""What Home Assistant does to know the play time, without Home Assistant."""

import json
from datetime import UTC, date

from freezegun.api import FrozenDateTimeFactory

from custom_components.xbox_network.xbox import XboxClient
from custom_components.xbox_network.xbox.endpoints import Service
from custom_components.xbox_network.xbox.people.observer import PeopleObserver
from custom_components.xbox_network.xbox.playtime.ledger import DayPlaytime
from custom_components.xbox_network.xbox.playtime.tracker import PlaytimeTracker
from tests.simulator import Simulator

TODAY = date(2031, 3, 1)


class Home:
    """Does what Home Assistant does: looks when the observer wants to, notes each minute."""

    def __init__(
        self,
        client: XboxClient,
        simulator: Simulator,
        freezer: FrozenDateTimeFactory,
        *watched: str,
    ) -> None:
        """Start the first process; the first of those it watches is the owner."""
        self._client, self._simulator, self._freezer = client, simulator, freezer
        self._watched = watched
        self.start()

    def start(self, *kept: str) -> None:
        """Start another process with what was kept."""
        self.observer = PeopleObserver(self._client, self._watched)
        self.tracker = PlaytimeTracker(self._client, self.observer, zone=UTC)
        for place, content in zip((self.tracker.history, self.tracker.current), kept, strict=False):
            place.from_store(json.loads(content))

    def kept(self) -> tuple[str, str]:
        """Return what is to be saved."""
        return (
            json.dumps(self.tracker.history.to_store()),
            json.dumps(self.tracker.current.to_store()),
        )

    async def look(self) -> None:
        """Look once."""
        await self.observer.look()
        self.tracker.update()
        await self.tracker.refresh()

    async def run(self, seconds: float, step: float | None = None) -> None:
        """Let it run for some time."""
        await self.look()
        while seconds > 0:
            pause = min(seconds, step or self.observer.next_look)
            seconds -= pause
            self._freezer.tick(pause)
            await self.look()

    def today(self, xuid: str | None = None) -> DayPlaytime:
        """Return what somebody has played today; without a xuid, the owner."""
        return self.tracker.summary(xuid or self._watched[0]).days.get(TODAY) or DayPlaytime(
            titles={}
        )

    def counts(self) -> bool:
        """Return whether somebody's time is running."""
        return self.tracker.is_counting

    def asked(self, host: str = Service.STATS) -> int:
        """Return how often a host was asked."""
        return len(self._simulator.requests(host))
