"""The response of `get_playtime`: the minutes that a person has played in a period."""

from datetime import date, timedelta
from typing import Any

from ..coordinator.playtime import PlaytimeCoordinator
from ..coordinator.whole_minutes import (
    NO_PLAY,
    day_minutes,
    longest_first,
    title_minutes,
    whole_minutes,
)
from .targets import who_is


def report(playtime: PlaytimeCoordinator, xuid: str, first: date, last: date) -> dict[str, Any]:
    """Return the minutes of a person by day and by title. Both have the same sum."""
    recorded = playtime.tracker.summary(xuid).days
    dates = [first + timedelta(days=number) for number in range((last - first).days + 1)]
    days = [(day, recorded.get(day, NO_PLAY)) for day in dates]
    by_title: dict[str, int] = {}
    for _, times in days:
        for title_id, minutes in title_minutes(times).items():
            by_title[title_id] = by_title.get(title_id, 0) + minutes
    return {
        **who_is(playtime.people, xuid),
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
