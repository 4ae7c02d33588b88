"""Achievements of Xbox 360 titles, contract 3 (`docs/network.md` S6.6). None of them has an icon."""

from pydantic import Field

from .achievements import AchievementId, PagingInfo, Rarity
from .base import Count, Items, TitleId, ToldTime, UtcTime, XboxModel


class OldAchievement(XboxModel):
    """One achievement, with the progress of the requested person."""

    achievement_id: AchievementId = Field(validation_alias="id")
    title_id: TitleId | None = None
    name: str | None = None
    unlocked: bool | None = None
    is_secret: bool | None = None
    is_revoked: bool | None = None
    gamerscore: Count | None = None
    description: str | None = None
    locked_description: str | None = None
    time_unlocked: ToldTime = None
    rarity: Rarity | None = None


class OldAchievementsAnswer(XboxModel):
    """A page of achievements."""

    achievements: Items[OldAchievement] = ()
    paging_info: PagingInfo | None = None


class OldTitle(XboxModel):
    """A title that a person has played."""

    title_id: TitleId
    name: str | None = None
    last_played: UtcTime = None


class OldTitlesAnswer(XboxModel):
    """A page of titles."""

    titles: Items[OldTitle] = ()
    paging_info: PagingInfo | None = None
