"""A number of the network that grows with unlocks: the gamerscore, or the unlocked achievements in a title."""

from dataclasses import dataclass
from typing import Final

# Seconds until a lower number is believed: some reports may come from older answers.
FALL_SECONDS: Final = 600.0


@dataclass(slots=True)
class UnlockCounter:
    """A number that grows with unlocks: its reported value, and the part that known unlocks explain.

    `before_fall` is that part before the number fell, 0 without a fall, and `fallen_at` when it fell;
    `ahead_since` is when known unlocks began to explain more than this reported value (both `time.monotonic`).
    """

    reported: int
    explained: int
    before_fall: int = 0
    fallen_at: float = 0.0
    ahead_since: float | None = None

    def update(self, value: int, now: float) -> bool:
        """Take over a value that is reported now; tell whether it is higher than both numbers before.

        A lower value may come from an older answer, and the return of the newer value is no signal; or it is
        true, and what is higher than it is one.
        """
        if value < min(self.reported, self.explained):
            self.before_fall = max(self.before_fall, self.explained)
            # what is unexplained stays so
            self.explained = max(0, self.explained - (self.reported - value))
            self.fallen_at = now
        elif value >= self.before_fall:
            self.explained = max(self.explained, self.before_fall)
        elif value == self.reported and now - self.fallen_at >= FALL_SECONDS:
            self.before_fall = 0  # the fall is true: whatever comes after it is new
        news = value > max(self.reported, self.explained)
        if value >= self.before_fall or news:
            self.before_fall = 0
        self._update_ahead(value, now)
        self.reported = value
        return news

    def _update_ahead(self, value: int, now: float) -> None:
        """Believe a value that stays below what known unlocks explain: what is higher than it is new."""
        if value >= self.explained:
            self.ahead_since = None
        elif self.ahead_since is None or value != self.reported:
            self.ahead_since = now  # the number is late, or on its way up
        elif now - self.ahead_since >= FALL_SECONDS:
            self.explained, self.ahead_since = value, None

    def explain(self, number: int) -> None:
        """Take note of a number that unlocks explain."""
        self.explained += number
        self.before_fall += number if self.before_fall else 0

    @property
    def settled(self) -> bool:
        """Whether known unlocks explain the whole number."""
        return self.reported <= self.explained
