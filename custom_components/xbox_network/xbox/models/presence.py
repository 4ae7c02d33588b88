"""Presence as userpresence tells it, contract 3 (`xbox-services.md` 2.3)."""

from pydantic import AliasChoices, Field, TypeAdapter

from .base import Items, TitleId, UtcTime, XboxModel, Xuid


class TitleActivity(XboxModel):
    """What the title says about the person in it."""

    rich_presence: str | None = None


class PresenceTitle(XboxModel):
    """A title on a device."""

    title_id: TitleId = Field(validation_alias="id")
    name: str | None = None
    placement: str | None = None
    state: str | None = None
    last_modified: UtcTime = Field(
        default=None,
        # an older sample calls it so
        validation_alias=AliasChoices("lastModified", "timestamp"),
    )
    activity: TitleActivity | None = None


class PresenceDevice(XboxModel):
    """A device the person is signed in on."""

    type: str | None = None
    titles: Items[PresenceTitle] = ()


class LastSeen(XboxModel):
    """When the last device signed out; only while offline, and only if shown."""

    title_id: TitleId | None = None
    timestamp: UtcTime = None


class PresenceRecord(XboxModel):
    """Presence of one person."""

    xuid: Xuid
    state: str | None = None
    devices: Items[PresenceDevice] = ()
    last_seen: LastSeen | None = None


# The batch answers a bare array; people who hide are not in it.
PRESENCE_ANSWER = TypeAdapter[tuple[PresenceRecord, ...]](Items[PresenceRecord])
