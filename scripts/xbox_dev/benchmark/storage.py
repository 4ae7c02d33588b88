"""The integration's writes to the disk: their number and size."""

import contextlib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from unittest.mock import patch

from homeassistant.helpers import storage

from custom_components.xbox_network.const import DOMAIN


@dataclass
class Saves:
    """The number of writes by file, and the bytes of the largest one. The key is the end of a file's name."""

    counts: Counter[str] = field(default_factory=Counter)
    largest: dict[str, int] = field(default_factory=dict)

    def add(self, key: str, content: str | bytes) -> None:
        """Count a write."""
        domain, _, rest = key.partition(".")
        if domain == DOMAIN:
            name = rest.rpartition(".")[2]
            self.counts[name] += 1
            self.largest[name] = max(len(content), self.largest.get(name, 0))


@contextlib.contextmanager
def saves() -> Iterator[Saves]:
    """Count until the end of the block."""
    write, result = storage._FileStoreIO.async_write, Saves()  # noqa: SLF001 (all writes use it)

    async def count_and_write(io: storage._FileStoreIO, mode: str, content: str | bytes) -> None:
        result.add(io._key, content)  # noqa: SLF001
        await write(io, mode, content)

    with patch.object(storage._FileStoreIO, "async_write", count_and_write):  # noqa: SLF001
        yield result
