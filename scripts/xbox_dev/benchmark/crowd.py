"""The cost of many people: to set them up, to set them up again, and to add all friends at once."""

import asyncio
import gc
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from functools import partial
from types import MappingProxyType

from homeassistant.config_entries import ConfigSubentry

from custom_components.xbox_network.const import SUBENTRY_FRIEND
from tests.helpers.settling import settle

from .cpu_time import cpu_time
from .environment import Environment, Push, environment
from .stalls import longest_stall

SIZES = (10, 30, 100)
SET_UP, AGAIN, ADDED = "set up", "set up again", "all friends added at once"
_ROUNDS = 3


@dataclass(frozen=True)
class Crowd:
    """CPU milliseconds for each of `people`, and those of the loop's longest stall."""

    people: int
    act: str
    cpu_ms_each: float
    stall_ms: float


def crowds() -> list[Crowd]:
    """Measure accounts of several sizes. The first round also loads code; the least of all rounds counts."""
    rounds = [[it for size in SIZES for it in asyncio.run(_measure(size))] for _ in range(_ROUNDS)]
    return [_least(it) for it in zip(*rounds, strict=True)]


def _least(rounds: Iterable[Crowd]) -> Crowd:
    crowds = list(rounds)
    cpu, stall = min(it.cpu_ms_each for it in crowds), min(it.stall_ms for it in crowds)
    return Crowd(crowds[0].people, crowds[0].act, cpu, stall)


async def _measure(people: int) -> list[Crowd]:
    """Measure in real time, with a network that answers at once: only the CPU time counts."""
    async with environment(Push.REFUSED, tracked=people - 1) as it:
        it.simulator.delay = 0.0
        measure = partial(_cost, it, people)
        set_up = await measure(SET_UP, it.load)
        await it.unload()
        again = await measure(AGAIN, it.load)
        names = _remove_friends(it)
        await settle(it.hass)
        added = await measure(ADDED, partial(_add_friends, it, names))
        if len(it.keys()) < people * 20:
            raise RuntimeError("the friends have no entities")
        await it.unload()
        return [set_up, again, added]


async def _cost(
    it: Environment, people: int, name: str, act: Callable[[], Awaitable[None]]
) -> Crowd:
    """Return the cost of an act. The simulator's objects are exempt from the collection of garbage."""
    await settle(it.hass)
    gc.collect()
    gc.freeze()
    with cpu_time() as cpu, longest_stall() as stall:
        await act()
        await settle(it.hass)
    gc.unfreeze()
    return Crowd(people, name, round(1_000 * cpu.seconds / people, 1), round(stall.ms, 1))


def _remove_friends(it: Environment) -> dict[str, str]:
    """Remove all friends. Return their names by xuid."""
    friends = list(it.entry.subentries.values())
    for friend in friends:
        it.hass.config_entries.async_remove_subentry(it.entry, friend.subentry_id)
    return {str(friend.unique_id): friend.title for friend in friends}


async def _add_friends(it: Environment, names: dict[str, str]) -> None:
    """Add friends as the dialog does."""
    for xuid, name in names.items():
        friend = ConfigSubentry(
            data=MappingProxyType({}), subentry_type=SUBENTRY_FRIEND, title=name, unique_id=xuid
        )
        it.hass.config_entries.async_add_subentry(it.entry, friend)
