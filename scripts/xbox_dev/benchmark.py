"""Count what one account costs and how fast it is, and compare that with the targets of the design.

Home Assistant runs in one process with the simulator, over real sockets. Loading and push take real
time; an hour takes seconds, because time that nobody uses is skipped. The exit status is 1 if a target
is missed.
"""

import conftest  # noqa: F401  Home Assistant first, with what its test plugin misses in it

# isort: split
import argparse
import asyncio
import json
import logging
import sys
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from multiprocessing import get_context

from .benchmark_consoles import console_hours, power_delays
from .benchmark_delay import Delays, in_real_time, in_simulated_time
from .benchmark_family import costs, hours_without
from .benchmark_hours import LIVES, hour, hour_without
from .benchmark_ledger import year
from .benchmark_load import Load, loads
from .benchmark_memory import memory
from .benchmark_report import as_dict, as_text
from .benchmark_scene import Push, scene
from .benchmark_targets import Figures, verdicts


async def _in_real_time() -> tuple[dict[str, Load], Delays]:
    async with scene(Push.PROVED) as it:
        return await loads(it), await in_real_time(it)


def _in_simulated_time() -> Figures:
    """Measure what needs no clock on the wall, each with a Home Assistant and a network of its own."""
    hours = {name: {push: hour(name, push) for push in Push} for name in LIVES}
    return Figures(
        loads={},
        hours=hours,
        consoles=console_hours(hours["quiet"][Push.PROVED]),
        power=power_delays(),
        family=(),
        year=year(),
        delays={push.value: in_simulated_time(push) for push in Push},
        memory=memory(),
        cpu_seconds_without=hour_without(),
    )


def measure() -> Figures:
    """Measure everything. What is measured in real time mostly waits: the rest runs beside it."""
    with ProcessPoolExecutor(1, get_context("spawn"), _be_quiet) as beside:
        others = beside.submit(_in_simulated_time)
        loaded, announced = asyncio.run(_in_real_time())
        without = hours_without()
        figures = others.result()
    delays = {"push proved, what is announced": announced, **figures.delays}
    added = costs(figures.hours, without)
    return replace(figures, loads=loaded, delays=delays, family=added)


def _be_quiet() -> None:
    """Log nothing: what is measured goes wrong in no way that the figures do not show."""
    logging.disable(logging.WARNING)


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="scripts/benchmark", description=__doc__)
    parser.add_argument("--json", action="store_true", help="print JSON")
    args = parser.parse_args()
    _be_quiet()
    figures = measure()
    found = verdicts(figures)
    print(json.dumps(as_dict(figures, found), indent=2) if args.json else as_text(figures, found))
    return 0 if all(verdict.ok for verdict in found) else 1


if __name__ == "__main__":
    sys.exit(main())
