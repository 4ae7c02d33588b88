"""The clock of a random day: it jumps from one thing that is due to the next."""

import asyncio

from freezegun.api import FrozenDateTimeFactory
from homeassistant.core import HomeAssistant
from homeassistant.util.async_ import get_scheduled_timer_handles

from tests.helpers.settling import settle
from tests.simulator.realtime.service import RealTime

# What is due within so many seconds happens together; a little later than it is due, never earlier.
_LEAST_STEP = 3.0
_LATE = 0.001
# Sockets carry a question there and an answer back within so many rounds of the loop; who connects has many
# of them.
_ROUNDS, _MANY_ROUNDS = 4, 60


class Clock:
    """Seconds since the day began. The event loop runs by it, and it stands still by itself."""

    def __init__(self, hass: HomeAssistant, freezer: FrozenDateTimeFactory, rta: RealTime) -> None:
        """Begin the day. Whenever there is not one connection for push, somebody connects."""
        self._hass = hass
        self._freezer = freezer
        self._rta = rta
        self._began = hass.loop.time()

    @property
    def now(self) -> float:
        """Return the seconds since the day began."""
        return self._hass.loop.time() - self._began

    async def advance(self, moment: float) -> None:
        """Let time pass until that moment, and everything happen in between when it is due."""
        while (left := moment - self.now) > _LATE:
            self._freezer.tick(min(left, max(_LEAST_STEP, self._until_due() + _LATE)))
            await self.settle()

    async def settle(self) -> None:
        """Let everything happen that needs no time."""
        for number in range(_MANY_ROUNDS):
            await asyncio.sleep(0)
            if number >= _ROUNDS and len(self._rta.open) == 1:
                break
        await settle(self._hass)

    def _until_due(self) -> float:
        timers = get_scheduled_timer_handles(self._hass.loop)
        due = min((it.when() for it in timers if not it.cancelled()), default=float("inf"))
        return due - self._hass.loop.time()
