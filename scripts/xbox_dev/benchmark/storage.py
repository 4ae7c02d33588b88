"""What the integration writes to the disk: how often, and how much of it."""

import contextlib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from unittest.mock import patch

from homeassistant.helpers import storage

from custom_components.xbox_network.const import DOMAIN


@dataclass
class Saves:
    """Writes by file, and the bytes of the largest one; a file is called by the end of its name."""

    counts: Counter[str] = field(default_factory=Counter)
    largest: dict[str, int] = field(default_factory=dict)

    def note(self, key: str, content: str | bytes) -> None:
        """Take note of a write."""
        domain, _, rest = key.partition(".")
        if domain == DOMAIN:
            name = rest.rpartition(".")[2]
            self.counts[name] += 1
            self.largest[name] = max(len(content), self.largest.get(name, 0))


@contextlib.contextmanager
def saves() -> Iterator[Saves]:
    """Count until the end of the block."""
    write, found = storage._FileStoreIO.async_write, Saves()  # noqa: SLF001 (all go through it)

    async def counted(io: storage._FileStoreIO, mode: str, content: str | bytes) -> None:
        found.note(io._key, content)  # noqa: SLF001
        await write(io, mode, content)

    with patch.object(storage._FileStoreIO, "async_write", counted):  # noqa: SLF001
        yield found
