"""Watches the account's consoles, each at its own pace, and keeps the known values after a failure.

The list of consoles is read every ten minutes. The status of a console is read every ten seconds while it is
on, every minute while it is off, and at once after a command or an arrival (`docs/network.md` S7.9).
"""

import asyncio
import math
import time
from collections.abc import Callable, Coroutine, Iterable, Mapping
from dataclasses import replace
from typing import Final

from ..caches.products import KnownProduct, ProductCache
from ..client import XboxClient
from ..endpoints import Service
from ..errors import XboxAuthError, XboxError, XboxResponseError
from ..http.backoff import Backoff, first_error, record_answer
from ..models.commands import Command
from ..models.consoles import Playback, Power
from ..presence import Presence
from .app_list import Apps
from .arrivals import consoles_of_moves, schedule_arrival_reads
from .console import ON_SECONDS, SETTLING_READS, ConsoleSnapshot, WatchedConsole, families
from .console_list import ConsoleList
from .demand import Demanded
from .expectations import TOGETHER_SECONDS, Expectations
from .focused_app import family_of
from .installed_apps import InstalledApps
from .links import Links
from .player import PlayerEvidence, power_of

# The most seconds that a refresh waits for slow answers: for lists and states, and for apps and products.
PATIENCE_SECONDS: Final = 2.0
_PATIENCE_TO_LEARN: Final = 0.5

# Minimum seconds between two reads for each console that is on: a third of the budget is left for commands.
_SECONDS_FOR_EACH: Final = 3.0
_LEAST_RETRY_SECONDS: Final = 10.0

type Snapshots = dict[str, ConsoleSnapshot]


