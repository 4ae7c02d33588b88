"""Push: an announcement of the network makes the coordinators refresh at once.

Polling is complete without it. A refusal is ordinary and quiet: visible in diagnostics and system health.
"""

import asyncio
import time
from collections import Counter
from collections.abc import Iterator
from enum import StrEnum

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant, callback

from ..xbox.endpoints import Service
from ..xbox.http.rate_limits import RESERVES, Purpose
from ..xbox.people.observer import PRESENCE_POLL_SECONDS
from ..xbox.presence import Presence
from ..xbox.realtime.connection import SubscribeStatus
from ..xbox.realtime.topics import (
    TopicKind,
    devices_topic,
    friends_topic,
    kind_of,
    rich_presence_topic,
    title_topic,
    xuid_of,
)
from .achievements import AchievementsCoordinator
from .friends import FriendsCoordinator
from .people import PeopleCoordinator

# Minimum seconds between two refreshes: announcements in between share the next one.
_GAP_SECONDS = 1.0
_RESERVE = RESERVES[Service.PRESENCE, Purpose.PUSH_REFRESH]
# Seconds between two refreshes when only one request above the reserve is left; fewer with more requests.
_UNHURRIED = 15.0


class PushState(StrEnum):
    """The state of push."""

    CONNECTING = "connecting"
    REFUSED = "refused"
    CONNECTED = "connected"
    TRUSTED = "proved"


class Push:
    """The realtime connection of one account."""

    def __init__(
        self,
        hass: HomeAssistant,
        entry: ConfigEntry,
        people: PeopleCoordinator,
        friends: FriendsCoordinator,
        achievements: AchievementsCoordinator,
    ) -> None:
        """Prepare the connection; `start` opens it."""
        self._hass = hass
        self._entry = entry
        self._people = people
        self._friends = friends
        self._achievements = achievements
        self._trust = people.observer.push_trust
        self._announced = asyncio.Event()
        self._realtime = people.client.realtime
        self._misses = 0

    @callback
    def start(self) -> None:
        """Connect in the background and subscribe to the people of the coordinator."""
        entry = self._entry
        entry.async_on_unload(self._realtime.subscribe(self))
        entry.async_on_unload(self._people.async_add_listener(self._sync_subscriptions))
        self._sync_subscriptions()
        entry.async_create_background_task(self._hass, self._realtime.run(), "xbox_network push")
        entry.async_create_background_task(
            self._hass, self._refresh_on_push(), "xbox_network push looks"
        )

    @property
    def state(self) -> PushState:
        """The state of push."""
        if self._realtime.refused:
            return PushState.REFUSED
        if (
            not self._realtime.connected
            or SubscribeStatus.OK not in self._realtime.statuses.values()
        ):
            return PushState.CONNECTING
        return PushState.TRUSTED if self._trust.trusted else PushState.CONNECTED

    def diagnostics(self) -> dict[str, object]:
        """Return numbers for a bug report, and the kinds of topics without their people."""
        topics = Counter(
            f"{kind_of(uri)}: {'no answer yet' if status is None else status}"
            for uri, status in self._realtime.statuses.items()
        )
        return {
            "state": self.state.value,
            "connections": self._realtime.connections,
            "events": self._realtime.events,
            "announced_changes": self._trust.confirmed,
            "missed_changes": self._trust.missed,
            "topics": dict(sorted(topics.items())),
        }

    @callback
    def _sync_subscriptions(self) -> None:
        """Subscribe to the topics of the known presences; a missed change makes a silent socket suspicious."""
        self._realtime.set_topics(list(self._topics(self._people.observer.presences())))
        if self._trust.missed > self._misses:
            self._realtime.suspect_silence()
        self._misses = self._trust.missed

    def _topics(self, where: dict[str, Presence]) -> Iterator[str]:
        """Yield the topics to subscribe to, the most important first.

        Only the owner's `/richpresence`, which announces every change, is tried first: tokens like ours are
        probably refused (`docs/network.md` A2.5).
        """
        owner = self._people.owner
        probe = rich_presence_topic(owner)
        for xuid in where:
            yield devices_topic(xuid)
        yield probe
        yield friends_topic(owner)
        if self._realtime.is_active(probe):
            yield from (rich_presence_topic(xuid) for xuid in where if xuid != owner)
        for xuid, title_ids in self._people.observer.recent_titles().items():
            yield from (title_topic(xuid, title_id) for title_id in title_ids)
        # few topics: one for each game that is being played
        yield from self._achievements.push_topics()

    @callback
    def on_event(self, topic: str, data: object) -> None:
        """Have the coordinator of the topic's kind refresh."""
        match kind_of(topic):
            case TopicKind.FRIENDS:
                self._friends.on_push()
            case TopicKind.ACHIEVEMENTS:
                self._achievements.on_push(topic, data)
            case _:
                if xuid := xuid_of(topic):
                    self._trust.on_announcement(xuid, time.monotonic())
                self._announced.set()

    @callback
    def on_missed(self) -> None:
        """Refresh: events may have been missed."""
        self._achievements.on_push_missed()
        self._announced.set()

    @callback
    def on_connection_changed(self) -> None:
        """Subscribe when a connection is ready; look for changes when a trusted one is gone."""
        if self._realtime.connected:
            self._sync_subscriptions()
        else:
            if self._trust.trusted:
                self._announced.set()
            self._trust.reset()
        self._achievements.update()

    async def _refresh_on_push(self) -> None:
        """Refresh after each announcement, and again after an announcement during a refresh."""
        while True:
            await self._announced.wait()
            self._announced.clear()
            refresh = self._entry.async_create_background_task(
                self._hass, self._people.async_refresh(), "xbox_network push refresh"
            )
            await asyncio.wait({refresh})
            await asyncio.sleep(self._seconds_between_refreshes())

    def _seconds_between_refreshes(self) -> float:
        """Return the seconds until the next refresh: the fewer requests are left, the more seconds."""
        spare = (self._people.client.budget_left(Service.PRESENCE) or 0) - _RESERVE
        if spare <= 0:
            return PRESENCE_POLL_SECONDS
        return min(max(_GAP_SECONDS, _UNHURRIED / spare), PRESENCE_POLL_SECONDS)
