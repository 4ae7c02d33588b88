"""All measurements of the benchmark: those in real time, and in parallel the others."""

import conftest  # noqa: F401  must come before other imports of Home Assistant

# isort: split
import asyncio
import logging
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from multiprocessing import get_context

from .commands import bursts
from .consoles import console_hours, power_delays
from .crowd import crowds
from .delay import Delays, in_real_time, in_simulated_time
from .entry_load import Load, loads
from .environment import Push, environment
from .hours import LIVES, hour, hour_without
from .ledger import year
from .memory import memory
from .playtime_and_achievements import costs, hours_without
from .targets import Figures


async def _in_real_time() -> tuple[dict[str, Load], Delays]:
    async with environment(Push.PROVED) as it:
        return await loads(it), await in_real_time(it)


def _in_simulated_time() -> Figures:
    """Measure all that needs no real time, each with its own Home Assistant and network."""
    hours = {name: {push: hour(name, push) for push in Push} for name in LIVES}
    return Figures(
        loads={},
        hours=hours,
        consoles=console_hours(hours["quiet"][Push.PROVED]),
        power=power_delays(),
        bursts=bursts(),
        family=(),
        year=year(),
        crowds=crowds(),
        delays={push.value: in_simulated_time(push) for push in Push},
        memory=memory(),
        cpu_seconds_without=hour_without(),
    )


def measure() -> Figures:
    """Measure everything. The measurements in real time mostly wait, so the others run in parallel."""
    with ProcessPoolExecutor(1, get_context("spawn"), be_quiet) as executor:
        others = executor.submit(_in_simulated_time)
        loaded, announced = asyncio.run(_in_real_time())
        without = hours_without()
        figures = others.result()
    delays = {"push proved, what is announced": announced, **figures.delays}
    added = costs(figures.hours, without)
    return replace(figures, loads=loaded, delays=delays, family=added)


def be_quiet() -> None:
    """Switch off all logging: the figures show every problem."""
    logging.disable(logging.WARNING)
