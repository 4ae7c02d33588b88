"""The base of the coordinators: the pace of refreshes, refreshes out of turn, and the log of an outage."""

import asyncio
import logging
import math
import time
from abc import abstractmethod
from collections.abc import Callable, Collection, Coroutine, Hashable
from datetime import datetime, timedelta
from typing import Any, Final, override

from homeassistant.config_entries import ConfigEntry
from homeassistant.const import EVENT_HOMEASSISTANT_STOP
from homeassistant.core import CALLBACK_TYPE, Event, HassJob, HomeAssistant, callback
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers.event import async_call_later
from homeassistant.helpers.update_coordinator import DataUpdateCoordinator

from ..const import DOMAIN
from .demand import Demand

# Minimum seconds between two refreshes, and until the first one.
MIN_INTERVAL_SECONDS: Final = 1.0
# Turns of the event loop in which all entities of one action have asked.
_TURNS: Final = 3


class XboxCoordinator[DataT](DataUpdateCoordinator[DataT]):
    """A coordinator of one account that sets its own pace.

    A subclass implements `_refresh_data`, calls `set_interval` in it, and `refresh_within` when something is due sooner.
    `_may_ask` and `_make_due` are for what people ask for; a subject is what it is about, a xuid for instance.
    """

    config_entry: ConfigEntry

    def __init__(
        self,
        hass: HomeAssistant,
        entry: ConfigEntry,
        logger: logging.Logger,
        *,
        name: str,
        interval: float | None = None,
        demand: Demand | None = None,
    ) -> None:
        """`interval` is the number of seconds until the first refresh, None for no polling.

        `demand` limits the refreshes that people ask for; None where they cost no request.
        """
        super().__init__(
            hass,
            logger,
            config_entry=entry,
            name=name,
            update_interval=None if interval is None else timedelta(seconds=interval),
            always_update=False,
        )
        self._listener_count = 0
        self._refresh_at = -math.inf
        self._cancel_early_refresh: CALLBACK_TYPE | None = None
        self._early_refresh = HassJob(self._on_early_refresh, name, cancel_on_shutdown=True)
        self._demand = demand
        self._asked_for: set[Hashable] = set()
        self._demanded: set[Hashable] = set()
        self._demanded_refresh: asyncio.Task[None] | None = None
        self._works: set[asyncio.Task[Any]] = set()
        self._is_shut_down = False

    @property
    def has_listeners(self) -> bool:
        """Whether any entity or other coordinator listens."""
        return self._listener_count > 0

    @callback
    @override
    def async_add_listener(
        self, update_callback: CALLBACK_TYPE, context: Any = None
    ) -> Callable[[], None]:
        if not self.has_listeners and self.update_interval is not None:
            # Home Assistant starts to count the interval with the first listener
            self._refresh_at = time.monotonic() + self.update_interval.total_seconds()
        remove = super().async_add_listener(update_callback, context)
        self._listener_count += 1

        @callback
        def remove_listener() -> None:
            self._listener_count -= 1
            if not self.has_listeners:
                self._drop_early_refresh()
            remove()

        return remove_listener

    @override
    async def _async_update_data(self) -> DataT:
        self._drop_early_refresh()  # this refresh takes its place
        demanded, self._demanded = self._demanded, set()
        if demanded:
            self._make_due(demanded)
        before = self.data
        data = await self._refresh_data()
        if self.data is not before and data == before:
            # other data were shown meanwhile, and Home Assistant will find no difference
            self.data = data
            self.async_update_listeners()
        return data

    @abstractmethod
    async def _refresh_data(self) -> DataT:
        """Return the refreshed data. Raises `UpdateFailed` or `ConfigEntryAuthFailed`."""

    @override
    async def async_request_refresh(self, *subjects: Hashable) -> None:
        """Refresh at once what somebody asks for, and return when the answers are there.

        All who ask at a time share one refresh. Nothing is sent, and nothing changes, where a pause after a
        failure or a budget forbids it.
        """
        self._asked_for.update(subjects or (None,))
        if self._demanded_refresh is None or self._demanded_refresh.done():
            self._demanded_refresh = self.config_entry.async_create_background_task(
                self.hass, self._refresh_on_demand(), f"{self.name} demanded refresh"
            )
        # an unloaded account ends it, without an error
        await asyncio.wait({self._demanded_refresh})

    async def request_due_refresh(self) -> None:
        """Refresh what is due: at once, or some seconds after the refresh before."""
        await super().async_request_refresh()

    async def _refresh_on_demand(self) -> None:
        for _ in range(_TURNS):
            await asyncio.sleep(0)  # the other entities in the same action ask, too
        # who asks from now on wants a later answer
        subjects, self._asked_for, self._demanded_refresh = self._asked_for, set(), None
        if (self._demand is None or self._demand.allowed) and self._may_ask(subjects):
            if self._demand:
                self._demand.spend()
            self._demanded |= subjects
            await self._send_demanded()

    async def _send_demanded(self) -> None:
        await self.async_refresh()

    def _may_ask(self, subjects: Collection[Hashable]) -> bool:
        """Return whether pauses and budgets allow to ask about any of these subjects now."""
        return True

    def _make_due(self, subjects: Collection[Hashable]) -> None:
        """Make due what is known of these subjects, as far as pauses and budgets allow."""

    def set_interval(self, seconds: float) -> None:
        """Set the seconds until the next refresh, at least the minimum. To be called by each update."""
        seconds = max(seconds, MIN_INTERVAL_SECONDS)
        self._refresh_at = time.monotonic() + seconds
        self.update_interval = timedelta(seconds=seconds)

    @callback
    def refresh_within(self, seconds: float) -> None:
        """Refresh in `seconds`, at least the minimum.

        There is no early refresh if one is due sooner, nothing listens or polling is disabled.
        """
        seconds = max(seconds, MIN_INTERVAL_SECONDS)
        refresh_at = time.monotonic() + seconds
        wanted = self.has_listeners and not self.config_entry.pref_disable_polling
        if not wanted or refresh_at >= self._refresh_at:
            return
        self._drop_early_refresh()
        self._refresh_at = refresh_at
        self._cancel_early_refresh = async_call_later(self.hass, seconds, self._early_refresh)

    @callback
    def _on_early_refresh(self, _: datetime) -> None:
        self._cancel_early_refresh = None
        if self.hass.is_stopping:
            return
        self.config_entry.async_create_background_task(
            self.hass, self.async_refresh(), f"{self.name} early refresh"
        )

    def _drop_early_refresh(self) -> None:
        if self._cancel_early_refresh is not None:
            self._cancel_early_refresh()
            self._cancel_early_refresh = None

    async def while_loaded[T](self, work: Coroutine[Any, Any, T]) -> T:
        """Return the result of an action's work, which waits for what this coordinator refreshes.

        Raises `HomeAssistantError` as soon as the account is unloaded or Home Assistant stops: then nothing is
        refreshed any more, and the work has ended.
        """
        task = self.hass.async_create_task(work, f"{self.name} work")
        self._works.add(task)
        remove = self.hass.bus.async_listen(EVENT_HOMEASSISTANT_STOP, self._end_works)
        if self._has_ended:
            task.cancel()
        try:
            return await task
        except asyncio.CancelledError:
            caller = asyncio.current_task()
            if not self._has_ended or (caller and caller.cancelling()):
                raise
            raise HomeAssistantError(
                translation_domain=DOMAIN, translation_key="account_unloaded"
            ) from None
        finally:
            remove()
            self._works.discard(task)

    @property
    def _has_ended(self) -> bool:
        return self._is_shut_down or self.hass.is_stopping

    @callback
    def _end_works(self, _: Event | None = None) -> None:
        for task in self._works:
            task.cancel()

    @override
    async def async_shutdown(self) -> None:
        self._is_shut_down = True
        self._end_works()
        self._drop_early_refresh()
        await super().async_shutdown()


class OutageLog:
    """Logs the begin and the end of an outage once each."""

    def __init__(self, logger: logging.Logger, *, began: str, ended: str) -> None:
        """`began` is a message with `%s` for the reason, `ended` a message without."""
        self._logger = logger
        self._began = began
        self._ended = ended
        self._since: float | None = None

    def update(self, reason: str | None) -> float | None:
        """Take over the reason of an outage, None without one.

        Return the duration in seconds of an outage that has just ended.
        """
        if reason and self._since is None:
            self._since = time.monotonic()
            self._logger.info(self._began, reason)
        elif not reason and self._since is not None:
            duration, self._since = time.monotonic() - self._since, None
            self._logger.info(self._ended)
            return duration
        return None
