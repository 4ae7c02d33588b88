"""Looks for what people unlock, and tells the entities."""

from collections.abc import Callable, Iterator

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback
from homeassistant.helpers.event import async_call_later

from ..storage.caches import CacheKind, CacheStore
from ..xbox.achievements.watcher import Unlock, UnlockWatcher
from ..xbox.realtime.topics import PushCoverage, achievements_topic
from .people import PeopleCoordinator

# A shorter trouble hides nothing that the next poll would not show.
_OUTAGE_SECONDS = 60.0
# What is announced during a look shares the next one.
_GAP_SECONDS = 1.0

type UnlockListener = Callable[[list[Unlock]], None]


class AchievementsCoordinator:
    """What the people of one account unlock. As long as no entity listens nothing is asked."""

    def __init__(self, hass: HomeAssistant, entry: ConfigEntry, people: PeopleCoordinator) -> None:
        """Prepare; `start` begins to look."""
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
        self._started = False
        self._signed_in = True

    @callback
    def start(self) -> None:
        """Look whenever there is reason to."""
        self._started = True
        # whoever disabled the entity does not want to be told of that time later
        self.watcher.keep_only(self._listeners)
        self._entry.async_on_unload(self._people.subscribe_recovered(self._on_recovered))
        self._entry.async_on_unload(self._people.async_add_listener(self.update))
        self._entry.async_on_unload(self._stop)
        self.update()

    @callback
    def subscribe(self, xuid: str, heard: UnlockListener) -> CALLBACK_TYPE:
        """Tell what a person unlocks from now on, until the returned function is called."""
        self._listeners[xuid] = heard
        self.watcher.watch(xuid)
        self.update()

        @callback
        def end() -> None:
            del self._listeners[xuid]
            self.watcher.unwatch(xuid)

        return end

    @callback
    def update(self) -> None:
        """Take over what people do, and when to ask next."""
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

    def push_topics(self) -> Iterator[str]:
        """Yield what to subscribe to: the games that are being played."""
        for xuid, scope in self.watcher.active_scopes():
            yield achievements_topic(xuid, scope)

    @callback
    def on_push(self, uri: str, data: object) -> None:
        """Take over what push says."""
        for xuid, scope in self.watcher.active_scopes():
            if uri == achievements_topic(xuid, scope):
                self.watcher.on_push(xuid, scope, data)
        self._set_timer()

    @callback
    def on_push_missed(self) -> None:
        """Look where push may have been missed."""
        self.watcher.on_push_missed()
        self._set_timer()

    @callback
    def _on_recovered(self, seconds: float) -> None:
        if seconds >= _OUTAGE_SECONDS:
            self.watcher.catch_up()
        self._set_timer()

    @callback
    def _publish(self, xuid: str, unlocks: list[Unlock]) -> None:
        """Tell who listens, and save at once: nothing may be told again after a crash."""
        if heard := self._listeners.get(xuid):
            heard(unlocks)
        self._entry.async_create_task(self._hass, self.store.save(), "xbox_network unlocks save")

    @callback
    def _set_timer(self, least: float = 0.0) -> None:
        """Look when something is due, in `least` seconds at the soonest."""
        if self._timer is not None:
            self._timer()
            self._timer = None
        pause = self.watcher.seconds_until_refresh()
        if pause is None or self._refreshing or not self._started or not self._signed_in:
            return
        if (pause := max(pause, least)) > 0:
            self._timer = async_call_later(self._hass, pause, self._due)
        else:
            self._start_refresh()

    @callback
    def _due(self, _: object) -> None:
        self._timer = None
        self._start_refresh()

    @callback
    def _start_refresh(self) -> None:
        self._refreshing = True
        self._entry.async_create_background_task(
            self._hass, self._refresh(), "xbox_network achievements refresh"
        )

    async def _refresh(self) -> None:
        try:
            await self.watcher.refresh()
        finally:
            self._refreshing = False
        if self.watcher.titles_outdated:
            self.watcher.titles_outdated = False
            await self._people.async_request_refresh()
        self.store.save_soon()
        self._set_timer(_GAP_SECONDS)

    @callback
    def _stop(self) -> None:
        self._started = False
        self._set_timer()
