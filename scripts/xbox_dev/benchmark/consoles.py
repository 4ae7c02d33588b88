"""The cost of consoles in an hour, and the delay until a switched console is shown."""

import asyncio
import random
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial

from homeassistant.const import STATE_OFF, Platform
from homeassistant.helpers import entity_registry as er

from custom_components.xbox_network.const import DOMAIN
from custom_components.xbox_network.xbox.endpoints import Service
from tests.simulator.consoles.console import ON, STANDBY

from .delay import seconds_until, summary
from .environment import Environment, Push, environment, game
from .hours import Hour, hour
from .simulated_clock import run_skipping

SEEN_LEAVING = "switched off while a tracked person plays"
UNSEEN_LEAVING = "switched off, nobody is there"
SEEN_ARRIVING = "switched on by a tracked person"
UNSEEN_ARRIVING = "switched on, nobody appears"

_ROUNDS = 24
# The next change comes at any time of a minute, which has one poll of a console that is off, and
# six of one that is on.
_LEAST_PAUSE, _MINUTE = 65.0, 60.0
_OF_CONSOLES = (Service.CONSOLES, Service.CATALOG)


@dataclass(frozen=True)
class ConsoleHour:
    """An hour without activity, with `consoles` consoles that are all on or all off."""

    consoles: int
    on: bool
    each: float
    hour: Hour

    @property
    def name(self) -> str:
        """Return the number and the power of the consoles."""
        return f"{self.consoles} {'on' if self.on else 'off'}"


def console_hours(one_off: Hour) -> list[ConsoleHour]:
    """Measure hours with proved push. The hour with one console that is off is given."""
    others = [(3, False), (1, True), (3, True)]
    hours = [hour("quiet", Push.PROVED, consoles, on=on) for consoles, on in others]
    return [
        ConsoleHour(consoles, on, round(_of_consoles(it) / consoles, 1), it)
        for (consoles, on), it in zip([(1, False), *others], [one_off, *hours], strict=True)
    ]


def _of_consoles(it: Hour) -> int:
    return sum(it.requests_by_service.get(service, 0) for service in _OF_CONSOLES)


@dataclass(frozen=True)
class PowerDelays:
    """Milliseconds until a change is shown, with proved push. `while_on`: all changes of one that is on."""

    by_kind: dict[str, dict[str, float]]
    while_on: dict[str, float]


def power_delays() -> PowerDelays:
    """Measure on a clock that skips idle time. Requests and code take real time."""

    async def part() -> PowerDelays:
        async with environment(Push.PROVED) as it:
            await it.prove_push(15)
            return await _watch(it)

    return run_skipping(part)


async def _watch(it: Environment) -> PowerDelays:
    delays: defaultdict[str, list[float]] = defaultdict(list)
    rng = random.Random(5)  # noqa: S311 (the same each time)
    for pause in rng.sample(range(_ROUNDS), _ROUNDS):
        for kind, act, off in _changes(it):
            part = (pause + rng.random()) / _ROUNDS  # all parts of the minute equally often
            await asyncio.sleep(_LEAST_PAUSE + part * _MINUTE)
            shown = partial(_is_shown, it, off=off)
            delays[kind].append(1_000 * await seconds_until(it.hass, act, shown))
    return PowerDelays(
        {kind: summary(times) for kind, times in delays.items()},
        summary(delays[SEEN_LEAVING] + delays[UNSEEN_LEAVING]),
    )


def _changes(it: Environment) -> Iterator[tuple[str, Callable[[], object], bool]]:
    """Yield the changes of the first console, each with whether it is off afterwards."""
    owner, console = it.people[0], it.consoles[0]
    yield SEEN_ARRIVING, partial(owner.play, game(0)), False
    yield SEEN_LEAVING, partial(setattr, console, "power", STANDBY), True
    yield UNSEEN_ARRIVING, partial(setattr, console, "power", ON), False
    yield UNSEEN_LEAVING, partial(setattr, console, "power", STANDBY), True


def _is_shown(it: Environment, *, off: bool) -> bool:
    console_id = it.consoles[0].console_id
    registry = er.async_get(it.hass)
    entity_id = registry.async_get_entity_id(Platform.MEDIA_PLAYER, DOMAIN, console_id)
    state = it.hass.states.get(entity_id or "")
    return state is not None and (state.state == STATE_OFF) is off
