"""Run Home Assistant with the integration redirected to the simulator.

    python -m xbox_dev.demo.home_assistant CONFIG_FOLDER SIMULATOR_ADDRESS

The integration does not know about this: its table of origins is replaced from here, before Home
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
    """Redirect every host of the client to the simulator."""
    from custom_components.xbox_network.xbox import endpoints

    for host in endpoints.ORIGINS:
        endpoints.ORIGINS[host] = simulator / host


def _skip_voice_assistant() -> None:
    """Replace two packages that would have to be compiled.

    They are not used, but Home Assistant imports them to describe its actions, and its frontend
    stays at "Loading" if that fails.
    """
    for name, attribute in (("pymicro_vad", "MicroVad"), ("pyspeex_noise", "AudioProcessor")):
        if importlib.util.find_spec(name) is None:
            sys.modules[name] = types.ModuleType(name)
            setattr(sys.modules[name], attribute, None)
    bootstrap.DEFAULT_INTEGRATIONS.discard("assist_satellite")


def main() -> int:
    """Run until stopped. Return Home Assistant's exit code."""
    parser = argparse.ArgumentParser()
    parser.add_argument("config", type=pathlib.Path)
    parser.add_argument("simulator", type=URL)
    arguments = parser.parse_args()
    _redirect(arguments.simulator)
    _skip_voice_assistant()
    # all requirements are installed; a missing one must fail here, not only elsewhere
    sys.argv = ["hass", "--skip-pip", "--config", str(arguments.config)]
    return run_home_assistant()


if __name__ == "__main__":
    code = main()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)  # a failed start leaves threads that would never end
