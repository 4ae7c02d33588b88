"""One console: its snapshot, and the times of its reads."""

import math
from bisect import insort
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

from ..caches.products import KnownProduct
from ..errors import ConsoleProblem, XboxError, console_problem
from ..gaps import fill_gaps, fill_items, in_order_of
from ..http.backoff import GRACE_SECONDS, Backoff
from ..models.base import PartialItems
from ..models.consoles import Console, ConsoleStatus, InstalledApp, Playback, Power, StorageDevice
from ..presence import DevicePlatform
from .activity import ConsoleActivity, activity
from .app_list import AppList
from .expectations import TOGETHER_SECONDS, Expectations
from .focused_app import FocusedApp, family_of, focused, system_kind
from .link import Link, is_denial
from .status_memory import LOOK_AGAIN_SECONDS, StatusMemory

ON_SECONDS: Final = 10.0
OFF_SECONDS: Final = 60.0
# After a command its result is read after so many seconds: waking takes some ten (`docs/network.md` S7.9).
SETTLING_READS: Final = (2.0, 10.0)
# A console that is missed is looked for more often for an hour. By then it has been removed.
MISSED_SECONDS: Final = 3600.0

# Minimum seconds between two scheduled reads.
_APART_SECONDS: Final = 0.5
# The number of lists in a row that lack a console until it may be gone. A single list may be incomplete.
_MISSES: Final = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsoleSnapshot:
    """The known facts about a console at one moment.

    `app` is the app in front while the console is on. `disks` are empty while they are unknown. `fresh` is
    whether the latest read told the power, `current` whether the facts count as current. `settling` is whether the
    state that a command leads to is shown without a confirmation, `power_expected` whether a command has led to the
    power so lately that a sign of another one may be old news. `gone` is whether the console is no longer
    linked to the account. `remote_features_off` is whether the service says again and again that the remote
    features of the console are off, None while it does not tell; the flag `remote_management` is only a hint.
    """

    console_id: str
    name: str | None = None
    console_type: str | None = None
    power: Power = Power.UNKNOWN
    playback: Playback = Playback.UNKNOWN
    app: FocusedApp | None = None
    disks: tuple[StorageDevice, ...] = ()
    apps: tuple[InstalledApp, ...] = ()
    remote_management: bool | None = None
    remote_features_off: bool | None = None
    tv_configured: bool | None = None
    fresh: bool = True
    current: bool = True
    settling: bool = False
    power_expected: bool = False
    gone: bool = False

    @property
    def activity(self) -> ConsoleActivity | None:
        """The activity of the console, None if it is unknown."""
        return activity(self.power, self.app.kind if self.app else None, self.playback)

    @property
    def platform(self) -> DevicePlatform | None:
        """The platform in the presence of people who use the console."""
        return platform_of_console(self.console_type)


def platform_of_console(console_type: str | None) -> DevicePlatform | None:
    """Return the platform in presences of a console type, None for an undocumented type."""
    kind = (console_type or "").casefold()
    generations = {"xboxseries": DevicePlatform.XBOX_SERIES, "xboxone": DevicePlatform.XBOX_ONE}
    return next((it for start, it in generations.items() if kind.startswith(start)), None)


def _status_backoff() -> Backoff:
    return Backoff(grace=GRACE_SECONDS)


