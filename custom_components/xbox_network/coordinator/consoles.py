"""The coordinator of consoles: refreshes the consoles of one account and sends them commands."""

import asyncio
import logging
import time
from collections.abc import Callable, Collection, Hashable, Iterable, Mapping
from datetime import datetime
from functools import partial
from typing import Final, override

from homeassistant.config_entries import ConfigEntry
from homeassistant.const import EVENT_HOMEASSISTANT_STOP
from homeassistant.core import Event, HomeAssistant, callback
from homeassistant.helpers import device_registry as dr
from homeassistant.util import dt as dt_util
from homeassistant.util.hass_dict import HassKey

from ..const import DOMAIN
from ..error_texts import command_error
from ..issues import update_consoles_issue, update_remote_features_issues
from ..media import browse as media_browse
from ..media.launchables import Launchable, Launchables
from ..options import offer
from ..xbox.consoles.command_queue import CommandQueue
from ..xbox.consoles.command_runner import Outcome
from ..xbox.consoles.console import ConsoleSnapshot
from ..xbox.consoles.demand import Demanded, Fact
from ..xbox.consoles.observer import ConsolesObserver
from ..xbox.consoles.player import Player
from ..xbox.endpoints import Service
from ..xbox.errors import (
    NOT_SENT,
    ConsoleProblem,
    XboxConsoleError,
    XboxError,
    console_problem,
)
from ..xbox.http.rate_limits import RESERVES, Purpose
from ..xbox.models.commands import Command
from ..xbox.models.consoles import InstalledApp, Power
from ..xbox.presence import Presence
from .account import Account
from .base import MIN_INTERVAL_SECONDS, OutageLog, XboxCoordinator
from .demand import Demand
from .household import household_of
from .people import PeopleCoordinator

_LOGGER = logging.getLogger(__name__)

# Seconds between two refreshes while a caller waits for a console.
_POLL_SECONDS = 2.0
# After this many seconds of waiting, the refreshes are as frequent as for any console that is on.
_LONG_WAIT_SECONDS = 30.0
_LONG_WAIT_POLL_SECONDS = 10.0

# When a sleep of the host was noticed last: states of consoles before it say nothing about what has just happened.
WOKEN_AT: Final[HassKey[datetime]] = HassKey(f"{DOMAIN}_woken_at")

type Consoles = Mapping[str, ConsoleSnapshot]


