"""Bursts of commands to a console: seconds until they are done, requests, and errors."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

from homeassistant.const import ATTR_ENTITY_ID, Platform
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers import entity_registry as er

from custom_components.xbox_network.const import DOMAIN
from custom_components.xbox_network.xbox.endpoints import Service

from .environment import Environment, Push, environment
from .simulated_clock import run_skipping

TAPS = "20 taps at 200 ms, then off"
STEPS = "40 volume steps in one action"
OFF = "off in the middle of a 30-key macro"
# The steps or keys of each that the console has to do: the macro ends after as many keys as seconds.
ASKED = {TAPS: 20, STEPS: 40, OFF: 3}

_TAPS, _TAP_SECONDS, _STEPS, _KEYS, _OFF_AFTER = 20, 0.2, 40, 30, 3.0
_CALM_SECONDS = 900.0
# Seconds after a burst in which its requests are counted, too, beside the regular ones.
_AFTERWARDS = 40.0


@dataclass(frozen=True)
class Burst:
    """A burst of commands.

    `seconds` is the time from the last tap, or from the beginning of a macro's end, until all actions have ended.
    `done` is the number of steps or keys that the console did, `requests` that of those to xccs until 40 seconds
    later. `errors` are actions that failed, but for the macro, which is to end. `off_seconds` is the time that
    switching off takes right after the taps, or in the middle of the macro.
    """

    name: str
    seconds: float
    done: int
    requests: int
    errors: int
    off_seconds: float | None = None


def bursts() -> list[Burst]:
    """Measure all bursts, each with a Home Assistant of its own, on a clock that skips idle time."""
    return [run_skipping(partial(_measure, act)) for act in (_taps, _steps, _off)]


async def _measure(act: Callable[[Environment], Awaitable[Burst]]) -> Burst:
    async with environment(Push.PROVED) as it:
        await it.prove_push(15)
        it.switch(on=True)
        await asyncio.sleep(_CALM_SECONDS)
        it.simulator.clear()
        return await act(it)


async def _taps(it: Environment) -> Burst:
    volume, calls = it.consoles[0].volume, []
    for _ in range(_TAPS):
        calls.append(_call(it, Platform.MEDIA_PLAYER, "volume_up"))
        await asyncio.sleep(_TAP_SECONDS)
    last_tap = time.monotonic() - _TAP_SECONDS
    errors = sum(await asyncio.gather(*calls))
    seconds = time.monotonic() - last_tap
    off_at = time.monotonic()
    errors += await _call(it, Platform.MEDIA_PLAYER, "turn_off")
    off_seconds = time.monotonic() - off_at
    await asyncio.sleep(_AFTERWARDS)
    done = it.consoles[0].volume - volume
    return _burst(it, TAPS, seconds, done, errors, off_seconds)


async def _steps(it: Environment) -> Burst:
    volume, started = it.consoles[0].volume, time.monotonic()
    errors = await _call(
        it, Platform.REMOTE, "send_command", command=["volume_up"], num_repeats=_STEPS
    )
    seconds = time.monotonic() - started
    await asyncio.sleep(_AFTERWARDS)
    return _burst(it, STEPS, seconds, it.consoles[0].volume - volume, errors)


async def _off(it: Environment) -> Burst:
    macro = _call(
        it, Platform.REMOTE, "send_command", command=["down"], num_repeats=_KEYS, delay_secs=1
    )
    await asyncio.sleep(_OFF_AFTER)
    off_at = time.monotonic()
    errors = await _call(it, Platform.MEDIA_PLAYER, "turn_off")
    off_seconds = time.monotonic() - off_at
    await macro
    seconds = time.monotonic() - off_at
    await asyncio.sleep(_AFTERWARDS)
    return _burst(it, OFF, seconds, len(it.consoles[0].keys), errors, off_seconds)


def _burst(
    it: Environment,
    name: str,
    seconds: float,
    done: int,
    errors: int,
    off_seconds: float | None = None,
) -> Burst:
    requests = len(it.simulator.requests(Service.CONSOLES))
    off = None if off_seconds is None else round(off_seconds, 1)
    return Burst(name, round(seconds, 1), done, requests, int(errors), off)


def _call(it: Environment, platform: Platform, action: str, **data: Any) -> asyncio.Task[bool]:
    """Begin an action on the first console. The task returns whether it failed."""
    registry = er.async_get(it.hass)
    entity_id = registry.async_get_entity_id(platform, DOMAIN, it.consoles[0].console_id)

    async def call() -> bool:
        try:
            await it.hass.services.async_call(
                platform, action, {ATTR_ENTITY_ID: entity_id, **data}, blocking=True
            )
        except HomeAssistantError:
            return True
        return False

    return asyncio.create_task(call())
