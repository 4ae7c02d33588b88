"""Whether push can be trusted: it has to prove itself before polling slows down.

That a registered application is told anything is unproven (`xbox-auth-and-realtime.md` 2.5).
"""

import time
from typing import Final

# So many changes in a row have to be announced before push is trusted.
_ENOUGH: Final = 2
# A change that is found at most this many seconds after an announcement was announced.
_ANNOUNCED_SECONDS: Final = 30.0


class PushProof:
    """Compares what push announces with what is found when the services are asked."""

    def __init__(self) -> None:
        """Start without trust."""
        self._announced: dict[str, float] = {}
        self._counted: set[str] = set()
        self._in_a_row = 0
        self.confirmed = 0
        """Announcements that a change was found for."""
        self.missed = 0
        """Changes that nobody had announced."""

    @property
    def proved(self) -> bool:
        """Whether push may be relied on for now."""
        return self._in_a_row >= _ENOUGH

    def announce(self, xuid: str) -> None:
        """Take note that push says something about a person."""
        self._announced[xuid] = time.monotonic()
        self._counted.discard(xuid)

    def found(self, xuid: str) -> bool:
        """Take note that a person was found changed; tell whether push had said so.

        What one announcement brought may be found bit by bit; it counts once.
        """
        announced_at = self._announced.get(xuid)
        if announced_at is None or time.monotonic() - announced_at > _ANNOUNCED_SECONDS:
            self.missed += 1
            self._in_a_row = 0
            return False
        if xuid not in self._counted:
            self._counted.add(xuid)
            self.confirmed += 1
            self._in_a_row += 1
        return True

    def lost(self) -> None:
        """Take note that push is gone for now: it starts over."""
        self._in_a_row = 0
        self._announced.clear()
        self._counted.clear()
