"""Achievements of titles newer than Xbox 360, contract 4 (`docs/network.md` S6).

The other contracts answer in another shape: they have models of their own.
"""

from typing import Annotated

from pydantic import Field, StringConstraints

from .base import Count, Items, Percentage, TitleId, ToldTime, XboxModel

# Unique within a service config id only.
type AchievementId = Annotated[str, StringConstraints(min_length=1, max_length=64)]


class PagingInfo(XboxModel):
    """The length of the whole list, and the token of the next page."""

    total_records: Count | None = None
    continuation_token: str | None = None


class Rarity(XboxModel):
    """The share of players with the achievement: `Rare`, `Common` or `Unset`, and a percentage."""

    current_category: str | None = None
    current_percentage: Percentage | None = None


class TitleAssociation(XboxModel):
    """A title that an achievement belongs to."""

    title_id: TitleId = Field(validation_alias="id")
    name: str | None = None


class Requirement(XboxModel):
    """One requirement. Both values are numbers as text; `current` is None before the start."""

    current: str | None = None
    target: str | None = None


class Progression(XboxModel):
    """The progress of a person."""

    requirements: Items[Requirement] = ()
    time_unlocked: ToldTime = None


class MediaAsset(XboxModel):
    """A picture: `Icon` or `Art`."""

    type: str | None = None
    url: str | None = None


class Reward(XboxModel):
    """One reward; `value` is a number of points if `type` is `Gamerscore`."""

    type: str | None = None
    value: str | None = None


class ModernAchievement(XboxModel):
    """One achievement, with the progress of the requested person."""

    achievement_id: AchievementId = Field(validation_alias="id")
    service_config_id: str | None = None
    name: str | None = None
    title_associations: Items[TitleAssociation] = ()
    progress_state: str | None = None
    progression: Progression | None = None
    media_assets: Items[MediaAsset] = ()
    is_secret: bool | None = None
    is_revoked: bool | None = None
    description: str | None = None
    locked_description: str | None = None
    rewards: Items[Reward] = ()
    rarity: Rarity | None = None


class AchievementsAnswer(XboxModel):
    """A page of achievements."""

    achievements: Items[ModernAchievement] = ()
    paging_info: PagingInfo | None = None


class Announcement(XboxModel):
    """One achievement in an event of push (`docs/network.md` A2.4)."""

    achievement_id: AchievementId = Field(validation_alias="id")
    progress_state: str | None = None


class AnnouncedProgress(XboxModel):
    """An event of push about the achievements of a person in a title."""

    progression: Items[Announcement] = ()
