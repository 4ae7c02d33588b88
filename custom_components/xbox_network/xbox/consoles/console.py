"""One console: its snapshot, the state that a command leads to, and the times of its reads."""

import math
from bisect import insort
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

from ..caches.products import KnownProduct
from ..errors import ConsoleProblem, XboxConsoleError, XboxError
from ..http.backoff import GRACE_SECONDS, Backoff
from ..models.consoles import Console, ConsoleStatus, InstalledApp, Playback, Power, StorageDevice
from ..presence import DevicePlatform
from .activity import ConsoleActivity, activity
from .focused_app import FocusedApp, family_of, focused, installed_of, same_family, system_kind
from .link import Link, is_denial

ON_SECONDS: Final = 10.0
OFF_SECONDS: Final = 60.0
APPS_SECONDS: Final = 3600.0
# Reads that are due within so many seconds are sent together.
TOGETHER_SECONDS: Final = 1.0
# After a successful command the service may report the old state for a while: waking takes some ten seconds
# (`docs/network.md` S7.9). A read after twenty seconds is believed.
SETTLING_SECONDS: Final = 19.0
SETTLING_READS: Final = (2.0, 10.0)

_APPS_RETRY_SECONDS: Final = 60.0
_LONGEST_APPS_RETRY_SECONDS: Final = 900.0
_REFUSED_SECONDS: Final = 3600.0
# Minimum seconds between two scheduled reads.
_APART_SECONDS: Final = 0.5
# The number of lists in a row that lack a console until it counts as gone. A single list may be incomplete.
_MISSES: Final = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsoleSnapshot:
    """The known facts about a console at one moment.

    `app` is the app in front while the console is on. `disks` are empty while they are unknown. `fresh` is
    whether the latest read was answered, `current` whether the facts count as current. `settling` is whether the
    state that a command leads to is shown without a confirmation. `gone` is whether the console is no longer
    linked to the account.
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


@dataclass(slots=True)
class _Expectation:
    """The state that a successful command leads to, until a read confirms or outlives it."""

    powers: tuple[Power, ...]
    playback: Playback | None
    aumid: str | None
    until: float

    def is_met(self, status: ConsoleStatus) -> bool:
        has_power = not self.powers or status.power in self.powers
        return has_power and self.playback in (None, status.playback) and self.in_front(status)

    def in_front(self, status: ConsoleStatus) -> bool:
        """Tell whether the started app is in front; True if the command has started none."""
        if self.aumid is None:
            return True
        return status.power is Power.ON and same_family(status.focus_app_aumid, self.aumid)


def _status_backoff() -> Backoff:
    return Backoff(grace=GRACE_SECONDS)


def _apps_backoff() -> Backoff:
    return Backoff(
        first_backoff=_APPS_RETRY_SECONDS,
        longest_backoff=_LONGEST_APPS_RETRY_SECONDS,
        longest_refused=_REFUSED_SECONDS,
    )


@dataclass(slots=True)
class WatchedConsole:
    """The memory of a console between two refreshes. Times are `time.monotonic`.

    `elsewhere` is whether another account reads it: then only the list is taken over.
    """

    facts: Console
    backoff: Backoff = field(default_factory=_status_backoff)
    status: ConsoleStatus | None = None
    read_at: float | None = None
    busy: bool = False
    gone: bool = False
    elsewhere: bool = False
    disks: tuple[StorageDevice, ...] = ()
    apps: tuple[InstalledApp, ...] = ()
    apps_backoff: Backoff = field(default_factory=_apps_backoff)
    apps_busy: bool = False
    asked_at: float = -math.inf
    _scheduled_reads: list[float] = field(default_factory=list)
    _expected: _Expectation | None = None
    _times_missing: int = 0
    _not_linked: bool = False
    _apps_at: float = -math.inf
    _apps_wanted: bool = True
    _unlisted_families: set[str] = field(default_factory=set)

    @property
    def console_id(self) -> str:
        """The id of the console."""
        return self.facts.console_id

    @property
    def link(self) -> Link:
        """What the service says of the link between this account and the console."""
        if self.gone:
            return Link.GONE
        if self._times_missing:
            return Link.MISSED
        return Link.DENIED if is_denial(self.backoff.error) else Link.LISTED

    @property
    def unread(self) -> bool:
        """Whether this account does not ask for the console."""
        return self.gone or self.elsewhere

    def read_here(self, *, here: bool) -> None:
        """Begin to read the console for this account, at once, or leave it to another account."""
        if here is not self.elsewhere:
            return
        self.elsewhere, self._expected = not here, None
        self._scheduled_reads = [0.0] if here else []

    @property
    def power(self) -> Power:
        """The power that a command leads to, else the latest one that was read."""
        power = self.status.power if self.status else self.facts.power
        if self._expected and self._expected.powers and power not in self._expected.powers:
            return self._expected.powers[0]
        return power

    @property
    def aumid(self) -> str | None:
        """The application id of the app in front, None while the console is not on.

        The status of a console that is off names the app from before.
        """
        if self.power is Power.ON and self._expected and self._expected.aumid:
            return self._expected.aumid
        return (self._status_while_on.focus_app_aumid or None) if self._status_while_on else None

    @property
    def _status_while_on(self) -> ConsoleStatus | None:
        """The latest status, None if the console is off or has just been turned on or off."""
        on = self.power is Power.ON and self.status and self.status.power is Power.ON
        return self.status if on else None

    @property
    def _playback(self) -> Playback:
        if self._status_while_on is None:
            return Playback.UNKNOWN
        expected = self._expected
        if expected and expected.playback:
            return expected.playback
        # the playback of the app from before says nothing about an app that was just started
        started = expected and not expected.in_front(self._status_while_on)
        return Playback.UNKNOWN if started else self._status_while_on.playback

    def update_facts(self, facts: Console) -> None:
        """Take over the facts in the list. Without disks in it the known disks stay."""
        self.facts = facts
        self.disks = facts.storage_devices or self.disks
        self._times_missing, self._not_linked = 0, False
        if self.gone:
            self.gone, self.backoff, self._scheduled_reads = False, _status_backoff(), [0.0]

    def mark_missing(self) -> None:
        """Take note that a list lacks the console. After two lists, or if the service denies the link, it is gone."""
        self._times_missing += 1
        if self._times_missing >= _MISSES or self._not_linked:
            self.gone, self._scheduled_reads = True, []

    def mark_asked(self, now: float) -> None:
        """Take note that its status is being read."""
        self.busy, self.asked_at = True, now
        self._scheduled_reads = [at for at in self._scheduled_reads if at > now + TOGETHER_SECONDS]

    def update_status(self, status: ConsoleStatus) -> None:
        """Take over the answer to the request of `asked_at`."""
        self.status, self.read_at = status, self.asked_at
        self.backoff.succeeded()
        expected = self._expected
        if expected and (expected.is_met(status) or self.asked_at >= expected.until):
            self._expected = None

    def mark_failed(self, err: XboxError, now: float) -> bool:
        """Count a failure; return whether it says that the console is no longer linked."""
        self.backoff.failed(err, now)
        self._not_linked = isinstance(err, XboxConsoleError) and (
            err.problem is ConsoleProblem.NOT_LINKED
        )
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
        if not powers and self._expected:
            # the power and the app from the command before are still to be confirmed
            powers = self._expected.powers
            aumid = aumid or self._expected.aumid
        self._expected = _Expectation(powers, playback, aumid, now + SETTLING_SECONDS)
        self.schedule_reads(*(now + seconds for seconds in SETTLING_READS))

    def due_at(self, on_seconds: float) -> float:
        """Return when its status is due; `on_seconds` is the interval while the console is on."""
        if self.unread or self.busy:
            return math.inf
        is_active = self.power is Power.ON or self._expected is not None
        regular = self.asked_at + (on_seconds if is_active else OFF_SECONDS)
        if self.backoff.failing_since is not None:
            regular = max(self.backoff.retry_at, self.asked_at + on_seconds)
        return min(regular, self._scheduled_reads[0]) if self._scheduled_reads else regular

    def stale_at(self) -> float:
        """Return when the facts are outdated."""
        if self.read_at is None:
            return -math.inf
        oldest = self.read_at + OFF_SECONDS + GRACE_SECONDS
        failing_since = self.backoff.failing_since
        return oldest if failing_since is None else min(oldest, failing_since + GRACE_SECONDS)

    def request_apps(self) -> None:
        """Have its list of apps read at the next refresh."""
        self._apps_wanted = True

    def apps_due_at(self) -> float:
        """Return when its list of apps is due: hourly while on, and when an unlisted app is in front."""
        if self.unread or self.apps_busy:
            return math.inf
        if self.apps_backoff.failing_since is not None:
            return self.apps_backoff.retry_at
        if self._apps_wanted or self._shows_unlisted_app():
            return -math.inf
        return self._apps_at + APPS_SECONDS if self.power is Power.ON else math.inf

    def apps_allowed_at(self) -> float:
        """Return the moment from which the list of apps may be read because the user asked for a missing app."""
        if self.unread or self.apps_busy:
            return math.inf
        return max(self._apps_at + _APPS_RETRY_SECONDS, self.apps_backoff.retry_at)

    def _shows_unlisted_app(self) -> bool:
        """Tell whether the app in front is not in the list of apps: it may be new."""
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
            # an app that even the new list lacks is a part of the system: no reason to read the list again
            self._unlisted_families.add(family_of(self.aumid))

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
            app=focused(self.aumid, self.apps, product),
            disks=self.disks,
            apps=self.apps,
            remote_management=facts.remote_management_enabled if enabled is None else enabled,
            tv_configured=self.status.is_tv_configured if self.status else None,
            fresh=self.backoff.failing_since is None,
            settling=self._expected is not None,
            current=not self.unread and now < self.stale_at(),
            gone=self.gone,
        )


def families(consoles: Iterable[WatchedConsole]) -> list[str]:
    """Return the package families in front on consoles that the store may know."""
    found = [console.aumid for console in consoles if not console.unread]
    wanted = [aumid for aumid in found if aumid and system_kind(aumid) != "idle_screen"]
    return list(dict.fromkeys(family_of(aumid) for aumid in wanted))
