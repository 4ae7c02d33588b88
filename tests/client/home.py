"""What Home Assistant does to know the play time, without Home Assistant."""

import json
from datetime import UTC, date

from freezegun.api import FrozenDateTimeFactory

from custom_components.xbox_network.xbox import XboxClient
from custom_components.xbox_network.xbox.endpoints import Service
from custom_components.xbox_network.xbox.people.observer import PeopleObserver
from custom_components.xbox_network.xbox.playtime.ledger import DayTimes
from custom_components.xbox_network.xbox.playtime.tracker import Timekeeper
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
        self.keeper = Timekeeper(self._client, self.observer, zone=UTC)
        for place, content in zip((self.keeper.history, self.keeper.current), kept, strict=False):
            place.from_store(json.loads(content))

    def kept(self) -> tuple[str, str]:
        """Return what is to be saved."""
        return (
            json.dumps(self.keeper.history.to_store()),
            json.dumps(self.keeper.current.to_store()),
        )

    async def look(self) -> None:
        """Look once."""
        await self.observer.refresh()
        self.keeper.note()
        await self.keeper.look()

    async def run(self, seconds: float, step: float | None = None) -> None:
        """Let it run for some time."""
        await self.look()
        while seconds > 0:
            pause = min(seconds, step or self.observer.seconds_until_refresh)
            seconds -= pause
            self._freezer.tick(pause)
            await self.look()

    def today(self, xuid: str | None = None) -> DayTimes:
        """Return what somebody has played today; without a xuid, the owner."""
        return self.keeper.times(xuid or self._watched[0]).days.get(TODAY) or DayTimes(titles={})

    def counts(self) -> bool:
        """Return whether somebody's time is running."""
        return self.keeper.counting

    def asked(self, host: str = Service.STATS) -> int:
        """Return how often a host was asked."""
        return len(self._simulator.requests(host))
