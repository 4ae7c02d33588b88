"""Run Home Assistant with the integration talking to the simulator.

    python -m xbox_dev.demo.home_assistant CONFIG_FOLDER SIMULATOR_ADDRESS

Nothing in the integration knows of this: its table of origins is replaced from here, before Home
Assistant loads it.
"""

import argparse
import importlib.util
import os
import pathlib
import sys
import types

from homeassistant import bootstrap
from homeassistant.__main__ import main as run_home_assistant
from yarl import URL


def _redirect(simulator: URL) -> None:
    """Let the client find every host at the simulator."""
    from custom_components.xbox_network.xbox import endpoints

    for host in endpoints.ORIGINS:
        endpoints.ORIGINS[host] = simulator / host


def _leave_out_the_voice_assistant() -> None:
    """Do without two packages that would have to be compiled.

    They are not used then, but Home Assistant imports them to describe its actions, and its frontend
    stays at "Loading" when that fails.
    """
    for name, attribute in (("pymicro_vad", "MicroVad"), ("pyspeex_noise", "AudioProcessor")):
        if importlib.util.find_spec(name) is None:
            sys.modules[name] = types.ModuleType(name)
            setattr(sys.modules[name], attribute, None)
    bootstrap.DEFAULT_INTEGRATIONS.discard("assist_satellite")


def main() -> int:
    """Run until told to stop; return Home Assistant's exit code."""
    parser = argparse.ArgumentParser()
    parser.add_argument("config", type=pathlib.Path)
    parser.add_argument("simulator", type=URL)
    arguments = parser.parse_args()
    _redirect(arguments.simulator)
    _leave_out_the_voice_assistant()
    # all it needs is installed; what is not there should be missed here and not only elsewhere
    sys.argv = ["hass", "--skip-pip", "--config", str(arguments.config)]
    return run_home_assistant()


if __name__ == "__main__":
    code = main()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)  # a failed start leaves threads behind that would never end
