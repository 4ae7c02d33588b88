"""The archive of a release: what the Marketplace and HACS unpack into custom_components/xbox_network."""

import pathlib
import subprocess
import zipfile
from typing import Final

from ..checks.files import DOMAIN, Files
from . import changelog
from .tagged import git

ARCHIVE_NAME: Final = f"{DOMAIN}.zip"


class ArchiveError(Exception):
    """Why there is no archive that loads, in one line."""


def write_archive(files: Files, folder: pathlib.Path) -> pathlib.Path:
    """Write the archive of what is committed, and return its path.

    Raises ArchiveError.
    """
    folder.mkdir(parents=True, exist_ok=True)
    path = folder.absolute() / ARCHIVE_NAME
    options = ("--format=zip", f"--output={path}", "--add-file=LICENSE")
    tree = f"HEAD:custom_components/{DOMAIN}"
    command = ["git", "archive", *options, tree]
    done = subprocess.run(command, cwd=files.root, capture_output=True, text=True, check=False)
    if done.returncode:
        raise ArchiveError(f"git makes no archive: {' '.join(done.stderr.split())}")
    return path


def write_notes(files: Files, folder: pathlib.Path) -> None:
    """Write what the changelog says about the version."""
    text = (files.root / changelog.NAME).read_text()
    notes = changelog.notes(text, str(files.manifest["version"]))
    (folder / "notes.md").write_text(f"{notes}\n")


def unpack(archive: pathlib.Path, config: pathlib.Path) -> pathlib.Path:
    """Unpack an archive into a configuration folder as the Marketplace does; return where it went."""
    folder = config / "custom_components" / DOMAIN
    folder.mkdir(parents=True)
    with zipfile.ZipFile(archive) as file:
        file.extractall(folder)
    return folder


def is_committed(files: Files) -> bool:
    """Return whether the archive, which holds what is committed, holds what is in the folder."""
    return not git(files.root, "status", "--porcelain", "--", str(files.folder))
