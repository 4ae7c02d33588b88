"""Topics of push: their names, and the changes that they announce."""

import pytest

from custom_components.xbox_network.xbox import XboxClient
from custom_components.xbox_network.xbox.presence import UNKNOWN_PRESENCE, ActiveTitle, Presence
from custom_components.xbox_network.xbox.realtime.topics import (
    NoCoverage,
    PushCoverage,
    TopicKind,
    achievements_topic,
    devices_topic,
    friends_topic,
    kind_of,
    rich_presence_topic,
    title_topic,
    xuid_of,
)
from tests.client.conftest import FRIEND, HARBOR_KINGS, OWNER, STARFALL_DRIFT
from tests.helpers.client.unlock_runner import SCOPE

OFFLINE, ONLINE = Presence(False), Presence(True)
PLAYING = Presence(True, (ActiveTitle(STARFALL_DRIFT, None, "Scarlett", is_primary=True),))
DEVICES, RICH = devices_topic(OWNER), rich_presence_topic(OWNER)
TITLE = title_topic(OWNER, STARFALL_DRIFT)


@pytest.mark.parametrize(
    ("topic", "kind"),
    [
        (DEVICES, TopicKind.DEVICES),
        (TITLE, TopicKind.TITLES),
        (RICH, TopicKind.RICH_PRESENCE),
        (friends_topic(OWNER), TopicKind.FRIENDS),
        (achievements_topic(OWNER, SCOPE), TopicKind.ACHIEVEMENTS),
    ],
)
def test_kinds(topic: str, kind: TopicKind) -> None:
    """A topic's name has its kind and its person."""
    assert (kind_of(topic), xuid_of(topic)) == (kind, OWNER)


@pytest.mark.parametrize("topic", ["", "https://achievements.xboxlive.com/", "https://a/devicesX"])
def test_other_topics(topic: str) -> None:
    """Any other topic has no known kind and no person."""
    assert (kind_of(topic), xuid_of(topic)) == (TopicKind.OTHER, None)


@pytest.mark.parametrize(
    ("topics", "presence", "announced"),
    [
        ((), OFFLINE, False),
        ((), UNKNOWN_PRESENCE, True),
        ((DEVICES,), OFFLINE, True),
        ((DEVICES,), ONLINE, False),
        ((DEVICES,), PLAYING, False),
        ((DEVICES, TITLE), PLAYING, True),
        ((DEVICES, title_topic(OWNER, HARBOR_KINGS)), PLAYING, False),
        ((DEVICES, title_topic(FRIEND, STARFALL_DRIFT)), PLAYING, False),
        ((TITLE,), PLAYING, False),
        ((RICH,), ONLINE, True),
        ((RICH,), PLAYING, True),
        ((rich_presence_topic(FRIEND),), ONLINE, False),
    ],
)
async def test_next_change(
    client: XboxClient,
    monkeypatch: pytest.MonkeyPatch,
    topics: tuple[str, ...],
    presence: Presence,
    announced: bool,
) -> None:
    """The present state of a person decides whether their next change is announced."""
    monkeypatch.setattr(client.realtime, "is_active", topics.__contains__)
    assert PushCoverage(client.realtime).announces_presence(OWNER, presence) is announced
    assert not NoCoverage().announces_presence(OWNER, presence)


async def test_unlocks(client: XboxClient, monkeypatch: pytest.MonkeyPatch) -> None:
    """Unlocks are announced for one person in one title."""
    topics = [achievements_topic(OWNER, SCOPE)]
    monkeypatch.setattr(client.realtime, "is_active", topics.__contains__)
    coverage = PushCoverage(client.realtime)
    assert coverage.announces_unlocks(OWNER, SCOPE)
    assert not coverage.announces_unlocks(FRIEND, SCOPE)
    assert not coverage.announces_unlocks(OWNER, "another")
    assert not NoCoverage().announces_unlocks(OWNER, SCOPE)
