"""Stored files on a real disk."""

import json
import stat
from pathlib import Path
from typing import Any, Final

NAME: Final = "xbox_network.0123456789abcdef"
OLD: Final[dict[str, Any]] = {"people": {"1": "old"}}
NEW: Final[dict[str, Any]] = {"people": {"1": "new"}}


def mode(path: Path) -> int:
    """Return who may do what with a file."""
    return stat.S_IMODE(path.lstat().st_mode)


def write(path: Path, data: object = OLD) -> Path:
    """Write a file as Home Assistant does."""
    content = {"version": 1, "minor_version": 1, "key": path.name, "data": data}
    path.write_text(json.dumps(content))
    return path


def kept(path: Path) -> list[Path]:
    """Return what is kept aside of a file."""
    return sorted(path.parent.glob(f"{path.name}.*"))


def content(path: Path) -> Any:
    """Return the stored content of a file."""
    return json.loads(path.read_bytes())["data"]
