"""Push: the connection of an account, seen from both ends."""

from freezegun.api import FrozenDateTimeFactory
from homeassistant.core import HomeAssistant
from pytest_homeassistant_custom_component.common import async_fire_time_changed

from custom_components.xbox_network.xbox.endpoints import Service
from tests.helpers.settling import settle, until
from tests.simulator import RecordedRequest, Simulator

HOUR = 3600.0


class PushConnection:
    """The one connection for push of the account, from both ends. The clock stands still by itself."""

    def __init__(
        self, hass: HomeAssistant, simulator: Simulator, freezer: FrozenDateTimeFactory
    ) -> None:
        """Watch the connection."""
        self.hass = hass
        self._simulator = simulator
        self._freezer = freezer
        self._looked = 1  # while it was set up

    async def begun(self) -> None:
        """Wait until it is open and settled, and the look that follows is over."""
        rta = self._simulator.rta
        await until(
            lambda: len(rta.subscriptions) >= 2 and len(looks(self._simulator)) > self._looked,
        )
        await self.wait(1.5)

    async def again(self) -> None:
        """Lose the connection and wait for the next one."""
        made = len(self._simulator.rta.connections)
        self._looked = len(looks(self._simulator))
        self._simulator.rta.drop()
        while len(self._simulator.rta.connections) == made:
            await self.wait(1.0)
        await self.begun()

    async def wait(self, seconds: float) -> None:
        """Let time pass at once when nothing is under way, and happen what has become due."""
        await settle(self.hass)
        self.pass_time(seconds)
        await settle(self.hass)

    def pass_time(self, seconds: float) -> None:
        """Let time pass at once, whatever is under way."""
        self._freezer.tick(seconds)
        async_fire_time_changed(self.hass)


def looks(simulator: Simulator) -> list[RecordedRequest]:
    """Return the requests for who is where."""
    return [it for it in simulator.requests(Service.PRESENCE) if b'"users"' in it.body]
