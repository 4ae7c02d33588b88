"""Load the archive of a release in a Home Assistant of its own."""

import os
import pathlib
import subprocess
import sys
import tempfile

from ..checks.files import DOMAIN, ROOT
from ..demo.home_assistant.config_folder import store
from ..demo.processes import free_port
from .archive import ArchiveError, unpack

CONFIGURATION = "frontend:\nlogger:\n  default: error\n"
SECONDS = 120


def check_archive(archive: pathlib.Path) -> str:
    """Return the version that Home Assistant loads from an archive; raises ArchiveError."""
    with tempfile.TemporaryDirectory(prefix="xbox-network-release-") as name:
        config = pathlib.Path(name).resolve()
        _fill(config)
        unpack(archive, config)
        try:
            done = _start(config)
        except subprocess.TimeoutExpired:
            raise ArchiveError(f"{archive.name} is not loaded within {SECONDS} s") from None
    said = done.stdout.strip()
    if trouble := _complaints(done.stderr) or ([said] if done.returncode else []):
        raise ArchiveError(f"{archive.name} does not load: {trouble[0]}")
    return said


def _fill(config: pathlib.Path) -> None:
    (config / ".storage").mkdir()
    (config / "configuration.yaml").write_text(CONFIGURATION)
    address = {"server_host": ["127.0.0.1"], "server_port": free_port()}
    store(config / ".storage", "http", address)


def _start(config: pathlib.Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "xbox_dev.release.home_assistant", str(config)],
        cwd=config,  # neither from there nor by the path can it find the repository's integration
        env=os.environ | {"PYTHONPATH": str(ROOT / "scripts")},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
    )


def _complaints(log: str) -> list[str]:
    """Return the errors in Home Assistant's log that are about the integration."""
    return [line for line in log.splitlines() if " ERROR " in line and DOMAIN in line]
