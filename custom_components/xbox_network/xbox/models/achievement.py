"""An achievement as everything else sees it, whichever system it is of.

The two systems answer in two shapes (`xbox-services.md` 6.1): this is where they become one.
"""

import math
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from ..images import picture
from .achievements import ModernAchievement, Rarity, Requirement
from .achievements_360 import OldAchievement

_GAMERSCORE: Final = "gamerscore"
_CATEGORIES: Final = frozenset({"rare", "common"})
_MOST_GAMERSCORE: Final = 1 << 31


@dataclass(frozen=True, slots=True, kw_only=True)
class Achievement:
    """One achievement and how far somebody is with it. Nothing in it says who.

    `scope` is where its id is unique: a service config id, or a title of the Xbox 360. `progress` and
    `rarity` are percent, `icon` an https address.
    """

    scope: str
    achievement_id: str
    title_id: str | None = None
    title: str | None = None
    name: str | None = None
    description: str | None = None
    gamerscore: int = 0
    rarity: float | None = None
    rarity_category: str | None = None
    icon: str | None = None
    secret: bool = False
    unlocked: bool = False
    unlocked_at: datetime | None = None
    progress: float | None = None

    @property
    def key(self) -> str:
        """What tells it from all others."""
        return f"{self.scope}/{self.achievement_id}"


def old_scope(title_id: str) -> str:
    """Return where the ids of achievements of an Xbox 360 title are unique."""
    return f"360:{title_id}"


def read_modern(told: ModernAchievement, title_id: str | None = None) -> Achievement:
    """Read one of a title newer than Xbox 360, `title_id` the title that was asked for.

    What was revoked counts as locked.
    """
    revoked = told.is_revoked is True
    unlocked = (told.progress_state or "").casefold() == "achieved" and not revoked
    titles = told.title_associations
    title = next((it for it in titles if it.title_id == title_id), None) or next(iter(titles), None)
    progression = told.progression
    assets = (it.url for it in told.media_assets if (it.type or "").casefold() == "icon")
    where = next((found for url in assets if (found := picture(url))), None)
    return Achievement(
        scope=(told.service_config_id or "").lower(),
        achievement_id=told.achievement_id,
        title_id=title_id or (title.title_id if title else None),
        title=title.name if title else None,
        name=told.name,
        description=_description(told, unlocked=unlocked),
        gamerscore=_gamerscore(told),
        rarity=told.rarity.current_percentage if told.rarity else None,
        rarity_category=_category(told.rarity),
        icon=where.address if where else None,
        secret=told.is_secret is True,
        unlocked=unlocked,
        unlocked_at=progression.time_unlocked if progression and unlocked else None,
        progress=100.0 if unlocked else _progress(progression.requirements if progression else ()),
    )


def read_old(told: OldAchievement, title_id: str) -> Achievement:
    """Read one of an Xbox 360 title. What was revoked counts as locked."""
    unlocked = told.unlocked is True and told.is_revoked is not True
    return Achievement(
        scope=old_scope(title_id),
        achievement_id=told.achievement_id,
        title_id=title_id,
        name=told.name,
        description=_description(told, unlocked=unlocked),
        gamerscore=told.gamerscore or 0,
        rarity=told.rarity.current_percentage if told.rarity else None,
        rarity_category=_category(told.rarity),
        secret=told.is_secret is True,
        unlocked=unlocked,
        unlocked_at=told.time_unlocked if unlocked else None,
        progress=100.0 if unlocked else None,
    )


def _description(told: ModernAchievement | OldAchievement, *, unlocked: bool) -> str | None:
    texts = (told.description, told.locked_description)
    first, second = texts if unlocked else reversed(texts)
    return first or second


def _category(rarity: Rarity | None) -> str | None:
    word = ((rarity and rarity.current_category) or "").casefold()
    return word if word in _CATEGORIES else None


def _gamerscore(told: ModernAchievement) -> int:
    """Return the sum of what it is worth in points; other rewards are worth none."""
    values = (it.value or "" for it in told.rewards if (it.type or "").casefold() == _GAMERSCORE)
    points = (int(value) for value in values if value.isascii() and value.isdecimal())
    return sum(it for it in points if it < _MOST_GAMERSCORE)


def _progress(requirements: tuple[Requirement, ...]) -> float | None:
    """Return how much of what is to be done has been, the parts being equal; None if nobody says."""
    shares = [share for it in requirements if (share := _share(it)) is not None]
    return round(100 * sum(shares) / len(shares), 1) if shares else None


def _share(requirement: Requirement) -> float | None:
    try:
        target, current = float(requirement.target or ""), float(requirement.current or 0)
    except ValueError:
        return None
    if not (math.isfinite(target) and math.isfinite(current)) or target <= 0:
        return None
    return min(max(current / target, 0.0), 1.0)
