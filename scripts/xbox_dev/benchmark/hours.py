"""The cost of an hour. Idle time is skipped, so it takes seconds."""

import asyncio
import random
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from unittest.mock import patch

from homeassistant.const import EVENT_STATE_CHANGED, EVENT_STATE_REPORTED
from homeassistant.core import (
    CALLBACK_TYPE,
    Event,
    EventStateChangedData,
    EventStateReportedData,
    HomeAssistant,
    callback,
)

from custom_components.xbox_network.coordinator.achievements import (
    AchievementsCoordinator,
    UnlockListener,
)
from custom_components.xbox_network.xbox import endpoints
from custom_components.xbox_network.xbox.playtime.tracker import PlaytimeTracker
from tests.simulator import Person, RandomActivity, RecordedRequest

from .cpu_time import cpu_time
from .environment import Environment, Push, environment, game
from .simulated_clock import run_skipping
from .storage import saves

HOUR_SECONDS = 3600.0
WINDOWS = {"15 s": 15.0, "300 s": 300.0}
_CALM_SECONDS = 900.0
_BETWEEN_ACTS = 40.0
_GAMES = 8


@dataclass(frozen=True)
class Hour:
    """The cost of an hour. `budgets` has the largest used share of each rate limit at any time."""

    requests: int
    bytes: int
    requests_by_service: dict[str, int]
    bytes_by_service: dict[str, int]
    changes_in_network: int
    hours_played: float
    state_writes: int
    state_writes_by_key: dict[str, int]
    state_reports: int
    offline_friend_state_writes: int
    storage_writes: dict[str, int]
    storage_bytes: dict[str, int]
    cpu_seconds: float
    budgets: dict[str, dict[str, float]]
    refused: int
    push: str

    @property
    def peak_share(self) -> float:
        """Return the largest used share of any rate limit."""
        return max((max(shares.values()) for shares in self.budgets.values()), default=0.0)


@dataclass
class Events:
    """The changes in the network, and the seconds that the six people played, in total."""

    changes: int = 0
    played: float = 0.0


type _Life = Callable[[Environment], Awaitable[Events]]


async def _quiet(it: Environment) -> Events:
    """Let an hour pass without acts."""
    await asyncio.sleep(HOUR_SECONDS)
    return Events(played=HOUR_SECONDS * _players(it))


async def _in_game(it: Environment) -> Events:
    """Let two of the six people stay in their games, without other acts."""
    return await _quiet(it)


async def _playing(it: Environment) -> Events:
    """Let five of the six people come online, play, unlock, join parties and leave; one stays offline."""
    tracked = set(it.people)
    others = [person for person in it.simulator.world.people.values() if person not in tracked]
    friends = RandomActivity([person for person in others if person.xuid in it.people[0].friends])
    rng = random.Random(11)  # noqa: S311 (the same each time)
    events = Events()
    for _ in range(int(HOUR_SECONDS / _BETWEEN_ACTS)):
        _act(rng, rng.choice(it.people[:-1]))
        friends.step()
        await asyncio.sleep(_BETWEEN_ACTS)
        events.changes += 1
        events.played += _BETWEEN_ACTS * _players(it)
    return events


def _players(it: Environment) -> int:
    titles = [person.primary.title for person in it.people if person.primary]
    return sum(title.is_game and not title.system for title in titles)


LIVES: dict[str, _Life] = {"quiet": _quiet, "two stay in games": _in_game, "playing": _playing}


def _act(rng: random.Random, person: Person) -> None:
    if not person.devices:
        person.go_online(rng.choice(["Scarlett", "XboxOne", "PC"]))
        return
    title = person.primary.title if person.primary else None
    playing = title is not None and not title.system
    number = rng.randrange(10 if playing else 4)
    if number < 4:
        person.play(game(rng.randrange(_GAMES)), person.focus or "Scarlett")
    elif number < 6 and title is not None:
        person.unlock(title.title_id)
    elif number < 8:
        person.leave_party() if person.party else person.join_party(rng.randint(2, 6))
    else:
        rng.choice([person.stop, person.go_offline])()


async def _evening(it: Environment) -> None:
    """Let all people play one after the other, so that their data have different ages."""
    for number, person in enumerate(it.people):
        person.play(game(number))
        await asyncio.sleep(47)
        person.go_offline()
        await asyncio.sleep(31)


