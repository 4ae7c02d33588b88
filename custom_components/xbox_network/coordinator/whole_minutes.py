"""Play time in whole minutes, rounded so that the titles add up to the day."""

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import Final

from ..xbox.playtime.summary import DayPlaytime

_MINUTE: Final = 60
NO_PLAY: Final = DayPlaytime(titles={})


def day_minutes(day: DayPlaytime) -> int:
    """Return the play time of a day in complete minutes."""
    return day.total // _MINUTE


def certain_minutes(day: DayPlaytime) -> int:
    """Return the complete minutes of a day that were certainly played: those that count for a limit."""
    return day.certain // _MINUTE


def title_minutes(day: DayPlaytime) -> dict[str, int]:
    """Return the minutes of each title id; their sum is the play time of the day.

    Minutes that are lost by rounding down go to the titles that lost most. Titles without a minute are left
    out.
    """
    minutes = {title_id: seconds // _MINUTE for title_id, seconds in day.titles.items()}
    by_loss = sorted(day.titles, key=lambda it: (-(day.titles[it] % _MINUTE), it))
    for title_id in by_loss[: day_minutes(day) - sum(minutes.values())]:
        minutes[title_id] += 1
    return {title_id: count for title_id, count in minutes.items() if count}


def whole_minutes(
    days: Iterable[tuple[date, DayPlaytime]], seconds: Callable[[DayPlaytime], int]
) -> int:
    """Return the sum over several days of the complete minutes that `seconds` returns for each day."""
    return sum(seconds(times) // _MINUTE for _, times in days)


def longest_first(minutes: Mapping[str, int]) -> list[tuple[str, int]]:
    """Return titles and their minutes, the title with most minutes first."""
    return sorted(minutes.items(), key=lambda it: (-it[1], it[0]))
