"""The home of the examples on the user's pages."""

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant, ServiceCall
from pytest_homeassistant_custom_component.common import async_mock_service

from tests.blueprints.conftest import Clock, Live
from tests.helpers.entities import Entities
from tests.helpers.fake_devices import Telephone
from tests.simulator import Person, Simulator
from tests.simulator.world.demo_world import BRASS_OTTER


class Home:
    """A home with two people, two consoles, lights and a phone."""

    def __init__(
        self,
        hass: HomeAssistant,
        simulator: Simulator,
        entry: ConfigEntry,
        live: Live,
        clock: Clock,
    ) -> None:
        """Prepare the home."""
        self.hass = hass
        self.entry = entry
        self.live = live
        self.clock = clock
        self.telephone = Telephone(hass)
        self.lights = async_mock_service(hass, "light", "turn_on")
        self._calls: dict[str, list[ServiceCall]] = {}
        self.nova = simulator.world.person(simulator.personas["adult"].xuid)
        self.otter = simulator.world.person(BRASS_OTTER)
        consoles = {it.name: it for it in simulator.world.consoles.values()}
        self.den, self.bedroom = consoles["Den"], consoles["Bedroom"]
        self.entities = Entities(hass, self.nova.xuid)

    def mock(self, *actions: str) -> None:
        """Replace actions by mocks that record their calls."""
        for it in actions:
            self._calls[it] = async_mock_service(self.hass, *it.split("."))

    def called(self) -> list[str]:
        """Return the recorded calls since the last call, each as action and target."""
        names_and_targets = [
            f"{name} {entity_id}"
            for name, calls in self._calls.items()
            for call in calls
            for entity_id in call.data["entity_id"]
        ]
        for calls in self._calls.values():
            calls.clear()
        return names_and_targets

    async def limit(self, minutes: int) -> None:
        """Set the daily limit."""
        target = {"entity_id": self.entities.id("number.daily_limit")}
        await self.hass.services.async_call(
            "number", "set_value", {"value": minutes}, blocking=True, target=target
        )

    async def play(self, person: Person, title_id: str, seconds: float = 30) -> None:
        """Start a title and let time pass."""
        person.play(title_id)
        await self.live(seconds)

    def was_turned_off(self) -> bool:
        """Return whether the console was turned off."""
        self.den.settle()
        return "TurnOff" in [it.name for it in self.den.done]