async def _measure(name: str, push: Push, consoles: int, on: bool) -> Hour:
    async with environment(push, consoles) as it:
        await it.prove_push(15)
        await it.set_limits()
        await _evening(it)
        it.switch(on=on)
        if LIVES[name] is _in_game:
            it.people[0].play(game(0))
            it.friends[0].play(game(1))
        await asyncio.sleep(_CALM_SECONDS)
        it.simulator.clear()
        with _writes(it.hass) as (written, reported), saves() as saved, cpu_time() as spent:
            events = await LIVES[name](it)
        requests, ours = it.simulator.requests(), it.entity_ids()
        return Hour(
            len(requests),
            sum(request.sent for request in requests),
            dict(Counter(request.host for request in requests).most_common()),
            _bytes_by_service(requests),
            events.changes,
            round(events.played / HOUR_SECONDS, 2),
            sum(written[entity_id] for entity_id in ours),
            _by_key(it, written),
            sum(reported[entity_id] for entity_id in ours),
            sum(written[entity_id] for entity_id in it.entity_ids(it.people[-1])),
            dict(saved.counts),
            saved.largest,
            round(spent.seconds, 3),
            peak_shares(requests),
            sum(request.status == 429 for request in requests),
            it.push_state.value,
        )


def _bytes_by_service(requests: Sequence[RecordedRequest]) -> dict[str, int]:
    sent: Counter[str] = Counter()
    for request in requests:
        sent[request.host] += request.sent
    return dict(sent.most_common())


def _by_key(it: Environment, written: Counter[str]) -> dict[str, int]:
    """Return the number of state writes of people's entities, by key."""
    counts: Counter[str] = Counter()
    for entity_id, key in it.keys().items():
        counts[key] += written[entity_id]
    return {key: count for key, count in counts.most_common() if count}


async def _measure_without_entry() -> float:
    """Return the CPU seconds of an hour of the same Home Assistant without the entry."""
    async with environment(Push.REFUSED):
        with cpu_time() as spent:
            await asyncio.sleep(HOUR_SECONDS)
        return spent.seconds


def hour(name: str, push: Push, consoles: int = 1, *, on: bool = False) -> Hour:
    """Measure an hour. The consoles are on or off when it begins."""
    return run_skipping(lambda: _measure(name, push, consoles, on))


def hour_without_family(name: str, push: Push) -> Hour:
    """Measure the same hour without achievements, and without requests for play time."""

    async def refresh(_: PlaytimeTracker) -> None:
        """Request nothing."""

    def listen(_: AchievementsCoordinator, __: str, ___: UnlockListener) -> CALLBACK_TYPE:
        return lambda: None

    with (
        patch.object(PlaytimeTracker, "refresh", refresh),
        patch.object(AchievementsCoordinator, "subscribe", listen),
    ):
        return hour(name, push)


def hour_without() -> float:
    """Return the CPU seconds of an hour of the same Home Assistant without the entry."""
    return round(run_skipping(_measure_without_entry), 3)


@contextmanager
def _writes(hass: HomeAssistant) -> Iterator[tuple[Counter[str], Counter[str]]]:
    """Count the writes of changed states and of unchanged states, by entity id."""
    written: Counter[str] = Counter()
    reported: Counter[str] = Counter()

    @callback
    def write(event: Event[EventStateChangedData]) -> None:
        written[event.data["entity_id"]] += 1

    @callback
    def report(event: Event[EventStateReportedData]) -> None:
        reported[event.data["entity_id"]] += 1

    @callback
    def every(_: EventStateReportedData) -> bool:
        return True

    stops = (
        hass.bus.async_listen(EVENT_STATE_CHANGED, write),
        hass.bus.async_listen(EVENT_STATE_REPORTED, report, event_filter=every),
    )
    yield written, reported
    for stop in stops:
        stop()


def peak_shares(requests: Sequence[RecordedRequest]) -> dict[str, dict[str, float]]:
    """Return the largest used share of each rate limit in any window of its length."""
    times: dict[endpoints.Budget, list[float]] = {}
    for request in requests:
        if budget := endpoints.BUDGETS.get(request.host):
            times.setdefault(budget, []).append(request.started)
    return {
        budget.pool: {
            name: round(_most(sent, seconds) / allowed, 3)
            for (name, seconds), allowed in zip(
                WINDOWS.items(), (budget.burst, budget.sustained), strict=True
            )
        }
        for budget, sent in times.items()
    }


def _most(times: list[float], seconds: float) -> int:
    return max(sum(start <= time < start + seconds for time in times) for start in times)
