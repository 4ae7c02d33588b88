"""The delay until Home Assistant shows a change in the network."""

import asyncio
import random
import statistics
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from homeassistant.const import EVENT_STATE_CHANGED, STATE_UNKNOWN
from homeassistant.core import Event, EventStateChangedData, HomeAssistant, callback

from tests.helpers.entities import Entities
from tests.simulator import Person

from .environment import Environment, Push, environment, game
from .simulated_clock import run_skipping

ROUNDS = 7
ONLY_RICH_PRESENCE = "starts a new game from home"
"""The kind of change that only the topic /richpresence announces."""

# Seconds from a shown change to the next one. By then the refresh after a push event, and the pause
# after it, are over.
_REAL_PAUSE = 1.6
_LEAST_PAUSE, _LONGEST_PAUSE = 25.0, 55.0
_PATIENCE = 200.0


@dataclass(frozen=True)
class Change:
    """An act of a person, and the expected states by entity."""

    kind: str
    person: Person
    act: Callable[[], object]
    shown: Mapping[str, str]


@dataclass(frozen=True)
class Delays:
    """Milliseconds until changes were shown. `clock` is the kind of clock."""

    clock: str
    changes: int
    min_ms: float
    median_ms: float
    p95_ms: float
    max_ms: float
    by_kind: dict[str, dict[str, float]]
    not_announced: dict[str, float]


def in_simulated_time(push: Push) -> Delays:
    """Measure on a clock that skips idle time. Requests and code take real time."""

    async def part() -> Delays:
        async with environment(push) as it:
            await it.prove_push(15)
            await asyncio.sleep(60)
            pauses = random.Random(3)  # noqa: S311 (the same each time, anywhere between two polls)
            pause = partial(pauses.uniform, _LEAST_PAUSE, _LONGEST_PAUSE)
            measured = await _watch(it, list(changes(it.people, from_home=True)), pause)
            announced = {ONLY_RICH_PRESENCE} if push is Push.PROVED else set()
            return _delays("skips idle time", measured, announced)

    return run_skipping(part)


async def in_real_time(it: Environment) -> Delays:
    """Measure in real time, with changes that the topics announce which we probably get."""
    await it.prove_push(3)
    script = list(changes(it.people, from_home=False))
    return _delays("real time", await _watch(it, script, lambda: _REAL_PAUSE), set())


def changes(people: Sequence[Person], *, from_home: bool) -> Iterator[Change]:
    """Yield the acts of people one after the other. Each round has new games.

    A person who is seen without a title may start one that only `/richpresence` announces. This is
    included only with `from_home`.
    """
    for number in range(ROUNDS):
        person, first = people[number % len(people)], 10 + 2 * number
        playing = partial(_playing, person)
        if from_home:
            yield Change("comes online", person, person.go_online, {"binary_sensor.online": "on"})
            yield playing(ONLY_RICH_PRESENCE, first)
        else:
            yield playing("comes online in a new game", first)
        yield playing("changes to a new game", first + 1)
        yield Change(
            "stops playing",
            person,
            person.stop,
            {"sensor.now_playing": STATE_UNKNOWN, "binary_sensor.in_game": "off"},
        )
        yield playing("starts a known game", first)
        yield playing("changes to a known game", first + 1)
        yield Change("goes offline", person, person.go_offline, {"binary_sensor.online": "off"})


def _playing(person: Person, kind: str, number: int) -> Change:
    shown = {
        "binary_sensor.online": "on",
        "binary_sensor.in_game": "on",
        "sensor.now_playing": f"Game {number}",
    }
    return Change(kind, person, partial(person.play, game(number)), shown)


async def _watch(
    it: Environment, script: Sequence[Change], pause: Callable[[], float]
) -> list[tuple[str, float]]:
    measured = []
    for change in script:
        await asyncio.sleep(pause())
        measured.append((change.kind, await _until_shown(it, change)))
    return measured


async def _until_shown(it: Environment, change: Change) -> float:
    """Do the act. Return the seconds until all its states are shown."""
    entities = Entities(it.hass, change.person.xuid)
    try:
        return await seconds_until(
            it.hass,
            change.act,
            lambda: all(entities(name) == it for name, it in change.shown.items()),
        )
    except TimeoutError:
        raise RuntimeError(f"Somebody {change.kind}, and that was not seen") from None


async def seconds_until(
    hass: HomeAssistant, act: Callable[[], object], shown: Callable[[], bool]
) -> float:
    """Do an act. Return the seconds until it is shown. Raises `TimeoutError`."""
    shown_at: asyncio.Future[float] = asyncio.get_running_loop().create_future()

    @callback
    def check(_: Event[EventStateChangedData]) -> None:
        if not shown_at.done() and shown():
            shown_at.set_result(time.monotonic())

    stop = hass.bus.async_listen(EVENT_STATE_CHANGED, check)
    started = time.monotonic()
    act()
    try:
        async with asyncio.timeout(_PATIENCE):
            return await shown_at - started
    finally:
        stop()


def _delays(clock: str, measured: Sequence[tuple[str, float]], unannounced: set[str]) -> Delays:
    kinds: defaultdict[str, list[float]] = defaultdict(list)
    for kind, seconds in measured:
        kinds[kind].append(1_000 * seconds)
    announced = sorted(
        ms for kind, times in kinds.items() if kind not in unannounced for ms in times
    )
    return Delays(
        clock,
        len(announced),
        round(announced[0], 1),
        round(statistics.median(announced), 1),
        round(statistics.quantiles(announced, n=20, method="inclusive")[-1], 1),
        round(announced[-1], 1),
        {kind: summary(times) for kind, times in kinds.items()},
        summary([ms for kind in unannounced for ms in kinds[kind]]),
    )


def summary(times: Sequence[float]) -> dict[str, float]:
    """Return the number of times, their median and the longest one, in milliseconds like the input."""
    if not times:
        return {}
    median, most = round(statistics.median(times), 1), round(max(times), 1)
    return {"changes": len(times), "median_ms": median, "max_ms": most}
