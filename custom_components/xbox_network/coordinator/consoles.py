"""Looks at the consoles of one account, has them do things, and tells what became of it."""

import asyncio
import logging
import time
from collections import defaultdict
from collections.abc import AsyncIterator, Callable, Iterable, Mapping
from contextlib import asynccontextmanager
from typing import override

from homeassistant.config_entries import (
    SIGNAL_CONFIG_ENTRY_CHANGED,
    ConfigEntry,
    ConfigEntryChange,
)
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import device_registry as dr
from homeassistant.helpers.dispatcher import async_dispatcher_connect

from ..const import DOMAIN, OPTION_HIDDEN_APPS
from ..error_texts import command_error
from ..issues import update_consoles_issue
from ..media import browse as media_browse
from ..media.launchables import Launchable, Launchables
from ..xbox.consoles.command_runner import DEADLINE_SECONDS, Outcome, run_command, run_commands
from ..xbox.consoles.console import ConsoleSnapshot
from ..xbox.consoles.observer import ConsolesObserver
from ..xbox.consoles.player import Player, PlayerReason, find_player
from ..xbox.errors import XboxError
from ..xbox.models.commands import Command
from .base import OutageLog, XboxCoordinator
from .people import PeopleCoordinator

_LOGGER = logging.getLogger(__name__)

# Minimum seconds between two refreshes.
_LEAST_SECONDS = 1.0
# While somebody waits for a console to do something.
_WAITING_SECONDS = 2.0
# What takes longer than this is looked at as often as any console that is on.
_IMPATIENT_SECONDS = 30.0
_LONG_WAITING_SECONDS = 10.0
# No reading of a console tells how loud it is.
_SOUND = "Audio"

type Consoles = Mapping[str, ConsoleSnapshot]


