"""A runner of the unlock watcher: it keeps the unlocks that the watcher finds."""

import json
from datetime import UTC, datetime
from email.utils import format_datetime
from typing import Any

import pytest
from freezegun.api import FrozenDateTimeFactory

from custom_components.xbox_network.xbox import XboxClient
from custom_components.xbox_network.xbox.achievements.watcher import Unlock, UnlockWatcher
from custom_components.xbox_network.xbox.people.observer import PeopleObserver
from tests.client.conftest import ACHIEVEMENTS, OWNER, WATCHED
from tests.simulator import Simulator

SCOPE = "00000000-0000-0000-0000-0000713fb301"


class UnlockRunner:
    """Runs an unlock watcher, and keeps the unlocks."""

    def __init__(
        self, client: XboxClient, observer: PeopleObserver, freezer: FrozenDateTimeFactory
    ) -> None:
        """Start without a watched person."""
        self.client, self._observer, self.freezer = client, observer, freezer
        self.told: list[tuple[str, Unlock]] = []
        self.watcher = UnlockWatcher(client, observer, self._keep, self)
        self.promised = False
        """Whether push announces every unlock."""

    def restarted(self, stored: Any) -> UnlockRunner:
        """Return a new runner of the same people, with stored unlocks and the stored facts of titles."""
        observer = PeopleObserver(self.client, WATCHED)
        observer.titles.from_store(self._observer.titles.to_store())
        runner = UnlockRunner(self.client, observer, self.freezer)
        runner.watcher.from_store(json.loads(json.dumps(stored)))
        return runner

    def announces_unlocks(self, xuid: str, scope: str) -> bool:
        """Return whether push announces the unlocks of a person."""
        return self.promised

    def _keep(self, xuid: str, unlocks: list[Unlock]) -> None:
        self.told += [(xuid, it) for it in unlocks]

    def numbers(self, xuid: str = OWNER) -> list[int]:
        """Return the achievement ids that a person has unlocked, in the order of the unlocks."""
        return [int(it.achievement.achievement_id) for person, it in self.told if person == xuid]

    async def begin(self, *xuids: str) -> None:
        """Watch people, and refresh once."""
        for xuid in xuids:
            self.watcher.watch(xuid)
        await self.go_on()

    async def go_on(self, seconds: float = 0.0, step: float = 10.0) -> None:
        """Refresh the people and their unlocks for some seconds."""
        while True:
            self.watcher.update_people(await self._observer.refresh())
            while self.watcher.seconds_until_refresh() == 0:
                await self.watcher.refresh()
            if seconds <= 0:
                return
            self.freezer.tick(min(step, seconds))
            seconds -= step

    def announce(self, number: int, state: str = "Achieved") -> None:
        """Send an event of push."""
        data = {"progression": [{"id": str(number), "progressState": state}]}
        self.watcher.on_push(OWNER, SCOPE.upper(), data)


@pytest.fixture(name="unlock_runner")
def unlock_runner_fixture(
    client: XboxClient, observer: PeopleObserver, freezer: FrozenDateTimeFactory
) -> UnlockRunner:
    """Return a runner without a watched person."""
    return UnlockRunner(client, observer, freezer)


def asked(simulator: Simulator) -> int:
    """Return the number of requests for the unlocks of a title."""
    requests = simulator.requests(ACHIEVEMENTS)
    return sum(it.query.get("maxItems") != "1" for it in requests)


def whole_lists(simulator: Simulator) -> int:
    """Return the number of requests for all achievements of a title, also the locked ones."""
    requests = simulator.requests(ACHIEVEMENTS)
    return sum(it.query.get("maxItems") == "200" for it in requests)


def date_in(simulator: Simulator, hours: float) -> str:
    """Return a `Date` header that is wrong by some hours."""
    date = datetime.fromtimestamp(simulator.world.clock() + hours * 3600, UTC)
    return format_datetime(date, usegmt=True)
