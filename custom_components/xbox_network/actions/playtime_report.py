"""The response of `get_playtime`: the minutes that a person has played in a period."""

from collections.abc import Iterable
from datetime import date
from typing import Any, Final

from homeassistant.core import HomeAssistant

from ..coordinator.playtime import PlaytimeCoordinator
from ..coordinator.whole_minutes import (
    NO_PLAY,
    day_minutes,
    longest_first,
    title_minutes,
    whole_minutes,
)
from ..data import XboxConfigEntry, is_loaded
from .targets import who_is

_UNKNOWN: Final[dict[str, Any]] = {
    "minutes": None,
    "estimated": None,
    "unseen": None,
    "days": [],
    "titles": [],
}


def report(
    hass: HomeAssistant, entry: XboxConfigEntry, xuid: str, dates: Iterable[date]
) -> dict[str, Any]:
    """Return the minutes of a person by day and by title. Both have the same sum.

    Of an account that is not loaded nothing is known; what is not known is no 0.
    """
    loaded = is_loaded(entry)
    played = _played(entry.runtime_data.playtime, xuid, dates) if loaded else _UNKNOWN
    return {**who_is(hass, entry, xuid), "available": loaded, **played}


def _played(playtime: PlaytimeCoordinator, xuid: str, dates: Iterable[date]) -> dict[str, Any]:
    recorded = playtime.tracker.summary(xuid).days
    days = [(day, recorded.get(day, NO_PLAY)) for day in dates]
    by_title: dict[str, int] = {}
    for _, times in days:
        for title_id, minutes in title_minutes(times).items():
            by_title[title_id] = by_title.get(title_id, 0) + minutes
    return {
        "minutes": sum(by_title.values()),
        "estimated": whole_minutes(days, lambda it: it.estimated),
        "unseen": whole_minutes(days, lambda it: it.unseen),
        "days": [
            {
                "date": day.isoformat(),
                "minutes": day_minutes(times),
                "titles": _titles(playtime, title_minutes(times)),
            }
            for day, times in days
        ],
        "titles": _titles(playtime, by_title),
    }


def _titles(playtime: PlaytimeCoordinator, minutes: dict[str, int]) -> list[dict[str, Any]]:
    return [
        {"title": playtime.title_name(title_id), "title_id": title_id, "minutes": count}
        for title_id, count in longest_first(minutes)
    ]
