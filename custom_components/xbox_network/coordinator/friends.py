"""The coordinator of an account's friends as a whole: the friends online and the friend requests."""

import logging
from collections.abc import Collection, Hashable
from typing import override

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant, callback

from ..const import DOMAIN
from ..xbox.people.friends import FriendsObserver, FriendsSnapshot
from .base import MIN_INTERVAL_SECONDS, OutageLog, XboxCoordinator
from .demand import Demand
from .people import PeopleCoordinator

_LOGGER = logging.getLogger(__name__)


class FriendsCoordinator(XboxCoordinator[FriendsSnapshot]):
    """The friends of one account. A failure keeps the last values; a value that is too old becomes None."""

    def __init__(self, hass: HomeAssistant, entry: ConfigEntry, people: PeopleCoordinator) -> None:
        """Watch the friends of the account of `people`."""
        super().__init__(
            hass,
            entry,
            _LOGGER,
            name=f"{DOMAIN} friends",
            interval=MIN_INTERVAL_SECONDS,
            demand=Demand(at_once=4, seconds=30.0),
        )
        self._people = people
        self._observer = FriendsObserver(people.client, people.owner)
        self._online = self._tracked_online()
        self._names = self._people.entry_names()
        self._outage_log = OutageLog(
            _LOGGER,
            began="Not all about the friends is known: %s",
            ended="All about the friends is known again",
        )
        self._owner_outdated = self._is_owner_outdated()

    @callback
    def start(self) -> None:
        """Follow the tracked people."""
        self.config_entry.async_on_unload(self._people.async_add_listener(self._on_people_update))
        self.config_entry.async_on_unload(self._people.subscribe_recovered(self._on_recovered))

    @callback
    def on_push(self) -> None:
        """Refresh soon: push announced a change of the friends or of the friend requests."""
        self._observer.invalidate()
        self.refresh_within(self._observer.seconds_until_refresh)

    def tracked_names_online(self) -> list[str]:
        """Return the names of the tracked friends who are online."""
        online = (self.data and self.data.online) or frozenset()
        return sorted(name for xuid, name in self._names.items() if xuid in online)

    @callback
    def sync_names(self) -> None:
        """Take over the tracked people and their names."""
        before, self._names = self._names, self._people.entry_names()
        if before != self._names:
            self.async_update_listeners()

    def diagnostics(self) -> dict[str, object]:
        """Return the diagnostics, without names and numbers of people."""
        friends, error = self.data, self._observer.last_error
        return {
            "wanted": self.has_listeners,
            "online_known": friends is not None and friends.online is not None,
            "requests_known": friends is not None and friends.requests is not None,
            "last_error": type(error).__name__ if error else None,
            "seconds_until_next": round(self._observer.seconds_until_refresh),
        }

    @callback
    def _on_people_update(self) -> None:
        """Refresh when a tracked friend came or went, or when a long outage is over."""
        online, owner_outdated = self._online, self._owner_outdated
        self._online, self._owner_outdated = self._tracked_online(), self._is_owner_outdated()
        if self._online != online:
            self._observer.invalidate_online()
        if owner_outdated and not self._owner_outdated:
            self._observer.retry_soon()
        self.refresh_within(self._observer.seconds_until_refresh)

    @callback
    def _on_recovered(self, _: float = 0.0) -> None:
        """Refresh soon: the services that this coordinator shares with `people` work again."""
        self._observer.retry_soon()
        self.refresh_within(self._observer.seconds_until_refresh)

    def _tracked_online(self) -> frozenset[str]:
        return frozenset(
            xuid
            for xuid, person in self._people.data.items()
            if person.presence.online and xuid != self._people.owner
        )

    def _is_owner_outdated(self) -> bool:
        """Return whether an outage is so long that the owner's presence or profile is outdated."""
        owner = self._people.data[self._people.owner]
        return not (owner.presence_current and owner.profile_current)

    @override
    def _may_ask(self, subjects: Collection[Hashable]) -> bool:
        return self._observer.may_ask()

    @override
    def _make_due(self, subjects: Collection[Hashable]) -> None:
        self._observer.demand()

    @override
    async def _refresh_data(self) -> FriendsSnapshot:
        friends = await self._observer.refresh()
        unknown = None in (friends.online, friends.requests)
        self._outage_log.update(str(self._observer.last_error) if unknown else None)
        self.set_interval(self._observer.seconds_until_refresh)
        return friends
