"""The den in tests of the client: commands to it, and all that is shown of it."""

from collections.abc import Callable
from itertools import groupby

from freezegun.api import FrozenDateTimeFactory

from custom_components.xbox_network.xbox import XboxClient
from custom_components.xbox_network.xbox.consoles.console import ConsoleSnapshot
from custom_components.xbox_network.xbox.consoles.observer import ConsolesObserver
from custom_components.xbox_network.xbox.models.commands import Command
from tests.helpers.client.thin_consoles import looks
from tests.simulator import Console
from tests.simulator.world.demo_world import DEN


class Living:
    """The den, commands to it, and all that was shown of it."""

    def __init__(
        self,
        observer: ConsolesObserver,
        client: XboxClient,
        den: Console,
        freezer: FrozenDateTimeFactory,
    ) -> None:
        """Start at what is known."""
        self._observer = observer
        self._client = client
        self._den = den
        self._freezer = freezer
        self.seen: list[ConsoleSnapshot] = []

    async def command(self, command: Command, lag: float) -> None:
        """Have a command carried out, and its result told late."""
        self._den.delay_next(command.name, lag)
        await self._client.consoles.send(DEN, command)
        self._freezer.tick(11)
        self._den.settle()
        self._observer.on_command_done(DEN, command)
        self.seen.append(self._observer.snapshots()[DEN])

    async def look(self, seconds: float) -> ConsoleSnapshot:
        """Look as often as the observer is due; return the last that was shown."""
        self.seen += [it[DEN] for it in await looks(self._observer, self._freezer, seconds)]
        return self.seen[-1]

    def shown(self, fact: Callable[[ConsoleSnapshot], object]) -> list[object]:
        """Return what was shown, without repetitions."""
        return [key for key, _ in groupby(self.seen, fact)]