@dataclass(slots=True)
class WatchedConsole:
    """The memory of a console between two refreshes. Times are `time.monotonic`.

    `elsewhere` is whether another account reads it: then only the list is taken over. `expectations` are those of all
    accounts: a command counts whoever reads the console after it.
    """

    facts: Console
    app_list: AppList = field(default_factory=AppList)
    backoff: Backoff = field(default_factory=_status_backoff)
    read_at: float | None = None
    busy: bool = False
    gone: bool = False
    elsewhere: bool = False
    disks: tuple[StorageDevice, ...] = ()
    asked_at: float = -math.inf
    missed_since: float | None = None
    expectations: Expectations = field(default_factory=Expectations)
    _told_facts: Console | None = None
    _memory: StatusMemory = field(default_factory=StatusMemory)
    _scheduled_reads: list[float] = field(default_factory=list)
    _times_missing: int = 0
    _not_linked: bool = False
    _denied: bool = False  # until an answer: an error that says something else takes nothing back

    @property
    def console_id(self) -> str:
        """The id of the console."""
        return self.facts.console_id

    @property
    def status(self) -> ConsoleStatus | None:
        """The latest status that was read, with what it left out; None before the first one."""
        return self._memory.status

    @property
    def link(self) -> Link:
        """What the service says of the link between this account and the console."""
        if self.gone:
            return Link.GONE
        if self._times_missing:
            return Link.MISSED
        return Link.DENIED if self._denied else Link.LISTED

    @property
    def unread(self) -> bool:
        """Whether this account does not ask for the console."""
        return self.gone or self.elsewhere

    def read_here(self, *, here: bool) -> None:
        """Begin to read the console for this account, at once, or leave it to another account."""
        if here is not self.elsewhere:
            return
        self.elsewhere = not here
        self._forget_readings()
        self._scheduled_reads = [0.0] if here else []

    @property
    def power(self) -> Power:
        """The power that a command leads to, else the latest one that was read."""
        return self.expectations.power(self._read_power)

    @property
    def _read_power(self) -> Power:
        return self.status.power if self.status else self.facts.power

    @property
    def aumid(self) -> str | None:
        """The application id of the app in front, None while the console is not on.

        The status of a console that is off names the app from before.
        """
        return self.expectations.aumid(self.status) if self.power is Power.ON else None

    @property
    def _playback(self) -> Playback:
        on = self.power is Power.ON
        return self.expectations.playback(self.status) if on else Playback.UNKNOWN

    def update_facts(self, facts: Console) -> bool:
        """Take over the facts in a list; return whether they leave something out. What is known stays then.

        A disk that is missing, and a size, are unknown after two such lists; a name, a type and all disks stay.
        """
        is_partial = isinstance(facts.storage_devices, PartialItems)
        if is_partial:
            known_disks = tuple(fill_items(facts.storage_devices, self.disks))
            facts = facts.model_copy(update={"storage_devices": known_disks})
        filled = fill_gaps(facts, self._told_facts, skip=("power_state",))
        disks = in_order_of(self.disks, facts.storage_devices, filled.storage_devices)
        lasting = ("name", "console_type", "remote_management_enabled")
        known = {it: getattr(self.facts, it) for it in lasting if getattr(filled, it) is None}
        self.facts, self._told_facts = filled.model_copy(update=known), facts
        self.disks = disks or self.disks
        self._times_missing, self._not_linked, self.missed_since = 0, False, None
        if self.gone:
            self.gone, self.backoff, self._scheduled_reads = False, _status_backoff(), [0.0]
            self._denied = False
        return is_partial or filled is not facts

    def mark_missing(self, now: float) -> None:
        """Take note that a list lacks the console.

        It is gone if the service denies the link, or after two lists if its own status has not come for the grace
        time: a list may be incomplete. The first list has the status read at once. If another account reads the
        status, the lists of the grace time are enough.
        """
        self._times_missing += 1
        if self._times_missing == 1:
            self.schedule_reads(now)
        self.mark_unread(now)
        out = now - (self.missed_since or now)
        if not self.elsewhere:
            out = min(out, self.backoff.seconds_out(now))
        is_out = self._times_missing >= _MISSES and out >= GRACE_SECONDS
        if is_out or self._not_linked:
            self.gone, self._scheduled_reads = True, []

    def mark_unread(self, now: float) -> None:
        """Take note that the console is not among the items of a list that could be read."""
        if self.missed_since is None:
            self.missed_since = now

    def is_missed(self, now: float) -> bool:
        """Tell whether a list has lacked the console, not longer ago than an hour."""
        return self.missed_since is not None and now - self.missed_since < MISSED_SECONDS

    def mark_asked(self, now: float) -> None:
        """Take note that its status is being read."""
        self.busy, self.asked_at = True, now
        self._scheduled_reads = [at for at in self._scheduled_reads if at > now + TOGETHER_SECONDS]

    def update_status(self, status: ConsoleStatus) -> None:
        """Take over the answer to the request of `asked_at`."""
        self.backoff.succeeded()
        self._not_linked = self._denied = False
        self.read_at = self.asked_at
        self._memory.update(status, self.asked_at)
        if self.status:
            self.expectations.update(self.status, self.asked_at, self._memory.held)
        if self._memory.has_new_gap or self.expectations.is_doubted:
            self.schedule_reads(self.asked_at + LOOK_AGAIN_SECONDS)

    def forget_status(self) -> None:
        """Take the next status for a beginning: nothing is held or expected."""
        self._forget_readings()
        if not self.elsewhere:
            self.expectations.clear()

    def _forget_readings(self) -> None:
        self.read_at, self._memory = None, StatusMemory()

    def mark_failed(self, err: XboxError, now: float) -> bool:
        """Count a failure; return whether it says that the console is no longer linked."""
        self.backoff.failed(err, now)
        self._denied |= is_denial(err)
        self._not_linked = console_problem(err) is ConsoleProblem.NOT_LINKED
        return self._not_linked

    def schedule_reads(self, *moments: float, apart: float = _APART_SECONDS) -> None:
        """Schedule reads at these moments, except moments that are too close to another read."""
        for moment in moments:
            if all(abs(moment - at) >= apart for at in self._scheduled_reads):
                insort(self._scheduled_reads, moment)

    def expect_state(
        self,
        now: float,
        powers: tuple[Power, ...] = (),
        playback: Playback | None = None,
        aumid: str | None = None,
    ) -> None:
        """Show the state that a command leads to at once, and schedule reads that confirm it."""
        self.expectations.expect(
            now, self._read_power, self.status, powers=powers, playback=playback, aumid=aumid
        )
        self.schedule_reads(*(now + seconds for seconds in SETTLING_READS))

    def due_at(self, on_seconds: float) -> float:
        """Return when its status is due; `on_seconds` is the interval while the console is on."""
        if self.unread or self.busy:
            return math.inf
        is_active = self.power is Power.ON or self.expectations.is_pending
        has_gap = self._memory.is_power_held
        regular = self.asked_at + (on_seconds if is_active or has_gap else OFF_SECONDS)
        if self.backoff.failing_since is not None:
            regular = max(self.backoff.retry_at, self.asked_at + on_seconds)
        elif until := self.expectations.until:
            # an answer of that moment that told nothing ends no expectation: the next one does
            is_over = until - TOGETHER_SECONDS <= self.asked_at
            regular = regular if is_over else min(regular, until)
        return min(regular, self._scheduled_reads[0]) if self._scheduled_reads else regular

    def stale_at(self) -> float:
        """Return when the facts are outdated."""
        if self.read_at is None:
            return -math.inf
        oldest = self.read_at + OFF_SECONDS + GRACE_SECONDS
        failing_since = self.backoff.failing_since
        return oldest if failing_since is None else min(oldest, failing_since + GRACE_SECONDS)

    def apps_due_at(self) -> float:
        """Return when its list of apps is due."""
        is_on = self.power is Power.ON
        return math.inf if self.unread else self.app_list.due_at(self.aumid, is_on=is_on)

    def apps_allowed_at(self) -> float:
        """Return the moment from which the list of apps may be read because the user asked for a missing app."""
        return math.inf if self.unread else self.app_list.allowed_at()

    @property
    def _remote_features_off(self) -> bool | None:
        err = self.backoff.error
        if err is None:
            return None if self.status is None else False
        disabled = console_problem(err) is ConsoleProblem.REMOTE_MANAGEMENT_DISABLED
        return True if disabled and self.backoff.failures > 1 else None

    def snapshot(self, now: float, product: KnownProduct | None) -> ConsoleSnapshot:
        """Return the snapshot; `product` is the store's product of the app in front."""
        enabled = self.status.remote_management_enabled if self.status else None
        facts = self.facts
        return ConsoleSnapshot(
            console_id=facts.console_id,
            name=facts.name,
            console_type=facts.console_type,
            power=self.power,
            playback=self._playback,
            app=focused(self.aumid, self.app_list.apps, product),
            disks=self.disks,
            apps=self.app_list.apps,
            remote_management=facts.remote_management_enabled if enabled is None else enabled,
            remote_features_off=self._remote_features_off,
            tv_configured=self.status.is_tv_configured if self.status else None,
            fresh=self.backoff.failing_since is None and self._memory.is_power_told,
            settling=self.expectations.is_pending,
            power_expected=self.expectations.expects_power(now),
            current=not self.unread and now < self.stale_at(),
            gone=self.gone,
        )


def families(consoles: Iterable[WatchedConsole]) -> list[str]:
    """Return the package families in front on consoles that the store may know."""
    found = [console.aumid for console in consoles if not console.unread]
    wanted = [aumid for aumid in found if aumid and system_kind(aumid) != "idle_screen"]
    return list(dict.fromkeys(family_of(aumid) for aumid in wanted))
