"""A runner of the play time tracker: it polls and stores as Home Assistant does, without Home Assistant."""

import json
from datetime import UTC, date

from freezegun.api import FrozenDateTimeFactory

from custom_components.xbox_network.xbox import XboxClient
from custom_components.xbox_network.xbox.endpoints import Service
from custom_components.xbox_network.xbox.people.observer import PeopleObserver
from custom_components.xbox_network.xbox.playtime.summary import DayPlaytime
from custom_components.xbox_network.xbox.playtime.tracker import PlaytimeTracker
from tests.simulator import Simulator

TODAY = date(2031, 3, 1)


class PlaytimeRunner:
    """Polls when the observer is due, and updates the play time after each poll."""

    def __init__(
        self,
        client: XboxClient,
        simulator: Simulator,
        freezer: FrozenDateTimeFactory,
        *watched: str,
    ) -> None:
        """Start the first process; the first watched person is the owner."""
        self._client, self._simulator, self._freezer = client, simulator, freezer
        self._watched = watched
        self.start()

    def start(self, *stored: str) -> None:
        """Start a new process with the stored files."""
        self.observer = PeopleObserver(self._client, self._watched)
        self.tracker = PlaytimeTracker(self._client, self.observer, zone=UTC)
        for file, content in zip(
            (self.tracker.history, self.tracker.current), stored, strict=False
        ):
            file.from_store(json.loads(content))

    def kept(self) -> tuple[str, str]:
        """Return the content of the files to store."""
        return (
            json.dumps(self.tracker.history.to_store()),
            json.dumps(self.tracker.current.to_store()),
        )

    async def poll(self) -> None:
        """Poll once."""
        await self.observer.refresh()
        self.tracker.update()
        await self.tracker.refresh()

    async def run(self, seconds: float, step: float | None = None) -> None:
        """Poll for some seconds."""
        await self.poll()
        while seconds > 0:
            pause = min(seconds, step or self.observer.seconds_until_refresh)
            seconds -= pause
            self._freezer.tick(pause)
            await self.poll()

    def today(self, xuid: str | None = None) -> DayPlaytime:
        """Return today's play time of a person, by default of the owner."""
        return self.tracker.summary(xuid or self._watched[0]).days.get(TODAY) or DayPlaytime(
            titles={}
        )

    def counts(self) -> bool:
        """Return whether any play time is being counted."""
        return self.tracker.is_counting

    def asked(self, host: str = Service.STATS) -> int:
        """Return the number of requests to a host."""
        return len(self._simulator.requests(host))
