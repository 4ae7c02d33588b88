"""Check that a release can be made: manifest.json, CHANGELOG.md and README.md agree.

With a tag, that it is this version's and stands for a clean tree; then the first thing that is wrong is
all that is said. With a folder, write what a release consists of there, and load it in a Home Assistant.
"""

import argparse
import pathlib
import sys
from collections.abc import Iterator

from ..checks.files import Files, read
from . import changelog
from .agreement import check_agreement
from .archive import ArchiveError, is_committed, write_archive, write_notes
from .loading import check_archive
from .tagged import check_tag


def problems(files: Files, tag: str | None) -> Iterator[str]:
    """Yield what is wrong, with a tag only the first."""
    found = check_agreement(files)
    if tag is None:
        yield from found
        return
    yield from [*check_tag(files.root, tag, str(files.manifest["version"])), *found][:1]


def note_unreleased(files: Files) -> None:
    """Say that a release leaves something in the changelog without its version."""
    text = (files.root / changelog.NAME).read_text()
    if changelog.notes(text, changelog.UNRELEASED):
        print(f"release-check: note: {changelog.UNRELEASED} in {changelog.NAME} is not empty")


def make(files: Files, folder: pathlib.Path) -> None:
    """Write the archive and the notes and load the archive; raises ArchiveError."""
    if not is_committed(files):
        print(
            "release-check: note: the archive holds what is committed, not what has changed since"
        )
    archive = write_archive(files, folder)
    write_notes(files, folder)
    version = check_archive(archive)
    size = archive.stat().st_size // 1024
    print(f"release-check: {archive} ({size} KiB): Home Assistant loads {version}")


def check(tag: str | None, folder: pathlib.Path | None) -> Iterator[str]:
    """Check, and make the release where a folder is given; yield what is wrong."""
    files = read()
    if wrong := list(problems(files, tag)):
        yield from wrong
        return
    print(f"release-check: {files.manifest['version']}: manifest, changelog and README agree")
    if tag is not None:
        note_unreleased(files)
    if folder is not None:
        try:
            make(files, folder)
        except ArchiveError as err:
            yield str(err)


def main() -> int:
    """Return 1 when something is wrong."""
    parser = argparse.ArgumentParser(prog="scripts/release-check", description=__doc__)
    parser.add_argument("--tag", help="of the release, for example v0.1.0")
    parser.add_argument(
        "--archive", type=pathlib.Path, metavar="FOLDER", help="where to write the release"
    )
    arguments = parser.parse_args()
    wrong = list(check(arguments.tag, arguments.archive))
    for problem in wrong:
        print(f"release-check: {problem}", file=sys.stderr)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
