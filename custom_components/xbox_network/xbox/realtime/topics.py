"""The topics of Real-Time Activity: their addresses, and the changes that they announce.

That a registered application may subscribe to them is unproven (`docs/network.md` A2.5).
"""

import re
from enum import StrEnum
from typing import Final, Protocol

from ..endpoints import Service
from ..presence import Presence
from .subscriptions import Realtime

# The host in the address of the friends topic. It is never asked itself.
_SOCIAL_HOST: Final = "social.xboxlive.com"
_XUID: Final = re.compile(r"/users/xuid\((\d+)\)/")
_KIND: Final = re.compile(r"/(devices|titles|richpresence|friends|achievements)(?:/|$)")


class TopicKind(StrEnum):
    """The subject of a topic, as its address spells it."""

    DEVICES = "devices"
    TITLES = "titles"
    RICH_PRESENCE = "richpresence"
    FRIENDS = "friends"
    ACHIEVEMENTS = "achievements"
    OTHER = "other"


def devices_topic(xuid: str) -> str:
    """Return the topic of the devices that a person signs in and out on."""
    return _presence_topic(xuid, TopicKind.DEVICES)


def title_topic(xuid: str, title_id: str) -> str:
    """Return the topic of the start and the end of one title of a person."""
    return _presence_topic(xuid, f"{TopicKind.TITLES}/{title_id}")


def rich_presence_topic(xuid: str) -> str:
    """Return the topic of every change of a person's presence."""
    return _presence_topic(xuid, TopicKind.RICH_PRESENCE)


def friends_topic(xuid: str) -> str:
    """Return the topic of a person's friend list."""
    return f"https://{_SOCIAL_HOST}/users/xuid({xuid})/{TopicKind.FRIENDS}"


def achievements_topic(xuid: str, scope: str) -> str:
    """Return the topic of a person's unlocks in a title; `scope` is its service config id."""
    return f"https://{Service.ACHIEVEMENTS}/users/xuid({xuid})/{TopicKind.ACHIEVEMENTS}/{scope}"


def _presence_topic(xuid: str, subject: str) -> str:
    return f"https://{Service.PRESENCE}/users/xuid({xuid})/{subject}"


def kind_of(topic: str) -> TopicKind:
    """Return the kind of a topic."""
    found = _KIND.search(topic)
    return TopicKind(found[1]) if found else TopicKind.OTHER


def xuid_of(topic: str) -> str | None:
    """Return the xuid of the person that a topic is about, None for any other topic."""
    found = _XUID.search(topic)
    return found[1] if found else None


class PresenceCoverage(Protocol):
    """Tells which changes of presence push announces."""

    def announces_presence(self, xuid: str, presence: Presence) -> bool:
        """Tell whether push announces the next change of a person with this presence."""
        ...


class UnlockCoverage(Protocol):
    """Tells which unlocks push announces."""

    def announces_unlocks(self, xuid: str, scope: str) -> bool:
        """Tell whether push announces a person's unlocks in a title; `scope` is its service config id."""
        ...


class NoCoverage:
    """The coverage without push: no change is announced."""

    def announces_presence(self, xuid: str, presence: Presence) -> bool:
        """Return False."""
        return False

    def announces_unlocks(self, xuid: str, scope: str) -> bool:
        """Return False."""
        return False


class PushCoverage:
    """The coverage of the topics that are subscribed to now."""

    def __init__(self, realtime: Realtime) -> None:
        """Take the connection of one account."""
        self._is_active = realtime.is_active

    def announces_presence(self, xuid: str, presence: Presence) -> bool:
        """Tell whether push announces the next change of a person with this presence.

        Only `/richpresence` announces a title that the person was not seen in before: a person who is online
        without a title may start one at any moment. A person with an unknown presence has no visible changes.
        """
        if self._is_active(rich_presence_topic(xuid)) or presence.online is None:
            return True
        if not self._is_active(devices_topic(xuid)):
            return False
        titles = {title.title_id for title in presence.titles}
        ends = all(self._is_active(title_topic(xuid, title_id)) for title_id in titles)
        return ends if titles else not presence.online

    def announces_unlocks(self, xuid: str, scope: str) -> bool:
        """Tell whether push announces a person's unlocks in a title; `scope` is its service config id."""
        return self._is_active(achievements_topic(xuid, scope))
