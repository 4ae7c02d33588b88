"""The coordinator of people: refreshes the owner and the tracked friends of one account."""

import asyncio
import logging
from collections.abc import Callable, Collection, Hashable, Mapping
from typing import override

from homeassistant.config_entries import ConfigEntry, ConfigEntryState
from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback
from homeassistant.helpers import device_registry as dr

from ..const import DOMAIN
from ..error_texts import update_error
from ..issues import FriendIssues
from ..tracked import name_in_entry, tracked_people
from ..xbox.client import XboxClient
from ..xbox.errors import XboxError
from ..xbox.people.observer import PRESENCE_POLL_SECONDS, PeopleObserver
from ..xbox.people.person import PersonSnapshot
from ..xbox.realtime.topics import PushCoverage
from .base import OutageLog, XboxCoordinator
from .demand import Demand
from .sign_in import SignInWatch

_LOGGER = logging.getLogger(__name__)


type People = Mapping[str, PersonSnapshot]


class PeopleCoordinator(XboxCoordinator[People]):
    """The people of one account.

    A failure keeps the last snapshot. An update fails only while nothing is known, or when the user has to
    sign in again.
    """

    def __init__(
        self, hass: HomeAssistant, entry: ConfigEntry, client: XboxClient, owner: str
    ) -> None:
        """Watch the tracked people; `owner` is the xuid of the account's owner."""
        super().__init__(
            hass,
            entry,
            _LOGGER,
            name=f"{DOMAIN} people",
            interval=PRESENCE_POLL_SECONDS,
            demand=Demand(at_once=10, seconds=10.0),
        )
        self.client = client
        self.owner = owner
        self._recovered_listeners: list[Callable[[float], None]] = []
        self._watched = self.tracked()
        self.observer = PeopleObserver(client, self._watched, PushCoverage(client.realtime))
        self._friend_issues = FriendIssues(hass, entry)
        self._outage_log = OutageLog(
            _LOGGER,
            began="Keeping what was known for now: %s",
            ended="Everything is up to date again",
        )
        self._sign_in = SignInWatch(hass, entry, client.auth.attempts)

    def tracked(self) -> dict[str, str | None]:
        """Return the subentry id of each tracked xuid: None for the owner, an id for each friend."""
        return tracked_people(self.config_entry)

    def entry_name_of(self, xuid: str) -> str:
        """Return the name of a person in the entry or the subentry."""
        return self._entry_name(self.tracked().get(xuid))

    def entry_names(self) -> dict[str, str]:
        """Return the name of each tracked person in the entry or the subentry, by xuid."""
        return {xuid: self._entry_name(it) for xuid, it in self.tracked().items()}

    def _entry_name(self, subentry_id: str | None) -> str:
        return name_in_entry(self.config_entry, subentry_id)

    def device_name(self, xuid: str) -> str:
        """Return the name of a person on Xbox. While it is unknown, the device keeps its name."""
        person, device = self.data[xuid], self._device(xuid)
        name = _sure_name(person) or (device and device.name)
        return name or (person.profile and person.profile.name) or self.entry_name_of(xuid)

    def _device(self, xuid: str) -> dr.DeviceEntry | None:
        registry, entry_id = dr.async_get(self.hass), self.config_entry.entry_id
        return registry.async_get_device_by_identifier((DOMAIN, xuid), entry_id)

    async def sync_subentries(self) -> None:
        """Refresh if friends were added, and forget friends who were removed."""
        tracked = self.tracked()
        if tracked == self._watched:
            return
        self.forget_removed()
        # several may be added at a time: the last call refreshes all of them
        await asyncio.sleep(0)
        if self._watched == tracked and tracked.keys() - self.data.keys():
            await self.async_refresh()

    @callback
    def forget_removed(self) -> None:
        """Forget friends who were removed, also those who were added again: these get new entities."""
        tracked = self.tracked()
        gone = dict(self._watched.items() - tracked.items())
        self._watched = tracked
        self.observer.watch(tracked)
        data = {xuid: it for xuid, it in self.data.items() if xuid not in gone}
        if data != self.data:
            self.data = data
            self._friend_issues.update(self.data)
            self.async_update_listeners()

    @callback
    def subscribe_recovered(self, on_recovered: Callable[[float], None]) -> CALLBACK_TYPE:
        """Call `on_recovered` with the seconds of an outage when everything can be refreshed again.

        Return the function that unsubscribes.
        """
        self._recovered_listeners.append(on_recovered)

        @callback
        def unsubscribe() -> None:
            self._recovered_listeners.remove(on_recovered)

        return unsubscribe

    @override
    def _may_ask(self, subjects: Collection[Hashable]) -> bool:
        return self.observer.may_ask()

    @override
    def _make_due(self, subjects: Collection[Hashable]) -> None:
        self.observer.demand(str(xuid) for xuid in subjects)

    @override
    async def _refresh_data(self) -> People:
        try:
            people = await self.observer.refresh(self._publish)
        except XboxError as err:
            self._sign_in.update()
            at_set_up = self.config_entry.state is not ConfigEntryState.LOADED
            raise update_error(err, at_set_up=at_set_up) from err
        self._sign_in.update()
        self._report_outage(self.observer.last_error)
        self._sync_names(people)
        self._friend_issues.update(people)
        self.set_interval(self.observer.seconds_until_refresh)
        return people

    @callback
    def _publish(self, people: People) -> None:
        """Show the people known so far while the rest of a refresh is slow."""
        if people != self.data:
            self.data = people
            self.async_update_listeners()

    def _report_outage(self, err: XboxError | None) -> None:
        """Log the begin and the end of an outage. Call the listeners after its end."""
        duration = self._outage_log.update(str(err) if err else None)
        if duration is not None:
            for on_recovered in list(self._recovered_listeners):
                on_recovered(duration)

    def _sync_names(self, people: People) -> None:
        """Rename device and entry after a gamertag changed. An entry that the user renamed keeps its name.

        An entry without a device is new: it may have the classic gamertag, when nothing else was known.
        """
        for xuid, subentry_id in self.tracked().items():
            person = people.get(xuid)
            profile = person.profile if person else None
            if not (person and profile and (name := _sure_name(person))):
                continue
            if (device := self._device(xuid)) is None:
                self._rename(subentry_id, profile.gamertag, name)
            elif device.name and device.name != name:
                self._rename(subentry_id, device.name, name)
                dr.async_get(self.hass).async_update_device(device.id, name=name)

    def _rename(self, subentry_id: str | None, old: str | None, new: str) -> None:
        entry, entries = self.config_entry, self.hass.config_entries
        if self._entry_name(subentry_id) != old or entries.async_get_entry(entry.entry_id) is None:
            return  # the name is the user's, or the account was removed meanwhile
        if subentry_id:
            entries.async_update_subentry(entry, entry.subentries[subentry_id], title=new)
        else:
            entries.async_update_entry(entry, title=new)


def _sure_name(person: PersonSnapshot) -> str | None:
    """Return the name of a person on Xbox, None while a first answer may have left the modern gamertag out."""
    profile = person.profile
    if profile is None or not (profile.unique_modern_gamertag or person.profile_confirmed):
        return None
    return profile.name
