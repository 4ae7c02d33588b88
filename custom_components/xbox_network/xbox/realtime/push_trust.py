"""Whether push can be trusted: it has to prove itself before polling slows down.

That a registered application is told anything is unproven (`docs/network.md` A2.5). Times are
`time.monotonic`.
"""

from dataclasses import dataclass
from typing import Final

# The most seconds between an announcement and the poll that finds its change, whichever comes first.
ANNOUNCED_SECONDS: Final = 30.0


@dataclass(slots=True)
class _Announcement:
    """An announcement, and whether a poll has found its change."""

    at: float
    confirmed: bool = False


@dataclass(frozen=True, slots=True)
class _Surprise:
    """A change that was found before it was announced.

    `in_a_row` is the number of confirmed announcements in a row before it.
    """

    found_at: float
    in_a_row: int


class PushTrust:
    """Compares the announcements of push with the changes that polls find.

    A key names the subject of an announcement: the xuid of a person, or an achievement.
    """

    def __init__(self, *, needed: int, lifetime: float = ANNOUNCED_SECONDS) -> None:
        """Start without trust.

        Push is trusted after `needed` announced changes in a row. An announcement explains a change that is
        found at most `lifetime` seconds later.
        """
        self._needed = needed
        self._lifetime = lifetime
        self._announcements: dict[str, _Announcement] = {}
        self._surprises: dict[str, _Surprise] = {}
        self._in_a_row = 0
        self.confirmed = 0
        """Announcements that a change was found for."""
        self.missed = 0
        """Changes that push should have announced and did not."""

    @property
    def trusted(self) -> bool:
        """Whether push may be relied on for now."""
        return self._in_a_row >= self._needed

    @property
    def unconfirmed(self) -> set[str]:
        """The keys of the announcements that no change was found for."""
        return {key for key, it in self._announcements.items() if not it.confirmed}

    def on_announcement(self, key: str, now: float) -> None:
        """Take note that push announces a change."""
        self._announcements[key] = _Announcement(now)
        self.on_late_announcement(key, now)

    def on_late_announcement(self, key: str, now: float) -> None:
        """Take note of the announcement of a change that was found before: that change is no miss."""
        surprise = self._surprises.pop(key, None)
        if surprise and now - surprise.found_at <= ANNOUNCED_SECONDS:
            self.missed -= 1
            self._in_a_row += surprise.in_a_row
            self._confirm(key)

    def on_change_found(self, key: str, now: float, *, promised: bool) -> bool:
        """Take note that a poll has found a change; tell whether push had announced it.

        The change is no miss if push had not `promised` to announce it. One announcement counts once, even if
        its change is found bit by bit.
        """
        self._drop_expired(now)
        if announcement := self._announcements.get(key):
            if not announcement.confirmed:
                self._confirm(key)
            return True
        if promised:
            self._surprises[key] = _Surprise(now, self._in_a_row)
            self.missed += 1
            self._in_a_row = 0
        return False

    def drop_announcements(self) -> None:
        """Expect no change any more for the announcements so far."""
        self._announcements.clear()

    def reset(self) -> None:
        """Take note that push is gone for now: it has to prove itself again."""
        self._in_a_row = 0
        self._announcements.clear()
        self._surprises.clear()

    def _confirm(self, key: str) -> None:
        if announcement := self._announcements.get(key):
            announcement.confirmed = True
        self.confirmed += 1
        self._in_a_row += 1

    def _drop_expired(self, now: float) -> None:
        self._announcements = {
            key: it
            for key, it in self._announcements.items()
            if now - it.at <= (ANNOUNCED_SECONDS if it.confirmed else self._lifetime)
        }
        self._surprises = {
            key: it for key, it in self._surprises.items() if now - it.found_at <= ANNOUNCED_SECONDS
        }
