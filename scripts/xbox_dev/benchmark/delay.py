"""How long a change in the network takes until Home Assistant shows it."""

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
"""What no topic but /richpresence announces."""

# The next change comes so long after the last one was seen: a look that was asked for by push is over by
# then, and the pause that follows it, too.
_REAL_PAUSE = 1.6
_LEAST_PAUSE, _LONGEST_PAUSE = 25.0, 55.0
_PATIENCE = 200.0


@dataclass(frozen=True)
class Change:
    """Something that a person does, and the states that show it, by entity."""

    kind: str
    person: Person
    act: Callable[[], object]
    shown: Mapping[str, str]


@dataclass(frozen=True)
class Delays:
    """Milliseconds until changes were seen; `clock` says how it was measured."""

    clock: str
    changes: int
    min_ms: float
    median_ms: float
    p95_ms: float
    max_ms: float
    by_kind: dict[str, dict[str, float]]
    not_announced: dict[str, float]


def in_simulated_time(push: Push) -> Delays:
    """Measure on a clock that skips what nobody uses; requests and code take the time they take."""

    async def part() -> Delays:
        async with environment(push) as it:
            await it.prove_push(15)
            await asyncio.sleep(60)
            pauses = random.Random(3)  # noqa: S311 (the same each time, anywhere between two polls)
            pause = partial(pauses.uniform, _LEAST_PAUSE, _LONGEST_PAUSE)
            taken = await _watch(it, list(changes(it.people, from_home=True)), pause)
            heard = {ONLY_RICH_PRESENCE} if push is Push.PROVED else set()
            return _delays("skips idle time", taken, heard)

    return run_skipping(part)


async def in_real_time(it: Environment) -> Delays:
    """Measure by the clock on the wall, over what the topics announce that we may probably hear."""
    await it.prove_push(3)
    script = list(changes(it.people, from_home=False))
    return _delays("real time", await _watch(it, script, lambda: _REAL_PAUSE), set())


def changes(people: Sequence[Person], *, from_home: bool) -> Iterator[Change]:
    """Yield what people do, one after the other, each round with games that nobody has played before.

    Who is seen without a title may start one that no topic announces but `/richpresence`: only
    `from_home` is it done so.
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
    taken = []
    for change in script:
        await asyncio.sleep(pause())
        taken.append((change.kind, await _until_shown(it, change)))
    return taken


async def _until_shown(it: Environment, change: Change) -> float:
    """Let it happen; return the seconds until all its states are there."""
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
    """Let something happen; return the seconds until it is shown. Raises `TimeoutError`."""
    seen: asyncio.Future[float] = asyncio.get_running_loop().create_future()

    @callback
    def look(_: Event[EventStateChangedData]) -> None:
        if not seen.done() and shown():
            seen.set_result(time.monotonic())

    stop = hass.bus.async_listen(EVENT_STATE_CHANGED, look)
    started = time.monotonic()
    act()
    try:
        async with asyncio.timeout(_PATIENCE):
            return await seen - started
    finally:
        stop()


def _delays(clock: str, taken: Sequence[tuple[str, float]], unheard: set[str]) -> Delays:
    kinds: defaultdict[str, list[float]] = defaultdict(list)
    for kind, seconds in taken:
        kinds[kind].append(1_000 * seconds)
    heard = sorted(ms for kind, times in kinds.items() if kind not in unheard for ms in times)
    return Delays(
        clock,
        len(heard),
        round(heard[0], 1),
        round(statistics.median(heard), 1),
        round(statistics.quantiles(heard, n=20, method="inclusive")[-1], 1),
        round(heard[-1], 1),
        {kind: summary(times) for kind, times in kinds.items()},
        summary([ms for kind in unheard for ms in kinds[kind]]),
    )


def summary(times: Sequence[float]) -> dict[str, float]:
    """Return how many there are, their median and the longest, in milliseconds as they are."""
    if not times:
        return {}
    median, most = round(statistics.median(times), 1), round(max(times), 1)
    return {"changes": len(times), "median_ms": median, "max_ms": most}
