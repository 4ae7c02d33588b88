"""The coordinator of achievements: finds the unlocks of people and reports them to the event entities."""

import asyncio
from collections.abc import Callable, Iterator

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback
from homeassistant.helpers.event import async_call_later

from ..storage.caches import CacheKind, CacheStore
from ..xbox.achievements.watcher import Unlock, UnlockWatcher
from ..xbox.realtime.topics import PushCoverage, achievements_topic
from .demand import Demand
from .people import PeopleCoordinator

# Shorter outages need no catching up: the next poll finds their unlocks.
_OUTAGE_SECONDS = 60.0
# Seconds between two refreshes: announcements during a refresh share the next one.
_GAP_SECONDS = 1.0

type UnlockListener = Callable[[list[Unlock]], None]


class AchievementsCoordinator:
    """The unlocks of the people of one account. It sends no request while no entity listens."""

    def __init__(self, hass: HomeAssistant, entry: ConfigEntry, people: PeopleCoordinator) -> None:
        """Prepare; `start` starts the refreshes."""
        self._hass = hass
        self._entry = entry
        self._people = people
        self.watcher = UnlockWatcher(
            people.client, people.observer, self._publish, PushCoverage(people.client.realtime)
        )
        self.store = CacheStore(hass, people.owner, CacheKind.UNLOCKS, self.watcher)
        self._listeners: dict[str, UnlockListener] = {}
        self._timer: CALLBACK_TYPE | None = None
        self._refreshing = False
        self._refreshed: asyncio.Task[None] | None = None
        self._demand = Demand(at_once=10, seconds=10.0)
        self._started = False
        self._signed_in = True

    @callback
    def start(self) -> None:
        """Start to refresh whenever it is due."""
        self._started = True
        # unlocks from the time in which an entity is disabled must not be reported later
        self.watcher.keep_only(self._listeners)
        self._entry.async_on_unload(self._people.subscribe_recovered(self._on_recovered))
        self._entry.async_on_unload(self._people.async_add_listener(self.update))
        self._entry.async_on_unload(self._stop)
        self.update()

    @callback
    def subscribe(self, xuid: str, on_unlocks: UnlockListener) -> CALLBACK_TYPE:
        """Call `on_unlocks` with new unlocks of a person. Return the function that unsubscribes."""
        self._listeners[xuid] = on_unlocks
        self.watcher.watch(xuid)
        self.update()

        @callback
        def unsubscribe() -> None:
            del self._listeners[xuid]
            self.watcher.unwatch(xuid)

        return unsubscribe

    @callback
    def update(self) -> None:
        """Take over the people and their games, and schedule the next refresh."""
        if not self._started:
            return
        people = self._people
        self.watcher.keep_only(people.tracked())
        if not people.last_update_success:
            self._signed_in = False
        else:
            if not self._signed_in:
                self._signed_in = True
                self.watcher.catch_up()
            self.watcher.update_people(people.data)
        self.store.save_soon()
        self._set_timer()

    async def refresh_now(self, xuid: str) -> None:
        """Look for the unlocks in what a person plays, because somebody asks for them."""
        if self._started and self._demand.allowed and self.watcher.demand(xuid):
            self._demand.spend()
            self._set_timer()
        if self._refreshed:
            await asyncio.wait({self._refreshed})

    def push_topics(self) -> Iterator[str]:
        """Yield the topics to subscribe to: one for each game that is being played."""
        for xuid, scope in self.watcher.active_scopes():
            yield achievements_topic(xuid, scope)

    @callback
    def on_push(self, uri: str, data: object) -> None:
        """Take over a push event."""
        for xuid, scope in self.watcher.active_scopes():
            if uri == achievements_topic(xuid, scope):
                self.watcher.on_push(xuid, scope, data)
        self._set_timer()

    @callback
    def on_push_missed(self) -> None:
        """Refresh where push may have missed an unlock."""
        self.watcher.on_push_missed()
        self._set_timer()

    @callback
    def _on_recovered(self, seconds: float) -> None:
        if seconds >= _OUTAGE_SECONDS:
            self.watcher.catch_up()
        self._set_timer()

    @callback
    def _publish(self, xuid: str, unlocks: list[Unlock]) -> None:
        """Report unlocks and save at once: after a crash, none may be reported again."""
        if on_unlocks := self._listeners.get(xuid):
            on_unlocks(unlocks)
        self._entry.async_create_task(self._hass, self.store.save(), "xbox_network unlocks save")

    @callback
    def _set_timer(self, min_seconds: float = 0.0) -> None:
        """Schedule the next refresh, in `min_seconds` at the soonest."""
        if self._timer is not None:
            self._timer()
            self._timer = None
        seconds = self.watcher.seconds_until_refresh()
        if seconds is None or self._refreshing or not self._started or not self._signed_in:
            return
        if (seconds := max(seconds, min_seconds)) > 0:
            self._timer = async_call_later(self._hass, seconds, self._on_timer)
        else:
            self._start_refresh()

    @callback
    def _on_timer(self, _: object) -> None:
        self._timer = None
        self._start_refresh()

    @callback
    def _start_refresh(self) -> None:
        self._refreshing = True
        self._refreshed = self._entry.async_create_background_task(
            self._hass, self._refresh(), "xbox_network achievements refresh"
        )

    async def _refresh(self) -> None:
        try:
            await self.watcher.refresh()
        finally:
            self._refreshing = False
        if self.watcher.titles_outdated:
            self.watcher.titles_outdated = False
            await self._people.request_due_refresh()
        self.store.save_soon()
        self._set_timer(_GAP_SECONDS)

    @callback
    def _stop(self) -> None:
        self._started = False
        self._set_timer()
