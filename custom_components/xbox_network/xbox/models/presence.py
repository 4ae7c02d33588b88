"""Presence in the answers of userpresence, contract 3 (`docs/network.md` S2.3)."""

from pydantic import AliasChoices, Field, TypeAdapter

from .base import Items, TitleId, UtcTime, XboxModel, Xuid


class TitleActivity(XboxModel):
    """The text of a title about the person in it."""

    rich_presence: str | None = None


class PresenceTitle(XboxModel):
    """A title on a device."""

    title_id: TitleId = Field(validation_alias="id")
    name: str | None = None
    placement: str | None = None
    state: str | None = None
    last_modified: UtcTime = Field(
        default=None,
        # the second name is that of an older sample
        validation_alias=AliasChoices("lastModified", "timestamp"),
    )
    activity: TitleActivity | None = None


class PresenceDevice(XboxModel):
    """A device the person is signed in on."""

    type: str | None = None
    titles: Items[PresenceTitle] = ()


class LastSeen(XboxModel):
    """The time when the last device signed out; only while offline, and only if the person shows it."""

    title_id: TitleId | None = None
    title_name: str | None = None
    timestamp: UtcTime = None


class PresenceRecord(XboxModel):
    """Presence of one person."""

    xuid: Xuid
    state: str | None = None
    devices: Items[PresenceDevice] = ()
    last_seen: LastSeen | None = None


# The batch answers a bare array; people who hide are not in it.
PRESENCE_ANSWER = TypeAdapter[tuple[PresenceRecord, ...]](Items[PresenceRecord])