class ConsolesCoordinator(XboxCoordinator[Consoles]):
    """The consoles of one account. A failure keeps the last snapshot. Each console fails on its own.

    The data are of the consoles that this account reads and shows: another account may have the others.
    """

    def __init__(self, hass: HomeAssistant, entry: ConfigEntry, people: PeopleCoordinator) -> None:
        """Watch the consoles of the account of `people`."""
        super().__init__(
            hass,
            entry,
            _LOGGER,
            name=f"{DOMAIN} consoles",
            interval=MIN_INTERVAL_SECONDS,
            demand=Demand(at_once=10, seconds=15.0),
        )
        self.people = people
        self.household = household_of(hass)
        self.observer = ConsolesObserver(
            people.client, self._on_sleep, self.household.review, self.household.expectations
        )
        self.data = {}
        self._account = Account(
            entry=entry,
            people=people,
            observer=self.observer,
            consoles=lambda: self.data,
            on_people=self._take_people,
            on_shown=self._publish,
            on_others=self.async_update_listeners,
            wake=self._wake,
        )
        self._queues: dict[str, CommandQueue] = {}
        self._stopped = False
        self._launchables: dict[str, tuple[tuple[object, ...], Launchables]] = {}
        self._learned: dict[str, tuple[InstalledApp, ...]] = {}
        self._people_failing = False
        self._outage_log = OutageLog(
            _LOGGER,
            began="Keeping what was known of the consoles: %s",
            ended="The consoles are up to date again",
        )

    @callback
    def join_household(self) -> None:
        """Ask the household from now on which consoles to read and to show."""
        self.config_entry.async_on_unload(self.household.join(self._account))

    @callback
    def start(self) -> None:
        """Follow the presence of people: a person who appears at a console has switched it on."""
        entry = self.config_entry
        entry.async_on_unload(self.people.async_add_listener(self._on_people_update))
        entry.async_on_unload(self.observer.close)
        entry.async_on_unload(self._stop_commands)
        entry.async_on_unload(
            self.hass.bus.async_listen(EVENT_HOMEASSISTANT_STOP, self._stop_commands)
        )
        entry.async_on_unload(self.async_add_listener(self._tell_others))
        self._on_people_update()

    @override
    def _may_ask(self, subjects: Collection[Hashable]) -> bool:
        left = self.people.client.budget_left(Service.CONSOLES)
        spare = left is None or left > RESERVES[Service.CONSOLES, Purpose.DEMAND]
        return spare and bool(self._askable(subjects))

    @override
    def _make_due(self, subjects: Collection[Hashable]) -> None:
        for demanded in self._askable(subjects):
            match demanded.fact:
                case Fact.STATUS:
                    self.observer.refresh_soon(demanded.console_id)
                case Fact.DISKS:
                    self.observer.request_list()
                case Fact.APPS:
                    self.observer.request_apps(demanded.console_id)

    def _askable(self, subjects: Collection[Hashable]) -> list[Demanded]:
        return self.observer.askable(it for it in subjects if isinstance(it, Demanded))

    @override
    async def _send_demanded(self) -> None:
        await self.observer.answered()  # a request on its way cannot be sent again
        await super()._send_demanded()
        await self.observer.answered()
        self._publish()

    @override
    async def _refresh_data(self) -> Consoles:
        await self.observer.refresh()
        self.household.review()
        consoles = self._shown()
        self.set_interval(self.observer.seconds_until_refresh)
        err = self.observer.last_error
        self._outage_log.update(str(err) if err else None)
        update_consoles_issue(
            self.hass,
            self.config_entry,
            refused=self.observer.refused,
            accepted=self.observer.accepted,
        )
        update_remote_features_issues(
            self.hass, self.config_entry, consoles.values(), refused=self.observer.refused
        )
        self._sync_devices(consoles)
        self._learn_titles(consoles)
        self._tell_queues(consoles)
        return consoles

    async def command(self, console_id: str, *commands: Command, pause: float = 0.0) -> Outcome:
        """Have a console do commands, one after the other, and show the expected state.

        `pause` is the number of seconds between two commands. The commands to one console are queued (`CommandQueue`);
        commands to different consoles do not wait for each other. Raises `HomeAssistantError` with the reason.
        """
        queue = self._queue(console_id)
        try:
            if len(commands) == 1:
                outcome = await queue.run(commands[0])
            else:
                outcome = await queue.run_macro(commands, pause)
        except XboxError as err:
            if console_problem(err) not in NOT_SENT:
                self._refresh_soon(console_id)
            raise command_error(err, self.name_of(console_id)) from err
        self._sync_devices(self.data)
        return outcome

    @callback
    def end_macros(self, console_id: str) -> None:
        """End the macros of a console: its remote control is gone."""
        if queue := self._queues.get(console_id):
            queue.end_macros()

    def _queue(self, console_id: str) -> CommandQueue:
        """Return the queue of the commands to a console."""
        if console_id not in self._queues:
            self._queues[console_id] = CommandQueue(
                self.people.client.consoles,
                console_id,
                is_on=partial(self._is_known_on, console_id),
                on_done=partial(self._show_expected, console_id),
            )
            self._tell_queues(self.data)
            if self._stopped:
                self._queues[console_id].close()
        return self._queues[console_id]

    def _is_known_on(self, console_id: str) -> bool:
        console = self.data.get(console_id)
        if console is None or not console.current or not console.fresh:
            return False  # a power that is merely held may be wrong
        return console.power is Power.ON

    @callback
    def _tell_queues(self, consoles: Consoles) -> None:
        for console_id, queue in self._queues.items():
            if console := consoles.get(console_id):
                queue.update_power(console.power.is_on)

    @callback
    def _stop_commands(self, _: Event | None = None) -> None:
        """End all commands: the entry is unloaded, or Home Assistant stops."""
        self._stopped = True
        for queue in self._queues.values():
            queue.close()

    async def read_apps(self, console_id: str) -> None:
        """Read the installed apps of a console now, unless that has just been done."""
        await self.observer.read_apps(console_id)
        self._publish()

    def launchables(self, console_id: str) -> Launchables:
        """Return the games, apps and screens that can be started on a console."""
        cached = self._launchables.get(console_id)
        if (console := self.data.get(console_id)) is None:
            return cached[1] if cached else Launchables((), television=False)
        inputs = (console.apps, bool(console.tv_configured), offer(self.config_entry))
        if cached is None or cached[0] != inputs:
            cached = self._launchables[console_id] = inputs, Launchables(*inputs)
        return cached[1]

    def find_launchables(self, console_id: str, query: str) -> tuple[Launchable, ...]:
        """Return the launchables of a console that match a name or a product id."""
        return self.launchables(console_id).find(query, self.names_of)

    def names_of(self, product_id: str | None, title_id: str | None) -> tuple[str, ...]:
        """Return the names that the network has for a product id and a title id, that of the store first."""
        products = self.observer.products
        title = media_browse.product_title(products, product_id) if product_id else None
        others = self.people.observer.titles.names.of(title_id) if title_id else ()
        return (title, *others) if title else others

    async def load_products(self, launchables: Iterable[Launchable]) -> None:
        """Load names and pictures of launchables from the store into the product cache."""
        await media_browse.load_products(self.observer.products, launchables)
        self.async_update_listeners()

    async def wait_until(
        self, console_id: str, condition: Callable[[ConsoleSnapshot], bool], seconds: float
    ) -> bool:
        """Refresh every few seconds until a console meets a condition. Return False after `seconds`.

        Raises `HomeAssistantError` once the console is no longer linked to the account.
        """
        started = time.monotonic()
        while True:
            console = self.data.get(console_id)
            if console and condition(console):
                return True
            if console is None or console.gone:
                err = XboxConsoleError(ConsoleProblem.NOT_LINKED)
                raise command_error(err, self.name_of(console_id))
            waited = time.monotonic() - started
            if waited >= seconds:
                return False
            pause = _POLL_SECONDS if waited < _LONG_WAIT_SECONDS else _LONG_WAIT_POLL_SECONDS
            await asyncio.sleep(min(seconds - waited, pause))
            self.observer.refresh_soon(console_id)
            await self.async_refresh()

    def player(self, console_id: str) -> Player:
        """Return the player of a console, and the reason why the player is known or not."""
        return self.household.player(self._account, console_id)

    def player_name(self, console_id: str) -> str | None:
        """Return the name of the player of a console in Home Assistant, None if the player is not known."""
        xuid = self.player(console_id).xuid
        return self.household.name_of(self._account, xuid) if xuid else None

    def _learn_titles(self, consoles: Consoles) -> None:
        """Take note of the names of installed apps: triggers and conditions know titles by them, too."""
        names = self.people.observer.titles.names
        for console_id, console in consoles.items():
            for app in console.apps if console.apps != self._learned.get(console_id) else ():
                if app.title_id:
                    names.learn(app.title_id, app.name)
            self._learned[console_id] = console.apps
            if (focused := console.app) and focused.title_id:
                names.learn(focused.title_id, focused.name)

    @callback
    def forget(self, console_id: str) -> None:
        """Forget a deleted console. It is a new one if a list has it again."""
        self.household.forget(console_id)
        self._publish()

    def name_of(self, console_id: str) -> str:
        """Return the name that the owner gave to a console."""
        console = self.data.get(console_id)
        return (console.name if console else None) or "Xbox"

    @callback
    def _show_expected(self, console_id: str, command: Command) -> None:
        """Show the expected state after a command at once, and refresh soon to confirm it."""
        if command.is_audio:
            return  # the status of a console has no volume
        self.observer.on_command_done(console_id, command)
        if not command.is_press:
            self.observer.refresh_soon(console_id)
        self._publish()

    @callback
    def _on_sleep(self) -> None:
        """Take note that the host has slept: what is shown is outdated."""
        self.hass.data[WOKEN_AT] = dt_util.utcnow()
        self._publish()

    @callback
    def _publish(self) -> None:
        self.data = self._shown()
        self._tell_queues(self.data)
        self.async_update_listeners()
        self._wake()

    def _shown(self) -> Consoles:
        shows = self._account.shows
        return {it: console for it, console in self.observer.snapshots().items() if it in shows}

    @callback
    def _wake(self) -> None:
        """Refresh as soon as a request is due."""
        self.refresh_within(self.observer.seconds_until_refresh)

    @callback
    def _refresh_soon(self, console_id: str) -> None:
        self.observer.refresh_soon(console_id)
        self._wake()

    @callback
    def _tell_others(self) -> None:
        self.household.tell_others(self._account)

    @callback
    def _on_people_update(self) -> None:
        """Tell the household who is where. Retry after the sign-in works again."""
        failing = self.people.observer.last_error is not None
        if self._people_failing and not failing:
            self.observer.retry_now()
            self._wake()
        self._people_failing = failing
        self.household.tell_people()
        self._tell_others()

    @callback
    def _take_people(self, presences: Mapping[str, Presence]) -> None:
        """Refresh consoles at once where a person came or went."""
        if self.observer.update_people(presences, self.people.owner):
            self.async_update_listeners()  # the players depend on the presences, too
            self.config_entry.async_create_background_task(
                self.hass, self.async_refresh(), f"{self.name} arrival refresh"
            )

    def _sync_devices(self, consoles: Consoles) -> None:
        """Update names and versions of devices after their consoles. A name given in Home Assistant stays."""
        versions = self.people.client.consoles.system_versions
        registry, entry_id = dr.async_get(self.hass), self.config_entry.entry_id
        for console_id, console in consoles.items():
            device = registry.async_get_device_by_identifier((DOMAIN, console_id), entry_id)
            if device and console.name and console.name != device.name:
                registry.async_update_device(device.id, name=console.name)
            version = versions.get(console_id)
            if device and version and version != device.sw_version:
                registry.async_update_device(device.id, sw_version=version)
