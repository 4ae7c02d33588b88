"""The cost of a year's play time: on the disk, in memory, and to load and save it."""

import gc
import random
import time
import tracemalloc
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from custom_components.xbox_network.const import DOMAIN
from custom_components.xbox_network.storage.base import AccountFile, account_file, account_key
from custom_components.xbox_network.storage.playtime import File
from custom_components.xbox_network.xbox.playtime.counters import SETTLED_SECONDS
from custom_components.xbox_network.xbox.playtime.ledger import Ledger
from custom_components.xbox_network.xbox.playtime.ledger_json import state_to_json
from custom_components.xbox_network.xbox.playtime.local_days import LocalDays
from custom_components.xbox_network.xbox.playtime.observations import Instant, Observation
from custom_components.xbox_network.xbox.playtime.tracker import PlaytimeTracker

from .environment import Environment, Push, environment, game
from .simulated_clock import run_skipping

PEOPLE = 5
DAYS = 365
TITLES = 60
_MINUTES = 90.0
_BEAT = 60.0


@dataclass(frozen=True)
class Year:
    """The ledger of a year. Times are milliseconds of CPU."""

    hours_played: float
    days: int
    entries: int
    history_kb: float
    current_kb: float
    load_ms: float
    save_ms: float
    memory_kib: float
    counting_seconds: float


def year() -> Year:
    """Let five people play for a year, and store it as the integration does."""
    return run_skipping(_measure)


async def _measure() -> Year:
    started = time.process_time()
    rng = random.Random(17)  # noqa: S311 (the same each time)
    ledgers = [_play_a_year(rng) for _ in range(PEOPLE)]
    counting = time.process_time() - started
    async with environment(Push.PROVED) as it:
        store = account_file(it.hass, it.people[0].xuid, File.HISTORY, valuable=True)
        await store.save(_content(it, ledgers))
        await it.load()
        _, load_ms, memory = await _load(it, store)
        tracker, load_ms, memory = await _load(it, store)
        started = time.process_time()
        await store.save(tracker.history.to_store())
        save_ms = 1_000 * (time.process_time() - started)
        tracker.history_saved()
        current = account_file(it.hass, it.people[0].xuid, File.CURRENT, valuable=True)
        await current.save(tracker.current.to_store())
        days = [tracker.summary(person.xuid).days for person in it.people]
        return Year(
            hours_played=round(sum(day.total for by in days for day in by.values()) / 3_600),
            days=sum(map(len, days)),
            entries=sum(len(day.titles) for by in days for day in by.values()),
            history_kb=_kb(it, File.HISTORY),
            current_kb=_kb(it, File.CURRENT),
            load_ms=round(load_ms, 1),
            save_ms=round(save_ms, 1),
            memory_kib=round(memory / 1_024),
            counting_seconds=round(counting, 2),
        )


def _play_a_year(rng: random.Random) -> Ledger:
    """Return the ledger of a person who was observed every minute in two or three games on each day."""
    ledger = Ledger(LocalDays(UTC))
    counted: dict[str, float] = {}
    games = [game(it) for it in rng.sample(range(TITLES), 25)]
    for before in range(DAYS, 0, -1):
        moment = (datetime.now(UTC) - timedelta(days=before)).timestamp()
        for title_id in rng.sample(games, rng.choice([2, 3])):
            seconds = 60 * max(5.0, rng.gauss(_MINUTES / 2.5, _MINUTES / 6))
            for at in _beats(moment, seconds):
                ledger.observe(Observation(_instant(at), title_id))
            moment += seconds
            counted[title_id] = counted.get(title_id, 0.0) + seconds
        ledger.observe(Observation(_instant(moment)))
        later = _instant(moment + SETTLED_SECONDS)
        for title_id in ledger.due_counters(later):
            ledger.apply_counter(title_id, counted[title_id] // 60, later)
    return ledger


def _instant(wall: float) -> Instant:
    """Return a past instant as this process would have recorded it."""
    return Instant(time.monotonic() - time.time() + wall, wall)


def _beats(start: float, seconds: float) -> Iterator[float]:
    for number in range(int(seconds / _BEAT) + 1):
        yield start + number * _BEAT
    yield start + seconds


def _content(it: Environment, ledgers: list[Ledger]) -> dict[str, Any]:
    titles = it.simulator.world.titles
    names = {game(number): titles[game(number)].name for number in range(TITLES)}
    contents = (state_to_json(ledger.state) for ledger in ledgers)
    people = {person.xuid: content for person, content in zip(it.people, contents, strict=False)}
    return {"people": people, "titles": names}


async def _load(it: Environment, store: AccountFile) -> tuple[PlaytimeTracker, float, int]:
    """Return a tracker with the stored play time, the milliseconds of loading it, and its bytes."""
    runtime = it.entry.runtime_data
    tracker = PlaytimeTracker(runtime.client, runtime.people.observer, zone=UTC)
    gc.collect()
    tracemalloc.start()
    try:
        tracker.history.from_store(await store.load())
        gc.collect()
        used_bytes, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    started = time.process_time()
    tracker.history.from_store(await store.load())
    return tracker, 1_000 * (time.process_time() - started), used_bytes


def _kb(it: Environment, file: File) -> float:
    name = f"{DOMAIN}.{account_key(it.people[0].xuid)}.{file}"
    return round(Path(it.hass.config.path(".storage", name)).stat().st_size / 1_000, 1)
