"""Whether push can be trusted: it has to prove itself before polling slows down.

That a registered application is told anything is unproven (`xbox-auth-and-realtime.md` 2.5).
"""

import time
from dataclasses import dataclass
from typing import Final

# So many changes in a row have to be announced before push is trusted.
_ENOUGH: Final = 2
# A change that is found at most this many seconds after an announcement was announced.
_ANNOUNCED_SECONDS: Final = 30.0


@dataclass(frozen=True, slots=True)
class _Surprise:
    """A change that was found before it was announced."""

    found_at: float
    in_a_row: int


class PushTrust:
    """Compares what push announces with what is found when the services are asked."""

    def __init__(self) -> None:
        """Start without trust."""
        self._announced: dict[str, float] = {}
        self._counted: set[str] = set()
        self._surprises: dict[str, _Surprise] = {}
        self._in_a_row = 0
        self.confirmed = 0
        """Announcements that a change was found for."""
        self.missed = 0
        """Changes that push should have announced and did not."""

    @property
    def trusted(self) -> bool:
        """Whether push may be relied on for now."""
        return self._in_a_row >= _ENOUGH

    def on_announcement(self, xuid: str) -> None:
        """Take note that push says something about a person."""
        now = time.monotonic()
        self._announced[xuid] = now
        self._counted.discard(xuid)
        surprise = self._surprises.pop(xuid, None)
        if surprise and now - surprise.found_at <= _ANNOUNCED_SECONDS:
            # a poll was a little faster than the announcement: that is no miss
            self.missed -= 1
            self._in_a_row += surprise.in_a_row
            self._confirm(xuid)

    def on_change_found(self, xuid: str, *, promised: bool) -> bool:
        """Take note that a person was found changed; tell whether push had said so.

        It is no miss if push had not `promised` to. What one announcement brought may be found bit by bit;
        it counts once.
        """
        now = time.monotonic()
        announced_at = self._announced.get(xuid)
        if announced_at is not None and now - announced_at <= _ANNOUNCED_SECONDS:
            if xuid not in self._counted:
                self._confirm(xuid)
            return True
        if promised:
            self._surprises[xuid] = _Surprise(now, self._in_a_row)
            self.missed += 1
            self._in_a_row = 0
        return False

    def _confirm(self, xuid: str) -> None:
        self._counted.add(xuid)
        self.confirmed += 1
        self._in_a_row += 1

    def reset(self) -> None:
        """Take note that push is gone for now: it starts over."""
        self._in_a_row = 0
        self._announced.clear()
        self._counted.clear()
        self._surprises.clear()
