"""Looks at the friends of an account as a whole: who is online, how many ask to be friends."""

import logging
import math
import time
from datetime import timedelta
from typing import override

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.update_coordinator import DataUpdateCoordinator

from ..const import DOMAIN
from ..xbox.people.friends import FriendsObserver, FriendsSnapshot
from .people import PeopleCoordinator

_LOGGER = logging.getLogger(__name__)

# The first look begins this many seconds after somebody wants to know: nothing waits for it. None
# follows another faster, however soon something is due.
_LEAST_SECONDS = 1.0


class FriendsCoordinator(DataUpdateCoordinator[FriendsSnapshot]):
    """The friends of one account. A failure leaves what was known; what is too old becomes None."""

    config_entry: ConfigEntry

    def __init__(self, hass: HomeAssistant, entry: ConfigEntry, people: PeopleCoordinator) -> None:
        """Watch the friends of the account that the people are watched with."""
        super().__init__(
            hass,
            _LOGGER,
            config_entry=entry,
            name=f"{DOMAIN} friends",
            update_interval=timedelta(seconds=_LEAST_SECONDS),
            always_update=False,
        )
        self._people = people
        self._observer = FriendsObserver(people.client, people.owner)
        self._online = self._tracked_online()
        self._names = self._tracked_names()
        self._trouble = False
        self._lost = self._owner_lost()
        self._look_at = -math.inf

    @callback
    def start(self) -> None:
        """Follow those who are tracked."""
        self.config_entry.async_on_unload(self._people.async_add_listener(self._on_people_update))
        self._people.recovered.append(self._on_recovered)

    @callback
    def on_push(self) -> None:
        """Look again soon: a friend or a request is not what it was."""
        self._observer.invalidate()
        self._hurry()

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
            "wanted": bool(self._listeners),
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
        self._hurry()

    @callback
    def _on_recovered(self, _: float = 0.0) -> None:
        """Look again soon: the trouble of those who are asked here, too, is over."""
        self._observer.retry_soon()
        self._hurry()

    def _hurry(self) -> None:
        """Look sooner if something is due sooner. Nothing that happens puts a look off."""
        seconds = max(self._observer.seconds_until_refresh, _LEAST_SECONDS)
        if self._listeners and time.monotonic() + seconds < self._look_at:
            self._pace(seconds)
            self._schedule_refresh()

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
        self._log_transition(friends)
        self._pace(max(self._observer.seconds_until_refresh, _LEAST_SECONDS))
        return friends

    def _log_transition(self, friends: FriendsSnapshot) -> None:
        """Log once that something is not known, and once that all is known again."""
        before, self._trouble = self._trouble, None in (friends.online, friends.requests)
        if self._trouble and not before:
            _LOGGER.info("Not all about the friends is known: %s", self._observer.last_error)
        elif before and not self._trouble:
            _LOGGER.info("All about the friends is known again")

    def _pace(self, seconds: float) -> None:
        self._look_at = time.monotonic() + seconds
        self.update_interval = timedelta(seconds=seconds)
