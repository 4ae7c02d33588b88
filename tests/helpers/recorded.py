"""Recorded answers of the real services, and how many of them the tests have read.

They lie beside the repository, not in it: where they are missing, those tests are skipped.
`tests/conftest.py` takes the hooks and the fixture over.
"""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

FOLDER = Path(__file__).parents[3] / "shared/recorded-responses"

_READ = pytest.StashKey[set[str]]()
_REPORTED = "recorded_answers"

type Recorded = Callable[[str], Any]


@pytest.fixture
def recorded(pytestconfig: pytest.Config) -> Recorded:
    """Return what reads a recorded answer by the name of its file."""
    if not FOLDER.is_dir():
        pytest.skip(f"there is no folder ../{FOLDER.relative_to(FOLDER.parents[1])}")

    def read(name: str) -> Any:
        content = json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))
        pytestconfig.stash.setdefault(_READ, set()).add(name)
        return content

    return read


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Send what a worker of pytest-xdist has read to the one who reports."""
    output: dict[str, object] | None = getattr(session.config, "workeroutput", None)
    if output is not None:
        read = session.config.stash.setdefault(_READ, set())
        output[_REPORTED] = sorted(read)


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any, error: object) -> None:
    """Take over what a worker has read."""
    read = getattr(node, "workeroutput", {}).get(_REPORTED, ())
    node.config.stash.setdefault(_READ, set()).update(read)


def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, config: pytest.Config
) -> None:
    """Say how many were read."""
    read = config.stash.setdefault(_READ, set())
    if read or not FOLDER.is_dir():
        there = "" if FOLDER.is_dir() else " (../shared/recorded-responses is not there)"
        terminalreporter.write_line(f"recorded answers read: {len(read)}{there}")
