"""Looks at the friends of an account as a whole: who is online, how many ask to be friends."""

import logging
from datetime import timedelta
from typing import override

from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.update_coordinator import DataUpdateCoordinator

from .const import DOMAIN
from .coordinator import PeopleCoordinator, XboxConfigEntry
from .xbox.friends import FriendsObserver, FriendsSnapshot

_LOGGER = logging.getLogger(__name__)

# The first look begins this many seconds after somebody wants to know: nothing waits for it. None
# follows another faster, however soon something is due.
_LEAST_SECONDS = 1.0


class FriendsCoordinator(DataUpdateCoordinator[FriendsSnapshot]):
    """The friends of one account. A failure leaves what was known; what is too old becomes None."""

    config_entry: XboxConfigEntry

    def __init__(
        self, hass: HomeAssistant, entry: XboxConfigEntry, people: PeopleCoordinator
    ) -> None:
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

    @callback
    def start(self) -> None:
        """Follow those who are tracked."""
        self.config_entry.async_on_unload(self._people.async_add_listener(self._compare))

    @callback
    def news(self) -> None:
        """Look again soon: something is not as it was."""
        self._observer.news()
        if self._listeners:
            self._pace(self._observer.next_look)
            self._schedule_refresh()

    def names(self) -> list[str]:
        """Return the names of those who are online, as far as they are tracked."""
        online = (self.data and self.data.online) or frozenset()
        tracked = self._people.tracked()
        return sorted(self._people.title_of(xuid) for xuid in tracked if xuid in online)

    @callback
    def _compare(self) -> None:
        """Ask for all when one of those who are tracked has come or gone."""
        before, self._online = self._online, self._tracked_online()
        if before != self._online:
            self.news()

    def _tracked_online(self) -> frozenset[str]:
        return frozenset(
            xuid
            for xuid, person in self._people.data.items()
            if person.presence.online and xuid != self._people.owner
        )

    @override
    async def _async_update_data(self) -> FriendsSnapshot:
        friends = await self._observer.look()
        self._pace(self._observer.next_look)
        return friends

    def _pace(self, seconds: float) -> None:
        self.update_interval = timedelta(seconds=max(seconds, _LEAST_SECONDS))
