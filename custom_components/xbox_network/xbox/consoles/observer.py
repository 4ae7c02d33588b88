"""Watches the account's consoles, each at its own pace, and forgets nothing it knew.

The list is read now and then, a console's state every ten seconds while it is on and every minute while it
is off, at once when there is a reason (`xbox-services.md` 7.9).
"""

import asyncio
import math
import time
from collections.abc import Coroutine, Iterable, Mapping
from dataclasses import replace
from typing import Final

from ..caches.products import KnownProduct, ProductCache
from ..client import XboxClient
from ..endpoints import Service
from ..errors import (
    ConsoleProblem,
    XboxAuthError,
    XboxConsoleError,
    XboxError,
    XboxForbiddenError,
    XboxResponseError,
)
from ..http.backoff import REFUSED_SECONDS, Backoff, first_error, record_answer
from ..models.commands import Command
from ..models.consoles import Console, Playback, Power
from ..presence import UNKNOWN_PRESENCE, DevicePlatform, Presence
from .console import (
    GRACE_SECONDS,
    ON_SECONDS,
    SETTLING_READS,
    TOGETHER_SECONDS,
    ConsoleSnapshot,
    WatchedConsole,
    families,
    platform_of_console,
)
from .focused_app import family_of
from .player import PlayerEvidence, devices_of, places_of, power_of

LIST_SECONDS: Final = 600.0
# A console that is missing for the first time is looked for again this soon.
LIST_AGAIN_SECONDS: Final = 60.0
REFUSED_LIST_SECONDS: Final = 3600.0
# The quick ones do not wait longer than this for a slow one, nor states for names and pictures.
PATIENCE_SECONDS: Final = 2.0
_PATIENCE_TO_LEARN: Final = 0.5

# However many consoles are on, a third of the budget is left for commands.
_SECONDS_FOR_EACH: Final = 3.0
# People come and go elsewhere, too.
_LEAST_SECONDS_BETWEEN: Final = 5.0
_ARRIVAL_READS: Final = (5.0, 15.0)
_LEAST_RETRY_SECONDS: Final = 10.0

type Snapshots = dict[str, ConsoleSnapshot]


