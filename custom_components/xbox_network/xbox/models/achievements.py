"""Achievements of titles newer than Xbox 360, contract 4 (`xbox-services.md` 6).

The other contracts answer in another shape: they have models of their own.
"""

from typing import Annotated

from pydantic import Field, StringConstraints

from .base import Count, Items, Percentage, TitleId, UtcTime, XboxModel

# Unique within a service config id only.
type AchievementId = Annotated[str, StringConstraints(min_length=1, max_length=64)]


class PagingInfo(XboxModel):
    """How long a list is of which a page was answered, and where the next page begins."""

    total_records: Count | None = None
    continuation_token: str | None = None


class Rarity(XboxModel):
    """How many of the players have it: `Rare`, `Common`, `Unset`, and a percentage."""

    current_category: str | None = None
    current_percentage: Percentage | None = None


class TitleAssociation(XboxModel):
    """A title that an achievement belongs to."""

    title_id: TitleId = Field(validation_alias="id")
    name: str | None = None


class Requirement(XboxModel):
    """One thing to do. Both are numbers as text, `current` None for what was not begun."""

    current: str | None = None
    target: str | None = None


class Progression(XboxModel):
    """How far a person is."""

    requirements: Items[Requirement] = ()
    time_unlocked: UtcTime = None


class MediaAsset(XboxModel):
    """A picture: `Icon` or `Art`."""

    type: str | None = None
    url: str | None = None


class Reward(XboxModel):
    """What it is worth; `value` is a number of points where `type` is `Gamerscore`."""

    type: str | None = None
    value: str | None = None


class ModernAchievement(XboxModel):
    """One achievement, with the progress of the person it was asked for."""

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
    """What push says about one achievement (`xbox-auth-and-realtime.md` 2.4)."""

    achievement_id: AchievementId = Field(validation_alias="id")
    progress_state: str | None = None


class AnnouncedProgress(XboxModel):
    """What push says about the achievements of a person in a title."""

    progression: Items[Announcement] = ()
