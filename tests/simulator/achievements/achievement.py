"""The achievements of a title. Their content depends only on the title and a number from 1."""

import uuid
from collections.abc import Iterator
from dataclasses import dataclass

from ..network import Json
from ..people.person import NO_MOMENT, Progress
from ..times import YEAR_ONE, ticks
from ..titles.title import Title, picture_token

RARE = 10.9
"""Percentage of players up to which an achievement counts as rare."""

_FIRST = ("First", "Silent", "Golden", "Long", "Burning", "Hidden", "Last", "Bright", "Cold")
_SECOND = ("Light", "Harbor", "Lap", "Harvest", "Signal", "Bridge", "Storm")


@dataclass(frozen=True)
class Achievement:
    """An achievement. Every tenth is secret; every seventh does not name its title."""

    title: Title
    number: int

    @property
    def name(self) -> str:
        """Return the achievement's name."""
        return f"{_FIRST[self.number % len(_FIRST)]} {_SECOND[self.number % len(_SECOND)]}"

    @property
    def secret(self) -> bool:
        """Return whether its name and description are hidden until it is unlocked."""
        return self.number % 10 == 0

    @property
    def names_title(self) -> bool:
        """Return whether the service names the achievement's title."""
        return self.number % 7 != 0

    @property
    def gamerscore(self) -> int:
        """Return its share of the title's gamerscore."""
        total, count = self.title.gamerscore, self.title.achievements
        return total * self.number // count - total * (self.number - 1) // count

    @property
    def target(self) -> int:
        """Return the number of steps to unlock it."""
        return 10 if self.number % 3 == 0 else 1

    @property
    def rarity(self) -> dict[str, Json]:
        """Return the percentage of players with this achievement, as the service writes it."""
        share = round(95.0 * 0.93**self.number, 2)
        return {
            "currentCategory": "Rare" if share <= RARE else "Common",
            "currentPercentage": share,
        }

    @property
    def picture(self) -> str:
        """Return the token of its icon at images-eds."""
        return picture_token("achievement", self.title.title_id, str(self.number))

    def unique(self, what: str) -> str:
        """Return an id of a part of the achievement."""
        name = f"{self.title.title_id}/{self.number}/{what}"
        return str(uuid.uuid5(uuid.NAMESPACE_URL, name))


def progress_state(achievement: Achievement, progress: Progress) -> str:
    """Return the state of a person's progress. The first locked one of a played title is in progress."""
    if achievement.number in progress.unlocked:
        return "Achieved"
    earlier = range(1, achievement.number)
    is_next = all(number in progress.unlocked for number in earlier)
    return "InProgress" if is_next and progress.last_played else "NotStarted"


def progression(achievement: Achievement, progress: Progress) -> dict[str, Json]:
    """Return the steps and the time of the unlock, as the service writes them."""
    steps = {"Achieved": achievement.target, "InProgress": achievement.target // 2}
    taken = steps.get(progress_state(achievement, progress))
    requirement = {
        "id": achievement.unique("requirement"),
        "current": None if taken is None else str(taken),
        "target": str(achievement.target),
        "operationType": "Sum",
        "valueType": "Integer",
        "ruleParticipationType": "Individual",
    }
    unlocked = progress.unlocked.get(achievement.number, NO_MOMENT)
    moment = f"{YEAR_ONE}.0000000Z" if unlocked == NO_MOMENT else ticks(unlocked)
    return {"requirements": [requirement], "timeUnlocked": moment}


def achievements_of(title: Title) -> Iterator[Achievement]:
    """Yield all achievements of a title."""
    for number in range(1, title.achievements + 1):
        yield Achievement(title, number)
