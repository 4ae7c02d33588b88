"""Real play time by title, and the minutes that userstats reports for it later."""

from collections.abc import Iterable
from dataclasses import dataclass, field


@dataclass
class Counter:
    """The play of one person by title. A title counts while it runs on at least one device.

    `before` is the play time before the world began, in seconds.
    """

    before: dict[str, float] = field(default_factory=dict)
    running: dict[str, float] = field(default_factory=dict)
    sessions: list[tuple[str, float, float]] = field(default_factory=list)
    """Title id, begin and end of each finished session."""

    def follow(self, title_ids: Iterable[str], now: float) -> None:
        """Record which titles run from now on."""
        current = set(title_ids)
        for title_id in [title_id for title_id in self.running if title_id not in current]:
            self.sessions.append((title_id, self.running.pop(title_id), now))
        for title_id in current:
            self.running.setdefault(title_id, now)

    def seconds(self, title_id: str, now: float) -> float:
        """Return the seconds that a title has been played until now."""
        return self._finished_seconds(title_id, now, 0.0) + now - self.running.get(title_id, now)

    def minutes(self, title_id: str, now: float, lag: float, step: float | None) -> int:
        """Return the minutes that userstats reports; a session counts `lag` seconds after its end.

        With `step` a running session counts, too, in steps of that many seconds.
        """
        seconds = self._finished_seconds(title_id, now, lag)
        if step is not None:
            running = now - lag - self.running.get(title_id, now)
            seconds += max(0.0, running // step * step)
        return int(seconds // 60)

    def _finished_seconds(self, title_id: str, now: float, lag: float) -> float:
        sessions = (
            end - begin for it, begin, end in self.sessions if it == title_id and end + lag <= now
        )
        return self.before.get(title_id, 0.0) + sum(sessions)
