"""The play time of the demo's people before its start, as the integration stores it.

Simulating days would take days. So the demo writes them once: the play time into the integration's
file, while Home Assistant is not running, and then into its statistics. The limits are set by
action.
"""

import pathlib
import random
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from custom_components.xbox_network.xbox.playtime.ledger_json import state_to_json
from custom_components.xbox_network.xbox.playtime.ledger_state import LedgerState
from tests.simulator.auth.personas import all_personas
from tests.simulator.world.demo_world import (
    BRASS_OTTER,
    COPPER_FINCH,
    EMBER_VALE,
    HARBOR_KINGS,
    LUMEN_FOX,
    MOSS_AND_MACHINE,
    QUIET_HARBOR,
    STARFALL_DRIFT,
    TINY_TURBINES,
    VELVET_COMET,
    demo_titles,
)

from .home_assistant import config_folder
from .home_assistant.client import HomeAssistant
from .home_assistant.devices import Person
from .processes import DemoError

DAYS = 13
LIMITS = {"Quiet Harbor#42": 90, "Copper Finch": 60}
_AFTERNOON = time(15)
_ZONE = ZoneInfo(config_folder.TIME_ZONE)


@dataclass(frozen=True)
class Habit:
    """The titles that a person plays, the minutes a day, today's minutes, and the limit."""

    titles: tuple[str, ...]
    minutes: int
    today: int
    limit: int | None = None


HABITS = {
    all_personas()["adult"].xuid: Habit((STARFALL_DRIFT, MOSS_AND_MACHINE), 55, 32),
    QUIET_HARBOR: Habit((HARBOR_KINGS, TINY_TURBINES), 75, 57, 90),
    COPPER_FINCH: Habit((EMBER_VALE, HARBOR_KINGS), 50, 52, 60),
    BRASS_OTTER: Habit((MOSS_AND_MACHINE,), 40, 26),
    VELVET_COMET: Habit((STARFALL_DRIFT, HARBOR_KINGS), 95, 71),
    LUMEN_FOX: Habit((TINY_TURBINES,), 25, 14),
}


def played(xuid: str, now: datetime) -> dict[date, dict[str, int]]:
    """Return the seconds by title of each day. Today has at most half of the passed time."""
    habit, rng = HABITS[xuid], random.Random(xuid)  # noqa: S311 (the same each time)
    passed = now - datetime.combine(now.date(), time(), now.tzinfo)
    days = {}
    for before in range(DAYS, 0, -1):
        minutes = 0 if rng.random() < 0.15 else rng.gauss(habit.minutes, habit.minutes / 4)
        days[now.date() - timedelta(days=before)] = _split(habit, 60 * max(0.0, minutes))
    # the next minute is near, at another second for each person
    seconds = 60 * habit.today + 35 + 4 * list(HABITS).index(xuid)
    days[now.date()] = _split(habit, min(seconds, passed.total_seconds() / 2))
    return days


def _split(habit: Habit, seconds: float) -> dict[str, int]:
    """Return the seconds by title. The first title gets most of them."""
    first, *others = habit.titles
    rest = {title_id: int(0.3 * seconds / len(others)) for title_id in others}
    shares = {first: int(seconds) - sum(rest.values()), **rest}
    return {title_id: share for title_id, share in shares.items() if share}


def write(folder: pathlib.Path) -> None:
    """Write the past days into the integration's play time file, and delete the current play time.

    Raises DemoError if the integration has no play time file.
    """
    storage, now = folder / ".storage", datetime.now(_ZONE)
    current = next(storage.glob("xbox_network.*.playtime_now"), None)
    if current is None:
        raise DemoError("the integration has stored no play time")
    days = {xuid: played(xuid, now) for xuid in HABITS}
    nothing = state_to_json(LedgerState())
    people = {
        xuid: nothing
        | {"days": {day.isoformat(): _line(titles) for day, titles in it.items() if titles}}
        for xuid, it in days.items()
    }
    names = {title.title_id: title.name for title in demo_titles()}
    config_folder.store(storage, current.stem + ".playtime", {"people": people, "titles": names})
    current.unlink()


def _line(titles: Mapping[str, int]) -> str:
    return " ".join(f"{title_id}:{seconds}" for title_id, seconds in titles.items())


async def import_statistics(home: HomeAssistant, persons: Iterable[Person]) -> None:
    """Import the past days into Home Assistant's statistics."""
    sensors = [entity for it in persons if (entity := it("sensor", "playtime_today"))]
    start = datetime.now(_ZONE).date() - timedelta(days=DAYS)
    for entity in sensors:
        answer = await home.act(
            "xbox_network.get_playtime", [entity], answers=True, start=start.isoformat()
        )
        (person,) = answer["people"]
        minutes = {date.fromisoformat(it["date"]): it["minutes"] for it in person["days"]}
        await home.command(
            "recorder/import_statistics",
            metadata={
                "mean_type": 0,
                "has_sum": True,
                "name": None,
                "source": "recorder",
                "statistic_id": entity,
                "unit_class": "duration",
                "unit_of_measurement": "min",
            },
            stats=list(_rows(minutes, datetime.now(_ZONE))),
        )


def _rows(minutes: Mapping[date, int], now: datetime) -> Iterator[dict[str, object]]:
    """Yield a row for each day and one before. The sums end at 0, where Home Assistant continues."""
    last_hour = now.replace(minute=0, second=0, microsecond=0) - timedelta(hours=1)
    ends = {day: datetime.combine(day, _AFTERNOON, _ZONE) for day in minutes if day < now.date()}
    if last_hour.date() == now.date():
        ends[now.date()] = last_hour
    total = -sum(minutes[day] for day in ends)
    yield {"start": (min(ends.values()) - timedelta(hours=1)).isoformat(), "state": 0, "sum": total}
    for day, end in ends.items():
        total += minutes[day]
        reset = datetime.combine(day, time(), _ZONE).isoformat()
        start = end.isoformat()
        yield {"start": start, "state": minutes[day], "sum": total, "last_reset": reset}


async def set_limits(home: HomeAssistant, persons: Iterable[Person]) -> None:
    """Set the limits of the people who have one."""
    for person in persons:
        limit = LIMITS.get(person.name)
        if limit and (number := person("number", "daily_limit")):
            await home.act("xbox_network.set_limit", [number], minutes=limit)
