"""One console: what is known about it, what it was just told to do, and when to ask it again."""

import math
from bisect import insort
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

from ..caches.products import KnownProduct
from ..errors import ConsoleProblem, XboxConsoleError, XboxError
from ..http.backoff import Backoff
from ..models.consoles import Console, ConsoleStatus, InstalledApp, Playback, Power, StorageDevice
from ..presence import DevicePlatform
from .activity import ConsoleActivity, activity
from .focused_app import FocusedApp, family_of, focused, installed_of, same_family, system_kind

ON_SECONDS: Final = 10.0
OFF_SECONDS: Final = 60.0
APPS_SECONDS: Final = 3600.0
# What is due about now is asked together.
TOGETHER_SECONDS: Final = 1.0
# Data that could not be refreshed for longer than this no longer pass for current.
GRACE_SECONDS: Final = 300.0
# After a success the network may tell the old state for a while: waking takes some ten seconds
# (`xbox-services.md` 7.9). The reading after twenty seconds is believed.
SETTLING_SECONDS: Final = 19.0
SETTLING_READS: Final = (2.0, 10.0)

_APPS_RETRY_SECONDS: Final = 60.0
_LONGEST_APPS_RETRY_SECONDS: Final = 900.0
_REFUSED_SECONDS: Final = 3600.0
# Two questions that are closer together are one.
_APART_SECONDS: Final = 0.5
# Missing from the list once may be a hiccup.
_MISSES: Final = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsoleSnapshot:
    """All that is known about a console at one moment.

    `app` is what is in front while it is on; `disks` may be empty for not known. `fresh` says that the
    latest question was answered, `current` that the facts can still pass for true, `settling` that what a
    command has led to is shown and not confirmed yet, `gone` that it is no longer linked to the account.
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
    tv_configured: bool | None = None
    fresh: bool = True
    current: bool = True
    settling: bool = False
    gone: bool = False

    @property
    def activity(self) -> ConsoleActivity | None:
        """What it does, None if that is not known."""
        return activity(self.power, self.app.kind if self.app else None, self.playback)

    @property
    def platform(self) -> DevicePlatform | None:
        """What people are said to be active on while they use it."""
        return platform_of_console(self.console_type)


def platform_of_console(console_type: str | None) -> DevicePlatform | None:
    """Return what presence calls a type of console, None for one that nobody has documented."""
    kind = (console_type or "").casefold()
    generations = {"xboxseries": DevicePlatform.XBOX_SERIES, "xboxone": DevicePlatform.XBOX_ONE}
    return next((it for start, it in generations.items() if kind.startswith(start)), None)


@dataclass(slots=True)
class _Expectation:
    """What a command that succeeded has led to, until a reading confirms or outlives it."""

    powers: tuple[Power, ...]
    playback: Playback | None
    aumid: str | None
    until: float

    def is_met(self, status: ConsoleStatus) -> bool:
        as_told = not self.powers or status.power in self.powers
        return as_told and self.playback in (None, status.playback) and self.in_front(status)

    def in_front(self, status: ConsoleStatus) -> bool:
        """Tell whether the app that was started is in front, if one was."""
        if self.aumid is None:
            return True
        return status.power is Power.ON and same_family(status.focus_app_aumid, self.aumid)


def _status_source() -> Backoff:
    return Backoff(grace=GRACE_SECONDS)


def _apps_source() -> Backoff:
    return Backoff(
        first_backoff=_APPS_RETRY_SECONDS,
        longest_backoff=_LONGEST_APPS_RETRY_SECONDS,
        longest_refused=_REFUSED_SECONDS,
    )


@dataclass(slots=True)
class WatchedConsole:
    """What is remembered of a console between two looks. Times are `time.monotonic`."""

    facts: Console
    backoff: Backoff = field(default_factory=_status_source)
    status: ConsoleStatus | None = None
    read_at: float | None = None
    busy: bool = False
    gone: bool = False
    disks: tuple[StorageDevice, ...] = ()
    apps: tuple[InstalledApp, ...] = ()
    apps_backoff: Backoff = field(default_factory=_apps_source)
    apps_busy: bool = False
    asked_at: float = -math.inf
    _scheduled_reads: list[float] = field(default_factory=list)
    _expected: _Expectation | None = None
    _times_missing: int = 0
    _disowned: bool = False
    _apps_at: float = -math.inf
    _apps_wanted: bool = True
    _unlisted_families: set[str] = field(default_factory=set)

    @property
    def console_id(self) -> str:
        """Its id."""
        return self.facts.console_id

    @property
    def power(self) -> Power:
        """The state of its power: what was just done to it, else what was told last."""
        told = self.status.power if self.status else self.facts.power
        if self._expected and self._expected.powers and told not in self._expected.powers:
            return self._expected.powers[0]
        return told

    @property
    def aumid(self) -> str | None:
        """What is in front, None while it is not on: it would be what was in front before."""
        if self.power is Power.ON and self._expected and self._expected.aumid:
            return self._expected.aumid
        return (self._status_while_on.focus_app_aumid or None) if self._status_while_on else None

    @property
    def _status_while_on(self) -> ConsoleStatus | None:
        """What was told, unless it is off or has just been switched on or off."""
        on = self.power is Power.ON and self.status and self.status.power is Power.ON
        return self.status if on else None

    @property
    def _playback(self) -> Playback:
        if self._status_while_on is None:
            return Playback.UNKNOWN
        expected = self._expected
        if expected and expected.playback:
            return expected.playback
        # what was in front before says nothing about what has just been started
        started = expected and not expected.in_front(self._status_while_on)
        return Playback.UNKNOWN if started else self._status_while_on.playback

    def update_facts(self, facts: Console) -> None:
        """Take over what the list says. What it leaves out about disks is a gap in it."""
        self.facts = facts
        self.disks = facts.storage_devices or self.disks
        self._times_missing, self._disowned = 0, False
        if self.gone:
            self.gone, self.backoff, self._scheduled_reads = False, _status_source(), [0.0]

    def mark_missing(self) -> None:
        """Note that a list is without it. Missing twice, or disowned by its service, it is gone."""
        self._times_missing += 1
        if self._times_missing >= _MISSES or self._disowned:
            self.gone, self._scheduled_reads = True, []

    def mark_asked(self, now: float) -> None:
        """Note that it is being asked now."""
        self.busy, self.asked_at = True, now
        self._scheduled_reads = [
            visit for visit in self._scheduled_reads if visit > now + TOGETHER_SECONDS
        ]

    def update_status(self, status: ConsoleStatus) -> None:
        """Take over what it answered to what it was asked at `asked_at`."""
        self.status, self.read_at = status, self.asked_at
        self.backoff.succeeded()
        expected = self._expected
        if expected and (expected.is_met(status) or self.asked_at >= expected.until):
            self._expected = None

    def mark_failed(self, err: XboxError, now: float) -> bool:
        """Count a failure; return whether it says that the console is linked no more."""
        self.backoff.failed(err, now)
        self._disowned = isinstance(err, XboxConsoleError) and (
            err.problem is ConsoleProblem.NOT_LINKED
        )
        return self._disowned

    def schedule_reads(self, *moments: float, apart: float = _APART_SECONDS) -> None:
        """Have it asked at these moments, too, but for those too close to another one."""
        for moment in moments:
            if all(abs(moment - visit) >= apart for visit in self._scheduled_reads):
                insort(self._scheduled_reads, moment)

    def expect_state(
        self,
        now: float,
        powers: tuple[Power, ...] = (),
        playback: Playback | None = None,
        aumid: str | None = None,
    ) -> None:
        """Take what a command has led to for true at once, and have it confirmed soon."""
        if not powers and self._expected:
            # it still has to be confirmed that it is on, and what was started there
            powers = self._expected.powers
            aumid = aumid or self._expected.aumid
        self._expected = _Expectation(powers, playback, aumid, now + SETTLING_SECONDS)
        self.schedule_reads(*(now + seconds for seconds in SETTLING_READS))

    def due_at(self, on_seconds: float) -> float:
        """Return when to ask it again; `on_seconds` is the pace while it is on."""
        if self.gone or self.busy:
            return math.inf
        lively = self.power is Power.ON or self._expected is not None
        regular = self.asked_at + (on_seconds if lively else OFF_SECONDS)
        if self.backoff.failing_since is not None:
            regular = max(self.backoff.retry_at, self.asked_at + on_seconds)
        return min(regular, self._scheduled_reads[0]) if self._scheduled_reads else regular

    def stale_at(self) -> float:
        """Return until when what was read can pass for true."""
        if self.read_at is None:
            return -math.inf
        oldest = self.read_at + OFF_SECONDS + GRACE_SECONDS
        failing_since = self.backoff.failing_since
        return oldest if failing_since is None else min(oldest, failing_since + GRACE_SECONDS)

    def request_apps(self) -> None:
        """Have its list of apps read at the next look."""
        self._apps_wanted = True

    def apps_due_at(self) -> float:
        """Return when to read its list of apps: rarely, and when something new is in front."""
        if self.gone or self.apps_busy:
            return math.inf
        if self.apps_backoff.failing_since is not None:
            return self.apps_backoff.retry_at
        if self._apps_wanted or self._shows_unlisted_app():
            return -math.inf
        return self._apps_at + APPS_SECONDS if self.power is Power.ON else math.inf

    def apps_allowed_at(self) -> float:
        """Return from when on somebody may have its list of apps read who misses one."""
        if self.gone or self.apps_busy:
            return math.inf
        return max(self._apps_at + _APPS_RETRY_SECONDS, self.apps_backoff.retry_at)

    def _shows_unlisted_app(self) -> bool:
        """Tell whether something is in front that the list of apps does not know: it may be new."""
        aumid = self.aumid
        if not aumid or system_kind(aumid) or installed_of(aumid, self.apps):
            return False
        return family_of(aumid) not in self._unlisted_families

    def update_apps(self, apps: tuple[InstalledApp, ...], now: float) -> None:
        """Take over its list of apps."""
        if apps != self.apps:
            self.apps = apps
        self.apps_backoff.succeeded()
        self._apps_at, self._apps_wanted = now, False
        if self.aumid:
            # what the list does not know even now, parts of the system, is no reason to read it again
            self._unlisted_families.add(family_of(self.aumid))

    def snapshot(self, now: float, product: KnownProduct | None) -> ConsoleSnapshot:
        """Return what is known; `product` is the store's word on what is in front."""
        told = self.status.remote_management_enabled if self.status else None
        facts = self.facts
        return ConsoleSnapshot(
            console_id=facts.console_id,
            name=facts.name,
            console_type=facts.console_type,
            power=self.power,
            playback=self._playback,
            app=focused(self.aumid, self.apps, product),
            disks=self.disks,
            apps=self.apps,
            remote_management=facts.remote_management_enabled if told is None else told,
            tv_configured=self.status.is_tv_configured if self.status else None,
            fresh=self.backoff.failing_since is None,
            settling=self._expected is not None,
            current=not self.gone and now < self.stale_at(),
            gone=self.gone,
        )


def families(consoles: Iterable[WatchedConsole]) -> list[str]:
    """Return what the store may know of what is in front on consoles."""
    found = [console.aumid for console in consoles if not console.gone]
    wanted = [aumid for aumid in found if aumid and system_kind(aumid) != "idle_screen"]
    return list(dict.fromkeys(family_of(aumid) for aumid in wanted))
