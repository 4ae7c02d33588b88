"""Presence in the answers of userpresence, contract 3 (`docs/network.md` S2.3)."""

from typing import Annotated, ClassVar, Final, override

from pydantic import AfterValidator, AliasChoices, Field, TypeAdapter

from .base import Items, TitleId, UtcTime, XboxModel, Xuid

# `Fill` is the larger part of a screen that two titles share.
_IN_FRONT: Final = frozenset({"full", "fill"})


class TitleActivity(XboxModel):
    """The text of a title about the person in it."""

    rich_presence: str | None = None


class PresenceTitle(XboxModel):
    """A title on a device."""

    identity: ClassVar[tuple[str, ...]] = ("title_id",)
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

    @property
    def is_active(self) -> bool:
        """Whether the title runs."""
        return not self.state or self.state.casefold() == "active"

    @property
    def is_placed_in_front(self) -> bool:
        """Whether the title has the place in front of its device, running or not."""
        return (self.placement or "full").casefold() in _IN_FRONT

    @property
    @override
    def is_in_front(self) -> bool:
        return self.is_active and self.is_placed_in_front


class PresenceDevice(XboxModel):
    """A device the person is signed in on."""

    identity: ClassVar[tuple[str, ...]] = ("type",)
    type: str | None = None
    titles: Items[PresenceTitle] = ()


def _of_each_type(devices: tuple[PresenceDevice, ...]) -> tuple[PresenceDevice, ...]:
    """Return one device of each type, with the titles of all: nothing tells two consoles of one type apart."""
    titles: dict[str, list[PresenceTitle]] = {}
    for device in devices:
        titles.setdefault(device.type or "", []).extend(device.titles)
    first = {device.type or "": device for device in reversed(devices)}
    return tuple(
        first[kind].model_copy(update={"titles": tuple(found)}) for kind, found in titles.items()
    )


class LastSeen(XboxModel):
    """The time when the last device signed out; only while offline, and only if the person shows it."""

    title_id: TitleId | None = None
    title_name: str | None = None
    timestamp: UtcTime = None


class PresenceRecord(XboxModel):
    """Presence of one person."""

    xuid: Xuid
    state: str | None = None
    devices: Annotated[Items[PresenceDevice], AfterValidator(_of_each_type)] = ()
    last_seen: LastSeen | None = None


# The batch answers a bare array; people who hide are not in it.
PRESENCE_ANSWER = TypeAdapter[tuple[PresenceRecord, ...]](Items[PresenceRecord])
