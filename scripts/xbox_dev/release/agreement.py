"""What several files say has to be the same in all: the version, and the oldest Home Assistant."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from awesomeversion import AwesomeVersion

from ..checks.files import Files
from . import changelog
from .pins import versions


@dataclass(frozen=True)
class Statement:
    """Where the oldest Home Assistant stands, in which words, and whether it has to."""

    files: str
    words: re.Pattern[str]
    required: bool = True


TEXT = re.compile(r"\b(20\d\d\.\d+(?:\.\d+)?) or (?:later|newer)\b")
OLDER = re.compile(r"\bolder than (20\d\d\.\d+(?:\.\d+)?)\b")
STATEMENTS = [
    Statement(
        "custom_components/xbox_network/minimum_version.py",
        re.compile(r'^MINIMUM_VERSION: Final = "(.+)"$', re.MULTILINE),
    ),
    Statement("blueprints/automation/xbox_network/*.yaml", re.compile(r"\bmin_version: (\S+)")),
    Statement("README.md", TEXT),
    Statement("README.md", OLDER, required=False),
    Statement("docs/**/*.md", TEXT, required=False),
    Statement("docs/**/*.md", OLDER, required=False),
    Statement(".github/ISSUE_TEMPLATE/*.yml", TEXT, required=False),
]


def check_agreement(files: Files) -> Iterator[str]:
    """Yield where files contradict manifest.json or hacs.json."""
    path = files.root / changelog.NAME
    text = path.read_text() if path.exists() else ""
    yield from changelog.check_changelog(text, str(files.manifest.get("version")))
    oldest = str(files.hacs.get("homeassistant"))
    for statement in STATEMENTS:
        yield from _check_statement(files, statement, oldest)
    pinned = versions((files.root / "requirements_test.txt").read_text())["homeassistant"]
    if AwesomeVersion(pinned) < oldest:
        yield f"requirements_test.txt: {pinned} is older than {oldest} in hacs.json"


def _check_statement(files: Files, statement: Statement, oldest: str) -> Iterator[str]:
    short = ".".join(oldest.split(".")[:2])
    for path in sorted(files.root.glob(statement.files)):
        name = path.relative_to(files.root)
        found = statement.words.findall(path.read_text())
        for version in {*found} - {oldest, short}:
            yield f"{name}: {version} is not the oldest Home Assistant in hacs.json, {oldest}"
        if statement.required and not found:
            yield f"{name}: does not say that Home Assistant has to be {oldest} or later"