class ConsolesObserver:
    """Keeps the latest snapshot of each console. A failure leaves the known values."""

    def __init__(
        self,
        client: XboxClient,
        on_sleep: Callable[[], None] = lambda: None,
        on_list: Callable[[], None] = lambda: None,
        expectations: dict[str, Expectations] | None = None,
    ) -> None:
        """Watch the consoles of the account that the client is signed in as.

        `on_sleep` is called after a sleep of the host, before an answer is shown; `on_list` after each list.
        `expectations` are what commands of all accounts have led to, by console id.
        """
        self._service = client.consoles
        self._sleeps = client.auth.http.sleeps
        self._sleep_count = self._sleeps.count
        self._on_sleep = on_sleep
        self._on_list = on_list
        self.products = ProductCache(client.catalog)
        self.installed_apps = InstalledApps()
        self._list = ConsoleList(
            self.installed_apps, expectations if expectations is not None else {}
        )
        self._watched = self._list.consoles
        self.links = Links(self._watched)
        self._loading_products = False
        self._tasks: set[asyncio.Task[None]] = set()
        self._people: Mapping[str, Presence] = {}
        self._owner: Presence | None = None
        self.evidence = PlayerEvidence()

    @property
    def listed(self) -> bool:
        """Whether the list has ever been read: before that, the absence of consoles means nothing."""
        return self._list.listed

    @property
    def listed_at(self) -> float:
        """When the latest list that was answered was asked for."""
        return self._list.listed_at

    @property
    def refused(self) -> bool:
        """Whether the service refuses the consoles of this account: remote features are off."""
        return self._list.refused

    @property
    def accepted(self) -> bool:
        """Whether the latest answer listed the consoles of this account."""
        return self.listed and self._list.backoff.error is None

    @property
    def last_error(self) -> XboxError | None:
        """The reason why the latest refresh was incomplete; an error of the sign-in goes first."""
        return first_error(backoff.error for backoff in self._backoffs())

    @property
    def seconds_until_refresh(self) -> float:
        """Seconds until a read is due, or until a snapshot is outdated."""
        now = time.monotonic()
        moments = [math.inf if self._list.busy else self._list.due_at]
        for console in self._watched.values():
            moments += [self._due_at(console), console.apps_due_at()]
            if not console.unread and console.stale_at() > now:
                moments.append(console.stale_at())
        if self._tasks:
            moments.append(now + PATIENCE_SECONDS)  # their answers have to be shown
        return max(0.0, min(moments) - now)

    def refresh_soon(self, console_id: str | None = None) -> None:
        """Have the status of a console, or of all consoles, read at the next refresh."""
        now = time.monotonic()
        for console in self._chosen(console_id):
            console.schedule_reads(now)

    def expect_state(
        self,
        console_id: str,
        *powers: Power,
        playback: Playback | None = None,
        aumid: str | None = None,
    ) -> None:
        """Show the state that a command leads to at once; two reads soon after confirm it.

        The first of the powers is shown; any of them confirms it. `aumid` is the application id of the app
        that was started. For about 90 seconds a read of the state before it is old news.
        """
        for console in self._chosen(console_id):
            console.expect_state(time.monotonic(), powers, playback, aumid)

    def on_command_done(self, console_id: str, command: Command) -> None:
        """Take note that a command has worked: show the state that it leads to, and read the status soon."""
        if command.leads_to or command.playback or command.opens:
            self.expect_state(
                console_id, *command.leads_to, playback=command.playback, aumid=command.opens
            )
            return
        now = time.monotonic()
        for console in self._chosen(console_id):
            console.schedule_reads(
                *(now + seconds for seconds in SETTLING_READS), apart=SETTLING_READS[0]
            )

    def request_apps(self, console_id: str | None = None) -> None:
        """Have the list of installed apps read at the next refresh."""
        for console in self._chosen(console_id):
            console.app_list.request()

    def learn_apps(self, console_id: str, apps: Apps) -> None:
        """Take over the installed apps of a console that another account reads: this one may be the next."""
        console = self._watched.get(console_id)
        if console and console.elsewhere and console.app_list.apps != apps:
            console.app_list.learn(apps)

    def forget_words(self) -> None:
        """Take note that the language has changed: all that is told in words is due at once."""
        self.products.forget_words()
        self.installed_apps.forget_words()
        for console in self._watched.values():
            console.app_list.forget_words()

    async def read_apps(self, console_id: str) -> None:
        """Read the list of installed apps now, unless it was read or tried just before. Raises nothing."""
        now = time.monotonic()
        due = [it for it in self._chosen(console_id) if it.apps_allowed_at() <= now]
        for console in due:
            console.app_list.busy = True
        await asyncio.gather(*(self._read_apps(console, now) for console in due))

    def askable(self, demanded: Iterable[Demanded]) -> list[Demanded]:
        """Return those of these facts that somebody may have asked for out of turn now."""
        now, of, backoff = time.monotonic(), self._watched.get, self._list.backoff
        return [it for it in demanded if it.may_ask(of(it.console_id), backoff, now)]

    async def answered(self) -> None:
        """Wait for the answers about lists and states that a refresh did not wait for."""
        while self._list.busy or any(it.busy or it.app_list.busy for it in self._watched.values()):
            await asyncio.wait(set(self._tasks), return_when=asyncio.FIRST_COMPLETED)

    def request_list(self) -> None:
        """Have the list of consoles and disks read at the next refresh."""
        self._list.request()

    def request_list_again(self) -> None:
        """Have the list read again in a minute: one that lacks a console may be incomplete."""
        self._list.request_again()

    def forget(self, console_id: str) -> None:
        """Forget a console until the list names it again."""
        self._watched.pop(console_id, None)
        self.installed_apps.forget([console_id])

    def retry_now(self) -> None:
        """End the pauses after failures: the sign-in, for instance, works again."""
        for backoff in self._backoffs():
            backoff.retry_at = 0.0
        if self._list.backoff.error:
            self._list.request()

    def update_people(self, presences: Mapping[str, Presence], owner_xuid: str) -> bool:
        """Take over the presences of the tracked people; return whether to refresh at once.

        A person who arrives at, or leaves, a console's type of device may be at this console.
        """
        before, self._people = self._people, dict(presences)
        self._owner = presences.get(owner_xuid)
        self._update_evidence(self.snapshots())
        if not before:
            return False  # the first presences are no arrivals
        now = time.monotonic()
        consoles = consoles_of_moves(before, presences, self._watched.values())
        for console in consoles:
            schedule_arrival_reads(console, now)
        return bool(consoles)

    async def refresh(self) -> Snapshots:
        """Send all requests that are due in parallel, and return the snapshots. Raises nothing.

        The refresh does not wait for a slow answer, and the request is not repeated before it has come: a later
        refresh shows it.
        """
        now = time.monotonic()
        await self._wait_for([*self._list_reads(now), *self._status_reads(now)], PATIENCE_SECONDS)
        # the consoles that the list has added
        await self._wait_for(self._status_reads(now), PATIENCE_SECONDS)
        await self._wait_for(self._app_and_product_reads(now), _PATIENCE_TO_LEARN)
        known = self.snapshots()
        self._update_evidence(known)
        return known

    def _update_evidence(self, known: Snapshots) -> None:
        consoles = self.links.read_here(known)
        self.evidence.update(consoles, self._people, time.monotonic())

    async def close(self) -> None:
        """Cancel the requests."""
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def snapshots(self) -> Snapshots:
        """Return the snapshot of each console by its id."""
        now = time.monotonic()
        known = {
            console_id: console.snapshot(now, self._product(console))
            for console_id, console in self._watched.items()
        }
        consoles = known.values()
        return {it: self._with_corrected_power(console, consoles) for it, console in known.items()}

    def _with_corrected_power(
        self, console: ConsoleSnapshot, consoles: Iterable[ConsoleSnapshot]
    ) -> ConsoleSnapshot:
        power = power_of(console, consoles, self._owner)
        return console if power is console.power else replace(console, power=power, current=True)

    def _product(self, console: WatchedConsole) -> KnownProduct | None:
        return self.products.by_family(family_of(console.aumid)) if console.aumid else None

    def _chosen(self, console_id: str | None) -> list[WatchedConsole]:
        if console_id is None:
            return list(self._watched.values())
        console = self._watched.get(console_id)
        return [console] if console else []

    def _backoffs(self) -> list[Backoff]:
        consoles = self._watched.values()
        return [
            self._list.backoff,
            *(console.backoff for console in consoles),
            *(console.app_list.backoff for console in consoles),
        ]

    def _due_at(self, console: WatchedConsole) -> float:
        on = sum(it.power is Power.ON for it in self._watched.values() if not it.unread)
        return console.due_at(max(ON_SECONDS, on * _SECONDS_FOR_EACH))

    async def _wait_for(self, reads: Iterable[Coroutine[None, None, None]], seconds: float) -> None:
        tasks = {asyncio.create_task(read) for read in reads}
        for task in tasks:
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
        if tasks:
            done, _ = await asyncio.wait(tasks, timeout=seconds)
            for task in done:
                task.result()  # errors of the network never get here; a programming error is raised

    def _status_reads(self, now: float) -> list[Coroutine[None, None, None]]:
        due = [it for it in self._watched.values() if self._due_at(it) <= now + TOGETHER_SECONDS]
        for console in due:
            console.mark_asked(now)
        return [self._read_status(console) for console in due]

    def _list_reads(self, now: float) -> list[Coroutine[None, None, None]]:
        if self._list.busy or now < self._list.due_at:
            return []
        self._list.mark_asked(now)
        return [self._read_list()]

    async def _read_list(self) -> None:
        try:
            consoles = await self._service.consoles()
        except XboxError as err:
            self._list.backoff.failed(err, time.monotonic())
            self._list.mark_failed(_least_pause(err))
        else:
            self._answered(self._list.backoff)
            self._list.update(consoles)
            self._on_list()
        finally:
            self._list.busy = False

    async def _read_status(self, console: WatchedConsole) -> None:
        try:
            status = await self._service.status(console.console_id)
            if not status.power_state:
                raise XboxResponseError("A console's state is missing", service=Service.CONSOLES)
        except XboxError as err:
            self._failed(console, err)
        else:
            self._answered(console.backoff)
            self._check_sleep()
            console.update_status(status)
        finally:
            console.busy = False

    def _check_sleep(self) -> None:
        """After a sleep of the host, forget what is current: the next answers are a beginning."""
        count, self._sleep_count = self._sleep_count, self._sleeps.count
        if count == self._sleep_count:
            return
        for console in self._watched.values():
            console.forget_status()
            console.schedule_reads(time.monotonic())
        self._on_sleep()

    def _failed(self, console: WatchedConsole, err: XboxError) -> None:
        now = time.monotonic()
        is_disowned = console.mark_failed(err, now)
        console.backoff.retry_at = max(console.backoff.retry_at, now + _least_pause(err))
        if is_disowned:
            self._list.mark_doubted(now)

    def _answered(self, backoff: Backoff) -> None:
        """Note an answer; if the sign-in works again, the list of consoles is due, too."""
        signed_in_again = record_answer(backoff, self._backoffs())
        if signed_in_again and isinstance(self._list.backoff.error, XboxAuthError):
            self._list.request()

    def _app_and_product_reads(self, now: float) -> list[Coroutine[None, None, None]]:
        """Return the reads that can wait: installed apps, names and pictures of products."""
        due = [it for it in self._watched.values() if it.apps_due_at() <= now]
        for console in due:
            console.app_list.busy = True
        reads = [self._read_apps(console, now) for console in due]
        names = families(self._watched.values())
        if self.products.is_load_due(names) and not self._loading_products:
            reads.insert(0, self._load_products(names))
        return reads

    async def _load_products(self, names: list[str]) -> None:
        self._loading_products = True
        try:
            await self.products.load(families=names)
        finally:
            self._loading_products = False

    async def _read_apps(self, console: WatchedConsole, now: float) -> None:
        try:
            apps = await self._service.installed_apps(console.console_id)
        except XboxError as err:
            _record_failure(console.app_list.backoff, err)
        else:
            self._answered(console.app_list.backoff)
            console.app_list.update(apps, console.aumid, now)
        finally:
            console.app_list.busy = False


def _record_failure(backoff: Backoff, err: XboxError) -> None:
    now = time.monotonic()
    backoff.failed(err, now)
    backoff.retry_at = max(backoff.retry_at, now + _least_pause(err))


def _least_pause(err: XboxError | None) -> float:
    """Return the minimum pause in seconds after an error."""
    # the sign-in has its own pace
    return 0.0 if isinstance(err, XboxAuthError) else _LEAST_RETRY_SECONDS
