"""Test of scripts/benchmark: it runs beside a Home Assistant that people use."""

import subprocess
import sys

from tests.repository.test_client_imports import ROOT

# On port 8123 there is a Home Assistant, or this program.
PROGRAM = """
import conftest
import asyncio
import contextlib
import socket
from xbox_dev.benchmark import environment

environment.FRIENDS = environment.TRACKED

async def main():
    async with environment.environment(environment.Push.REFUSED) as it:
        print(it.hass.config.api.port != 8123)

with socket.socket() as taken:
    with contextlib.suppress(OSError):
        taken.bind(("0.0.0.0", 8123))
        taken.listen()
    asyncio.run(main())
"""


def test_taken_port() -> None:
    """The benchmark starts its own Home Assistant although port 8123 is taken."""
    done = subprocess.run(  # noqa: S603  the program above
        [sys.executable, "-c", PROGRAM],
        cwd=ROOT,
        env={"PYTHONPATH": f"{ROOT}:{ROOT / 'scripts'}"},
        capture_output=True,
        text=True,
        timeout=250,
        check=False,
    )
    assert done.stdout == "True\n", done.stderr