class ConsolesCoordinator(XboxCoordinator[Consoles]):
    """The consoles of one account. A failure leaves what was known; each console stands alone."""

    def __init__(self, hass: HomeAssistant, entry: ConfigEntry, people: PeopleCoordinator) -> None:
        """Watch the consoles of the account that the people are watched with."""
        super().__init__(hass, entry, _LOGGER, name=f"{DOMAIN} consoles", interval=_LEAST_SECONDS)
        self.people = people
        self.observer = ConsolesObserver(people.client)
        self.data = {}
        self._macros: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)
        self._launchables: dict[str, tuple[tuple[object, ...], Launchables]] = {}
        self._people_in_trouble = False
        self._outage_log = OutageLog(
            _LOGGER,
            began="Keeping what was known of the consoles: %s",
            ended="The consoles are up to date again",
        )

    @callback
    def start(self) -> None:
        """Follow where the people are: who appears at a console has switched it on."""
        entry = self.config_entry
        entry.async_on_unload(self.people.async_add_listener(self._on_people_update))
        entry.async_on_unload(self.observer.close)
        entry.async_on_unload(
            async_dispatcher_connect(
                self.hass, SIGNAL_CONFIG_ENTRY_CHANGED, self._another_entry_changed
            )
        )
        self._on_people_update()

    @override
    async def _async_update_data(self) -> Consoles:
        consoles = await self.observer.refresh()
        self.set_interval(self._next_interval())
        err = self.observer.last_error
        self._outage_log.update(str(err) if err else None)
        update_consoles_issue(
            self.hass,
            self.config_entry,
            refused=self.observer.refused,
            accepted=self.observer.accepted,
        )
        self._sync_names(consoles)
        return consoles

    async def command(
        self,
        console_id: str,
        *commands: Command,
        pause: float = 0.0,
        deadline: float = DEADLINE_SECONDS,
    ) -> Outcome:
        """Have a console do something, one thing after the other, and show what it has led to.

        `seconds_until_refresh` are seconds between two commands. Commands to one console wait for each other, not those to
        another. Raises `HomeAssistantError` with the reason.
        """
        async with self._in_turn(console_id):
            try:
                if len(commands) == 1:
                    outcome = await run_command(
                        self.people.client.consoles, console_id, commands[0]
                    )
                else:
                    outcome = await run_commands(
                        self.people.client.consoles,
                        console_id,
                        commands,
                        pause=pause,
                        deadline=deadline,
                    )
            except XboxError as err:
                self._refresh_soon(console_id)
                raise command_error(err, self.name_of(console_id)) from err
        self._show_expected(console_id, commands)
        return outcome

    async def read_apps(self, console_id: str) -> None:
        """Read what is installed on a console now, unless that has just been done."""
        await self.observer.read_apps(console_id)
        self._publish()

    def launchables(self, console_id: str) -> Launchables:
        """Return the games, apps and screens that can be started on a console, without the hidden ones."""
        known = self._launchables.get(console_id)
        if (console := self.data.get(console_id)) is None:
            return known[1] if known else Launchables((), television=False)
        hidden = tuple(self.config_entry.options.get(OPTION_HIDDEN_APPS, ()))
        made_of = (console.apps, bool(console.tv_configured), hidden)
        if known is None or known[0] != made_of:
            known = self._launchables[console_id] = made_of, Launchables(*made_of)
        return known[1]

    def find_launchables(self, console_id: str, wanted: str) -> tuple[Launchable, ...]:
        """Return the launchables of a console that a name or a product id may stand for."""
        products = self.observer.products
        return self.launchables(console_id).find(
            wanted, lambda product_id: media_browse.product_title(products, product_id)
        )

    async def load_products(self, choices: Iterable[Launchable]) -> None:
        """Have the store tell what choices are called and look like; keep that."""
        await media_browse.load_products(self.observer.products, choices)
        self.async_update_listeners()

    async def wait_until(
        self, console_id: str, condition: Callable[[ConsoleSnapshot], bool], seconds: float
    ) -> bool:
        """Look every few seconds until something is true of a console; False if it never is."""
        begun = time.monotonic()
        while True:
            console = self.data.get(console_id)
            if console and condition(console):
                return True
            waited = time.monotonic() - begun
            if waited >= seconds:
                return False
            pause = _WAITING_SECONDS if waited < _IMPATIENT_SECONDS else _LONG_WAITING_SECONDS
            await asyncio.sleep(min(seconds - waited, pause))
            self.observer.refresh_soon(console_id)
            await self.async_refresh()

    def player(self, console_id: str) -> Player:
        """Return who plays on a console, and why that is known or not."""
        if not self.people.last_update_success:
            return Player(reason=PlayerReason.PEOPLE_UNAVAILABLE)
        if (console := self.data.get(console_id)) is None:
            return Player(reason=PlayerReason.CONSOLE_UNKNOWN)
        # an outdated presence is too old to name its person, never to rule that person out
        presences = {xuid: person.presence for xuid, person in self.people.data.items()}
        at_home = self.observer.evidence.people_at(console_id) | {self.people.owner}
        player = find_player(console, self.data.values(), presences, at_home)
        if player.xuid and not self.people.data[player.xuid].presence_current:
            return Player(reason=PlayerReason.PRESENCE_OUTDATED)
        return player

    @callback
    def forget(self, console_id: str) -> None:
        """Forget a console that was deleted; it is a new one when the list has it again."""
        self.observer.forget(console_id)
        self._publish()

    def name_of(self, console_id: str) -> str:
        """Return what the owner calls a console."""
        console = self.data.get(console_id)
        return (console.name if console else None) or "Xbox"

    @asynccontextmanager
    async def _in_turn(self, console_id: str) -> AsyncIterator[None]:
        async with self._macros[console_id]:
            yield

    @callback
    def _show_expected(self, console_id: str, commands: tuple[Command, ...]) -> None:
        """Show at once what commands have led to, and have it confirmed soon."""
        switches = [command for command in commands if command.leads_to]
        for command in dict.fromkeys((*switches[-1:], *commands[-1:])):
            if command.type != _SOUND:
                self.observer.on_command_done(console_id, command)
                self._refresh_soon(console_id)
        self._publish()

    @callback
    def _publish(self) -> None:
        self.data = self.observer.snapshots()
        self.async_update_listeners()

    @callback
    def _refresh_soon(self, console_id: str) -> None:
        self.observer.refresh_soon(console_id)
        self.refresh_within(self._next_interval())

    @callback
    def _another_entry_changed(self, change: ConfigEntryChange, entry: ConfigEntry) -> None:
        """Take over the consoles that another account leaves behind."""
        if change is ConfigEntryChange.REMOVED and entry.domain == DOMAIN:
            self.async_update_listeners()

    @callback
    def _on_people_update(self) -> None:
        """Ask at once where somebody came or went; try again what the sign-in held up."""
        where = {xuid: person.presence for xuid, person in self.people.data.items()}
        in_trouble = self.people.observer.last_error is not None
        if self._people_in_trouble and not in_trouble:
            self.observer.retry_now()
            self.refresh_within(self._next_interval())
        self._people_in_trouble = in_trouble
        if self.observer.update_people(where, self.people.owner):
            self.async_update_listeners()  # who plays there follows from where people are, too
            self.config_entry.async_create_background_task(
                self.hass, self.async_refresh(), f"{self.name} arrival refresh"
            )

    def _next_interval(self) -> float:
        return max(self.observer.seconds_until_refresh, _LEAST_SECONDS)

    def _sync_names(self, consoles: Consoles) -> None:
        """Let devices follow the names that are given at the consoles; who named one here keeps that."""
        registry, entry_id = dr.async_get(self.hass), self.config_entry.entry_id
        for console_id, console in consoles.items():
            device = registry.async_get_device_by_identifier((DOMAIN, console_id), entry_id)
            if device and console.name and console.name != device.name:
                registry.async_update_device(device.id, name=console.name)
