"""The play time of one person as it is shown, in whole seconds."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class DayPlaytime:
    """The play time of one person on one local day, in whole seconds.

    `titles` is the play time by title id. `estimated` is the part of their sum that was not observed,
    but is supported by the network's record. `confirmed` is the part of that whose times the record
    tells; of the rest it tells an amount, which is no time. `unseen` is not part of the sum: it is the time that was
    not observed and of which no record tells whether there was play. A later correction may increase
    or decrease all of them.
    """

    titles: Mapping[str, int]
    estimated: int = 0
    confirmed: int = 0
    unseen: int = 0

    @property
    def total(self) -> int:
        """The play time of the day in seconds."""
        return sum(self.titles.values())

    @property
    def certain(self) -> int:
        """The seconds that were certainly played on this day."""
        return self.total - self.estimated + self.confirmed


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaytimeSummary:
    """The play time of one person.

    `session` is the play time of the current session in seconds. `title_id` is the title of which the
    time is counted right now.
    """

    days: Mapping[date, DayPlaytime]
    session: int
    session_began: datetime | None
    title_id: str | None
