"""The player of a console, as far as presence proves it: never a guess.

A presence names a type of device and a title, not a console. So exactly one console and exactly one person must
match. And there must be evidence that the person is at this console and not at one elsewhere: the person is the
owner of the account, or the console and the person began the same title together.
"""

import math
from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from ..models.consoles import Power
from ..names import plain_name
from ..presence import ActiveTitle, DevicePlatform, Presence, platform_of
from .activity import AppKind
from .console import ConsoleSnapshot
from .focused_app import FocusedApp

_SCREENS = (AppKind.HOME, AppKind.IDLE_SCREEN)
# The most seconds between the starts of a title by a console and a person that began it together: the network
# reports both late.
_TOGETHER_SECONDS: Final = 60.0


class PlayerReason(StrEnum):
    """Why the player of a console is known, or not."""

    FOUND = "found"
    CONSOLE_UNKNOWN = (
        "console_unknown"  # its power or platform is not known, or the status is too old
    )
    NOTHING_RUNS = (
        "nothing_runs"  # it is off or updating, shows a screen of the system, or no known app
    )
    ANOTHER_CONSOLE = "another_console"  # the title may run on another console, too
    NOBODY_IN_TITLE = "nobody_in_title"  # no tracked person is in the title
    SEVERAL_PEOPLE = "several_people"  # several tracked people are in the title
    NO_EVIDENCE = "no_evidence"  # a friend, not seen to begin the title together with this console
    PRESENCE_OUTDATED = "presence_outdated"  # the presence of the person is too old
    PEOPLE_UNAVAILABLE = (
        "people_unavailable"  # no person could be refreshed; the sensor is unavailable
    )


@dataclass(frozen=True, slots=True)
class Player:
    """The person (xuid) who plays on a console, None if that is not known, and the reason."""

    xuid: str | None = None
    reason: PlayerReason = PlayerReason.CONSOLE_UNKNOWN


class PlayerEvidence:
    """Remembers the pairs of a console and a person that began the same title together.

    The person counts as being at the console until one of them stops, or begins another title without the
    other. A title that ran at the first observation has no known start.
    """

    def __init__(self) -> None:
        """Start without evidence."""
        self._apps: dict[str, tuple[str, float]] = {}
        self._people: dict[str, tuple[frozenset[str], float]] = {}
        self._pairs: set[tuple[str, str]] = set()

    def people_at(self, console_id: str) -> frozenset[str]:
        """Return the xuids of the people who began a title together with a console."""
        return frozenset(xuid for where, xuid in self._pairs if where == console_id)

    def update(
        self, consoles: Iterable[ConsoleSnapshot], people: Mapping[str, Presence], now: float
    ) -> None:
        """Take over the apps on consoles and the presences by xuid. Unknown values change nothing.

        What was known of consoles and people that are no longer named is forgotten.
        """
        consoles = tuple(consoles)
        self._forget_all_but({it.console_id for it in consoles}, people)
        known = [console for console in consoles if console.current]
        for console in known:
            self._update_app(console, now)
        moved = {
            xuid for xuid, presence in people.items() if self._update_person(xuid, presence, now)
        }
        for console in known:
            for xuid, presence in people.items():
                self._update_pair(console, xuid, presence, now, moved=xuid in moved)

    def _forget_all_but(self, console_ids: Container[str], people: Container[str]) -> None:
        self._apps = {where: it for where, it in self._apps.items() if where in console_ids}
        self._people = {xuid: it for xuid, it in self._people.items() if xuid in people}
        self._pairs = {it for it in self._pairs if it[0] in console_ids and it[1] in people}

    def _update_app(self, console: ConsoleSnapshot, now: float) -> None:
        if console.power is Power.UNKNOWN:
            return
        family = console.app.family.casefold() if console.app else ""
        before, _ = self._apps.get(console.console_id, (None, now))
        if before != family:
            since = -math.inf if before is None else now
            self._apps[console.console_id] = family, since

    def _update_person(self, xuid: str, presence: Presence, now: float) -> bool:
        """Take over the titles in front of a person; return whether they have changed."""
        if presence.online is None or presence.without_devices:
            return False
        titles = frozenset(
            f"{platform_of(it.device)} {it.title_id}" for it in presence.titles if it.is_primary
        )
        before, _ = self._people.get(xuid, (None, now))
        if before == titles:
            return False
        self._people[xuid] = titles, -math.inf if before is None else now
        return True

    def _update_pair(
        self, console: ConsoleSnapshot, xuid: str, presence: Presence, now: float, *, moved: bool
    ) -> None:
        pair = console.console_id, xuid
        if presence.online is None or presence.without_devices:
            return
        app = _running_app(console)
        if app is not None and _is_in(presence, app, console.platform):
            if self._began_together(*pair, now):
                self._pairs.add(pair)
            elif moved:
                self._pairs.discard(pair)  # the person returned to the title elsewhere
        elif console.power.is_on is False or console.platform not in devices_of(presence):
            self._pairs.discard(pair)

    def _began_together(self, console_id: str, xuid: str, now: float) -> bool:
        began = (self._apps.get(console_id), self._people.get(xuid))
        return all(it is not None and now - it[1] <= _TOGETHER_SECONDS for it in began)


