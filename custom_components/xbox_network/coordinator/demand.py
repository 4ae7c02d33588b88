"""How often people may ask out of turn: a button that is pressed in anger must not spend a budget."""

import time
from dataclasses import dataclass


@dataclass(slots=True)
class Demand:
    """Allows some refreshes at once, and then one more every so many seconds."""

    at_once: int
    seconds: float
    _free_at: float = 0.0

    @property
    def allowed(self) -> bool:
        """Whether one more refresh is allowed now."""
        return self._free_at - time.monotonic() <= (self.at_once - 1) * self.seconds

    def spend(self) -> None:
        """Count a refresh."""
        self._free_at = max(self._free_at, time.monotonic()) + self.seconds
