"""The clock of a random day: it jumps from one due time to the next."""

import asyncio

from freezegun.api import FrozenDateTimeFactory
from homeassistant.core import HomeAssistant
from homeassistant.util.async_ import get_scheduled_timer_handles

from tests.helpers.settling import settle
from tests.simulator.realtime.service import RealTime

# Everything due within this many seconds happens together: a little late, never early.
_LEAST_STEP = 3.0
_LATE = 0.001
# Number of event loop rounds in which sockets carry a request and its answer. A new connection
# needs many of them.
_ROUNDS, _MANY_ROUNDS = 4, 60


class Clock:
    """A clock of seconds since the day began. The event loop uses it, and it moves only on request."""

    def __init__(self, hass: HomeAssistant, freezer: FrozenDateTimeFactory, rta: RealTime) -> None:
        """Start the day. If the number of open push connections is not one, a connection is being opened."""
        self._hass = hass
        self._freezer = freezer
        self._rta = rta
        self._began = hass.loop.time()

    @property
    def now(self) -> float:
        """Return the seconds since the day began."""
        return self._hass.loop.time() - self._began

    async def advance(self, moment: float) -> None:
        """Let time pass until a moment, with everything that is due before it."""
        while (remaining := moment - self.now) > _LATE:
            self._freezer.tick(min(remaining, max(_LEAST_STEP, self._until_due() + _LATE)))
            await self.settle()

    async def settle(self) -> None:
        """Run everything that needs no time."""
        for number in range(_MANY_ROUNDS):
            await asyncio.sleep(0)
            if number >= _ROUNDS and len(self._rta.open) == 1:
                break
        await settle(self._hass)

    def _until_due(self) -> float:
        timers = get_scheduled_timer_handles(self._hass.loop)
        due = min((it.when() for it in timers if not it.cancelled()), default=float("inf"))
        return due - self._hass.loop.time()
