"""One model for the achievements of both systems.

The two systems answer in two shapes (`docs/network.md` S6.1); the functions here convert both.
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
_XBOX_360: Final = "360:"


@dataclass(frozen=True, slots=True, kw_only=True)
class Achievement:
    """One achievement with the progress of a person. It does not name the person.

    The id is unique in its `scope`: a service config id, or an Xbox 360 title. `progress` and `rarity` are in
    percent, `icon` is an https address. `in_doubt` is whether an answer does not say if it is unlocked: it counts as
    locked, and is no proof of that.
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
    revoked: bool = False
    in_doubt: bool = False
    progress: float | None = None

    @property
    def is_xbox_360(self) -> bool:
        """Whether its title is an Xbox 360 title."""
        return self.scope.startswith(_XBOX_360)

    @property
    def key(self) -> str:
        """The identity among all achievements."""
        return f"{self.scope}/{self.achievement_id}"


def old_scope(title_id: str) -> str:
    """Return the scope of the achievements of an Xbox 360 title."""
    return f"{_XBOX_360}{title_id}"


def read_modern(answer: ModernAchievement, title_id: str | None = None) -> Achievement:
    """Convert an achievement of a title newer than Xbox 360; `title_id` is the requested title.

    A revoked achievement counts as locked.
    """
    revoked = answer.is_revoked is True
    unlocked = (answer.progress_state or "").casefold() == "achieved" and not revoked
    titles = (it for it in answer.title_associations if title_id in (None, it.title_id))
    title = next(titles, None)
    progression = answer.progression
    assets = (it.url for it in answer.media_assets if (it.type or "").casefold() == "icon")
    where = next((found for url in assets if (found := picture(url))), None)
    return Achievement(
        scope=(answer.service_config_id or "").lower(),
        achievement_id=answer.achievement_id,
        title_id=title_id or (title.title_id if title else None),
        title=title.name if title else None,
        name=answer.name,
        description=_description(answer, unlocked=unlocked),
        gamerscore=_gamerscore(answer),
        rarity=answer.rarity.current_percentage if answer.rarity else None,
        rarity_category=_category(answer.rarity),
        icon=where.address if where else None,
        secret=answer.is_secret is True,
        unlocked=unlocked,
        unlocked_at=progression.time_unlocked if progression and unlocked else None,
        revoked=revoked,
        in_doubt=not answer.progress_state,
        progress=100.0 if unlocked else _progress(progression.requirements if progression else ()),
    )


def read_old(answer: OldAchievement, title_id: str) -> Achievement:
    """Convert an achievement of an Xbox 360 title. A revoked achievement counts as locked."""
    unlocked = answer.unlocked is True and answer.is_revoked is not True
    return Achievement(
        scope=old_scope(title_id),
        achievement_id=answer.achievement_id,
        title_id=title_id,
        name=answer.name,
        description=_description(answer, unlocked=unlocked),
        gamerscore=answer.gamerscore or 0,
        rarity=answer.rarity.current_percentage if answer.rarity else None,
        rarity_category=_category(answer.rarity),
        secret=answer.is_secret is True,
        unlocked=unlocked,
        unlocked_at=answer.time_unlocked if unlocked else None,
        revoked=answer.is_revoked is True,
        in_doubt=answer.unlocked is None,
        progress=100.0 if unlocked else None,
    )


def _description(answer: ModernAchievement | OldAchievement, *, unlocked: bool) -> str | None:
    texts = (answer.description, answer.locked_description)
    first, second = texts if unlocked else reversed(texts)
    return first or second


def _category(rarity: Rarity | None) -> str | None:
    word = ((rarity and rarity.current_category) or "").casefold()
    return word if word in _CATEGORIES else None


def _gamerscore(answer: ModernAchievement) -> int:
    """Return the sum of the rewards in gamerscore."""
    values = (it.value or "" for it in answer.rewards if (it.type or "").casefold() == _GAMERSCORE)
    points = (int(value) for value in values if value.isascii() and value.isdecimal())
    return sum(it for it in points if it < _MOST_GAMERSCORE)


def _progress(requirements: tuple[Requirement, ...]) -> float | None:
    """Return the done share of equal requirements in percent, None if it is unknown."""
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
