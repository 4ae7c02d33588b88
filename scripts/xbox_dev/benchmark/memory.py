"""The memory of the integration, measured in a separate process: its code and its data.

    python -m xbox_dev.benchmark.memory

Only resident memory counts. It includes the memory that the simulator, in the same process,
uses for an hour's requests. The comparison is a Home Assistant where other integrations have set
up the same kinds of entities, with their triggers, conditions and services, and where automations
exist, as in any home. The modules are compiled before, as on every start except the first.
"""

import conftest  # noqa: F401  must come before other imports of Home Assistant

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
# Modules that are loaded without the integration: Home Assistant, its test plugin, and the
# simulated network.
_PRELOADED = (
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
    """MiB of resident memory more than without the integration. `total` includes `pydantic`.

    `grown_mib` is the growth in an hour without events.
    """

    pydantic_mib: float
    code_mib: float
    data_mib: float
    grown_mib: float
    total_mib: float


def memory() -> Memory:
    """Measure in another process, which has never loaded the integration."""
    command = (sys.executable, "-m", __name__)
    environment = {it: value for it, value in os.environ.items() if it != "PYTHONDONTWRITEBYTECODE"}
    with tempfile.TemporaryDirectory() as compiled:
        environment["PYTHONPYCACHEPREFIX"] = compiled
        for _ in range(2):  # the first run compiles
            done = subprocess.run(command, check=True, stdout=subprocess.PIPE, env=environment)
    return Memory(**json.loads(done.stdout))


def _measure() -> Memory:
    for name in _PRELOADED:
        importlib.import_module(name)
    start = _resident()
    importlib.import_module("pydantic")
    for name in ("alias_generators", "fields", "main", "type_adapter", "types"):
        importlib.import_module(f"pydantic.{name}")
    with_pydantic = _resident()
    _import_integration()
    with_code = _resident()
    # its imports no longer count for the integration
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
    """Import all platforms and their dependencies."""
    package = importlib.import_module("custom_components.xbox_network")
    for module in pkgutil.iter_modules(package.__path__, f"{package.__name__}."):
        importlib.import_module(module.name)


async def _hour() -> tuple[int, int]:
    """Return the bytes of a loaded entry after an hour, and the growth in that hour."""
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
