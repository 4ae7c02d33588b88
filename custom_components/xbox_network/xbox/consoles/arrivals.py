"""Which consoles to read because a person may have come to them or left them."""

from collections.abc import Iterable, Mapping
from typing import Final

from ..models.consoles import Power
from ..presence import DevicePlatform, Presence
from .console import WatchedConsole, platform_of_console
from .player import devices_of, places_of

# Minimum seconds between two reads after arrivals: people come and go at other consoles, too.
_LEAST_SECONDS_BETWEEN: Final = 5.0
# Seconds from an arrival to more reads of a console that is not on: the service may learn of it later.
_ARRIVAL_READS: Final = (5.0, 15.0)


def consoles_of_moves(
    before: Mapping[str, Presence],
    after: Mapping[str, Presence],
    consoles: Iterable[WatchedConsole],
) -> list[WatchedConsole]:
    """Return the consoles that a person may have come to, left, or changed the title at.

    `before` and `after` are the presences of people by xuid. Who has just become known has not moved.
    """
    return [
        console
        for console in consoles
        if not console.unread
        and any(
            _moved(before[xuid], presence, console)
            for xuid, presence in after.items()
            if xuid in before
        )
    ]


def schedule_arrival_reads(console: WatchedConsole, now: float) -> None:
    """Have the status of a console read soon after an arrival."""
    least = _LEAST_SECONDS_BETWEEN
    moments = [max(now, console.asked_at + least)]
    if console.power is not Power.ON:
        moments += [now + seconds for seconds in _ARRIVAL_READS]
    console.schedule_reads(*moments, apart=least)


def _moved(before: Presence, after: Presence, console: WatchedConsole) -> bool:
    platform = platform_of_console(console.facts.console_type)
    was, there = _titles(before, platform), _titles(after, platform)
    arrived_or_left = platform in devices_of(before) ^ devices_of(after)
    return arrived_or_left or (console.power is Power.ON and was != there)


def _titles(presence: Presence, platform: DevicePlatform | None) -> frozenset[str]:
    return frozenset(title for where, title in places_of(presence) if where is platform)
