"""Recorded answers of the real services, and the number of them that the tests have read.

The folder is beside the repository, not in it. Without it, those tests are skipped.
`tests/conftest.py` imports the hooks and the fixture.
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
    """Return a reader of recorded answers by file name."""
    if not FOLDER.is_dir():
        pytest.skip(f"there is no folder ../{FOLDER.relative_to(FOLDER.parents[1])}")

    def read(name: str) -> Any:
        content = json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))
        pytestconfig.stash.setdefault(_READ, set()).add(name)
        return content

    return read


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Send the names that a pytest-xdist worker has read to the main process."""
    output: dict[str, object] | None = getattr(session.config, "workeroutput", None)
    if output is not None:
        read = session.config.stash.setdefault(_READ, set())
        output[_REPORTED] = sorted(read)


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any, error: object) -> None:
    """Add the names that a worker has read."""
    read = getattr(node, "workeroutput", {}).get(_REPORTED, ())
    node.config.stash.setdefault(_READ, set()).update(read)


def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, config: pytest.Config
) -> None:
    """Print how many recorded answers were read."""
    read = config.stash.setdefault(_READ, set())
    if read or not FOLDER.is_dir():
        suffix = "" if FOLDER.is_dir() else " (../shared/recorded-responses is not there)"
        terminalreporter.write_line(f"recorded answers read: {len(read)}{suffix}")
