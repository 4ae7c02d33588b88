"""People in the answers of peoplehub, contract 7 (`docs/network.md` S1.3).

Only the fields that are shown are read: the answers tell much more about people, real names included.
"""

from typing import ClassVar, override

from pydantic import Field

from .base import Count, Items, Name, TitleId, UtcTime, XboxModel, Xuid


class PresenceDetail(XboxModel):
    """One title on one device. Keys are PascalCase."""

    identity: ClassVar[tuple[str, ...]] = ("device", "title_id")
    device: str | None = None
    presence_text: str | None = None
    rich_presence_text: str | None = None
    state: str | None = None
    title_id: TitleId | None = None
    is_primary: bool | None = None
    is_game: bool | None = None

    @property
    def is_active(self) -> bool:
        """Whether the person is in the title now."""
        return (self.state or "").casefold() == "active"

    @property
    @override
    def is_in_front(self) -> bool:
        return self.is_active and self.is_primary is True


class PersonDetail(XboxModel):
    """The decoration `detail`. `hasGamePass`, `accountTier` and `tenure` are dead: left out."""

    friend_count: Count | None = None
    follower_count: Count | None = None
    following_count: Count | None = None


class PartyDetails(XboxModel):
    """A party that the person is in."""

    join_restriction: str | None = None


class MultiplayerSummary(XboxModel):
    """The decoration `multiplayerSummary`. Size and details may contradict each other."""

    in_party: Count | None = None
    party_details: Items[PartyDetails] = ()


class Person(XboxModel):
    """One person; every field but the xuid may be missing."""

    xuid: Xuid
    gamertag: Name = None
    unique_modern_gamertag: Name = None
    display_pic_raw: str | None = None
    gamer_score: Count | None = None
    presence_state: str | None = None
    is_friend: bool | None = None
    last_seen: UtcTime = Field(default=None, validation_alias="lastSeenDateTimeUtc")
    detail: PersonDetail | None = None
    multiplayer_summary: MultiplayerSummary | None = None
    presence_details: Items[PresenceDetail] = ()

    @property
    def name(self) -> str | None:
        """The name that Xbox shows: the modern gamertag with its suffix, else the classic one."""
        return self.unique_modern_gamertag or self.gamertag

    @property
    def full_name(self) -> str | None:
        """The name, with the classic gamertag beside it if it is another one."""
        if self.gamertag in (None, self.name):
            return self.name
        return f"{self.name} ({self.gamertag})"


class FriendRequestSummary(XboxModel):
    """The summary beside a list of people, known from a client model only."""

    friend_requests_received_count: Count | None = None


class PeopleAnswer(XboxModel):
    """A list of people."""

    people: Items[Person] = ()
    friend_request_summary: FriendRequestSummary | None = None

    @property
    def requests_received(self) -> int | None:
        """The number of people who wait for the caller's answer to be friends, None if it is missing."""
        summary = self.friend_request_summary
        return summary.friend_requests_received_count if summary else None
