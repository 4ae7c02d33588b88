"""Looks at the friends of an account as a whole: who is online, how many ask to be friends."""

import logging
from typing import override

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant, callback

from ..const import DOMAIN
from ..xbox.people.friends import FriendsObserver, FriendsSnapshot
from .base import OutageLog, XboxCoordinator
from .people import PeopleCoordinator

_LOGGER = logging.getLogger(__name__)

# Seconds until the first refresh, which nothing waits for, and the minimum between two refreshes.
_LEAST_SECONDS = 1.0


class FriendsCoordinator(XboxCoordinator[FriendsSnapshot]):
    """The friends of one account. A failure leaves what was known; what is too old becomes None."""

    def __init__(self, hass: HomeAssistant, entry: ConfigEntry, people: PeopleCoordinator) -> None:
        """Watch the friends of the account that the people are watched with."""
        super().__init__(hass, entry, _LOGGER, name=f"{DOMAIN} friends", interval=_LEAST_SECONDS)
        self._people = people
        self._observer = FriendsObserver(people.client, people.owner)
        self._online = self._tracked_online()
        self._names = self._tracked_names()
        self._outage_log = OutageLog(
            _LOGGER,
            began="Not all about the friends is known: %s",
            ended="All about the friends is known again",
        )
        self._lost = self._owner_lost()

    @callback
    def start(self) -> None:
        """Follow those who are tracked."""
        self.config_entry.async_on_unload(self._people.async_add_listener(self._on_people_update))
        self.config_entry.async_on_unload(self._people.subscribe_recovered(self._on_recovered))

    @callback
    def on_push(self) -> None:
        """Look again soon: a friend or a request is not what it was."""
        self._observer.invalidate()
        self.refresh_within(self._next_interval())

    def tracked_names_online(self) -> list[str]:
        """Return the names of those who are online, as far as they are tracked."""
        online = (self.data and self.data.online) or frozenset()
        return sorted(name for xuid, name in self._names.items() if xuid in online)

    @callback
    def sync_names(self) -> None:
        """Name those who are tracked now, by the names they have now."""
        before, self._names = self._names, self._tracked_names()
        if before != self._names:
            self.async_update_listeners()

    def diagnostics(self) -> dict[str, object]:
        """Return what a bug report may show: nobody's name, and no number of people."""
        known, error = self.data, self._observer.last_error
        return {
            "wanted": self.has_listeners,
            "online_known": known is not None and known.online is not None,
            "requests_known": known is not None and known.requests is not None,
            "last_error": type(error).__name__ if error else None,
            "seconds_until_next": round(self._observer.seconds_until_refresh),
        }

    @override
    async def async_request_refresh(self) -> None:
        """Ask, though nothing is due: somebody wants to know. Not more often than news make it ask."""
        self._observer.invalidate()
        await super().async_request_refresh()

    @callback
    def _on_people_update(self) -> None:
        """Look when one of those who are tracked has come or gone, or when a long outage is over."""
        online, lost = self._online, self._lost
        self._online, self._lost = self._tracked_online(), self._owner_lost()
        if self._online != online:
            self._observer.invalidate_online()
        if lost and not self._lost:
            self._observer.retry_soon()
        self.refresh_within(self._next_interval())

    @callback
    def _on_recovered(self, _: float = 0.0) -> None:
        """Look again soon: the trouble of those who are asked here, too, is over."""
        self._observer.retry_soon()
        self.refresh_within(self._next_interval())

    def _tracked_online(self) -> frozenset[str]:
        return frozenset(
            xuid
            for xuid, person in self._people.data.items()
            if person.presence.online and xuid != self._people.owner
        )

    def _owner_lost(self) -> bool:
        """Tell whether a service has been out for so long that the owner's facts are not current."""
        owner = self._people.data[self._people.owner]
        return not (owner.presence_current and owner.profile_current)

    def _tracked_names(self) -> dict[str, str]:
        return {xuid: self._people.entry_name_of(xuid) for xuid in self._people.tracked()}

    @override
    async def _async_update_data(self) -> FriendsSnapshot:
        friends = await self._observer.refresh()
        unknown = None in (friends.online, friends.requests)
        self._outage_log.update(str(self._observer.last_error) if unknown else None)
        self.set_interval(self._next_interval())
        return friends

    def _next_interval(self) -> float:
        return max(self._observer.seconds_until_refresh, _LEAST_SECONDS)
