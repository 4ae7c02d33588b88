"""Who is at which console, as far as presence tells: never a guess.

Presence names a kind of device and a title, not a console. So it takes one console, and one person, of
which nothing else could be meant.
"""

import re
from collections.abc import Iterable, Mapping

from .activity import ActiveTitle, Platform, Presence, platform_of
from .apps import FocusedApp
from .console import ConsoleSnapshot
from .console_state import AppKind
from .models.consoles import Power

_SCREENS = (AppKind.HOME, AppKind.IDLE_SCREEN)


def player(
    console: ConsoleSnapshot, consoles: Iterable[ConsoleSnapshot], people: Mapping[str, Presence]
) -> str | None:
    """Return the xuid of who plays on a console, None for nobody, and if it may be somebody else.

    `consoles` are all of the account, `people` those who are tracked. Two of them in the same title, or
    one in a title that runs on two consoles, could be at either.
    """
    app = _running(console)
    if app is None or any(_may_run_at(other, app, console) for other in consoles):
        return None
    at_it = [xuid for xuid, it in people.items() if _is_in(it, app, console.platform)]
    return at_it[0] if len(at_it) == 1 else None


def power_of(
    console: ConsoleSnapshot, consoles: Iterable[ConsoleSnapshot], owner: Presence | None
) -> Power:
    """Return a console's power, mended by where the account's owner is.

    Only where the console's own word is missing: not known, or not answered lately. And only the owner
    counts, at the only console of that kind: others are at home elsewhere.
    """
    told = console.power
    doubtful = told is Power.UNKNOWN or not console.fresh
    if not doubtful or console.gone or owner is None or not owner.online:
        return told
    alike = [it for it in consoles if it.platform in (console.platform, None) and not it.gone]
    if console.platform is None or len(alike) != 1:
        return told
    return Power.ON if console.platform in devices_of(owner) else told


def devices_of(presence: Presence) -> frozenset[Platform]:
    """Return the kinds of devices that somebody is signed in on."""
    found = (platform_of(device) for device in presence.devices)
    return frozenset(platform for platform in found if platform)


def places_of(presence: Presence) -> frozenset[tuple[Platform | None, str]]:
    """Return the titles that somebody is in, each with the kind of its device."""
    return frozenset((platform_of(it.device), it.title_id) for it in presence.titles)


def _running(console: ConsoleSnapshot) -> FocusedApp | None:
    """Return what somebody has started on a console, as far as it is known."""
    known = console.current and console.power is Power.ON and console.platform is not None
    screen = console.app is None or console.app.kind in _SCREENS
    return console.app if known and not screen else None


def _may_run_at(other: ConsoleSnapshot, app: FocusedApp, console: ConsoleSnapshot) -> bool:
    """Tell whether somebody who is in the app of a console may be at another one."""
    if other.console_id == console.console_id or other.gone:
        return False
    if other.platform not in (console.platform, None):
        return False
    if not other.current or other.power is Power.UNKNOWN:
        return True  # nobody knows what runs there
    if other.power is not Power.ON:
        return False
    return other.app is None or _are_same(other.app, app)


def _are_same(one: FocusedApp, other: FocusedApp) -> bool:
    same_id = one.title_id is not None and one.title_id == other.title_id
    same_family = one.family.casefold() == other.family.casefold()
    return same_id or same_family or not _names_of(one).isdisjoint(_names_of(other))


def _is_in(presence: Presence, app: FocusedApp, platform: Platform | None) -> bool:
    """Tell whether somebody is in an app, in front, on that kind of device."""
    return bool(presence.online) and any(
        title.is_primary and platform_of(title.device) is platform and _is_title_of(title, app)
        for title in presence.titles
    )


def _is_title_of(title: ActiveTitle, app: FocusedApp) -> bool:
    return title.title_id == app.title_id or _plain(title.name) in _names_of(app)


def _names_of(app: FocusedApp) -> frozenset[str]:
    names = {_plain(app.name), _plain(app.product.title if app.product else None)}
    return frozenset(names - {""})


def _plain(name: str | None) -> str:
    """Return a name without what one service writes and another one does not."""
    return " ".join(re.sub(r"[®™©]", "", name or "").casefold().split())
