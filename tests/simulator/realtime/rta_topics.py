"""The topics of real-time activity: their first answers, and their events.

A person who hides their presence or appears offline gives no events to others.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import IntEnum

from ..achievements.achievement import Achievement, progression
from ..network import Json
from ..people.people_record import activity_text
from ..people.person import Person
from ..people.presence import View, record
from ..titles.title import Title
from ..world.changes import Change, FriendsChanged, PresenceChanged, RequestsChanged, Unlocked
from ..world.world import World


class Status(IntEnum):
    """The result of a subscribe."""

    SUCCESS = 0
    UNKNOWN_RESOURCE = 1
    LIMIT_REACHED = 2
    NO_DATA = 3
    THROTTLED = 1001
    UNAVAILABLE = 1002


class NoTopicError(Exception):
    """Raised for an address without a topic, or one that the subscriber may not see."""

    def __init__(self, status: int) -> None:
        """Store the status of the subscribe."""
        super().__init__(status)
        self.status = status


@dataclass(frozen=True)
class Topic:
    """A subscription of one account to a person."""

    view: View
    subject: Person

    def snapshot(self) -> tuple[Json, ...]:
        """Return the data of the first answer: one item (which may be None) or none."""
        return ()

    def events(self, change: Change) -> Iterator[Json]:
        """Yield the data of a change's events for the subscriber."""
        if self._is_about_subject(change) and self._is_visible:
            yield from self._events(change)

    def _is_about_subject(self, change: Change) -> bool:
        person = change.person if isinstance(change, PresenceChanged | Unlocked) else None
        return person is self.subject

    @property
    def _is_visible(self) -> bool:
        person = self.subject
        return person is self.view.caller or not (person.hidden or person.cloaked)

    def _events(self, change: Change) -> Iterator[Json]:
        raise NotImplementedError


@dataclass(frozen=True)
class Devices(Topic):
    """The devices on which a person signs in and out."""

    def snapshot(self) -> tuple[Json, ...]:
        """Return the presence record."""
        return (record(self.subject, self.view),)

    def _events(self, change: Change) -> Iterator[Json]:
        if isinstance(change, PresenceChanged):
            before, after = change.before.devices, change.after.devices
            yield from (f"{device}:false" for device in before if device not in after)
            yield from (f"{device}:true" for device in after if device not in before)


@dataclass(frozen=True)
class TitlePresence(Topic):
    """The start and end of one title of a person."""

    title_id: str

    def snapshot(self) -> tuple[Json, ...]:
        """Return the presence record."""
        return (record(self.subject, self.view),)

    def _events(self, change: Change) -> Iterator[Json]:
        if isinstance(change, PresenceChanged):
            before, after = (
                self.title_id in change.before.titles,
                self.title_id in change.after.titles,
            )
            if before != after:
                yield "Started" if after else f"Ended:{self.title_id}"


@dataclass(frozen=True)
class RichPresence(Topic):
    """The complete visible presence of a person."""

    def snapshot(self) -> tuple[Json, ...]:
        """Return the same object as the events."""
        return (self._rich_presence(),)

    def _events(self, change: Change) -> Iterator[Json]:
        if isinstance(change, PresenceChanged):
            yield self._rich_presence()

    def _rich_presence(self) -> Json:
        person, language = self.subject, self.view.language
        state = person.state_for(self.view.caller)
        primary = person.primary if state != "Offline" else None
        running = list(person.activities()) if state != "Offline" else []
        details = [
            {
                "isBroadcasting": False,
                "device": device,
                "presenceText": activity_text(activity, language),
                "state": "Active",
                "titleId": activity.title.title_id,
                "isGame": activity.title.is_game,
                "isPrimary": activity is primary,
                "richPresenceText": activity.rich_presence or "",
            }
            for device, activity in running
        ]
        device = next((name for name, activity in running if activity is primary), "")
        return {
            "devicetype": "XboxOne" if device == "Scarlett" else device,
            "titleid": 0,
            "string1": primary.title.named_in_presence(language) if primary else "",
            "string2": (primary.rich_presence or "") if primary else "",
            "presenceState": state,
            "presenceText": activity_text(primary, language) if primary else state,
            "xuid": int(person.xuid),
            "presenceDetails": details,
        }


@dataclass(frozen=True)
class Friends(Topic):
    """The own friends, and the number of received friend requests."""

    def _is_about_subject(self, change: Change) -> bool:
        owner = change.owner if isinstance(change, FriendsChanged | RequestsChanged) else None
        return owner is self.subject

    def _events(self, change: Change) -> Iterator[Json]:
        if isinstance(change, FriendsChanged):
            yield {"NotificationType": change.kind, "Xuids": list(change.xuids)}
        elif isinstance(change, RequestsChanged):
            yield {"NotificationType": "IncomingFriendRequestCountChanged", "Count": change.count}


@dataclass(frozen=True)
class Achievements(Topic):
    """A person's unlocks in one title."""

    title: Title

    def snapshot(self) -> tuple[Json, ...]:
        """Return one item, which is null."""
        return (None,)

    def _events(self, change: Change) -> Iterator[Json]:
        if isinstance(change, Unlocked) and change.title is self.title:
            progress = self.subject.progress[self.title.title_id]
            unlocked = [
                {
                    "id": str(number),
                    "progressState": "Achieved",
                    **progression(Achievement(self.title, number), progress),
                }
                for number in change.numbers
            ]
            yield {"serviceConfigId": self.title.scid, "progression": unlocked}


_PRESENCE = re.compile(
    r"https://userpresence\.xboxlive\.com/users/xuid\((\d+)\)"
    r"/(?:(?P<all>devices|richpresence)|titles/(?P<title>\d+))"
)
_FRIENDS = re.compile(r"https?://social\.xboxlive\.com/users/xuid\((\d+)\)/friends")
_ACHIEVEMENTS = re.compile(
    r"https://achievements\.xboxlive\.com/users/xuid\((\d+)\)/achievements/([0-9a-f-]{36})"
)


def open_topic(uri: str, view: View, world: World) -> Topic:
    """Return the topic of an address. Raises NoTopicError if this subscriber has none there."""
    if match := _PRESENCE.fullmatch(uri):
        subject = _subject(match[1], view, world)
        if title_id := match["title"]:
            return TitlePresence(view, subject, title_id)
        return (Devices if match["all"] == "devices" else RichPresence)(view, subject)
    if match := _FRIENDS.fullmatch(uri):
        if match[1] != view.caller.xuid:
            raise NoTopicError(Status.NO_DATA)
        return Friends(view, view.caller)
    if match := _ACHIEVEMENTS.fullmatch(uri):
        return _achievements(match, view, world)
    raise NoTopicError(Status.UNKNOWN_RESOURCE)


def _subject(xuid: str, view: View, world: World) -> Person:
    person = world.people.get(xuid)
    if person is None or not person.seen_by(view.caller):
        raise NoTopicError(Status.NO_DATA)
    return person


def _achievements(match: re.Match[str], view: View, world: World) -> Topic:
    subject = _subject(match[1], view, world)
    for title in world.titles.values():
        if title.scid == match[2] and title.source_version == 2:
            if subject.hides_titles and subject is not view.caller:
                break
            return Achievements(view, subject, title)
    raise NoTopicError(Status.NO_DATA)