def find_player(
    console: ConsoleSnapshot,
    consoles: Iterable[ConsoleSnapshot],
    people: Mapping[str, Presence],
    xuids_at_console: Container[str],
) -> Player:
    """Return the player of a console, without a xuid if it may be another person.

    `consoles` are all consoles of the account, `people` the presences by xuid, `xuids_at_console` the xuids of those for
    whom there is evidence that they are at this console. Two people in the same title, or a person in a title
    that runs on two consoles, could be at either.
    """
    if not _is_known(console):
        return Player(reason=PlayerReason.CONSOLE_UNKNOWN)
    if (app := _running_app(console)) is None:
        return Player(reason=PlayerReason.NOTHING_RUNS)
    if any(_may_run_at(other, app, console) for other in consoles):
        return Player(reason=PlayerReason.ANOTHER_CONSOLE)
    in_title = [xuid for xuid, it in people.items() if _is_in(it, app, console.platform)]
    if len(in_title) != 1:
        several = PlayerReason.SEVERAL_PEOPLE if in_title else PlayerReason.NOBODY_IN_TITLE
        return Player(reason=several)
    if in_title[0] not in xuids_at_console:
        return Player(reason=PlayerReason.NO_EVIDENCE)
    return Player(in_title[0], PlayerReason.FOUND)


def power_of(
    console: ConsoleSnapshot, consoles: Iterable[ConsoleSnapshot], owner: Presence | None
) -> Power:
    """Return a console's power, corrected by the presence of the account's owner.

    The presence only counts if the power is unknown or its latest read failed, not right after a command of ours, and
    only at the account's single console of its platform. Other people may be at consoles elsewhere.
    """
    power = console.power
    doubtful = power is Power.UNKNOWN or not console.fresh
    if not doubtful or console.power_expected or console.gone or owner is None or not owner.online:
        return power
    alike = [it for it in consoles if it.platform in (console.platform, None) and not it.gone]
    if console.platform is None or len(alike) != 1:
        return power
    return Power.ON if console.platform in devices_of(owner) else power


def devices_of(presence: Presence) -> frozenset[DevicePlatform]:
    """Return the platforms of the devices that a person is signed in on."""
    found = (platform_of(device) for device in presence.devices)
    return frozenset(platform for platform in found if platform)


def places_of(presence: Presence) -> frozenset[tuple[DevicePlatform | None, str]]:
    """Return the ids of the titles that a person is in, each with the platform of its device."""
    return frozenset((platform_of(it.device), it.title_id) for it in presence.titles)


def _is_known(console: ConsoleSnapshot) -> bool:
    """Return whether the console is known to be on or off, and of which platform it is."""
    return console.current and console.power is not Power.UNKNOWN and console.platform is not None


def _running_app(console: ConsoleSnapshot) -> FocusedApp | None:
    """Return the title in front on a console; None on a screen of the system, or if that is not known."""
    on = _is_known(console) and console.power is Power.ON
    screen = console.app is None or console.app.kind in _SCREENS
    return console.app if on and not screen else None


def _may_run_at(other: ConsoleSnapshot, app: FocusedApp, console: ConsoleSnapshot) -> bool:
    """Tell whether a person in the app of a console may be at another console."""
    if other.console_id == console.console_id or other.gone:
        return False
    if other.platform not in (console.platform, None):
        return False
    if not other.current or other.power is Power.UNKNOWN:
        return True  # its app is unknown
    if other.power is not Power.ON:
        return False
    return other.app is None or _are_same(other.app, app)


def _are_same(one: FocusedApp, other: FocusedApp) -> bool:
    same_id = one.title_id is not None and one.title_id == other.title_id
    same_family = one.family.casefold() == other.family.casefold()
    return same_id or same_family or not _names_of(one).isdisjoint(_names_of(other))


def _is_in(presence: Presence, app: FocusedApp, platform: DevicePlatform | None) -> bool:
    """Tell whether a person has an app in front on a device of that platform."""
    return bool(presence.online) and any(
        title.is_primary and platform_of(title.device) is platform and _is_title_of(title, app)
        for title in presence.titles
    )


def _is_title_of(title: ActiveTitle, app: FocusedApp) -> bool:
    names = map(plain_name, (title.name, *title.other_names))
    return title.title_id == app.title_id or not _names_of(app).isdisjoint(names)


def _names_of(app: FocusedApp) -> frozenset[str]:
    names = {plain_name(app.name), plain_name(app.product.title if app.product else None)}
    return frozenset(names - {""})