class ConsolesObserver:
    """Keeps the latest snapshot of each console. A failure leaves what was known before."""

    def __init__(self, client: XboxClient) -> None:
        """Watch the consoles of the account that the client is signed in as."""
        self._service = client.consoles
        self.products = ProductCache(client.catalog)
        self._watched: dict[str, WatchedConsole] = {}
        self._list_backoff = Backoff(grace=GRACE_SECONDS)
        self._list_due = -math.inf
        self._list_asked = -math.inf
        self._list_busy = False
        self._loading_products = False
        self._tasks: set[asyncio.Task[None]] = set()
        self._people: Mapping[str, Presence] = {}
        self._owner: Presence | None = None
        self.evidence = PlayerEvidence()
        self.listed = False
        """Whether the list has ever been read: without it, no console is no statement."""

    @property
    def refused(self) -> bool:
        """Whether the service lets this account see no consoles: remote features are off."""
        err = self._list_backoff.error
        disabled = isinstance(err, XboxConsoleError) and (
            err.problem is ConsoleProblem.REMOTE_MANAGEMENT_DISABLED
        )
        return disabled or isinstance(err, XboxForbiddenError)

    @property
    def accepted(self) -> bool:
        """Whether the service lets this account see its consoles, as far as it answered last."""
        return self.listed and self._list_backoff.error is None

    @property
    def last_error(self) -> XboxError | None:
        """The reason why the latest refresh was incomplete; an error of the sign-in goes first."""
        return first_error(backoff.error for backoff in self._backoffs())

    @property
    def seconds_until_refresh(self) -> float:
        """Seconds until a look is worth it: something is due then, or no longer passes for true."""
        now = time.monotonic()
        moments = [math.inf if self._list_busy else self._list_due]
        for console in self._watched.values():
            moments += [self._due_at(console), console.apps_due_at()]
            if console.stale_at() > now:
                moments.append(console.stale_at())
        if self._tasks:
            moments.append(now + PATIENCE_SECONDS)  # what they bring is to be shown
        return max(0.0, min(moments) - now)

    def refresh_soon(self, console_id: str | None = None) -> None:
        """Have a console, or all of them, asked at the next look."""
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
        """Take what a command has led to for true at once; two readings soon after confirm it.

        The first of the powers is shown; any of them confirms it. `aumid` is the app that was started. A
        reading may contradict it for twenty seconds.
        """
        for console in self._chosen(console_id):
            console.expect_state(time.monotonic(), powers, playback, aumid)

    def on_command_done(self, console_id: str, command: Command) -> None:
        """Take note that a command has worked: show what it has led to, and look soon what else it did."""
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
        """Have the list of installed apps read at the next look."""
        for console in self._chosen(console_id):
            console.request_apps()

    async def read_apps(self, console_id: str) -> None:
        """Read the list of installed apps now, unless that has just been done or tried. Raises nothing."""
        now = time.monotonic()
        due = [it for it in self._chosen(console_id) if it.apps_allowed_at() <= now]
        for console in due:
            console.apps_busy = True
        await asyncio.gather(*(self._read_apps(console, now) for console in due))

    def request_list(self) -> None:
        """Have the list of consoles and disks read at the next look."""
        self._list_due = -math.inf

    def forget(self, console_id: str) -> None:
        """Forget a console; it is back when the list has it again."""
        self._watched.pop(console_id, None)

    def retry_now(self) -> None:
        """End the pauses after failures: something works again, the sign-in for instance."""
        for source in self._backoffs():
            source.retry_at = 0.0
        if self._list_backoff.error:
            self._list_due = -math.inf

    def update_people(self, presences: Mapping[str, Presence], owner_xuid: str) -> bool:
        """Take note of where the tracked people are; return whether that is a reason to look at once.

        Who comes to, or leaves, the kind of device that a console is may be at it.
        """
        before, self._people = self._people, dict(presences)
        self._owner = presences.get(owner_xuid)
        self.evidence.update(self.snapshots().values(), presences, time.monotonic())
        if not before:
            return False  # nobody has moved, one just did not know
        now, reason = time.monotonic(), False
        for console in self._watched.values():
            moved = [
                xuid
                for xuid, presence in presences.items()
                if _moved(before.get(xuid, UNKNOWN_PRESENCE), presence, console)
            ]
            if moved and not console.gone:
                reason = True
                self._schedule_arrival_reads(console, now)
        return reason

    @staticmethod
    def _schedule_arrival_reads(console: WatchedConsole, now: float) -> None:
        least = _LEAST_SECONDS_BETWEEN
        moments = [max(now, console.asked_at + least)]
        if console.power is not Power.ON:
            # it may take a moment until the service knows, too
            moments += [now + seconds for seconds in _ARRIVAL_READS]
        console.schedule_reads(*moments, apart=least)

    async def refresh(self) -> Snapshots:
        """Ask what is due, side by side, and return what is known now. Raises nothing.

        What does not answer soon is not waited for, and not asked again before it has: another look shows
        what it said.
        """
        now = time.monotonic()
        await self._wait_for([*self._list_reads(now), *self._status_reads(now)], PATIENCE_SECONDS)
        # those that the list has brought
        await self._wait_for(self._status_reads(now), PATIENCE_SECONDS)
        await self._wait_for(self._app_and_product_reads(now), _PATIENCE_TO_LEARN)
        known = self.snapshots()
        self.evidence.update(known.values(), self._people, time.monotonic())
        return known

    async def close(self) -> None:
        """Stop asking."""
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def snapshots(self) -> Snapshots:
        """Return what is known now."""
        now = time.monotonic()
        known = {
            console_id: console.snapshot(now, self._product(console))
            for console_id, console in self._watched.items()
        }
        return {
            console_id: self._with_corrected_power(console, known.values())
            for console_id, console in known.items()
        }

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
            self._list_backoff,
            *(console.backoff for console in consoles),
            *(console.apps_backoff for console in consoles),
        ]

    def _due_at(self, console: WatchedConsole) -> float:
        on = sum(it.power is Power.ON for it in self._watched.values() if not it.gone)
        return console.due_at(max(ON_SECONDS, on * _SECONDS_FOR_EACH))

    async def _wait_for(
        self, questions: Iterable[Coroutine[None, None, None]], seconds: float
    ) -> None:
        tasks = {asyncio.create_task(question) for question in questions}
        for task in tasks:
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
        if tasks:
            done, _ = await asyncio.wait(tasks, timeout=seconds)
            for task in done:
                task.result()  # nothing of the network's; what is wrong with us is not hidden

    def _status_reads(self, now: float) -> list[Coroutine[None, None, None]]:
        due = [it for it in self._watched.values() if self._due_at(it) <= now + TOGETHER_SECONDS]
        for console in due:
            console.mark_asked(now)
        return [self._read_status(console) for console in due]

    def _list_reads(self, now: float) -> list[Coroutine[None, None, None]]:
        if self._list_busy or now < self._list_due:
            return []
        self._list_busy, self._list_asked = True, now
        return [self._read_list(now)]

    async def _read_list(self, now: float) -> None:
        try:
            consoles = await self._service.consoles()
        except XboxError as err:
            self._list_backoff.failed(err, time.monotonic())
            self._list_due = self._list_retry_at()
        else:
            self._answered(self._list_backoff)
            self._list_due = now + LIST_SECONDS
            self._update_list(consoles)
        finally:
            self._list_busy = False

    def _list_retry_at(self) -> float:
        least = _least_pause(self._list_backoff.error)
        if self.refused and self._list_backoff.failures > 1:
            least = REFUSED_LIST_SECONDS  # one refusal alone may be a hiccup of the gateway (7.8)
        return max(self._list_backoff.retry_at, time.monotonic() + least)

    def _update_list(self, consoles: Iterable[Console]) -> None:
        found = {console.console_id: console for console in consoles}
        self.listed = True
        for console_id, facts in found.items():
            watched = self._watched.setdefault(console_id, WatchedConsole(facts))
            watched.update_facts(facts)
        missing = [it for it in self._watched.values() if it.console_id not in found]
        for console in missing:
            console.mark_missing()
        if not all(console.gone for console in missing):
            self._list_due = self._list_asked + LIST_AGAIN_SECONDS

    async def _read_status(self, console: WatchedConsole) -> None:
        try:
            status = await self._service.status(console.console_id)
            if not status.power_state:
                raise XboxResponseError("A console's state is missing", service=Service.CONSOLES)
        except XboxError as err:
            self._failed(console, err)
        else:
            self._answered(console.backoff)
            console.update_status(status)
        finally:
            console.busy = False

    def _failed(self, console: WatchedConsole, err: XboxError) -> None:
        now = time.monotonic()
        disowned = console.mark_failed(err, now)
        console.backoff.retry_at = max(console.backoff.retry_at, now + _least_pause(err))
        if disowned:
            again = self._list_asked + LIST_AGAIN_SECONDS
            self._list_due = min(self._list_due, max(now, again))

    def _answered(self, source: Backoff) -> None:
        """Note an answer; if the sign-in works again, the list of consoles is due, too."""
        signed_in_again = record_answer(source, self._backoffs())
        if signed_in_again and isinstance(self._list_backoff.error, XboxAuthError):
            self._list_due = -math.inf

    def _app_and_product_reads(self, now: float) -> list[Coroutine[None, None, None]]:
        """Return what can wait: what apps there are, what they are called and look like."""
        due = [it for it in self._watched.values() if it.apps_due_at() <= now]
        for console in due:
            console.apps_busy = True
        names = families(self._watched.values())
        store = (
            [self._load_products(names)]
            if self.products.is_load_due(names) and not self._loading_products
            else []
        )
        return [*store, *(self._read_apps(console, now) for console in due)]

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
            source = console.apps_backoff
            source.failed(err, time.monotonic())
            source.retry_at = max(source.retry_at, time.monotonic() + _least_pause(err))
        else:
            self._answered(console.apps_backoff)
            console.update_apps(apps, now)
        finally:
            console.apps_busy = False


def _least_pause(err: XboxError | None) -> float:
    # others find out sooner when the sign-in works again
    return REFUSED_SECONDS if isinstance(err, XboxAuthError) else _LEAST_RETRY_SECONDS


def _moved(before: Presence, after: Presence, console: WatchedConsole) -> bool:
    """Tell whether somebody may have come to a console, left it, or begun something else there."""
    platform = platform_of_console(console.facts.console_type)
    was, there = _titles(before, platform), _titles(after, platform)
    arrived_or_left = platform in devices_of(before) ^ devices_of(after)
    return arrived_or_left or (console.power is Power.ON and was != there)


def _titles(presence: Presence, platform: DevicePlatform | None) -> frozenset[str]:
    return frozenset(title for where, title in places_of(presence) if where is platform)
