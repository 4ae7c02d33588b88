"""CHANGELOG.md: a section for each version, the newest first."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from awesomeversion import AwesomeVersion

NAME = "CHANGELOG.md"
UNRELEASED = "Unreleased"
GROUPS = {"Added", "Changed", "Deprecated", "Fixed", "Removed", "Security"}
HEADING = re.compile(r"(?P<version>\d+\.\d+\.\d+\S*) - \d{4}-\d{2}-\d{2}")


@dataclass(frozen=True)
class Section:
    """What stands below a heading of the second level."""

    heading: str
    text: str

    @property
    def version(self) -> str:
        """The version, `Unreleased`, or nothing for a heading that is neither."""
        found = HEADING.fullmatch(self.heading)
        return found["version"] if found else self.heading * (self.heading == UNRELEASED)


def sections(text: str) -> list[Section]:
    """Return the sections of a changelog."""
    parts = re.split(r"^## (.+)$", text, flags=re.MULTILINE)[1:]
    return [
        Section(heading.strip(), body.strip())
        for heading, body in zip(parts[::2], parts[1::2], strict=True)
    ]


def notes(text: str, version: str) -> str:
    """Return what a changelog says about a version, nothing if it has no section for it."""
    return next((it.text for it in sections(text) if it.version == version), "")


def check_changelog(text: str, version: str) -> Iterator[str]:
    """Yield what is wrong with a changelog for the version in manifest.json."""
    found = sections(text)
    if not notes(text, version):
        yield f"{NAME}: nothing about {version}, the version in manifest.json"
    for section in found:
        yield from (f"{NAME}: {section.heading}: {fault}" for fault in _faults(section))
    if UNRELEASED in [it.version for it in found[1:]]:
        yield f"{NAME}: {UNRELEASED} is not the first section"
    released = [it.version for it in found if it.version not in {"", UNRELEASED}]
    for newer, older in pairwise([version, *(it for it in released if it != version)]):
        if AwesomeVersion(newer) <= AwesomeVersion(older):
            yield f"{NAME}: {older} stands below {newer}, or is newer than manifest.json"


def _faults(section: Section) -> Iterator[str]:
    if not section.version:
        yield f"neither '{UNRELEASED}' nor 'version - year-month-day'"
    for group in re.findall(r"^### (.+)$", section.text, re.MULTILINE):
        if group not in GROUPS:
            yield f"'{group}' is none of {', '.join(sorted(GROUPS))}"
