"""Every way in which a stored file can be damaged, and what is left of it."""

import json
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from custom_components.xbox_network.storage.disk import MOST_BYTES

type Change = Callable[[dict[str, Any]], object]


@dataclass(frozen=True, slots=True)
class Damage:
    """A way to damage a file. `salvaged` is whether its content can still be told."""

    name: str
    apply: Callable[[Path], None]
    salvaged: bool = False

    def __str__(self) -> str:
        """Return the name, for the ids of tests."""
        return self.name


def written(content: bytes) -> Callable[[Path], None]:
    """Put other bytes in place of the file."""

    def apply(path: Path) -> None:
        path.write_bytes(content)

    return apply


def changed(change: Callable[[bytes], bytes]) -> Callable[[Path], None]:
    """Change the bytes of the file."""

    def apply(path: Path) -> None:
        path.write_bytes(change(path.read_bytes()))

    return apply


def envelope(**values: object) -> Callable[[Path], None]:
    """Change what is around the content; `...` removes a value."""

    def apply(path: Path) -> None:
        whole = {**json.loads(path.read_bytes()), **values}
        path.write_text(json.dumps({key: it for key, it in whole.items() if it is not ...}))

    return apply


def huge(path: Path) -> None:
    """Let the file end with more spaces than are read."""
    content = path.read_bytes()
    with path.open("wb") as file:
        file.write(content)
        file.truncate(MOST_BYTES + 1)


def replaced(make: Callable[[Path], object]) -> Callable[[Path], None]:
    """Put something else in place of the file."""

    def apply(path: Path) -> None:
        path.unlink()
        make(path)

    return apply


def full_folder(path: Path) -> None:
    """Make a folder with a file in it."""
    path.mkdir()
    (path / "file").write_text("{}")


def _kinds() -> Iterator[Damage]:
    for name, content in (
        ("empty", b""),
        ("spaces", b" \n "),
        ("null", b"null"),
        ("list", b"[]"),
        ("text", b'"text"'),
        ("number", b"7"),
        ("true", b"true"),
        ("empty object", b"{}"),
        ("binary", bytes(range(256)) * 4),
        ("zeros", bytes(4096)),
        ("HTML", b"<html></html>"),
        ("NaN", b'{"version": 1, "minor_version": 1, "data": NaN}'),
        ("deep", b'{"version": 1, "data": ' + b"[" * 100_000),
        ("deep and closed", b'{"version": 1, "data":' + b"[" * 100_000 + b"]" * 100_000 + b"}"),
    ):
        yield Damage(name, written(content))
    yield Damage("truncated", changed(lambda it: it[: len(it) // 2]))
    yield Damage("last byte missing", changed(lambda it: it.rstrip()[:-1]))
    yield Damage("twice", changed(lambda it: it + it))
    yield Damage("not UTF-8", changed(lambda it: it.replace(b'"key": "', b'"key": "\xff')))
    yield Damage("UTF-16", changed(lambda it: it.decode().encode("utf-16")))
    yield Damage("byte order mark", changed(lambda it: b"\xef\xbb\xbf" + it), salvaged=True)
    yield Damage("no version", envelope(version=...), salvaged=True)
    version: object
    for version in (None, "1", "new", [], 0, -1, False):
        yield Damage(f"version {version!r}", envelope(version=version), salvaged=True)
    yield Damage("no data", envelope(data=...))
    data: object
    for data in (None, [], "text", 7, True):
        yield Damage(f"data {data!r}", envelope(data=data))
    yield Damage("huge", huge)
    yield Damage("folder", replaced(Path.mkdir))
    yield Damage("full folder", replaced(full_folder))
    yield Damage("pipe", replaced(os.mkfifo))
    yield Damage("link to itself", replaced(lambda it: it.symlink_to(it.name)))


KINDS: Final = tuple(_kinds())
"""The kinds that damage a file as a whole."""

NEWER: Final = tuple(
    Damage(f"version {version}", envelope(version=version)) for version in (2, 1.5, 99)
)
"""Files of a newer version."""
