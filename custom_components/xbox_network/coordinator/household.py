"""The household: all accounts in Home Assistant, and which of them reads and shows each console.

A console that several accounts have is read once. Its entities stay with the account that has them in Home
Assistant's registries, also over a reload or a restart. The next account that lists the console takes it over
when this one cannot have it any more:

- removed or disabled: at once
- no longer linked to the console, by two lists in a row: as soon as the other one has listed it again
- not loaded, or without the console in its list: after five minutes; while Home Assistant tries again to load it,
  after a quarter of an hour
- refused by the service: after five minutes, once the other one has read the console
"""

import asyncio
import math
import time
from collections.abc import Callable
from datetime import datetime
from typing import Final

from homeassistant.config_entries import (
    SIGNAL_CONFIG_ENTRY_CHANGED,
    ConfigEntry,
    ConfigEntryChange,
    ConfigEntryState,
)
from homeassistant.core import CALLBACK_TYPE, HassJob, HomeAssistant, callback
from homeassistant.helpers.dispatcher import async_dispatcher_connect
from homeassistant.helpers.event import async_call_later
from homeassistant.util.hass_dict import HassKey

from ..const import DOMAIN
from ..options import inherited_options
from ..xbox.consoles.console import ConsoleSnapshot
from ..xbox.consoles.expectations import Expectations
from ..xbox.consoles.link import Link
from ..xbox.consoles.player import Player
from . import console_device
from .account import Account
from .everybody import all_consoles, everybody, name_of, player_at, presences_of

# Seconds until another account takes a console over from one that may come back.
PATIENCE_SECONDS: Final = 300.0
# The same while Home Assistant tries again to load the account: it does so every ten minutes at the latest.
RETRY_PATIENCE_SECONDS: Final = 900.0
# For so many seconds the other accounts try to read a console that is refused to its own, and again an hour later.
TRIAL_SECONDS: Final = 30.0
TRIAL_AGAIN_SECONDS: Final = 3600.0

_HOUSEHOLD: HassKey[Household] = HassKey(f"{DOMAIN}_household")


@callback
def household_of(hass: HomeAssistant) -> Household:
    """Return the household of this Home Assistant."""
    if _HOUSEHOLD not in hass.data:
        hass.data[_HOUSEHOLD] = Household(hass)
    return hass.data[_HOUSEHOLD]


@callback
def forget_household(hass: HomeAssistant) -> None:
    """Delete the household: there is no account any more."""
    if household := hass.data.pop(_HOUSEHOLD, None):
        household.close()


