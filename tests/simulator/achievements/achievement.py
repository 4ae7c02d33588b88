"""What can be unlocked in a title. All of it follows from the title and a number from 1."""

import uuid
from collections.abc import Iterator
from dataclasses import dataclass

from ..network import Json
from ..people.person import NO_MOMENT, Progress
from ..times import YEAR_ONE, ticks
from ..titles.title import Title, picture_token

RARE = 10.9
"""Percent of players up to which an achievement counts as rare."""

_FIRST = ("First", "Silent", "Golden", "Long", "Burning", "Hidden", "Last", "Bright", "Cold")
_SECOND = ("Light", "Harbor", "Lap", "Harvest", "Signal", "Bridge", "Storm")


@dataclass(frozen=True)
class Achievement:
    """One achievement; every tenth is secret, every seventh does not name its title."""

    title: Title
    number: int

    @property
    def name(self) -> str:
        """Return its name."""
        return f"{_FIRST[self.number % len(_FIRST)]} {_SECOND[self.number % len(_SECOND)]}"

    @property
    def secret(self) -> bool:
        """Whether its name and description stay unsaid until it is unlocked."""
        return self.number % 10 == 0

    @property
    def names_title(self) -> bool:
        """Whether the service says to which title it belongs."""
        return self.number % 7 != 0

    @property
    def gamerscore(self) -> int:
        """Return its share of the title's gamerscore."""
        total, count = self.title.gamerscore, self.title.achievements
        return total * self.number // count - total * (self.number - 1) // count

    @property
    def target(self) -> int:
        """Return how many steps it takes."""
        return 10 if self.number % 3 == 0 else 1

    @property
    def rarity(self) -> dict[str, Json]:
        """Return how many percent of the players have it, as the service writes it."""
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
        """Return an id of something that belongs to it."""
        name = f"{self.title.title_id}/{self.number}/{what}"
        return str(uuid.uuid5(uuid.NAMESPACE_URL, name))


def progress_state(achievement: Achievement, progress: Progress) -> str:
    """Return how far somebody is; whoever played works at the first that is locked."""
    if achievement.number in progress.unlocked:
        return "Achieved"
    earlier = range(1, achievement.number)
    next_one = all(number in progress.unlocked for number in earlier)
    return "InProgress" if next_one and progress.last_played else "NotStarted"


def progression(achievement: Achievement, progress: Progress) -> dict[str, Json]:
    """Return the steps that were taken and the moment of the unlock, as the service writes it."""
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
