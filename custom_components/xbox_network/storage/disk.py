"""Files on the disk: what is wrong with one, how to keep it aside, what is left of an account.

These functions wait for the disk: call them in the executor.
"""

import contextlib
import re
import shutil
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from itertools import chain
from pathlib import Path
from typing import Any, Final

from homeassistant.util.json import json_loads

from ..const import DOMAIN

# A newer version of the integration has written a file with a higher number here: this one cannot read it.
STORAGE_VERSION: Final = 1
# One with a higher number here has only added something: that is kept, see `additions.py`.
STORAGE_MINOR_VERSION: Final = 1
MOST_BYTES: Final = 64 * 1024 * 1024

_UTF8_MARK: Final = b"\xef\xbb\xbf"
_FILE_MODE: Final = 0o600
_FOLDER_MODE: Final = 0o700
_NAME: Final = re.compile(rf"{DOMAIN}\.(?P<account>[0-9a-f]{{16}})(\.(?P<suffix>.+))?")


class Aside(StrEnum):
    """Why a file is kept aside; the value is a part of its name there."""

    DAMAGED = "corrupt"  # as Home Assistant names a file that it could not read
    NEWER = "newer"


@dataclass(frozen=True, slots=True)
class Finding:
    """The result of a look at a file. `content` is what is left of a `damaged` one."""

    damaged: bool = False
    content: object = None
    minor_version: object = None


def examine(path: Path) -> Finding:
    """Look whether Home Assistant's store can read a file, and make the file private.

    The store would rename what is no JSON, with a critical repair issue also for a cache, and raise many kinds of
    errors otherwise.
    """
    try:
        raw = _read(path)
        envelope = json_loads(raw.removeprefix(_UTF8_MARK))
    except FileNotFoundError:
        return Finding()
    except OSError, ValueError:
        return Finding(damaged=True)
    finding = _usable(envelope)
    # an editor's mark is no JSON for the store
    return _damaged(envelope) if raw.startswith(_UTF8_MARK) else finding


def _read(path: Path) -> bytes:
    found = path.stat()
    if not stat.S_ISREG(found.st_mode) or found.st_size > MOST_BYTES:
        raise ValueError("no file of ours")
    make_private(path)
    return path.read_bytes()


def make_private(path: Path) -> None:
    """Let only Home Assistant's own user read a file or a folder, as far as that is allowed."""
    with contextlib.suppress(OSError):
        path.chmod(_FOLDER_MODE if path.is_dir() else _FILE_MODE)


def _usable(envelope: object) -> Finding:
    version = envelope.get("version") if isinstance(envelope, dict) else None
    if isinstance(version, int | float) and version > STORAGE_VERSION:
        return Finding()  # the store says so
    finding = _damaged(envelope)
    sound = version == STORAGE_VERSION and isinstance(finding.content, dict)
    return Finding() if sound else finding


def _damaged(envelope: object) -> Finding:
    whole: dict[str, Any] = envelope if isinstance(envelope, dict) else {}
    return Finding(True, whole.get("data"), whole.get("minor_version"))


def aside_name(name: str, why: Aside, moment: datetime) -> str:
    """Return the name of a file that is kept aside."""
    return f"{name}.{why}.{moment:%Y-%m-%dT%H-%M-%S-%f}"


def keep_aside(path: Path, aside: Path) -> None:
    """Keep a file, or what is in its place, under another name. Raises `OSError`.

    If possible it has both names until something is written in its place: then nothing is lost in between.
    """
    try:
        aside.hardlink_to(path)
    except FileNotFoundError:
        return
    except OSError:
        path.rename(aside)
    make_private(aside)


def move_folder(path: Path, aside: Path) -> None:
    """Keep a folder in the place of a file under another name. Raises `OSError`."""
    if path.is_dir():
        path.rename(aside)
        make_private(aside)


def delete(path: Path) -> None:
    """Delete a file, or what is in its place, and all that was kept aside of it. Raises `OSError`."""
    aside = (path.parent.glob(f"{path.name}.{why}.*") for why in Aside)
    for found in (path, *chain.from_iterable(aside)):
        if found.is_dir() and not found.is_symlink():
            shutil.rmtree(found)
        else:
            found.unlink(missing_ok=True)


def files(folder: Path) -> Iterator[tuple[str, str, Path]]:
    """Yield account, suffix and path of each file of this integration."""
    for path in folder.glob(f"{DOMAIN}.*"):
        if match := _NAME.fullmatch(path.name):
            yield match["account"], match["suffix"] or "", path