class Household:
    """Decides which account reads and shows each console, and knows the people of all accounts."""

    def __init__(self, hass: HomeAssistant) -> None:
        """Start without accounts."""
        self._hass = hass
        self._accounts: list[Account] = []
        self._claims: dict[str, str] = {}  # entry ids of consoles without entities
        self._lost: dict[str, float] = {}  # since when the account of a console cannot have it
        self._trials: dict[str, float] = {}  # when the other accounts began to try
        self._moving: dict[str, Account] = {}  # to which account
        # what commands have led to: they outlive a reload, and a move to another account
        self.expectations: dict[str, Expectations] = {}
        self._due = math.inf
        self._cancel_review: CALLBACK_TYPE | None = None
        self._review_job = HassJob(self._on_due, f"{DOMAIN} household", cancel_on_shutdown=True)
        self._telling = False
        self._stop_listening = async_dispatcher_connect(
            hass, SIGNAL_CONFIG_ENTRY_CHANGED, self._entry_changed
        )

    @callback
    def close(self) -> None:
        """End what was planned, and listen no more."""
        self._stop_listening()
        if self._cancel_review:
            self._cancel_review()

    @callback
    def join(self, account: Account) -> Callable[[], None]:
        """Add an account before its consoles are read. Return the function that takes it out again."""
        self._accounts.append(account)
        self._accounts.sort(key=lambda it: it.entry.created_at)  # whichever is loaded first
        self.review()

        @callback
        def leave() -> None:
            self._accounts.remove(account)
            entry_id = account.entry.entry_id
            self._claims = {it: whose for it, whose in self._claims.items() if whose != entry_id}
            self.review()
            self.tell_people()
            self.tell_others()

        return leave

    @callback
    def lists(self, console_id: str) -> bool:
        """Return whether any account lists a console."""
        return any(account.lists(console_id) for account in self._accounts)

    @callback
    def consoles(self) -> dict[str, ConsoleSnapshot]:
        """Return the snapshot of each console of each account by its id."""
        return all_consoles(self._accounts)

    @callback
    def player(self, reader: Account, console_id: str) -> Player:
        """Return the player of a console that an account reads, and the reason why that is known or not."""
        return player_at(console_id, reader, self._accounts)

    @callback
    def players(self) -> dict[str, str | None]:
        """Return the xuid of the player of each console that is shown, None if that is not known."""
        return {
            console_id: self.player(account, console_id).xuid
            for account in self._accounts
            for console_id in account.consoles()
        }

    async def request_people(self) -> None:
        """Ask about the people of all accounts now: any of them may play on a console."""
        loaded = [it for it in self._accounts if it.entry.state is ConfigEntryState.LOADED]
        await asyncio.gather(*(account.people.async_request_refresh() for account in loaded))

    @callback
    def name_of(self, reader: Account, xuid: str) -> str | None:
        """Return the name of a player at a console that an account reads, None if no account tracks them."""
        return name_of(xuid, reader, self._accounts)

    @callback
    def tell_people(self) -> None:
        """Tell all accounts the presences of everybody: a person may be at the console of another account."""
        presences = presences_of(everybody(self._accounts))
        for account in list(self._accounts):
            account.on_people(presences)

    @callback
    def tell_others(self, source: Account | None = None) -> None:
        """Tell all other accounts that one has news about people or consoles."""
        if self._telling:
            return
        self._telling = True
        try:
            for account in list(self._accounts):
                if account is not source:
                    account.on_others()
        finally:
            self._telling = False

    @callback
    def forget(self, console_id: str) -> None:
        """Forget a deleted console. It is a new one if a list has it again."""
        for account in self._accounts:
            account.observer.forget(console_id)
        for memory in (self._claims, self._lost, self._trials, self.expectations):
            memory.pop(console_id, None)
        self.review()

    @callback
    def entry_removed(self, entry: ConfigEntry) -> None:
        """Hand the consoles of a removed account over, before Home Assistant deletes their entities."""
        for console_id in console_device.console_ids_of(self._hass, entry.entry_id):
            heir = self._moving.get(console_id) or next(
                (it for it in self._accounts if it.may_take(console_id)), None
            )
            if heir:
                self._hand_over(console_id, heir, entry)
        self.review()

    @callback
    def review(self) -> None:
        """Decide anew which account reads and shows each console."""
        if self._hass.is_stopping:
            return
        now, self._due = time.monotonic(), math.inf
        known = {it for account in self._accounts for it in account.observer.links.console_ids}
        for console_id in sorted(known - self._moving.keys()):
            self._review_console(console_id, now)
        self._lost = {it: since for it, since in self._lost.items() if it in known}
        for account in list(self._accounts):
            self._assign(account, now)
            self._share_apps(account)
        self._schedule(now)

    def _review_console(self, console_id: str, now: float) -> None:
        if (owner_id := self._owner_of(console_id)) is None:
            first = next((it for it in self._accounts if it.lists(console_id)), None)
            if first:
                self._claims[console_id] = first.entry.entry_id
            return
        patience, owner = self._patience(console_id, owner_id), self._account(owner_id)
        if patience is None:
            self._lost.pop(console_id, None)
            self._trials.pop(console_id, None)
            return
        until = self._lost.setdefault(console_id, now) + patience
        if now < until:
            self._due = min(self._due, until)
            if owner and owner.observer.links.of(console_id) is Link.UNLISTED:
                owner.observer.request_list_again()
                owner.wake()
        elif heir := self._heir(console_id, owner_id, now):
            self._moving[console_id] = heir
            self._hass.async_create_task(
                self._move(console_id, heir), f"{DOMAIN} console", eager_start=False
            )

    def _owner_of(self, console_id: str) -> str | None:
        return console_device.entry_id_of(self._hass, console_id) or self._claims.get(console_id)

    def _account(self, entry_id: str) -> Account | None:
        return next((it for it in self._accounts if it.entry.entry_id == entry_id), None)

    def _patience(self, console_id: str, owner_id: str) -> float | None:
        """Return for how many seconds an account may be without its console, None if it has it."""
        entry = self._hass.config_entries.async_get_entry(owner_id)
        if entry is None or entry.disabled_by:
            return 0.0
        if entry.state in (ConfigEntryState.SETUP_RETRY, ConfigEntryState.SETUP_IN_PROGRESS):
            return RETRY_PATIENCE_SECONDS
        owner = self._account(owner_id)
        if owner is None or entry.state is not ConfigEntryState.LOADED:
            return PATIENCE_SECONDS
        link = owner.observer.links.of(console_id)
        if link in (Link.LISTED, Link.MISSED):
            return None
        return 0.0 if link is Link.GONE else PATIENCE_SECONDS

    def _heir(self, console_id: str, owner_id: str, now: float) -> Account | None:
        """Return the account that takes a console over now; None if there is none, or it has to prove itself."""
        entry, owner = self._hass.config_entries.async_get_entry(owner_id), self._account(owner_id)
        others = [it for it in self._accounts if it is not owner and it.may_take(console_id)]
        if entry is None or entry.disabled_by:
            return next(iter(others), None)
        if owner and owner.observer.links.of(console_id) is Link.DENIED:
            return self._winner(console_id, others, now)
        since = self._lost[console_id]
        for account in others:
            if account.observer.listed_at >= since:
                return account
            account.observer.request_list()
            account.wake()
        return None

    def _winner(self, console_id: str, others: list[Account], now: float) -> Account | None:
        """Return an account that has just read a console that is refused to its own. Begin a trial if it is time."""
        began = self._trials.get(console_id, -math.inf)
        if now >= began + TRIAL_AGAIN_SECONDS and others:
            began = self._trials[console_id] = now
        ends = (began + TRIAL_SECONDS, began + TRIAL_AGAIN_SECONDS)
        self._due = min([self._due, *(it for it in ends if it > now)])
        return next(
            (it for it in others if it.observer.links.has_read(console_id, since=began)), None
        )

    async def _move(self, console_id: str, heir: Account) -> None:
        try:
            await console_device.unload_entities(self._hass, console_id)
            if heir in self._accounts:
                former_id = self._owner_of(console_id) or ""
                former = self._hass.config_entries.async_get_entry(former_id)
                self._hand_over(console_id, heir, former)
        finally:
            del self._moving[console_id]
            self.review()

    @callback
    def _hand_over(self, console_id: str, heir: Account, former: ConfigEntry | None) -> None:
        if former:
            options = inherited_options(heir.entry, former)
            self._hass.config_entries.async_update_entry(heir.entry, options=options)
        console_device.move(self._hass, console_id, heir.entry.entry_id)
        self._claims[console_id] = heir.entry.entry_id
        self._lost.pop(console_id, None)

    def _assign(self, account: Account, now: float) -> None:
        """Let an account read and show its own consoles, and leave the others to other accounts."""
        known, entry_id = account.observer.links.console_ids, account.entry.entry_id
        shows = {it for it in known - self._moving.keys() if self._owner_of(it) == entry_id}
        tries = {it for it, began in self._trials.items() if now < began + TRIAL_SECONDS}
        arriving = {it for it, heir in self._moving.items() if heir is account}
        account.observer.links.leave_to_others(known - shows - tries - arriving)
        if shows != account.shows:
            account.shows = frozenset(shows)
            account.on_shown()
        if known & (tries | arriving):
            account.wake()

    def _share_apps(self, reader: Account) -> None:
        """Tell the other accounts which apps are installed: the next reader of a console begins with them."""
        for console_id in reader.shows:
            if apps := reader.observer.installed_apps.of(console_id):
                for account in self._accounts:
                    account.observer.learn_apps(console_id, apps)

    def _schedule(self, now: float) -> None:
        if self._cancel_review:
            self._cancel_review()
            self._cancel_review = None
        if self._accounts and math.isfinite(self._due):
            self._cancel_review = async_call_later(
                self._hass, max(self._due - now, 0.0), self._review_job
            )

    @callback
    def _on_due(self, _: datetime) -> None:
        self._cancel_review = None
        self.review()

    @callback
    def _entry_changed(self, change: ConfigEntryChange, entry: ConfigEntry) -> None:
        """Take over what became of an account: it was loaded, disabled, enabled or removed."""
        if entry.domain == DOMAIN:
            self.review()
            if change is ConfigEntryChange.REMOVED:
                self.tell_others()
