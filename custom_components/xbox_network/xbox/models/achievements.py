"""Achievements of titles newer than Xbox 360, contract 4 (`xbox-services.md` 6).

The other contracts answer in another shape: they need models of their own.
"""

from .base import Count, XboxModel


class PagingInfo(XboxModel):
    """How long a list is of which a page was answered."""

    total_records: Count | None = None


class AchievementsAnswer(XboxModel):
    """A page of achievements, of which only the number of all is read."""

    paging_info: PagingInfo | None = None
