"""How much memory the integration takes, in a process of its own: what it loads, and what it keeps.

    python -m xbox_dev.benchmark.memory

Resident memory is what counts. What the simulator, in the same process, takes for the requests of an hour
is in it, too. Compared is with a Home Assistant in which other integrations have set up the same kinds of
entities, with their triggers, conditions and services, and which has its automations: that is there in any
household. And modules have been compiled before, as on each start of Home Assistant but the first.
"""

import conftest  # noqa: F401  Home Assistant first, with what its test plugin misses in it

# isort: split
import asyncio
import gc
import importlib
import json
import logging
import os
import pkgutil
import resource
import subprocess
import sys
import tempfile
from dataclasses import asdict, dataclass
from pathlib import Path

# Components that other integrations, or Home Assistant itself, have set up.
_SET_UP = (
    "automation",
    "binary_sensor",
    "button",
    "diagnostics",
    "event",
    "image",
    "media_player",
    "number",
    "remote",
    "sensor",
    "system_health",
)
# All that is there without the integration: Home Assistant, what tests it, and the simulated network.
_ALREADY_THERE = (
    "homeassistant.components.application_credentials",
    *(f"homeassistant.components.{name}" for name in _SET_UP),
    "homeassistant.helpers.selector",
    "homeassistant.helpers.update_coordinator",
    "pytest_homeassistant_custom_component.common",
    "tests.simulator",
)
_MIB = 1024**2
_WARM_SECONDS = 60.0
_PART_SECONDS, _PARTS = 600.0, 6


@dataclass(frozen=True)
class Memory:
    """MiB of resident memory over the same Home Assistant without it; `pydantic` is in `total`, too.

    `grown_mib` is what an hour without events adds.
    """

    pydantic_mib: float
    code_mib: float
    data_mib: float
    grown_mib: float
    total_mib: float


def memory() -> Memory:
    """Measure in another process, which has never seen the integration."""
    command = (sys.executable, "-m", __name__)
    environment = {it: value for it, value in os.environ.items() if it != "PYTHONDONTWRITEBYTECODE"}
    with tempfile.TemporaryDirectory() as compiled:
        environment["PYTHONPYCACHEPREFIX"] = compiled
        for _ in range(2):  # the first one compiles
            done = subprocess.run(command, check=True, stdout=subprocess.PIPE, env=environment)
    return Memory(**json.loads(done.stdout))


def _measure() -> Memory:
    for name in _ALREADY_THERE:
        importlib.import_module(name)
    start = _resident()
    importlib.import_module("pydantic")
    for name in ("alias_generators", "fields", "main", "type_adapter", "types"):
        importlib.import_module(f"pydantic.{name}")
    with_pydantic = _resident()
    _import_integration()
    with_code = _resident()
    # what it brings along is a matter of the integration no more
    from .simulated_clock import run_skipping

    data, grown = run_skipping(_hour)
    sizes = (
        with_pydantic - start,
        with_code - with_pydantic,
        data,
        grown,
        with_code - start + data,
    )
    return Memory(*(round(size / _MIB, 2) for size in sizes))


def _import_integration() -> None:
    """Import all platforms, and whatever they need."""
    package = importlib.import_module("custom_components.xbox_network")
    for module in pkgutil.iter_modules(package.__path__, f"{package.__name__}."):
        importlib.import_module(module.name)


async def _hour() -> tuple[int, int]:
    """Return the bytes that a loaded entry takes after an hour, and what the hour has added."""
    from homeassistant.setup import async_setup_component

    from .environment import Push, environment

    async with environment(Push.REFUSED) as it:
        for name in _SET_UP:
            if not await async_setup_component(it.hass, name, {}):
                raise RuntimeError(f"{name} is not set up")
        await it.hass.async_block_till_done()
        await asyncio.sleep(_WARM_SECONDS)
        before = _resident()
        await it.prove_push(15)
        loaded = _resident()
        for _ in range(_PARTS):
            await asyncio.sleep(_PART_SECONDS)
            it.simulator.clear()
        after = _resident()
        return after - before, after - loaded


def _resident() -> int:
    gc.collect()
    _, resident, shared, *_ = map(int, Path("/proc/self/statm").read_text().split())
    return (resident - shared) * resource.getpagesize()


if __name__ == "__main__":
    logging.disable(logging.WARNING)
    print(json.dumps(asdict(_measure())))
