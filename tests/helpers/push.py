"""The push connection of an account in tests, seen from both ends."""

from freezegun.api import FrozenDateTimeFactory
from homeassistant.core import HomeAssistant
from pytest_homeassistant_custom_component.common import async_fire_time_changed

from custom_components.xbox_network.xbox.endpoints import Service
from tests.helpers.settling import settle, until
from tests.simulator import RecordedRequest, Simulator

HOUR = 3600.0


class PushConnection:
    """The account's only push connection, seen from both ends. The clock moves only on request."""

    def __init__(
        self, hass: HomeAssistant, simulator: Simulator, freezer: FrozenDateTimeFactory
    ) -> None:
        """Store the simulator and the clock."""
        self.hass = hass
        self._simulator = simulator
        self._freezer = freezer
        self._refreshes = 1  # the request during the setup

    async def begun(self) -> None:
        """Wait until the connection is open and subscribed, and the following refresh is done."""
        rta = self._simulator.rta
        await until(
            lambda: len(rta.subscriptions) >= 2 and len(looks(self._simulator)) > self._refreshes,
        )
        await self.wait(1.5)

    async def again(self) -> None:
        """Drop the connection and wait for the next one."""
        count = len(self._simulator.rta.connections)
        self._refreshes = len(looks(self._simulator))
        self._simulator.rta.drop()
        while len(self._simulator.rta.connections) == count:
            await self.wait(1.0)
        await self.begun()

    async def wait(self, seconds: float) -> None:
        """Finish all tasks, let time pass, and finish the tasks that are due."""
        await settle(self.hass)
        self.pass_time(seconds)
        await settle(self.hass)

    def pass_time(self, seconds: float) -> None:
        """Let time pass at once, even with running tasks."""
        self._freezer.tick(seconds)
        async_fire_time_changed(self.hass)


def looks(simulator: Simulator) -> list[RecordedRequest]:
    """Return the presence requests for people."""
    return [it for it in simulator.requests(Service.PRESENCE) if b'"users"' in it.body]
